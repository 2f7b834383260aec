"""Which files of things counted in the field were given, what would they change, and which rows were bad?"""

import asyncio
import csv
import hashlib
import io
from collections.abc import Iterator
from itertools import islice
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, File, Form, Query, Request, Response, UploadFile
from pydantic import BaseModel

from mudan.api.centre import centre_of, work
from mudan.api.security import requires
from mudan.api.wire import Instant, plain_cell
from mudan.connect import features
from mudan.core.census import actions, queries
from mudan.core.census.model import BadRow, Census, Checked, Row, Survey, checked
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.primitives.errors import Invalid, NotAllowed
from mudan.primitives.text import Text

router = APIRouter(tags=["census"])
Writer = Annotated[Actor, Depends(requires("entities.write"))]
_CHUNK: Final = 2_000  # rows read and kept at a time
_SHOWN: Final = 50
_DRAWN: Final = 300
_A_PAGE: Final = 5_000
_MOST_IN_CSV: Final = 200_000


class CensusColumnOut(BaseModel):
    """A field that a file may have, and by which other names it is known."""

    name: str
    title: Text
    required: bool
    others: list[str]


class CensusKindOut(BaseModel):
    """A sort of file that a platform takes in."""

    platform: str
    name: str
    title: Text
    entity_type: str
    columns: list[CensusColumnOut]


class CensusKindsOut(BaseModel):
    """The sorts of files, and how much of one is taken at most."""

    items: list[CensusKindOut]
    most_bytes: int
    most_rows: int


class CensusFaultOut(BaseModel):
    """What is wrong with a row, in which field (empty: the whole row)."""

    field: str
    reason: Text


class CensusBadRowOut(BaseModel):
    """A row that was not taken."""

    number: int
    faults: list[CensusFaultOut]
    values: dict[str, Any]


class CensusOut(BaseModel):
    """A file: how far it is, and what it changes (or would, while it is only looked at)."""

    id: UUID
    platform: str
    census: str
    file_name: str
    area_code: str
    whole: bool
    state: Literal["reading", "preview", "running", "done", "failed", "dropped"]
    total: int
    good: int
    bad: int
    added: int
    changed: int
    same: int
    gone: int
    done: int
    fault: str
    created_at: Instant
    created_by: str
    ended_at: Instant | None


class CensusDetailOut(CensusOut):
    """A file with its first things, the shapes of the first of them that have one, and its first bad rows."""

    things: list[dict[str, Any]]
    shapes: list[dict[str, Any]]
    bad_rows: list[CensusBadRowOut]


class CensusesOut(BaseModel):
    """Files, the newest first."""

    items: list[CensusOut]
    as_of: Instant


def _out(one: Survey) -> CensusOut:
    return CensusOut.model_validate(one, from_attributes=True)


async def _detail(connection: Any, one: Survey) -> CensusDetailOut:
    bad = await queries.bad_rows(connection, one.id, 0, _SHOWN)
    drawn = await queries.sample(connection, one.id, _DRAWN)
    things = drawn[:_SHOWN]
    return CensusDetailOut(
        **_out(one).model_dump(),
        things=[{name: value for name, value in thing.items() if name not in ("owned", "place")} for thing in things],
        shapes=[
            {"urn": thing["urn"], "name": thing["name_zh"], "place": thing["place"]}
            for thing in drawn
            if thing.get("place")
        ],
        bad_rows=[
            CensusBadRowOut(
                number=row.number, values=row.values,
                faults=[CensusFaultOut(field=each.field, reason=each.reason) for each in row.faults],
            )
            for row in bad
        ],
    )  # fmt: skip


def _kind(request: Request, platform: str, name: str) -> Census:
    card = centre_of(request).platforms.get(platform)
    if card is None:
        raise Invalid("no such platform", field="platform")
    found = next((one for one in card.censuses if one.name == name), None)
    if found is None:
        raise Invalid("the platform takes in no such file", field="census")
    return found


@router.get("/api/census/kinds")
async def kinds(_actor: Writer, request: Request) -> CensusKindsOut:
    """Which files the platforms take in, with their columns."""
    items = [
        CensusKindOut(
            platform=card.name, name=one.name, title=one.title, entity_type=one.entity_type,
            columns=[
                CensusColumnOut(name=each.name, title=each.title, required=each.required, others=list(each.others))
                for each in one.columns
            ],
        )
        for card in centre_of(request).platforms.values()
        for one in card.censuses
    ]  # fmt: skip
    return CensusKindsOut(items=items, most_bytes=features.MOST_BYTES, most_rows=features.MOST_ROWS)


