"""Can one person's question hold the database, and is it said when it is cut short?"""

import pytest

from mudan.core.people.model import Role
from mudan.primitives.errors import Unavailable
from mudan.storage import pool
from mudan.storage.embedded import Dsns
from mudan.storage.pool import SYSTEM, Database, as_centre
from tests.core.county import actor

pytestmark = pytest.mark.anyio
WHO = actor(Role.DISPATCHER).scope.settings()


async def _slow(db: Database, *, centre_does: bool) -> None:
    async with db.work(WHO) as connection:
        if centre_does:
            await as_centre(connection)
        await connection.execute("select pg_sleep(5)")


async def test_a_persons_statement_is_cut_short_and_the_centres_own_is_not(
    database_dsns: Dsns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "ASKED_MS", 100)
    db = Database(database_dsns.centre, size=2)
    await db.open()
    try:
        for centre_does in (False, True):
            with pytest.raises(Unavailable, match="too much"):
                await _slow(db, centre_does=centre_does)
        async with db.work(SYSTEM) as connection:
            await connection.execute("select pg_sleep(0.2)")
    finally:
        await db.close()
