"""How is something asked of another body, granted, lent and given back? Every step is a message that is kept."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from mudan.core.incidents import actions as incidents
from mudan.core.people.model import Actor
from mudan.core.supplies import queries, store
from mudan.core.supplies.actions import stock
from mudan.core.supplies.model import talk
from mudan.core.supplies.model.edxl import Message, written
from mudan.core.supplies.model.orders import (
    BY_ASKER,
    BY_LENDER,
    DEMOBILISED,
    ENDED,
    GRANTING,
    HOLDING,
    MESSAGES,
    NEED_DATE,
    NEED_REASON,
    STATE_WORDS,
    Order,
    granted,
    moved,
)
from mudan.primitives.clock import CST
from mudan.primitives.errors import Conflict, Invalid, NotAllowed
from mudan.primitives.ids import new_id
from mudan.primitives.text import Text
from mudan.storage.pool import Connection, as_centre

COUNTY = "牡丹 Mudan"


@dataclass(frozen=True, slots=True)
class Word:
    """What is said with a verb: how much, why, from which store, until when it arrives, its state, the price."""

    quantity: float | None = None
    reason: str = ""
    store_id: UUID | None = None
    arrival_at: datetime | None = None
    status: str = ""
    return_by: datetime | None = None
    price: float | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody has to lend unasked. `ours`: we offer it to another county, else they offer it to us."""

    title: str
    quantity: float
    unit: str
    party: str
    ours: bool = False
    material: str | None = None
    need_id: UUID | None = None
    arrival_at: datetime | None = None


async def ask(
    connection: Connection,
    need_id: UUID,
    party: str,
    to_department: str | None,
    quantity: float | None,
    actor: Actor,
    now: datetime,
) -> Order:
    """Ask a department (its code) or another county (its name) for all or part of a need."""
    need = await queries.need(connection, need_id)
    if need.withdrawn_at is not None:
        raise Conflict("the need was taken back")
    asked = quantity if quantity is not None else need.shortfall or need.quantity
    if not 0 < asked <= need.quantity:
        raise Invalid(f"between 0 and {need.quantity:g} can be asked for", field="quantity")
    if not party.strip():
        raise Invalid("say who is asked", field="party")
    message_id = f"mudan:{new_id()}"
    order = await open_order(
        connection, now, actor.name,
        {
            "state": "requested", "space": need.space, "area_code": need.area_code, "department": need.department,
            "to_department": to_department, "need_id": need.id, "party": party.strip(), "incoming": False,
            "title": need.title, "material": need.material, "asked": asked, "unit": need.unit,
            "arrival_at": need.needed_by, "originating": message_id, "last_message": message_id,
        },
    )  # fmt: skip
    await _send(
        connection, order, "request", message_id, Word(asked, arrival_at=need.needed_by), actor.name, now
    )
    await _tell(connection, order, need.incident_id, actor.name, now)
    return order


async def offer(connection: Connection, given: Offer, actor: Actor, now: datetime) -> Order:
    """Keep an offer: of a department to the county, of ours to another county, or of theirs as told by voice."""
    own = sorted(actor.scope.departments or ())
    if own and given.ours:
        raise NotAllowed("a department offers to its own county")
    if not given.title.strip() or not given.unit.strip() or not given.party.strip() or given.quantity <= 0:
        raise Invalid("an offer says who offers what and how much", field="title")
    need = await queries.need(connection, given.need_id) if given.need_id is not None else None
    message_id = f"mudan:{new_id()}"
    order = await open_order(
        connection, now, actor.name,
        {
            "state": "offered", "space": actor.scope.space, "area_code": actor.scope.area,
            "department": need.department if need else None, "to_department": own[0] if own else None,
            "need_id": need.id if need else None, "party": given.party.strip(), "incoming": given.ours,
            "title": given.title.strip(), "material": given.material, "asked": given.quantity,
            "unit": given.unit.strip(), "arrival_at": given.arrival_at, "originating": message_id,
            "last_message": message_id,
        },
    )  # fmt: skip
    said = Word(given.quantity, arrival_at=given.arrival_at)
    await _send(
        connection, order, "offer", message_id, said, actor.name, now, theirs=not given.ours and not own
    )
    await _tell(connection, order, need.incident_id if need else None, actor.name, now)
    return order


async def open_order(connection: Connection, now: datetime, by: str, given: dict[str, Any]) -> Order:
    """Keep an order at its beginning, under the next number of the day (raises Conflict when it is known)."""
    day = now.astimezone(CST).date()
    number = f"R{day:%Y%m%d}-{await store.next_number(connection, given['space'], day):03d}"
    which = new_id()
    row = {"element": f"{number}-1"} | given | {
        "id": which, "number": number, "created_by": by, "created_at": now,
    }  # fmt: skip
    if not await store.insert_order(connection, row):
        raise Conflict("this request is known")
    return await queries.order(connection, which)


async def say(
    connection: Connection, which: UUID, verb: str, word: Word, version: int, actor: Actor, now: datetime
) -> Order:
    """Say the next thing about an order, for one's own side of it."""
    order = await queries.order(connection, which, lock=True)
    if order.version != version:
        raise Conflict("the order has changed meanwhile; look again")
    _allowed(order, verb, actor)
    await as_centre(connection)
    return await apply(connection, order, verb, word, actor.name, now)


def _allowed(order: Order, verb: str, actor: Actor) -> None:
    """A department speaks for its own side; those who see every department, for the side of the county and others."""
    own = actor.scope.departments
    if own is None:
        return
    asks = order.department in own and not order.incoming
    lends = order.to_department in own
    if not ((verb in BY_ASKER and asks) or (verb in BY_LENDER and lends)):
        raise NotAllowed("that is for the other side to say")


