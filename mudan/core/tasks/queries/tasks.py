"""Which tasks are there, what was reported of each, and which does time move on?"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import sql

from mudan.core.tasks.model import Report, Stamp, Task, laid
from mudan.primitives.errors import NotFound
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

# The scope of a task is its area and department, or being of the unit's crew. A crew sees of the incident
# only what its own task carries, so the incident and unit columns are read through the task's policy.
_SELECT = sql.SQL(
    "select t.*, n.number as incident_number, n.title as incident_title, n.level as incident_level,"
    " n.lon as incident_lon, n.lat as incident_lat, n.address as incident_address,"
    " u.code as unit_code, u.name_zh as unit_zh, u.name_en as unit_en, u.kind as unit_kind, u.vehicle as unit_vehicle,"
    " r.state as command_state, r.reason as command_reason, r.sent_at, r.delivered_at,"
    " coalesce((select json_agg(json_build_object('id', p.id, 'taken_at', p.taken_at) order by p.received_at)"
    " from photo p where p.task_id = t.id), '[]') as photos,"
    " coalesce((select json_agg(json_build_object('id', h.id, 'kinds', h.kinds, 'count', h.count, 'note', h.note,"
    " 'at', h.at, 'state', h.state, 'answer', h.answer, 'answered_by', h.answered_by, 'answered_at', h.answered_at)"
    " order by h.at) from help_call h where h.task_id = t.id), '[]') as help_calls,"
    " (select json_build_object('id', p.id, 'every_s', p.every_s, 'grace_s', p.grace_s, 'reason', p.reason,"
    " 'next_at', p.next_at, 'asked_at', p.asked_at, 'due_at', p.due_at, 'missed', p.missed, 'alarm_id', p.alarm_id)"
    " from par p where p.task_id = t.id and p.state = 'running') as par"
    " from task t join unit u on u.id = t.unit_id"
    " cross join lateral task_incident(t.id) n left join lateral task_receipt(t.id) r on true where "
)
_VISIBLE = sql.SQL(
    "(mudan_sees(t.area_code, t.department, t.space)"
    " or exists (select 1 from unit_member m where m.unit_id = t.unit_id and m.person_id = mudan_person()))"
)


def _task(row: dict[str, Any]) -> Task:
    known = {name: row[name] for name in Task.__slots__ if name in row and name != "unit_name"}
    return Task(**known, unit_name=Text(row["unit_zh"], row["unit_en"]))


async def several(
    connection: Connection,
    *,
    incident: UUID | None = None,
    unit: UUID | None = None,
    person: UUID | None = None,
    ids: Sequence[UUID] | None = None,
    open_only: bool = False,
    limit: int = 200,
) -> list[Task]:
    """Tasks that meet every given condition, newest first; `person`: of the crews that person is in."""
    rows = await (
        await connection.execute(
            _SELECT
            + _VISIBLE
            + sql.SQL(
                " and (%(incident)s::uuid is null or t.incident_id = %(incident)s)"
                " and (%(unit)s::uuid is null or t.unit_id = %(unit)s)"
                " and (%(person)s::uuid is null or exists (select 1 from unit_member m where m.unit_id = t.unit_id"
                " and m.person_id = %(person)s))"
                " and (%(ids)s::uuid[] is null or t.id = any(%(ids)s))"
                " and (not %(open)s or t.ended_at is null) order by t.created_at desc limit %(limit)s"
            ),
            {
                "incident": incident,
                "unit": unit,
                "person": person,
                "ids": list(ids) if ids is not None else None,
                "open": open_only,
                "limit": limit,
            },
        )
    ).fetchall()
    return [_task(row) for row in rows]


async def clocked(connection: Connection, limit: int = 500) -> list[Task]:
    """Open tasks with a clock that runs: an offer unanswered or a safety check; the next to run out first."""
    rows = await (
        await connection.execute(
            _SELECT
            + _VISIBLE
            + sql.SQL(
                " and t.ended_at is null and (t.state = 'offered' or exists (select 1 from par c"
                " where c.task_id = t.id and c.state = 'running')) order by least(case when t.state = 'offered'"
                " then t.expires_at end, (select min(coalesce(c.due_at, c.next_at)) from par c"
                " where c.task_id = t.id and c.state = 'running')) limit %s"
            ),
            (limit,),
        )
    ).fetchall()
    return [_task(row) for row in rows]


async def one(connection: Connection, task: UUID) -> Task:
    """The task of that id (raises NotFound)."""
    found = await several(connection, ids=[task])
    if not found:
        raise NotFound("there is no such task")
    return found[0]


async def lock(connection: Connection, task: UUID) -> None:
    """Hold the task's row until the transaction ends."""
    await connection.execute("select 1 from task where id = %s for update", (task,))


