"""What does another county say? Its messages, taken in once each and only for its own side."""

from datetime import datetime

from mudan.core.people.model import Actor
from mudan.core.supplies import queries
from mudan.core.supplies.actions.orders import Word, apply, keep, open_order
from mudan.core.supplies.model.edxl import Message
from mudan.core.supplies.model.orders import BY_ASKER, BY_LENDER, DEMOBILISED, Order
from mudan.core.supplies.model.talk import CURRENCY
from mudan.primitives.errors import Conflict, Invalid, NotAllowed
from mudan.storage.pool import Connection, as_centre

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
    ("RequestResourceDeploymentStatus", ""): "ask_status",
    ("RequestExtendedDeploymentDuration", ""): "ask_extension",
    ("ResponseToRequestExtendedDeploymentDuration", "Accept"): "extend",
    ("ResponseToRequestExtendedDeploymentDuration", "Decline"): "refuse_extension",
    ("RequestQuote", ""): "ask_quote",
    ("ResponseToRequestQuote", "Accept"): "quote",
    ("ResponseToRequestQuote", "Provisional"): "quote",
    ("ResponseToRequestQuote", "Decline"): "refuse_quote",
}
# Either side puts questions: the verb of who asks for things, the verb of who lends them.
_TALK = {
    "RequestInformation": ("ask_information", "query"),
    "ResponseToRequestInformation": ("clarify", "give_information"),
}
_BEGINS = {"RequestResource": "request", "OfferUnsolicitedResource": "offer"}


async def receive(connection: Connection, message: Message, xml: str, actor: Actor, now: datetime) -> Order:
    """Take in a message of another county: a request or an offer of theirs, or the next word about an order.

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
    if message.kind in _BEGINS and not message.recalls:
        if order is not None:
            raise Conflict("this request is known under another message")
        return await _begin(connection, message, xml, actor, now)
    verb = _verb(message, order)
    if order is None or verb is None:
        raise Conflict("the message belongs to no order that is known here")
    theirs = BY_ASKER if order.incoming else BY_LENDER
    if order.to_department is not None or verb not in theirs:
        raise NotAllowed("that is not for the other side to say")
    word = Word(
        message.quantity,
        message.said,
        None,
        message.arrival_at,
        message.status,
        message.return_by,
        _price(message),
    )
    await as_centre(connection)
    return await apply(connection, order, verb, word, message.sender, now, received=(message, xml))


def _price(message: Message) -> float | None:
    if message.price is not None and message.currency not in ("", CURRENCY):
        raise Invalid(f"prices are kept in {CURRENCY}, not in {message.currency}")
    return message.price


def _verb(message: Message, order: Order | None) -> str | None:
    """Which of our verbs a message about a known order is."""
    if message.kind in _TALK and order is not None:
        asks, lends = _TALK[message.kind]
        return asks if order.incoming else lends
    if message.recalls:
        return "withdraw" if message.kind == "OfferUnsolicitedResource" else "recall"
    if message.kind == "ReleaseResource" and message.status == DEMOBILISED:
        return "demobilise"
    plain = message.kind in ("ReleaseResource", "ReportResourceDeploymentStatus")
    return _VERBS.get((message.kind, "" if plain else message.response))


async def _begin(connection: Connection, message: Message, xml: str, actor: Actor, now: datetime) -> Order:
    """They ask us for something, or offer us something."""
    verb = _BEGINS[message.kind]
    if message.quantity is None or message.quantity <= 0 or not message.name:
        raise Invalid("a request or an offer says what and how much")
    codes = {one["name_zh"]: one["code"] for one in await queries.materials(connection, actor.scope.space)}
    order = await open_order(
        connection, now, message.sender,
        {
            "state": "requested" if verb == "request" else "offered",
            "space": actor.scope.space, "area_code": actor.scope.area, "department": None, "to_department": None,
            "need_id": None, "party": message.sender, "incoming": verb == "request", "title": message.name,
            "material": codes.get(message.name), "asked": message.quantity, "unit": message.unit or "件",
            "arrival_at": message.arrival_at, "originating": message.originating, "last_message": message.id,
            "element": message.element,
        },
    )  # fmt: skip
    await keep(connection, order, verb, message, xml, message.quantity, message.sender, now, incoming=True)
    return order
