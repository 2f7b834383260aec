"""Which incidents are there, and what happened in them, within the reader's scope?"""

from typing import Any
from uuid import UUID

from psycopg import sql

from mudan.core.incidents.model import ENDED, Event, Incident
from mudan.core.people.queries import visible
from mudan.primitives.errors import NotFound
from mudan.storage.pool import Connection

_SELECT = sql.SQL(
    "select i.id, i.space, i.number, i.title, i.kind, i.level, i.phase, i.lon, i.lat, i.address, i.area_code,"
    " i.department, i.commander, i.opened_at, i.opened_by, i.closed_at, i.disposition, i.summary, i.version,"
    " (select count(*)::int from incident_alarm a where a.incident_id = i.id) as alarm_count,"
    " (select count(*)::int from task t where t.incident_id = i.id) as tasks,"
    " (select count(*)::int from task t where t.incident_id = i.id and t.ended_at is null) as open_tasks"
    " from incident i where "
)


async def page(
    connection: Connection,
    *,
    phase: str = "open",
    text: str | None = None,
    limit: int = 50,
    before: str | None = None,
) -> tuple[list[Incident], int, str | None]:
    """One page, newest first; `before` is the number to start below. Returns the page, the total, the next."""
    condition = visible("i") + sql.SQL(
        " and (%(phase)s = 'all' or (i.phase = any(%(ended)s)) = (%(phase)s = 'closed'))"
        " and (%(text)s::text is null or i.title ilike %(text)s or i.number ilike %(text)s"
        " or i.address ilike %(text)s)"
    )
    values = {
        "phase": phase,
        "ended": list(ENDED),
        "text": f"%{text}%" if text else None,
        "before": before,
        "limit": limit + 1,
    }
    total = await (
        await connection.execute(
            sql.SQL("select count(*)::int as n from incident i where ") + condition, values
        )
    ).fetchone()
    rows = await (
        await connection.execute(
            _SELECT
            + condition
            + sql.SQL(
                " and (%(before)s::text is null or i.number < %(before)s) order by i.number desc limit %(limit)s"
            ),
            values,
        )
    ).fetchall()
    found = [Incident(**row) for row in rows[:limit]]
    return found, total["n"] if total else 0, found[-1].number if len(rows) > limit else None


async def one(connection: Connection, incident: UUID, *, lock: bool = False) -> Incident:
    """The incident of that id (raises NotFound)."""
    statement = _SELECT + sql.SQL("i.id = %s and ") + visible("i")
    if lock:
        statement += sql.SQL(" for update of i")
    row = await (await connection.execute(statement, (incident,))).fetchone()
    if row is None:
        raise NotFound("there is no such incident")
    return Incident(**row)


async def timeline(connection: Connection, incident: UUID, after: int = 0) -> list[Event]:
    """An incident's events in the order they were recorded."""
    rows: list[dict[str, Any]] = await (
        await connection.execute(
            "select seq, at, recorded_at, source, actor, kind, text_zh, text_en, detail from incident_event"
            " where incident_id = %s and seq > %s order by seq",
            (incident, after),
        )
    ).fetchall()
    return [Event(**row) for row in rows]
