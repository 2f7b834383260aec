"""Which stores and shelters has the make-believe county? All of them invented (示例)."""

from typing import Any, Final

from mudan.simulation.geography import COUNTY_CODE, TOWNS, Town

Row = dict[str, Any]

# code, names, unit of measure, category
_MATERIALS: Final = """\
tent 帐篷 Tent 顶 pcs shelter
quilt 棉被 Quilt 床 pcs shelter
camp_bed 折叠床 Camp_bed 张 pcs shelter
water_bottled 瓶装水 Bottled_water 箱 boxes living
food_ready 方便食品 Ready_food 箱 boxes living
sandbag 编织袋 Sandbag 条 pcs flood
geotextile 土工布 Geotextile 平方米 m2 flood
life_jacket 救生衣 Life_jacket 件 pcs flood
assault_boat 冲锋舟 Assault_boat 艘 pcs flood
pump_mobile 移动泵 Mobile_pump 台 pcs flood
generator 发电机 Generator 台 pcs power
fire_swatter 灭火拖把 Fire_swatter 把 pcs fire
mask_gas 防毒面具 Gas_mask 套 sets chemical
first_aid 急救箱 First_aid_kit 个 pcs medical"""

_COUNTY_STOCK: Final = (
    ("tent", 320, None), ("quilt", 600, None), ("camp_bed", 400, None), ("water_bottled", 500, 240),
    ("water_bottled", 60, 12), ("food_ready", 300, 120), ("sandbag", 20_000, None), ("geotextile", 8000, None),
    ("life_jacket", 420, None), ("assault_boat", 8, None), ("pump_mobile", 12, None), ("generator", 10, None),
    ("mask_gas", 40, 700), ("first_aid", 80, 300),
)  # fmt: skip
_TOWN_STOCK: Final = (
    ("tent", 25, None), ("water_bottled", 40, 90), ("sandbag", 1500, None), ("life_jacket", 30, None),
    ("fire_swatter", 20, None), ("first_aid", 6, 20),
)  # fmt: skip
_COUNTY_MINIMUM: Final = {
    "tent": 300,
    "quilt": 800,
    "sandbag": 15_000,
    "life_jacket": 400,
    "assault_boat": 10,
}
_TOWN_MINIMUM: Final = {"tent": 20, "sandbag": 2000, "life_jacket": 20, "first_aid": 5}
_SHELTERS: Final = ("中学操场", "Middle school")
_TOWNS_WITH_STORES: Final = 6


def supplies() -> Row:
    """Materials, stores with their stock, shelters; ready for JSON."""
    seat, towns = TOWNS[0], TOWNS[:_TOWNS_WITH_STORES]
    county = _place("county-1", "县应急物资库", "County emergency store", seat, COUNTY_CODE, "emergency")
    return {
        "materials": [_material(row) for row in _MATERIALS.splitlines()],
        "stores": [
            county | {"stock": _stock(_COUNTY_STOCK), "minimums": dict(_COUNTY_MINIMUM)},
            *(
                _town_store(town)
                | {"stock": _stock(_TOWN_STOCK), "minimums": dict(_TOWN_MINIMUM)}
                for town in towns
            ),
        ],
        "shelters": [_shelter(number, town) for number, town in enumerate(TOWNS)],
    }  # fmt: skip


def _material(row: str) -> Row:
    code, zh, en, unit_zh, unit_en, category = row.split()
    return {
        "code": code, "name_zh": zh, "name_en": en.replace("_", " "), "unit_zh": unit_zh, "unit_en": unit_en,
        "category": category,
    }  # fmt: skip


def _stock(rows: tuple[tuple[str, int, int | None], ...]) -> list[Row]:
    return [{"material": code, "quantity": much, "expires_in_days": days} for code, much, days in rows]


def _place(code: str, zh: str, en: str, town: Town, area_code: str, department: str | None) -> Row:
    return {
        "code": code, "name_zh": f"示例·{zh}", "name_en": f"Example: {en}", "area_code": area_code,
        "department": department, "address": f"{town.name.zh}（示例地址）", "lon": town.point.lon,
        "lat": town.point.lat, "contact": "示例联系人", "phone": "", "example": True,
    }  # fmt: skip


def _town_store(town: Town) -> Row:
    zh, en = f"{town.name.zh}物资点", f"{town.name.en} store"
    return _place(f"town-{town.code[-3:]}", zh, en, town, town.code, None)


def _shelter(number: int, town: Town) -> Row:
    zh, en = _SHELTERS
    services = (
        ["water", "toilets", "meals", "beds"]
        if number % 2
        else ["water", "toilets", "medical", "power", "accessible"]
    )
    place = _place(
        f"shelter-{town.code[-3:]}", f"{town.name.zh}{zh}", f"{town.name.en} {en}", town, town.code, None
    )
    return place | {"capacity": max(100, town.residents // 200 * 10), "services": services}
