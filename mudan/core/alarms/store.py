"""How are alarms written?"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from mudan.storage.pool import Connection


async def raise_or_repeat(connection: Connection, row: dict[str, Any]) -> tuple[UUID, bool]:
    """Raise an alarm, or make the standing one of the same rule and entity active again.

    Returns its id and whether it is new. One that comes back after its condition was gone waits for
    somebody anew; shelving for a time outlives the end of the alarm it was said of.
    """
    done = await connection.execute(
        "with shelf as (select id, suppressed_until, suppressed_reason from alarm where entity = %(entity)s"
        " and rule = %(rule)s and suppression = 'shelved_timed' and suppressed_until > %(at)s"
        " and acknowledged and not active and not latched order by suppressed_until desc limit 1),"
        " emptied as (update alarm a set suppression = 'none', suppressed_until = null, suppressed_reason = '',"
        " version = version + 1 from shelf where a.id = shelf.id)"
        " insert into alarm (id, space, rule, platform, entity, area_code, department, level, active, acknowledged,"
        " quantity, value, limit_value, unit, words, life_safety, example, raised_at, last_at,"
        " suppression, suppressed_until, suppressed_reason)"
        " values (%(id)s, %(space)s, %(rule)s, %(platform)s, %(entity)s, %(area_code)s, %(department)s, %(level)s,"
        " true, false, %(quantity)s, %(value)s, %(limit)s, %(unit)s, %(words)s, %(life_safety)s, %(example)s,"
        " %(at)s, %(at)s, coalesce((select 'shelved_timed' from shelf), 'none'),"
        " (select suppressed_until from shelf), coalesce((select suppressed_reason from shelf), ''))"
        " on conflict (entity, rule) where active or latched or not acknowledged do update set active = true,"
        " acknowledged = alarm.acknowledged and alarm.active,"
        " acknowledged_at = case when alarm.active then alarm.acknowledged_at end,"
        " acknowledged_by = case when alarm.active then alarm.acknowledged_by end,"
        " owner = case when alarm.active then alarm.owner end,"
        " latched = false, cleared_at = null, count = alarm.count + 1, last_at = excluded.last_at,"
        " value = excluded.value, words = excluded.words, version = alarm.version + 1"
        " returning id, (xmax = 0) as new",
        row | {"words": Jsonb(row["words"])},
    )
    found = await done.fetchone()
    assert found is not None  # the statement returns a row or raises
    return found["id"], found["new"]


async def repeat(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Count repeats of active alarms and note their last value."""
    await connection.execute(
        "update alarm a set count = a.count + r.times, last_at = greatest(a.last_at, r.at), value = r.value,"
        " version = a.version + 1 from unnest(%s::int[], %s::text[], %s::int[], %s::timestamptz[], %s::float8[])"
        " as r (entity, rule, times, at, value) where a.entity = r.entity and a.rule = r.rule and a.active",
        (
            [row["entity"] for row in rows],
            [row["rule"] for row in rows],
            [row["times"] for row in rows],
            [row["at"] for row in rows],
            [row["value"] for row in rows],
        ),
    )


async def clear(connection: Connection, row: dict[str, Any]) -> UUID | None:
    """The condition is gone; returns the alarm, if one was active. One-shot shelving ends with it."""
    done = await connection.execute(
        "update alarm set active = false, latched = %(latch)s, cleared_at = %(at)s, last_at = %(at)s,"
        " suppression = case when suppression in ('shelved_oneshot', 'by_design') then 'none' else suppression end,"
        " suppressed_reason = case when suppression in ('shelved_oneshot', 'by_design') then ''"
        " else suppressed_reason end,"
        " acknowledged = acknowledged or %(taken_over)s, version = version + 1"
        " where entity = %(entity)s and rule = %(rule)s and active returning id",
        row,
    )
    found = await done.fetchone()
    return found["id"] if found else None


async def change(connection: Connection, alarm: UUID, row: dict[str, Any]) -> None:
    """Write the axes that a person changed."""
    await connection.execute(
        "update alarm set acknowledged = %(acknowledged)s, acknowledged_at = %(acknowledged_at)s,"
        " acknowledged_by = %(acknowledged_by)s, owner = %(owner)s, latched = %(latched)s,"
        " suppression = %(suppression)s, suppressed_until = %(suppressed_until)s,"
        " suppressed_reason = %(suppressed_reason)s, version = version + 1 where id = %(id)s",
        row | {"id": alarm},
    )


async def end_shelving(connection: Connection, now: datetime) -> list[UUID]:
    """End timed shelving that has run out; returns the alarms."""
    rows = await (
        await connection.execute(
            "update alarm set suppression = 'none', suppressed_until = null, suppressed_reason = '',"
            " version = version + 1 where suppression = 'shelved_timed' and suppressed_until <= %s returning id",
            (now,),
        )
    ).fetchall()
    return [row["id"] for row in rows]


async def note(
    connection: Connection, alarm: UUID, at: datetime, kind: str, actor: str, detail: dict[str, Any]
) -> None:
    """Add to an alarm's history."""
    await connection.execute(
        "insert into alarm_event (alarm_id, at, kind, actor, detail) values (%s, %s, %s, %s, %s)",
        (alarm, at, kind, actor, Jsonb(detail)),
    )
