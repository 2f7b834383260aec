"""Can the people at a desk cope with its alarms? Figures after ISA-18.2 and EEMUA 191, per operator position.

A position is a desk: a role in an area. Every alarm of the area calls at it; what was taken at it is known by
the position kept with each acknowledgement. No figure is kept or shown by person.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, LiteralString

from psycopg import sql

from mudan.core.alarms.model.figures import Counted, Desk
from mudan.core.people.queries import visible
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

BUCKET_S = 600
# An alarm called when it rose, or came out of silence, and was not silent itself.
_CALLED = sql.SQL(
    "v.kind in ('raised', 'raised_again', 'unshelve', 'uninhibited') and (v.detail->>'annunciated')::bool"
    " and v.at >= %(start)s and v.at < %(end)s and starts_with(a.area_code, %(area)s)"
)
_RAISED = sql.SQL("a.raised_at >= %(start)s and a.raised_at < %(end)s and starts_with(a.area_code, %(area)s)")


@dataclass(frozen=True, slots=True)
class Actor:
    """A rule on an entity that calls more than its share."""

    rule: str
    platform: str
    title: Text
    entity_urn: str
    entity_name: Text
    level: int
    calls: int
    share: float
    chattering: bool
    fleeting: int
    false: int


async def desks(connection: Connection) -> list[Desk]:
    """The operator positions within the reader's area, the largest area first."""
    rows = await (
        await connection.execute(
            "select distinct role, area_code from person where role in ('dispatcher', 'duty_officer')"
            " and not disabled and mudan_sees(area_code, null, 0::smallint) order by area_code, role"
        )
    ).fetchall()
    return [Desk(row["role"], row["area_code"]) for row in rows]


def _values(desk: Desk, start: datetime, end: datetime) -> dict[str, Any]:
    return {
        "start": start, "end": end, "area": desk.area_code, "position": f"{desk.role}@{desk.area_code}",
        "bucket": BUCKET_S,
    }  # fmt: skip


async def _all(connection: Connection, text: LiteralString, values: dict[str, Any]) -> list[dict[str, Any]]:
    statement = sql.SQL(text).format(visible=visible("a"), called=_CALLED, raised=_RAISED)
    return await (await connection.execute(statement, values)).fetchall()


async def figures(connection: Connection, desk: Desk, start: datetime, end: datetime) -> Counted:
    """What is counted of a desk between two times; empty intervals of ten minutes count as intervals."""
    values = _values(desk, start, end)
    buckets = await _all(
        connection,
        "select floor(extract(epoch from v.at) / %(bucket)s)::bigint as slot, count(*)::int as n"
        " from alarm_event v join alarm a on a.id = v.alarm_id where {called} and {visible} group by 1",
        values,
    )
    [alarms] = await _all(
        connection,
        "select count(*)::int as raised, count(*) filter (where a.chattering_at is not null)::int as chattering,"
        " count(*) filter (where a.cleared_at - a.raised_at < interval '10 seconds')::int as fleeting,"
        " count(*) filter (where exists (select 1 from incident_alarm i where i.alarm_id = a.id))::int as incidents"
        " from alarm a where {raised} and {visible}",
        values,
    )
    levels = await _all(
        connection,
        "select a.level, count(distinct a.id)::int as n from alarm_event v join alarm a on a.id = v.alarm_id"
        " where {called} and {visible} group by 1",
        values,
    )
    [stale] = await _all(
        connection,
        "select count(*)::int as n from alarm a where (not a.active or a.suppression = 'none')"
        " and a.raised_at < %(end)s - interval '24 hours'"
        " and (a.active or a.cleared_at > greatest(%(start)s, a.raised_at + interval '24 hours'))"
        " and starts_with(a.area_code, %(area)s) and {visible}",
        values,
    )
    return Counted(
        start=start, end=end, bucket=timedelta(seconds=BUCKET_S),
        buckets={row["slot"]: row["n"] for row in buckets}, stale=stale["n"],
        levels={row["level"]: row["n"] for row in levels}, raised=alarms["raised"],
        chattering=alarms["chattering"], fleeting=alarms["fleeting"], incidents=alarms["incidents"],
        acknowledgements=await _acknowledgements(connection, values),
        without_action=await _without_action(connection, values),
        unauthorised=await _unauthorised(connection, values), found=await _found(connection, values),
        calls_by_rule=await _calls_by_rule(connection, values),
    )  # fmt: skip


async def _calls_by_rule(connection: Connection, values: dict[str, Any]) -> list[int]:
    rows = await _all(
        connection,
        "select count(*)::int as n from alarm_event v join alarm a on a.id = v.alarm_id"
        " where {called} and {visible} group by a.rule, a.entity order by n desc",
        values,
    )
    return [row["n"] for row in rows]


