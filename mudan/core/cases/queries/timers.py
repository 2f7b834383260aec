"""Whose colour changes now, and which clocks were counted by a calendar that is no longer in force?"""

from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql

from mudan.core.cases.model.running import Running
from mudan.core.cases.queries.rows import CLOCK, run_of
from mudan.storage.pool import Connection

# A step takes the case and then its clocks; the timers take both at once and wait for neither.
_WITH_CASE: LiteralString = " join case_file c on c.id = k.case_id"
_LOCK: LiteralString = " for update of c, k skip locked"


async def due(connection: Connection, now: datetime, limit: int) -> list[tuple[UUID, Running]]:
    """Open clocks whose colour changes by now, with their cases, held against everybody else."""
    return await _held(
        connection,
        sql.SQL(" where k.ended_at is null and k.next_at <= %s order by k.next_at limit %s"),
        (now, limit),
    )


async def stale(connection: Connection, limit: int) -> list[tuple[UUID, int, Running]]:
    """Open clocks that a newer calendar than theirs would count now, with case and data space. Held as `due` holds."""
    spaces = await (
        await connection.execute(
            "select s.id, coalesce((select max(o.version) from case_calendar o where o.space = s.id),"
            " (select max(z.version) from case_calendar z where z.space = 0), 0) as version from space s"
        )
    ).fetchall()
    found: list[tuple[UUID, int, Running]] = []
    for space in spaces:
        rest = sql.SQL(" where k.ended_at is null and k.space = %s and k.calendar_version < %s limit %s")
        held = await _held(connection, rest, (space["id"], space["version"], limit - len(found)))
        found += [(case, space["id"], run) for case, run in held]
    return found


async def _held(connection: Connection, rest: sql.SQL, values: tuple[Any, ...]) -> list[tuple[UUID, Running]]:
    rows = await (
        await connection.execute(sql.SQL(CLOCK) + sql.SQL(_WITH_CASE) + rest + sql.SQL(_LOCK), values)
    ).fetchall()
    return [(row["case_id"], run_of(row)) for row in rows]
