"""How does what we tell another system stand, when is it tried again, and what did they answer?

waiting ─▶ sent ─▶ accepted (签收) ─▶ handled (处置) ─▶ answered (反馈)
   │  ▲ not reached: a growing pause            a later word is never taken back by an earlier one
   └──┴─▶ failed     refused for good, or by hand
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from mudan.primitives.text import Text

STATES: Final = ("waiting", "sent", "accepted", "handled", "answered", "failed")
RECEIPTS: Final = ("accepted", "handled", "answered", "failed")
FIRST_PAUSE_S: Final = 5.0
LONGEST_PAUSE_S: Final = 300.0
_RANK: Final = {state: rank for rank, state in enumerate(STATES)}


@dataclass(frozen=True, slots=True)
class Target:
    """Where case events go: of the records of which feeds, which events, told under which names of fields.

    `fields`: name at the other side → `case.<column>`, `event.<column>`, `record.<field>`.
    """

    name: str
    title: Text
    feeds: tuple[str, ...]
    events: tuple[str, ...]
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event to be told."""

    id: UUID
    target: str
    payload: Mapping[str, Any]
    attempts: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attempt: `state` sent or later, failed for good, or waiting (not reached)."""

    delivery: UUID
    state: str
    number: str = ""
    reason: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)


def pause(attempts: int) -> timedelta:
    """How long to wait after so many attempts that did not reach the other side."""
    return timedelta(seconds=min(FIRST_PAUSE_S * 2 ** min(attempts - 1, 10), LONGEST_PAUSE_S))


def later(state: str, said: str) -> str:
    """How a delivery stands after a receipt: a word that came late changes nothing."""
    if said == "failed":
        return state if _RANK[state] >= _RANK["accepted"] else "failed"
    return said if state == "failed" or _RANK[said] > _RANK[state] else state


def delivery_id(target: str, event: int) -> UUID:
    """The name of a delivery, which the other side knows it by."""
    return uuid5(UUID("0b9a7c2e-3f0d-5a1b-8c66-7d1f3c1f7a22"), f"{target}\n{event}")


def receipt_id(delivery: UUID, kind: str, at: datetime | None) -> UUID:
    """The name of a receipt: the same one again is the same."""
    return uuid5(delivery, f"{kind}\n{at.isoformat() if at else ''}")
