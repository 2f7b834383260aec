"""How does a platform listen for lines? One document a line, answered after its commit; a platform says the rest."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping

from mudan.connect.lane import Digest, Item, Lane, bad_frame
from mudan.connect.listen import Listener
from mudan.connect.platform import Intake
from mudan.connect.session import Junk, Piece
from mudan.core.commands.model import Command
from mudan.core.observations.model import ColumnsBuilder, Reading
from mudan.primitives.clock import to_us
from mudan.primitives.errors import DecodeError


class Lines:
    """Cuts a stream into lines of at most `longest` bytes. Looks for ends in what is new only."""

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._held = bytearray()

    def feed(self, data: bytes) -> list[Piece]:
        """The lines completed by this data, without their ends."""
        self._held += data
        if b"\n" not in data and len(self._held) <= self._longest:
            return []
        *lines, rest = bytes(self._held).split(b"\n")
        self._held = bytearray(rest)
        pieces: list[Piece] = [line for line in lines if line.strip()]
        return pieces + self.finish() if len(self._held) > self._longest else pieces

    def pending(self) -> int:
        """Bytes held of an unfinished line."""
        return len(self._held)

    def finish(self) -> list[Piece]:
        """What is left when the stream ends."""
        rest, self._held = bytes(self._held), bytearray()
        return [Junk(rest, "the line has no end", offset=len(rest))] if rest else []


def add_readings(
    intake: Intake, rows: ColumnsBuilder, entity: int, readings: Iterable[Reading], received_us: int
) -> None:
    """Put what was read of one registered thing into a batch; `received_us`: µs since 1970 UTC."""
    for one in readings:
        rows.add(entity, intake.quantity(one.quantity), one.value, to_us(one.observed_at), received_us)


class LineConnector(ABC):
    """Listens for lines of at most `longest` bytes at the `host` and `port` of its settings; takes no commands.

    What is no line, or not understood, is kept as a bad frame; a platform says what a good line comes to.
    """

    def __init__(self, intake: Intake, settings: Mapping[str, str], port: int, longest: int) -> None:
        self._intake = intake
        self._host = settings.get("host", "127.0.0.1")
        self._port = int(settings.get("port", str(port)))
        self._lane = Lane(intake, self._digest)
        self._listener = Listener(self._lane, intake.clock, lambda: Lines(longest))

    @abstractmethod
    def take(self, item: Item, line: bytes, digest: Digest, rows: ColumnsBuilder) -> None:
        """Add to the batch and its replies what a line says (raises DecodeError)."""

    def health(self) -> dict[str, int | float | str]:
        """Counters since the start."""
        return {**self._lane.counters, **self._listener.counters, "waiting": self._lane.waiting}

    async def serve(self) -> None:
        """Listen until cancelled."""
        async with self._listener.listening(self._host, self._port), asyncio.TaskGroup() as tasks:
            tasks.create_task(self._lane.run())

    async def send(self, _command: Command) -> bool:
        """Who sends lines takes no commands."""
        return False

    def _digest(self, items: list[Item]) -> Digest:
        digest, rows = Digest(), ColumnsBuilder()
        for item in items:
            if isinstance(item.piece, Junk):
                digest.batch.frames.append(bad_frame(item, item.piece.reason, offset=item.piece.offset))
                continue
            try:
                self.take(item, item.piece, digest, rows)
            except DecodeError as error:
                refused = bad_frame(item, error.reason, offset=error.offset, clause=error.clause)
                digest.batch.frames.append(refused)
        digest.batch.columns = rows.built()
        return digest
