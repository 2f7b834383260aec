"""How is a warning told in the national ways? The XML of the early-warning interface, its receipts, its lists."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from lxml import etree

from mudan.core.warnings.model.cap import Alert, Area, Info, MsgType
from mudan.core.warnings.model.china import (
    Colour,
    Title,
    colour_of,
    colour_of_severity,
    identifier_of,
    known_code,
    title_of,
)
from mudan.core.warnings.model.china_xml import AMP, EVENT_CODE, colour_in
from mudan.core.warnings.model.geometry import Circle, circle_written
from mudan.core.warnings.model.geometry import written as ring_written
from mudan.primitives.clock import CST
from mudan.primitives.errors import DecodeError, Invalid
from mudan.primitives.xml_door import children, local, opened, text_of

_PICTURE: Final = re.compile(r"p\d{4}00([1-4])(?!\d)")
_LIST_TIMES: Final = ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M")


class Row(NamedTuple):
    """One answer of the national interface: status 0 is good."""

    status: str
    error_code: str
    note: str

    @property
    def good(self) -> bool:
        """Whether the message was taken."""
        return self.status == "0"


class Listed(NamedTuple):
    """One warning of a public list (12379.cn, nmc.cn): `issued` aware, in China's time."""

    identifier: str
    adcode: str
    agency: str
    issued: datetime
    event_code: str
    colour: Colour | None
    title: Title
    words: str


def national_time(moment: datetime) -> str:
    """A time as the national XML writes it."""
    return moment.astimezone(CST).strftime("%Y-%m-%d %H:%M:%S") + "+08:00"


def national_written(alert: Alert, sender: str, first: str = "") -> bytes:
    """A message as national XML; `sender` is the 14-digit code, `first` the identifier of the event's first
    message for updates and cancellations. Raises Invalid when something needed is missing."""
    identifier_of(alert.identifier)
    info = next((one for one in alert.infos if one.tongue.startswith("zh")), None)
    if info is None or alert.sent is None or not (alert.status and alert.msg_type):
        raise Invalid("a national message needs its time, status, type and a Chinese part", field="alert")
    if alert.msg_type in {MsgType.UPDATE, MsgType.CANCEL} and not first:
        raise Invalid("an update or cancellation names the first message of its event", field="references")
    root = etree.fromstring(f'<alert xmlns="{AMP}"/>')
    _texts(root, identifier=alert.identifier, sender=alert.source or info.sender_name, senderCode=sender)
    _texts(root, phone=info.contact, sendTime=national_time(alert.sent), status=alert.status)
    _texts(root, msgType=alert.msg_type, scope="Public")
    _child(root, "code")
    _texts(root, note=alert.note, references=first)
    _info(root, info, alert.sent)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _info(root: etree._Element, info: Info, sent: datetime) -> None:
    code = next((value.value for value in info.event_codes if value.name == EVENT_CODE), "")
    if not known_code(code):
        raise Invalid("a national message needs an event code of GB/T 35561", field="eventCode")
    colour = colour_in(info) or colour_of_severity(info.severity)
    element = _child(root, "info")
    _texts(element, language="zh-CN", eventType=code, urgency=info.urgency or "Unknown")
    _texts(element, severity=colour.word if colour else "Unknown", certainty=info.certainty or "Unknown")
    _texts(element, effective=national_time(info.effective or sent))
    for name, moment in (("onset", info.onset), ("expires", info.expires)):
        if moment is not None:
            _texts(element, **{name: national_time(moment)})
    _texts(element, senderName=info.sender_name, headline=info.headline, description=info.description)
    _texts(element, instruction=info.instruction, web=info.web)
    for area in info.areas:
        _area(element, area)


def _area(info: etree._Element, area: Area) -> None:
    element = _child(info, "area")
    _texts(element, areaDesc=area.description)
    for ring in area.polygons:
        _texts(element, polygon=ring_written(ring))
    for circle in area.circles:
        _texts(element, circle=circle_written(Circle(circle.centre, circle.radius_km * 1000.0)))
    _texts(element, geocode=",".join(value.value for value in area.geocodes if value.value.isdigit()))


def _child(element: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(element, f"{{{AMP}}}{name}")


def _texts(element: etree._Element, **texts: str) -> None:
    for name, text in texts.items():
        if text:
            _child(element, name).text = text


def receipt_of(data: bytes) -> tuple[Row, ...]:
    """The rows of an answer, `/msg/data/rows/{status,error_code,note}`. Raises DecodeError."""
    root = opened(data)
    if local(root) != "msg":
        raise DecodeError("no answer of the national interface", clause="msg")
    found = []
    for part in children(root):
        for rows in children(part) if local(part) == "data" else ():
            texts = {local(child): text_of(child).strip() for child in children(rows)}
            if local(rows) == "rows" and "status" in texts:
                found.append(Row(texts["status"], texts.get("error_code", ""), texts.get("note", "")))
    if not found:
        raise DecodeError("the answer holds no row with a status", clause="msg/data/rows/status")
    return tuple(found)


def receipt_source(name: str) -> str:
    """The identifier that a receipt's file name begins with, like 33060441600000_201611041522… Raises Invalid."""
    parts = name.split("_")
    digits = parts[1][:14] if len(parts) > 1 else ""
    return identifier_of(f"{parts[0]}_{digits.ljust(14, '0')}").text


def listed(row: Mapping[str, Any]) -> Listed:
    """One row of a public list. Raises Invalid when it has no identifier or no time."""
    found = identifier_of(str(row.get("identifier") or row.get("alertid") or row.get("id") or ""))
    words = str(row.get("title") or row.get("headline") or "")
    title = title_of(words)
    code = str(row.get("eventType") or "")
    named = colour_of(str(row.get("severity") or row.get("signallevel") or ""))
    return Listed(
        found.text,
        found.adcode,
        found.agency,
        _list_time(row) or found.issued,
        code if known_code(code) else title.event_code,
        named or title.colour or _of_picture(row),
        title,
        str(row.get("description") or words),
    )


def _of_picture(row: Mapping[str, Any]) -> Colour | None:
    """The picture of a row is named for event and colour: p0005002 is the second colour, orange."""
    found = _PICTURE.search(str(row.get("pic") or row.get("type") or ""))
    return Colour(int(found.group(1))) if found else None


def _list_time(row: Mapping[str, Any]) -> datetime | None:
    for name in ("sendTime", "issuetime", "effective"):
        for form in _LIST_TIMES:
            try:
                return datetime.strptime(str(row.get(name) or ""), form).replace(tzinfo=CST)
            except ValueError:
                continue
    return None
