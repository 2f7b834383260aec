"""Which incidents are there, and what happened in them, within the reader's scope?"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg import sql

from mudan.core.incidents.model import (
    ENDED,
    MATTERS,
    Event,
    Handover,
    Incident,
    Matter,
    Merge,
    Relation,
    sense,
)
from mudan.core.people.queries import visible
from mudan.primitives.errors import NotFound
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

_SELECT = sql.SQL(
    "select i.id, i.space, i.number, i.title, i.kind, i.level, i.phase, i.lon, i.lat, i.address, i.area_code,"
    " i.department, i.commander, i.opened_at, i.opened_by, i.closed_at, i.disposition, i.summary, i.version,"
    " i.merged_into, i.void_reason, i.authority, i.command_area,"
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
    """An incident's events in the order they were recorded, with those of the incidents merged into it."""
    rows: list[dict[str, Any]] = await (
        await connection.execute(
            "with recursive family (id) as (select %s::uuid union"
            " select i.id from incident i join family f on i.merged_into = f.id)"
            " select e.seq, e.at, e.recorded_at, e.source, e.actor, e.kind, e.text_zh, e.text_en, e.detail,"
            " i.number as incident_number from incident_event e join incident i on i.id = e.incident_id"
            " where e.incident_id in (select id from family) and e.seq > %s order by e.seq",
            (incident, after),
        )
    ).fetchall()
    return [Event(**row) for row in rows]


async def open_matters(connection: Connection, incident: UUID) -> list[Matter]:
    """What must still end, or be known, before the incident closes: of every noun, seen with the centre's eyes."""
    parts = [
        sql.SQL(
            "select {noun} as noun, id, zh, en, mandatory from {view} where incident_id = %(incident)s"
        ).format(noun=sql.Literal(view.removeprefix("matter_")), view=sql.Identifier(view))
        for view in MATTERS
    ]
    statement = sql.SQL(" union all ").join(parts) + sql.SQL(" order by mandatory desc, noun, id")
    rows = await (await connection.execute(statement, {"incident": incident})).fetchall()
    return [Matter(row["noun"], row["id"], Text(row["zh"], row["en"]), row["mandatory"]) for row in rows]


async def comparable(
    connection: Connection, around: datetime, window: timedelta, *, besides: UUID | None = None
) -> list[Incident]:
    """Incidents opened within a window of a moment and not merged or void; also the recently closed."""
    statement = (
        _SELECT
        + visible("i")
        + sql.SQL(
            " and i.opened_at between %(since)s and %(until)s and i.merged_into is null and i.phase <> 'void'"
            " and (%(besides)s::uuid is null or (i.id <> %(besides)s and not exists (select 1 from incident_distinct d"
            " where d.one_id = least(i.id, %(besides)s) and d.other_id = greatest(i.id, %(besides)s))))"
            " order by i.opened_at desc limit 500"
        )
    )
    values = {"since": around - window, "until": around + window, "besides": besides}
    return [Incident(**row) for row in await (await connection.execute(statement, values)).fetchall()]


async def recent(connection: Connection, since: datetime) -> list[Incident]:
    """The open incidents and those closed since a moment, oldest first."""
    statement = (
        _SELECT
        + visible("i")
        + sql.SQL(
            " and (i.phase <> all(%s) or (i.phase = 'closed' and i.closed_at >= %s)) order by i.opened_at"
        )
    )
    rows = await (await connection.execute(statement, (list(ENDED), since))).fetchall()
    return [Incident(**row) for row in rows]


async def numbers(connection: Connection, ids: list[UUID]) -> dict[UUID, str]:
    """The numbers of those incidents that are within scope."""
    statement = sql.SQL("select i.id, i.number from incident i where i.id = any(%s) and ") + visible("i")
    rows = await (await connection.execute(statement, (ids,))).fetchall()
    return {row["id"]: row["number"] for row in rows}


_MERGE = (
    "select m.*, s.number as source_number, s.title as source_title, t.number as target_number,"
    " t.title as target_title from incident_merge m join incident s on s.id = m.source_id"
    " join incident t on t.id = m.target_id where "
)


