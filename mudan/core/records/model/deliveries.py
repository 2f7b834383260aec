"""How does what we tell another system stand, when is it tried again, and what did they answer?

waiting ─▶ sent ─▶ accepted (签收) ─▶ handled (处置) ─▶ answered (反馈)
   │  ▲ not reached: a growing pause            a later word is never taken back by an earlier one
   └──┴─▶ failed     refused for good, or by hand
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from mudan.primitives.text import Text

STATES: Final = ("waiting", "sent", "accepted", "handled", "answered", "failed")
RECEIPTS: Final = ("accepted", "handled", "answered", "failed")
FIRST_PAUSE_S: Final = 5.0
LONGEST_PAUSE_S: Final = 300.0
ENTERED: Final = (
    "cases"  # the feed of what no record of theirs began: our own cases, entered at the other side
)
THEIR_NUMBER: Final = "entry.number"
_RANK: Final = {state: rank for rank, state in enumerate(STATES)}


@dataclass(frozen=True, slots=True)
class Need:
    """Cases that another system keeps as well: of that type, of classes that begin so (none named: of every class)."""

    type: str
    classes: tuple[str, ...] = ()

    def holds(self, type_name: str, class_code: str) -> bool:
        """Whether such a case is needed."""
        return type_name == self.type and class_code.startswith(self.classes or ("",))


@dataclass(frozen=True, slots=True)
class Target:
    """Where case events go: of the records of which feeds, which events, told under which names of fields.

    `fields`: name at the other side → `case.<column>`, `event.<column>`, `record.<field>`, `form.<field>`, or
    `entry.number`: their own number of the case, once they have told it. `codes`: name at the other side → our code →
    theirs; a code without theirs is never guessed, so the entry fails and says so. `needs`: our own cases that are
    entered there too, so that nobody types them a second time; what their own records opened is not sent back as new.
    """

    name: str
    title: Text
    feeds: tuple[str, ...]
    events: tuple[str, ...]
    fields: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[Need, ...] = ()
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def is_needed(self, type_name: str, class_code: str) -> bool:
        """Whether such a case is entered at the other side."""
        return any(one.holds(type_name, class_code) for one in self.needs)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event to be told."""

    id: UUID
    target: str
    payload: Mapping[str, Any]
    attempts: int
    their_number: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attempt: `state` sent or later, failed for good, or waiting (not reached)."""

    delivery: UUID
    state: str
    number: str = ""
    reason: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)


def mapped(target: Target, held: Mapping[str, Mapping[str, Any]]) -> tuple[dict[str, Any], str]:
    """The fields as the other side names and codes them; which field has no code of theirs (empty: none)."""
    told, missing = {}, ""
    for name, place in target.fields.items():
        part, _, which = place.partition(".")
        value = held.get(part, {}).get(which)
        if name in target.codes and value is not None:
            theirs = target.codes[name].get(str(value))
            missing = missing or ("" if theirs is not None else f"{name}: {value}")
            value = theirs
        told[name] = value.isoformat() if isinstance(value, datetime) else value
    return told, missing


def with_their_number(one: Delivery, targets: Iterable[Target]) -> Delivery:
    """A delivery that says their own number of the case where its target wants it."""
    target = next((each for each in targets if each.name == one.target), None)
    wanted = [name for name, place in target.fields.items() if place == THEIR_NUMBER] if target else []
    return (
        replace(one, payload={**one.payload, **dict.fromkeys(wanted, one.their_number or None)})
        if wanted
        else one
    )


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
