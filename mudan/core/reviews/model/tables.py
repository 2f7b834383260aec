"""Which tables does a report have, and what stands in their cells?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mudan.core.incidents.model import PHASE_WORDS
from mudan.core.notices.model.types import ROLE_TITLES
from mudan.core.reviews.model.types import VERDICTS, Kind, Row
from mudan.primitives.paper import moment, plain
from mudan.primitives.text import Text

Cells = tuple[Text, ...]
_SOURCES: Final[Mapping[str, Text]] = {
    "system": Text("系统", "system"),
    "operator": Text("值守", "desk"),
    "field": Text("现场", "field"),
    "device": Text("设备", "device"),
    "hand": Text("人工", "by hand"),
    "plan": Text("预案", "plan"),
    "incident": Text("事件", "incident"),
}
_CHANNELS: Final[Mapping[str, Text]] = {
    "app": Text("系统内", "app"),
    "feed": Text("数据发布", "feed"),
    "page": Text("公众网页", "web page"),
    "text": Text("短信", "text message"),
    "voice": Text("语音", "voice"),
    "broadcast": Text("广播", "broadcast"),
    "webhook": Text("接口推送", "webhook"),
    "sandbox": Text("演练沙箱（未外发）", "sandbox (not sent out)"),
}
_INJECTS: Final[Mapping[str, Text]] = {
    "observation": Text("监测数据", "reading"),
    "call": Text("来电", "call"),
    "message": Text("消息", "message"),
    "closure": Text("封路", "closure"),
    "unit": Text("力量", "unit"),
    "note": Text("提示", "note"),
}
_INJECT_STATES: Final[Mapping[str, Text]] = {
    "waiting": Text("未到", "waiting"),
    "done": Text("已注入", "done"),
    "skipped": Text("跳过", "left out"),
    "failed": Text("失败", "failed"),
}
_NOTHING_SEEN: Final = Text("未见处置记录", "nothing done is on record")


@dataclass(frozen=True, slots=True)
class Section:
    """One section: its title, the rows it shows, the head, and a row's cells. `of`: of which subjects."""

    title: Text
    name: str
    head: Cells
    cells: Callable[[Row, datetime], Cells]
    of: Sequence[Kind] = ("incident", "response", "drill")
    widths: tuple[float, ...] = ()


def deviation(row: Row, at: datetime) -> Text:
    """How something kept its deadline: in time, late, overdue, open, waived, never issued."""
    state = row["state"]
    if state == "waived":
        return Text("免除", "waived")
    if state == "failed":
        return Text("未能下达", "could not be issued")
    done = row["submitted_at"] or row["ended_at"]
    if done is None and state == "ended":
        return Text("随响应结束", "ended with the response")
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


def _between(begin: datetime | None, end: datetime | None) -> float | None:
    return None if begin is None or end is None else (end - begin).total_seconds()


def _title(row: Row) -> Text:
    return Text(row["title_zh"], row["title_en"] or row["title_zh"])


def _who(name: str | None) -> Text:
    return ROLE_TITLES.get(name or "", plain(name))


def _objective(row: Row, _: datetime) -> Cells:
    verdict = VERDICTS[row["verdict"]] if row["verdict"] else Text("未评定", "not judged")
    return (
        Text(row["text_zh"], row["text_en"] or row["text_zh"]), verdict, plain(row["note"]), plain(row["by"]),
        moment(row["at"]),
    )  # fmt: skip


