"""How does the make-believe weather service write its warnings? CAP 1.2 in an Atom feed. (示例)"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

from lxml import etree

from mudan.core.warnings.model.cap import (
    Alert,
    Area,
    Category,
    Certainty,
    Info,
    MsgType,
    Reference,
    Response,
    Scope,
    Status,
    Urgency,
    Value,
)
from mudan.core.warnings.model.cap_write import element_of
from mudan.core.warnings.model.china import Colour, colour_of, event_name, identifier
from mudan.core.warnings.model.china_xml import COLOUR, EVENT_CODE
from mudan.core.warnings.model.feeds import ATOM, CAP_TYPE
from mudan.primitives.clock import CST

SENDER: Final = "weather@example.org"
SENDER_CODE: Final = "50023141600000"
COUNTY: Final = "500231000000"
HOLDS: Final = timedelta(hours=12)


class Issue(Protocol):
    """One warning of the make-believe county."""

    @property
    def number(self) -> int: ...
    @property
    def code(self) -> str: ...
    @property
    def colour(self) -> str: ...
    @property
    def first(self) -> int: ...


def feed_of(
    issues: Sequence[Issue], sent: Mapping[int, datetime], over: Mapping[int, datetime], now: datetime
) -> bytes:
    """All warnings issued so far as an Atom feed. `sent`: when each went out, by its number; `over`: when the
    event that began with that number was lifted, for those that are."""
    alerts: list[Alert] = []
    last: dict[int, tuple[Issue, Alert]] = {}
    for issue in issues:
        before = last.get(issue.first)
        alert = _alert(issue, sent[issue.number], before[1] if before else None)
        last[issue.first] = (issue, alert)
        alerts.append(alert)
    for first, (issue, alert) in last.items():
        if first in over:
            alerts.append(_cancelled(issue, alert, over[first]))
    return _atom(alerts, now)


def _alert(issue: Issue, sent: datetime, follows: Alert | None) -> Alert:
    references = () if follows is None else (Reference(follows.sender, follows.identifier, follows.sent),)
    return Alert(
        identifier=identifier(SENDER_CODE, sent, issue.number),
        sender=SENDER,
        sent=sent,
        status=Status.ACTUAL,
        msg_type=MsgType.UPDATE if follows else MsgType.ALERT,
        scope=Scope.PUBLIC,
        references=references,
        infos=(_info(issue, sent, sent + HOLDS, "发布"),),
    )


def _cancelled(issue: Issue, alert: Alert, sent: datetime) -> Alert:
    return Alert(
        identifier=identifier(SENDER_CODE, sent, 500 + issue.number),
        sender=SENDER,
        sent=sent,
        status=Status.ACTUAL,
        msg_type=MsgType.CANCEL,
        scope=Scope.PUBLIC,
        references=(Reference(alert.sender, alert.identifier, alert.sent),),
        infos=(_info(issue, sent, sent + timedelta(hours=1), "解除"),),
    )


def _info(issue: Issue, sent: datetime, ends: datetime, verb: str) -> Info:
    colour = colour_of(issue.colour) or Colour.BLUE
    event = event_name(issue.code)
    return Info(
        event=event,
        categories=(Category.MET,),
        urgency=Urgency.EXPECTED,
        severity=colour.severity,
        certainty=Certainty.LIKELY,
        language="zh-CN",
        responses=(Response.PREPARE,),
        event_codes=(Value(EVENT_CODE, issue.code),),
        effective=sent,
        expires=ends,
        sender_name="示例县气象台",
        headline=f"示例县气象台{verb}{event}{colour.title.zh}预警信号",
        description=f"示例数据：{event}{colour.title.zh}预警，仅供演示。",
        parameters=(Value(COLOUR, colour.word),),
        areas=(Area("垫江县", geocodes=(Value("CPEAS Geographic Code", COUNTY),)),),
    )


def _atom(alerts: Sequence[Alert], now: datetime) -> bytes:
    root = etree.fromstring(f'<feed xmlns="{ATOM}"/>')
    _text(root, "id", "urn:example:weather")
    _text(root, "title", "示例县气象台预警 Example warnings")
    _text(root, "updated", now.astimezone(CST).isoformat(timespec="seconds"))
    for alert in alerts:
        entry = etree.SubElement(root, f"{{{ATOM}}}entry")
        _text(entry, "id", f"urn:example:{alert.identifier}")
        _text(entry, "title", alert.infos[0].headline)
        _text(entry, "updated", (alert.sent or now).isoformat())
        content = etree.SubElement(entry, f"{{{ATOM}}}content", type=CAP_TYPE)
        content.append(element_of(alert))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _text(element: etree._Element, name: str, text: str) -> None:
    etree.SubElement(element, f"{{{ATOM}}}{name}").text = text
