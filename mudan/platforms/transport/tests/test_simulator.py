"""Do simulated terminals and the connector understand each other over real sockets?"""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from mudan.core.commands.model import Command, CommandState
from mudan.platforms.transport.connector import Terminals
from mudan.platforms.transport.platform import WIRING
from mudan.platforms.transport.simulator import Fault, Motion, Vehicle, simulator
from mudan.platforms.transport.tests.wire import Centre
from mudan.primitives.clock import SystemClock
from mudan.primitives.geo import Point
from mudan.primitives.ids import new_id
from mudan.primitives.text import Text

PHONES = ("013900000001", "013900000002", "013900000003")


class Village:
    """A county of three vehicles, one of which is silent (示例)."""

    def __init__(self) -> None:
        self.stations: tuple[Any, ...] = ()
        self.buildings: tuple[Any, ...] = ()
        self.vehicles = tuple(
            Vehicle(
                phone, edition, "渝A00001", "patrol", Text("巡逻车", "patrol"), Point(107.3, 30.3), "500000"
            )
            for phone, edition in zip(PHONES, (2013, 2019, 2013), strict=True)
        )
        self.sent: dict[str, Point] = {}

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return lambda *_: None

    def now(self) -> datetime:
        """Real time."""
        return datetime.now(UTC)

    def seconds(self, county_s: float) -> float:
        """Ten times as fast."""
        return county_s / 10

    def fault(self, device: str) -> Fault | None:
        """The third vehicle says nothing."""
        return Fault.SILENT if device == PHONES[2] else None

    def motion(self, phone: str) -> Motion:
        """Always on the road."""
        return Motion(self.sent.get(phone, Point(107.3, 30.3)), 40.0, 90.0, 12.5)

    def drive_to(self, phone: str, target: Point) -> None:
        """There at once."""
        self.sent[phone] = target


def test_vehicles_of_both_editions_report_and_obey() -> None:
    asyncio.run(story())


async def story() -> None:
    """Connect, report, obey a text, stay silent."""
    centre, village = Centre(*PHONES), Village()
    centre.clock = SystemClock()
    terminals = Terminals(centre, {"host": "127.0.0.1", "port": "0"}, WIRING)
    serving = asyncio.create_task(terminals.serve())
    await terminals.ready.wait()
    driving = asyncio.create_task(simulator(village, "127.0.0.1", terminals.port).run())
    try:
        await until(lambda: reported(centre) >= {1, 2})
        expires = datetime.now(UTC) + timedelta(minutes=1)
        words = {"text": "前往 @107.36123,30.31234", "urgent": True}
        for entity in (1, 2):
            assert await terminals.send(Command(new_id(), "transport", entity, "text", words, expires))
        await until(lambda: states(centre).count(CommandState.DELIVERED) == 2)
        assert village.sent == dict.fromkeys(PHONES[:2], Point(107.36123, 30.31234))
        assert 3 not in reported(centre)
        assert terminals.health()["terminals"] == 2
    finally:
        for task in (driving, serving):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


def reported(centre: Centre) -> set[int]:
    """Entities with observations."""
    return {entity for batch in centre.committed for entity in batch.columns.entity.tolist()}


def states(centre: Centre) -> list[CommandState]:
    """States of all receipts."""
    return [receipt.state for batch in centre.committed for receipt in batch.receipts]


async def until(ready: Callable[[], bool]) -> None:
    """Wait for it, five seconds at most."""
    async with asyncio.timeout(5):
        while not ready():  # noqa: ASYNC110 - what is waited for happens in many places
            await asyncio.sleep(0.02)
