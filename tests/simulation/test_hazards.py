"""Do fog, a gas leak and a fire come, stay and go, and does the weather service warn of what it should?"""

import pytest

from mudan.primitives.errors import Invalid
from mudan.primitives.geo import Point
from mudan.simulation.buildings import BUILDINGS, FIRE_SITE, GAS, GAS_SITE, SMOKE
from mudan.simulation.control import obey
from mudan.simulation.county import Fault
from tests.simulation.worlds import made

RIVER, HILLS = Point(107.46, 30.29), Point(107.26, 30.02)
DETECTORS = [part for part in FIRE_SITE.parts if part.system == 1]
SENSORS = [part for part in GAS_SITE.parts if part.kind == GAS]


def test_a_calm_county_is_clear_and_nothing_burns_or_leaks() -> None:
    world, clock = made()
    clock.advance(7_200.0)
    assert world.visibility_m(RIVER) > 10_000
    assert world.under_way() == []
    assert world.issued() == []
    assert not any(world.alight(building, part) for building in BUILDINGS for part in building.parts)
    assert all(world.gas_lel(GAS_SITE, part) == 0.0 for part in SENSORS)


def test_fog_falls_thickest_along_the_river_and_lifts_again() -> None:
    world, clock = made(scenario="fog")
    clock.advance(2_000.0)
    assert world.visibility_m(RIVER) < 100
    assert world.visibility_m(RIVER) < world.visibility_m(HILLS) < 1_000
    assert [(one.code, one.colour) for one in world.issued()] == [("11B17", "Yellow"), ("11B17", "Orange")]
    clock.advance(12_000.0)
    assert world.visibility_m(RIVER) > 10_000
    assert all(one.ended_s <= world.elapsed() for one in world.issued())


def test_gas_passes_both_limits_at_the_leak_and_nowhere_else() -> None:
    world, clock = made(scenario="gas")
    clock.advance(600.0)
    levels = [world.gas_lel(GAS_SITE, part) for part in SENSORS]
    assert max(levels) > 50.0
    assert len(set(levels)) == 2
    assert all(world.gas_lel(building, part) == 0.0 for building in BUILDINGS[:4] for part in building.parts)
    assert 0.0 <= world.wind().from_deg < 360.0
    assert world.wind().speed_ms > 0.5


def test_a_fire_is_seen_by_one_detector_after_the_other_and_the_sprinklers_run() -> None:
    world, clock = made(scenario="fire")
    pipe = next(part for part in FIRE_SITE.parts if part.system == 12)
    before = world.pressure_kpa(FIRE_SITE, pipe)
    counts = []
    for _ in range(4):
        clock.advance(40.0)
        counts.append(sum(world.alight(FIRE_SITE, part) for part in DETECTORS))
    assert counts == sorted(counts)
    assert counts[0] >= 1
    assert counts[-1] == len(DETECTORS)
    assert world.pressure_kpa(FIRE_SITE, pipe) < before / 2
    assert DETECTORS[0].kind == SMOKE


def test_warnings_of_a_storm_rise_with_it_and_each_replaces_the_one_before() -> None:
    world, clock = made(scenario="storm")
    clock.advance(1_600.0)
    issued = world.issued()
    assert [one.colour for one in issued] == ["Blue", "Yellow", "Orange"]
    assert {one.first for one in issued} == {1}
    assert issued[0].ended_s == issued[1].begun_s


def test_hazards_are_started_over_the_socket_and_one_of_a_kind_at_a_time() -> None:
    world, clock = made()
    assert obey(world, {"do": "gas"})["hazards"] == ["gas"]
    clock.advance(100.0)
    obey(world, {"do": "gas"})
    assert obey(world, {"do": "fire", "scale": 5})["hazards"] == ["gas", "fire"]
    assert world.scale == 5.0
    with pytest.raises(Invalid):
        world.start("flood")


def test_a_building_can_be_silent() -> None:
    world, _ = made()
    world.inject(str(FIRE_SITE.address), Fault.SILENT)
    assert world.fault(str(FIRE_SITE.address)) is Fault.SILENT
