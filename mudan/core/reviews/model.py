"""What does an after-action report say, given what the log holds?

Facts are rows as they were recorded; the paper puts them in order, counts times, and says where nothing was
recorded. It speaks of units, tasks and messages; it never ranks people.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any, Final

from mudan.core.incidents.model import Incident
from mudan.primitives.paper import Block, Facts, Heading, Paper, Table, Words, moment, plain
from mudan.primitives.text import Text

Row = Mapping[str, Any]
NOTHING_RECORDED: Final = Text("本节没有记录到数据。", "Nothing was recorded for this section.")
MOST_LINES: Final = 2_000


@dataclass(frozen=True, slots=True)
class Record:
    """All that was recorded of an incident until `at`; `sections` hold the rows by name."""

    incident: Incident
    at: datetime
    sections: Mapping[str, Sequence[Row]]


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


def deviation(row: Row, at: datetime) -> Text:
    """How a directive kept its deadline: in time, late, overdue, open, waived."""
    if row["state"] == "waived":
        return Text("免除", "waived")
    done = row["submitted_at"] or row["ended_at"]
    if row["due_at"] is None:
        return Text("完成", "done") if done else Text("未完成", "open")
    if done is None:
        return Text("超期未完成", "overdue") if at > row["due_at"] else Text("未到期", "not due yet")
    return Text("按时", "in time") if done <= row["due_at"] else Text("迟", "late")


def minutes(seconds: float | None) -> Text:
    """`12:05` minutes and seconds; a dash for none."""
    if seconds is None:
        return plain(None)
    whole = round(abs(seconds))
    return plain(f"{'-' if seconds < 0 else ''}{whole // 60}:{whole % 60:02d}")


def paper(record: Record, marks: tuple[Text, ...]) -> Paper:
    """The report as a paper."""
    one = record.incident
    blocks: list[Block] = [
        Facts(
            (
                (Text("级别", "Level"), plain(one.level)),
                (Text("地点", "Place"), plain(one.address)),
                (Text("立案", "Opened"), moment(one.opened_at)),
                (Text("关闭", "Closed"), moment(one.closed_at)),
                (Text("阶段", "Phase"), plain(one.phase)),
                (Text("数据截至", "Data until"), moment(record.at)),
            )
        )
    ]
    blocks += [Heading(Text("响应时间", "Times")), _times(record)]
    for title, name, head, cells in _TABLES:
        blocks += _section(record, title, name, head, cells)
    return Paper(
        title=Text("行动后评估", "After-action report"),
        subtitle=Text(f"{one.number} {one.title}", f"{one.number} {one.title}"),
        number=f"AAR-{one.number}",
        made_at=record.at,
        blocks=tuple(blocks),
        marks=marks,
    )


def _times(record: Record) -> Table:
    head = (
        Text("环节", "Step"),
        Text("次数", "Count"),
        Text("中位数", "Median"),
        Text("90 分位", "90th percentile"),
    )
    rows = [(one.name, plain(one.count), minutes(one.median_s), minutes(one.p90_s)) for one in spans(record)]
    return Table(head, tuple(rows), (4, 1, 2, 2))


def _section(record: Record, title: Text, name: str, head: tuple[Text, ...], cells: Any) -> list[Block]:
    rows = record.sections.get(name, ())
    if not rows:
        return [Heading(title), Words(NOTHING_RECORDED)]
    shown: list[Block] = [Heading(title), Table(head, tuple(cells(row, record.at) for row in rows))]
    if len(rows) >= MOST_LINES:
        shown.append(
            Words(Text(f"只列出前 {MOST_LINES} 行。", f"Only the first {MOST_LINES} lines are shown."))
        )
    return shown


def _line(row: Row, _: datetime) -> tuple[Text, ...]:
    return (
        moment(row["at"]), plain(row["source"]), Text(row["text_zh"], row["text_en"]), plain(row["actor"])
    )  # fmt: skip


def _call(row: Row, _: datetime) -> tuple[Text, ...]:
    return (
        plain(row["title"]), moment(row["started_at"]), plain(row["steps"]), plain(row["answered"]),
        plain(row["unreached"]),
    )  # fmt: skip


def _deviation(row: Row, at: datetime) -> tuple[Text, ...]:
    return (
        plain(f"{row['number']} {row['title']}"), moment(row["due_at"]), moment(row["issued_at"]),
        moment(row["received_at"]), moment(row["submitted_at"] or row["ended_at"]), deviation(row, at),
        plain(row["end_reason"]),
    )  # fmt: skip


def _issue(row: Row, _: datetime) -> tuple[Text, ...]:
    return (
        Text(row["title_zh"], row["title_en"]), plain(row["level"]), plain(row["state"]), moment(row["due_at"]),
        moment(row["issued_at"]), plain(row["note"]),
    )  # fmt: skip


def _decision(row: Row, _: datetime) -> tuple[Text, ...]:
    actual = None
    if row["on_scene_at"] is not None and row["at"] is not None:
        actual = (row["on_scene_at"] - row["at"]).total_seconds()
    error = None if actual is None or row["eta_s"] is None else actual - row["eta_s"]
    return (
        Text(row["unit_zh"], row["unit_en"]), plain(row["rank"]), minutes(row["eta_s"]), minutes(actual),
        minutes(error), plain(row["reason"]),
    )  # fmt: skip


def _action(row: Row, at: datetime) -> tuple[Text, ...]:
    return (
        plain(f"{row['number']} {row['title']}"),
        plain(row["owner"]),
        moment(row["due_at"]),
        deviation(row, at),
    )


def _closure(row: Row, _: datetime) -> tuple[Text, ...]:
    until = row["ended_at"] or row["ends_at"]
    return plain(row["reason"]), plain(row["source"]), moment(row["starts_at"]), moment(until)


_TABLES: Final = (
    (
        Text("时间线", "Timeline"), "timeline",
        (Text("时间", "Time"), Text("来源", "Source"), Text("内容", "What"), Text("记录人", "By")),
        _line,
    ),
    (
        Text("预案任务偏差", "Deviation from the plan"), "directives",
        (Text("任务", "Task"), Text("应完成", "Due"), Text("下达", "Issued"), Text("签收", "Received"),
         Text("完成", "Done"), Text("结果", "Result"), Text("说明", "Reason")),
        _deviation,
    ),
    (
        Text("预案要求的事项", "What the plan asked for"), "issues",
        (Text("事项", "Item"), Text("响应级别", "Level"), Text("状态", "State"), Text("应完成", "Due"),
         Text("下达", "Issued"), Text("说明", "Note")),
        _issue,
    ),
    (
        Text("派遣决定：预计与实际（分:秒）", "Dispatch: predicted and actual (min:s)"), "decisions",
        (Text("力量", "Unit"), Text("推荐排位", "Rank"), Text("预计", "Predicted"), Text("实际", "Actual"),
         Text("误差", "Error"), Text("破例理由", "Why otherwise")),
        _decision,
    ),
    (
        Text("叫应", "Calls"), "calls",
        (Text("名称", "Chain"), Text("开始", "Started"), Text("对象", "Called"), Text("已应答", "Answered"),
         Text("未叫应", "Unreached")),
        _call,
    ),
    (
        Text("道路封闭", "Closures"), "closures",
        (Text("原因", "Reason"), Text("来源", "Source"), Text("起", "From"), Text("止", "Until")),
        _closure,
    ),
    (
        Text("商定的改进事项", "Agreed actions"), "actions",
        (Text("事项", "Action"), Text("责任方", "Owner"), Text("应完成", "Due"), Text("结果", "Result")),
        _action,
    ),
)  # fmt: skip
