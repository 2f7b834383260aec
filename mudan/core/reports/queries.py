"""What was called in and reported, what is owed, and what is known of an incident, within the reader's scope?"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg import sql

from mudan.core.incidents import queries as incidents
from mudan.core.incidents.model import ENDED, Incident
from mudan.core.people.queries import visible
from mudan.core.posts import queries as posts
from mudan.core.reports.model import (
    Call,
    Clock,
    Delivery,
    Facts,
    Force,
    Report,
    Rule,
    Told,
    Wording,
    reckoned,
)
from mudan.core.reports.model.requests import Request
from mudan.primitives.errors import NotFound
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

WATCHED_AFTER_END = timedelta(days=7)


def _call(row: dict[str, Any]) -> Call:
    return Call(**{name: row[name] for name in Call.__slots__})


async def calls(
    connection: Connection, *, incident: UUID | None = None, text: str | None = None, limit: int = 50
) -> list[Call]:
    """Calls taken down, newest first; of an incident, or of all."""
    statement = (
        sql.SQL("select c.* from call_report c where ")
        + visible("c")
        + sql.SQL(
            " and (%(incident)s::uuid is null or c.incident_id = %(incident)s)"
            " and (%(text)s::text is null or c.address ilike %(text)s or c.reporter ilike %(text)s"
            " or c.phone ilike %(text)s or c.state ilike %(text)s)"
            " order by c.recorded_at desc, c.id desc limit %(limit)s"
        )
    )
    values = {"incident": incident, "text": f"%{text}%" if text else None, "limit": limit}
    return [_call(row) for row in await (await connection.execute(statement, values)).fetchall()]


async def call(connection: Connection, call_id: UUID, *, lock: bool = False) -> Call:
    """The call of that id (raises NotFound)."""
    statement = sql.SQL("select c.* from call_report c where c.id = %s and ") + visible("c")
    if lock:
        statement += sql.SQL(" for update")
    row = await (await connection.execute(statement, (call_id,))).fetchone()
    if row is None:
        raise NotFound("there is no such call")
    return _call(row)


async def reports(connection: Connection, incident: UUID) -> list[Report]:
    """Every report of an incident, oldest first."""
    statement = (
        sql.SQL("select r.* from report r where r.incident_id = %s and ")
        + visible("r")
        + sql.SQL(" order by r.serial")
    )
    rows = await (await connection.execute(statement, (incident,))).fetchall()
    return await _whole(connection, rows)


async def report(connection: Connection, report_id: UUID, *, lock: bool = False) -> Report:
    """The report of that id (raises NotFound)."""
    statement = sql.SQL("select r.* from report r where r.id = %s and ") + visible("r")
    if lock:
        statement += sql.SQL(" for update")
    row = await (await connection.execute(statement, (report_id,))).fetchone()
    if row is None:
        raise NotFound("there is no such report")
    (found,) = await _whole(connection, [row])
    return found


async def _whole(connection: Connection, rows: list[dict[str, Any]]) -> list[Report]:
    ids = [row["id"] for row in rows]
    wordings, deliveries = defaultdict[UUID, list[Wording]](list), defaultdict[UUID, list[Delivery]](list)
    for one in await (
        await connection.execute(
            "select report_id, version, body, at, by from report_version where report_id = any(%s)"
            " order by version",
            (ids,),
        )
    ).fetchall():
        wordings[one.pop("report_id")].append(Wording(**one))
    for one in await (
        await connection.execute(
            "select * from report_delivery where report_id = any(%s) order by sent_at, id", (ids,)
        )
    ).fetchall():
        deliveries[one["report_id"]].append(Delivery(**one))
    return [
        Report(
            **{name: row[name] for name in Report.__slots__ if name in row},
            wordings=tuple(wordings[row["id"]]),
            deliveries=tuple(deliveries[row["id"]]),
        )
        for row in rows
    ]


async def of_delivery(connection: Connection, delivery: UUID) -> Report:
    """The report that a delivery carries, held until the transaction ends (raises NotFound)."""
    row = await (
        await connection.execute("select report_id from report_delivery where id = %s", (delivery,))
    ).fetchone()
    if row is None:
        raise NotFound("there is no such delivery")
    return await report(connection, row["report_id"], lock=True)


async def next_serial(connection: Connection, incident: UUID) -> int:
    """The number of the incident's next report. Hold the incident while it is used."""
    row = await (
        await connection.execute(
            "select coalesce(max(serial), 0)::int + 1 as n from report where incident_id = %s", (incident,)
        )
    ).fetchone()
    return int(row["n"]) if row else 1


async def rules(connection: Connection, level: int | None = None) -> list[dict[str, Any]]:
    """How soon what must be told to whom, by level."""
    return await (
        await connection.execute(
            "select * from report_rule where %(level)s::int is null or level = %(level)s"
            " order by level, body_zh, case kind when 'first' then 1 when 'progress' then 2 else 3 end, mode",
            {"level": level},
        )
    ).fetchall()


@dataclass(frozen=True, slots=True)
class Owed:
    """An incident with its clocks."""

    incident: Incident
    clocks: list[Clock]


async def clocks(connection: Connection, incident: Incident) -> list[Clock]:
    """The clocks of one incident."""
    return (await owed(connection, [incident]))[0].clocks


