"""What is needed, who was asked for it, and which messages passed?"""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, File, Request, Response, UploadFile
from pydantic import AwareDatetime, BaseModel, Field

from mudan.api.centre import Work, work
from mudan.api.security import requires
from mudan.api.wire import Body, Instant
from mudan.core.incidents import queries as incident_queries
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.core.supplies import actions, queries
from mudan.core.supplies.model.edxl import LARGEST, read
from mudan.core.supplies.model.orders import (
    BY_ASKER,
    BY_LENDER,
    NEED_DATE,
    NEED_REASON,
    STATE_WORDS,
    Order,
    late,
    next_verbs,
)
from mudan.core.supplies.model.stock import Need
from mudan.primitives.text import Text

router = APIRouter()
Reader = Annotated[Actor, Depends(requires("supplies.read"))]
Writer = Annotated[Actor, Depends(requires("supplies.write"))]


class NeedIn(Body):
    """What is needed, how much, where, until when."""

    title: str = Field(min_length=1, max_length=120)
    quantity: float = Field(gt=0, le=1e9, allow_inf_nan=False)
    unit: str = Field(min_length=1, max_length=20)
    material: str | None = Field(default=None, max_length=60)
    incident_id: UUID | None = None
    needed_by: AwareDatetime | None = None
    place: str = Field(default="", max_length=200)
    lon: float | None = Field(default=None, ge=-180, le=180)
    lat: float | None = Field(default=None, ge=-90, le=90)
    note: str = Field(default="", max_length=500)
    department: str | None = Field(default=None, max_length=40)


class WithdrawIn(Body):
    """Why a need is taken back."""

    reason: str = Field(min_length=1, max_length=300)


class OrderIn(Body):
    """Who is asked, for how much: everything still missing unless given."""

    party: str = Field(min_length=1, max_length=80)
    to_department: str | None = Field(default=None, max_length=40)
    quantity: float | None = Field(default=None, gt=0, le=1e9, allow_inf_nan=False)


class VerbIn(Body):
    """The next thing said about an order."""

    verb: Literal[
        "accept", "provide", "decline", "requisition", "commit", "report", "ask_return", "agree_return",
        "refuse_return", "release", "recall", "withdraw", "ask_status", "demobilise", "ask_extension", "extend",
        "refuse_extension",
    ]  # fmt: skip
    version: int
    quantity: float | None = Field(default=None, ge=0, le=1e9, allow_inf_nan=False)
    reason: str = Field(default="", max_length=300)
    store_id: UUID | None = None
    arrival_at: AwareDatetime | None = None
    status: str = Field(default="", max_length=100)
    return_by: AwareDatetime | None = None


class OfferIn(Body):
    """What is offered unasked. `ours`: we offer it to another county, else `party` offers it to us."""

    title: str = Field(min_length=1, max_length=120)
    quantity: float = Field(gt=0, le=1e9, allow_inf_nan=False)
    unit: str = Field(min_length=1, max_length=20)
    party: str = Field(min_length=1, max_length=80)
    ours: bool = False
    material: str | None = Field(default=None, max_length=60)
    need_id: UUID | None = None
    arrival_at: AwareDatetime | None = None


class NeedOut(BaseModel):
    """A need: `promised` by others, `there` already, `shortfall` nobody has promised."""

    id: UUID
    title: str
    material: str | None
    quantity: float
    unit: str
    promised: float
    there: float
    shortfall: float
    needed_by: Instant | None
    place: str
    lon: float | None
    lat: float | None
    note: str
    department: str | None
    incident_id: UUID | None
    incident_number: str | None
    created_by: str
    created_at: Instant
    withdrawn_at: Instant | None
    withdraw_reason: str
    version: int


class NeedsOut(BaseModel):
    """Needs, the most urgent first."""

    items: list[NeedOut]
    as_of: Instant


class VerbOut(BaseModel):
    """Something this person may say next about an order; `date`: it must say until when."""

    verb: str
    side: Literal["asker", "lender"]
    reason: bool
    date: bool


