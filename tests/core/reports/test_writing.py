"""Does a report say what the log says, is it signed as it stands, and is it known who received it?"""

from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudan.core.incidents import actions as incidents
from mudan.core.incidents import queries as incident_queries
from mudan.core.incidents.model import Harm
from mudan.core.notices import queries as notices
from mudan.core.people.model import Role
from mudan.core.posts import actions as posts
from mudan.core.posts.model import Holder
from mudan.core.reports import actions, queries
from mudan.core.reports.model import FORMS, CallForm, Report, form, moved
from mudan.core.supplies import actions as supplies
from mudan.core.tasks import actions as tasks
from mudan.primitives.errors import Conflict, Invalid, NotFound
from mudan.primitives.paper import Paper, Table
from mudan.storage.pool import Connection
from tests.core.county import PLACE, actor, add_unit, later, open_incident
from tests.database import START, TOWN

pytestmark = pytest.mark.anyio
WHO, LEADER = actor(), actor(Role.LEADER)
CITY = actions.Addressee("市应急指挥中心", "fax", "023-示例")


async def _written(work: Connection, kind: str = "first", at: float = 600) -> Report:
    incident = await open_incident(work, title="水库管涌", address="坝脚")
    return await actions.draft(work, incident.id, kind, WHO, later(at))


async def test_a_first_report_is_drafted_from_the_log_alone(work: Connection) -> None:
    incident = await open_incident(work, title="水库管涌", address="坝脚")
    unit = await add_unit(work)
    await tasks.assign(work, incident.id, unit.id, "封堵", WHO, START)
    await incidents.count_harm(work, incident.id, Harm(injured=2), WHO, later(60))
    await incidents.add_note(work, incident.id, "水位仍在上涨", WHO, later(90), kind="situation")
    await incidents.add_note(work, incident.id, "转移下游群众", WHO, later(95), kind="objective")
    await incidents.add_note(work, incident.id, "编织袋 2000 条", WHO, later(99), kind="need")
    report = await actions.draft(work, incident.id, "first", WHO, later(600))
    assert report.title == "关于水库管涌的首报（第1号）"
    for words in (
        "2026年11月23日09时00分", "牡丹区坝脚", "Ⅱ级（重大）", "受伤 2 人", "共派出力量1支4人：救援R-1（已下达）",
        "派遣 救援R-1",
        "水位仍在上涨", "目标1：转移下游群众", "编织袋 2000 条", f"报告人：{WHO.name}",
    ):  # fmt: skip
        assert words in report.body, words
    assert (report.state, report.number) == ("draft", f"{incident.number}-R01")


async def test_a_place_that_names_its_town_is_not_said_twice(work: Connection) -> None:
    incident = await open_incident(work, actor(area=TOWN), address="沙土镇桥头")
    report = await actions.draft(work, incident.id, "first", WHO, later(60))
    assert "沙土镇桥头" in report.body
    assert "沙土镇沙土镇" not in report.body


async def test_a_progress_report_tells_only_what_is_new(work: Connection) -> None:
    first = await _written(work)
    await actions.sign(work, first.id, first.version, LEADER, later(700))
    await actions.send(work, first.id, 2, [CITY], WHO, later(710))
    await incidents.add_note(work, first.incident_id, "封堵完成一半", WHO, later(900))
    following = await actions.draft(work, first.incident_id, "progress", WHO, later(1000))
    assert "封堵完成一半" in following.body
    assert "立案：" not in following.body
    assert "上次报告后的处置措施" in following.body


async def test_the_final_report_tells_how_it_ended(work: Connection) -> None:
    incident = await open_incident(work)
    await incidents.close(work, incident.id, "resolved", "险情排除", incident.version, WHO, later(7260))
    report = await actions.draft(work, incident.id, "final", WHO, later(8000))
    assert "处置结束，历时2小时1分。险情排除" in report.body


async def test_every_wording_is_kept_and_a_change_takes_the_signature_back(work: Connection) -> None:
    report = await _written(work)
    signed = await actions.sign(work, report.id, report.version, LEADER, later(700))
    assert (signed.state, signed.signed_by) == ("signed", LEADER.name)
    changed = await actions.edit(work, report.id, signed.version, "改过的文字", WHO, later(710))
    assert (changed.state, changed.signed_at, changed.body) == ("draft", None, "改过的文字")
    assert [wording.version for wording in changed.wordings] == [1, 2]
    with pytest.raises(Conflict):
        await actions.send(work, report.id, changed.version, [CITY], WHO, later(720))
    with pytest.raises(Conflict):
        await actions.edit(work, report.id, signed.version, "别人的文字", WHO, later(720))
    with pytest.raises(Invalid):
        await actions.edit(work, report.id, changed.version, " ", WHO, later(720))


