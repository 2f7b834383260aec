"""What of stores and shelters does an exercise begin with?"""

from datetime import datetime

from mudan.core.supplies import store
from mudan.storage.pool import Connection


async def copy_into(connection: Connection, space: int, area: str, now: datetime) -> int:
    """Give an exercise stores, their stock and shelters of reality within an area; how many."""
    return await store.copy_into(connection, space, area, now)
