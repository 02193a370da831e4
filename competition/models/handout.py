"""Files that a competition gives its participants beside the list of images, such as training annotations."""

from typing import ClassVar

from django.db import models

from competition.models.competition import Competition


class Handout(models.Model):
    """One file, as it is downloaded."""

    competition = models.ForeignKey(Competition, models.CASCADE, related_name="handouts")
    name = models.CharField(max_length=100)
    content = models.BinaryField()
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["competition", "name"], name="one_handout_of_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