async def of_commands(connection: Connection, commands: Sequence[UUID]) -> list[UUID]:
    """The tasks whose orders these commands carry."""
    rows = await (
        await connection.execute("select id from task where command_id = any(%s)", (list(commands),))
    ).fetchall()
    return [row["id"] for row in rows]


async def overdue_offers(connection: Connection, now: datetime) -> list[UUID]:
    """Offers that nobody answered in time."""
    rows = await (
        await connection.execute(
            "select id from task where state = 'offered' and ended_at is null and expires_at <= %s", (now,)
        )
    ).fetchall()
    return [row["id"] for row in rows]


async def due_plans(connection: Connection, now: datetime) -> list[UUID]:
    """Reserved orders whose time has come."""
    rows = await (
        await connection.execute(
            "select id from task where state = 'planned' and ended_at is null and starts_at <= %s", (now,)
        )
    ).fetchall()
    return [row["id"] for row in rows]


async def asked_before(connection: Connection, incident: UUID) -> frozenset[UUID]:
    """The units that were asked in this incident and are, or were, no longer to come."""
    rows = await (
        await connection.execute("select distinct unit_id from task where incident_id = %s", (incident,))
    ).fetchall()
    return frozenset(row["unit_id"] for row in rows)


async def open_of_unit(connection: Connection, incident: UUID, unit: UUID) -> list[UUID]:
    """The open tasks of a unit in an incident: at most one."""
    rows = await (
        await connection.execute(
            "select id from task where incident_id = %s and unit_id = %s and ended_at is null",
            (incident, unit),
        )
    ).fetchall()
    return [row["id"] for row in rows]


async def reports(connection: Connection, task: UUID) -> list[Report]:
    """Everything reported of a task that may count."""
    rows = await (
        await connection.execute(
            "select event, at, client_id, id as came, reason from task_event where task_id = %s and not barred",
            (task,),
        )
    ).fetchall()
    return [Report(**row) for row in rows]


async def trail(connection: Connection, task: Task) -> list[Stamp]:
    """Everything reported of a task, as it was recorded, in the order in which it happened."""
    rows = await (
        await connection.execute(
            "select event, to_state, at, device_at, recorded_at, lon, lat, accuracy_m, source, actor, barred,"
            " client_id, id, reason from task_event where task_id = %s order by at, id",
            (task.id,),
        )
    ).fetchall()
    counting = [
        Report(r["event"], r["at"], r["client_id"], r["id"], r["reason"]) for r in rows if not r["barred"]
    ]
    left_out = laid(start_of(task), counting).left_out
    return [
        Stamp(
            event=r["event"], state=r["to_state"], at=r["at"], device_at=r["device_at"],
            recorded_at=r["recorded_at"], lon=r["lon"], lat=r["lat"], accuracy_m=r["accuracy_m"],
            source=r["source"], actor=r["actor"], counted=not r["barred"] and r["client_id"] not in left_out,
        )
        for r in rows
    ]  # fmt: skip


def start_of(task: Task) -> str:
    """The state in which a task was made."""
    return "planned" if task.starts_at is not None else "offered"


async def under_way(connection: Connection) -> list[dict[str, Any]]:
    """Open, accepted tasks whose unit has a vehicle: id, state, vehicle, place of the incident."""
    return await (
        await connection.execute(
            "select t.id, t.state, u.vehicle, i.lon, i.lat, t.proposal from task t join unit u on u.id = t.unit_id"
            " join incident i on i.id = t.incident_id where t.state in ('accepted', 'en_route', 'staging')"
            " and u.vehicle is not null and i.lon is not null"
        )
    ).fetchall()


async def photo(connection: Connection, photo: UUID, *, person: UUID | None = None) -> bytes:
    """A photo's JPEG bytes; `person`: only of the crews that person is in (raises NotFound)."""
    row = await (
        await connection.execute(
            "select p.jpeg from photo p join task t on t.id = p.task_id where p.id = %(photo)s"
            " and (%(person)s::uuid is null or exists (select 1 from unit_member m"
            " where m.unit_id = t.unit_id and m.person_id = %(person)s))",
            {"photo": photo, "person": person},
        )
    ).fetchone()
    if row is None:
        raise NotFound("there is no such photo")
    jpeg: bytes = row["jpeg"]
    return jpeg


async def event_known(connection: Connection, client_id: UUID) -> UUID | None:
    """The task of an event that was recorded before under this client id."""
    row = await (
        await connection.execute("select task_id from task_event where client_id = %s", (client_id,))
    ).fetchone()
    return row["task_id"] if row else None
