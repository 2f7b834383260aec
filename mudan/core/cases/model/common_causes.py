"""Which causes does the centre look for? A table that names classes of every platform's types; all of it is 示例."""

from typing import Final

from mudan.core.cases.model.causes import Cause, Sign
from mudan.primitives.text import Text

_EVENT, _COMPONENT, _REPAIR = "urban_event", "urban_component", "repair"
_HOTLINES: Final = ("hotline", "citizen")  # the same classes


def _signs(*rows: str, itself: str = "") -> tuple[Sign, ...]:
    """Each row: `type code …`; `itself` in the same way, for the classes that name the cause."""
    found = []
    for row, named in (*((row, False) for row in rows), (itself, True)):
        kind, *codes = row.split() or [""]
        for one in _HOTLINES if kind == "hotline" else (kind,):
            found += [Sign(one, code, named) for code in codes]
    return tuple(found)


CAUSES: Final = (
    Cause(
        "water_main", Text("供水管道破裂", "burst water main"),
        _signs(f"{_EVENT} 0401 0406", f"{_COMPONENT} 0101", f"{_REPAIR} 0201 0202", "hotline 0201",
               itself=f"{_EVENT} 0402"),
        radius_m=300, hours=12,
    ),
    Cause(
        "sewer", Text("排水管网堵塞", "blocked sewer"),
        _signs(f"{_EVENT} 0406 0104", f"{_COMPONENT} 0102 0103 0104 0302", "hotline 0201 0102",
               itself=f"{_EVENT} 0404"),
        radius_m=300, hours=48,
    ),
    Cause(
        "power_line", Text("供电线路故障", "fault of a power line"),
        _signs(f"{_COMPONENT} 0116 0118 0210", f"{_REPAIR} 0102 0301", "hotline 0202", itself=f"{_EVENT} 0408"),
        radius_m=400, hours=6,
    ),
    Cause(
        "building_site", Text("同一工地施工", "one building site"),
        _signs(f"{_EVENT} 0301 0302 0303 0305 0112 0104", f"{_COMPONENT} 0502", "hotline 03 0102"),
        radius_m=500, hours=72,
    ),
    Cause(
        "collection", Text("垃圾清运中断", "rubbish not collected"),
        _signs(f"{_EVENT} 0102 0103 0116", f"{_COMPONENT} 0304 0305", "hotline 0101 0102"),
        radius_m=300, hours=48,
    ),
    Cause(
        "night_trade", Text("夜间摊贩聚集", "street trade at night"),
        _signs(f"{_EVENT} 0116 0501 0504 0508 0510", "hotline 03 0101"),
        radius_m=200, hours=72,
    ),
)  # fmt: skip
