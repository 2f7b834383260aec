"""Is a command post staffed in the open, and does command pass only when the receiver takes it?"""

from typing import Any
from uuid import uuid4

import pytest

from mudan.core.incidents import actions as incidents
from mudan.core.incidents import queries as incident_queries
from mudan.core.posts import actions, queries
from mudan.core.posts.model import SPAN, Holder, Post, span, too_wide
from mudan.core.tasks import actions as tasks
from mudan.primitives.errors import Conflict, Invalid, NotAllowed, NotFound
from mudan.storage.pool import Connection
from tests.core.county import actor, add_unit, later, open_incident
from tests.database import START

pytestmark = pytest.mark.anyio
WHO = actor()
ZHANG = Holder("张局长", "应急局", "示例-1001")
LI = Holder("李副县长", "县政府", "示例-1002")


async def _post(work: Connection, **more: Any) -> Post:
    incident = await open_incident(work)
    given: dict[str, Any] = {
        "name": "现场指挥部", "place": "桥头镇政府", "contact": "频道 3", "commander": ZHANG,
        "groups": ["rescue", "medical"], **more,
    }  # fmt: skip
    return await actions.open_post(work, incident.id, WHO, later(10), **given)


async def test_a_post_opens_with_commander_and_groups_and_the_log_tells_it(work: Connection) -> None:
    post = await _post(work)
    commander = post.commander()
    assert commander is not None
    assert (commander.name, commander.organisation, commander.since) == ("张局长", "应急局", later(10))
    assert [group.name.zh for group in post.groups] == ["抢险救援组", "医疗救护组"]
    assert (await incident_queries.one(work, post.incident_id)).commander == "张局长"
    kinds = [line.kind for line in await incident_queries.timeline(work, post.incident_id)]
    assert kinds == ["opened", "post", "command", "post", "post"]


async def test_an_incident_has_one_standing_post(work: Connection) -> None:
    post = await _post(work)
    with pytest.raises(Conflict):
        await actions.open_post(
            work, post.incident_id, WHO, later(11), name="又一个", place="别处", contact="", commander=LI
        )
    await actions.close_post(work, post.id, WHO, later(20))
    again = await actions.open_post(
        work, post.incident_id, WHO, later(30), name="第二指挥部", place="别处", contact="", commander=LI
    )
    found = await queries.of_incident(work, post.incident_id)
    assert found is not None
    assert found.id == again.id


@pytest.mark.parametrize("wrong", [{"name": " "}, {"place": ""}, {"groups": ["army"]}])
async def test_a_post_without_name_place_or_known_groups_is_refused(
    work: Connection, wrong: dict[str, Any]
) -> None:
    with pytest.raises(Invalid):
        await _post(work, **wrong)
    with pytest.raises(Invalid):
        Holder("  ")


async def test_command_passes_when_the_receiver_accepts_after_a_briefing(work: Connection) -> None:
    post = await _post(work)
    with pytest.raises(Invalid):
        await actions.offer_command(work, post.id, LI, " ", WHO, later(20))
    offered = await actions.offer_command(work, post.id, LI, "水位回落，两处渗水已封堵", WHO, later(20))
    waiting, commander = offered.waiting(), offered.commander()
    assert waiting is not None
    assert commander is not None
    assert commander.name == "张局长", "nothing changes before the receiver accepts"
    with pytest.raises(NotAllowed):
        await actions.answer_command(work, waiting.id, "accept", "self", "", WHO, later(21))
    done = await actions.answer_command(work, waiting.id, "accept", "radio", "频道 3 确认", WHO, later(25))
    now = done.commander()
    assert now is not None
    assert (now.name, now.since) == ("李副县长", later(25))
    [former] = [seat for seat in done.seats if seat.role == "commander" and seat.until is not None]
    assert (former.name, former.until) == ("张局长", later(25))
    [transfer] = done.transfers
    assert (transfer.state, transfer.answered_how, transfer.briefed_at) == ("accepted", "radio", later(20))
    incident = await incident_queries.one(work, post.incident_id)
    assert incident.commander == "李副县长"
    last = (await incident_queries.timeline(work, incident.id))[-1]
    assert (last.kind, last.text_zh) == ("command", "指挥权由张局长移交李副县长")
    with pytest.raises(Conflict):
        await actions.answer_command(work, waiting.id, "accept", "radio", "", WHO, later(26))


async def test_who_has_an_account_accepts_by_it(work: Connection) -> None:
    receiver = actor()
    await work.execute(
        "insert into person (id, login, name, password_hash, role, area_code)"
        " values (%s, 'li', '李', '-', 'leader', '371702')",
        (receiver.person,),
    )
    post = await _post(work)
    offered = await actions.offer_command(
        work, post.id, Holder("李", person=receiver.person), "通报", WHO, later(20)
    )
    waiting = offered.waiting()
    assert waiting is not None
    done = await actions.answer_command(work, waiting.id, "accept", "self", "", receiver, later(21))
    assert done.transfers[0].answered_how == "self"


