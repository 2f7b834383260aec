"""What is open for documents, what asks for them, and what tells their senders?"""

import asyncio
from collections.abc import Mapping

from mudan.connect.lane import Lane
from mudan.connect.lines import Lines
from mudan.connect.listen import Listener
from mudan.connect.platform import Intake
from mudan.core.commands.model import Command
from mudan.platforms.citizen.connector.desk import Desk, Wiring
from mudan.platforms.citizen.connector.lines import LONGEST, LineDesk
from mudan.platforms.citizen.connector.pulling import Puller
from mudan.platforms.citizen.connector.referring import Referrer
from mudan.platforms.citizen.connector.settings import Settings
from mudan.platforms.citizen.connector.telling import Teller


class CitizenConnector:
    """A line port; an Open311 client where an address is set."""

    def __init__(self, intake: Intake, settings: Mapping[str, str], wiring: Wiring) -> None:
        self.settings = Settings.of(settings)
        feed = wiring.feed(self.settings.classes)
        desk = Desk(intake, feed, self.settings.source, self.settings.area, wiring)
        self._lane = Lane(intake, LineDesk(desk, intake.clock).digest)
        self._listener = Listener(self._lane, intake.clock, lambda: Lines(LONGEST))
        self._puller = Puller(intake, self.settings, desk) if self.settings.url else None
        self._teller = (
            Teller(intake, self.settings, wiring) if self.settings.url and self.settings.tell else None
        )
        self._referrer = Referrer(intake, self.settings) if self.settings.url else None

    def health(self) -> dict[str, int | float | str]:
        """Counters since the start."""
        pulled = self._puller.counters if self._puller else {}
        told = self._teller.counters if self._teller else {}
        referred = self._referrer.counters if self._referrer else {}
        return {
            **self._lane.counters, **self._listener.counters, **pulled, **told, **referred,
            "waiting": self._lane.waiting,
        }  # fmt: skip

    async def serve(self) -> None:
        """Listen, look and tell until cancelled."""
        host, port = self.settings.host, self.settings.port
        async with self._listener.listening(host, port), asyncio.TaskGroup() as tasks:
            tasks.create_task(self._lane.run())
            if self._puller is not None:
                tasks.create_task(self._puller.watch())
            if self._teller is not None:
                tasks.create_task(self._teller.watch())
            if self._referrer is not None:
                tasks.create_task(self._referrer.watch())

    async def send(self, _command: Command) -> bool:
        """Endpoints take no commands."""
        return False
