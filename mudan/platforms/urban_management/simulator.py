"""What would another 数字城管 system send from the make-believe county, and what does it say when it is told?

A few cases a day, each reported and a little later opened there; what collectors saw of components; a receipt for
whatever it is told of its cases.
"""

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

import msgspec

from mudan.simulation.county import County
from mudan.simulation.streets import CELLS, PARTS

INTERVAL_S: Final = 300.0  # county seconds between two components that a collector passes
CASE_EVERY: Final = 48  # components between two cases: six a day
OPENED_AFTER: Final = 4  # components between a report and its opening there
HANDLED_WITHIN: Final = timedelta(hours=8)
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


def case(number: int, at: datetime, stage: str = "reported", changed_at: datetime | None = None) -> bytes:
    """A case that the collector reports, with pictures that the other system keeps; `stage` as it stands there."""
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
         "address": f"{LABEL}单元网格 {cell.code}", "lon": spot.lon, "lat": spot.lat, "photos": photos,
         "stage": stage, "changed_at": (changed_at or at).isoformat(),
         "handle_by": (at + HANDLED_WITHIN).isoformat()}
    )  # fmt: skip


def receipt(line: bytes) -> bytes | None:
    """What the other system answers to a line: a receipt with its own number for what it is told, else nothing."""
    told = msgspec.json.decode(line)
    if told.get("kind") != "told":
        return None
    said = {
        "kind": "receipt",
        "id": told["id"],
        "state": "accepted",
        "number": f"{told['case_code']}-{told['event']}",
    }
    return _line(said)


def _line(message: dict[str, Any]) -> bytes:
    return msgspec.json.encode(message) + b"\n"


class Collectors:
    """All make-believe collectors, speaking over one connection."""

    def __init__(self, county: County, host: str, port: int) -> None:
        self._county = county
        self._host = host
        self._port = port
        self._number = 0
        self._reported: tuple[int, datetime] | None = None

    async def run(self) -> None:
        """Report until cancelled; connect again when the line is lost."""
        while True:
            with contextlib.suppress(OSError):
                reader, writer = await asyncio.open_connection(self._host, self._port)
                with contextlib.closing(writer):
                    heard = asyncio.create_task(_hear(reader, writer))
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
                self._reported = (self._number, at)
                writer.write(case(self._number, at))
            elif self._number % CASE_EVERY == OPENED_AFTER and self._reported is not None:
                number, reported_at = self._reported
                writer.write(case(number, reported_at, "filed", at))
            self._number += 1
            await writer.drain()
            await asyncio.sleep(self._county.seconds(INTERVAL_S))


async def _hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while line := await reader.readline():
        said = receipt(line)
        if said is not None:
            writer.write(said)


def simulator(county: County, host: str, port: int) -> Collectors:
    """The collectors of a county, to be run."""
    return Collectors(county, host, port)
