"""What was asked of others for an incident, and what came of it? Read from the orders themselves, for form 213RR."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mudan.primitives.paper import Table, moment, plain
from mudan.primitives.text import Text

ORDER_WORDS: Final = {
    "": Text("尚未下单", "not ordered yet"),
    "withdrawn": Text("需求已撤回", "need withdrawn"),
    "requested": Text("已请求", "requested"),
    "provisional": Text("暂拟提供", "provisional"),
    "offered": Text("主动提供", "offered"),
    "accepted": Text("已同意", "accepted"),
    "requisitioned": Text("已调用", "requisitioned"),
    "committed": Text("已承诺", "committed"),
    "deployed": Text("已到位", "deployed"),
    "return_asked": Text("请求归还", "return asked"),
    "extension_asked": Text("申请延长", "extension asked"),
    "returning": Text("返回中", "returning"),
    "released": Text("已释放", "released"),
    "declined": Text("已谢绝", "declined"),
    "recalled": Text("已撤回", "recalled"),
}


@dataclass(frozen=True, slots=True)
class Request:
    """One need with one order for it (`state` empty: none yet); quantities in `unit`."""

    at: datetime
    number: str
    title: str
    asked: float
    granted: float
    unit: str
    party: str
    state: str
    arrival_at: datetime | None
    by: str


def request_table(requests: Sequence[Request]) -> Table:
    """Needs and orders in the order they were asked."""
    head = (
        Text("时间", "Time"), Text("单号", "Number"), Text("资源", "Resource"), Text("请求", "Asked"),
        Text("落实", "Granted"), Text("向谁", "Of whom"), Text("状态", "State"), Text("预计到达", "Arrives"),
        Text("提出人", "Asked by"),
    )  # fmt: skip
    rows = tuple(
        (
            moment(one.at), plain(one.number or "—"), plain(one.title), plain(f"{one.asked:g} {one.unit}"),
            plain(f"{one.granted:g} {one.unit}"), plain(one.party or "—"),
            ORDER_WORDS.get(one.state, plain(one.state)), moment(one.arrival_at), plain(one.by),
        )
        for one in requests
    )  # fmt: skip
    return Table(head, rows, (1.6, 1.8, 2.4, 1.2, 1.2, 1.8, 1.2, 1.4, 1.2))
