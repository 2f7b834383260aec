"""When are water, rain or a station itself an alarm?"""

from typing import Final

from mudan.core.rules.model import (
    Comparison,
    Example,
    Level,
    Op,
    Property,
    RateOfChange,
    Rule,
    Staleness,
)
from mudan.platforms.water.model.words import ENTITY_TYPE
from mudan.primitives.text import Text

_TYPES: Final = (ENTITY_TYPE,)
_LEVEL_SENTENCE: Final = Text(
    "{entity}水位{value}{unit}，限值{limit}{unit}", "{entity}: level {value} {unit}, limit {limit} {unit}"
)
_HOUR_S: Final = 3_600.0


def _over(limit: str, low: float, limit_m: float) -> tuple[Example, ...]:
    """One history that reaches the limit and one that stays under it."""
    limits = ((limit, limit_m),)
    return (
        Example(
            fires=True,
            samples=((0, "water_level", low), (300, "water_level", limit_m + 0.02)),
            properties=limits,
            until_s=600,
        ),
        Example(
            fires=False,
            samples=((0, "water_level", low), (300, "water_level", limit_m - 0.02)),
            properties=limits,
            until_s=600,
        ),
    )


_RIVER_WARNING: Final = Rule(
    name="water.river_warning",
    entity_types=_TYPES,
    condition=Comparison("water_level", Op.GE, Property("warning_level_m"), hysteresis=0.05),
    level=Level.III,
    title=Text("河道水位达到警戒水位", "River at warning level"),
    sentence=_LEVEL_SENTENCE,
    cause=Text(
        "上游来水或本地强降雨使河道上涨。", "Inflow from upstream or heavy local rain raises the river."
    ),
    consequence=Text(
        "堤防临水，低洼处可能受淹，涉水活动危险。",
        "Dikes stand in water, low ground may flood, and being near the water is dangerous.",
    ),
    response=Text(
        "核对相邻站与雨情，通知沿岸乡镇加密巡堤，撤出滩地人员，做好转移准备。",
        "Check neighbouring stations and rain; have the riverside towns patrol the dikes more often, "
        "clear the foreshore and prepare to move people.",
    ),
    source="警戒水位由水行政主管部门核定；水位为 SL 651-2014 要素 39",
    examples=_over("warning_level_m", 41.2, 42.0),
    time_available_min=60,
    group="water.level",
)

_RIVER_GUARANTEE: Final = Rule(
    name="water.river_guarantee",
    entity_types=_TYPES,
    condition=Comparison("water_level", Op.GE, Property("guarantee_level_m"), hysteresis=0.05),
    level=Level.II,
    title=Text("河道水位达到保证水位", "River at guarantee level"),
    sentence=_LEVEL_SENTENCE,
    cause=Text(
        "洪水已涨至堤防设计所能保证的水位。", "The flood has risen to the level the dikes are built to hold."
    ),
    consequence=Text(
        "继续上涨可能漫堤或溃堤，沿岸村庄受淹。",
        "If it rises further the dikes may be overtopped or breached and riverside villages flooded.",
    ),
    response=Text(
        "报告防汛指挥机构，组织危险区群众转移，抢险队伍上堤，必要时调度上游工程。",
        "Report to the flood control headquarters, move people out of the danger zone, send rescue teams "
        "to the dikes and regulate the works upstream where needed.",
    ),
    source="保证水位由水行政主管部门核定；水位为 SL 651-2014 要素 39",
    examples=_over("guarantee_level_m", 43.0, 44.0),
    time_available_min=30,
    life_safety=True,
    group="water.level",
)

_RESERVOIR_LIMIT: Final = Rule(
    name="water.reservoir_flood_limit",
    entity_types=_TYPES,
    condition=Comparison("water_level", Op.GE, Property("flood_limit_level_m"), hysteresis=0.05),
    level=Level.II,
    title=Text("水库超汛限水位", "Reservoir at or over its flood limit level"),
    sentence=_LEVEL_SENTENCE,
    cause=Text(
        "入库大于出库，防洪库容被占用。", "More flows in than out and uses up the room kept for floods."
    ),
    consequence=Text(
        "后续来水时调蓄余地不足，可能被迫加大泄洪，影响下游。",
        "Little room is left for the next inflow; forced releases may harm those downstream.",
    ),
    response=Text(
        "核对水位与预报，按批准的调度规程预泄，泄洪前通知下游并确认人员撤离。",
        "Check level and forecast, release by the approved operating rules, and warn those downstream and "
        "see that they have left before any release.",
    ),
    source="汛限水位由水库调度规程核定；水位为 SL 651-2014 要素 39",
    examples=_over("flood_limit_level_m", 118.5, 119.0),
    time_available_min=60,
    life_safety=True,
    group="water.level",
)

_RAPID_RISE: Final = Rule(
    name="water.rapid_rise",
    entity_types=_TYPES,
    condition=RateOfChange("water_level", Op.GE, 0.5, window_s=_HOUR_S, hysteresis=0.1),
    level=Level.III,
    title=Text("水位陡涨", "Level rising fast"),
    sentence=Text(
        "{entity}水位一小时上涨{value}{unit}（示例限值{limit}{unit}）",
        "{entity}: level up {value} {unit} within an hour (example limit {limit} {unit})",
    ),
    cause=Text("短时强降雨、山洪或上游泄水。", "A cloudburst, a flash flood or a release upstream."),
    consequence=Text(
        "来水快，沿岸人员可能来不及撤离。",
        "The water comes fast; people on the banks may have no time to leave.",
    ),
    response=Text(
        "立即查看雨情与上游工程，通知下游沿岸人员离开河道。",
        "Look at once at the rain and the works upstream, and get people downstream out of the river bed.",
    ),
    source="示例：一小时 0.5 米，按本地河道特性设定",
    examples=(
        Example(
            fires=True,
            samples=tuple((600.0 * n, "water_level", 40.0 + 0.12 * n) for n in range(7)),
            until_s=_HOUR_S,
        ),
        Example(
            fires=False,
            samples=tuple((600.0 * n, "water_level", 40.0 + 0.02 * n) for n in range(7)),
            until_s=_HOUR_S,
        ),
    ),
    time_available_min=30,
    life_safety=True,
    group="water.rise",
    example_only=True,
)

