"""Do vehicles keep to the roads, at road speeds, and arrive where they are sent?"""

from itertools import pairwise

import pytest

from mudan.primitives.errors import NotFound
from mudan.primitives.geo import Point, distance_m, inside
from mudan.simulation.geography import OUTLINE, TOWNS, town_named
from mudan.simulation.journeys import Journey, access, route
from mudan.simulation.roads import ROADS
from mudan.simulation.shapes import line_inside, plane_distance_m
from tests.simulation.worlds import made


def test_roads_stay_in_the_county_and_bend() -> None:
    for road in ROADS:
        straight = plane_distance_m(road.line[0], road.line[-1])
        assert line_inside(road.line, OUTLINE)
        assert straight < road.length_m < 1.5 * straight


@pytest.mark.parametrize("town", TOWNS[1:], ids=lambda town: town.name.en)
def test_every_town_can_be_reached_from_the_seat(town: object) -> None:
    target = town.point  # type: ignore[attr-defined]  # a parameter of pytest is an object to mypy
    legs = route(TOWNS[0].point, target)

    assert legs[-1].end == target
    assert all(plane_distance_m(a.end, b.start) < 0.1 for a, b in pairwise(legs))


def test_a_route_is_the_quickest_of_both_directions() -> None:
    there = Journey.of(0.0, route(TOWNS[0].point, TOWNS[19].point))
    back = Journey.of(0.0, route(TOWNS[19].point, TOWNS[0].point))

    assert there.ended_s == pytest.approx(back.ended_s, rel=1e-9)
    assert there.length_m > plane_distance_m(TOWNS[0].point, TOWNS[19].point)


def test_two_places_on_one_road_are_joined_along_it() -> None:
    road = ROADS[0]
    journey = Journey.of(0.0, route(road.line[3], road.line[6]))

    assert journey.length_m == pytest.approx(
        sum(plane_distance_m(a, b) for a, b in pairwise(road.line[3:7])), abs=1.0
    )


def test_a_journey_to_where_one_stands_is_over_at_once() -> None:
    world, clock = made()
    phone = world.vehicles[8].phone
    world.drive_to(phone, world.motion(phone).point)
    clock.advance(120)

    assert world.motion(phone).speed_kmh == 0


def test_a_vehicle_drives_by_road_arrives_and_stays() -> None:
    world, clock = made()
    phone, target = world.vehicles[6].phone, town_named("高峰").point
    start = world.motion(phone)
    world.drive_to(phone, target)
    gaps = []
    for _ in range(120):
        clock.advance(30)
        here = world.motion(phone)
        assert inside(here.point, OUTLINE)
        if here.speed_kmh > 20:
            gaps.append(plane_distance_m(access(here.point).point, here.point))
    assert gaps
    assert max(gaps) < 1.0
    assert distance_m(world.motion(phone).point, target) < 1.0
    assert world.motion(phone).speed_kmh == 0
    assert world.motion(phone).odometer_km - start.odometer_km > 10


def test_position_speed_and_odometer_agree() -> None:
    world, clock = made()
    phone = world.vehicles[6].phone
    world.drive_to(phone, town_named("坪山").point)
    clock.advance(200)
    for _ in range(200):
        before = world.motion(phone)
        clock.advance(1)
        after = world.motion(phone)
        moved_m = plane_distance_m(before.point, after.point)
        driven_m = (after.odometer_km - before.odometer_km) * 1000
        assert moved_m <= driven_m + 0.01
        assert driven_m <= max(before.speed_kmh, after.speed_kmh) / 3.6 + 0.01


def test_patrols_wander_and_others_wait_at_home() -> None:
    world, clock = made()
    clock.advance(900)
    for vehicle in world.vehicles:
        motion = world.motion(vehicle.phone)
        if vehicle.kind == "patrol":
            assert distance_m(motion.point, vehicle.home) > 100
        else:
            assert motion.point == vehicle.home


def test_a_patrol_that_was_sent_stays_where_it_was_sent() -> None:
    world, clock = made()
    phone, target = world.vehicles[0].phone, Point(107.40, 30.30)
    clock.advance(333)
    world.drive_to(phone, target)
    clock.advance(20_000)

    assert distance_m(world.motion(phone).point, target) < 1.0


def test_a_vehicle_sent_elsewhere_on_the_way_does_not_jump() -> None:
    world, clock = made()
    phone = world.vehicles[6].phone
    world.drive_to(phone, town_named("坪山").point)
    clock.advance(400)
    before = world.motion(phone)
    world.drive_to(phone, town_named("新民").point)
    after = world.motion(phone)

    assert distance_m(before.point, after.point) < 0.1
    assert after.odometer_km == pytest.approx(before.odometer_km)


def test_an_unknown_vehicle_is_not_found() -> None:
    world, _clock = made()
    with pytest.raises(NotFound):
        world.motion("000000000000")
