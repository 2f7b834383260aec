"""Which ports are open for stations, and what runs behind them?"""

import asyncio
from collections.abc import Mapping
from typing import Final

from mudan.connect.lane import Digest, Item, Lane
from mudan.connect.listen import Bounds, Listener
from mudan.connect.platform import Intake
from mudan.connect.session import Session
from mudan.core.commands.model import Command
from mudan.platforms.water.connector.digest import Digester, Observe
from mudan.platforms.water.connector.framer import WaterFramer
from mudan.platforms.water.connector.orders import Build, Orders
from mudan.platforms.water.connector.settings import Settings
from mudan.platforms.water.connector.stations import Stations

TICK_S: Final = 1.0


class WaterConnector:
    """SL 651 over TCP and UDP on one port number. `port` is the port in use once `serve` listens."""

    def __init__(
        self, intake: Intake, settings: Mapping[str, str], *, observe: Observe, build: Build
    ) -> None:
        self.settings = Settings.of(settings)
        self.port = self.settings.port
        self._stations = Stations()
        self._orders = Orders(self._stations, self.settings, intake.clock, build)
        self._digester = Digester(intake, self.settings, self._stations, self._orders, observe)
        self._lane = Lane(intake, self.digest)
        self._listener = Listener(
            self._lane,
            intake.clock,
            WaterFramer,
            bounds=Bounds(idle_s=self.settings.idle_s),
            on_close=self.closed,
        )

    def digest(self, items: list[Item]) -> Digest:
        """What some items come to; needs no network."""
        return self._digester.digest(items)

    def closed(self, session: Session) -> None:
        """Take note that a session has ended."""
        self._stations.closed(session)

    def health(self) -> dict[str, int | float | str]:
        """Counters since the start, and what is under way now."""
        return {
            **self._lane.counters,
            **self._listener.counters,
            "connections": len(self._lane.sessions),
            "waiting": self._lane.waiting,
            "stations": len(self._stations),
            "stations_online": self._stations.online,
            "messages_unfinished": len(self._digester.assembly),
            "messages_expired": self._digester.expired,
            "commands_waiting": self._orders.waiting(),
        }

    async def serve(self) -> None:
        """Listen until cancelled."""
        listening = self._listener.listening(self.settings.host, self.settings.port, self.settings.port)
        async with listening as port, asyncio.TaskGroup() as tasks:
            self.port = port
            tasks.create_task(self._lane.run())
            tasks.create_task(self._tick())

    async def send(self, command: Command) -> bool:
        """Take a command for a station on line; False leaves it queued."""
        taken = self._orders.taken(command)
        if taken:
            self._lane.poke()
        return taken

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            self._lane.poke()
