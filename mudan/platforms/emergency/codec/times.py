"""Which moment do six bytes mean? Second, minute, hour, day, month, year-2000; binary, by some makers BCD."""

from datetime import datetime
from typing import Final

from mudan.platforms.emergency.model.messages import Moment
from mudan.primitives.clock import CST

SIZE: Final = 6


def moment_of(raw: bytes) -> Moment:
    """The moment of six bytes. Invalid ones (month 0) keep their bytes and no time; BCD is tried last."""
    binary = _moment(tuple(raw))
    if binary is not None:
        return Moment(raw, binary)
    digits = raw.hex()
    bcd = _moment(tuple(int(digits[at : at + 2]) for at in range(0, 12, 2))) if digits.isdigit() else None
    return Moment(raw, bcd, bcd=bcd is not None)


def _moment(fields: tuple[int, ...]) -> datetime | None:
    second, minute, hour, day, month, year = fields
    try:
        return datetime(2000 + year, month, day, hour, minute, second, tzinfo=CST)
    except ValueError:
        return None


def six_bytes(at: datetime) -> bytes:
    """The six bytes of a moment, in China's time."""
    local = at.astimezone(CST)
    return bytes((local.second, local.minute, local.hour, local.day, local.month, local.year - 2000))
