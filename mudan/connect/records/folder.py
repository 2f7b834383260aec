"""How is a file taken that somebody puts into a folder: whole, once, and moved away only when it is durable?

<folder>/<feed>/table.csv ─▶ unchanged between two looks ─▶ batches committed ─┬▶ <folder>/<feed>/done/
                                                   no table at all, too large ─┴▶ <folder>/<feed>/bad/
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from mudan.connect.feeds import Feed
from mudan.connect.platform import Batch, RecordIntake
from mudan.connect.records.reading import Load, digest_of, file_batches, run_of
from mudan.connect.tables import MOST_BYTES
from mudan.core.records.model.contacts import Contact
from mudan.core.records.model.words import Run
from mudan.primitives.errors import Invalid

log = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 2.0
LONGEST_NAME: Final = 70  # characters, of up to three bytes each
_UNFINISHED: Final = (".tmp", ".part", ".crdownload", ".swp")
_Seen = dict[Path, tuple[int, int]]


class DropFolder:
    """The folders of one platform's feeds."""

    def __init__(
        self, intake: RecordIntake, platform: str, folder: Path, area: str, taken: Callable[[Batch], None]
    ) -> None:
        self._intake, self._platform, self._folder, self._area = intake, platform, folder, area
        self._taken = taken
        self._seen: _Seen = {}

    async def watch(self, feeds: Mapping[str, Feed], every_s: float = LOOK_EVERY_S) -> None:
        """Take what is put there, until cancelled."""
        for name in feeds:
            await asyncio.to_thread(_make, self._folder / name)
        while True:
            await self.look(feeds)
            await asyncio.sleep(every_s)

    async def look(self, feeds: Mapping[str, Feed]) -> None:
        """Take every file that has not changed since the last look."""
        for name, feed in feeds.items():
            waiting = await asyncio.to_thread(_files, self._folder / name)
            seen = {path: self._seen.get(path) for path in waiting}
            self._seen = {p: s for p, s in self._seen.items() if p.parent != self._folder / name} | waiting
            for path, state in sorted(waiting.items()):
                if seen[path] == state:
                    await self.take(feed, path)

    async def take(self, feed: Feed, path: Path) -> None:
        """Take one file; what cannot be read ends as a failed run that says why."""
        load = Load(self._platform, feed, "drop", path.name, self._area)
        data = await asyncio.to_thread(_content, path)
        if data is None:
            why, digest = f"the file is larger than {MOST_BYTES >> 20} MB, or no plain file", path.name
            await self._fail(load, digest, why, path)
            return
        digest = digest_of(data)
        reached, ended = await self._intake.reached(run_of(load, digest))
        if not ended:
            try:
                await self._commit(load, data, reached)
            except Invalid as error:
                await self._fail(load, digest, error.reason, path)
                return
        else:  # nothing new in it, but its source is there
            await self._intake.commit(Batch(contacts=[Contact(feed.name, "drop")]))
        await asyncio.to_thread(_move, path, "done")
        self._seen.pop(path, None)

    async def _commit(self, load: Load, data: bytes, reached: int) -> None:
        given = file_batches(load, data, self._intake.clock.now(), reached)
        while (batch := await asyncio.to_thread(_following, given)) is not None:
            await self._intake.commit(batch)
            self._taken(batch)

    async def _fail(self, load: Load, digest: str, why: str, path: Path) -> None:
        run = Run(
            run_of(load, digest), load.feed.name, "drop", load.name[:200], digest, ended=True, failed=why
        )
        await self._intake.commit(Batch(runs=[run]))
        await asyncio.to_thread(_move, path, "bad")
        self._seen.pop(path, None)


def _following(given: Iterator[Batch]) -> Batch | None:
    return next(given, None)


def _make(folder: Path) -> None:
    for part in ("", "done", "bad"):
        (folder / part).mkdir(parents=True, exist_ok=True)


def _files(folder: Path) -> _Seen:
    """The files that wait, with size and time; what is still being written elsewhere has another name."""
    found: _Seen = {}
    with contextlib.suppress(FileNotFoundError):
        for path in folder.iterdir():
            if path.name.startswith((".", "~")) or path.name.endswith(_UNFINISHED) or path.is_dir():
                continue
            with contextlib.suppress(FileNotFoundError):
                told = path.lstat()
                found[path] = (told.st_size, told.st_mtime_ns)
    return found


def _content(path: Path) -> bytes | None:
    """A plain file's bytes; None for what is too large or leads elsewhere."""
    if path.is_symlink() or not path.is_file() or path.stat().st_size > MOST_BYTES:
        return None
    return path.read_bytes()


def _move(path: Path, part: str) -> None:
    """Move a file aside; a namesake there keeps its place."""
    into = path.parent / part
    into.mkdir(exist_ok=True)
    target, number = into / path.name, 1
    while target.exists():
        number += 1
        target = into / f"{path.stem}.{number}{path.suffix}"
    path.rename(target)


def plain_name(name: str) -> str:
    """A file's name that leads nowhere else and fits every disk."""
    last = "".join(one for one in name.replace("\\", "/").rpartition("/")[2] if one.isprintable())
    return last.lstrip(".~ ")[-LONGEST_NAME:] or "table"


def put(folder: Path, feed: str, name: str, data: bytes) -> None:
    """Put a file there as if somebody had: under a name of its own, whole at once."""
    _make(folder / feed)
    plain = plain_name(name)
    started = folder / feed / f".{plain}"
    started.write_bytes(data)
    started.rename(folder / feed / plain)
