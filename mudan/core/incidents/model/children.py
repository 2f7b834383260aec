"""Does a new alarm belong to an incident that is open, and may it be kept from calling anybody again?

    offered ─▶ accepted │ rejected │ lapsed (nobody answered: it calls)     linked │ accepted ─▶ undone (one click)

What endangers life, the gravest level, and what is graver than the incident always call.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from mudan.core.alarms.model import Seen, Suggestion, Tuning, scored
from mudan.primitives.errors import Conflict
from mudan.primitives.geo import Point

KIND_FAMILY: Final = {
    "flood": "flood", "waterlogging": "flood", "fire": "fire", "forest_fire": "fire", "hazmat": "gas",
    "road_accident": "traffic", "medical": "people", "elder_help": "people",
}  # fmt: skip
_CHART: Final = {
    ("offered", "accept"): "accepted",
    ("offered", "reject"): "rejected",
    ("offered", "lapse"): "lapsed",
    ("lapsed", "accept"): "accepted",
    ("lapsed", "reject"): "rejected",
    ("linked", "undo"): "undone",
    ("accepted", "undo"): "undone",
}


@dataclass(frozen=True, slots=True)
class Member:
    """An alarm of an incident, when it was last heard of, and the device it is about."""

    seen: Seen
    last_at: datetime
    device: str | None


@dataclass(frozen=True, slots=True)
class Parent:
    """An open incident as alarms are compared with it."""

    id: UUID
    number: str
    space: int
    kind: str
    level: int
    opened_at: datetime
    point: Point | None
    members: tuple[Member, ...] = ()


@dataclass(frozen=True, slots=True)
class Child:
    """An alarm that may belong, or belongs, to an open incident; while `quiet` it calls nobody."""

    id: UUID
    space: int
    incident_id: UUID
    alarm_id: UUID
    score: float
    reasons: list[dict[str, Any]]
    state: str
    quiet: bool
    offered_at: datetime
    calls_at: datetime | None
    decided_at: datetime | None
    decided_by: str | None
    note: str


def child_moved(state: str, event: str) -> str:
    """The state after an event; raises Conflict where there is no such way."""
    after = _CHART.get((state, event))
    if after is None:
        raise Conflict(f"what is {state} cannot take {event}")
    return after


def may_be_quiet(alarm_level: int, incident_level: int, *, life_safety: bool) -> bool:
    """Whether an alarm of an open incident need not call anybody: never life, the gravest, or what is graver."""
    return not life_safety and alarm_level > 1 and alarm_level >= incident_level


def child_of(
    alarm: Seen, parent: Parent, tuning: Tuning, hops: Callable[[Member], int | None] = lambda _: None
) -> Suggestion | None:
    """Why an alarm belongs to an open incident: the likeliest of its alarms, or the incident's own kind and place."""
    window = timedelta(minutes=tuning.child_window_min)
    bare = replace(alarm, incident=None)
    found = [
        scored(bare, replace(one.seen, raised_at=one.last_at, incident=None), window, tuning, hops=hops(one))
        for one in parent.members
        if one.seen.id != alarm.id
    ]
    family = KIND_FAMILY.get(parent.kind)
    if family is not None:
        last = max([parent.opened_at, *(one.last_at for one in parent.members)])
        whole = replace(bare, id=parent.id, entity=0, family=family, raised_at=last, point=parent.point)
        found.append(scored(bare, whole, window, tuning))
    likeliest = max((one for one in found if one is not None), key=lambda one: one.score, default=None)
    return likeliest if likeliest is not None and likeliest.score >= tuning.child_from else None


def likeliest_parent(
    alarm: Seen,
    parents: Sequence[Parent],
    tuning: Tuning,
    hops: Callable[[Member], int | None] = lambda _: None,
) -> tuple[Parent, Suggestion] | None:
    """The open incident that an alarm belongs to most likely, with the score and its reasons."""
    found = [(one, said) for one in parents if (said := child_of(alarm, one, tuning, hops)) is not None]
    return max(found, key=lambda pair: (pair[1].score, pair[0].number), default=None)
