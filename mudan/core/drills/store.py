"""How are drills written?"""

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from mudan.storage.pool import Connection


async def make_space(connection: Connection, title: str, scale: float) -> int:
    """A new data space; its number."""
    row = await (await connection.execute("select next_space(%s) as id", (title,))).fetchone()
    assert row is not None  # the function returns a row or raises
    await connection.execute("update space set scale = %s where id = %s", (scale, row["id"]))
    return int(row["id"])


async def insert(connection: Connection, row: dict[str, Any]) -> None:
    """Keep a new drill."""
    await connection.execute(
        "insert into drill (id, space, title_zh, title_en, template, area_code, department, state, scale, simulated,"
        " script, script_hash, created_by, created_at) values (%(id)s, %(space)s, %(title_zh)s, %(title_en)s,"
        " %(template)s, %(area_code)s, %(department)s, 'ready', %(scale)s, %(simulated)s, %(script)s, %(script_hash)s,"
        " %(created_by)s, %(created_at)s)",
        row | {"script": Jsonb(row["script"])},
    )


async def insert_inject(connection: Connection, row: dict[str, Any]) -> None:
    """Keep one inject, behind those that are there."""
    await connection.execute(
        "insert into drill_inject (id, drill_id, at_s, position, kind, title_zh, title_en, payload)"
        " select %(id)s, %(drill_id)s, %(at_s)s, coalesce(max(position), 0) + 1, %(kind)s, %(title_zh)s,"
        " %(title_en)s, %(payload)s from drill_inject where drill_id = %(drill_id)s",
        row | {"payload": Jsonb(row["payload"])},
    )


async def update(connection: Connection, drill: UUID, row: dict[str, Any]) -> None:
    """Write a drill's state and clock."""
    await connection.execute(
        "update drill set state = %(state)s, scale = %(scale)s, started_at = %(started_at)s, ended_at = %(ended_at)s,"
        " resumed_at = %(resumed_at)s, elapsed_s = %(elapsed_s)s, version = version + 1 where id = %(id)s",
        row | {"id": drill},
    )


async def set_scale(connection: Connection, space: int, scale: float) -> None:
    """How fast time runs in the space."""
    await connection.execute("update space set scale = %s where id = %s", (scale, space))


async def settle(connection: Connection, inject: UUID, row: dict[str, Any]) -> bool:
    """End a waiting inject; False when it has been ended before."""
    done = await connection.execute(
        "update drill_inject set state = %(state)s, done_at = %(at)s, done_s = %(drill_s)s, done_by = %(by)s,"
        " result = %(result)s where id = %(id)s and state = 'waiting'",
        row | {"id": inject},
    )
    return done.rowcount == 1


async def append(connection: Connection, row: dict[str, Any]) -> None:
    """Add a line to what the control room did."""
    await connection.execute(
        "insert into drill_event (drill_id, at, drill_s, kind, actor, text_zh, text_en, detail) values"
        " (%(drill_id)s, %(at)s, %(drill_s)s, %(kind)s, %(actor)s, %(text_zh)s, %(text_en)s, %(detail)s)",
        row | {"detail": Jsonb(row["detail"])},
    )


async def skip_rest(connection: Connection, drill: UUID, at: datetime, by: str) -> int:
    """End every inject that still waits; how many."""
    done = await connection.execute(
        "update drill_inject set state = 'skipped', done_at = %s, done_by = %s"
        " where drill_id = %s and state = 'waiting'",
        (at, by, drill),
    )
    return done.rowcount
