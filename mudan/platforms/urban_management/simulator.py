"""What would collectors report from the make-believe county? A few cases a day, and what they saw of components."""

import asyncio
import contextlib
from datetime import UTC, datetime
from random import Random
from typing import Any, Final

import msgspec

from mudan.simulation.county import County
from mudan.simulation.streets import CELLS, PARTS

INTERVAL_S: Final = 300.0  # county seconds between two components that a collector passes
CASE_EVERY: Final = 48  # components between two cases: six a day
DAMAGED_EVERY: Final = 60
LABEL: Final = "【演示数据】"
_SEEN: Final = ("0102", "0104", "0506", "0504")


def state(number: int, at: datetime) -> bytes:
    """What the collector saw of the next component; one in many is damaged, one in very many missing."""
    part = PARTS[number % len(PARTS)]
    bad = number % DAMAGED_EVERY == DAMAGED_EVERY - 1
    seen = "intact" if not bad else "missing" if number // DAMAGED_EVERY % 4 == 3 else "damaged"
    return _line(
        {"kind": "component", "component": part.code, "state": seen, "seen_at": at.isoformat(),
         "lon": part.point.lon, "lat": part.point.lat}
    )  # fmt: skip


def case(number: int, at: datetime) -> bytes:
    """A case that the collector reports, with pictures that the other system would keep."""
    chosen = Random(number)
    cell, class_code = chosen.choice(CELLS), chosen.choice(_SEEN)
    spot = cell.spot(chosen.randrange(9))
    code = f"{cell.code[:6]}{at:%Y%m%d}{number % 100_000:05}"
    photos = [
        {"role": role, "ref": f"demo/{code}-{role}.jpg", "lon": spot.lon, "lat": spot.lat, "taken_at": at.isoformat()}
        for role in ("near", "far", "reference")
    ]  # fmt: skip
    return _line(
        {"kind": "case", "case_code": code, "matter": "event", "class_code": class_code, "grid_code": cell.code,
         "source": "collector", "reported_at": at.isoformat(), "text": f"{LABEL}采集员上报",
         "address": f"{LABEL}单元网格 {cell.code}", "lon": spot.lon, "lat": spot.lat, "photos": photos}
    )  # fmt: skip


def _line(message: dict[str, Any]) -> bytes:
    return msgspec.json.encode(message) + b"\n"


class Collectors:
    """All make-believe collectors, speaking over one connection."""

    def __init__(self, county: County, host: str, port: int) -> None:
        self._county = county
        self._host = host
        self._port = port
        self._number = 0

    async def run(self) -> None:
        """Report until cancelled; connect again when the line is lost."""
        while True:
            with contextlib.suppress(OSError):
                reader, writer = await asyncio.open_connection(self._host, self._port)
                with contextlib.closing(writer):
                    heard = asyncio.create_task(_hear(reader))
                    try:
                        await self._report(writer)
                    finally:
                        heard.cancel()
            await asyncio.sleep(1.0)

    async def _report(self, writer: asyncio.StreamWriter) -> None:
        while True:
            self._county.advance()
            at = self._county.now().astimezone(UTC)
            writer.write(state(self._number, at))
            if self._number % CASE_EVERY == 0:
                writer.write(case(self._number, at))
            self._number += 1
            await writer.drain()
            await asyncio.sleep(self._county.seconds(INTERVAL_S))


async def _hear(reader: asyncio.StreamReader) -> None:
    while await reader.read(4096):
        pass


def simulator(county: County, host: str, port: int) -> Collectors:
    """The collectors of a county, to be run."""
    return Collectors(county, host, port)
