"""What do the load's vehicles say? JT/T 808-2013 frames, written thousands at a time.

A position depends on nothing but the vehicle and its moment (seconds since 1970 UTC), so whoever knows which
moments were acknowledged knows what must be stored. Vehicle n has phone 1390 + n, eight digits.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from mudan.platforms.transport.codec.compose import answer, authentication, registration
from mudan.platforms.transport.codec.frame import Speech, encode
from mudan.platforms.transport.model import ACC_ON, FIXED

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]

BODY: Final = 28
MOST_IN_BATCH: Final = 34  # position bodies with their lengths that fit into the 1,023 bytes of one frame
OBSERVED: Final = 5  # longitude, latitude, speed, heading, altitude: recorded of every position
_BEIJING_S: Final = 8 * 3600


def phone(vehicle: int) -> str:
    """The twelve digits of a vehicle's phone."""
    return f"01390{vehicle:07d}"


def urn(vehicle: int) -> str:
    """The vehicle's NGSI-LD name."""
    return f"urn:ngsi-ld:Vehicle:{phone(vehicle)}"


def phones(vehicles: Ints) -> Bytes:
    """The six bytes of each phone, [n, 6]."""
    return np.frombuffer(b"".join(bytes.fromhex(phone(one)) for one in vehicles.tolist()), np.uint8).reshape(
        -1, 6
    )


def positions(vehicles: Ints, moments: Ints) -> Bytes:
    """Bodies of 0200, [n, 28]: every value but the altitude moves with the moment; no alarm, fixed, driving."""
    bodies = np.zeros((len(vehicles), BODY), np.uint8)
    _put(bodies, 4, np.full(len(vehicles), FIXED | ACC_ON), 4)
    _put(bodies, 8, 30_200_000 + vehicles * 37 + moments % 1_000 * 11, 4)
    _put(bodies, 12, 107_300_000 + vehicles * 41 + moments % 1_000 * 13, 4)
    _put(bodies, 16, 400 + vehicles % 50, 2)
    _put(bodies, 18, 300 + (vehicles * 7 + moments) % 200, 2)
    _put(bodies, 20, (vehicles * 13 + moments) % 360, 2)
    bodies[:, 22:28] = bcd(moments)
    return bodies


def latitude(vehicles: Ints, moments: Ints) -> npt.NDArray[np.float64]:
    """The latitude that `positions` wrote, in degrees."""
    degrees: npt.NDArray[np.float64] = (30_200_000 + vehicles * 37 + moments % 1_000 * 11) / 1e6
    return degrees


def bcd(moments: Ints) -> Bytes:
    """Beijing time as BCD[6], [n, 6]."""
    local = moments + _BEIJING_S
    days = (local // 86_400).astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    second = local % 86_400
    two = np.stack(
        (
            months.astype("datetime64[Y]").astype(np.int64) - 30,  # years since 2000
            months.astype(np.int64) % 12 + 1,
            (days - months).astype(np.int64) + 1,
            second // 3_600,
            second // 60 % 60,
            second % 60,
        ),
        axis=1,
    )
    digits: Bytes = (two // 10 << 4 | two % 10).astype(np.uint8)
    return digits


def position_frames(phone_bytes: Bytes, vehicles: Ints, serials: Ints, moments: Ints) -> list[bytes]:
    """One 0200 for each row."""
    return _sealed(0x0200, phone_bytes, serials, positions(vehicles, moments))


def batch_frames(phone_bytes: Bytes, vehicles: Ints, serials: Ints, moments: Ints, size: int) -> list[bytes]:
    """One 0704 of `size` live positions for each row, the first at its moment, a second apart."""
    count = len(vehicles)
    each = positions(np.repeat(vehicles, size), (moments[:, None] + np.arange(size)).ravel())
    items = np.zeros((count, size, 2 + BODY), np.uint8)
    items[:, :, 1] = BODY
    items[:, :, 2:] = each.reshape(count, size, BODY)
    body = np.zeros((count, 3 + size * (2 + BODY)), np.uint8)
    _put(body, 0, np.full(count, size), 2)
    body[:, 3:] = items.reshape(count, -1)
    return _sealed(0x0704, phone_bytes, serials, body)


def register(vehicle: int) -> bytes:
    """The 0100 of a vehicle, with serial 0."""
    body = registration(2013, "MDSIM", "MD-1", f"{vehicle:07d}", 2, f"川A{vehicle:05d}")
    return _single(0x0100, body, vehicle)


def authenticate(vehicle: int, code: str) -> bytes:
    """The 0102 of a vehicle, with serial 0."""
    return _single(0x0102, authentication(code, new=False), vehicle)


def confirm(vehicle: int, serial: int, msg_id: int) -> bytes:
    """The 0001 that confirms one of the centre's own messages."""
    return _single(0x0001, answer(serial, msg_id, 0), vehicle)


def _single(msg_id: int, body: bytes, vehicle: int) -> bytes:
    return encode(msg_id, body, Speech(bytes.fromhex(phone(vehicle)), None), 0)[0]


def _sealed(msg_id: int, phone_bytes: Bytes, serials: Ints, bodies: Bytes) -> list[bytes]:
    count, size = bodies.shape
    inner = np.empty((count, 12 + size + 1), np.uint8)
    inner[:, 0:4] = msg_id >> 8, msg_id & 0xFF, size >> 8, size & 0xFF
    inner[:, 4:10] = phone_bytes
    _put(inner, 10, serials, 2)
    inner[:, 12:-1] = bodies
    inner[:, -1] = np.bitwise_xor.reduce(inner[:, :-1], axis=1)
    blob, width = inner.tobytes(), inner.shape[1]
    return [_escaped(blob[at : at + width]) for at in range(0, len(blob), width)]


def _escaped(inner: bytes) -> bytes:
    return b"~" + inner.replace(b"}", b"}\x01").replace(b"~", b"}\x02") + b"~"


def _put(rows: Bytes, at: int, values: Ints, size: int) -> None:
    rows[:, at : at + size] = values.astype(f">u{size}").view(np.uint8).reshape(-1, size)


def vehicles_of(part: int, parts: int, count: int) -> Sequence[int]:
    """The vehicles that one of several load processes plays."""
    return range(part, count, parts)
