"""How are tasks, their events, photos, calls and safety checks written?"""

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from mudan.storage.pool import Connection


async def insert(connection: Connection, row: dict[str, Any]) -> None:
    """Keep a new task."""
    await connection.execute(
        "insert into task (id, space, incident_id, unit_id, area_code, department, state, order_text, command_id,"
        " created_by, created_at, starts_at, expires_at, stamps) values (%(id)s, %(space)s, %(incident_id)s,"
        " %(unit_id)s, %(area_code)s, %(department)s, %(state)s, %(order_text)s, %(command_id)s, %(created_by)s,"
        " %(created_at)s, %(starts_at)s, %(expires_at)s, %(stamps)s)",
        row | {"stamps": Jsonb(row["stamps"])},
    )


async def stand(
    connection: Connection,
    task: UUID,
    state: str,
    stamps: dict[str, str],
    ended_at: datetime | None,
    reason: str,
) -> None:
    """Write where a task stands; a proposal is answered by any move."""
    await connection.execute(
        "update task set state = %s, stamps = %s, ended_at = %s, proposal = null, decline_reason = %s,"
        " version = version + 1 where id = %s",
        (state, Jsonb(stamps), ended_at, reason, task),
    )


async def send(connection: Connection, task: UUID, command: UUID | None, expires_at: datetime) -> None:
    """A reserved order goes out now: under which command, and until when it may be answered."""
    await connection.execute(
        "update task set command_id = %s, expires_at = %s where id = %s", (command, expires_at, task)
    )


async def succeed(connection: Connection, task: UUID, successor: dict[str, Any]) -> None:
    """Note who could come instead."""
    await connection.execute(
        "update task set successor = %s, version = version + 1 where id = %s", (Jsonb(successor), task)
    )


async def append(connection: Connection, row: dict[str, Any]) -> bool:
    """Record an event; False when this client id was recorded before (twice sent counts once)."""
    done = await connection.execute(
        "insert into task_event (task_id, client_id, event, from_state, to_state, at, device_at, recorded_at, lon,"
        " lat, accuracy_m, source, actor, note, reason, barred) values (%(task_id)s, %(client_id)s, %(event)s,"
        " %(from_state)s, %(to_state)s, %(at)s, %(device_at)s, %(recorded_at)s, %(lon)s, %(lat)s, %(accuracy_m)s,"
        " %(source)s, %(actor)s, %(note)s, %(reason)s, %(barred)s) on conflict (client_id) do nothing",
        row,
    )
    return done.rowcount == 1


async def propose(connection: Connection, task: UUID, proposal: dict[str, Any]) -> bool:
    """Note what the vehicle's position suggests; False when the task has moved on past that."""
    done = await connection.execute(
        "update task set proposal = %s, version = version + 1 where id = %s"
        " and (state = 'accepted' or state in ('en_route', 'staging') and %s = 'arrive')",
        (Jsonb(proposal), task, proposal["event"]),
    )
    return done.rowcount == 1


async def insert_photo(connection: Connection, row: dict[str, Any]) -> bool:
    """Keep a photo; False when this id was kept before."""
    return await _insert(connection, "photo", row, "id")


async def insert_help(connection: Connection, row: dict[str, Any]) -> bool:
    """Keep a call for help; False when this id was kept before."""
    return await _insert(connection, "help_call", row, "id")


async def answer_help(
    connection: Connection, call: UUID, state: str, answer: str, by: str, at: datetime
) -> bool:
    """Answer or withdraw an open call; False when it is not open."""
    done = await connection.execute(
        "update help_call set state = %s, answer = %s, answered_by = %s, answered_at = %s"
        " where id = %s and state = 'open'",
        (state, answer, by, at, call),
    )
    return done.rowcount == 1


async def insert_panic(connection: Connection, row: dict[str, Any]) -> bool:
    """Keep a cry for rescue; False when this id was kept before."""
    return await _insert(connection, "panic", row, "id")


