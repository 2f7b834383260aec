"""Which rows could not be used, how are they mended, and what would become of a table before it is let in?"""

import asyncio
import csv
import io
import itertools
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, File, Form, Query, Request, Response, UploadFile

from mudan.api.centre import PlatformCard, centre_of, work
from mudan.api.records.exchange import run_out
from mudan.api.records.wire import (
    RecordBadListOut,
    RecordBadOut,
    RecordReplayIn,
    RecordRowOut,
    RecordRowsOut,
    RecordRunOut,
    faults_out,
    feed_of,
    kept_faults,
)
from mudan.api.security import requires
from mudan.api.wire import plain_cell
from mudan.connect.cells import Row
from mudan.connect.feeds import Feed
from mudan.connect.mapping import Source, mapped
from mudan.connect.records.folder import plain_name, put
from mudan.connect.records.reading import Load, digest_of, run_of
from mudan.connect.tables import MOST_BYTES, rows
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.core.records import actions, queries
from mudan.core.records.model.words import BadRow, Record, Run
from mudan.primitives.errors import Invalid, NotFound, Unavailable
from mudan.primitives.ids import new_id
from mudan.storage.pool import centre_within

router = APIRouter()
Writer = Annotated[Actor, Depends(requires("records.write"))]
MOST_SHOWN: Final = 200
MOST_PREVIEWED: Final = 5_000
MOST_CSV: Final = 50_000


