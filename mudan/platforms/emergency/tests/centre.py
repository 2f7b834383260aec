"""What does the centre offer the connector in these tests? A clock that stands still, a device and areas."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from mudan.connect.lane import Digest, Item
from mudan.connect.platform import Batch
from mudan.connect.session import Session
from mudan.core.entities.model import Device
from mudan.core.observations.model import Quality
from mudan.platforms.emergency.codec import packed, packet_of
from mudan.platforms.emergency.codec.times import moment_of, six_bytes
from mudan.platforms.emergency.commands import build, clock_set
from mudan.platforms.emergency.connector import EmergencyConnector, EmergencyFramer, Wiring
from mudan.platforms.emergency.connector.sources import NEWS
from mudan.platforms.emergency.model.messages import Packet
from mudan.platforms.emergency.model.quantities import QUANTITIES
from mudan.platforms.emergency.model.words import COMPONENT, TRANSMITTER, WARNING_AREA, Command
from mudan.platforms.emergency.observations import changes, warned
from mudan.primitives.clock import Clock, ManualClock, to_us

DEVICE: Final = 42
START: Final = datetime(2026, 11, 23, 0, 0, 30, tzinfo=UTC)
NAMES: Final = [quantity.name for quantity in QUANTITIES]
WIRING: Final = Wiring(changes, warned, build, clock_set)
TOWNS: Final = {"500231106": ["高安", 107.46, 30.29], "500231113": ["砚台", 107.32, 30.15]}
COUNTY: Final = {"name": "垫江县", "towns": TOWNS}
# Registered: the device, one of its components, the county and two towns.
DEVICES: Final = {
    "42": Device(1, "urn:device", "42", TRANSMITTER, 0, {}),
    "42-1-1-7": Device(2, "urn:part", "42-1-1-7", COMPONENT, 0, {}),
    "area-500231": Device(10, "urn:county", "area-500231", WARNING_AREA, 0, COUNTY),
    "area-500231106": Device(11, "urn:gaoan", "area-500231106", WARNING_AREA, 0, {}),
    "area-500231113": Device(12, "urn:yantai", "area-500231113", WARNING_AREA, 0, {}),
}


@dataclass
class Centre:
    """An intake from memory and one connector before it."""

    given: dict[str, str] = field(default_factory=lambda: {"sync": "0"})
    settings: dict[str, Any] = field(default_factory=dict)
    secret: bytes = b""
    keep_good: bool = True
    failing: bool = False
    manual: ManualClock = field(default_factory=lambda: ManualClock(START))
    written: list[bytes] = field(default_factory=list)
    committed: list[Batch] = field(default_factory=list)
    serial: int = -1

    def __post_init__(self) -> None:
        self.clock: Clock = self.manual
        self.connector = EmergencyConnector(self, self.given, WIRING)

    def device(self, device: str) -> Device | None:
        """The devices above; those of the transmitter carry the settings of the test."""
        found = DEVICES.get(device)
        if found is not None and device == "42":
            return Device(found.key, found.urn, found.device, found.type, 0, self.settings)
        return found

    def quantity(self, name: str) -> int:
        """The place of the quantity in the declaration."""
        return NAMES.index(name)

    async def commit(self, batch: Batch) -> None:
        """Keep a batch, or fail as told."""
        if self.failing:
            raise ValueError("this batch cannot be recorded")
        self.committed.append(batch)

    def session(self, peer: str = "10.0.0.1:4000") -> Session:
        """A peer whose received bytes are kept in `written`."""
        return Session(peer, EmergencyFramer(), self.clock.monotonic_s(), write=self.written.append)

    def hear(self, session: Session, *frames: bytes) -> Digest:
        """Digest frames of one peer, as the lane does."""
        pieces = session.framer.feed(b"".join(frames))
        return self.connector.digest([Item(session, piece, to_us(self.clock.now())) for piece in pieces])

    def read(self, document: bytes) -> Digest:
        """Digest a document of warnings."""
        session = self.session("feed")
        session.device = NEWS
        return self.connector.digest([Item(session, document, to_us(self.clock.now()))])

    def sent(
        self,
        body: str,
        *,
        command: Command = Command.SEND,
        serial: int | None = None,
        at: datetime | None = None,
    ) -> bytes:
        """A packet of the device; application data in hexadecimal."""
        self.serial = self.serial + 1 if serial is None else serial
        time = six_bytes(at or self.clock.now())
        return packed(Packet(self.serial, 1, 1, moment_of(time), DEVICE, 1, command, bytes.fromhex(body)))


async def until(true: Callable[[], bool], within_s: float = 10.0) -> None:
    """Wait until something is true. Raises TimeoutError."""
    async with asyncio.timeout(within_s):
        while not true():  # noqa: ASYNC110 - the other side is a socket or a file, no event of ours
            await asyncio.sleep(0.02)


def values(digest: Digest, *, tested: bool = False) -> dict[tuple[int, str], float]:
    """What a digest records, by entity and quantity; tests only where asked for."""
    columns = digest.batch.columns
    rows = zip(columns.entity, columns.quantity, columns.value, columns.quality, strict=True)
    return {
        (int(entity), NAMES[quantity]): float(value)
        for entity, quantity, value, quality in rows
        if bool(quality & Quality.TEST) is tested
    }


def answers(digest: Digest) -> list[Packet]:
    """The packets that go down."""
    return [packet_of(data) for _, data in digest.replies]


def component(number: int, state: int) -> str:
    """Application data: one smoke detector in a state, without time tag."""
    return "0201010128" + number.to_bytes(4, "little").hex() + state.to_bytes(2, "little").hex() + "00" * 31
