"""Is a crew in danger asked in time, missed when silent, and heard when it cries for rescue?"""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudan.core.alarms import queries as alarms
from mudan.core.incidents import queries as incidents
from mudan.core.people.model import Actor, Role
from mudan.core.tasks import actions, queries
from mudan.core.tasks.actions import Call, FieldEvent, Safe
from mudan.core.tasks.model import Par, Task, answered, turned
from mudan.core.units import queries as units
from mudan.primitives.errors import Conflict, Invalid, NotAllowed
from mudan.storage.pool import SYSTEM, Connection, set_scope
from tests.core.county import PLACE, actor, add_crew, add_entity, add_person, add_unit, later, open_incident
from tests.database import COUNTY, START

WHO = actor()


def _par(**more: object) -> Par:
    plain = Par(
        id=uuid4(), space=0, task_id=uuid4(), incident_id=uuid4(), unit_id=uuid4(), area_code=COUNTY, department=None,
        every_s=600, grace_s=120, reason="深水", started_by="x", next_at=later(600), asked_at=None, due_at=None,
        missed=0, state="running", version=1,
    )  # fmt: skip
    return replace(plain, **more)  # type: ignore[arg-type]  # fields by name


def test_a_crew_is_asked_in_time_and_missed_after_the_grace() -> None:
    par = _par()
    assert turned(par, later(599)) is None
    asked = turned(par, later(600))
    assert asked is not None
    assert (asked[1:], asked[0].due_at) == (("asked", False), later(720))
    assert turned(asked[0], later(719)) is None
    missed = turned(asked[0], later(720))
    assert missed is not None
    assert (missed[1], missed[0].missed, missed[0].due_at) == ("missed", 1, later(840))
    safe = answered(missed[0], later(730))
    assert (safe.missed, safe.due_at, safe.next_at) == (0, None, later(1330))


def test_a_centre_that_was_away_asks_again_and_calls_nobody_lost() -> None:
    asked = turned(_par(), later(4000))
    assert asked is not None
    assert asked[1:] == ("asked", True)
    again = turned(asked[0], later(9000))
    assert again is not None
    assert (again[1:], again[0].missed, again[0].due_at) == (("asked", True), 0, later(9120))


@given(gaps=st.lists(st.tuples(st.integers(1, 2000), st.booleans()), max_size=40))
def test_nobody_is_missed_without_having_had_the_whole_grace(gaps: list[tuple[int, bool]]) -> None:
    par, now = _par(), START
    for gap, answers in gaps:
        now += timedelta(seconds=gap)
        before = par
        turn = turned(par, now)
        if turn is not None:
            par = turn[0]
            if turn[1] == "missed":
                assert before.asked_at is not None
                assert now - before.asked_at >= timedelta(seconds=par.grace_s)
        if answers:
            par = answered(par, now)
            assert (par.missed, par.due_at, par.next_at > now) == (0, None, True)
    assert turned(replace(par, state="ended"), now + timedelta(days=9)) is None


async def _at_work(work: Connection, *, vehicle: bool = False) -> tuple[Task, Actor]:
    car = await add_entity(work, "V9", type="Vehicle", platform="transport") if vehicle else None
    unit, incident = await add_unit(work, vehicle=car.key if car else None), await open_incident(work)
    crew = await add_crew(work, unit, area=COUNTY)
    task = await actions.assign(work, incident.id, unit.id, "去", WHO, START)
    return await actions.report(work, task.id, FieldEvent("arrive", uuid4(), START), crew, START), crew


async def _ticked(work: Connection, *seconds: float) -> None:
    for second in seconds:
        await actions.tick(work, later(second))


async def _alarms(work: Connection) -> list[tuple[str, bool, int, bool]]:
    found, *_ = await alarms.page(work, alarms.Wanted(state="all"))
    return [(one.rule, one.active, one.level, one.life_safety) for one in found]


def _safe(at: float, client_id: UUID | None = None) -> Safe:
    return Safe(client_id or uuid4(), later(at), headcount=4)


