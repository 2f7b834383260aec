"""Who calls for help, who cries for rescue, which crews are checked, and how long does an offer wait?"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg import sql

from mudan.core.tasks.model import OFFER_POLICIES, HelpCall, OfferPolicy, Panic, Par
from mudan.primitives.errors import NotFound
from mudan.primitives.text import Text
from mudan.storage.pool import Connection


async def policies(connection: Connection, space: int) -> dict[int, OfferPolicy]:
    """How offers are dealt with, by level: as set, else as shipped."""
    rows = await (
        await connection.execute(
            "select level, life_s, auto_next from offer_policy where space = %s", (space,)
        )
    ).fetchall()
    said = {r["level"]: OfferPolicy(r["level"], timedelta(seconds=r["life_s"]), r["auto_next"]) for r in rows}
    return OFFER_POLICIES | said


async def policy(connection: Connection, space: int, level: int) -> OfferPolicy:
    """How offers of a level are dealt with."""
    return (await policies(connection, space))[level]


async def help_call(connection: Connection, call: UUID, *, lock: bool = False) -> HelpCall:
    """A call for help (raises NotFound)."""
    row = await (
        await connection.execute(
            sql.SQL(
                "select h.id, h.task_id, h.incident_id, u.name_zh, u.name_en, h.kinds, h.count, h.note, h.at, h.state,"
                " h.answer, h.answered_by, h.answered_at from help_call h join unit u on u.id = h.unit_id"
                " where h.id = %s"
            )
            + sql.SQL(" for update of h" if lock else ""),
            (call,),
        )
    ).fetchone()
    if row is None:
        raise NotFound("there is no such call for help")
    name = Text(row.pop("name_zh"), row.pop("name_en"))
    return HelpCall(**{**row, "kinds": tuple(row["kinds"])}, unit_name=name)


_PANIC = sql.SQL(
    "select p.id, p.space, p.person_id, p.person_name, p.unit_id, u.code as unit_code, u.name_zh, u.name_en,"
    " p.task_id, p.incident_id, p.area_code, p.department, p.at, p.device_at, p.recorded_at, p.late, p.lon, p.lat,"
    " p.accuracy_m, p.note, p.alarm_id, p.state, p.ended_by, p.ended_at, p.end_reason, p.version"
    " from panic p left join unit u on u.id = p.unit_id where "
)


def _panic(row: dict[str, Any]) -> Panic:
    zh, en = row.pop("name_zh"), row.pop("name_en")
    return Panic(**row, unit_name=Text(zh, en) if zh is not None else None)


async def active_panics(connection: Connection) -> list[Panic]:
    """Every cry for rescue that nobody has ended, oldest first."""
    rows = await (
        await connection.execute(_PANIC + sql.SQL("p.state = 'active' order by p.recorded_at"))
    ).fetchall()
    return [_panic(row) for row in rows]


async def panic(connection: Connection, which: UUID, *, lock: bool = False) -> Panic:
    """A cry for rescue (raises NotFound)."""
    statement = _PANIC + sql.SQL("p.id = %s") + sql.SQL(" for update of p" if lock else "")
    row = await (await connection.execute(statement, (which,))).fetchone()
    if row is None:
        raise NotFound("there is no such cry for rescue")
    return _panic(row)


_PAR = sql.SQL(
    "select id, space, task_id, incident_id, unit_id, area_code, department, every_s, grace_s, reason, started_by,"
    " next_at, asked_at, due_at, missed, state, version from par where "
)


async def par(connection: Connection, which: UUID) -> Par:
    """A safety check, held until the transaction ends (raises NotFound)."""
    row = await (await connection.execute(_PAR + sql.SQL("id = %s for update"), (which,))).fetchone()
    if row is None:
        raise NotFound("there is no such safety check")
    return Par(**row)


async def running_par(connection: Connection, task: UUID) -> Par | None:
    """The check that runs for a task, held until the transaction ends."""
    row = await (
        await connection.execute(_PAR + sql.SQL("task_id = %s and state = 'running' for update"), (task,))
    ).fetchone()
    return Par(**row) if row is not None else None


async def pars(connection: Connection, incident: UUID) -> list[Par]:
    """The checks that run in an incident."""
    rows = await (
        await connection.execute(_PAR + sql.SQL("incident_id = %s and state = 'running'"), (incident,))
    ).fetchall()
    return [Par(**row) for row in rows]


async def due_pars(connection: Connection, now: datetime) -> Sequence[UUID]:
    """Checks to ask for, and answers that did not come."""
    rows = await (
        await connection.execute(
            "select id from par where state = 'running' and coalesce(due_at, next_at) <= %s order by next_at",
            (now,),
        )
    ).fetchall()
    return [row["id"] for row in rows]


async def par_event_known(connection: Connection, client_id: UUID) -> bool:
    """Whether an answer was recorded before under this client id."""
    row = await (
        await connection.execute("select 1 from par_event where client_id = %s", (client_id,))
    ).fetchone()
    return row is not None


async def incident_par(connection: Connection, incident: UUID) -> dict[str, Any] | None:
    """The check that every crew of an incident gets when it reaches the scene."""
    return await (
        await connection.execute(
            "select every_s, grace_s, reason, started_by from incident_par"
            " where incident_id = %s and ended_at is null",
            (incident,),
        )
    ).fetchone()
