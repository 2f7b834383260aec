"""What have gateways laid down of the warnings they took? Read on every step, each file once.

    <data>/outbox/warnings/<channel>/receipts/<any name>.json ─▶ receipts/done/       taken
                                                              └▶ receipts/refused/    no report, or of nothing we sent
A report of a delivery that is still being written down stays until the next step.
"""

import asyncio
import logging
from pathlib import Path
from typing import Final

from mudan.core.warnings import actions
from mudan.core.warnings.model.delivery import Channel
from mudan.core.warnings.model.gateway import MOST_BYTES, report_of
from mudan.primitives.changes import Changes
from mudan.primitives.clock import Clock
from mudan.primitives.errors import Conflict, Invalid, NotFound
from mudan.storage.pool import Database

log = logging.getLogger(__name__)

CHANNELS: Final = (Channel.TEXT, Channel.BROADCAST)
AT_ONCE: Final = 64


class ReceiptFiles:
    """The folders in which gateways lay their reports."""

    def __init__(self, folder: Path, db: Database, clock: Clock) -> None:
        self._folders = {channel: folder / channel / "receipts" for channel in CHANNELS}
        self._db, self._clock = db, clock

    async def step(self) -> Changes:
        """Take what lies there, oldest names first."""
        changes = Changes()
        for channel, file, body in await asyncio.to_thread(self._waiting):
            verdict = await self._take(channel, body, changes)
            if verdict is not None:
                await asyncio.to_thread(_put_away, file, verdict)
        return changes

    def _waiting(self) -> list[tuple[Channel, Path, bytes]]:
        found = []
        for channel, folder in self._folders.items():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for file in sorted(folder.glob("*.json"))[:AT_ONCE]:
                if not file.is_symlink() and file.is_file():
                    with file.open("rb") as opened:
                        found.append((channel, file, opened.read(MOST_BYTES + 1)))
        return found

    async def _take(self, channel: Channel, body: bytes, changes: Changes) -> str | None:
        """`done`, `refused`, or None: later."""
        try:
            report = report_of(body)
            async with self._db.work() as connection:
                warning = await actions.gateway_reported(
                    connection, report, self._clock.now(), channel=channel
                )
        except Conflict:
            return None
        except (Invalid, NotFound) as error:
            log.warning("a report of the gateway %s was refused: %s", channel, error)
            return "refused"
        changes.touch("warnings", warning.space, warning.id)
        return "done"


def _put_away(file: Path, verdict: str) -> None:
    target = file.parent / verdict
    target.mkdir(mode=0o700, exist_ok=True)
    file.replace(target / file.name)
