"""How is a message written as CAP 1.2? Elements in the order of the schema, empty ones left out."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from lxml import etree

from mudan.core.warnings.model.cap import CAP_12, Alert, Area, Info, Reference, Resource, Value, stamp
from mudan.core.warnings.model.geometry import circle_written
from mudan.core.warnings.model.geometry import written as ring_written
from mudan.primitives.errors import Invalid

_REMOVED: Final = {code: None for code in range(32) if chr(code) not in "\t\n\r"} | {
    0xFFFE: None,
    0xFFFF: None,
}


def written(alert: Alert) -> bytes:
    """The document in UTF-8. Raises Invalid when the message lacks what the schema needs."""
    return etree.tostring(element_of(alert), xml_declaration=True, encoding="UTF-8")


def element_of(alert: Alert) -> etree._Element:
    """The `alert` element, to be put into a feed. Raises Invalid as `written`."""
    if alert.key is None or not (alert.status and alert.msg_type and alert.scope):
        raise Invalid("identifier, sender, sent, status, msgType and scope are needed", field="alert")
    root = etree.fromstring(f'<alert xmlns="{CAP_12}"/>')
    _texts(root, identifier=alert.identifier, sender=alert.sender, sent=stamp(alert.key.sent))
    _texts(root, status=alert.status, msgType=alert.msg_type, source=alert.source, scope=alert.scope)
    _texts(root, restriction=alert.restriction, addresses=_listed(alert.addresses))
    _repeated(root, "code", alert.codes)
    _texts(root, note=alert.note, references=" ".join(map(reference_written, alert.references)))
    _texts(root, incidents=_listed(alert.incidents))
    for info in alert.infos:
        _info(root, info)
    return root


def reference_written(reference: Reference) -> str:
    """A reference as CAP 1.2 writes it. Raises Invalid without a time."""
    if reference.sent is None:
        raise Invalid("a reference needs the time of its message", field="references")
    return f"{reference.sender},{reference.identifier},{stamp(reference.sent)}"


def _info(root: etree._Element, info: Info) -> None:
    if not (info.event and info.categories and info.urgency and info.severity and info.certainty):
        raise Invalid("category, event, urgency, severity and certainty are needed", field="info")
    element = etree.SubElement(root, f"{{{CAP_12}}}info")
    _texts(element, language=info.language)
    _repeated(element, "category", info.categories)
    _texts(element, event=info.event)
    _repeated(element, "responseType", info.responses)
    _texts(element, urgency=info.urgency, severity=info.severity, certainty=info.certainty)
    _texts(element, audience=info.audience)
    _pairs(element, "eventCode", info.event_codes)
    _texts(element, effective=_time(info.effective), onset=_time(info.onset), expires=_time(info.expires))
    _texts(element, senderName=info.sender_name, headline=info.headline, description=info.description)
    _texts(element, instruction=info.instruction, web=info.web, contact=info.contact)
    _pairs(element, "parameter", info.parameters)
    for resource in info.resources:
        _resource(element, resource)
    for area in info.areas:
        _area(element, area)


def _resource(info: etree._Element, resource: Resource) -> None:
    if not (resource.description and resource.mime_type):
        raise Invalid("resourceDesc and mimeType are needed", field="resource")
    element = etree.SubElement(info, f"{{{CAP_12}}}resource")
    size = "" if resource.size is None else str(resource.size)
    _texts(element, resourceDesc=resource.description, mimeType=resource.mime_type, size=size)
    _texts(element, uri=resource.uri, derefUri=resource.content, digest=resource.digest)


def _area(info: etree._Element, area: Area) -> None:
    if not area.description:
        raise Invalid("areaDesc is needed", field="area")
    element = etree.SubElement(info, f"{{{CAP_12}}}area")
    _texts(element, areaDesc=area.description)
    _repeated(element, "polygon", map(ring_written, area.polygons))
    _repeated(element, "circle", map(circle_written, area.circles))
    _pairs(element, "geocode", area.geocodes)
    _texts(element, altitude=_number(area.altitude_ft), ceiling=_number(area.ceiling_ft))


def _time(moment: datetime | None) -> str:
    return "" if moment is None else stamp(moment)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}".rstrip("0").rstrip(".")


def _listed(items: tuple[str, ...]) -> str:
    return " ".join(f'"{item}"' if " " in item else item for item in items)


def _texts(element: etree._Element, **texts: str) -> None:
    for name, text in texts.items():
        if text:
            etree.SubElement(element, f"{{{CAP_12}}}{name}").text = text.translate(_REMOVED)


def _repeated(element: etree._Element, name: str, texts: Iterable[str]) -> None:
    for text in texts:
        _texts(element, **{name: text})


def _pairs(element: etree._Element, name: str, values: tuple[Value, ...]) -> None:
    for pair in values:
        child = etree.SubElement(element, f"{{{CAP_12}}}{name}")
        for part, text in (("valueName", pair.name), ("value", pair.value)):
            etree.SubElement(child, f"{{{CAP_12}}}{part}").text = text.translate(_REMOVED)
