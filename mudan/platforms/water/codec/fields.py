"""What do the functions say that carry no measurements? Parameters, versions, states, events."""

from collections.abc import Callable
from typing import Any, Final

from mudan.platforms.water.codec.frames import bad
from mudan.platforms.water.codec.values import number_of, text_of
from mudan.platforms.water.model import words
from mudan.platforms.water.model.words import STANDARD

PARAMETER: Final = f"{STANDARD} annex D"
STATE_TABLE: Final = f"{STANDARD} table 58"

# Bits of the state word (table 58): name, meaning of 0, meaning of 1.
_STATES: Final = (
    ("mains", "normal", "lost"),
    ("battery", "normal", "low"),
    ("level", "normal", "alarm"),
    ("flow", "normal", "alarm"),
    ("quality", "normal", "alarm"),
    ("flow_meter", "normal", "fault"),
    ("level_meter", "normal", "fault"),
    ("door", "open", "closed"),
    ("storage", "normal", "fault"),
    ("ic_card", "off", "on"),
    ("pump", "working", "stopped"),
    ("remaining_water", "normal", "alarm"),
)

_EVENTS: Final = (
    "data_initialised",
    "parameters_changed",
    "state_changed",
    "sensor_fault",
    "password_changed",
    "terminal_fault",
    "mains_lost",
    "battery_low",
    "door_opened",
    "pump_fault",
    "remaining_water_low",
    "level_alarm",
    "pressure_alarm",
    "quality_alarm",
    "data_error",
    "frames_sent",
    "frames_received",
    "send_errors",
)

_COLLECTED: Final = (
    "rain evaporation wind_direction wind_speed air_temperature humidity ground_temperature air_pressure",
    "level_8 level_7 level_6 level_5 level_4 level_3 level_2 level_1",
    "groundwater picture wave gate_opening water_volume velocity flow water_pressure",
    "meter_8 meter_7 meter_6 meter_5 meter_4 meter_3 meter_2 meter_1",
    "soil_100cm soil_80cm soil_60cm soil_50cm soil_40cm soil_30cm soil_20cm soil_10cm",
    "ph dissolved_oxygen conductivity turbidity redox permanganate_index ammonia_nitrogen water_temperature",
    "total_organic_carbon total_nitrogen total_phosphorus zinc selenium arsenic mercury cadmium",
    "- - - - - chlorophyll_a copper lead",
)
_CHANNELS: Final = {1: "sms", 2: "ipv4", 3: "beidou", 4: "maritime", 5: "pstn", 6: "vhf"}


def states_of(word: int) -> dict[str, str]:
    """The twelve conditions of a state word (element 45)."""
    return {name: one if word >> bit & 1 else zero for bit, (name, zero, one) in enumerate(_STATES)}


def take(data: bytes, at: int, count: int, what: str) -> bytes:
    """So many bytes from there. Raises DecodeError when the body ends before."""
    if at + count > len(data):
        raise bad(f"{what}: {len(data) - at} of {count} bytes", at, f"{STANDARD} body")
    return data[at : at + count]


def identified(data: bytes, at: int) -> tuple[str, int, int]:
    """An identifier, its definition byte and where its data begin: `39 23` or `FF 11 23`."""
    first = take(data, at, 2, "identifier")
    if first[0] == 0xFF:
        return f"FF{first[1]:02X}", take(data, at + 2, 1, "definition")[0], at + 3
    return f"{first[0]:02X}", first[1], at + 2


def parameters(data: bytes, at: int) -> dict[str, Any]:
    """Parameters with their data, by id (functions 40 to 43)."""
    found: dict[str, Any] = {}
    while at < len(data):
        id_, definition, at = identified(data, at)
        width = definition if id_ == "0E" else definition >> 3
        found[id_] = _parameter(id_, definition & 7, take(data, at, width, f"parameter {id_}"))
        at += width
    return found


def asked(data: bytes, at: int) -> list[str]:
    """The identifiers of a question, each with its definition byte: `F5C0`."""
    found = []
    while at < len(data):
        id_, definition, at = identified(data, at)
        found.append(f"{id_}{definition:02X}")
    return found


def _parameter(id_: str, decimals: int, data: bytes) -> Any:
    form = _FORMS.get(id_)
    return number_of(data, decimals) if form is None else form(data)


