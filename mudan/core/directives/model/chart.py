"""In which state is a directive, and where can it go from there?

pending ─▶ issued ─▶ received ─▶ in_progress ─▶ submitted ─▶ verified
(waits for          └────────────────┴────────▶   │  ▲
 others)                                          ▼  │
                                               returned ─▶ in_progress
waived ◀─ any state before verified, with the reason
"""

from typing import Final

from mudan.primitives.errors import Conflict
from mudan.primitives.text import Text

_CHART: Final[dict[str, dict[str, str]]] = {
    "pending": {"issue": "issued", "waive": "waived"},
    "issued": {"receive": "received", "waive": "waived"},
    "received": {"start": "in_progress", "submit": "submitted", "waive": "waived"},
    "in_progress": {"submit": "submitted", "waive": "waived"},
    "submitted": {"verify": "verified", "return": "returned", "waive": "waived"},
    "returned": {"start": "in_progress", "submit": "submitted", "waive": "waived"},
    "verified": {},
    "waived": {},
}
STATES: Final = tuple(_CHART)
EVENTS: Final = ("issue", "receive", "start", "submit", "verify", "return", "waive")
ENDED: Final = ("verified", "waived")
DOER_EVENTS: Final = ("receive", "start", "submit")
NEED_REASON: Final = ("return", "waive")

STATE_WORDS: Final = {
    "pending": Text("待下达", "waiting"),
    "issued": Text("已下达", "issued"),
    "received": Text("已签收", "received"),
    "in_progress": Text("办理中", "in progress"),
    "submitted": Text("已办结待核", "submitted"),
    "verified": Text("已核销", "verified"),
    "returned": Text("退回重办", "returned"),
    "waived": Text("免办", "waived"),
}
EVENT_WORDS: Final = {
    "issue": Text("下达督办", "directive issued"),
    "receive": Text("签收督办", "directive received"),
    "start": Text("开始办理", "work begun"),
    "submit": Text("报送办结", "submitted as done"),
    "verify": Text("核销督办", "directive verified"),
    "return": Text("退回重办", "directive returned"),
    "waive": Text("免办督办", "directive waived"),
    "remind": Text("催办", "reminded"),
    "supervise": Text("督办提醒", "supervised"),
    "escalate": Text("上报领导", "escalated to the leader"),
    "ask": Text("申请延期", "extension asked for"),
    "grant": Text("同意延期", "extension granted"),
    "refuse": Text("不同意延期", "extension refused"),
    "evidence": Text("提交佐证", "evidence given"),
    "spawn": Text("按周期下达", "issued by its cadence"),
    "stop": Text("停止周期下达", "cadence ended"),
}


def moved(state: str, event: str) -> str:
    """The state after an event; raises Conflict when the chart has no such way."""
    try:
        return _CHART[state][event]
    except KeyError:
        raise Conflict(f"a directive that is {state} cannot take {event}") from None


def next_events(state: str) -> tuple[str, ...]:
    """What can happen to a directive in a state."""
    return tuple(_CHART[state])
