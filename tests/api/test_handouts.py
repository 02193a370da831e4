"""Files for participants: whole, in the list, and where the competition says so for those who have entered."""

import pytest
from django.test import Client

from competition.models import Entrant
from competition.operations.amend import amend
from competition.operations.decide_entry import decide_entry
from competition.operations.description import FaultyFolder
from competition.operations.enter import enter
from competition.operations.folder import read_folder
from competition.operations.found import found
from tests.factory import annotations_csv, make_token, make_user, write_folder

C = "/api/v1/competitions/chest"
PATHS = (C + "/manifest", C + "/sample?track=detection", C + "/files/train.csv")
TRAIN = b"image_id,label\nx,1\n"


@pytest.fixture(autouse=True)
def passwords_that_cost_nothing(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def folder_with(tmp_path, content=TRAIN, **changes):
    folder = write_folder(tmp_path / "folder", files=["train.csv"], **changes)
    (folder / "train.csv").write_bytes(content)
    return folder


def client_of(user):
    return Client(headers={"Authorization": f"Bearer {make_token(user)}"})


def statuses(client):
    return [client.get(path).status_code for path in PATHS]


def test_a_file_comes_as_it_is_and_is_listed_with_size_and_hash(db, tmp_path):
    found(read_folder(folder_with(tmp_path)))

    answer = Client().get(C + "/files/train.csv")

    (listed,) = Client().get(C).json()["files"]
    assert answer.content == TRAIN
    assert answer["Content-Disposition"] == 'attachment; filename="train.csv"'
    assert (listed["name"], listed["size"], len(listed["sha256"])) == ("train.csv", len(TRAIN), 64)
    assert Client().get(C + "/files/competition.yaml").status_code == 404


def test_files_are_for_those_who_have_entered_where_the_competition_says_so(db, tmp_path):
    competition = found(read_folder(folder_with(tmp_path, files_need_entry=True)))
    competition.organizers.add(olga := make_user("olga"))
    ada, eve = make_user("ada"), make_user("eve")
    enter(user=ada, competition=competition, team="A", accept_terms="1")
    before = statuses(client_of(ada))
    competition.terms.create(version="2", text="new", sha256="0" * 64)

    after = statuses(client_of(ada))

    assert statuses(Client()) == [401] * 3
    assert statuses(client_of(eve)) == [403] * 3
    assert statuses(client_of(olga)) == [200] * 3
    assert (before, after) == ([200] * 3, [403] * 3)


def test_who_waits_for_approval_waits_for_the_files(db, tmp_path):
    competition = found(read_folder(folder_with(tmp_path, files_need_entry=True, approval={"questions": []})))
    ada = make_user("ada")
    enter(user=ada, competition=competition, team="A", accept_terms="1")
    waiting = statuses(client_of(ada))

    decide_entry(Entrant.objects.get(), organizer=make_user("olga"), approve=True)

    assert (waiting, statuses(client_of(ada))) == ([403] * 3, [200] * 3)


def test_a_changed_folder_changes_the_files(db, tmp_path):
    competition = found(read_folder(folder_with(tmp_path)))
    folder = folder_with(tmp_path, content=b"other")
    (folder / "more.csv").write_bytes(b"more")

    changes = [str(change) for change in amend(competition, read_folder(folder))]

    assert any(change.startswith("file train.csv: ") for change in changes)
    assert Client().get(C + "/files/train.csv").content == b"other"
    assert Client().get(C + "/files/more.csv").status_code == 404


@pytest.mark.parametrize("name", ["annotations.csv", "competition.yaml", "groups.csv", "copy.csv"])
def test_what_is_hidden_is_never_handed_out(tmp_path, name):
    folder = write_folder(tmp_path / "folder", files=[name], groups="groups.csv")
    images = [line.split(",")[0] for line in (folder / "manifest.csv").read_text().splitlines()[1:]]
    (folder / "groups.csv").write_text("image_id,group\n" + "".join(f"{image},g\n" for image in images))
    (folder / "copy.csv").write_text(annotations_csv())

    with pytest.raises(FaultyFolder) as faulty:
        read_folder(folder)

    assert faulty.value.problems[0].code == "file_is_hidden"


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "a/b.csv", ".env", "", "a b.csv", "x" * 101])
def test_a_file_has_a_plain_name(tmp_path, name):
    folder = write_folder(tmp_path / "folder", files=[name])

    with pytest.raises(FaultyFolder) as faulty:
        read_folder(folder)

    assert faulty.value.problems[0].column == "files.0"


def test_the_data_page_says_what_to_do_and_shows_no_image(db, tmp_path):
    competition = found(read_folder(folder_with(tmp_path, files_need_entry=True)))
    ada = make_user("ada")
    reader = Client()
    reader.force_login(ada)
    image = bytes(competition.manifest.content).splitlines()[1].split(b",")[0].decode()

    closed = reader.get("/competitions/chest/data/").content.decode()
    enter(user=ada, competition=competition, team="A", accept_terms="1")
    opened = reader.get("/competitions/chest/data/").content.decode()

    assert "for those who have entered" in closed
    assert image not in closed
    assert "/files/train.csv" not in closed
    assert image in opened
    assert "/files/train.csv" in opened