@pytest.mark.anyio
async def test_a_silent_crew_raises_a_level_one_alarm_that_its_word_ends(work: Connection) -> None:
    task, crew = await _at_work(work, vehicle=True)
    await actions.check(work, task.id, 600, 120, "深水作业", WHO, later(0))
    await _ticked(work, 599)
    assert (await queries.one(work, task.id)).par["asked_at"] is None  # type: ignore[index]  # it runs
    await _ticked(work, 600, 610, 719)
    assert await _alarms(work) == []
    await _ticked(work, 720, 730)
    assert await _alarms(work) == [("field.par_missed", True, 1, True)]
    await actions.safe(work, task.id, _safe(740), crew, later(741))
    assert await _alarms(work) == [("field.par_missed", False, 1, True)]
    par = (await queries.one(work, task.id)).par
    assert par is not None
    assert (par["missed"], par["due_at"]) == (0, None)
    texts = [line.text_zh for line in await incidents.timeline(work, task.incident_id)]
    assert [t for t in texts if "平安" in t] == [
        "救援R-1 开始平安确认，每 10 分钟", "救援R-1 未应答平安确认，已报警", "救援R-1 已报平安",
    ]  # fmt: skip


@pytest.mark.anyio
async def test_an_exercise_asks_as_fast_as_it_runs(work: Connection) -> None:
    await work.execute("update space set scale = 10 where id = 0")
    task, _ = await _at_work(work)
    await actions.check_all(work, task.incident_id, 600, 120, "深水作业", WHO, later(0))
    await _ticked(work, 59, 60)
    par = (await queries.one(work, task.id)).par
    assert par is not None
    assert (par["every_s"], datetime.fromisoformat(par["due_at"])) == (60, later(72))
    await _ticked(work, 72)
    assert [rule for rule, *_ in await _alarms(work)] == ["field.par_missed"]


@pytest.mark.anyio
async def test_the_same_word_twice_counts_once_and_a_word_before_the_question_counts(
    work: Connection,
) -> None:
    task, crew = await _at_work(work)
    await actions.check(work, task.id, 600, 120, "深水作业", WHO, later(0))
    word = _safe(500)
    for now in (500, 505, 560):
        done = await actions.safe(work, task.id, word, crew, later(now))
    assert done.par is not None
    assert datetime.fromisoformat(done.par["next_at"]) == later(1100)
    await _ticked(work, 600, 1099)
    assert (await queries.one(work, task.id)).par["asked_at"] is None  # type: ignore[index]  # it runs


@pytest.mark.anyio
async def test_the_check_ends_with_the_task_and_silence_after_it_means_nothing(work: Connection) -> None:
    task, crew = await _at_work(work)
    await actions.check(work, task.id, 600, 120, "深水作业", WHO, later(0))
    await actions.report(work, task.id, FieldEvent("complete", uuid4(), later(650)), crew, later(650))
    await _ticked(work, 700, 2000, 9000)
    assert await _alarms(work) == []
    assert (await queries.one(work, task.id)).par is None
    assert (await actions.safe(work, task.id, _safe(9001), crew, later(9001))).state == "completed"


@pytest.mark.anyio
async def test_every_crew_that_reaches_a_dangerous_scene_is_checked(work: Connection) -> None:
    task, _ = await _at_work(work)
    [started] = await actions.check_all(work, task.incident_id, 300, 60, "有毒气体", WHO, later(0))
    assert started.par is not None
    late_unit = await add_unit(work, "R-2")
    second = await actions.assign(work, task.incident_id, late_unit.id, "去", WHO, later(5))
    await actions.report(work, second.id, FieldEvent("depart", uuid4(), later(6)), WHO, later(6))
    assert (await queries.one(work, second.id)).par is None
    await actions.report(work, second.id, FieldEvent("arrive", uuid4(), later(7)), WHO, later(7))
    assert (await queries.one(work, second.id)).par["every_s"] == 300  # type: ignore[index]  # it runs
    ended = await actions.end_all(work, task.incident_id, "气体已散", WHO, later(8))
    assert set(ended) == {task.id, second.id}
    assert (await queries.one(work, second.id)).par is None


@pytest.mark.anyio
async def test_a_check_has_bounds_a_reason_and_a_crew_under_way(work: Connection) -> None:
    task, crew = await _at_work(work)
    for every, grace, reason in ((10, 30, "x"), (600, 10, "x"), (60, 120, "x"), (600, 120, " ")):
        with pytest.raises(Invalid):
            await actions.check(work, task.id, every, grace, reason, WHO, START)
    other = await actions.assign(work, task.incident_id, (await add_unit(work, "R-2")).id, "去", WHO, START)
    with pytest.raises(Conflict):
        await actions.check(work, other.id, 600, 120, "深水", WHO, START)
    await set_scope(work, crew.scope.settings())
    with pytest.raises(NotAllowed):
        await actions.safe(work, other.id, _safe(1), actor(Role.FIELD_WORKER), START)


