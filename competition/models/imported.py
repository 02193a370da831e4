"""The audit that a competition brought along from another installation: kept as it was, and never changed."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from competition.models.competition import Competition


class ImportedEvent(models.Model):
    """A row of an earlier installation's chain. Ids in it are that installation's; a trigger refuses changes."""

    competition = models.ForeignKey(Competition, models.CASCADE, related_name="imported_events")
    chain = models.PositiveIntegerField()
    """1 is the installation that the competition was founded on."""
    number = models.PositiveIntegerField()
    canonical = models.TextField()
    """The row in the form that is hashed."""
    hash = models.CharField(max_length=64)
    actor = models.CharField(max_length=150, blank=True)
    """The user name when it was exported; empty: the command line, or nobody any more."""

    class Meta:
        ordering: ClassVar = ["chain", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["competition", "chain", "number"], name="an_imported_chain_has_no_two_rows_of_a_number"
            ),
            models.CheckConstraint(condition=Q(hash__regex=r"^[0-9a-f]{64}$"), name="an_imported_row_is_sealed"),
        ]

    def __str__(self) -> str:
        return f"{self.chain}:{self.number}"
