"""Which of the five public stages is advised, and why? Advice only: a person sets the stage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mudan.primitives.text import Text

# The views that give grounds for a stage (space, area_code, level): open incidents, and what nouns above add.
GROUNDS: Final = ("ground_incident", "ground_response")
NORMAL: Final = 1


@dataclass(frozen=True, slots=True)
class StageKind:
    """One of the five stages, in the county's words; `advise`: any of these (level or graver, so many) advises it."""

    number: int
    name: Text
    meaning: Text
    advise: tuple[tuple[int, int], ...]
    example: bool


@dataclass(frozen=True, slots=True)
class Setting:
    """A stage as somebody set it: `since` is the moment from which it holds."""

    seq: int
    number: int
    since: datetime
    set_at: datetime
    set_by: str
    why: str
    public_why: str
    advised: int


@dataclass(frozen=True, slots=True)
class Advice:
    """The stage that the grounds call for, with what calls for it."""

    number: int
    reasons: tuple[Text, ...]


def advised(kinds: Sequence[StageKind], levels: Mapping[int, int]) -> Advice:
    """The gravest stage that so many grounds of each level (1 to 4) call for; normal when none is called for."""
    best = Advice(NORMAL, ())
    for kind in sorted(kinds, key=lambda kind: kind.number):
        reasons = tuple(
            _reason(level, count, most)
            for level, most in kind.advise
            if (count := sum(levels.get(graver, 0) for graver in range(1, level + 1))) >= most
        )
        if reasons:
            best = Advice(kind.number, reasons)
    return best


def _reason(level: int, count: int, most: int) -> Text:
    numeral = "ⅠⅡⅢⅣ"[level - 1]
    return Text(
        f"{numeral}级及以上 {count} 起（达到 {most} 起）",
        f"{count} of level {numeral} or graver (from {most} on)",
    )
