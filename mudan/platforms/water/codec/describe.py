"""How does an integrator read a message? Its fields by name, ready for JSON."""

from typing import Any, Final

from mudan.platforms.water.codec.fields import states_of
from mudan.platforms.water.model import words
from mudan.platforms.water.model.words import (
    END_NAMES,
    STATION_TYPES,
    Group,
    Message,
    Value,
    moment,
)


def described(message: Message) -> dict[str, Any]:
    """The message as plain data; times are ISO with +08:00, values in the standard's own units."""
    frame = message.frame
    told: dict[str, Any] = {
        "encoding": "ascii" if frame.ascii else "hex",
        "direction": "up" if frame.up else "down",
        "center": frame.center,
        "station": frame.station,
        "password": frame.password,
        "func": f"{frame.func:02X}",
        "length": frame.length,
        "stx": f"{frame.start:02X}",
        "etx": f"{frame.end:02X}",
        "end": END_NAMES.get(frame.end, ""),
        "crc": f"{frame.crc:04X}",
    }
    if frame.total is not None:
        told |= {"mode": "M3", "packets": frame.total, "seq": frame.number}
    if message.serial is not None:
        told |= {"serial": message.serial, "time": message.time, "sent_at": _iso(message.time)}
        if frame.func in {words.READ_CLOCK, words.SET_CLOCK}:
            told["clock"] = message.time
        if not frame.up and frame.end in words.CONFIRMATIONS:
            told["ack_of_serial"] = message.serial
    if message.groups:
        told |= _grouped(message.groups)
    return told | message.fields


_LARGE: Final = frozenset(("F2", "F3"))  # told by manual_text and picture


def _grouped(groups: tuple[Group, ...]) -> dict[str, Any]:
    groups_told = [_group(group) for group in groups]
    elements: dict[str, Value] = {}
    for group in groups_told:
        elements |= group["elements"]
    first = groups_told[0]
    told: dict[str, Any] = {name: first[name] for name in ("station_class", "station_type", "observe")}
    told = {name: value for name, value in told.items() if value is not None}
    if elements:
        told["elements"] = elements
    if len(groups_told) > 1 or groups[0].step is not None:
        told["groups"] = groups_told
    if isinstance(word := elements.get("45"), int):
        told["states"] = states_of(word)
    return told


def _group(group: Group) -> dict[str, Any]:
    code = None if group.station_class is None else f"{group.station_class:02X}"
    return {
        "station": group.station,
        "station_class": code,
        "station_type": None if code is None else STATION_TYPES.get(code, code),
        "observe": _iso(group.observed),
        "step": group.step,
        "elements": _values(group),
    }


def _values(group: Group) -> dict[str, Value]:
    """Values by id; an element sent twice for one time keeps the first as its own, the rest numbered."""
    told: dict[str, Value] = {}
    for item in group.items:
        if item.id in _LARGE:
            continue
        name, count = item.id, 1
        while name in told:
            count += 1
            name = f"{item.id}#{count}"
        told[name] = item.value
    return told


def _iso(digits: str | None) -> str | None:
    when = moment(digits)
    return None if when is None else when.isoformat()
