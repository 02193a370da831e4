"""What teams declare about their submissions, as it comes in and as it is told."""

from typing import Any

from rest_framework import serializers

from competition.models import Competition, Declaration
from competition.operations.declared import Declared


class DeclarationsOut(serializers.Serializer[Competition]):
    """Whether a choice needs a declaration, and whether everybody reads it after the close."""

    required = serializers.BooleanField(source="declarations_required")
    public = serializers.BooleanField(source="declarations_public")


class ItemIO(serializers.Serializer[Any]):
    """External data or a pretrained model."""

    kind = serializers.CharField(max_length=10, help_text="data or model")
    name = serializers.CharField(max_length=1000, allow_blank=True)
    source = serializers.CharField(max_length=1000, allow_blank=True, help_text="A link or a citation.")
    licence = serializers.CharField(max_length=1000, allow_blank=True)
    public = serializers.BooleanField(help_text="Whether everybody can get it.")


class DeclarationIn(serializers.Serializer[Any]):
    """What was used; or `none`, which declares that there is nothing."""

    items = ItemIO(many=True, required=False, default=list, max_length=100)
    none = serializers.BooleanField(required=False, default=False)


class DeclarationOut(serializers.Serializer[Declaration]):
    """One version; the one with the highest number stands."""

    version = serializers.IntegerField()
    declared_at = serializers.DateTimeField()
    author = serializers.CharField(source="author.username", allow_null=True, default=None)
    items = ItemIO(many=True)


class DeclaredOut(serializers.Serializer[Declared]):
    """What a team declares for a submission that stands, as everybody may read it."""

    team = serializers.CharField()
    phase = serializers.CharField()
    track = serializers.CharField()
    version = serializers.IntegerField()
    declared_at = serializers.DateTimeField()
    items = ItemIO(many=True)
