"""Who did what, and has the record been touched? The audit trail."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from mudan.api.deps import deps_of
from mudan.api.security import requires
from mudan.api.wire import Instant
from mudan.core.people import queries
from mudan.core.people.actions import verify_chain
from mudan.core.people.model import Actor

router = APIRouter(tags=["audit"])
Auditor = Annotated[Actor, Depends(requires("audit.read"))]


class AuditOut(BaseModel):
    """One record; `hash` in hex covers it and all before it."""

    seq: int
    at: Instant
    actor: str
    action: str
    object: str
    detail: dict[str, Any]
    hash: str


class AuditPageOut(BaseModel):
    """Records, newest first; `next` goes on as `cursor`."""

    items: list[AuditOut]
    next: str | None


class VerificationOut(BaseModel):
    """Whether the chain is whole, and the first record that is not."""

    ok: bool
    checked: int
    first_bad: int | None


@router.get("/api/audit")
async def read_audit(
    person: Auditor,
    request: Request,
    actor: Annotated[str, Query(max_length=64)] = "",
    action: Annotated[str, Query(max_length=64)] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor: Annotated[int | None, Query(ge=1)] = None,
) -> AuditPageOut:
    """The trail, of one login, of one action or of a kind of action."""
    async with deps_of(request).db.work(person.scope.settings()) as connection:
        lines = await queries.audit_page(
            connection, actor=actor, action=action, before=cursor, limit=limit + 1
        )
    items = [
        AuditOut(
            seq=line.seq,
            at=line.at,
            actor=line.actor,
            action=line.action,
            object=line.object,
            detail=line.detail,
            hash=line.hash.hex(),
        )
        for line in lines[:limit]
    ]
    return AuditPageOut(items=items, next=str(items[-1].seq) if len(lines) > limit else None)


@router.get("/api/audit/verify")
async def verify(person: Auditor, request: Request) -> VerificationOut:
    """Work every hash of the trail out again."""
    async with deps_of(request).db.work(person.scope.settings()) as connection:
        found = await verify_chain(connection)
    return VerificationOut(ok=found.first_bad is None, checked=found.checked, first_bad=found.first_bad)
