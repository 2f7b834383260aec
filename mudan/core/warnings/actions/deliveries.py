"""How does a sent warning leave by each channel exactly once, and what is written down of it?

A worker claims what is due for the time of a lease; when it dies, the claim runs out and another one takes it.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from mudan.core.people.model import Actor
from mudan.core.warnings import queries, store
from mudan.core.warnings.model.delivery import GATEWAYS, Channel, Outgoing, next_try
from mudan.core.warnings.model.gateway import GatewayReport
from mudan.core.warnings.model.record import WarningMessage
from mudan.primitives.errors import Conflict, NotFound
from mudan.storage.pool import Connection


async def claim(connection: Connection, worker: UUID, now: datetime) -> list[Outgoing]:
    """Take what is due to be delivered; what holds no more is dropped here and not returned."""
    claimed = await store.claim(connection, worker, now)
    ready = []
    for outgoing, holds in await queries.outgoing(connection, claimed):
        if holds:
            ready.append(outgoing)
        else:
            await store.end_delivery(
                connection, outgoing.id, worker, {"state": "dropped", "reason": "superseded"}
            )
    return ready


async def delivered(
    connection: Connection, worker: UUID, outgoing: Outgoing, receipt: dict[str, Any], now: datetime
) -> bool:
    """It has left, with this receipt. False when another worker had taken it over."""
    row = {"state": "delivered", "delivered_at": now, "receipt": receipt}
    return await store.end_delivery(connection, outgoing.id, worker, row)


async def not_delivered(
    connection: Connection, worker: UUID, outgoing: Outgoing, reason: str, now: datetime
) -> bool:
    """It could not leave: it is tried again, or given up when the tries are used up."""
    again = next_try(outgoing.attempts, now)
    row = {"state": "failed" if again is None else "pending", "next_at": again, "reason": reason[:300]}
    return await store.end_delivery(connection, outgoing.id, worker, row)


async def note_receipt(
    connection: Connection, actor: Actor, delivery_id: UUID, said: str, reached: int | None, now: datetime
) -> WarningMessage:
    """Write down what a gateway reported of a delivery, such as how many phones it reached."""
    warning_id, delivery = await queries.delivery(connection, delivery_id)
    warning = await queries.one(connection, warning_id)
    if delivery.state != "delivered":
        raise Conflict("it has not left yet")
    noted = {"said": said.strip(), "reached": reached, "noted_by": actor.name, "noted_at": now.isoformat()}
    await store.add_receipt(connection, delivery_id, noted)
    return warning


async def gateway_reported(
    connection: Connection, report: GatewayReport, now: datetime, *, channel: Channel | None = None
) -> WarningMessage:
    """Take down what a gateway itself reports; an older report, or the same again, changes nothing.

    Raises NotFound for what was never given to a gateway (by that `channel`), Conflict while it has not left.
    """
    warning_id, delivery = await queries.delivery(connection, report.delivery, lock=True)
    if delivery.channel not in GATEWAYS or (channel is not None and delivery.channel is not channel):
        raise NotFound("no gateway was given such a delivery")
    warning = await queries.one(connection, warning_id)
    if delivery.state != "delivered":
        raise Conflict("it has not left yet")
    at = report.at.isoformat()
    if at <= str(delivery.receipt.get("reported_at", "")):
        return warning
    noted = {
        "said": report.said, "reached": report.reached, "failed": report.failed, "reported_at": at,
        "noted_by": report.gateway or f"gateway:{delivery.channel}", "noted_at": now.isoformat(),
    }  # fmt: skip
    await store.add_receipt(connection, report.delivery, noted)
    return warning
