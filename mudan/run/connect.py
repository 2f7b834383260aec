"""How does a platform's connector live in the centre? Its intake, its supervision, its health, its commands."""

import asyncio
import contextlib
import hashlib
import hmac
import logging
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import numpy as np

from mudan.connect.platform import Batch, Connector, LinkChange, Platform
from mudan.connect.records.connector import RecordConnector
from mudan.core.commands.model import Command
from mudan.core.entities.model import Device
from mudan.core.observations.model import LINK, Columns
from mudan.core.path import Path
from mudan.core.records import actions as telling
from mudan.core.records import queries as records
from mudan.core.records.model.deliveries import Delivery, Target, with_their_number
from mudan.core.records.model.portion import Portion
from mudan.core.referrals import queries as referrals
from mudan.core.referrals.model import Referral
from mudan.primitives.clock import Clock, from_us
from mudan.primitives.errors import Invalid

if TYPE_CHECKING:
    from mudan.api.platforms import Health

log = logging.getLogger(__name__)

VERDICTS: Final = ("good", "bad", "unknown", "refused")
SAMPLE_S: Final = 10.0
HOUR_S: Final = 3600.0
RETRY_S: Final = (1.0, 30.0)
BAD_SHARE: Final = 0.2  # more bad frames than this in the last hour: degraded


class PlatformIntake:
    """One platform's door into the path."""

    def __init__(self, platform: Platform, path: Path, clock: Clock, secret: bytes) -> None:
        self.clock = clock
        self.secret = hmac.digest(secret, platform.name.encode(), hashlib.sha256)
        self.keep_good = path.keeps_good_frames
        self.last_frame_us = 0
        self._platform, self._path = platform, path
        self._declared = frozenset(quantity.name for quantity in platform.quantities)

    def device(self, device: str) -> Device | None:
        """The registered device of that identifier on the wire."""
        return self._path.directory.devices.get((self._platform.name, device))

    def quantity(self, name: str) -> int:
        """The id of one of the platform's quantities."""
        if name not in self._declared:
            raise Invalid(f"{self._platform.name} declares no quantity {name}")
        return self._path.quantities[name]

    async def commit(self, batch: Batch) -> None:
        """Return when the batch is durable."""
        columns = batch.columns
        if batch.links:
            columns = Columns.joined([columns, self._links(batch.links)])
        if batch.frames:
            self.last_frame_us = max(self.last_frame_us, batch.frames[-1].received_us)
        if len(batch.columns):
            self.last_frame_us = max(self.last_frame_us, int(batch.columns.received_us[-1]))
        told = Portion(
            batch.records, batch.bad_rows, batch.runs, batch.outcomes, batch.referrals, batch.contacts
        )
        await self._path.carry(self._platform.name, columns, batch.frames, batch.receipts, told)

    async def mark(self, feed: str, channel: str) -> str | None:
        """How far a source has been read."""
        async with self._path.reading() as connection:
            return await records.mark(connection, self._platform.name, feed, channel)

    async def reached(self, run: UUID) -> tuple[int, bool]:
        """The last row of a run that is durable, and whether all of it is."""
        async with self._path.reading() as connection:
            row = await records.run(connection, run)
        return (0, False) if row is None else (row["reached"], row["state"] == "done")

    async def to_tell(self, targets: Sequence[Target], most: int) -> list[Delivery]:
        """What is to be told to other systems now."""
        now = self.clock.now()
        async with self._path.reading() as connection:
            for target in targets:
                await telling.tell(connection, self._platform.name, target, now)
            waiting = await records.due(connection, self._platform.name, now, most)
        return [with_their_number(one, targets) for one in waiting]

    async def to_refer(self, most: int) -> list[Referral]:
        """What is to be sent, searched for or looked at now."""
        async with self._path.reading() as connection:
            return await referrals.due(connection, self._platform.name, self.clock.now(), most)

    async def ours(self, found: Sequence[tuple[str, str]]) -> set[str]:
        """Of (their number, mark) those that are our own cases."""
        async with self._path.reading() as connection:
            return await referrals.ours(connection, self._platform.name, found)

    def _links(self, links: list[LinkChange]) -> Columns:
        times = [link.at_us for link in links]
        entities = [link.entity for link in links]
        quantity = [self._path.quantities[LINK.name]] * len(links)
        return Columns.of(
            entities, quantity, [float(link.online) for link in links], times, times, [0] * len(links)
        )


