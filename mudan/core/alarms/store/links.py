"""How are suggested links written, and what was decided of them?"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from mudan.storage.pool import Connection


async def suggest(connection: Connection, row: dict[str, Any]) -> bool:
    """Suggest that two alarms are one matter; a pair is suggested once, whatever became of it."""
    done = await connection.execute(
        "insert into alarm_link (id, space, area_code, department, alarm_id, other_id, score, reasons, state,"
        " suggested_at) values (%(id)s, %(space)s, %(area_code)s, %(department)s, %(alarm)s, %(other)s, %(score)s,"
        " %(reasons)s, 'suggested', %(now)s) on conflict do nothing",
        row | {"reasons": Jsonb(row["reasons"])},
    )
    return done.rowcount > 0


async def decide_link(connection: Connection, link: UUID, state: str, now: datetime, by: str) -> None:
    """Somebody has judged a suggestion."""
    await connection.execute(
        "update alarm_link set state = %s, decided_at = %s, decided_by = %s where id = %s",
        (state, now, by, link),
    )


async def correlated(connection: Connection, alarms: Sequence[UUID]) -> None:
    """These alarms have been compared with the others."""
    await connection.execute("update alarm set correlated = true where id = any(%s)", (list(alarms),))


async def checked_for_incidents(connection: Connection, alarms: Sequence[UUID], now: datetime) -> None:
    """These alarms have been held against the open incidents."""
    await connection.execute("update alarm set child_checked_at = %s where id = any(%s)", (now, list(alarms)))
