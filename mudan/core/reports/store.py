"""How are calls, reports, their wordings, deliveries and clocks written?"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg import sql

from mudan.storage.pool import Connection


async def next_number(connection: Connection, space: int, day: date, kind: str) -> int:
    """The next number of a day and kind, without gaps among what is committed."""
    done = await connection.execute(
        "insert into report_number values (%s, %s, %s, 1) on conflict (space, day, kind)"
        " do update set last = report_number.last + 1 returning last",
        (space, day, kind),
    )
    row = await done.fetchone()
    assert row is not None  # the statement returns a row or raises
    return int(row["last"])


async def insert(connection: Connection, table: str, row: dict[str, Any]) -> bool:
    """Keep a new row of one of the noun's tables; False when it is there already."""
    statement = sql.SQL("insert into {} ({}) values ({}) on conflict do nothing").format(
        sql.Identifier(table),
        sql.SQL(", ").join(sql.Identifier(name) for name in row),
        sql.SQL(", ").join(sql.Placeholder(name) for name in row),
    )
    return (await connection.execute(statement, row)).rowcount == 1


async def attach(connection: Connection, call: UUID, incident: UUID) -> None:
    """Say to which incident a call belongs."""
    await connection.execute("update call_report set incident_id = %s where id = %s", (incident, call))


async def update(connection: Connection, report: UUID, **changes: Any) -> None:
    """Write what changes in a report's life, by column; the version moves on."""
    sets = [sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in changes]
    statement = sql.SQL("update report set {}, version = version + 1 where id = %(report)s")
    await connection.execute(statement.format(sql.SQL(", ").join(sets)), changes | {"report": report})


async def receive(
    connection: Connection, delivery: UUID, state: str, at: datetime | None, by: str, note: str
) -> None:
    """Keep the receipt, or the failure, of a delivery."""
    await connection.execute(
        "update report_delivery set state = %s, received_at = %s, received_by = %s, note = %s where id = %s",
        (state, at, by, note, delivery),
    )


async def put_rule(connection: Connection, row: dict[str, Any]) -> None:
    """Set how soon something must be told to a body; it is no example any more."""
    await connection.execute(
        "insert into report_rule (id, level, body_zh, body_en, kind, mode, minutes, example)"
        " values ((select coalesce(max(id), 0) + 1 from report_rule), %(level)s, %(body_zh)s, %(body_en)s, %(kind)s,"
        " %(mode)s, %(minutes)s, false)",
        row,
    )


async def clear_rules(connection: Connection, level: int) -> None:
    """Forget the clocks of a level before new ones are set; the audit trail keeps what they were."""
    await connection.execute("delete from report_rule where level = %s", (level,))


async def cancel_clocks(connection: Connection, incident: UUID, source: str, at: datetime) -> None:
    """End the clocks that a plan added to an incident."""
    await connection.execute(
        "update report_clock set cancelled_at = %s where incident_id = %s and source = %s and cancelled_at is null",
        (at, incident, source),
    )
