"""What does a connector see of the centre when the centre is only made believe?"""

import asyncio
from collections.abc import Callable

from mudan.connect.platform import Batch, Platform
from mudan.core.entities.model import REAL, Device
from mudan.primitives.clock import Clock, SystemClock
from mudan.primitives.errors import Invalid, Unavailable
from mudan.primitives.ids import urn
from mudan.run.discover import BUILT_IN


class FakeIntake:
    """An Intake in memory: every device is registered, every batch is kept in `committed`.

    While `gate` is clear a commit waits, as with a slow database; with `failing` set it raises Unavailable.
    """

    def __init__(self, platform: Platform, *, clock: Clock | None = None) -> None:
        self.clock: Clock = clock or SystemClock()
        self.secret = b"a secret of this centre, 32 bytes"
        self.keep_good = True
        self.committed: list[Batch] = []
        self.asked = 0
        self.failing = False
        self.gate = asyncio.Event()
        self.gate.set()
        self._changed = asyncio.Event()
        self._type = platform.entity_types[0].name
        declared_names = [*(quantity.name for quantity in platform.quantities), *sorted(BUILT_IN)]
        self._quantities = {name: number for number, name in enumerate(declared_names, 1)}
        self._devices: dict[str, Device] = {}

    def device(self, device: str) -> Device | None:
        """A registered device of that identifier, the same each time."""
        if device not in self._devices:
            key = len(self._devices) + 1
            self._devices[device] = Device(key, urn(self._type, device), device, self._type, REAL, {})
        return self._devices[device]

    def quantity(self, name: str) -> int:
        """The number of a declared quantity."""
        if name not in self._quantities:
            raise Invalid(f"no quantity '{name}'", field="quantity")
        return self._quantities[name]

    async def commit(self, batch: Batch) -> None:
        """Keep the batch once the gate is open."""
        self.asked += 1
        self._changed.set()
        await self.gate.wait()
        if self.failing:
            raise Unavailable("the make-believe database is gone")
        self.committed.append(batch)
        self._changed.set()

    async def until(self, reached: Callable[[], bool], within_s: float = 3.0) -> None:
        """Wait for commits until this is true of them. Raises TimeoutError."""
        async with asyncio.timeout(within_s):
            while not reached():
                self._changed.clear()
                await self._changed.wait()

    @property
    def kept(self) -> int:
        """Observations, frames and receipts committed so far."""
        return sum(len(batch.columns) + len(batch.frames) + len(batch.receipts) for batch in self.committed)
