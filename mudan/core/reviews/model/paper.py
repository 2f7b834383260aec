"""What does an after-action report say, given what the log holds?

Facts are rows as they were recorded; the paper puts them in order, counts times, and says where nothing was
recorded. It speaks of units, tasks and messages; it never ranks people.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from mudan.core.incidents.model import PHASE_WORDS
from mudan.core.incidents.model.types import NUMERALS
from mudan.core.reviews.model.compare import UNTIL
from mudan.core.reviews.model.tables import SECTIONS, Section, minutes
from mudan.core.reviews.model.types import MOST_LINES, Record, Row, Subject
from mudan.primitives.paper import Block, Facts, Heading, Paper, Table, Words, moment, plain
from mudan.primitives.text import Text

NOTHING_RECORDED: Final = Text("本节没有记录到数据。", "Nothing was recorded for this section.")
_TITLES: Final = {
    "incident": Text("行动后评估", "After-action report"),
    "response": Text("应急响应评估", "Review of a response"),
    "drill": Text("演练评估报告", "Report of an exercise"),
}


# Of responses and exercises; an incident's phases have words of their own.
_STATES: Final = {
    "advised": Text("建议中", "advised"),
    "active": Text("响应中", "active"),
    "deactivating": Text("收尾中", "closing down"),
    "ended": Text("已结束", "ended"),
    "rejected": Text("未采纳", "not taken"),
    "withdrawn": Text("已撤回", "withdrawn"),
    "ready": Text("就绪", "ready"),
    "running": Text("进行中", "running"),
    "paused": Text("已暂停", "paused"),
}


@dataclass(frozen=True, slots=True)
class Span:
    """How long a step took: how often it was seen, and its median and 90th percentile in seconds."""

    name: Text
    count: int
    median_s: float | None
    p90_s: float | None


def percentile(values: Sequence[float], share: float) -> float | None:
    """The smallest value that at least that share of the values do not exceed; None of nothing."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else None


_STEPS: Final = (
    ("alarms", "raised_at", "acknowledged_at", Text("告警 → 确认", "alarm → acknowledged")),
    ("tasks", "incident_at", "offered_at", Text("立案 → 派单", "incident → order given")),
    ("tasks", "offered_at", "accepted_at", Text("派单 → 接受", "order → accepted")),
    ("tasks", "accepted_at", "on_scene_at", Text("接受 → 到场", "accepted → on scene")),
    ("tasks", "offered_at", "on_scene_at", Text("派单 → 到场", "order → on scene")),
    ("notices", "created_at", "received_at", Text("通知 → 首个回执", "notice → first receipt")),
)


def spans(record: Record) -> list[Span]:
    """The times between the steps; what has not come to its end is not counted."""
    return [_span(record.sections.get(section, ()), begin, end, name) for section, begin, end, name in _STEPS]


def _span(rows: Sequence[Row], begin: str, end: str, name: Text) -> Span:
    took = [
        (row[end] - row[begin]).total_seconds()
        for row in rows
        if row[begin] is not None and row[end] is not None and row[end] >= row[begin]
    ]
    return Span(name, len(took), percentile(took, 0.5), percentile(took, 0.9))


def paper(record: Record, marks: tuple[Text, ...]) -> Paper:
    """The report as a paper."""
    one = record.subject
    blocks: list[Block] = [
        Facts(
            (
                (Text("级别", "Level"), _graded(one.level)),
                (Text("地点", "Place"), plain(one.place)),
                (Text("开始", "Began"), moment(one.began_at)),
                (Text("结束", "Ended"), moment(one.ended_at)),
                (Text("状态", "State"), _state(one)),
                (UNTIL, moment(record.at)),
            )
        )
    ]
    blocks += [Heading(Text("响应时间", "Times")), _times(record)]
    for section in SECTIONS:
        if one.kind in section.of:
            blocks += _section(record, section)
    return Paper(
        title=_TITLES[one.kind],
        subtitle=Text(f"{one.number} {one.title.zh}", f"{one.number} {one.title.en}"),
        number=f"AAR-{one.number}",
        made_at=record.at,
        blocks=tuple(blocks),
        marks=marks,
    )


def _graded(level: str) -> Text:
    return (
        Text(f"{NUMERALS[int(level) - 1]}级", f"level {level}")
        if level in ("1", "2", "3", "4")
        else plain(level)
    )


def _state(one: Subject) -> Text:
    words = PHASE_WORDS if one.kind == "incident" else _STATES
    return words.get(one.phase) or plain(one.phase)


def _times(record: Record) -> Table:
    head = (
        Text("环节", "Step"),
        Text("次数", "Count"),
        Text("中位数", "Median"),
        Text("90 分位", "90th percentile"),
    )
    rows = [(one.name, plain(one.count), minutes(one.median_s), minutes(one.p90_s)) for one in spans(record)]
    return Table(head, tuple(rows), (4, 1, 2, 2))


def _section(record: Record, section: Section) -> list[Block]:
    rows = record.sections.get(section.name, ())
    if not rows:
        return [Heading(section.title), Words(NOTHING_RECORDED)]
    table = Table(section.head, tuple(section.cells(row, record.at) for row in rows), section.widths)
    shown: list[Block] = [Heading(section.title), table]
    if len(rows) >= MOST_LINES:
        shown.append(
            Words(Text(f"只列出前 {MOST_LINES} 行。", f"Only the first {MOST_LINES} lines are shown."))
        )
    return shown
