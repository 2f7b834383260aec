"""How are inhibition, outages, and what they are decided by, written?"""

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from mudan.storage.pool import Connection


async def inhibit(connection: Connection, alarm: UUID, by: UUID | None, reason: str) -> bool:
    """Suppress an alarm by design, while another stands where one is named; whether it was not silenced already."""
    done = await connection.execute(
        "update alarm set suppression = 'by_design', suppressed_by = %s, suppressed_reason = %s,"
        " version = version + 1 where id = %s and suppression = 'none'",
        (by, reason, alarm),
    )
    return done.rowcount > 0


async def release(connection: Connection, alarm: UUID, now: datetime) -> dict[str, Any]:
    """End the suppression of an alarm; returns its group and whether it calls again."""
    row = await (
        await connection.execute(
            "update alarm set suppression = 'none', suppressed_by = null, suppressed_reason = '',"
            " suppressed_until = null,"
            " annunciated_at = case when active and not acknowledged then %s else annunciated_at end, realarms = 0,"
            " version = version + 1 where id = %s returning group_id, active and not acknowledged as calls",
            (now, alarm),
        )
    ).fetchone()
    assert row is not None  # the caller has seen it in this transaction
    return row


async def silence(connection: Connection, entity: int, rule: str, reason: str) -> dict[str, Any] | None:
    """Take the standing alarm of a rule on an entity out of service; returns its id and group, if any."""
    return await (
        await connection.execute(
            "update alarm set suppression = 'out_of_service', suppressed_by = null, suppressed_until = null,"
            " suppressed_reason = %s, version = version + 1"
            " where entity = %s and rule = %s and (active or latched or not acknowledged) returning id, group_id",
            (reason, entity, rule),
        )
    ).fetchone()


async def ask_outage(connection: Connection, row: dict[str, Any]) -> bool:
    """Ask to take a rule on an entity out of service; False when that is asked or so already."""
    done = await connection.execute(
        "insert into alarm_outage (id, space, area_code, department, entity, rule, reason, work_order, until, state,"
        " asked_at, asked_by, asked_person) values (%(id)s, %(space)s, %(area_code)s, %(department)s, %(entity)s,"
        " %(rule)s, %(reason)s, %(work_order)s, %(until)s, 'asked', %(asked_at)s, %(asked_by)s, %(asked_person)s)"
        " on conflict (entity, rule) where state in ('asked', 'approved') do nothing",
        row,
    )
    return done.rowcount > 0


async def decide_outage(
    connection: Connection, outage: UUID, *, state: str, now: datetime, by: str, note: str
) -> None:
    """Approve or refuse what was asked."""
    await connection.execute(
        "update alarm_outage set state = %s, decided_at = %s, decided_by = %s, decided_note = %s,"
        " version = version + 1 where id = %s",
        (state, now, by, note, outage),
    )


async def return_outage(connection: Connection, outage: UUID, *, now: datetime, by: str, result: str) -> None:
    """The device is in service again, after a test."""
    await connection.execute(
        "update alarm_outage set state = 'returned', returned_at = %s, returned_by = %s, test_result = %s,"
        " version = version + 1 where id = %s",
        (now, by, result, outage),
    )


async def put_chain(connection: Connection, row: dict[str, Any]) -> bool:
    """Set the escalation chain of a level; False when somebody was quicker."""
    done = await connection.execute(
        "update alarm_chain set steps = %(steps)s, repeat_s = %(repeat_s)s, realarm_s = %(realarm_s)s,"
        " realarms = %(realarms)s, expires_s = %(expires_s)s, version = version + 1, changed_at = %(now)s,"
        " changed_by = %(by)s where level = %(level)s and version = %(version)s",
        row | {"steps": Jsonb(row["steps"])},
    )
    return done.rowcount > 0


async def put_tuning(connection: Connection, row: dict[str, Any]) -> bool:
    """Set how alarms are grouped and compared; False when somebody was quicker."""
    done = await connection.execute(
        "update alarm_tuning set settings = %(settings)s, version = version + 1, changed_at = %(now)s,"
        " changed_by = %(by)s where version = %(version)s",
        row | {"settings": Jsonb(row["settings"])},
    )
    return done.rowcount > 0


async def put_inhibition(connection: Connection, row: dict[str, Any]) -> bool:
    """Add an inhibition (version 0), or change one; False when somebody was quicker."""
    done = await connection.execute(
        "insert into alarm_inhibition (name, title, source, target, equal, enabled, changed_at, changed_by)"
        " values (%(name)s, %(title)s, %(source)s, %(target)s, %(equal)s, %(enabled)s, %(now)s, %(by)s)"
        " on conflict (name) do update set title = excluded.title, source = excluded.source,"
        " target = excluded.target, equal = excluded.equal, enabled = excluded.enabled,"
        " version = alarm_inhibition.version + 1, changed_at = excluded.changed_at, changed_by = excluded.changed_by"
        " where alarm_inhibition.version = %(version)s",
        row | {name: Jsonb(row[name]) for name in ("title", "source", "target")},
    )
    return done.rowcount > 0
