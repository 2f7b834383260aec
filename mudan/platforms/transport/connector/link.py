"""What does the centre remember of one terminal while it is connected?"""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Final

from mudan.connect.platform import Intake
from mudan.core.entities.model import Device
from mudan.platforms.transport.codec.frame import Speech
from mudan.platforms.transport.connector.parts import Parts
from mudan.platforms.transport.model import Header, identity

RESTATE_US: Final = 60_000_000  # switches and reception are recorded again at least this often
HOUR_US: Final = 3_600_000_000


@dataclass(slots=True)
class Link:
    """One terminal on one connection. `at` and `end` say where its phone bytes stand in a frame."""

    speech: Speech
    name: str
    device: Device
    offset_us: int
    at: int
    end: int
    authenticated: bool = False
    serial: int = 0
    flags: int = -1
    flags_us: int = 0
    parts: Parts = field(default_factory=Parts)

    @property
    def new(self) -> bool:
        """Whether the terminal speaks 2019."""
        return self.speech.version is not None

    def next_serial(self, count: int = 1) -> int:
        """The first of so many serials of our own."""
        serial = self.serial
        self.serial = serial + count & 0xFFFF
        return serial

    def restates(self, flags: int, received_us: int) -> bool:
        """Whether switches changed, or were last recorded long ago; remembers them."""
        if flags == self.flags and received_us - self.flags_us < RESTATE_US:
            return False
        self.flags = flags
        self.flags_us = received_us
        return True


def link_of(intake: Intake, header: Header) -> Link | None:
    """A new link for the terminal that sent a header, or None when nobody registered it."""
    name = identity(header.phone)
    device = intake.device(name) or intake.device(header.phone.hex()) or intake.device(name.lstrip("0"))
    if device is None:
        return None
    at = 5 if header.versioned else 4
    speech = Speech(header.phone, header.protocol_version)
    offset_us = round(_offset_h(device) * HOUR_US)
    return Link(speech, name, device, offset_us, at, at + len(header.phone))


def code_of(secret: bytes, name: str) -> str:
    """The authentication code of a terminal: 16 ASCII characters that survive a restart."""
    digest = hmac.new(secret, b"jt808 " + name.encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:10]).decode("ascii")


def code_is_right(secret: bytes, name: str, code: str) -> bool:
    """Compares in constant time."""
    return hmac.compare_digest(code_of(secret, name).encode(), code.encode())


def _offset_h(device: Device) -> float:
    """Hours that the terminal's clock is ahead of UTC: the device's setting, or 8 as the standard says."""
    given = device.settings.get("utc_offset_h", 8)
    return float(given) if isinstance(given, int | float) and -14 <= given <= 14 else 8.0
