"""How is the other side told what becomes of its request? An update by their POST, until they say that they have it.

2xx with or without an update_id   accepted      4xx but 408, 429   failed, for good      all else   tried again
"""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any, Final

from mudan.connect.platform import Batch, Intake, RecordIntake
from mudan.core.cases.model.georeport import Update
from mudan.core.records.model.deliveries import Delivery, Outcome
from mudan.platforms.citizen.codec import document
from mudan.platforms.citizen.connector.desk import Wiring
from mudan.platforms.citizen.connector.exchange import Answer, told
from mudan.platforms.citizen.connector.pulling import said
from mudan.platforms.citizen.connector.settings import Settings
from mudan.primitives.errors import DecodeError, Unavailable

log = logging.getLogger(__name__)

LOOK_S: Final = 5.0
MOST_AT_ONCE: Final = 20
_AGAIN: Final = frozenset((408, 425, 429))


class Teller:
    """Tells updates, each under one name however often it is sent."""

    def __init__(self, intake: Intake, settings: Settings, wiring: Wiring) -> None:
        self._intake, self._settings, self._wiring = intake, settings, wiring
        self.counters: dict[str, int] = dict.fromkeys(("told", "told_later", "told_refused"), 0)

    async def watch(self) -> None:
        """Look for what is to be told until cancelled."""
        while True:
            try:
                await self.look()
            except Unavailable as error:
                log.warning("nothing could be told: %s", error.reason)
            await asyncio.sleep(LOOK_S)

    async def look(self) -> None:
        """Tell what is due now. Raises Unavailable when the database is away."""
        if not isinstance(self._intake, RecordIntake):
            return
        for one in await self._intake.to_tell((self._wiring.target,), MOST_AT_ONCE):
            outcome = await self._told(one)
            await self._intake.commit(Batch(outcomes=[outcome]))

    async def _told(self, one: Delivery) -> Outcome:
        settings = self._settings
        address = f"{settings.url.rstrip('/')}/servicerequestupdates.{settings.format}"
        try:
            answer = await asyncio.to_thread(told, address, self._form(one))
        except Unavailable as error:
            self.counters["told_later"] += 1
            return Outcome(one.id, "waiting", reason=error.reason)
        if 200 <= answer.status < 300:
            self.counters["told"] += 1
            return Outcome(one.id, "accepted", number=_number(answer) or str(one.id))
        reason = f"HTTP {answer.status}: {said(answer.data)}"
        final = 400 <= answer.status < 500 and answer.status not in _AGAIN
        self.counters["told_refused" if final else "told_later"] += 1
        return Outcome(one.id, "failed" if final else "waiting", reason=reason)

    def _form(self, one: Delivery) -> list[tuple[str, str]]:
        payload: Mapping[str, Any] = one.payload
        settings = self._settings
        form = [
            ("api_key", settings.key), ("jurisdiction_id", settings.jurisdiction), ("update_id", str(one.id)),
            ("service_request_id", str(payload.get("service_request_id") or "")),
            ("status", self._wiring.status(str(payload.get("state") or ""))),
            ("updated_datetime", str(payload.get("updated_datetime") or "")),
        ]  # fmt: skip
        return [(name, value) for name, value in form if value]


def _number(answer: Answer) -> str:
    try:
        found = document(answer.data)
    except DecodeError:
        return ""
    return next((one.id for one in found.items if isinstance(one, Update)), "")