@router.get("/api/records/{platform}/{feed}/faults")
async def bad_rows(
    actor: Writer,
    request: Request,
    platform: str,
    feed: str,
    cursor: Annotated[int | None, Query(ge=1)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> RecordBadListOut:
    """Rows that wait to be mended, newest first."""
    feed_of(centre_of(request), platform, feed)
    async with work(actor, request) as unit, centre_within(unit.connection):
        found = await queries.bad_rows(unit.connection, platform, feed, cursor, limit)
    items = [
        RecordBadOut(
            id=row["id"], channel=row["channel"], name=row["name"], row=row["row"], raw=row["raw"],
            faults=kept_faults(row), received_at=row["received_at"],
        )
        for row in found
    ]  # fmt: skip
    return RecordBadListOut(items=items, next=items[-1].id if len(items) == limit else None)


@router.get("/api/records/{platform}/{feed}/faults.csv", response_class=Response)
async def bad_rows_csv(actor: Writer, request: Request, platform: str, feed: str) -> Response:
    """The same as a table that spreadsheets open, to be mended and let in again."""
    feed_of(centre_of(request), platform, feed)
    async with work(actor, request) as unit:
        async with centre_within(unit.connection):
            found = await queries.bad_rows(unit.connection, platform, feed, None, MOST_CSV)
        await audit(unit.connection, actor, "record.export", f"{platform}.{feed}", {"rows": len(found)})
    name = f"attachment; filename={platform}-{feed}-bad.csv"
    return Response(
        _table(found), media_type="text/csv; charset=utf-8", headers={"Content-Disposition": name}
    )


def _table(found: list[dict[str, Any]]) -> bytes:
    names = list(dict.fromkeys(name for row in found for name in row["raw"]))
    told = io.StringIO()
    writer = csv.writer(told)
    writer.writerow([plain_cell(name) for name in (*names, "文件 file", "行 row", "原因 reason")])
    for row in found:
        why = "；".join(f"{one['field']}：{one['zh']} ({one['en']})" for one in row["faults"])
        cells = [row["raw"].get(name) for name in names]
        writer.writerow([plain_cell(cell) for cell in (*cells, row["name"], row["row"], why)])
    return told.getvalue().encode("utf-8-sig")


@router.post("/api/record-faults/{fault_id}/replay")
async def replay(actor: Writer, request: Request, fault_id: int, body: RecordReplayIn) -> RecordRowOut:
    """Try a row again with mended values; what is still wrong is told and nothing is changed."""
    async with work(actor, request) as unit:
        async with centre_within(unit.connection):
            row = await queries.bad_row(unit.connection, fault_id, lock=True)
            card, feed = feed_of(unit.centre, row["platform"], row["feed"])
            values = {**row["raw"], **body.values}
            found = mapped(feed, Row(row["row"], values), _source(card, unit.now))
            if isinstance(found, BadRow):
                return RecordRowOut(row=row["row"], state="bad", faults=faults_out(found.faults))
            kept = await actions.mend(unit.connection, card.name, fault_id, found, actor.name, unit.now)
            unit.changes.add(kept.changes)
        await audit(unit.connection, actor, "record.replay", f"{card.name}.{feed.name}", {"row": fault_id})
        unit.changes.touch("records", 0, f"{card.name}.{feed.name}")
    fresh = (feed.name, found.source_id) in kept.fresh
    return row_out(found, "good" if fresh else "duplicate")


@router.post("/api/records/{platform}/{feed}/preview")
async def preview(
    _actor: Writer,
    request: Request,
    platform: str,
    feed: str,
    file: Annotated[UploadFile | None, File()] = None,
    text: Annotated[str, Form(max_length=1_000_000)] = "",
) -> RecordRowsOut:
    """What would become of each row of a file or of pasted rows; nothing is stored."""
    centre = centre_of(request)
    card, declared = feed_of(centre, platform, feed)
    data = await file.read(MOST_BYTES + 1) if file is not None else text.encode()
    name = (file.filename or "") if file is not None else ""
    return await asyncio.to_thread(_previewed, declared, data, name, _source(card, centre.clock.now()))


def _previewed(feed: Feed, data: bytes, name: str, source: Source) -> RecordRowsOut:
    found = [mapped(feed, row, source) for row in itertools.islice(rows(data, name), MOST_PREVIEWED)]
    bad = sum(isinstance(one, BadRow) for one in found)
    opened = sum(isinstance(one, Record) and one.opens is not None for one in found)
    shown = sorted(found, key=lambda one: not isinstance(one, BadRow))[:MOST_SHOWN]
    told = [
        RecordRowOut(row=one.row, state="bad", faults=faults_out(one.faults))
        if isinstance(one, BadRow)
        else row_out(one, "good")
        for one in sorted(shown, key=lambda one: one.row)
    ]
    return RecordRowsOut(
        sent=len(found), good=len(found) - bad, bad=bad, duplicate=0, opened=opened, rows=told
    )


def row_out(one: Record, state: Any) -> RecordRowOut:
    """What a good row became."""
    opens = one.opens
    return RecordRowOut(
        row=one.row, state=state, id=one.source_id, content=dict(one.content),
        case=opens.title if opens else "", case_at=opens.at if opens else None,
    )  # fmt: skip


def _source(card: PlatformCard, now: datetime) -> Source:
    return Source(card.area, new_id(), now)


@router.post("/api/records/{platform}/{feed}/import", status_code=202)
async def let_in(
    actor: Writer, request: Request, platform: str, feed: str, file: Annotated[UploadFile, File()]
) -> RecordRunOut:
    """Let a file in, as if it were put into the drop folder; the run shows how far it is. The same file counts once."""
    card, declared = feed_of(centre_of(request), platform, feed)
    if card.folder is None:
        raise Unavailable("this platform takes no files")
    data = await file.read(MOST_BYTES + 1)
    if not data or len(data) > MOST_BYTES:
        raise Invalid(f"a file of up to {MOST_BYTES >> 20} MB is expected", field="file")
    digest, name = digest_of(data), plain_name(file.filename or "")
    run = run_of(Load(card.name, declared, "import", name, card.area), digest)
    async with work(actor, request) as unit:
        async with centre_within(unit.connection):
            known = await queries.run(unit.connection, run)
            new = Run(run, declared.name, "import", name, digest, by=actor.name)
            await actions.begin(unit.connection, card.name, new, unit.now)
            row = await queries.run(unit.connection, run)
        await audit(unit.connection, actor, "record.import", f"{platform}.{feed}", {"file": name})
    if known is None or known["state"] in ("waiting", "failed"):
        await asyncio.to_thread(put, card.folder, declared.name, f"{digest[:12]}-{name}", data)
    if row is None:
        raise NotFound("there is no such run")
    return run_out(row)