def _channel(data: bytes) -> Any:
    kind = data[0] if data else 0
    digits = data[1:].hex().upper()
    if kind == 2 and len(digits) == 18 and digits.isdecimal():
        octets = (str(int(digits[at : at + 3])) for at in range(0, 12, 3))
        return {"channel": "ipv4", "ip": ".".join(octets), "port": int(digits[12:])}
    return {"channel": _CHANNELS.get(kind, "off" if not kind else f"{kind:02X}"), "address": digits}


def _collected(data: bytes) -> dict[str, Any]:
    names = [
        name
        for byte, row in zip(data, _COLLECTED, strict=False)
        for bit, name in enumerate(row.split())
        if byte >> (7 - bit) & 1
    ]
    return {"bits": data.hex().upper(), "elements": names}


def _served(data: bytes) -> list[dict[str, Any]]:
    parts = (data[at : at + 6] for at in range(0, len(data), 6))
    return [{"station": part[:5].hex().upper(), "count": part[5:].hex()} for part in parts]


_FORMS: Final[dict[str, Callable[[bytes], Any]]] = {
    "01": list,
    "02": lambda data: data.hex().upper(),
    "03": lambda data: data.hex(),
    **{f"{number:02X}": _channel for number in range(0x04, 0x0C)},
    "0D": _collected,
    "0E": _served,
    "0F": text_of,
}


def _version(data: bytes) -> dict[str, Any]:
    length = take(data, 0, 1, "version length")[0]
    return {"version_len": length, "version": text_of(data[1 : 1 + length])}


def _state(data: bytes) -> dict[str, Any]:
    head = take(data, 0, 2, "state")
    if head[0] != 0x45:
        raise bad(f"identifier {head[0]:02X} where 45 is due", 0, STATE_TABLE)
    word = take(data, 2, 4, "state")
    return {"state": word.hex().upper(), "states": states_of(int.from_bytes(word, "big"))}


def _switches(name: str) -> Callable[[bytes], dict[str, Any]]:
    def read(data: bytes) -> dict[str, Any]:
        count = take(data, 0, 1, f"{name} count")[0]
        bits = data[1:]
        switched = {
            str(number + 1): bool(bits[number // 8] >> number % 8 & 1) for number in range(8 * len(bits))
        }
        return {f"{name}_len": count, f"{name}_bits": bits.hex().upper(), "switches": switched}

    return read


def _gates(data: bytes) -> dict[str, Any]:
    count = take(data, 0, 1, "gate count")[0]
    bits = take(data, 1, (count + 7) // 8, "gate states")
    at = 1 + len(bits)
    openings = [number_of(take(data, at + 2 * n, 2, "gate opening"), 0) for n in range(count)]
    states = [bool(bits[n // 8] >> n % 8 & 1) for n in range(count)]
    return {"gates": count, "gate_open": states, "gate_opening_cm": openings}


def _fixed(data: bytes) -> dict[str, Any]:
    flag = take(data, 0, 1, "fixed quantity")[0]
    return {"quota_control": {0xFF: "FF on", 0x00: "00 off"}.get(flag, f"{flag:02X}")}


def _events(data: bytes) -> dict[str, Any]:
    # Some stations send fewer counters than the 32 of the standard.
    counters = [int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data) - 1, 2)]
    named = dict(zip(_EVENTS, counters, strict=False))
    return {"events": {f"ERC{n + 1}": count for n, count in enumerate(counters)}, "event_names": named}


def _passwords(data: bytes) -> dict[str, Any]:
    found = []
    at = 0
    while at < len(data):
        id_, definition, at = identified(data, at)
        found.append(take(data, at, definition >> 3, f"parameter {id_}").hex())
        at += definition >> 3
    if len(found) == 2:
        return {"old_password": found[0], "new_password": found[1]}
    return {"passwords": found}


def _identifier(data: bytes) -> dict[str, Any]:
    return {"identifier": data.hex().upper()} if data else {}


READERS: Final[dict[int, Callable[[bytes], dict[str, Any]]]] = {
    words.VERSION: _version,
    words.STATE: _state,
    words.IC_CARD: _state,
    words.CLEAR: _identifier,
    words.FACTORY: _identifier,
    words.PASSWORD: _passwords,
    words.PUMP: _switches("pump"),
    words.VALVE: _switches("valve"),
    words.GATE: _gates,
    words.FIXED: _fixed,
    words.EVENTS: _events,
}
