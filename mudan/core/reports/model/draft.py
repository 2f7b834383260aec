"""What does a report say before anybody edits it? Everything is taken from the log; nothing is invented."""

from datetime import datetime, timedelta
from typing import Final

from mudan.core.incidents.model import AUTHORITY_WORDS, KIND_WORDS, PHASE_WORDS, Event, level_words
from mudan.core.reports.model.types import REPORT_KINDS, Facts
from mudan.primitives.clock import CST

STATE_WORDS: Final = {
    "planned": "已预定", "offered": "已下达", "accepted": "已接受", "declined": "拒绝", "expired": "超时未答",
    "en_route": "途中",
    "staging": "待命", "on_scene": "到场", "working": "处置中", "transporting": "转运中", "at_destination": "已送达",
    "completed": "已完成", "cancelled": "已取消", "handed_over": "已交接", "failed": "未能完成",
}  # fmt: skip
_DONE: Final = (
    "phase",
    "task",
    "command",
    "handover",
    "post",
    "level",
    "merged",
    "split",
    "related",
    "safety",
    "note",
)
MOST_LINES: Final = 60


def title(facts: Facts, kind: str, serial: int) -> str:
    """`关于……的续报（第3号）`."""
    words = REPORT_KINDS[kind].zh
    return f"关于{facts.incident.title}的{words}（第{serial}号）"


def drafted(facts: Facts, kind: str, author: str, told_until: int = 0) -> str:
    """The Chinese text of a report. A progress report tells only what came after line `told_until` of the timeline."""
    parts = [_what(facts), _harm(facts), _done(facts, told_until if kind == "progress" else 0)]
    parts += [_now(facts), _asked(facts)]
    if kind == "final":
        parts.append(_ended(facts))
    numbered = [f"{_NUMERALS[at]}、{part}" for at, part in enumerate(part for part in parts if part)]
    return "\n\n".join([*numbered, f"报告人：{author}    {_at(facts.now)}"])


_NUMERALS: Final = "一二三四五六七八"


def _at(moment: datetime) -> str:
    return f"{moment.astimezone(CST):%Y年%m月%d日%H时%M分}"


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(CST):%m月%d日%H:%M}"


def _what(facts: Facts) -> str:
    incident = facts.incident
    happened = min((call.happened_at or call.called_at for call in facts.calls), default=incident.opened_at)
    place = facts.place().zh
    spot = "" if incident.lon is None else f"（东经{incident.lon:.4f}，北纬{incident.lat:.4f}）"
    lines = [
        "基本情况",
        f"{_at(happened)}，{place}{spot}发生{KIND_WORDS[incident.kind].zh}事件：{incident.title}。",
        f"事件编号{incident.number}，级别{level_words(incident.level).zh}，当前阶段：{PHASE_WORDS[incident.phase].zh}。",
        f"由{AUTHORITY_WORDS[incident.authority].zh}指挥，指挥员：{incident.commander or '未定'}。",
    ]
    if facts.calls:
        first = min(facts.calls, key=lambda call: call.called_at)
        teller = "".join(part for part in (first.organisation, first.reporter) if part) or "群众"
        lines.append(f"{_at(first.called_at)}接{teller}报告，累计接报{len(facts.calls)}次。")
    return "\n".join(lines)


def _harm(facts: Facts) -> str:
    harm, told = facts.harm()
    if told is None:
        return "人员伤亡和影响\n暂无人员伤亡数据，正在核实。"
    return f"人员伤亡和影响\n截至{_at(told.at)}，{harm.words().zh}。"


def _done(facts: Facts, after: int) -> str:
    lines = [event for event in facts.timeline if event.kind in _DONE and event.seq > after]
    left = max(0, len(lines) - MOST_LINES)
    told = [f"{_clock(event.at)}　{event.text_zh}" for event in lines[-MOST_LINES:]]
    sent = [force for force in facts.forces if force.state not in ("declined", "expired", "cancelled")]
    people = sum(force.crew for force in sent)
    head = "处置措施" if not after else "上次报告后的处置措施"
    forces = f"共派出力量{len(sent)}支{people}人：" + "，".join(
        f"{force.name.zh}（{STATE_WORDS.get(force.state, force.state)}）" for force in sent
    )
    more = [f"（更早的{left}条见事件时间线）"] if left else []
    return "\n".join([head, forces + "。" if sent else "尚未派出力量。", *more, *(told or ["无新的措施。"])])


def _now(facts: Facts) -> str:
    situation, objectives = facts.last("situation"), facts.of("objective")
    if situation is None and not objectives:
        return ""
    lines = ["当前态势和下一步"]
    if situation is not None:
        lines.append(f"截至{_clock(situation.at)}：{_words(situation)}")
    lines += [f"目标{at}：{_words(event)}" for at, event in enumerate(objectives, 1)]
    return "\n".join(lines)


def _words(event: Event) -> str:
    return str(event.detail.get("words") or event.text_zh)


def _asked(facts: Facts) -> str:
    wanted = [_words(event) for event in facts.of("need")] + [call.help for call in facts.calls if call.help]
    return "\n".join(["请求支援事项", *dict.fromkeys(wanted)]) if wanted else ""


def _ended(facts: Facts) -> str:
    incident = facts.incident
    if incident.closed_at is None:
        return "处置结果\n事件尚未结束。"
    lasted = incident.closed_at - incident.opened_at
    hours, minutes = divmod(int(lasted / timedelta(minutes=1)), 60)
    return f"处置结果\n{_at(incident.closed_at)}处置结束，历时{hours}小时{minutes}分。{incident.summary}"
