from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from competition.errors import Conflict, Forbidden, Invalid, QuotaSpent
from competition.models import AuditEvent, ErratumReport, Letter, Phase
from competition.operations.amend import amend
from competition.operations.answer_errata import decide_errata, link_errata, publish_errata
from competition.operations.errata_log import answer_to, errata_log, queue_of, reports_of
from competition.operations.folder import read_folder
from competition.operations.found import found
from competition.operations.merge import accept_merger, propose_merger
from competition.operations.replace_truth import replace_truth
from competition.operations.report_erratum import MOST_A_DAY, report_erratum
from competition.operations.stage import rescore
from tests.factory import (
    GLOBAL,
    IMAGES,
    annotations_csv,
    description,
    detections_csv,
    hand_in,
    make_competition,
    make_member,
    make_user,
    write_folder,
)

MD5 = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def organizer(competition):
    person = make_user("olga")
    competition.organizers.add(person)
    return person


def report(member, image=IMAGES[0], **words):
    words = {"text": "The mass is on the other side.", **words}
    return report_erratum(user=member.user, competition=member.competition, image_id=image, **words)


def close_all(competition):
    now = competition.now()
    Phase.objects.filter(competition=competition).update(
        opens_at=now - timedelta(days=2), closes_at=now - timedelta(days=1)
    )


def test_a_report_names_an_image_and_a_label_that_are_public(competition, member):
    for words, field in (
        ({"image": "unknown"}, "image_id"),
        ({"label": "Edema"}, "label"),
        ({"text": " "}, "text"),
        ({"text": "a\0b"}, "text"),
    ):
        with pytest.raises(Invalid) as refusal:
            report(member, **words)
        assert refusal.value.field == field
    with pytest.raises(Forbidden):
        report_erratum(user=make_user("eve"), competition=competition, image_id=IMAGES[0], text="wrong")

    assert report(member, label=GLOBAL[0]).outcome == ""


def test_a_team_reports_so_often_a_day_and_another_one_too(competition, member):
    for _ in range(MOST_A_DAY):
        report(member)

    with pytest.raises(QuotaSpent) as refusal:
        report(member)

    assert refusal.value.retry_after_seconds > 0
    assert report(make_member(competition, "bob")).team.name == "Team bob"


def test_the_queue_begins_with_what_most_teams_have_reported(competition, member):
    bob = make_member(competition, "bob")
    report(member, IMAGES[2])
    report(member, IMAGES[2])
    report(member, IMAGES[1])
    report(bob, IMAGES[1])

    queue = queue_of(competition)

    assert [(image.image_id, image.teams, len(image.reports)) for image in queue] == [
        (IMAGES[1], 2, 2),
        (IMAGES[2], 1, 2),
    ]


def test_teams_are_told_with_the_batch_and_not_before_each_by_a_fixed_sentence(competition, member, organizer):
    bob = make_member(competition, "bob")
    first, second, third = report(member), report(bob), report(bob, IMAGES[1])
    decide_errata(competition, organizer=organizer, outcome="declined", reports=[first.pk])
    decide_errata(competition, organizer=organizer, outcome="accepted", reports=[first.pk])
    decide_errata(competition, organizer=organizer, outcome="duplicate", reports=[second.pk])
    before = (answer_to(reports_of(member.team).get()), errata_log(competition), Letter.objects.count())

    batch = publish_errata(competition, organizer=organizer)

    assert before == ("", [], 0)
    assert answer_to(reports_of(member.team).get()).startswith("accepted;")
    letters = {letter.user.username: letter.text for letter in Letter.objects.all()}
    assert letters.keys() == {"ada", "bob"}
    assert "reported already" in letters["bob"]
    assert IMAGES[1] not in letters["bob"]
    third.refresh_from_db()
    assert (batch.number, third.batch) == (1, None)
    assert AuditEvent.objects.filter(act="decide_errata").count() == 3
    with pytest.raises(Conflict):
        publish_errata(competition, organizer=organizer)
    with pytest.raises(Invalid):
        decide_errata(competition, organizer=organizer, outcome="declined", reports=[first.pk, third.pk])
    with pytest.raises(IntegrityError, match="only_what_is_decided"), transaction.atomic():
        ErratumReport.objects.filter(pk=third.pk).update(batch=batch)


