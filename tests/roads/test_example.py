"""Are the example county's roads the ones that its vehicles drive, and do they come with the demo?"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mudan.core.roads.model import Network, Weighed, order_of
from mudan.core.roads.queries import Router, known
from mudan.primitives.clock import ManualClock
from mudan.primitives.errors import Invalid
from mudan.run import roads
from mudan.run.roads import drawn, keep_example
from mudan.simulation.fleet import VEHICLES
from mudan.simulation.geography import OUTLINE, RIVERS, TOWNS
from mudan.simulation.journeys import route
from mudan.simulation.network import network
from mudan.storage.embedded import Dsns
from mudan.storage.pool import Database
from tests.core.roads.town import line_town
from tests.database import START

COUNTY = json.loads(json.dumps(network()))


def test_every_town_is_reached_from_every_home_in_the_time_that_vehicles_take() -> None:
    graph = drawn.graph_of(COUNTY)
    made = Network(graph, order_of(graph).tolist())
    weighed = Weighed(made, "car")
    homes = made.feet(np.array([vehicle.home for vehicle in VEHICLES]), "car")
    for town in TOWNS[::5]:
        times = weighed.times_ms(homes, made.feet(np.array([town.point]), "car")) / 1000
        for vehicle, seconds in zip(VEHICLES, times.tolist(), strict=True):
            driven = sum(leg.seconds for leg in route(vehicle.home, town.point)[1:-1])
            assert seconds == pytest.approx(driven, rel=0.01, abs=1.0), (vehicle.name.zh, town.name.zh)


def test_it_says_that_it_is_schematic_and_lies_in_the_county() -> None:
    graph = drawn.graph_of(COUNTY)
    assert graph.origin.schematic
    assert "演示" in graph.origin.credit
    west, south, east, north = graph.bounds
    assert west >= min(p.lon for p in OUTLINE)
    assert east <= max(p.lon for p in OUTLINE)
    assert south >= min(p.lat for p in OUTLINE)
    assert north <= max(p.lat for p in OUTLINE)


def test_roads_over_rivers_are_bridges_and_roads_beside_them_lie_low() -> None:
    graph = drawn.graph_of(COUNTY)
    assert graph.bridge.sum() >= len(RIVERS)
    assert graph.low_lying.sum() >= 3
    assert not (graph.bridge & graph.low_lying).any()


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "Feature"},
        {"type": "FeatureCollection", "features": []},
        {"features": [{"geometry": {"type": "LineString", "coordinates": [[0, "x"], [1, 1]]}}]},
        {"features": [{"geometry": {"type": "LineString", "coordinates": [[0, 0], [1, 200]]}}]},
        {"features": [{"geometry": {"type": "Point", "coordinates": [0, 0]}}]},
    ],
)
def test_drawn_lines_that_are_no_roads_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        drawn.graph_of({"type": "FeatureCollection", **wrong})


@pytest.mark.parametrize("said", [{"kind": "canal"}, {"speed_kmh": 900}, {"speed_kmh": "quick"}])
def test_a_line_that_says_the_impossible_is_refused_by_its_number(said: dict[str, Any]) -> None:
    line = {"type": "LineString", "coordinates": [[115, 35], [115.1, 35]]}
    with pytest.raises(Invalid, match="feature 0"):
        drawn.graph_of({"type": "FeatureCollection", "features": [{"geometry": line, "properties": said}]})


@pytest.mark.anyio
async def test_the_seed_brings_roads_and_never_puts_them_over_surveyed_ones(fresh_database: Dsns) -> None:
    db, clock = Database(fresh_database.centre, size=2), ManualClock(START)
    await db.open()
    try:
        for _ in range(2):
            async with db.work() as connection:
                await keep_example(connection, clock, COUNTY)
                assert [one.active for one in await known(connection)] == [True]
        router = Router()
        await router.refresh(db, START)
        assert router.network.engine == "cch"
        surveyed = line_town()
        object.__setattr__(surveyed, "origin", surveyed.origin._replace(schematic=False))
        async with db.work() as connection:
            await roads.keep(connection, clock, surveyed)
            await keep_example(connection, clock, COUNTY)
        await router.refresh(db, START)
        assert router.graph_version == surveyed.hash
    finally:
        await db.close()


def test_the_command_refuses_what_it_cannot_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "roads.geojson"
    file.write_text("{")
    assert roads.main(["import", str(file)]) == 1
    assert "no GeoJSON" in capsys.readouterr().err
    assert roads.main(["import", str(tmp_path / "none.geojson")]) == 1
