"""Who may push records: which keys are there, who made them, when were they used last?"""

import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from mudan.api.centre import centre_of, work
from mudan.api.records.wire import RecordKeyIn, RecordKeyOut, RecordKeysOut, RecordSecretOut, keeper_of
from mudan.api.security import requires
from mudan.connect.signing import secret_of
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.core.records import actions, queries
from mudan.storage.pool import centre_within

router = APIRouter()
Issuer = Annotated[Actor, Depends(requires("records.write", "settings.write"))]


@router.get("/api/record-keys/{platform}")
async def keys(actor: Issuer, request: Request, platform: str) -> RecordKeysOut:
    """The keys of a platform, newest first."""
    keeper_of(centre_of(request), platform)
    async with work(actor, request) as unit, centre_within(unit.connection):
        rows = await queries.keys(unit.connection, platform)
    return RecordKeysOut(items=[RecordKeyOut.model_validate(row) for row in rows])


@router.post("/api/record-keys/{platform}", status_code=201)
async def issue(actor: Issuer, request: Request, platform: str, body: RecordKeyIn) -> RecordSecretOut:
    """A new key; its secret is told this once."""
    card, key = keeper_of(centre_of(request), platform), secrets.token_hex(8)
    async with work(actor, request) as unit:
        async with centre_within(unit.connection):
            await actions.issue_key(unit.connection, platform, key, body.title, actor.name, unit.now)
        await audit(unit.connection, actor, "record.key", f"{platform}.{key}", {"title": body.title})
    return RecordSecretOut(id=key, secret=secret_of(card.secret, platform, key))


@router.post("/api/record-keys/{platform}/{key_id}/revoke", status_code=204, response_class=Response)
async def revoke(actor: Issuer, request: Request, platform: str, key_id: str) -> Response:
    """End a key."""
    async with work(actor, request) as unit:
        async with centre_within(unit.connection):
            await actions.revoke_key(unit.connection, platform, key_id, unit.now)
        await audit(unit.connection, actor, "record.key_end", f"{platform}.{key_id}")
    return Response(status_code=204)