async def merges(connection: Connection, incident: UUID) -> list[Merge]:
    """Merges of an incident into others and of others into it, oldest first; also the undone."""
    rows = await (
        await connection.execute(
            f"{_MERGE} %(id)s in (m.source_id, m.target_id) order by m.at".encode(), {"id": incident}
        )
    ).fetchall()
    return [Merge(**row) for row in rows]


async def standing_merge(connection: Connection, source: UUID) -> Merge | None:
    """The merge by which an incident is part of another now."""
    row = await (
        await connection.execute(f"{_MERGE} m.source_id = %s and m.undone_at is null".encode(), (source,))
    ).fetchone()
    return Merge(**row) if row else None


async def doubly_tasked(connection: Connection, one: UUID, other: UUID) -> list[str]:
    """The units that have an open task in both incidents."""
    rows = await (
        await connection.execute(
            "select distinct u.name_zh from task a join task b on b.unit_id = a.unit_id join unit u on u.id = a.unit_id"
            " where a.incident_id = %s and b.incident_id = %s and a.ended_at is null and b.ended_at is null",
            (one, other),
        )
    ).fetchall()
    return [row["name_zh"] for row in rows]


async def relations(connection: Connection, incident: UUID) -> list[Relation]:
    """The standing bonds of an incident, as it sees them."""
    rows = await (
        await connection.execute(
            "select r.*, o.id as other_id, o.number as other_number, o.title as other_title, o.kind as other_kind,"
            " o.level as other_level, o.phase as other_phase from incident_relation r join incident o"
            " on o.id = case when r.from_id = %(id)s then r.to_id else r.from_id end"
            " where %(id)s in (r.from_id, r.to_id) and r.removed_at is null order by r.made_at",
            {"id": incident},
        )
    ).fetchall()
    names = [name for name in Relation.__slots__ if name != "sense"]
    return [Relation(sense=sense(row, incident), **{name: row[name] for name in names}) for row in rows]


async def relation_ends(connection: Connection, relation: UUID) -> tuple[UUID, UUID]:
    """The two incidents of a standing relation (raises NotFound)."""
    row = await (
        await connection.execute(
            "select from_id, to_id from incident_relation where id = %s and removed_at is null for update",
            (relation,),
        )
    ).fetchone()
    if row is None:
        raise NotFound("there is no such relation")
    return row["from_id"], row["to_id"]


async def handovers(connection: Connection, incident: UUID) -> list[Handover]:
    """Every hand-over of an incident, oldest first."""
    rows = await (
        await connection.execute(
            "select * from incident_handover where incident_id = %s order by sent_at", (incident,)
        )
    ).fetchall()
    return [Handover(**row) for row in rows]


async def handover(connection: Connection, handover_id: UUID) -> Handover:
    """One hand-over, held until the transaction ends (raises NotFound)."""
    row = await (
        await connection.execute("select * from incident_handover where id = %s for update", (handover_id,))
    ).fetchone()
    if row is None:
        raise NotFound("there is no such hand-over")
    return Handover(**row)


async def area_level(connection: Connection, code: str) -> tuple[str, Text]:
    """The level and name of an area (raises NotFound)."""
    row = await (
        await connection.execute("select level, name_zh, name_en from area where code = %s", (code,))
    ).fetchone()
    if row is None:
        raise NotFound("there is no such area")
    return row["level"], Text(row["name_zh"], row["name_en"])


async def belonging(connection: Connection, table: str, incident: UUID) -> list[UUID]:
    """The ids of a table's rows that belong to an incident."""
    statement = sql.SQL("select id from {} where incident_id = %s").format(sql.Identifier(table))
    return [row["id"] for row in await (await connection.execute(statement, (incident,))).fetchall()]


async def alarms_of(connection: Connection, incident: UUID) -> list[UUID]:
    """The alarms linked to an incident, whoever may see them."""
    rows = await (
        await connection.execute("select alarm_id from incident_alarm where incident_id = %s", (incident,))
    ).fetchall()
    return [row["alarm_id"] for row in rows]
