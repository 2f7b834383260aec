"""Which buildings have fire alarm devices, and what else do emergency services reckon with? (示例, 示意)"""

from dataclasses import dataclass
from typing import Any, Final

from mudan.primitives.geo import Point
from mudan.primitives.text import Text
from mudan.simulation.geography import COUNTY_CODE, COUNTY_NAME, TOWNS, Town, short_en, short_zh, town_named

SMOKE, CALL_POINT, TANK, PIPE, GAS = 42, 23, 92, 99, 11  # component types of GB/T 26875.3


_Site = tuple[str, str, str, str, str, float, float, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Part:
    """A component: its system and component type, its address (loop in the high half), and where it is."""

    system: int
    kind: int
    address: int
    place: Text


@dataclass(frozen=True, slots=True)
class Building:
    """A site with a transmission device. `address` is the device's source address; `watched`: someone is at
    the post and answers."""

    address: int
    name: Text
    point: Point
    area_code: str
    use: str
    parts: tuple[Part, ...]
    watched: bool = True


def _part(system: int, kind: int, loop: int, number: int, zh: str, en: str) -> Part:
    return Part(system, kind, loop << 16 | number, Text(zh, en))


_ROOMS: Final = (
    _part(1, SMOKE, 1, 1, "一层大厅", "ground floor hall"),
    _part(1, SMOKE, 1, 2, "二层走道", "first floor corridor"),
    _part(1, CALL_POINT, 1, 3, "二层楼梯口", "first floor stairs"),
    _part(11, TANK, 2, 1, "消防水池", "fire water tank"),
    _part(12, PIPE, 2, 2, "喷淋管网末端", "sprinkler pipe end"),
)
_LEAKS: Final = (
    _part(13, GAS, 3, 1, "调压区东侧", "pressure station east"),
    _part(13, GAS, 3, 2, "调压区西侧", "pressure station west"),
)


def _building(number: int, zh: str, en: str, town: str, east: float, north: float, use: str) -> Building:
    near = town_named(town)
    point = Point(round(near.point.lon + east, 4), round(near.point.lat + north, 4))
    parts = _ROOMS + (_LEAKS if use in {"gas", "chemical"} else ())
    name = Text(f"示例·{zh}", f"Example {en}")
    return Building(500_231_000 + number, name, point, near.code, use, parts, watched=use != "warehouse")


BUILDINGS: Final = (
    _building(1, "县医院", "county hospital", "桂阳", 0.004, 0.003, "hospital"),
    _building(2, "中心小学", "primary school", "桂溪", -0.005, 0.002, "school"),
    _building(3, "商业广场", "shopping centre", "桂溪", 0.003, -0.004, "mall"),
    _building(4, "养老院", "care home", "高安", 0.004, 0.002, "care"),
    _building(5, "天然气门站", "gas gate station", "澄溪", 0.006, -0.003, "gas"),
    _building(6, "化工厂", "chemical works", "太平", -0.004, -0.002, "chemical"),
    _building(7, "物流仓库", "warehouse", "新民", 0.005, 0.001, "warehouse"),
    _building(8, "宾馆", "hotel", "周嘉", -0.003, 0.003, "hotel"),
)
GAS_SITE: Final = BUILDINGS[4]
FIRE_SITE: Final = BUILDINGS[2]

_SITES: Final[
    tuple[_Site, ...]
] = (  # type, kind, Chinese, English, town, offset east and north, what else is known
    (
        "RiskPoint",
        "landslide",
        "滑坡点",
        "landslide",
        "沙坪",
        0.006,
        0.004,
        {"people": 46, "watcher": "示例监测员"},
    ),
    ("RiskPoint", "flash_flood", "山洪沟口", "flash flood mouth", "普顺", -0.006, -0.005, {"people": 118}),
    (
        "RiskPoint",
        "flash_flood",
        "沿河低洼院落",
        "low yards by the river",
        "高安",
        -0.006,
        0.004,
        {"people": 63},
    ),
    ("RiskPoint", "waterlogging", "下穿通道", "underpass", "桂阳", -0.004, 0.002, {"people": 0}),
    ("RiskPoint", "crowd", "文化广场", "culture square", "桂溪", 0.001, 0.003, {"people": 8_000}),
    (
        "HazardousSite",
        "gas",
        "天然气门站",
        "gas gate station",
        "澄溪",
        0.006,
        -0.003,
        {"substance": "天然气", "un_number": "1971"},
    ),
    (
        "HazardousSite",
        "chemical",
        "液氨储罐",
        "ammonia tank",
        "太平",
        -0.004,
        -0.002,
        {"substance": "液氨", "un_number": "1005", "quantity_t": 20},
    ),
    (
        "HazardousSite",
        "fuel",
        "加油站",
        "filling station",
        "坪山",
        0.003,
        0.001,
        {"substance": "汽油", "un_number": "1203", "quantity_t": 60},
    ),
    ("HazardousSite", "mine", "采石场", "quarry", "鹤游", 0.004, 0.003, {"substance": "民用爆炸物"}),
    (
        "RescueTeam",
        "fire",
        "消防救援大队",
        "fire brigade",
        "桂溪",
        0.002,
        0.001,
        {"people": 38, "skills": "火灾、破拆、水域"},
    ),
    (
        "RescueTeam",
        "flood",
        "防汛抢险队",
        "flood team",
        "桂阳",
        0.003,
        -0.003,
        {"people": 30, "skills": "冲锋舟、排涝"},
    ),
    (
        "RescueTeam",
        "mine",
        "矿山救护队",
        "mine rescue team",
        "包家",
        0.002,
        0.002,
        {"people": 16, "skills": "矿山、有毒气体"},
    ),
    (
        "RescueTeam",
        "volunteer",
        "蓝天志愿队",
        "volunteer team",
        "高安",
        0.002,
        0.003,
        {"people": 24, "skills": "搜救、转移"},
    ),
    (
        "MaterialStore",
        "county",
        "县应急物资库",
        "county store",
        "桂阳",
        0.005,
        -0.001,
        {"stock": {"编织袋": 20_000, "冲锋舟": 6, "发电机": 8, "帐篷": 120}},
    ),
    (
        "MaterialStore",
        "town",
        "高安物资点",
        "Gao'an store",
        "高安",
        -0.002,
        0.002,
        {"stock": {"编织袋": 3_000, "救生衣": 80, "帐篷": 20}},
    ),
    (
        "Shelter",
        "school",
        "实验中学操场",
        "school ground",
        "桂溪",
        -0.003,
        -0.003,
        {"capacity": 2_000, "indoor": False},
    ),
    ("Shelter", "hall", "体育馆", "sports hall", "桂阳", 0.002, 0.004, {"capacity": 1_200, "indoor": True}),
    (
        "Shelter",
        "school",
        "高安中心校",
        "Gao'an school",
        "高安",
        0.003,
        -0.002,
        {"capacity": 600, "indoor": True},
    ),
    ("Shelter", "hall", "普顺文化站", "Pushun hall", "普顺", 0.002, 0.002, {"capacity": 150, "indoor": True}),
)
_TEAMS_OF: Final = {"fire": "fire"}
_TYPE_WORDS: Final = {
    "RiskPoint": "risk",
    "HazardousSite": "site",
    "RescueTeam": "team",
    "MaterialStore": "store",
    "Shelter": "shelter",
}


def emergency_entities() -> list[dict[str, Any]]:
    """Rows of the seed: transmission devices, their components, areas for warnings, and the emergency places."""
    rows = [row for building in BUILDINGS for row in _rows_of(building)]
    rows.append(_area(COUNTY_CODE, COUNTY_NAME, Point(107.40, 30.27), _county_words()))
    rows += [_area(town.code, town.name, town.point, {}) for town in TOWNS]
    return rows + [_site(number, *row) for number, row in enumerate(_SITES, 1)]


def _rows_of(building: Building) -> list[dict[str, Any]]:
    device = str(building.address)
    own = _row("FireTransmitter", device, building.name, building.area_code, building.point, device, "fire")
    own["properties"] = {"building": building.name.zh, "use": building.use, "example": True}
    return [own, *(_component(building, part, at) for at, part in enumerate(building.parts))]


def _component(building: Building, part: Part, at: int) -> dict[str, Any]:
    device = f"{building.address}-{part.system}-1-{part.address}"
    name = Text(f"{building.name.zh}·{part.place.zh}", f"{building.name.en}, {part.place.en}")
    point = Point(
        round(building.point.lon + 0.0002 * (at % 3), 5), round(building.point.lat + 0.0002 * (at // 3), 5)
    )
    row = _row("FireComponent", device, name, building.area_code, point, device, "fire")
    limits = {TANK: {"low_level_m": 2.0}, PIPE: {"low_pressure_kpa": 150.0}}.get(part.kind, {})
    row["properties"] = {"kind": part.kind, "location": part.place.zh, "example": True, **limits}
    return row


def _area(code: str, name: Text, point: Point, properties: dict[str, Any]) -> dict[str, Any]:
    said = Text(f"示例·预警区域·{name.zh}", f"Example warning area {name.en}")
    row = _row("WarningArea", code, said, code, point, f"area-{code}", None)
    row["properties"] = {"example": True, **properties}
    return row


def _county_words() -> dict[str, Any]:
    towns = {town.code: [_plain(town), town.point.lon, town.point.lat] for town in TOWNS}
    return {"name": COUNTY_NAME.zh, "towns": towns}


def _plain(town: Town) -> str:
    return town.name.zh


def _site(
    number: int,
    type_: str,
    kind: str,
    zh: str,
    en: str,
    town: str,
    east: float,
    north: float,
    known: dict[str, Any],
) -> dict[str, Any]:
    near = town_named(town)
    point = Point(round(near.point.lon + east, 4), round(near.point.lat + north, 4))
    name = Text(f"示例·{short_zh(near)}{zh}", f"Example {en}, {short_en(near)}")
    department = _TEAMS_OF.get(kind, "emergency") if type_ == "RescueTeam" else "emergency"
    row = _row(type_, f"{_TYPE_WORDS[type_]}-{number:02}", name, near.code, point, None, department)
    row["properties"] = {
        "kind": kind,
        "contact": "示例责任人",
        "phone": "000-0000-0000",
        "example": True,
        **known,
    }
    return row


def _row(
    type_: str, local: str, name: Text, area: str, point: Point, device: str | None, department: str | None
) -> dict[str, Any]:
    return {
        "urn": f"urn:ngsi-ld:{type_}:{local}",
        "type": type_,
        "platform": "emergency",
        "name_zh": name.zh,
        "name_en": name.en,
        "area_code": area,
        "department": department,
        "lon": point.lon,
        "lat": point.lat,
        "device": device,
    }