async def owed(connection: Connection, several: Sequence[Incident]) -> list[Owed]:
    """The clocks of several incidents, reckoned from the log."""
    ids = [incident.id for incident in several]
    by_level: dict[int, list[dict[str, Any]]] = {}
    for row in await rules(connection):
        by_level.setdefault(row["level"], []).append(row)
    levelled = await _rows(
        connection,
        "select incident_id, max(at) as at from incident_event where incident_id = any(%s)"
        " and kind in ('opened', 'level') group by incident_id",
        ids,
    )
    added = await _rows(
        connection, "select * from report_clock where incident_id = any(%s) and cancelled_at is null", ids
    )
    told = await _rows(
        connection,
        "select r.incident_id, d.body, r.kind, r.mode, coalesce(r.sent_at, d.sent_at) as at from report r"
        " join report_delivery d on d.report_id = r.id where r.incident_id = any(%s) and r.state = 'sent'"
        " and d.state <> 'failed'",
        ids,
    )
    spaces = await (await connection.execute("select id, scale from space")).fetchall()
    scales = {row["id"]: float(row["scale"]) for row in spaces}
    found = []
    for incident in several:
        since = next((row["at"] for row in levelled if row["incident_id"] == incident.id), incident.opened_at)
        mine = [_rule(row, since) for row in by_level.get(incident.level, [])]
        mine += [_added(row) for row in added if row["incident_id"] == incident.id]
        out = [
            Told(row["body"], row["kind"], row["mode"], row["at"])
            for row in told
            if row["incident_id"] == incident.id
        ]
        ended = incident.closed_at if incident.phase in ENDED else None
        if incident.phase in ("duplicate", "rejected", "void"):
            mine = []
        found.append(
            Owed(incident, reckoned(mine, out, ended_at=ended, scale=scales.get(incident.space, 1.0)))
        )
    return found


async def _rows(connection: Connection, statement: str, ids: list[UUID]) -> list[dict[str, Any]]:
    return await (await connection.execute(statement.encode(), (ids,))).fetchall()


def _rule(row: dict[str, Any], since: datetime) -> Rule:
    body = Text(row["body_zh"], row["body_en"])
    return Rule(body, row["kind"], row["mode"], row["minutes"], since, example=row["example"])


def _added(row: dict[str, Any]) -> Rule:
    body = Text(row["body_zh"], row["body_en"])
    return Rule(body, row["kind"], row["mode"], row["minutes"], row["since"], row["source"], example=False)


async def watched(connection: Connection, now: datetime) -> list[Incident]:
    """The incidents of which something may be owed: the open ones and those closed lately."""
    return await incidents.recent(connection, now - WATCHED_AFTER_END)


async def known_overdue(connection: Connection, ids: Sequence[UUID]) -> set[tuple[UUID, str]]:
    """The clocks whose lateness stands in the timeline already, by incident and key."""
    rows = await _rows(
        connection,
        "select incident_id, detail->>'overdue' as key from incident_event where incident_id = any(%s)"
        " and kind = 'report' and detail ? 'overdue'",
        list(ids),
    )
    return {(row["incident_id"], row["key"]) for row in rows}


async def forces(connection: Connection, incident: UUID) -> list[Force]:
    """The units that an incident has had, in the order they were sent."""
    rows = await (
        await connection.execute(
            "select t.id as task_id, u.code, u.name_zh, u.name_en, u.kind, u.crew_count, t.state, t.stamps,"
            " t.order_text, t.created_at, t.created_by, t.ended_at, coalesce(d.name_zh, '') as organisation"
            " from task t join unit u on u.id = t.unit_id left join department d on d.code = u.department"
            " where t.incident_id = %s order by t.created_at, t.id",
            (incident,),
        )
    ).fetchall()
    return [
        Force(
            row["task_id"], row["code"], Text(row["name_zh"], row["name_en"]), row["kind"], row["crew_count"],
            row["organisation"], row["state"], row["stamps"], row["order_text"], row["created_at"], row["created_by"],
            row["ended_at"],
        )
        for row in rows
    ]  # fmt: skip


async def requests(connection: Connection, incident: UUID) -> list[Request]:
    """What was asked of others for an incident: every need, once for each order that it led to."""
    rows = await (
        await connection.execute(
            "select coalesce(o.created_at, n.created_at) as at, coalesce(o.number, '') as number, n.title,"
            " coalesce(o.asked, n.quantity) as asked, coalesce(o.granted, 0) as granted, n.unit,"
            " coalesce(d.name_zh, o.party, '') as party, coalesce(o.state, case when n.withdrawn_at is null then ''"
            " else 'withdrawn' end) as state, o.arrival_at, n.created_by as by from need n"
            " left join resource_order o on o.need_id = n.id left join department d on d.code = o.party"
            " where n.incident_id = %s order by 1, 2",
            (incident,),
        )
    ).fetchall()
    return [Request(**row) for row in rows]


async def facts(connection: Connection, incident_id: UUID, now: datetime) -> Facts:
    """Everything that the log knows of an incident now (raises NotFound)."""
    incident = await incidents.one(connection, incident_id)
    row = await (
        await connection.execute(
            "select name_zh, name_en from area where starts_with(%s, code) order by length(code) desc limit 1",
            (incident.area_code,),
        )
    ).fetchone()
    area = Text(row["name_zh"], row["name_en"]) if row else Text(incident.area_code, incident.area_code)
    return Facts(
        incident, area, tuple(await incidents.timeline(connection, incident_id)),
        tuple(reversed(await calls(connection, incident=incident_id, limit=500))),
        tuple(await forces(connection, incident_id)), await posts.of_incident(connection, incident_id), now,
        tuple(await requests(connection, incident_id)),
    )  # fmt: skip
