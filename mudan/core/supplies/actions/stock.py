"""How does what is in a store or shelter change? By movements and events that are only ever added."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from mudan.core.people.model import Actor
from mudan.core.supplies import queries, store
from mudan.core.supplies.model.stock import SERVICES, SIGN, Lot, Shelter, Store, taken
from mudan.primitives.clock import CST
from mudan.primitives.errors import Conflict, Invalid
from mudan.primitives.ids import new_id
from mudan.storage.pool import Connection


@dataclass(frozen=True, slots=True)
class Movement:
    """Something went in or out, or was counted; `client_id` makes a repeat harmless."""

    client_id: UUID
    device_at: datetime
    kind: str
    material: str
    quantity: float
    expires_on: date | None = None
    reason: str = ""


async def put_material(connection: Connection, given: Mapping[str, Any], space: int = 0) -> None:
    """Make a material known or rename it: code, names, units of measure, category."""
    names = ("code", "name_zh", "name_en", "unit_zh", "unit_en", "category")
    await store.put_material(connection, {name: given[name] for name in names} | {"space": space})


_PLACE = (
    "code", "name_zh", "name_en", "area_code", "department", "address", "lon", "lat", "contact", "phone", "example",
)  # fmt: skip


async def put_store(connection: Connection, given: Mapping[str, Any], space: int = 0) -> UUID:
    """Make a store known or change it; `minimums`: {material: least quantity}."""
    row = {name: given[name] for name in _PLACE} | {"id": new_id(), "space": space}
    which = await store.put_store(connection, row)
    for material, minimum in given.get("minimums", {}).items():
        await store.put_minimum(connection, which, material, minimum)
    return which


async def put_shelter(connection: Connection, given: Mapping[str, Any], space: int = 0) -> UUID:
    """Make a shelter known or change it; occupancy comes from events only."""
    if not set(given["services"]) <= set(SERVICES):
        raise Invalid("no such service", field="services")
    row = {name: given[name] for name in (*_PLACE, "capacity")}
    return await store.put_shelter(
        connection, row | {"services": list(given["services"]), "id": new_id(), "space": space}
    )


async def move(
    connection: Connection, store_id: UUID, movement: Movement, actor: Actor, now: datetime
) -> Store:
    """Record what went in (`in`, with the day it expires), out (`out`, `write_off`) or was counted (`count`).

    A count is the whole of one lot; the difference is what is recorded. Nothing goes below none.
    """
    await store.hold_store(connection, store_id)
    place = await queries.store(connection, store_id)
    if await queries.movement_known(connection, movement.client_id):
        return place
    known = {one["code"] for one in await queries.materials(connection, place.space)}
    if movement.material not in known:
        raise Invalid("no such material", field="material")
    if movement.kind in ("write_off", "count") and not movement.reason.strip():
        raise Invalid("a reason is needed", field="reason")
    lots = next((one.lots for one in place.stock if one.material == movement.material), ())
    today = now.astimezone(CST).date()
    for number, (lot, quantity, counted) in enumerate(_parts(movement, lots, today)):
        row = _row(movement, store_id, lot, quantity, counted, actor.name, now)
        if number:  # what is taken from several lots is one movement of the phone
            row["client_id"] = uuid5(movement.client_id, str(number))
        await store.move(connection, row)
    return await queries.store(connection, store_id)


def _parts(
    movement: Movement, lots: tuple[Lot, ...], today: date
) -> list[tuple[date | None, float, float | None]]:
    """(lot, signed quantity, counted) of each row that a movement makes."""
    there = {lot.expires_on: lot.quantity for lot in lots}
    if movement.kind == "count":
        if movement.quantity < 0:
            raise Invalid("a count is no less than none", field="quantity")
        difference = movement.quantity - there.get(movement.expires_on, 0.0)
        return [(movement.expires_on, difference, movement.quantity)]
    if movement.quantity <= 0:
        raise Invalid("a quantity is more than none", field="quantity")
    if movement.kind == "in":
        return [(movement.expires_on, movement.quantity, None)]
    if movement.kind == "write_off":
        if there.get(movement.expires_on, 0.0) < movement.quantity:
            raise Conflict("there is not so much of this lot")
        return [(movement.expires_on, -movement.quantity, None)]
    if movement.kind != "out":
        raise Invalid("in, out, write_off or count", field="kind")
    return [(lot.expires_on, -lot.quantity, None) for lot in enough(lots, movement.quantity, today)]


def enough(lots: tuple[Lot, ...], quantity: float, today: date) -> list[Lot]:
    """The lots to take from, soonest expiry first (raises Conflict when there is not enough that is good)."""
    parts = taken(lots, quantity, today)
    have = sum(part.quantity for part in parts)
    if have < quantity:
        raise Conflict(f"only {have:g} that has not expired is in store")
    return parts


def _row(
    movement: Movement,
    store_id: UUID,
    lot: date | None,
    quantity: float,
    counted: float | None,
    by: str,
    now: datetime,
) -> dict[str, Any]:
    return {
        "client_id": movement.client_id, "store_id": store_id, "material": movement.material, "expires_on": lot,
        "quantity": quantity, "kind": movement.kind, "counted": counted, "reason": movement.reason.strip(),
        "order_id": None, "actor": by, "device_at": movement.device_at, "recorded_at": now,
    }  # fmt: skip


async def lend(
    connection: Connection,
    store_id: UUID,
    material: str,
    quantity: float,
    order: UUID,
    by: str,
    now: datetime,
) -> None:
    """Take from a store for an order (raises Conflict when there is not enough)."""
    await store.hold_store(connection, store_id)
    place = await queries.store(connection, store_id)
    lots = next((one.lots for one in place.stock if one.material == material), ())
    for lot in enough(lots, quantity, now.astimezone(CST).date()):
        await _of_order(connection, store_id, material, lot, -lot.quantity, "lent", order, by, now)


async def take_back(connection: Connection, order: UUID, quantity: float, by: str, now: datetime) -> None:
    """Put back into the store what of an order came home."""
    left = quantity
    for row in await queries.lent(connection, order):
        part = min(left, row["quantity"])
        if part > 0:
            lot = Lot(row["expires_on"], part)
            await _of_order(
                connection, row["store_id"], row["material"], lot, part, "returned", order, by, now
            )
            left -= part


async def _of_order(
    connection: Connection,
    store_id: UUID,
    material: str,
    lot: Lot,
    quantity: float,
    kind: str,
    order: UUID,
    by: str,
    now: datetime,
) -> None:
    assert (quantity > 0) == (SIGN[kind] > 0)
    await store.move(
        connection,
        {
            "client_id": uuid4(), "store_id": store_id, "material": material, "expires_on": lot.expires_on,
            "quantity": quantity, "kind": kind, "counted": None, "reason": "", "order_id": order, "actor": by,
            "device_at": now, "recorded_at": now,
        },
    )  # fmt: skip


async def report_shelter(
    connection: Connection,
    shelter_id: UUID,
    kind: str,
    occupancy: int | None,
    note: str,
    client_id: UUID,
    device_at: datetime,
    actor: Actor,
    now: datetime,
) -> Shelter:
    """Open or close a shelter, or say how many people are in it.

    Reports may come late and twice: the one that happened last counts. More people than places is reported as
    it is and shown, never refused.
    """
    await store.hold_shelter(connection, shelter_id)
    known = await queries.shelter(connection, shelter_id)
    if kind not in ("opened", "closed", "occupancy"):
        raise Invalid("opened, closed or occupancy", field="kind")
    if kind == "occupancy" and occupancy is None:
        raise Invalid("say how many people are there", field="occupancy")
    people = known.occupancy if occupancy is None else occupancy
    if kind == "closed" and people > 0:
        raise Conflict(f"{people} people are still there")
    fresh = await store.note_shelter(
        connection,
        {
            "client_id": client_id, "shelter_id": shelter_id, "kind": kind, "occupancy": people, "note": note,
            "actor": actor.name, "device_at": min(device_at, now), "recorded_at": now,
        },
    )  # fmt: skip
    if fresh:
        await store.stand_shelter(connection, shelter_id)
    return await queries.shelter(connection, shelter_id)
