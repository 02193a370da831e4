"""Acts on rules, errata and hints need no more than the database role of the process that does them has."""

import pytest
from django.core.management import call_command

from competition.models import Evaluation, Hint
from competition.operations.accept_rules import accept_rules
from competition.operations.answer_errata import decide_errata, link_errata, publish_errata
from competition.operations.dismiss_hint import dismiss_hint
from competition.operations.look_over import look_over
from competition.operations.publish_rules import publish_rules
from competition.operations.report_erratum import report_erratum
from tests.acting import acting_as
from tests.factory import IMAGES, hand_in, make_competition, make_member, make_user, probabilities_csv


@pytest.mark.django_db(transaction=True)
def test_the_web_process_does_its_acts_and_a_worker_looks_submissions_over(tmp_path):
    competition = make_competition(tmp_path)
    members, olga = [make_member(competition, name) for name in ("ada", "bob")], make_user("olga")
    for member in members:
        hand_in(member, probabilities_csv(noise=0.2, seed=1), track="classification")
    call_command("grant_roles", verbosity=0)
    done = list(Evaluation.objects.values_list("pk", flat=True))

    with acting_as("vindr_scorer"):
        for evaluation in [*done, *done]:
            look_over(evaluation)
    with acting_as("vindr_web"):
        publish_rules(competition, organizer=olga, version="1", text="Be fair.")
        accept_rules(user=members[0].user, competition=competition, number=1)
        report_erratum(user=members[0].user, competition=competition, image_id=IMAGES[0], text="On the left.")
        decide_errata(competition, organizer=olga, outcome="accepted", image_id=IMAGES[0])
        batch = publish_errata(competition, organizer=olga)
        link_errata(batch, organizer=olga, version=1)
        dismissed = dismiss_hint(Hint.objects.get(kind="near_duplicate"), organizer=olga, reason="One laboratory.")

    assert dismissed.dismissed_by == olga
    assert batch.ground_truth.version == 1
