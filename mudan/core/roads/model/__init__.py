"""What are roads made of? Networks, profiles, closures, engines, and the ways between places."""

from mudan.core.roads.model.building import Turn, Way, build
from mudan.core.roads.model.closures import (
    Closing,
    Closure,
    Confidence,
    Direction,
    Laid,
    Source,
    Standing,
    State,
    checked_closing,
)
from mudan.core.roads.model.depths import DepthRule, depth_rule, ring_geometry
from mudan.core.roads.model.engines import Cch, CchMetric, CsrMetric, order_of
from mudan.core.roads.model.graph import KINDS, Graph, Origin, packed, unpacked
from mudan.core.roads.model.matching import checked_geometry
from mudan.core.roads.model.near import Backwards, Near
from mudan.core.roads.model.network import Hanging, Network, Weighed, point_array, profile_named
from mudan.core.roads.model.profiles import (
    DEPTH_HYSTERESIS_M,
    DEPTH_STEPS,
    EVERY_CLASS,
    INF_MS,
    PROFILES,
    Profile,
)
from mudan.core.roads.model.routes import Step, Told, told
from mudan.core.roads.model.zones import circle, downwind

__all__ = [
    "DEPTH_HYSTERESIS_M", "DEPTH_STEPS", "EVERY_CLASS", "INF_MS", "KINDS", "PROFILES", "Backwards", "Cch", "CchMetric",
    "Closing", "Closure", "Confidence", "CsrMetric", "DepthRule", "Direction", "Graph", "Hanging", "Laid", "Near",
    "Network", "Origin", "Profile", "Source", "Standing", "State", "Step", "Told", "Turn", "Way", "Weighed", "build",
    "checked_closing", "checked_geometry", "circle", "depth_rule", "downwind", "order_of", "packed", "point_array",
    "profile_named", "ring_geometry", "told", "unpacked",
]  # fmt: skip
