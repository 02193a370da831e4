from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from competition.errors import Conflict, Forbidden, Invalid
from competition.models import Announcement, AuditEvent, Competition, Letter, RulesAcceptance, RulesVersion
from competition.operations.accept_rules import accept_rules
from competition.operations.amend import amend, differences
from competition.operations.compare_rules import changes_between
from competition.operations.enter import enter
from competition.operations.folder import read_folder
from competition.operations.found import found
from competition.operations.merge import accept_merger, propose_merger
from competition.operations.publish_rules import publish_rules
from competition.operations.select import select, unselect
from tests.factory import detections_csv, hand_in, make_competition, make_member, make_user, write_folder

FIRST = "# Rules\n\nOne person, one account.\n\nNo sharing between teams."


def page(tmp_path, text=FIRST, **entry):
    (tmp_path / "folder").mkdir(exist_ok=True)
    (tmp_path / "folder" / "rules.md").write_text(text)
    return {"version": "1", "text": "rules.md", "notice_days": 7, **entry}


@pytest.fixture
def competition(db, tmp_path, settings):
    """A rehearsal: its clock can be moved."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return found(read_folder(write_folder(tmp_path / "folder", rules_page=page(tmp_path))), rehearsal=True)


def member_of(competition, name="ada", rules="1"):
    return enter(
        user=make_user(name), competition=competition, team=f"Team {name}", accept_terms="1", accept_rules=rules
    )


def pass_time(competition, **span):
    shift = competition.clock_shift + timedelta(**span)
    Competition.objects.filter(pk=competition.pk).update(clock_shift=shift)
    competition.refresh_from_db()


def change(competition, **words):
    return publish_rules(
        competition, organizer=None, **{"version": "2", "text": FIRST + "\n\nNo hand labels.", **words}
    )


def test_entry_needs_the_rules_that_are_in_force(competition):
    with pytest.raises(Invalid) as refusal:
        member_of(competition, rules="")

    assert (refusal.value.code, refusal.value.field) == ("rules_not_accepted", "accept_rules")
    assert member_of(competition, "bob").user.rules_acceptances.get().rules.version == "1"


def test_without_a_rules_page_nothing_changes_for_who_enters(db, tmp_path):
    member = make_member(make_competition(tmp_path))

    assert hand_in(member, detections_csv()).created
    assert RulesAcceptance.objects.count() == 0


def test_a_change_is_told_at_once_and_binds_from_its_instant_on_while_what_was_done_stays(competition):
    ada, bob = member_of(competition), member_of(competition, "bob")
    first = hand_in(ada, detections_csv()).submission
    select(first, by=ada.user)
    rules = change(competition)

    assert rules.in_force_at - rules.published_at == timedelta(days=7)
    assert Announcement.objects.get().title.startswith("The rules change: version 2 from ")
    assert hand_in(ada, detections_csv(shift=1)).created

    accept_rules(user=bob.user, competition=competition, number=2)
    pass_time(competition, days=7, seconds=1)
    for act in (
        lambda: hand_in(ada, detections_csv(shift=2)),
        lambda: select(first, by=ada.user),
        lambda: unselect(first, by=ada.user),
        lambda: propose_merger(user=ada.user, competition=competition, team="Team bob"),
    ):
        with pytest.raises(Forbidden) as refusal:
            act()
        assert refusal.value.code == "rules_not_accepted"
        assert "rules/2/accept" in refusal.value.detail
    first.refresh_from_db()
    assert first.selected_at is not None
    assert hand_in(bob, detections_csv(shift=3)).created
    proposed = propose_merger(user=bob.user, competition=competition, team="Team ada")
    with pytest.raises(Forbidden):
        accept_merger(proposed, user=ada.user)

    accept_rules(user=ada.user, competition=competition, number=2)

    assert accept_merger(proposed, user=ada.user).name == "Team bob"
    assert hand_in(bob, detections_csv(shift=4)).created


def test_a_version_that_a_later_one_has_replaced_is_not_accepted_any_more(competition):
    ada = member_of(competition)
    change(competition)
    pass_time(competition, days=8)

    with pytest.raises(Conflict) as refusal:
        accept_rules(user=ada.user, competition=competition, number=1)

    assert refusal.value.code == "rules_outdated"


def test_a_short_notice_needs_a_reason_which_is_public_and_in_the_audit(competition):
    member_of(competition)
    soon = competition.now() + timedelta(days=2)

    with pytest.raises(Invalid) as refusal:
        change(competition, in_force_at=soon, notice_days=0)
    rules = change(competition, in_force_at=soon, short_notice="The law has changed.")

    assert refusal.value.code == "notice_too_short"
    assert "The law has changed." in Announcement.objects.get().text
    row = AuditEvent.objects.get(act="publish_rules")
    assert (row.reason, row.facts["sha256"]) == ("The law has changed.", rules.sha256)


def test_versions_take_over_in_their_order_and_are_never_changed(competition):
    change(competition, in_force_at=competition.now() + timedelta(days=20))

    with pytest.raises(Invalid) as refusal:
        change(competition, version="3", in_force_at=competition.now() + timedelta(days=10))
    with pytest.raises(Conflict):
        change(competition, version="2")
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        RulesVersion.objects.update(text="other")
    with pytest.raises(IntegrityError, match="keep_the_notice"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO competition_rulesversion (competition_id, number, version, text, sha256, notice_days,"
            " published_at, notice_until, in_force_at, short_notice) SELECT competition_id, 9, '9', text, sha256, 7,"
            " now(), now() + interval '7 days', now() + interval '1 day', '' FROM competition_rulesversion LIMIT 1"
        )

    assert refusal.value.code == "rules_out_of_order"


def test_a_folder_publishes_its_new_version_with_letters_and_never_changes_one(db, tmp_path):
    competition = make_competition(tmp_path, rules_page=page(tmp_path))
    member = member_of(competition)
    texts = {"same": (FIRST, {}), "other text": (FIRST + "!", {}), "new": (FIRST + "!", {"version": "1.1"})}
    folders = {
        name: read_folder(write_folder(tmp_path / "folder", rules_page=page(tmp_path, text, **entry)))
        for name, (text, entry) in texts.items()
    }

    assert "rules page" not in [one.what for one in differences(competition, folders["same"])]
    with pytest.raises(Conflict) as refusal:
        differences(competition, folders["other text"])
    assert [str(one) for one in amend(competition, folders["new"]) if one.what == "rules page"] == [
        "rules page: 1 → 1.1"
    ]
    assert refusal.value.code == "rules_page_changed"
    assert AuditEvent.objects.get(act="amend").facts["rules_page"]["number"] == 2
    assert Letter.objects.get().user == member.user


def test_a_difference_shows_what_goes_and_what_comes_with_a_few_lines_around():
    before = "\n".join(f"line {number}" for number in range(20))
    after = before.replace("line 10\n", "line ten\n")

    changes = changes_between(before, after)

    assert [(line.change, line.text) for line in changes if line.change in ("removed", "added")] == [
        ("removed", "line 10"),
        ("added", "line ten"),
    ]
    assert [line.change for line in changes] == ["gap", *["same"] * 3, "removed", "added", *["same"] * 3]
    assert changes_between(before, before) == []
