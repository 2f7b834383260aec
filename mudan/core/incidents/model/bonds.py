"""How do incidents hang together, and in whose hands is one? Merges, relations, hand-overs.

sent ──receive──▶ received ──return──▶ returned
  ├─decline─▶ declined
  └─withdraw─▶ withdrawn
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from mudan.primitives.errors import Conflict
from mudan.primitives.text import Text

RELATIONS: Final = ("related", "cause")
AUTHORITIES: Final = ("town", "county", "city", "province")
AUTHORITY_WORDS: Final = {
    "town": Text("乡镇（街道）", "town"),
    "county": Text("区县", "county"),
    "city": Text("市", "city"),
    "province": Text("省（直辖市）", "province"),
}

_HANDOVER: Final[dict[tuple[str, str], str]] = {
    ("sent", "receive"): "received",
    ("sent", "decline"): "declined",
    ("sent", "withdraw"): "withdrawn",
    ("received", "return"): "returned",
}


@dataclass(frozen=True, slots=True)
class Merge:
    """One incident taken into another; `moved` holds what followed, by table."""

    id: UUID
    source_id: UUID
    source_number: str
    source_title: str
    target_id: UUID
    target_number: str
    target_title: str
    at: datetime
    by: str
    reason: str
    moved: dict[str, list[str]]
    source_phase: str
    undone_at: datetime | None
    undone_by: str | None
    undone_reason: str | None


@dataclass(frozen=True, slots=True)
class Relation:
    """A bond as one incident sees it: related, cause (the other caused it), consequence, split_from or split_to."""

    id: UUID
    sense: str
    other_id: UUID
    other_number: str
    other_title: str
    other_kind: str
    other_level: int
    other_phase: str
    reason: str
    made_at: datetime
    made_by: str


@dataclass(frozen=True, slots=True)
class Handover:
    """Command given up, down or across, with its receipt."""

    id: UUID
    incident_id: UUID
    kind: str
    from_authority: str
    from_area: str
    to_authority: str
    to_area: str
    to_body: str
    with_command: bool
    reason: str
    state: str
    sent_at: datetime
    sent_by: str
    answered_at: datetime | None
    answered_by: str
    answer: str
    returned_at: datetime | None
    returned_by: str
    return_reason: str
    version: int


def sense(row: dict[str, Any], seen_from: UUID) -> str:
    """How a stored relation reads from one of its two ends."""
    first = row["from_id"] == seen_from
    if row["kind"] == "cause":
        return "consequence" if first else "cause"
    if row["kind"] == "split":
        return "split_to" if first else "split_from"
    return "related"


def answered(state: str, event: str) -> str:
    """The state of a hand-over after receive, decline, withdraw or return; raises Conflict."""
    after = _HANDOVER.get((state, event))
    if after is None:
        raise Conflict(f"a hand-over that is {state} cannot {event}")
    return after
