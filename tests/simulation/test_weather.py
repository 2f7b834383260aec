"""Does a storm raise the waters within two minutes, and does calm weather never?"""

import pytest

from mudan.primitives.errors import NotFound
from mudan.simulation.gauges import STATIONS
from mudan.simulation.world import STORM_SCALE, World
from tests.simulation.worlds import START, made

RIVERS = [station for station in STATIONS if station.kind == "river"]
RAINS = [station for station in STATIONS if station.kind == "rain"]


@pytest.mark.parametrize("seed", range(12))
def test_in_a_storm_a_river_and_a_reservoir_pass_their_limits_within_two_minutes(seed: int) -> None:
    world, clock = made(seed, STORM_SCALE, "storm")
    assert world.over_limits() == []

    clock.advance(90)  # the rest is for frames, rules and screens

    over = {one.limit for one in world.over_limits()}
    assert over & {"warning_level_m", "guarantee_level_m"}
    assert "flood_limit_level_m" in over


def test_a_storm_called_in_a_running_calm_world_keeps_the_promise() -> None:
    world, clock = made()
    clock.advance(100_000)
    world.set_scale(STORM_SCALE)
    world.start_storm()

    clock.advance(90)

    assert len(world.over_limits()) >= 2


@pytest.mark.parametrize("seed", range(4))
def test_calm_weather_stays_below_every_limit_for_days(seed: int) -> None:
    world, clock = made(seed, 60.0)
    for _ in range(48):
        clock.advance(60)  # an hour of nature
        assert world.over_limits() == []


def test_the_waters_fall_again_after_a_storm() -> None:
    world, clock = made(1, 60.0, "storm")
    clock.advance(18 * 60)
    assert world.over_limits() == []
    assert not world.storming()


def test_reservoirs_never_overtop_and_never_fall_dry() -> None:
    world, clock = made(3, STORM_SCALE, "storm")
    for _ in range(120):
        clock.advance(10)
        world.advance()
        for station in (one for one in STATIONS if one.kind == "reservoir"):
            limits = station.properties
            assert limits["dead_level_m"] < world.stage_m(station.device) < limits["crest_level_m"]


def test_the_last_hours_rain_is_part_of_the_total() -> None:
    world, clock = made(1, STORM_SCALE, "storm")
    clock.advance(120)
    world.advance()
    for station in RAINS:
        hour, total = world.rain_mm(station.device, 3600), world.rain_total_mm(station.device)
        assert world.rain_mm(station.device, 0) == 0
        assert 0 <= world.rain_mm(station.device, 300) <= hour <= total + 1e-9


def test_more_flow_is_a_higher_stage() -> None:
    world, clock = made(1, STORM_SCALE, "storm")
    before = {one.device: (world.flow_m3s(one.device), world.stage_m(one.device)) for one in RIVERS[:4]}
    clock.advance(110)
    world.advance()
    for device, (flow, stage) in before.items():
        assert world.flow_m3s(device) > flow
        assert world.stage_m(device) > stage


def test_river_stations_start_at_their_base_level() -> None:
    world, _clock = made()
    for station in RIVERS:
        assert world.stage_m(station.device) == pytest.approx(station.properties["base_level_m"], abs=0.02)


def test_batteries_discharge_slowly_and_never_to_nothing() -> None:
    world, clock = made(scale=600.0)
    device = STATIONS[0].device
    fresh = world.battery_v(device)
    clock.advance(86_400 * 5 / 600)
    world.advance()

    assert 11.5 < world.battery_v(device) < fresh


def test_a_rain_gauge_has_no_level_and_no_flow() -> None:
    world, _clock = made()
    with pytest.raises(NotFound):
        world.stage_m(RAINS[0].device)
    with pytest.raises(NotFound):
        world.flow_m3s(RAINS[0].device)


def test_the_calendar_is_the_real_time_at_every_pace() -> None:
    world, clock = made(scale=STORM_SCALE)
    clock.advance(100)

    assert world.now() == clock.now()
    assert world.elapsed_s == 100 * STORM_SCALE
    assert world.seconds(60) == 2


def test_a_world_may_start_at_another_time() -> None:
    clock_world, clock = made()
    world = World(1, clock, start=START.replace(year=2025))
    clock.advance(5)

    assert world.now() == START.replace(year=2025, second=5)
    assert clock_world.now() == clock.now()
