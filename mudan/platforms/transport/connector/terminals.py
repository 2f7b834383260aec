"""How are the ports kept open, commands written and silent terminals dropped?"""

import asyncio
from collections.abc import Mapping
from typing import Final

from mudan.connect.lane import Lane
from mudan.connect.listen import Bounds, Listener
from mudan.connect.platform import Intake
from mudan.connect.session import Session
from mudan.core.commands.model import Command
from mudan.platforms.transport.codec import compose
from mudan.platforms.transport.codec.frame import encode
from mudan.platforms.transport.connector.downlinks import Downlinks
from mudan.platforms.transport.connector.framer import TerminalFramer
from mudan.platforms.transport.connector.link import Link
from mudan.platforms.transport.connector.reception import Reception
from mudan.platforms.transport.connector.roll import Roll
from mudan.platforms.transport.connector.wiring import Wiring, read_settings
from mudan.primitives.clock import to_us
from mudan.primitives.errors import Invalid

TEND_S: Final = 0.2
SILENCE_S: Final = 1.0  # thousands of terminals are looked through this often


class Terminals:
    """The connector of JT/T 808 terminals. `port` is the TCP port in use once `ready` is set."""

    def __init__(self, intake: Intake, given: Mapping[str, str], wiring: Wiring) -> None:
        self._intake = intake
        self._wiring = wiring
        self.settings = read_settings(given)
        self.roll = Roll()
        self.downlinks = Downlinks(intake.clock, self.settings, self.roll.report)
        self.roll.on_gone = self.downlinks.gone
        self.reception = Reception(intake, wiring, self.settings, self.roll, self.downlinks)
        self.lane = Lane(intake, self.reception.digest)
        bounds = Bounds(connections=self.settings.connections, idle_s=self.settings.idle_s)
        self._listener = Listener(
            self.lane, intake.clock, TerminalFramer, bounds=bounds, on_close=self._closed
        )
        self._looked_s = -SILENCE_S
        self.port = 0
        self.ready = asyncio.Event()

    def health(self) -> dict[str, int | float | str]:
        """Counters since the start."""
        return {
            "connections": len(self.lane.sessions),
            "terminals": len(self.roll.by_name),
            "waiting": self.lane.waiting,
            "commands_open": len(self.downlinks),
            "media_bytes": self.reception.media_bytes,
            **self.lane.counters,
            **self._listener.counters,
        }

    async def serve(self) -> None:
        """Run until cancelled."""
        udp_port = 0 if self.settings.udp else None
        async with self._listener.listening(self.settings.host, self.settings.port, udp_port) as port:
            self.port = port
            self.ready.set()
            async with asyncio.TaskGroup() as group:
                group.create_task(self.lane.run())
                group.create_task(self._tend())

    async def send(self, command: Command) -> bool:
        """Write the command if its terminal is connected; the receipts come with a batch."""
        if self.downlinks.knows(command.id):
            return True
        session = self.roll.by_entity.get(command.entity)
        link: Link | None = None if session is None else session.state
        if session is None or link is None or session.closed or self.downlinks.full:
            return False
        try:
            message = self._wiring.build(command.kind, command.payload, link.new)
        except Invalid as error:
            self.downlinks.refused(command, error.reason)
        else:
            self.downlinks.write(command, session, link, message)
        self.lane.poke()
        return True

    def tend(self) -> None:
        """Repeat commands, ask for missing packets, drop terminals that have gone silent."""
        now_s = self._intake.clock.monotonic_s()
        self.downlinks.repeat_due()
        for session, link in list(self.roll.unfinished.items()):
            for part in link.parts.due(now_s):
                body = compose.resend(part.first_serial, part.missing, new=link.new)
                for frame in encode(0x8003, body, link.speech, link.next_serial()):
                    session.write(frame)
            self.roll.assembling(session, link)
        self._drop_silent(now_s)
        if self.roll.links or self.roll.receipts:
            self.lane.poke()

    def _drop_silent(self, now_s: float) -> None:
        if now_s - self._looked_s < SILENCE_S:
            return
        self._looked_s = now_s
        oldest_s = now_s - self.settings.idle_s
        for session in [each for each in self.roll.by_name.values() if each.last_s < oldest_s]:
            self._closed(session)

    def _closed(self, session: Session) -> None:
        self.roll.down(session, to_us(self._intake.clock.now()))
        session.state = None

    async def _tend(self) -> None:
        while True:
            await asyncio.sleep(TEND_S)
            self.tend()
