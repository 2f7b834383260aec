"""What would the county's service hall keep: its items, its matters, what people think of them? All invented (示例).

Each matter follows from its number alone, so that the same hall can be made again.
"""

from datetime import datetime, timedelta
from random import Random
from typing import Any, Final, NamedTuple

from mudan.primitives.ids import urn
from mudan.simulation.geography import COUNTY_CODE

Row = dict[str, Any]
LABEL: Final = "演示数据"
LATE_EVERY: Final = 61  # of so many matters one is forgotten until long after its promise
LATE_FIRST: Final = (42, 55)  # and these, so that there is one from the beginning
BAD_EVERY: Final = 57  # of so many reviews one is bad
BAD_FIRST: Final = (33,)
_PROMISED_H: Final = (0.5, 1.0, 2.0, 4.0, 24.0)


class Service(NamedTuple):
    """A service item; limits in working days."""

    code: str
    name: str
    kind: str
    department: str
    statutory: int
    promised: int


_SERVICES: Final = (
    ("食品经营许可", "01", "市场监管局", 20, 5),
    ("个体工商户登记", "10", "市场监管局", 15, 1),
    ("建筑工程施工许可", "01", "住建委", 7, 3),
    ("商品房预售许可", "01", "住建委", 10, 5),
    ("户外广告设施许可", "01", "城管局", 20, 8),
    ("占用挖掘道路许可", "01", "城管局", 20, 5),
    ("道路货物运输经营许可", "01", "交通局", 20, 7),
    ("取水许可", "01", "水利局", 45, 15),
    ("林木采伐许可", "01", "林业局", 20, 6),
    ("最低生活保障认定", "05", "民政局", 30, 20),
    ("老年人优待证办理", "20", "民政局", 5, 1),
    ("公共场所卫生许可", "01", "卫健委", 20, 6),
)
SERVICES: Final = tuple(
    Service(f"SL{COUNTY_CODE}{number:05d}", f"{name}（示例）", kind, office, statutory, promised)
    for number, (name, kind, office, statutory, promised) in enumerate(_SERVICES, 1)
)
_WORDS: Final = {
    5: "办得快，态度好", 4: "材料一次说清了", 3: "还可以，等得久了点", 2: "窗口让我跑了两趟", 1: "到期没有办完",
}  # fmt: skip


class Matter(NamedTuple):
    """A matter: when it came, until when it is promised, when it will be done."""

    number: int
    service: Service
    came_at: datetime
    promised_at: datetime
    done_at: datetime

    @property
    def name(self) -> str:
        """Its number as it is written."""
        return f"YS{self.came_at:%y%m%d}{self.number:06d}"


def matter(number: int, came_at: datetime) -> Matter:
    """The matter of that number; one in LATE_EVERY is late by more than a day."""
    chance = Random(number)
    promised_at = came_at + timedelta(hours=chance.choice(_PROMISED_H))
    done_at = came_at + (promised_at - came_at) * chance.uniform(0.2, 0.9)
    if number % LATE_EVERY == 5 or number in LATE_FIRST:
        promised_at, done_at = came_at + timedelta(minutes=10), came_at + timedelta(hours=30)
    return Matter(number, SERVICES[chance.randrange(len(SERVICES))], came_at, promised_at, done_at)


def opinion(number: int) -> tuple[int, str]:
    """(1 to 5, words) of the review of a matter; 5 is the best."""
    grade = Random(-number).choice((5, 5, 5, 5, 4, 4, 4, 3))
    if number % BAD_EVERY == 4 or number in BAD_FIRST:
        grade = 1 + number % 2
    return grade, f"{_WORDS[grade]}（{LABEL}）"


# Feed, what it is called, after how many seconds without a word it is silent (None: never).
_SOURCES: Final = (
    ("items", "事项（文件投放）", "Items (files)", 26 * 3600.0),
    ("matters", "办件（数据库拉取）", "Matters (database)", 300.0),
    ("reviews", "好差评（推送，有评价才来）", "Reviews (pushed when there are any)", None),
    ("reviews_standard", "评价（国标文件投放）", "Reviews by the standard (files)", 6 * 3600.0),
)


def record_sources() -> list[Row]:
    """The sources of records, so that silence is noticed where a time is declared."""
    return [
        {
            "urn": urn("RecordSource", f"government_services-{feed}"), "type": "RecordSource",
            "platform": "government_services", "device": feed, "name_zh": f"示例·{zh}", "name_en": f"Example: {en}",
            "area_code": COUNTY_CODE, "department": None, "lon": None, "lat": None,
            "properties": {"most_bad": 10, "example": True} | ({} if after_s is None else {"stale_after_s": after_s}),
        }
        for feed, zh, en, after_s in _SOURCES
    ]  # fmt: skip
