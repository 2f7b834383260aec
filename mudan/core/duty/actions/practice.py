"""What of duty does an exercise begin with?"""

from datetime import datetime

from mudan.core.duty import store
from mudan.storage.pool import Connection


async def copy_into(connection: Connection, space: int, area: str, now: datetime) -> int:
    """Give an exercise the phone book of reality within an area and its roster from now on; how many shifts."""
    return await store.copy_into(connection, space, area, now)
