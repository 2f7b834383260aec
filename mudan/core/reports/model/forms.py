"""Which forms of command can be filled from the log? ICS 201, 204, 209, 211, 213RR and 214; none is typed twice.

The numbers are those of the Incident Command System's forms; the Chinese names come first. A box that the log says
nothing of shows a dash.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from mudan.core.incidents.model import AUTHORITY_WORDS, KIND_WORDS, PHASE_WORDS, Event, level_words
from mudan.core.posts.model import ROLE_WORDS, Group, Seat, span
from mudan.core.reports.model.draft import STATE_WORDS
from mudan.core.reports.model.requests import request_table
from mudan.core.reports.model.types import Facts, Force
from mudan.primitives.errors import NotFound
from mudan.primitives.paper import Block, Heading, Paper, Signatures, Table, Words, moment, plain
from mudan.primitives.paper import Facts as Boxes
from mudan.primitives.text import Text

FORMS: Final = {
    "201": Text("事件简报", "Incident Briefing"),
    "204": Text("任务分配表", "Assignment List"),
    "209": Text("事件态势摘要", "Incident Status Summary"),
    "211": Text("到场登记表", "Incident Check-In List"),
    "213RR": Text("资源请求单", "Resource Request"),
    "214": Text("活动日志", "Activity Log"),
}
_ARRIVED: Final = (
    "staging",
    "on_scene",
    "working",
    "transporting",
    "at_destination",
    "completed",
    "handed_over",
)


def form(facts: Facts, number: str, made_for: str, marks: tuple[Text, ...] = ()) -> Paper:
    """One form of an incident, by its number (raises NotFound)."""
    if number not in FORMS:
        raise NotFound("there is no such form")
    blocks: list[Block] = [_head(facts), *_FILLED[number](facts)]
    blocks.append(
        Signatures((Text(f"生成人：{made_for}", f"Made for: {made_for}"), Text("审核签字：", "Approved by:")))
    )
    subtitle = Text(f"ICS {number} · {facts.incident.title}", f"ICS {number} · {facts.incident.title}")
    return Paper(
        FORMS[number], subtitle, f"{facts.incident.number}-ICS{number}", facts.now, tuple(blocks), marks
    )


def _head(facts: Facts) -> Block:
    incident = facts.incident
    kind, level = KIND_WORDS[incident.kind], level_words(incident.level)
    return Boxes(
        (
            (Text("事件", "Incident"), plain(incident.title)),
            (Text("编号", "Number"), plain(incident.number)),
            (Text("类型级别", "Kind, level"), Text(f"{kind.zh} {level.zh}", f"{kind.en}, {level.en}")),
            (Text("阶段", "Phase"), PHASE_WORDS[incident.phase]),
            (Text("地点", "Place"), facts.place()),
            (Text("发生时间", "Opened"), moment(incident.opened_at)),
            (Text("指挥员", "Commander"), plain(incident.commander)),
            (Text("指挥层级", "Authority"), AUTHORITY_WORDS[incident.authority]),
        )
    )


def _briefing(facts: Facts) -> list[Block]:
    return [
        *_situation(facts),
        Heading(Text("目标", "Objectives")),
        _lines(facts.of("objective"), Text("目标", "Objective")),
        Heading(Text("已采取和计划的行动", "Current and planned actions")),
        _lines(facts.of("phase", "command", "post", "handover", "safety", "level"), Text("行动", "Action")),
        Heading(Text("指挥组织", "Current organisation")),
        *_organisation(facts),
        Heading(Text("力量摘要", "Resource summary")),
        _forces(list(facts.forces)),
    ]


def _situation(facts: Facts) -> list[Block]:
    told = facts.last("situation")
    said = facts.last("safety")
    harm, _ = facts.harm()
    return [
        Heading(Text("态势", "Situation summary")),
        Words(_words(told) if told else Text("尚无态势记录", "No situation was recorded yet")),
        Boxes(
            (
                (Text("态势时间", "As of"), moment(told.at if told else None)),
                (Text("人员伤亡", "People"), harm.words()),
                (Text("安全提示", "Safety message"), _words(said) if said else plain("")),
                (Text("接报次数", "Calls"), plain(len(facts.calls))),
            )
        ),
    ]


def _words(event: Event) -> Text:
    said = event.detail.get("words")
    return plain(said) if said else Text(event.text_zh, event.text_en)


def _lines(events: list[Event], what: Text) -> Table:
    rows = tuple((moment(event.at), _words(event), plain(event.actor)) for event in events)
    return Table((Text("时间", "Time"), what, Text("记录人", "Recorded by")), rows, (2, 6, 1.4))


def _organisation(facts: Facts) -> list[Block]:
    post = facts.post
    if post is None:
        return [Words(Text("未设现场指挥部", "No command post was set up"))]
    where = Boxes(
        (
            (Text("指挥部", "Command post"), plain(post.name)),
            (Text("地点", "Place"), plain(post.place)),
            (Text("联络", "Contact"), plain(post.contact)),
            (Text("成立时间", "Set up"), moment(post.opened_at)),
        )
    )
    groups = {group.id: group for group in post.groups}
    rows = []
    for seat in post.standing() or post.seats:
        group = groups.get(seat.group_id) if seat.group_id else None
        count = span(post, seat)
        rows.append((*_seat(seat, group), plain("" if count is None else count)))
    head = (*_SEAT_HEAD, Text("直接下属", "Span"))
    return [where, Table(head, tuple(rows), (2, 1.6, 1.6, 2, 2, 1))]


_SEAT_HEAD: Final = (
    Text("组别", "Group"), Text("职务", "Role"), Text("姓名", "Name"), Text("单位", "Organisation"),
    Text("电话", "Telephone"),
)  # fmt: skip


def _seat(seat: Seat, group: Group | None) -> tuple[Text, ...]:
    place = group.name if group else Text("指挥部", "Command post")
    return (place, ROLE_WORDS[seat.role], plain(seat.name), plain(seat.organisation), plain(seat.phone))


def _forces(forces: list[Force]) -> Table:
    head = (
        Text("力量", "Resource"), Text("编号", "Identifier"), Text("人数", "Crew"), Text("下达", "Ordered"),
        Text("到场", "On scene"), Text("状态", "State"), Text("任务", "Assignment"),
    )  # fmt: skip
    rows = tuple(
        (
            force.name, plain(force.code), plain(force.crew), moment(force.created_at), _stamp(force, "on_scene"),
            Text(STATE_WORDS.get(force.state, force.state), force.state), plain(force.order),
        )
        for force in forces
    )  # fmt: skip
    return Table(head, rows, (2.2, 1.6, 0.8, 1.7, 1.7, 1.2, 3))


def _stamp(force: Force, state: str) -> Text:
    stamp = force.stamps.get(state)
    return moment(datetime.fromisoformat(stamp)) if stamp else plain("")


def _assignments(facts: Facts) -> list[Block]:
    post = facts.post
    if post is None or not post.groups:
        return [
            Words(Text("未设工作组，任务如下", "No groups; the assignments are:")),
            _forces(list(facts.forces)),
        ]
    blocks: list[Block] = []
    by_task = {force.task_id: force for force in facts.forces}
    for group in post.groups:
        if group.closed_at is not None:
            continue
        blocks += [Heading(group.name, 2), _group_boxes(facts, group)]
        mine = [
            by_task[unit.task_id]
            for unit in post.units
            if unit.group_id == group.id and unit.task_id in by_task
        ]
        blocks.append(_forces(mine))
    placed = {unit.task_id for unit in post.units}
    rest = [force for force in facts.forces if force.task_id not in placed and force.ended_at is None]
    return [*blocks, Heading(Text("未编组力量", "Not in a group"), 2), _forces(rest)]


def _group_boxes(facts: Facts, group: Group) -> Boxes:
    assert facts.post is not None  # groups are those of a post
    held = [seat for seat in facts.post.standing() if seat.group_id == group.id]
    leader = next((seat for seat in held if seat.role == "leader"), None)
    said = facts.last("safety")
    return Boxes(
        (
            (Text("组长", "Leader"), plain(leader and f"{leader.name} {leader.phone}")),
            (Text("人数", "Persons"), plain(len(held))),
            (Text("任务", "Work assignment"), plain(group.task)),
            (Text("地点", "Place"), plain(group.place)),
            (Text("联络", "Communications"), plain(group.contact)),
            (Text("安全注意", "Special instructions"), _words(said) if said else plain("")),
        )
    )


def _status(facts: Facts) -> list[Block]:
    harm, told = facts.harm()
    counts = tuple(
        (words, plain(getattr(harm, name)))
        for name, words in (
            ("dead", Text("死亡", "Dead")), ("injured", Text("受伤", "Injured")), ("missing", Text("失联", "Missing")),
            ("trapped", Text("被困", "Trapped")), ("moved", Text("已转移", "Moved to safety")),
        )
    )  # fmt: skip
    live = [force for force in facts.forces if force.ended_at is None]
    by_kind: dict[str, list[Force]] = {}
    for force in live:
        by_kind.setdefault(force.kind, []).append(force)
    totals = tuple(
        (plain(kind), plain(len(mine)), plain(sum(force.crew for force in mine)))
        for kind, mine in sorted(by_kind.items())
    )
    return [
        *_situation(facts),
        Heading(Text("人员统计", "Public status summary")),
        Boxes(((Text("统计时间", "As of"), moment(told.at if told else None)), *counts), 3),
        Heading(Text("投入力量", "Resource commitment")),
        Table((Text("类别", "Kind"), Text("支（辆）", "Resources"), Text("人数", "Personnel")), totals),
        Heading(Text("重要事件", "Significant events")),
        _lines(
            facts.of("opened", "level", "phase", "handover", "command", "merged", "split"),
            Text("事件", "Event"),
        ),
        Heading(Text("资源需求", "Critical resource needs")),
        _needs(facts),
    ]


def _needs(facts: Facts) -> Table:
    asked = [(event.at, _words(event), event.actor) for event in facts.of("need")]
    asked += [
        (call.called_at, plain(call.help), call.reporter or call.number) for call in facts.calls if call.help
    ]
    rows = tuple((moment(at), words, plain(who)) for at, words, who in sorted(asked, key=lambda one: one[0]))
    return Table(
        (Text("时间", "Time"), Text("需要什么", "What is needed"), Text("提出人", "Asked by")),
        rows,
        (2, 6, 1.6),
    )


def _arrivals(facts: Facts) -> list[Block]:
    head = (
        Text("力量", "Resource"), Text("编号", "Identifier"), Text("人数", "Personnel"), Text("单位", "Agency"),
        Text("下达时间", "Ordered"), Text("出发时间", "Departed"), Text("到场时间", "Checked in"),
        Text("离场时间", "Left"),
    )  # fmt: skip
    rows = tuple(
        (
            force.name, plain(force.code), plain(force.crew), plain(force.organisation), moment(force.created_at),
            _stamp(force, "en_route"), _stamp(force, "on_scene"), moment(force.ended_at),
        )
        for force in facts.forces
        if force.state in _ARRIVED or "on_scene" in force.stamps
    )  # fmt: skip
    return [Table(head, rows, (2, 1.5, 0.8, 1.4, 1.7, 1.7, 1.7, 1.7))]


def _requests(facts: Facts) -> list[Block]:
    return [Heading(Text("请求与落实", "Requests and orders")), request_table(facts.requests),
            Heading(Text("记录中的需求", "Needs in the log")), _needs(facts)]  # fmt: skip


def _activity(facts: Facts) -> list[Block]:
    rows = tuple(
        (
            moment(event.at),
            Text(event.text_zh, event.text_en),
            plain(event.actor),
            plain(event.incident_number),
        )
        for event in facts.timeline
    )
    head = (
        Text("时间", "Time"),
        Text("活动", "Notable activities"),
        Text("记录人", "By"),
        Text("事件", "Incident"),
    )
    return [Heading(Text("人员", "Personnel")), *_organisation(facts), Heading(Text("活动", "Activities")),
            Table(head, rows, (2, 6, 1.4, 1.6))]  # fmt: skip


_FILLED: Final[dict[str, Callable[[Facts], list[Block]]]] = {
    "201": _briefing,
    "204": _assignments,
    "209": _status,
    "211": _arrivals,
    "213RR": _requests,
    "214": _activity,
}
