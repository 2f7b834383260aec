"""Which closures are there, within the reader's scope, and what happened to them?"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import sql

from mudan.core.people.queries import visible
from mudan.core.roads.model import Closing, Closure, Confidence, Direction, Source
from mudan.primitives.errors import NotFound
from mudan.storage.pool import Connection

_SELECT = sql.SQL("select c.* from road_closure c where ")


class Line(NamedTuple):
    """One line of a closure's history."""

    at: datetime
    recorded_at: datetime
    kind: str
    actor: str
    late: bool
    detail: dict[str, Any]


def _closure(row: dict[str, Any]) -> Closure:
    closing = Closing(frozenset(row["classes"]), row["depth_m"], row["penalty"], Direction(row["direction"]))
    same = (
        "id", "space", "area_code", "source_ref", "reason", "geometry", "graph_hash", "starts_at", "ends_at",
        "created_at", "created_by", "begun_at", "ended_at", "ended_by", "ended_reason", "incident_id", "example",
        "revision", "version",
    )  # fmt: skip
    return Closure(
        **{name: row[name] for name in same}, source=Source(row["source"]), edges=tuple(row["edges"]),
        confidence=Confidence(row["confidence"]), closing=closing,
    )  # fmt: skip


async def _found(connection: Connection, condition: str, values: dict[str, Any]) -> list[Closure]:
    done = await connection.execute(_SELECT + visible("c") + sql.SQL(condition), values)
    return [_closure(row) for row in await done.fetchall()]


async def standing(connection: Connection) -> list[Closure]:
    """Planned ones and those in force, the newest first."""
    return await _found(connection, " and c.ended_at is null order by c.starts_at desc, c.id", {})


async def ended(connection: Connection, *, limit: int = 100) -> list[Closure]:
    """Those that have ended, the last first."""
    values = {"limit": limit}
    return await _found(
        connection, " and c.ended_at is not null order by c.ended_at desc limit %(limit)s", values
    )


async def of_incident(connection: Connection, incident: UUID) -> list[Closure]:
    """Every closure made for an incident, the first first."""
    return await _found(
        connection, " and c.incident_id = %(id)s order by c.starts_at, c.id", {"id": incident}
    )


async def during(connection: Connection, begin: datetime, end: datetime) -> list[Closure]:
    """Every closure that counted at some time between, the first first."""
    condition = (
        " and c.starts_at < %(end)s and coalesce(c.ended_at, c.ends_at, 'infinity') > %(begin)s"
        " and (c.ended_at is null or c.ended_at > c.starts_at) order by c.starts_at, c.id"
    )
    return await _found(connection, condition, {"begin": begin, "end": end})


async def one(connection: Connection, closure: UUID) -> Closure:
    """The closure of that id (raises NotFound)."""
    found = await _found(connection, " and c.id = %(id)s", {"id": closure})
    if not found:
        raise NotFound("there is no such closure")
    return found[0]


async def of_ref(connection: Connection, space: int, source: Source, ref: str) -> Closure | None:
    """The standing closure of a source's own name for it, if there is one."""
    condition = (
        " and c.ended_at is null and c.space = %(space)s and c.source = %(source)s and c.source_ref = %(ref)s"
    )
    found = await _found(connection, condition, {"space": space, "source": source.value, "ref": ref})
    return found[0] if found else None


async def last_ended(connection: Connection, space: int, source: Source, ref: str) -> Closure | None:
    """The closure of a source's own name that ended last, if there was one."""
    condition = (
        " and c.ended_at is not null and c.space = %(space)s and c.source = %(source)s and c.source_ref = %(ref)s"
        " order by c.ended_at desc limit 1"
    )
    found = await _found(connection, condition, {"space": space, "source": source.value, "ref": ref})
    return found[0] if found else None


async def under_ref(connection: Connection, space: int, source: Source, under: str) -> list[Closure]:
    """The standing closures of which a source's own name begins so."""
    condition = (
        " and c.ended_at is null and c.space = %(space)s and c.source = %(source)s"
        " and starts_with(c.source_ref, %(under)s) order by c.source_ref"
    )
    return await _found(connection, condition, {"space": space, "source": source.value, "under": under})


async def history(connection: Connection, closure: UUID) -> list[Line]:
    """What happened to a closure, in order."""
    done = await connection.execute(
        "select at, recorded_at, kind, actor, late, detail from road_closure_event where closure_id = %s order by id",
        (closure,),
    )
    return [Line(**row) for row in await done.fetchall()]


async def seen(connection: Connection, ids: Sequence[UUID]) -> set[UUID]:
    """Which of these closures the reader may see."""
    done = await connection.execute(
        sql.SQL("select c.id from road_closure c where ")
        + visible("c")
        + sql.SQL(" and c.id = any(%(ids)s)"),
        {"ids": list(ids)},
    )
    return {row["id"] for row in await done.fetchall()}


class Versions(NamedTuple):
    """What a router compares: the network in use (empty without one), the closures that stand, the last revision."""

    network: str
    standing: str
    revision: int


async def versions(connection: Connection) -> Versions:
    """The versions now. The standing closures are named whole: revisions may be committed out of order."""
    row = await (
        await connection.execute(
            "select coalesce((select hash from road_network where active), '') as network,"
            " coalesce((select md5(string_agg(id::text || version, ',' order by id)) from road_closure"
            " where ended_at is null), '') as standing,"
            " coalesce((select max(revision) from road_closure), 0) as revision"
        )
    ).fetchone()
    assert row is not None  # the statement has one row
    return Versions(**row)
