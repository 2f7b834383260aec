"""How long by road, now, in this data space? The one object that answers, kept up with the database.

A `Router` holds the active network in memory, and for each data space and profile the weights under the closures
in force there. `refresh` brings it forward; questions never touch the database.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import numpy as np

from mudan.core.roads.model import INF_MS, Closure, Network, Step, point_array, told
from mudan.core.roads.model.graph import F64, I64
from mudan.core.roads.queries import closures, networks
from mudan.core.roads.queries.world import World, read
from mudan.primitives.errors import Invalid, Unavailable
from mudan.primitives.geo import Point
from mudan.storage.pool import Database

Place = tuple[float, float]


class Times(NamedTuple):
    """Seconds by road of each place (inf: cannot arrive), metres between each place and its road, the same of
    the target, and the versions that this holds for.
    """

    seconds: F64
    off_road_m: F64
    target_off_road_m: float
    graph_version: str
    closure_version: int


class Route(NamedTuple):
    """A way between two places. Without one (`reachable` False) `closures` are those that stand in the way;
    with one, those that it passes. `free_seconds` is the time without closures.
    """

    reachable: bool
    seconds: float
    metres: float
    line: list[Point]
    steps: list[Step]
    closures: list[UUID]
    free_seconds: float
    off_road_m: tuple[float, float]
    graph_version: str
    closure_version: int


class Router:
    """The roads as they are now. Questions may come from any thread; `refresh` from the event loop alone."""

    def __init__(self) -> None:
        self._world: World | None = None
        self._seen: closures.Versions | None = None
        self._next: datetime | None = None
        self._refreshing = asyncio.Lock()

    @property
    def ready(self) -> bool:
        """Whether there is a network to ask."""
        return self._world is not None

    @property
    def world(self) -> World:
        """What is asked now (raises Unavailable when no network was imported)."""
        if self._world is None:
            raise Unavailable("no road network has been imported")
        return self._world

    @property
    def network(self) -> Network:
        """The network in use (raises Unavailable when none was imported)."""
        return self.world.network

    @property
    def graph_version(self) -> str:
        """The hash of the network in use; empty without one."""
        return "" if self._world is None else self._world.version

    def closure_version(self, space: int) -> int:
        """Grows with every change of the closures in force in a data space; 0 before the first."""
        return 0 if self._world is None else self._world.closure_version(space)

    def edges_of(self, closure: Closure) -> I64:
        """The edges of the network in use that a closure lies on, whichever network it was drawn on."""
        return self.world.edges_of(closure)

    def in_force(self, space: int) -> list[Closure]:
        """The closures that count now in a data space."""
        return [] if self._world is None else self._world.in_force(space)

    async def refresh(self, db: Database, now: datetime) -> bool:
        """Take up another network, and closures that were made, begun, changed or ended. Whether any was.

        Another network is asked only once the closures lie on it.
        """
        async with self._refreshing:
            async with db.work() as connection:
                seen = await closures.versions(connection)
                if seen == self._seen and not self._due(now):
                    return False
                another = seen.network not in ("", self.graph_version)
                data = await networks.contents(connection, seen.network) if another else None
                found = await closures.standing(connection)
            world = self._world if data is None else await asyncio.to_thread(read, *data)
            if world is not None:
                await asyncio.to_thread(world.lay, found, now, seen.revision)
                if data is not None:
                    await asyncio.to_thread(world.warm)
                await asyncio.to_thread(world.near_again)
            self._world, self._seen = world, seen
            ends = (moment for one in found for moment in (one.starts_at, one.ends_at))
            self._next = min((moment for moment in ends if moment is not None and moment > now), default=None)
            return True

    def _due(self, now: datetime) -> bool:
        return self._next is not None and now >= self._next

    def look_up(self, points: Sequence[Place] | F64) -> None:
        """Find the roads of places that are then asked about profile by profile: one look is cheaper than several."""
        self.world.network.feet(_places(points), "car")

    def to_target(
        self, points: Sequence[Place] | F64, target: Place, profile: str = "car", *, space: int = 0
    ) -> Times:
        """Road times from many places to one. About 5 ms for 1,000 places on a million arcs.

        Raises Unavailable without a network, Invalid for a profile or place that is none.
        """
        world, places = self.world, _places(points)
        feet, goal = world.network.feet(places, profile), world.network.feet(_places([target]), profile)
        version = world.closure_version(space)
        with world.metric(space, profile).reading() as weighed:
            ms = weighed.times_ms(feet, goal)
        seconds = np.where(ms < INF_MS, ms / 1000.0, np.inf)
        return Times(seconds, feet.away_m, float(goal.away_m[0]), world.version, version)

    def matrix(
        self,
        points: Sequence[Place] | F64,
        targets: Sequence[Place] | F64,
        profile: str = "car",
        *,
        space: int = 0,
    ) -> F64:
        """Seconds from each place (rows) to each target (columns); inf where it cannot arrive."""
        goals = _places(targets)
        columns = [
            self.to_target(points, (lon, lat), profile, space=space).seconds for lon, lat in goals.tolist()
        ]
        return np.stack(columns, axis=1) if columns else np.zeros((len(points), 0))

    def near(
        self,
        points: Sequence[Place] | F64,
        targets: Sequence[Place],
        limit_s: float,
        profile: str = "car",
        *,
        space: int = 0,
    ) -> F64:
        """As `matrix`, for targets that are asked of again and again: inf where it takes longer than the limit."""
        world = self.world
        asked = tuple((float(lon), float(lat)) for lon, lat in targets), profile, round(limit_s * 1000)
        if not asked[0]:
            return np.zeros((len(points), 0))
        ms = world.near(space, asked).times_ms(world.network.feet(_places(points), profile))
        return np.where(ms < INF_MS, ms / 1000.0, np.inf)

    def route(self, start: Place, target: Place, profile: str = "car", *, space: int = 0) -> Route:
        """The quickest way between two places under the closures in force."""
        world = self.world
        feet, goal = (
            world.network.feet(_places([start]), profile),
            world.network.feet(_places([target]), profile),
        )
        version = world.closure_version(space)
        with world.metric(space, profile).reading() as weighed:
            driven = weighed.way(feet, goal)
            shown = None if driven is None else told(weighed, driven)
        with world.without_closures(profile).reading() as weighed:
            driven = weighed.way(feet, goal)
            free = None if driven is None else told(weighed, driven)
        best = shown or free
        return Route(
            reachable=shown is not None,
            seconds=np.inf if shown is None else shown.seconds,
            metres=np.inf if shown is None else shown.metres,
            line=[] if shown is None else shown.line,
            steps=[] if shown is None else shown.steps,
            closures=world.passed(space, profile, [] if best is None else best.edges),
            free_seconds=np.inf if free is None else free.seconds,
            off_road_m=(float(feet.away_m[0]), float(goal.away_m[0])),
            graph_version=world.version,
            closure_version=version,
        )


def _places(points: Sequence[Place] | F64) -> F64:
    places = point_array(points)  # type: ignore[arg-type]  # pairs and rows of numbers alike
    if not np.isfinite(places).all() or (np.abs(places) > (180, 90)).any():
        raise Invalid("a place is longitude and latitude in degrees")
    return places
