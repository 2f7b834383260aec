"""Where was the vehicle, how did it move, and what did its terminal warn of? The body of 0200.

    alarm 4 │ state 4 │ latitude 4 │ longitude 4 │ altitude 2 │ speed 2 │ direction 2 │ time BCD 6 │ items
    0         4         8            12            16           18        20             22           28

Degrees are millionths without sign; state bits 2 and 3 say south and west. JT/T 808-2013 §8.18 (its table
prints 21 where the time starts; the fields add up to 22).
"""

from datetime import UTC, timedelta
from struct import Struct
from typing import Any, Final

from mudan.platforms.transport.codec.items import items_of
from mudan.platforms.transport.codec.reader import moment_of
from mudan.platforms.transport.model import SOUTH, WEST, Item, Position, alarm_names, state_names
from mudan.primitives.clock import EPOCH
from mudan.primitives.errors import DecodeError

SIZE: Final = 28
CLAUSE: Final = "JT/T 808-2013 §8.18"

_FIXED = Struct(">IIIIHHH6s")
_FACE = UTC  # the clock face is kept as if it were UTC; the device's offset is applied later


def parse_position(body: bytes, *, base: int = 0) -> Position:
    """The position in a body, with its items. Raises DecodeError when it is shorter than 28 bytes."""
    if len(body) < SIZE:
        raise DecodeError(
            f"a position has {SIZE} bytes, here are {len(body)}", offset=base + len(body), clause=CLAUSE
        )
    alarm, status, latitude, longitude, altitude, speed, direction, time = _FIXED.unpack_from(body)
    digits = time.hex()
    moment = moment_of(digits)
    return Position(
        alarm=alarm,
        status=status,
        latitude=(-latitude if status & SOUTH else latitude) / 1e6,
        longitude=(-longitude if status & WEST else longitude) / 1e6,
        altitude_m=altitude,
        speed_kmh=speed / 10,
        direction_deg=direction,
        time_bcd=digits,
        local_us=None
        if moment is None
        else (moment.replace(tzinfo=_FACE) - EPOCH) // timedelta(microseconds=1),
        items=items_of(body[SIZE:]),
    )


def position_fields(position: Position) -> dict[str, Any]:
    """A position as integrators read it."""
    moment = moment_of(position.time_bcd)
    return {
        "alarm": f"{position.alarm:08X}",
        "alarms": alarm_names(position.alarm),
        "status": f"{position.status:08X}",
        "states": state_names(position.status),
        "latitude": position.latitude,
        "longitude": position.longitude,
        "altitude": position.altitude_m,
        "speed_kmh": position.speed_kmh,
        "direction": position.direction_deg,
        "time": None if moment is None else moment.isoformat(),
        "time_bcd": position.time_bcd,
        "extras": [_extra(item) for item in position.items],
    }


def encode_position(position: Position) -> bytes:
    """The body of 0200."""
    return _FIXED.pack(
        position.alarm,
        position.status,
        round(abs(position.latitude) * 1e6),
        round(abs(position.longitude) * 1e6),
        position.altitude_m,
        round(position.speed_kmh * 10),
        position.direction_deg,
        bytes.fromhex(position.time_bcd),
    ) + b"".join(bytes((item.id, len(item.raw))) + item.raw for item in position.items)


def _extra(item: Item) -> dict[str, Any]:
    return {"id": f"{item.id:02X}", "hex": item.raw.hex(), **item.fields}
