"""How long, and which way, between places that are not junctions? A network with its snapping and its metrics.

place ──foot──▶ edge ──either end──▶ junctions ══engine══▶ junctions ──▶ edge ──foot──▶ place
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from mudan.core.roads.model.closures import Laid, Standing, laid
from mudan.core.roads.model.engines import End, Maker, Metric, chosen
from mudan.core.roads.model.graph import F64, I64, Graph
from mudan.core.roads.model.matching import Matcher
from mudan.core.roads.model.profiles import CAR, FOOT, INF_MS, PROFILES, TRUCK, Profile, free_weights
from mudan.core.roads.model.snapping import Feet, Snapper
from mudan.primitives.errors import Invalid
from mudan.primitives.geo import Point

FARTHEST_M: Final = 3000.0  # 示例: whoever is farther from any road is not reached by road

TOGETHER: Final = ((CAR.access, TRUCK.access), (FOOT.access,))  # classes whose roads are mostly the same ones


class Ends(NamedTuple):
    """Where a place hangs in the network: its foot, and milliseconds to leave or reach each end of its edge."""

    edge: int
    along: float
    out: list[End]
    into: list[End]


class Network:
    """One network, ready to be asked; it knows nothing of closures."""

    def __init__(self, graph: Graph, order: Sequence[int] | None = None) -> None:
        self.graph = graph
        self.matcher = Matcher(graph)
        self._free: dict[str, I64] = {}
        self._snappers: dict[int, Snapper] = {}
        self.maker: Maker
        self.maker, self.engine = chosen(graph, order, self.free("car"))

    def free(self, profile: str) -> I64:
        """The weights of a profile without closures."""
        if profile not in self._free:
            self._free[profile] = free_weights(self.graph, profile_named(profile))
        return self._free[profile]

    def feet(self, points: F64, profile: str) -> Feet:
        """The nearest places on roads that the profile may use."""
        access = profile_named(profile).access
        if access not in self._snappers:
            together = next(some for some in TOGETHER if access in some)
            self._snappers |= dict.fromkeys(together, Snapper(self.graph, together))
        return self._snappers[access].feet(points, access)

    def laid(self, profile: str, standing: list[Standing]) -> Laid:
        """What closures leave of a profile's weights."""
        return laid(self.graph, profile_named(profile), self.free(profile), standing)


def profile_named(name: str) -> Profile:
    """The profile of that name (raises Invalid)."""
    if name not in PROFILES:
        raise Invalid(f"there is no class of travellers {name!r}", field="profile")
    return PROFILES[name]


class Hanging:
    """How places hang in one network under one profile's weights with some closures; nothing is searched here."""

    def __init__(self, network: Network, profile: str, under: Laid | None = None) -> None:
        self.network, self.profile = network, profile
        self.under = Laid({}, {}) if under is None else under
        self._ends = _with(network.free(profile), self.under.ends)

    def leaving(self, feet: Feet) -> tuple[I64, I64]:
        """Where each place's edge leads, all forward ends before all backward ones, and milliseconds to there."""
        graph = self.network.graph
        along, backward = graph.forward_arc[feet.edge], graph.backward_arc[feet.edge]
        leave = np.concatenate((self._part(along, 1 - feet.along), self._part(backward, feet.along)))
        return graph.head[np.concatenate((along, backward))].astype(np.int64), leave

    def through(self) -> I64:
        """The weights for driving through, under the closures that count."""
        return _with(self.network.free(self.profile), self.under.through)

    def _part(self, arcs: I64, part: F64) -> I64:
        """Milliseconds along a part of each arc; INF_MS for arcs that are not there or shut."""
        whole = np.where(arcs >= 0, self._ends[arcs], INF_MS)
        return np.where(whole < INF_MS, np.rint(whole * part).astype(np.int64), INF_MS)

    def beside(self, goal: Ends, along: F64) -> I64:
        """Milliseconds between places on one edge, driving on."""
        graph = self.network.graph
        arcs = np.where(along <= goal.along, graph.forward_arc[goal.edge], graph.backward_arc[goal.edge])
        return self._part(arcs, np.abs(goal.along - along))

    def ends(self, feet: Feet, at: int) -> Ends:
        """How one of the places hangs in the network."""
        graph = self.network.graph
        edge, along = int(feet.edge[at]), float(feet.along[at])
        out, into = [], []
        for arc in range(int(graph.first_arc[edge]), int(graph.first_arc[edge + 1])):
            done = along if graph.forward[arc] else 1 - along
            whole = int(self._ends[arc])
            if whole < INF_MS:
                out.append((int(graph.head[arc]), round(whole * (1 - done))))
                into.append((int(graph.tail[arc]), round(whole * done)))
        return Ends(edge, along, out, into)

    def end_ms(self, arc: int) -> int:
        """Milliseconds along the whole of an arc for who starts or ends on it."""
        return int(self._ends[arc])


