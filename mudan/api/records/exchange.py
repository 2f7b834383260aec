"""What came from which system, what was told back, and does the sum of it agree?"""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from mudan.api.centre import Centre, PlatformCard, centre_of, work
from mudan.api.records.wire import (
    RecordDeliveriesOut,
    RecordDeliveryOut,
    RecordFeedOut,
    RecordFeedsOut,
    RecordFieldOut,
    RecordRunOut,
    RecordStandingOut,
    keeper_of,
)
from mudan.api.security import requires
from mudan.connect.sources import SOURCE
from mudan.core.cases.model.known import event_title
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.core.records import actions, queries
from mudan.core.records.model.contacts import Kept, standing
from mudan.core.records.queries.contacts import contacts, declared
from mudan.primitives.errors import NotFound
from mudan.storage.pool import centre_within

router = APIRouter()
_Named = tuple[str, str]  # platform and feed
Reader = Annotated[Actor, Depends(requires("records.read"))]
Writer = Annotated[Actor, Depends(requires("records.write"))]


def run_out(row: dict[str, Any]) -> RecordRunOut:
    """A run as it goes over the wire."""
    return RecordRunOut.model_validate(row)


def _standings(
    centre: Centre, kept: dict[_Named, list[Kept]], registered: dict[_Named, dict[str, Any]], now: datetime
) -> dict[_Named, RecordStandingOut]:
    """How the source of each feed stands now."""
    found = {}
    for name in ((card.name, feed.name) for card in centre.platforms.values() for feed in card.feeds):
        source = registered.get(name, {})
        expected_s = source.get("stale_after_s")
        told = standing(kept.get(name, ()), expected_s, now)
        found[name] = RecordStandingOut(**asdict(told), expected_s=expected_s, urn=source.get("urn"))
    return found


def _feeds(
    card: PlatformCard,
    counted: dict[_Named, dict[str, Any]],
    standings: dict[_Named, RecordStandingOut],
) -> list[RecordFeedOut]:
    return [
        RecordFeedOut(
            platform=card.name, platform_title=card.title, feed=feed.name, title=feed.title,
            fields=[
                RecordFieldOut(
                    target=one.target, title=one.title, names=list(one.names), kind=one.kind,
                    required=one.required, personal=one.personal, codes=dict(one.codes),
                )
                for one in feed.fields
            ],
            opens=bool(feed.opens),
            standing=standings[card.name, feed.name],
            **{
                name: value
                for name, value in counted.get((card.name, feed.name), {}).items()
                if name not in ("platform", "feed")
            },
        )
        for feed in card.feeds
    ]  # fmt: skip


@router.get("/api/records")
async def exchange(
    actor: Reader, request: Request, days: Annotated[int, Query(ge=1, le=366)] = 7
) -> RecordFeedsOut:
    """All feeds with what was exchanged in the last days, and the newest runs."""
    async with work(actor, request) as unit, centre_within(unit.connection):
        rows = await queries.reconciled(unit.connection, unit.now - timedelta(days=days))
        runs = await queries.runs(unit.connection)
        counted = {(row["platform"], row["feed"]): row for row in rows}
        heard = await contacts(unit.connection)
        standings = _standings(unit.centre, heard, await declared(unit.connection, SOURCE), unit.now)
        items = [one for card in unit.centre.platforms.values() for one in _feeds(card, counted, standings)]
    return RecordFeedsOut(items=items, runs=[run_out(row) for row in runs], days=days, as_of=unit.now)


@router.get("/api/record-runs/{run_id}")
async def progress(actor: Reader, request: Request, run_id: UUID) -> RecordRunOut:
    """How far a run has come."""
    async with work(actor, request) as unit, centre_within(unit.connection):
        row = await queries.run(unit.connection, run_id)
    if row is None:
        raise NotFound("there is no such run")
    return run_out(row)


@router.get("/api/record-deliveries/{platform}")
async def deliveries(actor: Reader, request: Request, platform: str) -> RecordDeliveriesOut:
    """The newest of what is told to the platform's own system."""
    keeper_of(centre_of(request), platform)
    async with work(actor, request) as unit, centre_within(unit.connection):
        rows = await queries.deliveries(unit.connection, platform)
    titled = [row | {"event_title": event_title(row["case_type"], row["kind"])} for row in rows]
    return RecordDeliveriesOut(items=[RecordDeliveryOut.model_validate(row) for row in titled])


@router.post("/api/record-deliveries/{told_id}/retry", status_code=204, response_class=Response)
async def retry(actor: Writer, request: Request, told_id: UUID) -> Response:
    """Tell it again now, whatever the pause."""
    async with work(actor, request) as unit:
        async with centre_within(unit.connection):
            cards = unit.centre.platforms.values()
            targets = {(card.name, one.name): one for card in cards for one in card.targets}
            await actions.retry(unit.connection, told_id, unit.now, targets)
        await audit(unit.connection, actor, "record.retry", str(told_id))
        unit.changes.touch("records", 0, str(told_id))
    return Response(status_code=204)
