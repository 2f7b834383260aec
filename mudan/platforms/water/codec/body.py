"""What does the body of a frame say? Guides, groups and elements; each function has its own rest."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from mudan.platforms.water.codec.ascii import ascii_message
from mudan.platforms.water.codec.fields import (
    READERS,
    asked,
    identified,
    parameters,
    take,
)
from mudan.platforms.water.codec.frames import bad
from mudan.platforms.water.codec.values import level_series, number_of, rain_series, text_of
from mudan.platforms.water.model import words
from mudan.platforms.water.model.words import STANDARD, STATION_TYPES, Frame, Group, Item, Message, Value

BODY: Final = f"{STANDARD} body"
_TIME_GUIDE: Final = b"\xf0\xf0"
_STATION_GUIDE: Final = b"\xf1\xf1"
_CLASSES: Final = frozenset(int(code, 16) for code in STATION_TYPES)
_SERIES: Final = frozenset((words.SERIES, words.QUERY_PERIOD))
_WITH_CLASS: Final = words.MEASURED | {words.PICTURE, words.MANUAL, words.QUERY_MANUAL}


def message_of(frame: Frame, body: bytes | None = None) -> Message:
    """What a frame says, or what the joined `body` of many packets does. Raises DecodeError.

    A single packet of many is told by its number alone: its bytes are a piece of the joined body.
    """
    if body is None:
        if frame.total is not None and frame.total != 1 and frame.end not in words.CONFIRMATIONS:
            return _packet(frame)
        body = frame.body
    if not body and frame.total is not None:
        return Message(frame)
    if frame.ascii:
        return ascii_message(frame, body)
    head = take(body, 0, 8, "serial and time")
    message = Message(frame, int.from_bytes(head[:2], "big"), head[2:].hex())
    if not frame.up:
        return replace(message, fields=_down(frame, body[8:]))
    try:
        return _Walk(message, body).walked()
    except IndexError:
        raise bad("body ends within an element", len(body), BODY) from None


def _packet(frame: Frame) -> Message:
    fields: dict[str, Any] = {"fragment": frame.body.hex().upper()}
    if frame.number == 1 and not frame.ascii and len(frame.body) >= 8:
        return Message(frame, int.from_bytes(frame.body[:2], "big"), frame.body[2:8].hex(), fields=fields)
    return Message(frame, fields=fields)


def _down(frame: Frame, rest: bytes) -> dict[str, Any]:
    if frame.end in words.CONFIRMATIONS or not rest:
        return {"rest": rest.hex().upper()} if rest else {}
    if frame.func == words.QUERY_PERIOD:
        return _period(rest)
    if frame.func in {words.QUERY_NOW, words.QUERY_ELEMENTS, words.TEST}:
        return {"elements": asked(rest, 0)}
    if frame.func in {words.READ_BASIC, words.READ_RUNNING}:
        return {"params": asked(rest, 0)}
    if frame.func in {words.SET_BASIC, words.SET_RUNNING}:
        return {"params": parameters(rest, 0)}
    reader = READERS.get(frame.func)
    return {"rest": rest.hex().upper()} if reader is None else reader(rest)


def _period(rest: bytes) -> dict[str, Any]:
    take(rest, 0, 13, "start, end and step")
    return {
        "from": rest[:4].hex(),
        "to": rest[4:8].hex(),
        "step": _step(rest[10:13]),
        "elements": asked(rest, 13),
    }


def _step(data: bytes) -> tuple[int, int, int] | None:
    digits = data.hex()
    if not digits.isdecimal():
        return None
    return int(digits[:2]), int(digits[2:4]), int(digits[4:])


class _Walk:
    """One walk over the body of an uplink; each element belongs to the last station and time before it."""

    def __init__(self, message: Message, body: bytes) -> None:
        self._message = message
        self._func = message.frame.func
        self._body = body
        self._at = 8
        self._groups: list[Group] = []
        self._items: list[Item] = []
        self._group = Group()
        self._fields: dict[str, Any] = {}

    def walked(self) -> Message:
        body = self._body
        while self._at < len(body):
            guide = body[self._at : self._at + 2]
            if guide == _STATION_GUIDE:
                self._station()
                if self._func not in _WITH_CLASS:
                    self._own_rest()
            elif guide == _TIME_GUIDE:
                self._time()
            elif self._func in _WITH_CLASS or self._groups or self._group.station:
                self._element()
            else:
                self._own_rest()
        self._close()
        return replace(self._message, groups=tuple(self._groups), fields=self._fields)

    def _close(self) -> None:
        if self._items or self._group != Group():
            self._groups.append(replace(self._group, items=tuple(self._items)))
        self._items = []

    def _station(self) -> None:
        if self._items or self._group.station:
            self._close()
        data = take(self._body, self._at + 2, 5, "station address")
        self._at += 7
        station_class = None
        if self._func in _WITH_CLASS and self._at < len(self._body):
            candidate = self._body[self._at]
            # Texts and pictures may follow the address without a class.
            if self._func in words.MEASURED or candidate in _CLASSES:
                station_class = candidate
                self._at += 1
        self._group = Group(station=data.hex().upper(), station_class=station_class)

    def _time(self) -> None:
        if self._items or self._group.observed:
            self._close()
        data = take(self._body, self._at + 2, 5, "observation time")
        self._at += 7
        self._group = replace(self._group, observed=data.hex(), step=None, items=())

    def _own_rest(self) -> None:
        rest = self._body[self._at :]
        self._at = len(self._body)
        if not rest:
            return
        if self._func in words.PARAMETERS:
            self._fields["params"] = parameters(rest, 0)
        elif self._func in READERS:
            self._fields |= READERS[self._func](rest)
        else:
            self._fields["rest"] = rest.hex().upper()

    def _element(self) -> None:
        id_, definition, at = identified(self._body, self._at)
        width = _width(id_, definition, len(self._body) - at)
        data = take(self._body, at, width, f"element {id_}")
        self._at = at + width
        if id_ == "04" and width == 3:
            self._group = replace(self._group, step=_step(data))
            if self._func in _SERIES and any(data) and self._at < len(self._body):
                self._series()
            return
        self._items.append(Item(id_, definition, data, _value(id_, definition, data)))
        if id_ == "F2":
            self._fields["manual_text"] = text_of(data)
        elif id_ == "F3":
            self._fields["picture"] = picture(data)

    def _series(self) -> None:
        id_, definition, at = identified(self._body, self._at)
        width = _width(id_, definition, len(self._body) - at)
        start, values, read = at, list[float | None](), _whole_reader(id_)
        while at < len(self._body) and self._body[at : at + 2] not in {_TIME_GUIDE, _STATION_GUIDE}:
            data = take(self._body, at, max(1, width), f"value of {id_}")
            if read is not None:
                values += read(data)
            else:
                value = number_of(data, definition & 7)
                values.append(None if isinstance(value, str | list) else value)
            at += len(data)
        self._items.append(Item(id_, definition, self._body[start:at], values))
        self._at = at


def _whole_reader(id_: str) -> Callable[[bytes], list[float | None]] | None:
    if id_ == "F4":
        return rain_series
    return level_series if len(id_) == 2 and "F5" <= id_ <= "FC" else None


def _width(id_: str, definition: int, left: int) -> int:
    """Bytes of data; texts, pictures and batches swallow the rest, ids within them mean nothing."""
    if id_ in {"F2", "F3", "FD"}:
        return left
    return definition >> 3


def _value(id_: str, definition: int, data: bytes) -> Value:
    if id_ == "F4":
        return rain_series(data)
    if "F5" <= id_ <= "FC" and len(id_) == 2:
        return level_series(data)
    if id_ == "F2":
        return text_of(data)
    if id_ in {"F3", "FD"}:
        return data.hex().upper()
    if id_ == "45":
        return int.from_bytes(data, "big")
    return number_of(data, definition & 7)


def picture(data: bytes) -> dict[str, Any]:
    """What is said of a picture: its size, and whether it begins and ends as a JPEG does."""
    end = data.rfind(b"\xff\xd9")
    return {
        "bytes": len(data),
        "jpeg": data[:2] == b"\xff\xd8" and end > 0,
        "padding": len(data) - end - 2 if end > 0 else 0,
    }
