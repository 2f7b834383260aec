"""How are thousands of positions read at once, as columns instead of one by one?

Frames of one length form a matrix of bytes: the XOR of each row proves it whole. Bodies of one length form
another; rows whose items stand at the same places are read together. Rows that fit nowhere are left to the
plain decoder, which is the reference: `tests/test_columnar.py` holds the two against each other.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from mudan.core.observations.model import I16, I32, I64
from mudan.platforms.transport.codec.frame import VERSIONED
from mudan.platforms.transport.codec.position import SIZE
from mudan.platforms.transport.model import SOUTH, WEST

Bytes = npt.NDArray[np.uint8]
Rows = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]

MOST_LAYOUTS: Final = 16  # arrangements of items tried in one matrix before the rest goes the plain way
READ_ITEMS: Final = {(0x01, 4): "odometer", (0x02, 2): "fuel", (0x30, 1): "signal", (0x31, 1): "satellites"}
_DAY_US: Final = 86_400_000_000
_MONTH_DAYS: Final = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], np.int64)
_DAYS_BEFORE: Final = np.concatenate([[0, 0], np.cumsum(_MONTH_DAYS[1:12])]).astype(np.int64)
_DAYS_TO_2000: Final = 10_957  # from 1970-01-01


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose the rows of a matrix are: entity keys, receipt and clock offset in µs, `Quality` bits.

    `stated`: rows whose switches, alarms and reception are to be recorded again.
    """

    entity: I32
    received_us: I64
    offset_us: I64
    quality: I16
    stated: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Positions:
    """Positions of one layout as columns. `rows` are their places in the matrix they were read from.

    Degrees WGS-84, metres, km/h; `local_us` as in `Position`; `items` holds the raw numbers of the items
    that are observed, by name.
    """

    rows: Rows
    alarm: Numbers
    status: Numbers
    latitude: Values
    longitude: Values
    altitude_m: Values
    speed_kmh: Values
    direction_deg: Values
    local_us: Numbers
    items: dict[str, Numbers]

    def __len__(self) -> int:
        return len(self.rows)


def matrix_of(frames: Sequence[bytes]) -> Bytes:
    """Frames (or bodies) of one length as the rows of a matrix."""
    return np.frombuffer(b"".join(frames), np.uint8).reshape(len(frames), -1)


def whole_rows(frames: Bytes) -> tuple[Rows, Rows]:
    """Rows of unescaped frames that are whole, unsplit and in clear: those of 2013, those of 2019."""
    size = frames.shape[1]
    good = np.bitwise_xor.reduce(frames, axis=1) == 0
    attributes = frames[:, 2].astype(np.int32) << 8 | frames[:, 3]
    plain = good & (attributes == size - 13)
    new = good & (attributes == (VERSIONED | size - 18))
    return np.flatnonzero(plain), np.flatnonzero(new)


def positions_of(bodies: Bytes) -> tuple[list[Positions], Rows]:
    """All positions that can be read as columns, a part for each layout, and the rows that cannot."""
    parts: list[Positions] = []
    left: list[Rows] = []
    local_us, sane = _times(bodies[:, 22:28])
    left.append(np.flatnonzero(~sane))
    for rows, places in _by_layout(bodies, np.flatnonzero(sane), left):
        chosen = bodies if len(rows) == len(bodies) else bodies[rows]
        parts.append(_read(rows, chosen, local_us[rows], places))
    return parts, np.concatenate(left)


def _by_layout(
    bodies: Bytes, waiting: Rows, left: list[Rows]
) -> Iterator[tuple[Rows, dict[str, tuple[int, int]]]]:
    """Rows whose item ids and lengths stand at the same places, with the places of what is observed."""
    for _ in range(MOST_LAYOUTS):
        if not len(waiting):
            return
        first = bodies[waiting[0]]
        walked = _walk(first.tobytes())
        if walked is None:
            left.append(waiting[:1])
            waiting = waiting[1:]
            continue
        marks, places = walked
        same = (bodies[waiting[:, np.newaxis], marks] == first[marks]).all(axis=1)
        yield waiting[same], places
        waiting = waiting[~same]
    left.append(waiting)


def _walk(body: bytes) -> tuple[list[int], dict[str, tuple[int, int]]] | None:
    """Where ids and lengths stand, and where the observed items do; None when an item is cut off."""
    marks: list[int] = []
    places: dict[str, tuple[int, int]] = {}
    at = SIZE
    while at < len(body):
        if at + 2 > len(body) or at + 2 + body[at + 1] > len(body):
            return None
        marks += (at, at + 1)
        name = READ_ITEMS.get((body[at], body[at + 1]))
        if name is not None and name not in places:
            places[name] = at + 2, body[at + 1]
        at += 2 + body[at + 1]
    return marks, places


def _read(rows: Rows, bodies: Bytes, local_us: Numbers, places: dict[str, tuple[int, int]]) -> Positions:
    status = _uint(bodies, 4, 4)
    latitude = _uint(bodies, 8, 4) / 1e6
    longitude = _uint(bodies, 12, 4) / 1e6
    return Positions(
        rows=rows,
        alarm=_uint(bodies, 0, 4),
        status=status,
        latitude=np.where(status & SOUTH, -latitude, latitude),
        longitude=np.where(status & WEST, -longitude, longitude),
        altitude_m=_uint(bodies, 16, 2).astype(np.float64),
        speed_kmh=_uint(bodies, 18, 2) / 10,
        direction_deg=_uint(bodies, 20, 2).astype(np.float64),
        local_us=local_us,
        items={name: _uint(bodies, at, size) for name, (at, size) in places.items()},
    )


def _uint(bodies: Bytes, at: int, size: int) -> Numbers:
    if size == 1:
        return bodies[:, at].astype(np.int64)
    field = np.ascontiguousarray(bodies[:, at : at + size])
    return field.view(">u4" if size == 4 else ">u2").ravel().astype(np.int64)


def _times(bcd: Bytes) -> tuple[Numbers, npt.NDArray[np.bool_]]:
    """BCD[6] as µs since 1970 on the device's clock face, and which of them are times at all."""
    high, low = bcd >> 4, bcd & 15
    two = (high * np.uint8(10) + low).astype(np.int64)
    year, month, day, hour, minute, second = two.T
    leap = year % 4 == 0  # holds for 2000 to 2099
    known = np.clip(month, 1, 12)
    days = _MONTH_DAYS[known] + (leap & (known == 2))
    sane = (high <= 9).all(axis=1) & (low <= 9).all(axis=1)
    sane &= (month >= 1) & (month <= 12) & (day >= 1) & (day <= days)
    sane &= (hour <= 23) & (minute <= 59) & (second <= 59)
    whole_days = _DAYS_TO_2000 + year * 365 + (year + 3) // 4 + _DAYS_BEFORE[known] + day - 1
    whole_days += leap & (known > 2)
    return whole_days * _DAY_US + ((hour * 60 + minute) * 60 + second) * 1_000_000, sane
