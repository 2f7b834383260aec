"""How does a register come in: looked at first, for a purpose and on a legal ground, with progress and its bad rows?"""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, File, Form, Query, Request, UploadFile

from mudan.api.centre import work
from mudan.api.households import sheet as sheets
from mudan.api.households.files import (
    RegisterBadOut,
    RegisterFilesOut,
    RegisterLookOut,
    RegisterOut,
    file_out,
    file_row,
    look_out,
    words_out,
)
from mudan.api.households.sheet import Sheet
from mudan.api.security import requires
from mudan.core.households import actions, queries
from mudan.core.households.model.files import GROUNDS, PURPOSES, NewFile
from mudan.core.households.model.register import MOST_ROWS, RegisterRow, by_address
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.core.visits import actions as visits
from mudan.primitives.errors import Conflict

router = APIRouter()
Keeper = Annotated[Actor, Depends(requires("households.write"))]
_A_PORTION: Final = 100  # addresses that are written at a time
MOST_BYTES: Final = 8 << 20


async def _sheet(actor: Actor, file: UploadFile) -> Sheet:
    data = await file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise Conflict(f"the file is larger than {MOST_BYTES >> 20} MB")
    return await asyncio.to_thread(sheets.read, data, file.filename or "", actor.scope.area)


@router.get("/api/households/registers")
async def page(
    actor: Keeper, request: Request, limit: Annotated[int, Query(ge=1, le=100)] = 20
) -> RegisterFilesOut:
    """The registers that were taken in within scope, and the purposes and grounds one may name."""
    async with work(actor, request) as unit:
        found = await queries.files(unit.connection, limit)
    return RegisterFilesOut(
        items=[file_row(one) for one in found], purposes=words_out(PURPOSES), grounds=words_out(GROUNDS),
        most_rows=MOST_ROWS, as_of=unit.now,
    )  # fmt: skip


@router.post("/api/households/register/look")
async def look(actor: Keeper, request: Request, file: Annotated[UploadFile, File()]) -> RegisterLookOut:
    """What a file would bring: its columns, its good and bad rows; nothing of it is kept."""
    found = await _sheet(actor, file)
    async with work(actor, request) as unit:
        detail = {"digest": found.digest, "rows": found.total, "faults": len(found.faults)}
        await audit(unit.connection, actor, "household.look", (file.filename or "")[:200], detail)
        return look_out(found, (file.filename or "")[:200], unit.centre.area_name, unit.now)


@router.post("/api/households/register")
async def register(
    actor: Keeper,
    request: Request,
    file: Annotated[UploadFile, File()],
    id: Annotated[UUID, Form()],  # noqa: A002 - the wire's own word
    source: Annotated[str, Form(min_length=1, max_length=100)],
    purpose: Annotated[str, Form(max_length=20)],
    ground: Annotated[str, Form(max_length=20)],
    basis: Annotated[str, Form(max_length=200)],
    example: Annotated[bool, Form()] = False,
) -> RegisterOut:
    """Take a register in: good rows are kept, bad ones named, identity cards passed over. The same id: once."""
    found = await _sheet(actor, file)
    new = NewFile(
        id, source, file.filename or "", found.digest, purpose, ground, basis, found.total, example,
        tuple(found.not_kept),
    )  # fmt: skip
    async with work(actor, request) as unit:
        known, fresh = await actions.begin_file(unit.connection, actor, unit.now, new, found.faults)
    if fresh:
        await _take(actor, request, new, found)
        async with work(actor, request) as unit:
            known = await queries.file(unit.connection, id)
    return file_out(known, unit.now)


async def _take(actor: Actor, request: Request, new: NewFile, found: Sheet) -> None:
    """Write the addresses some at a time, so that how far it is can be seen meanwhile."""
    state = "failed"
    try:
        for portion in _portions(by_address(found.good)):
            async with work(actor, request) as unit:
                connection, now = unit.connection, unit.now
                made = await actions.put(
                    connection, actor, now, new.source.strip(), portion, example=new.example
                )
                planned = await visits.plan_registered(connection, actor, now, made.households)
                await actions.go_on(connection, new.id, made, sum(map(len, portion)), planned)
        state = "done"
    finally:
        async with work(actor, request) as unit:
            await actions.end_file(unit.connection, new.id, state, actor, unit.now)
            unit.touched("households", new.id)
            unit.touched("visits", new.id)


def _portions(groups: Sequence[tuple[RegisterRow, ...]]) -> Iterator[Sequence[tuple[RegisterRow, ...]]]:
    for start in range(0, len(groups), _A_PORTION):
        yield groups[start : start + _A_PORTION]


@router.get("/api/households/registers/{file_id}")
async def detail(actor: Keeper, request: Request, file_id: UUID) -> RegisterOut:
    """One register: how far it is, and the rows that were not taken by number, field and reason."""
    async with work(actor, request) as unit:
        return file_out(await queries.file(unit.connection, file_id), unit.now)


@router.post("/api/households/registers/{file_id}/bad")
async def bad(
    actor: Keeper, request: Request, file_id: UUID, file: Annotated[UploadFile, File()]
) -> RegisterBadOut:
    """The bad rows of a register as CSV, read from the very file once more: the centre keeps no copy of it."""
    found = await _sheet(actor, file)
    async with work(actor, request) as unit:
        known = await queries.file(unit.connection, file_id)
        if known.digest != found.digest:
            raise Conflict("this is another file than the one that was taken in")
        await audit(unit.connection, actor, "household.bad_rows", str(file_id), {"rows": len(known.faults)})
    text = await asyncio.to_thread(sheets.bad_csv, found, known.faults)
    return RegisterBadOut(file_name="bad-rows.csv", text="\ufeff" + text)
