"""What is needed, who was asked for it, and which messages passed?"""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, File, Request, Response, UploadFile

from mudan.api.centre import Work, work
from mudan.api.security import requires
from mudan.api.supplies.wire import (
    NeedIn,
    NeedOut,
    NeedsOut,
    OfferIn,
    OrderDetailOut,
    OrderIn,
    OrderOut,
    OrdersOut,
    ResourceMessageOut,
    VerbIn,
    WithdrawIn,
    need_out,
    order_out,
)
from mudan.core.incidents import queries as incident_queries
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.core.supplies import actions, queries
from mudan.core.supplies.model.edxl import LARGEST, read
from mudan.core.supplies.model.orders import Order

router = APIRouter()
Reader = Annotated[Actor, Depends(requires("supplies.read"))]
Writer = Annotated[Actor, Depends(requires("supplies.write"))]


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
            body.quantity,
            body.reason,
            body.store_id,
            body.arrival_at,
            body.status,
            body.return_by,
            body.price,
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
