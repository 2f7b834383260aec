"""What does an additional item of a position say? (JT/T 808-2013 table 27, JT/T 1078 §5.4.2, T/JSATL 12)

An item is `id u8, length u8, data`. Makers reuse ids and send wrong lengths, so an item whose length is not
the standard's stays bytes, and one that runs over the end of the body is cut there and marked `cut`.
"""

from collections.abc import Callable
from typing import Any, Final

from mudan.platforms.transport.codec.reader import Reader
from mudan.platforms.transport.model import Item
from mudan.primitives.errors import DecodeError

Fields = dict[str, Any]

LIGHTS: Final = [
    "low_beam",
    "high_beam",
    "right_turn",
    "left_turn",
    "brake",
    "reverse",
    "fog",
    "marker",
    "horn",
    "air_conditioner",
    "neutral",
    "retarder",
    "abs",
    "heater",
    "clutch",
]
VIDEO_ALARMS: Final = [
    "signal_lost",
    "covered",
    "storage_fault",
    "other_fault",
    "overloaded",
    "abnormal_driving",
    "special_recording_full",
]
AREA_KINDS: Final = {0: "none", 1: "circle", 2: "rectangle", 3: "polygon", 4: "route"}


def items_of(data: bytes) -> tuple[Item, ...]:
    """All items up to the end of the body."""
    items = []
    at = 0
    while at + 2 <= len(data):
        item_id, size = data[at], data[at + 1]
        raw = data[at + 2 : at + 2 + size]
        items.append(Item(item_id, raw, _fields(item_id, raw) if len(raw) == size else {"cut": True}))
        at += 2 + size
    if at < len(data):
        items.append(Item(data[at], b"", {"cut": True}))
    return tuple(items)


def _fields(item_id: int, raw: bytes) -> Fields:
    parse = PARSERS.get((item_id, len(raw))) or PARSERS.get((item_id, -1))
    if parse is None:
        return {}
    try:
        return parse(raw)
    except DecodeError:
        return {}  # another maker's use of the same id: the bytes are kept


def _scaled(name: str, unit: str, scale: int = 1) -> Callable[[bytes], Fields]:
    def parse(raw: bytes) -> Fields:
        number = int.from_bytes(raw, "big")
        return {"name": name, "value": number / scale if scale > 1 else number, "unit": unit}

    return parse


def _bits(name: str, names: list[str]) -> Callable[[bytes], Fields]:
    def parse(raw: bytes) -> Fields:
        number = int.from_bytes(raw, "big")
        return {"name": name, "value": [each for bit, each in enumerate(names) if number >> bit & 1]}

    return parse


def _channels(name: str) -> Callable[[bytes], Fields]:
    def parse(raw: bytes) -> Fields:
        number = int.from_bytes(raw, "big")
        return {"name": name, "value": [bit + 1 for bit in range(32) if number >> bit & 1]}

    return parse


def _fuel(raw: bytes) -> Fields:
    number = int.from_bytes(raw, "big")
    if number & 0x8000:  # some makers: a percentage
        return {"name": "fuel", "value": number & 0x7FFF, "unit": "%"}
    return {"name": "fuel", "value": number / 10, "unit": "L"}


def _tyres(raw: bytes) -> Fields:
    return {"name": "tyre_pressures", "value": [None if each == 0xFF else each for each in raw]}


def _cabin(raw: bytes) -> Fields:
    number = int.from_bytes(raw, "big")
    size = number & 0x7FFF
    return {"name": "cabin_temperature", "value": -size if number & 0x8000 else size, "unit": "Cel"}


def _speeding(raw: bytes) -> Fields:
    value: Fields = {"area_kind": AREA_KINDS.get(raw[0], raw[0])}
    if len(raw) == 5:
        value["area_id"] = int.from_bytes(raw[1:], "big")
    return {"name": "speeding_place", "value": value}


def _crossing(raw: bytes) -> Fields:
    value = {
        "area_kind": AREA_KINDS.get(raw[0], raw[0]),
        "area_id": int.from_bytes(raw[1:5], "big"),
        "direction": "out" if raw[5] else "in",
    }
    return {"name": "area_crossing", "value": value}


def _segment(raw: bytes) -> Fields:
    value = {
        "segment_id": int.from_bytes(raw[:4], "big"),
        "seconds": int.from_bytes(raw[4:6], "big"),
        "result": "too_long" if raw[6] else "too_short",
    }
    return {"name": "segment_time", "value": value}


def _storage(raw: bytes) -> Fields:
    number = int.from_bytes(raw, "big")
    main = [bit + 1 for bit in range(12) if number >> bit & 1]
    backup = [bit - 11 for bit in range(12, 16) if number >> bit & 1]
    return {"name": "storage_fault", "value": {"main": main, "backup": backup}}


