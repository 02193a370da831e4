"""A deleted person is gone, and nothing that others rely on has moved."""

import json

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, connection, transaction
from django.test import Client

from competition.errors import Conflict, Invalid
from competition.jobs import evaluate
from competition.models import Acceptance, Board, Competition, Departure, Letter, Submission, Team, User
from competition.operations.decide_entry import decide_entry
from competition.operations.delete_person import delete_person
from competition.operations.export_person import export_person
from competition.operations.name_team import cleaned_team_name
from competition.operations.sweep import publish_ready
from competition.operations.verify_audit import verify_audit
from tests.factory import detections_csv, hand_in, make_competition, make_member, make_token, make_user
from tests.test_roles_in_process import acting_as

NAME, ADDRESS, TEAM = "zebulon", "zebulon@canary.example", "Zebulons Falcons"


def everything(*left_out):
    """All that the database holds, as text."""
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if name not in left_out]
        found = []
        for table in tables:
            cursor.execute(f'SELECT row::text FROM "{table}" row')
            found += [row for (row,) in cursor.fetchall()]
    return "\n".join(found).lower()


@pytest.fixture
def server(db, tmp_path):
    competition = make_competition(tmp_path)
    competition.organizers.add(make_user("olga"))
    member, other = make_member(competition, NAME, TEAM), make_member(competition, "bob")
    user = member.user
    User.objects.filter(pk=user.pk).update(email=ADDRESS, first_name="Zebulon", last_name="Canary")
    EmailAddress.objects.create(user=user, email=ADDRESS, primary=True, verified=True)
    entrant = competition.entrants.create(user=user, answers=[["Who are you?", "Zebulon Canary"]])
    decide_entry(entrant, organizer=User.objects.get(username="olga"), approve=True)
    make_token(user)
    browser = Client()
    browser.force_login(user)
    for one, shift in ((member, 3), (other, 9)):
        evaluate(hand_in(one, detections_csv(shift=shift)).submission.evaluations.get().pk, 1)
    publish_ready()
    return competition, User.objects.get(pk=user.pk), browser


def test_a_deleted_person_is_nowhere_and_ranks_acceptances_and_audit_stand(server):
    competition, user, browser = server
    assert NAME in everything()
    before = list(Board.objects.order_by("pk").values_list("entries", flat=True))
    tag = Board.objects.latest("version").etag
    submission = Submission.objects.get(author=user)

    pseudonym = delete_person(user, by=None)
    again = delete_person(user, by=None)

    team = Team.objects.get(pk=submission.team_id)
    assert pseudonym == again == f"deleted person #{user.pk}"
    assert NAME not in everything()
    assert "canary" not in everything()
    assert team.name == f"deleted team #{team.pk}"
    after = list(Board.objects.order_by("pk").values_list("entries", flat=True))
    renamed = [[{**row, "team": team.name if row["team"] == TEAM else row["team"]} for row in rows] for rows in before]
    assert after == renamed
    assert Board.objects.latest("version").etag != tag
    submission.refresh_from_db()
    assert (submission.author_id, submission.file_name) == (user.pk, "file.csv")
    assert Acceptance.objects.filter(user=user).exists()
    assert Departure.objects.get(user=user).team == team
    assert verify_audit(competition) == []
    assert not Letter.objects.filter(user=user).exists()
    assert browser.get("/account/").status_code == 302
    assert User.objects.filter(username="bob", is_active=True).exists()


def test_only_what_is_deleted_is_forgotten_and_its_name_is_nobodys(server):
    competition, user, _ = server
    team = Team.objects.get(name=TEAM)
    olga = User.objects.get(username="olga")

    for call, values in (("forget_letters(%s)", [user.pk]), ("forget_team_name(%s, %s)", [team.pk, TEAM])):
        with pytest.raises(DatabaseError, match="only a deleted"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SELECT {call}", values)
    better = "UPDATE competition_board SET entries = jsonb_set(entries, '{0,score}', '0.5')"
    with pytest.raises(DatabaseError, match="written once"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('vindr.forgets', 'yes', true); " + better)
    with pytest.raises(Invalid, match="deleted teams"):
        cleaned_team_name("Deleted Team #7")
    with pytest.raises(Conflict, match="Nobody else organizes"):
        delete_person(olga, by=olga)
    assert competition.is_organized_by(olga)


def test_a_persons_data_are_one_document_without_a_secret(server):
    _, user, _ = server
    document = json.loads(json.dumps(export_person(user), cls=DjangoJSONEncoder))

    text = json.dumps(document)
    assert document["account"]["email"] == ADDRESS
    assert document["teams"][0]["team__name"] == TEAM
    assert len(document["sessions"]) == 1
    assert document["rows"]["competition.apitoken.user"][0]["name"] == "tests"
    assert document["rows"]["competition.submission.author"][0]["sha256"]
    assert document["rows"]["competition.entrant.user"][0]["answers"] == [["Who are you?", "Zebulon Canary"]]
    assert document["rows"]["competition.acceptance.user"]
    assert document["rows"]["competition.letter.user"][0]["text"]
    assert user.password not in text
    assert user.api_tokens.get().sha256 not in text
    assert user.memberships.get().team.invitation not in text


def test_the_host_deletes_by_name_or_number_once_the_name_is_typed(server, capsys):
    _, user, _ = server

    with pytest.raises(Exception, match="Nothing was deleted"):
        call_command("delete_person", NAME, "--confirm", "bob")
    call_command("delete_person", str(user.pk), "--confirm", NAME)

    assert f"deleted person #{user.pk}" in capsys.readouterr().out
    assert Competition.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_role_of_the_web_process_is_enough_for_both(server):
    competition, user, _ = server
    call_command("grant_roles", verbosity=0)

    with acting_as("vindr_web"):
        document = export_person(user)
        pseudonym = delete_person(user, by=user)

    assert document["account"]["email"] == ADDRESS
    assert pseudonym == f"deleted person #{user.pk}"
    assert NAME not in everything()
    assert verify_audit(competition) == []
