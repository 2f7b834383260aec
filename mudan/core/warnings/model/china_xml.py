"""What does the national warning XML say (国突, GB/T 34283-2017), and how is ours written so?

Root `<alert xmlns="http://com.icss.amp">`, not OASIS CAP: times with a blank, colours for severity, circles in
metres, divisions between commas, and `references` names the first message of the event, not the one before.
"""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from mudan.core.warnings.model.cap import (
    Alert,
    Area,
    Certainty,
    Info,
    MsgType,
    Reference,
    Resource,
    Scope,
    Status,
    Urgency,
    Value,
)
from mudan.core.warnings.model.cap_check import built, first_ones
from mudan.core.warnings.model.cap_grammar import Grammar, parts_of
from mudan.core.warnings.model.cap_read import Examined, word_of
from mudan.core.warnings.model.cap_values import NATIONAL, SORTS, time_of
from mudan.core.warnings.model.china import (
    Colour,
    category_of,
    colour_of,
    divisions_of,
    event_name,
    identifier_of,
    known_code,
)
from mudan.core.warnings.model.findings import Finding
from mudan.core.warnings.model.geometry import Circle, circle_of, polygon_of
from mudan.primitives.errors import DecodeError, Invalid
from mudan.primitives.geo import Point
from mudan.primitives.xml_door import children, local, namespace, opened, path_of, text_of

AMP: Final = "http://com.icss.amp"
EVENT_CODE: Final = "GB/T 35561"
COLOUR: Final = "ColorCode"
DIVISION: Final = "GB/T 2260"
SENDER_CODE: Final = "SenderCode"


def _identifier(text: str, _version: str) -> str | None:
    try:
        identifier_of(text)
    except Invalid:
        return "INVALID_IDENTIFIER"
    return None


def _reference(text: str, _version: str) -> str | None:
    return "INVALID_REFERENCES" if _identifier(text, _version) else None


def _sender(text: str, _version: str) -> str | None:
    word = text.strip()
    return None if len(word) == 14 and word.isascii() and word.isdigit() else "INVALID_CODE"


def _event(text: str, _version: str) -> str | None:
    return None if known_code(text.strip()) else "INVALID_CODE"


def _divisions(text: str, _version: str) -> str | None:
    try:
        divisions_of(text)
    except Invalid:
        return "INVALID_CODE"
    return None


GRAMMAR: Final = Grammar(
    NATIONAL,
    {
        "ALERT": parts_of(
            "identifier national_id, sender text, senderCode sender_code, phone? text, sendTime time,"
            "status status, msgType msgType, scope scope, code? CODE, secClassification? secret,"
            "note? text, references? national_ref, info+ INFO"
        ),
        "CODE": parts_of("method* METHOD"),
        "METHOD": parts_of("methodName text, message? text, audienceGrp? text, audiencePrt? text"),
        "INFO": parts_of(
            "language? language, eventType event_code, urgency urgency, severity colour,"
            "certainty certainty, effective time, onset? time, expires? time, senderName text,"
            "headline text, description text, instruction? text, web? text, resource* RESOURCE, area+ AREA"
        ),
        "RESOURCE": parts_of("resourceDesc text, size? text, digest? text"),
        "AREA": parts_of("areaDesc text, polygon* polygon, circle* circle, geocode divisions"),
    },
    {
        "status": frozenset(("Actual", "Test", "Exercise", "Draft")),
        "msgType": frozenset(("Alert", "Update", "Cancel", "Ack", "Error")),
        "scope": frozenset(("Public",)),
        "urgency": frozenset(member.value for member in Urgency),
        "certainty": frozenset(member.value for member in Certainty),
        "colour": frozenset(("Red", "Orange", "Yellow", "Blue", "Unknown")),
        "secret": frozenset(("None", "Inner")),
    },
    {
        **SORTS,
        "national_id": _identifier,
        "national_ref": _reference,
        "sender_code": _sender,
        "event_code": _event,
        "divisions": _divisions,
    },
    lax=True,
)


def national(data: bytes) -> Examined:
    """A national document as a warning, with its verdict; never raises."""
    try:
        root = opened(data)
    except DecodeError as error:
        return Examined(None, (Finding(error.clause, "", error.reason),))
    return national_element(root)


