"""Which alarms may be one matter, and what was decided of such pairs before?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import sql

from mudan.core.alarms.model import Alarm, Seen
from mudan.core.alarms.queries.inbox import several
from mudan.core.people.queries import visible
from mudan.primitives.errors import NotFound
from mudan.primitives.geo import Point
from mudan.storage.pool import Connection

_SEEN = sql.SQL(
    "select a.id, a.space, a.area_code, a.department, a.entity, a.rule, a.platform, a.family, a.level, a.raised_at,"
    " a.last_at, a.life_safety, e.lon, e.lat, e.device, ia.incident_id from alarm a join entity e on e.key = a.entity"
    " left join incident_alarm ia on ia.alarm_id = a.id where "
)


class Decided(NamedTuple):
    """How often a pair of rules on a pair of entities was judged one matter, and how often not."""

    accepted: int
    rejected: int


@dataclass(frozen=True, slots=True)
class Near:
    """An alarm as it is compared, with where it belongs."""

    seen: Seen
    space: int
    area_code: str
    department: str | None
    device: str | None
    last_at: datetime
    life_safety: bool


@dataclass(frozen=True, slots=True)
class Link:
    """A suggestion that two alarms, `one` and `other`, are one matter."""

    id: UUID
    one: Alarm
    other: Alarm
    score: float
    reasons: list[dict[str, Any]]
    state: str
    suggested_at: datetime
    decided_at: datetime | None
    decided_by: str | None


def _near(row: dict[str, Any]) -> Near:
    point = None if row["lon"] is None else Point(row["lon"], row["lat"])
    seen = Seen(
        row["id"], row["entity"], row["rule"], row["platform"], row["family"], row["level"], row["raised_at"],
        point, row["incident_id"],
    )  # fmt: skip
    return Near(
        seen,
        row["space"],
        row["area_code"],
        row["department"],
        row["device"],
        row["last_at"],
        row["life_safety"],
    )


async def uncorrelated(connection: Connection, limit: int) -> list[Near]:
    """Alarms that have not been compared yet, the oldest first."""
    statement = _SEEN + sql.SQL("not a.correlated order by a.raised_at limit %s")
    return [_near(row) for row in await (await connection.execute(statement, (limit,))).fetchall()]


async def calling_anew(connection: Connection, limit: int) -> list[Near]:
    """Alarms that call though nobody has bound them to an incident, or though they were quiet for one, and that
    were not held against the open incidents since they called last.
    """
    statement = _SEEN + sql.SQL(
        "a.active and not a.acknowledged and a.suppression = 'none' and a.family <> 'equipment'"
        " and (ia.incident_id is null or exists (select 1 from incident_child c where c.alarm_id = a.id and c.quiet"
        " and c.state in ('linked', 'accepted')))"
        " and (a.child_checked_at is null or a.child_checked_at < a.annunciated_at)"
        " order by a.raised_at limit %s"
    )
    return [_near(row) for row in await (await connection.execute(statement, (limit,))).fetchall()]


async def members(connection: Connection, incidents: Sequence[UUID], limit: int = 1000) -> list[Near]:
    """The alarms of some incidents, those heard of last first."""
    statement = _SEEN + sql.SQL("ia.incident_id = any(%s) order by a.last_at desc limit %s")
    return [
        _near(row) for row in await (await connection.execute(statement, (list(incidents), limit))).fetchall()
    ]


async def neighbours(
    connection: Connection, space: int, start: datetime, end: datetime, limit: int
) -> list[Near]:
    """Alarms of a data space that rose within a time and are not over."""
    statement = _SEEN + sql.SQL(
        "a.space = %s and a.raised_at between %s and %s and a.family <> 'equipment'"
        " and (a.active or a.latched or not a.acknowledged or ia.incident_id is not null)"
        " order by a.level, a.raised_at desc limit %s"
    )
    rows = await (await connection.execute(statement, (space, start, end, limit))).fetchall()
    return [_near(row) for row in rows]


async def downstream(connection: Connection) -> dict[str, str]:
    """The next device below each on its river, by the entities' property `downstream`."""
    rows = await (
        await connection.execute(
            "select device, properties->>'downstream' as below from entity"
            " where device is not null and properties ? 'downstream'"
        )
    ).fetchall()
    return {row["device"]: row["below"] for row in rows}


