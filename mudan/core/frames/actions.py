"""What happens to a frame once it is understood, or not?"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from mudan.core.frames import store
from mudan.core.frames.model import Frame, Verdict
from mudan.storage.pool import Connection


async def keep(connection: Connection, platform: str, frames: Sequence[Frame], *, keep_good: bool) -> None:
    """Keep what was not good for ever, and good frames when they are wanted."""
    other = [frame for frame in frames if frame.verdict is not Verdict.GOOD]
    if other:
        await store.write_bad(connection, platform, other)
    good = [frame for frame in frames if frame.verdict is Verdict.GOOD]
    if good and keep_good:
        await store.write_good(connection, platform, good)


async def forget_good(connection: Connection, now: datetime, hours: float) -> list[str]:
    """Drop the days of good frames that are older than so many hours."""
    return await store.drop_good(connection, (now - timedelta(hours=hours)).date().isoformat())
