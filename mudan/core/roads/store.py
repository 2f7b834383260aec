"""How are networks and closures written?"""

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from mudan.storage.pool import Connection


async def put_network(connection: Connection, row: dict[str, Any]) -> None:
    """Keep a network and make it the active one; one that is known already is made active again."""
    await connection.execute("update road_network set active = false where active and hash <> %(hash)s", row)
    await connection.execute(
        "insert into road_network (hash, data, node_order, source, credit, schematic, nodes, edges, arcs, active,"
        " imported_at, imported_by) values (%(hash)s, %(data)s, %(node_order)s, %(source)s, %(credit)s,"
        " %(schematic)s, %(nodes)s, %(edges)s, %(arcs)s, true, %(imported_at)s, %(imported_by)s)"
        " on conflict (hash) do update set active = true,"
        " node_order = coalesce(road_network.node_order, excluded.node_order)",
        row,
    )


async def use_network(connection: Connection, network: str) -> bool:
    """Make a kept network the active one; False when there is none of that hash."""
    await connection.execute("update road_network set active = false where active and hash <> %s", (network,))
    done = await connection.execute("update road_network set active = true where hash = %s", (network,))
    return done.rowcount == 1


async def insert_closure(connection: Connection, row: dict[str, Any]) -> None:
    """Keep a new closure."""
    await connection.execute(
        "insert into road_closure (id, space, area_code, department, source, source_ref, incident_id, geometry,"
        " edges, graph_hash, direction, classes, depth_m, penalty, reason, confidence, example, starts_at, ends_at,"
        " created_at, created_by, begun_at) values (%(id)s, %(space)s, %(area_code)s, %(department)s, %(source)s,"
        " %(source_ref)s, %(incident_id)s, %(geometry)s, %(edges)s, %(graph_hash)s, %(direction)s, %(classes)s,"
        " %(depth_m)s, %(penalty)s, %(reason)s, %(confidence)s, %(example)s, %(starts_at)s, %(ends_at)s,"
        " %(created_at)s, %(created_by)s, %(begun_at)s)",
        row | {"geometry": Jsonb(row["geometry"])},
    )


async def change_closure(connection: Connection, closure: UUID, version: int, row: dict[str, Any]) -> bool:
    """Write what may change while a closure stands; False when it has moved on."""
    done = await connection.execute(
        "update road_closure set geometry = %(geometry)s, depth_m = %(depth_m)s, reason = %(reason)s,"
        " confidence = %(confidence)s, ends_at = %(ends_at)s, version = version + 1,"
        " revision = nextval('road_closure_revision')"
        " where id = %(id)s and version = %(version)s and ended_at is null",
        row | {"geometry": Jsonb(row["geometry"]), "id": closure, "version": version},
    )
    return done.rowcount == 1


async def end_closure(
    connection: Connection, closure: UUID, version: int, at: datetime, actor: str, reason: str
) -> bool:
    """End a closure; False when it has moved on."""
    done = await connection.execute(
        "update road_closure set ended_at = %s, ended_by = %s, ended_reason = %s, version = version + 1,"
        " revision = nextval('road_closure_revision') where id = %s and version = %s and ended_at is null",
        (at, actor, reason, closure, version),
    )
    return done.rowcount == 1


async def begin_due(connection: Connection, now: datetime) -> list[dict[str, Any]]:
    """Mark as begun what has begun and not ended; returns id, space, starts_at of each."""
    done = await connection.execute(
        "update road_closure set begun_at = starts_at, version = version + 1,"
        " revision = nextval('road_closure_revision')"
        " where ended_at is null and begun_at is null and starts_at <= %(now)s"
        " and (ends_at is null or ends_at > %(now)s) returning id, space, starts_at as due",
        {"now": now},
    )
    return await done.fetchall()


async def expire_due(connection: Connection, now: datetime, actor: str) -> list[dict[str, Any]]:
    """End what has run out, at the time it ran out; returns id, space, ends_at of each."""
    done = await connection.execute(
        "update road_closure set ended_at = ends_at, ended_by = %(actor)s, version = version + 1,"
        " revision = nextval('road_closure_revision')"
        " where ended_at is null and ends_at <= %(now)s returning id, space, ends_at as due",
        {"now": now, "actor": actor},
    )
    return await done.fetchall()


async def append(
    connection: Connection,
    closure: UUID,
    kind: str,
    actor: str,
    at: datetime,
    recorded_at: datetime,
    detail: dict[str, Any] | None = None,
    *,
    late: bool = False,
) -> None:
    """Write a line of a closure's history."""  # fmt: skip
    await connection.execute(
        "insert into road_closure_event (closure_id, at, recorded_at, kind, actor, late, detail)"
        " values (%s, %s, %s, %s, %s, %s, %s)",
        (closure, at, recorded_at, kind, actor, late, Jsonb(detail or {})),
    )
