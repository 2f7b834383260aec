"""Does the router know at once what was closed, in which data space, and nothing of the others?"""

import asyncio
import math
import threading
from collections.abc import AsyncIterator
from typing import Any

import numpy as np
import pytest

from mudan.core.roads import actions
from mudan.core.roads.actions import NewClosure
from mudan.core.roads.model import Closure, Graph, Source, order_of
from mudan.core.roads.queries import Router
from mudan.primitives.errors import Invalid, Unavailable
from mudan.storage.embedded import Dsns
from mudan.storage.pool import Database
from tests.core.county import later
from tests.core.roads.town import grid_town, line_town, place
from tests.database import COUNTY, START

pytestmark = pytest.mark.anyio
A, B, MIDDLE = place(1, 0), place(8, 0), place(4.5, 0)
ROUND = {"type": "LineString", "coordinates": [list(place(4.5, 2.9)), list(place(4.5, 3.1))]}
STRAIGHT = {"type": "Point", "coordinates": list(MIDDLE)}


@pytest.fixture
async def db(fresh_database: Dsns) -> AsyncIterator[Database]:
    """A database of its own, with a drill beside reality."""
    found = Database(fresh_database.centre, size=3)
    await found.open()
    async with found.work() as connection:
        await connection.execute("insert into space (id, name) values (7, 'drill')")
    yield found
    await found.close()


async def _with(db: Database, graph: Graph) -> Router:
    async with db.work() as connection:
        await actions.take_up(connection, graph, order_of(graph).tolist(), START, "test")
    router = Router()
    assert await router.refresh(db, START)
    return router


async def _close(db: Database, geometry: dict[str, Any], space: int = 0, **more: Any) -> Closure:
    async with db.work() as connection:
        new = NewClosure(geometry, "积水", **more)
        return await actions.close(connection, new, START, by="x", space=space, area_code=COUNTY)


async def test_without_a_network_every_question_is_refused(db: Database) -> None:
    router = Router()
    await router.refresh(db, START)
    assert not router.ready
    with pytest.raises(Unavailable):
        router.to_target([A], B)


async def test_times_routes_and_the_matrix_agree(db: Database) -> None:
    router = await _with(db, line_town())
    times = router.to_target([A, MIDDLE, B], B)
    assert times.seconds[2] == 0
    assert times.graph_version == router.graph_version == line_town().hash
    assert router.route(A, B).seconds == times.seconds[0]
    table = router.matrix([A, MIDDLE], [B, A])
    assert table[:, 0].tolist() == times.seconds[:2].tolist()
    assert table[0, 1] == 0
    with pytest.raises(Invalid):
        router.to_target([A], B, "tank")
    with pytest.raises(Invalid):
        router.to_target([(math.nan, 1.0)], B)


async def test_a_closure_counts_in_its_own_data_space_from_the_next_question_on(db: Database) -> None:
    router = await _with(db, line_town())
    free = router.route(A, B)
    closure = await _close(db, STRAIGHT)
    assert await router.refresh(db, START)
    around = router.route(A, B)
    assert around.seconds > free.seconds == around.free_seconds
    assert around.closures == []
    assert router.route(A, B, space=7).seconds == free.seconds
    assert router.closure_version(0) > router.closure_version(7)
    assert [one.id for one in router.in_force(0)] == [closure.id]
    assert not await router.refresh(db, START)
    async with db.work() as connection:
        await actions.end(connection, closure.id, closure.version, "水退", "x", later(5))
    assert await router.refresh(db, later(5))
    assert router.route(A, B).seconds == free.seconds


async def test_who_is_cut_off_is_said_with_what_stands_in_the_way(db: Database) -> None:
    router = await _with(db, line_town())
    straight, around = await _close(db, STRAIGHT), await _close(db, ROUND)
    await router.refresh(db, START)
    cut = router.route(A, B)
    assert (cut.reachable, cut.seconds, cut.closures) == (False, math.inf, [straight.id])
    assert router.to_target([A, B], B).seconds.tolist() == [math.inf, 0]
    assert {one.id for one in router.in_force(0)} == {straight.id, around.id}


