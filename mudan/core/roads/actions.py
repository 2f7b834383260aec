"""How are networks taken into use, and roads closed and opened again?

made ──start──▶ in force ──end──▶ ended (expired)
  └─────────────lifted by a person, a plan or with its incident──▶ ended
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import numpy as np

from mudan.core.people.model import Actor
from mudan.core.roads import queries, store
from mudan.core.roads.model import (
    DEPTH_HYSTERESIS_M,
    DEPTH_STEPS,
    EVERY_CLASS,
    Closure,
    Confidence,
    Graph,
    Source,
    checked_closing,
    checked_geometry,
    packed,
)
from mudan.primitives.changes import Changes
from mudan.primitives.errors import Conflict, Invalid, NotFound
from mudan.primitives.geo import Point
from mudan.primitives.ids import new_id
from mudan.storage.pool import Connection

NOUN: Final = "roads"
CLOCK: Final = "clock"
LATE: Final = timedelta(seconds=60)
REASON_LENGTH: Final = 500
LONGEST: Final = timedelta(days=366)


async def take_up(
    connection: Connection, graph: Graph, order: Sequence[int] | None, now: datetime, by: str
) -> str:
    """Keep a network and make it the one in use; returns its hash."""
    row = {
        "hash": graph.hash, "data": packed(graph),
        "node_order": None if order is None else np.array(order, np.int32).tobytes(),
        "source": graph.origin.source, "credit": graph.origin.credit, "schematic": graph.origin.schematic,
        "nodes": graph.nodes, "edges": graph.edges, "arcs": graph.arcs, "imported_at": now, "imported_by": by,
    }  # fmt: skip
    await store.put_network(connection, row)
    return graph.hash


async def use(connection: Connection, network: str) -> None:
    """Take a network into use that is kept already (raises NotFound)."""
    if not await store.use_network(connection, network):
        raise NotFound("there is no such road network")


@dataclass(frozen=True, slots=True)
class NewClosure:
    """What is to be closed. `geometry` is GeoJSON; `edges` with `graph_hash` name the very stretches drawn on.

    Neither depth nor penalty: closed. `depth_m`: closed to the classes that do not pass such water. `penalty`:
    open but avoided, the time along it multiplied. `source_ref` is a plan's own name for it.
    """

    geometry: dict[str, Any]
    reason: str
    classes: tuple[str, ...] = EVERY_CLASS
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    depth_m: float | None = None
    penalty: float | None = None
    direction: str = "both"
    confidence: Confidence = Confidence.CONFIRMED
    edges: tuple[int, ...] = ()
    graph_hash: str = ""
    source: Source = Source.HAND
    source_ref: str = ""
    incident_id: UUID | None = None
    department: str | None = None
    example: bool = False


async def close(
    connection: Connection, new: NewClosure, now: datetime, *, by: str, space: int, area_code: str
) -> Closure:
    """Close a road, or plan to. Raises Invalid for what cannot be closed so."""
    closing = checked_closing(list(new.classes), new.depth_m, new.penalty, new.direction)
    checked_geometry(new.geometry)
    starts_at = max(new.starts_at or now, now)
    _check_end(starts_at, new.ends_at)
    closure = new_id()
    row = {
        "id": closure, "space": space, "area_code": area_code, "department": new.department,
        "source": new.source.value, "source_ref": new.source_ref, "incident_id": new.incident_id,
        "geometry": new.geometry, "edges": list(new.edges), "graph_hash": new.graph_hash,
        "direction": closing.direction.value, "classes": sorted(closing.classes), "depth_m": closing.depth_m,
        "penalty": closing.penalty, "reason": _reason(new.reason), "confidence": new.confidence.value,
        "example": new.example, "starts_at": starts_at, "ends_at": new.ends_at, "created_at": now, "created_by": by,
        "begun_at": starts_at if starts_at <= now else None,
    }  # fmt: skip
    await store.insert_closure(connection, row)
    detail = {"depth_m": new.depth_m, "penalty": new.penalty, "classes": row["classes"]}
    await store.append(connection, closure, "made", by, now, now, detail)
    return await queries.one(connection, closure)


async def close_by(connection: Connection, actor: Actor, new: NewClosure, now: datetime) -> Closure:
    """Close a road as a person, in their own data space and area."""
    scope = actor.scope
    return await close(connection, new, now, by=actor.name, space=scope.space, area_code=scope.area)


async def extend(
    connection: Connection,
    closure: UUID,
    version: int,
    ends_at: datetime | None,
    reason: str,
    by: str,
    now: datetime,
) -> Closure:
    """Give a standing closure another end (None: until it is lifted). Raises Conflict when it has moved on."""
    found = await queries.one(connection, closure)
    _check_end(max(found.starts_at, now), ends_at)
    return await _change(connection, found, version, {"ends_at": ends_at}, reason, by, now)


async def end(
    connection: Connection, closure: UUID, version: int, reason: str, by: str, now: datetime
) -> Closure:
    """Lift a closure before its time. Raises Conflict when it has moved on or ended."""
    if not await store.end_closure(connection, closure, version, now, by, _reason(reason)):
        await queries.one(connection, closure)
        raise Conflict("this closure has changed or ended since you read it")
    await store.append(connection, closure, "lifted", by, now, now, {"reason": reason.strip()})
    return await queries.one(connection, closure)


async def close_by_depth(
    connection: Connection,
    *,
    ref: str,
    geometry: dict[str, Any],
    depth_m: float,
    reason: str,
    now: datetime,
    space: int,
    area_code: str,
    by: str,
    incident_id: UUID | None = None,
    example: bool = True,
) -> Closure | None:
    """Let water of this depth on a road close it, change what it closes, or open it again.

    `ref` is the plan's own name for the place: the same place has one standing closure however often this is
    called. Returns the standing closure, or None when the road is open. It opens only when the water is
    DEPTH_HYSTERESIS_M below what closed it.
    """  # fmt: skip
    if not ref:
        raise Invalid("a closure by depth needs a name of its place", field="ref")
    found = await queries.of_ref(connection, space, Source.PLAN, ref)
    depth = depth_m if found is None else held_depth(found.closing.depth_m or 0.0, depth_m)
    if depth < DEPTH_STEPS[0][0]:
        if found is not None:
            gone = f"积水已退至 {depth_m:.2f} 米 water down to {depth_m:.2f} m"
            await end(connection, found.id, found.version, gone, by, now)
        return None
    if found is None:
        new = NewClosure(
            geometry, reason, depth_m=depth, source=Source.PLAN, source_ref=ref, incident_id=incident_id,
            confidence=Confidence.ESTIMATED, example=example,
        )  # fmt: skip
        return await close(connection, new, now, by=by, space=space, area_code=area_code)
    if abs(depth - (found.closing.depth_m or 0.0)) < DEPTH_HYSTERESIS_M and step_of(depth) == step_of(
        found.closing.depth_m or 0.0
    ):
        return found
    return await _change(connection, found, found.version, {"depth_m": depth}, reason, by, now)


def held_depth(before_m: float, depth_m: float) -> float:
    """The depth that counts: falling water still counts as a step until it is clearly below it."""
    for step_m, _ in reversed(DEPTH_STEPS):
        if before_m >= step_m > depth_m > step_m - DEPTH_HYSTERESIS_M:
            return step_m
    return depth_m


def step_of(depth_m: float) -> int:
    """How many of the depth steps such water has reached."""
    return sum(depth_m >= step_m for step_m, _ in DEPTH_STEPS)


async def keep_off(
    connection: Connection,
    *,
    ref: str,
    ring: Sequence[Point],
    penalty: float,
    reason: str,
    now: datetime,
    space: int,
    area_code: str,
    by: str,
    incident_id: UUID | None = None,
    ends_at: datetime | None = None,
    example: bool = True,
) -> Closure:
    """Let vehicles go round an area where they can (the upwind rule); called again, the area moves."""  # fmt: skip
    corners = [[round(p.lon, 6), round(p.lat, 6)] for p in ring]
    geometry = {"type": "Polygon", "coordinates": [[*corners, corners[0]]]}
    found = await queries.of_ref(connection, space, Source.PLAN, ref)
    if found is None:
        new = NewClosure(
            geometry, reason, penalty=penalty, source=Source.PLAN, source_ref=ref, incident_id=incident_id,
            ends_at=ends_at, confidence=Confidence.ESTIMATED, example=example,
        )  # fmt: skip
        return await close(connection, new, now, by=by, space=space, area_code=area_code)
    if found.geometry == geometry and found.ends_at == ends_at:
        return found
    changed = {"geometry": geometry, "ends_at": ends_at}
    return await _change(connection, found, found.version, changed, reason, by, now)


async def open_again(
    connection: Connection, *, ref: str, reason: str, now: datetime, space: int, by: str
) -> Closure | None:
    """Lift what a plan closed under its own name; None when nothing of that name stands."""
    found = await queries.of_ref(connection, space, Source.PLAN, ref)
    return None if found is None else await end(connection, found.id, found.version, reason, by, now)


async def end_of_incident(
    connection: Connection, incident: UUID, reason: str, by: str, now: datetime
) -> list[UUID]:
    """Lift every standing closure of an incident; returns which."""
    standing = [one for one in await queries.of_incident(connection, incident) if one.ended_at is None]
    for one in standing:
        await end(connection, one.id, one.version, reason, by, now)
    return [one.id for one in standing]


async def tick(connection: Connection, now: datetime) -> Changes:
    """Closures begin and run out by the clock. What the centre slept through is marked as late."""
    changes = Changes()
    expired = await store.expire_due(connection, now, CLOCK)
    begun = await store.begin_due(connection, now)
    for kind, rows in (("expired", expired), ("begun", begun)):
        for row in rows:
            late = now - row["due"] > LATE
            await store.append(connection, row["id"], kind, CLOCK, row["due"], now, late=late)
            changes.touch(NOUN, row["space"], row["id"])
    return changes


async def _change(
    connection: Connection,
    found: Closure,
    version: int,
    what: dict[str, Any],
    reason: str,
    by: str,
    now: datetime,
) -> Closure:
    row = {
        "geometry": found.geometry, "depth_m": found.closing.depth_m, "reason": found.reason,
        "confidence": found.confidence.value, "ends_at": found.ends_at, **what,
    }  # fmt: skip
    if not await store.change_closure(connection, found.id, version, row):
        raise Conflict("this closure has changed or ended since you read it")
    detail = {name: _plain(value) for name, value in what.items() if name != "geometry"}
    detail |= {"moved": True} if "geometry" in what else {}
    await store.append(connection, found.id, "changed", by, now, now, detail | {"reason": _reason(reason)})
    return await queries.one(connection, found.id)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _reason(text: str) -> str:
    reason = text.strip()
    if not 0 < len(reason) <= REASON_LENGTH:
        raise Invalid(f"a reason of at most {REASON_LENGTH} characters is needed", field="reason")
    return reason


def _check_end(starts_at: datetime, ends_at: datetime | None) -> None:
    if ends_at is not None and not starts_at < ends_at <= starts_at + LONGEST:
        raise Invalid("a closure ends after it starts and within a year", field="ends_at")
