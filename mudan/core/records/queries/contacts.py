"""When was each source heard, and how often does it declare to speak?"""

from typing import Any

from mudan.core.records.model.contacts import Kept
from mudan.storage.pool import Connection


async def contacts(connection: Connection) -> dict[tuple[str, str], list[Kept]]:
    """By platform and feed, what is known of each channel."""
    done = await connection.execute("select * from record_contact order by platform, feed, channel")
    found: dict[tuple[str, str], list[Kept]] = {}
    for row in await done.fetchall():
        one = Kept(row["channel"], row["heard_at"], row["rows_at"], row["failed_at"], row["reason"])
        found.setdefault((row["platform"], row["feed"]), []).append(one)
    return found


async def declared(connection: Connection, kind: str) -> dict[tuple[str, str], dict[str, Any]]:
    """By platform and feed, the registered source of that entity type: its `urn`, and within how long it speaks."""
    done = await connection.execute(
        "select platform, device, urn, case jsonb_typeof(properties -> 'stale_after_s') when 'number'"
        " then (properties ->> 'stale_after_s')::float8 end as stale_after_s from entity"
        " where space = 0 and type = %s and device is not null",
        (kind,),
    )
    return {(row["platform"], row["device"]): row for row in await done.fetchall()}
