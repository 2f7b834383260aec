"""What would another system's desk push from the make-believe county? A list of its requests, one document a line."""

import asyncio
import contextlib
from datetime import timedelta
from typing import Final

from mudan.core.cases.model.georeport import Request, written
from mudan.simulation.county import County

INTERVAL_S: Final = 600.0  # county seconds between two documents
NUMBER: Final = 6  # requests that it holds at a time
LIFE_S: Final = 3600.0  # county seconds until a request is closed
_SERVICES: Final = (("lamp", "路灯不亮（示例）"), ("bin", "垃圾未清（示例）"), ("hole", "路面坑洞（示例）"))


def line(county: County) -> bytes:
    """What the desk holds now: one request began every ten minutes, each is closed after an hour."""
    now = county.now()
    place = county.stations[0] if county.stations else None
    count = int(now.timestamp() // INTERVAL_S)
    requests = []
    for number in range(count - NUMBER, count + 1):
        begun = now - timedelta(seconds=now.timestamp() - number * INTERVAL_S)
        closed_at = begun + timedelta(seconds=LIFE_S)
        code, name = _SERVICES[number % len(_SERVICES)]
        requests.append(
            Request(
                id=f"SIM-{number}", status="closed" if closed_at <= now else "open", service_code=code,
                service_name=name, description="示例数据", requested_at=begun,
                updated_at=closed_at if closed_at <= now else begun,
                address=place.device if place is not None else "",
            )
        )  # fmt: skip
    return written(requests, "service_requests", "json") + b"\n"


class OtherDesk:
    """The other desk, speaking over one connection."""

    def __init__(self, county: County, host: str, port: int) -> None:
        self._county = county
        self._host = host
        self._port = port

    async def run(self) -> None:
        """Push until cancelled; connect again when the line is lost."""
        while True:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection(self._host, self._port)
                with contextlib.closing(writer):
                    await self._push(writer)
            await asyncio.sleep(1.0)

    async def _push(self, writer: asyncio.StreamWriter) -> None:
        while True:
            self._county.advance()
            writer.write(line(self._county))
            await writer.drain()
            await asyncio.sleep(self._county.seconds(INTERVAL_S))


def simulator(county: County, host: str, port: int) -> OtherDesk:
    """The desk of a county, to be run."""
    return OtherDesk(county, host, port)
