"""How is a store or shelter made known, changed and given up? By hand, with its history; nothing is deleted."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from mudan.core.people import queries as people
from mudan.core.people.model import Actor
from mudan.core.supplies import queries, store
from mudan.core.supplies.model.stock import SERVICES, Shelter, Store
from mudan.primitives.errors import Conflict, Invalid
from mudan.primitives.ids import new_id
from mudan.storage.pool import Connection

Noun = Literal["store", "shelter"]
Place = Store | Shelter
FIELDS = (
    "code", "name_zh", "name_en", "area_code", "department", "address", "lon", "lat", "contact", "phone",
)  # fmt: skip
_FIND: dict[Noun, Callable[[Connection, UUID], Coroutine[Any, Any, Place]]] = {
    "store": queries.store,
    "shelter": queries.shelter,
}


@dataclass(frozen=True, slots=True)
class Minimum:
    """The least of a material that should be in a store."""

    material: str
    minimum: float


async def create(
    connection: Connection, noun: Noun, given: Mapping[str, Any], actor: Actor, now: datetime
) -> UUID:
    """Make a store or shelter known under a code of its own (raises Invalid, Conflict); its id."""
    row = await _checked(connection, noun, given, actor)
    which = new_id()
    if not await store.insert_place(
        connection, noun, row | {"id": which, "space": actor.scope.space, "example": False}
    ):
        raise Conflict("a place has this code already")
    await _note(connection, noun, which, "created", row, "", actor, now)
    return which


async def change(
    connection: Connection,
    noun: Noun,
    which: UUID,
    given: Mapping[str, Any],
    version: int,
    actor: Actor,
    now: datetime,
) -> None:
    """Change what is known of a place, as it was looked at. What a county has changed is no example any more."""
    known = await _held(connection, noun, which, version)
    row = await _checked(connection, noun, given, actor)
    if row["code"] != known.code:
        raise Invalid("a code stays with its place", field="code")
    before = _fields(known)
    changes = {name: value for name, value in row.items() if before[name] != value}
    if changes:
        await store.change_place(connection, noun, which, changes | {"example": False})
        await _note(connection, noun, which, "changed", changes, "", actor, now)


async def retire(
    connection: Connection,
    noun: Noun,
    which: UUID,
    reason: str,
    version: int,
    actor: Actor,
    now: datetime,
) -> None:
    """Use a place no more, with the reason: an empty store, a closed shelter. Its history stays."""
    known = await _held(connection, noun, which, version)
    if not reason.strip():
        raise Invalid("a reason is needed", field="reason")
    if isinstance(known, Store) and any(one.quantity > 0 for one in known.stock):
        raise Conflict("there is still something in the store")
    if isinstance(known, Shelter) and known.state == "open":
        raise Conflict("the shelter is open; close it first")
    await store.change_place(connection, noun, which, {"voided_at": now, "void_reason": reason.strip()})
    await _note(connection, noun, which, "retired", {}, reason.strip(), actor, now)


async def set_minimums(
    connection: Connection, which: UUID, minimums: tuple[Minimum, ...], actor: Actor, now: datetime
) -> None:
    """Set the least of each of these materials that should be in a store; none takes the warning away."""
    place = await queries.store(connection, which)
    known = {one["code"] for one in await queries.materials(connection, place.space)}
    before = {one.material: one.minimum for one in place.stock}
    changed = [one for one in minimums if before.get(one.material, 0.0) != one.minimum]
    if unknown := {one.material for one in changed} - known:
        raise Invalid(f"no such material: {', '.join(sorted(unknown))}", field="minimums")
    for one in changed:
        await store.put_minimum(connection, which, one.material, one.minimum)
    if changed:
        told = {"minimums": {one.material: one.minimum for one in changed}}
        await _note(connection, "store", which, "changed", told, "", actor, now)


async def _held(connection: Connection, noun: Noun, which: UUID, version: int) -> Place:
    await (store.hold_store if noun == "store" else store.hold_shelter)(connection, which)
    known = await _FIND[noun](connection, which)
    if known.version != version:
        raise Conflict("the place has changed meanwhile; look again")
    return known


async def _checked(
    connection: Connection, noun: Noun, given: Mapping[str, Any], actor: Actor
) -> dict[str, Any]:
    """The columns of a place that this person may write."""
    scope = actor.scope
    row = {name: given[name] for name in FIELDS}
    for name in ("code", "name_zh", "name_en"):
        row[name] = str(row[name]).strip()
        if not row[name]:
            raise Invalid("a place has a code and a name", field=name)
    if scope.departments is not None and row["department"] not in scope.departments:
        raise Invalid("a place of your own department", field="department")
    if row["department"] is not None and not await people.department_exists(connection, row["department"]):
        raise Invalid("there is no such department", field="department")
    if not row["area_code"].startswith(scope.area) or not await people.area_name(
        connection, row["area_code"]
    ):
        raise Invalid("there is no such area", field="area_code")
    if (row["lon"] is None) != (row["lat"] is None):
        raise Invalid("a place has both coordinates or none", field="lon")
    if noun == "shelter":
        row |= {"capacity": given["capacity"], "services": list(dict.fromkeys(given["services"]))}
        if row["capacity"] < 0 or not set(row["services"]) <= set(SERVICES):
            raise Invalid("a shelter has room and known services", field="services")
    return row


def _fields(known: Place) -> dict[str, Any]:
    own: dict[str, Any] = {"name_zh": known.name.zh, "name_en": known.name.en}
    if isinstance(known, Shelter):
        own |= {"capacity": known.capacity, "services": list(known.services)}
    return own | {name: getattr(known, name) for name in FIELDS if name not in own}


async def _note(
    connection: Connection,
    noun: Noun,
    which: UUID,
    kind: str,
    changes: Mapping[str, Any],
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    await store.note_place(connection, noun, which, kind, changes, reason, actor.name, now)
