"""Letters against a real mail server: what arrives, what is tried again, what is given up."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models.functions import Now

from competition.models import Letter
from competition.operations.send_letters import MOST_ATTEMPTS, MailIsDown, send_letters
from competition.operations.write_letters import write_letters
from competition.settings import mail_from
from tests.factory import make_member
from tests.mail.conftest import confirm, populate

SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture
def member(db, tmp_path):
    return populate(tmp_path)


@pytest.fixture
def mail(mail_server, settings):
    """The server runs, and the settings lead to it."""
    mail_server.start()
    for name, value in mail_from(mail_server.url).items():
        setattr(settings, name, value)
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"email_url": mail_server.url})
    settings.DEFAULT_FROM_EMAIL = "bench@example.org"
    return mail_server


def write(member, subject="something happened", text="What happened.\n\nÜber."):
    write_letters(member.competition, [member.user_id], subject, text)


def states():
    return list(Letter.objects.order_by("pk").values_list("state", flat=True))


def make_due():
    Letter.objects.update(next_try_at=Now() - timedelta(seconds=1))


def test_a_letter_arrives_once(mail, member):
    write(member)

    for _ in range(3):
        send_letters()

    ((address, letter),) = mail.arrived
    assert address == "ada@example.org"
    assert (letter["Subject"], letter["From"], letter["To"]) == (
        "Chest: something happened",
        "bench@example.org",
        "ada@example.org",
    )
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content().split() == ["What", "happened.", "Über."]
    assert states() == ["sent"]
    assert Letter.objects.get().sent_at is not None


def test_a_letter_of_an_act_that_is_undone_was_never_written(mail, member):
    with transaction.atomic():
        write(member)
        transaction.set_rollback(True)

    send_letters()

    assert mail.arrived == []


def test_a_subject_keeps_to_its_line(mail, member):
    write(member, subject="a\r\nBcc: eve@example.org")

    send_letters()

    ((_, letter),) = mail.arrived
    assert letter["Bcc"] is None
    assert letter["Subject"] == "Chest: a Bcc: eve@example.org"


def test_only_confirmed_addresses_get_mail(mail, member):
    eve = make_member(member.competition, "eve")
    eve.user.email = "eve@example.org"
    eve.user.save()
    write(eve)

    send_letters()

    assert (mail.arrived, states()) == ([], ["unsent"])
    assert "no confirmed address" in Letter.objects.get().fault


def test_a_server_that_is_away_touches_no_letter_and_gets_it_later(mail, member):
    mail.stop()
    write(member)
    with pytest.raises(MailIsDown):
        send_letters()
    untouched = Letter.objects.values_list("state", "attempts").get()

    mail.start()
    send_letters()

    assert untouched == ("waiting", 0)
    assert (len(mail.arrived), states()) == (1, ["sent"])


@pytest.mark.parametrize("place", ["at_recipient", "at_data"])
def test_what_the_server_puts_off_is_tried_again_later(mail, member, place):
    setattr(mail.handler, place, "451 busy")
    write(member)
    send_letters()
    letter = Letter.objects.get()
    put_off = (letter.state, letter.attempts, letter.fault)
    early = send_letters()

    setattr(mail.handler, place, "")
    make_due()
    send_letters()

    assert put_off == ("waiting", 1, "451 busy")
    assert letter.next_try_at > letter.claimed_at
    assert early == 0
    assert (len(mail.arrived), states()) == (1, ["sent"])


@pytest.mark.parametrize("place", ["at_recipient", "at_data"])
def test_what_the_server_refuses_for_good_is_not_sent_and_the_next_letter_is(mail, member, place):
    setattr(mail.handler, place, "550 no such person")
    write(member)
    send_letters()
    setattr(mail.handler, place, "")
    write(member, subject="another")
    send_letters()

    assert states() == ["unsent", "sent"]
    assert Letter.objects.order_by("pk")[0].fault == "550 no such person"
    assert len(mail.arrived) == 1


def test_after_enough_attempts_it_is_given_up(mail, member):
    mail.handler.at_data = "451 busy"
    write(member)

    for _ in range(MOST_ATTEMPTS + 2):
        make_due()
        send_letters()

    letter = Letter.objects.get()
    assert (letter.state, letter.attempts) == ("unsent", MOST_ATTEMPTS)


def test_a_letter_whose_fate_is_unknown_is_never_repeated(mail, member):
    mail.handler.break_off = True
    write(member)
    send_letters()
    mail.handler.break_off = False
    write(member, subject="another")

    for _ in range(2):
        make_due()
        send_letters()

    assert states() == ["unsure", "sent"]
    assert len(mail.arrived) == 2


def test_a_letter_whose_sender_died_is_never_repeated(mail, member):
    write(member)
    Letter.objects.update(state="sending", attempts=1, claimed_at=Now() - timedelta(hours=1))

    send_letters()

    assert (mail.arrived, states()) == ([], ["unsure"])


def test_a_letter_that_could_not_go_for_a_week_is_not_sent_any_more(mail, member):
    write(member)
    Letter.objects.update(written_at=Now() - timedelta(days=8))

    send_letters()

    assert (mail.arrived, states()) == ([], ["unsent"])


def test_without_a_mail_server_everything_works_and_letters_say_that_they_were_not_sent(member):
    write(member)

    assert send_letters() == 1
    assert states() == ["unsent"]
    assert Letter.objects.get().fault == "This server sends no mail."


def test_many_letters_go_over_one_round_each_to_its_own_person(mail, member):
    people = [make_member(member.competition, f"person{number}") for number in range(7)]
    for number, person in enumerate(people):
        confirm(person.user, f"person{number}@example.org")
        write(person, subject=f"for {number}")

    send_letters()

    assert {(address, letter["Subject"]) for address, letter in mail.arrived} == {
        (f"person{number}@example.org", f"Chest: for {number}") for number in range(7)
    }