class Weighed(Hanging):
    """One network under one profile's weights with some closures: what questions are asked of.

    `change` may not run while another thread asks.
    """

    def __init__(self, network: Network, profile: str, under: Laid | None = None) -> None:
        super().__init__(network, profile, under)
        self._metric: Metric = network.maker(self.through())

    def change(self, under: Laid) -> None:
        """Let other closures count."""
        free = self.network.free(self.profile)
        self._metric.change(_difference(self.under.through, under.through, free))
        for arc, ms in _difference(self.under.ends, under.ends, free).items():
            self._ends[arc] = ms
        self.under = under

    def times_ms(self, feet: Feet, target: Feet) -> I64:
        """Milliseconds from each place to the one of `target`; INF_MS where it cannot be reached."""
        count, goal = len(feet.edge), self.ends(target, 0)
        nodes, leave = self.leaving(feet)
        driven = self._metric.times_ms(nodes.tolist(), goal.into)
        total = np.where((leave < INF_MS) & (driven < INF_MS), leave + driven, INF_MS)
        best = np.minimum(total[:count], total[count:])
        same = np.flatnonzero(feet.edge == goal.edge)
        best[same] = np.minimum(best[same], self.beside(goal, feet.along[same]))
        best[feet.away_m > FARTHEST_M] = INF_MS
        return best if target.away_m[0] <= FARTHEST_M else np.full(count, INF_MS, np.int64)

    def way(self, start: Feet, goal: Feet) -> "Driven | None":
        """The quickest way between two places; None when there is none."""
        if max(start.away_m[0], goal.away_m[0]) > FARTHEST_M:
            return None
        first, last = self.ends(start, 0), self.ends(goal, 0)
        beside = INF_MS
        if first.edge == last.edge:
            beside = int(self.beside(last, np.array([first.along]))[0])
        found = self._metric.way(first.out, last.into)
        if beside < INF_MS and (found is None or beside <= found.ms):
            return Driven(beside, first, last, [], beside=True)
        return None if found is None else Driven(found.ms, first, last, found.arcs, beside=False)


class Driven(NamedTuple):
    """A way between two places: all arcs between the ends' edges, or (`beside`) along the one edge of both."""

    ms: int
    first: Ends
    last: Ends
    arcs: list[int]
    beside: bool


def point_array(points: Sequence[Point]) -> F64:
    """Places as (n, 2) degrees."""
    return np.array(points, np.float64).reshape(-1, 2)


def _with(free: I64, changed: dict[int, int]) -> I64:
    weights = free.copy()
    weights[list(changed)] = list(changed.values())
    return weights


def _difference(before: dict[int, int], after: dict[int, int], free: I64) -> dict[int, int]:
    changed = {arc: int(free[arc]) for arc in before if arc not in after}
    return changed | {arc: ms for arc, ms in after.items() if before.get(arc) != ms}
