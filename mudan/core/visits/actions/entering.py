"""How does one entry at the door come in, once, and reach every record that it serves?"""

import asyncio
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid5

from mudan.core.calls import actions as calls
from mudan.core.calls.actions.running import Answer
from mudan.core.cases import actions as cases
from mudan.core.cases.model.words import NewCase
from mudan.core.households import queries as households
from mudan.core.households.model.words import Household
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.core.visits import queries, store
from mudan.core.visits.actions.planning import own_department, reckon
from mudan.core.visits.model.registers import served
from mudan.core.visits.model.words import Entry, Visit
from mudan.primitives.clock import CST
from mudan.primitives.errors import Conflict, Invalid, NotFound
from mudan.primitives.ids import new_id
from mudan.primitives.pictures import redrawn
from mudan.storage.pool import Connection, centre_within

MOST_PHOTOS: Final = 9
_SOURCES: Final = {"field_worker": "collector", "department_liaison": "department"}


async def enter(connection: Connection, actor: Actor, now: datetime, entry: Entry) -> Visit:
    """Record what was found at the door; the same client_id again gives the first record.

    Raises Conflict when somebody else has made the planned visit meanwhile, NotFound, Invalid.
    """
    known = await queries.entered(connection, entry.client_id)
    if known is not None:
        return known
    planned = None if entry.visit is None else await _planned(connection, entry.visit)
    household = await _household(connection, entry, planned)
    visit_id = planned.id if planned is not None else new_id()
    row = _row(actor, now, entry, household)
    if planned is not None:
        await store.update(connection, planned.id, row)
    elif not await store.insert(connection, row | _whole(visit_id, actor, now, entry, household)):
        raise Conflict("this visit was entered at the same moment")
    await _serve(connection, actor, now, entry, visit_id, household)
    made = await queries.one(connection, visit_id)
    detail = {"kind": entry.kind, "outcome": entry.outcome, "serves": made.serves, "cases": made.cases}
    await audit(connection, actor, "visit.enter", str(visit_id), detail)
    return made


async def _planned(connection: Connection, visit_id: UUID) -> Visit:
    visit = await queries.one(connection, visit_id, lock=True)
    if visit.state == "done":
        raise Conflict(f"{visit.done_by} has made this visit meanwhile")
    if visit.state == "cancelled":
        raise Conflict("this visit was taken off the list")
    return visit


async def _household(connection: Connection, entry: Entry, planned: Visit | None) -> Household | None:
    which = entry.household if planned is None else planned.household
    if planned is not None and entry.household not in (None, planned.household):
        raise Invalid("this visit is to another household", field="household_id")
    return None if which is None else await households.one(connection, which)


def _row(actor: Actor, now: datetime, entry: Entry, household: Household | None) -> dict[str, Any]:
    """What an entry writes, whether it was planned or not."""
    at = min(entry.at, now)
    serves = served(entry, looked_after=household is not None and bool(household.care))
    return {
        "client_id": entry.client_id, "kind": entry.kind, "state": "done", "outcome": entry.outcome,
        "note": entry.note.strip(), "checks": dict(entry.checks), "mediation": entry.mediation.strip(),
        "solved": [{"class_code": one.class_code, "title": one.title.strip()} for one in entry.problems if one.solved],
        "serves": [one.name for one in serves], "done_at": at, "recorded_at": now, "done_by": actor.name,
        "done_by_id": actor.person,
    } | ({} if entry.outcome == "not_home" else {"based_on": at.astimezone(CST).date()})  # fmt: skip


def _whole(
    visit_id: UUID, actor: Actor, now: datetime, entry: Entry, household: Household | None
) -> dict[str, Any]:
    """What else a visit has that nobody planned."""
    return {
        "id": visit_id, "space": actor.scope.space, "household_id": household.id if household else None,
        "area_code": household.area_code if household else actor.scope.area,
        "department": household.department if household else own_department(actor),
        "place": "" if household else entry.place.strip(), "origin": "grid", "planned_by": actor.name,
        "planned_at": now, **({} if household else {"lon": entry.lon, "lat": entry.lat}),
    }  # fmt: skip


async def _serve(
    connection: Connection,
    actor: Actor,
    now: datetime,
    entry: Entry,
    visit_id: UUID,
    household: Household | None,
) -> None:
    await _open_cases(connection, actor, now, entry, visit_id, household)
    for notice in entry.receipts:
        if not await queries.notice_known(connection, notice):
            raise NotFound("there is no such notice")
        if household is not None:
            await store.insert_receipt(connection, notice, household.id, visit_id, min(entry.at, now))
    if entry.answer is not None:
        await _answer(connection, actor, now, entry)
    if household is not None and household.care:
        cadence = await queries.cadence(connection, household.space)
        on = min(entry.at, now).astimezone(CST).date()
        await reckon(connection, household, cadence, on, now, actor.name, outcome=entry.outcome)


async def _open_cases(
    connection: Connection,
    actor: Actor,
    now: datetime,
    entry: Entry,
    visit_id: UUID,
    household: Household | None,
) -> None:
    """What was found becomes a case each; its id follows from the entry's, so that a repeat opens none anew."""
    visit = await queries.one(connection, visit_id)
    role = actor.scope.role.value if actor.scope.role else ""
    for number, one in enumerate(entry.problems):
        if one.solved:
            continue
        new = NewCase(
            id=uuid5(entry.client_id, f"problem {number}"), type=queries.REPAIR, class_code=one.class_code,
            source=_SOURCES.get(role, "collector"), title=one.title, area_code=visit.area_code, text=one.text,
            address=visit.address[:300], lon=visit.lon, lat=visit.lat,
        )  # fmt: skip
        case = await cases.report(connection, actor, now, new)
        async with centre_within(connection):
            await store.insert_case(connection, visit_id, case.id, household.id if household else None)


async def _answer(connection: Connection, actor: Actor, now: datetime, entry: Entry) -> None:
    """A call chain's place has answered at the door. Chains are the county's; the place must lie in one's own area."""
    assert entry.answer is not None  # asked by who calls
    given = entry.answer
    async with centre_within(connection):
        open_steps = await queries.to_call(connection, actor.scope.space, actor.scope.area)
        if given.step not in {one.step for one in open_steps if one.run == given.run}:
            raise Conflict("this call does not wait for an answer here any more")
        answer = Answer(given.name, "visit", uuid5(entry.client_id, "answer"), entry.at, entry.note.strip())
        await calls.answer(connection, given.run, given.step, answer, actor, now)


async def add_photo(
    connection: Connection,
    visit_id: UUID,
    photo_id: UUID,
    data: bytes,
    taken_at: datetime,
    actor: Actor,
    now: datetime,
) -> Visit:
    """Keep a picture of a visit, drawn anew so that nothing but the picture is kept; the same id again: once."""
    visit = await queries.one(connection, visit_id, lock=True)
    if photo_id in visit.photos:
        return visit
    if visit.state != "done":
        raise Conflict("a picture belongs to a visit that was made")
    if len(visit.photos) >= MOST_PHOTOS:
        raise Invalid(f"at most {MOST_PHOTOS} pictures of a visit", field="file")
    jpeg, width, height = await asyncio.to_thread(redrawn, data)
    row = {
        "id": photo_id, "visit_id": visit_id, "taken_at": min(taken_at, now), "received_at": now,
        "given_by": actor.name, "width": width, "height": height, "jpeg": jpeg,
    }  # fmt: skip
    if not await store.insert_photo(connection, row):
        raise Conflict("this picture belongs to another visit")
    return await queries.one(connection, visit_id)
