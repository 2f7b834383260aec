"""How is something asked of another body, granted, lent and given back? Every step is a message that is kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from mudan.core.incidents import actions as incidents
from mudan.core.people.model import Actor
from mudan.core.supplies import queries, store
from mudan.core.supplies.actions import stock
from mudan.core.supplies.model.edxl import Message, written
from mudan.core.supplies.model.orders import (
    BY_ASKER,
    BY_LENDER,
    ENDED,
    GRANTING,
    HOLDING,
    MESSAGES,
    NEED_REASON,
    STATE_WORDS,
    Order,
    granted,
    moved,
)
from mudan.core.supplies.model.stock import Need
from mudan.primitives.clock import CST
from mudan.primitives.errors import Conflict, Invalid, NotAllowed
from mudan.primitives.ids import new_id
from mudan.primitives.text import Text
from mudan.storage.pool import Connection, as_centre

COUNTY = "牡丹 Mudan"


@dataclass(frozen=True, slots=True)
class Word:
    """What is said with a verb: how much, why, from which store, until when it arrives, its state."""

    quantity: float | None = None
    reason: str = ""
    store_id: UUID | None = None
    arrival_at: datetime | None = None
    status: str = ""


async def state_need(
    connection: Connection,
    actor: Actor,
    now: datetime,
    *,
    title: str,
    quantity: float,
    unit: str,
    material: str | None = None,
    incident_id: UUID | None = None,
    needed_by: datetime | None = None,
    place: str = "",
    lon: float | None = None,
    lat: float | None = None,
    note: str = "",
    department: str | None = None,
) -> Need:
    """Say what is needed, how much, where and until when."""
    if not title.strip() or not unit.strip():
        raise Invalid("a need has a title and a unit of measure", field="title")
    if quantity <= 0:
        raise Invalid("a need is more than none", field="quantity")
    if material is not None and material not in {
        one["code"] for one in await queries.materials(connection, actor.scope.space)
    }:
        raise Invalid("no such material", field="material")
    own = actor.scope.departments
    if own is not None and department not in own:
        department = next(iter(sorted(own)), None)
    which = new_id()
    await store.insert_need(
        connection,
        {
            "id": which, "space": actor.scope.space, "area_code": actor.scope.area, "department": department,
            "incident_id": incident_id, "title": title.strip(), "material": material, "quantity": quantity,
            "unit": unit.strip(), "needed_by": needed_by, "place": place, "lon": lon, "lat": lat, "note": note,
            "created_by": actor.name, "created_at": now,
        },
    )  # fmt: skip
    need = await queries.need(connection, which)
    if incident_id is not None:
        text = Text(f"需求：{title} {quantity:g} {unit}", f"need: {title} {quantity:g} {unit}")
        await _log(connection, incident_id, text, actor.name, now, {"need": str(which)})
    return need


async def withdraw_need(
    connection: Connection, which: UUID, reason: str, actor: Actor, now: datetime
) -> Need:
    """Take a need back, with the reason; its orders go on until they are recalled or released."""
    if not reason.strip():
        raise Invalid("a reason is needed", field="reason")
    await queries.need(connection, which)
    if not await store.withdraw_need(connection, which, actor.name, now, reason.strip()):
        raise Conflict("the need was taken back before")
    return await queries.need(connection, which)


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
    order = await _open(
        connection, now, actor.name,
        {
            "space": need.space, "area_code": need.area_code, "department": need.department,
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


async def _open(connection: Connection, now: datetime, by: str, given: dict[str, Any]) -> Order:
    day = now.astimezone(CST).date()
    number = f"R{day:%Y%m%d}-{await store.next_number(connection, given['space'], day):03d}"
    which = new_id()
    row = {"element": f"{number}-1"} | given | {
        "id": which, "number": number, "state": "requested", "created_by": by, "created_at": now,
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
    given = granted(order, verb, word.quantity)
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
        await _keep(connection, order, verb, received[0], received[1], given, by, now, incoming=True)
    else:
        said = Word(
            returned if verb == "release" else given, word.reason.strip(), None, word.arrival_at, word.status
        )
        await _send(connection, order, verb, message_id, said, by, now)
    await store.move_order(
        connection, order.id,
        {
            "state": state, "granted": given, "returned": returned, "store_id": store_id,
            "arrival_at": word.arrival_at or order.arrival_at, "last_message": message_id,
            "ended_at": now if state in ENDED else None,
        },
    )  # fmt: skip
    after = await queries.order(connection, order.id)
    need = await queries.need(connection, order.need_id) if order.need_id else None
    await _tell(connection, after, need.incident_id if need else None, by, now)
    return after


async def _send(
    connection: Connection, order: Order, verb: str, message_id: str, word: Word, by: str, now: datetime
) -> None:
    kind, response = MESSAGES[verb]
    carries = verb in GRANTING | {"request", "requisition", "release"}
    message = Message(
        kind=kind, id=message_id, sent_at=now, originating=order.originating, preceding=order.last_message,
        sender=f"{COUNTY} {by}", element=order.element, name=order.title, response=response, reason=word.reason,
        description=f"{order.number} {STATE_WORDS[order.state].zh}" if verb == "report" else order.number,
        quantity=word.quantity if carries else None, unit=order.unit, arrival_at=word.arrival_at, status=word.status,
        recalls=order.originating if verb == "recall" else "", exercise=order.space != 0,
    )  # fmt: skip
    xml = written(message).decode()
    await _keep(connection, order, verb, message, xml, word.quantity, by, now, incoming=False)


async def _keep(
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
    await store.insert_message(
        connection,
        {
            "space": order.space, "message_id": message.id, "order_id": order.id, "kind": message.kind, "verb": verb,
            "incoming": incoming, "quantity": quantity, "reason": message.reason, "actor": by, "at": message.sent_at,
            "recorded_at": now, "xml": xml,
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


_VERBS = {
    ("ResponseToRequestResource", "Accept"): "accept",
    ("ResponseToRequestResource", "Provisional"): "provide",
    ("ResponseToRequestResource", "Decline"): "decline",
    ("RequisitionResource", ""): "requisition",
    ("CommitResource", "Accept"): "commit",
    ("CommitResource", "Decline"): "decline",
    ("ReportResourceDeploymentStatus", ""): "report",
    ("RequestReturn", ""): "ask_return",
    ("ResponseToRequestReturn", "Accept"): "agree_return",
    ("ResponseToRequestReturn", "Decline"): "refuse_return",
    ("ReleaseResource", ""): "release",
}


async def receive(connection: Connection, message: Message, xml: str, actor: Actor, now: datetime) -> Order:
    """Take in a message of another county: a request of theirs, or the next word about an order.

    The same message twice changes nothing. A message marked as an exercise is refused outside one, and the
    other way round. The other side may say only what is theirs to say.
    """
    space = actor.scope.space
    if message.exercise != (space != 0):
        raise Conflict("exercise and reality are kept apart: the message is of the other kind")
    known = await queries.message_order(connection, space, message.id)
    if known is not None:
        return await queries.order(connection, known)
    order = await queries.order_of(connection, space, message.originating)
    if message.kind == "RequestResource" and not message.recalls:
        if order is not None:
            raise Conflict("this request is known under another message")
        return await _take_request(connection, message, xml, actor, now)
    verb = "recall" if message.recalls else _VERBS.get((message.kind, message.response))
    if verb is None and message.kind in ("ReleaseResource", "ReportResourceDeploymentStatus"):
        verb = _VERBS[message.kind, ""]
    if order is None or verb is None:
        raise Conflict("the message belongs to no order that is known here")
    theirs = BY_ASKER if order.incoming else BY_LENDER
    if order.to_department is not None or verb not in theirs:
        raise NotAllowed("that is not for the other side to say")
    word = Word(message.quantity, message.reason, None, message.arrival_at, message.status)
    await as_centre(connection)
    return await apply(connection, order, verb, word, message.sender, now, received=(message, xml))


async def _take_request(
    connection: Connection, message: Message, xml: str, actor: Actor, now: datetime
) -> Order:
    if message.quantity is None or message.quantity <= 0 or not message.name:
        raise Invalid("a request says what and how much")
    codes = {one["name_zh"]: one["code"] for one in await queries.materials(connection, actor.scope.space)}
    order = await _open(
        connection, now, message.sender,
        {
            "space": actor.scope.space, "area_code": actor.scope.area, "department": None, "to_department": None,
            "need_id": None, "party": message.sender, "incoming": True, "title": message.name,
            "material": codes.get(message.name), "asked": message.quantity, "unit": message.unit or "件",
            "arrival_at": message.arrival_at, "originating": message.originating, "last_message": message.id,
            "element": message.element,
        },
    )  # fmt: skip
    await _keep(
        connection, order, "request", message, xml, message.quantity, message.sender, now, incoming=True
    )
    return order
