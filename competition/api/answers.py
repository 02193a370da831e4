"""What an address may answer, for the published schema: its own form and its problems."""

from typing import Any

from rest_framework import serializers

PROBLEM = "application/problem+json"
OWN = {"Cache-Control": "private, no-store"}
"""The headers of what is for the caller alone: nothing on the way keeps a copy."""


class PlaceOut(serializers.Serializer[Any]):
    """One fault of a file: where it is, what stands there, what to do."""

    code = serializers.CharField()
    line = serializers.IntegerField(allow_null=True)
    column = serializers.CharField(allow_null=True)
    value = serializers.CharField(allow_null=True)
    detail = serializers.CharField()


class ProblemOut(serializers.Serializer[Any]):
    """An error (RFC 9457): `code` is for programs, `detail` is a sentence for people."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()


class ReviewOut(serializers.Serializer[Any]):
    """What a reviewer has left in one review task of VinDr Lab, of the studies that others have marked too."""

    task = serializers.CharField()
    reviewer = serializers.CharField()
    studies = serializers.IntegerField()
    annotations = serializers.IntegerField()


class FaultyFileOut(ProblemOut):
    """The first hundred faults of a file, in file order, and how many there are."""

    problems = PlaceOut(many=True)
    total = serializers.IntegerField()
    file = serializers.CharField(required=False, help_text="which of several files, by its field")
    reviews = ReviewOut(many=True, required=False, help_text="of an export with several: those to choose from")


def answers(success: Any, *problems: int) -> dict[Any, Any]:
    """The responses of an operation: what it answers when all is well, and the statuses of its problems."""
    responses = success if isinstance(success, dict) else {200: success}
    forms = {status: FaultyFileOut if status == 422 else ProblemOut for status in (*problems, 503)}
    return {**responses, **{(status, PROBLEM): form for status, form in sorted(forms.items())}}


def own_file(name: str) -> dict[str, str]:
    """The headers of a file for the caller alone: to be saved under the name, never shown."""
    return {"Content-Disposition": f'attachment; filename="{name}"', **OWN}
