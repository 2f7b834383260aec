"""Who called, what did they say, and which incident is it? The form is taken down in one request."""

from dataclasses import fields
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from mudan.api.centre import Centre, Work, work
from mudan.api.security import requires
from mudan.api.wire import Body, Instant
from mudan.core.incidents import queries as incidents
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.core.reports import actions, queries
from mudan.core.reports.model import Call, CallForm
from mudan.primitives.text import Text

router = APIRouter()
Reader = Annotated[Actor, Depends(requires("incidents.read"))]
Writer = Annotated[Actor, Depends(requires("reports.write"))]


class CallReportOut(BaseModel):
    """A call as it was taken down."""

    id: UUID
    number: str
    incident_id: UUID | None
    incident_number: str
    called_at: Instant
    recorded_at: Instant
    taken_by: str
    channel: str
    reporter: str
    organisation: str
    phone: str
    kind: str
    happened_at: Instant | None
    lon: float | None
    lat: float | None
    address: str
    area_name: Text
    dead: int | None
    injured: int | None
    missing: int | None
    trapped: int | None
    harm: str
    state: str
    help: str


class CallReportsOut(BaseModel):
    """Calls, newest first."""

    items: list[CallReportOut]
    as_of: Instant


class CallOpeningIn(Body):
    """The incident that the call opens."""

    title: str = Field(min_length=1, max_length=200)
    level: int = Field(ge=1, le=4)
    area_code: str = Field(default="", max_length=12)


class CallReportIn(Body):
    """A call. `id` is made by the page, so that a form sent twice is one call. It joins, opens, or waits."""

    id: UUID
    kind: str
    channel: str = "phone"
    called_at: Instant | None = None
    happened_at: Instant | None = None
    reporter: str = Field(default="", max_length=60)
    organisation: str = Field(default="", max_length=100)
    phone: str = Field(default="", max_length=40)
    lon: float | None = Field(default=None, ge=-180, le=180)
    lat: float | None = Field(default=None, ge=-90, le=90)
    address: str = Field(default="", max_length=200)
    dead: int | None = Field(default=None, ge=0)
    injured: int | None = Field(default=None, ge=0)
    missing: int | None = Field(default=None, ge=0)
    trapped: int | None = Field(default=None, ge=0)
    harm: str = Field(default="", max_length=1000)
    state: str = Field(default="", max_length=2000)
    help: str = Field(default="", max_length=1000)
    join: UUID | None = None
    opening: CallOpeningIn | None = None


class CallJoinIn(Body):
    """The incident that a waiting call belongs to."""

    incident_id: UUID


def call_out(call: Call, centre: Centre, number: str) -> CallReportOut:
    """A call as it goes over the wire."""
    own = {name: getattr(call, name) for name in CallReportOut.model_fields if hasattr(call, name)}
    return CallReportOut(**own, incident_number=number, area_name=centre.area_name(call.area_code))


async def several(unit: Work, found: list[Call]) -> list[CallReportOut]:
    """Calls with the numbers of their incidents, where the reader sees those."""
    ids = {call.incident_id for call in found if call.incident_id is not None}
    numbers = await incidents.numbers(unit.connection, list(ids))
    return [
        call_out(call, unit.centre, numbers.get(call.incident_id, "") if call.incident_id else "")
        for call in found
    ]


@router.get("/api/calls")
async def calls(
    actor: Reader,
    request: Request,
    q: Annotated[str | None, Query(max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> CallReportsOut:
    """Calls taken down, newest first."""
    async with work(actor, request) as unit:
        found = await queries.calls(unit.connection, text=q, limit=limit)
        return CallReportsOut(items=await several(unit, found), as_of=unit.now)


@router.post("/api/calls", status_code=201)
async def take_call(actor: Writer, request: Request, body: CallReportIn) -> CallReportOut:
    """Take a call down: it joins an incident, opens one, or waits. The same id twice is one call."""
    form = CallForm(**{one.name: getattr(body, one.name) for one in fields(CallForm)})
    opening = actions.Opening(**body.opening.model_dump()) if body.opening else None
    async with work(actor, request) as unit:
        call = await actions.take_call(
            unit.connection, body.id, form, actor, unit.now, join=body.join, opening=opening
        )
        await audit(unit.connection, actor, "call.take", call.number, {"kind": call.kind})
        return await _taken(unit, call)


@router.post("/api/calls/{taken_id}/join")
async def join(actor: Writer, request: Request, taken_id: UUID, body: CallJoinIn) -> CallReportOut:
    """Say to which incident a waiting call belongs."""
    async with work(actor, request) as unit:
        call = await actions.join_incident(unit.connection, taken_id, body.incident_id, actor, unit.now)
        await audit(unit.connection, actor, "call.join", call.number, {"incident": str(body.incident_id)})
        return await _taken(unit, call)


async def _taken(unit: Work, call: Call) -> CallReportOut:
    unit.touched("calls", str(call.id))
    if call.incident_id is not None:
        unit.incidents.add(call.incident_id)
    return (await several(unit, [call]))[0]
