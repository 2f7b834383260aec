"""What does the government service platform bring to the county?"""

from typing import Final

from mudan.connect.platform import Decoded
from mudan.connect.records.declare import record_keeping
from mudan.core.records.model.deliveries import THEIR_NUMBER, Need, Target
from mudan.platforms.government_services.cases import CASES
from mudan.platforms.government_services.codec import described
from mudan.platforms.government_services.model.feeds import FEEDS
from mudan.primitives.text import Text

_HANDLING: Final = Target(
    "handling",
    Text("差评与超期办理情况回写", "what became of bad reviews and overdue matters"),
    feeds=("reviews", "reviews_standard", "matters"),
    events=("report", "accept", "dispatch", "sign", "answer", "pass", "refuse", "finish"),
    fields={
        "projectNo": "record.matter_no", "caseNumber": "case.number", "event": "event.kind", "state": "case.state",
        "text": "event.text", "time": "event.at", "department": "case.department",
    },
)  # fmt: skip
# 示例: what the hotline opens is kept by the province's own work order system as well; told, not typed a second time.
_WORK_ORDERS: Final = Target(
    "work_orders",
    Text("上级工单系统（示例）", "work orders of the province (example)"),
    feeds=(),
    events=("open", "pass", "force_close", "reopen"),
    fields={
        "orderNo": THEIR_NUMBER, "caseNumber": "case.number", "event": "event.kind", "title": "case.title",
        "content": "case.text", "kind": "case.class_code", "address": "case.address", "lon": "case.lon",
        "lat": "case.lat", "areaCode": "case.area_code", "time": "event.at", "wish": "form.wish",
    },
    needs=(Need("hotline"),),
    codes={
        "event": {"open": "create", "pass": "finish", "force_close": "finish", "reopen": "reopen"},
        "kind": {
            "01": "SR", "0101": "SR-LJ", "0102": "SR-BJ", "02": "GY", "0201": "GY-JG", "0202": "GY-LD", "03": "HB-ZS",
            "99": "QT",
        },
    },
)  # fmt: skip


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """One message as integrators read it. Raises DecodeError."""
    return (Decoded(described(raw)),)


PLATFORM = record_keeping(
    "government_services",
    Text("智慧政务", "Government services"),
    Text(
        "政务服务事项、办件与好差评：推送、拉取或文件投放；差评与超期成为案件。",
        "Service items, matters, reviews: pushed, pulled, put as files. Bad reviews and overdue matters become cases.",
    ),
    "GB/T 39046-2020, 国办发〔2019〕51号",
    FEEDS,
    cases=CASES,
    targets=(_HANDLING, _WORK_ORDERS),
    decode=decode,
)
