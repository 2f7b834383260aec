"""What becomes of the frames of one batch? Rows to commit, then confirmations (M1 to M4)."""

from collections.abc import Iterable
from typing import Final, Protocol

from mudan.connect.lane import Digest, Item, bad_frame
from mudan.connect.platform import Intake, LinkChange
from mudan.connect.session import Junk
from mudan.core.entities.model import Device
from mudan.core.frames.model import Frame as KeptFrame
from mudan.core.frames.model import Verdict
from mudan.core.observations.model import ColumnsBuilder, Reading
from mudan.platforms.water.codec import message_of, packed, unpacked
from mudan.platforms.water.codec.build import answer_to
from mudan.platforms.water.connector.assembly import Assembly
from mudan.platforms.water.connector.orders import Orders
from mudan.platforms.water.connector.settings import Settings
from mudan.platforms.water.connector.stations import Station, Stations
from mudan.platforms.water.model import words
from mudan.platforms.water.model.words import Frame, Message, digits_of
from mudan.primitives.clock import to_us
from mudan.primitives.errors import DecodeError

SWEEP_S: Final = 5.0


class Observe(Protocol):
    """The readings of a message (`observations.readings`)."""

    def __call__(self, message: Message, *, series_end: bool) -> Iterable[Reading]: ...


class Digester:
    """Turns items into a digest; needs no network. Called with no items it looks after time-outs."""

    def __init__(
        self, intake: Intake, settings: Settings, stations: Stations, orders: Orders, observe: Observe
    ) -> None:
        self._intake = intake
        self._settings = settings
        self._stations = stations
        self._orders = orders
        self._observe = observe
        self._quantities: dict[str, int] = {}
        self._swept_s = 0.0
        self.assembly = Assembly(settings.packets_s)
        self.expired = 0

    def digest(self, items: list[Item]) -> Digest:
        """What some items come to: the batch to commit and the replies to write after it."""
        whole = Digest()
        rows = ColumnsBuilder()
        for item in items:
            try:
                self._take(item, whole, rows)
            except DecodeError as error:
                whole.batch.frames.append(
                    bad_frame(item, error.reason, offset=error.offset, clause=error.clause)
                )
        whole.batch.columns = rows.built()
        self._look_around(whole)
        return whole

    def _take(self, item: Item, whole: Digest, rows: ColumnsBuilder) -> None:
        piece = item.piece
        if isinstance(piece, Junk):
            raise DecodeError(piece.reason, offset=piece.offset, clause=piece.clause)
        frame = unpacked(piece)
        device = self._intake.device(frame.station)
        verdict, reason = _admitted(frame, device)
        if device is None or verdict is not Verdict.GOOD:
            whole.batch.frames.append(_kept(item, frame, device, verdict, reason))
            return
        station, came = self._stations.heard(frame, device, item.session, self._intake.clock.monotonic_s())
        if came:
            whole.batch.links.append(LinkChange(device.key, online=True, at_us=item.received_us))
        try:
            self._understand(item, frame, station, whole, rows)
        except DecodeError as error:
            whole.batch.frames.append(
                bad_frame(item, error.reason, offset=error.offset, clause=error.clause, device=frame.station)
            )
            return
        whole.batch.frames.append(_kept(item, frame, device, Verdict.GOOD, ""))

    def _understand(
        self, item: Item, frame: Frame, station: Station, whole: Digest, rows: ColumnsBuilder
    ) -> None:
        if frame.total is None:
            message = message_of(frame)
        else:
            body = self.assembly.add(frame, self._intake.clock.monotonic_s())
            if body is None:
                missing = self.assembly.missing(frame) if frame.end == words.ETX else None
                if missing is not None:
                    serial = self.assembly.serial(frame)
                    self._reply(item, whole, frame, words.NAK, serial, missing)
                return
            message = message_of(frame, body)
        self._read(message, station.device, item.received_us, rows)
        asked = self._orders.answered(station, message)
        if frame.func == words.HEARTBEAT and not station.device.settings.get("heartbeat_ack"):
            return
        end = self._end(frame, item, station.device, asked=asked)
        self._reply(item, whole, frame, end, message.serial or 0, None)

    def _read(self, message: Message, device: Device, received_us: int, rows: ColumnsBuilder) -> None:
        series_end = device.settings.get("series_time") == "end"
        entities = {device.urn: device.key}
        for group in message.groups:
            # One report may carry several stations (a relay's); strangers among them are left out.
            if group.station and group.station != message.frame.station:
                other = self._intake.device(group.station)
                if other is not None:
                    entities[words.station_urn(group.station)] = other.key
        entities[words.station_urn(message.frame.station)] = device.key
        for reading in self._observe(message, series_end=series_end):
            key = entities.get(reading.entity)
            if key is not None:
                quantity = self._quantity(reading.quantity)
                observed_us = to_us(reading.observed_at)
                rows.add(key, quantity, reading.value, observed_us, received_us, int(reading.quality))

    def _quantity(self, name: str) -> int:
        id_ = self._quantities.get(name)
        if id_ is None:
            id_ = self._quantities[name] = self._intake.quantity(name)
        return id_

    def _end(self, frame: Frame, item: Item, device: Device, *, asked: bool) -> int:
        if frame.end == words.ETB and frame.total is None:
            return words.ACK
        if asked or frame.func not in words.SELF_REPORTS | {words.HEARTBEAT}:
            return words.EOT
        ack = str(device.settings.get("ack") or self._settings.ack)
        if ack == "auto":
            ack = "eot" if item.session.peer.endswith("/udp") else "esc"
        return words.EOT if ack == "eot" else words.ESC

    def _reply(
        self, item: Item, whole: Digest, frame: Frame, end: int, serial: int, number: int | None
    ) -> None:
        time = digits_of(self._intake.clock.now())
        whole.replies.append((item.session, packed(answer_to(frame, end, serial, time, number))))

    def _look_around(self, whole: Digest) -> None:
        now_s, now_us = self._intake.clock.monotonic_s(), to_us(self._intake.clock.now())
        whole.batch.links += self._stations.gone(now_us)
        if now_s - self._swept_s >= SWEEP_S:
            self._swept_s = now_s
            whole.batch.links += self._stations.silent(now_s, self._settings.offline_after_s, now_us)
            self.expired += self.assembly.expire(now_s)
        receipts, frames = self._orders.due()
        whole.batch.receipts += receipts
        whole.replies += frames


def _admitted(frame: Frame, device: Device | None) -> tuple[Verdict, str]:
    if not frame.up:
        return Verdict.REFUSED, "a downlink came up"
    if device is None:
        return Verdict.UNKNOWN_DEVICE, "no such station is registered"
    password = device.settings.get("password")
    if password and str(password).lower() != frame.password:
        return Verdict.REFUSED, "wrong password"
    return Verdict.GOOD, ""


def _kept(item: Item, frame: Frame, device: Device | None, verdict: Verdict, reason: str) -> KeptFrame:
    raw = item.piece.raw if isinstance(item.piece, Junk) else item.piece
    return KeptFrame(
        raw=raw,
        received_us=item.received_us,
        peer=item.session.peer,
        verdict=verdict,
        device=frame.station,
        entity=None if device is None else device.key,
        reason=reason,
    )
