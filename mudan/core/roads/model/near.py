"""How long from anywhere near to a few fixed places? Each place is searched from backwards once, as far as it counts.

Coverage asks of hundreds of units and dozens of towns at every dispatch; only the units move. So the searches are
kept until the weights change, and a question is a look into a table.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from mudan.core.roads.model.graph import I64, Graph
from mudan.core.roads.model.network import FARTHEST_M, Hanging
from mudan.core.roads.model.profiles import INF_MS
from mudan.core.roads.model.snapping import Feet

I32 = npt.NDArray[np.int32]
FAR: Final = 2**30 - 1  # twice as much is still an int32


class Backwards:
    """The arcs of a network by their heads: what a search against the traffic walks over."""

    def __init__(self, graph: Graph) -> None:
        self.order = np.argsort(graph.head, kind="stable")
        self.tails = graph.tail[self.order].astype(np.int32)
        self.starts = np.searchsorted(graph.head[self.order], np.arange(graph.nodes + 1)).astype(np.int32)

    def within(self, weights: I64, ends: list[tuple[int, int]], limit_ms: int) -> tuple[I64, I64]:
        """The nodes from which one of the ends is reached within a limit, ascending, and their milliseconds."""
        from scipy.sparse import csr_array  # slow to import: the devices are answered first
        from scipy.sparse.csgraph import dijkstra

        by_head = weights[self.order]
        data = np.where(by_head < INF_MS, by_head, np.inf)
        nodes = len(self.starts) - 1
        matrix = csr_array((data, self.tails, self.starts), shape=(nodes, nodes))
        best = np.full(nodes, np.inf)
        for node, ms in ends:
            if ms <= limit_ms:
                best = np.minimum(best, dijkstra(matrix, indices=node, limit=limit_ms - ms) + ms)
        found = np.flatnonzero(np.isfinite(best))
        return found, best[found].astype(np.int64)


class Near:
    """Milliseconds from every junction to each of some places, where that is within a limit."""

    def __init__(self, hanging: Hanging, backwards: Backwards, places: Feet, limit_ms: int) -> None:
        self._hanging, self._places, self._limit_ms = hanging, places, limit_ms
        goals = [hanging.ends(places, at) for at in range(len(places.edge))]
        weights = hanging.through()
        found = [backwards.within(weights, goal.into, limit_ms) for goal in goals]
        nodes = np.unique(np.concatenate([np.zeros(0, np.int64), *(some for some, _ in found)]))
        self._row: I32 = np.full(hanging.network.graph.nodes, len(nodes), np.int32)
        self._row[nodes] = np.arange(len(nodes), dtype=np.int32)
        self._ms: I32 = np.full(
            (len(nodes) + 1, len(goals)), FAR, np.int32
        )  # the last row: from where none is near
        for column, (some, ms) in enumerate(found):
            self._ms[self._row[some], column] = ms

    def times_ms(self, feet: Feet) -> I64:
        """[places asked, fixed places]: INF_MS where it takes longer than the limit or cannot be reached."""
        left, nodes, leave = len(feet.edge), *self._hanging.leaving(feet)
        total = self._ms[self._row[nodes]]
        total += np.minimum(leave, FAR).astype(np.int32)[:, None]
        best = np.minimum(total[:left], total[left:])
        for column, edge in enumerate(self._places.edge.tolist()):
            same = np.flatnonzero(feet.edge == edge)
            if len(same):
                goal = self._hanging.ends(self._places, column)
                beside = np.minimum(self._hanging.beside(goal, feet.along[same]), FAR)
                best[same, column] = np.minimum(best[same, column], beside)
        best[feet.away_m > FARTHEST_M] = FAR
        best[:, self._places.away_m > FARTHEST_M] = FAR
        return np.where(best <= self._limit_ms, best, INF_MS)
