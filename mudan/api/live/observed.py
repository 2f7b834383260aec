"""Which of the new observations does a subscription hear of, and how are they written?"""

from typing import Any

import msgspec
import numpy as np

from mudan.api.live.clients import Client, Subscription, encoded
from mudan.core.entities.model import Entity
from mudan.core.observations.model import Columns


def last_of_each(columns: Columns) -> Columns:
    """The newest row of each (entity, quantity)."""
    order = np.lexsort((columns.observed_us, columns.quantity, columns.entity))
    entity, quantity = columns.entity[order], columns.quantity[order]
    last = np.r_[(entity[1:] != entity[:-1]) | (quantity[1:] != quantity[:-1]), True]
    return columns.where(order[last])


def wish_of(
    client: Client, subscription: Subscription, known: dict[int, Entity], ids: dict[str, int]
) -> tuple[bytes, bytes]:
    """What a subscription hears of, worked out when that is not known; equal wishes are equal."""
    if subscription.keys is None:
        subscription.keys = _keys_of(client, subscription.filter, known)
        wanted = subscription.filter.get("quantities")
        if isinstance(wanted, list):
            subscription.quantities = np.asarray([ids[name] for name in wanted if name in ids], np.int16)
        quantities = subscription.quantities
        narrowed = b"*" if quantities is None else quantities.tobytes()
        subscription.wish = subscription.keys.tobytes(), narrowed
    return subscription.wish


def items_of(
    subscription: Subscription, latest: Columns, known: dict[int, Entity], names: dict[int, str]
) -> msgspec.Raw | None:
    """The rows of a wish as JSON; None when there are none."""
    assert subscription.keys is not None  # worked out by `wish_of`
    mask = np.isin(latest.entity, subscription.keys)
    if subscription.quantities is not None:
        mask &= np.isin(latest.quantity, subscription.quantities)
    rows = latest.where(mask)
    if not len(rows):
        return None
    items = zip(
        [known[entity].urn for entity in rows.entity.tolist()],
        [names[quantity] for quantity in rows.quantity.tolist()],
        rows.value.tolist(),
        (rows.observed_us // 1000).tolist(),
        (rows.received_us // 1000).tolist(),
        rows.quality.tolist(),
        strict=True,
    )
    return msgspec.Raw(encoded(list(items)))


def _keys_of(client: Client, wish: dict[str, Any], known: dict[int, Entity]) -> np.ndarray[Any, Any]:
    urns = set(wish.get("urns") or ())
    types = set(wish.get("types") or ())
    return np.asarray(
        [
            key
            for key, one in known.items()
            if (one.urn in urns or one.type in types)
            and client.actor.scope.sees(one.area_code, one.department, one.space)
        ],
        np.int32,
    )
