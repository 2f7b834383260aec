"""How does a command reach a station, and which answer proves it? Sent, repeated, matched, given up."""

from collections.abc import Callable, Mapping
from typing import Any

from mudan.connect.session import Session
from mudan.core.commands.model import Command, CommandState, Receipt
from mudan.platforms.water.codec import described, packed
from mudan.platforms.water.codec.build import head
from mudan.platforms.water.connector.settings import Settings
from mudan.platforms.water.connector.stations import MOST_ORDERS, Order, Station, Stations
from mudan.platforms.water.model.words import ENQ, Frame, Message, digits_of
from mudan.primitives.clock import Clock, to_us
from mudan.primitives.errors import Invalid

Build = Callable[[str, Mapping[str, Any]], tuple[int, bytes]]
_SECRET = ("password", "old_password", "new_password", "passwords")


class Orders:
    """The commands under way, one at a time for each station (M4: the centre asks, the station answers)."""

    def __init__(self, stations: Stations, settings: Settings, clock: Clock, build: Build) -> None:
        self._stations = stations
        self._settings = settings
        self._clock = clock
        self._build = build
        self._receipts: list[Receipt] = []

    def taken(self, command: Command) -> bool:
        """Take a command on; False when its station is not on line or has too many waiting."""
        station = self._stations.of_entity(command.entity)
        if station is None or not station.online or station.session.closed:
            return False
        if any(order.command.id == command.id for order in station.orders):
            return True
        if len(station.orders) >= MOST_ORDERS:
            return False
        try:
            func, rest = self._build(command.kind, command.payload)
            if rest and station.last.ascii:
                raise Invalid("this command is not written for stations that speak ASCII")
        except Invalid as error:
            self._close(command, CommandState.FAILED, error.reason)
            return True
        station.orders.append(Order(command, func, rest))
        self._stations.busy.add(station.last.station)
        return True

    def due(self) -> tuple[list[Receipt], list[tuple[Session, bytes]]]:
        """Receipts learned since the last call, and frames to send now: first tries and repeats."""
        frames: list[tuple[Session, bytes]] = []
        now, now_s = self._clock.now(), self._clock.monotonic_s()
        for address in list(self._stations.busy):
            station = self._stations.at(address)
            while station is not None and station.orders:
                order = station.orders[0]
                waiting = order.tries and now_s - order.sent_s < self._settings.timeout_s
                if waiting or not station.online or station.session.closed:
                    break
                if order.command.expires_at <= now:
                    station.orders.popleft()  # the centre has expired it by itself
                elif order.tries >= self._settings.attempts:
                    station.orders.popleft()
                    self._close(order.command, CommandState.FAILED, f"no answer to {order.tries} tries")
                else:
                    order.tries += 1
                    order.sent_s = now_s
                    frames.append((station.session, self._frame(station, order)))
            if station is None or not station.orders:
                self._stations.busy.discard(address)
        receipts, self._receipts = self._receipts, []
        return receipts, frames

    def answered(self, station: Station, message: Message) -> bool:
        """Whether an uplink answers the command under way; the receipt follows with `due`."""
        if not station.orders or not station.orders[0].tries:
            return False
        order = station.orders[0]
        if order.func != message.frame.func:
            return False
        station.orders.popleft()
        told = {name: value for name, value in described(message).items() if name not in _SECRET}
        self._close(order.command, CommandState.DELIVERED, "", told)
        return True

    def waiting(self) -> int:
        """Commands taken and not closed."""
        stations = (self._stations.at(address) for address in self._stations.busy)
        return sum(len(station.orders) for station in stations if station is not None)

    def _frame(self, station: Station, order: Order) -> bytes:
        last = station.last
        time = digits_of(self._clock.now())
        # A frame the centre begins has serial 0; for 4A its send time is the new time.
        body = f"0000{time}".encode("ascii") if last.ascii else head(0, time) + order.rest
        return packed(
            Frame(
                up=False,
                center=last.center,
                station=last.station,
                password=last.password,
                func=order.func,
                end=ENQ,
                body=body,
                ascii=last.ascii,
            )
        )

    def _close(
        self, command: Command, state: CommandState, reason: str, detail: dict[str, Any] | None = None
    ) -> None:
        self._receipts.append(Receipt(command.id, state, to_us(self._clock.now()), reason, detail or {}))
