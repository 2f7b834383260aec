"""Does a closure begin, count and end when it should, once, and with its history?"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudan.core.people.model import Role
from mudan.core.roads import actions, queries
from mudan.core.roads.actions import NewClosure, held_depth, step_of
from mudan.core.roads.actions.closing import CLOCK
from mudan.core.roads.model import Closure, Source, State, ring_geometry
from mudan.primitives.changes import Touched
from mudan.primitives.errors import Conflict, Invalid, NotFound
from mudan.storage.pool import Connection, set_scope
from tests.core.county import actor, later, open_incident
from tests.core.roads.town import place
from tests.database import COUNTY, OTHER_TOWN, START, TOWN

pytestmark = pytest.mark.anyio
SPOT = {"type": "Point", "coordinates": list(place(4.5, 0))}


async def _closed(work: Connection, now: datetime = START, **more: Any) -> Closure:
    return await actions.close_by(work, actor(), NewClosure(SPOT, "积水", **more), now)


async def _kinds(work: Connection, closure: Closure) -> list[tuple[str, bool]]:
    return [(line.kind, line.late) for line in await queries.history(work, closure.id)]


async def test_a_closure_made_now_counts_until_somebody_lifts_it(work: Connection) -> None:
    closure = await _closed(work)
    assert (closure.state(START), closure.begun_at, closure.created_by) == (
        State.IN_FORCE,
        START,
        actor().name,
    )
    lifted = await actions.end(work, closure.id, closure.version, "水退了", "值班长", later(60))
    assert (lifted.state(later(60)), lifted.ended_by, lifted.ended_reason) == (
        State.ENDED,
        "值班长",
        "水退了",
    )
    assert lifted.in_force(later(59))
    assert not lifted.in_force(later(60))
    with pytest.raises(Conflict):
        await actions.end(work, closure.id, lifted.version, "再来", "值班长", later(61))


async def test_the_clock_begins_and_ends_a_planned_closure_once(work: Connection) -> None:
    closure = await _closed(work, starts_at=later(100), ends_at=later(200))
    assert closure.state(START) is State.PLANNED
    assert not await actions.tick(work, later(99))
    begun = await actions.tick(work, later(100))
    assert begun.others == {Touched("roads", 0, str(closure.id))}
    assert not await actions.tick(work, later(150))
    assert (await queries.one(work, closure.id)).state(later(150)) is State.IN_FORCE
    assert (await actions.tick(work, later(200))).others == begun.others
    assert not await actions.tick(work, later(201))
    ended = await queries.one(work, closure.id)
    assert (ended.ended_at, ended.ended_by) == (later(200), CLOCK)
    assert await _kinds(work, closure) == [("made", False), ("begun", False), ("expired", False)]


async def test_what_the_centre_slept_through_is_told_as_late_and_never_begins(work: Connection) -> None:
    closure = await _closed(work, starts_at=later(100), ends_at=later(200))
    await actions.tick(work, later(4000))
    assert await _kinds(work, closure) == [("made", False), ("expired", True)]
    assert (await queries.one(work, closure.id)).begun_at is None


async def test_an_end_can_be_moved_by_who_saw_the_newest(work: Connection) -> None:
    closure = await _closed(work, ends_at=later(100))
    longer = await actions.extend(work, closure.id, closure.version, later(500), "未清理完", "甲", START)
    assert longer.ends_at == later(500)
    with pytest.raises(Conflict):
        await actions.extend(work, closure.id, closure.version, None, "又改", "乙", START)
    with pytest.raises(Invalid):
        await actions.extend(work, closure.id, longer.version, later(-1), "改早", "甲", START)


@pytest.mark.parametrize(
    "wrong",
    [
        {"classes": ()}, {"classes": ("tank",)}, {"depth_m": 0.0}, {"depth_m": 30.0}, {"penalty": 1.0},
        {"penalty": 500.0}, {"depth_m": 0.4, "penalty": 2.0}, {"ends_at": later(-5)},
        {"ends_at": START + timedelta(days=400)},
    ],
)  # fmt: skip
async def test_what_cannot_be_closed_so_is_refused(work: Connection, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        await _closed(work, **wrong)
    with pytest.raises(Invalid):
        await actions.close_by(work, actor(), NewClosure(SPOT, "  "), START)


async def _water(work: Connection, depth_m: float, at: float) -> Closure | None:
    return await actions.close_by_depth(
        work, ref="plan:flood/low-1", geometry=SPOT, depth_m=depth_m, reason="内涝积水", now=later(at), space=0,
        area_code=COUNTY, by="预案",
    )  # fmt: skip


async def test_water_closes_a_road_deepens_it_and_opens_it_again_with_hysteresis(work: Connection) -> None:
    assert await _water(work, 0.29, 0) is None
    closed = await _water(work, 0.31, 10)
    assert closed is not None
    assert (closed.source, closed.closing.depth_m) == (Source.PLAN, 0.31)
    same = await _water(work, 0.32, 20)
    assert same is not None
    assert (same.id, same.version) == (closed.id, closed.version)
    deeper = await _water(work, 0.55, 30)
    assert deeper is not None
    assert (deeper.id, deeper.closing.depth_m) == (closed.id, 0.55)
    held = await _water(work, 0.47, 40)
    assert held is not None
    assert held.closing.depth_m == 0.5
    assert (await _water(work, 0.27, 50)) is not None
    assert await _water(work, 0.24, 60) is None
    assert (await queries.one(work, closed.id)).ended_at == later(60)
    again = await _water(work, 0.9, 70)
    assert again is not None
    assert again.id != closed.id


@given(st.lists(st.floats(0, 1.2), min_size=2, max_size=30))
def test_a_step_is_left_downwards_only_when_the_water_is_clearly_below_it(depths: list[float]) -> None:
    counts = depths[0]
    for depth in depths[1:]:
        before, counts = counts, held_depth(counts, depth)
        assert counts >= depth
        assert step_of(counts) >= step_of(depth)
        if step_of(counts) > step_of(depth):
            assert counts - depth < 0.05
            assert before >= counts


async def test_an_avoided_area_moves_with_the_wind_and_is_one_closure(work: Connection) -> None:
    given: dict[str, Any] = {
        "ref": "plan:gas/plume",
        "penalty": 20.0,
        "reason": "下风向",
        "space": 0,
        "area_code": COUNTY,
        "by": "预案",
    }
    ring = [place(0, 0), place(3, 0), place(3, 3)]
    first = await actions.keep_off(work, geometry=ring_geometry(ring), now=START, **given)
    same = await actions.keep_off(work, geometry=ring_geometry(ring), now=later(10), **given)
    turned = ring_geometry([*ring[:2], place(1, -3)])
    moved = await actions.keep_off(work, geometry=turned, now=later(20), **given)
    assert (first.version, same.version, moved.id) == (same.version, first.version, first.id)
    assert moved.geometry != first.geometry
    assert [kind for kind, _ in await _kinds(work, first)] == ["made", "changed"]
    given = {"under": "plan:gas/", "reason": "泄漏止住", "space": 0, "by": "预案"}
    assert await actions.open_all(work, now=later(30), **given) == [first.id]
    assert (await queries.one(work, first.id)).ended_at == later(30)
    assert await actions.open_all(work, now=later(31), **given) == []


async def test_what_a_person_opened_stays_open_for_a_while_against_the_gauge(work: Connection) -> None:
    closed = await _water(work, 0.6, 0)
    assert closed is not None
    await actions.end(work, closed.id, closed.version, "现场可通行", "值班长", later(60))
    assert await _water(work, 0.6, 120) is None
    again = await _water(work, 0.6, 60 + 31 * 60)
    assert again is not None
    assert again.id != closed.id


async def test_a_plan_may_begin_at_another_depth(work: Connection) -> None:
    given: dict[str, Any] = {"ref": "plan:flood/low-2", "geometry": SPOT, "reason": "积水", "space": 0}
    given |= {"area_code": COUNTY, "by": "预案", "begins_m": 0.5}
    assert await actions.close_by_depth(work, depth_m=0.45, now=START, **given) is None
    closed = await actions.close_by_depth(work, depth_m=0.52, now=later(1), **given)
    assert closed is not None
    held = await actions.close_by_depth(work, depth_m=0.46, now=later(2), **given)
    assert held is not None
    assert held.id == closed.id
    assert await actions.close_by_depth(work, depth_m=0.44, now=later(3), **given) is None


async def test_the_closures_of_an_incident_end_with_it(work: Connection) -> None:
    incident = await open_incident(work)
    mine = await _closed(work, incident_id=incident.id, source=Source.INCIDENT)
    other = await _closed(work)
    ended = await actions.end_of_incident(work, incident.id, "处置完毕", "值班长", later(50))
    assert ended == [mine.id]
    assert [one.id for one in await queries.standing(work)] == [other.id]
    assert [one.id for one in await queries.during(work, later(10), later(20))] == [mine.id, other.id]
    assert [one.id for one in await queries.during(work, later(51), later(60))] == [other.id]


async def test_closures_of_another_area_or_data_space_are_not_seen(work: Connection) -> None:
    await work.execute("insert into space (id, name) values (7, 'drill')")
    here = await actions.close(work, NewClosure(SPOT, "本镇"), START, by="x", space=0, area_code=TOWN)
    there = await actions.close(work, NewClosure(SPOT, "邻镇"), START, by="x", space=0, area_code=OTHER_TOWN)
    drill = await actions.close(work, NewClosure(SPOT, "演练"), START, by="x", space=7, area_code=TOWN)
    await set_scope(work, actor(Role.DUTY_OFFICER, TOWN).scope.settings())
    assert [one.id for one in await queries.standing(work)] == [here.id]
    assert await queries.seen(work, [here.id, there.id, drill.id]) == {here.id}
    for hidden in (there, drill):
        with pytest.raises(NotFound):
            await actions.end(work, hidden.id, hidden.version, "不该", "x", later(1))
