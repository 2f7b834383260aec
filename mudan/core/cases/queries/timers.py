"""Whose colour changes now, and which clocks were counted by a calendar that is no longer in force?"""

from datetime import datetime
from uuid import UUID

from psycopg import sql

from mudan.core.cases.model.running import Running
from mudan.core.cases.queries.rows import CLOCK, run_of
from mudan.storage.pool import Connection


async def due(connection: Connection, now: datetime, limit: int) -> list[tuple[UUID, Running]]:
    """Open clocks whose colour changes by now, with their cases, held against everybody else."""
    return await _held(
        connection,
        sql.SQL(
            " where k.ended_at is null and k.next_at <= %s order by k.next_at limit %s for update skip locked"
        ),
        (now, limit),
    )


async def stale(connection: Connection, limit: int) -> list[tuple[UUID, int, Running]]:
    """Open clocks that another version of the calendar than theirs would count now, with case and data space."""
    rows = await (
        await connection.execute(
            sql.SQL(CLOCK)
            + sql.SQL(
                " join space s on s.id = c.space cross join lateral (select coalesce("
                " (select max(o.version) from case_calendar o where o.space = s.id),"
                " (select max(z.version) from case_calendar z where z.space = 0), 0) as version) v"
                " where k.ended_at is null and k.calendar_version <> v.version"
                " limit %s for update of k, c skip locked"
            ),
            (limit,),
        )
    ).fetchall()
    return [(row["case_id"], row["space"], run_of(row)) for row in rows]


async def _held(
    connection: Connection, rest: sql.SQL, values: tuple[datetime, int]
) -> list[tuple[UUID, Running]]:
    rows = await (await connection.execute(sql.SQL(CLOCK) + rest, values)).fetchall()
    return [(row["case_id"], run_of(row)) for row in rows]
