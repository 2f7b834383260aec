"""Do incidents know of each other, and does command change hands only with a receipt?"""

from uuid import UUID, uuid4

import pytest

from mudan.core.incidents import actions, queries
from mudan.core.incidents.model import Harm, Incident
from mudan.core.people.model import Role
from mudan.core.tasks import actions as tasks
from mudan.primitives.errors import Conflict, Invalid, NotAllowed, NotFound
from mudan.storage.pool import Connection
from tests.core.county import actor, add_unit, later, open_incident, raise_alarm
from tests.database import COUNTY, OTHER_TOWN, START, TOWN

pytestmark = pytest.mark.anyio
WHO = actor()
AT_TOWN = actor(Role.DUTY_OFFICER, TOWN)


async def test_a_cause_is_a_consequence_seen_from_the_other_end(work: Connection) -> None:
    dam, road = await open_incident(work, title="管涌"), await open_incident(work, title="道路中断")
    await actions.relate(work, dam.id, road.id, "cause", "溃口冲毁路基", WHO, later(1))
    [from_dam] = await queries.relations(work, dam.id)
    [from_road] = await queries.relations(work, road.id)
    assert (from_dam.sense, from_dam.other_number) == ("consequence", road.number)
    assert (from_road.sense, from_road.other_number) == ("cause", dam.number)
    assert (await queries.timeline(work, road.id))[-1].text_zh == f"起因于 {dam.number} 管涌：溃口冲毁路基"
    with pytest.raises(Conflict):
        await actions.relate(work, road.id, dam.id, "related", "重复", WHO, later(2))
    await actions.unrelate(work, from_dam.id, "查无关联", WHO, later(3))
    assert await queries.relations(work, road.id) == []
    with pytest.raises(NotFound):
        await actions.unrelate(work, from_dam.id, "再解", WHO, later(4))
    await actions.relate(work, road.id, dam.id, "related", "又关联", WHO, later(5))


@pytest.mark.parametrize(("kind", "reason"), [("likes", "x"), ("related", " ")])
async def test_a_relation_has_a_kind_and_a_reason(work: Connection, kind: str, reason: str) -> None:
    one, other = await open_incident(work), await open_incident(work)
    with pytest.raises(Invalid):
        await actions.relate(work, one.id, other.id, kind, reason, WHO, later(1))
    with pytest.raises(Invalid):
        await actions.relate(work, one.id, one.id, "related", "自己", WHO, later(1))


async def _escalated(work: Connection, *, with_command: bool) -> tuple[Incident, UUID]:
    incident = await open_incident(work)
    sent = await actions.escalate(
        work,
        incident.id,
        incident.version,
        "city",
        "市应急指挥中心",
        "力量不足",
        WHO,
        later(1),
        with_command=with_command,
    )
    return incident, sent.id


@pytest.mark.parametrize("with_command", [True, False])
async def test_command_goes_up_with_the_receipt_and_comes_back(
    work: Connection, *, with_command: bool
) -> None:
    incident, sent = await _escalated(work, with_command=with_command)
    assert (await queries.one(work, incident.id)).authority == "county"
    with pytest.raises(Invalid):
        await actions.answer(work, sent, "receive", " ", "", WHO, later(2))
    done = await actions.answer(work, sent, "receive", "市值班员 李工", "已报值班领导", WHO, later(3))
    assert (done.state, done.answered_by, done.answered_at) == ("received", "市值班员 李工", later(3))
    assert (await queries.one(work, incident.id)).authority == ("city" if with_command else "county")
    with pytest.raises(Conflict):
        await actions.answer(work, sent, "receive", "又一人", "", WHO, later(4))
    back = await actions.give_back(work, sent, "市值班员 李工", "险情减轻", WHO, later(5))
    assert back.state == "returned"
    assert (await queries.one(work, incident.id)).authority == "county"
    assert [line.kind for line in await queries.timeline(work, incident.id)][-3:] == ["handover"] * 3


async def test_a_receipt_that_is_awaited_holds_the_incident_open(work: Connection) -> None:
    incident, sent = await _escalated(work, with_command=False)
    seen = await queries.one(work, incident.id)
    assert [matter.noun for matter in await queries.open_matters(work, incident.id)] == ["handover"]
    with pytest.raises(Conflict, match="no receipt"):
        await actions.close(work, incident.id, "resolved", "完", seen.version, WHO, later(2))
    with pytest.raises(Conflict):
        await actions.escalate(
            work,
            incident.id,
            seen.version,
            "city",
            "市应急指挥中心",
            "再报",
            WHO,
            later(2),
            with_command=False,
        )
    await actions.answer(work, sent, "withdraw", "", "已自行处置", WHO, later(3))
    seen = await queries.one(work, incident.id)
    closed = await actions.close(work, incident.id, "resolved", "完", seen.version, WHO, later(4))
    assert closed.phase == "closed"


