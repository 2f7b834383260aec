"""How is a device told something, and how is its answer recorded?"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from mudan.core.commands import queries, store
from mudan.core.commands.model import Command, CommandState, Receipt
from mudan.core.entities.model import Entity
from mudan.primitives.clock import from_us
from mudan.primitives.ids import new_id
from mudan.storage.pool import Connection

LIFE = timedelta(minutes=10)


async def order(
    connection: Connection,
    entity: Entity,
    kind: str,
    payload: dict[str, Any],
    *,
    actor: str,
    now: datetime,
    life: timedelta = LIFE,
) -> Command:
    """Queue a command to an entity's device; its platform's connector sends it when the device is connected."""
    command = Command(new_id(), entity.platform, entity.key, kind, payload, now + life)
    await store.insert(
        connection,
        {
            "id": command.id, "space": entity.space, "platform": entity.platform, "entity": entity.key,
            "area_code": entity.area_code, "department": entity.department, "kind": kind, "payload": payload,
            "created_at": now, "created_by": actor, "expires_at": command.expires_at,
        },
    )  # fmt: skip
    return command


async def receive(connection: Connection, receipts: Iterable[Receipt]) -> list[UUID]:
    """Record what connectors learned; returns the commands that moved on."""
    moved = []
    for receipt in receipts:
        row = {
            "state": receipt.state.value,
            "reason": receipt.reason,
            "detail": receipt.detail,
            "at": from_us(receipt.at_us),
        }
        if await store.advance(connection, receipt.command, row):
            moved.append(receipt.command)
    return moved


async def expire(connection: Connection, now: datetime) -> list[UUID]:
    """End commands whose time is over; returns them."""
    ended = await queries.expired(connection, now)
    for command in ended:
        row = {"state": CommandState.EXPIRED.value, "reason": "", "detail": {}, "at": now}
        await store.advance(connection, command, row)
    return ended
