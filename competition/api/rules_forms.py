"""The JSON of a competition's rules page."""

from typing import Any

from rest_framework import serializers

from competition.operations.publish_rules import LONGEST_TEXT, LONGEST_VERSION, MOST_NOTICE_DAYS
from competition.operations.reason import LONGEST_REASON


class RulesOut(serializers.Serializer[Any]):
    """A version of the rules with its dates. `number` is what addresses name it by."""

    number = serializers.IntegerField()
    version = serializers.CharField()
    sha256 = serializers.CharField()
    notice_days = serializers.IntegerField(help_text="The notice that the next change needs.")
    published_at = serializers.DateTimeField()
    in_force_at = serializers.DateTimeField()
    short_notice = serializers.CharField(help_text="Why it is in force before the promised notice ends, if it is.")


class RulesPageOut(serializers.Serializer[Any]):
    """The version in force, null before the first is, and those that are published and not in force yet."""

    in_force = RulesOut(allow_null=True)
    coming = RulesOut(many=True)


class ChangedLineOut(serializers.Serializer[Any]):
    """A line of the difference to the version before."""

    change = serializers.ChoiceField(choices=["same", "removed", "added", "gap"])
    text = serializers.CharField(allow_blank=True)


class RulesTextOut(RulesOut):
    """A version with its text, and what it changes; `changes` is empty for the first."""

    text = serializers.CharField()
    changes = ChangedLineOut(many=True)


class RulesIn(serializers.Serializer[Any]):
    """The next version. Left out: `notice_days` as before, `in_force_at` when the promised notice ends."""

    version = serializers.CharField(max_length=LONGEST_VERSION)
    text = serializers.CharField(max_length=LONGEST_TEXT)
    notice_days = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=0, max_value=MOST_NOTICE_DAYS
    )
    in_force_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    short_notice = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=LONGEST_REASON,
        help_text="The public reason for an instant before the notice ends.",
    )


class AcceptedRulesOut(serializers.Serializer[Any]):
    """What was accepted, and when."""

    number = serializers.IntegerField(source="rules.number")
    version = serializers.CharField(source="rules.version")
    accepted_at = serializers.DateTimeField()
