"""What does a CAP document say, and is it good? Bytes in; message and findings out."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from lxml import etree

from mudan.core.warnings.model.cap import (
    NAMESPACES,
    Alert,
    Area,
    Category,
    Certainty,
    Info,
    MsgType,
    Reference,
    Resource,
    Response,
    Scope,
    Severity,
    Status,
    Urgency,
    Value,
)
from mudan.core.warnings.model.cap_check import checked
from mudan.core.warnings.model.cap_values import references_of, time_of, words_of
from mudan.core.warnings.model.findings import Finding
from mudan.core.warnings.model.geometry import Circle, Polygon, circle_of, polygon_of
from mudan.primitives.errors import DecodeError, Invalid
from mudan.primitives.xml_door import children, local, namespace, opened, text_of

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Examined:
    """A message as far as it could be read, and all that is wrong with it."""

    alert: Alert | None
    findings: tuple[Finding, ...] = ()

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What makes it invalid."""
        return tuple(finding for finding in self.findings if not finding.warning)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What is doubtful about it."""
        return tuple(finding for finding in self.findings if finding.warning)

    @property
    def valid(self) -> bool:
        """Whether it is a good CAP message."""
        return self.alert is not None and not self.errors


def examined(data: bytes) -> Examined:
    """A CAP document with its verdict; never raises. Without a message the one finding says why."""
    try:
        root = opened(data)
    except DecodeError as error:
        return Examined(None, (Finding(error.clause, "", error.reason),))
    return examined_element(root)


def examined_element(root: etree._Element) -> Examined:
    """The same of an element already parsed, for messages inside feeds."""
    version = NAMESPACES.get(namespace(root))
    if version is None or local(root) != "alert":
        return Examined(None, (Finding("NOT_CAP", f"/{local(root)}[1]", namespace(root)[:120]),))
    return Examined(alert_of(root, version), checked(root, version))


def read(data: bytes) -> Alert:
    """A message with a name, however imperfect otherwise. Raises DecodeError; `clause` is the code."""
    found = examined(data)
    if found.alert is None or found.alert.key is None:
        first = next(iter(found.errors), Finding("NOT_CAP", ""))
        raise DecodeError(f"{first.code} {first.xpath} {first.detail}".strip(), clause=first.code)
    return found.alert


class _Fields:
    """The children of one element by name, as text."""

    def __init__(self, element: etree._Element) -> None:
        self._children: dict[str, list[etree._Element]] = {}
        for child in children(element):
            self._children.setdefault(local(child), []).append(child)

    def all(self, name: str) -> list[etree._Element]:
        return self._children.get(name, [])

    def texts(self, name: str) -> tuple[str, ...]:
        return tuple(text_of(child).strip() for child in self.all(name))

    def text(self, name: str) -> str:
        return next(iter(self.texts(name)), "")

    def word(self, name: str, kind: type[E]) -> E | None:
        return word_of(self.text(name), kind)

    def words(self, name: str, kind: type[E]) -> tuple[E, ...]:
        found = (word_of(text, kind) for text in self.texts(name))
        return tuple(word for word in found if word is not None)

    def number(self, name: str) -> float | None:
        try:
            return float(self.text(name)) if self.text(name) else None
        except ValueError:
            return None


def word_of(text: str, kind: type[E]) -> E | None:
    """The member of an enumeration that a text names; None for a stranger."""
    try:
        return kind("Likely" if text == "Very Likely" else text)
    except ValueError:
        return None


def alert_of(root: etree._Element, version: str) -> Alert:
    """The message of an `alert` element; what is missing or malformed is left out."""
    fields = _Fields(root)
    return Alert(
        identifier=fields.text("identifier"),
        sender=fields.text("sender"),
        sent=time_of(fields.text("sent"), version),
        status=fields.word("status", Status),
        msg_type=fields.word("msgType", MsgType),
        scope=fields.word("scope", Scope),
        infos=tuple(_info(info, version) for info in fields.all("info")),
        source=fields.text("source"),
        restriction=fields.text("restriction"),
        addresses=words_of(fields.text("addresses")),
        codes=fields.texts("code"),
        note=fields.text("note"),
        references=_references(fields.text("references"), version),
        incidents=words_of(fields.text("incidents")),
        version=version,
    )


def _references(text: str, version: str) -> tuple[Reference, ...]:
    found: list[Reference] = []
    for word in text.split():
        try:
            found += references_of(word, version)
        except Invalid:
            continue
    return tuple(found)


def _info(element: etree._Element, version: str) -> Info:
    fields = _Fields(element)
    return Info(
        event=fields.text("event"),
        categories=fields.words("category", Category),
        urgency=fields.word("urgency", Urgency),
        severity=fields.word("severity", Severity),
        certainty=fields.word("certainty", Certainty),
        language=fields.text("language"),
        responses=fields.words("responseType", Response),
        audience=fields.text("audience"),
        event_codes=_values(fields.all("eventCode")),
        effective=time_of(fields.text("effective"), version),
        onset=time_of(fields.text("onset"), version),
        expires=time_of(fields.text("expires"), version),
        sender_name=fields.text("senderName"),
        headline=fields.text("headline"),
        description=fields.text("description"),
        instruction=fields.text("instruction"),
        web=fields.text("web"),
        contact=fields.text("contact"),
        parameters=_values(fields.all("parameter")),
        resources=tuple(_resource(resource) for resource in fields.all("resource")),
        areas=tuple(_area(area) for area in fields.all("area")),
    )


def _values(elements: list[etree._Element]) -> tuple[Value, ...]:
    """Pairs; in CAP 1.0 one text `NAME=value`."""
    found = []
    for element in elements:
        fields = _Fields(element)
        name, _, value = text_of(element).strip().partition("=")
        pair = fields.text("valueName"), fields.text("value")
        found.append(Value(*pair) if children(element) else Value(name, value))
    return tuple(found)


def _resource(element: etree._Element) -> Resource:
    fields = _Fields(element)
    size = fields.text("size")
    return Resource(
        description=fields.text("resourceDesc"),
        mime_type=fields.text("mimeType"),
        size=int(size) if size.isascii() and size.isdigit() and len(size) < 19 else None,
        uri=fields.text("uri"),
        content=fields.text("derefUri"),
        digest=fields.text("digest"),
    )


def _area(element: etree._Element) -> Area:
    fields = _Fields(element)
    polygons: list[Polygon] = []
    circles: list[Circle] = []
    for text in fields.texts("polygon"):
        try:
            polygons.append(polygon_of(text))
        except Invalid:
            continue
    for text in fields.texts("circle"):
        try:
            circles.append(circle_of(text))
        except Invalid:
            continue
    return Area(
        description=fields.text("areaDesc"),
        polygons=tuple(polygons),
        circles=tuple(circles),
        geocodes=_values(fields.all("geocode")),
        altitude_ft=fields.number("altitude"),
        ceiling_ft=fields.number("ceiling"),
    )
