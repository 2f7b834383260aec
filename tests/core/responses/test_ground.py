"""Does a response close the roads that its plan speaks of – by water, by area, by wind – and open them at its end?"""

from typing import Any

import numpy as np
import pytest

from mudan.core.entities import queries as entities
from mudan.core.entities.model import Entity
from mudan.core.incidents import queries as incidents
from mudan.core.observations import actions as observations
from mudan.core.observations.model import Columns, Quantity
from mudan.core.people.model import Role
from mudan.core.plans import actions as plans
from mudan.core.plans.model.types import Closure
from mudan.core.responses import actions, queries
from mudan.core.responses.model import Response, Wind, grounds, wind_by_hand
from mudan.core.roads import actions as roads
from mudan.core.roads import queries as road_queries
from mudan.core.roads.model import Closure as Closed
from mudan.core.roads.model import depth_rule
from mudan.primitives.clock import to_us
from mudan.primitives.errors import Invalid
from mudan.primitives.geo import Point, inside
from mudan.primitives.text import Text
from mudan.storage.pool import Connection
from tests.core.county import PLACE, actor, add_entity, later, open_incident
from tests.core.plans.bench import SMALL
from tests.database import COUNTY, START

pytestmark = pytest.mark.anyio
CHIEF = actor(Role.LEADER)
GAUGE = "urn:ngsi-ld:HydrometricStation:G"
WORD = Text("词", "word")
QUANTITIES = [Quantity(name, "1", WORD) for name in ("level", "wind_direction_16", "wind_speed")]
RULES = """\
    closures:
      - {id: ford, rule: flood_depth, says: {zh: 禁行, en: Closed}, depth_m: 0.3, example: true}
      - {id: upwind, rule: upwind, says: {zh: 上风向, en: Upwind}, radius_m: 1000, sector_deg: 90, example: true}
      - id: ring
        rule: avoid_area
        says: {zh: 避让, en: Keep off}
        ring: [[115.4, 35.2], [115.41, 35.2], [115.41, 35.21]]
        vehicle_classes: [car]
        example: true
"""


def _closure(**more: Any) -> Closure:
    return Closure.model_validate({"id": "one", "says": {"zh": "禁行", "en": "Closed"}, **more})


@pytest.fixture
async def county(work: Connection) -> Connection:
    """A county with a plan that closes roads, one gauge beside a road and one beside none."""
    text = SMALL.replace("  - key: I\n", RULES + "  - key: I\n")
    await plans.adopt(work, START, text, area=COUNTY)
    await add_entity(work, "G", properties={"road_depth": "level", "road_level_m": 10.0})
    await add_entity(work, "H", properties={"warning_level_m": 10.0})
    return work


async def _seen(county: Connection, entity: Entity, at: float, **values: float) -> None:
    ids = await observations.declare(county, QUANTITIES)
    days = await observations.prepare_days(county, START.date())
    recorder, us, n = observations.Recorder(days, Columns.empty()), to_us(later(at)), len(values)
    names = [ids[name] for name in values]
    columns = Columns.of([entity.key] * n, names, list(values.values()), [us] * n, [us] * n, [0] * n)
    await recorder.record(county, columns, np.zeros(n, np.int16), us)
    await recorder.flush(county, us)


async def _started(county: Connection, wind: Wind | None = None) -> Response:
    incident = await open_incident(county)
    return await actions.start(county, actor(), START, "small-flood", "IV", "积水", incident.id, wind=wind)


async def _closed(county: Connection) -> dict[str, Closed]:
    """The standing closures by the last part of their own name."""
    return {
        one.source_ref.rsplit("/", 1)[1]: one for one in await road_queries.standing(county) if one.source_ref
    }


async def test_water_on_a_road_closes_it_while_the_response_lasts(county: Connection) -> None:
    gauge = await entities.by_urn(county, GAUGE)
    await _seen(county, gauge, 0, level=10.2)
    response = await _started(county)
    assert set(await _closed(county)) == {"upwind", "ring"}
    await _seen(county, gauge, 10, level=10.4)
    for at in (11, 12):
        await actions.tick(county, later(at))
    closed = (await _closed(county))[gauge.urn]
    assert closed.closing.depth_m == pytest.approx(0.4)
    assert closed.incident_id == response.incident_id
    assert [line.kind for line in await road_queries.history(county, closed.id)] == ["made"]
    await _seen(county, gauge, 20, level=10.27)
    await actions.tick(county, later(21))
    assert gauge.urn in await _closed(county)
    await _seen(county, gauge, 30, level=10.2)
    await actions.tick(county, later(31))
    assert gauge.urn not in await _closed(county)
    assert response.incident_id is not None
    told = [line.text_zh for line in await incidents.timeline(county, response.incident_id, 0)]
    assert sum("按预案封闭" in one for one in told) == sum("恢复通行" in one for one in told) == 1


