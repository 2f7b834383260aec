"""When is what a vehicle reports an alarm?"""

from typing import Final

from mudan.core.rules.model import Comparison, Example, Level, Op, Property, Rule, Staleness
from mudan.primitives.text import Text

VEHICLE: Final = ("Vehicle",)
TABLE_24: Final = "JT/T 808-2013 table 24"

RULES: Final = (
    Rule(
        name="transport.emergency",
        entity_types=VEHICLE,
        condition=Comparison("emergency", Op.GE, 1),
        level=Level.II,
        title=Text("紧急报警", "Emergency button"),
        sentence=Text("{entity} 触发紧急报警", "{entity}: the emergency button was pressed"),
        cause=Text("车上人员按下紧急报警按钮", "somebody in the vehicle pressed the emergency button"),
        consequence=Text(
            "车上人员可能正受到人身威胁", "the people in the vehicle may be in danger of their lives"
        ),
        response=Text(
            "立即电话回拨核实，查看位置，通知公安，必要时派就近车辆",
            "Call back at once, look at the position, inform the police, send the nearest vehicle if needed",
        ),
        source=f"{TABLE_24} bit 0",
        examples=(
            Example(fires=True, samples=((0, "emergency", 0), (5, "emergency", 1)), until_s=6),
            Example(fires=False, samples=((0, "emergency", 0), (5, "emergency", 0)), until_s=6),
        ),
        time_available_min=1,
        latched=True,
        life_safety=True,
    ),
    Rule(
        name="transport.rollover",
        entity_types=VEHICLE,
        condition=Comparison("rollover", Op.GE, 1),
        level=Level.II,
        title=Text("侧翻", "Roll-over"),
        sentence=Text("{entity} 报告侧翻", "{entity} reports that it has rolled over"),
        cause=Text(
            "终端姿态传感器超过侧翻角度", "the tilt sensor of the terminal passed the roll-over angle"
        ),
        consequence=Text(
            "人员可能受伤被困，可能起火", "people may be hurt and trapped, and fire may break out"
        ),
        response=Text(
            "电话核实，派救护与消防，通知交警封控现场",
            "Verify by phone, send ambulance and fire engine, ask the traffic police to close the place",
        ),
        source=f"{TABLE_24} bit 30",
        examples=(
            Example(fires=True, samples=((0, "rollover", 1),), until_s=1),
            Example(fires=False, samples=((0, "rollover", 0),), until_s=1),
        ),
        time_available_min=2,
        latched=True,
        life_safety=True,
    ),
    Rule(
        name="transport.collision",
        entity_types=VEHICLE,
        condition=Comparison("collision", Op.GE, 1),
        level=Level.III,
        title=Text("碰撞", "Collision"),
        sentence=Text("{entity} 报告碰撞", "{entity} reports a collision"),
        cause=Text("终端加速度超过碰撞阈值", "the acceleration passed the terminal's threshold"),
        consequence=Text("可能有人受伤，道路可能中断", "people may be hurt and the road may be blocked"),
        response=Text(
            "电话核实，按需派救护与交警", "Verify by phone; send ambulance and traffic police as needed"
        ),
        source=f"{TABLE_24} bit 29",
        examples=(
            Example(fires=True, samples=((0, "collision", 1),), until_s=1),
            Example(fires=False, samples=((0, "collision", 0),), until_s=1),
        ),
        time_available_min=5,
        latched=True,
        life_safety=True,
    ),
    Rule(
        name="transport.overspeed",
        entity_types=VEHICLE,
        condition=Comparison("speed", Op.GT, Property("max_speed_kmh"), hysteresis=5),
        level=Level.IV,
        title=Text("超速", "Speeding"),
        sentence=Text(
            "{entity} 车速 {value} {unit}，限速 {limit}",
            "{entity} drives {value} {unit}, the limit is {limit}",
        ),
        cause=Text("持续高于该车设定限速", "faster than the limit set for the vehicle for some time"),
        consequence=Text("事故风险升高", "an accident is more likely"),
        response=Text("下发文本提醒减速，记录", "Send a text to slow down; record it"),
        source="道路交通安全法 §42; the figure is the vehicle's own property",
        examples=(
            Example(
                fires=True,
                samples=((0, "speed", 95), (10, "speed", 96), (20, "speed", 97)),
                properties=(("max_speed_kmh", 80),),
                until_s=21,
            ),
            Example(
                fires=False,
                samples=((0, "speed", 95), (5, "speed", 60), (20, "speed", 60)),
                properties=(("max_speed_kmh", 80),),
                until_s=21,
            ),
        ),
        hold_s=15,
        release_s=10,
        time_available_min=10,
    ),
    Rule(
        name="transport.silent",
        entity_types=VEHICLE,
        condition=Staleness("latitude", Property("stale_after_s")),
        level=Level.IV,
        title=Text("车辆失联", "Vehicle silent"),
        sentence=Text("{entity} 超过 {limit} 秒没有位置", "{entity} has sent no position for {limit} s"),
        cause=Text("终端断电、无信号或故障", "the terminal has no power or no signal, or is broken"),
        consequence=Text(
            "看不到该车位置，无法就近派车", "the vehicle cannot be seen, nor sent as the nearest one"
        ),
        response=Text("电话联系驾驶员，检查终端", "Phone the driver; have the terminal looked at"),
        source="the vehicle's own property stale_after_s, set for vehicles on duty",
        examples=(
            Example(
                fires=True, samples=((0, "latitude", 30),), properties=(("stale_after_s", 180),), until_s=200
            ),
            Example(
                fires=False, samples=((0, "latitude", 30),), properties=(("stale_after_s", 180),), until_s=100
            ),
        ),
        time_available_min=30,
    ),
)
