"""Which accounts are there? Made and changed by administrators, read by auditors too."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from mudan.api.deps import deps_of
from mudan.api.security import requires
from mudan.api.wire import Body, Instant
from mudan.core.people import queries
from mudan.core.people.actions import (
    NewPerson,
    PersonChange,
    change_person,
    create_person,
    generated_password,
    reset_password,
)
from mudan.core.people.model import Actor, Locale, Person, Role

router = APIRouter(tags=["people"])
Reader = Annotated[Actor, Depends(requires("people.read"))]
Writer = Annotated[Actor, Depends(requires("people.write"))]


class PersonOut(BaseModel):
    """An account as lists show it."""

    id: UUID
    login: str
    name: str
    role: Role
    department: str | None
    area_code: str
    disabled: bool
    locked_until: Instant | None
    last_seen_at: Instant | None


class PeopleOut(BaseModel):
    """All accounts within the reader's area."""

    items: list[PersonOut]


class NewPersonIn(Body):
    """An account to be made."""

    login: str = Field(max_length=64)
    name: str = Field(max_length=200)
    role: Role
    department: str | None = Field(default=None, max_length=64)
    area_code: str = Field(max_length=32)
    locale: Locale = Locale.ZH


class NewPersonOut(BaseModel):
    """The account with its generated password, which is shown this once."""

    user: PersonOut
    password: str


class PersonChangeIn(Body):
    """What is to change; an empty department means none."""

    role: Role | None = None
    department: str | None = Field(default=None, max_length=64)
    area_code: str | None = Field(default=None, max_length=32)
    disabled: bool | None = None


class PasswordOut(BaseModel):
    """A generated password, which is shown this once."""

    password: str


@router.get("/api/people")
async def read_people(actor: Reader, request: Request) -> PeopleOut:
    """All accounts within the reader's area, by login."""
    async with deps_of(request).db.work(actor.scope.settings()) as connection:
        return PeopleOut(items=[_shown(person) for person in await queries.people(connection)])


@router.post("/api/people", status_code=201)
async def create(actor: Writer, body: NewPersonIn, request: Request) -> NewPersonOut:
    """Make an account with a generated password."""
    new = NewPerson(**body.model_dump())
    password, password_hash = await generated_password()
    async with deps_of(request).db.work(actor.scope.settings()) as connection:
        person = await create_person(connection, actor, new, password_hash)
    return NewPersonOut(user=_shown(person), password=password)


@router.patch("/api/people/{person_id}")
async def change(actor: Writer, person_id: UUID, body: PersonChangeIn, request: Request) -> PersonOut:
    """Change role, department, area or standing; it holds from the person's next request on."""
    deps = deps_of(request)
    async with deps.db.work(actor.scope.settings()) as connection:
        person = await change_person(connection, actor, person_id, PersonChange(**body.model_dump()))
    deps.sessions.forget(person_id)
    return _shown(person)


@router.post("/api/people/{person_id}/password")
async def give_password(actor: Writer, person_id: UUID, request: Request) -> PasswordOut:
    """Give a new generated password; the person's sessions end."""
    deps = deps_of(request)
    password, password_hash = await generated_password()
    async with deps.db.work(actor.scope.settings()) as connection:
        await reset_password(connection, actor, person_id, password_hash, deps.clock.now())
    deps.sessions.forget(person_id)
    return PasswordOut(password=password)


def _shown(person: Person) -> PersonOut:
    return PersonOut.model_validate(person, from_attributes=True)