async def apply(
    connection: Connection,
    order: Order,
    verb: str,
    word: Word,
    by: str,
    now: datetime,
    *,
    received: tuple[Message, str] | None = None,
) -> Order:
    """Move an order on by a verb; `received`: the message of the other side, which is kept as it came."""
    state = moved(order.state, verb)
    if verb in NEED_REASON and not word.reason.strip():
        raise Invalid("a reason is needed", field="reason")
    if verb in NEED_DATE and (word.return_by is None or word.return_by <= now):
        raise Invalid("say until when, ahead of now", field="return_by")
    given = granted(order, verb, word.quantity)
    talked = talk.after(order, verb, word.reason.strip(), word.price)
    store_id = order.store_id
    if verb == "commit" and word.store_id is not None:
        if order.material is None:
            raise Invalid("this order names no material that a store keeps", field="store_id")
        store_id = word.store_id
        await stock.lend(connection, store_id, order.material, given, order.id, by, now)
    returned = order.returned
    if verb == "release":
        returned = order.granted if word.quantity is None else word.quantity
        if not 0 <= returned <= order.granted:
            raise Invalid(f"between 0 and {order.granted:g} can come back", field="quantity")
        await stock.take_back(connection, order.id, returned, by, now)
    message_id = received[0].id if received else f"mudan:{new_id()}"
    if received is not None:
        await keep(connection, order, verb, received[0], received[1], given, by, now, incoming=True)
    else:
        said = replace(
            word, quantity={"release": returned, "ask_quote": order.asked}.get(verb, given),
            reason=word.reason.strip(), store_id=None,
            status=DEMOBILISED if verb == "demobilise" else word.status, return_by=_until(order, verb, word),
        )  # fmt: skip
        await _send(connection, order, verb, message_id, said, by, now)
    await store.move_order(
        connection, order.id,
        {
            "state": state, "granted": given, "returned": returned, "store_id": store_id,
            "arrival_at": word.arrival_at or order.arrival_at, "last_message": message_id,
            "return_by": _until(order, verb, word) if verb in ("extend", "commit") else order.return_by,
            "return_wanted": word.return_by if verb == "ask_extension" else None,
            "ended_at": now if state in ENDED else None,
            **{name: talked.get(name, getattr(order, name)) for name in talk.COLUMNS},
        },
    )  # fmt: skip
    after = await queries.order(connection, order.id)
    need = await queries.need(connection, order.need_id) if order.need_id else None
    await _tell(connection, after, need.incident_id if need else None, by, now)
    return after


def _until(order: Order, verb: str, word: Word) -> datetime | None:
    """Until when a thing is lent by this word: an extension is granted for as long as was wanted unless said."""
    return word.return_by or (order.return_wanted if verb == "extend" else order.return_by)


async def _send(
    connection: Connection,
    order: Order,
    verb: str,
    message_id: str,
    word: Word,
    by: str,
    now: datetime,
    *,
    theirs: bool = False,
) -> None:
    """Keep what is said as a message; `theirs`: we write down what the other county said by voice."""
    kind, response = MESSAGES[verb]
    carries = verb in GRANTING | {"request", "offer", "requisition", "release", "ask_quote"}
    asks = verb in talk.QUESTIONS  # a question stands where every message has room for words
    words = word.reason if asks else order.number
    message = Message(
        kind=kind, id=message_id, sent_at=now, originating=order.originating, preceding=order.last_message,
        sender=order.party if theirs else f"{COUNTY} {by}", element=order.element, name=order.title,
        response=response, reason="" if asks else word.reason,
        description=f"{words} {STATE_WORDS[order.state].zh}" if verb == "report" else words,
        quantity=word.quantity if carries else None, unit=order.unit, arrival_at=word.arrival_at, status=word.status,
        return_by=word.return_by, recalls=order.originating if verb in ("recall", "withdraw") else "",
        exercise=order.space != 0, price=word.price if verb == "quote" else None,
        currency=talk.CURRENCY if verb == "quote" else "",
    )  # fmt: skip
    xml = written(message).decode()
    await keep(connection, order, verb, message, xml, word.quantity, by, now, incoming=theirs)


async def keep(
    connection: Connection,
    order: Order,
    verb: str,
    message: Message,
    xml: str,
    quantity: float | None,
    by: str,
    now: datetime,
    *,
    incoming: bool,
) -> None:
    """Keep a message of an order as it passed."""
    await store.insert_message(
        connection,
        {
            "space": order.space, "message_id": message.id, "order_id": order.id, "kind": message.kind, "verb": verb,
            "incoming": incoming, "quantity": quantity, "price": message.price, "reason": message.said,
            "actor": by, "at": message.sent_at, "recorded_at": now, "xml": xml,
        },
    )  # fmt: skip


async def _tell(connection: Connection, order: Order, incident: UUID | None, by: str, now: datetime) -> None:
    if incident is None:
        return
    words, short = STATE_WORDS[order.state], order.shortfall
    zh = f"，缺 {short:g} {order.unit}" if short and order.state != "requested" else ""
    en = f", {short:g} {order.unit} short" if zh else ""
    much = order.granted if order.state in HOLDING else order.asked
    text = Text(
        f"资源 {order.number} {order.title} {much:g} {order.unit}：{order.party} {words.zh}{zh}",
        f"resource {order.number} {order.title} {much:g} {order.unit}: {order.party}, {words.en}{en}",
    )
    await _log(connection, incident, text, by, now, {"order": str(order.id), "state": order.state})


async def _log(
    connection: Connection, incident: UUID, text: Text, by: str, now: datetime, detail: dict[str, Any]
) -> None:
    await incidents.log(
        connection, incident, "resource", text, source="operator", actor=by, now=now, detail=detail
    )
