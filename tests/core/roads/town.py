"""What does a small road network look like? A jittered grid with one-ways, dead ends and an island."""

from itertools import pairwise

import numpy as np

from mudan.core.roads.model import Graph, Origin, Turn, Way, build
from mudan.core.roads.model.profiles import ALL_ACCESS, FOOT
from mudan.primitives.geo import Point
from mudan.primitives.text import Text

ORIGIN = Origin("测试 test", "", schematic=True)
STEP = 0.003
WEST, SOUTH = 115.40, 35.20


def place(column: float, row: float) -> Point:
    """A place by column and row of the grid."""
    return Point(WEST + column * STEP, SOUTH + row * STEP)


def street(key: int, *refs: int, both: bool = True, **more: object) -> Way:
    """A street of 36 km/h (10 m a second) over these points."""
    given: dict[str, object] = {
        "kind": "street",
        "speed_kmh": 36.0,
        "name": Text(f"{key}路", f"Road {key}"),
        **more,
    }
    return Way(key, refs, forward=ALL_ACCESS, backward=ALL_ACCESS if both else FOOT.access, **given)  # type: ignore[arg-type]  # the test's own words


def line_town() -> Graph:
    """One street of four junctions a → b → c → d, each 3 columns apart, and a slow way round from b to c.

    0 ──1── 1 ──2── 2 ──3── 3
            └4─ 4 ──4─┘
    """
    places = {i: place(3.0 * i, 0) for i in range(4)} | {4: place(4.5, 3)}
    ways = [street(1, 0, 1), street(2, 1, 2, low_lying=True), street(3, 2, 3), street(4, 1, 4, 2)]
    return build(ways, places, origin=ORIGIN)


def grid_town(size: int = 14, seed: int = 7, *, turns: bool = True) -> Graph:
    """A grid of streets: a fifth is missing, a fifth is one-way, every ninth junction forbids a turn."""
    random = np.random.default_rng(seed)
    places = {
        row * size + column: place(column + random.uniform(-0.2, 0.2), row + random.uniform(-0.2, 0.2))
        for row in range(size)
        for column in range(size)
    }
    pairs = [(at, at + 1) for at in places if at % size < size - 1] + [
        (at, at + size) for at in places if at + size in places
    ]
    kept = [pair for pair in pairs if random.random() < 0.8]
    ways = [
        street(key, *(pair if random.random() < 0.5 else pair[::-1]), both=bool(random.random() < 0.8),
               speed_kmh=float(random.choice([20, 40, 60])), low_lying=bool(random.random() < 0.1))
        for key, pair in enumerate(kept)
    ]  # fmt: skip
    island = {10_000: place(size + 5, 0), 10_001: place(size + 6, 0)}
    ways.append(street(len(ways), 10_000, 10_001))
    return build(ways, places | island, _turns(ways, random) if turns else (), origin=ORIGIN)


def _turns(ways: list[Way], random: np.random.Generator) -> list[Turn]:
    at: dict[int, list[int]] = {}
    for way in ways:
        for ref in (way.refs[0], way.refs[-1]):
            at.setdefault(ref, []).append(way.key)
    crossings = [(ref, keys) for ref, keys in at.items() if len(keys) >= 3]
    return [
        Turn(came, ref, goes, only=bool(random.random() < 0.3))
        for ref, keys in crossings[::9]
        for came, goes in list(pairwise(keys))[:1]
    ]
