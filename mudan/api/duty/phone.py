"""How is somebody reached? The phone book."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from mudan.api.centre import Centre, work
from mudan.api.duty.access import Reader, Writer
from mudan.api.wire import Body, Instant
from mudan.core.duty import actions, queries
from mudan.core.duty.model import Contact
from mudan.core.people.actions import audit
from mudan.primitives.text import Text

router = APIRouter()


class ContactOut(BaseModel):
    """An entry of the phone book."""

    id: UUID
    name: str
    post: str
    phone: str
    phone_other: str
    channels: list[str]
    person_id: UUID | None
    area_code: str
    area_name: Text
    department: str | None
    example: bool
    version: int


class ContactsOut(BaseModel):
    """Entries within scope, by area and name."""

    items: list[ContactOut]
    as_of: Instant


class ContactIn(Body):
    """An entry to be made."""

    name: str = Field(min_length=1, max_length=100)
    area_code: str = Field(max_length=32)
    department: str | None = Field(default=None, max_length=64)
    post: str = Field(default="", max_length=100)
    phone: str = Field(default="", max_length=40)
    phone_other: str = Field(default="", max_length=40)
    channels: list[str] = Field(default_factory=lambda: ["voice"], max_length=4)
    person_id: UUID | None = None


class ContactChangeIn(Body):
    """What an entry is to say; `void_reason` takes it out of the book."""

    name: str = Field(min_length=1, max_length=100)
    post: str = Field(default="", max_length=100)
    phone: str = Field(default="", max_length=40)
    phone_other: str = Field(default="", max_length=40)
    channels: list[str] = Field(max_length=4)
    person_id: UUID | None = None
    version: int
    void_reason: str = Field(default="", max_length=500)


def contact_out(one: Contact, centre: Centre) -> ContactOut:
    """An entry as it goes over the wire."""
    return ContactOut(
        id=one.id, name=one.name, post=one.post, phone=one.phone, phone_other=one.phone_other,
        channels=list(one.channels), person_id=one.person, area_code=one.area_code,
        area_name=centre.area_name(one.area_code), department=one.department, example=one.example,
        version=one.version,
    )  # fmt: skip


@router.get("/api/duty/contacts")
async def contacts(
    actor: Reader, request: Request, q: Annotated[str, Query(max_length=100)] = ""
) -> ContactsOut:
    """The phone book within scope; `q` looks in name, post and numbers."""
    async with work(actor, request) as unit:
        found = await queries.contacts(unit.connection, text=q)
    return ContactsOut(items=[contact_out(one, unit.centre) for one in found], as_of=unit.now)


@router.post("/api/duty/contacts", status_code=201)
async def add_contact(actor: Writer, request: Request, body: ContactIn) -> ContactOut:
    """Make an entry."""
    given = body.model_dump()
    new = actions.NewContact(person=given.pop("person_id"), channels=tuple(given.pop("channels")), **given)
    async with work(actor, request) as unit:
        contact = await actions.add_contact(unit.connection, actor, new)
        await audit(unit.connection, actor, "duty.add_contact", str(contact.id), {"name": contact.name})
        unit.touched("duty", "contacts")
    return contact_out(contact, unit.centre)


@router.patch("/api/duty/contacts/{contact_id}", response_model=ContactOut)
async def change_contact(
    actor: Writer, request: Request, contact_id: UUID, body: ContactChangeIn
) -> ContactOut | Response:
    """Put an entry right, or take it out of the book with a reason (204)."""
    given = body.model_dump()
    change = actions.ContactChange(
        person=given.pop("person_id"), channels=tuple(given.pop("channels")), **given
    )
    async with work(actor, request) as unit:
        contact = await actions.change_contact(unit.connection, contact_id, change, unit.now)
        detail = {"name": body.name, "void_reason": body.void_reason}
        await audit(unit.connection, actor, "duty.change_contact", str(contact_id), detail)
        unit.touched("duty", "contacts")
    return Response(status_code=204) if contact is None else contact_out(contact, unit.centre)
