"""What are commands, types, systems, components and states called in GB/T 26875.3-2011?"""

from enum import IntEnum
from typing import Final

from mudan.primitives.text import Text

TRANSMITTER: Final = "FireTransmitter"
COMPONENT: Final = "FireComponent"
WARNING_AREA: Final = "WarningArea"


class Command(IntEnum):
    """Byte 26: what the packet is for."""

    CONTROL = 1
    SEND = 2
    CONFIRM = 3
    REQUEST = 4
    ANSWER = 5
    DENY = 6


COMMAND_NAMES: Final = {command.value: command.name.lower() for command in Command}
FIRST_CUSTOM: Final = 128

# Application data types (clause 8.3): up to the centre, and down to the device.
SYSTEM_STATE: Final = 1
COMPONENT_STATE: Final = 2
ANALOGUE: Final = 3
OPERATION: Final = 4
SYSTEM_VERSION: Final = 5
SYSTEM_CONFIGURATION: Final = 6
COMPONENT_CONFIGURATION: Final = 7
SYSTEM_TIME: Final = 8
DEVICE_STATE: Final = 21
DEVICE_OPERATION: Final = 24
DEVICE_VERSION: Final = 25
DEVICE_CONFIGURATION: Final = 26
DEVICE_TIME: Final = 28
READ_SYSTEM_STATE: Final = 61
READ_COMPONENT_STATE: Final = 62
READ_ANALOGUE: Final = 63
READ_OPERATIONS: Final = 64
READ_SYSTEM_VERSION: Final = 65
READ_SYSTEM_CONFIGURATION: Final = 66
READ_COMPONENT_CONFIGURATION: Final = 67
READ_SYSTEM_TIME: Final = 68
READ_DEVICE_STATE: Final = 81
READ_DEVICE_OPERATIONS: Final = 84
READ_DEVICE_VERSION: Final = 85
READ_DEVICE_CONFIGURATION: Final = 86
READ_DEVICE_TIME: Final = 88
INITIALISE: Final = 89
SET_CLOCK: Final = 90
POST_CHECK: Final = 91
UP_TYPES: Final = frozenset((*range(1, 9), 21, 24, 25, 26, 28))
DOWN_TYPES: Final = frozenset((*range(61, 69), 81, 84, 85, 86, 88, 89, 90, 91))
# What answers a reading of the centre: 61 → 1 … 68 → 8, 81 → 21, 84 → 24 …
ANSWERS: Final = {down: down - 60 for down in (*range(61, 69), 81, 84, 85, 86, 88)}

TYPE_NAMES: Final = {
    1: "system_state",
    2: "component_state",
    3: "analogue",
    4: "operation",
    5: "system_version",
    6: "system_configuration",
    7: "component_configuration",
    8: "system_time",
    21: "device_state",
    24: "device_operation",
    25: "device_version",
    26: "device_configuration",
    28: "device_time",
    61: "read_system_state",
    62: "read_component_state",
    63: "read_analogue",
    64: "read_operations",
    65: "read_system_version",
    66: "read_system_configuration",
    67: "read_component_configuration",
    68: "read_system_time",
    81: "read_device_state",
    84: "read_device_operations",
    85: "read_device_version",
    86: "read_device_configuration",
    88: "read_device_time",
    89: "initialise",
    90: "set_clock",
    91: "post_check",
}

# Bits of the state word of systems and components (clauses 8.2.1.4 and 8.2.2.4).
NORMAL, FIRE, FAULT, SHIELDED, SUPERVISED, STARTED, FEEDBACK, DELAY, MAIN_POWER = (
    1 << bit for bit in range(9)
)
STANDBY_POWER, BUS_FAULT, MANUAL, CONFIGURATION_CHANGED, RESET = (1 << bit for bit in range(9, 14))
STATE_BITS: Final = {
    NORMAL: "normal",
    FIRE: "fire",
    FAULT: "fault",
    SHIELDED: "shielded",
    SUPERVISED: "supervised",
    STARTED: "started",
    FEEDBACK: "feedback",
    DELAY: "delay",
    MAIN_POWER: "main_power_fault",
    STANDBY_POWER: "standby_power_fault",
    BUS_FAULT: "bus_fault",
    MANUAL: "manual",
    CONFIGURATION_CHANGED: "configuration_changed",
    RESET: "reset",
}
COMPONENT_BITS: Final = 0x01FF

# Bits of the state byte of the transmission device itself (clause 8.2.5).
DEVICE_BITS: Final = {
    1: "normal",
    2: "fire",
    4: "fault",
    8: "main_power_fault",
    16: "standby_power_fault",
    32: "channel_fault",
    64: "line_fault",
}

