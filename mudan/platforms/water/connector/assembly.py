"""How do the packets of one long message come together? By station, function, total and first serial (M3)."""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

from mudan.platforms.water.model.words import Frame

MOST_OPEN: Final = 256
MOST_BYTES: Final = 16 << 20
MOST_ONE: Final = 4 << 20
Key = tuple[str, int, int]


@dataclass(slots=True)
class _Open:
    """Packets received so far of one message."""

    first_s: float
    serial: bytes | None = None
    parts: dict[int, bytes] = field(default_factory=dict)
    size: int = 0


class Assembly:
    """Messages under way. Bounded in number, in bytes and in age; the oldest gives way."""

    def __init__(self, expiry_s: float) -> None:
        self._expiry_s = expiry_s
        self._open: OrderedDict[Key, _Open] = OrderedDict()
        self._size = 0

    def __len__(self) -> int:
        return len(self._open)

    def add(self, frame: Frame, now_s: float) -> bytes | None:
        """Take a packet; the joined body when it was the last one missing. A repeat replaces."""
        total, number = frame.total or 0, frame.number or 0
        if not total or number > total:
            return None
        key = (frame.station, frame.func, total)
        under_way = self._under_way(key, frame, now_s)
        self._size += len(frame.body) - len(under_way.parts.get(number, b""))
        under_way.size += len(frame.body) - len(under_way.parts.get(number, b""))
        under_way.parts[number] = frame.body
        numbers = _numbers(under_way, total)
        if all(at in under_way.parts for at in numbers):
            self._forget(key)
            return b"".join(under_way.parts[at] for at in numbers)
        if under_way.size > MOST_ONE:
            self._forget(key)
        while len(self._open) > MOST_OPEN or self._size > MOST_BYTES:
            self._forget(next(iter(self._open)))
        return None

    def missing(self, frame: Frame) -> int | None:
        """The first packet still missing of the message this one belongs to, if any."""
        under_way = self._open.get((frame.station, frame.func, frame.total or 0))
        if under_way is None:
            return None
        return next(at for at in _numbers(under_way, frame.total or 0) if at not in under_way.parts)

    def serial(self, frame: Frame) -> int:
        """The serial number of the message this packet belongs to; 0 while packet 1 is missing."""
        under_way = self._open.get((frame.station, frame.func, frame.total or 0))
        return int.from_bytes(under_way.serial or b"", "big") if under_way is not None else 0

    def expire(self, now_s: float) -> int:
        """Give up messages begun too long ago; how many."""
        old = [key for key, one in self._open.items() if now_s - one.first_s > self._expiry_s]
        for key in old:
            self._forget(key)
        return len(old)

    def _under_way(self, key: Key, frame: Frame, now_s: float) -> _Open:
        under_way = self._open.get(key)
        serial = _serial(frame) if frame.number == 1 else None
        # Packet 1 alone carries the serial: another serial there is another message.
        if under_way is not None and serial and under_way.serial not in {None, serial}:
            self._forget(key)
            under_way = None
        if under_way is None:
            under_way = self._open[key] = _Open(now_s)
        under_way.serial = serial or under_way.serial
        return under_way

    def _forget(self, key: Key) -> None:
        self._size -= self._open.pop(key).size


def _numbers(under_way: _Open, total: int) -> range:
    """Packets count from 1; some stations count from 0."""
    return range(total) if 0 in under_way.parts else range(1, total + 1)


def _serial(frame: Frame) -> bytes | None:
    """The serial number at the start of packet 1: two bytes, in ASCII four hex digits."""
    if not frame.ascii:
        return frame.body[:2]
    try:
        return bytes.fromhex(frame.body[:4].decode("ascii"))
    except ValueError:
        return None