async def link_panic(connection: Connection, panic: UUID, alarm: UUID) -> None:
    """The alarm that cries at the desk."""
    await connection.execute("update panic set alarm_id = %s where id = %s", (alarm, panic))


async def end_panic(
    connection: Connection, panic: UUID, state: str, by: str, at: datetime, reason: str
) -> bool:
    """End an active cry; False when it has ended."""
    done = await connection.execute(
        "update panic set state = %s, ended_by = %s, ended_at = %s, end_reason = %s, version = version + 1"
        " where id = %s and state = 'active'",
        (state, by, at, reason, panic),
    )
    return done.rowcount == 1


async def insert_par(connection: Connection, row: dict[str, Any]) -> bool:
    """Start a check; False when one is running for this task."""
    return await _insert(connection, "par", row, "(task_id) where state = 'running'", raw=True)


async def note_par(connection: Connection, row: dict[str, Any]) -> bool:
    """Record what happened to a check; False when this client id was recorded before."""
    return await _insert(connection, "par_event", row, "client_id")


async def turn_par(connection: Connection, par: UUID, row: dict[str, Any]) -> None:
    """Write when the next question is due, or the answer to this one."""
    await connection.execute(
        "update par set next_at = %(next_at)s, asked_at = %(asked_at)s, due_at = %(due_at)s, missed = %(missed)s,"
        " version = version + 1 where id = %(id)s",
        row | {"id": par},
    )


async def alarm_par(connection: Connection, par: UUID, alarm: UUID | None) -> None:
    """The alarm that a missed check raised; none when it was answered."""
    await connection.execute("update par set alarm_id = %s where id = %s", (alarm, par))


async def end_par(connection: Connection, par: UUID, by: str, at: datetime, reason: str) -> bool:
    """End a running check; False when it has ended."""
    done = await connection.execute(
        "update par set state = 'ended', ended_by = %s, ended_at = %s, end_reason = %s, due_at = null,"
        " asked_at = null, version = version + 1 where id = %s and state = 'running'",
        (by, at, reason, par),
    )
    return done.rowcount == 1


async def put_incident_par(connection: Connection, row: dict[str, Any]) -> None:
    """Check every crew of an incident from now on."""
    await connection.execute(
        "insert into incident_par (incident_id, every_s, grace_s, reason, started_by, started_at)"
        " values (%(incident_id)s, %(every_s)s, %(grace_s)s, %(reason)s, %(started_by)s, %(started_at)s)"
        " on conflict (incident_id) do update set every_s = excluded.every_s, grace_s = excluded.grace_s,"
        " reason = excluded.reason, started_by = excluded.started_by, started_at = excluded.started_at,"
        " ended_at = null",
        row,
    )


async def end_incident_par(connection: Connection, incident: UUID, at: datetime) -> None:
    """Check no further crews of an incident."""
    await connection.execute(
        "update incident_par set ended_at = %s where incident_id = %s and ended_at is null", (at, incident)
    )


async def put_policy(connection: Connection, row: dict[str, Any]) -> None:
    """Set how offers of a level are dealt with."""
    await connection.execute(
        "insert into offer_policy (space, level, life_s, auto_next, changed_by, changed_at) values (%(space)s,"
        " %(level)s, %(life_s)s, %(auto_next)s, %(changed_by)s, %(changed_at)s) on conflict (space, level)"
        " do update set life_s = excluded.life_s, auto_next = excluded.auto_next,"
        " changed_by = excluded.changed_by, changed_at = excluded.changed_at",
        row,
    )


async def _insert(
    connection: Connection, table: str, row: dict[str, Any], once: str, *, raw: bool = False
) -> bool:
    """Insert a row by its names; False when what is unique about it was there before."""
    unique = sql.SQL(once) if raw else sql.SQL("({})").format(sql.Identifier(once))
    done = await connection.execute(
        sql.SQL("insert into {} ({}) values ({}) on conflict {} do nothing").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, row)),
            sql.SQL(", ").join(map(sql.Placeholder, row)),
            unique,
        ),
        row,
    )
    return done.rowcount == 1
