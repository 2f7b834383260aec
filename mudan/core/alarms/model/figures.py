"""Which figures say whether people can cope with their alarms, and what is aimed at? ISA-18.2, EEMUA 191.

Targets marked [K] in the literature are examples (示例); all are shown beside the figure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, floor
from typing import Final

from mudan.primitives.text import Text

FLOOD_OVER: Final = 10
ENOUGH: Final = 100  # alarms below which a share says nothing


@dataclass(frozen=True, slots=True)
class Desk:
    """An operator position: a role in an area."""

    role: str
    area_code: str


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted at a desk. `buckets`: calls by interval (epoch seconds / interval), without empty ones.

    `levels`: the alarms that called, by level, each once. `without_action`: (all, idle).
    `acknowledgements`: (median, 95th percentile) seconds by level;
    `found`: (found, false) by platform; `calls_by_rule`: calls of each rule on an entity, the most first.
    """

    start: datetime
    end: datetime
    bucket: timedelta
    buckets: Mapping[int, int]
    raised: int
    levels: Mapping[int, int]
    stale: int
    chattering: int
    fleeting: int
    incidents: int
    acknowledgements: Mapping[int, tuple[float, float]]
    without_action: tuple[int, int]
    unauthorised: int
    found: Mapping[str, tuple[int, int]]
    calls_by_rule: Sequence[int]

    @property
    def intervals(self) -> int:
        """How many intervals the time touches, the empty ones among them."""
        width = self.bucket.total_seconds()
        return max(1, ceil(self.end.timestamp() / width) - floor(self.start.timestamp() / width))


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure beside its target. `good` None: nothing to judge by. `example`: the target is an example."""

    name: str
    title: Text
    value: float | None
    unit: str
    target: str
    good: bool | None
    example: bool = False


def judged(counted: Counted) -> list[Figure]:
    """The figures of a desk in the order of the page."""
    calls = sum(counted.buckets.values())
    rate = calls / counted.intervals
    over = sum(1 for n in counted.buckets.values() if n > FLOOD_OVER)
    most = max(counted.buckets.values(), default=0)
    top = _share(sum(counted.calls_by_rule[:10]), calls)
    acknowledged, idle = counted.without_action
    return [
        Figure("rate", Text("平均每 10 分钟告警数", "Alarms per 10 minutes"), rate, "1", "≤ 1（最多 2）", rate <= 2),
        Figure("most", Text("任一 10 分钟最多", "Most in any 10 minutes"), most, "1", "≤ 10", most <= FLOOD_OVER),
        Figure("flood", Text("洪泛时段占比（>10 条/10 分钟）", "Share of time in flood"),
               100 * over / counted.intervals, "%", "< 1 %", over / counted.intervals < 0.01),
        Figure("stale", Text("持续超过 24 小时的告警", "Stale over 24 h"), counted.stale, "1", "< 5",
               counted.stale < 5),
        Figure("chattering", Text("抖动告警（≥3 次/60 秒）", "Chattering"), counted.chattering, "1", "0",
               counted.chattering == 0),
        Figure("fleeting", Text("瞬时告警（<10 秒恢复）", "Fleeting (gone in 10 s)"), counted.fleeting, "1", "0",
               counted.fleeting == 0, example=True),
        *_mix(counted),
        Figure("top10", Text("前十告警源占比", "Share of the ten worst"), top, "%", "1–5 %",
               None if top is None or calls < ENOUGH else top <= 5),
        Figure("unauthorised", Text("未经授权的抑制", "Unauthorised suppression"), counted.unauthorised, "1", "0",
               counted.unauthorised == 0),
        *_times(counted),
        Figure("idle", Text("确认后无处置", "Acknowledged without action"), _share(idle, acknowledged), "%", "—",
               None),
        Figure("incidents", Text("转为事件", "Became incidents"), _share(counted.incidents, counted.raised), "%", "—",
               None),
        *_false(counted),
    ]  # fmt: skip


def _share(part: int, whole: int) -> float | None:
    return 100 * part / whole if whole else None


def _mix(counted: Counted) -> list[Figure]:
    """80/15/5 for low, medium and high of three levels, the fourth and gravest under 1 %: of the alarms that called."""
    called = sum(counted.levels.values())
    wanted = {4: ("80 %", 70.0, 100.0), 3: ("15 %", 0.0, 25.0), 2: ("5 %", 0.0, 10.0), 1: ("< 1 %", 0.0, 1.0)}
    found = []
    for level, (target, low, high) in wanted.items():
        share = _share(counted.levels.get(level, 0), called)
        numeral = "ⅠⅡⅢⅣ"[level - 1]
        good = None if share is None or called < ENOUGH else low <= share <= high
        found.append(
            Figure(
                f"level{level}",
                Text(f"{numeral} 级占比", f"Share of level {numeral}"),
                share,
                "%",
                target,
                good,
            )
        )
    return found


def _times(counted: Counted) -> list[Figure]:
    found = []
    for level in (1, 2, 3, 4):
        numeral, seconds = "ⅠⅡⅢⅣ"[level - 1], counted.acknowledgements.get(level)
        for at, zh, en in ((0, "中位数", "median"), (1, "95 分位", "95th percentile")):
            value = None if seconds is None else seconds[at]
            urgent = level == 1 and at == 0
            found.append(
                Figure(
                    f"ack{level}_{'p50' if at == 0 else 'p95'}",
                    Text(f"{numeral} 级确认用时{zh}", f"Time to acknowledge, level {numeral}, {en}"), value, "s",
                    "≤ 60 s" if urgent else "—", None if value is None or not urgent else value <= 60, example=urgent,
                )
            )  # fmt: skip
    return found


def _false(counted: Counted) -> list[Figure]:
    return [
        Figure(
            f"false:{platform}", Text(f"误报率 {platform}", f"False alarms of {platform}"), _share(false, found),
            "%", "—", None,
        )
        for platform, (found, false) in counted.found.items()
    ]  # fmt: skip
