"""Which document is this, and what does it say? Any of the standard's, in XML or JSON, as real servers write them.

Good items are kept, bad ones are named; a document that is none of the standard's raises DecodeError.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mudan.core.cases.model.georeport.fields import Unfit, at, flag, number, text, words
from mudan.core.cases.model.georeport.tree import Node, items, tree
from mudan.core.cases.model.georeport.words import (
    Answered,
    Attribute,
    Bad,
    Choice,
    Definition,
    Discovery,
    Endpoint,
    Note,
    Refusal,
    Request,
    Service,
    Ticket,
    Update,
)
from mudan.primitives.errors import DecodeError

Item = Mapping[str, Any]
Word = Service | Definition | Request | Ticket | Refusal | Discovery | Update


@dataclass(frozen=True, slots=True)
class Document:
    """A document. `kind`: services, definition, requests, tickets, errors, discovery, updates; empty: nothing."""

    kind: str
    items: tuple[Word, ...] = ()
    bad: tuple[Bad, ...] = ()


def read(data: bytes) -> Document:
    """What a document says. Raises DecodeError."""
    node = tree(data)
    kind, found = _sorted(node)
    good: list[Word] = []
    bad: list[Bad] = []
    for row, item in enumerate(found, 1):
        try:
            if not isinstance(item, dict):
                raise Unfit("", "an item with fields is expected")
            good.append(_READ[kind](item))
        except Unfit as error:
            bad.append(Bad(row, error.field, error.why))
    if bad and kind in ("definition", "discovery"):
        raise DecodeError(f"{bad[0].field}: {bad[0].reason}", clause=bad[0].field)
    return Document(kind, tuple(good), tuple(bad))


# The names a list or a single document may be wrapped in, with the name of each of its items.
_WRAPPED: Final = {
    "services": ("services", "service"),
    "service": ("services", "service"),
    "service_requests": ("requests", "request"),
    "requests": ("requests", "request"),
    "request": ("requests", "request"),
    "service_request_updates": ("updates", "request_update"),
    "errors": ("errors", "error"),
    "error": ("errors", "error"),
    "service_definition": ("definition", "service_definition"),
    "discovery": ("discovery", "discovery"),
}


def _sorted(node: Node) -> tuple[str, list[Node]]:
    """What kind of document it is, and its items."""
    if isinstance(node, dict) and len(node) == 1:
        ((name, inner),) = node.items()
        if name in _WRAPPED and not isinstance(inner, str):
            kind, singular = _WRAPPED[name]
            found = items(inner, name, singular)
            if kind == "requests" and found and all(_kind_of(one) == "tickets" for one in found):
                kind = "tickets"
            return kind, found
    found = items(node, "", "")
    for name in ("service", "request", "error", "discovery", "service_definition"):
        found = [each[name] if isinstance(each, dict) and set(each) == {name} else each for each in found]
    if not found:
        return "empty", []
    kinds = {_kind_of(one) for one in found} - {""}
    if "requests" in kinds:
        return "requests", found
    if len(kinds) != 1:
        raise DecodeError("this is no document of GeoReport")
    return kinds.pop(), found


def _kind_of(item: Node) -> str:
    if not isinstance(item, dict):
        return ""
    for names, kind in _SIGNS:
        if any(name in item for name in names):
            return kind
    return "errors" if "code" in item and "description" in item else ""


_SIGNS: Final = (
    (("update_id",), "updates"),
    (("endpoints",), "discovery"),
    (("status", "requested_datetime", "updated_datetime"), "requests"),
    (("service_request_id", "token"), "tickets"),
    (("attributes",), "definition"),
    (("service_code", "service_name"), "services"),
    (("service_notice", "account_id"), "tickets"),
)


def _service(item: Item) -> Service:
    return Service(
        _needed(item, "service_code"), text(item, "service_name"), text(item, "description"), flag(item, "metadata"),
        text(item, "type").lower() or "realtime", words(item, "keywords"), text(item, "group"),
    )  # fmt: skip


def _needed(item: Item, name: str) -> str:
    said = text(item, name)
    if not said:
        raise Unfit(name, "it is missing")
    return said


def _definition(item: Item) -> Definition:
    asked = items(item.get("attributes"), "attributes", "attribute")
    return Definition(_needed(item, "service_code"), tuple(map(_attribute, asked)))


def _attribute(item: Node) -> Attribute:
    if not isinstance(item, dict):
        raise Unfit("attributes", "an attribute with fields is expected")
    order = number(item, "order") or 0.0
    values = items(item.get("values"), "values", "value")
    return Attribute(
        _needed(item, "code"), text(item, "datatype").lower() or "string", flag(item, "variable", otherwise=True),
        flag(item, "required"), text(item, "datatype_description"), int(order), text(item, "description"),
        tuple(_choice(each) for each in values),
    )  # fmt: skip


def _choice(item: Node) -> Choice:
    if not isinstance(item, dict):
        raise Unfit("values", "a value with key and name is expected")
    return Choice(text(item, "key"), text(item, "name"))


def _request(item: Item) -> Request:
    extended = item.get("extended_attributes")
    more: Item = extended if isinstance(extended, dict) else {}
    answers = items(item.get("attributes", more.get("attributes")), "attributes", "attribute")
    notes = items(item.get("notes", more.get("notes")), "notes", "note")
    return Request(
        id=text(item, "service_request_id"), status=text(item, "status").lower(),
        service_code=text(item, "service_code"), service_name=text(item, "service_name"),
        status_notes=text(item, "status_notes"), description=text(item, "description"),
        agency_responsible=text(item, "agency_responsible"), service_notice=text(item, "service_notice"),
        requested_at=at(item, "requested_datetime"), updated_at=at(item, "updated_datetime"),
        expected_at=at(item, "expected_datetime"), address=text(item, "address", "address_string"),
        address_id=text(item, "address_id"), zipcode=text(item, "zipcode"),
        lat=number(item, "lat"), lon=number(item, "long", "lng", "lon"),
        media_url=_medium(item), token=text(item, "token"),
        extended={name: said for name, said in more.items() if isinstance(said, str)},
        attributes=tuple(_answered(each) for each in answers if isinstance(each, dict)),
        notes=tuple(_note(each) for each in notes if isinstance(each, dict)),
    )  # fmt: skip


def _medium(item: Item) -> str:
    """The address of its picture; servers with several give a list, of which the first is taken."""
    value = item.get("media_url")
    if isinstance(value, list):
        return str(value[0]).strip() if value else ""
    return text(item, "media_url")


def _answered(item: Item) -> Answered:
    return Answered(text(item, "code"), text(item, "name"), text(item, "label"), text(item, "value"))


def _note(item: Item) -> Note:
    return Note(at(item, "datetime"), text(item, "type"), text(item, "summary"), text(item, "description"))


def _ticket(item: Item) -> Ticket:
    return Ticket(
        *(text(item, name) for name in ("service_request_id", "token", "service_notice", "account_id"))
    )


def _update(item: Item) -> Update:
    return Update(
        _needed(item, "update_id"), text(item, "service_request_id"), text(item, "status").lower(),
        at(item, "updated_datetime"), text(item, "description"), text(item, "media_url"),
    )  # fmt: skip


def _refusal(item: Item) -> Refusal:
    return Refusal(text(item, "code"), text(item, "description"))


def _discovery(item: Item) -> Discovery:
    found = items(item.get("endpoints"), "endpoints", "endpoint")
    ends = tuple(_endpoint(each) for each in found if isinstance(each, dict))
    return Discovery(text(item, "changeset"), text(item, "contact"), text(item, "key_service"), ends)


def _endpoint(item: Item) -> Endpoint:
    formats = items(item.get("formats"), "formats", "format")
    return Endpoint(
        text(item, "specification"), text(item, "url"), text(item, "changeset"), text(item, "type").lower(),
        tuple(one.strip() for one in formats if isinstance(one, str)),
    )  # fmt: skip


_READ: Final[dict[str, Callable[[Item], Word]]] = {
    "services": _service,
    "definition": _definition,
    "requests": _request,
    "tickets": _ticket,
    "errors": _refusal,
    "updates": _update,
    "discovery": _discovery,
}
