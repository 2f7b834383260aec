"""How is a file of a census read, looked at, and written row by row until it is done?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from mudan.core.census import queries, store
from mudan.core.census.model import BadRow, Census, Checked, Survey, entity_row
from mudan.core.entities import actions as entities
from mudan.core.people.model import Actor
from mudan.core.records.model.faults import Fault, fault
from mudan.primitives.changes import Changes
from mudan.primitives.clock import CST
from mudan.primitives.errors import Conflict
from mudan.storage.pool import Connection

NOUN: Final = "census"
BATCH: Final = 5_000  # rows written in one second; alarms wait behind them, a third of a second at most
FORGOTTEN: Final = timedelta(hours=24)  # a file that nobody goes on with
_OUTSIDE: Final = fault(
    "area_code", "位置不在本文件所属区划内", "the place lies outside the area of the file"
)
_TWICE: Final = fault("code", "文件中已有此编号", "this stands in the file already")
_TAKEN: Final = fault("code", "此编号已属于另一对象", "another entity has this number on the wire")


@dataclass(frozen=True, slots=True)
class NewSurvey:
    """A file that is about to be read; the same id is kept once."""

    id: UUID
    platform: str
    file_name: str
    digest: str
    area_code: str
    whole: bool


async def begin(
    connection: Connection, actor: Actor, census: Census, new: NewSurvey, now: datetime
) -> tuple[Survey, bool]:
    """The head of a file, and whether it is new. Raises Conflict when the id is another file's."""
    is_new = await store.insert(
        connection,
        {
            "id": new.id, "space": actor.scope.space, "platform": new.platform, "census": census.name,
            "entity_type": census.entity_type, "file_name": new.file_name, "digest": new.digest,
            "area_code": new.area_code, "whole": new.whole, "state": "reading", "created_at": now,
            "created_by": actor.name, "created_by_id": actor.person,
        },
    )  # fmt: skip
    known = await queries.one(connection, new.id)
    if not is_new and (known.digest, known.census) != (new.digest, census.name):
        raise Conflict("another file has this id")
    return known, is_new


async def add(
    connection: Connection, survey: Survey, census: Census, rows: Iterable[Checked | BadRow]
) -> None:
    """Keep some rows of a file: good ones to be written, bad ones to be put right."""
    good: list[tuple[int, dict[str, Any]]] = []
    bad: list[tuple[BadRow, str | None]] = []
    said: dict[int, Checked] = {}
    for row in rows:
        if isinstance(row, BadRow):
            bad.append((row, None))
        elif row.thing is None:
            bad.append((_bad(row, row.faults), row.urn))
        elif not row.thing.area_code.startswith(survey.area_code):
            bad.append((_bad(row, (_OUTSIDE,)), row.urn))
        else:
            said[row.row.number] = row
            good.append((row.row.number, entity_row(census, survey.platform, row.thing)))
    twice = await store.add_rows(connection, survey.id, good)
    bad += [(_bad(said[number], (_TWICE,)), said[number].urn) for number in sorted(twice)]
    await store.add_bad(connection, survey.id, bad)
    known = await queries.one(connection, survey.id, lock=True)
    counts = {
        "total": known.total + len(good) + len(bad) - len(twice),
        "good": known.good + len(good) - len(twice),
        "bad": known.bad + len(bad),
    }
    await store.update(connection, survey.id, counts)


def _bad(row: Checked, faults: tuple[Fault, ...]) -> BadRow:
    return BadRow(row.row.number, faults, {name: _plain(value) for name, value in row.row.values.items()})


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | None) else str(value)