_HEAVY_RAIN: Final = Rule(
    name="water.heavy_rain",
    entity_types=_TYPES,
    condition=Comparison("rain_1h", Op.GE, Property("rain_limit_mm_h"), hysteresis=2.0),
    level=Level.III,
    title=Text("小时雨量超限", "Heavy rain within an hour"),
    sentence=Text(
        "{entity}一小时雨量{value}{unit}，限值{limit}{unit}",
        "{entity}: {value} {unit} of rain within an hour, limit {limit} {unit}",
    ),
    cause=Text("短时强降雨。", "A cloudburst."),
    consequence=Text(
        "可能引发山洪、滑坡和内涝。",
        "Flash floods, landslides and flooded streets may follow.",
    ),
    response=Text(
        "查看雷达与相邻雨量站，通知山洪危险区责任人巡查，准备转移。",
        "Look at radar and neighbouring gauges, have those in charge of flash flood zones go out and look, "
        "and prepare to move people.",
    ),
    source="雨量预警指标由山洪灾害防御预案核定；雨量为 SL 651-2014 要素 1A",
    examples=(
        Example(
            fires=True,
            samples=((0, "rain_1h", 8.0), (600, "rain_1h", 31.5)),
            properties=(("rain_limit_mm_h", 30.0),),
            until_s=900,
        ),
        Example(
            fires=False,
            samples=((0, "rain_1h", 8.0), (600, "rain_1h", 21.5)),
            properties=(("rain_limit_mm_h", 30.0),),
            until_s=900,
        ),
    ),
    time_available_min=30,
    life_safety=True,
    group="water.rain",
)

_BATTERY_LOW: Final = Rule(
    name="water.battery_low",
    entity_types=_TYPES,
    condition=Comparison("battery_voltage", Op.LT, 10.8, hysteresis=0.4),
    level=Level.IV,
    title=Text("测站电压低", "Station battery low"),
    sentence=Text(
        "{entity}电源电压{value}{unit}（示例限值{limit}{unit}）",
        "{entity}: supply at {value} {unit} (example limit {limit} {unit})",
    ),
    cause=Text(
        "太阳能板遮挡、蓄电池老化或充电故障。", "A shaded solar panel, an old battery or a fault in charging."
    ),
    consequence=Text(
        "测站将停止报送，暴雨时可能失去监测。",
        "The station will stop reporting, perhaps in the middle of a storm.",
    ),
    response=Text(
        "两日内派人检查太阳能板、控制器和蓄电池。",
        "Send someone within two days to check panel, controller and battery.",
    ),
    source="示例：12 V 铅酸蓄电池放电下限 10.8 V；电压为 SL 651-2014 要素 38",
    examples=(
        Example(
            fires=True, samples=((0, "battery_voltage", 12.1), (600, "battery_voltage", 10.6)), until_s=2_400
        ),
        Example(
            fires=False, samples=((0, "battery_voltage", 12.1), (600, "battery_voltage", 11.9)), until_s=2_400
        ),
    ),
    hold_s=600.0,
    time_available_min=2_880,
    group="water.battery",
    example_only=True,
)

_SILENT: Final = Rule(
    name="water.station_silent",
    entity_types=_TYPES,
    condition=Staleness("battery_voltage", Property("stale_after_s")),
    level=Level.IV,
    title=Text("测站中断", "Station silent"),
    sentence=Text("{entity}已超过{limit}秒没有数据", "{entity}: no data for over {limit} s"),
    cause=Text("通信中断、供电故障或设备损坏。", "The link, the supply or the device itself has failed."),
    consequence=Text(
        "该处雨水情看不到，其余告警不会出现。",
        "Rain and water there go unseen, and its other alarms cannot appear.",
    ),
    response=Text(
        "召测一次；无应答则查通信与供电，汛期四小时内派人，期间用相邻站和人工观测代替。",
        "Query it once; without an answer check link and supply, in the flood season send someone within four "
        "hours, and use neighbouring stations and observers meanwhile.",
    ),
    source="每份定时报都带电源电压（SL 651-2014 要素 38）；时限为本站报送间隔的倍数",
    examples=(
        Example(
            fires=True,
            samples=((0, "battery_voltage", 12.3),),
            properties=(("stale_after_s", 3_900.0),),
            until_s=4_200,
        ),
        Example(
            fires=False,
            samples=((0, "battery_voltage", 12.3), (3_600, "battery_voltage", 12.3)),
            properties=(("stale_after_s", 3_900.0),),
            until_s=4_200,
        ),
    ),
    time_available_min=240,
    group="water.silent",
)

RULES: Final = (
    _RIVER_WARNING,
    _RIVER_GUARANTEE,
    _RESERVOIR_LIMIT,
    _RAPID_RISE,
    _HEAVY_RAIN,
    _BATTERY_LOW,
    _SILENT,
)
