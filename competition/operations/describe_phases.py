"""The phases in `competition.yaml`: when, how often, and what is shown."""

from typing import Literal

from pydantic import Field, field_validator, model_validator

from competition.operations.strict import Strict, Time

MOST_UPLOADS = 1_000_000
MOST_SELECTED = 20


class LateEntry(Strict):
    """What may be handed in after the close, to be scored and not ranked; per team and track."""

    daily_limit: int = Field(default=3, ge=1, le=MOST_UPLOADS)
    total_limit: int = Field(default=40, ge=1, le=MOST_UPLOADS)


class PhaseEntry(Strict):
    """One phase."""

    key: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    title: str = Field(min_length=1, max_length=200)
    opens_at: Time
    closes_at: Time
    daily_limit: int = Field(default=3, ge=1, le=MOST_UPLOADS)
    total_limit: int = Field(default=40, ge=1, le=MOST_UPLOADS)
    shows: Literal["public", "nothing", "private"] = "public"
    draft: bool = False
    publication: Literal["manual", "automatic"] = "manual"
    late: LateEntry | None = None
    most_selected: int = Field(default=2, ge=1, le=MOST_SELECTED, alias="select")
    detail: Literal["composite", "classes"] = "composite"

    @field_validator("shows", mode="before")
    @classmethod
    def private_part(cls, value: object) -> object:
        """`private part` is the long form of `private`."""
        return "private" if value == "private part" else value

    @model_validator(mode="after")
    def opens_first(self) -> "PhaseEntry":
        """A phase opens before it closes."""
        if self.opens_at >= self.closes_at:
            raise ValueError("opens_at must be before closes_at")
        return self