async def look(connection: Connection, survey_id: UUID) -> Survey:
    """All rows are read: what would they change?"""
    survey = await queries.one(connection, survey_id, lock=True)
    taken = await queries.taken_devices(connection, survey.id, survey.space)
    if taken:
        contents = dict(await queries.rows_of(connection, survey.id, taken))
        bad = [(BadRow(number, (_TAKEN,), contents[number]), contents[number]["urn"]) for number in taken]
        await store.add_bad(connection, survey.id, bad)
        await store.drop_rows(connection, survey.id, taken)
    effect = await queries.effect(connection, survey)
    held = survey.whole and bool(await queries.unnamed(connection, survey.id))
    counts = effect._asdict() | {
        "good": survey.good - len(taken), "bad": survey.bad + len(taken), "state": "preview",
        "gone": 0 if held else effect.gone, "whole": survey.whole and not held,
        "fault": "some bad rows do not tell what they are about, so nothing is held to be gone" if held else "",
    }  # fmt: skip
    await store.update(connection, survey.id, counts)
    return await queries.one(connection, survey.id)


async def fail(connection: Connection, survey_id: UUID, reason: str, now: datetime) -> Survey:
    """The file cannot be read; nothing of it is kept but why."""
    await store.drop_rows(connection, survey_id)
    await store.update(connection, survey_id, {"state": "failed", "fault": reason, "ended_at": now})
    return await queries.one(connection, survey_id)


async def apply(connection: Connection, survey_id: UUID) -> Survey:
    """Write what was looked at, from now on. Said twice, it is done once. Raises Conflict for what has ended."""
    survey = await queries.one(connection, survey_id, lock=True)
    if survey.state == "preview":
        await store.update(connection, survey_id, {"state": "running"})
    elif survey.state not in ("running", "done"):
        raise Conflict(f"a census that is {survey.state} is not written")
    return await queries.one(connection, survey_id)


async def drop(connection: Connection, survey_id: UUID, now: datetime) -> Survey:
    """Give a file up before anything of it was written. Raises Conflict when writing has begun."""
    survey = await queries.one(connection, survey_id, lock=True)
    if survey.state in ("running", "done"):
        raise Conflict(f"a census that is {survey.state} is not given up")
    if survey.state != "dropped":
        await store.drop_rows(connection, survey_id)
        await store.update(connection, survey_id, {"state": "dropped", "ended_at": now})
    return await queries.one(connection, survey_id)


async def tick(connection: Connection, now: datetime) -> Changes:
    """Write the next rows of the file under way, and forget files that nobody goes on with."""
    changes = Changes()
    for survey_id in await queries.forgotten(connection, now - FORGOTTEN, 10):
        await drop(connection, survey_id, now)
    survey = await queries.running(connection)
    if survey is None:
        return changes
    rows = await queries.rows(connection, survey.id, survey.done, BATCH)
    if rows:
        failed = await _write(connection, survey, rows, now)
        counts = {"done": rows[-1][0], "bad": survey.bad + failed, "good": survey.good - failed}
        await store.update(connection, survey.id, counts)
    else:
        await _end(connection, survey, now)
        changes.touch("entities", survey.space, survey.platform)
    changes.touch(NOUN, survey.space, survey.id)
    return changes


async def _write(
    connection: Connection, survey: Survey, rows: Sequence[tuple[int, dict[str, Any]]], now: datetime
) -> int:
    """Write rows together, or one by one when one of them cannot be written; how many could not."""
    owned = rows[0][1]["owned"]
    try:
        await entities.put_many(
            connection, survey.space, survey.area_code, [row for _, row in rows], owned, now
        )
        return 0
    except Conflict:
        pass
    failed = 0
    for number, row in rows:
        try:
            await entities.put_many(connection, survey.space, survey.area_code, [row], owned, now)
        except Conflict:
            failed += 1
            await store.add_bad(connection, survey.id, [(BadRow(number, (_TAKEN,), row), row["urn"])])
    return failed


async def _end(connection: Connection, survey: Survey, now: datetime) -> None:
    gone = await queries.missing(connection, survey)
    await entities.mark_gone(connection, gone, now.astimezone(CST).date(), now)
    await store.drop_rows(connection, survey.id)
    await store.update(connection, survey.id, {"state": "done", "gone": len(gone), "ended_at": now})