def test_the_log_counts_while_a_phase_is_open_and_names_images_after_the_close(competition, member, organizer):
    report(member)
    report(member, IMAGES[3])
    decide_errata(competition, organizer=organizer, outcome="accepted", image_id=IMAGES[0])
    decide_errata(competition, organizer=organizer, outcome="declined", image_id=IMAGES[3])
    batch = publish_errata(competition, organizer=organizer)
    while_open = errata_log(competition)[0]
    truth = rescore(competition, reason="errata", by=None)
    with pytest.raises(Invalid):
        link_errata(batch, organizer=organizer, version=9)
    link_errata(batch, organizer=organizer, version=truth.version)
    close_all(competition)

    closed = errata_log(competition)[0]

    assert (while_open.accepted, while_open.declined, while_open.version, while_open.images) == (1, 1, None, None)
    assert (closed.version, closed.images, closed.images_accepted) == (2, [IMAGES[0]], 1)


def test_where_scores_are_held_answers_wait_for_the_close(db, tmp_path):
    phase = description()["phases"][0] | {"detail": "composite"}
    competition = make_competition(tmp_path, phases=[phase])
    member, organizer = make_member(competition), make_user("olga")
    report(member)
    decide_errata(competition, organizer=organizer, outcome="accepted", image_id=IMAGES[0])

    with pytest.raises(Conflict) as refusal:
        publish_errata(competition, organizer=organizer)
    close_all(competition)

    assert refusal.value.code == "answers_held"
    assert answer_to(reports_of(member.team).get()) == ""
    assert publish_errata(competition, organizer=organizer).number == 1


def test_what_a_team_has_reported_goes_with_it_into_the_merged_team(competition, member):
    bob = make_member(competition, "bob")
    report(bob)

    merger = propose_merger(user=member.user, competition=competition, team="Team bob")
    accept_merger(merger, user=bob.user)

    assert reports_of(member.team).count() == 1


def with_pneumonia_on(count):
    """The classification truth with pneumonia on so many images only; the others have nothing."""
    rows = [f"{image},{int(place < count)},{int(place >= count)}" for place, image in enumerate(IMAGES)]
    return ("\n".join(["image_id," + ",".join(GLOBAL), *rows]) + "\n").encode()


def labels_that_count(competition, version):
    return {
        measure.track.kind: measure.scored_labels
        for measure in competition.ground_truths.get(version=version).tracks.all()
    }


@pytest.mark.parametrize("split", [None, {"public": 0.5, "seed": 7}])
def test_the_labels_that_count_stay_when_positives_cross_the_least_number_by_either_door(db, tmp_path, settings, split):
    settings.PASSWORD_HASHERS = MD5
    words = {"min_positives": 3, **({"split": split} if split else {})}
    competition = make_competition(tmp_path, **words)
    hand_in(make_member(competition), detections_csv())
    first, organizer = labels_that_count(competition, 1), make_user("olga")

    few = {"detection": annotations_csv().encode(), "classification": with_pneumonia_on(2)}
    replace_truth(competition=competition, files=few, confirm="chest", reason="errata", organizer=organizer)
    folder = write_folder(tmp_path / "folder", **words)
    (folder / "image_labels.csv").write_bytes(with_pneumonia_on(1))
    amend(competition, read_folder(folder), confirm="chest")

    assert first["classification"] == list(GLOBAL)
    assert labels_that_count(competition, 2) == first
    assert labels_that_count(competition, 3) == first


def test_a_label_that_did_not_count_does_not_begin_to_when_a_correction_gives_it_enough_positives(
    db, tmp_path, settings
):
    settings.PASSWORD_HASHERS = MD5
    folder = write_folder(tmp_path / "folder")
    (folder / "image_labels.csv").write_bytes(with_pneumonia_on(2))
    competition = found(read_folder(folder))
    hand_in(make_member(competition), detections_csv())
    many = {"detection": annotations_csv().encode(), "classification": with_pneumonia_on(20)}
    replace_truth(competition=competition, files=many, confirm="chest", reason="errata", organizer=make_user("olga"))
    (folder / "image_labels.csv").write_bytes(with_pneumonia_on(21))
    amend(competition, read_folder(folder), confirm="chest")

    assert labels_that_count(competition, 1)["classification"] == ["No finding"]
    assert labels_that_count(competition, 2)["classification"] == ["No finding"]
    assert labels_that_count(competition, 3)["classification"] == ["No finding"]
