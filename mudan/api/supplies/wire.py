"""How do needs, orders and what is said about them look on the wire?"""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from mudan.api.wire import Body, Instant
from mudan.core.people.model import Actor
from mudan.core.supplies.model.orders import (
    BY_ASKER,
    BY_LENDER,
    NEED_DATE,
    NEED_PRICE,
    NEED_REASON,
    STATE_WORDS,
    Order,
    late,
    next_verbs,
)
from mudan.core.supplies.model.stock import Need
from mudan.primitives.text import Text


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
    """The next thing said about an order; `price`: in CNY, for everything asked for."""

    verb: Literal[
        "accept", "provide", "decline", "requisition", "commit", "report", "ask_return", "agree_return",
        "refuse_return", "release", "recall", "withdraw", "ask_status", "demobilise", "ask_extension", "extend",
        "refuse_extension", "ask_information", "give_information", "query", "clarify", "ask_quote", "quote",
        "refuse_quote",
    ]  # fmt: skip
    version: int
    quantity: float | None = Field(default=None, ge=0, le=1e9, allow_inf_nan=False)
    reason: str = Field(default="", max_length=300)
    store_id: UUID | None = None
    arrival_at: AwareDatetime | None = None
    status: str = Field(default="", max_length=100)
    return_by: AwareDatetime | None = None
    price: float | None = Field(default=None, ge=0, le=1e12, allow_inf_nan=False)


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
    """Something this person may say next about an order; `date`: it must say until when, `price`: for how much."""

    verb: str
    side: Literal["asker", "lender"]
    reason: bool
    date: bool
    price: bool


class OrderOut(BaseModel):
    """Something asked of another body; `incoming`: they ask us. Questions are those nobody has answered yet."""

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
    asker_question: str
    lender_question: str
    price_wanted: bool
    price: float | None
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
    price: float | None
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
                    date=verb in NEED_DATE, price=verb in NEED_PRICE)
            for verb in next_verbs(order) if verb in mine
        ],
        store_id=order.store_id, arrival_at=order.arrival_at, return_by=order.return_by,
        return_wanted=order.return_wanted, overdue=late(order, now),
        asker_question=order.asker_question, lender_question=order.lender_question,
        price_wanted=order.price_wanted, price=order.price, created_by=order.created_by,
        created_at=order.created_at, ended_at=order.ended_at, version=order.version,
    )  # fmt: skip