@pytest.mark.anyio
async def test_a_crew_asks_for_more_once_and_is_answered(work: Connection) -> None:
    task, crew = await _at_work(work)
    call = Call(uuid4(), later(30), note="水流急")
    for now in (31, 90):
        asked = await actions.ask_help(work, task.id, ("swift_water",), 2, call, crew, later(now))
    [shown] = asked.help_calls
    assert (shown["state"], shown["count"], shown["kinds"]) == ("open", 2, ["swift_water"])
    lines = [line.text_zh for line in await incidents.timeline(work, task.incident_id) if line.kind == "help"]
    assert lines == ["救援R-1 需要支援：水上救援 × 2：水流急"]
    await actions.answer_help(work, call.client_id, "二队 10 分钟到", WHO, later(100))
    [shown] = (await queries.one(work, task.id)).help_calls
    assert (shown["state"], shown["answer"]) == ("answered", "二队 10 分钟到")
    with pytest.raises(Conflict):
        await actions.answer_help(work, call.client_id, "又", WHO, later(101))
    with pytest.raises(Invalid):
        await actions.ask_help(work, task.id, ("magic",), 1, Call(uuid4(), START), crew, later(30))


@pytest.mark.anyio
async def test_a_cry_for_rescue_is_loud_where_the_responder_is_and_counts_once(work: Connection) -> None:
    task, crew = await _at_work(work)
    call = Call(uuid4(), later(50), lon=PLACE[0], lat=PLACE[1], accuracy_m=8)
    await set_scope(work, crew.scope.settings())
    first = await actions.cry(work, call, task.id, crew, later(51))
    await set_scope(work, crew.scope.settings())
    assert await actions.cry(work, call, task.id, crew, later(90)) == first
    await set_scope(work, SYSTEM)
    assert (first.state, first.late, first.unit_code, first.incident_id) == (
        "active",
        False,
        "R-1",
        task.incident_id,
    )
    assert await _alarms(work) == [("field.panic", True, 1, True)]
    assert [one.id for one in await queries.active_panics(work)] == [first.id]
    with pytest.raises(Invalid):
        await actions.end_cry(work, first.id, " ", crew, later(95))
    done = await actions.end_cry(work, first.id, "误按", crew, later(95))
    assert (done.state, done.end_reason) == ("cancelled", "误按")
    assert await _alarms(work) == [("field.panic", False, 1, True)]
    assert await actions.end_cry(work, first.id, "又", crew, later(96)) == done


@pytest.mark.anyio
async def test_a_cry_needs_no_task_and_no_unit_and_says_when_it_came_late(work: Connection) -> None:
    someone = await add_person(work, "lonely", Role.FIELD_WORKER)
    who = replace(actor(Role.FIELD_WORKER), person=someone.id)
    panic = await actions.cry(work, Call(uuid4(), later(0)), uuid4(), who, later(300))
    assert (panic.unit_id, panic.task_id, panic.late, panic.lon) == (None, None, True, None)
    assert [one[0] for one in await _alarms(work)] == ["field.panic"]
    ended = await actions.end_cry(work, panic.id, "已电话确认安全", WHO, later(400))
    assert ended.state == "ended"
    stranger = replace(actor(Role.FIELD_WORKER), person=uuid4())
    other = await actions.cry(work, Call(uuid4(), later(500)), None, who, later(500))
    with pytest.raises(NotAllowed):
        await actions.end_cry(work, other.id, "不是我", stranger, later(501))


@pytest.mark.anyio
async def test_two_cries_of_one_person_are_one_alarm_until_both_have_ended(work: Connection) -> None:
    task, crew = await _at_work(work)
    first = await actions.cry(work, Call(uuid4(), later(1)), task.id, crew, later(1))
    second = await actions.cry(work, Call(uuid4(), later(2)), task.id, crew, later(2))
    assert first.alarm_id == second.alarm_id
    await actions.end_cry(work, first.id, "误按", crew, later(3))
    assert (await _alarms(work))[0][1] is True
    await actions.end_cry(work, second.id, "误按", crew, later(4))
    assert (await _alarms(work))[0][1] is False
    assert (await units.one(work, task.unit_id)).status == "on_scene"
