"""What does time alone bring to records? Those whose moment has come open their cases."""

from datetime import datetime
from typing import Final

from mudan.core.records import queries
from mudan.core.records.actions.opening import open_case
from mudan.primitives.changes import Changes
from mudan.storage.pool import Connection

MOST_AT_ONCE: Final = 100


async def tick(connection: Connection, now: datetime) -> Changes:
    """Called every second."""
    changes = Changes()
    for row in await queries.to_open(connection, now, MOST_AT_ONCE):
        await open_case(connection, row["platform"], row, now, changes)
    return changes
