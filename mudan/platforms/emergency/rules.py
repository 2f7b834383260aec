"""When are fire alarm devices, gas, or warnings in force an alarm?"""

from typing import Final

from mudan.core.rules.model import All, Comparison, Condition, Example, Level, Op, Property, Rule
from mudan.platforms.emergency.model.words import COMPONENT, TRANSMITTER, WARNING_AREA
from mudan.primitives.text import Text

_FIRE_TYPES: Final = (TRANSMITTER, COMPONENT)


def _steps(quantity: str, low: float, high: float, until_s: float = 300.0) -> tuple[Example, ...]:
    """One history that reaches the value and one that stays below it."""
    return (
        Example(fires=True, samples=((0, quantity, low), (30, quantity, high)), until_s=until_s),
        Example(fires=False, samples=((0, quantity, low), (30, quantity, low)), until_s=until_s),
    )


_FIRE: Final = Rule(
    name="emergency.fire_alarm",
    entity_types=_FIRE_TYPES,
    condition=Comparison("fire_alarm", Op.GE, 1.0),
    level=Level.II,
    title=Text("火灾报警", "Fire alarm"),
    sentence=Text("{entity}报火警（{value}个部件）", "{entity}: fire alarm ({value} components)"),
    cause=Text(
        "探测器或手动报警按钮动作；也可能是误报或试验。",
        "A detector or a call point acted; it may be false or a test.",
    ),
    consequence=Text(
        "若属实，数分钟内火势扩大，人员被困。",
        "If real, the fire grows within minutes and people are trapped.",
    ),
    response=Text(
        "立即电话联系消防控制室核实，同时预派就近消防力量；三分钟内不能排除即按真实火警处置。",
        "Call the building's control room at once and alert the nearest fire engines; treat it as real unless it is "
        "ruled out within three minutes.",
    ),
    source="GB/T 26875.3-2011 系统、部件和装置状态位 1；三分钟为示例",
    examples=_steps("fire_alarm", 0.0, 1.0),
    time_available_min=3,
    latched=True,
    life_safety=True,
    group="emergency.fire",
)

_FAULT: Final = Rule(
    name="emergency.device_fault",
    entity_types=_FIRE_TYPES,
    condition=Comparison("device_fault", Op.GE, 1.0),
    level=Level.IV,
    title=Text("消防设施故障", "Fire protection at fault"),
    sentence=Text("{entity}报故障（{value}个部件）", "{entity}: fault ({value} components)"),
    cause=Text("部件损坏、回路断线或探测器污染。", "A broken part, an open loop or a dirty detector."),
    consequence=Text("该处失去火灾探测或灭火能力。", "Detection or extinguishing is lost there."),
    response=Text(
        "通知使用单位当日派维保，故障期间加强人工巡查。",
        "Have the owner send maintenance today and patrol meanwhile.",
    ),
    source="GB/T 26875.3-2011 状态位 2",
    examples=_steps("device_fault", 0.0, 1.0),
    hold_s=60.0,
    time_available_min=1_440,
    group="emergency.fault",
)

_MAIN_POWER: Final = Rule(
    name="emergency.main_power_fault",
    entity_types=_FIRE_TYPES,
    condition=Comparison("power_fault", Op.GE, 1.0),
    level=Level.III,
    title=Text("消防主电故障", "Main power of fire protection lost"),
    sentence=Text("{entity}主电故障", "{entity}: main power fault"),
    cause=Text("停电、跳闸或电源模块损坏。", "A power cut, a tripped breaker or a broken supply."),
    consequence=Text(
        "只靠备用电池，耗尽后全部失效。", "It lives on its battery; when that is empty all is lost."
    ),
    response=Text(
        "联系使用单位恢复供电；若大面积停电，按备电时长安排人工值守。",
        "Have the owner restore power; in a wide power cut post people for as long as the batteries will not last.",
    ),
    source="GB/T 26875.3-2011 状态位 8、装置状态位 3",
    examples=_steps("power_fault", 0.0, 1.0),
    hold_s=60.0,
    time_available_min=240,
    group="emergency.power",
)

_STANDBY_POWER: Final = Rule(
    name="emergency.standby_power_fault",
    entity_types=_FIRE_TYPES,
    condition=Comparison("standby_power_fault", Op.GE, 1.0),
    level=Level.IV,
    title=Text("消防备电故障", "Standby power of fire protection at fault"),
    sentence=Text("{entity}备电故障", "{entity}: standby power fault"),
    cause=Text("蓄电池老化或充电故障。", "An old battery or a fault in charging."),
    consequence=Text("停电时立即失效。", "It fails as soon as the power does."),
    response=Text("通知使用单位两日内更换蓄电池。", "Have the owner change the battery within two days."),
    source="GB/T 26875.3-2011 状态位 9、装置状态位 4",
    examples=_steps("standby_power_fault", 0.0, 1.0),
    hold_s=60.0,
    time_available_min=2_880,
    group="emergency.standby",
)