@router.get("/api/census")
async def page(
    actor: Writer,
    request: Request,
    platform: Annotated[str, Query(max_length=60)],
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> CensusesOut:
    """The newest files of a platform."""
    async with work(actor, request) as unit:
        found = await queries.newest(unit.connection, platform, limit)
    return CensusesOut(items=[_out(one) for one in found], as_of=unit.now)


@router.post("/api/census", status_code=201)
async def give(
    actor: Writer,
    request: Request,
    file: Annotated[UploadFile, File()],
    id: Annotated[UUID, Form()],  # noqa: A002 - the wire's own word
    platform: Annotated[str, Form(max_length=60)],
    census: Annotated[str, Form(max_length=60)],
    whole: Annotated[bool, Form()] = False,
    area_code: Annotated[str | None, Form(max_length=24)] = None,
) -> CensusDetailOut:
    """Read a file row by row and say what it would change; nothing is written yet. The same id is read once."""
    kind = _kind(request, platform, census)
    area = area_code or actor.scope.area
    if not actor.scope.sees(area, None, actor.scope.space):
        raise NotAllowed("the area is not yours")
    data = await file.read(features.MOST_BYTES + 1)
    name = (file.filename or "")[:200]
    new = actions.NewSurvey(id, platform, name, hashlib.sha256(data).hexdigest(), area, whole)
    async with work(actor, request) as unit:
        survey, is_new = await actions.begin(unit.connection, actor, kind, new, unit.now)
        if is_new:
            detail = {"platform": platform, "census": census, "file": name, "digest": new.digest}
            await audit(unit.connection, actor, "census.read", str(id), detail)
    if is_new:
        await _read(actor, request, survey, kind, data)
    async with work(actor, request) as unit:
        return await _detail(unit.connection, await queries.one(unit.connection, id))


async def _read(actor: Actor, request: Request, survey: Survey, kind: Census, data: bytes) -> None:
    """Keep the file's rows, some thousands at a time, so that how far it is can be seen meanwhile."""
    try:
        found = await asyncio.to_thread(features.rows, data, survey.file_name)
        while rows := await asyncio.to_thread(_next, kind, found):
            async with work(actor, request) as unit:
                await actions.add(unit.connection, survey, kind, rows)
                unit.touched(actions.NOUN, survey.id)
    except Invalid as error:
        async with work(actor, request) as unit:
            await actions.fail(unit.connection, survey.id, error.reason, unit.now)
        raise
    async with work(actor, request) as unit:
        await actions.look(unit.connection, survey.id)


def _next(kind: Census, found: Iterator[Row | BadRow]) -> list[Checked | BadRow]:
    return [row if isinstance(row, BadRow) else checked(kind, row) for row in islice(found, _CHUNK)]


@router.get("/api/census/{census_id}")
async def detail(actor: Writer, request: Request, census_id: UUID) -> CensusDetailOut:
    """One file: how far it is, its first things, its first bad rows."""
    async with work(actor, request) as unit:
        return await _detail(unit.connection, await queries.one(unit.connection, census_id))


@router.post("/api/census/{census_id}/apply")
async def apply(actor: Writer, request: Request, census_id: UUID) -> CensusDetailOut:
    """Write what was looked at; it goes on by itself, through restarts too. Said twice, it is done once."""
    async with work(actor, request) as unit:
        one = await actions.apply(unit.connection, census_id)
        counts = {name: getattr(one, name) for name in ("good", "bad", "added", "changed", "gone")}
        await audit(unit.connection, actor, "census.apply", str(census_id), counts)
        unit.touched(actions.NOUN, census_id)
        return await _detail(unit.connection, one)


@router.post("/api/census/{census_id}/drop")
async def drop(actor: Writer, request: Request, census_id: UUID) -> CensusDetailOut:
    """Give a file up before anything of it was written."""
    async with work(actor, request) as unit:
        one = await actions.drop(unit.connection, census_id, unit.now)
        await audit(unit.connection, actor, "census.drop", str(census_id), {})
        unit.touched(actions.NOUN, census_id)
        return await _detail(unit.connection, one)


@router.get("/api/census/{census_id}/bad.csv", response_class=Response)
async def bad(actor: Writer, request: Request, census_id: UUID) -> Response:
    """The rows that were not taken, with what is wrong, to be put right and given again."""
    async with work(actor, request) as unit:
        await queries.one(unit.connection, census_id)
        found: list[BadRow] = []
        while len(found) < _MOST_IN_CSV:
            after = found[-1].number if found else 0
            more = await queries.bad_rows(unit.connection, census_id, after, _A_PAGE)
            if not more:
                break
            found.extend(more)
    text = await asyncio.to_thread(_table, found)
    head = {"Content-Disposition": "attachment; filename=bad-rows.csv"}
    return Response("\ufeff" + text, media_type="text/csv; charset=utf-8", headers=head)


def _table(rows: list[BadRow]) -> str:
    names = list(dict.fromkeys(str(name) for row in rows for name in row.values))
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow([plain_cell(cell) for cell in ("行号 row", "问题字段 field", "原因 reason", *names)])
    for row in rows:
        fields = "; ".join(each.field for each in row.faults if each.field)
        reasons = "; ".join(f"{each.reason.zh} ({each.reason.en})" for each in row.faults)
        values = {str(name): value for name, value in row.values.items()}
        cells = [values.get(name, "") for name in names]
        table.writerow([plain_cell(cell) for cell in (row.number, fields, reasons, *cells)])
    return out.getvalue()
