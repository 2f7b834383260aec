"""What is open for devices and warnings, and what runs behind it?"""

import asyncio
import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from mudan.connect.lane import Digest, Item, Lane
from mudan.connect.listen import Bounds, Listener
from mudan.connect.platform import Intake
from mudan.connect.session import Session
from mudan.core.commands.model import Command
from mudan.core.observations.model import ColumnsBuilder
from mudan.platforms.emergency.connector.fire import FireDesk
from mudan.platforms.emergency.connector.framer import EmergencyFramer
from mudan.platforms.emergency.connector.newsdesk import NewsDesk
from mudan.platforms.emergency.connector.orders import Orders
from mudan.platforms.emergency.connector.push import Push
from mudan.platforms.emergency.connector.settings import Settings
from mudan.platforms.emergency.connector.sources import NEWS, Feed, Folder, Post
from mudan.platforms.emergency.connector.transmitters import Transmitters
from mudan.platforms.emergency.connector.wiring import Wiring
from mudan.primitives.clock import to_us

TICK_S: Final = 1.0
_CERTIFICATE: Final = "-----END CERTIFICATE-----"


class EmergencyConnector:
    """GB/T 26875.3 over TCP and UDP on one port number; warnings from feeds, a folder and pushes."""

    def __init__(self, intake: Intake, settings: Mapping[str, str], wiring: Wiring) -> None:
        self.settings = Settings.of(settings)
        self.port = self.settings.port
        self._clock = intake.clock
        self._transmitters = Transmitters()
        self._orders = Orders(self._transmitters, self.settings, intake.clock, wiring)
        self._fire = FireDesk(intake, self.settings, self._transmitters, self._orders, wiring)
        self._news = NewsDesk(intake, self.settings, wiring, _certificates(self.settings.trusted))
        self._lane = Lane(intake, self.digest)
        self._unrecorded = 0
        self._listener = Listener(
            self._lane,
            intake.clock,
            EmergencyFramer,
            bounds=Bounds(idle_s=self.settings.idle_s),
            on_close=self.closed,
        )
        post = Post(self._lane, intake.clock)
        self.feeds = [Feed(one, self.settings.poll_s, post) for one in self.settings.feeds.split()]
        self.folder = Folder(Path(self.settings.folder), post, intake.clock) if self.settings.folder else None
        keep = self.folder.keep if self.folder else lambda _data: None
        self._push = Push(post, self.settings.push_token, keep) if self.settings.push_port else None
        self.push_port = 0

    def digest(self, items: list[Item]) -> Digest:
        """What some items come to; needs no network."""
        self._settle()
        whole, rows = Digest(), ColumnsBuilder()
        for item in items:
            if item.session.device == NEWS:
                self._news.take(item, whole)
            else:
                self._fire.take(item, whole, rows)
        self._look_around(whole, rows)
        whole.batch.columns = rows.built()
        return whole

    def closed(self, session: Session) -> None:
        """Take note that a session has ended."""
        self._transmitters.closed(session)

    def health(self) -> dict[str, int | float | str]:
        """Counters since the start, and what is under way now."""
        return {
            **self._lane.counters,
            **self._listener.counters,
            "connections": len(self._lane.sessions),
            "waiting": self._lane.waiting,
            "devices": len(self._transmitters),
            "devices_online": self._transmitters.online,
            "repeats": self._fire.repeats,
            "commands_waiting": self._orders.waiting(),
            "documents": self._news.documents,
            "documents_refused": self._news.refused,
            "warnings_in_force": len(self._news.ledger.in_force(self._clock.now())),
            "feeds_failing": sum(1 for feed in self.feeds if feed.error),
        }

    async def serve(self) -> None:
        """Listen and look until cancelled."""
        if self.folder is not None:
            self.folder.restore(self._news.restore)
        async with contextlib.AsyncExitStack() as stack, asyncio.TaskGroup() as tasks:
            listening = self._listener.listening(self.settings.host, self.settings.port, self.settings.port)
            self.port = await stack.enter_async_context(listening)
            if self._push is not None:
                opened = self._push.listening(self.settings.host, int(self.settings.push_port))
                self.push_port = await stack.enter_async_context(opened)
            tasks.create_task(self._lane.run())
            tasks.create_task(self._tick())
            for feed in self.feeds:
                tasks.create_task(feed.watch())
            if self.folder is not None:
                tasks.create_task(self.folder.watch())

    async def send(self, command: Command) -> bool:
        """Take a command for a device on line; False leaves it queued."""
        taken = self._orders.taken(command)
        if taken:
            self._lane.poke()
        return taken

    def _settle(self) -> None:
        """Whether the batch before this one was recorded decides what counts as a repeat and as told."""
        unrecorded = self._lane.counters["unrecorded"]
        durable = unrecorded == self._unrecorded
        self._unrecorded = unrecorded
        self._transmitters.settle(durable=durable)
        if not durable:
            self._news.ledger.forget_told()

    def _look_around(self, whole: Digest, rows: ColumnsBuilder) -> None:
        now_s, now_us = self._clock.monotonic_s(), to_us(self._clock.now())
        whole.batch.links += self._transmitters.gone(now_us)
        whole.batch.links += self._transmitters.silent(now_s, self.settings.offline_after_s, now_us)
        due = self._orders.due()
        whole.batch.receipts += due.receipts
        whole.replies += due.packets
        for entity in due.missed:
            self._fire.missed(entity, rows)
        self._news.look(rows)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            self._lane.poke()


def _certificates(path: str) -> tuple[str, ...]:
    if not path:
        return ()
    parts = Path(path).read_text(encoding="ascii").split(_CERTIFICATE)
    return tuple(part.strip() + "\n" + _CERTIFICATE for part in parts if "BEGIN CERTIFICATE" in part)
