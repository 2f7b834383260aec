"""How does a directive move on: received, done, proved, checked, given more time, or ended?"""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, File, Form, Query, Request, Response, UploadFile
from pydantic import AwareDatetime

from mudan.api.centre import work
from mudan.api.directives.board import Reader, Writer, changed, found
from mudan.api.directives.wire import (
    CadenceStopIn,
    DirectiveDetailOut,
    DirectiveEvidenceIn,
    DirectiveExtensionIn,
    DirectiveStepIn,
    ExtensionDecisionIn,
    InstrumentOut,
    InstrumentsOut,
)
from mudan.core.directives import actions, queries
from mudan.core.entities import queries as entities
from mudan.core.observations import queries as observations
from mudan.core.observations.model import LINK

router = APIRouter()
MOST_INSTRUMENTS: Final = 10
MOST_READINGS: Final = 40


@router.post("/api/directives/{directive_id}/steps")
async def step(
    actor: Reader, request: Request, directive_id: UUID, body: DirectiveStepIn
) -> DirectiveDetailOut:
    """Take a step; the same client_id again changes nothing."""
    async with work(actor, request) as unit:
        await found(unit, actor, directive_id)
        given = actions.Step(**body.model_dump())
        one = await actions.move(unit.connection, directive_id, given, actor, unit.now)
        detail = {"reason": body.reason, "note": body.note}
        return await changed(unit, actor, one, body.event, detail)


@router.post("/api/directives/{directive_id}/evidence")
async def add_evidence(
    actor: Reader, request: Request, directive_id: UUID, body: DirectiveEvidenceIn
) -> DirectiveDetailOut:
    """Give words, a form or a reading as proof; the same id again changes nothing."""
    async with work(actor, request) as unit:
        await found(unit, actor, directive_id)
        given = actions.NewEvidence(**body.model_dump())
        one = await actions.add_evidence(unit.connection, directive_id, given, actor, unit.now)
        return await changed(unit, actor, one, "evidence", {"kind": body.kind})


@router.get("/api/directives/{directive_id}/instruments")
async def instruments(
    actor: Reader,
    request: Request,
    directive_id: UUID,
    q: Annotated[str, Query(min_length=1, max_length=100)],
) -> InstrumentsOut:
    """Instruments of that name or identifier with their latest readings, to choose one as proof."""
    async with work(actor, request) as unit:
        await found(unit, actor, directive_id)
        known = await entities.find(unit.connection, text=q.strip(), limit=MOST_INSTRUMENTS)
        names = {one.key: one for one in known}
        latest = await observations.latest(unit.connection, list(names))
    readings = [
        InstrumentOut(
            urn=names[one.entity].urn, name=names[one.entity].name, quantity=one.quantity, value=one.value,
            unit=one.unit, observed_at=one.observed_at,
        )
        for one in latest
        if one.quantity != LINK.name
    ]  # fmt: skip
    return InstrumentsOut(items=readings[:MOST_READINGS], as_of=unit.now)


@router.post("/api/directives/{directive_id}/photos")
async def add_photo(
    actor: Reader,
    request: Request,
    directive_id: UUID,
    file: Annotated[UploadFile, File()],
    client_id: Annotated[UUID, Form()],
    taken_at: Annotated[AwareDatetime, Form()],
    text: Annotated[str, Form(max_length=4000)] = "",
) -> DirectiveDetailOut:
    """Give a photo as proof; it is drawn anew, so that nothing but the picture is kept."""
    data = await file.read()
    async with work(actor, request) as unit:
        await found(unit, actor, directive_id)
        given = actions.NewEvidence(client_id, "photo", taken_at, text, {}, data)
        one = await actions.add_evidence(unit.connection, directive_id, given, actor, unit.now)
        return await changed(unit, actor, one, "evidence", {"kind": "photo"})


@router.get("/api/directives/{directive_id}/evidence/{evidence_id}", response_class=Response)
async def picture(actor: Reader, request: Request, directive_id: UUID, evidence_id: UUID) -> Response:
    """The picture of a piece of proof."""
    async with work(actor, request) as unit:
        await found(unit, actor, directive_id)
        jpeg = await queries.picture(unit.connection, directive_id, evidence_id)
    return Response(jpeg, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=86400"})


@router.post("/api/directives/{directive_id}/extension")
async def ask_extension(
    actor: Reader, request: Request, directive_id: UUID, body: DirectiveExtensionIn
) -> DirectiveDetailOut:
    """Ask for more time."""
    async with work(actor, request) as unit:
        await found(unit, actor, directive_id)
        one = await actions.ask_extension(
            unit.connection, directive_id, body.until, body.reason, actor, unit.now, client_id=body.client_id
        )
        return await changed(unit, actor, one, "ask_extension", {"reason": body.reason})


@router.post("/api/directives/{directive_id}/extension/decide")
async def decide_extension(
    actor: Writer, request: Request, directive_id: UUID, body: ExtensionDecisionIn
) -> DirectiveDetailOut:
    """Grant or refuse more time; never who asked."""
    async with work(actor, request) as unit:
        one = await actions.decide_extension(
            unit.connection, directive_id, grant=body.grant, reason=body.reason, actor=actor, now=unit.now
        )
        detail = {"grant": body.grant, "reason": body.reason}
        return await changed(unit, actor, one, "decide_extension", detail)


@router.post("/api/directives/{directive_id}/stop")
async def stop(
    actor: Writer, request: Request, directive_id: UUID, body: CadenceStopIn
) -> DirectiveDetailOut:
    """End the cadence of a recurring directive, with the reason."""
    async with work(actor, request) as unit:
        one = await actions.stop_series(unit.connection, directive_id, body.reason, actor, unit.now)
        return await changed(unit, actor, one, "stop", {"reason": body.reason})
