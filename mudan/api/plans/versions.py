"""What is in a version, how does it differ, what would it have said, and who brings it into force?"""

import asyncio
from datetime import datetime, timedelta
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from mudan.api.centre import Work, work
from mudan.api.plans.county import linted
from mudan.api.plans.present import edition_of, reading
from mudan.api.plans.wire import (
    DiffOut,
    MoveIn,
    VersionDetailOut,
    VersionOut,
    WhatIfOut,
    change_out,
    detail_out,
    version_out,
    what_if_out,
)
from mudan.api.security import requires
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.core.plans import actions, queries
from mudan.core.plans.model.diff import diff
from mudan.core.plans.model.needs import needs_of
from mudan.core.plans.model.states import Version
from mudan.core.plans.model.what_if import replayed
from mudan.primitives.errors import Invalid

router = APIRouter()
LONGEST_PERIOD: Final = timedelta(days=31)
Reader = Annotated[Actor, Depends(requires("plans.read"))]
Writer = Annotated[Actor, Depends(requires("plans.write"))]
Approver = Annotated[Actor, Depends(requires("plans.approve"))]


@router.get("/api/plans/{slug}/versions/{number}")
async def one_version(actor: Reader, request: Request, slug: str, number: int) -> VersionDetailOut:
    """A version with its text, its plan and its history."""
    async with work(actor, request) as unit:
        found = await _version(unit, slug, number)
        history = await queries.history(unit.connection, found.id)
    return detail_out(found, reading(found.text), history, mine=actor.person in found.editors)


@router.get("/api/plans/{slug}/versions/{number}/file")
async def file(actor: Reader, request: Request, slug: str, number: int) -> Response:
    """The version's YAML file, byte for byte what its hash was made from."""
    async with work(actor, request) as unit:
        found = await _version(unit, slug, number)
    name = f"{found.slug}-v{found.number}.yaml"
    headers = {"content-disposition": f'attachment; filename="{name}"', "etag": f'"{found.hash}"'}
    return Response(found.text.encode(), media_type="application/yaml; charset=utf-8", headers=headers)


@router.get("/api/plans/{slug}/versions/{number}/diff")
async def differences(
    actor: Reader,
    request: Request,
    slug: str,
    number: int,
    against: Annotated[int | None, Query(ge=1)] = None,
) -> DiffOut:
    """The differences from another version (unless given: the one in force, else the one before)."""
    async with work(actor, request) as unit:
        found = await _version(unit, slug, number)
        others = [
            one for one in await queries.versions(unit.connection, found.plan_id) if one.number != number
        ]
    older = (one for one in others if one.number < number)
    in_force = next((one for one in others if one.state == "approved"), None)
    other = (
        next((one for one in others if one.number == against), None)
        if against
        else in_force or next(older, None)
    )
    if other is None:
        return DiffOut(against=None, number=number, changes=[])
    before, after = reading(other.text).plan, reading(found.text).plan
    if before is None or after is None:
        raise Invalid("a version that does not read cannot be compared", field="number")
    return DiffOut(
        against=other.number, number=number, changes=[change_out(one) for one in diff(before, after)]
    )


@router.get("/api/plans/{slug}/versions/{number}/what-if")
async def what_if(
    actor: Reader, request: Request, slug: str, number: int, start: datetime, end: datetime
) -> WhatIfOut:
    """When the version would have advised which level over a past period of at most 31 days."""
    if start.tzinfo is None or end.tzinfo is None or not start < end <= start + LONGEST_PERIOD:
        raise Invalid(
            "a period has a start, a later end, both with a time zone, and at most 31 days", field="start"
        )
    async with work(actor, request) as unit:
        found = await _version(unit, slug, number)
        plan = reading(found.text).plan
        if plan is None:
            raise Invalid("this version does not read yet", field="number")
        end = min(end, unit.now)
        recorded = await queries.recorded(unit.connection, unit.space, slug, start, end, needs_of([plan]))
    return what_if_out(await asyncio.to_thread(replayed, plan, recorded, start, end))


@router.post("/api/plans/{slug}/versions/{number}/submit")
async def submit(actor: Writer, request: Request, slug: str, number: int, body: MoveIn) -> VersionOut:
    """Hand a draft in for approval; refused while lint finds errors."""
    return await _moved(actor, request, slug, number, "submit", body)


@router.post("/api/plans/{slug}/versions/{number}/send-back")
async def send_back(actor: Approver, request: Request, slug: str, number: int, body: MoveIn) -> VersionOut:
    """Send a checked version back to be worked on, with the reason."""
    return await _moved(actor, request, slug, number, "send_back", body)


@router.post("/api/plans/{slug}/versions/{number}/approve")
async def approve(actor: Approver, request: Request, slug: str, number: int, body: MoveIn) -> VersionOut:
    """Bring a checked version into force; not by anybody who wrote in it."""
    return await _moved(actor, request, slug, number, "approve", body)


@router.post("/api/plans/{slug}/versions/{number}/retire")
async def retire(actor: Approver, request: Request, slug: str, number: int, body: MoveIn) -> VersionOut:
    """Take the version in force out of force, with the reason."""
    return await _moved(actor, request, slug, number, "retire", body)


async def _moved(
    actor: Actor,
    request: Request,
    slug: str,
    number: int,
    event: Literal["submit", "send_back", "approve", "retire"],
    body: MoveIn,
) -> VersionOut:
    async with work(actor, request) as unit:
        found = await _version(unit, slug, number)
        needed = event in ("submit", "approve")  # the county may have changed since it was checked
        findings = (await linted(unit, found.text))[1] if needed else ()
        done = await actions.move(
            unit.connection, actor, unit.now, slug, number, event, revision=body.revision, reason=body.reason,
            findings=findings,
        )  # fmt: skip
        detail = {"number": number, "hash": done.hash, "reason": body.reason}
        await audit(unit.connection, actor, f"plan.{event}", slug, detail)
        unit.touched("plans", done.plan_id)
    return version_out(done, edition_of(done.text))


async def _version(unit: Work, slug: str, number: int) -> Version:
    row = await queries.plan_row(unit.connection, slug, unit.space)
    return await queries.version(unit.connection, row["id"], number)
