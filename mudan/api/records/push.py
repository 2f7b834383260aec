"""What do other systems push over HTTP, signed, with an answer for every row? Nobody is signed in."""

import asyncio
from typing import Final

from fastapi import APIRouter, Request, Response

from mudan.api.centre import PlatformCard, centre_of
from mudan.api.deps import deps_of
from mudan.api.records.faults import row_out
from mudan.api.records.wire import (
    RecordReceiptIn,
    RecordRowOut,
    RecordRowsOut,
    faults_out,
    feed_of,
    keeper_of,
)
from mudan.connect.feeds import Feed
from mudan.connect.mapping import Source, mapped
from mudan.connect.signing import Signed, claimed, proven, secret_of
from mudan.connect.tables import rows
from mudan.core.records import actions, queries
from mudan.core.records.actions import Told
from mudan.core.records.model.words import BadRow, Record, Run, run_id
from mudan.primitives.changes import Changes
from mudan.primitives.errors import Invalid, NotSignedIn
from mudan.storage.pool import Connection

router = APIRouter()
MOST_ROWS: Final = 5_000
_REFUSED: Final = "the signature is missing, wrong or too old"


def _told(request: Request) -> Signed:
    told = claimed(request.headers)
    if told is None:
        raise NotSignedIn(_REFUSED)
    return told


async def _check(
    request: Request, connection: Connection, card: PlatformCard, told: Signed, body: bytes
) -> None:
    """Whether who speaks holds a key of the platform, says this now and has not said it before."""
    now = deps_of(request).clock.now()
    path: str = request.scope["path"]
    target = path + (f"?{request.url.query}" if request.url.query else "")
    fits = proven(told, secret_of(card.secret, card.name, told.key), request.method, target, body, now)
    if not await queries.key_holds(connection, card.name, told.key) or not fits:
        raise NotSignedIn(_REFUSED)
    await actions.proven(connection, told.key, told.nonce, now)


@router.post("/api/records/{platform}/receipts", status_code=204, response_class=Response)
async def receipt(request: Request, platform: str) -> Response:
    """Take what another system says of something that it was told; the same twice changes nothing."""
    deps, card, told = deps_of(request), keeper_of(centre_of(request), platform), _told(request)
    body = await request.body()
    async with deps.db.work() as connection:
        await _check(request, connection, card, told, body)
        try:
            said = RecordReceiptIn.model_validate_json(body)
        except ValueError as error:
            raise Invalid("this is no receipt", field="body") from error
        given = Told(said.id, said.kind, said.number, said.text, said.at, said.evidence)
        await actions.receive(connection, platform, given, deps.clock.now())
    changes = Changes()
    changes.touch("records", 0, platform)
    centre_of(request).changed(changes, set())
    return Response(status_code=204)


@router.post("/api/records/{platform}/{feed}")
async def pushed(request: Request, platform: str, feed: str) -> RecordRowsOut:
    """Take rows (JSON, NDJSON or CSV) of another system; the good ones are durable when this is answered."""
    deps, told = deps_of(request), _told(request)
    card, declared = feed_of(centre_of(request), platform, feed)
    body = await request.body()
    now = deps.clock.now()
    run = run_id(platform, feed, f"{told.key}\n{told.nonce}")
    async with deps.db.work() as connection:
        await _check(request, connection, card, told, body)
        found = await asyncio.to_thread(_mapped, declared, body, Source(card.area, run, now))
        good = [one for one in found if isinstance(one, Record)]
        bad = [one for one in found if isinstance(one, BadRow)]
        part = Run(run, feed, "push", told.key, sent=len(found), total=len(found), ended=True)
        kept = await actions.keep(connection, platform, good, bad, [part], now)
    centre_of(request).changed(kept.changes, set())
    card.heard(feed, len(good), len(bad))
    tally, seen = kept.of(run), set(kept.fresh)
    return RecordRowsOut(
        sent=len(found), good=tally.good, bad=len(bad), duplicate=tally.duplicate, opened=tally.opened,
        rows=[_row(one, seen) for one in found],
    )  # fmt: skip


def _mapped(feed: Feed, body: bytes, source: Source) -> list[Record | BadRow]:
    found: list[Record | BadRow] = []
    for row in rows(body):
        if len(found) == MOST_ROWS:
            raise Invalid(f"a push holds at most {MOST_ROWS} rows", field="body")
        found.append(mapped(feed, row, source))
    return found


def _row(one: Record | BadRow, seen: set[tuple[str, str]]) -> RecordRowOut:
    if isinstance(one, BadRow):
        return RecordRowOut(row=one.row, state="bad", faults=faults_out(one.faults))
    fresh = (one.feed, one.source_id) in seen
    seen.discard((one.feed, one.source_id))
    return row_out(one, "good" if fresh else "duplicate").model_copy(update={"content": {}})
