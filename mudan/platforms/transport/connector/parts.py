"""How are split messages put together again, with bounded memory? (JT/T 808-2013 §4.4.3)"""

from dataclasses import dataclass, field
from typing import Final

from mudan.platforms.transport.model import Header

MOST_SETS: Final = 8  # unfinished messages of one terminal
MOST_BYTES: Final = 1 << 20  # held for one terminal
MOST_PACKETS: Final = 4096
EXPIRE_S: Final = 60.0
ASK_AFTER_S: Final = 5.0  # silence after which missing packets are asked for
MOST_ASKED: Final = 3
MEDIA: Final = 0x0801  # only its first packet is held: the data are counted, not stored


@dataclass(slots=True)
class Part:
    """One message that is not complete yet."""

    msg_id: int
    first_serial: int
    packages: int
    started_s: float
    heard_s: float
    bodies: dict[int, bytes] = field(default_factory=dict)
    sizes: dict[int, int] = field(default_factory=dict)
    asked: int = 0

    @property
    def missing(self) -> list[int]:
        """Numbers of the packets that have not arrived."""
        return [number for number in range(1, self.packages + 1) if number not in self.sizes]

    @property
    def held(self) -> int:
        """Bytes kept."""
        return sum(map(len, self.bodies.values()))


@dataclass(frozen=True, slots=True)
class Joined:
    """A complete message; of media only the first packet's bytes, with the size of all."""

    body: bytes
    size: int


class Parts:
    """The unfinished messages of one terminal."""

    def __init__(self) -> None:
        self._sets: dict[tuple[int, int], Part] = {}

    def __len__(self) -> int:
        return len(self._sets)

    def add(self, header: Header, body: bytes, now_s: float) -> Joined | None:
        """Take one packet; the whole message when it was the last that was missing."""
        if not 1 <= header.package_no <= header.packages <= MOST_PACKETS:
            return None
        key, part = self._part(header, now_s)
        part.heard_s = now_s
        if header.package_no not in part.sizes:
            part.sizes[header.package_no] = len(body)
            if header.msg_id != MEDIA or header.package_no == 1:
                part.bodies[header.package_no] = body
        if len(part.sizes) < part.packages:
            self._bound()
            return None
        del self._sets[key]
        whole = b"".join(part.bodies[number] for number in sorted(part.bodies))
        return Joined(whole, sum(part.sizes.values()))

    def due(self, now_s: float) -> list[Part]:
        """Messages whose missing packets are to be asked for now; drops what is too old."""
        asking = []
        for key, part in list(self._sets.items()):
            if now_s - part.started_s > EXPIRE_S:
                del self._sets[key]
            elif now_s - part.heard_s > ASK_AFTER_S and part.asked < MOST_ASKED:
                part.asked += 1
                part.heard_s = now_s
                asking.append(part)
        return asking

    def _part(self, header: Header, now_s: float) -> tuple[tuple[int, int], Part]:
        first = header.serial - (header.package_no - 1) & 0xFFFF
        key = header.msg_id, first
        part = self._sets.get(key)
        if part is not None and part.packages == header.packages:
            return key, part
        # Some terminals do not number packets consecutively: a set of the same message that lacks this one.
        for other_key, other in self._sets.items():
            same = other.msg_id == header.msg_id and other.packages == header.packages
            if same and header.package_no not in other.sizes:
                return other_key, other
        part = self._sets[key] = Part(header.msg_id, first, header.packages, now_s, now_s)
        return key, part

    def _bound(self) -> None:
        while len(self._sets) > MOST_SETS or sum(part.held for part in self._sets.values()) > MOST_BYTES:
            del self._sets[next(iter(self._sets))]
