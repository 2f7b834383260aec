"""To which family of hazards does an alarm belong, and how near must another be to be the same matter?

First fit counts. Distances after common practice (city parts 50 m, traffic 150 m, fire and calls 300 m);
water is related along the river instead. All are examples (示例); what the county has set is in `tuning`.
"""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

from mudan.primitives.text import Text

_COUNTY_DIGITS, _TOWN_DIGITS = 6, 9  # GB/T 2260 and GB/T 10114: county and town


@dataclass(frozen=True, slots=True)
class Family:
    """A family of hazards. `digits` of the area's code within which its alarms are one group."""

    name: str
    title: Text
    patterns: tuple[str, ...]
    radius_m: float
    digits: int = _TOWN_DIGITS
    related: tuple[str, ...] = ()


FAMILIES: Final = (
    Family(
        "equipment", Text("设备与通信", "Equipment and links"),
        ("*silent", "*offline", "*battery*", "*fault*", "*main_power*", "*voltage*", "*unanswered", "*link*"),
        50.0, _COUNTY_DIGITS,
    ),
    Family("gas", Text("燃气与危化品", "Gas and chemicals"), ("*gas*", "*lel*", "*leak*", "*hazmat*"), 300.0,
           related=("fire", "traffic")),
    Family("fire", Text("火灾", "Fire"), ("*fire*", "*smoke*", "*flame*"), 300.0, related=("gas",)),
    Family("weather", Text("气象预警", "Weather"), ("*warning_in_force*", "*meteo*", "*weather*", "*fog*"), 20_000.0,
           _COUNTY_DIGITS, related=("flood", "traffic")),
    Family("flood", Text("水情与内涝", "Water and flooding"), ("water.*", "*flood*", "*waterlog*", "*rain*"), 2_000.0,
           _COUNTY_DIGITS, related=("weather", "traffic")),
    Family("people", Text("人员求助", "People in need"), ("eldercare.*", "*sos*", "*emergency", "*panic*"), 300.0,
           related=("traffic", "fire")),
    Family("traffic", Text("道路交通", "Road traffic"), ("transport.*", "*collision*", "*crash*"), 150.0,
           related=("gas", "people")),
    Family("other", Text("其他", "Other"), ("*",), 50.0),
)  # fmt: skip
_BY_NAME: Final = {family.name: family for family in FAMILIES}


def family_of(rule: str) -> Family:
    """The family of a rule, by its name."""
    return next(family for family in FAMILIES if any(fnmatchcase(rule, one) for one in family.patterns))


def family_named(name: str) -> Family:
    """The family of that name; `other` when there is none."""
    return _BY_NAME.get(name, _BY_NAME["other"])
