"""What was there before is carried over: the audit gets its chain, teams their looks."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from competition.models import AuditEvent, Competition, Team
from competition.operations.audit import write_down
from competition.operations.verify_audit import verify_audit
from tests.factory import make_competition, make_member, make_user


def migrate(name):
    executor = MigrationExecutor(connection)
    target = executor.loader.graph.leaf_nodes("competition") if name is None else [("competition", name)]
    executor.migrate(target)


@pytest.mark.django_db(transaction=True)
def test_books_from_before_the_chain_are_chained_and_hold(tmp_path):
    competition = make_competition(tmp_path)
    olga = make_user("olga")
    for number in range(3):
        write_down(competition, olga, "act", number, reason="why", share=0.5)
    make_member(competition, "ada", team="Orange")
    try:
        migrate("0005_picks")
    finally:
        migrate(None)

    assert verify_audit(Competition.objects.get()) == []
    assert list(AuditEvent.objects.order_by("number").values_list("number", "act")) == [
        (1, "found"),
        *((number, "act") for number in (2, 3, 4)),
    ]
    assert Team.objects.get().skeleton == "orange"
