"""How is a document of warnings told to integrators?"""

from typing import Any

from mudan.core.warnings.model.cap import Alert, Area, Info, stamp
from mudan.core.warnings.model.cap_read import Examined
from mudan.core.warnings.model.china_xml import colour_in
from mudan.core.warnings.model.feeds import unwrapped
from mudan.core.warnings.model.findings import Finding
from mudan.platforms.emergency.model.messages import Document
from mudan.primitives.errors import DecodeError


def document_of(raw: bytes) -> Document:
    """A document of warnings. Raises DecodeError when it holds neither warning nor link to one."""
    found = unwrapped(raw)
    if found.kind in {"alert", "national"} and not found.alerts:
        first = next((one for member in found.members for one in member.errors), Finding("NOT_CAP", ""))
        raise DecodeError(f"{first.code} {first.xpath} {first.detail}".strip(), clause=first.code)
    return Document(raw, found)


def told(document: Document) -> dict[str, Any]:
    """The whole document as plain data: verdicts, messages, links."""
    content = document.content
    return {
        "kind": content.kind,
        "entries": content.entries,
        "alerts": [_member(member) for member in content.members],
        "links": [link.address for link in content.links],
        "findings": [_finding(finding) for finding in content.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {"code": finding.code, "xpath": finding.xpath, "detail": finding.detail}


def _member(member: Examined) -> dict[str, Any]:
    told_alert = {} if member.alert is None else _alert(member.alert)
    return told_alert | {
        "valid": member.valid,
        "errors": [_finding(finding) for finding in member.errors],
        "warnings": [_finding(finding) for finding in member.warnings],
    }


def _alert(alert: Alert) -> dict[str, Any]:
    return {
        "identifier": alert.identifier,
        "sender": alert.sender,
        "sent": None if alert.sent is None else stamp(alert.sent),
        "status": alert.status,
        "msgType": alert.msg_type,
        "scope": alert.scope,
        "version": alert.version,
        "references": [f"{one.sender},{one.identifier}" for one in alert.references],
        "info": [_info(info) for info in alert.infos],
    }


def _info(info: Info) -> dict[str, Any]:
    colour = colour_in(info)
    return {
        "language": info.tongue,
        "event": info.event,
        "event_codes": {value.name: value.value for value in info.event_codes},
        "category": list(info.categories),
        "urgency": info.urgency,
        "severity": info.severity,
        "certainty": info.certainty,
        "colour": None if colour is None else colour.word,
        "headline": info.headline,
        "expires": None if info.expires is None else stamp(info.expires),
        "area": [_area(area) for area in info.areas],
    }


def _area(area: Area) -> dict[str, Any]:
    return {
        "areaDesc": area.description,
        "polygons": [[[point.lat, point.lon] for point in ring] for ring in area.polygons],
        "circles": [[one.centre.lat, one.centre.lon, one.radius_km] for one in area.circles],
        "geocodes": [f"{value.name}={value.value}" for value in area.geocodes],
    }
