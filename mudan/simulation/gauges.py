"""Which hydrometric stations are there, what drains to each, and at which levels is each in danger? (示例)

水库B ─▶ 普顺 ─▶ 周嘉 ─▶ 永安 ─▶ 高安 ─▶ 高峰 ─▶ 五洞 ─▶ 砚台 ─▶ 包家 ─▶ out of the county
水库A ─▶ 桂溪 ─▶ 黄沙 ─────────────────────────▲
"""

from typing import Any, Final, NamedTuple

from mudan.primitives.geo import Point
from mudan.primitives.text import Text
from mudan.simulation.county import Station
from mudan.simulation.geography import RESERVOIRS, Town, short_en, short_zh, town_named
from mudan.simulation.shapes import plane_distance_m

RAIN_LIMIT_MM_H: Final = 30.0
STALE_AFTER_S: Final = 900.0
WARNING_DEPTH_M: Final = 3.2  # from the bed to the warning level, at every river gauge
GUARANTEE_DEPTH_M: Final = 4.8
ROAD_OVER_WARNING_M: Final = 0.55  # so much above the warning level the water reaches the low road beside it
BASE_FLOW_M3S_KM2: Final = 0.02


class RiverGauge(NamedTuple):
    """A river gauge: what drains to it, and the flow at which it stands at its warning level.

    `local_km2` drains between the gauges above and this one, with its middle at `middle`. `upstream` names
    the devices whose outflow arrives here, with the way in metres.
    """

    device: str
    bed_m: float
    local_km2: float
    middle: Point
    upstream: tuple[tuple[str, float], ...]
    total_km2: float

    @property
    def base_m3s(self) -> float:
        """Flow in dry weather."""
        return BASE_FLOW_M3S_KM2 * self.total_km2

    @property
    def warning_m3s(self) -> float:
        """Flow at the warning level; larger basins have calmer floods, hence the exponent."""
        return float(8.0 * self.total_km2**0.75)

    def stage_m(self, flow_m3s: float) -> float:
        """The rating curve: level above datum at a flow."""
        return float(self.bed_m + WARNING_DEPTH_M * (flow_m3s / self.warning_m3s) ** 0.6)


class Reservoir(NamedTuple):
    """A reservoir with straight sides: its basin, surface and characteristic levels."""

    device: str
    basin_km2: float
    middle: Point
    surface_km2: float
    dead_m: float
    normal_m: float
    flood_limit_m: float
    spillway_m: float
    crest_m: float
    weir_m: float


_A, _B = "0050023101", "0050023102"

RESERVOIR_MODELS: Final = (
    Reservoir(_A, 26.0, Point(107.33, 30.375), 0.55, 388.0, 402.15, 402.5, 403.2, 406.5, 30.0),
    Reservoir(_B, 38.0, Point(107.61, 30.47), 1.10, 428.0, 441.65, 442.0, 442.8, 446.0, 45.0),
)

# town, device, bed level m, own basin km², upstream devices; order is downstream
_RIVERS: Final = (
    ("桂溪", "0050023111", 386.0, 24.0, (_A,)),
    ("黄沙", "0050023112", 368.5, 46.0, ("0050023111",)),
    ("普顺", "0050023113", 424.0, 22.0, (_B,)),
    ("周嘉", "0050023114", 411.5, 84.0, ("0050023113",)),
    ("永安", "0050023115", 398.0, 92.0, ("0050023114",)),
    ("高安", "0050023116", 384.0, 118.0, ("0050023115",)),
    ("高峰", "0050023117", 371.0, 104.0, ("0050023116",)),
    ("五洞", "0050023118", 360.5, 68.0, ("0050023117", "0050023112")),
    ("砚台", "0050023119", 351.0, 96.0, ("0050023118",)),
    ("包家", "0050023120", 338.5, 88.0, ("0050023119",)),
)
_BELOW: Final = {above: device for _, device, _, _, upstream in _RIVERS for above in upstream}
_BROOK_TOWNS: Final = frozenset({"桂溪", "黄沙"})
_GAUGE_POINTS: Final = {
    "桂溪": Point(107.345, 30.335),
    "黄沙": Point(107.370, 30.265),
    "普顺": Point(107.595, 30.459),
    "周嘉": Point(107.552, 30.413),
    "永安": Point(107.518, 30.357),
    "高安": Point(107.468, 30.298),
    "高峰": Point(107.407, 30.229),
    "五洞": Point(107.345, 30.192),
    "砚台": Point(107.326, 30.152),
    "包家": Point(107.292, 30.082),
}
_BESIDE_ROADS: Final = {
    "永安": 450.0,
    "高安": 400.0,
    "高峰": 200.0,
    "包家": 100.0,
}  # metres to the road, and a little
_RAIN: Final = (
    *("桂阳", "新民", "沙坪", "曹回", "太平", "澄溪"),
    *("长龙", "杠家", "沙河", "坪山", "鹤游", "白家"),
)


