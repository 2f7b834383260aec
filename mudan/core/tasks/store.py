"""How are tasks, their events and photos written?"""

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from mudan.storage.pool import Connection


async def insert(connection: Connection, row: dict[str, Any]) -> None:
    """Keep a new task."""
    await connection.execute(
        "insert into task (id, space, incident_id, unit_id, area_code, department, state, order_text, command_id,"
        " created_by, created_at, expires_at, stamps) values (%(id)s, %(space)s, %(incident_id)s, %(unit_id)s,"
        " %(area_code)s, %(department)s, 'offered', %(order_text)s, %(command_id)s, %(created_by)s, %(created_at)s,"
        " %(expires_at)s, %(stamps)s)",
        row | {"stamps": Jsonb(row["stamps"])},
    )


async def move(
    connection: Connection,
    task: UUID,
    state: str,
    stamp: dict[str, str],
    ended_at: datetime | None,
    reason: str,
) -> None:
    """Write a new state with its time stamp; a proposal is answered by any move."""
    await connection.execute(
        "update task set state = %s, stamps = stamps || %s, ended_at = %s, proposal = null,"
        " decline_reason = case when %s <> '' then %s else decline_reason end, version = version + 1 where id = %s",
        (state, Jsonb(stamp), ended_at, reason, reason, task),
    )


async def append(connection: Connection, row: dict[str, Any]) -> bool:
    """Record an event; False when this client id was recorded before (twice sent counts once)."""
    done = await connection.execute(
        "insert into task_event (task_id, client_id, event, from_state, to_state, device_at, recorded_at, lon, lat,"
        " accuracy_m, source, actor, note) values (%(task_id)s, %(client_id)s, %(event)s, %(from_state)s,"
        " %(to_state)s, %(device_at)s, %(recorded_at)s, %(lon)s, %(lat)s, %(accuracy_m)s, %(source)s, %(actor)s,"
        " %(note)s) on conflict (client_id) do nothing",
        row,
    )
    return done.rowcount == 1


async def propose(connection: Connection, task: UUID, proposal: dict[str, Any]) -> bool:
    """Note what the vehicle's position suggests; False when the task has moved on past that."""
    done = await connection.execute(
        "update task set proposal = %s, version = version + 1 where id = %s"
        " and (state = 'accepted' or state = 'en_route' and %s = 'arrive')",
        (Jsonb(proposal), task, proposal["event"]),
    )
    return done.rowcount == 1


async def insert_photo(connection: Connection, row: dict[str, Any]) -> bool:
    """Keep a photo; False when this id was kept before."""
    done = await connection.execute(
        "insert into photo (id, task_id, taken_at, received_at, lon, lat, width, height, jpeg) values (%(id)s,"
        " %(task_id)s, %(taken_at)s, %(received_at)s, %(lon)s, %(lat)s, %(width)s, %(height)s, %(jpeg)s)"
        " on conflict (id) do nothing",
        row,
    )
    return done.rowcount == 1
