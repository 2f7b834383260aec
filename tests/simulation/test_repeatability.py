"""Is the world the same for the same seed and times, however often somebody looks?"""

from mudan.primitives.geo import Point
from mudan.simulation.world import World
from tests.simulation.worlds import made


def _seen(world: World) -> list[object]:
    world.advance()
    values: list[object] = []
    for station in world.stations:
        device = station.device
        values += [world.rain_mm(device, 600), world.rain_total_mm(device), world.battery_v(device)]
        if station.kind != "rain":
            values += [world.stage_m(device), world.flow_m3s(device)]
    return values + [world.motion(vehicle.phone) for vehicle in world.vehicles]


def test_looking_often_changes_nothing() -> None:
    often, often_clock = made(7, 32.0, "storm")
    once, once_clock = made(7, 32.0, "storm")
    for _ in range(256):
        often_clock.advance(1.25)
        often.advance()
        for vehicle in often.vehicles[:3]:
            often.motion(vehicle.phone)
    once_clock.advance(320)

    assert _seen(often) == _seen(once)


def test_another_seed_is_another_world() -> None:
    first, first_clock = made(1, 30.0, "storm")
    second, second_clock = made(2, 30.0, "storm")
    first_clock.advance(90)
    second_clock.advance(90)

    assert _seen(first) != _seen(second)


def test_a_change_of_pace_does_not_jump() -> None:
    world, clock = made()
    clock.advance(100)
    before = world.elapsed_s
    world.set_scale(30)
    assert world.elapsed_s == before
    clock.advance(1)
    assert world.elapsed_s == before + 30


def test_orders_to_vehicles_repeat_too() -> None:
    ends = []
    for looks in (1, 50):
        world, clock = made(4)
        phone = world.vehicles[8].phone
        clock.advance(64)
        world.drive_to(phone, Point(107.5, 30.25))
        for _ in range(looks):
            clock.advance(512 / looks)
            world.motion(phone)
        ends.append(world.motion(phone).point)
    (a, b), (c, d) = ends
    assert abs(a - c) < 1e-7
    assert abs(b - d) < 1e-7
