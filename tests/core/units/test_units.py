"""Does a unit's status follow from its tasks, and are candidates ranked with reasons?"""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from mudan.core.observations import actions as observations
from mudan.core.observations import store as observation_store
from mudan.core.observations.model import LINK, Columns, Quantity
from mudan.core.people.model import Role
from mudan.core.tasks import actions as tasks
from mudan.core.tasks.actions import FieldEvent
from mudan.core.units import actions, queries
from mudan.core.units.model import Administrative, Unit, ranked, status_of
from mudan.primitives.clock import to_us
from mudan.primitives.errors import Invalid, NotFound
from mudan.primitives.geo import Point
from mudan.primitives.text import Text
from mudan.storage.pool import SYSTEM, Connection, set_scope
from tests.core.county import PLACE, actor, add_crew, add_entity, add_unit, later, open_incident
from tests.core.observations.batches import zeros
from tests.database import OTHER_TOWN, START, TOWN

pytestmark = pytest.mark.anyio
SCENE = Point(*PLACE)


def _unit(code: str, **more: object) -> Unit:
    plain = Unit(
        id=uuid4(), space=0, code=code, name=Text(code, code), kind="flood_rescue", capabilities=("swift_water",),
        crew_count=3, home=Point(PLACE[0] + 0.1, PLACE[1]), area_code=TOWN, department=None,
        administrative=Administrative.ON_DUTY, out_reason="", out_until=None, vehicle=None, vehicle_urn=None,
        point=SCENE, position_at=START, speed_kmh=0.0, online=True, tasks=(), version=1,
    )  # fmt: skip
    return replace(plain, **more)  # type: ignore[arg-type]  # columns by name


def _reasons(unit: Unit, need: tuple[str, ...] = ("swift_water",)) -> tuple[bool, list[str]]:
    [candidate] = ranked([unit], need, SCENE, START)
    return candidate.suitable, [reason.en for reason in candidate.reasons]


@pytest.mark.parametrize(
    ("states", "status"),
    [
        ([], "available"),
        (["offered"], "offered"),
        (["offered", "accepted"], "committed"),
        (["accepted", "en_route", "offered"], "en_route"),
        (["en_route", "on_scene"], "on_scene"),
        (["working", "offered"], "on_scene"),
    ],
)
def test_the_status_is_that_of_the_task_furthest_on(states: list[str], status: str) -> None:
    assert status_of(states) == status


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        (_unit("no-skill", capabilities=("pump",)), "lacks swift-water rescue"),
        (_unit("no-crew", crew_count=0), "no crew"),
        (_unit("off", administrative=Administrative.OFF_DUTY), "off duty"),
        (
            _unit("out", administrative=Administrative.OUT_OF_SERVICE, out_reason="engine"),
            "out of service: engine",
        ),
    ],
)
def test_an_unsuitable_unit_is_shown_with_the_reason(unit: Unit, words: str) -> None:
    suitable, reasons = _reasons(unit)
    assert not suitable
    assert words in reasons


def test_a_suitable_unit_says_why() -> None:
    suitable, reasons = _reasons(_unit("fit"))
    assert suitable
    assert reasons == ["can do swift-water rescue", "available", "0.0 km in a straight line"]


def test_an_old_position_is_told_and_a_dead_one_is_not_used() -> None:
    assert "position is 31 minutes old" in _reasons(_unit("old", position_at=later(-1860)))[1]
    [dead] = ranked([_unit("dead", position_at=START - timedelta(hours=25))], (), SCENE, START)
    assert dead.distance_m is not None
    assert dead.distance_m > 9_000
    assert "no live position: reckoned from home" in [reason.en for reason in dead.reasons]


def test_suitable_units_come_first_then_the_nearest_and_none_is_left_out() -> None:
    near, far = _unit("near"), _unit("far", point=Point(PLACE[0] + 0.2, PLACE[1]))
    unskilled, busy = (
        _unit("unskilled", capabilities=()),
        _unit("off", administrative=Administrative.OFF_DUTY),
    )
    order = [c.unit.code for c in ranked([unskilled, far, busy, near], ("swift_water",), SCENE, START)]
    assert order == ["near", "far", "off", "unskilled"]


