"""What stands on a paper, before anybody says how it is printed?

    Paper ── title, number, marks ── Heading │ Words │ Facts │ Table │ Signatures …

A paper is data: the API prints it as JSON, as a page for a browser, and as PDF. Every text has both languages.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mudan.primitives.clock import CST
from mudan.primitives.text import Text

NOTHING: Final = Text("—", "—")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 opens a part, level 2 a section."""

    text: Text
    level: int = 1


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph; line breaks are kept."""

    text: Text


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels with their values, side by side in so many columns."""

    rows: tuple[tuple[Text, Text], ...]
    columns: int = 2


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `widths` are shares of the line, equal when none are given. An empty one says so."""

    head: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]
    widths: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Signatures:
    """Lines for signing by hand, each with who signs."""

    who: tuple[Text, ...]


Block = Heading | Words | Facts | Table | Signatures


@dataclass(frozen=True, slots=True)
class Paper:
    """One document. `marks` (exercise, demo, example) are printed large on every page."""

    title: Text
    subtitle: Text
    number: str
    made_at: datetime
    blocks: tuple[Block, ...]
    marks: tuple[Text, ...] = ()


def plain(value: object) -> Text:
    """The same words in both languages; nothing at all is a dash."""
    text = "" if value is None else str(value)
    return Text(text, text) if text.strip() else NOTHING


def moment(at: datetime | None) -> Text:
    """A moment in Beijing time to the second, `2026-11-23 09:05:09`; a dash for none."""
    return plain(at and f"{at.astimezone(CST):%Y-%m-%d %H:%M:%S}")