OPERATION_BITS: Final = {
    1: "reset",
    2: "mute",
    4: "manual_alarm",
    8: "alarm_cleared",
    16: "self_check",
    32: "confirm",
    64: "test",
}
DEVICE_OPERATION_BITS: Final = OPERATION_BITS | {32: "post_check_answer"}
RESET_OPERATION: Final = 1
MANUAL_ALARM: Final = 4
ALARM_CLEARED: Final = 8
ANSWERED: Final = 32

_SYSTEMS: Final = (
    "0 通用 general,1 火灾报警系统 fire alarm,10 消防联动控制器 linkage controller,"
    "11 消火栓系统 hydrant,12 自动喷水灭火系统 sprinkler,13 气体灭火系统 gas extinguishing,"
    "14 水喷雾（泵启动） water spray (pump),15 水喷雾（压力容器启动） water spray (pressure vessel),"
    "16 泡沫灭火系统 foam,17 干粉灭火系统 powder,18 防烟排烟系统 smoke control,"
    "19 防火门及卷帘 fire doors and shutters,20 消防电梯 lift,21 消防应急广播 broadcast,"
    "22 应急照明和疏散指示 emergency light,23 消防电源 power,24 消防电话 telephone"
)
_COMPONENTS: Final = (
    "0 通用 general,1 火灾报警控制器 fire controller,10 可燃气体探测器 gas detector,"
    "11 点型可燃气体探测器 point gas,12 独立式可燃气体探测器 stand-alone gas,"
    "13 线型可燃气体探测器 line gas,16 电气火灾监控报警器 electrical fire monitor,"
    "17 剩余电流式探测器 residual current,18 测温式探测器 electrical temperature,21 探测回路 loop,"
    "22 火灾显示盘 display,23 手动报警按钮 manual call point,24 消火栓按钮 hydrant button,"
    "25 火灾探测器 fire detector,30 感温探测器 heat,31 点型感温探测器 point heat,"
    "32 点型感温（S型） point heat S,33 点型感温（R型） point heat R,34 线型感温 line heat,"
    "35 线型感温（S型） line heat S,36 线型感温（R型） line heat R,37 光纤感温 fibre heat,"
    "40 感烟探测器 smoke,41 点型离子感烟 ion smoke,42 点型光电感烟 photo-electric smoke,"
    "43 线型光束感烟 beam smoke,44 吸气式感烟 aspirating,50 复合式探测器 combined,"
    "51 感烟感温复合 smoke and heat,52 感光感温复合 flame and heat,53 感光感烟复合 flame and smoke,"
    "61 紫外火焰 ultraviolet,62 红外火焰 infrared,69 感光探测器 flame,74 气体探测器 gas,"
    "78 图像探测器 camera,79 感声探测器 sound,81 气体灭火控制器 gas controller,"
    "82 消防电气控制装置 electric control,83 图形显示装置 graphic display,84 模块 module,"
    "85 输入模块 input,86 输出模块 output,87 输入输出模块 input and output,88 中继模块 relay module,"
    "91 消防水泵 pump,92 消防水箱 tank,95 喷淋泵 sprinkler pump,96 水流指示器 flow indicator,"
    "97 信号阀 signal valve,98 报警阀 alarm valve,99 压力开关 pressure switch,"
    "101 阀驱动装置 valve drive,102 防火门 fire door,103 防火阀 damper,104 通风空调 ventilation,"
    "105 泡沫液泵 foam pump,106 管网电磁阀 solenoid valve,111 防烟排烟风机 smoke fan,"
    "113 排烟防火阀 smoke damper,114 常闭送风口 supply vent,115 排烟口 exhaust vent,"
    "116 电控挡烟垂壁 smoke curtain,117 卷帘控制器 shutter controller,118 防火门监控器 door monitor,"
    "121 警报装置 sounder"
)


def _table(text: str) -> dict[int, Text]:
    rows = (row.split(" ", 2) for row in text.split(","))
    return {int(number): Text(zh, en) for number, zh, en in rows}


SYSTEMS: Final = _table(_SYSTEMS)
COMPONENTS: Final = _table(_COMPONENTS)


def named(table: dict[int, Text], number: int) -> Text:
    """The name of a system or component; 128 and above are the maker's own, gaps are reserved."""
    if number in table:
        return table[number]
    return Text("厂商自定义", "maker's own") if number >= FIRST_CUSTOM else Text("预留", "reserved")


def bits(word: int, names: dict[int, str]) -> list[str]:
    """The names of the bits that are set."""
    return [name for bit, name in names.items() if word & bit]