def national_element(root: etree._Element) -> Examined:
    """The same of an element already parsed."""
    if namespace(root) != AMP or local(root) != "alert":
        return Examined(None, (Finding("NOT_CAP", f"/{local(root)}[1]", namespace(root)[:120]),))
    return Examined(_alert(root), first_ones(_checked(root)))


def _checked(root: etree._Element) -> Iterator[Finding]:
    yield from built(root, GRAMMAR)
    code, name = _text(root, "senderCode"), _text(root, "identifier")
    if code and name and not name.startswith(code + "_"):
        yield Finding("INVALID_IDENTIFIER", path_of(root, root) + "/identifier[1]", code)
    if _text(root, "msgType") in {"Update", "Cancel"} and not _text(root, "references"):
        yield Finding("MISSING_REQUIRED_ELEMENT", path_of(root, root), "references")
    if _text(root, "msgType") == "Cancel" and not _text(root, "note"):
        yield Finding("MISSING_NOTE", path_of(root, root), "note", warning=True)


def _text(element: etree._Element, name: str) -> str:
    return next((text_of(child).strip() for child in children(element) if local(child) == name), "")


def _all(element: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in children(element) if local(child) == name]


def _alert(root: etree._Element) -> Alert:
    code, first = _text(root, "senderCode"), _text(root, "references")
    return Alert(
        identifier=_text(root, "identifier"),
        sender=code or _text(root, "sender"),
        sent=time_of(_text(root, "sendTime"), NATIONAL),
        status=word_of(_text(root, "status"), Status),
        msg_type=word_of(_text(root, "msgType"), MsgType),
        scope=word_of(_text(root, "scope"), Scope),
        infos=tuple(_info(info, root) for info in _all(root, "info")),
        source=_text(root, "sender"),
        note=_text(root, "note"),
        references=(Reference(code, first, None),) if first else (),
        incidents=(first,) if first else (),
        version=NATIONAL,
    )


def _info(element: etree._Element, root: etree._Element) -> Info:
    code = _text(element, "eventType")
    colour = colour_of(_text(element, "severity"))
    return Info(
        event=event_name(code) or code,
        categories=(category_of(code),),
        urgency=word_of(_text(element, "urgency"), Urgency),
        severity=colour.severity if colour else None,
        certainty=word_of(_text(element, "certainty"), Certainty),
        language=_text(element, "language") or "zh-CN",
        event_codes=(Value(EVENT_CODE, code),),
        effective=time_of(_text(element, "effective"), NATIONAL),
        onset=time_of(_text(element, "onset"), NATIONAL),
        expires=time_of(_text(element, "expires"), NATIONAL),
        sender_name=_text(element, "senderName"),
        headline=_text(element, "headline"),
        description=_text(element, "description"),
        instruction=_text(element, "instruction"),
        web=_text(element, "web"),
        contact=_text(root, "phone"),
        parameters=((Value(COLOUR, colour.word),) if colour else ())
        + (Value(SENDER_CODE, _text(root, "senderCode")),),
        resources=tuple(
            Resource(_text(one, "resourceDesc"), digest=_text(one, "digest"))
            for one in _all(element, "resource")
        ),
        areas=tuple(_area(area) for area in _all(element, "area")),
    )


def _area(element: etree._Element) -> Area:
    polygons, circles = [], []
    for shape in children(element):
        text = text_of(shape).strip()
        try:
            if local(shape) == "polygon" and text:
                polygons.append(polygon_of(text))
            elif local(shape) == "circle" and text:
                circles.append(_in_km(circle_of(text)))
        except Invalid:
            continue
    try:
        codes = divisions_of(_text(element, "geocode"))
    except Invalid:
        codes = ()
    geocodes = tuple(Value(DIVISION, code) for code in codes)
    return Area(_text(element, "areaDesc"), tuple(polygons), tuple(circles), geocodes)


def _in_km(circle: Circle) -> Circle:
    """National circles are in metres."""
    return Circle(Point(*circle.centre), circle.radius_km / 1000.0)


def colour_in(info: Info) -> Colour | None:
    """The colour of one part: as given, as its headline says, as its severity is usually read."""
    for value in info.parameters:
        if value.name.lower() in {"colorcode", "colour", "color", "severity"}:
            found = colour_of(value.value)
            if found:
                return found
    return colour_of(info.headline) or colour_of(info.event)
