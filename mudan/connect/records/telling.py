"""How is what became of records told to another system, one by one, each durable before the next?"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from mudan.connect.platform import Batch, RecordIntake
from mudan.core.records.model.deliveries import Delivery, Outcome, Target
from mudan.primitives.errors import Unavailable

log = logging.getLogger(__name__)

EVERY_S: Final = 2.0
MOST: Final = 50


class Telling:
    """Tells what waits by one `attempt` each."""

    def __init__(
        self,
        intake: RecordIntake,
        targets: tuple[Target, ...],
        attempt: Callable[[Delivery], Awaitable[Outcome]],
    ) -> None:
        self._intake, self._targets, self._attempt = intake, targets, attempt
        self.counters: dict[str, int] = {"told": 0, "told_later": 0, "told_refused": 0}

    async def watch(self, ready: Callable[[], bool] = lambda: True, every_s: float = EVERY_S) -> None:
        """Look for what is to be told, while the other side can be reached, until cancelled."""
        while True:
            try:
                if ready():
                    await self.look()
            except Unavailable as error:
                log.warning("nothing could be told: %s", error.reason)
            await asyncio.sleep(every_s)

    async def look(self) -> int:
        """Tell what is due now; how much was tried. Raises Unavailable when the database is away."""
        waiting = await self._intake.to_tell(self._targets, MOST)
        for one in waiting:
            outcome = await self._attempt(one)
            await self._intake.commit(Batch(outcomes=[outcome]))
            self.counters[_COUNTED.get(outcome.state, "told")] += 1
        return len(waiting)


_COUNTED: Final = {"waiting": "told_later", "failed": "told_refused"}
