"""Who is called when, what is late, and how does a notice end?"""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from mudan.core.notices import queries
from mudan.core.notices.actions import (
    FileOutbox,
    acknowledge,
    hand_over,
    post,
    receipt,
    settle,
    subject_ended,
    tick,
)
from mudan.core.notices.model import Notice, State, Step
from mudan.core.people.model import Role
from mudan.primitives.errors import Conflict, Invalid, NotFound
from mudan.storage.pool import Connection, set_scope
from tests.core.county import actor, actor_of, add_person, later
from tests.core.notices.made import CHAIN, called, exercise, new, one
from tests.database import COUNTY, OTHER_TOWN, TOWN

pytestmark = pytest.mark.anyio


def _letters(folder: Path) -> list[Any]:
    return [json.loads(letter.read_text(encoding="utf-8")) for letter in folder.rglob("*.json")]


async def test_steps_follow_each_other_until_somebody_answers(work: Connection) -> None:
    notice = await post(work, new(), later(0))
    assert await called(work, notice) == [(1, "role:dispatcher", 0, False)]
    await tick(work, later(59))
    assert len(await called(work, notice)) == 1
    await tick(work, later(60))
    await tick(work, later(179))
    assert await called(work, notice) == [
        (1, "role:dispatcher", 0, False),
        (2, "role:duty_officer", 60, False),
    ]
    await tick(work, later(180))
    assert (await called(work, notice))[-1] == (3, "role:leader", 180, False)
    upcoming = (await one(work, notice)).upcoming
    assert upcoming is None


async def test_the_next_call_is_known_with_its_time(work: Connection) -> None:
    await post(work, new(), later(0))
    upcoming = (await queries.next_of(work, "tests", ["s1", "s2"]))["s1"]
    assert (upcoming.at, upcoming.to.zh, upcoming.step, upcoming.of) == (later(60), "值班长", 2, 3)


async def test_the_last_step_is_repeated_until_the_notice_lapses(work: Connection) -> None:
    notice = await post(work, new(steps=CHAIN[:1], repeat_s=100, lapse_s=250), later(0))
    for second in range(0, 400, 10):
        await tick(work, later(second))
    assert [at for _, _, at, _ in await called(work, notice)] == [0, 100, 200]
    assert (await one(work, notice)).state is State.LAPSED


async def test_an_answer_ends_it_and_twice_counts_once(work: Connection) -> None:
    who = actor_of(await add_person(work, "answering", Role.DUTY_OFFICER))
    notice = await post(work, new(), later(0))
    await acknowledge(work, notice, who, later(5), device_at=later(4), note="在看")
    await acknowledge(work, notice, who, later(6))
    await tick(work, later(10_000))
    shown = await one(work, notice)
    assert (shown.state, shown.next_at, shown.ended_by, shown.ended_at) == (
        State.ACKNOWLEDGED, None, who.name, later(5),
    )  # fmt: skip
    [answer] = shown.receipts
    assert (answer.name, answer.device_at, answer.received_at, answer.note) == (
        who.name,
        later(4),
        later(5),
        "在看",
    )
    assert len(shown.deliveries) == 1


async def test_somebody_without_an_account_can_answer(work: Connection) -> None:
    notice = await post(work, new(steps=(Step("address:13800000000", 0, ("voice",)),)), later(0))
    shown = await receipt(work, notice, name="示例·李大爷", how="voice", now=later(9))
    assert (shown.state, shown.receipts[0].how) == (State.ACKNOWLEDGED, "voice")
    with pytest.raises(Invalid):
        await receipt(work, notice, name=" ", how="voice", now=later(9))


async def test_settling_a_subject_takes_back_what_no_channel_has_taken(work: Connection) -> None:
    outside = new(steps=(Step("address:138", 0, ("text", "voice")), Step("role:leader", 60)))
    notice, other = await post(work, outside, later(0)), await post(work, new(subject="s2"), later(0))
    assert await settle(work, "tests", "s1", later(1), by="值班长", reason="事件已结", state="cancelled") == [
        notice
    ]
    shown = await one(work, notice)
    assert (shown.state, {one.state for one in shown.deliveries}) == (State.CANCELLED, {"cancelled"})
    assert (await one(work, other)).state is State.OPEN
    assert await settle(work, "tests", "s1", later(2), by="值班长", reason="又") == []
    with pytest.raises(Conflict):
        await acknowledge(work, notice, actor(), later(3))


async def test_without_a_wanted_answer_it_is_over_when_all_are_told(work: Connection) -> None:
    notice = await post(work, new(need_receipt=False), later(0))
    for second in (60, 180):
        assert (await one(work, notice)).state is State.OPEN
        await tick(work, later(second))
    assert (await one(work, notice)).state is State.DELIVERED


async def test_after_an_absence_one_step_calls_late_and_the_next_in_its_own_time(work: Connection) -> None:
    notice = await post(work, new(), later(0))
    away = 7_200
    for second in (away, away + 1, away + 2):
        await tick(work, later(second))
    assert (await called(work, notice))[1:] == [(2, "role:duty_officer", away, True)]
    await tick(work, later(away + 120))
    assert (await called(work, notice))[-1] == (3, "role:leader", away + 120, False)


