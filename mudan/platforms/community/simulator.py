"""What would property firms of the make-believe county send?"""

import asyncio
import contextlib
import json
from datetime import timedelta
from typing import Final

from mudan.simulation.county import County

FIRMS: Final = ("SL-WY01", "SL-WY02")
INTERVAL_S: Final = 600.0  # county seconds between two orders of a firm
_KINDS: Final = ("leak", "light", "lift", "clutter", "service")


def lines(county: County, turn: int) -> bytes:
    """One order of every firm; which, and whether it is new or done, follows from the turn."""
    now = county.now()
    orders = [
        {
            "firm": firm, "order": f"WX-{turn // 2:05d}", "kind": _KINDS[(turn // 2 + place) % len(_KINDS)],
            "state": "done" if turn % 2 else "new", "title": "示例报修", "address": f"示例小区 {place + 1} 栋",
            "reported": (now - timedelta(minutes=30 if turn % 2 else 1)).isoformat(), "at": now.isoformat(),
            "open": 3 + (turn + place) % 5,
        }
        for place, firm in enumerate(FIRMS)
    ]  # fmt: skip
    return b"".join(json.dumps(order, ensure_ascii=False).encode() + b"\n" for order in orders)


class Firms:
    """All make-believe firms, speaking over one connection."""

    def __init__(self, county: County, host: str, port: int) -> None:
        self._county = county
        self._host = host
        self._port = port
        self._turn = 0

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
            writer.write(lines(self._county, self._turn))
            self._turn += 1
            await writer.drain()
            await asyncio.sleep(self._county.seconds(INTERVAL_S))


def simulator(county: County, host: str, port: int) -> Firms:
    """The firms of a county, to be run."""
    return Firms(county, host, port)
