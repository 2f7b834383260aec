"""What does one shift hand to the next, and when is that binding?

draft ─▶ given ─▶ taken          the side that goes signs first, the side that comes after it has
  └────────┴─▶ withdrawn         answered every item; refused items stay with a reason and come up again
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from mudan.primitives.errors import Conflict, NotAllowed
from mudan.primitives.text import Text

ANSWERS: Final = ("accepted", "refused")


@dataclass(frozen=True, slots=True)
class Matter:
    """Something that is open and must not be forgotten: which noun, which thing, in which words."""

    noun: str
    id: str
    text: Text
    level: int | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a hand-over. `done` says the giving side; `answer` the taking side."""

    id: int
    noun: str
    subject: str
    text: Text
    level: int | None
    due_at: datetime | None
    done: bool
    note: str
    answer: str
    answer_reason: str
    left_out: bool


@dataclass(frozen=True, slots=True)
class Handover:
    """One hand-over of a desk."""

    id: UUID
    space: int
    area_code: str
    department: str | None
    state: str
    since: datetime
    drafted_at: datetime
    drafted_by: str
    situation: str
    given_by: str
    given_by_id: UUID | None
    given_at: datetime | None
    taken_by: str
    taken_by_id: UUID | None
    taken_at: datetime | None
    withdraw_reason: str
    version: int


def check_give(handover: Handover) -> None:
    """Raises Conflict when it cannot be signed by the side that goes."""
    if handover.state != "draft":
        raise Conflict(f"a hand-over that is {handover.state} cannot be given")


def check_take(handover: Handover, items: Sequence[Item], person: UUID) -> None:
    """Raises Conflict or NotAllowed when this person cannot sign for the side that comes."""
    if handover.state != "given":
        raise Conflict(f"a hand-over that is {handover.state} cannot be taken")
    if person == handover.given_by_id:
        raise NotAllowed("somebody else takes over than who gives")
    if any(item.answer == "open" and not item.left_out for item in items):
        raise Conflict("every item is accepted or refused first")
