"""How are fields read off a body without ever running past its end?"""

from datetime import datetime, timedelta
from typing import Final

from mudan.primitives.clock import CST
from mudan.primitives.errors import DecodeError


class Reader:
    """Reads big-endian fields in order. `base` is where the body starts in the frame, for error offsets."""

    __slots__ = ("_at", "_base", "_clause", "_data")

    def __init__(self, data: bytes, *, base: int = 0, clause: str = "JT/T 808 §8") -> None:
        self._data = data
        self._at = 0
        self._base = base
        self._clause = clause

    @property
    def left(self) -> int:
        """Bytes not yet read."""
        return len(self._data) - self._at

    def take(self, count: int) -> bytes:
        """The next bytes; raises DecodeError when there are not so many."""
        end = self._at + count
        if end > len(self._data):
            raise self.error(f"the body ends {end - len(self._data)} bytes before the field does")
        taken = self._data[self._at : end]
        self._at = end
        return taken

    def rest(self) -> bytes:
        """All bytes not yet read."""
        return self.take(self.left)

    def uint(self, size: int) -> int:
        """An unsigned integer of so many bytes."""
        return int.from_bytes(self.take(size), "big")

    def u8(self) -> int:
        """BYTE."""
        return self.uint(1)

    def u16(self) -> int:
        """WORD."""
        return self.uint(2)

    def u32(self) -> int:
        """DWORD."""
        return self.uint(4)

    def bcd(self, size: int) -> str:
        """The digits of so many BCD bytes, as they stand on the wire."""
        return self.take(size).hex()

    def text(self, size: int) -> str:
        """STRING of so many bytes, without padding."""
        return text_of(self.take(size))

    def counted(self) -> str:
        """STRING after its length in one byte."""
        return self.text(self.u8())

    def rest_text(self) -> str:
        """STRING to the end of the body."""
        return text_of(self.rest())

    def moment(self) -> str:
        """BCD[6] as readable text; see `moment_text`."""
        return moment_text(self.bcd(6))

    def error(self, reason: str) -> DecodeError:
        """An error at the next byte."""
        return DecodeError(reason, offset=self._base + self._at, clause=self._clause)


PADDING: Final = b"\x00 "


def text_of(raw: bytes) -> str:
    """STRING (GBK) without the padding around it; bytes that are no GBK are shown as U+FFFD."""
    return raw.strip(PADDING).decode("gbk", "replace")


def moment_of(digits: str) -> datetime | None:
    """YYMMDDhhmmss on GMT+8 as an aware time; None when there is no such time."""
    if not (digits.isascii() and digits.isdecimal()) or len(digits) != 12:
        return None
    year, month, day, hour, minute, second = (int(digits[at : at + 2]) for at in range(0, 12, 2))
    try:
        return datetime(2000 + year, month, day, hour, minute, second, tzinfo=CST)
    except ValueError:
        return None


def moment_text(digits: str) -> str:
    """YYMMDDhhmmss as ISO 8601 (+08:00); hh:mm:ss when the date is zero (daily); else the digits."""
    moment = moment_of(digits)
    if moment is not None:
        return moment.isoformat()
    if digits.startswith("000000") and digits.isdecimal():
        return f"{digits[6:8]}:{digits[8:10]}:{digits[10:12]}"
    return digits


def moment_bcd(moment: datetime, offset: timedelta = timedelta(hours=8)) -> bytes:
    """BCD[6] of an aware time on a clock that is so far ahead of UTC."""
    return bytes.fromhex((moment.astimezone(CST) + offset - timedelta(hours=8)).strftime("%y%m%d%H%M%S"))
