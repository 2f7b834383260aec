"""How are notices, their calls and their receipts written?"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from mudan.storage.pool import Connection


async def insert(connection: Connection, row: dict[str, Any]) -> None:
    """Keep a new notice."""
    await connection.execute(
        "insert into notice (id, space, area_code, department, noun, subject, mark, level, title, body, steps,"
        " need_receipt, due_at, repeat_s, next_at, lapses_at, created_at, created_by, lon, lat)"
        " values (%(id)s, %(space)s, %(area_code)s, %(department)s, %(noun)s, %(subject)s, %(mark)s, %(level)s,"
        " %(title)s, %(body)s, %(steps)s, %(need_receipt)s, %(due_at)s, %(repeat_s)s, %(next_at)s, %(lapses_at)s,"
        " %(created_at)s, %(created_by)s, %(lon)s, %(lat)s)",
        row | {name: Jsonb(row[name]) for name in ("title", "body", "steps")},
    )


async def advance(
    connection: Connection,
    notice: UUID,
    *,
    fired: int,
    next_at: datetime | None,
    state: str,
    now: datetime,
    reason: str,
) -> None:
    """How an open notice stands after its time came."""
    await connection.execute(
        "update notice set fired = %(fired)s, next_at = %(next_at)s, state = %(state)s,"
        " ended_at = case when %(state)s <> 'open' then %(now)s::timestamptz end,"
        " ended_by = case when %(state)s <> 'open' then 'system' end,"
        " ended_reason = %(reason)s where id = %(id)s and state = 'open'",
        {"id": notice, "fired": fired, "next_at": next_at, "state": state, "now": now, "reason": reason},
    )


async def end(
    connection: Connection, ids: Sequence[UUID], *, state: str, now: datetime, by: str, reason: str
) -> list[UUID]:
    """End open notices and take back what has not been handed over; returns those that were open."""
    rows = await (
        await connection.execute(
            "update notice set state = %s, next_at = null, ended_at = %s, ended_by = %s, ended_reason = %s"
            " where id = any(%s) and state = 'open' returning id",
            (state, now, by, reason, list(ids)),
        )
    ).fetchall()
    await connection.execute(
        "update notice_delivery set state = 'cancelled' where notice_id = any(%s) and state = 'queued'",
        (list(ids),),
    )
    return [row["id"] for row in rows]


async def bound(connection: Connection, ids: Sequence[UUID], lapses_at: datetime) -> None:
    """Let open notices lapse at that time at the latest."""
    await connection.execute(
        "update notice set lapses_at = least(lapses_at, %s),"
        " next_at = case when next_at < least(lapses_at, %s) then next_at end"
        " where id = any(%s) and state = 'open'",
        (lapses_at, lapses_at, list(ids)),
    )


async def deliver(connection: Connection, row: dict[str, Any]) -> None:
    """Keep one call by one channel; the same firing is never kept twice."""
    await connection.execute(
        "insert into notice_delivery (id, notice_id, space, area_code, department, firing, channel, target,"
        " target_title, people, addresses, wanted_at, fired_at, late, state) values (%(id)s, %(notice_id)s, %(space)s,"
        " %(area_code)s, %(department)s, %(firing)s, %(channel)s, %(target)s, %(target_title)s, %(people)s,"
        " %(addresses)s, %(wanted_at)s, %(fired_at)s, %(late)s, %(state)s)",
        row | {"target_title": Jsonb(row["target_title"]), "addresses": Jsonb(row["addresses"])},
    )


async def sent(connection: Connection, delivery: UUID, now: datetime) -> None:
    """A channel has taken a delivery."""
    await connection.execute(
        "update notice_delivery set state = 'sent', sent_at = %s where id = %s and state = 'queued'",
        (now, delivery),
    )


async def receipt(connection: Connection, row: dict[str, Any]) -> bool:
    """Keep somebody's answer; whether it is their first."""
    done = await connection.execute(
        "insert into notice_receipt (notice_id, name, person, how, note, device_at, received_at)"
        " values (%(notice_id)s, %(name)s, %(person)s, %(how)s, %(note)s, %(device_at)s, %(received_at)s)"
        " on conflict do nothing",
        row,
    )
    return done.rowcount > 0
