"""What does the centre offer the connector in these tests? A clock that stands still, and two stations."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from mudan.connect.lane import Digest, Item
from mudan.connect.platform import Batch
from mudan.connect.session import Session
from mudan.core.entities.model import Device
from mudan.platforms.water.commands import build
from mudan.platforms.water.connector import WaterConnector, WaterFramer
from mudan.platforms.water.model.elements import QUANTITIES
from mudan.platforms.water.model.words import ENTITY_TYPE, station_urn
from mudan.platforms.water.observations import readings
from mudan.primitives.clock import Clock, ManualClock, to_us

STATION: Final = "0051170203"
OTHER: Final = "0051170299"
START: Final = datetime(2025, 7, 19, 1, 0, 30, tzinfo=UTC)
NAMES: Final = [quantity.name for quantity in QUANTITIES]


@dataclass
class Centre:
    """An intake from memory and one connector before it."""

    settings: dict[str, Any] = field(default_factory=dict)
    secret: bytes = b""
    keep_good: bool = True
    manual: ManualClock = field(default_factory=lambda: ManualClock(START))
    given: dict[str, str] = field(default_factory=dict)
    written: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock: Clock = self.manual
        self.connector = WaterConnector(self, self.given, observe=readings, build=build)

    def device(self, device: str) -> Device | None:
        """Two stations are registered, with the keys 1 and 2."""
        if device not in {STATION, OTHER}:
            return None
        key = 1 if device == STATION else 2
        return Device(key, station_urn(device), device, ENTITY_TYPE, 0, self.settings)

    def quantity(self, name: str) -> int:
        """The place of the quantity in the declaration."""
        return NAMES.index(name)

    async def commit(self, batch: Batch) -> None:
        """Never called: these tests digest by hand."""
        raise AssertionError(batch)

    def session(self, peer: str = "10.0.0.1:4000") -> Session:
        """A peer whose received bytes are kept in `written`."""
        return Session(peer, WaterFramer(), self.clock.monotonic_s(), write=self.written.append)

    def hear(self, session: Session, *frames: bytes) -> Digest:
        """Digest frames of one peer, as the lane does."""
        now_us = to_us(self.clock.now())
        pieces = session.framer.feed(b"".join(frames))
        return self.connector.digest([Item(session, piece, now_us) for piece in pieces])