def _river_models() -> tuple[RiverGauge, ...]:
    above = {model.device: (model.middle, model.basin_km2) for model in RESERVOIR_MODELS}
    built = []
    for town, device, bed_m, local_km2, upstream in _RIVERS:
        point = _GAUGE_POINTS[town]
        ways = tuple((name, 1.2 * plane_distance_m(above[name][0], point)) for name in upstream)
        total_km2 = local_km2 + sum(above[name][1] for name in upstream)
        start = above[upstream[0]][0]
        middle = Point((start.lon + point.lon) / 2, (start.lat + point.lat) / 2)
        built.append(RiverGauge(device, bed_m, local_km2, middle, ways, total_km2))
        above[device] = (point, total_km2)
    return tuple(built)


RIVER_MODELS: Final = _river_models()


def _properties(**own: Any) -> dict[str, Any]:
    return {
        **own,
        "rain_limit_mm_h": RAIN_LIMIT_MM_H,
        "stale_after_s": STALE_AFTER_S,
        "example": True,
    }


def _downstream(device: str) -> dict[str, str]:
    """The next station below on the river; none below the last."""
    return {"downstream": _BELOW[device]} if device in _BELOW else {}


def _river_station(town: Town, model: RiverGauge, zh: str, en: str) -> Station:
    return Station(
        model.device,
        "river",
        Text(f"{zh}·{short_zh(town)}站", f"{en} {short_en(town)} gauge"),
        _GAUGE_POINTS[short_zh(town)],
        town.code,
        _properties(
            kind="river",
            base_level_m=round(model.stage_m(model.base_m3s), 2),
            warning_level_m=round(model.bed_m + WARNING_DEPTH_M, 2),
            guarantee_level_m=round(model.bed_m + GUARANTEE_DEPTH_M, 2),
            catchment_km2=model.total_km2,
            **_downstream(model.device),
            **_road(short_zh(town), model),
        ),
    )


def _road(town: str, model: RiverGauge) -> dict[str, Any]:
    """Where a low road runs beside the gauge: its level is the one at which the water reaches it."""
    if town not in _BESIDE_ROADS:
        return {}
    dry_m = model.bed_m + WARNING_DEPTH_M + ROAD_OVER_WARNING_M
    return {"road_depth": "water_level", "road_level_m": round(dry_m, 2), "road_reach_m": _BESIDE_ROADS[town]}


def _reservoir_station(name: Text, point: Point, model: Reservoir, town: Town) -> Station:
    return Station(
        model.device,
        "reservoir",
        name,
        point,
        town.code,
        _properties(
            kind="reservoir",
            base_level_m=model.normal_m,
            dead_level_m=model.dead_m,
            flood_limit_level_m=model.flood_limit_m,
            crest_level_m=model.crest_m,
            catchment_km2=model.basin_km2,
            **_downstream(model.device),
        ),
    )


def _rain_station(town: Town, number: int) -> Station:
    name = Text(f"示例·{short_zh(town)}雨量站", f"Example {short_en(town)} rain gauge")
    point = Point(round(town.point.lon + 0.004, 4), round(town.point.lat + 0.003, 4))
    return Station(f"00500231{number}", "rain", name, point, town.code, _properties(kind="rain"))


def built_stations() -> tuple[Station, ...]:
    """All stations: two reservoirs, ten river gauges, twelve rain gauges."""
    towns = (town_named("桂溪"), town_named("普顺"))
    found = [
        _reservoir_station(*known, model, town)
        for known, model, town in zip(RESERVOIRS, RESERVOIR_MODELS, towns, strict=True)
    ]
    for row, model in zip(_RIVERS, RIVER_MODELS, strict=True):
        zh, en = ("示例溪", "Example Brook") if row[0] in _BROOK_TOWNS else ("示例河", "Example River")
        found.append(_river_station(town_named(row[0]), model, zh, en))
    found += [_rain_station(town_named(name), 31 + i) for i, name in enumerate(_RAIN)]
    return tuple(found)


STATIONS: Final = built_stations()
