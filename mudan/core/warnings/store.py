"""How are warnings, what happened to them, and their deliveries written?"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from mudan.core.warnings.model.delivery import CLAIMED_AT_ONCE, LEASE, Target
from mudan.primitives.ids import new_id
from mudan.storage.pool import Connection


async def insert(connection: Connection, row: dict[str, Any]) -> None:
    """Keep a new draft."""
    await connection.execute(
        "insert into warning (id, space, area_code, department, chain, previous, state, status, msg_type, level,"
        " content, expires_at, incident_id, origin, author, author_name, created_at) values (%(id)s, %(space)s,"
        " %(area_code)s, %(department)s, %(chain)s, %(previous)s, 'draft', %(status)s, %(msg_type)s, %(level)s,"
        " %(content)s, %(expires_at)s, %(incident_id)s, %(origin)s, %(author)s, %(author_name)s, %(created_at)s)",
        row | {"content": Jsonb(row["content"])},
    )


async def edit(connection: Connection, warning: UUID, content: dict[str, Any], row: dict[str, Any]) -> None:
    """Write a draft's words anew."""
    await connection.execute(
        "update warning set content = %(content)s, level = %(level)s, expires_at = %(expires_at)s,"
        " version = version + 1 where id = %(id)s",
        row | {"id": warning, "content": Jsonb(content)},
    )


async def set_state(connection: Connection, warning: UUID, state: str, row: dict[str, Any]) -> None:
    """Write a state with who brought it about; `row` holds columns by name, others stay."""
    await connection.execute(
        "update warning set state = %(state)s, version = version + 1,"
        " checker = coalesce(%(checker)s::uuid, checker), checker_name = coalesce(%(checker_name)s, checker_name),"
        " checked_at = coalesce(%(checked_at)s, checked_at),"
        " approver = coalesce(%(approver)s::uuid, approver),"
        " approver_name = coalesce(%(approver_name)s, approver_name),"
        " approved_at = coalesce(%(approved_at)s, approved_at), ended_at = coalesce(%(ended_at)s, ended_at)"
        " where id = %(id)s",
        dict.fromkeys(
            ("checker", "checker_name", "checked_at", "approver", "approver_name", "approved_at", "ended_at")
        )
        | row
        | {"id": warning, "state": state},
    )


async def clear_checks(connection: Connection, warning: UUID) -> None:
    """A returned draft was checked and approved by nobody."""
    await connection.execute(
        "update warning set state = 'draft', version = version + 1, checker = null, checker_name = '',"
        " checked_at = null, approver = null, approver_name = '', approved_at = null where id = %s",
        (warning,),
    )


async def send(connection: Connection, warning: UUID, row: dict[str, Any]) -> None:
    """Freeze a message with its name and its document."""
    await connection.execute(
        "update warning set state = 'sent', version = version + 1, sent_at = %(sent_at)s, sent_by = %(sent_by)s,"
        " sender = %(sender)s, identifier = %(identifier)s, document = %(document)s where id = %(id)s",
        row | {"id": warning},
    )


async def expire(connection: Connection, now: datetime) -> list[dict[str, Any]]:
    """End what has come to its end; returns id, space and end of each."""
    done = await connection.execute(
        "update warning set state = 'expired', ended_at = expires_at, version = version + 1"
        " where state = 'sent' and expires_at <= %s returning id, space, expires_at",
        (now,),
    )
    return await done.fetchall()


async def append(connection: Connection, row: dict[str, Any]) -> None:
    """Write down what happened to a message."""
    await connection.execute(
        "insert into warning_event (warning_id, at, kind, actor, from_state, to_state, reason, detail) values"
        " (%(warning)s, %(at)s, %(kind)s, %(actor)s, %(from)s, %(to)s, %(reason)s, %(detail)s)",
        row | {"detail": Jsonb(row["detail"])},
    )


async def lock_sending(connection: Connection, space: int) -> None:
    """Let one message of a data space go out at a time, until the transaction ends."""
    await connection.execute("select pg_advisory_xact_lock(hashtext('mudan.warning'), %s)", (space,))


async def queue(
    connection: Connection,
    warning: UUID,
    space: int,
    targets: Sequence[Target],
    done: Sequence[str],
    now: datetime,
) -> None:
    """Queue a message for its receivers; channels of `done` are delivered by the commit itself."""
    for target in targets:
        await connection.execute(
            "insert into warning_delivery (id, warning_id, space, channel, target, state, created_at, next_at,"
            " delivered_at, receipt) values (%(id)s, %(warning)s, %(space)s, %(channel)s, %(target)s,"
            " case when %(done)s then 'delivered' else 'pending' end, %(now)s, %(now)s,"
            " case when %(done)s then %(now)s::timestamptz end, %(receipt)s)"
            " on conflict (warning_id, channel, target) do nothing",
            {
                "id": new_id(), "warning": warning, "space": space, "channel": target.channel, "target": target.target,
                "now": now, "done": target.channel in done,
                "receipt": Jsonb({"how": "committed"} if target.channel in done else {}),
            },
        )  # fmt: skip


async def claim(connection: Connection, worker: UUID, now: datetime) -> list[UUID]:
    """Take deliveries that are due; those whose worker died come back when their lease is over."""
    done = await connection.execute(
        "update warning_delivery set state = 'claimed', claimed_by = %(worker)s, claimed_until = %(until)s,"
        " attempts = attempts + 1 where id in (select d.id from warning_delivery d"
        " where (d.state = 'pending' and d.next_at <= %(now)s)"
        " or (d.state = 'claimed' and d.claimed_until <= %(now)s)"
        " order by d.next_at, d.id limit %(most)s for update skip locked) returning id",
        {"worker": worker, "until": now + LEASE, "now": now, "most": CLAIMED_AT_ONCE},
    )
    return [row["id"] for row in await done.fetchall()]


async def end_delivery(connection: Connection, delivery: UUID, worker: UUID, row: dict[str, Any]) -> bool:
    """Write how a claimed delivery ended; False when it was no longer this worker's."""
    done = await connection.execute(
        "update warning_delivery set state = %(state)s, next_at = coalesce(%(next_at)s, next_at),"
        " delivered_at = %(delivered_at)s, reason = %(reason)s, receipt = %(receipt)s, claimed_by = null,"
        " claimed_until = null where id = %(id)s and state = 'claimed' and claimed_by = %(worker)s",
        {"next_at": None, "delivered_at": None, "reason": ""}
        | row
        | {"id": delivery, "worker": worker, "receipt": Jsonb(row.get("receipt", {}))},
    )
    return done.rowcount == 1


async def drop_pending(connection: Connection, warning: UUID, reason: str) -> int:
    """Give up what has not yet left of a message that holds no more."""
    done = await connection.execute(
        "update warning_delivery set state = 'dropped', reason = %s where warning_id = %s and state = 'pending'",
        (reason, warning),
    )
    return done.rowcount


async def add_receipt(connection: Connection, delivery: UUID, receipt: dict[str, Any]) -> None:
    """Add what a gateway said later to a delivery's receipt."""
    await connection.execute(
        "update warning_delivery set receipt = receipt || %s where id = %s", (Jsonb(receipt), delivery)
    )
