"""Which road is nearest to a place, and where on it? A tree of pieces, then the exact foot.

Edges are cut into pieces of at most PIECE_M; the tree holds their middles. A piece whose middle is farther than
the best foot so far by half a piece cannot be nearer, so the search widens until that is so: the answer is exact.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from mudan.core.roads.model.graph import F64, I64, Flags, Graph
from mudan.primitives.errors import Invalid

PIECE_M: Final = 120.0
FIRST_LOOK: Final = 8
MOST_REMEMBERED: Final = 50_000
MANY: Final = 100  # places worth a second thread


class Feet(NamedTuple):
    """For each place: the nearest edge, how far along it (0 … 1 of its length, forward), metres away."""

    edge: I64
    along: F64
    away_m: F64


class Pieces(NamedTuple):
    """Straight pieces of drawn edges: ends in plane metres, the edge, and which part of its length each covers."""

    ax: F64
    ay: F64
    bx: F64
    by: F64
    edge: I64
    start: F64
    end: F64


def pieces_of(graph: Graph, edges: I64, longest_m: float = PIECE_M) -> Pieces:
    """The pieces of some edges, none longer than `longest_m`."""
    east, north = graph.plane.metres(graph.shape_lon, graph.shape_lat)
    counts = np.diff(graph.shape_start)[edges] - 1
    owner = np.repeat(edges, counts)
    first = np.repeat(graph.shape_start[edges].astype(np.int64), counts)
    at = first + (np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts))
    length = np.hypot(east[at + 1] - east[at], north[at + 1] - north[at])
    total = np.maximum(_sum_by(length, counts), 1e-9)
    before = np.cumsum(length) - length
    before -= np.repeat(before[np.cumsum(counts) - counts], counts)
    start = before / np.repeat(total, counts)
    share = length / np.repeat(total, counts)
    cuts = np.maximum(np.ceil(length / longest_m), 1).astype(np.int64)
    step = np.arange(cuts.sum()) - np.repeat(np.cumsum(cuts) - cuts, cuts)
    low, high = step / np.repeat(cuts, cuts), (step + 1) / np.repeat(cuts, cuts)
    ax, ay = np.repeat(east[at], cuts), np.repeat(north[at], cuts)
    dx, dy = np.repeat(east[at + 1] - east[at], cuts), np.repeat(north[at + 1] - north[at], cuts)
    start, share = np.repeat(start, cuts), np.repeat(share, cuts)
    return Pieces(
        ax + dx * low, ay + dy * low, ax + dx * high, ay + dy * high, np.repeat(owner, cuts),
        start + share * low, start + share * high,
    )  # fmt: skip


def _sum_by(values: F64, counts: I64) -> F64:
    return np.add.reduceat(values, np.cumsum(counts) - counts) if len(counts) else np.zeros(0)


def main_part(graph: Graph, access: int) -> Flags | None:
    """Which edges can be left and reached again: an arc of theirs lies in the largest strongly joined part.

    None where no edge is open to that class.
    """
    from scipy.sparse import csr_array  # slow to import: the devices are answered first
    from scipy.sparse.csgraph import connected_components

    usable = (graph.access & access) > 0
    if not usable.any():
        return None
    tail, head = graph.tail[usable], graph.head[usable]
    joined = csr_array((np.ones(len(tail), np.int8), (tail, head)), shape=(graph.nodes, graph.nodes))
    _, part = connected_components(joined, directed=True, connection="strong")
    largest = np.bincount(part[tail]).argmax()
    inside = np.zeros(graph.edges, bool)
    both = (part[tail] == largest) & (part[head] == largest)
    inside[graph.edge[usable][both]] = True
    return inside


class Snapper:
    """The roads of some classes of traffic, ready to be asked: one look finds a place's road for each of them.

    Places asked for before are remembered: most units stand where they stood. Raises Invalid when a class that is
    asked for has no road.
    """

    def __init__(self, graph: Graph, accesses: Sequence[int]) -> None:
        from scipy.spatial import cKDTree

        usable = {access: part for access in accesses if (part := main_part(graph, access)) is not None}
        if not usable:
            raise _no_road()
        self._plane = graph.plane
        self._pieces = pieces_of(graph, np.flatnonzero(np.any(list(usable.values()), axis=0)))
        self._may = {access: part[self._pieces.edge] for access, part in usable.items()}
        self._at = {access: 3 * place for place, access in enumerate(usable)}
        p = self._pieces
        self._middles = cKDTree(np.column_stack(((p.ax + p.bx) / 2, (p.ay + p.by) / 2)))
        self._remembered: dict[tuple[float, float], tuple[float, ...]] = {}

    def feet(self, points: F64, access: int) -> Feet:
        """The nearest place on a road of that class for each of the (n, 2) longitudes and latitudes."""
        if access not in self._at:
            raise _no_road()
        at = self._at[access]
        rows = np.array(self._known(points), np.float64).reshape(len(points), 3 * len(self._at))
        return Feet(rows[:, at].astype(np.int64), rows[:, at + 1], rows[:, at + 2])

    def _known(self, points: F64) -> list[tuple[float, ...]]:
        """Edge, along and metres away for each class in turn, of each place."""
        places = list(map(tuple, points.tolist()))
        known = self._remembered
        new = [row for row, place in enumerate(places) if place not in known]
        if new:
            if len(known) + len(new) > MOST_REMEMBERED:
                known = self._remembered = {}  # other threads keep the one they hold
                new = list(range(len(places)))
            columns = [column for feet in self._looked_up(points[new]) for column in feet]
            rows = map(tuple, np.column_stack(columns).tolist())
            known.update(zip([places[row] for row in new], rows, strict=True))
        return [known[place] for place in places]

    def _looked_up(self, points: F64) -> list[Feet]:
        x, y = self._plane.metres(points[:, 0], points[:, 1])
        count = len(self._pieces.edge)
        found = [
            Feet(np.zeros(len(x), np.int64), np.zeros(len(x)), np.full(len(x), np.inf)) for _ in self._may
        ]
        open_rows, look = np.arange(len(x)), min(FIRST_LOOK, count)
        while len(open_rows):
            sought = np.column_stack((x[open_rows], y[open_rows]))
            far, near = self._middles.query(sought, k=look, workers=2 if len(sought) > MANY else 1)
            far, near = far.reshape(len(open_rows), -1), near.reshape(len(open_rows), -1)
            self._settle(found, open_rows, near, x[open_rows], y[open_rows])
            farthest = np.max([feet.away_m[open_rows] for feet in found], axis=0)
            unsure = far[:, -1] < farthest + PIECE_M / 2
            open_rows = open_rows[unsure] if look < count else open_rows[:0]
            look = min(look * 8, count)
        return found

    def _settle(self, found: list[Feet], rows: I64, near: I64, x: F64, y: F64) -> None:
        p = self._pieces
        part, away = foot(x[:, None], y[:, None], p.ax[near], p.ay[near], p.bx[near], p.by[near])
        each = np.arange(len(rows))
        for feet, may in zip(found, self._may.values(), strict=True):
            open_to = np.where(may[near], away, np.inf)
            best = open_to.argmin(axis=1)
            piece = near[each, best]
            feet.edge[rows] = p.edge[piece]
            feet.along[rows] = p.start[piece] + part[each, best] * (p.end[piece] - p.start[piece])
            feet.away_m[rows] = open_to[each, best]


def _no_road() -> Invalid:
    return Invalid("no road of this network is open to this class of traffic")


def foot(x: F64, y: F64, ax: F64, ay: F64, bx: F64, by: F64) -> tuple[F64, F64]:
    """Which part of the piece ab lies nearest to (x, y), and how many metres away it is."""
    dx, dy = bx - ax, by - ay
    length2 = np.maximum(dx * dx + dy * dy, 1e-12)
    part = np.clip(((x - ax) * dx + (y - ay) * dy) / length2, 0.0, 1.0)
    return part, np.hypot(ax + part * dx - x, ay + part * dy - y)
