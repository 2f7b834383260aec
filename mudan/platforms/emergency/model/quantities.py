"""What does the platform measure, and how are analogue values of GB/T 26875.3 read?"""

from typing import Final, NamedTuple

from mudan.core.observations.model import Quantity
from mudan.primitives.text import Text


class Kind(NamedTuple):
    """One kind of analogue value: value × step gives `unit`; the same as a quantity after × `factor`."""

    quantity: str
    step: float
    unit: str
    factor: float = 1.0


# Table 6 of the standard. Pressures come in two steps and are one quantity here, in kilopascals.
KINDS: Final = {
    1: Kind("event_count", 1.0, "1"),
    2: Kind("liquid_level", 0.01, "m"),
    3: Kind("temperature", 0.1, "Cel"),
    4: Kind("pipe_pressure", 0.1, "MPa", 1000.0),
    5: Kind("pipe_pressure", 0.1, "kPa"),
    6: Kind("gas_lel", 0.1, "%"),
    7: Kind("duration", 1.0, "s"),
    8: Kind("voltage", 0.1, "V"),
    9: Kind("current", 0.1, "A"),
    10: Kind("water_supply", 0.1, "L/s", 0.001),
    11: Kind("air_supply", 0.1, "m3/min", 1 / 60),
    12: Kind("wind_speed", 1.0, "m/s"),
}

HAZARDS: Final = {
    "typhoon": (Text("台风", "typhoon"), ("11B01", "11B23", "11E")),
    "rainstorm": (Text("暴雨", "rainstorm"), ("11B03", "11B38", "11B35", "11B36")),
    "flood": (Text("洪水", "flood"), ("11A",)),
    "geology": (Text("地质灾害", "landslide"), ("11B37", "11D")),
    "convection": (
        Text("雷电冰雹强对流", "thunderstorm"),
        ("11B02", "11B12", "11B14", "11B15", "11B20", "11B31"),
    ),
    "gale": (Text("大风", "gale"), ("11B06", "11B07", "11B18")),
    "fog": (Text("大雾和霾", "fog and haze"), ("11B17", "11B19")),
    "cold": (
        Text("寒潮冰雪", "cold, snow and ice"),
        (
            "11B04",
            "11B05",
            "11B08",
            "11B13",
            "11B16",
            "11B21",
            "11B27",
            "11B30",
            "11B33",
            "11B34",
            "11B39",
            "11B40",
        ),
    ),
    "heat": (Text("高温干旱", "heat and drought"), ("11B09", "11B10", "11B11", "11B22", "11B24", "11B32")),
    "wildfire": (Text("森林火险", "forest fire danger"), ("11B25", "11B26", "11B41")),
    "earthquake": (Text("地震", "earthquake"), ("11C",)),
    "other": (Text("其他", "other"), ()),
}


def hazard_of(event_code: str) -> str:
    """Which of the hazards an event code belongs to."""
    return next(
        (name for name, (_, codes) in HAZARDS.items() if event_code.startswith(codes or ("-",))), "other"
    )


def _flag(name: str, zh: str, en: str) -> Quantity:
    return Quantity(name, "1", Text(zh, en), 0, 65_535, 0)


# 0 none, 1 blue (Ⅳ), 2 yellow (Ⅲ), 3 orange (Ⅱ), 4 red (Ⅰ): rising, so that "at least yellow" is >= 2.
WARNINGS: Final = tuple(
    Quantity(
        f"warning_{name}",
        "1",
        Text(f"{title.zh}预警（0 无、1 蓝、2 黄、3 橙、4 红）", f"Warning: {title.en} (0 none to 4 red)"),
        0,
        4,
        0,
    )
    for name, (title, _) in HAZARDS.items()
)

QUANTITIES: Final = (
    _flag("fire_alarm", "火警（部件数）", "Fire alarm (components)"),
    _flag("device_fault", "故障（部件数）", "Fault (components)"),
    _flag("shielded", "屏蔽（部件数）", "Shielded (components)"),
    _flag("supervised", "监管（部件数）", "Supervised (components)"),
    _flag("started", "启动（部件数）", "Started (components)"),
    _flag("feedback", "反馈（部件数）", "Feedback (components)"),
    _flag("power_fault", "主电或电源故障（部件数）", "Main or component power fault (components)"),
    _flag("standby_power_fault", "备电故障（部件数）", "Standby power fault (components)"),
    _flag("bus_fault", "总线或线路故障", "Bus or line fault"),
    _flag("channel_fault", "与中心信道故障", "Channel to the centre at fault"),
    _flag("manual_mode", "手动状态（系统数）", "Systems in manual mode"),
    _flag("post_check_missed", "查岗未应答", "Post check not answered"),
    Quantity(
        "clock_offset", "s", Text("装置时钟偏差", "Clock of the device against ours"), -86_400, 86_400, 0
    ),
    Quantity("event_count", "1", Text("事件计数", "Event count"), 0, 65_535, 0),
    Quantity("liquid_level", "m", Text("液位（水池、水箱）", "Level of tank or pool"), 0, 100, 2),
    Quantity("temperature", "Cel", Text("温度", "Temperature"), -60, 1_200, 1),
    Quantity("pipe_pressure", "kPa", Text("管网压力", "Pressure in the pipes"), -100, 10_000, 1),
    Quantity(
        "gas_lel",
        "%",
        Text("可燃气体浓度（爆炸下限百分比）", "Combustible gas (% of lower explosive limit)"),
        0,
        100,
        1,
    ),
    Quantity("duration", "s", Text("时间量", "Duration"), 0, None, 0),
    Quantity("voltage", "V", Text("电压", "Voltage"), 0, 3_300, 1),
    Quantity("current", "A", Text("电流", "Current"), 0, 3_300, 1),
    Quantity("water_supply", "m3/s", Text("供水流量", "Flow of supply water"), 0, 10, 4),
    Quantity("air_supply", "m3/s", Text("风量", "Flow of air"), 0, 60, 3),
    Quantity("wind_speed", "m/s", Text("风速", "Wind speed"), 0, 80, 1),
    Quantity(
        "warning_any",
        "1",
        Text("生效预警最高等级（0 无至 4 红）", "Gravest warning in force (0 none to 4 red)"),
        0,
        4,
        0,
    ),
    Quantity(
        "warning_named",
        "1",
        Text(
            "点名本区域的预警最高等级（0 无至 4 红）",
            "Gravest warning that names this very area (0 none to 4 red)",
        ),
        0,
        4,
        0,
    ),
    *WARNINGS,
)
PLAUSIBLE: Final = {quantity.name: (quantity.low, quantity.high) for quantity in QUANTITIES}