async def test_only_the_receiving_centre_takes_command_over(work: Connection) -> None:
    incident = await open_incident(work)
    sent = await actions.hand_over(work, incident.id, incident.version, TOWN, "范围限于一镇", WHO, later(1))
    assert (await queries.one(work, incident.id)).area_code == TOWN, "the town must see what it is to take"
    for stranger in (WHO, actor(Role.DUTY_OFFICER, OTHER_TOWN)):
        with pytest.raises(NotAllowed):
            await actions.answer(work, sent.id, "receive", "", "", stranger, later(2))
    await actions.answer(work, sent.id, "receive", "", "", AT_TOWN, later(3))
    taken = await queries.one(work, incident.id)
    assert (taken.authority, taken.command_area, taken.commander) == ("town", TOWN, AT_TOWN.name)
    up = await actions.hand_over(work, incident.id, taken.version, COUNTY, "险情扩大", AT_TOWN, later(4))
    assert up.kind == "up"
    await actions.answer(work, up.id, "receive", "", "", WHO, later(5))
    assert (await queries.one(work, incident.id)).command_area == COUNTY


async def test_a_declined_hand_over_leaves_command_where_it_was(work: Connection) -> None:
    incident = await open_incident(work)
    sent = await actions.hand_over(work, incident.id, incident.version, TOWN, "一镇之事", WHO, later(1))
    with pytest.raises(Invalid):
        await actions.answer(work, sent.id, "decline", "", " ", AT_TOWN, later(2))
    await actions.answer(work, sent.id, "decline", "", "人手不足", AT_TOWN, later(2))
    assert (await queries.one(work, incident.id)).command_area == COUNTY
    with pytest.raises(Conflict):
        await actions.give_back(work, sent.id, "", "退", AT_TOWN, later(3))


async def test_command_goes_to_towns_and_counties_that_are_there(work: Connection) -> None:
    incident = await open_incident(work)
    for area, error in (("999999", NotFound), (COUNTY, Invalid)):
        with pytest.raises(error):
            await actions.hand_over(work, incident.id, incident.version, area, "移交", WHO, later(1))
    with pytest.raises(Invalid):
        await actions.escalate(
            work, incident.id, incident.version, "town", "镇", "移交", WHO, later(1), with_command=True
        )
    with pytest.raises(NotFound):
        await actions.answer(work, uuid4(), "receive", "x", "", WHO, later(1))


async def test_an_open_task_holds_the_incident_open_by_name(work: Connection) -> None:
    unit, incident = await add_unit(work), await open_incident(work)
    await tasks.assign(work, incident.id, unit.id, "去", WHO, START)
    [matter] = await queries.open_matters(work, incident.id)
    assert (matter.noun, matter.mandatory, matter.text.zh) == ("task", True, "救援R-1：任务未结束")
    seen = await queries.one(work, incident.id)
    for deed in (
        actions.close(work, incident.id, "resolved", "完", seen.version, WHO, later(1)),
        actions.void(work, incident.id, "误开", seen.version, WHO, later(1)),
    ):
        with pytest.raises(Conflict, match="Rescue R-1"):
            await deed


async def test_an_incident_opened_by_mistake_is_void_and_frees_its_alarms(work: Connection) -> None:
    alarm = await raise_alarm(work)
    wrong = await open_incident(work, alarm_ids=[alarm])
    with pytest.raises(Invalid):
        await actions.void(work, wrong.id, " ", wrong.version, WHO, later(1))
    void = await actions.void(work, wrong.id, "误开", wrong.version, WHO, later(1))
    assert (void.phase, void.void_reason, void.alarm_count) == ("void", "误开", 0)
    assert (await queries.timeline(work, wrong.id))[-1].detail["released"] == [str(alarm)]
    right = await open_incident(work, alarm_ids=[alarm])
    assert right.alarm_count == 1
    assert (await actions.reopen(work, wrong.id, "并非误开", void.version, WHO, later(2))).phase == "reopened"


async def test_people_are_counted_in_the_log_and_only_what_is_known(work: Connection) -> None:
    incident = await open_incident(work)
    await actions.count_harm(work, incident.id, Harm(injured=3, trapped=2), WHO, later(1))
    last = (await queries.timeline(work, incident.id))[-1]
    assert (last.text_zh, last.detail) == ("伤亡情况：受伤 3 人，被困 2 人", {"injured": 3, "trapped": 2})
    with pytest.raises(Invalid):
        await actions.count_harm(work, incident.id, Harm(), WHO, later(2))
    with pytest.raises(Invalid):
        Harm(dead=-1)


async def test_objectives_and_situation_are_lines_of_the_log(work: Connection) -> None:
    incident = await open_incident(work)
    await actions.add_note(work, incident.id, "转移下游 200 人", WHO, later(1), kind="objective")
    last = (await queries.timeline(work, incident.id))[-1]
    assert (last.kind, last.text_zh, last.detail) == (
        "objective",
        "目标：转移下游 200 人",
        {"words": "转移下游 200 人"},
    )
    with pytest.raises(Invalid):
        await actions.add_note(work, incident.id, "x", WHO, later(1), kind="joke")
