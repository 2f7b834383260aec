"""How do the orders of property firms reach the centre, and when are they acknowledged?"""

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
from mudan.platforms.community import codec
from mudan.platforms.community.model import RepairOrder, record_of
from mudan.primitives.clock import to_us
from mudan.primitives.errors import DecodeError

PORT: Final = 9660  # 示例: free among the platforms' own


class OrdersConnector:
    """Listens for orders, one a line, and answers each good one after its commit; `observe` reads an order."""

    def __init__(
        self,
        intake: Intake,
        settings: Mapping[str, str],
        observe: Callable[[RepairOrder], tuple[Reading, ...]],
    ) -> None:
        self._intake = intake
        self._observe = observe
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
        """Firms take no commands; a case is told to them by people."""
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
            order = codec.order_of(item.piece)
        except DecodeError as error:
            digest.batch.frames.append(bad_frame(item, error.reason, offset=error.offset))
            return
        device = self._intake.device(order.firm)
        if device is None:
            peer = item.session.peer
            unknown = Frame(item.piece, item.received_us, peer, Verdict.UNKNOWN_DEVICE, order.firm)
            digest.batch.frames.append(unknown)
            return
        digest.batch.records.append(record_of(order, str(device.settings.get("area_code", ""))))
        for reading in self._observe(order):
            rows.add(
                device.key,
                self._intake.quantity(reading.quantity),
                reading.value,
                to_us(reading.observed_at),
                item.received_us,
            )
        digest.replies.append((item.session, codec.acknowledgement(order)))
