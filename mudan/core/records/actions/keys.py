"""Who may push records, by which secret, and was this very request answered before?"""

from datetime import datetime, timedelta
from typing import Final

from mudan.core.records import store
from mudan.primitives.errors import Conflict, NotFound
from mudan.storage.pool import Connection

WINDOW: Final = timedelta(minutes=5)  # how far the sender's clock may be off


async def issue_key(
    connection: Connection, platform: str, key: str, title: str, sealed: bytes, by: str, now: datetime
) -> None:
    """Keep a new key whose secret is sealed."""
    row = {"id": key, "platform": platform, "title": title, "sealed": sealed, "by": by, "now": now}
    await store.insert_key(connection, row)


async def revoke_key(connection: Connection, platform: str, key: str, now: datetime) -> None:
    """End a key. Raises NotFound."""
    if not await store.revoke_key(connection, platform, key, now):
        raise NotFound("there is no such key")


async def proven(connection: Connection, key: str, nonce: str, now: datetime) -> None:
    """Note that a request with this nonce is answered now. Raises Conflict when it was before."""
    if not await store.put_nonce(connection, key, nonce, now, now - 4 * WINDOW):
        raise Conflict("this request was answered before: its nonce is used")
