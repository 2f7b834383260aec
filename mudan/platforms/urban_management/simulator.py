"""What would urban_management devices send from the make-believe county?"""

import asyncio
import contextlib
from typing import Final

from mudan.primitives.clock import US_PER_S, to_us
from mudan.simulation.county import County

INTERVAL_S: Final = 60.0  # county seconds between two reports of a device


def lines(county: County) -> bytes:
    """One report of every station: the voltage of its battery stands in for the reading."""
    seconds = to_us(county.now()) // US_PER_S
    return b"".join(
        f"{station.device},{seconds},{county.battery_v(station.device):.3f}\n".encode()
        for station in county.stations
    )


class Devices:
    """All make-believe devices, speaking over one connection."""

    def __init__(self, county: County, host: str, port: int) -> None:
        self._county = county
        self._host = host
        self._port = port

    async def run(self) -> None:
        """Report until cancelled; connect again when the line is lost."""
        while True:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection(self._host, self._port)
                with contextlib.closing(writer):
                    await self._report(writer)
            await asyncio.sleep(1.0)

    async def _report(self, writer: asyncio.StreamWriter) -> None:
        while True:
            self._county.advance()
            writer.write(lines(self._county))
            await writer.drain()
            await asyncio.sleep(self._county.seconds(INTERVAL_S))


def simulator(county: County, host: str, port: int) -> Devices:
    """The devices of a county, to be run."""
    return Devices(county, host, port)
