"""How does a document look in XML and in JSON? The same tree for both; JSON has no names around the items of a list."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

import msgspec

from mudan.core.cases.model.georeport.times import stamped
from mudan.core.cases.model.georeport.words import (
    Attribute,
    Definition,
    Discovery,
    Endpoint,
    Note,
    Refusal,
    Request,
    Service,
    Ticket,
)

FORMATS: Final = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
_ITEM: Final = {
    "services": "service", "service_requests": "request", "errors": "error", "attributes": "attribute",
    "values": "value", "endpoints": "endpoint", "formats": "format", "notes": "note",
}  # fmt: skip
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEAD: Final = "<?xml version='1.0' encoding='utf-8'?>\n"
_ESCAPED: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
Listed = Sequence[Service] | Sequence[Request] | Sequence[Ticket] | Sequence[Refusal]


def written(what: Listed | Definition | Discovery, name: str, form: str) -> bytes:
    """A document: a list under `name` (services, service_requests, errors), a definition or a discovery."""
    if isinstance(what, Definition):
        return _document("service_definition", _definition(what), form)
    if isinstance(what, Discovery):
        return _document("discovery", _discovery(what), form)
    return _document(name, [_node(one) for one in what], form)


def _document(name: str, node: Any, form: str) -> bytes:
    if form == "json":
        return msgspec.json.encode(node)
    parts = [_HEAD]
    _fill(parts, name, name, node)
    return "".join(parts).encode()


def _fill(parts: list[str], tag: str, name: str, node: Any) -> None:
    """Write one element; `name` says what the items of a list are called. Tags are words of the standard."""
    if node is None or node == [] or node == {}:
        parts.append(f"<{tag}/>")
        return
    parts.append(f"<{tag}>")
    if isinstance(node, list):
        for each in node:
            _fill(parts, _ITEM[name], "", each)
    elif isinstance(node, dict):
        for key, value in node.items():
            _fill(parts, key, key, value)
    else:
        parts.append(_word(node).translate(_ESCAPED))
    parts.append(f"</{tag}>")


def _word(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else format(Decimal(repr(value)), "f")


def _plain(said: str) -> str | None:
    """The text without what XML cannot hold; None where nothing is left."""
    if not said.isprintable():  # what is printable is all in XML, and most of what is written is
        said = _NOT_XML.sub("", said)
    return said.strip() or None


def _node(one: Service | Request | Ticket | Refusal) -> dict[str, Any]:
    if isinstance(one, Service):
        return {
            "service_code": _plain(one.code), "service_name": _plain(one.name), "description": _plain(one.description),
            "metadata": one.metadata, "type": one.type, "keywords": _plain(", ".join(one.keywords)),
            "group": _plain(one.group),
        }  # fmt: skip
    if isinstance(one, Ticket):
        given = {
            "service_request_id": _plain(one.id), "token": _plain(one.token),
            "service_notice": _plain(one.service_notice), "account_id": _plain(one.account_id),
        }  # fmt: skip
        return {name: said for name, said in given.items() if said is not None or name == "service_notice"}
    if isinstance(one, Refusal):
        return {"code": _plain(one.code), "description": _plain(one.description)}
    return _request(one)


def _request(one: Request) -> dict[str, Any]:
    times = {"requested": one.requested_at, "updated": one.updated_at, "expected": one.expected_at}
    node: dict[str, Any] = {
        "service_request_id": _plain(one.id), "status": _plain(one.status), "status_notes": _plain(one.status_notes),
        "service_name": _plain(one.service_name), "service_code": _plain(one.service_code),
        "description": _plain(one.description), "agency_responsible": _plain(one.agency_responsible),
        "service_notice": _plain(one.service_notice),
    }  # fmt: skip
    node |= {f"{name}_datetime": stamped(at) if at else None for name, at in times.items()}
    node |= {
        "address": _plain(one.address), "address_id": _plain(one.address_id), "zipcode": _plain(one.zipcode),
        "lat": one.lat, "long": one.lon, "media_url": _plain(one.media_url),
    }  # fmt: skip
    if one.token:
        node["token"] = _plain(one.token)
    if one.extended:
        node["extended_attributes"] = {name: _plain(said) for name, said in one.extended.items()}
    if one.attributes:
        node["attributes"] = [
            {
                "code": _plain(a.code),
                "name": _plain(a.name),
                "label": _plain(a.label),
                "value": _plain(a.value),
            }
            for a in one.attributes
        ]
    if one.notes:
        node["notes"] = [_note(note) for note in one.notes]
    return node


def _note(one: Note) -> dict[str, Any]:
    return {
        "datetime": stamped(one.at) if one.at else None, "type": _plain(one.type), "summary": _plain(one.summary),
        "description": _plain(one.description),
    }  # fmt: skip


def _definition(one: Definition) -> dict[str, Any]:
    return {
        "service_code": _plain(one.service_code),
        "attributes": [_attribute(each) for each in one.attributes],
    }


def _attribute(one: Attribute) -> dict[str, Any]:
    node: dict[str, Any] = {
        "variable": one.variable, "code": _plain(one.code), "datatype": one.datatype, "required": one.required,
        "datatype_description": _plain(one.datatype_description), "order": one.order,
        "description": _plain(one.description),
    }  # fmt: skip
    if one.values:
        node["values"] = [{"key": _plain(each.key), "name": _plain(each.name)} for each in one.values]
    return node


def _discovery(one: Discovery) -> dict[str, Any]:
    return {
        "changeset": _plain(one.changeset), "contact": _plain(one.contact), "key_service": _plain(one.key_service),
        "endpoints": [_endpoint(each) for each in one.endpoints],
    }  # fmt: skip


def _endpoint(one: Endpoint) -> dict[str, Any]:
    return {
        "specification": _plain(one.specification), "url": _plain(one.url), "changeset": _plain(one.changeset),
        "type": _plain(one.type), "formats": list(one.formats),
    }  # fmt: skip
