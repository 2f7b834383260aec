"""Which frames were kept, within the reader's scope?"""

from datetime import datetime
from typing import Any

from mudan.core.frames.model import Verdict
from mudan.storage.pool import Connection


async def page(
    connection: Connection, platform: str, verdict: Verdict, before: int | None, limit: int
) -> list[dict[str, Any]]:
    """Frames of one verdict, newest first, from below the id `before`."""
    values = {"platform": platform, "verdict": verdict.value, "before": before, "limit": limit}
    if verdict is Verdict.GOOD:
        statement = (
            "select id, received_at, peer, device, 'good' as verdict, '' as reason, 0 as fault_offset, '' as clause,"
            " raw from frame_good where platform = %(platform)s"
            " and (%(before)s::bigint is null or id < %(before)s) order by id desc limit %(limit)s"
        )
    else:
        statement = (
            "select id, received_at, peer, device, verdict, reason, fault_offset, clause, raw from frame_bad"
            " where platform = %(platform)s and verdict = %(verdict)s"
            " and (%(before)s::bigint is null or id < %(before)s) order by id desc limit %(limit)s"
        )
    return await (await connection.execute(statement, values)).fetchall()


async def counts_since(connection: Connection, platform: str, since: datetime) -> dict[str, int]:
    """How many frames of each verdict were kept since a time."""
    rows = await (
        await connection.execute(
            "select verdict, count(*)::int as n from frame_bad where platform = %s and received_at >= %s group by 1",
            (platform, since),
        )
    ).fetchall()
    return {row["verdict"]: row["n"] for row in rows}
