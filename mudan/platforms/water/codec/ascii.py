"""What does the body of an ASCII frame say? `id value` pairs parted by blanks."""

import re
from typing import Any, Final

from mudan.platforms.water.codec.frames import bad
from mudan.platforms.water.codec.values import level_series, rain_series, text_of
from mudan.platforms.water.model import words
from mudan.platforms.water.model.elements import BY_CODE, CODES, ELEMENTS
from mudan.platforms.water.model.words import STANDARD, Frame, Group, Item, Message, Value

BODY: Final = f"{STANDARD} body, ASCII"
_HEAD: Final = re.compile(rb"([0-9A-F]{4})([0-9]{12})")
_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")
_STEP: Final = re.compile(r"DR([DHN])(\d\d)")
_MISSING: Final = "M"
_TO_THE_END: Final = {"F2": b"RGZS ", "F3": b"PIC "}


def ascii_message(frame: Frame, body: bytes) -> Message:
    """What an ASCII body says. Raises DecodeError."""
    head = _HEAD.match(body)
    if head is None:
        raise bad("serial and time are not 4 hex and 12 decimal digits", 0, BODY)
    serial, time = int(head[1], 16), head[2].decode("ascii")
    rest = body[16:]
    fields: dict[str, Any] = {}
    for id_, guide in _TO_THE_END.items():
        at = rest.find(guide)
        if at >= 0 and frame.func in {words.MANUAL, words.QUERY_MANUAL, words.PICTURE}:
            whole = rest[at + len(guide) :]
            fields |= {"manual_text": text_of(whole)} if id_ == "F2" else {"picture": {"bytes": len(whole)}}
            rest = rest[:at]
    try:
        tokens = rest.decode("ascii").split()
    except UnicodeDecodeError as error:
        raise bad("a body that is not ASCII", 16 + error.start, BODY) from None
    if not frame.up or frame.func not in words.MEASURED | {words.PICTURE, words.MANUAL}:
        if tokens:
            fields["tokens"] = tokens
        return Message(frame, serial, time, fields=fields)
    return Message(frame, serial, time, tuple(_groups(tokens)), fields)


def _groups(tokens: list[str]) -> list[Group]:
    groups: list[Group] = []
    station: str | None = None
    station_class: int | None = None
    observed: str | None = None
    step: tuple[int, int, int] | None = None
    items: list[Item] = []

    def close() -> None:
        if items or observed:
            groups.append(Group(station, station_class, observed, step, tuple(items)))
            items.clear()

    at = 0
    while at < len(tokens):
        code = tokens[at]
        at += 1
        if matched := _STEP.fullmatch(code):
            step = _step(matched[1], int(matched[2]))
            continue
        values = _values(tokens, at, code)
        at += len(values)
        if code == "ST":
            close()
            station, station_class, observed = values[0].upper(), None, None
            if at < len(tokens) and len(tokens[at]) == 1 and tokens[at].isalpha():
                station_class = ord(tokens[at])
                at += 1
        elif code == "TT":
            close()
            observed = values[0][:10]
        else:
            items.append(_item(code, values))
    close()
    return groups


def _values(tokens: list[str], at: int, code: str) -> list[str]:
    """The value after an identifier, and further ones of a series."""
    if at >= len(tokens):
        raise bad(f"{code} has no value", 0, BODY)
    end = at + 1
    if code not in {"ST", "TT"}:
        while end < len(tokens) and (tokens[end] == _MISSING or _NUMBER.fullmatch(tokens[end])):
            end += 1
    return tokens[at:end]


def _step(unit: str, count: int) -> tuple[int, int, int]:
    return (count, 0, 0) if unit == "D" else (0, count, 0) if unit == "H" else (0, 0, count)


def _item(code: str, values: list[str]) -> Item:
    id_ = BY_CODE.get(code.upper(), code)
    element = ELEMENTS.get(id_)
    data = " ".join(values).encode("ascii")
    return Item(id_, element.definition if element else 0, data, _value(id_, values))


def _value(id_: str, values: list[str]) -> Value:
    if id_ == "F4" or (len(id_) == 2 and "F5" <= id_ <= "FC"):
        try:
            raw = bytes.fromhex("".join(values))
        except ValueError:
            return " ".join(values)
        return rain_series(raw) if id_ == "F4" else level_series(raw)
    if id_ == "45" and re.fullmatch("[0-9A-F]{8}", values[0]):
        return int(values[0], 16)
    numbers = [_number(value) for value in values]
    if any(isinstance(number, str) for number in numbers):
        return " ".join(values)
    plain = [number for number in numbers if not isinstance(number, str)]
    return plain[0] if len(plain) == 1 else plain


def _number(value: str) -> float | str | None:
    if value == _MISSING:
        return None
    return float(value) if _NUMBER.fullmatch(value) else value


def ascii_report(
    serial: int, time: str, station: str, station_class: int, observed: str, items: list[tuple[str, float]]
) -> bytes:
    """The ASCII body of a report: elements by id and number, one group."""
    pairs = [f"ST {station} {station_class:c}", f"TT {observed}"]
    pairs += [f"{CODES[id_]} {value:.{ELEMENTS[id_].decimals}f}" for id_, value in items]
    return f"{serial:04X}{time}{' '.join(pairs)} ".encode("ascii")
