"""What may the centre ask of a terminal, and how is it written?"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from mudan.core.commands.model import CommandKind
from mudan.platforms.transport.codec import compose
from mudan.platforms.transport.codec.parameters import encode_parameters, parameter_ids
from mudan.primitives.errors import Invalid
from mudan.primitives.text import Text

Payload = Mapping[str, Any]
Built = tuple[int, bytes]  # message id and body

GENERAL: Final = Text("终端通用应答 0001，结果 0", "terminal general answer 0001 with result 0")

KINDS: Final = (
    CommandKind(
        "text",
        Text("下发文本", "Send text"),
        {
            "text": Text("文本，GBK 不超过 1024 字节", "the words, at most 1024 bytes of GBK"),
            "urgent": Text("紧急", "urgent"),
        },
        GENERAL,
    ),
    CommandKind(
        "locate", Text("点名定位", "Ask for position"), {}, Text("位置查询应答 0201", "position answer 0201")
    ),
    CommandKind(
        "track",
        Text("临时跟踪", "Track"),
        {
            "interval_s": Text("间隔，秒；0 停止", "interval in seconds, 0 stops"),
            "valid_s": Text("有效期，秒", "for how many seconds"),
        },
        GENERAL,
    ),
    CommandKind(
        "set_parameters",
        Text("设置参数", "Set parameters"),
        {"parameters": Text("参数名或四位十六进制编号与值", "values by name or four hex digits")},
        GENERAL,
    ),
    CommandKind(
        "query_parameters",
        Text("查询参数", "Query parameters"),
        {"parameters": Text("参数名或编号；空为全部", "names or ids; none means all")},
        Text("参数查询应答 0104", "parameters 0104"),
    ),
    CommandKind(
        "query_attributes", Text("查询属性", "Query attributes"), {}, Text("属性应答 0107", "attributes 0107")
    ),
    CommandKind("check_link", Text("链路检测（2019）", "Check the link (2019)"), {}, GENERAL),
    CommandKind(
        "confirm_alarm",
        Text("人工确认报警", "Confirm alarm"),
        {
            "alarm_serial": Text("报警消息流水号；0 为全部", "serial of the alarm; 0 means all"),
            "mask": Text("报警位", "alarm bits"),
        },
        GENERAL,
    ),
    CommandKind(
        "control",
        Text("终端控制", "Control the terminal"),
        {
            "command": Text("4 复位，5 恢复出厂等", "4 reset, 5 factory settings, …"),
            "text": Text("参数", "arguments"),
        },
        GENERAL,
    ),
    CommandKind(
        "call_back",
        Text("电话回拨", "Call back"),
        {"number": Text("电话号码", "phone number"), "listen": Text("监听", "listen only")},
        GENERAL,
    ),
    CommandKind(
        "doors",
        Text("车门控制", "Doors"),
        {"lock": Text("加锁", "lock")},
        Text("车辆控制应答 0500", "vehicle control answer 0500"),
    ),
    CommandKind(
        "pictures",
        Text("拍照", "Take pictures"),
        {
            "channel": Text("通道", "channel"),
            "count": Text("张数", "how many"),
            "interval_s": Text("间隔，秒", "interval in seconds"),
        },
        Text("拍摄应答 0805", "camera answer 0805"),
    ),
)


def build(kind: str, payload: Payload, new: bool) -> Built:
    """Message id and body of a command. Raises Invalid, naming the field, for what cannot be written."""
    make = BUILDERS.get(kind)
    if make is None:
        raise Invalid(f"no command is called {kind!r}", field="kind")
    return make(payload, new)


def _text(payload: Payload, new: bool) -> Built:
    words = payload.get("text")
    if not isinstance(words, str):
        raise Invalid("a text is needed", field="text")
    return 0x8300, compose.text(words, urgent=bool(payload.get("urgent", False)), new=new)


def _empty(msg_id: int) -> Callable[[Payload, bool], Built]:
    return lambda _payload, _new: (msg_id, b"")


def _track(payload: Payload, _new: bool) -> Built:
    return 0x8202, compose.track(_number(payload, "interval_s"), _number(payload, "valid_s", 3600))


def _set_parameters(payload: Payload, _new: bool) -> Built:
    values = payload.get("parameters")
    if not isinstance(values, Mapping):
        raise Invalid("parameters with their values are needed", field="parameters")
    return 0x8103, encode_parameters(values)


def _query_parameters(payload: Payload, _new: bool) -> Built:
    wanted = payload.get("parameters") or []
    if not isinstance(wanted, list | tuple) or len(wanted) > 255:
        raise Invalid("a list of at most 255 names is needed", field="parameters")
    return (0x8106, parameter_ids(map(str, wanted))) if wanted else (0x8104, b"")


def _confirm(payload: Payload, _new: bool) -> Built:
    return 0x8203, compose.confirm_alarm(_number(payload, "alarm_serial", 0), _number(payload, "mask", 1))


def _control(payload: Payload, _new: bool) -> Built:
    command = _number(payload, "command")
    if not 1 <= command <= 7:
        raise Invalid("a control command is a number from 1 to 7", field="command")
    return 0x8105, compose.control(command, str(payload.get("text", "")))


def _call_back(payload: Payload, _new: bool) -> Built:
    return 0x8400, compose.call_back(
        str(payload.get("number", "")), listen=bool(payload.get("listen", False))
    )


def _doors(payload: Payload, new: bool) -> Built:
    return 0x8500, compose.doors(lock=bool(payload.get("lock", True)), new=new)


def _pictures(payload: Payload, _new: bool) -> Built:
    numbers = (
        _number(payload, name, plain) for name, plain in (("channel", 1), ("count", 1), ("interval_s", 0))
    )
    return 0x8801, compose.pictures(*numbers)


def _number(payload: Payload, name: str, plain: int | None = None) -> int:
    value = payload.get(name, plain)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Invalid(f"{name} is a whole number", field=name)
    return value


BUILDERS: Final[dict[str, Callable[[Payload, bool], Built]]] = {
    "text": _text,
    "locate": _empty(0x8201),
    "track": _track,
    "set_parameters": _set_parameters,
    "query_parameters": _query_parameters,
    "query_attributes": _empty(0x8107),
    "check_link": _empty(0x8204),
    "confirm_alarm": _confirm,
    "control": _control,
    "call_back": _call_back,
    "doors": _doors,
    "pictures": _pictures,
}
