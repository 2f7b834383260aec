"""How do lines reach the centre, and when are they acknowledged?"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

from mudan.connect.lane import Digest, Item, Lane, bad_frame
from mudan.connect.lines import Lines
from mudan.connect.listen import Listener
from mudan.connect.platform import Intake
from mudan.connect.session import Junk
from mudan.core.commands.model import Command
from mudan.core.frames.model import Frame, Verdict
from mudan.core.observations.model import ColumnsBuilder, Reading
from mudan.platforms.urban_management import codec
from mudan.platforms.urban_management.model.grids import is_grid, schemes_named
from mudan.platforms.urban_management.model.words import CaseReport, ComponentState
from mudan.primitives.clock import to_us
from mudan.primitives.errors import DecodeError
from mudan.primitives.text import Text

PORT: Final = 9671
SETTINGS: Final = {
    "host": Text("监听地址", "Address to listen on"),
    "port": Text("监听端口", "Port to listen on"),
    "grids": Text("接受的网格编码位数，如 14,15,16", "Which grid codes are taken, such as 14,15,16"),
}
Message = CaseReport | ComponentState


class LineConnector:
    """Listens for lines and answers each good one after its commit; `observe` reads a message."""

    def __init__(
        self,
        intake: Intake,
        settings: Mapping[str, str],
        observe: Callable[[Message], tuple[Reading, ...]],
        device_of: Callable[[Message], str],
    ) -> None:
        self._intake = intake
        self._observe = observe
        self._device_of = device_of
        self._schemes = schemes_named(settings.get("grids", ""))
        self._host = settings.get("host", "127.0.0.1")
        self._port = int(settings.get("port", str(PORT)))
        self._lane = Lane(intake, self._digest)
        self._listener = Listener(self._lane, intake.clock, lambda: Lines(codec.LONGEST))

    def health(self) -> dict[str, int | float | str]:
        """Counters since the start."""
        return {**self._lane.counters, **self._listener.counters, "waiting": self._lane.waiting}

    async def serve(self) -> None:
        """Listen until cancelled."""
        async with self._listener.listening(self._host, self._port), asyncio.TaskGroup() as tasks:
            tasks.create_task(self._lane.run())

    async def send(self, _command: Command) -> bool:
        """Another system takes no commands here."""
        return False

    def _digest(self, items: list[Item]) -> Digest:
        digest, rows = Digest(), ColumnsBuilder()
        for item in items:
            self._add(item, digest, rows)
        digest.batch.columns = rows.built()
        return digest

    def _add(self, item: Item, digest: Digest, rows: ColumnsBuilder) -> None:
        if isinstance(item.piece, Junk):
            digest.batch.frames.append(bad_frame(item, item.piece.reason, offset=item.piece.offset))
            return
        try:
            message = self._read(item.piece)
        except DecodeError as error:
            digest.batch.frames.append(
                bad_frame(item, error.reason, offset=error.offset, clause=error.clause)
            )
            return
        number = self._device_of(message)
        device = self._intake.device(number)
        verdict = Verdict.GOOD if device is not None else Verdict.UNKNOWN_DEVICE
        if device is None or self._intake.keep_good:
            key = None if device is None else device.key
            kept = Frame(item.piece, item.received_us, item.session.peer, verdict, number, key)
            digest.batch.frames.append(kept)
        if device is None:
            return
        for reading in self._observe(message):
            rows.add(
                device.key,
                self._intake.quantity(reading.quantity),
                reading.value,
                to_us(reading.observed_at),
                item.received_us,
            )
        digest.replies.append((item.session, codec.acknowledgement(message)))

    def _read(self, line: bytes) -> Message:
        message = codec.decode(line)
        if isinstance(message, CaseReport) and not is_grid(message.grid_code, self._schemes):
            raise DecodeError("grid_code is of a length that is not taken here")
        return message
