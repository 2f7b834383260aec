"""Which transmission devices have been heard, where do they listen, and what stands on their parts?"""

from collections import OrderedDict, deque
from dataclasses import dataclass, field, replace
from typing import Final

from mudan.connect.platform import LinkChange
from mudan.connect.session import Session
from mudan.core.commands.model import Command
from mudan.core.entities.model import Device
from mudan.platforms.emergency.model.messages import Packet
from mudan.platforms.emergency.model.readings import Asked

MOST_TRANSMITTERS: Final = 20_000
MOST_PARTS: Final = 20_000  # of one transmitter
MOST_ORDERS: Final = 16
MOST_SEEN: Final = 256
Seen = tuple[int, bytes]


@dataclass(slots=True)
class Order:
    """A command under way: what was asked, under which serial, how often; `until_s` once a person has it."""

    command: Command
    asked: Asked
    tries: int = 0
    sent_s: float = 0.0
    serial: int = -1
    until_s: float = 0.0


@dataclass(slots=True)
class Transmitter:
    """One registered device. `parts` are the values that stand, by part and quantity."""

    device: Device
    session: Session
    last: Packet
    heard_s: float
    online: bool = False
    synced_s: float | None = None
    serial: int = -1
    orders: deque[Order] = field(default_factory=deque)
    checks: list[Order] = field(default_factory=list)
    parts: dict[str, dict[str, float]] = field(default_factory=dict)
    told: dict[str, float] = field(default_factory=dict)
    linked: set[int] = field(default_factory=set)  # entities of parts: connected as long as the device is
    seen: OrderedDict[Seen, None] = field(default_factory=OrderedDict)
    fresh: list[Seen] = field(default_factory=list)  # of the batch under way: not yet durable

    def links(self, at_us: int, *, online: bool) -> list[LinkChange]:
        """The device and its parts came on line or went off."""
        return [
            LinkChange(entity, online=online, at_us=at_us)
            for entity in (self.device.key, *sorted(self.linked))
        ]

    def next_serial(self) -> int:
        """The number of the next packet the centre begins."""
        self.serial = (self.serial + 1) & 0xFFFF
        return self.serial

    def down(self, asked: Asked, serial: int) -> Packet:
        """A packet to the device, in the versions it speaks; its time tag is set when it is packed."""
        last = self.last
        return replace(
            last,
            serial=serial,
            source=last.target,
            target=last.source,
            command=asked.command,
            body=asked.body,
            application=None,
        )


class Transmitters:
    """All devices heard, by address. A device moves to where it last spoke."""

    def __init__(self) -> None:
        self._all: OrderedDict[str, Transmitter] = OrderedDict()
        self._by_entity: dict[int, Transmitter] = {}
        self._closed: list[Session] = []
        self.busy: set[str] = set()
        self._unsettled: list[Transmitter] = []

    def __len__(self) -> int:
        return len(self._all)

    @property
    def online(self) -> int:
        """How many are on line."""
        return sum(1 for one in self._all.values() if one.online)

    def at(self, address: str) -> Transmitter | None:
        """The device of that address, if it was ever heard."""
        return self._all.get(address)

    def of_entity(self, entity: int) -> Transmitter | None:
        """The device of that entity, if it was ever heard."""
        return self._by_entity.get(entity)

    def heard(
        self, packet: Packet, device: Device, session: Session, now_s: float
    ) -> tuple[Transmitter, bool]:
        """Take note of a packet; the device, and whether it has just come on line or opened a new connection."""
        one = self._all.get(packet.device)
        if one is None:
            one = self._all[packet.device] = Transmitter(device, session, packet, now_s)
            self._make_room()
        self._all.move_to_end(packet.device)
        self._by_entity[device.key] = one
        one.device, one.last, one.heard_s = device, packet, now_s
        if session.closed:
            return one, False
        if one.session is not session:
            one.session, one.serial, one.synced_s = session, -1, None  # numbers start anew with a connection
        session.state = session.state or set()
        session.state.add(packet.device)
        came, one.online = not one.online, True
        return one, came

    def closed(self, session: Session) -> None:
        """Remember that a connection has ended, for the next `gone`."""
        self._closed.append(session)

    def gone(self, at_us: int) -> list[LinkChange]:
        """The devices that went off line with their connections."""
        changes: list[LinkChange] = []
        for session in self._closed:
            for address in session.state or ():
                one = self._all.get(address)
                if one is not None and one.session is session and one.online:
                    one.online = False
                    changes += one.links(at_us, online=False)
        self._closed.clear()
        return changes

    def silent(self, now_s: float, after_s: float, at_us: int) -> list[LinkChange]:
        """The devices not heard for so long; they are off line from now on."""
        changes: list[LinkChange] = []
        for one in self._all.values():
            if now_s - one.heard_s <= after_s:
                break  # the table is in the order of hearing
            if one.online:
                one.online = False
                changes += one.links(at_us, online=False)
        return changes

    def seen(self, one: Transmitter, packet: Packet) -> bool:
        """Whether this very packet came before (same source, serial and time); a new one is remembered."""
        key = (packet.serial, packet.time.raw)
        if key in one.seen:
            return True
        one.seen[key] = None
        one.fresh.append(key)
        self._unsettled.append(one)
        while len(one.seen) > MOST_SEEN:
            one.seen.popitem(last=False)
        return False

    def settle(self, *, durable: bool) -> None:
        """The batch before this one was recorded, or not: what is not durable is no repeat when it comes again."""
        for one in self._unsettled:
            if not durable:
                for key in one.fresh:
                    one.seen.pop(key, None)
            one.fresh.clear()
        self._unsettled.clear()

    def _make_room(self) -> None:
        while len(self._all) > MOST_TRANSMITTERS:
            address, one = self._all.popitem(last=False)
            self._by_entity.pop(one.device.key, None)
            self.busy.discard(address)
