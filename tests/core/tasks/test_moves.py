"""Does a task move on by the chart, by those who may, and once for every report?"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from mudan.core.incidents import actions as incident_actions
from mudan.core.incidents import queries as incidents
from mudan.core.people.model import Actor, Role
from mudan.core.tasks import actions, queries
from mudan.core.tasks.actions import ORDER_LENGTH, FieldEvent
from mudan.core.tasks.model import CHART, CREW_EVENTS, ENDED, STATE_WORDS, Task, believed, next_events
from mudan.core.units import actions as unit_actions
from mudan.core.units import queries as units
from mudan.core.units.model import Administrative
from mudan.primitives.errors import Conflict, Invalid, NotAllowed, NotFound
from mudan.storage.pool import SYSTEM, Connection, set_scope
from tests.core.county import actor, add_crew, add_unit, later, open_incident
from tests.database import COUNTY, OTHER_TOWN, START, TOWN

pytestmark = pytest.mark.anyio
WHO = actor()
STATES = tuple(STATE_WORDS)
EVENTS = tuple(sorted({event for _, event in CHART} - {"offer"}))
TO_REACH: dict[str, Sequence[str]] = {
    "offered": (),
    "accepted": ("accept",),
    "en_route": ("accept", "depart"),
    "staging": ("accept", "stage"),
    "on_scene": ("accept", "depart", "arrive"),
    "working": ("accept", "depart", "arrive", "work"),
    "transporting": ("arrive", "transport"),
    "at_destination": ("arrive", "transport", "deliver"),
    "completed": ("accept", "arrive", "complete"),
    "declined": ("decline",),
    "handed_over": ("accept", "hand_over"),
    "cancelled": ("cancel",),
    "failed": ("accept", "fail"),
}


async def _assign(work: Connection, **more: Any) -> Task:
    incident, unit = await open_incident(work), await add_unit(work, more.pop("code", "R-1"))
    return await actions.assign(work, incident.id, unit.id, "赶赴现场", WHO, START, **more)


async def _report(
    work: Connection, task: UUID, event: str, at: float = 10, who: Actor = WHO, **more: Any
) -> Task:
    given = {"client_id": uuid4(), "device_at": later(at), "reason": "车坏了", **more}
    return await actions.report(work, task, FieldEvent(event, **given), who, later(at))


async def _in_state(work: Connection, state: str) -> Task:
    if state == "planned":
        return await _assign(work, starts_at=later(3600))
    task = await _assign(work)
    if state == "expired":
        [task] = await actions.expire_offers(work, later(61))
    for event in TO_REACH.get(state, ()):
        task = await _report(work, task.id, event)
    assert task.state == state
    return task


@pytest.mark.parametrize("state", STATES)
async def test_every_way_of_the_chart_is_open_and_every_other_is_closed(work: Connection, state: str) -> None:
    task = await _in_state(work, state)
    assert set(next_events(state)) <= {event for before, event in CHART if before == state} - {"expire"}
    for event in EVENTS:
        async with work.transaction(force_rollback=True):
            after = CHART.get((state, event))
            if event == "expire":
                with pytest.raises(NotAllowed):
                    await _report(work, task.id, event)
                continue
            if after is None:
                with pytest.raises(Conflict):
                    await _report(work, task.id, event, at=90)
                continue
            moved = await _report(work, task.id, event, at=20)
            assert (moved.state, moved.version) == (after, task.version + 1)
            assert moved.stamps[after] == later(20).isoformat()
            assert (moved.ended_at is not None) is (after in ENDED)


def test_whatever_has_ended_stays_ended() -> None:
    assert not {state for state, _ in CHART} & ENDED
    assert set(CHART.values()) | {"planned"} == set(STATES)


async def test_an_offer_is_written_into_the_incident_and_moves_its_phase(work: Connection) -> None:
    task = await _assign(work)
    incident = await incidents.one(work, task.incident_id)
    assert (incident.phase, incident.tasks, incident.open_tasks) == ("dispatching", 1, 1)
    assert (task.state, task.order_text, task.expires_at) == ("offered", "赶赴现场", later(60))
    texts = [event.text_en for event in await incidents.timeline(work, task.incident_id)]
    assert texts == ["opened: 堤防渗水", "dispatched Rescue R-1", "phase: dispatching"]


async def test_the_phase_follows_and_is_never_taken_back(work: Connection) -> None:
    task = await _assign(work)
    phases = []
    for event in ("accept", "depart", "arrive", "work"):
        await _report(work, task.id, event)
        phases.append((await incidents.one(work, task.incident_id)).phase)
    assert phases == ["responding", "responding", "on_scene", "on_scene"]
    other = await add_unit(work, "R-2")
    second = await actions.assign(work, task.incident_id, other.id, "增援", WHO, later(20))
    await _report(work, second.id, "accept", at=30)
    assert (await incidents.one(work, task.incident_id)).phase == "on_scene"
    assert (await queries.one(work, task.id)).state == "working"


async def test_a_unit_is_not_sent_twice_to_one_incident(work: Connection) -> None:
    task = await _assign(work)
    with pytest.raises(Conflict):
        await actions.assign(work, task.incident_id, task.unit_id, "再去", WHO, later(1))
    await _report(work, task.id, "decline")
    again = await actions.assign(work, task.incident_id, task.unit_id, "再去", WHO, later(20))
    assert again.id != task.id


async def test_a_second_assignment_never_touches_the_first(work: Connection) -> None:
    task = await _assign(work)
    before = await _report(work, task.id, "accept")
    elsewhere = await open_incident(work, title="另一处")
    second = await actions.assign(work, elsewhere.id, task.unit_id, "再去", WHO, later(20))
    assert await queries.one(work, task.id) == before
    await _report(work, second.id, "cancel", at=30)
    assert await queries.one(work, task.id) == before
    unit = await units.one(work, task.unit_id)
    assert (unit.status, [one.id for one in unit.tasks]) == ("committed", [task.id])


@pytest.mark.parametrize("state", [Administrative.OFF_DUTY, Administrative.OUT_OF_SERVICE])
async def test_a_unit_that_is_not_on_duty_is_not_sent(work: Connection, state: Administrative) -> None:
    incident, unit = await open_incident(work), await add_unit(work)
    await unit_actions.set_administrative(work, unit.id, state, "检修", None)
    with pytest.raises(Conflict):
        await actions.assign(work, incident.id, unit.id, "赶赴现场", WHO, START)


async def test_nobody_is_sent_to_what_has_ended_or_with_empty_words(work: Connection) -> None:
    incident, unit = await open_incident(work), await add_unit(work)
    for words in ("", "  ", "长" * (ORDER_LENGTH + 1)):
        with pytest.raises(Invalid):
            await actions.assign(work, incident.id, unit.id, words, WHO, START)
    with pytest.raises(NotFound):
        await actions.assign(work, incident.id, uuid4(), "去", WHO, START)
    await incident_actions.close(work, incident.id, "resolved", "已处置", incident.version, WHO, later(1))
    with pytest.raises(Conflict):
        await actions.assign(work, incident.id, unit.id, "赶赴现场", WHO, START)


async def test_an_incident_is_not_closed_while_a_task_is_open(work: Connection) -> None:
    task = await _assign(work)
    incident = await incidents.one(work, task.incident_id)
    with pytest.raises(Conflict, match="still open"):
        await incident_actions.close(work, incident.id, "resolved", "已处置", incident.version, WHO, later(1))
    await _report(work, task.id, "cancel")
    incident = await incidents.one(work, task.incident_id)
    closed = await incident_actions.close(
        work, incident.id, "resolved", "已处置", incident.version, WHO, later(20)
    )
    assert (closed.open_tasks, closed.tasks) == (0, 1)


@pytest.mark.parametrize("event", ["decline", "cancel", "fail", "hand_over"])
async def test_giving_up_needs_a_reason(work: Connection, event: str) -> None:
    task = await _in_state(work, "accepted")
    with pytest.raises(Invalid):
        await _report(work, task.id, event, reason=" ")
    assert (await _report(work, task.id, event)).decline_reason == "车坏了"


async def test_a_report_sent_twice_counts_once(work: Connection) -> None:
    task = await _assign(work)
    event = FieldEvent("accept", uuid4(), later(5))
    first = await actions.report(work, task.id, event, WHO, later(6))
    lines = len(await incidents.timeline(work, task.incident_id))
    assert await actions.report(work, task.id, event, WHO, later(60)) == first
    await _report(work, task.id, "depart")
    late = await actions.report(work, task.id, event, WHO, later(90))
    assert late.state == "en_route"
    assert len(await incidents.timeline(work, task.incident_id)) == lines + 1


async def test_a_report_of_another_task_does_not_move_this_one(work: Connection) -> None:
    first = await _assign(work)
    second = await _assign(work, code="R-2")
    event = FieldEvent("accept", uuid4(), later(5))
    await actions.report(work, first.id, event, WHO, later(6))
    with pytest.raises(Conflict):
        async with work.transaction():
            await actions.report(work, second.id, event, WHO, later(7))
    assert (await queries.one(work, second.id)).state == "offered"


async def test_offers_expire_when_nobody_answers(work: Connection) -> None:
    task = await _assign(work, life=timedelta(seconds=60))
    answered = await _assign(work, code="R-2", life=timedelta(seconds=60))
    await _report(work, answered.id, "accept")
    assert await actions.expire_offers(work, later(59)) == []
    assert [one.id for one in await actions.expire_offers(work, later(60))] == [task.id]
    assert await actions.expire_offers(work, later(61)) == []
    ended = await queries.one(work, task.id)
    assert (ended.state, ended.ended_at) == ("expired", later(60))
    texts = [(line.source, line.text_zh) for line in await incidents.timeline(work, task.incident_id)]
    assert ("system", "救援R-1 派单超时") in texts


async def test_the_time_of_the_device_is_kept_and_believed_when_it_can_be_true(work: Connection) -> None:
    task = await _assign(work)
    moved = await actions.report(work, task.id, FieldEvent("accept", uuid4(), later(-600)), WHO, later(10))
    assert moved.stamps["accepted"] == later(-600).isoformat()
    line = next(
        e for e in await incidents.timeline(work, task.incident_id) if e.detail.get("state") == "accepted"
    )
    assert (line.at, line.recorded_at) == (later(-600), later(10))
    assert believed(later(86_400), later(0)) == later(0)
    assert believed(later(-3 * 86_400), later(0)) == later(0)
    assert believed(later(299), later(0)) == later(299)


async def test_a_crew_reports_on_its_own_tasks_and_on_no_other(work: Connection) -> None:
    mine, other = await _assign(work), await _assign(work, code="R-2")
    crew = await add_crew(work, await units.one(work, mine.unit_id), area=COUNTY)
    await set_scope(work, crew.scope.settings())
    assert (await _report(work, mine.id, "accept", who=crew)).state == "accepted"
    await set_scope(work, crew.scope.settings())
    with pytest.raises(NotAllowed):
        await _report(work, other.id, "accept", who=crew)
    for event in set(EVENTS) - CREW_EVENTS:
        with pytest.raises(NotAllowed):
            await _report(work, mine.id, event, who=crew)
    assert [task.id for task in await queries.several(work, person=crew.person)] == [mine.id]


async def test_a_crew_from_elsewhere_sees_its_own_order_and_nothing_else(work: Connection) -> None:
    mine, other = await _assign(work), await _assign(work, code="R-2")
    crew = await add_crew(work, await units.one(work, mine.unit_id), area=OTHER_TOWN)
    await set_scope(work, crew.scope.settings())
    seen = await queries.several(work)
    assert [(task.id, task.incident_title) for task in seen] == [(mine.id, "堤防渗水")]
    with pytest.raises(NotFound):
        await queries.one(work, other.id)
    with pytest.raises(NotFound):
        await incidents.one(work, mine.incident_id)
    assert (await _report(work, mine.id, "accept", who=crew)).state == "accepted"
    await set_scope(work, SYSTEM)
    assert (await incidents.one(work, mine.incident_id)).phase == "responding"


async def test_a_dispatcher_reports_on_the_word_of_the_crew(work: Connection) -> None:
    task = await _assign(work)
    dispatcher = actor(Role.DISPATCHER, TOWN)
    await _report(work, task.id, "accept", who=dispatcher)
    lines = await incidents.timeline(work, task.incident_id)
    assert [e.source for e in lines if e.detail.get("state") == "accepted"] == ["operator"]
    with pytest.raises(NotAllowed):
        await _report(work, task.id, "depart", who=actor(Role.LEADER))
