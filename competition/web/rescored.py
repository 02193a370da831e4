"""What participants are told of corrected labels and new metrics: that everything was scored again, when and why."""

from datetime import timedelta
from itertools import pairwise

from django.db.models import BooleanField, Case, Q, Value, When
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from competition.models import Competition, GroundTruth

NEWS = timedelta(days=30)
"""How long every page of the competition says so; the rules page does for good."""


def rescorings(competition: Competition) -> list[GroundTruth]:
    """The versions that boards have switched to, the newest first, each with `what` was new and if it is `recent`."""
    news = Q(activated_at__gt=Now() + competition.clock_shift - NEWS)
    recent = Case(When(news, then=Value(True)), default=False, output_field=BooleanField())
    versions = list(
        GroundTruth.objects.filter(competition=competition, dropped_at__isnull=True, state__in=["active", "retired"])
        .annotate(recent=recent)
        .order_by("-version")
    )
    for truth, before in pairwise(versions):
        truth.what = _what_is_new(truth, before)
    return [truth for truth in versions[:-1] if truth.activated_at is not None]


def _what_is_new(truth: GroundTruth, before: GroundTruth) -> str:
    if truth.sealed_id != before.sealed_id:
        return _("corrected labels")
    if truth.metric_version != before.metric_version:
        return _("metric version {metric_version}").format(metric_version=truth.metric_version)
    return _("the same labels")
