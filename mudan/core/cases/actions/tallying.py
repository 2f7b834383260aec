"""How does what happens to a case become what can be counted, with every step and never twice?"""

from dataclasses import asdict
from datetime import datetime
from typing import Final
from uuid import UUID

from mudan.core.cases import queries, store
from mudan.core.cases.model.known import known_types
from mudan.core.cases.model.metrics.changing import changes
from mudan.core.cases.model.metrics.tallies import tallies
from mudan.storage.pool import Connection

BATCH: Final = 50  # cases brought in many at a time that are counted in one second


async def tally(connection: Connection, case: UUID, now: datetime) -> None:
    """Count a case as it stands; what was known before stays, superseded. As the centre."""
    space, told = await queries.told(connection, case)
    case_type = next((one for one in known_types() if one.name == told.type), None)
    if case_type is not None:
        lines, runs = await queries.lines(connection, case), await queries.clocks(connection, case)
        found = tallies(case_type, told, lines, runs, await queries.calendar(connection, space))
        changed = changes(await queries.tallies_known(connection, case), found)
        if changed.superseded:
            await store.supersede(connection, case, changed.superseded, now)
        if changed.marked:
            await store.mark_tallies(connection, case, [asdict(one) for one in changed.marked])
        rows = [asdict(one) | {"case_id": case, "space": space, "known_at": now} for one in changed.written]
        await store.insert_tallies(connection, rows)
    await store.tallied(connection, case)


async def tally_untold(connection: Connection) -> None:
    """Count some of the cases that nobody has counted, as if their history had been known from the beginning."""
    for case in await queries.untallied(connection, BATCH):
        _, told = await queries.told(connection, case)
        await tally(connection, case, told.created_at)
