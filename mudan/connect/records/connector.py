"""What moves the records of a record-keeping platform: its folder, its pulls and polls, what it is told back?"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from mudan.connect.feeds import Feed
from mudan.connect.platform import Batch, LinkChange, RecordIntake
from mudan.connect.records.folder import DropFolder
from mudan.connect.records.outlet import Hook
from mudan.connect.records.pull import Page, Table
from mudan.connect.records.reading import Load, batches, digest_of
from mudan.connect.records.telling import Telling
from mudan.connect.records.web import asked
from mudan.connect.sources import BAD_RECORDS, GOOD_RECORDS
from mudan.connect.tables import rows
from mudan.core.commands.model import Command
from mudan.core.observations.model import Columns
from mudan.core.records.model.contacts import Contact
from mudan.core.records.model.deliveries import Delivery, Outcome, Target
from mudan.core.records.model.words import Run
from mudan.primitives.clock import to_us
from mudan.primitives.errors import Invalid, Unavailable
from mudan.primitives.ids import new_id

log = logging.getLogger(__name__)

ASK_EVERY_S: Final = 30.0
LONGEST_PAUSE_S: Final = 300.0


def _hooks(settings: Mapping[str, str], targets: tuple[Target, ...]) -> dict[str, Hook]:
    """By target: where it is told. One of our own cases has its own address; the others have that of the platform."""
    found = {}
    for one in targets:
        own = settings.get(f"hook_url_{one.name}", "")
        url = own or ("" if one.needs else settings.get("hook_url", ""))
        secret = settings.get(f"hook_secret_{one.name}" if own else "hook_secret", "")
        if url:
            found[one.name] = Hook(url, secret)
    return found


class RecordConnector:
    """The connector of every platform that keeps records. Its settings are told by `sources.SETTINGS`."""

    def __init__(
        self,
        intake: RecordIntake,
        settings: Mapping[str, str],
        name: str,
        feeds: tuple[Feed, ...],
        targets: tuple[Target, ...],
    ) -> None:
        self._intake, self._settings, self._name = intake, settings, name
        self._feeds = {feed.name: feed for feed in feeds}
        self._hooks = _hooks(settings, targets)
        self._targets = tuple(one for one in targets if not one.needs or one.name in self._hooks)
        self._area = settings.get("area", "")
        self._every_s = float(settings.get("every_s", ASK_EVERY_S))
        self._counted = {"frames_good": 0, "frames_bad": 0, "asked": 0, "unreachable": 0, "told": 0}
        self._last = dict.fromkeys(self._feeds, "")
        self._waiting = Batch()

    def health(self) -> dict[str, int | float | str]:
        """Counters since the start; a row is a frame."""
        return dict(self._counted)

    async def send(self, command: Command) -> bool:  # noqa: ARG002 - the shape of every connector
        """A platform of records has no device that could be told something."""
        return False

    async def serve(self) -> None:
        """Run until cancelled."""
        parts: list[Coroutine[Any, Any, Any]] = [self._flush_on()]
        if self._settings.get("folder"):
            folder = Path(self._settings["folder"])
            drop = DropFolder(self._intake, self._name, folder, self._area, self.observe)
            parts.append(drop.watch(self._feeds))
        for name in self._feeds:
            if self._settings.get(f"pull_{name}"):
                parts.append(self._over_again(name, "pull", self.pull))
            if self._settings.get(f"poll_{name}"):
                parts.append(self._over_again(name, "poll", self.poll))
        if self._hooks:
            parts.append(self.telling(self._attempt).watch())
        async with asyncio.TaskGroup() as group:
            for part in parts:
                group.create_task(part)

    async def _over_again(
        self, feed: str, channel: str, ask: Callable[[str], Coroutine[Any, Any, None]]
    ) -> None:
        pause = self._every_s
        while True:
            self._counted["asked"] += 1
            try:
                before = self._counted["frames_good"]
                await ask(feed)
                self._answered(feed, channel, brought=self._counted["frames_good"] > before)
                pause = self._every_s
            except (Unavailable, Invalid) as error:
                self._counted["unreachable"] += 1
                log.warning("%s.%s could not be read: %s", self._name, feed, error.reason)
                self._linked(feed, online=False)
                self._waiting.contacts.append(Contact(feed, channel, heard=False, reason=error.reason))
                pause = min(pause * 2, LONGEST_PAUSE_S)
            await self._flush()
            await asyncio.sleep(pause)

    async def pull(self, name: str) -> None:
        """One sweep over a table of another database. Raises Unavailable, Invalid."""
        feed, table_name = self._feeds[name], self._settings[f"pull_{name}"]
        cursor = self._settings.get(f"cursor_{name}", feed.cursor)
        table = await asyncio.to_thread(Table, self._settings.get("pull_url", ""), table_name, cursor)
        try:
            pages = table.sweep(await self._intake.mark(name, "pull"))
            await self._keep_pages(feed, "pull", table_name, pages)
        finally:
            table.close()

    async def poll(self, name: str) -> None:
        """Ask a web address once; `{mark}` in it is how far it was read. Raises Unavailable, Invalid."""
        url, feed = self._settings[f"poll_{name}"], self._feeds[name]
        mark = await self._intake.mark(name, "poll")
        token = self._settings.get("poll_token", "")
        head = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        status, data = await asyncio.to_thread(
            asked, "GET", url.replace("{mark}", quote(mark or "", safe="")), None, head
        )
        if status != 200:
            raise Unavailable(f"HTTP {status}")
        found = await asyncio.to_thread(list, rows(data, "answer.json"))
        marks = [str(row.values[feed.cursor]) for row in found if row.values.get(feed.cursor) is not None]
        await self._keep_pages(feed, "poll", name, iter([Page(found, max(marks, default=mark or ""))]))

    async def _keep_pages(self, feed: Feed, channel: str, title: str, pages: Iterator[Page]) -> None:
        run, count = new_id(), 0
        while (page := await asyncio.to_thread(next, pages, None)) is not None:
            told = digest_of(f"{page.mark}\n{[row.values for row in page.rows]}".encode())
            if not page.rows or told == self._last[feed.name]:
                continue
            load = Load(self._name, feed, channel, title, self._area)
            numbered = [replace(row, number=row.number + count) for row in page.rows]
            count += len(page.rows)
            part = Run(run, feed.name, channel, title, mark=page.mark)
            for batch in batches(load, numbered, part, self._intake.clock.now()):
                await self._intake.commit(batch)
                self.observe(batch)
            self._last[feed.name] = told

    def observe(self, batch: Batch) -> None:
        """Count what was kept."""
        self._counted["frames_good"] += len(batch.records)
        self._counted["frames_bad"] += len(batch.bad_rows)
        for feed in {run.feed for run in batch.runs}:
            good = sum(one.feed == feed for one in batch.records)
            bad = sum(one.feed == feed for one in batch.bad_rows)
            self._measure(feed, {GOOD_RECORDS: good, BAD_RECORDS: bad})

    def heard(self, feed: str, good: int, bad: int) -> None:
        """A source has pushed, maybe only to say that it is there; kept with what is flushed next."""
        self._counted["frames_good"] += good
        self._counted["frames_bad"] += bad
        self._measure(feed, {GOOD_RECORDS: good, BAD_RECORDS: bad} if good or bad else {GOOD_RECORDS: 0})
        self._linked(feed, online=True)

    def _answered(self, feed: str, channel: str, *, brought: bool) -> None:
        """Who was asked has answered: that there is nothing new is a sign of life too."""
        self._linked(feed, online=True)
        self._waiting.contacts.append(Contact(feed, channel))
        if not brought:
            self._measure(feed, {GOOD_RECORDS: 0})

    def _measure(self, feed: str, values: Mapping[str, float]) -> None:
        device = self._intake.device(feed)
        if device is None:
            return
        now = to_us(self._intake.clock.now())
        numbers = [self._intake.quantity(name) for name in values]
        size = len(numbers)
        columns = Columns.of(
            [device.key] * size, numbers, list(values.values()), [now] * size, [now] * size, [0] * size
        )
        self._waiting.columns = Columns.joined([self._waiting.columns, columns])

    def _linked(self, feed: str, *, online: bool) -> None:
        device = self._intake.device(feed)
        if device is not None:
            self._waiting.links.append(LinkChange(device.key, online, to_us(self._intake.clock.now())))

    async def _flush(self) -> None:
        if self._waiting:
            batch, self._waiting = self._waiting, Batch()
            await self._intake.commit(batch)

    async def _flush_on(self) -> None:
        while True:
            await asyncio.sleep(self._every_s)
            await self._flush()

    def _attempt(self, one: Delivery, now: datetime) -> Outcome:
        hook = self._hooks.get(one.target)
        return Outcome(one.id, "waiting", reason="no address is set") if hook is None else hook.tell(one, now)

    def telling(self, attempt: Callable[[Delivery, datetime], Outcome]) -> Telling:
        """What tells the platform's own system by one attempt each; attempts block, so they run in a thread."""

        async def tell(one: Delivery) -> Outcome:
            outcome = await asyncio.to_thread(attempt, one, self._intake.clock.now())
            self._counted["told"] += outcome.state != "waiting"
            return outcome

        return Telling(self._intake, self._targets, tell)

    async def tell(self, attempt: Callable[[Delivery, datetime], Outcome]) -> int:
        """Tell what waits once; how much was tried."""
        return await self.telling(attempt).look()
