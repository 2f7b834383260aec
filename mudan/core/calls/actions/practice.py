"""What of the call tree does an exercise begin with?"""

from datetime import datetime

from mudan.core.calls import store
from mudan.storage.pool import Connection


async def copy_into(connection: Connection, space: int, area: str, now: datetime) -> int:
    """Give an exercise the call tree of reality within an area, after the phone book; how many places."""
    del now
    return await store.copy_into(connection, space, area)
