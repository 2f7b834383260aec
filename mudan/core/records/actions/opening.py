"""How does a record open a case, once, and how does it move the one it opened?"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from mudan.core.cases import actions as cases
from mudan.core.cases import queries as case_queries
from mudan.core.cases.actions import Step
from mudan.core.cases.model.chart import Author, Hand
from mudan.core.cases.model.words import NewCase
from mudan.core.records import store
from mudan.core.records.model.faults import Fault, fault
from mudan.core.records.model.words import Moving, case_id, step_id
from mudan.primitives.changes import Changes
from mudan.primitives.errors import MudanError
from mudan.storage.pool import Connection

_CENTRE: Final = Hand(None, "system")


async def open_case(
    connection: Connection, platform: str, row: Mapping[str, Any], now: datetime, changes: Changes
) -> Fault | None:
    """Open the case of a record (`feed`, `source_id`, `area_code`, `opens`); why not, when it cannot be."""
    told, feed, source_id = row["opens"], row["feed"], row["source_id"]
    name = case_id(platform, feed, source_id, told["type"])
    try:
        async with connection.transaction():  # what fails here leaves the record itself good
            new = NewCase(
                name, told["type"], told["class_code"], told["source"], told["title"][:200], row["area_code"],
                text=told["text"], form=told["form"],
            )  # fmt: skip
            await cases.report_as(connection, Author(platform), now, new)
    except MudanError as error:
        await store.opened(connection, platform, feed, source_id, None)
        return fault("", f"不能立为案件：{error.reason}", f"cannot become a case: {error.reason}")
    await store.opened(connection, platform, feed, source_id, name)
    changes.touch("cases", 0, name)
    return None


async def move_case(
    connection: Connection,
    platform: str,
    case: UUID,
    moves: Sequence[Moving],
    version: str,
    now: datetime,
    changes: Changes,
) -> None:
    """Take the steps that a record brings to its case; one that its chart does not allow now is not taken."""
    for one in moves:
        try:
            async with connection.transaction():
                known = await case_queries.one(connection, case)
                step = Step(
                    one.event,
                    known.version,
                    step_id(case, one.event, version),
                    reason=one.reason,
                    answer=one.answer,
                )
                await cases.move_as(connection, case, step, _CENTRE, Author(platform), now)
        except MudanError:
            continue
        changes.touch("cases", 0, case)
