"""How do the tests say a warning in few words? CAP 1.2 and the national XML."""

from datetime import datetime, timedelta
from typing import Final

from mudan.core.warnings.model.cap import (
    Alert,
    Area,
    Category,
    Certainty,
    Info,
    MsgType,
    Reference,
    Scope,
    Severity,
    Status,
    Urgency,
    Value,
)
from mudan.core.warnings.model.cap_write import written
from mudan.platforms.emergency.tests.centre import START

SENDER: Final = "weather@example.org"
WHOLE_COUNTY: Final = Area("垫江县", geocodes=(Value("CPEAS Geographic Code", "500231000000"),))


def alert(
    name: str,
    headline: str = "示例县气象台发布暴雨橙色预警",
    *,
    sent: datetime = START - timedelta(minutes=5),
    hours: float | None = 6.0,
    kind: MsgType = MsgType.ALERT,
    of: tuple[Alert, ...] = (),
    area: Area = WHOLE_COUNTY,
    status: Status = Status.ACTUAL,
) -> Alert:
    """A message; `of` are the ones it updates or cancels."""
    info = Info(
        event="",
        categories=(Category.MET,),
        urgency=Urgency.EXPECTED,
        severity=Severity.UNKNOWN,
        certainty=Certainty.LIKELY,
        language="zh-CN",
        expires=None if hours is None else sent + timedelta(hours=hours),
        headline=headline,
        areas=(area,),
    )
    references = tuple(Reference(one.sender, one.identifier, one.sent) for one in of)
    info = Info(**{field: getattr(info, field) for field in Info.__slots__} | {"event": "天气"})
    return Alert(name, SENDER, sent, status, kind, Scope.PUBLIC, (info,), note="测试", references=references)


def cap(*of: Alert) -> bytes:
    """One message as a document."""
    return written(of[0])


def national(name: str, kind: str, colour: str, reference: str = "", code: str = "11B17") -> bytes:
    """A national document of 14 digits and a time of issue."""
    local = f"{name[0:4]}-{name[4:6]}-{name[6:8]} {name[8:10]}:{name[10:12]}:{name[12:14]}+08:00"
    return f"""<alert xmlns="http://com.icss.amp"><identifier>50023141600000_{name}</identifier><sender>台</sender>
<senderCode>50023141600000</senderCode><sendTime>{local}</sendTime><status>Actual</status><msgType>{kind}</msgType>
<scope>Public</scope><note>x</note><references>{reference}</references><info><language>zh-CN</language>
<eventType>{code}</eventType><urgency>Unknown</urgency><severity>{colour}</severity><certainty>Unknown</certainty>
<effective>{local}</effective><senderName>李</senderName><headline>预警</headline><description>雾</description>
<area><areaDesc>县</areaDesc><geocode>500231</geocode></area></info></alert>""".encode()
