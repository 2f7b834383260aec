"""On which roads is dispatch measured? A made-up region: main roads in a net, blocks of lanes hung on them (示意).

Junctions lie 100 m apart on a jittered grid. Every MAIN_EVERYth line is a main road, whole. Between, a third of
the lanes is missing and few lanes join a main road, as villages do. About 370,000 junctions, 950,000 arcs.
"""

from typing import Final

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from mudan.core.roads.model import Graph, Origin
from mudan.core.roads.model.graph import F64, I64, Flags, Plane, checked
from mudan.core.roads.model.profiles import ALL_ACCESS, FOOT, kind_number

SIDE: Final = 620
SPACING_M: Final = 100.0
MAIN_EVERY: Final = 20
LANES_KEPT: Final = 0.66
JOINTS_KEPT: Final = 0.2
ONE_WAY: Final = 0.03
CORNER: Final = (107.0, 29.9)
ORIGIN: Final = Origin(
    "生成的测试路网 / generated for measuring", "演示数据：虚构 / invented", schematic=True
)


def region(side: int = SIDE, seed: int = 1) -> Graph:
    """The region's network; the same seed gives the same roads."""
    random = np.random.default_rng(seed)
    a, b, main = _links(side, random)
    x = np.tile(np.arange(side), side) + random.uniform(-0.3, 0.3, side * side)
    y = np.repeat(np.arange(side), side) + random.uniform(-0.3, 0.3, side * side)
    a, b, main, x, y = _largest(a, b, main, x, y)
    lon, lat = _degrees(x * SPACING_M, y * SPACING_M)
    bend = random.uniform(1.0, 1.3, len(a))
    length_m = np.hypot(x[a] - x[b], y[a] - y[b]) * SPACING_M * bend
    speed = np.where(main, random.choice([60.0, 80.0], len(a)), random.choice([20.0, 30.0, 40.0], len(a)))
    one_way = ~main & (random.random(len(a)) < ONE_WAY)
    return _graph(lon, lat, a, b, length_m, speed, main, one_way)


def _links(side: int, random: np.random.Generator) -> tuple[I64, I64, Flags]:
    """Ends of the links that are kept, and which of them are main roads."""
    node = np.arange(side * side).reshape(side, side)
    on_main = np.zeros((side, side), bool)
    on_main[::MAIN_EVERY] = on_main[:, ::MAIN_EVERY] = True
    across, along = (side, side - 1), (side - 1, side)
    east, north = random.random(across) < LANES_KEPT, random.random(along) < LANES_KEPT
    joint_east, joint_north = on_main[:, :-1] ^ on_main[:, 1:], on_main[:-1] ^ on_main[1:]
    east[joint_east] = random.random(int(joint_east.sum())) < JOINTS_KEPT
    north[joint_north] = random.random(int(joint_north.sum())) < JOINTS_KEPT
    main_east, main_north = np.zeros(across, bool), np.zeros(along, bool)
    main_east[::MAIN_EVERY] = main_north[:, ::MAIN_EVERY] = True
    east |= main_east
    north |= main_north
    a = np.concatenate([node[:, :-1][east], node[:-1][north]])
    b = np.concatenate([node[:, 1:][east], node[1:][north]])
    return a, b, np.concatenate([main_east[east], main_north[north]])


def _largest(a: I64, b: I64, main: Flags, x: F64, y: F64) -> tuple[I64, I64, Flags, F64, F64]:
    """The largest joined part, its nodes numbered anew."""
    joined = csr_array((np.ones(len(a), np.int8), (a, b)), shape=(len(x), len(x)))
    _, part = connected_components(joined, directed=False)
    inside = part == np.bincount(part).argmax()
    number = np.cumsum(inside) - 1
    kept = inside[a]
    return number[a[kept]], number[b[kept]], main[kept], x[inside], y[inside]


def _degrees(east: F64, north: F64) -> tuple[F64, F64]:
    plane = Plane(30.2)
    x, y = plane.metres(*CORNER)
    return plane.degrees(x + east, y + north)


def _graph(
    lon: F64, lat: F64, a: I64, b: I64, length_m: F64, speed: F64, main: Flags, one_way: Flags
) -> Graph:
    count = len(a)
    tail, head = np.column_stack((a, b)).ravel(), np.column_stack((b, a)).ravel()
    access = np.full(2 * count, ALL_ACCESS, np.uint8)
    access[1::2][one_way] = FOOT.access
    return checked(
        Graph(
            lon=lon, lat=lat, tail=tail.astype(np.int32), head=head.astype(np.int32),
            edge=np.repeat(np.arange(count, dtype=np.int32), 2), forward=np.tile([True, False], count),
            access=access, length_m=length_m, speed_kmh=speed,
            kind=np.where(main, kind_number("main"), kind_number("country")).astype(np.uint8),
            bridge=np.zeros(count, bool), low_lying=np.zeros(count, bool), name=np.zeros(count, np.int32),
            shape_start=np.arange(0, 2 * count + 1, 2, dtype=np.int32),
            shape_lon=np.column_stack((lon[a], lon[b])).ravel(), shape_lat=np.column_stack((lat[a], lat[b])).ravel(),
            names_zh=("",), names_en=("",), origin=ORIGIN,
        )
    )  # fmt: skip