async def test_shallow_water_on_the_way_is_told(db: Database) -> None:
    router = await _with(db, line_town())
    closure = await _close(db, STRAIGHT, depth_m=0.2)
    await router.refresh(db, START)
    way = router.route(A, B)
    assert (way.reachable, way.closures, way.seconds) == (True, [closure.id], way.free_seconds)


async def test_planned_closures_count_only_between_their_times_even_without_the_tick(db: Database) -> None:
    router = await _with(db, line_town())
    free = router.route(A, B).seconds
    await _close(db, STRAIGHT, starts_at=later(100), ends_at=later(200))
    seen = {}
    for at in (0, 99, 100, 199, 200):
        await router.refresh(db, later(at))
        seen[at] = router.route(A, B).seconds > free
    assert seen == {0: False, 99: False, 100: True, 199: True, 200: False}


async def test_after_a_restart_the_same_closures_count(db: Database) -> None:
    first = await _with(db, line_town())
    await _close(db, STRAIGHT, source=Source.PLAN, source_ref="p")
    await first.refresh(db, START)
    again = Router()
    await again.refresh(db, later(1))
    assert again.route(A, B).seconds == first.route(A, B).seconds
    assert again.closure_version(0) == first.closure_version(0)


async def test_closures_drawn_on_one_network_lie_on_the_same_roads_of_the_next(db: Database) -> None:
    router = await _with(db, line_town())
    edge = {"type": "MultiLineString", "coordinates": [[list(place(3, 0)), list(place(6, 0))]]}
    await _close(db, edge, edges=(1,), graph_hash=router.graph_version)
    await router.refresh(db, START)
    blocked = router.route(A, B).seconds
    other = line_town()
    object.__setattr__(other, "names_en", tuple(name + "!" for name in other.names_en))
    async with db.work() as connection:
        await actions.take_up(connection, other, None, START, "test")
    assert await router.refresh(db, START)
    assert (router.graph_version, router.network.engine) == (other.hash, "csgraph")
    assert router.route(A, B).seconds == blocked


async def test_questions_are_answered_while_closures_change(db: Database) -> None:
    router = await _with(db, grid_town(size=40))
    random = np.random.default_rng(1)
    corner, far = place(0, 0), place(39, 39)
    points = random.uniform((corner.lon, corner.lat), (far.lon, far.lat), (50, 2))
    faults: list[BaseException] = []
    done = threading.Event()

    def ask() -> None:
        try:
            while not done.is_set():
                assert len(router.to_target(points, (points[0][0], points[0][1])).seconds) == 50
        except BaseException as fault:  # noqa: BLE001 - the engine panics with no Exception
            faults.append(fault)

    asking = [threading.Thread(target=ask) for _ in range(2)]
    for one in asking:
        one.start()
    try:
        for _ in range(25):
            lon, lat = points[random.integers(50)].tolist()
            await _close(db, {"type": "Point", "coordinates": [lon, lat]})
            await router.refresh(db, START)
            await asyncio.sleep(0)
    finally:
        done.set()
        for one in asking:
            one.join()
    assert faults == []
    fresh = Router()
    await fresh.refresh(db, START)
    target = (float(points[0][0]), float(points[0][1]))
    assert np.array_equal(fresh.to_target(points, target).seconds, router.to_target(points, target).seconds)


async def test_what_is_near_is_the_same_as_asked_one_by_one_and_knows_of_closures_at_once(
    db: Database,
) -> None:
    router = await _with(db, grid_town())
    random = np.random.default_rng(5)
    points = [place(*random.uniform(0, 13, 2)) for _ in range(60)] + [place(400, 400)]
    fixed = [place(*random.uniform(0, 13, 2)) for _ in range(6)] + [points[0]]
    limit_s = 240.0

    def same(space: int) -> int:
        near, each = (
            router.near(points, fixed, limit_s, space=space),
            router.matrix(points, fixed, space=space),
        )
        assert np.array_equal(near, np.where(each <= limit_s, each, np.inf))
        return int(np.isfinite(near).sum())

    free = same(0)
    assert 0 < free < len(points) * len(fixed)
    area = [list(place(*corner)) for corner in ((3, 3), (10, 3), (10, 10), (3, 10), (3, 3))]
    await _close(db, {"type": "Polygon", "coordinates": [area]})
    await router.refresh(db, later(1))
    assert same(0) < free
    assert same(7) == free
