"""Which records does a feed hold, how many of each kind, which are late? What is personal is never told here."""

import csv
import io
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel

from mudan.api.centre import centre_of, work
from mudan.api.records.wire import RecordCountOut, RecordCountsOut, RecordItemOut, RecordItemsOut, feed_of
from mudan.api.security import requires
from mudan.api.wire import plain_cell
from mudan.connect.feeds import Feed
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.core.records.queries.listed import Sought, counted, listed
from mudan.primitives.clock import CST
from mudan.primitives.errors import Invalid

router = APIRouter()
Reader = Annotated[Actor, Depends(requires("records.read"))]
PAGE: Final = 50
MOST_PAGES: Final = 200
MOST_CSV: Final = 20_000
Phase = Literal["", "overdue", "due_soon", "running", "undated", "done", "late"]


class Wish(BaseModel):
    """What is looked for: words, one of some values (comma between) of a field, a phase."""

    q: str = ""
    field: str = ""
    value: list[str] = []
    phase: Phase = ""


def _wish(
    q: Annotated[str, Query(max_length=100)] = "",
    field: Annotated[str, Query(max_length=60)] = "",
    value: Annotated[str, Query(max_length=5_000)] = "",
    phase: Phase = "",
) -> Wish:
    return Wish(q=q.strip(), field=field, value=value.split(",") if value else [], phase=phase)


Wished = Annotated[Wish, Depends(_wish)]


def _open_fields(feed: Feed) -> list[str]:
    return [one.target for one in feed.fields if not one.personal]


def _sought(platform: str, feed: Feed, wish: Wish) -> Sought:
    fields = _open_fields(feed)
    if wish.field and wish.field not in fields:
        raise Invalid("the feed has no such field to choose by", field="field")
    if wish.phase and feed.course is None:
        raise Invalid("records of this feed have no limit", field="phase")
    return Sought(
        platform, feed.name, fields, wish.q, wish.field, wish.value, wish.phase, feed.course
    )  # fmt: skip


def _shown(feed: Feed, content: dict[str, Any]) -> dict[str, Any]:
    return {name: content[name] for name in _open_fields(feed) if name in content}


@router.get("/api/records/{platform}/{feed}/items")
async def items(
    actor: Reader,
    request: Request,
    platform: str,
    feed: str,
    wish: Wished,
    page: Annotated[int, Query(ge=0, lt=MOST_PAGES)] = 0,
) -> RecordItemsOut:
    """Records: what is to be done soonest first, then the newest. `more`: there is another page."""
    _, declared = feed_of(centre_of(request), platform, feed)
    sought = _sought(platform, declared, wish)
    async with work(actor, request) as unit:
        rows = await listed(unit.connection, sought, unit.now, page * PAGE, PAGE + 1)
    told = [
        RecordItemOut.model_validate(
            {**row, "content": _shown(declared, row["content"]), "id": row["source_id"]}
        )
        for row in rows[:PAGE]
    ]
    return RecordItemsOut(items=told, more=len(rows) > PAGE and page + 1 < MOST_PAGES, as_of=unit.now)


@router.get("/api/records/{platform}/{feed}/counts")
async def counts(
    actor: Reader,
    request: Request,
    platform: str,
    feed: str,
    wish: Wished,
    by: Annotated[str, Query(max_length=60)] = "",
) -> RecordCountsOut:
    """How many records have which value of the field `by`, each by phase; without it all together."""
    _, declared = feed_of(centre_of(request), platform, feed)
    if by and by not in _open_fields(declared):
        raise Invalid("the feed has no such field to count by", field="by")
    async with work(actor, request) as unit:
        rows = await counted(unit.connection, _sought(platform, declared, wish), by, unit.now)
    return RecordCountsOut(items=[RecordCountOut.model_validate(row) for row in rows], as_of=unit.now)


@router.get("/api/records/{platform}/{feed}/items.csv", response_class=Response)
async def items_csv(actor: Reader, request: Request, platform: str, feed: str, wish: Wished) -> Response:
    """The same as a table, without what is personal."""
    _, declared = feed_of(centre_of(request), platform, feed)
    sought = _sought(platform, declared, wish)
    async with work(actor, request) as unit:
        rows = await listed(unit.connection, sought, unit.now, 0, MOST_CSV)
        await audit(unit.connection, actor, "record.export", f"{platform}.{feed}", {"rows": len(rows)})
    name = f"attachment; filename={platform}-{feed}.csv"
    return Response(
        _table(declared, rows), media_type="text/csv; charset=utf-8", headers={"Content-Disposition": name}
    )


def _table(feed: Feed, rows: list[dict[str, Any]]) -> bytes:
    names = _open_fields(feed)
    titles = {one.target: one.title for one in feed.fields}
    told = io.StringIO()
    writer = csv.writer(told)
    ours = ("行政区划 area", "时限状态 phase", "案件 case", "收到时间 received")
    writer.writerow([f"{titles[name].zh} {titles[name].en}" for name in names] + list(ours))
    for row in rows:
        received = row["received_at"].astimezone(CST).isoformat(" ", "seconds")
        cells = [row["content"].get(name) for name in names]
        cells += [row["area_code"], row["phase"] or "", row["case_number"] or "", received]
        writer.writerow([plain_cell(cell) for cell in cells])
    return told.getvalue().encode("utf-8-sig")
