"""Which alarms are one group, whom does a group call, and is an area's desk flooded?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg import sql

from mudan.core.alarms.model import Alarm, Chain, Tuning, tuning_of
from mudan.core.alarms.queries.inbox import several
from mudan.core.notices import queries as notices
from mudan.core.notices.model import Step, Upcoming
from mudan.core.people.model import Role
from mudan.core.people.queries import visible
from mudan.primitives.errors import NotFound
from mudan.storage.pool import Connection

DESKS = (Role.DISPATCHER.value, Role.DUTY_OFFICER.value)


@dataclass(frozen=True, slots=True)
class Group:
    """Alarms that came as one: how many, what the reader sees of them, the first and the gravest of them."""

    id: UUID
    space: int
    family: str
    area_code: str
    level: int
    opened_at: datetime
    last_at: datetime
    total: int
    standing: int
    unacknowledged: int
    suppressed: int
    first: Alarm | None
    gravest: Alarm | None
    escalation: Upcoming | None


@dataclass(frozen=True, slots=True)
class Flood:
    """A time of more alarms than people can read, at the desks of an area."""

    id: UUID
    space: int
    area_code: str
    started_at: datetime
    ended_at: datetime | None
    peak: int
    last_count: int


async def groups(connection: Connection) -> list[Group]:
    """The groups with standing alarms within the reader's scope: those that still call first, then the gravest."""
    statement = sql.SQL(
        "select g.id, g.space, g.family, g.area_code, min(a.level) as level, g.opened_at, g.last_at,"
        " (select count(*)::int from alarm t where t.group_id = g.id) as total,"
        " count(*) filter (where a.suppression = 'none')::int as standing,"
        " count(*) filter (where not a.acknowledged and a.suppression = 'none')::int as unacknowledged,"
        " count(*) filter (where a.suppression <> 'none')::int as suppressed,"
        " (array_agg(a.id order by a.raised_at, a.id))[1] as first_id,"
        " (array_agg(a.id order by a.suppression <> 'none', a.acknowledged, a.level, a.raised_at, a.id))[1]"
        " as gravest_id"
        " from alarm_group g join alarm a on a.group_id = g.id"
        " where (a.active or a.latched or not a.acknowledged) and {} group by g.id"
        " order by count(*) filter (where not a.acknowledged and a.suppression = 'none') = 0,"
        " min(a.level), g.last_at desc limit 200"
    ).format(visible("a"))
    rows = await (await connection.execute(statement)).fetchall()
    wanted = [row[name] for row in rows for name in ("first_id", "gravest_id")]
    shown = {alarm.id: alarm for alarm in await several(connection, list(dict.fromkeys(wanted)))}
    calling = await notices.next_of(connection, "alarm_groups", [str(row["id"]) for row in rows])
    return [
        Group(
            **{name: row[name] for name in Group.__slots__ if name in row},
            first=shown.get(row["first_id"]),
            gravest=shown.get(row["gravest_id"]),
            escalation=calling.get(str(row["id"])),
        )
        for row in rows
    ]


async def group(connection: Connection, group_id: UUID) -> dict[str, Any]:
    """A group as it is kept, held until the work ends; raises NotFound."""
    row = await (
        await connection.execute("select * from alarm_group where id = %s for update", (group_id,))
    ).fetchone()
    if row is None:
        raise NotFound("there is no such group of alarms")
    return row


async def calling_of(connection: Connection, group_id: UUID) -> Upcoming | None:
    """Whom a group calls next, None when nobody."""
    return (await notices.next_of(connection, "alarm_groups", [str(group_id)])).get(str(group_id))


async def due_groups(connection: Connection, now: datetime) -> list[UUID]:
    """Groups in which something new is to be told now."""
    rows = await (
        await connection.execute(
            "select id from alarm_group where pending_at <= %s order by pending_at limit 200", (now,)
        )
    ).fetchall()
    return [row["id"] for row in rows]


async def unhandled(connection: Connection, group_id: UUID) -> list[Alarm]:
    """What of a group still calls, the gravest first: nobody has taken it, and it is not just a trifle gone."""
    rows = await (
        await connection.execute(
            "select id from alarm where group_id = %s and not acknowledged and suppression = 'none'"
            " and (active or latched or level <= 2) order by level, raised_at, id limit 500",
            (group_id,),
        )
    ).fetchall()
    return await several(connection, [row["id"] for row in rows])


async def chains(connection: Connection) -> list[Chain]:
    """The escalation chains, the gravest level first."""
    rows = await (await connection.execute("select * from alarm_chain order by level")).fetchall()
    return [_chain(row) for row in rows]


async def chain(connection: Connection, level: int) -> Chain:
    """The escalation chain of a level."""
    row = await (await connection.execute("select * from alarm_chain where level = %s", (level,))).fetchone()
    if row is None:
        raise NotFound("there is no such level")
    return _chain(row)


def _chain(row: dict[str, Any]) -> Chain:
    steps = tuple(
        Step(one["to"], one["after_s"], tuple(one["channels"]), one["otherwise"]) for one in row["steps"]
    )
    return Chain(
        row["level"],
        steps,
        row["repeat_s"],
        row["realarm_s"],
        row["realarms"],
        row["expires_s"],
        row["version"],
    )


async def tuning(connection: Connection) -> Tuning:
    """How alarms are grouped and compared here."""
    return (await kept_tuning(connection))[0]


async def kept_tuning(connection: Connection) -> tuple[Tuning, int]:
    """The same with its version: 1 as delivered."""
    row = await (await connection.execute("select settings, version from alarm_tuning")).fetchone()
    assert row is not None  # the migration put it there, and nobody may delete it
    return tuning_of(row["settings"]), row["version"]


async def areas_of_desks(connection: Connection) -> list[str]:
    """The areas in which somebody works at a desk."""
    rows = await (
        await connection.execute(
            "select distinct area_code from person where role = any(%s) and not disabled order by 1",
            (list(DESKS),),
        )
    ).fetchall()
    return [row["area_code"] for row in rows]


async def pressure(
    connection: Connection, areas: Sequence[str], now: datetime, within: timedelta
) -> dict[tuple[int, str], int]:
    """How many alarms called at the desks of each area within the time before now, by data space and area."""
    rows = await (
        await connection.execute(
            "select a.space, d.area, count(*)::int as n from alarm_event v join alarm a on a.id = v.alarm_id"
            " join unnest(%(areas)s::text[]) as d (area) on starts_with(a.area_code, d.area)"
            " where v.at > %(since)s and v.at <= %(now)s"
            " and v.kind in ('raised', 'raised_again', 'unshelve', 'uninhibited')"
            " and (v.detail->>'annunciated')::bool group by 1, 2",
            {"areas": list(areas), "since": now - within, "now": now},
        )
    ).fetchall()
    return {(row["space"], row["area"]): row["n"] for row in rows}


async def floods(connection: Connection, *, lasting: bool) -> list[Flood]:
    """Floods of any area, lasting ones held until the work ends; else the latest of the reader's desks."""
    rows = await (
        await connection.execute(
            "select * from alarm_flood where ended_at is null order by id for update"
            if lasting
            else "select * from alarm_flood order by started_at desc limit 100"
        )
    ).fetchall()
    return [Flood(**row) for row in rows]


async def flood_areas(connection: Connection, area: str) -> list[Flood]:
    """The lasting floods of the desks that look at an area: its own, and those of the areas that hold it."""
    rows = await (
        await connection.execute(
            "select * from alarm_flood where ended_at is null and area_code = %s order by started_at", (area,)
        )
    ).fetchall()
    return [Flood(**row) for row in rows]
