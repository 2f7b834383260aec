"""How does a county begin with stores and shelters? From a seed; a second time changes no stock."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from mudan.core.supplies import store
from mudan.core.supplies.actions.stock import put_material, put_shelter, put_store
from mudan.primitives.clock import CST
from mudan.storage.pool import Connection


async def load_example(connection: Connection, given: Mapping[str, Any], now: datetime) -> None:
    """Load `materials`, `stores` (each with `stock`: material, quantity, expires_in_days or None) and `shelters`."""
    for material in given["materials"]:
        await put_material(connection, material)
    for place in given["stores"]:
        which = await put_store(connection, place)
        for lot in place["stock"]:
            days = lot["expires_in_days"]
            await store.move(
                connection,
                {
                    "client_id": uuid5(NAMESPACE_URL, f"{place['code']}/{lot['material']}/{days}"), "store_id": which,
                    "material": lot["material"], "quantity": lot["quantity"], "kind": "in", "counted": None,
                    "expires_on": None if days is None else now.astimezone(CST).date() + timedelta(days=days),
                    "reason": "示例库存", "order_id": None, "actor": "示例", "device_at": now, "recorded_at": now,
                },
            )  # fmt: skip
    for shelter in given["shelters"]:
        await put_shelter(connection, shelter)
