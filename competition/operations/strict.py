"""What all parts of `competition.yaml` have in common: no unknown key, no NUL, times in UTC."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, field_validator


def _in_utc(value: object) -> object:
    try:
        time = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("write a time like 2026-01-01T00:00:00Z") from None


Time = Annotated[datetime, BeforeValidator(_in_utc)]


class Strict(BaseModel):
    """A part of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def without_nul(cls, value: object) -> object:
        """The database takes no NUL in a text."""
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str) and "\0" in text:
                raise ValueError("remove the NUL character")
        return value
