"""Can every shipped exercise be run in the example county: are its devices, units and people there?"""

from functools import cache
from typing import Any

import pytest

from mudan.core.drills.model import ClosureIn, MessageIn, ObservationIn, Script, UnitIn, read_script
from mudan.core.people.model import Role
from mudan.playbooks import drills, texts
from mudan.run.discover import declared
from mudan.simulation.seed import demo_seed

# The demo's scenarios, each by the name of its exercise.
SCENARIOS = {
    "crane-gust", "elder-sos", "factory-power", "festival-crowd", "flood-night", "fog-pileup", "forest-fire",
    "fume-complaint", "gas-leak", "network-cut", "project-stalled", "rice-pest", "tap-water",
}  # fmt: skip


@cache
def seed() -> dict[str, Any]:
    return demo_seed()


@cache
def script(name: str) -> Script:
    found, faults = read_script(drills.texts()[name])
    assert found is not None, faults
    return found


def test_every_scenario_and_every_plan_can_be_exercised() -> None:
    shipped = set(drills.texts())
    assert shipped >= SCENARIOS
    by_another_name = {"flood-reservoir": "flood-night", "fog-pileup-hazmat": "fog-pileup"}
    assert {by_another_name.get(plan, plan) for plan in texts()} <= shipped


@pytest.mark.parametrize("name", sorted(drills.texts()))
def test_what_an_exercise_names_is_there(name: str) -> None:
    platforms = {one["urn"]: one["platform"] for one in seed()["entities"]}
    units = {one["code"] for one in seed()["units"]}
    for one in script(name).injects:
        match one:
            case ObservationIn():
                quantities = {quantity.name for quantity in declared(platforms[one.entity]).quantities}
                assert one.quantity in quantities
            case UnitIn():
                assert one.unit in units
            case MessageIn():
                assert one.role in {role.value for role in Role}
            case _:
                continue


@pytest.mark.parametrize("name", sorted(drills.texts()))
def test_an_exercise_stays_in_the_county_and_says_that_it_is_one(name: str) -> None:
    text = script(name)
    assert "演练" in text.title.zh
    assert text.objectives
    points = [point for one in text.injects if isinstance(one, ClosureIn) for point in one.points]
    points += [
        (one.lon, one.lat)
        for one in text.injects
        if one.kind == "call" and one.lon is not None and one.lat is not None
    ]
    assert points
    assert all(107.22 <= lon <= 107.67 and 29.97 <= lat <= 30.52 for lon, lat in points)
