"""What happened on this shift? Drafted from events, put right by people, never overwritten."""

import csv
import io
from datetime import datetime, timedelta
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import AwareDatetime, BaseModel, Field

from mudan.api.centre import work
from mudan.api.duty.access import Reader, Writer, table
from mudan.api.wire import Body, Instant, stamp
from mudan.core.duty import actions, queries
from mudan.core.duty.model import Line
from mudan.core.people.actions import audit
from mudan.primitives.errors import Invalid
from mudan.primitives.text import Text

router = APIRouter()
LONGEST = timedelta(days=31)


class LogLineOut(BaseModel):
    """A line. `drafted` ones come from events; `corrects` and `corrected_by` are keys of other lines."""

    key: str
    at: Instant
    recorded_at: Instant
    kind: str
    author: str
    text: Text
    drafted: bool
    noun: str
    subject: str
    corrects: str | None
    reason: str
    corrected_by: str | None


class DutyLogOut(BaseModel):
    """The log of a time, by time."""

    items: list[LogLineOut]
    as_of: Instant


class LogNoteIn(Body):
    """A line, or a correction of the line `corrects`, which stands at that line's time."""

    client_id: UUID
    text: str = Field(min_length=1, max_length=4000)
    at: AwareDatetime
    corrects: str | None = Field(default=None, max_length=80)
    reason: str = Field(default="", max_length=500)


def _span(since: datetime, until: datetime) -> None:
    if not timedelta(0) < until - since <= LONGEST:
        raise Invalid("a log is shown for up to 31 days", field="until")


@router.get("/api/duty/log")
async def read(actor: Reader, request: Request, since: AwareDatetime, until: AwareDatetime) -> DutyLogOut:
    """The duty log of a time within scope."""
    _span(since, until)
    async with work(actor, request) as unit:
        lines = await queries.log(unit.connection, actor.scope.space, since, until)
    items = [LogLineOut.model_validate(line, from_attributes=True) for line in lines]
    return DutyLogOut(items=items, as_of=unit.now)


@router.get("/api/duty/log.csv", response_class=Response)
async def log_csv(actor: Reader, request: Request, since: AwareDatetime, until: AwareDatetime) -> Response:
    """The log as a table for spreadsheets; corrections name the line that they put right."""
    _span(since, until)
    async with work(actor, request) as unit:
        lines = await queries.log(unit.connection, actor.scope.space, since, until)
    return table(_printed(lines), f"duty-log-{since:%Y%m%d}")


def _printed(lines: list[Line]) -> str:
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["key", "at", "recorded_at", "author", "zh", "en", "corrects", "reason", "corrected_by"])
    for line in lines:
        cells = [line.author, line.text.zh, line.text.en, line.corrects, line.reason, line.corrected_by]
        rows.writerow([line.key, stamp(line.at), stamp(line.recorded_at), *map(_plain, cells)])
    return "\ufeff" + out.getvalue()


def _plain(cell: str | None) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell and cell[0] in "=+-@\t\r" else cell or ""


@router.post("/api/duty/log", status_code=201)
async def write(actor: Writer, request: Request, body: LogNoteIn) -> DutyLogOut:
    """Write a line; the same client_id again changes nothing. Answers the lines of that time."""
    async with work(actor, request) as unit:
        if await actions.write_note(unit.connection, actor, unit.now, **body.model_dump()):
            await audit(unit.connection, actor, "duty.log", body.corrects or "", {"text": body.text})
            unit.touched("duty", "log")
        nearby = timedelta(seconds=1)
        lines = await queries.log(unit.connection, actor.scope.space, body.at - nearby, body.at + nearby)
    items = [LogLineOut.model_validate(line, from_attributes=True) for line in lines]
    return DutyLogOut(items=items, as_of=unit.now)
