"""How does a record open a case, once, and how does it move the one it opened?"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from mudan.core.cases import actions as cases
from mudan.core.cases import queries as case_queries
from mudan.core.cases.actions import Step
from mudan.core.cases.model.chart import Author, Hand
from mudan.core.cases.model.pictures import NewPicture
from mudan.core.cases.model.words import NewCase
from mudan.core.entities import queries as entities
from mudan.core.records import store
from mudan.core.records.model.faults import Fault, fault
from mudan.core.records.model.words import Moving, Shot, case_id, picture_id, step_id
from mudan.primitives.changes import Changes
from mudan.primitives.errors import Invalid, MudanError
from mudan.storage.pool import Connection

_CENTRE: Final = Hand(None, "system")


async def open_case(
    connection: Connection, platform: str, row: Mapping[str, Any], now: datetime, changes: Changes
) -> Fault | None:
    """Open the case of a record (`feed`, `source_id`, `area_code`, `opens`); why not, when it cannot be."""
    told, feed, source_id = row["opens"], row["feed"], row["source_id"]
    name = case_id(platform, feed, told["subject"])
    try:
        async with connection.transaction():  # what fails here leaves the record itself good
            new = NewCase(
                name, told["type"], told["class_code"], told["source"], told["title"][:200],
                await _area(connection, row["area_code"], told), text=told["text"], form=told["form"],
                address=told.get("address", "")[:300], lon=told.get("lon"), lat=told.get("lat"),
                since=_moment(told.get("since")), until=_moment(told.get("until")),
            )  # fmt: skip
            await cases.report_as(connection, Author(platform), now, new)
    except MudanError as error:
        await store.opened(connection, platform, feed, source_id, None)
        field = error.field if isinstance(error, Invalid) else ""
        return fault(field, f"不能立为案件：{error.reason}", f"cannot become a case: {error.reason}")
    await store.opened(connection, platform, feed, source_id, name)
    changes.touch("cases", 0, name)
    return None


def _moment(told: str | None) -> datetime | None:
    return None if told is None else datetime.fromisoformat(told)


async def show(
    connection: Connection, platform: str, case: UUID, shots: Sequence[Shot], now: datetime
) -> list[Fault]:
    """Put the pictures of a record to its case, each once; what is wrong with those that are none."""
    faults = []
    for number, one in enumerate(shots, 1):
        name = picture_id(case, one)
        try:
            async with connection.transaction():
                new = NewPicture(name, one.role, one.data, one.taken_at, one.lon, one.lat)
                await cases.add_picture(connection, case, new, Author(platform), now)
        except MudanError as error:
            told = (f"第 {number} 张：{error.reason}", f"picture {number}: {error.reason}")
            faults.append(fault(one.field, *told))
    return faults


async def _area(connection: Connection, area: str, told: Mapping[str, Any]) -> str:
    """The smaller area that its place lies in, where one is known there; else the record's own."""
    if told.get("lon") is None or told.get("lat") is None:
        return area
    near = await entities.area_near(connection, told["lon"], told["lat"])
    return near if near is not None and near.startswith(area) else area


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
                    step_id(case, one.event, one.mark or version),
                    reason=one.reason,
                    answer=one.answer,
                )
                await cases.move_as(connection, case, step, _CENTRE, Author(platform), now)
        except MudanError:
            continue
        changes.touch("cases", 0, case)
