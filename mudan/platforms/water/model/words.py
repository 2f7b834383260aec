"""What is a frame of SL 651, and what is a message within it?

Frame ── body ──▶ Message ──▶ Group (one station, one time) ──▶ Item (id, definition, data)
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from mudan.primitives.clock import CST
from mudan.primitives.ids import urn

STANDARD: Final = "SL 651-2014"
ENTITY_TYPE: Final = "HydrometricStation"
MOST_BODY: Final = 4095  # twelve bits of length (frame structure)

STX, SYN = 0x02, 0x16
ETX, ETB, ENQ, ACK, NAK, EOT, ESC = 0x03, 0x17, 0x05, 0x06, 0x15, 0x04, 0x1B
END_NAMES: Final = {
    ETX: "ETX",
    ETB: "ETB",
    ENQ: "ENQ",
    ACK: "ACK",
    NAK: "NAK",
    EOT: "EOT",
    ESC: "ESC",
}
CONFIRMATIONS: Final = frozenset((ACK, NAK, EOT, ESC))

STATION_TYPES: Final = {
    "50": "降水",
    "48": "河道",
    "4B": "水库(湖泊)",
    "5A": "闸坝",
    "44": "泵站",
    "54": "潮汐",
    "4D": "墒情",
    "47": "地下水",
    "51": "水质",
    "49": "取水口",
    "4F": "排水口",
}

HEARTBEAT, TEST, SERIES, TIMED, ADDED, HOURLY = 0x2F, 0x30, 0x31, 0x32, 0x33, 0x34
MANUAL, PICTURE, QUERY_NOW, QUERY_PERIOD, QUERY_MANUAL, QUERY_ELEMENTS = 0x35, 0x36, 0x37, 0x38, 0x39, 0x3A
SET_BASIC, READ_BASIC, SET_RUNNING, READ_RUNNING, MOTOR = 0x40, 0x41, 0x42, 0x43, 0x44
VERSION, STATE, CLEAR, FACTORY, PASSWORD, SET_CLOCK = 0x45, 0x46, 0x47, 0x48, 0x49, 0x4A
IC_CARD, PUMP, VALVE, GATE, FIXED, EVENTS, READ_CLOCK = 0x4B, 0x4C, 0x4D, 0x4E, 0x4F, 0x50, 0x51

SELF_REPORTS: Final = frozenset((TEST, SERIES, TIMED, ADDED, HOURLY, MANUAL, PICTURE))
MEASURED: Final = SELF_REPORTS - {MANUAL, PICTURE} | {QUERY_NOW, QUERY_PERIOD, QUERY_ELEMENTS, MOTOR}
PARAMETERS: Final = frozenset((SET_BASIC, READ_BASIC, SET_RUNNING, READ_RUNNING))


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame without its checks. `station` 10 hex digits, `password` 4 lower-case hex digits.

    `total` and `number` only in M3 packets (start SYN); `ascii` tells which of the two encodings.
    """

    up: bool
    center: int
    station: str
    password: str
    func: int
    end: int
    body: bytes
    total: int | None = None
    number: int | None = None
    ascii: bool = False
    crc: int = 0

    @property
    def start(self) -> int:
        """STX, or SYN for one of many packets."""
        return STX if self.total is None else SYN

    @property
    def length(self) -> int:
        """Bytes between the start-of-text and the end character, as the frame declares them."""
        return len(self.body) + (0 if self.total is None else 6 if self.ascii else 3)


Value = float | int | str | None | list[float | None]


@dataclass(frozen=True, slots=True)
class Item:
    """One element: id in hex ("39", "FF11"), definition byte, data as sent, and what they mean.

    `value` is a number, None for missing, a list for a series, or raw hex where no meaning is known.
    """

    id: str
    definition: int
    data: bytes
    value: Value


@dataclass(frozen=True, slots=True)
class Group:
    """Elements of one station and time. `observed` is YYMMDDHHmm as sent, `step` days, hours, minutes."""

    station: str | None = None
    station_class: int | None = None
    observed: str | None = None
    step: tuple[int, int, int] | None = None
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """What a whole body says. `time` is YYMMDDHHmmSS as sent; `fields` hold what only this function has."""

    frame: Frame
    serial: int | None = None
    time: str | None = None
    groups: tuple[Group, ...] = ()
    fields: dict[str, Any] = field(default_factory=dict)

    @property
    def station(self) -> str:
        """Whose message it is: the first station named in the body, else the frame's."""
        return next((group.station for group in self.groups if group.station), self.frame.station)


def station_urn(station: str) -> str:
    """The NGSI-LD name of a station address."""
    return urn(ENTITY_TYPE, station)


def moment(digits: str | None) -> datetime | None:
    """The aware Beijing time of YYMMDDHHmm or YYMMDDHHmmSS, None where it is no time."""
    if digits is None or not digits.isdecimal():
        return None
    parts = [int(digits[at : at + 2]) for at in range(0, len(digits), 2)]
    try:
        return datetime(2000 + parts[0], *parts[1:], tzinfo=CST)  # type: ignore[arg-type, misc]  # five or six integers, told by the digits
    except ValueError:
        return None


def digits_of(when: datetime, length: int = 12) -> str:
    """YYMMDDHHmmSS in Beijing time, cut to `length` digits."""
    return when.astimezone(CST).strftime("%y%m%d%H%M%S")[:length]


def step_of(step: tuple[int, int, int]) -> timedelta:
    """A step code of days, hours and minutes as a length of time."""
    days, hours, minutes = step
    return timedelta(days=days, hours=hours, minutes=minutes)
