"""How does a place get into the tree, and whom does one call there?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from mudan.core.calls import queries, store
from mudan.core.calls.model import LEVELS, Node
from mudan.core.duty import queries as duty
from mudan.core.people.model import Actor
from mudan.primitives.errors import Conflict, Invalid, NotFound
from mudan.primitives.ids import new_id
from mudan.storage.pool import Connection


@dataclass(frozen=True, slots=True)
class NewNode:
    """A place: where, of which level, under which other place, with how many people."""

    name: str
    level: str
    area_code: str
    parent: UUID | None = None
    people: int = 0
    lon: float | None = None
    lat: float | None = None
    contacts: tuple[UUID, ...] = ()


async def add_node(connection: Connection, actor: Actor, new: NewNode) -> Node:
    """Add a place under another of a higher level."""
    if not actor.scope.sees(new.area_code, None, actor.scope.space):
        raise NotFound("there is no such area")
    if not new.name.strip():
        raise Invalid("a place needs a name", field="name")
    if new.level not in LEVELS:
        raise Invalid("there is no such level", field="level")
    if new.parent is not None:
        above = await queries.node(connection, new.parent)
        if LEVELS.index(above.level) >= LEVELS.index(new.level):
            raise Invalid("a place stands under one of a higher level", field="parent")
    made = new_id()
    row = {
        "id": made, "space": actor.scope.space, "area_code": new.area_code, "department": None,
        "parent_id": new.parent, "level": new.level, "name": new.name.strip(), "people": new.people,
        "lon": new.lon, "lat": new.lat, "example": False,
    }  # fmt: skip
    if not await store.insert_node(connection, row):
        raise Conflict("the tree has this place already")
    await _put_contacts(connection, made, new.contacts)
    return await queries.node(connection, made)


async def change_node(
    connection: Connection,
    node_id: UUID,
    *,
    name: str,
    people: int,
    contacts: Sequence[UUID],
    version: int,
    void_reason: str,
    now: datetime,
) -> Node | None:
    """Put a place right, or take it out of the tree with a reason (None then)."""
    known = await queries.node(connection, node_id, lock=True)
    if known.version != version:
        raise Conflict("the place has changed meanwhile; look again")
    if not name.strip():
        raise Invalid("a place needs a name", field="name")
    gone = void_reason.strip()
    row = {
        "name": name.strip(), "people": people, "lon": known.lon, "lat": known.lat,
        "voided_at": now if gone else None, "void_reason": gone,
    }  # fmt: skip
    await store.update_node(connection, node_id, row)
    if gone:
        return None
    await _put_contacts(connection, node_id, contacts)
    return await queries.node(connection, node_id)


async def _put_contacts(connection: Connection, node: UUID, contacts: Sequence[UUID]) -> None:
    for contact in contacts:
        await duty.contact(connection, contact)
    await store.put_contacts(connection, node, list(dict.fromkeys(contacts)))


async def load_example(
    connection: Connection, rows: Sequence[Mapping[str, Any]], contacts: Mapping[str, UUID]
) -> None:
    """Load the example tree (示例): rows name their `parent` and `contacts` by key. Again changes nothing."""
    ids: dict[str, UUID] = {}
    for row in rows:
        made = ids[row["key"]] = uuid5(NAMESPACE_URL, f"mudan:call_node:{row['key']}")
        fresh = await store.insert_node(
            connection,
            {
                "id": made, "space": 0, "area_code": row["area_code"], "department": None,
                "parent_id": ids.get(row.get("parent") or ""), "level": row["level"], "name": row["name"],
                "people": row["people"], "lon": row["lon"], "lat": row["lat"], "example": True,
            },
        )  # fmt: skip
        if fresh:
            await store.put_contacts(connection, made, [contacts[key] for key in row["contacts"]])