def test_without_a_place_nothing_is_reckoned() -> None:
    [candidate] = ranked([_unit("fit")], (), None, START)
    assert (candidate.distance_m, candidate.eta_s, candidate.suitable) == (None, None, True)


async def test_a_unit_is_where_its_vehicle_was_last_seen(work: Connection) -> None:
    word = Text("词", "word")
    names = ("longitude", "latitude", "speed")
    ids = await observations.declare(work, [*(Quantity(name, "deg", word) for name in names), LINK])
    vehicle = await add_entity(work, "V1", type="Vehicle", platform="transport")
    unit = await add_unit(work, vehicle=vehicle.key)
    assert (unit.point, unit.online, unit.position_at) == (None, None, None)
    quantities = [ids[name] for name in (*names, "link")]
    moment = [to_us(later(9))] * 4
    columns = Columns.of([vehicle.key] * 4, quantities, [115.5, 35.3, 42.0, 1.0], moment, moment, [0] * 4)
    await observation_store.write_latest(work, columns, zeros(columns))
    [seen] = await queries.all_units(work, ids=[unit.id])
    assert (seen.point, seen.speed_kmh, seen.online, seen.position_at) == (
        Point(115.5, 35.3),
        42.0,
        True,
        later(9),
    )
    assert await queries.of_vehicles(work, [vehicle.key]) == [unit.id]


async def test_a_unit_busy_elsewhere_is_busy_for_everybody(work: Connection) -> None:
    unit = await add_unit(work)
    incident = await open_incident(work, actor(area=OTHER_TOWN))
    task = await tasks.assign(work, incident.id, unit.id, "支援邻镇", actor(), START)
    await set_scope(work, actor(Role.DISPATCHER, TOWN).scope.settings())
    seen = await queries.one(work, unit.id)
    assert (seen.status, [one.id for one in seen.tasks]) == ("offered", [task.id])
    await set_scope(work, SYSTEM)
    await tasks.report(work, task.id, FieldEvent("accept", uuid4(), START), actor(), START)
    assert (await queries.one(work, unit.id)).status == "committed"


async def test_putting_a_unit_again_changes_it_and_keeps_its_name(work: Connection) -> None:
    first = await add_unit(work)
    second = await add_unit(work, crew_count=9)
    assert (second.id, second.crew_count, second.version) == (first.id, 9, first.version + 1)


async def test_out_of_service_needs_a_reason_and_leaves_tasks_alone(work: Connection) -> None:
    unit, incident = await add_unit(work), await open_incident(work)
    task = await tasks.assign(work, incident.id, unit.id, "赶赴现场", actor(), START)
    with pytest.raises(Invalid):
        await actions.set_administrative(work, unit.id, Administrative.OUT_OF_SERVICE, " ", None)
    changed = await actions.set_administrative(
        work, unit.id, Administrative.OUT_OF_SERVICE, "检修", later(60)
    )
    assert (changed.status, changed.out_until) == ("out_of_service", later(60))
    assert [one.id for one in changed.tasks] == [task.id]


async def test_a_unit_of_another_area_looks_like_none(work: Connection) -> None:
    unit = await add_unit(work)
    await set_scope(work, actor(Role.DISPATCHER, OTHER_TOWN).scope.settings())
    assert await queries.all_units(work) == []
    with pytest.raises(NotFound):
        await queries.one(work, unit.id)
    with pytest.raises(NotFound):
        await actions.set_administrative(work, unit.id, Administrative.OFF_DUTY, "", None)


async def test_a_crew_sees_its_own_unit_from_anywhere(work: Connection) -> None:
    unit = await add_unit(work)
    crew = await add_crew(work, unit, area=OTHER_TOWN)
    rows = await queries.of_person(work, crew.person)
    assert [row["code"] for row in rows] == ["R-1"]
