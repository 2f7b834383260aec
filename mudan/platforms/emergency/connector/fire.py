"""What becomes of a packet? Rows to commit, then the confirmation or denial that its sender waits for."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from mudan.connect.lane import Digest, Item, bad_frame
from mudan.connect.platform import Intake, LinkChange
from mudan.connect.session import Junk
from mudan.core.entities.model import Device
from mudan.core.frames.model import Frame, Verdict
from mudan.core.observations.model import ColumnsBuilder
from mudan.platforms.emergency.codec import packed, packet_of
from mudan.platforms.emergency.codec.packet import HEAD, SHORTEST, START
from mudan.platforms.emergency.codec.times import moment_of
from mudan.platforms.emergency.connector.orders import Orders
from mudan.platforms.emergency.connector.settings import Settings
from mudan.platforms.emergency.connector.standing import told
from mudan.platforms.emergency.connector.transmitters import Transmitter, Transmitters
from mudan.platforms.emergency.connector.wiring import Wiring
from mudan.platforms.emergency.model import words
from mudan.platforms.emergency.model.messages import Packet
from mudan.platforms.emergency.model.readings import Change
from mudan.primitives.clock import from_us, to_us
from mudan.primitives.errors import DecodeError

CLOCK_BELIEVED: Final = timedelta(minutes=10)
SYNC_OFF_S: Final = 30.0
SYNC_AGAIN_S: Final = 3_600.0
_CONFIRMED: Final = frozenset((words.Command.CONTROL, words.Command.SEND))


class FireDesk:
    """Takes packets one by one into a digest; needs no network."""

    def __init__(
        self, intake: Intake, settings: Settings, transmitters: Transmitters, orders: Orders, wiring: Wiring
    ) -> None:
        self._intake = intake
        self._settings = settings
        self._transmitters = transmitters
        self._orders = orders
        self._wiring = wiring
        self._quantities: dict[str, int] = {}
        self.repeats = 0

    def take(self, item: Item, whole: Digest, rows: ColumnsBuilder) -> None:
        """One piece of a stream or datagram."""
        piece = item.piece
        if isinstance(piece, Junk):
            self._refuse(
                item, piece.raw, DecodeError(piece.reason, offset=piece.offset, clause=piece.clause), whole
            )
            return
        try:
            packet = packet_of(piece)
        except DecodeError as error:
            self._refuse(item, piece, error, whole)
            return
        device = self._intake.device(packet.device)
        if device is None:
            whole.batch.frames.append(
                _kept(item, packet, None, Verdict.UNKNOWN_DEVICE, "no such device is registered")
            )
            return
        one, came = self._transmitters.heard(packet, device, item.session, self._intake.clock.monotonic_s())
        if came:
            whole.batch.links += one.links(item.received_us, online=True)
        self._understood(item, packet, one, whole, rows)
        self._mind_the_clock(item, packet, one, whole, rows)

    def missed(self, entity: int, rows: ColumnsBuilder) -> None:
        """A post check ran out: an observation, so that a rule can raise an alarm on it."""
        now_us = to_us(self._intake.clock.now())
        rows.add(entity, self._quantity("post_check_missed"), 1.0, now_us, now_us)

    def _understood(
        self, item: Item, packet: Packet, one: Transmitter, whole: Digest, rows: ColumnsBuilder
    ) -> None:
        command = packet.command
        if command in {words.Command.CONFIRM, words.Command.DENY}:
            self._orders.confirmed(one, packet)
        elif command == words.Command.REQUEST or _downward(packet):
            whole.batch.frames.append(_kept(item, packet, one.device, Verdict.REFUSED, "a downlink came up"))
            self._reply(item, packet, words.Command.DENY, whole)
            return
        elif command == words.Command.ANSWER:
            self._orders.answered(one, packet)
            self._read(packet, one, item.received_us, whole, rows)
        else:
            repeated = self._transmitters.seen(one, packet)
            self._reply(item, packet, words.Command.CONFIRM, whole)
            if repeated:
                self.repeats += 1
                return
            self._orders.pressed(one, packet)
            self._read(packet, one, item.received_us, whole, rows)
        fault = packet.application.fault if packet.application else ""
        verdict = Verdict.BAD if fault else Verdict.GOOD
        whole.batch.frames.append(_kept(item, packet, one.device, verdict, fault))

    def _read(
        self, packet: Packet, one: Transmitter, received_us: int, whole: Digest, rows: ColumnsBuilder
    ) -> None:
        trust = bool(one.device.settings.get("trust_test_bit"))
        for change in self._wiring.observe(packet, trust_test_bit=trust):
            part = self._intake.device(change.part.id)
            if part is not None and part.key not in {one.device.key, *one.linked}:
                one.linked.add(part.key)
                whole.batch.links.append(LinkChange(part.key, online=True, at_us=received_us))
            observed_us = self._observed_us(change, packet, one, received_us)
            for value in told(one, change, self._intake.device):
                quantity = self._quantity(value.quantity)
                rows.add(value.entity, quantity, value.value, observed_us, received_us, int(value.quality))

    def _observed_us(self, change: Change, packet: Packet, one: Transmitter, received_us: int) -> int:
        """The device's own time where it can be believed: an alarm must not be lost to a clock that is wrong."""
        at = change.at or packet.time.at
        received = from_us(received_us)
        if at is None or one.device.settings.get("time") == "received" or abs(at - received) > CLOCK_BELIEVED:
            return received_us
        return min(to_us(at), received_us)

    def _mind_the_clock(
        self, item: Item, packet: Packet, one: Transmitter, whole: Digest, rows: ColumnsBuilder
    ) -> None:
        """Set a device's clock when it opens a connection, and when it has gone wrong since."""
        now_s = self._intake.clock.monotonic_s()
        if item.session.closed or one.session is not item.session:
            return
        at = packet.time.at
        off_s = None if at is None else (at - from_us(item.received_us)).total_seconds()
        wrong = off_s is None or abs(off_s) > SYNC_OFF_S
        if one.synced_s is not None and (not wrong or now_s - one.synced_s < SYNC_AGAIN_S):
            return
        one.synced_s = now_s
        if off_s is not None and abs(off_s) <= 86_400:
            us = item.received_us
            rows.add(one.device.key, self._quantity("clock_offset"), round(off_s), us, us)
        if self._settings.sync:
            now = self._intake.clock.now()
            asked = self._wiring.clock_set(now)
            whole.replies.append((item.session, packed(one.down(asked, one.next_serial()), now)))

    def _refuse(self, item: Item, raw: bytes, error: DecodeError, whole: Digest) -> None:
        """Keep what is broken; deny it where it says who sent it."""
        device = ""
        if raw.startswith(START) and len(raw) >= SHORTEST and raw.endswith(b"##"):
            head = _head(raw)
            device = head.device
            if self._intake.device(device) is not None and head.command not in {3, 6}:
                self._reply(item, head, words.Command.DENY, whole)
        whole.batch.frames.append(
            bad_frame(item, error.reason, offset=error.offset, clause=error.clause, device=device)
        )

    def _reply(self, item: Item, packet: Packet, command: words.Command, whole: Digest) -> None:
        answer = replace(
            packet, source=packet.target, target=packet.source, command=command, body=b"", application=None
        )
        whole.replies.append((item.session, packed(answer, self._intake.clock.now())))

    def _quantity(self, name: str) -> int:
        id_ = self._quantities.get(name)
        if id_ is None:
            id_ = self._quantities[name] = self._intake.quantity(name)
        return id_


def _downward(packet: Packet) -> bool:
    return (
        packet.command in _CONFIRMED
        and packet.application is not None
        and packet.application.type in words.DOWN_TYPES
    )


def _head(raw: bytes) -> Packet:
    """The head of a packet whose rest cannot be trusted."""
    return Packet(
        int.from_bytes(raw[2:4], "little"),
        raw[4],
        raw[5],
        moment_of(raw[6:12]),
        int.from_bytes(raw[12:18], "little"),
        int.from_bytes(raw[18:24], "little"),
        raw[HEAD - 1],
    )


def _kept(item: Item, packet: Packet, device: Device | None, verdict: Verdict, reason: str) -> Frame:
    raw = item.piece.raw if isinstance(item.piece, Junk) else item.piece
    return Frame(
        raw=raw,
        received_us=item.received_us,
        peer=item.session.peer,
        verdict=verdict,
        device=packet.device,
        entity=None if device is None else device.key,
        reason=reason,
    )
