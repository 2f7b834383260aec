"""Which households and property firms has the make-believe county? All of them invented (示例)."""

from typing import Any, Final

from mudan.simulation.geography import TOWNS

Row = dict[str, Any]

GRID_TOWN: Final = "500231106"  # 高安
GRID: Final = f"{GRID_TOWN}001G01"
# kinds of care, days since the last visit
_HOMES: Final = (
    ("lives_alone,aged_80", 9), ("lives_alone", 7), ("disabled", 12), ("chronic", 31), ("left_behind", 3), ("", 0),
    ("pregnant", 2), ("hardship", 20),
)  # fmt: skip
_NAMES: Final = "甲乙丙丁戊己庚辛"
_FIRMS: Final = ("SL-WY01", "SL-WY02")


def homes() -> Row:
    """A register as `mudan seed` takes it: rows with the days since the last visit in place of its date."""
    town = next(town for town in TOWNS if town.code == GRID_TOWN)
    rows = [
        {
            "address_code": f"SL-{GRID}-{number:03d}", "address": f"示例路 {number} 号", "area_code": GRID,
            "lon": round(town.point.lon + number / 2000, 6), "lat": round(town.point.lat + (number % 3) / 2000, 6),
            "name": f"示例{_NAMES[number - 1]}", "phone": f"1380000{number:04d}", "care": care, "days_since": days,
        }
        for number, (care, days) in enumerate(_HOMES, 1)
    ]  # fmt: skip
    return {"source": "示例台账", "department": "civil_affairs", "rows": rows}


def firms() -> list[Row]:
    """The property firms that send repair orders."""
    town = next(town for town in TOWNS if town.code == GRID_TOWN)
    return [
        {
            "urn": f"urn:ngsi-ld:PropertyFirm:{firm}", "type": "PropertyFirm", "platform": "community",
            "device": firm, "name_zh": f"示例·物业{number}", "name_en": f"Example firm {number}",
            "area_code": GRID_TOWN, "department": None, "lon": round(town.point.lon + number / 1000, 6),
            "lat": town.point.lat, "properties": {"most_open": 20, "area_code": GRID_TOWN, "example": True},
        }
        for number, firm in enumerate(_FIRMS, 1)
    ]  # fmt: skip