async def test_what_was_sent_is_received_by_name_and_never_changed(work: Connection) -> None:
    report = await _written(work)
    signed = await actions.sign(work, report.id, report.version, LEADER, later(700))
    sent = await actions.send(work, report.id, signed.version, [CITY], WHO, later(720))
    [delivery] = sent.deliveries
    assert (sent.state, sent.sent_at, delivery.state) == ("sent", later(720), "sent")
    with pytest.raises(Invalid):
        await actions.receipt(work, delivery.id, " ", "", WHO, later(730))
    got = await actions.receipt(work, delivery.id, "市值班员", "", WHO, later(740))
    assert (got.deliveries[0].state, got.deliveries[0].received_at) == ("received", later(740))
    for deed in (
        actions.receipt(work, delivery.id, "又一人", "", WHO, later(750)),
        actions.edit(work, report.id, got.version, "改", WHO, later(750)),
        actions.void(work, report.id, got.version, "错", WHO, later(750)),
    ):
        with pytest.raises(Conflict):
            await deed
    told = [
        line.text_zh
        for line in await incident_queries.timeline(work, report.incident_id)
        if line.kind == "report"
    ]
    assert told[-1] == f"市应急指挥中心已收到{report.number}（市值班员）"


async def test_what_the_centre_delivers_itself_lies_in_the_outbox(work: Connection) -> None:
    report = await _written(work)
    signed = await actions.sign(work, report.id, report.version, LEADER, later(700))
    to = actions.Addressee("市应急指挥中心", "text", "139-示例")
    sent = await actions.send(work, report.id, signed.version, [to], WHO, later(720))
    [notice] = await notices.of_subject(work, "report", str(report.id))
    assert sent.deliveries[0].notice_id == notice.id
    assert sent.deliveries[0].state == "waiting"
    got = await actions.receipt(work, sent.deliveries[0].id, "市值班员", "", WHO, later(740))
    assert got.deliveries[0].state == "received"
    assert (await notices.of_subject(work, "report", str(report.id)))[0].state == "acknowledged"


async def test_a_delivery_that_failed_is_told_and_the_clock_still_runs(work: Connection) -> None:
    report = await _written(work)
    signed = await actions.sign(work, report.id, report.version, LEADER, later(700))
    sent = await actions.send(work, report.id, signed.version, [CITY], WHO, later(720))
    with pytest.raises(Invalid):
        await actions.receipt(work, sent.deliveries[0].id, "", " ", WHO, later(730), failed=True)
    await actions.receipt(work, sent.deliveries[0].id, "", "传真无应答", WHO, later(730), failed=True)
    incident = await incident_queries.one(work, report.incident_id)
    owed = [
        one for one in await queries.clocks(work, incident) if (one.kind, one.mode) == ("first", "written")
    ]
    assert [one.met_at for one in owed] == [None]


