"""How does a warning move on? One route for each step, each on a version, each into the trail."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request

from mudan.api.centre import Work, work
from mudan.api.security import requires
from mudan.api.warnings.publishing import publisher_of
from mudan.api.warnings.wire import (
    NoteReceiptIn,
    WarningCallOut,
    WarningDetailOut,
    WarningDraftIn,
    WarningEditIn,
    WarningFollowIn,
    WarningMoveIn,
    WarningPageOut,
    WarningReachedOut,
    allowed,
    changes_out,
    content_out,
    coverage_out,
    delivery_out,
    event_out,
    lacks_out,
    warning_out,
)
from mudan.core.calls import queries as calls
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.core.warnings import actions, queries
from mudan.core.warnings.model.cap import MsgType, Status
from mudan.core.warnings.model.content import lacks, message_parts, text_message
from mudan.core.warnings.model.difference import changes
from mudan.core.warnings.model.record import WarningMessage

router = APIRouter()
Reader = Annotated[Actor, Depends(requires("warnings.read"))]
Writer = Annotated[Actor, Depends(requires("warnings.write"))]
Approver = Annotated[Actor, Depends(requires("warnings.approve"))]
Caller = Annotated[Actor, Depends(requires("duty.write"))]
Hand = Annotated[Actor, Depends(requires("warnings.write", "warnings.approve"))]
Act = Callable[..., Awaitable[WarningMessage]]


async def _detail(unit: Work, actor: Actor, warning: WarningMessage) -> WarningDetailOut:
    connection, words = unit.connection, warning.content
    messages = await queries.chain(connection, warning.chain)
    before = next((one for one in messages if one.id == warning.previous), None)
    text = text_message(words)
    return WarningDetailOut(
        **warning_out(warning).model_dump(),
        content=content_out(words), text=text, text_parts=message_parts(text),
        lacks=lacks_out(lacks(words, warning.status, warning.msg_type, unit.now)),
        **allowed(warning, actions.who_of(actor)),
        messages=[warning_out(one) for one in messages],
        changes=changes_out(changes(before.content, words)) if before is not None else [],
        coverage=coverage_out(await queries.coverage(connection, words)),
        events=[event_out(one) for one in await queries.events(connection, warning.id)],
        deliveries=[delivery_out(one) for one in await queries.deliveries(connection, warning.id)],
        reached=await _reached(unit, warning), call=await _call(unit, warning),
        may_call=actor.may("duty.write") and actions.may_call_around(warning),
    )  # fmt: skip


async def _reached(unit: Work, warning: WarningMessage) -> list[WarningReachedOut]:
    return [
        WarningReachedOut.model_validate(one._asdict())
        for one in await queries.reached(unit.connection, warning.id)
    ]


async def _call(unit: Work, warning: WarningMessage) -> WarningCallOut | None:
    run = await calls.of_origin(unit.connection, warning.space, actions.call_origin(warning.id))
    if run is None:
        return None
    return WarningCallOut(
        id=run.id, state=run.state, total=run.total, answered=run.answered, unreached=run.unreached
    )


async def _changed(
    unit: Work, actor: Actor, warning: WarningMessage, verb: str, detail: dict[str, Any] | None = None
) -> WarningDetailOut:
    await audit(unit.connection, actor, f"warning.{verb}", str(warning.id), detail or {})
    unit.touched("warnings", warning.id)
    if warning.previous is not None:
        unit.touched("warnings", warning.previous)
    if warning.incident_id is not None:
        unit.incidents.add(warning.incident_id)
    return await _detail(unit, actor, warning)


@router.get("/api/warnings")
async def page(
    actor: Reader,
    request: Request,
    which: Literal["open", "ended", "all"] = "open",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    before: datetime | None = None,
) -> WarningPageOut:
    """One page of warnings, newest first. `open`: being made or in force."""
    async with work(actor, request) as unit:
        found = await queries.page(unit.connection, which=which, limit=limit + 1, before=before)
    items = [warning_out(one) for one in found[:limit]]
    following = items[-1].created_at if len(found) > limit else None
    return WarningPageOut(items=items, next=following, as_of=unit.now)


@router.post("/api/warnings", status_code=201)
async def draft(actor: Writer, request: Request, body: WarningDraftIn) -> WarningDetailOut:
    """Begin a warning."""
    new = actions.NewWarning(body.content.content(), Status(body.status), body.area_code, body.incident_id)
    async with work(actor, request) as unit:
        warning = await actions.draft(unit.connection, actor, new, unit.now)
        return await _changed(unit, actor, warning, "draft", {"headline": warning.content.headline.zh})


@router.get("/api/warnings/{warning_id}")
async def detail(actor: Reader, request: Request, warning_id: UUID) -> WarningDetailOut:
    """One warning, whole."""
    async with work(actor, request) as unit:
        return await _detail(unit, actor, await queries.one(unit.connection, warning_id))


@router.post("/api/warnings/{warning_id}/content")
async def edit(actor: Writer, request: Request, warning_id: UUID, body: WarningEditIn) -> WarningDetailOut:
    """Change the words of a draft."""
    content = body.content.content()
    async with work(actor, request) as unit:
        warning = await actions.edit(unit.connection, actor, warning_id, content, body.version, unit.now)
        return await _changed(unit, actor, warning, "edit")


@router.post("/api/warnings/{warning_id}/check")
async def check(actor: Hand, request: Request, warning_id: UUID, body: WarningMoveIn) -> WarningDetailOut:
    """Somebody else has read it."""
    async with work(actor, request) as unit:
        warning = await actions.check(unit.connection, actor, warning_id, body.version, unit.now)
        return await _changed(unit, actor, warning, "check")


@router.post("/api/warnings/{warning_id}/approve")
async def approve(
    actor: Approver, request: Request, warning_id: UUID, body: WarningMoveIn
) -> WarningDetailOut:
    """Somebody who may lets it go out."""
    async with work(actor, request) as unit:
        warning = await actions.approve(unit.connection, actor, warning_id, body.version, unit.now)
        return await _changed(unit, actor, warning, "approve")


@router.post("/api/warnings/{warning_id}/send")
async def send(actor: Hand, request: Request, warning_id: UUID, body: WarningMoveIn) -> WarningDetailOut:
    """Send an approved warning."""
    publisher = publisher_of(request)
    async with work(actor, request) as unit:
        warning = await actions.send(unit.connection, actor, warning_id, body.version, publisher, unit.now)
        detail = {"identifier": warning.identifier, "status": warning.status}
        return await _changed(unit, actor, warning, "send", detail)


@router.post("/api/warnings/{warning_id}/return")
async def give_back(actor: Hand, request: Request, warning_id: UUID, body: WarningMoveIn) -> WarningDetailOut:
    """Return it to its author."""
    async with work(actor, request) as unit:
        warning = await actions.give_back(
            unit.connection, actor, warning_id, body.version, body.reason, unit.now
        )
        return await _changed(unit, actor, warning, "return", {"reason": body.reason})


@router.post("/api/warnings/{warning_id}/withdraw")
async def withdraw(actor: Hand, request: Request, warning_id: UUID, body: WarningMoveIn) -> WarningDetailOut:
    """Give up what was not sent."""
    async with work(actor, request) as unit:
        warning = await actions.withdraw(
            unit.connection, actor, warning_id, body.version, body.reason, unit.now
        )
        return await _changed(unit, actor, warning, "withdraw", {"reason": body.reason})


@router.post("/api/warnings/{warning_id}/follow", status_code=201)
async def follow(
    actor: Writer, request: Request, warning_id: UUID, body: WarningFollowIn
) -> WarningDetailOut:
    """Begin an update or a cancellation of a warning in force."""
    async with work(actor, request) as unit:
        warning = await actions.follow(
            unit.connection, actor, warning_id, MsgType(body.msg_type), body.note, unit.now
        )
        return await _changed(unit, actor, warning, body.msg_type.lower(), {"note": body.note})


@router.post("/api/warnings/{warning_id}/calls")
async def call(actor: Caller, request: Request, warning_id: UUID) -> WarningDetailOut:
    """Call down the tree of the warned area, by people and phones (叫应)."""
    async with work(actor, request) as unit:
        run = await actions.call_around(unit.connection, actor, warning_id, unit.now)
        unit.touched("duty", run.id)
        warning = await queries.one(unit.connection, warning_id)
        return await _changed(unit, actor, warning, "call", {"call": str(run.id)})


@router.post("/api/warnings/deliveries/{delivery_id}/receipt")
async def note_receipt(
    actor: Hand, request: Request, delivery_id: UUID, body: NoteReceiptIn
) -> WarningDetailOut:
    """Write down what a gateway reported."""
    async with work(actor, request) as unit:
        warning = await actions.note_receipt(
            unit.connection, actor, delivery_id, body.said, body.reached, unit.now
        )
        detail = {"delivery": str(delivery_id), "reached": body.reached}
        return await _changed(unit, actor, warning, "receipt", detail)