async def test_after_months_nobody_is_woken(work: Connection) -> None:
    notice = await post(work, new(repeat_s=60), later(0))
    await tick(work, later(90 * 86_400))
    assert (len(await called(work, notice)), (await one(work, notice)).state) == (1, State.LAPSED)


async def test_a_day_after_its_subject_ended_nothing_calls(work: Connection) -> None:
    notice = await post(work, new(repeat_s=3_600, lapse_s=30 * 86_400), later(0))
    await subject_ended(work, "tests", "s1", later(100))
    for hour in range(1, 60):
        await tick(work, later(3_600 * hour))
    assert max(at for _, _, at, _ in await called(work, notice)) <= 100 + 86_400
    assert (await one(work, notice)).state is State.LAPSED


async def test_roles_are_reached_where_their_area_holds_the_notice(work: Connection) -> None:
    county = await add_person(work, "county", Role.DUTY_OFFICER)
    town = await add_person(work, "town", Role.DUTY_OFFICER, TOWN)
    await add_person(work, "elsewhere", Role.DUTY_OFFICER, OTHER_TOWN)
    notice = await post(work, new(steps=(Step("role:duty_officer"),)), later(0))
    [call] = (await one(work, notice)).deliveries
    assert set(call.people) == {county.id, town.id}


async def test_whoever_is_nobody_is_replaced_and_said(work: Connection) -> None:
    leader = await add_person(work, "boss", Role.LEADER)
    steps = (Step("position:leader_on_duty", otherwise="role:leader"), Step("position:duty_chief"))
    notice = await post(work, new(steps=steps), later(0))
    first, second = (await one(work, notice)).deliveries
    assert (first.target, first.people, first.state) == ("role:leader", (leader.id,), "shown")
    assert (second.target, second.people, second.state) == ("position:duty_chief", (), "nobody")


async def test_mine_is_what_called_me_or_my_role_in_my_area(work: Connection) -> None:
    me = actor_of(await add_person(work, "me", Role.DUTY_OFFICER, TOWN))
    named = await post(
        work, new(subject="a", area_code=COUNTY, steps=(Step(f"person:{me.person}"),)), later(0)
    )
    mine = await post(work, new(subject="b", steps=(Step("role:duty_officer"),)), later(1))
    await post(work, new(subject="c", steps=(Step("role:leader"),)), later(2))
    await post(work, new(subject="d", area_code=OTHER_TOWN, steps=(Step("role:duty_officer"),)), later(3))
    await set_scope(work, me.scope.settings())
    assert [notice.id for notice in await queries.mine(work, me)] == [mine, named]
    await acknowledge(work, mine, me, later(9))
    assert [notice.id for notice in await queries.mine(work, me)] == [named]
    assert len(await queries.mine(work, me, state="all")) == 2


async def test_a_notice_of_elsewhere_is_not_there(work: Connection) -> None:
    notice = await post(work, new(area_code=OTHER_TOWN), later(0))
    me = actor(area=TOWN)
    await set_scope(work, me.scope.settings())
    with pytest.raises(NotFound):
        await acknowledge(work, notice, me, later(1))
    assert await queries.of_subject(work, "tests", "s1") == []


async def test_the_outbox_gets_each_letter_once(work: Connection, tmp_path: Path) -> None:
    notice = await post(work, new(steps=(Step("address:138", 0, ("app", "text")),)), later(0))
    outbox = FileOutbox(tmp_path)
    assert (await hand_over(work, outbox, later(1))).others
    assert not (await hand_over(work, outbox, later(2))).others
    [words] = _letters(tmp_path)
    assert (words["to"], words["title"]["zh"]) == ([{"name": "138", "number": "138"}], "告警")
    states = {one.channel: one.state for one in (await one(work, notice)).deliveries}
    assert states == {"app": "shown", "text": "sent"}


async def test_an_exercise_never_leaves_the_house(work: Connection, tmp_path: Path) -> None:
    space = await exercise(work)
    channels = ("app", "text", "voice", "broadcast", "webhook")
    notice = await post(work, new(space=space, steps=(Step("role:leader", 0, channels), CHAIN[1])), later(0))
    await add_person(work, "boss", Role.LEADER)
    again = await post(work, new(space=space, steps=(Step("role:leader", 0, channels),)), later(0))
    await tick(work, later(60))
    await hand_over(work, FileOutbox(tmp_path), later(61))
    assert _letters(tmp_path) == []
    for each, state in ((notice, "nobody"), (again, "exercise")):
        found = {call.state for call in (await one(work, each)).deliveries if call.channel != "app"}
        assert found == {state}


@pytest.mark.parametrize(
    "steps",
    [
        (), (Step("nobody"),), (Step("role:king"),), (Step("role:leader", -1),), (Step("role:leader", 0, ("fax",)),),
        (Step("role:leader", 0, ()),), (Step("role:leader", otherwise="x"),), (Step(""),),
    ],
)  # fmt: skip
async def test_what_cannot_be_carried_out_is_refused(work: Connection, steps: tuple[Step, ...]) -> None:
    with pytest.raises(Invalid):
        await post(work, new(steps=steps), later(0))


async def test_marks_gather_what_belongs_together(work: Connection) -> None:
    ids: list[UUID] = [await post(work, new(subject=str(n), mark="chain"), later(n)) for n in range(2)]
    found: list[Notice] = await queries.of_group(work, "chain")
    assert [notice.id for notice in found] == ids
