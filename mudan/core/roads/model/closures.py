"""What closes a road, for whom, and what is left of an arc's weight under it?

in force    start ≤ now < end, and not lifted before
closed      for the classes named; with a depth of water: for classes that do not pass such water
penalty     not closed but avoided: the time along it is multiplied (the upwind rule for hazardous material)
the scene   whoever is on a road closed by hand or stands before it may drive the last stretch; nobody drives
            through water that is too deep
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple
from uuid import UUID

import numpy as np

from mudan.core.roads.model.graph import I64, Graph
from mudan.core.roads.model.profiles import BOAT, BOAT_FLOATS_M, EVERY_CLASS, INF_MS, Profile, boat_ms
from mudan.primitives.errors import Invalid

GREATEST_PENALTY: Final = 100.0
DEEPEST_M: Final = 20.0
MOST_EDGES: Final = 5000


class Source(StrEnum):
    """Who or what closed it."""

    HAND = "hand"
    PLAN = "plan"
    INCIDENT = "incident"


class Confidence(StrEnum):
    """How sure it is."""

    CONFIRMED = "confirmed"
    REPORTED = "reported"
    ESTIMATED = "estimated"


class Direction(StrEnum):
    """Which way along the drawn edges."""

    BOTH = "both"
    FORWARD = "forward"
    BACKWARD = "backward"


class State(StrEnum):
    """Where a closure is in its life."""

    PLANNED = "planned"
    IN_FORCE = "in_force"
    ENDED = "ended"


class Closing(NamedTuple):
    """What a closure does to whoever comes."""

    classes: frozenset[str]
    depth_m: float | None = None
    penalty: float | None = None
    direction: Direction = Direction.BOTH

    def closes(self, profile: Profile) -> bool:
        """Whether that class may not pass at all."""
        if profile.name not in self.classes or self.penalty is not None:
            return False
        if self.depth_m is None:
            return True
        return profile.depth_limit_m is not None and self.depth_m >= profile.depth_limit_m


@dataclass(frozen=True, slots=True)
class Closure:
    """A closure as it is stored. `geometry` is GeoJSON; `edges` are of the network `graph_hash`, if drawn so."""

    id: UUID
    space: int
    area_code: str
    source: Source
    source_ref: str
    reason: str
    confidence: Confidence
    geometry: dict[str, Any]
    edges: tuple[int, ...]
    graph_hash: str
    closing: Closing
    starts_at: datetime
    ends_at: datetime | None
    created_at: datetime
    created_by: str
    begun_at: datetime | None
    ended_at: datetime | None
    ended_by: str
    ended_reason: str
    incident_id: UUID | None
    example: bool
    revision: int
    version: int

    def in_force(self, now: datetime) -> bool:
        """Whether it counts at that time."""
        return (
            self.starts_at <= now
            and (self.ends_at is None or now < self.ends_at)
            and (self.ended_at is None or now < self.ended_at)
        )

    def state(self, now: datetime) -> State:
        """Where it is in its life at that time."""
        if self.in_force(now):
            return State.IN_FORCE
        return State.PLANNED if now < self.starts_at and self.ended_at is None else State.ENDED


def checked_closing(
    classes: list[str], depth_m: float | None, penalty: float | None, direction: str
) -> Closing:
    """What a closure is to do, held against what can be (raises Invalid)."""
    unknown = sorted(set(classes) - set(EVERY_CLASS))
    if unknown or not classes:
        raise Invalid(f"a closure is for {', '.join(EVERY_CLASS)}", field="classes")
    if depth_m is not None and not 0 < depth_m <= DEEPEST_M:
        raise Invalid("the depth is above 0 and below 20 m", field="depth_m")
    if penalty is not None and not 1 < penalty <= GREATEST_PENALTY:
        raise Invalid("a penalty multiplies the time by more than 1 and at most 100", field="penalty")
    if penalty is not None and depth_m is not None:
        raise Invalid("a closure has a depth or a penalty, not both", field="penalty")
    return Closing(frozenset(classes), depth_m, penalty, Direction(direction))


class Standing(NamedTuple):
    """A closure in force and the edges it lies on in the present network."""

    closing: Closing
    edges: I64


class Laid(NamedTuple):
    """Arcs whose weight differs from the free one: for driving through, and for the last stretch at either end."""

    through: dict[int, int]
    ends: dict[int, int]


def laid(graph: Graph, profile: Profile, free: I64, standing: list[Standing]) -> Laid:
    """What the closures leave of the weights of one profile."""
    closed: set[int] = set()
    drowned: set[int] = set()
    slow: dict[int, int] = {}
    for one in standing:
        arcs = arcs_of(graph, one.edges, one.closing.direction)
        arcs = arcs[free[arcs] < INF_MS]
        if one.closing.closes(profile):
            closed.update(arcs.tolist())
            if one.closing.depth_m is not None:
                drowned.update(arcs.tolist())
        elif profile.name in one.closing.classes:
            for arc, ms in zip(arcs.tolist(), _slowed(graph, profile, free, one.closing, arcs), strict=True):
                slow[arc] = max(ms, slow.get(arc, 0))
    through = slow | dict.fromkeys(closed, INF_MS)
    ends = slow | dict.fromkeys(drowned, INF_MS)
    return Laid(through, ends)


def _slowed(graph: Graph, profile: Profile, free: I64, closing: Closing, arcs: I64) -> list[int]:
    """Milliseconds under a closure that closes nothing for this profile."""
    if closing.penalty is not None:
        slow: list[int] = (
            np.minimum(np.rint(free[arcs] * closing.penalty), INF_MS - 1).astype(np.int64).tolist()
        )
        return slow
    if profile is BOAT and closing.depth_m is not None and closing.depth_m >= BOAT_FLOATS_M:
        rowed: list[int] = boat_ms(graph, graph.edge[arcs].astype(np.int64)).tolist()
        return rowed
    as_ever: list[int] = free[arcs].tolist()
    return as_ever


def arcs_of(graph: Graph, edges: I64, direction: Direction = Direction.BOTH) -> I64:
    """The arcs of some edges."""
    counts = graph.first_arc[edges + 1] - graph.first_arc[edges]
    starts = np.repeat(graph.first_arc[edges] - (np.cumsum(counts) - counts), counts)
    arcs: I64 = starts + np.arange(counts.sum())
    if direction is Direction.BOTH:
        return arcs
    one_way: I64 = arcs[graph.forward[arcs] == (direction is Direction.FORWARD)]
    return one_way
