"""What do the connector's tests need of the centre and of a terminal?"""

from collections.abc import Iterable
from typing import Any

from mudan.connect.lane import Item
from mudan.connect.platform import Batch
from mudan.connect.session import Junk, Session
from mudan.core.entities.model import Device
from mudan.platforms.transport.codec import compose
from mudan.platforms.transport.codec.frame import Speech, encode
from mudan.platforms.transport.codec.message import decode_frame, fields_of
from mudan.platforms.transport.codec.position import encode_position
from mudan.platforms.transport.codec.stream import Cutter
from mudan.platforms.transport.connector import Terminals
from mudan.platforms.transport.connector.framer import TerminalFramer
from mudan.platforms.transport.connector.link import code_of
from mudan.platforms.transport.model import FIXED, Position
from mudan.platforms.transport.platform import WIRING
from mudan.primitives.clock import Clock, ManualClock, from_us

NOW_US = 1_795_393_815_000_000  # 2026-11-23T00:30:15Z
PHONE = "013912345678"
OLD = Speech(bytes.fromhex(PHONE), None)
NEW = Speech(bytes(4) + bytes.fromhex(PHONE), 1)


class Centre:
    """An intake that knows a few terminals and keeps what is committed."""

    def __init__(self, *known: str) -> None:
        self.time = ManualClock(from_us(NOW_US))
        self.clock: Clock = self.time
        self.secret = b"a secret of thirty-two bytes ..."
        self.keep_good = False
        self.committed: list[Batch] = []
        names = known or (PHONE,)
        self.devices = {
            phone: Device(number, f"urn:ngsi-ld:Vehicle:{phone}", phone, "Vehicle", 0, {})
            for number, phone in enumerate(names, 1)
        }

    def device(self, device: str) -> Device | None:
        """A known terminal."""
        return self.devices.get(device)

    def quantity(self, name: str) -> int:
        """The place of a quantity in the declaration."""
        return WIRING.quantities.index(name)

    async def commit(self, batch: Batch) -> None:
        """Keep it."""
        self.committed.append(batch)


class Bench:
    """A connector without network: pieces in, digests out."""

    def __init__(self, *known: str, **settings: str) -> None:
        self.centre = Centre(*known)
        self.terminals = Terminals(self.centre, settings, WIRING)
        self.written: list[bytes] = []

    def session(self, peer: str = "10.0.0.1:5000") -> Session:
        """A new peer; what is written to it outside a digest is in `written`."""
        return Session(peer, TerminalFramer(), self.centre.clock.monotonic_s(), write=self.written.append)

    def digest(self, session: Session, *frames: bytes) -> Any:
        """The digest of whole frames from one peer."""
        pieces = [piece for frame in frames for piece in session.framer.feed(frame)]
        return self.terminals.reception.digest([Item(session, piece, NOW_US) for piece in pieces])

    def login(self, session: Session, speech: Speech = OLD) -> Any:
        """Authenticate the peer with the right code."""
        code = code_of(self.centre.secret, speech.phone.hex()[-12:])
        body = compose.authentication(code, new=speech.version is not None)
        return self.digest(session, *encode(0x0102, body, speech, 1))


def replies(digest: Any) -> list[dict[str, Any]]:
    """The answers of a digest, decoded."""
    return heard(data for _, data in digest.replies)


def heard(chunks: Iterable[bytes]) -> list[dict[str, Any]]:
    """What a terminal would read."""
    return [fields_of(decode_frame(piece)) for chunk in chunks for piece in Cutter().feed(chunk)]


def position(**fields: Any) -> bytes:
    """The body of 0200 at a place in the county (示例)."""
    plain: dict[str, Any] = {
        "alarm": 0, "status": FIXED, "latitude": 30.3, "longitude": 107.3, "altitude_m": 400, "speed_kmh": 36.5,
        "direction_deg": 90, "time_bcd": "261123083015", "local_us": None, "items": (),
    }  # fmt: skip
    return encode_position(Position(**{**plain, **fields}))


def junk_in(pieces: Iterable[bytes | Junk]) -> list[Junk]:
    """The junk among pieces."""
    return [piece for piece in pieces if isinstance(piece, Junk)]
