"""How long from many places to one, and which way? Two engines with one interface, each over one metric.

CchMetric   customizable contraction hierarchies: milliseconds over a million arcs; closing arcs is cheap
CsrMetric   Dijkstra of scipy over the same weights: the oracle in tests, the fallback where the first is absent
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple, Protocol

import numpy as np

from mudan.core.roads.model.graph import F64, I64, Graph
from mudan.core.roads.model.profiles import INF_MS
from mudan.primitives.errors import MudanError, Unavailable

RESET_OVER: Final = 2000  # changed arcs beyond which weighing anew is cheaper than mending
CHECKS: Final = 12

End = tuple[int, int]  # a node, and the milliseconds between it and the place that is meant


class Way(NamedTuple):
    """A quickest way: milliseconds with both ends' own, and its arcs in order."""

    ms: int
    arcs: list[int]


class Metric(Protocol):
    """One network under one set of weights (milliseconds an arc, INF_MS where closed)."""

    def times_ms(self, sources: Sequence[int], targets: Sequence[End]) -> I64:
        """From each source node to the nearest of the targets; INF_MS where none is reached."""
        ...

    def way(self, sources: Sequence[End], targets: Sequence[End]) -> Way | None:
        """The quickest way from any source to any target; None when there is none."""
        ...

    def change(self, arcs: dict[int, int]) -> None:
        """Give arcs other weights. Nothing else may ask meanwhile."""
        ...


Maker = Callable[[I64], Metric]


class Cch:
    """The part that does not depend on weights: nodes in order and the shortcuts between them."""

    def __init__(self, graph: Graph, order: Sequence[int]) -> None:
        from routingkit_cch import CCH, CCHMetricPartialUpdater

        self.structure = CCH(
            list(order), graph.tail.tolist(), graph.head.tolist(), filter_always_inf_arcs=False
        )
        self._updater = CCHMetricPartialUpdater

    def mender(self) -> Any:
        """What mends a few weights; it may only be used where it was made, so each use makes its own."""
        return self._updater(self.structure)

    def metric(self, weights: I64) -> "CchMetric":
        """This network under such weights."""
        return CchMetric(self, weights)


def order_of(graph: Graph) -> I64:
    """The order in which nodes are contracted. Slow (15 s for a million arcs), done once a network.

    Raises Unavailable when the engine is not installed or does not run on this machine.
    """
    try:
        from routingkit_cch import compute_order_inertial
    except ImportError as error:
        raise Unavailable(f"the road engine is not there: {error}") from error
    order: I64 = np.array(
        compute_order_inertial(
            graph.nodes, graph.tail.tolist(), graph.head.tolist(), graph.lat.tolist(), graph.lon.tolist()
        ),
        np.int64,
    )
    return order


class CchMetric:
    """The first engine. Query objects live for one question: they may not outlive a change of weights."""

    def __init__(self, cch: Cch, weights: I64) -> None:
        from routingkit_cch import CCHManyToOne, CCHMetric, CCHQuery

        self._cch, self._weights = cch, weights.copy()
        self._metric = CCHMetric(cch.structure, weights.tolist())
        self._many, self._query = CCHManyToOne, CCHQuery

    def times_ms(self, sources: Sequence[int], targets: Sequence[End]) -> I64:
        ends = [end for end in targets if end[1] < INF_MS]
        if not ends or not len(sources):
            return np.full(len(sources), INF_MS, np.int64)
        found = self._many(self._metric, list(sources)).distances_to_multi(ends)
        return np.array([INF_MS if ms is None else ms for ms in found], np.int64)

    def way(self, sources: Sequence[End], targets: Sequence[End]) -> Way | None:
        starts = [end for end in sources if end[1] < INF_MS]
        ends = [end for end in targets if end[1] < INF_MS]
        if not starts or not ends:
            return None
        found = self._query(self._metric).run_multi(starts, ends)
        return None if found.distance is None else Way(found.distance, list(found.arc_path))

    def change(self, arcs: dict[int, int]) -> None:
        self._weights[list(arcs)] = list(arcs.values())
        if len(arcs) > RESET_OVER:
            self._metric.reset(self._weights.tolist())
        elif arcs:
            self._cch.mender().apply(self._metric, arcs)


