"""How are decisions and drives kept?"""

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from mudan.storage.pool import Connection


async def keep(connection: Connection, row: dict[str, Any]) -> None:
    """Keep the ranking as it stood when a unit was sent."""
    await connection.execute(
        "insert into dispatch_decision (task_id, space, area_code, department, incident_id, unit_id, at, by, method,"
        " rank, eta_s, best_unit_id, best_eta_s, reason, graph_version, closure_version, snapshot) values (%(task_id)s,"
        " %(space)s, %(area_code)s, %(department)s, %(incident_id)s, %(unit_id)s, %(at)s, %(by)s, %(method)s, %(rank)s,"
        " %(eta_s)s, %(best_unit_id)s, %(best_eta_s)s, %(reason)s, %(graph_version)s, %(closure_version)s,"
        " %(snapshot)s) on conflict (task_id) do nothing",
        row | {"snapshot": Jsonb(row["snapshot"])},
    )


async def put_drive(connection: Connection, row: dict[str, Any]) -> None:
    """Write how a drive goes on; what was predicted first stays."""
    await connection.execute(
        "insert into dispatch_drive (task_id, space, area_code, department, began_at, predicted_at, expected_at,"
        " metres, line, closure_version, cut_off, late, off_route, updated_at) values (%(task_id)s, %(space)s,"
        " %(area_code)s, %(department)s, %(at)s, %(predicted_at)s, %(expected_at)s, %(metres)s,"
        " %(line)s, %(closure_version)s,"
        " %(cut_off)s, %(late)s, %(off_route)s, %(at)s) on conflict (task_id) do update set"
        " expected_at = excluded.expected_at, metres = excluded.metres, line = excluded.line,"
        " closure_version = excluded.closure_version, cut_off = excluded.cut_off, late = excluded.late,"
        " off_route = excluded.off_route, updated_at = excluded.updated_at",
        row | {"line": Jsonb(row["line"])},
    )


async def end_drives(connection: Connection, at: datetime) -> list[UUID]:
    """End the drives whose tasks have arrived or ended; the tasks."""
    rows = await (
        await connection.execute(
            "update dispatch_drive d set ended_at = %s from task t where t.id = d.task_id and d.ended_at is null"
            " and t.state not in ('accepted', 'en_route') returning d.task_id",
            (at,),
        )
    ).fetchall()
    return [row["task_id"] for row in rows]


async def put_diversion(connection: Connection, row: dict[str, Any]) -> None:
    """Write one line of the diversion table."""
    await connection.execute(
        "insert into diversion_policy (space, level, levels, least_gain_s, changed_by, changed_at) values (%(space)s,"
        " %(level)s, %(levels)s, %(least_gain_s)s, %(by)s, %(at)s) on conflict (space, level) do update set"
        " levels = excluded.levels, least_gain_s = excluded.least_gain_s, changed_by = excluded.changed_by,"
        " changed_at = excluded.changed_at",
        row,
    )


async def insert_move(connection: Connection, row: dict[str, Any]) -> None:
    """Keep that a free unit was told to wait elsewhere."""
    await connection.execute(
        "insert into dispatch_move (id, space, area_code, department, unit_id, at, by, post, lon, lat, command_id)"
        " values (%(id)s, %(space)s, %(area_code)s, %(department)s, %(unit_id)s, %(at)s, %(by)s, %(post)s, %(lon)s,"
        " %(lat)s, %(command_id)s)",
        row,
    )


async def forget_predictions(connection: Connection, incident: UUID) -> None:
    """Let the drives to an incident be predicted anew: they lead elsewhere now."""
    await connection.execute(
        "delete from dispatch_drive d using task t where t.id = d.task_id and t.incident_id = %s"
        " and d.ended_at is null",
        (incident,),
    )
