"""Which systems hold a key to report by, and how is one issued and taken back? For the administrator."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from mudan.api.centre import work
from mudan.api.security import requires
from mudan.api.wire import Body, Instant
from mudan.core.keys import actions, queries
from mudan.core.keys.model import MOST_PER_MINUTE, ApiKey, NewKey
from mudan.core.people.model import Actor
from mudan.core.stage import actions as stage
from mudan.storage.pool import centre_within

router = APIRouter(tags=["open311"])
Setter = Annotated[Actor, Depends(requires("settings.write"))]


class ApiKeyIn(Body):
    """Whom a key is for, who answers for it, and how often a minute it may be used."""

    name: str = Field(min_length=1, max_length=200)
    contact: str = Field(min_length=1, max_length=200)
    department: str | None = Field(default=None, max_length=64)
    per_minute: int = Field(default=60, ge=1, le=MOST_PER_MINUTE)


class ApiKeyOut(BaseModel):
    """A key without what makes it one; `shown` are its first signs."""

    id: UUID
    name: str
    department: str | None
    contact: str
    shown: str
    per_minute: int
    issued_at: Instant
    issued_by: str
    revoked_at: Instant | None
    revoked_by: str


class ApiKeysOut(BaseModel):
    """All keys, the newest first."""

    items: list[ApiKeyOut]


class ApiKeyIssuedOut(BaseModel):
    """A new key. `token` is shown this once and kept nowhere."""

    key: ApiKeyOut
    token: str


def _out(one: ApiKey) -> ApiKeyOut:
    return ApiKeyOut.model_validate(one, from_attributes=True)


@router.get("/api/open311/keys")
async def every(actor: Setter, request: Request) -> ApiKeysOut:
    """The keys there are, revoked ones too."""
    async with work(actor, request) as unit:
        await stage.of_the_county(unit.connection, actor)
        async with centre_within(unit.connection):
            return ApiKeysOut(items=[_out(one) for one in await queries.every(unit.connection)])


@router.post("/api/open311/keys", status_code=201)
async def issue(actor: Setter, request: Request, body: ApiKeyIn) -> ApiKeyIssuedOut:
    """Issue a key; it is shown in this answer and never again."""
    new = NewKey(body.name, body.contact, body.department, body.per_minute)
    async with work(actor, request) as unit:
        await stage.of_the_county(unit.connection, actor)
        key, token = await actions.issue(unit.connection, actor, unit.now, new)
    return ApiKeyIssuedOut(key=_out(key), token=token)


@router.delete("/api/open311/keys/{key_id}")
async def revoke(actor: Setter, request: Request, key_id: UUID) -> ApiKeyOut:
    """Take a key back at once."""
    async with work(actor, request) as unit:
        await stage.of_the_county(unit.connection, actor)
        return _out(await actions.revoke(unit.connection, actor, unit.now, key_id))
