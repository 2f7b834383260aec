"""How are alarms written?"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from mudan.storage.pool import Connection


async def raise_or_repeat(connection: Connection, row: dict[str, Any]) -> dict[str, Any]:
    """Raise an alarm, or make the standing one of the same rule and entity active again.

    Returns id, group, suppression and whether it is new and whether it came up (was not active before).
    One that comes back after its condition was gone waits for somebody anew; shelving for a time outlives
    the end of the alarm it was said of; `outage`: the rule on the entity is out of service.
    """
    done = await connection.execute(
        "with shelf as (select id, suppressed_until, suppressed_reason from alarm where entity = %(entity)s"
        " and rule = %(rule)s and suppression = 'shelved_timed' and suppressed_until > %(at)s"
        " and acknowledged and not active and not latched order by suppressed_until desc limit 1),"
        " emptied as (update alarm a set suppression = 'none', suppressed_until = null, suppressed_reason = '',"
        " version = version + 1 from shelf where a.id = shelf.id)"
        " insert into alarm (id, space, rule, platform, entity, area_code, department, level, active, acknowledged,"
        " quantity, value, limit_value, unit, words, life_safety, example, raised_at, last_at, annunciated_at,"
        " family, rule_group, suppression, suppressed_until, suppressed_reason)"
        " values (%(id)s, %(space)s, %(rule)s, %(platform)s, %(entity)s, %(area_code)s, %(department)s, %(level)s,"
        " true, false, %(quantity)s, %(value)s, %(limit)s, %(unit)s, %(words)s, %(life_safety)s, %(example)s,"
        " %(at)s, %(at)s, %(at)s, %(family)s, %(rule_group)s,"
        " case when %(outage)s::text is not null then 'out_of_service'"
        " else coalesce((select 'shelved_timed' from shelf), 'none') end,"
        " case when %(outage)s::text is null then (select suppressed_until from shelf) end,"
        " coalesce(%(outage)s, (select suppressed_reason from shelf), ''))"
        " on conflict (entity, rule) where active or latched or not acknowledged do update set active = true,"
        " acknowledged = alarm.acknowledged and alarm.active,"
        " acknowledged_at = case when alarm.active then alarm.acknowledged_at end,"
        " acknowledged_by = case when alarm.active then alarm.acknowledged_by end,"
        " owner = case when alarm.active then alarm.owner end,"
        " acknowledged_position = case when alarm.active then alarm.acknowledged_position end,"
        " acknowledgement_expires_at = case when alarm.active then alarm.acknowledgement_expires_at end,"
        " annunciated_at = case when alarm.active then alarm.annunciated_at else excluded.raised_at end,"
        " realarms = case when alarm.active then alarm.realarms else 0 end,"
        " finding = case when alarm.active then alarm.finding end,"
        " latched = false, cleared_at = null, count = alarm.count + 1, last_at = excluded.last_at,"
        " value = excluded.value, words = excluded.words, version = alarm.version + 1"
        " returning id, group_id, suppression, chattering_at, (xmax = 0) as new, annunciated_at = %(at)s as up",
        row | {"words": Jsonb(row["words"])},
    )
    found = await done.fetchone()
    assert found is not None  # the statement returns a row or raises
    return found


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


async def clear(connection: Connection, row: dict[str, Any]) -> dict[str, Any] | None:
    """The condition is gone; returns id, group and rule group of the alarm, if one was active.

    One-shot shelving and suppression by design end with it; what called nobody needs nobody.
    """
    done = await connection.execute(
        "update alarm set active = false, latched = %(latch)s, cleared_at = %(at)s, last_at = %(at)s,"
        " suppression = case when suppression in ('shelved_oneshot', 'by_design') then 'none' else suppression end,"
        " suppressed_reason = case when suppression in ('shelved_oneshot', 'by_design') then ''"
        " else suppressed_reason end,"
        " suppressed_by = null, acknowledgement_expires_at = null,"
        " acknowledged = acknowledged or %(taken_over)s or (suppression = 'by_design' and not %(latch)s),"
        " version = version + 1"
        " where entity = %(entity)s and rule = %(rule)s and active returning id, group_id, rule_group, level",
        row,
    )
    return await done.fetchone()


async def change(connection: Connection, alarm: UUID, row: dict[str, Any]) -> None:
    """Write the axes that a person changed."""
    await connection.execute(
        "update alarm set acknowledged = %(acknowledged)s, acknowledged_at = %(acknowledged_at)s,"
        " acknowledged_by = %(acknowledged_by)s, owner = %(owner)s, latched = %(latched)s,"
        " suppression = %(suppression)s, suppressed_until = %(suppressed_until)s,"
        " suppressed_reason = %(suppressed_reason)s, acknowledged_position = %(acknowledged_position)s,"
        " acknowledgement_expires_at = %(acknowledgement_expires_at)s, finding = %(finding)s,"
        " annunciated_at = %(annunciated_at)s, realarms = %(realarms)s,"
        " version = version + 1 where id = %(id)s",
        row | {"id": alarm},
    )


async def end_shelving(connection: Connection, now: datetime) -> list[dict[str, Any]]:
    """End timed shelving that has run out; returns id, group and whether each of the alarms calls again."""
    return await (
        await connection.execute(
            "update alarm set suppression = 'none', suppressed_until = null, suppressed_reason = '',"
            " annunciated_at = case when active and not acknowledged then %(now)s else annunciated_at end,"
            " version = version + 1 where suppression = 'shelved_timed' and suppressed_until <= %(now)s"
            " returning id, group_id, active and not acknowledged as calls",
            {"now": now},
        )
    ).fetchall()


async def note(
    connection: Connection, alarm: UUID, at: datetime, kind: str, actor: str, detail: dict[str, Any]
) -> None:
    """Add to an alarm's history."""
    await connection.execute(
        "insert into alarm_event (alarm_id, at, kind, actor, detail) values (%s, %s, %s, %s, %s)",
        (alarm, at, kind, actor, Jsonb(detail)),
    )


