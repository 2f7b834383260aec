"""What may the centre ask of a station, and which bytes say so?"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from mudan.core.commands.model import CommandKind
from mudan.platforms.water.model import words
from mudan.platforms.water.model.elements import ELEMENTS
from mudan.platforms.water.model.words import digits_of
from mudan.primitives.errors import Invalid
from mudan.primitives.text import Text

_SHOWN: Final = Text("遥测站对该命令的应答报文", "The station's own answer to the command")

COMMANDS: Final = (
    CommandKind("set_clock", Text("校时", "Set the clock"), receipt=_SHOWN),
    CommandKind("read_clock", Text("查询时钟", "Read the clock"), receipt=_SHOWN),
    CommandKind("query_now", Text("召测实时数据", "Query live data"), receipt=_SHOWN),
    CommandKind(
        "query_elements",
        Text("召测指定要素", "Query chosen elements"),
        {"elements": Text("要素标识符，如 39", "Element ids, like 39")},
        _SHOWN,
    ),
    CommandKind(
        "query_period",
        Text("召测时段数据", "Query the data of a period"),
        {
            "start": Text("起始时间（ISO 8601）", "Start (ISO 8601)"),
            "end": Text("结束时间（ISO 8601）", "End (ISO 8601)"),
            "step_min": Text("步长（分钟）", "Step in minutes"),
            "element": Text("要素标识符，如 39", "Element id, like 39"),
        },
        _SHOWN,
    ),
    CommandKind(
        "query_parameters",
        Text("查询参数", "Read parameters"),
        {
            "group": Text("basic 基本，running 运行", "basic or running"),
            "ids": Text("参数标识与定义字节，如 2008", "Parameter ids with their definition byte, like 2008"),
        },
        _SHOWN,
    ),
    CommandKind("read_version", Text("查询软件版本", "Read the software version"), receipt=_SHOWN),
    CommandKind("read_status", Text("查询状态与报警", "Read state and alarms"), receipt=_SHOWN),
    CommandKind("read_events", Text("查询事件记录", "Read the event counters"), receipt=_SHOWN),
)

# Running parameters of annex D, table D.4, that every station has, with their definition bytes.
_RUNNING: Final = ("2008", "2108", "2208", "2310", "2408", "2509", "2609", "2708")
_BASIC: Final = ("0120", "0228", "0C08", "0D40")
_MOST_STEP_MIN: Final = 99 * 24 * 60


def build(kind: str, payload: Mapping[str, Any]) -> tuple[int, bytes]:
    """The function and the bytes after serial and time of a command. Raises Invalid."""
    builder = _BUILDERS.get(kind)
    if builder is None:
        raise Invalid(f"stations know no command {kind}", field="kind")
    return builder(payload)


def _bare(func: int) -> Callable[[Mapping[str, Any]], tuple[int, bytes]]:
    return lambda _payload: (func, b"")


def _elements(payload: Mapping[str, Any]) -> tuple[int, bytes]:
    ids = payload.get("elements")
    if not isinstance(ids, list) or not 0 < len(ids) <= 64:
        raise Invalid("elements must be a list of 1 to 64 ids", field="elements")
    return words.QUERY_ELEMENTS, b"".join(_asked(id_, "elements") for id_ in ids)


def _period(payload: Mapping[str, Any]) -> tuple[int, bytes]:
    start, end = _time(payload, "start"), _time(payload, "end")
    if end < start:
        raise Invalid("the period ends before it begins", field="end")
    step = payload.get("step_min", 60)
    if not isinstance(step, int) or not 0 < step < _MOST_STEP_MIN:
        raise Invalid("step_min must be a whole number of minutes", field="step_min")
    span = bytes.fromhex(digits_of(start, 8) + digits_of(end, 8))
    return words.QUERY_PERIOD, span + _step(step) + _asked(payload.get("element", "39"), "element")


def _step(minutes: int) -> bytes:
    """Element 04: one of days, hours and minutes is set, whichever holds the step whole."""
    days, hours = divmod(minutes, 1440), divmod(minutes, 60)
    if not days[1]:
        digits = f"{days[0]:02d}0000"
    elif not hours[1] and hours[0] < 100:
        digits = f"00{hours[0]:02d}00"
    elif minutes < 100:
        digits = f"0000{minutes:02d}"
    else:
        raise Invalid("step_min must be minutes under 100, whole hours or whole days", field="step_min")
    return b"\x04\x18" + bytes.fromhex(digits)


def _asked(id_: object, field: str) -> bytes:
    if id_ == "F4":
        return b"\xf4\x60"
    element = ELEMENTS.get(id_) if isinstance(id_, str) else None
    if element is None:
        raise Invalid(f"{id_!r} is no element", field=field)
    return bytes([int(element.id, 16), element.definition])


def _time(payload: Mapping[str, Any], field: str) -> datetime:
    try:
        when = datetime.fromisoformat(str(payload.get(field, "")))
    except ValueError:
        raise Invalid(f"{field} is no ISO 8601 time", field=field) from None
    if when.tzinfo is None:
        raise Invalid(f"{field} names no time zone", field=field)
    return when


def _parameters(payload: Mapping[str, Any]) -> tuple[int, bytes]:
    basic = payload.get("group", "running") == "basic"
    ids = payload.get("ids") or (_BASIC if basic else _RUNNING)
    try:
        rest = b"".join(bytes.fromhex(id_) for id_ in ids)
    except (TypeError, ValueError):
        raise Invalid("ids must be hex digits, like 2008", field="ids") from None
    if len(rest) > 200 or any(len(id_) not in {4, 6} for id_ in ids):
        raise Invalid("ids must be 4 or 6 hex digits each, at most 100", field="ids")
    return words.READ_BASIC if basic else words.READ_RUNNING, rest


_BUILDERS: Final[dict[str, Callable[[Mapping[str, Any]], tuple[int, bytes]]]] = {
    "set_clock": _bare(words.SET_CLOCK),
    "read_clock": _bare(words.READ_CLOCK),
    "query_now": _bare(words.QUERY_NOW),
    "query_elements": _elements,
    "query_period": _period,
    "query_parameters": _parameters,
    "read_version": _bare(words.VERSION),
    "read_status": _bare(words.STATE),
    "read_events": _bare(words.EVENTS),
}
