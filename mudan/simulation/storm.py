"""Where does it rain, and how hard? Seeded cells that drift, swell and fade over the county."""

from functools import lru_cache
from math import exp, pi, sin
from random import Random
from typing import Final, NamedTuple

from mudan.primitives.geo import Point
from mudan.simulation.shapes import Plane, to_plane

BLOCK_S: Final = 21_600  # calm weather is drawn for six hours at a time
CALM_PEAK_MM_H: Final = (1.0, 5.0)
CALM_LIFE_S: Final = (3_600.0, 10_800.0)
STORM_TRACKS: Final = (  # where each cell is when it is strongest, when that is, and its strength
    (Point(107.335, 30.365), 1_700.0, 0.9),
    (Point(107.350, 30.330), 2_700.0, 0.5),
    (Point(107.600, 30.460), 2_000.0, 0.9),
    (Point(107.550, 30.420), 4_000.0, 0.4),
    (Point(107.480, 30.330), 5_600.0, 0.35),
    (Point(107.400, 30.250), 7_400.0, 0.35),
    (Point(107.330, 30.140), 9_200.0, 0.35),
)
STORM_PEAK_MM_H: Final = (56.0, 66.0)
STORM_LIFE_S: Final = 5_400.0
STORM_RADIUS_M: Final = (6_000.0, 7_500.0)
STORM_DRIFT_MS: Final = 1.2


class Cell(NamedTuple):
    """A rain cell: born at `born_s` with its middle at `start`, drifting at `drift` metres a second."""

    born_s: float
    life_s: float
    start: Plane
    drift: tuple[float, float]
    radius_m: float
    peak_mm_h: float

    def rate_mm_h(self, place: Plane, at_s: float) -> float:
        """Rain at a place: a bell over the distance from the middle, half a sine over the life."""
        age = at_s - self.born_s
        if not 0.0 < age < self.life_s:
            return 0.0
        dx = place[0] - self.start[0] - self.drift[0] * age
        dy = place[1] - self.start[1] - self.drift[1] * age
        near = (dx * dx + dy * dy) / (self.radius_m * self.radius_m)
        if near > 9.0:
            return 0.0
        return self.peak_mm_h * sin(pi * age / self.life_s) * exp(-near)


@lru_cache(maxsize=64)
def calm_cells(seed: int, block: int) -> tuple[Cell, ...]:
    """The harmless showers born in one block of six hours; the same for the same seed and block."""
    random = Random(f"calm {seed} {block}")
    cells = []
    for _ in range(random.choice((0, 0, 1, 2))):
        life_s = random.uniform(*CALM_LIFE_S)
        middle = to_plane(Point(random.uniform(107.25, 107.65), random.uniform(30.0, 30.5)))
        drift = (random.uniform(-2.0, 2.0), random.uniform(-2.0, 2.0))
        start = (middle[0] - drift[0] * life_s / 2, middle[1] - drift[1] * life_s / 2)
        born_s = block * BLOCK_S + random.uniform(0.0, BLOCK_S)
        radius_m, peak = random.uniform(4_000, 9_000), random.uniform(*CALM_PEAK_MM_H)
        cells.append(Cell(born_s, life_s, start, drift, radius_m, peak))
    return tuple(cells)


def storm_cells(seed: int, number: int, begun_s: float) -> tuple[Cell, ...]:
    """The cells of one storm: over the heads of both rivers first, then down the valley to the south-west.

    The first cells are already raining when the storm is called, so that rivers answer within the hour.
    """
    random = Random(f"storm {seed} {number}")
    cells = []
    for point, strongest_s, strength in STORM_TRACKS:
        x, y = to_plane(point)
        x, y = x + random.uniform(-1_000, 1_000), y + random.uniform(-1_000, 1_000)
        drift = (-STORM_DRIFT_MS * random.uniform(0.5, 1.0), -STORM_DRIFT_MS * random.uniform(0.5, 1.0))
        half_s = STORM_LIFE_S / 2
        start = (x - drift[0] * half_s, y - drift[1] * half_s)
        born_s = begun_s + strongest_s - half_s
        radius_m = random.uniform(*STORM_RADIUS_M)
        peak = strength * random.uniform(*STORM_PEAK_MM_H)
        cells.append(Cell(born_s, STORM_LIFE_S, start, drift, radius_m, peak))
    return tuple(cells)


class Sky:
    """All the rain there is: calm showers by the calendar of blocks, and the storms that were called."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._storms: list[Cell] = []
        self._called = 0
        self._over_s = 0.0

    def call_storm(self, begun_s: float) -> None:
        """Let a storm begin; another one still under way rains on."""
        cells = storm_cells(self._seed, self._called, begun_s)
        self._called += 1
        self._storms += cells
        self._over_s = max(cell.born_s + cell.life_s for cell in self._storms)

    @property
    def over_s(self) -> float:
        """When the last storm called is over."""
        return self._over_s

    def storming(self, at_s: float) -> bool:
        """Whether a storm is under way."""
        return at_s < self._over_s

    def cells(self, at_s: float) -> list[Cell]:
        """The cells that may rain at a time."""
        block = int(at_s // BLOCK_S)
        known = (*calm_cells(self._seed, block - 1), *calm_cells(self._seed, block), *self._storms)
        return [cell for cell in known if 0.0 < at_s - cell.born_s < cell.life_s]
