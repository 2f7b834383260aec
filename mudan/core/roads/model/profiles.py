"""Who travels how fast, and through how much water? Profiles with their depth limits (示例)."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from mudan.core.roads.model.graph import F64, I64, KINDS, Graph
from mudan.primitives.text import Text

INF_MS: Final = 2**31 - 1  # an arc that cannot be driven; the engine's own infinity
MS_PER_KM_AT_1_KMH: Final = 3_600_000.0
BOAT_KMH: Final = 6.0  # 示例: a rescue boat over a flooded street
BOAT_FLOATS_M: Final = 0.5  # 示例: from this depth on a boat is launched from its trailer


@dataclass(frozen=True, slots=True)
class Profile:
    """How one class of travellers moves. `access` is its bit in an arc's access; `depth_limit_m` is the water
    through which it no longer passes (None: it floats). Every value is an example (示例) to be replaced.
    """

    name: str
    title: Text
    access: int
    fastest_kmh: float
    depth_limit_m: float | None
    speed_factor: float = 1.0
    steady_kmh: float | None = None
    example: bool = True


CAR: Final = Profile("car", Text("小型车", "car"), 1, 120.0, 0.3)
TRUCK: Final = Profile("truck", Text("大型车、消防车", "truck, fire engine"), 2, 80.0, 0.5, 0.9)
FOOT: Final = Profile("foot", Text("步行", "on foot"), 4, 5.0, 0.3, steady_kmh=5.0)
BOAT: Final = Profile("boat", Text("携艇车组", "crew with a boat"), 2, 80.0, None, 0.9)

PROFILES: Final[dict[str, Profile]] = {one.name: one for one in (CAR, TRUCK, FOOT, BOAT)}
EVERY_CLASS: Final = tuple(PROFILES)
ALL_ACCESS: Final = CAR.access | TRUCK.access | FOOT.access
VEHICLE_ACCESS: Final = CAR.access | TRUCK.access

# Depth of water on a road and what is done about it (示例): the county's own plan replaces these.
DEPTH_STEPS: Final[tuple[tuple[float, Text], ...]] = (
    (0.3, Text("禁止小型车通行", "closed to cars")),
    (0.5, Text("硬隔离，禁止大型车通行", "barriers set, closed to trucks")),
    (0.8, Text("严重积水，仅舟艇通行", "deep water, boats only")),
)
DEPTH_HYSTERESIS_M: Final = 0.05  # 示例: a road opens again only when the water is so far below the limit


def free_weights(graph: Graph, profile: Profile) -> I64:
    """Milliseconds along each arc without closures; INF_MS where the profile has no access. At least 1 ms."""
    kmh: F64 = np.minimum(graph.speed_kmh * profile.speed_factor, profile.fastest_kmh)
    if profile.steady_kmh is not None:
        kmh = np.full(len(graph.length_m), profile.steady_kmh)
    edge_ms = np.maximum(np.rint(graph.length_m / 1000.0 * MS_PER_KM_AT_1_KMH / kmh), 1).astype(np.int64)
    return np.where(graph.access & profile.access, edge_ms[graph.edge], INF_MS)


def boat_ms(graph: Graph, edges: I64) -> I64:
    """Milliseconds along flooded edges for a crew that rows."""
    ms = np.rint(graph.length_m[edges] / 1000.0 * MS_PER_KM_AT_1_KMH / BOAT_KMH)
    return np.maximum(ms, 1).astype(np.int64)


def kind_number(name: str) -> int:
    """The number of a kind of road as the graph stores it; raises ValueError for an unknown one."""
    return KINDS.index(name)
