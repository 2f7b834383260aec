"""Which closures lie on which network, in each data space? One network with all that counts on it now."""

import threading
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import numpy as np

from mudan.core.entities.model import REAL
from mudan.core.roads.model import (
    PROFILES,
    Backwards,
    Closure,
    Hanging,
    Laid,
    Near,
    Network,
    Standing,
    point_array,
    unpacked,
)
from mudan.core.roads.model.graph import I64
from mudan.core.roads.queries.buffers import Buffered

MOST_MATCHED: Final = 5000
Asked = tuple[tuple[tuple[float, float], ...], str, int]  # fixed places, profile, limit in ms
AT_ONCE: Final = ("car", "truck")  # asked for at every dispatch: ready before the first question


class _Situation:
    """One data space: its closures in force, and the metrics that were asked for."""

    def __init__(self) -> None:
        self.standing: dict[UUID, tuple[Closure, I64]] = {}
        self.metrics: dict[str, Buffered] = {}
        self.near: dict[Asked, tuple[int, Near]] = {}
        self.version = 0

    def lying(self) -> list[Standing]:
        """What the closures do, and where."""
        return [Standing(closure.closing, edges) for closure, edges in self.standing.values()]


class World:
    """One network and its closures. Questions come from any thread; `lay` from one at a time."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.version = network.graph.hash
        self._spaces: dict[int, _Situation] = {REAL: _Situation()}
        self._free: dict[str, Buffered] = {}
        self._matched: dict[tuple[UUID, int], I64] = {}
        self._backwards: Backwards | None = None
        self._making = threading.Lock()  # a metric is made, or closures are laid on all there are: never both

    def lay(self, found: Sequence[Closure], now: datetime, revision: int) -> None:
        """Let exactly these closures count, each in its own data space."""
        in_force: dict[int, list[Closure]] = {space: [] for space in list(self._spaces)}
        for one in found:
            if one.in_force(now):
                in_force.setdefault(one.space, []).append(one)
        for space, closed in in_force.items():
            after = {one.id: (one, self.edges_of(one)) for one in closed}
            with self._making:
                self._change(self._spaces.setdefault(space, _Situation()), space, after, revision)

    def _change(
        self, situation: _Situation, space: int, after: dict[UUID, tuple[Closure, I64]], revision: int
    ) -> None:
        before = {one.id: one.version for one, _ in situation.standing.values()}
        if before == {key: one.version for key, (one, _) in after.items()}:
            return
        situation.standing = after
        if space != REAL and not after:
            situation.metrics.clear()
        for profile, metric in situation.metrics.items():
            metric.change(self.network.laid(profile, situation.lying()))
        situation.version = max(situation.version + 1, revision)

    def warm(self) -> None:
        """Have ready what the first question would wait for."""
        graph = self.network.graph
        for profile in PROFILES:
            self.network.feet(np.array([[graph.lon[0], graph.lat[0]]]), profile)
        for profile in AT_ONCE:
            self.metric(REAL, profile)
            self.without_closures(profile)

    def edges_of(self, closure: Closure) -> I64:
        """The edges of this network that a closure lies on, whichever network it was drawn on."""
        if closure.edges and closure.graph_hash == self.version:
            return np.array(closure.edges, np.int64)
        key = (closure.id, closure.version)
        found = self._matched.get(key)
        if found is None:
            found = self.network.matcher.edges_on(closure.geometry)
            if len(self._matched) >= MOST_MATCHED:
                self._matched = {}
            self._matched[key] = found
        return found

    def metric(self, space: int, profile: str) -> Buffered:
        """The metric of a profile in a data space; an exercise without closures needs none of its own."""
        situation = self._spaces.get(space)
        if space != REAL and (situation is None or not situation.standing):
            return self.without_closures(profile)
        assert situation is not None  # reality is there from the start
        found = situation.metrics.get(profile)
        if found is None:
            with self._making:
                found = situation.metrics.get(profile)
                if found is None:
                    found = Buffered(self.network, profile, self.network.laid(profile, situation.lying()))
                    situation.metrics[profile] = found
        return found

    def near(self, space: int, asked: Asked) -> Near:
        """What is near some fixed places in a data space; searched anew when the closures have changed."""
        situation = self._spaces.setdefault(space, _Situation())
        known = situation.near.get(asked)
        if known is not None and known[0] == situation.version:
            return known[1]
        with self._making:
            version, (places, profile, limit_ms) = situation.version, asked
            if self._backwards is None:
                self._backwards = Backwards(self.network.graph)
            hanging = Hanging(self.network, profile, self.network.laid(profile, situation.lying()))
            feet = self.network.feet(point_array([*places]), profile)  # type: ignore[list-item]  # pairs
            found = Near(hanging, self._backwards, feet, limit_ms)
            situation.near = {asked: (version, found)}  # one set of places at a time is what is asked
            return found

    def near_again(self) -> None:
        """Search anew what closures have changed, before somebody waits for it."""
        for space, situation in list(self._spaces.items()):
            for asked, (version, _) in list(situation.near.items()):
                if version != situation.version:
                    self.near(space, asked)

    def without_closures(self, profile: str) -> Buffered:
        """The metric of a profile as if nothing were closed."""
        if profile not in self._free:
            self._free[profile] = Buffered(self.network, profile, Laid({}, {}))
        return self._free[profile]

    def closure_version(self, space: int) -> int:
        """Grows with every change of the closures in force in a data space; 0 before the first."""
        situation = self._spaces.get(space)
        return 0 if situation is None else situation.version

    def passed(self, space: int, profile: str, edges: Sequence[int]) -> list[UUID]:
        """The closures for this profile that lie on some of these edges."""
        situation, on_way = self._spaces.get(space), np.array(edges, np.int64)
        return [
            key
            for key, (one, lies) in (situation.standing if situation else {}).items()
            if profile in one.closing.classes and np.isin(lies, on_way).any()
        ]

    def in_force(self, space: int) -> list[Closure]:
        """The closures that count now in a data space."""
        situation = self._spaces.get(space)
        return [one for one, _ in situation.standing.values()] if situation else []


def read(data: bytes, order: I64 | None) -> World:
    """A network from its bytes, with nothing closed yet."""
    return World(Network(unpacked(data), None if order is None else order.tolist()))