class OrderOut(BaseModel):
    """Something asked of another body; `incoming`: they ask us."""

    id: UUID
    number: str
    need_id: UUID | None
    party: str
    to_department: str | None
    incoming: bool
    title: str
    material: str | None
    asked: float
    granted: float
    returned: float
    shortfall: float
    unit: str
    state: str
    state_words: Text
    next: list[VerbOut]
    store_id: UUID | None
    arrival_at: Instant | None
    return_by: Instant | None
    return_wanted: Instant | None
    overdue: bool
    created_by: str
    created_at: Instant
    ended_at: Instant | None
    version: int


class OrdersOut(BaseModel):
    """Orders, newest first."""

    items: list[OrderOut]
    as_of: Instant


class ResourceMessageOut(BaseModel):
    """One message of an order; its XML is at /api/orders/{id}/messages/{message_id}."""

    message_id: str
    kind: str
    verb: str
    incoming: bool
    quantity: float | None
    reason: str
    actor: str
    at: Instant
    recorded_at: Instant


class OrderDetailOut(OrderOut):
    """An order with everything that was said about it."""

    messages: list[ResourceMessageOut]


def need_out(need: Need) -> NeedOut:
    """A need as it goes over the wire."""
    return NeedOut(
        id=need.id, title=need.title, material=need.material, quantity=need.quantity, unit=need.unit,
        promised=need.promised, there=need.there, shortfall=need.shortfall, needed_by=need.needed_by,
        place=need.place, lon=need.lon, lat=need.lat, note=need.note, department=need.department,
        incident_id=need.incident_id, incident_number=need.incident_number, created_by=need.created_by,
        created_at=need.created_at, withdrawn_at=need.withdrawn_at, withdraw_reason=need.withdraw_reason,
        version=need.version,
    )  # fmt: skip


def _sides(order: Order, actor: Actor) -> frozenset[str]:
    """The verbs that are this person's to say."""
    own = actor.scope.departments
    if not actor.may("supplies.write"):
        return frozenset()
    if own is None:
        return BY_ASKER | BY_LENDER
    asks = BY_ASKER if order.department in own and not order.incoming else frozenset()
    return asks | (BY_LENDER if order.to_department in own else frozenset())


def order_out(order: Order, actor: Actor, now: datetime) -> OrderOut:
    """An order as it goes over the wire."""
    mine = _sides(order, actor)
    return OrderOut(
        id=order.id, number=order.number, need_id=order.need_id, party=order.party,
        to_department=order.to_department, incoming=order.incoming, title=order.title, material=order.material,
        asked=order.asked, granted=order.granted, returned=order.returned, shortfall=order.shortfall,
        unit=order.unit, state=order.state, state_words=STATE_WORDS[order.state],
        next=[
            VerbOut(verb=verb, side="asker" if verb in BY_ASKER else "lender", reason=verb in NEED_REASON,
                    date=verb in NEED_DATE)
            for verb in next_verbs(order.state) if verb in mine
        ],
        store_id=order.store_id, arrival_at=order.arrival_at, return_by=order.return_by,
        return_wanted=order.return_wanted, overdue=late(order, now), created_by=order.created_by,
        created_at=order.created_at, ended_at=order.ended_at, version=order.version,
    )  # fmt: skip


@router.get("/api/needs")
async def needs(
    actor: Reader,
    request: Request,
    incident_id: UUID | None = None,
    state: Literal["open", "all"] = "open",
) -> NeedsOut:
    """Needs, the most urgent first."""
    async with work(actor, request) as unit:
        found = await queries.needs(unit.connection, incident=incident_id, open_only=state == "open")
    return NeedsOut(items=[need_out(one) for one in found], as_of=unit.now)


@router.post("/api/needs", status_code=201)
async def state_need(actor: Writer, request: Request, body: NeedIn) -> NeedOut:
    """Say what is needed."""
    async with work(actor, request) as unit:
        if body.incident_id is not None:
            await incident_queries.one(unit.connection, body.incident_id)
            unit.incidents.add(body.incident_id)
        need = await actions.state_need(unit.connection, actor, unit.now, **body.model_dump())
        await audit(unit.connection, actor, "need.state", str(need.id), {"title": need.title})
        unit.touched("supplies", need.id)
    return need_out(need)


