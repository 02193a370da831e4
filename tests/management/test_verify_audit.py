"""The audit is a chain: whatever is done to it behind the server's back is found."""

import threading

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from competition.models import AuditEvent, AuditHead
from competition.operations.audit import write_down
from competition.operations.verify_audit import verify_audit
from tests.factory import make_competition, make_user


@pytest.fixture
def competition(db, tmp_path):
    """With four rows: the founding and three acts."""
    competition = make_competition(tmp_path)
    olga = make_user("olga")
    for number, facts in enumerate([{"share": 0.1}, {"size": 1e16, "text": "ü"}, {"list": [1.0, None, True]}], start=2):
        write_down(competition, olga, "act", f"subject {number}", reason="why", **facts)
    return competition


def tamper(statement, *values):
    """What somebody can do who owns the tables: with the triggers off, the changes of a restored or edited copy."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("competition_auditevent", "competition_audithead"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement, values)
        for table in ("competition_auditevent", "competition_audithead"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_a_chain_that_nobody_touched_holds(competition, capsys):
    call_command("verify_audit")

    shown = capsys.readouterr()
    head = AuditHead.objects.get()
    assert (shown.out, shown.err) == ("", f"chest: ends with 4:{head.hash}\n")


def test_rows_are_numbered_and_each_holds_the_hash_of_the_one_before(competition):
    rows = list(AuditEvent.objects.order_by("number").values_list("number", "previous", "hash"))

    assert [number for number, _, _ in rows] == [1, 2, 3, 4]
    assert [previous for _, previous, _ in rows] == ["0" * 64, *(digest for _, _, digest in rows[:-1])]


@pytest.mark.parametrize(
    "change",
    [
        "reason = 'another'",
        "act = 'found'",
        "subject = 'subject 9'",
        "facts = '{\"share\": 0.2}'",
        "happened_at = happened_at + interval '1 microsecond'",
        "actor_id = NULL",
        "actor_number = 99",
        "actor_id = NULL, actor_number = NULL",
        "hash = repeat('a', 64)",
    ],
)
def test_a_changed_row_is_named(competition, capsys, change):
    tamper(f"UPDATE competition_auditevent SET {change} WHERE number = 2")

    with pytest.raises(SystemExit) as stop:
        call_command("verify_audit", "chest")

    assert stop.value.code == 1
    assert "chest: Row 2 (" in capsys.readouterr().out


@pytest.mark.parametrize(("number", "named"), [(1, "Row 1 is removed."), (3, "Row 3 is removed."), (4, "Row 4 is")])
def test_a_removed_row_is_named_also_the_first_and_the_last(competition, number, named):
    tamper("DELETE FROM competition_auditevent WHERE number = %s", number)

    assert verify_audit(competition)[0].startswith(named)


def test_an_emptied_audit_is_found(competition):
    tamper("DELETE FROM competition_auditevent")

    assert verify_audit(competition) == ["Row 1 to 4 is removed."]


def test_a_removed_end_of_the_chain_is_found(competition):
    tamper("DELETE FROM competition_audithead")

    assert len(verify_audit(competition)) == 1


COPY = (
    "INSERT INTO competition_auditevent"
    " (competition_id, number, act, subject, reason, facts, happened_at, previous, hash)"
    " SELECT competition_id, {number}, act, subject, reason, facts, happened_at, {previous}, {hash}"
    " FROM competition_auditevent WHERE number = 2"
)


def test_a_row_inserted_at_the_end_is_found(competition):
    last = AuditHead.objects.get().hash
    tamper(COPY.format(number=5, previous=f"'{last}'", hash="repeat('b', 64)"))

    assert any("5 is inserted" in sentence for sentence in verify_audit(competition))


def test_a_row_inserted_between_two_is_found(competition):
    tamper("UPDATE competition_auditevent SET number = number + 100 WHERE number >= 3")
    tamper("UPDATE competition_auditevent SET number = number - 99 WHERE number >= 100")
    tamper(COPY.format(number=3, previous="repeat('c', 64)", hash="repeat('b', 64)"))

    assert any(sentence.startswith("Row 3") for sentence in verify_audit(competition))


def test_a_chain_that_was_made_anew_is_found_by_what_was_noted(competition, capsys):
    noted = f"4:{AuditHead.objects.get().hash}"
    call_command("verify_audit", "chest", noted=noted)
    previous = "0" * 64
    for event in AuditEvent.objects.order_by("number"):
        event.reason, event.previous = "another", previous
        previous = event.sealed()
        tamper(
            "UPDATE competition_auditevent SET reason = 'another', previous = %s, hash = %s WHERE id = %s",
            event.previous,
            previous,
            event.pk,
        )
    tamper("UPDATE competition_audithead SET hash = %s", previous)

    assert verify_audit(competition) == []
    with pytest.raises(SystemExit):
        call_command("verify_audit", "chest", noted=noted)
    assert "Row 4 has not the hash" in capsys.readouterr().out


def test_an_account_that_is_deleted_breaks_no_chain(competition):
    AuditEvent.objects.exclude(actor=None).first().actor.delete()

    assert verify_audit(competition) == []
    assert AuditEvent.objects.filter(actor=None).count() == 4


def test_the_end_of_the_chain_only_goes_forward(competition):
    for change in ("number = 3", "number = 6", "hash = repeat('a', 64)"):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE competition_audithead SET {change}")


@pytest.mark.django_db(transaction=True)
def test_parallel_writers_make_one_chain(tmp_path):
    competition = make_competition(tmp_path)

    def write(name):
        for number in range(5):
            write_down(competition, None, "act", f"{name} {number}")
        connection.close()

    writers = [threading.Thread(target=write, args=(name,)) for name in range(6)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert AuditEvent.objects.count() == 31
    assert verify_audit(competition) == []