def _inject(row: Row, _: datetime) -> Cells:
    done = row["done_at"]
    taken = {
        Text("告警确认", "alarm acknowledged"): row["acknowledged_at"],
        Text("封闭解除", "closure ended"): row["opened_at"],
        Text("首个人工动作", "first act of a person"): row["first_at"],
    }
    seen = [
        Text(f"{what.zh} +{minutes(_between(done, at)).zh}", f"{what.en} +{minutes(_between(done, at)).en}")
        for what, at in taken.items() if done and at
    ]  # fmt: skip
    if row["receipts"]:
        seen.append(Text(f"回执 {row['receipts']}", f"{row['receipts']} receipts"))
    if row["first_zh"]:
        seen.append(Text(row["first_zh"], row["first_en"]))
    answered = Text("；".join(one.zh for one in seen), "; ".join(one.en for one in seen))
    return (
        minutes(row["at_s"]), _INJECTS.get(row["kind"], plain(row["kind"])), _title(row),
        _INJECT_STATES.get(row["state"], plain(row["state"])), moment(done), plain(row["incident"]),
        answered if seen else _NOTHING_SEEN if row["state"] == "done" else plain(None),
    )  # fmt: skip


def _incident(row: Row, _: datetime) -> Cells:
    return (
        plain(row["number"]), plain(row["title"]), plain(row["level"]),
        PHASE_WORDS.get(row["phase"], plain(row["phase"])), moment(row["opened_at"]), moment(row["closed_at"]),
    )  # fmt: skip


def _line(row: Row, _: datetime) -> Cells:
    return (
        moment(row["at"]), plain(row["incident"]), _SOURCES.get(row["source"], plain(row["source"])),
        Text(row["text_zh"], row["text_en"]), plain(row["actor"]),
    )  # fmt: skip


def _deviation(row: Row, at: datetime) -> Cells:
    number = f"{row['number']} " if row["number"] else ""
    title = _title(row)
    return (
        Text(f"{number}{title.zh}", f"{number}{title.en}"), _who(row["who"]), moment(row["due_at"]),
        moment(row["issued_at"]), moment(row["received_at"]), moment(row["submitted_at"] or row["ended_at"]),
        deviation(row, at), plain(row["reason"]),
    )  # fmt: skip


def _decision(row: Row, _: datetime) -> Cells:
    actual = _between(row["at"], row["on_scene_at"])
    error = None if actual is None or row["eta_s"] is None else actual - row["eta_s"]
    best = Text(row["best_zh"] or "—", row["best_en"] or "—")
    return (
        moment(row["at"]), Text(row["unit_zh"], row["unit_en"]), plain(row["rank"]), minutes(row["eta_s"]),
        minutes(actual), minutes(error), Text(f"{best.zh} {minutes(row['best_eta_s']).zh}",
                                              f"{best.en} {minutes(row['best_eta_s']).en}"), plain(row["reason"]),
    )  # fmt: skip


def _call(row: Row, _: datetime) -> Cells:
    return (
        plain(row["title"]), moment(row["started_at"]), plain(row["steps"]), plain(row["answered"]),
        moment(row["last_at"]), plain(row["unreached"]), plain(row["missing"]),
    )  # fmt: skip


def _notice(row: Row, _: datetime) -> Cells:
    channels = [_CHANNELS.get(one, plain(one)) for one in (row["channels"] or "").split(", ") if one]
    wanted = Text("需回执", "wanted") if row["need_receipt"] else Text("不需", "not wanted")
    return (
        _title(row), moment(row["created_at"]),
        Text("、".join(one.zh for one in channels) or "—", ", ".join(one.en for one in channels) or "—"),
        plain(row["given"]), wanted, plain(row["receipts"]), moment(row["received_at"]),
        minutes(_between(row["created_at"], row["received_at"])),
    )  # fmt: skip


def _warning(row: Row, _: datetime) -> Cells:
    return (
        _title(row), plain(row["level"]), moment(row["sent_at"]),
        _CHANNELS.get(row["channel"], plain(row["channel"])), plain(row["wanted"]), plain(row["delivered"]),
        plain(row["failed"]), moment(row["delivered_at"]),
    )  # fmt: skip


def _closure(row: Row, _: datetime) -> Cells:
    until = row["ended_at"] or row["ends_at"]
    source = _SOURCES.get(row["source"], plain(row["source"]))
    return plain(row["reason"]), source, moment(row["starts_at"]), moment(until)


def _action(row: Row, at: datetime) -> Cells:
    return (
        plain(f"{row['number']} {row['title']}"), _who(row["owner"]), moment(row["due_at"]), deviation(row, at)
    )  # fmt: skip