class Card:
    """One connected platform while the centre runs: what the API shows, what keeps it alive."""

    def __init__(
        self, platform: Platform, path: Path, clock: Clock, secret: bytes, settings: Mapping[str, str]
    ) -> None:
        self.platform = platform
        self.name, self.title, self.summary = platform.name, platform.title, platform.summary
        self.protocol, self.quantities, self.rules = platform.protocol, platform.quantities, platform.rules
        self.kpis, self.commands = platform.kpis, platform.commands
        self.feeds, self.targets, self.area = platform.feeds, platform.targets, settings.get("area", "")
        self.folder = FilePath(settings["folder"]) if platform.feeds and "folder" in settings else None
        self.censuses = platform.censuses
        self.recipient = platform.recipient(settings) if platform.recipient is not None else None
        self._path, self._clock = path, clock
        self.intake = PlatformIntake(platform, path, clock, secret)
        self.secret = self.intake.secret
        self.connector: Connector = platform.connector(self.intake, settings)
        self.running = False
        self._samples: deque[tuple[float, dict[str, int]]] = deque(maxlen=int(HOUR_S / SAMPLE_S) + 1)
        self._given: set[UUID] = set()

    async def serve(self) -> None:
        """Keep the connector running until cancelled; a fault restarts it after a growing pause."""
        pause = RETRY_S[0]
        while True:
            started = self._clock.monotonic_s()
            try:
                self.running = True
                await self.connector.serve()
            except asyncio.CancelledError:
                raise
            except Exception:
                log.exception("the connector of %s stopped; it starts again in %.0f s", self.name, pause)
            finally:
                self.running = False
            if self._clock.monotonic_s() - started > HOUR_S / 60:
                pause = RETRY_S[0]
            await asyncio.sleep(pause)
            pause = min(pause * 2, RETRY_S[1])

    async def send(self, commands: list[Command]) -> None:
        """Give the connector the platform's open commands, each once while it stays open."""
        mine = [command for command in commands if command.platform == self.name]
        self._given &= {command.id for command in mine}
        for command in mine:
            if command.id not in self._given:
                with contextlib.suppress(Invalid):
                    if await self.connector.send(command):
                        self._given.add(command.id)

    def heard(self, feed: str, good: int, bad: int) -> None:
        """Rows of a feed were pushed, maybe none: its source is there."""
        if isinstance(self.connector, RecordConnector):
            self.connector.heard(feed, good, bad)

    def sample(self) -> None:
        """Note the counters, for the figures of the last hour. Called every SAMPLE_S."""
        self._samples.append((self._clock.monotonic_s(), self._verdicts()))

    def _verdicts(self) -> dict[str, int]:
        counters = self.connector.health()
        return {name: int(counters.get(f"frames_{name}", 0)) for name in VERDICTS}

    def health(self) -> "Health":
        """The health card."""
        counters: dict[str, Any] = dict(self.connector.health())
        counters["commit_ms"] = round(self._path.commit_s * 1000, 1)
        now, before = self._verdicts(), self._samples[0][1] if self._samples else dict.fromkeys(VERDICTS, 0)
        frames = {f"{name}_1h": now[name] - before[name] for name in VERDICTS}
        known, online = self._devices()
        total = sum(frames.values())
        troubled = (total > 0 and (frames["bad_1h"] / total > BAD_SHARE)) or (
            known > 0 and online < known / 2
        )
        state = "offline" if not self.running else "degraded" if troubled else "online"
        last: datetime | None = from_us(self.intake.last_frame_us) if self.intake.last_frame_us else None
        from mudan.api import platforms as shown  # the screens' side: there by the time it asks

        return shown.Health.model_validate(
            {
                "state": state,
                "counters": counters,
                "devices": {"known": known, "online": online},
                "frames": frames,
                "last_frame_at": last,
            }
        )

    def _devices(self) -> tuple[int, int]:
        keys = np.asarray(
            [
                device.key
                for (platform, _), device in self._path.directory.devices.items()
                if platform == self.name
            ],
            np.int64,
        )
        link = self._path.quantities[LINK.name]
        if not len(keys):
            return len(keys), 0
        links = self._path.recorder.latest.values(keys, link)
        # Nobody holds a line to a source of records: it is away when it was asked and did not answer.
        return len(keys), int(np.count_nonzero(~(links <= 0) if self.feeds else links > 0))
