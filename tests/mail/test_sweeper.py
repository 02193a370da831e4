"""The running sweeper sends the mail: past restarts, and under its own database role."""

import signal

import psycopg
import pytest
from django.core.management import call_command
from psycopg.conninfo import make_conninfo

from competition.models import Letter
from competition.operations.write_letters import write_letters
from tests.mail.conftest import populate
from tests.running import environment_of_tests, running, start, stop, wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scorer(db):
    call_command("grant_roles", verbosity=0)
    return make_conninfo(environment_of_tests()["DATABASE_URL"], user="vindr_scorer")


def write(member, number):
    write_letters(member.competition, [member.user_id], f"number {number}", "text")


def sent():
    return Letter.objects.filter(state="sent").count()


def test_letters_go_out_past_a_server_that_is_down_at_first_and_sweepers_that_are_killed(mail_server, scorer, tmp_path):
    member = populate(tmp_path)
    settings = {"EMAIL_URL": mail_server.url, "DATABASE_URL": scorer}
    write(member, 1)

    with running("sweeper", **settings):
        write(member, 2)
        mail_server.start()
        wait_until(lambda: sent() == 2, what="the first letters")
    write(member, 3)
    stop(start("sweeper", **settings), signal.SIGKILL, group=True)
    with running("sweeper", "sweeper", **settings):
        for number in range(4, 12):
            write(member, number)
        wait_until(lambda: sent() == 11, what="the other letters")

    subjects = [letter["Subject"] for _, letter in mail_server.arrived]
    assert sorted(subjects) == sorted(f"Chest: number {number}" for number in range(1, 12))


def test_the_sender_sees_the_addresses_of_letters_that_have_to_go_and_no_other(scorer, tmp_path):
    member = populate(tmp_path)
    write(member, 1)
    write(member, 2)
    Letter.objects.filter(subject__contains="1").update(state="unsent")

    with psycopg.connect(scorer) as connection:
        seen = connection.execute("SELECT letter_id, email FROM competition_letteraddress").fetchall()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT email FROM account_emailaddress")

    assert seen == [(Letter.objects.get(state="waiting").pk, "ada@example.org")]