@pytest.mark.parametrize("wrong", [{"channel": "smoke"}, {"body": " "}, {"channel": "text", "address": ""}])
def test_an_addressee_can_be_reached(wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        actions.Addressee(**{"body": "市里", "channel": "fax", "address": "1", **wrong})


async def test_one_draft_at_a_time_and_a_void_one_makes_room(work: Connection) -> None:
    report = await _written(work)
    with pytest.raises(Conflict):
        await actions.draft(work, report.incident_id, "first", WHO, later(700))
    with pytest.raises(Invalid):
        await actions.void(work, report.id, report.version, " ", WHO, later(700))
    await actions.void(work, report.id, report.version, "重写", WHO, later(700))
    again = await actions.draft(work, report.incident_id, "first", WHO, later(710))
    assert again.serial == 2
    with pytest.raises(Invalid):
        await actions.draft(work, report.incident_id, "gossip", WHO, later(720))


@given(st.lists(st.sampled_from(["edit", "sign", "send", "void"]), max_size=12))
def test_nothing_is_sent_unsigned_and_nothing_sent_is_changed(events: list[str]) -> None:
    state, signed = "draft", False
    for event in events:
        try:
            after = moved(state, event)
        except Conflict:
            continue
        assert state not in ("sent", "void")
        if after == "sent":
            assert signed
        signed = after == "signed"
        state = after


def _call(**more: Any) -> CallForm:
    return CallForm(
        **{
            "kind": "fire",
            "reporter": "王某",
            "phone": "示例",
            "address": "桥头仓库",
            "state": "冒烟",
            **more,
        }
    )


async def test_a_call_opens_an_incident_with_its_words_and_figures(work: Connection) -> None:
    opening = actions.Opening("桥头仓库火灾", 3, TOWN)
    call = await actions.take_call(
        work, uuid4(), _call(injured=1, lon=PLACE[0], lat=PLACE[1]), WHO, later(30), opening=opening
    )
    assert (call.number, call.area_code) == ("JB20261123-001", TOWN)
    assert call.incident_id is not None
    incident = await incident_queries.one(work, call.incident_id)
    assert (incident.title, incident.kind, incident.lon, incident.area_code) == (
        "桥头仓库火灾",
        "fire",
        PLACE[0],
        TOWN,
    )
    lines = await incident_queries.timeline(work, incident.id)
    assert [line.kind for line in lines] == ["opened", "call", "harm"]
    assert lines[1].text_zh == "接报（电话）王某 示例：桥头仓库；冒烟"


async def test_forty_calls_are_one_incident_and_a_call_sent_twice_is_one(work: Connection) -> None:
    first = await actions.take_call(work, uuid4(), _call(), WHO, START, opening=actions.Opening("火灾", 3))
    for _ in range(5):
        await actions.take_call(work, uuid4(), _call(), WHO, later(60), join=first.incident_id)
    again = await actions.take_call(
        work, first.id, _call(state="别的话"), WHO, later(90), join=first.incident_id
    )
    assert again == first
    assert len(await queries.calls(work, incident=first.incident_id)) == 6


async def test_a_call_may_wait_and_join_later_once(work: Connection) -> None:
    waiting = await actions.take_call(work, uuid4(), _call(), WHO, START)
    assert waiting.incident_id is None
    incident = await open_incident(work)
    joined = await actions.join_incident(work, waiting.id, incident.id, WHO, later(60))
    assert joined.incident_id == incident.id
    with pytest.raises(Conflict):
        await actions.join_incident(work, waiting.id, incident.id, WHO, later(61))


@pytest.mark.parametrize(
    "wrong",
    [{"channel": "pigeon"}, {"lon": 1.0}, {"address": "", "state": ""}, {"injured": -1}, {"kind": "war"}],
)
async def test_a_call_without_sense_is_refused(work: Connection, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        await actions.take_call(work, uuid4(), _call(**wrong), WHO, START, opening=actions.Opening("火", 3))


async def test_calls_follow_a_merge(work: Connection) -> None:
    call = await actions.take_call(work, uuid4(), _call(), WHO, START, opening=actions.Opening("火灾", 3))
    assert call.incident_id is not None
    source, target = await incident_queries.one(work, call.incident_id), await open_incident(work)
    await incidents.merge(work, source.id, target.id, source.version, "同", WHO, later(5))
    assert (await queries.call(work, call.id)).incident_id == target.id


def _cells(paper: Paper) -> str:
    return " ".join(
        cell.zh for block in paper.blocks if isinstance(block, Table) for row in block.rows for cell in row
    )


async def test_the_forms_of_command_are_filled_from_the_log(work: Connection) -> None:
    call = await actions.take_call(
        work, uuid4(), _call(help="要两台水泵"), WHO, START, opening=actions.Opening("火灾", 2, TOWN)
    )
    assert call.incident_id is not None
    post = await posts.open_post(
        work, call.incident_id, WHO, later(60), name="现场指挥部", place="桥头", contact="频道3",
        commander=Holder("张局长"), groups=["rescue"],
    )  # fmt: skip
    unit = await add_unit(work)
    task = await tasks.assign(work, call.incident_id, unit.id, "灭火", WHO, later(90))
    await posts.seat(work, post.id, "leader", post.groups[0].id, Holder("王队长"), WHO, later(95))
    await posts.place_unit(work, post.groups[0].id, task.id, "内攻", WHO, later(99))
    await incidents.add_note(work, call.incident_id, "压制火势", WHO, later(100), kind="objective")
    need = await supplies.state_need(
        work, WHO, later(110), title="移动排水泵", quantity=4, unit="台", incident_id=call.incident_id
    )
    await supplies.ask(work, need.id, "示例邻县", None, 3, WHO, later(120))
    await supplies.state_need(
        work, WHO, later(130), title="泡沫液", quantity=2, unit="吨", incident_id=call.incident_id
    )
    facts = await queries.facts(work, call.incident_id, later(200))
    expected = {
        "201": ["压制火势", "张局长", "救援R-1"], "204": ["救援R-1", "灭火"], "209": ["要两台水泵"], "211": [],
        "213RR": ["要两台水泵", "移动排水泵 3 台 0 台 示例邻县 已请求", "泡沫液 2 吨 0 吨 — 尚未下单"],
        "214": ["指挥", "王队长", "救援R-1", "接报"],
    }  # fmt: skip
    assert set(expected) == set(FORMS)
    for number, words in expected.items():
        paper = form(facts, number, "测试")
        assert paper.number.endswith(f"-ICS{number}")
        for word in words:
            assert word in _cells(paper), (number, word)
    with pytest.raises(NotFound):
        form(facts, "999", "测试")


async def test_the_forms_of_an_empty_incident_invent_nothing(work: Connection) -> None:
    incident = await open_incident(work)
    facts = await queries.facts(work, incident.id, later(5))
    for number in FORMS:
        form(facts, number, "测试")
    assert _cells(form(facts, "211", "测试")) == ""
    assert _cells(form(facts, "213RR", "测试")) == ""
