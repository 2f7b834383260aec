"""How does a command reach a device, and what proves it? Sent, repeated, matched by serial, given up."""

from typing import Any, Final, NamedTuple

from mudan.connect.session import Session
from mudan.core.commands.model import Command, CommandState, Receipt
from mudan.platforms.emergency.codec import described_application, packed
from mudan.platforms.emergency.connector.settings import Settings
from mudan.platforms.emergency.connector.transmitters import MOST_ORDERS, Order, Transmitter, Transmitters
from mudan.platforms.emergency.connector.wiring import Wiring
from mudan.platforms.emergency.model import words
from mudan.platforms.emergency.model.messages import Packet
from mudan.primitives.clock import Clock, to_us
from mudan.primitives.errors import Invalid

_ANSWERED: Final = "answered"


class Due(NamedTuple):
    """What a look at the clock brought: receipts, packets to send, and entities whose post check was missed."""

    receipts: list[Receipt]
    packets: list[tuple[Session, bytes]]
    missed: list[int]


class Orders:
    """The commands under way, one at a time for each device; post checks wait for a person beside them."""

    def __init__(self, transmitters: Transmitters, settings: Settings, clock: Clock, wiring: Wiring) -> None:
        self._transmitters = transmitters
        self._settings = settings
        self._clock = clock
        self._wiring = wiring
        self._receipts: list[Receipt] = []

    def taken(self, command: Command) -> bool:
        """Take a command on; False when its device is not on line or has too many waiting."""
        one = self._transmitters.of_entity(command.entity)
        if one is None or not one.online or one.session.closed:
            return False
        if any(order.command.id == command.id for order in (*one.orders, *one.checks)):
            return True
        if len(one.orders) >= MOST_ORDERS:
            return False
        try:
            asked = self._wiring.build(command.kind, command.payload, self._clock.now())
        except Invalid as error:
            self._close(command, CommandState.FAILED, error.reason)
            return True
        one.orders.append(Order(command, asked))
        self._transmitters.busy.add(one.last.device)
        return True

    def due(self) -> Due:
        """Receipts learned since the last call, packets to send now, and post checks that ran out."""
        packets: list[tuple[Session, bytes]] = []
        missed: list[int] = []
        for address in list(self._transmitters.busy):
            one = self._transmitters.at(address)
            if one is not None:
                packets += self._to_send(one)
                missed += self._run_out(one)
            if one is None or not (one.orders or one.checks):
                self._transmitters.busy.discard(address)
        receipts, self._receipts = self._receipts, []
        return Due(receipts, packets, missed)

    def _to_send(self, one: Transmitter) -> list[tuple[Session, bytes]]:
        now, now_s = self._clock.now(), self._clock.monotonic_s()
        while one.orders:
            order = one.orders[0]
            waiting = order.tries and now_s - order.sent_s < self._settings.timeout_s
            if waiting or not one.online or one.session.closed:
                break
            if order.command.expires_at <= now:
                one.orders.popleft()  # the centre has expired it by itself
            elif order.tries >= self._settings.attempts:
                one.orders.popleft()
                self._close(order.command, CommandState.FAILED, f"no answer to {order.tries} tries")
            else:
                order.tries += 1
                order.sent_s = now_s
                if order.serial < 0:
                    order.serial = one.next_serial()
                return [(one.session, packed(one.down(order.asked, order.serial), now))]
        return []

    def _run_out(self, one: Transmitter) -> list[int]:
        now_s = self._clock.monotonic_s()
        late = [order for order in one.checks if now_s >= order.until_s]
        for order in late:
            one.checks.remove(order)
            self._close(
                order.command, CommandState.FAILED, f"nobody answered within {order.asked.minutes} minutes"
            )
        return [one.device.key for _ in late]

    def confirmed(self, one: Transmitter, packet: Packet) -> None:
        """A confirmation or a denial came up; the receipt follows with `due`."""
        order = self._under_way(one, packet)
        if order is None:
            return
        if packet.command == words.Command.DENY:
            one.orders.popleft()
            self._close(order.command, CommandState.FAILED, "denied by the device")
        elif order.asked.minutes:
            one.orders.popleft()
            order.until_s = self._clock.monotonic_s() + 60.0 * order.asked.minutes
            one.checks.append(order)
        elif order.asked.answer is None:
            one.orders.popleft()
            self._close(order.command, CommandState.DELIVERED)

    def answered(self, one: Transmitter, packet: Packet) -> None:
        """An answer (command 5) came up."""
        order = self._under_way(one, packet)
        application = packet.application
        if order is None or application is None or application.type != order.asked.answer:
            return
        one.orders.popleft()
        self._close(order.command, CommandState.DELIVERED, "", described_application(application))

    def pressed(self, one: Transmitter, packet: Packet) -> None:
        """The person at the post has answered (type 24, bit 5): every check that waits is answered."""
        application = packet.application
        if application is None or application.type != words.DEVICE_OPERATION:
            return
        operators = [item.operator for item in application.items if (item.state or 0) & words.ANSWERED]
        for order in one.checks if operators else ():
            self._close(
                order.command, CommandState.DELIVERED, "", {_ANSWERED: True, "operator": operators[0]}
            )
        if operators:
            one.checks.clear()

    def waiting(self) -> int:
        """Commands taken and not closed."""
        found = (self._transmitters.at(address) for address in self._transmitters.busy)
        return sum(len(one.orders) + len(one.checks) for one in found if one is not None)

    def _under_way(self, one: Transmitter, packet: Packet) -> Order | None:
        order = one.orders[0] if one.orders else None
        return order if order is not None and order.tries and order.serial == packet.serial else None

    def _close(
        self, command: Command, state: CommandState, reason: str = "", detail: dict[str, Any] | None = None
    ) -> None:
        self._receipts.append(Receipt(command.id, state, to_us(self._clock.now()), reason, detail or {}))
