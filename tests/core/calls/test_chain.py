"""Who is called next, when does the level above hear, and does a restart or a second word change anything?"""

from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudan.core.calls import actions, queries
from mudan.core.calls.actions import Answer, NewNode
from mudan.core.calls.model import EVENTS, STATES, Node, Run, Start, Step, coverage, moved, try_number
from mudan.core.duty import actions as duty
from mudan.core.duty.actions import NewContact
from mudan.core.duty.model import Contact
from mudan.core.incidents import queries as incidents
from mudan.core.notices import actions as notice_actions
from mudan.core.notices import queries as notices
from mudan.core.people.model import Role
from mudan.primitives.errors import Conflict, Invalid, NotFound
from mudan.storage.pool import Connection
from tests.core.county import actor, actor_of, add_person, later, open_incident
from tests.database import COUNTY, OTHER_TOWN, START, TOWN

pytestmark = pytest.mark.anyio
DESK = actor(Role.DUTY_OFFICER)
LEGAL = {
    ("pending", "begin"): "calling", ("pending", "answer"): "answered", ("pending", "cancel"): "cancelled",
    ("calling", "answer"): "answered", ("calling", "give_up"): "unreached", ("calling", "cancel"): "cancelled",
    ("unreached", "answer"): "answered",
}  # fmt: skip


def test_the_chart_is_what_was_agreed() -> None:
    for state in STATES:
        for event in (*EVENTS, "nonsense"):
            if (state, event) in LEGAL:
                assert moved(state, event) == LEGAL[state, event]
            else:
                with pytest.raises(Conflict):
                    moved(state, event)


@given(st.integers(0, 5), st.integers(1, 5))
def test_everybody_is_tried_so_many_rounds_in_turn(people: int, rounds: int) -> None:
    contacts = [
        Contact(UUID(int=n), 0, TOWN, None, str(n), "", "1", "", ("voice",), None, example=False, version=1)
        for n in range(people)
    ]
    tried: list[str] = []
    while (contact := try_number(len(tried), contacts, rounds)) is not None:
        tried.append(contact.name)
    assert tried == [one.name for one in contacts] * rounds


def test_a_chain_says_what_it_says_and_how_long_it_waits() -> None:
    wrong: dict[str, Any]
    for wrong in (
        {"words": " "},
        {"lowest": "star"},
        {"mode": "shout"},
        {"rounds": 0},
        {"answer_within_s": 5},
    ):
        with pytest.raises(Invalid):
            Start(**({"title": "转移", "words": "请转移", "area_code": TOWN} | wrong))
    assert Start("甲", "乙", TOWN, lowest="village").levels() == ("county", "town", "village")


async def person(work: Connection, name: str, area: str = TOWN, **more: Any) -> UUID:
    """An entry of the phone book."""
    given: dict[str, Any] = {"phone": f"000-{name}", **more}
    return (await duty.add_contact(work, DESK, NewContact(name, area, **given))).id


async def place(
    work: Connection, name: str, level: str, parent: Node | None, *contacts: UUID, area: str = TOWN
) -> Node:
    """A place of the tree, with 100 people."""
    new = NewNode(name, level, TOWN, parent.id if parent else None, 100, contacts=contacts)
    return await actions.add_node(work, DESK, new)


async def tree(work: Connection) -> tuple[Node, Node]:
    """A town with two people to call, and a village of one under it."""
    town = await place(work, "沙土镇", "town", None, await person(work, "镇长"), await person(work, "副镇长"))
    return town, await place(work, "东村", "village", town, await person(work, "村主任"))


async def started(work: Connection, **more: Any) -> Run:
    """A chain for the town, at once tried for the first time."""
    given: dict[str, Any] = {
        "title": "转移",
        "words": "请立即转移",
        "area_code": TOWN,
        "answer_within_s": 60,
    } | more
    run = await actions.start(work, DESK, START, Start(**given))
    await actions.tick(work, START)
    return run


async def steps(work: Connection, run: Run) -> dict[str, Step]:
    """The places of a chain by name."""
    return {one.name: one for one in await queries.steps(work, run.id)}