_LINE: Final = Rule(
    name="emergency.line_fault",
    entity_types=_FIRE_TYPES,
    condition=Comparison("bus_fault", Op.GE, 1.0),
    level=Level.III,
    title=Text("总线或线路故障", "Bus or line at fault"),
    sentence=Text("{entity}总线或监测线路故障", "{entity}: bus or monitored line at fault"),
    cause=Text("回路短路、断线或接口损坏。", "A short or open loop, or a broken interface."),
    consequence=Text("整条回路的火警可能报不上来。", "Alarms of a whole loop may not come through."),
    response=Text("通知使用单位立即派人值守并抢修。", "Have the owner post someone and repair it at once."),
    source="GB/T 26875.3-2011 状态位 10、装置状态位 6",
    examples=_steps("bus_fault", 0.0, 1.0),
    hold_s=60.0,
    time_available_min=120,
    group="emergency.line",
)

_POST_CHECK: Final = Rule(
    name="emergency.post_check_missed",
    entity_types=(TRANSMITTER,),
    condition=Comparison("post_check_missed", Op.GE, 1.0),
    level=Level.III,
    title=Text("查岗无应答", "Post check not answered"),
    sentence=Text("{entity}查岗未在规定时间内应答", "{entity}: nobody answered the post check in time"),
    cause=Text(
        "消防控制室无人值守或未听到提示。", "Nobody is at the control room's post, or nobody heard it."
    ),
    consequence=Text(
        "发生火灾时无人确认和启动设施。", "In a fire nobody would confirm it and start the equipment."
    ),
    response=Text(
        "电话核实值班人员；无人接听即通知单位负责人并派辖区消防检查。",
        "Call the post; without an answer call the manager and send an inspector.",
    ),
    source="GB/T 26875.3-2011 类型 91 与 24",
    examples=_steps("post_check_missed", 0.0, 1.0),
    time_available_min=30,
    group="emergency.post",
)

_SILENT: Final = Rule(
    name="emergency.transmitter_silent",
    entity_types=(TRANSMITTER,),
    condition=Comparison("link", Op.LT, 1.0),
    level=Level.III,
    title=Text("用户信息传输装置离线", "Transmission device silent"),
    sentence=Text("{entity}离线", "{entity} is off line"),
    cause=Text("通信中断、断电或装置损坏。", "The link, the power or the device has failed."),
    consequence=Text("该单位火警报不到中心。", "Fire alarms of this site do not reach the centre."),
    response=Text(
        "电话联系消防控制室改为人工报告，半日内恢复。",
        "Call the control room, have it report by phone, restore it within half a day.",
    ),
    source="GB/T 26875.3-2011 未定义心跳；90 秒无报文为示例",
    examples=(
        Example(fires=True, samples=((0, "link", 1.0), (30, "link", 0.0)), until_s=300.0),
        Example(fires=False, samples=((0, "link", 0.0), (20, "link", 1.0)), until_s=300.0),
    ),
    hold_s=60.0,
    time_available_min=60,
    group="emergency.silent",
    example_only=True,
)


def _gas(name: str, limit: float, level: Level, response: Text, *, high: bool) -> Rule:
    return Rule(
        name=f"emergency.{name}",
        entity_types=_FIRE_TYPES,
        condition=Comparison("gas_lel", Op.GE, limit, hysteresis=5.0),
        level=level,
        title=Text("可燃气体高限报警", "Combustible gas, high limit")
        if high
        else Text("可燃气体低限报警", "Combustible gas, low limit"),
        sentence=Text(
            "{entity}可燃气体{value}%LEL（示例限值{limit}%LEL）",
            "{entity}: gas at {value} %LEL (example limit {limit} %LEL)",
        ),
        cause=Text(
            "管道、阀门或设备泄漏，通风不良。", "A leak at a pipe, valve or machine, with poor ventilation."
        ),
        consequence=Text("继续积聚可能爆炸。", "If it gathers further it may explode."),
        response=response,
        source="示例：工程设计标准通常取一级不高于 25%LEL、二级不高于 50%LEL，按现场核定",
        examples=_steps("gas_lel", 1.0, limit + 1.0),
        time_available_min=3 if high else 10,
        latched=high,
        life_safety=True,
        group="emergency.gas",
        example_only=True,
    )


_GAS_LOW: Final = _gas(
    "gas_low",
    25.0,
    Level.III,
    Text(
        "现场禁火断电、开窗通风，查漏关阀；上风向接近。",
        "No flame, no switch; ventilate, find and shut the leak; come from upwind.",
    ),
    high=False,
)
_GAS_HIGH: Final = _gas(
    "gas_high",
    50.0,
    Level.II,
    Text(
        "立即疏散并警戒，切断气源和周边电源，派消防与燃气抢险自上风向接近。",
        "Clear and cordon at once, cut gas and power around, send fire and gas crews from upwind.",
    ),
    high=True,
)


