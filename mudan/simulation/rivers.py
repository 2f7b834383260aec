"""How does rain become a level? Runoff, a cascade of stores per basin, reaches, and the reservoirs' balance.

rain ─▶ runoff ─▶ ▭▭▭ three stores ─▶ gauge ─▶ ▭ reach ─▶ next gauge
                              └─▶ reservoir ─▶ outlet and spillway ─▶ ▭ reach ─▶ gauge
"""

from math import exp, sqrt
from typing import Final

from mudan.simulation.gauges import (
    BASE_FLOW_M3S_KM2,
    RESERVOIR_MODELS,
    RIVER_MODELS,
    Reservoir,
    RiverGauge,
)
from mudan.simulation.shapes import Plane, to_plane
from mudan.simulation.storm import Cell

STEP_S: Final = 10.0
SOAK_MM_H: Final = 6.0  # rain up to this rate mostly soaks in
SOAKED_PART: Final = 0.10
RUNOFF_PART: Final = 0.72
STORES: Final = 3
CELERITY_MS: Final = 2.2
WEIR_COEFFICIENT: Final = 1.7  # broad-crested weir, m^0.5/s
OUTLET_M2S: Final = 40.0  # m³/s that the outlet opens per metre over the normal level
OUTLET_MAX_M3S: Final = 20.0


def runoff_mm_h(rain_mm_h: float) -> float:
    """The part of the rain that runs off."""
    soaking = min(rain_mm_h, SOAK_MM_H)
    return SOAKED_PART * soaking + RUNOFF_PART * (rain_mm_h - soaking)


class Basin:
    """A basin as equal linear stores one behind another (Nash cascade); `out_m3s` is what leaves it."""

    __slots__ = ("_keep", "_m3s_per_mm_h", "_stores", "middle", "out_m3s")

    def __init__(self, area_km2: float, middle: Plane) -> None:
        store_s = 120.0 + 45.0 * sqrt(area_km2)
        self._keep = exp(-STEP_S / store_s)
        self._m3s_per_mm_h = area_km2 / 3.6
        self._stores = [0.0] * STORES
        self.middle = middle
        self.out_m3s = 0.0

    def step(self, rain_mm_h: float) -> None:
        """Go on by one step under this rain."""
        if rain_mm_h == 0.0 and self.out_m3s == 0.0 and self._stores[0] < 1e-6:
            return
        through = runoff_mm_h(rain_mm_h) * self._m3s_per_mm_h
        for i, held in enumerate(self._stores):
            through = self._stores[i] = through + (held - through) * self._keep
        self.out_m3s = through if through > 1e-6 else 0.0


class Pool:
    """A reservoir's level by its water balance."""

    def __init__(self, model: Reservoir) -> None:
        self.model = model
        self.basin = Basin(model.basin_km2, to_plane(model.middle))
        self.base_m3s = BASE_FLOW_M3S_KM2 * model.basin_km2
        self.level_m = model.normal_m
        self.out_m3s = self.base_m3s

    def step(self, rain_mm_h: float) -> None:
        """Go on by one step: inflow from the basin, outflow by outlet and spillway."""
        model = self.model
        self.basin.step(rain_mm_h)
        outlet = min(OUTLET_MAX_M3S, max(0.0, self.base_m3s + OUTLET_M2S * (self.level_m - model.normal_m)))
        head_m = max(0.0, self.level_m - model.spillway_m)
        self.out_m3s = outlet + WEIR_COEFFICIENT * model.weir_m * head_m**1.5
        gained_m3 = (self.base_m3s + self.basin.out_m3s - self.out_m3s) * STEP_S
        self.level_m += gained_m3 / (model.surface_km2 * 1e6)


class Reach:
    """The way from a device upstream: a linear store that holds a flow back by its travel time."""

    __slots__ = ("_held_m3s", "_keep", "device")

    def __init__(self, device: str, way_m: float, base_m3s: float) -> None:
        self.device = device
        self._keep = exp(-STEP_S * CELERITY_MS / way_m)
        self._held_m3s = base_m3s

    def step(self, arriving_m3s: float) -> float:
        """Go on by one step; the flow that leaves the reach."""
        self._held_m3s = arriving_m3s + (self._held_m3s - arriving_m3s) * self._keep
        return self._held_m3s


class Gauge:
    """A river gauge: its own basin, and what arrives from above through a reach each."""

    def __init__(self, model: RiverGauge, base_from_above: dict[str, float]) -> None:
        self.model = model
        self.basin = Basin(model.local_km2, to_plane(model.middle))
        self._own_base_m3s = BASE_FLOW_M3S_KM2 * model.local_km2
        self._reaches = [Reach(name, way_m, base_from_above[name]) for name, way_m in model.upstream]
        self.flow_m3s = model.base_m3s

    def step(self, rain_mm_h: float, above: dict[str, float]) -> None:
        """Go on by one step; `above` is the flow now leaving each device upstream."""
        self.basin.step(rain_mm_h)
        flow = self._own_base_m3s + self.basin.out_m3s
        for reach in self._reaches:
            flow += reach.step(above[reach.device])
        self.flow_m3s = flow


class Waters:
    """All rivers and reservoirs of the county; one `step` is STEP_S county seconds."""

    def __init__(self) -> None:
        self.pools = {model.device: Pool(model) for model in RESERVOIR_MODELS}
        base = {device: pool.base_m3s for device, pool in self.pools.items()}
        self.gauges: dict[str, Gauge] = {}
        for model in RIVER_MODELS:
            self.gauges[model.device] = Gauge(model, base)
            base[model.device] = model.base_m3s

    def step(self, cells: list[Cell], at_s: float) -> None:
        """Go on by one step under these rain cells."""
        leaving: dict[str, float] = {}
        for device, pool in self.pools.items():
            pool.step(_rain(cells, pool.basin.middle, at_s))
            leaving[device] = pool.out_m3s
        for device, gauge in self.gauges.items():
            gauge.step(_rain(cells, gauge.basin.middle, at_s), leaving)
            leaving[device] = gauge.flow_m3s

    def stage_m(self, device: str) -> float:
        """Level at a gauge or reservoir, metres above datum. Raises KeyError for any other station."""
        if device in self.pools:
            return self.pools[device].level_m
        gauge = self.gauges[device]
        return gauge.model.stage_m(gauge.flow_m3s)

    def flow_m3s(self, device: str) -> float:
        """Discharge at a gauge, outflow of a reservoir. Raises KeyError for any other station."""
        return self.pools[device].out_m3s if device in self.pools else self.gauges[device].flow_m3s


def _rain(cells: list[Cell], place: Plane, at_s: float) -> float:
    return sum(cell.rate_mm_h(place, at_s) for cell in cells) if cells else 0.0