async def judged_before(connection: Connection, one: Seen, others: Sequence[Seen]) -> dict[UUID, Decided]:
    """What was decided before of the same pair of rules on the same pair of entities, by the other alarm."""
    rows = await (
        await connection.execute(
            "select o.id, count(*) filter (where l.state = 'accepted')::int as accepted,"
            " count(*) filter (where l.state = 'rejected')::int as rejected"
            " from unnest(%(ids)s::uuid[], %(entities)s::int[], %(rules)s::text[]) as o (id, entity, rule)"
            " join alarm x on x.entity = %(entity)s and x.rule = %(rule)s"
            " join alarm y on y.entity = o.entity and y.rule = o.rule"
            " join alarm_link l on l.state <> 'suggested' and (l.alarm_id = x.id and l.other_id = y.id"
            " or l.alarm_id = y.id and l.other_id = x.id) group by 1",
            {
                "ids": [other.id for other in others], "entities": [other.entity for other in others],
                "rules": [other.rule for other in others], "entity": one.entity, "rule": one.rule,
            },
        )
    ).fetchall()  # fmt: skip
    return {row["id"]: Decided(row["accepted"], row["rejected"]) for row in rows}


async def suggested(connection: Connection, *, limit: int = 50) -> list[Link]:
    """Suggestions that wait for somebody, the strongest first, of alarms that both still matter.

    Of two things with several alarms each only the strongest pair is told.
    """
    statement = sql.SQL(
        "select * from (select distinct on (least(a.entity, b.entity), greatest(a.entity, b.entity)) l.*"
        " from alarm_link l join alarm a on a.id = l.alarm_id join alarm b on b.id = l.other_id"
        " left join incident_alarm ia on ia.alarm_id = a.id left join incident_alarm ib on ib.alarm_id = b.id"
        " where l.state = 'suggested' and (a.active or a.latched or not a.acknowledged)"
        " and (ia.incident_id is null or ia.incident_id is distinct from ib.incident_id)"
        " and {} and {} order by least(a.entity, b.entity), greatest(a.entity, b.entity), l.score desc) s"
        " order by score desc, suggested_at desc, id limit %s"
    ).format(visible("a"), visible("b"))
    return await _links(connection, await (await connection.execute(statement, (limit,))).fetchall())


async def links_of(connection: Connection, alarm: UUID) -> list[Link]:
    """The suggestions of one alarm, whatever became of them, told from its side."""
    statement = sql.SQL(
        "select l.* from alarm_link l where (l.alarm_id = %s or l.other_id = %s) and {}"
    ).format(visible("l"))
    statement += sql.SQL(" order by l.state <> 'suggested', l.score desc limit 20")
    rows = await (await connection.execute(statement, (alarm, alarm))).fetchall()
    for row in rows:
        if row["other_id"] == alarm:
            row["alarm_id"], row["other_id"] = row["other_id"], row["alarm_id"]
    return await _links(connection, rows)


async def link(connection: Connection, link_id: UUID) -> dict[str, Any]:
    """One suggestion as it is kept, held until the work ends; raises NotFound."""
    statement = sql.SQL("select l.* from alarm_link l where l.id = %s and {} for update").format(visible("l"))
    row = await (await connection.execute(statement, (link_id,))).fetchone()
    if row is None:
        raise NotFound("there is no such suggestion")
    return row


async def _links(connection: Connection, rows: Sequence[dict[str, Any]]) -> list[Link]:
    wanted = {row[name] for row in rows for name in ("alarm_id", "other_id")}
    shown = {alarm.id: alarm for alarm in await several(connection, list(wanted))}
    return [
        Link(
            row["id"], shown[row["alarm_id"]], shown[row["other_id"]], row["score"], row["reasons"], row["state"],
            row["suggested_at"], row["decided_at"], row["decided_by"],
        )
        for row in rows
        if row["alarm_id"] in shown and row["other_id"] in shown
    ]  # fmt: skip