async def _acknowledgements(connection: Connection, values: dict[str, Any]) -> dict[int, tuple[float, float]]:
    """Seconds from the last call to the acknowledgement at this desk, by level: median and 95th percentile."""
    rows = await _all(
        connection,
        "select a.level, percentile_cont(array[0.5, 0.95]) within group (order by extract(epoch from v.at - c.at))"
        " as seconds from alarm_event v join alarm a on a.id = v.alarm_id cross join lateral (select max(w.at) as at"
        " from alarm_event w where w.alarm_id = v.alarm_id and w.id < v.id"
        " and w.kind in ('raised', 'raised_again', 'unshelve', 'uninhibited', 'returned_to_service')) c"
        " where v.kind = 'acknowledge' and v.at >= %(start)s and v.at < %(end)s"
        " and v.detail->>'position' = %(position)s and c.at is not null and {visible} group by a.level",
        values,
    )
    return {row["level"]: (row["seconds"][0], row["seconds"][1]) for row in rows}


async def _without_action(connection: Connection, values: dict[str, Any]) -> tuple[int, int]:
    """Acknowledged at this desk, and of these without a word, a finding, an incident or a silence afterwards."""
    [row] = await _all(
        connection,
        "select count(*)::int as all, count(*) filter (where coalesce(v.detail->>'note', '') = ''"
        " and a.finding is null and not exists (select 1 from incident_alarm i where i.alarm_id = a.id)"
        " and not exists (select 1 from alarm_event w where w.alarm_id = a.id and w.id > v.id"
        " and w.kind in ('note', 'find', 'shelve', 'reset', 'outage_asked')))::int as idle"
        " from alarm_event v join alarm a on a.id = v.alarm_id where v.kind = 'acknowledge'"
        " and v.at >= %(start)s and v.at < %(end)s and v.detail->>'position' = %(position)s and {visible}",
        values,
    )
    return row["all"], row["idle"]


async def _unauthorised(connection: Connection, values: dict[str, Any]) -> int:
    """Silences that the event log does not allow: of life safety, by a role or for a time that may not, or of
    which it knows nothing. Held against the log, not against what the actions believe.
    """
    [row] = await _all(
        connection,
        "select (select count(*) from alarm_event v join alarm a on a.id = v.alarm_id where v.kind = 'shelve'"
        " and v.at >= %(start)s and v.at < %(end)s and starts_with(a.area_code, %(area)s) and {visible}"
        " and (a.life_safety or coalesce(v.detail->>'position', '') not similar to '(duty_officer|dispatcher)@%%'"
        " or coalesce((v.detail->>'minutes')::float8, 0) > case when v.detail->>'position' like 'duty_officer@%%'"
        " then 720 else 60 end))::int"
        " + (select count(*) from alarm a where a.suppression <> 'none' and starts_with(a.area_code, %(area)s)"
        " and {visible} and not exists (select 1 from alarm_event v join alarm b on b.id = v.alarm_id"
        " where b.entity = a.entity and b.rule = a.rule and v.kind = case a.suppression"
        " when 'shelved_timed' then 'shelve' when 'shelved_oneshot' then 'shelve'"
        " when 'by_design' then 'inhibited' else 'out_of_service' end))::int as n",
        values,
    )
    return int(row["n"])


async def _found(connection: Connection, values: dict[str, Any]) -> dict[str, tuple[int, int]]:
    """By platform: alarms of which somebody said what they were, and those that were false. An incident closed
    as a false alarm says so of its alarms.
    """
    rows = await _all(
        connection,
        "select a.platform, count(*)::int as found, count(*) filter (where a.finding = 'false'"
        " or a.finding is null and i.disposition = 'false_alarm')::int as false"
        " from alarm a left join incident_alarm ia on ia.alarm_id = a.id left join incident i on i.id = ia.incident_id"
        " where {raised} and {visible} and (a.finding is not null or i.disposition is not null)"
        " group by 1 order by 1",
        values,
    )
    return {row["platform"]: (row["found"], row["false"]) for row in rows}


async def worst_actors(
    connection: Connection, desk: Desk, start: datetime, end: datetime, limit: int = 10
) -> list[Actor]:
    """The rules on entities that call most at a desk, with their share of all calls."""
    rows = await _all(
        connection,
        "select a.rule, a.platform, (array_agg(a.words->'title'))[1] as title, e.urn, e.name_zh, e.name_en,"
        " min(a.level)::int as level, count(*)::int as calls, sum(count(*)) over ()::int as total,"
        " bool_or(a.chattering_at is not null) as chattering,"
        " count(distinct a.id) filter (where a.cleared_at - a.raised_at < interval '10 seconds')::int as fleeting,"
        " count(distinct a.id) filter (where a.finding = 'false')::int as false"
        " from alarm_event v join alarm a on a.id = v.alarm_id join entity e on e.key = a.entity"
        " where {called} and {visible} group by a.rule, a.platform, e.key"
        " order by calls desc, a.rule limit %(limit)s",
        _values(desk, start, end) | {"limit": limit},
    )
    return [
        Actor(
            row["rule"], row["platform"], Text(**row["title"]), row["urn"], Text(row["name_zh"], row["name_en"]),
            row["level"], row["calls"], row["calls"] / row["total"], row["chattering"], row["fleeting"], row["false"],
        )
        for row in rows
    ]  # fmt: skip
