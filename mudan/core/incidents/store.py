"""How are incidents and their timelines written?"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg import sql
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
        " department, commander, opened_at, opened_by, authority, command_area) values (%(id)s,"
        " %(space)s, %(number)s, %(title)s, %(kind)s,"
        " %(level)s, %(phase)s, %(lon)s, %(lat)s, %(address)s, %(area_code)s, %(department)s, %(commander)s,"
        " %(opened_at)s, %(opened_by)s, %(authority)s, %(command_area)s)",
        row,
    )


CHANGING = (
    "level", "phase", "closed_at", "disposition", "summary", "merged_into", "void_reason", "authority",
    "command_area", "area_code", "commander", "lon", "lat", "address",
)  # fmt: skip


async def update(connection: Connection, incident: UUID, changes: dict[str, Any]) -> None:
    """Write what changes in an incident's life, by column; the version moves on."""
    assert set(changes) <= set(CHANGING), changes
    sets = [sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in changes]
    statement = sql.SQL("update incident set {}, version = version + 1 where id = %(incident)s")
    await connection.execute(statement.format(sql.SQL(", ").join(sets)), changes | {"incident": incident})


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


async def unlink(connection: Connection, alarms: Sequence[UUID], incident: UUID) -> None:
    """Release alarms from an incident; the timeline keeps that they belonged to it."""
    await connection.execute(
        "delete from incident_alarm where incident_id = %s and alarm_id = any(%s)", (incident, list(alarms))
    )


async def move_alarms(
    connection: Connection, source: UUID, target: UUID, alarms: Sequence[UUID]
) -> list[UUID]:
    """Let alarms follow from one incident into another; those that really did."""
    rows = await (
        await connection.execute(
            "update incident_alarm set incident_id = %s where incident_id = %s and alarm_id = any(%s)"
            " returning alarm_id",
            (target, source, list(alarms)),
        )
    ).fetchall()
    return [row["alarm_id"] for row in rows]


async def move(
    connection: Connection, table: str, source: UUID, target: UUID, ids: Sequence[UUID]
) -> list[UUID]:
    """Let rows of a table follow from one incident into another; those that really did."""
    statement = sql.SQL(
        "update {} set incident_id = %s where incident_id = %s and id = any(%s) returning id"
    ).format(sql.Identifier(table))
    rows = await (await connection.execute(statement, (target, source, list(ids)))).fetchall()
    return [row["id"] for row in rows]


async def insert_merge(connection: Connection, row: dict[str, Any]) -> None:
    """Keep that an incident was taken into another, with what followed."""
    await connection.execute(
        "insert into incident_merge (id, source_id, target_id, at, by, reason, moved, source_phase) values (%(id)s,"
        " %(source)s, %(target)s, %(at)s, %(by)s, %(reason)s, %(moved)s, %(source_phase)s)",
        row | {"moved": Jsonb(row["moved"])},
    )


async def undo_merge(connection: Connection, merge: UUID, at: datetime, by: str, reason: str) -> None:
    """Mark a merge as undone."""
    await connection.execute(
        "update incident_merge set undone_at = %s, undone_by = %s, undone_reason = %s where id = %s",
        (at, by, reason, merge),
    )


async def insert_relation(connection: Connection, row: dict[str, Any]) -> bool:
    """Bind two incidents; False when they are bound already."""
    done = await connection.execute(
        "insert into incident_relation (id, from_id, to_id, kind, reason, made_at, made_by) values (%(id)s,"
        " %(from_id)s, %(to_id)s, %(kind)s, %(reason)s, %(at)s, %(by)s) on conflict do nothing",
        row,
    )
    return done.rowcount == 1


async def remove_relation(connection: Connection, relation: UUID, at: datetime, by: str, reason: str) -> None:
    """Loosen a bond; it stays on record."""
    await connection.execute(
        "update incident_relation set removed_at = %s, removed_by = %s, removed_reason = %s where id = %s",
        (at, by, reason, relation),
    )


async def mark_distinct(connection: Connection, one: UUID, other: UUID, at: datetime, by: str) -> None:
    """Remember that two incidents are not the same matter."""
    await connection.execute(
        "insert into incident_distinct (one_id, other_id, at, by) values (least(%(one)s, %(other)s),"
        " greatest(%(one)s, %(other)s), %(at)s, %(by)s) on conflict do nothing",
        {"one": one, "other": other, "at": at, "by": by},
    )


async def insert_handover(connection: Connection, row: dict[str, Any]) -> bool:
    """Keep a new hand-over; False when one waits for its receipt already."""
    done = await connection.execute(
        "insert into incident_handover (id, incident_id, kind, from_authority, from_area, to_authority, to_area,"
        " to_body, with_command, reason, state, sent_at, sent_by) values (%(id)s, %(incident_id)s, %(kind)s,"
        " %(from_authority)s, %(from_area)s, %(to_authority)s, %(to_area)s, %(to_body)s, %(with_command)s, %(reason)s,"
        " 'sent', %(sent_at)s, %(sent_by)s) on conflict do nothing",
        row,
    )
    return done.rowcount == 1


async def answer_handover(
    connection: Connection, handover: UUID, state: str, at: datetime, by: str, words: str
) -> None:
    """Keep the receipt, refusal or withdrawal of a hand-over."""
    await connection.execute(
        "update incident_handover set state = %s, answered_at = %s, answered_by = %s, answer = %s,"
        " version = version + 1 where id = %s",
        (state, at, by, words, handover),
    )


async def return_handover(connection: Connection, handover: UUID, at: datetime, by: str, reason: str) -> None:
    """Keep that command came back."""
    await connection.execute(
        "update incident_handover set state = 'returned', returned_at = %s, returned_by = %s, return_reason = %s,"
        " version = version + 1 where id = %s",
        (at, by, reason, handover),
    )


async def put_child(connection: Connection, row: dict[str, Any]) -> UUID:
    """Keep that an alarm may belong, or belongs, to an incident; the same pair again is offered anew."""
    done = await connection.execute(
        "insert into incident_child (id, space, area_code, department, incident_id, alarm_id, score, reasons, state,"
        " quiet, offered_at, calls_at) values (%(id)s, %(space)s, %(area_code)s, %(department)s, %(incident)s,"
        " %(alarm)s, %(score)s, %(reasons)s, %(state)s, %(quiet)s, %(now)s, %(calls_at)s)"
        " on conflict (incident_id, alarm_id) do update set score = excluded.score, reasons = excluded.reasons,"
        " state = excluded.state, quiet = excluded.quiet, offered_at = excluded.offered_at,"
        " calls_at = excluded.calls_at, decided_at = null, decided_by = null, note = '' returning id",
        row | {"reasons": Jsonb(row["reasons"])},
    )
    found = await done.fetchone()
    assert found is not None  # the statement returns a row or raises
    child: UUID = found["id"]
    return child


async def settle_child(connection: Connection, child: UUID, row: dict[str, Any]) -> None:
    """What became of it: state, whether its alarm is still quiet, when, by whom, and what was said."""
    await connection.execute(
        "update incident_child set state = %(state)s, quiet = %(quiet)s, decided_at = %(now)s, decided_by = %(by)s,"
        " note = %(note)s where id = %(child)s",
        row | {"child": child},
    )
