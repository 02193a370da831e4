"""A team reports, in private, that an image or its hidden labels may be wrong."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from competition.errors import Forbidden, Invalid, QuotaSpent
from competition.models import Competition, ErratumReport, Membership, Team, User
from competition.operations.check_file import images_of
from competition.operations.hand_out import refuse_unless_may_download

MOST_A_DAY = 10
"""Reports of a team on one UTC day."""
LONGEST_TEXT = 2000


@transaction.atomic
def report_erratum(*, user: User, competition: Competition, image_id: str, text: str, label: str = "") -> ErratumReport:
    """Keep the report for the organizers. `label`: the one that is meant, or empty.

    The image is one of the public list and the label one of a track, so that no answer tells of what is hidden.
    """
    membership = Membership.objects.of(user, competition)
    if membership is None:
        raise Forbidden("not_entered", _("Reports are for those who take part; enter the competition first."))
    refuse_unless_may_download(user, competition)
    image_id, label, text = image_id.strip(), label.strip(), text.strip()
    _refuse_bad_words(competition, image_id, label, text)
    Team.objects.select_for_update(no_key=True).get(pk=membership.team_id)
    now = competition.now()
    used = ErratumReport.objects.filter(team=membership.team_id).of_day(now).count()
    if used >= MOST_A_DAY:
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        raise QuotaSpent(
            _("Your team has reported {used} times today; it can again from {midnight} UTC.").format(
                used=used, midnight=f"{midnight:%Y-%m-%d %H:%M}"
            ),
            limit=MOST_A_DAY,
            used=used,
            resets_at=midnight,
            retry_after_seconds=int((midnight - now).total_seconds()) + 1,
        )
    return ErratumReport.objects.create(
        competition=competition,
        team=membership.team,
        reporter=user,
        image_id=image_id,
        label=label,
        text=text,
        reported_at=now,
    )


def _refuse_bad_words(competition: Competition, image_id: str, label: str, text: str) -> None:
    if image_id not in set(images_of(competition).image_ids):
        raise Invalid("unknown_image", _("The list of images has no such image."), field="image_id")
    labels = {name for track in competition.tracks.all() for name in track.labels}
    if label and label not in labels:
        raise Invalid("unknown_label", _("No track of the competition has this label."), field="label")
    if not 1 <= len(text) <= LONGEST_TEXT or "\0" in text:
        raise Invalid(
            "bad_text",
            _("Say what is wrong, in 1 to {longest_text} characters.").format(longest_text=LONGEST_TEXT),
            field="text",
        )