def _behaviour(raw: bytes) -> Fields:
    bits = int.from_bytes(raw[:2], "big")
    names = [name for bit, name in enumerate(("fatigue", "phone", "smoking")) if bits >> bit & 1]
    custom = [f"custom_{bit}" for bit in range(11, 16) if bits >> bit & 1]
    return {
        "name": "abnormal_driving",
        "value": {"kinds": names + custom, "degree": raw[2] if raw[2:] else None},
    }


def _analog(raw: bytes) -> Fields:
    return {
        "name": "analog",
        "value": {"ad0": int.from_bytes(raw[2:], "big"), "ad1": int.from_bytes(raw[:2], "big")},
    }


ADAS_KINDS: Final = {
    1: "forward_collision", 2: "lane_departure", 3: "too_near", 4: "pedestrian", 5: "lane_changes",
    6: "sign_exceeded", 7: "obstacle", 16: "sign_seen", 17: "snapshot",
}  # fmt: skip
DSM_KINDS: Final = {
    1: "fatigue", 2: "phone", 3: "smoking", 4: "distraction", 5: "driver_abnormal", 16: "snapshot",
    17: "driver_change",
}  # fmt: skip
BLIND_SPOTS: Final = {1: "rear", 2: "left_rear", 3: "right_rear"}


def _head(reader: Reader) -> Fields:
    return {"alarm_id": reader.u32(), "state": reader.u8()}


def _adas(raw: bytes) -> Fields:
    reader = Reader(raw)
    value = _head(reader)
    kind = reader.u8()
    value |= {"kind": ADAS_KINDS.get(kind, kind), "level": reader.u8(), "front_speed_kmh": reader.u8()}
    value |= {
        "distance_ms": reader.u8() * 100,
        "side": reader.u8(),
        "sign_kind": reader.u8(),
        "sign": reader.u8(),
    }
    return {"name": "adas", "value": value | _place(reader)}


def _dsm(raw: bytes) -> Fields:
    reader = Reader(raw)
    value = _head(reader)
    kind = reader.u8()
    value |= {"kind": DSM_KINDS.get(kind, kind), "level": reader.u8(), "fatigue": reader.u8()}
    reader.take(4)
    return {"name": "dsm", "value": value | _place(reader)}


def _tpms(raw: bytes) -> Fields:
    reader = Reader(raw)
    value = _head(reader) | _place(reader)
    value["wheels"] = [
        {
            "wheel": reader.u8(),
            "kind": reader.u16(),
            "pressure_kpa": reader.u16(),
            "temperature_c": reader.u16(),
            "battery_percent": reader.u16(),
        }
        for _ in range(reader.u8())
    ]
    return {"name": "tpms", "value": value}


def _bsd(raw: bytes) -> Fields:
    reader = Reader(raw)
    value = _head(reader)
    kind = reader.u8()
    value["kind"] = BLIND_SPOTS.get(kind, kind)
    return {"name": "bsd", "value": value | _place(reader)}


def _place(reader: Reader) -> Fields:
    value: Fields = {"speed_kmh": reader.u8(), "altitude": reader.u16()}
    value |= {"latitude": reader.u32() / 1e6, "longitude": reader.u32() / 1e6, "time": reader.moment()}
    value["vehicle_state"] = f"{reader.u16():04x}"
    value["mark"] = alarm_mark(reader, 30 if reader.left >= 40 else 7)
    return value


def alarm_mark(reader: Reader, id_size: int) -> Fields:
    """The mark that ties an alarm to its attachments: 16 bytes, or 40 where the terminal id has 30."""
    mark: Fields = {
        "terminal_id": reader.text(id_size),
        "time": reader.moment(),
        "number": reader.u8(),
        "attachments": reader.u8(),
    }
    reader.take(2 if id_size == 30 else 1)
    return mark


PARSERS: Final[dict[tuple[int, int], Callable[[bytes], Fields]]] = {
    (0x01, 4): _scaled("odometer", "km", 10),
    (0x02, 2): _fuel,
    (0x03, 2): _scaled("recorder_speed", "km/h", 10),
    (0x04, 2): _scaled("alarm_event", "1"),
    (0x05, 30): _tyres,
    (0x06, 2): _cabin,
    (0x11, 1): _speeding,
    (0x11, 5): _speeding,
    (0x12, 6): _crossing,
    (0x13, 7): _segment,
    (0x14, 4): _bits("video_alarms", VIDEO_ALARMS),
    (0x15, 4): _channels("video_lost"),
    (0x16, 4): _channels("video_covered"),
    (0x17, 2): _storage,
    (0x18, 2): _behaviour,
    (0x18, 3): _behaviour,
    (0x25, 4): _bits("signals", LIGHTS),
    (0x2A, 2): _bits("io", ["deep_sleep", "sleep"]),
    (0x2B, 4): _analog,
    (0x30, 1): _scaled("signal_strength", "1"),
    (0x31, 1): _scaled("satellites", "1"),
    (0x64, -1): _adas,
    (0x65, -1): _dsm,
    (0x66, -1): _tpms,
    (0x67, -1): _bsd,
}
