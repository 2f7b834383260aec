"""How are groups and floods written?"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from mudan.primitives.ids import new_id
from mudan.storage.pool import Connection

LONGEST = timedelta(hours=24)


async def join_group(connection: Connection, row: dict[str, Any]) -> UUID:
    """Put an alarm's kind into the group of its family and area that goes on `since`, or begin one; returns it."""
    done = await connection.execute(
        "select id from alarm_group where space = %(space)s and family = %(family)s and area_code = %(area_code)s"
        " and last_at > %(since)s and opened_at > %(oldest)s order by last_at desc limit 1 for update",
        row | {"oldest": row["now"] - LONGEST},
    )
    found = await done.fetchone()
    if found is not None:
        group: UUID = found["id"]
        await connection.execute(
            "update alarm_group set last_at = %(now)s, level = least(level, %(level)s),"
            " version = version + 1 where id = %(group)s",
            row | {"group": group},
        )
        return group
    group = new_id()
    await connection.execute(
        "insert into alarm_group (id, space, area_code, family, first_alarm, level, opened_at, last_at)"
        " values (%(group)s, %(space)s, %(area_code)s, %(family)s, %(alarm)s, %(level)s, %(now)s, %(now)s)",
        row | {"group": group},
    )
    return group


async def pend(connection: Connection, group: UUID, at: datetime) -> None:
    """What is new in a group is told at that time, or sooner when that was said before."""
    await connection.execute(
        "update alarm_group set pending_at = least(coalesce(pending_at, %(at)s), %(at)s) where id = %(group)s",
        {"at": at, "group": group},
    )


async def announce(connection: Connection, group: UUID, level: int | None) -> None:
    """At which level a group calls now; None: it calls nobody."""
    await connection.execute(
        "update alarm_group set announced = %s, pending_at = null, version = version + 1 where id = %s",
        (level, group),
    )


async def start_flood(connection: Connection, space: int, area_code: str, now: datetime, count: int) -> UUID:
    """More alarms came to the desks of an area than people can read."""
    flood = new_id()
    await connection.execute(
        "insert into alarm_flood (id, space, area_code, started_at, peak, last_count)"
        " values (%(id)s, %(space)s, %(area)s, %(now)s, %(count)s, %(count)s)",
        {"id": flood, "space": space, "area": area_code, "now": now, "count": count},
    )
    return flood


async def update_flood(connection: Connection, flood: UUID, count: int) -> None:
    """How many came in the last ten minutes."""
    await connection.execute(
        "update alarm_flood set last_count = %s, peak = greatest(peak, %s) where id = %s",
        (count, count, flood),
    )


async def end_flood(connection: Connection, flood: UUID, now: datetime, count: int) -> None:
    """People can read again what comes."""
    await connection.execute(
        "update alarm_flood set ended_at = %s, last_count = %s where id = %s", (now, count, flood)
    )