_TOOK: Final = Text("用时", "Took")
SECTIONS: Final = (
    Section(
        Text("演练目标（由人评定）", "Objectives (judged by people)"), "objectives",
        (Text("目标", "Objective"), Text("评定", "Judged"), Text("说明", "Note"), Text("评定人", "By"),
         Text("时间", "When")),
        _objective, ("drill",), (4, 1.5, 3, 1.5, 2),
    ),
    Section(
        Text("导调注入与处置", "Injects and what was done about them"), "injects",
        (Text("T+（分:秒）", "T+ (min:s)"), Text("类型", "Kind"), Text("内容", "What"), Text("状态", "State"),
         Text("注入时间", "When"), Text("事件", "Incident"), Text("处置", "Done about it")),
        _inject, ("drill",), (1.2, 1.2, 2.5, 1.1, 2, 1.6, 4),
    ),
    Section(
        Text("演练中的事件", "Incidents of the exercise"), "incidents",
        (Text("编号", "Number"), Text("名称", "Title"), Text("级别", "Level"), Text("阶段", "Phase"),
         Text("立案", "Opened"), Text("关闭", "Closed")),
        _incident, ("drill",),
    ),
    Section(
        Text("时间线", "Timeline"), "timeline",
        (Text("时间", "Time"), Text("事件", "Incident"), Text("来源", "Source"), Text("内容", "What"),
         Text("记录人", "By")),
        _line, widths=(2, 1.8, 1, 5, 1.4),
    ),
    Section(
        Text("预案任务偏差", "Deviation from the plan"), "deviations",
        (Text("事项", "Item"), Text("责任方", "Who"), Text("应完成", "Due"), Text("下达", "Issued"),
         Text("签收", "Received"), Text("完成", "Done"), Text("结果", "Result"), Text("说明", "Reason")),
        _deviation, widths=(3, 1.6, 1.8, 1.8, 1.8, 1.8, 1.4, 1.6),
    ),
    Section(
        Text("派遣决定：预计与实际（分:秒）", "Dispatch: predicted and actual (min:s)"), "decisions",
        (Text("时间", "Time"), Text("力量", "Unit"), Text("推荐排位", "Rank"), Text("预计", "Predicted"),
         Text("实际", "Actual"), Text("误差", "Error"), Text("推荐首选", "First choice"),
         Text("破例理由", "Why otherwise")),
        _decision,
    ),
    Section(
        Text("通知回执", "Receipts of notices"), "notices",
        (Text("通知", "Notice"), Text("发出", "Given"), Text("渠道", "Channels"), Text("送达数", "Reached"),
         Text("回执要求", "Receipt"), Text("回执数", "Receipts"), Text("首个回执", "First"), _TOOK),
        _notice, widths=(3, 2, 1.4, 1, 1.2, 1, 2, 1.2),
    ),
    Section(
        Text("预警按渠道送达", "Warnings by channel"), "warnings",
        (Text("预警", "Warning"), Text("级别", "Level"), Text("发布", "Sent"), Text("渠道", "Channel"),
         Text("应送", "Wanted"), Text("送达", "Delivered"), Text("失败", "Failed"), Text("最后送达", "Last")),
        _warning,
    ),
    Section(
        Text("叫应", "Calls"), "calls",
        (Text("名称", "Chain"), Text("开始", "Started"), Text("对象", "Called"), Text("已应答", "Answered"),
         Text("最后应答", "Last answer"), Text("未叫应", "Unreached"), Text("未叫应对象", "Who")),
        _call,
    ),
    Section(
        Text("道路封闭", "Closures"), "closures",
        (Text("原因", "Reason"), Text("来源", "Source"), Text("起", "From"), Text("止", "Until")),
        _closure,
    ),
    Section(
        Text("商定的改进事项", "Agreed actions"), "actions",
        (Text("事项", "Action"), Text("责任方", "Owner"), Text("应完成", "Due"), Text("结果", "Result")),
        _action,
    ),
)  # fmt: skip
