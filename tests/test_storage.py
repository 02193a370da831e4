import os
import time
from pathlib import Path

import pytest
from django.db import OperationalError, connections

from competition import storage
from competition.models import Submission
from competition.operations import drop_orphans
from tests.api.test_upload import stored_files
from tests.factory import detections_csv, hand_in, make_competition, make_member
from tests.running import serving

TWO_DAYS = 2 * 24 * 3600


def age(path, seconds):
    then = time.time() - seconds
    os.utime(path, (then, then))


def whole_file():
    incoming = storage.Incoming()
    incoming.write(b"all of it")
    return storage._root() / incoming.keep().name


def partial_file():
    whole = whole_file()
    return whole.rename(f"{whole}.part")


def test_what_a_killed_process_left_half_written_is_removed_after_a_day(settings):
    whole, old, young = whole_file(), partial_file(), partial_file()
    for path in (whole, old):
        age(path, TWO_DAYS)

    assert storage.drop_abandoned() == 1
    assert (whole.exists(), old.exists(), young.exists()) == (True, False, True)


@pytest.mark.django_db(transaction=True)
def test_a_web_process_that_starts_removes_what_was_left_half_written_or_unbooked_and_nothing_else(tmp_path):
    booked = storage._root() / hand_in(make_member(make_competition(tmp_path)), detections_csv()).submission.file
    half, orphan, young = partial_file(), whole_file(), whole_file()
    for path in (booked, half, orphan):
        age(path, TWO_DAYS)

    with serving():
        assert [path.exists() for path in (half, orphan, young, booked)] == [False, False, True, True]


@pytest.mark.parametrize("is_empty", [True, False])
def test_where_the_books_know_too_few_of_the_files_none_is_removed(db, tmp_path, settings, monkeypatch, is_empty):
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"storage_dir": tmp_path / "storage"})
    monkeypatch.setattr(drop_orphans, "MOST_ORPHANS", 2)
    if not is_empty:
        hand_in(make_member(make_competition(tmp_path)), detections_csv())
    files = [whole_file() for _ in range(3)]
    for path in files:
        age(path, TWO_DAYS)

    assert drop_orphans.drop_orphans() == 0
    assert all(path.exists() for path in files)


def test_a_file_is_on_the_disk_before_it_has_its_name_and_its_name_before_it_is_kept(settings, monkeypatch):
    incoming = storage.Incoming()
    incoming.write(b"image_id\n")
    done = []
    forced, renamed = os.fsync, Path.rename
    name_of = "/proc/self/fd/{}".format
    monkeypatch.setattr(os, "fsync", lambda file: (done.append(Path(name_of(file)).readlink().name), forced(file)))
    monkeypatch.setattr(Path, "rename", lambda path, to: (done.append("rename"), renamed(path, to)))
    kept = incoming.keep()

    name = Path(kept.name).name
    assert done == [f"{name}.part", "rename", storage.FOLDER]
    assert (storage._root() / kept.name).read_bytes() == b"image_id\n"


def test_a_file_that_is_kept_is_not_dropped_with_what_came_in(settings):
    incoming = storage.Incoming()
    incoming.write(b"all of it")
    kept = incoming.keep()

    incoming.drop()

    assert storage.read(kept.name) == b"all of it"


@pytest.mark.django_db(transaction=True)
def test_a_booked_file_is_kept_when_the_database_breaks_off_before_it_answers(tmp_path, settings, monkeypatch):
    member = make_member(make_competition(tmp_path))
    connection = connections["default"]
    commit = connection.commit

    def commit_unheard():
        commit()
        if Submission.objects.exists():
            raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as broken:
        broken.setattr(connection, "commit", commit_unheard)
        with pytest.raises(OperationalError):
            hand_in(member, detections_csv(), idempotency_key="once")
    again = hand_in(member, detections_csv(), idempotency_key="once")

    assert not again.created
    assert storage.read(again.submission.file) == detections_csv()
    assert len([path for path in stored_files(settings) if path.name in again.submission.file]) == 1


@pytest.mark.django_db(transaction=True)
def test_a_file_that_is_refused_when_the_books_are_written_is_gone(tmp_path, settings, monkeypatch):
    member = make_member(make_competition(tmp_path))
    before = stored_files(settings)
    monkeypatch.setattr("competition.operations.book.refuse_unless_open", lambda *_: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        hand_in(member, detections_csv())

    assert stored_files(settings) == before
