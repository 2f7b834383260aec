"""Where do documents of warnings come from? Feeds that are polled, and a folder they are dropped into."""

import asyncio
import logging
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Final

from mudan.connect.lane import Lane
from mudan.connect.session import Session
from mudan.core.warnings.model.feeds import Link, unwrapped
from mudan.platforms.emergency.connector.fetch import MOST_BYTES, Memory, fetch, same_host
from mudan.platforms.emergency.connector.framer import EmergencyFramer
from mudan.platforms.emergency.connector.newsdesk import TAKEN
from mudan.primitives.clock import Clock, to_us
from mudan.primitives.errors import DecodeError, Unavailable

log = logging.getLogger(__name__)

DELIVERED_S: Final = 60.0
LONGEST_WAIT_S: Final = 900.0
FOLDER_S: Final = 2.0
SETTLED_S: Final = 1.0  # a file not written to for so long is whole
MOST_LINKS: Final = 100  # fetched of one feed at one look
RESTORED_S: Final = 3 * 86_400.0
MOST_REMEMBERED: Final = 5_000
NEWS: Final = "warnings"  # what `session.device` says of a bringer of documents


class Post:
    """Hands documents to the lane and waits until they are durable."""

    def __init__(self, lane: Lane, clock: Clock) -> None:
        self._lane = lane
        self._clock = clock

    async def deliver(self, data: bytes, source: str) -> bytes:
        """`taken`, or `refused: why`. Raises Unavailable when it was not recorded in time."""
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

        def write(said: bytes) -> None:
            if not answer.done():
                answer.set_result(said)

        session = Session(source, EmergencyFramer(), self._clock.monotonic_s(), write=write)
        session.device = NEWS
        self._lane.put(session, [data], to_us(self._clock.now()))
        try:
            return await asyncio.wait_for(answer, DELIVERED_S)
        except TimeoutError:
            raise Unavailable("the document was not recorded in time") from None


class Feed:
    """One address that is looked at again and again; links of the same host are followed once each."""

    def __init__(self, address: str, interval_s: float, post: Post) -> None:
        self.address = address
        self.error = ""
        self._interval_s = interval_s
        self._post = post
        self._memory = Memory()
        self._digest = b""
        self._followed: dict[tuple[str, str], None] = {}

    async def watch(self) -> None:
        """Look until cancelled; after a failure wait twice as long each time, up to a quarter of an hour."""
        wait_s = self._interval_s
        while True:
            try:
                await self.look()
                self.error, wait_s = "", self._interval_s
            except Unavailable as error:
                self.error = error.reason
                log.warning("feed %s: %s", self.address, error.reason)
                wait_s = min(LONGEST_WAIT_S, 2 * wait_s)
            await asyncio.sleep(wait_s)

    async def look(self) -> None:
        """Fetch once and deliver what is new. Raises Unavailable."""
        found = await asyncio.to_thread(fetch, self.address, self._memory)
        if found.data is None:
            return
        digest = sha256(found.data).digest()
        if digest != self._digest:
            await self._post.deliver(found.data, f"feed {self.address}"[:120])
        await self._follow(found.data)
        self._memory, self._digest = found.memory, digest

    async def _follow(self, data: bytes) -> None:
        try:
            links = unwrapped(data).links
        except DecodeError:
            return
        for link in links[:MOST_LINKS]:
            if _name(link) in self._followed or not same_host(self.address, link.address):
                continue
            found = await asyncio.to_thread(fetch, link.address)
            if found.data is not None:
                await self._post.deliver(found.data, f"feed {link.address}"[:120])
            self._followed[_name(link)] = None
        while len(self._followed) > MOST_REMEMBERED:
            self._followed.pop(next(iter(self._followed)))


def _name(link: Link) -> tuple[str, str]:
    return link.entry, link.updated


class Folder:
    """A folder where documents are dropped; they move to `taken` or `refused` once that is recorded."""

    def __init__(self, path: Path, post: Post, clock: Clock) -> None:
        self._path = path
        self._post = post
        self._clock = clock
        for name in ("taken", "refused"):
            (path / name).mkdir(parents=True, exist_ok=True)

    def restore(self, enter: Callable[[bytes], None]) -> None:
        """Read again what was taken of late: warnings outlive a restart."""
        oldest_s = self._clock.now().timestamp() - RESTORED_S
        for file in sorted((self._path / "taken").iterdir()):
            if file.is_file() and file.stat().st_mtime >= oldest_s and file.stat().st_size <= MOST_BYTES:
                enter(file.read_bytes())

    async def watch(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                await self.look()
            except (OSError, Unavailable) as error:
                log.warning("folder %s: %s", self._path, error)
            await asyncio.sleep(FOLDER_S)

    async def look(self) -> None:
        """Deliver what has been dropped and is no longer written to."""
        now_s = self._clock.now().timestamp()
        for file in sorted(self._path.iterdir()):
            if not file.is_file() or file.name.startswith(".") or now_s - file.stat().st_mtime < SETTLED_S:
                continue
            taken = False
            if file.stat().st_size <= MOST_BYTES:
                said = await self._post.deliver(
                    await asyncio.to_thread(file.read_bytes), f"file {file.name}"[:120]
                )
                taken = said == TAKEN
            file.rename(self._path / ("taken" if taken else "refused") / file.name)

    def keep(self, data: bytes) -> None:
        """Put a document that came another way among those taken."""
        (self._path / "taken" / f"{sha256(data).hexdigest()[:24]}.xml").write_bytes(data)