@router.post("/api/needs/{need_id}/withdraw")
async def withdraw(actor: Writer, request: Request, need_id: UUID, body: WithdrawIn) -> NeedOut:
    """Take a need back."""
    async with work(actor, request) as unit:
        need = await actions.withdraw_need(unit.connection, need_id, body.reason, actor, unit.now)
        await audit(unit.connection, actor, "need.withdraw", str(need_id), {"reason": body.reason})
        unit.touched("supplies", need_id)
    return need_out(need)


@router.post("/api/needs/{need_id}/orders", status_code=201)
async def ask(actor: Writer, request: Request, need_id: UUID, body: OrderIn) -> OrderOut:
    """Ask a department or another county for it."""
    async with work(actor, request) as unit:
        order = await actions.ask(
            unit.connection, need_id, body.party, body.to_department, body.quantity, actor, unit.now
        )
        return await _told(unit, actor, "order.ask", order, {"party": body.party})


async def _told(unit: Work, actor: Actor, action: str, order: Order, detail: dict[str, Any]) -> OrderOut:
    await audit(unit.connection, actor, action, order.number, detail)
    unit.touched("supplies", order.id)
    if order.need_id is not None:
        unit.touched("supplies", order.need_id)
    if order.store_id is not None:
        unit.touched("supplies", order.store_id)
    return order_out(order, actor, unit.now)


@router.post("/api/offers", status_code=201)
async def offer(actor: Writer, request: Request, body: OfferIn) -> OrderOut:
    """Keep an offer: of one's department to the county, of ours to a neighbour, of a neighbour's as told by voice."""
    async with work(actor, request) as unit:
        given = actions.Offer(**body.model_dump())
        order = await actions.offer(unit.connection, given, actor, unit.now)
        return await _told(unit, actor, "order.offer", order, {"party": body.party, "ours": body.ours})


@router.get("/api/orders")
async def orders(
    actor: Reader, request: Request, state: Literal["open", "all"] = "open", need_id: UUID | None = None
) -> OrdersOut:
    """Orders, newest first."""
    async with work(actor, request) as unit:
        found = await queries.orders(unit.connection, need=need_id, open_only=state == "open")
    return OrdersOut(items=[order_out(one, actor, unit.now) for one in found], as_of=unit.now)


@router.get("/api/orders/{order_id}")
async def detail(actor: Reader, request: Request, order_id: UUID) -> OrderDetailOut:
    """An order with everything that was said about it."""
    async with work(actor, request) as unit:
        order = await queries.order(unit.connection, order_id)
        said = await queries.messages(unit.connection, order_id)
    return OrderDetailOut(
        **order_out(order, actor, unit.now).model_dump(), messages=[ResourceMessageOut(**one) for one in said]
    )


@router.post("/api/orders/{order_id}/verbs")
async def say(actor: Writer, request: Request, order_id: UUID, body: VerbIn) -> OrderOut:
    """Say the next thing about an order."""
    async with work(actor, request) as unit:
        word = actions.Word(
            body.quantity, body.reason, body.store_id, body.arrival_at, body.status, body.return_by
        )
        order = await actions.say(unit.connection, order_id, body.verb, word, body.version, actor, unit.now)
        detail = {"quantity": body.quantity, "reason": body.reason}
        return await _told(unit, actor, f"order.{body.verb}", order, detail)


@router.get("/api/orders/{order_id}/messages/{message_id}", response_class=Response)
async def message(actor: Reader, request: Request, order_id: UUID, message_id: str) -> Response:
    """A message of an order as EDXL-RM 1.0."""
    async with work(actor, request) as unit:
        order = await queries.order(unit.connection, order_id)
        xml = await queries.message_xml(unit.connection, order_id, message_id)
    name = f"attachment; filename=edxl-rm-{order.number}.xml"
    return Response(xml, media_type="application/xml", headers={"Content-Disposition": name})


@router.post("/api/resource-messages")
async def receive(actor: Writer, request: Request, file: Annotated[UploadFile, File()]) -> OrderOut:
    """Take in a message of another county (EDXL-RM 1.0); the same message twice changes nothing."""
    data = await file.read(LARGEST + 1)
    message = read(data)
    async with work(actor, request) as unit:
        text = data.decode("utf-8", errors="replace")
        order = await actions.receive(unit.connection, message, text, actor, unit.now)
        return await _told(unit, actor, "order.receive", order, {"kind": message.kind, "id": message.id})
