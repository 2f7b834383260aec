"""Does a unit's status follow from its tasks, and is it where its vehicle was last seen?"""

from dataclasses import replace
from uuid import uuid4

import pytest

from mudan.core.observations import actions as observations
from mudan.core.observations import store as observation_store
from mudan.core.observations.model import LINK, Columns, Quantity
from mudan.core.people.model import Role
from mudan.core.tasks import actions as tasks
from mudan.core.tasks.actions import FieldEvent
from mudan.core.units import actions, queries
from mudan.core.units.model import Administrative, Unit, status_of
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
