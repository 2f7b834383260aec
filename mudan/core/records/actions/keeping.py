"""How does a batch of records become durable: the good rows, the bad ones, how far its runs have come?"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from mudan.core.cases import queries as cases
from mudan.core.records import queries, store
from mudan.core.records.actions.opening import move_case, open_case, show
from mudan.core.records.actions.telling import settle
from mudan.core.records.model.contacts import SPOKEN, Contact
from mudan.core.records.model.faults import Fault
from mudan.core.records.model.portion import Portion
from mudan.core.records.model.words import BadRow, Record, Run, Tally, case_id
from mudan.core.referrals import actions as referrals
from mudan.primitives.changes import Changes
from mudan.primitives.errors import Conflict
from mudan.storage.pool import Connection


@dataclass(slots=True)
class Kept:
    """What became of a batch: the figures of each run, and of each record whether it was new or changed."""

    tallies: dict[UUID | None, Tally] = field(default_factory=dict)
    fresh: set[tuple[str, str]] = field(default_factory=set)
    changes: Changes = field(default_factory=Changes)

    def of(self, run: UUID | None) -> Tally:
        """The figures of a run."""
        return self.tallies.setdefault(run, Tally())


async def begin(
    connection: Connection, platform: str, run: Run, now: datetime, *, state: str = "waiting"
) -> None:
    """Note a run before its first row; the same again changes nothing."""
    await store.start_run(connection, platform, run, now, state)


async def take(connection: Connection, platform: str, portion: Portion, now: datetime) -> Changes:
    """Keep what a batch brought; what the screens must hear of."""
    if not portion:
        return Changes()
    kept = await keep(connection, platform, portion.records, portion.bad_rows, portion.runs, now)
    await settle(connection, portion.outcomes, now)
    for one in portion.contacts:
        await store.put_contact(connection, platform, one, now)
    if portion.outcomes or portion.contacts:
        kept.changes.touch("records", 0, platform)
    kept.changes.add(await referrals.take(connection, platform, portion.referrals, now))
    return kept.changes


async def keep(
    connection: Connection,
    platform: str,
    records: Sequence[Record],
    bad: Sequence[BadRow],
    runs: Sequence[Run],
    now: datetime,
) -> Kept:
    """Keep a batch as the centre. Every record is kept once however often it comes; the same again is a duplicate."""
    kept = Kept()
    for run in runs:
        await store.start_run(connection, platform, run, now, "running")
    newest = {(one.feed, one.source_id): one for one in records}
    rows = await store.put(connection, platform, list(newest.values()), now) if newest else []
    kept.fresh = {(row["feed"], row["source_id"]) for row in rows}
    failed = await _cases(connection, platform, newest, rows, now, kept)
    for one in records:
        is_newest = newest[one.feed, one.source_id] is one
        fresh = is_newest and (one.feed, one.source_id) in kept.fresh
        tally = kept.of(one.run)
        tally.good, tally.duplicate = tally.good + fresh, tally.duplicate + (not fresh)
    for new in await store.put_bad(connection, platform, [*bad, *failed], now):
        kept.of(new).bad += 1
    counted = set[UUID]()
    for run in runs:  # a run may stand there in several portions
        await store.count(connection, run, Tally() if run.id in counted else kept.of(run.id), now)
        counted.add(run.id)
        if run.mark is not None:
            await store.put_mark(connection, platform, run.feed, run.channel, run.mark, now)
        if run.channel in SPOKEN:
            await store.put_contact(connection, platform, Contact(run.feed, run.channel, rows=run.sent), now)
        kept.changes.touch("records", 0, f"{platform}.{run.feed}")
    return kept


async def _cases(
    connection: Connection,
    platform: str,
    newest: dict[tuple[str, str], Record],
    rows: Sequence[dict[str, Any]],
    now: datetime,
    kept: Kept,
) -> list[BadRow]:
    """The cases of records that are new or changed; a bad row for each that could not become one."""
    failed = []
    for row in sorted(rows, key=lambda row: newest[row["feed"], row["source_id"]].row):
        one = newest[row["feed"], row["source_id"]]
        waits = one.opens is None or (one.opens.at is not None and one.opens.at > now)
        if waits and not one.moves and not one.pictures:
            continue
        faults = await _case(connection, platform, one, row, now, kept, waits=waits)
        if faults and one.run is not None:
            failed.append(BadRow(one.feed, one.row, one.raw, tuple(faults), one.run))
    return failed


async def _case(
    connection: Connection,
    platform: str,
    one: Record,
    row: dict[str, Any],
    now: datetime,
    kept: Kept,
    *,
    waits: bool,
) -> list[Fault]:
    """Open the case of a record, or go on with it; what could not be done."""
    case = row["case_id"] or case_id(platform, one.feed, one.subject or one.source_id)
    if await cases.find(connection, case) is None:
        if waits:
            return []
        named = {"feed": one.feed, "source_id": one.source_id, "area_code": one.area_code}
        opens = named | {"opens": store.opens_of(one)}
        why = await open_case(connection, platform, opens, now, kept.changes)
        if why is not None:
            return [why]
        kept.of(one.run).opened += 1
    elif row["case_id"] is None:
        await store.opened(connection, platform, one.feed, one.source_id, case)
    version = f"{one.source_id}\n{row['version']}"
    await move_case(connection, platform, case, one.moves, version, now, kept.changes)
    return await show(connection, platform, case, one.pictures, now)


async def mend(
    connection: Connection, platform: str, bad: int, record: Record, by: str, now: datetime
) -> Kept:
    """Keep what a bad row says after it was mended. Raises NotFound, and Conflict when it was mended already."""
    row = await queries.bad_row(connection, bad, lock=True)
    if row["platform"] != platform or not await store.replayed(connection, bad, by, now):
        raise Conflict("this row was mended already")
    return await keep(connection, platform, [record], (), (), now)
