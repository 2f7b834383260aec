"""How does a table become batches: so many rows at a time, each mapped, none twice after a restart?"""

import hashlib
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from mudan.connect.cells import Row
from mudan.connect.feeds import Feed
from mudan.connect.mapping import Source, mapped
from mudan.connect.platform import Batch
from mudan.connect.tables import rows
from mudan.core.records.model.words import BadRow, Run, run_id

CHUNK: Final = 2_000


@dataclass(frozen=True, slots=True)
class Load:
    """A table that is read: for which feed of which platform, through which channel, from what it is called."""

    platform: str
    feed: Feed
    channel: str
    name: str
    area: str
    by: str = ""


def digest_of(data: bytes) -> str:
    """What tells one file from another."""
    return hashlib.sha256(data).hexdigest()


def run_of(load: Load, digest: str) -> UUID:
    """The run of a file: the same file is the same run."""
    return run_id(load.platform, load.feed.name, digest)


def file_batches(load: Load, data: bytes, now: datetime, reached: int = 0) -> Iterator[Batch]:
    """The batches of a file past the row `reached`; the last one ends its run. Raises Invalid for no table."""
    digest = digest_of(data)
    total = None if data.startswith(b"PK") else max(data.count(b"\n") - 1, 1)
    run = Run(
        run_of(load, digest), load.feed.name, load.channel, load.name[:200], digest, total=total, by=load.by
    )
    given = (row for row in rows(data, load.name) if row.number > reached)
    yield from batches(load, given, run, now)


def batches(
    load: Load, given: Iterable[Row], run: Run, now: datetime, *, ends: bool = True
) -> Iterator[Batch]:
    """The batches of some rows of a run, at least one; `ends`: the last one ends it."""
    source = Source(load.area, run.id, now)
    chunks = _chunks(given)
    held: list[Row] = next(chunks, [])
    while True:
        following = next(chunks, None)
        yield _batch(load.feed, held, source, run, last=following is None, ends=ends)
        if following is None:
            return
        held = following


def _chunks(given: Iterable[Row]) -> Iterator[list[Row]]:
    source = iter(given)
    while chunk := list(itertools.islice(source, CHUNK)):
        yield chunk


def _batch(feed: Feed, held: list[Row], source: Source, run: Run, *, last: bool, ends: bool) -> Batch:
    batch = Batch()
    for row in held:
        found = mapped(feed, row, source)
        if isinstance(found, BadRow):
            batch.bad_rows.append(found)
        else:
            batch.records.append(found)
    reached = held[-1].number if held else 0
    batch.runs.append(
        Run(
            run.id, run.feed, run.channel, run.name, run.digest, reached=reached, sent=len(held), total=run.total,
            mark=run.mark if last else None, ended=ends and last, by=run.by,
        )
    )  # fmt: skip
    return batch
