"""How are new and changed requests pulled from another endpoint, page by page, from where the last look ended?

    mark (durable) ── less ten minutes ─▶ page 1, 2 … until one is short or brings nothing new ─▶ mark forward

Each page is durable before the next is asked for; the mark moves with the last one, so a restart walks again from the
last whole look and what it meets twice is kept once. What the same look brought before unchanged is left out here.
"""

import asyncio
import logging
import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from mudan.connect.platform import Batch, Intake, LinkChange, RecordIntake, ReferralIntake
from mudan.core.cases.model.georeport import Bad, Document, Refusal, Request
from mudan.core.observations.model import ColumnsBuilder
from mudan.core.records.model.words import Run, run_id
from mudan.core.referrals.model import MARK
from mudan.platforms.citizen.codec import document
from mudan.platforms.citizen.connector.desk import Desk
from mudan.platforms.citizen.connector.exchange import Pairs, asked
from mudan.platforms.citizen.connector.settings import Settings
from mudan.platforms.citizen.model import FEED
from mudan.primitives.clock import to_us
from mudan.primitives.errors import DecodeError, Unavailable

log = logging.getLogger(__name__)

CHANNEL: Final = "poll"
PAGE: Final = 200
MOST_PAGES: Final = 500
OVERLAP: Final = timedelta(minutes=10)  # a change may be written later than the time it bears
FIRST_LOOK: Final = timedelta(days=90)  # what the standard gives without being asked for more
LONGEST_WAIT_S: Final = 900.0
Seen = dict[str, tuple[str, datetime | None]]


class Puller:
    """Looks at the other endpoint again and again."""

    def __init__(self, intake: Intake, settings: Settings, desk: Desk) -> None:
        self._intake, self._settings, self._desk = intake, settings, desk
        self._seen: Seen = {}
        self._bad: tuple[Bad, ...] = ()
        self._online: bool | None = None
        self.counters: dict[str, int] = dict.fromkeys(("looks", "pages", "requests", "looks_failed"), 0)

    async def watch(self) -> None:
        """Look until cancelled; after a failure wait twice as long each time, up to a quarter of an hour."""
        wait_s = self._settings.interval_s
        while True:
            try:
                await self.look()
                wait_s = self._settings.interval_s
            except (Unavailable, DecodeError) as error:
                log.warning("%s: %s", self._settings.url, error.reason)
                self.counters["looks_failed"] += 1
                wait_s = min(LONGEST_WAIT_S, 2 * wait_s)
                await self._linked(online=False)
            await asyncio.sleep(wait_s)

    async def look(self) -> None:
        """Pull what is new once. Raises Unavailable, DecodeError."""
        mark = await self._mark()
        await self._walk(mark)
        await self._stand()
        await self._linked(online=True)
        self.counters["looks"] += 1

    async def _mark(self) -> datetime | None:
        known = None
        if isinstance(self._intake, RecordIntake):
            known = await self._intake.mark(FEED, CHANNEL)
        return None if known is None else datetime.fromisoformat(known)

    async def _walk(self, mark: datetime | None) -> None:
        now = self._intake.clock.now()
        since = (mark or now - FIRST_LOOK) - OVERLAP
        run = Run(
            run_id("citizen", FEED, f"{self._settings.url} {now.isoformat()}"),
            FEED,
            CHANNEL,
            since.isoformat(),
        )
        seen: Seen = {}
        newest = mark
        for page in range(1, MOST_PAGES + 1):
            found = await self._page(since, page)
            requests = [one for one in found.items if isinstance(one, Request) and one.id]
            fresh = [one for one in requests if seen.get(one.id) != (one.status, one.updated_at)]
            seen |= {one.id: (one.status, one.updated_at) for one in requests}
            newest = max([*([newest] if newest else []), *_times(requests)], default=None)
            last = len(found.items) + len(found.bad) < PAGE or not fresh
            run = await self._kept(found, run, fresh, newest, last=last)
            if last:
                self._seen = seen
                return
        raise Unavailable(f"more than {MOST_PAGES} pages; ask them for a shorter list")

    async def _kept(
        self, found: Document, run: Run, fresh: list[Request], newest: datetime | None, *, last: bool
    ) -> Run:
        """Make a page durable: what is in it that the last look did not bring already."""
        news = [one for one in fresh if self._seen.get(one.id) != (one.status, one.updated_at)]
        ours = await self._ours(news)
        news = [one for one in news if one.id not in ours]
        bad = tuple(one for one in found.bad if one not in self._bad)
        self._bad = found.bad if run.reached == 0 else (*self._bad, *bad)
        batch = Batch()
        told = replace(found, kind="requests", items=tuple(news), bad=bad)
        count = self._desk.sorted(told, run.id, run.reached, self._intake.clock.now(), batch)
        reached = run.reached + count
        run = replace(
            run, reached=reached, sent=count, ended=last, total=reached if last else None,
            mark=newest.isoformat() if last and newest is not None else None,
        )  # fmt: skip
        if count or (last and reached):
            batch.runs.append(run)
        if batch:
            await self._intake.commit(batch)
        self.counters["pages"] += 1
        self.counters["requests"] += len(news)
        return run

    async def _ours(self, news: list[Request]) -> set[str]:
        """The numbers of those that we sent there ourselves: they do not come back as new."""
        if not isinstance(self._intake, ReferralIntake) or not news:
            return set()
        marks = [re.search(MARK, one.description) for one in news]
        return await self._intake.ours(
            [(one.id, mark[0] if mark else "") for one, mark in zip(news, marks, strict=True)]
        )

    async def _page(self, since: datetime, page: int) -> Document:
        query = [("updated_after", _stamp(since)), ("page", str(page)), ("page_size", str(PAGE))]
        return await self._requests(query)

    async def _stand(self) -> None:
        """How many of their requests are open, and how old the oldest is."""
        found = await self._requests([("status", "open"), ("page_size", "1000")])
        rows = ColumnsBuilder()
        if self._desk.observed(found, rows, to_us(self._intake.clock.now())):
            await self._intake.commit(Batch(columns=rows.built()))

    async def _requests(self, query: Pairs) -> Document:
        settings = self._settings
        more = [("jurisdiction_id", settings.jurisdiction)] if settings.jurisdiction else []
        address = f"{settings.url.rstrip('/')}/requests.{settings.format}"
        answer = await asyncio.to_thread(asked, address, [*query, *more])
        if answer.status != 200:
            raise Unavailable(f"HTTP {answer.status}: {said(answer.data)}"[:300])
        found = document(answer.data)
        if found.kind == "errors":
            raise Unavailable(said(answer.data)[:300])
        if found.kind not in ("requests", "empty", "tickets"):
            raise DecodeError(f"requests were asked for, {found.kind} came")
        return found

    async def _linked(self, *, online: bool) -> None:
        entity = self._desk.entity
        if online is self._online or entity is None:
            return
        change = LinkChange(entity, online, to_us(self._intake.clock.now()))
        await self._intake.commit(Batch(links=[change]))
        self._online = online


def _times(requests: list[Request]) -> list[datetime]:
    return [at for one in requests if (at := one.updated_at or one.requested_at) is not None]


def said(data: bytes) -> str:
    """The reasons that an answer gives, if it gives any."""
    try:
        found = document(data)
    except DecodeError:
        return "no reason given"
    return "; ".join(one.description for one in found.items if isinstance(one, Refusal)) or "no reason given"


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
