"""Which stations are on line, over which session, and what is under way with each?"""

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import Final

from mudan.connect.platform import LinkChange
from mudan.connect.session import Session
from mudan.core.commands.model import Command
from mudan.core.entities.model import Device
from mudan.platforms.water.model.words import Frame

MOST_STATIONS: Final = 50_000
MOST_ORDERS: Final = 16


@dataclass(slots=True)
class Order:
    """A command under way: the function that answers it and the bytes after serial and time."""

    command: Command
    func: int
    rest: bytes
    tries: int = 0
    sent_s: float = 0.0


@dataclass(slots=True)
class Station:
    """One registered station. `last` is its last frame: how it writes, and under which password."""

    device: Device
    session: Session
    last: Frame
    heard_s: float
    online: bool = True
    orders: deque[Order] = field(default_factory=deque)


class Stations:
    """All stations heard, by address. A connection may carry many; a station moves to where it last spoke."""

    def __init__(self) -> None:
        self._all: OrderedDict[str, Station] = OrderedDict()
        self._by_entity: dict[int, Station] = {}
        self._closed: list[Session] = []
        self.busy: set[str] = set()

    def __len__(self) -> int:
        return len(self._all)

    @property
    def online(self) -> int:
        """How many are on line."""
        return sum(1 for station in self._all.values() if station.online)

    def at(self, address: str) -> Station | None:
        """The station of that address, if it was ever heard."""
        return self._all.get(address)

    def of_entity(self, entity: int) -> Station | None:
        """The station of that entity, if it was ever heard."""
        return self._by_entity.get(entity)

    def heard(self, frame: Frame, device: Device, session: Session, now_s: float) -> tuple[Station, bool]:
        """Take note of a frame; the station, and whether it has just come on line."""
        station = self._all.get(frame.station)
        if station is None:
            station = self._all[frame.station] = Station(device, session, frame, now_s, online=False)
            self._make_room()
        self._all.move_to_end(frame.station)
        self._by_entity[device.key] = station
        station.device, station.last, station.heard_s = device, frame, now_s
        if session.closed:
            return station, False
        station.session = session
        if session.state is None:
            session.state = set[str]()
        session.state.add(frame.station)
        came, station.online = not station.online, True
        return station, came

    def closed(self, session: Session) -> None:
        """Remember that a connection has ended, for the next `gone`."""
        self._closed.append(session)

    def gone(self, at_us: int) -> list[LinkChange]:
        """The stations that went off line with their connections."""
        changes = []
        for session in self._closed:
            for address in session.state or ():
                station = self._all.get(address)
                if station is not None and station.session is session and station.online:
                    station.online = False
                    changes.append(LinkChange(station.device.key, online=False, at_us=at_us))
        self._closed.clear()
        return changes

    def silent(self, now_s: float, after_s: float, at_us: int) -> list[LinkChange]:
        """The stations not heard for so long; they are off line from now on."""
        changes = []
        for station in self._all.values():
            if now_s - station.heard_s <= after_s:
                break  # the table is in the order of hearing
            if station.online:
                station.online = False
                changes.append(LinkChange(station.device.key, online=False, at_us=at_us))
        return changes

    def _make_room(self) -> None:
        while len(self._all) > MOST_STATIONS:
            address, station = self._all.popitem(last=False)
            self._by_entity.pop(station.device.key, None)
            self.busy.discard(address)
