"""What does the government service platform bring to the county?"""

from typing import Final

from mudan.connect.platform import Decoded
from mudan.connect.records.declare import record_keeping
from mudan.core.records.model.deliveries import Target
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
    targets=(_HANDLING,),
    decode=decode,
)
