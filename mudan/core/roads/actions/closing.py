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
    return await change(connection, found, version, {"ends_at": ends_at}, reason, by, now)


async def end(
    connection: Connection, closure: UUID, version: int, reason: str, by: str, now: datetime
) -> Closure:
    """Lift a closure before its time. Raises Conflict when it has moved on or ended."""
    if not await store.end_closure(connection, closure, version, now, by, _reason(reason)):
        await queries.one(connection, closure)
        raise Conflict("this closure has changed or ended since you read it")
    await store.append(connection, closure, "lifted", by, now, now, {"reason": reason.strip()})
    return await queries.one(connection, closure)


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


async def change(
    connection: Connection,
    found: Closure,
    version: int,
    what: dict[str, Any],
    reason: str,
    by: str,
    now: datetime,
) -> Closure:
    """Write what changes while a closure stands. Raises Conflict when it has moved on."""
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