class CsrMetric:
    """The second engine: rows of a matrix are heads, so that one search from the target reaches all sources."""

    def __init__(self, graph: Graph, weights: I64) -> None:
        from scipy.sparse.csgraph import dijkstra  # slow to import: the devices are answered first

        self._search = dijkstra
        self._weights = weights.copy()
        self._tail, self._head, self._nodes = graph.tail, graph.head, graph.nodes
        self._by_head = np.argsort(graph.head, kind="stable")
        self._by_tail = np.argsort(graph.tail, kind="stable")
        self._place = np.argsort(self._by_head), np.argsort(self._by_tail)
        self._to = self._matrix(self._by_head, graph.head, graph.tail)
        self._from = self._matrix(self._by_tail, graph.tail, graph.head)

    def _matrix(self, order: I64, rows: Any, columns: Any) -> Any:
        from scipy.sparse import csr_array

        starts = np.searchsorted(rows[order], np.arange(self._nodes + 1)).astype(np.int32)
        shape = (self._nodes, self._nodes)
        data = _open(self._weights[order])
        return csr_array((data, columns[order].astype(np.int32), starts), shape=shape)

    def times_ms(self, sources: Sequence[int], targets: Sequence[End]) -> I64:
        best = np.full(self._nodes, np.inf)
        for node, ms in targets:
            if ms < INF_MS:
                best = np.minimum(best, self._search(self._to, indices=node) + ms)
        found = best[np.asarray(sources, np.int64)] if len(sources) else np.zeros(0)
        return np.where(found < INF_MS, found, INF_MS).astype(np.int64)

    def way(self, sources: Sequence[End], targets: Sequence[End]) -> Way | None:
        best: tuple[float, F64, I64, int] | None = None
        for start, ms in sources:
            if ms >= INF_MS:
                continue
            far, came = self._search(self._from, indices=start, return_predecessors=True)
            for end, more in targets:
                total = far[end] + ms + more
                if more < INF_MS and total < INF_MS and (best is None or total < best[0]):
                    best = (float(total), far, came, end)
        if best is None:
            return None
        return Way(round(best[0]), self._arcs(best[2], best[3]))

    def _arcs(self, came: I64, end: int) -> list[int]:
        arcs: list[int] = []
        while came[end] >= 0:
            before = int(came[end])
            row = self._by_tail[self._from.indptr[before] : self._from.indptr[before + 1]]
            between = row[self._head[row] == end]
            arcs.append(int(between[self._weights[between].argmin()]))
            end = before
        return arcs[::-1]

    def change(self, arcs: dict[int, int]) -> None:
        changed = np.fromiter(arcs, np.int64, len(arcs))
        weights = np.fromiter(arcs.values(), np.int64, len(arcs))
        self._weights[changed] = weights
        self._to.data[self._place[0][changed]] = _open(weights)
        self._from.data[self._place[1][changed]] = _open(weights)


def _open(weights: I64) -> F64:
    return np.where(weights < INF_MS, weights, np.inf)


def chosen(graph: Graph, order: Sequence[int] | None, weights: I64) -> tuple[Maker, str]:
    """How metrics of this network are made, and the engine's name: the quick one when it is there and right.

    The check at start: a few questions of the quick engine must get the oracle's answers.
    """
    if order is not None:
        try:
            cch = Cch(graph, order)
            if agrees(graph, cch.metric(weights), CsrMetric(graph, weights)):
                return cch.metric, "cch"
        except (ImportError, MudanError):
            pass
    return lambda some: CsrMetric(graph, some), "csgraph"


def agrees(graph: Graph, quick: Metric, oracle: Metric, seed: int = 1) -> bool:
    """Whether two engines give the same answers to a few made-up questions."""
    random = np.random.default_rng(seed)
    sources = random.integers(0, graph.nodes, CHECKS).tolist()
    targets: Iterable[int] = random.integers(0, graph.nodes, 3).tolist()
    for target in targets:
        ends = [(target, 0)]
        if not np.array_equal(quick.times_ms(sources, ends), oracle.times_ms(sources, ends)):
            return False
        ways = [engine.way([(sources[0], 5)], ends) for engine in (quick, oracle)]
        if (ways[0] is None) != (ways[1] is None):
            return False
        if ways[0] is not None and ways[1] is not None and ways[0].ms != ways[1].ms:
            return False
    return True
