"""How do the orders of property firms reach the centre, when are they acknowledged, and how is a firm told back?"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Final
from uuid import UUID

from mudan.connect.lane import Digest, Item, bad_frame
from mudan.connect.lines import LineConnector, add_readings
from mudan.connect.platform import Batch, Intake, RecordIntake
from mudan.connect.session import Session
from mudan.core.frames.model import Frame, Verdict
from mudan.core.observations.model import ColumnsBuilder, Reading
from mudan.core.records.model.deliveries import Delivery, Outcome
from mudan.platforms.community import codec
from mudan.platforms.community.model import FIRMS, FirmReceipt, RepairOrder, record_of

log = logging.getLogger(__name__)

PORT: Final = 9660  # 示例: free among the platforms' own
TELL_EVERY_S: Final = 2.0
MOST_TOLD: Final = 50
MOST_TRIES: Final = 60  # some five hours with the pauses of deliveries; then a person tries again
MOST_REMEMBERED: Final = 10_000


class OrdersConnector(LineConnector):
    """Listens for orders, one a line, and answers each good one after its commit; `observe` reads an order.

    A firm is told on the connection that its last order came by, until its receipt comes: what was written may be lost.
    """

    def __init__(
        self,
        intake: Intake,
        settings: Mapping[str, str],
        observe: Callable[[RepairOrder], tuple[Reading, ...]],
    ) -> None:
        super().__init__(intake, settings, PORT, codec.LONGEST)
        self._observe = observe
        self._firms: dict[str, Session] = {}
        self._told: dict[UUID, str] = {}

    async def serve(self) -> None:
        """Listen, and tell, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(super().serve())
            if isinstance(self._intake, RecordIntake):
                tasks.create_task(self._tell_on(self._intake))

    async def _tell_on(self, intake: RecordIntake) -> None:
        while True:
            try:
                await self.tell(intake)
            except Exception:
                log.exception("property firms could not be told; they are told later")
            await asyncio.sleep(TELL_EVERY_S)

    async def tell(self, intake: RecordIntake) -> int:
        """Tell the firms that are connected what waits for them; how much was tried."""
        waiting = await intake.to_tell((FIRMS,), MOST_TOLD)
        if waiting:
            await intake.commit(Batch(outcomes=[self._tried(one) for one in waiting]))
        return len(waiting)

    def _tried(self, one: Delivery) -> Outcome:
        firm = str(one.payload.get("firm", ""))
        session = self._firms.get(firm)
        if one.attempts >= MOST_TRIES:
            return Outcome(one.id, "failed", reason="the firm has not answered")
        if session is None or session.closed:
            return Outcome(one.id, "waiting", reason="the firm is not connected")
        self._told.pop(one.id, None)
        self._told[one.id] = firm
        while len(self._told) > MOST_REMEMBERED:
            del self._told[next(iter(self._told))]
        session.write(codec.told_line(one.payload))
        return Outcome(one.id, "waiting", reason="sent; the receipt has not come yet")

    def take(self, item: Item, line: bytes, digest: Digest, rows: ColumnsBuilder) -> None:
        """What a line says, as a batch and a reply."""
        found = codec.line_of(line)
        device = self._intake.device(found.firm)
        if device is None:
            peer = item.session.peer
            unknown = Frame(line, item.received_us, peer, Verdict.UNKNOWN_DEVICE, found.firm)
            digest.batch.frames.append(unknown)
            return
        self._firms[found.firm] = item.session
        if isinstance(found, FirmReceipt):
            self._receipt(item, found, digest)
            return
        digest.batch.records.append(record_of(found, str(device.settings.get("area_code", ""))))
        add_readings(self._intake, rows, device.key, self._observe(found), item.received_us)
        digest.replies.append((item.session, codec.acknowledgement(found)))

    def _receipt(self, item: Item, found: FirmReceipt, digest: Digest) -> None:
        """A receipt counts for what this firm was told since the centre started; the rest is told again anyway."""
        if self._told.get(found.told) != found.firm:
            reason = "the firm was not told this"
            digest.batch.frames.append(bad_frame(item, reason, device=found.firm))
            return
        evidence = {"at": found.observed_at.isoformat()}
        outcome = Outcome(found.told, found.receipt, found.number, found.text, evidence)
        digest.batch.outcomes.append(outcome)
        digest.replies.append((item.session, codec.receipt_acknowledgement(found)))