async def test_nobody_answers_so_the_next_is_tried_then_the_village_and_the_desk(work: Connection) -> None:
    await tree(work)
    run = await started(work, rounds=1)
    found = await steps(work, run)
    assert [(one.name, one.state) for one in found["沙土镇"].tries] == [("镇长", "calling")]
    assert found["东村"].state == "pending"
    await actions.tick(work, later(59))
    assert len((await steps(work, run))["沙土镇"].tries) == 1
    await actions.tick(work, later(60))
    assert [(one.name, one.state) for one in (await steps(work, run))["沙土镇"].tries] == [
        ("镇长", "missed"), ("副镇长", "calling"),
    ]  # fmt: skip
    await actions.tick(work, later(120))
    found = await steps(work, run)
    assert (found["沙土镇"].state, found["东村"].state) == ("unreached", "calling")
    above = await notices.of_subject(work, "calls", f"above:{found['沙土镇'].id}")
    assert [one.to for one in above[0].steps] == ["position:duty_officer"]
    await actions.tick(work, later(121))
    await actions.tick(work, later(182))
    found = await steps(work, run)
    assert found["东村"].state == "unreached"
    assert found["东村"].tries[-1].kind == "escalation"
    assert found["东村"].tries[-1].name == "镇长"
    ended = await queries.run(work, run.id)
    assert (ended.state, ended.unreached, ended.total) == ("finished", 2, 2)


async def test_an_answer_stops_the_calls_and_opens_the_next_level(work: Connection) -> None:
    incident = await open_incident(work, DESK)
    await tree(work)
    run = await started(work, incident=incident.id)
    town = (await steps(work, run))["沙土镇"]
    given = Answer("镇长", "voice", uuid4(), later(20), "已知悉")
    for _ in range(2):
        await actions.answer(work, run.id, town.id, given, DESK, later(30))
    found = await steps(work, run)
    assert (found["沙土镇"].state, found["沙土镇"].answered_at) == ("answered", later(20))
    [try_one] = found["沙土镇"].tries
    assert (try_one.state, try_one.device_at, try_one.server_at) == ("answered", later(20), later(30))
    assert found["东村"].state == "calling"
    told = await notices.of_subject(work, "calls", str(town.id))
    assert {one.state for one in told} == {"acknowledged"}
    with pytest.raises(Conflict):
        await actions.answer(work, run.id, town.id, Answer("又", "voice", uuid4()), DESK, later(40))
    await actions.answer(work, run.id, found["东村"].id, Answer("村主任", "visit", uuid4()), DESK, later(50))
    ended = await queries.run(work, run.id)
    assert (ended.state, ended.answered, ended.ended_at) == ("finished", 2, later(50))
    lines = [line.text_zh for line in await incidents.timeline(work, incident.id) if line.kind == "call"]
    assert lines == ["启动叫应：转移，2 处", "叫应完成：应答 2 处，未通 0 处，共 2 处"]
    figures = {one.level: one for one in coverage((await steps(work, run)).values())}
    assert (figures["village"].answered, figures["village"].people_answered) == (1, 100)


async def test_a_person_answers_in_the_app_and_the_step_knows(work: Connection) -> None:
    account = await add_person(work, "village.head", Role.DUTY_OFFICER, TOWN)
    head = await person(work, "村支书", channels=("app", "voice"), person=account.id)
    await place(work, "西村", "village", None, head)
    run = await started(work)
    step = (await steps(work, run))["西村"]
    [notice] = await notices.of_subject(work, "calls", str(step.id))
    assert [(one.to, one.channels) for one in notice.steps] == [
        (f"person:{account.id}", ("app",)), ("address:000-村支书", ("voice",)),
    ]  # fmt: skip
    await notice_actions.acknowledge(work, notice.id, actor_of(account), later(10), device_at=later(8))
    for _ in range(2):
        await actions.tick(work, later(11))
    step = (await steps(work, run))["西村"]
    assert (step.state, step.answered_how, step.answered_at) == ("answered", "app", later(8))
    assert (step.tries[0].state, len(step.tries)) == ("answered", 1)