async def test_a_gauge_that_fell_silent_neither_closes_nor_opens(county: Connection) -> None:
    gauge = await entities.by_urn(county, GAUGE)
    await _seen(county, gauge, 0, level=10.6)
    await _started(county)
    assert gauge.urn in await _closed(county)
    await actions.tick(county, later(3 * 3600))
    assert gauge.urn in await _closed(county)


async def test_everything_is_open_again_when_the_response_ends(county: Connection) -> None:
    gauge = await entities.by_urn(county, GAUGE)
    await _seen(county, gauge, 0, level=10.6)
    response = await _started(county)
    by_hand = await roads.close_by(
        county, actor(), roads.NewClosure({"type": "Point", "coordinates": list(PLACE)}, "塌方"), START
    )
    assert len(await _closed(county)) == 3
    await actions.end(county, actor(), later(60), response.id, response.version, "积水退去")
    assert [one.id for one in await road_queries.standing(county)] == [by_hand.id]
    await actions.tick(county, later(61))
    assert [one.id for one in await road_queries.standing(county)] == [by_hand.id]


async def test_an_area_is_kept_off_by_the_classes_that_the_plan_names(county: Connection) -> None:
    await _started(county)
    ring = (await _closed(county))["ring"]
    assert (ring.closing.classes, ring.closing.penalty) == (frozenset({"car"}), 20.0)


async def test_the_ground_downwind_turns_with_the_wind_unless_a_person_stated_it(county: Connection) -> None:
    station = await add_entity(county, "W", type="WeatherStation")
    await _seen(county, station, 0, wind_direction_16=1.0, wind_speed=4.0)
    await _started(county)
    first = (await _closed(county))["upwind"]
    south, west = Point(PLACE[0], PLACE[1] - 0.006), Point(PLACE[0] - 0.006, PLACE[1])
    assert _inside(first, south)
    assert not _inside(first, west)
    await _seen(county, station, 10, wind_direction_16=5.0, wind_speed=4.0)
    await actions.tick(county, later(11))
    turned = (await _closed(county))["upwind"]
    assert (turned.id, _inside(turned, west), _inside(turned, south)) == (first.id, True, False)


async def test_a_stated_wind_counts_before_that_of_a_station(county: Connection) -> None:
    station = await add_entity(county, "W", type="WeatherStation")
    await _seen(county, station, 0, wind_direction_16=1.0, wind_speed=4.0)
    response = await _started(county, wind_by_hand(90.0, 4.0, "指挥长", START))
    west = Point(PLACE[0] - 0.006, PLACE[1])
    await _seen(county, station, 10, wind_direction_16=9.0, wind_speed=4.0)
    await actions.tick(county, later(11))
    assert _inside((await _closed(county))["upwind"], west)
    (issue,) = [one for one in await queries.issues(county, response.id) if one.item == "upwind"]
    assert issue.detail["wind"]["by_hand"] is True


def _inside(closure: Closed, point: Point) -> bool:
    return inside(point, [Point(*corner) for corner in closure.geometry["coordinates"][0]])


def test_without_a_wind_the_whole_circle_counts_and_without_a_place_a_person_sees_to_it() -> None:
    rule = _closure(rule="upwind", radius_m=1000)
    (ground,) = grounds(rule, Point(*PLACE), None, (), START)
    ring = [Point(*corner) for corner in ground.geometry["coordinates"][0]]
    assert all(
        inside(Point(PLACE[0] + dx, PLACE[1] + dy), ring) for dx in (-0.005, 0.005) for dy in (-0.005, 0.005)
    )
    assert grounds(rule, None, None, (), START) == []
    with pytest.raises(Invalid):
        wind_by_hand(90.0, 200.0, "x", START)


@pytest.mark.parametrize(
    ("properties", "said"),
    [
        ({"road_depth": "level", "road_level_m": 10.0}, 0.5),
        ({"road_depth": "road_water_depth"}, 10.5),
        ({"road_depth": 3}, None),
        ({"road_depth": "level", "road_level_m": "high"}, None),
        ({"road_depth": "level", "road_reach_m": -5}, None),
        ({}, None),
    ],
)
def test_a_gauge_says_by_its_properties_how_deep_a_road_lies(
    properties: dict[str, Any], said: float | None
) -> None:
    rule = depth_rule(properties)
    assert (rule.depth_m(10.5) if rule is not None else None) == said
