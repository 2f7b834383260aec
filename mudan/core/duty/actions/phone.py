"""How does somebody get into the phone book, and how is an entry put right?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mudan.core.duty import queries, store
from mudan.core.duty.model import CHANNELS, Contact
from mudan.core.people import queries as people
from mudan.core.people.model import Actor
from mudan.primitives.errors import Conflict, Invalid, NotFound
from mudan.primitives.ids import new_id
from mudan.storage.pool import Connection


@dataclass(frozen=True, slots=True)
class NewContact:
    """An entry to be made; `area_code` is the desk or place it belongs to."""

    name: str
    area_code: str
    department: str | None = None
    post: str = ""
    phone: str = ""
    phone_other: str = ""
    channels: tuple[str, ...] = ("voice",)
    person: UUID | None = None
    example: bool = False


@dataclass(frozen=True, slots=True)
class ContactChange:
    """What an entry is to say from now on; `void_reason` takes it out of the book."""

    name: str
    post: str
    phone: str
    phone_other: str
    channels: tuple[str, ...]
    person: UUID | None
    version: int
    void_reason: str = ""


async def add_contact(connection: Connection, actor: Actor, new: NewContact) -> Contact:
    """Make an entry of the phone book."""
    if not actor.scope.sees(new.area_code, new.department, actor.scope.space):
        raise NotFound("there is no such area")
    _check(new.name, new.phone, new.channels, new.person)
    if new.person is not None:
        await people.person(connection, new.person)
    made = new_id()
    row = {
        "id": made, "space": actor.scope.space, "area_code": new.area_code, "department": new.department,
        "name": new.name.strip(), "post": new.post.strip(), "phone": new.phone.strip(),
        "phone_other": new.phone_other.strip(), "channels": list(new.channels), "person_id": new.person,
        "example": new.example,
    }  # fmt: skip
    if not await store.insert_contact(connection, row):
        raise Conflict("the phone book has this name with this phone already")
    return await queries.contact(connection, made)


async def change_contact(
    connection: Connection, contact_id: UUID, change: ContactChange, now: datetime
) -> Contact | None:
    """Put an entry right, or take it out of the book with a reason (None then)."""
    known = await queries.contact(connection, contact_id, lock=True)
    if known.version != change.version:
        raise Conflict("the entry has changed meanwhile; look again")
    _check(change.name, change.phone, change.channels, change.person)
    if change.person is not None and change.person != known.person:
        await people.person(connection, change.person)
    row = {
        "name": change.name.strip(), "post": change.post.strip(), "phone": change.phone.strip(),
        "phone_other": change.phone_other.strip(), "channels": list(change.channels), "person_id": change.person,
        "voided_at": now if change.void_reason.strip() else None, "void_reason": change.void_reason.strip(),
    }  # fmt: skip
    await store.update_contact(connection, contact_id, row)
    return None if change.void_reason.strip() else await queries.contact(connection, contact_id)


def _check(name: str, phone: str, channels: Sequence[str], person: UUID | None) -> None:
    if not name.strip():
        raise Invalid("an entry needs a name", field="name")
    if not channels or any(one not in CHANNELS for one in channels):
        raise Invalid(f"channels are of {', '.join(CHANNELS)}", field="channels")
    if "app" in channels and person is None:
        raise Invalid("only people with an account are reached by the app", field="channels")
    if not phone.strip() and set(channels) & {"text", "voice"}:
        raise Invalid("messages and calls need a phone number", field="phone")
