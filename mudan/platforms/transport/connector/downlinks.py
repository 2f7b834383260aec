"""Which commands were written to terminals, and which of them did the terminals confirm?

A command is written again when no answer comes in time: T(N+1) = T(N) · (N+1), where N counts the repeats so
far (JT/T 808-2013 §7.2). After the last repeat it has failed.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from mudan.connect.session import Session
from mudan.core.commands.model import Command, CommandState, Receipt
from mudan.platforms.transport.codec.frame import encode
from mudan.platforms.transport.connector.link import Link
from mudan.platforms.transport.connector.wiring import Settings
from mudan.primitives.clock import Clock, to_us

MOST_OPEN: Final = 20_000
MOST_REMEMBERED: Final = 20_000
REASONS: Final = {1: "the terminal failed", 2: "the terminal found the message wrong", 3: "not supported"}


@dataclass(slots=True)
class Open:
    """One command that waits for its answer. `answered` are serials of its packets."""

    command: Command
    session: Session
    link: Link
    msg_id: int
    first_serial: int
    frames: list[bytes]
    wait_s: float
    due_s: float
    unanswered: set[int]
    repeats: int = 0

    @property
    def last_serial(self) -> int:
        """The serial of the last packet."""
        return self.first_serial + len(self.frames) - 1 & 0xFFFF


class Downlinks:
    """The open commands of all terminals. Receipts go to `report`."""

    def __init__(self, clock: Clock, settings: Settings, report: Callable[[Receipt], None]) -> None:
        self._clock = clock
        self._settings = settings
        self._report = report
        self._open: dict[UUID, Open] = {}
        self._by_serial: dict[tuple[Session, int], Open] = {}
        self._finished: OrderedDict[UUID, None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._open)

    def knows(self, command: UUID) -> bool:
        """Whether the command is under way or was finished lately."""
        return command in self._open or command in self._finished

    @property
    def full(self) -> bool:
        """Whether no more commands can wait."""
        return len(self._open) >= MOST_OPEN

    def write(self, command: Command, session: Session, link: Link, message: tuple[int, bytes]) -> None:
        """Write a command for the first time."""
        msg_id, body = message
        frames = encode(msg_id, body, link.speech, link.serial)
        first = link.next_serial(len(frames))
        wait_s = self._settings.retry_first_s
        serials = {first + number & 0xFFFF for number in range(len(frames))}
        due_s = self._clock.monotonic_s() + wait_s
        entry = Open(command, session, link, msg_id, first, frames, wait_s, due_s, serials)
        self._open[command.id] = entry
        for serial in serials:
            self._by_serial[session, serial] = entry
        session.write(b"".join(frames))
        self._report(Receipt(command.id, CommandState.SENT, self._now_us()))

    def refused(self, command: Command, reason: str) -> None:
        """A command that cannot be written at all."""
        self._remember(command.id)
        self._report(Receipt(command.id, CommandState.FAILED, self._now_us(), reason))

    def answered(self, session: Session, serial: int, result: int, detail: dict[str, Any]) -> None:
        """A terminal answered one of our messages."""
        entry = self._by_serial.get((session, serial))
        if entry is None:
            return
        if result:
            reason = REASONS.get(result, f"the terminal answered {result}")
            self._finish(entry, CommandState.FAILED, reason, detail)
            return
        entry.unanswered.discard(serial)
        # Some terminals answer each packet, others the whole message once, with the last packet's serial.
        if not entry.unanswered or serial == entry.last_serial:
            self._finish(entry, CommandState.DELIVERED, "", detail)

    def confirmed(self, session: Session, msg_id: int, detail: dict[str, Any]) -> None:
        """A terminal sent what a command without serial in its answer had asked for."""
        for entry in list(self._open.values()):
            if entry.session is session and entry.msg_id == msg_id:
                self._finish(entry, CommandState.DELIVERED, "", detail)

    def resend(self, session: Session, first_serial: int, numbers: list[int]) -> None:
        """A terminal misses packets of one of our messages: write them again unchanged."""
        entry = self._by_serial.get((session, first_serial))
        if entry is None:
            return
        for number in numbers[: len(entry.frames)]:
            if 1 <= number <= len(entry.frames):
                session.write(entry.frames[number - 1])

    def repeat_due(self) -> None:
        """Write again what was not answered in time; give up what was repeated often enough."""
        now_s = self._clock.monotonic_s()
        for entry in [each for each in self._open.values() if each.due_s <= now_s]:
            if entry.command.expires_at <= self._clock.now():
                self._drop(entry)
            elif entry.repeats >= self._settings.retry_count:
                self._finish(entry, CommandState.FAILED, f"no answer after {entry.repeats} repeats", {})
            else:
                entry.wait_s *= entry.repeats + 1
                entry.repeats += 1
                entry.due_s = now_s + entry.wait_s
                entry.session.write(b"".join(entry.frames))

    def gone(self, session: Session) -> None:
        """A connection ended: its commands stay sent, and are given again when the terminal is back."""
        for entry in [each for each in self._open.values() if each.session is session]:
            self._drop(entry)

    def _finish(self, entry: Open, state: CommandState, reason: str, detail: dict[str, Any]) -> None:
        self._drop(entry)
        self._remember(entry.command.id)
        self._report(Receipt(entry.command.id, state, self._now_us(), reason, detail))

    def _drop(self, entry: Open) -> None:
        self._open.pop(entry.command.id, None)
        for number in range(len(entry.frames)):
            self._by_serial.pop((entry.session, entry.first_serial + number & 0xFFFF), None)

    def _remember(self, command: UUID) -> None:
        self._finished[command] = None
        if len(self._finished) > MOST_REMEMBERED:
            self._finished.popitem(last=False)

    def _now_us(self) -> int:
        return to_us(self._clock.now())
