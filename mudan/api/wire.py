"""How do times look in JSON, and what do all request bodies refuse?"""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from mudan.primitives.text import Text


def stamp(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds: `2026-11-23T01:00:00.123Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Instant = Annotated[datetime, PlainSerializer(stamp, return_type=str)]


class Body(BaseModel):
    """A request body: unknown fields are refused, so nothing is set that the form does not name."""

    model_config = ConfigDict(extra="forbid", str_max_length=10_000)


class BothWords(Body):
    """Words that somebody gives in both languages."""

    zh: str = Field(min_length=1, max_length=200)
    en: str = Field(default="", max_length=200)

    def text(self) -> Text:
        """The same in the core's words; Chinese where no English was given."""
        return Text(self.zh, self.en or self.zh)


def plain_cell(value: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