async def mark_grouped(connection: Connection, alarm: UUID, group: UUID) -> None:
    """Which group an alarm is in."""
    await connection.execute("update alarm set group_id = %s where id = %s", (group, alarm))


async def mark_chattering(connection: Connection, alarm: UUID, at: datetime) -> None:
    """An alarm comes and goes faster than anybody can look."""
    await connection.execute("update alarm set chattering_at = %s where id = %s", (at, alarm))


async def realarm(connection: Connection, alarm: UUID, now: datetime) -> None:
    """An alarm that nobody has taken sounds again."""
    await connection.execute(
        "update alarm set annunciated_at = %s, realarms = realarms + 1, version = version + 1 where id = %s",
        (now, alarm),
    )


async def prolong(connection: Connection, alarm: UUID, expires_at: datetime | None) -> None:
    """Until when an acknowledgement holds without progress; None: for good."""
    await connection.execute(
        "update alarm set acknowledgement_expires_at = %s, version = version + 1 where id = %s",
        (expires_at, alarm),
    )


async def expire(connection: Connection, alarm: UUID, now: datetime) -> None:
    """An acknowledgement without progress is taken back: the alarm calls anew."""
    await connection.execute(
        "update alarm set acknowledged = false, acknowledged_at = null, acknowledged_by = null, owner = null,"
        " acknowledged_position = null, acknowledgement_expires_at = null, annunciated_at = %s, realarms = 0,"
        " version = version + 1 where id = %s",
        (now, alarm),
    )


async def find(connection: Connection, alarm: UUID, finding: str) -> None:
    """What an alarm was found to be."""
    await connection.execute(
        "update alarm set finding = %s, version = version + 1 where id = %s", (finding, alarm)
    )
