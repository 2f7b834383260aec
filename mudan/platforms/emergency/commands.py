"""What may the centre ask of a transmission device, and which bytes say so?"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from mudan.core.commands.model import CommandKind
from mudan.platforms.emergency.codec.times import six_bytes
from mudan.platforms.emergency.model import words
from mudan.platforms.emergency.model.readings import Asked
from mudan.platforms.emergency.model.words import Command
from mudan.primitives.clock import CST
from mudan.primitives.errors import Invalid
from mudan.primitives.text import Text

_CONFIRMED: Final = Text("装置的确认（命令 3）", "The device's own confirmation (command 3)")
_SHOWN: Final = Text("装置对请求的应答（命令 5）", "The device's own answer (command 5)")
_SYSTEM: Final = {
    "system": Text("系统类型，如 1", "System type, like 1"),
    "number": Text("系统地址，如 1", "System address, like 1"),
}
_COMPONENT: Final = _SYSTEM | {"component": Text("部件地址（整数）", "Component address (a whole number)")}
_RECORDS: Final = {
    "records": Text("记录条数，最多 102", "How many records, at most 102"),
    "start": Text("起始时间（ISO 8601）", "Start (ISO 8601)"),
}

COMMANDS: Final = (
    CommandKind(
        "post_check",
        Text("查岗", "Post check"),
        {"minutes": Text("应答时限（分钟，1–60）", "Minutes to answer, 1 to 60")},
        Text(
            "值班人员按下应答键（类型 24，位 5）",
            "The person at the post presses the button (type 24, bit 5)",
        ),
    ),
    CommandKind("set_clock", Text("校时", "Set the clock"), receipt=_CONFIRMED),
    CommandKind("read_device_state", Text("查询装置状态", "Read the device's state"), receipt=_SHOWN),
    CommandKind("read_device_time", Text("查询装置时间", "Read the device's clock"), receipt=_SHOWN),
    CommandKind("read_device_version", Text("查询装置版本", "Read the device's version"), receipt=_SHOWN),
    CommandKind(
        "read_device_configuration", Text("查询装置配置", "Read the device's configuration"), receipt=_SHOWN
    ),
    CommandKind(
        "read_device_operations", Text("查询装置操作记录", "Read the device's operations"), _RECORDS, _SHOWN
    ),
    CommandKind("read_system_state", Text("查询系统状态", "Read a system's state"), _SYSTEM, _SHOWN),
    CommandKind("read_component_state", Text("查询部件状态", "Read a component's state"), _COMPONENT, _SHOWN),
    CommandKind(
        "read_analogue", Text("查询部件模拟量", "Read a component's analogue value"), _COMPONENT, _SHOWN
    ),
    CommandKind(
        "read_operations", Text("查询系统操作记录", "Read a system's operations"), _SYSTEM | _RECORDS, _SHOWN
    ),
    CommandKind("read_system_version", Text("查询系统版本", "Read a system's version"), _SYSTEM, _SHOWN),
    CommandKind(
        "read_system_configuration", Text("查询系统配置", "Read a system's configuration"), _SYSTEM, _SHOWN
    ),
    CommandKind(
        "read_component_configuration",
        Text("查询部件配置", "Read a component's configuration"),
        _COMPONENT,
        _SHOWN,
    ),
    CommandKind("read_system_time", Text("查询系统时间", "Read a system's clock"), _SYSTEM, _SHOWN),
)


def build(kind: str, payload: Mapping[str, Any], now: datetime) -> Asked:
    """What a command says on the wire. Raises Invalid."""
    builder = _BUILDERS.get(kind)
    if builder is None:
        raise Invalid(f"transmission devices know no command {kind}", field="kind")
    return builder(payload, now)


def clock_set(now: datetime) -> Asked:
    """Type 90: the time it is."""
    return _control(words.SET_CLOCK, six_bytes(now))


def _control(type_: int, rest: bytes, answer: int | None = None, minutes: int = 0) -> Asked:
    return Asked(Command.CONTROL, type_, bytes((type_, 1)) + rest, answer, minutes)


def _post_check(payload: Mapping[str, Any], _now: datetime) -> Asked:
    minutes = _whole(payload, "minutes", 1, 60, default=10)
    return _control(words.POST_CHECK, bytes((minutes,)), words.DEVICE_OPERATION, minutes)


def _read(
    type_: int, *parts: Callable[[Mapping[str, Any]], bytes]
) -> Callable[[Mapping[str, Any], datetime], Asked]:
    def built(payload: Mapping[str, Any], _now: datetime) -> Asked:
        rest = b"".join(part(payload) for part in parts)
        return Asked(Command.REQUEST, type_, bytes((type_, 1)) + (rest or b"\x00"), words.ANSWERS[type_])

    return built


def _system(payload: Mapping[str, Any]) -> bytes:
    return bytes((_whole(payload, "system", 0, 255), _whole(payload, "number", 0, 255, default=0)))


def _component(payload: Mapping[str, Any]) -> bytes:
    return _whole(payload, "component", 0, 0xFFFF_FFFF).to_bytes(4, "little")


def _records(payload: Mapping[str, Any]) -> bytes:
    count = _whole(payload, "records", 1, 102, default=20)
    try:
        start = datetime.fromisoformat(str(payload.get("start", "")))
    except ValueError:
        raise Invalid("start is no ISO 8601 time", field="start") from None
    if not 2000 <= start.year <= 2255:
        raise Invalid("start must lie between 2000 and 2255", field="start")
    return bytes((count,)) + six_bytes(start if start.tzinfo else start.replace(tzinfo=CST))


def _whole(payload: Mapping[str, Any], field: str, low: int, high: int, default: int | None = None) -> int:
    value = payload.get(field, default)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise Invalid(f"{field} must be a whole number from {low} to {high}", field=field)
    return value


_BUILDERS: Final[dict[str, Callable[[Mapping[str, Any], datetime], Asked]]] = {
    "set_clock": lambda _payload, now: clock_set(now),
    "post_check": _post_check,
    "read_device_state": _read(words.READ_DEVICE_STATE),
    "read_device_time": _read(words.READ_DEVICE_TIME),
    "read_device_version": _read(words.READ_DEVICE_VERSION),
    "read_device_configuration": _read(words.READ_DEVICE_CONFIGURATION),
    "read_device_operations": _read(words.READ_DEVICE_OPERATIONS, _records),
    "read_system_state": _read(words.READ_SYSTEM_STATE, _system),
    "read_component_state": _read(words.READ_COMPONENT_STATE, _system, _component),
    "read_analogue": _read(words.READ_ANALOGUE, _system, _component),
    "read_operations": _read(words.READ_OPERATIONS, _system, _records),
    "read_system_version": _read(words.READ_SYSTEM_VERSION, _system),
    "read_system_configuration": _read(words.READ_SYSTEM_CONFIGURATION, _system),
    "read_component_configuration": _read(words.READ_COMPONENT_CONFIGURATION, _system, _component),
    "read_system_time": _read(words.READ_SYSTEM_TIME, _system),
}