async def test_a_restart_changes_nothing_and_a_long_sleep_is_said(work: Connection) -> None:
    await tree(work)
    run = await started(work)
    for _ in range(3):
        await actions.tick(work, START)
    assert len((await steps(work, run))["沙土镇"].tries) == 1
    await actions.tick(work, later(4000))
    tries = (await steps(work, run))["沙土镇"].tries
    assert [(one.state, one.late) for one in tries] == [("missed", False), ("calling", True)]
    assert tries[1].deadline == later(4060)
    await actions.tick(work, later(25 * 3600))
    ended = await queries.run(work, run.id)
    assert (ended.state, ended.unreached) == ("finished", 2)


async def test_who_was_not_reached_may_still_be_found_at_the_door(work: Connection) -> None:
    await place(work, "孤村", "village", None)
    run = await started(work)
    step = (await steps(work, run))["孤村"]
    assert (step.state, (await queries.run(work, run.id)).state) == ("unreached", "finished")
    await actions.answer(work, run.id, step.id, Answer("村民", "visit", uuid4()), DESK, later(900))
    assert (await queries.run(work, run.id)).answered == 1


async def test_through_calls_every_level_at_once(work: Connection) -> None:
    await tree(work)
    run = await started(work, mode="through")
    assert {one.state for one in (await steps(work, run)).values()} == {"calling"}
    assert {len(one.tries) for one in (await steps(work, run)).values()} == {1}


async def test_cancelling_ends_every_call(work: Connection) -> None:
    await tree(work)
    run = await started(work)
    with pytest.raises(Conflict):
        await actions.cancel(work, run.id, "误报", run.version + 1, DESK, later(5))
    with pytest.raises(Invalid):
        await actions.cancel(work, run.id, " ", run.version, DESK, later(5))
    await actions.cancel(work, run.id, "误报", run.version, DESK, later(5))
    found = await steps(work, run)
    assert {one.state for one in found.values()} == {"cancelled"}
    assert {one.state for one in await notices.of_subject(work, "calls", str(found["沙土镇"].id))} == {
        "cancelled"
    }
    await actions.tick(work, later(500))
    assert await steps(work, run) == found
    with pytest.raises(Conflict):
        await actions.answer(work, run.id, found["东村"].id, Answer("谁", "voice", uuid4()), DESK, later(600))


async def test_an_exercise_calls_its_own_tree_faster_and_no_real_channel(work: Connection) -> None:
    await work.execute("insert into space (id, name, scale) values (7, '演练', 10)")
    await tree(work)
    with pytest.raises(Invalid):
        await actions.start(work, None, START, Start("演练", "词", TOWN), space=7)
    await work.execute("update call_node set space = 7")
    await work.execute("update duty_contact set space = 7")
    run = await actions.start(work, None, START, Start("演练", "词", TOWN, answer_within_s=60), space=7)
    await actions.tick(work, START)
    step = next(iter(await queries.steps(work, run.id)))
    assert step.next_at == later(6)
    [notice] = await notices.of_subject(work, "calls", str(step.id))
    assert {one.state for one in notice.deliveries} == {"exercise"}


async def test_the_tree_and_the_origin_keep_their_rules(work: Connection) -> None:
    town, village = await tree(work)
    with pytest.raises(Invalid):
        await place(work, "县", "county", village)
    with pytest.raises(Conflict):
        await place(work, "东村", "village", town)
    with pytest.raises(NotFound):
        await actions.add_node(work, actor(area=TOWN), NewNode("村", "village", OTHER_TOWN))
    first = await started(work, origin="warning:1")
    assert (await started(work, origin="warning:1")).id == first.id
    with pytest.raises(NotFound):
        await actions.start(work, actor(area=TOWN), START, Start("甲", "乙", COUNTY))
    changed = await actions.change_node(
        work,
        village.id,
        name="东村",
        people=120,
        contacts=[],
        version=village.version,
        void_reason="",
        now=START,
    )
    assert changed is not None
    assert (changed.people, changed.contacts) == (120, ())
    gone = await actions.change_node(
        work,
        village.id,
        name="东村",
        people=120,
        contacts=[],
        version=changed.version,
        void_reason="并村",
        now=START,
    )
    assert gone is None
    assert [one.name for one in await queries.nodes(work, TOWN)] == ["沙土镇"]
