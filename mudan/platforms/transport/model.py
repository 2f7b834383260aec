"""What are the words of JT/T 808? Message names, alarm and state bits, item names, answers."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final, NamedTuple

MESSAGE_NAMES: Final[dict[int, str]] = {
    0x0001: "terminal general answer",
    0x0002: "heartbeat",
    0x0003: "logout",
    0x0004: "server time request",
    0x0005: "resend request of the terminal",
    0x0100: "registration",
    0x0102: "authentication",
    0x0104: "parameters",
    0x0107: "attributes",
    0x0108: "upgrade result",
    0x0109: "clock request",
    0x0200: "position",
    0x0201: "position on request",
    0x0210: "position batch, short lengths",
    0x0301: "event",
    0x0302: "answer to a question",
    0x0303: "information wanted or cancelled",
    0x0500: "vehicle control answer",
    0x0608: "areas or routes",
    0x0700: "recorder data",
    0x0701: "waybill",
    0x0702: "driver",
    0x0704: "position batch",
    0x0705: "CAN bus data",
    0x0800: "media event",
    0x0801: "media data",
    0x0802: "media list",
    0x0805: "camera answer",
    0x0900: "transparent data up",
    0x0901: "compressed data",
    0x0A00: "terminal RSA key",
    0x1003: "audio and video properties",
    0x1005: "passenger flow",
    0x1205: "recordings list",
    0x1206: "upload finished",
    0x1210: "alarm attachments",
    0x1211: "attachment file",
    0x1212: "attachment file sent",
    0x8001: "platform general answer",
    0x8003: "resend request of the platform",
    0x8004: "server time",
    0x8100: "registration answer",
    0x8103: "set parameters",
    0x8104: "query all parameters",
    0x8105: "terminal control",
    0x8106: "query some parameters",
    0x8107: "query attributes",
    0x8108: "upgrade package",
    0x8109: "clock",
    0x8201: "query position",
    0x8202: "track",
    0x8203: "confirm alarm",
    0x8204: "link check",
    0x8300: "text",
    0x8301: "set events",
    0x8302: "question",
    0x8303: "set information menu",
    0x8304: "information",
    0x8400: "call back",
    0x8401: "set phone book",
    0x8500: "vehicle control",
    0x8600: "set circles",
    0x8601: "delete circles",
    0x8602: "set rectangles",
    0x8603: "delete rectangles",
    0x8604: "set polygon",
    0x8605: "delete polygons",
    0x8606: "set route",
    0x8607: "delete routes",
    0x8608: "query areas or routes",
    0x8700: "collect recorder data",
    0x8701: "set recorder",
    0x8702: "query driver",
    0x8800: "media answer",
    0x8801: "take pictures",
    0x8802: "query media",
    0x8803: "upload media",
    0x8804: "record sound",
    0x8805: "upload one media item",
    0x8900: "transparent data down",
    0x8A00: "platform RSA key",
    0x9003: "query audio and video properties",
    0x9101: "start live video",
    0x9102: "control live video",
    0x9105: "live video loss",
    0x9201: "start playback",
    0x9202: "control playback",
    0x9205: "query recordings",
    0x9206: "upload recordings",
    0x9207: "control upload",
    0x9208: "upload alarm attachments",
    0x9212: "attachment answer",
    0x9301: "turn camera",
    0x9302: "focus",
    0x9303: "iris",
    0x9304: "wiper",
    0x9305: "infra-red light",
    0x9306: "zoom",
}

# JT/T 808-2013 table 24; bits 15 to 17 from 2019.
ALARM_BITS: Final[dict[int, str]] = dict(
    enumerate(
        [
            "emergency",
            "speeding",
            "fatigue",
            "danger",
            "gnss_fault",
            "antenna_cut",
            "antenna_short",
            "low_power",
            "power_off",
            "display_fault",
            "tts_fault",
            "camera_fault",
            "ic_module_fault",
            "speed_warning",
            "fatigue_warning",
            "illegal_driving",
            "tyre_pressure",
            "right_turn_blind_spot",
            "day_driving_time",
            "long_parking",
            "area",
            "route",
            "segment_time",
            "off_route",
            "vss_fault",
            "fuel_abnormal",
            "stolen",
            "illegal_ignition",
            "illegal_move",
            "collision",
            "rollover",
            "illegal_door",
        ]
    )
)
EMERGENCY: Final = 1 << 0
COLLISION: Final = 1 << 29
ROLLOVER: Final = 1 << 30

# JT/T 808-2013 table 25; bits 6, 7 and 22 from 2019. Bits 8 and 9 together are the load.
STATE_BITS: Final[dict[int, str]] = {
    0: "acc_on",
    1: "fixed",
    2: "south",
    3: "west",
    4: "out_of_service",
    5: "coordinates_encrypted",
    6: "forward_collision_warning",
    7: "lane_departure",
    10: "oil_cut",
    11: "power_cut",
    12: "doors_locked",
    13: "door1_open",
    14: "door2_open",
    15: "door3_open",
    16: "door4_open",
    17: "door5_open",
    18: "gps",
    19: "bds",
    20: "glonass",
    21: "galileo",
    22: "moving",
}
ACC_ON: Final = 1 << 0
FIXED: Final = 1 << 1
SOUTH: Final = 1 << 2
WEST: Final = 1 << 3
ENCRYPTED: Final = 1 << 5
LOADS: Final = {1: "half_loaded", 3: "fully_loaded"}


class Answer(IntEnum):
    """Result of a general answer (JT/T 808-2013 §8.1, §8.2)."""

    OK = 0
    FAILED = 1
    WRONG = 2
    UNSUPPORTED = 3
    ALARM_HANDLED = 4


class Registration(IntEnum):
    """Result of a registration (JT/T 808-2013 §8.6)."""

    OK = 0
    VEHICLE_TAKEN = 1
    NO_SUCH_VEHICLE = 2
    TERMINAL_TAKEN = 3
    NO_SUCH_TERMINAL = 4


class Header(NamedTuple):
    """A message header (§4.4.3). `phone` are the bytes on the wire; packets and package_no only if split."""

    msg_id: int
    attributes: int
    protocol_version: int | None
    phone: bytes
    serial: int
    packages: int
    package_no: int

    @property
    def versioned(self) -> bool:
        """Whether the layout is that of 2019."""
        return bool(self.attributes & 0x4000)

    @property
    def split(self) -> bool:
        """Whether the message is one packet of several."""
        return bool(self.attributes & 0x2000)

    @property
    def encryption(self) -> int:
        """0 none, 1 RSA, others reserved."""
        return self.attributes >> 10 & 7


@dataclass(frozen=True, slots=True)
class Item:
    """An additional item of a position: its id, its bytes, and what is known of it."""

    id: int
    raw: bytes
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Position:
    """Body of 0200 (§8.18). Degrees WGS-84, metres, km/h; `local_us` are µs since 1970 on the device's own
    clock face, None for an impossible time."""

    alarm: int
    status: int
    latitude: float
    longitude: float
    altitude_m: int
    speed_kmh: float
    direction_deg: int
    time_bcd: str
    local_us: int | None
    items: tuple[Item, ...]

    @property
    def fixed(self) -> bool:
        """Whether the terminal says that it knows where it is."""
        return bool(self.status & FIXED)

    def item(self, item_id: int, length: int) -> bytes | None:
        """Bytes of the first item of that id and length."""
        for item in self.items:
            if item.id == item_id and len(item.raw) == length:
                return item.raw
        return None


def identity(phone: bytes) -> str:
    """The name of a terminal whichever edition it speaks: 12 digits, or 20 when they do not fit into 12."""
    digits = phone.hex()
    return digits[8:] if len(digits) == 20 and digits.startswith("00000000") else digits


def alarm_names(bits: int) -> list[str]:
    """Names of the alarm bits that are set."""
    return [name for bit, name in ALARM_BITS.items() if bits >> bit & 1]


def state_names(bits: int) -> list[str]:
    """Names of the state bits that are set, and of the load."""
    names = [name for bit, name in STATE_BITS.items() if bits >> bit & 1]
    load = LOADS.get(bits >> 8 & 3)
    return [*names, load] if load else names
