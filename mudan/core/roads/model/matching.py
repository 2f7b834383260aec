"""Which edges does a drawn closure lie on? Points, lines and areas against the pieces of the network.

point     the nearest road, at most POINT_M away
line      the roads it runs along; when it runs along none, the roads it crosses
polygon   every road that has a part inside
"""

from typing import Any, Final

import numpy as np

from mudan.core.roads.model.graph import F64, I64, Flags, Graph
from mudan.core.roads.model.snapping import Pieces, foot, pieces_of
from mudan.primitives.errors import Invalid

POINT_M: Final = 200.0
ALONG_M: Final = 15.0
SLANT: Final = 0.34  # the sine of 20°: what runs more aslant is crossed, not run along
ALONG_SHARE: Final = 0.5
LONG_M: Final = 60.0
FINE_M: Final = 40.0
MOST_CORNERS: Final = 2000
SHAPES: Final = ("Point", "LineString", "MultiLineString", "Polygon")


class Matcher:
    """The edges of one network, ready to be matched with what people draw."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._pieces = pieces_of(graph, np.arange(graph.edges), FINE_M)

    def edges_on(self, geometry: dict[str, Any]) -> I64:
        """The edges that a GeoJSON geometry lies on, ascending (raises Invalid for one that is none)."""
        kind, rings = checked_geometry(geometry)
        return np.unique(np.concatenate([self._of_ring(kind, ring) for ring in rings]))

    def _of_ring(self, kind: str, ring: F64) -> I64:
        x, y = self._graph.plane.metres(ring[:, 0], ring[:, 1])
        margin = POINT_M if kind == "Point" else ALONG_M
        near = _within(self._pieces, x.min() - margin, y.min() - margin, x.max() + margin, y.max() + margin)
        p = _chosen(self._pieces, near)
        if not len(p.edge):
            return np.zeros(0, np.int64)
        if kind == "Point":
            return _nearest(p, float(x[0]), float(y[0]))
        if kind == "Polygon":
            mid_x, mid_y = (p.ax + p.bx) / 2, (p.ay + p.by) / 2
            inside = _inside(x, y, p.ax, p.ay) | _inside(x, y, p.bx, p.by) | _inside(x, y, mid_x, mid_y)
            return np.unique(p.edge[inside | _crossed(p, x, y)])
        along = self._along(p, x, y)
        return along if len(along) else np.unique(p.edge[_crossed(p, x, y)])

    def _along(self, p: Pieces, x: F64, y: F64) -> I64:
        """Edges of which ALONG_SHARE, or LONG_M, lie within ALONG_M of the line."""
        mid_x, mid_y = (p.ax + p.bx) / 2, (p.ay + p.by) / 2
        beside = np.zeros(len(mid_x), bool)
        for i in range(len(x) - 1):
            _, far = foot(mid_x, mid_y, x[i], y[i], x[i + 1], y[i + 1])
            dx, dy, px, py = x[i + 1] - x[i], y[i + 1] - y[i], p.bx - p.ax, p.by - p.ay
            aslant = np.abs(dx * py - dy * px) > SLANT * np.hypot(dx, dy) * np.hypot(px, py)
            beside |= (far <= ALONG_M) & ~aslant
        edges, place = np.unique(p.edge[beside], return_inverse=True)
        covered = np.bincount(place, weights=(p.end - p.start)[beside], minlength=len(edges))
        found: I64 = edges[(covered >= ALONG_SHARE) | (covered * self._graph.length_m[edges] >= LONG_M)]
        return found


def checked_geometry(geometry: dict[str, Any]) -> tuple[str, list[F64]]:
    """The geometry's type and its lines or ring as (n, 2) degrees; holes are filled. Raises Invalid."""
    kind, coordinates = str(geometry.get("type")), geometry.get("coordinates")
    if kind not in SHAPES:
        raise Invalid(f"a closure is drawn as {', '.join(SHAPES)}", field="geometry")
    if kind == "Point":
        coordinates = [[coordinates]]
    elif kind == "LineString":
        coordinates = [coordinates]
    try:
        parts: Any = coordinates or []
        rings = [np.array(ring, np.float64) for ring in (parts[:1] if kind == "Polygon" else parts)]
    except (TypeError, ValueError) as error:
        raise Invalid("the coordinates are lists of longitude and latitude", field="geometry") from error
    fewest = {"Point": 1, "Polygon": 4}.get(kind, 2)
    good = all(ring.ndim == 2 and ring.shape[1] == 2 and len(ring) >= fewest for ring in rings)
    if not rings or not good or sum(len(ring) for ring in rings) > MOST_CORNERS:
        raise Invalid(f"a {kind} of {fewest} to {MOST_CORNERS} points is needed", field="geometry")
    if any(not np.isfinite(ring).all() or (np.abs(ring) > (180, 90)).any() for ring in rings):
        raise Invalid("the coordinates are no places on earth", field="geometry")
    return kind, rings


def _chosen(p: Pieces, rows: Flags) -> Pieces:
    return Pieces(p.ax[rows], p.ay[rows], p.bx[rows], p.by[rows], p.edge[rows], p.start[rows], p.end[rows])


def _within(p: Pieces, west: float, south: float, east: float, north: float) -> Flags:
    return (
        (np.maximum(p.ax, p.bx) >= west) & (np.minimum(p.ax, p.bx) <= east)
        & (np.maximum(p.ay, p.by) >= south) & (np.minimum(p.ay, p.by) <= north)
    )  # fmt: skip


def _nearest(p: Pieces, x: float, y: float) -> I64:
    _, away = foot(np.array(x), np.array(y), p.ax, p.ay, p.bx, p.by)
    best = int(away.argmin())
    return p.edge[best : best + 1] if away[best] <= POINT_M else np.zeros(0, np.int64)


def _inside(x: F64, y: F64, px: F64, py: F64) -> Flags:
    """Even-odd rule for many points and one ring."""
    within = np.zeros(len(px), bool)
    for i in range(len(x)):
        ax, ay, bx, by = x[i - 1], y[i - 1], x[i], y[i]
        if ay == by:
            continue
        spans = (ay > py) != (by > py)
        within ^= spans & (px < (bx - ax) * (py - ay) / (by - ay) + ax)
    return within


def _crossed(p: Pieces, x: F64, y: F64) -> Flags:
    """Which pieces a line crosses."""
    crossed = np.zeros(len(p.edge), bool)
    for i in range(len(x) - 1):
        cx, cy, dx, dy = x[i], y[i], x[i + 1], y[i + 1]
        a = (dx - cx) * (p.ay - cy) - (dy - cy) * (p.ax - cx)
        b = (dx - cx) * (p.by - cy) - (dy - cy) * (p.bx - cx)
        c = (p.bx - p.ax) * (cy - p.ay) - (p.by - p.ay) * (cx - p.ax)
        d = (p.bx - p.ax) * (dy - p.ay) - (p.by - p.ay) * (dx - p.ax)
        crossed |= (a * b <= 0) & (c * d <= 0) & ((a != 0) | (b != 0))  # through a bend of the road as well
    return crossed
