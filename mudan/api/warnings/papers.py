"""In which forms is a warning taken away? CAP as it was sent, the national XML, and its history as a table."""

import csv
import io
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from mudan.api.centre import work
from mudan.api.security import requires
from mudan.api.wire import plain_cell, stamp
from mudan.core.people.model import Actor
from mudan.core.warnings import queries
from mudan.core.warnings.model.cap_read import read
from mudan.core.warnings.model.china_write import national_written
from mudan.core.warnings.model.record import WarningMessage
from mudan.primitives.errors import Conflict
from mudan.storage.pool import Connection

router = APIRouter()
Reader = Annotated[Actor, Depends(requires("warnings.read"))]


async def _sent(connection: Connection, warning_id: UUID) -> tuple[WarningMessage, bytes]:
    warning = await queries.one(connection, warning_id)
    document = await queries.document(connection, warning_id)
    if document is None:
        raise Conflict("it was not sent")
    return warning, document


def _attached(body: bytes, media_type: str, name: str) -> Response:
    return Response(
        body, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@router.get("/api/warnings/{warning_id}/cap.xml", response_class=Response)
async def cap(actor: Reader, request: Request, warning_id: UUID) -> Response:
    """The CAP document as it was sent, with its seal."""
    async with work(actor, request) as unit:
        warning, document = await _sent(unit.connection, warning_id)
    return _attached(document, "application/cap+xml", f"{warning.identifier}.xml")


@router.get("/api/warnings/{warning_id}/national.xml", response_class=Response)
async def national(actor: Reader, request: Request, warning_id: UUID) -> Response:
    """The same in the national early-warning XML, naming the first message of its chain."""
    async with work(actor, request) as unit:
        warning, document = await _sent(unit.connection, warning_id)
        chain = await queries.chain(unit.connection, warning.chain)
    first = next((one.identifier for one in chain if one.id == warning.chain), None) or ""
    body = national_written(read(document), warning.sender or "", first if warning.previous else "")
    return _attached(body, "application/xml", f"{warning.identifier}-national.xml")


@router.get("/api/warnings/{warning_id}/history.csv", response_class=Response)
async def history(actor: Reader, request: Request, warning_id: UUID) -> Response:
    """What happened to all messages of its chain, as a table (UTF-8 with a mark, for spreadsheets)."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["identifier", "type", "at", "event", "actor", "from", "to", "reason"])
    async with work(actor, request) as unit:
        warning = await queries.one(unit.connection, warning_id)
        for message in await queries.chain(unit.connection, warning.chain):
            for event in await queries.events(unit.connection, message.id):
                row = [
                    message.identifier or "",
                    message.msg_type.value,
                    stamp(event.at),
                    event.kind,
                    event.actor,
                ]
                cells = [*row, event.from_state, event.to_state, event.reason]
                table.writerow([plain_cell(cell) for cell in cells])
    return _attached(
        ("\ufeff" + out.getvalue()).encode(), "text/csv; charset=utf-8", f"warning-{warning.chain}.csv"
    )
