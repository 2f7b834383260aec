"""How long by road, now, in this data space? The one object that answers, kept up with the database.

A `Router` holds the active network in memory, and for each data space and profile the weights under the closures
in force there. `refresh` brings it forward; questions never touch the database.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

import numpy as np

from mudan.core.roads.model import INF_MS, Closure, Laid, Network, Standing, Step, point_array, told, unpacked
from mudan.core.roads.model.graph import F64, I64
from mudan.core.roads.queries import closures, networks
from mudan.core.roads.queries.buffers import Buffered
from mudan.primitives.errors import Invalid, Unavailable
from mudan.primitives.geo import Point
from mudan.storage.pool import Database

Place = tuple[float, float]
MOST_MATCHED: Final = 5000


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


class _Situation:
    """One data space: its closures in force, and the metrics that were asked for."""

    def __init__(self) -> None:
        self.standing: dict[UUID, tuple[Closure, I64]] = {}
        self.metrics: dict[str, Buffered] = {}
        self.version = 0

    def lying(self) -> list[Standing]:
        """What the closures do, and where."""
        return [Standing(closure.closing, edges) for closure, edges in self.standing.values()]


class Router:
    """The roads as they are now. Questions may come from any thread; `refresh` from the event loop alone."""

    def __init__(self) -> None:
        self._network: Network | None = None
        self._spaces: dict[int, _Situation] = {}
        self._free: dict[str, Buffered] = {}
        self._seen: closures.Versions | None = None
        self._next: datetime | None = None
        self._refreshing = asyncio.Lock()
        self._matched: dict[tuple[UUID, int], I64] = {}

    @property
    def ready(self) -> bool:
        """Whether there is a network to ask."""
        return self._network is not None

    @property
    def network(self) -> Network:
        """The network in use (raises Unavailable when none was imported)."""
        if self._network is None:
            raise Unavailable("no road network has been imported")
        return self._network

    @property
    def graph_version(self) -> str:
        """The hash of the network in use; empty without one."""
        return "" if self._network is None else self._network.graph.hash

    def closure_version(self, space: int) -> int:
        """Grows with every change of the closures in force in a data space; 0 before the first."""
        return self._spaces[space].version if space in self._spaces else 0

    async def refresh(self, db: Database, now: datetime) -> bool:
        """Take up another network, and closures that were made, begun, changed or ended. Whether any was."""
        async with self._refreshing:
            async with db.work() as connection:
                seen = await closures.versions(connection)
                if seen == self._seen and not self._due(now):
                    return False
                another = seen.network not in ("", self.graph_version)
                data = await networks.contents(connection, seen.network) if another else None
                found = await closures.standing(connection)
            if data is not None:
                self._take_up(await asyncio.to_thread(_read, *data))
            await asyncio.to_thread(self._lay, found, now, seen.revision)
            self._seen = seen
            ends = (moment for one in found for moment in (one.starts_at, one.ends_at))
            self._next = min((moment for moment in ends if moment is not None and moment > now), default=None)
            return True

    def _due(self, now: datetime) -> bool:
        return self._next is not None and now >= self._next

    def _take_up(self, network: Network) -> None:
        self._network, self._spaces, self._free, self._matched = network, {}, {}, {}

    def _lay(self, found: Sequence[Closure], now: datetime, revision: int) -> None:
        """Let exactly these closures count, each in its own data space."""
        if self._network is None:
            return
        in_force: dict[int, list[Closure]] = {space: [] for space in self._spaces}
        for one in found:
            if one.in_force(now):
                in_force.setdefault(one.space, []).append(one)
        for space, closed in in_force.items():
            situation = self._spaces.setdefault(space, _Situation())
            before = {one.id: one.version for one, _ in situation.standing.values()}
            after = {one.id: (one, self.edges_of(one)) for one in closed}
            changed = before.keys() != after.keys() or any(
                before[k] != v[0].version for k, v in after.items()
            )
            situation.standing = after
            if changed:
                for profile, metric in list(situation.metrics.items()):
                    metric.change(self._network.laid(profile, situation.lying()))
                situation.version = max(situation.version + 1, revision)

    def edges_of(self, closure: Closure) -> I64:
        """The edges of the present network that a closure lies on, whichever network it was drawn on."""
        if closure.edges and closure.graph_hash == self.graph_version:
            return np.array(closure.edges, np.int64)
        key = (closure.id, closure.version)
        if key not in self._matched:
            if len(self._matched) >= MOST_MATCHED:
                self._matched.clear()
            self._matched[key] = self.network.matcher.edges_on(closure.geometry)
        return self._matched[key]

    def _metric(self, space: int, profile: str) -> Buffered:
        situation = self._spaces.setdefault(space, _Situation())
        if profile not in situation.metrics:
            under = self.network.laid(profile, situation.lying())
            situation.metrics[profile] = Buffered(self.network, profile, under)
        return situation.metrics[profile]

    def _without_closures(self, profile: str) -> Buffered:
        if profile not in self._free:
            self._free[profile] = Buffered(self.network, profile, Laid({}, {}))
        return self._free[profile]

    def to_target(
        self, points: Sequence[Place] | F64, target: Place, profile: str = "car", *, space: int = 0
    ) -> Times:
        """Road times from many places to one. About 5 ms for 1,000 places on a million arcs.

        Raises Unavailable without a network, Invalid for a profile or place that is none.
        """
        network, places = self.network, _places(points)
        feet, goal = network.feet(places, profile), network.feet(_places([target]), profile)
        with self._metric(space, profile).reading() as weighed:
            ms = weighed.times_ms(feet, goal)
        seconds = np.where(ms < INF_MS, ms / 1000.0, np.inf)
        return Times(
            seconds, feet.away_m, float(goal.away_m[0]), self.graph_version, self.closure_version(space)
        )

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

    def route(self, start: Place, target: Place, profile: str = "car", *, space: int = 0) -> Route:
        """The quickest way between two places under the closures in force."""
        network = self.network
        feet, goal = network.feet(_places([start]), profile), network.feet(_places([target]), profile)
        with self._metric(space, profile).reading() as weighed:
            driven = weighed.way(feet, goal)
            shown = None if driven is None else told(weighed, driven)
        with self._without_closures(profile).reading() as weighed:
            driven = weighed.way(feet, goal)
            free = None if driven is None else told(weighed, driven)
        best = shown or free
        passed = self._passed(space, profile, [] if best is None else best.edges)
        off_road = float(feet.away_m[0]), float(goal.away_m[0])
        free_s = np.inf if free is None else free.seconds
        versions = self.graph_version, self.closure_version(space)
        if shown is None:
            return Route(False, np.inf, np.inf, [], [], passed, free_s, off_road, *versions)  # noqa: FBT003 - named in the tuple
        return Route(
            True, shown.seconds, shown.metres, shown.line, shown.steps, passed, free_s, off_road, *versions  # noqa: FBT003 - as above
        )  # fmt: skip

    def _passed(self, space: int, profile: str, edges: Sequence[int]) -> list[UUID]:
        if space not in self._spaces:
            return []
        standing = self._spaces[space].standing
        on_way = np.array(edges, np.int64)
        return [
            key
            for key, (one, lies) in standing.items()
            if profile in one.closing.classes and np.isin(lies, on_way).any()
        ]

    def in_force(self, space: int) -> list[Closure]:
        """The closures that count now in a data space."""
        return [one for one, _ in self._spaces[space].standing.values()] if space in self._spaces else []


def _read(data: bytes, order: I64 | None) -> Network:
    return Network(unpacked(data), None if order is None else order.tolist())


def _places(points: Sequence[Place] | F64) -> F64:
    places = point_array(points)  # type: ignore[arg-type]  # pairs and rows of numbers alike
    if not np.isfinite(places).all() or (np.abs(places) > (180, 90)).any():
        raise Invalid("a place is longitude and latitude in degrees")
    return places