@pytest.mark.parametrize("event", ["decline", "withdraw"])
async def test_a_transfer_refused_or_withdrawn_leaves_command_where_it_is(
    work: Connection, event: str
) -> None:
    post = await _post(work)
    offered = await actions.offer_command(work, post.id, LI, "通报", WHO, later(20))
    waiting = offered.waiting()
    assert waiting is not None
    with pytest.raises(Conflict):
        await actions.offer_command(work, post.id, Holder("王"), "通报", WHO, later(21))
    with pytest.raises(Conflict):
        await actions.close_post(work, post.id, WHO, later(21))
    with pytest.raises(Invalid):
        await actions.answer_command(work, waiting.id, event, "phone", " ", WHO, later(21))
    done = await actions.answer_command(work, waiting.id, event, "phone", "不在现场", WHO, later(22))
    commander = done.commander()
    assert commander is not None
    assert (commander.name, done.waiting()) == ("张局长", None)


async def test_command_is_not_taken_like_any_other_place(work: Connection) -> None:
    post = await _post(work)
    commander = post.commander()
    assert commander is not None
    with pytest.raises(Conflict):
        await actions.seat(work, post.id, "commander", None, LI, WHO, later(20))
    with pytest.raises(Conflict):
        await actions.unseat(work, commander.id, "换人", WHO, later(20))
    with pytest.raises(Conflict):
        await actions.offer_command(work, post.id, ZHANG, "通报", WHO, later(20))


async def test_a_new_leader_ends_the_former_and_members_add_to_the_span(work: Connection) -> None:
    post = await _post(work)
    rescue = post.groups[0]
    post = await actions.seat(work, post.id, "leader", rescue.id, LI, WHO, later(20))
    post = await actions.seat(work, post.id, "leader", rescue.id, Holder("王队长"), WHO, later(30))
    for number in range(SPAN[1] + 1):
        post = await actions.seat(work, post.id, "member", rescue.id, Holder(f"队员{number}"), WHO, later(31))
    [leader] = [seat for seat in post.standing() if seat.role == "leader"]
    assert leader.name == "王队长"
    assert span(post, leader) == SPAN[1] + 1
    assert too_wide(SPAN[1] + 1)
    assert not too_wide(SPAN[1])
    commander = post.commander()
    assert commander is not None
    assert span(post, commander) == 2
    ended = await actions.unseat(work, leader.id, "轮换", WHO, later(40))
    assert [seat.end_reason for seat in ended.seats if seat.id == leader.id] == ["轮换"]
    with pytest.raises(Conflict):
        await actions.unseat(work, leader.id, "又轮换", WHO, later(41))


@pytest.mark.parametrize(("role", "in_group"), [("leader", False), ("safety", True), ("cook", False)])
async def test_a_role_belongs_to_the_post_or_to_a_group(
    work: Connection, role: str, *, in_group: bool
) -> None:
    post = await _post(work)
    with pytest.raises(Invalid):
        await actions.seat(work, post.id, role, post.groups[0].id if in_group else None, LI, WHO, later(20))


async def test_a_unit_works_under_one_group_and_is_known_by_its_task(work: Connection) -> None:
    post = await _post(work)
    unit = await add_unit(work)
    task = await tasks.assign(work, post.incident_id, unit.id, "封堵", WHO, START)
    rescue, medical = post.groups
    await actions.place_unit(work, rescue.id, task.id, "封堵渗水", WHO, later(20))
    moved = await actions.place_unit(work, medical.id, task.id, "转运", WHO, later(30))
    [there] = moved.units
    assert (there.group_id, there.unit.zh, there.work, there.crew) == (medical.id, "救援R-1", "转运", 4)
    with pytest.raises(NotFound):
        await actions.place_unit(work, rescue.id, uuid4(), "x", WHO, later(31))
    closed = await actions.close_group(work, medical.id, WHO, later(40))
    assert closed.units == ()
    with pytest.raises(Conflict):
        await actions.place_unit(work, medical.id, task.id, "x", WHO, later(41))
    reopened = await actions.open_group(work, post.id, "medical", WHO, later(50))
    assert len([group for group in reopened.groups if group.closed_at is None]) == 2
    with pytest.raises(Conflict):
        await actions.open_group(work, post.id, "medical", WHO, later(51))


async def test_a_closed_post_takes_nobody_and_its_places_have_ended(work: Connection) -> None:
    post = await _post(work)
    closed = await actions.close_post(work, post.id, WHO, later(60))
    assert closed.standing() == ()
    for deed in (
        actions.seat(work, post.id, "deputy", None, LI, WHO, later(61)),
        actions.open_group(work, post.id, "experts", WHO, later(61)),
        actions.close_post(work, post.id, WHO, later(61)),
        actions.change_group(work, post.groups[0].id, "x", "", "", WHO, later(61)),
    ):
        with pytest.raises(Conflict):
            await deed


async def test_an_ended_incident_gets_no_post(work: Connection) -> None:
    incident = await open_incident(work)
    await incidents.close(work, incident.id, "resolved", "完", incident.version, WHO, later(1))
    with pytest.raises(Conflict):
        await actions.open_post(
            work, incident.id, WHO, later(2), name="指", place="处", contact="", commander=LI
        )


async def test_the_example_groups_are_ten_and_marked(work: Connection) -> None:
    kinds = await queries.group_kinds(work)
    assert len(kinds) == 10
    assert all(kind.example and kind.task for kind in kinds)
    assert {kind.section for kind in kinds} == {"command", "operations", "planning", "logistics", "finance"}
