"""The JSON about the ground truth, for its organizers."""

from typing import Any

from rest_framework import serializers

TRUTH_FORM = {
    "multipart/form-data": {
        "type": "object",
        "properties": {
            "detection": {"type": "string", "format": "binary"},
            "classification": {"type": "string", "format": "binary"},
            "export": {
                "type": "string",
                "format": "binary",
                "description": "VinDr Lab's JSON, for every track without a file of its own",
            },
            "groups": {"type": "string", "format": "binary"},
            "stages": {"type": "string", "format": "binary", "description": "who read at which stage"},
            "readings": {"type": "string", "format": "binary", "description": "what the first readers marked"},
            "review": {"type": "string", "description": "of an export: the review task or reviewer that counts"},
            "confirm": {"type": "string", "description": "the slug; not needed with dry_run, nor is the reason"},
            "reason": {"type": "string", "description": "participants read it once the version is active"},
            "overrides": {"type": "string", "description": "a JSON object: check → reason"},
            "hold": {"type": "boolean", "description": "the boards wait for an organizer's word"},
        },
    }
}


class TruthOut(serializers.Serializer[Any]):
    """A version of the ground truth, as far as anybody may know it."""

    version = serializers.IntegerField()
    state = serializers.CharField()
    commitment = serializers.CharField()


class ConfirmIn(serializers.Serializer[Any]):
    """The competition's slug, typed."""

    confirm = serializers.CharField(max_length=80)


class TruthProgressOut(TruthOut):
    """A version with how far the scoring against it is."""

    metric_version = serializers.CharField()
    reason = serializers.CharField()
    overrides = serializers.DictField(child=serializers.CharField())
    review = serializers.CharField()
    held = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    activated_at = serializers.DateTimeField(allow_null=True)
    dropped_at = serializers.DateTimeField(allow_null=True)
    scored = serializers.IntegerField(source="evaluations_ended", help_text="those that failed included")
    failed = serializers.IntegerField(source="evaluations_failed")
    total = serializers.IntegerField(source="evaluations_in_all")


class RankChangeOut(serializers.Serializer[Any]):
    """A team's place on one board, now and as it would be; null where it has none."""

    phase = serializers.CharField()
    track = serializers.CharField()
    part = serializers.CharField()
    team = serializers.CharField()
    rank_before = serializers.IntegerField(allow_null=True)
    rank_after = serializers.IntegerField(allow_null=True)
    score_before = serializers.FloatField(allow_null=True)
    score_after = serializers.FloatField(allow_null=True)


class TruthDetailOut(TruthProgressOut):
    """A version with the rank changes that it would cause; none where it is not being prepared."""

    rank_changes = RankChangeOut(many=True)


class LabelLineOut(serializers.Serializer[Any]):
    """Counts of one label; those per part are null where the parts are not known, boxes where there are none."""

    label = serializers.CharField()
    images = serializers.IntegerField()
    boxes = serializers.IntegerField(allow_null=True)
    public = serializers.IntegerField(allow_null=True)
    private = serializers.IntegerField(allow_null=True)
    public_boxes = serializers.IntegerField(allow_null=True)
    private_boxes = serializers.IntegerField(allow_null=True)
    counts = serializers.BooleanField()
    why = serializers.CharField()
    warnings = serializers.ListField(child=serializers.CharField())


class RemarkOut(serializers.Serializer[Any]):
    """Something remarkable, and how often it occurs."""

    code = serializers.CharField()
    count = serializers.IntegerField()
    detail = serializers.CharField()


class AgreementOut(serializers.Serializer[Any]):
    """Of some readings of a label with the consensus; null where a number isn't defined."""

    readings = serializers.IntegerField()
    positives = serializers.IntegerField()
    kappa = serializers.FloatField(allow_null=True)
    sensitivity = serializers.FloatField(allow_null=True)
    specificity = serializers.FloatField(allow_null=True)


class LabelAgreementOut(serializers.Serializer[Any]):
    """Optimistic: the consensus was formed from these readers."""

    label = serializers.CharField()
    all = AgreementOut()
    readers = serializers.DictField(child=AgreementOut())


class PreviewOut(serializers.Serializer[Any]):
    """What uploaded labels hold. Nothing of it is stored."""

    images = serializers.IntegerField()
    groups = serializers.IntegerField(allow_null=True)
    on_parts = serializers.CharField()
    tracks = serializers.DictField(child=LabelLineOut(many=True))
    remarks = RemarkOut(many=True)
    readers = serializers.IntegerField(allow_null=True, help_text="persons who keep the two-stage rule, if told")
    agreement = LabelAgreementOut(many=True)