def _low(name: str, quantity: str, limit: str, title: Text, sentence: Text) -> Rule:
    limits = ((limit, 2.0 if quantity == "liquid_level" else 200.0),)
    value = limits[0][1]
    return Rule(
        name=f"emergency.{name}",
        entity_types=(COMPONENT,),
        condition=Comparison(quantity, Op.LT, Property(limit), hysteresis=0.05 * value),
        level=Level.III,
        title=title,
        sentence=sentence,
        cause=Text(
            "漏水、阀门关闭、水泵故障或补水中断。", "A leak, a shut valve, a broken pump or no refill."
        ),
        consequence=Text("起火时没有足够的水。", "There will not be enough water for a fire."),
        response=Text(
            "通知使用单位立即补水、查阀门和水泵。",
            "Have the owner refill and look at valves and pumps at once.",
        ),
        source="限值由使用单位按设计文件设定；数值为 GB/T 26875.3-2011 模拟量",
        examples=(
            Example(
                fires=True,
                samples=((0, quantity, value * 1.5), (60, quantity, value * 0.8)),
                properties=limits,
                until_s=600,
            ),
            Example(
                fires=False,
                samples=((0, quantity, value * 1.5), (60, quantity, value * 1.2)),
                properties=limits,
                until_s=600,
            ),
        ),
        hold_s=120.0,
        time_available_min=240,
        group=f"emergency.{quantity}",
    )


_LEVEL_LOW: Final = _low(
    "tank_low",
    "liquid_level",
    "low_level_m",
    Text("消防水池水位低", "Fire water tank low"),
    Text("{entity}水位{value}{unit}，限值{limit}{unit}", "{entity}: {value} {unit}, limit {limit} {unit}"),
)
_PRESSURE_LOW: Final = _low(
    "pressure_low",
    "pipe_pressure",
    "low_pressure_kpa",
    Text("消防管网压力低", "Fire main pressure low"),
    Text("{entity}压力{value}{unit}，限值{limit}{unit}", "{entity}: {value} {unit}, limit {limit} {unit}"),
)

_COLOURS: Final = (
    (
        1.0,
        "blue",
        Level.IV,
        "蓝色",
        240,
        "关注后续预报，通知相关部门和乡镇做好准备。",
        "Follow the forecast; tell departments and towns to prepare.",
    ),
    (
        2.0,
        "yellow",
        Level.III,
        "黄色",
        120,
        "相关部门和乡镇加强值守，检查风险点与队伍物资。",
        "More people on duty; check risk points, teams and stores.",
    ),
    (
        3.0,
        "orange",
        Level.II,
        "橙色",
        60,
        "会商研判，按预案研究启动响应，转移危险区人员。",
        "Confer, consider activating the plan, move people out of danger zones.",
    ),
    (
        4.0,
        "red",
        Level.I,
        "红色",
        30,
        "立即报告领导，按预案启动高级别响应，全面转移避险。",
        "Report to the leaders at once, activate the plan's high level, move everybody at risk.",
    ),
)


def _warning(rank: float, name: str, level: Level, colour: str, minutes: int, zh: str, en: str) -> Rule:
    band: Condition = All(
        (Comparison("warning_named", Op.GE, rank), Comparison("warning_named", Op.LT, rank + 1.0))
    )
    return Rule(
        name=f"emergency.warning_{name}",
        entity_types=(WARNING_AREA,),
        condition=band,
        level=level,
        title=Text(f"{colour}预警生效", f"{name.capitalize()} warning in force"),
        sentence=Text(f"{{entity}}有{colour}预警生效", f"{{entity}}: a {name} warning is in force"),
        cause=Text("气象、水利等部门发布了预警。", "The weather or water services issued a warning."),
        consequence=Text(
            "预警的灾害可能在有效期内发生。", "What is warned of may happen while it is in force."
        ),
        response=Text(zh, en),
        source="预警级别按 GB/T 34283-2017：蓝Ⅳ、黄Ⅲ、橙Ⅱ、红Ⅰ",
        examples=(
            Example(
                fires=True, samples=((0, "warning_named", 0.0), (60, "warning_named", rank)), until_s=120
            ),
            Example(
                fires=False,
                samples=((0, "warning_named", 0.0), (60, "warning_named", rank - 1.0)),
                until_s=120,
            ),
        ),
        time_available_min=minutes,
        life_safety=level <= Level.II,
        group="emergency.warning",
    )


RULES: Final = (
    _FIRE,
    _GAS_HIGH,
    _GAS_LOW,
    _FAULT,
    _MAIN_POWER,
    _STANDBY_POWER,
    _LINE,
    _POST_CHECK,
    _SILENT,
    _LEVEL_LOW,
    _PRESSURE_LOW,
    *(_warning(*row) for row in _COLOURS),
)
