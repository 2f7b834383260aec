"""How are incidents and their timelines written?"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from mudan.storage.pool import Connection


async def next_number(connection: Connection, space: int, day: date) -> int:
    """The next number of a day, without gaps among committed incidents."""
    done = await connection.execute(
        "insert into incident_number values (%s, %s, 1) on conflict (space, day)"
        " do update set last = incident_number.last + 1 returning last",
        (space, day),
    )
    row = await done.fetchone()
    assert row is not None  # the statement returns a row or raises
    last: int = row["last"]
    return last


async def insert(connection: Connection, row: dict[str, Any]) -> None:
    """Keep a new incident."""
    await connection.execute(
        "insert into incident (id, space, number, title, kind, level, phase, lon, lat, address, area_code,"
        " department, commander, opened_at, opened_by) values (%(id)s, %(space)s, %(number)s, %(title)s, %(kind)s,"
        " %(level)s, %(phase)s, %(lon)s, %(lat)s, %(address)s, %(area_code)s, %(department)s, %(commander)s,"
        " %(opened_at)s, %(opened_by)s)",
        row,
    )


async def update(connection: Connection, incident: UUID, row: dict[str, Any]) -> None:
    """Write what changes in an incident's life."""
    await connection.execute(
        "update incident set level = %(level)s, phase = %(phase)s, closed_at = %(closed_at)s,"
        " disposition = %(disposition)s, summary = %(summary)s, version = version + 1 where id = %(id)s",
        row | {"id": incident},
    )


async def touch(connection: Connection, incident: UUID) -> None:
    """Mark that something linked to the incident changed."""
    await connection.execute("update incident set version = version + 1 where id = %s", (incident,))


async def link(connection: Connection, incident: UUID, alarm: UUID, at: datetime, actor: str) -> bool:
    """Link an alarm; False when it belongs to an incident already."""
    done = await connection.execute(
        "insert into incident_alarm (incident_id, alarm_id, linked_at, linked_by) values (%s, %s, %s, %s)"
        " on conflict (alarm_id) do nothing",
        (incident, alarm, at, actor),
    )
    return done.rowcount == 1


async def append(connection: Connection, row: dict[str, Any]) -> None:
    """Add a line to a timeline."""
    await connection.execute(
        "insert into incident_event (incident_id, at, recorded_at, source, actor, kind, text_zh, text_en, detail)"
        " values (%(incident)s, %(at)s, %(recorded_at)s, %(source)s, %(actor)s, %(kind)s, %(text_zh)s, %(text_en)s,"
        " %(detail)s)",
        row | {"detail": Jsonb(row["detail"])},
    )
