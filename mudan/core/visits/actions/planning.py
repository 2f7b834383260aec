"""When does somebody's next visit come into the list, by cadence or by hand, and what is carried to the doors?"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from mudan.core.households import queries as households
from mudan.core.households.model.register import RegisterRow
from mudan.core.households.model.words import CARE, Household
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.core.visits import queries, store
from mudan.core.visits.model.cadence import Cadence
from mudan.core.visits.model.words import NewNotice, Plan, Visit
from mudan.primitives.clock import CST
from mudan.primitives.errors import Conflict, Invalid, NotFound
from mudan.primitives.ids import new_id
from mudan.storage.pool import Connection, centre_within


def own_department(actor: Actor) -> str | None:
    """The department that what somebody plans belongs to; none for those who see every department."""
    own = sorted(actor.scope.departments or ())
    return own[0] if own else None


async def plan(connection: Connection, actor: Actor, now: datetime, new: Plan) -> Visit:
    """Put a visit into the list by hand; the same id again gives the first one. Raises NotFound, Conflict."""
    household = None if new.household is None else await households.one(connection, new.household)
    row: dict[str, Any] = {
        "id": new.id, "space": actor.scope.space, "household_id": new.household, "place": new.place.strip(),
        "lon": new.lon, "lat": new.lat, "kind": new.kind, "origin": "desk", "state": "planned",
        "words": new.words.strip(), "due_on": new.due_on, "planned_by": actor.name, "planned_at": now,
    }  # fmt: skip
    row["area_code"] = actor.scope.area if household is None else household.area_code
    row["department"] = own_department(actor) if household is None else household.department
    if not await store.insert(connection, row):
        known = await queries.one(connection, new.id)
        if (known.household, known.place, known.kind) != (new.household, new.place.strip(), new.kind):
            raise Conflict("another visit has this id")
        return known
    await audit(connection, actor, "visit.plan", str(new.id), {"kind": new.kind, "due_on": str(new.due_on)})
    return await queries.one(connection, new.id)


async def cancel(connection: Connection, visit_id: UUID, reason: str, actor: Actor) -> Visit:
    """Take a planned visit off the list, with the reason."""
    visit = await queries.one(connection, visit_id, lock=True)
    if visit.state != "planned":
        raise Conflict("this visit is not planned any more")
    if not reason.strip():
        raise Invalid("say why it is not to be made", field="reason")
    await store.update(connection, visit_id, {"state": "cancelled", "cancel_reason": reason.strip()})
    await audit(connection, actor, "visit.cancel", str(visit_id), {"reason": reason.strip()})
    return await queries.one(connection, visit_id)


async def plan_registered(
    connection: Connection, actor: Actor, now: datetime, taken: Iterable[tuple[UUID, RegisterRow]]
) -> int:
    """Reckon the next visit of households that the register has just written; how many are on the list."""
    cadence = await queries.cadence(connection, actor.scope.space)
    rows = dict(taken)
    today, count = now.astimezone(CST).date(), 0
    for household in (await households.among(connection, list(rows))).values():
        seen = [await queries.last_seen_on(connection, household.id), rows[household.id].last_visit_on]
        based_on = max((day for day in seen if day is not None and day <= today), default=today)
        count += await reckon(connection, household, cadence, based_on, now, actor.name)
    return count


async def reckon(
    connection: Connection,
    household: Household,
    cadence: Cadence,
    on: date,
    now: datetime,
    by: str,
    *,
    outcome: str = "met",
) -> bool:
    """Let the household's next visit follow from its last, on that day; whether there is one."""
    due_on = cadence.after(household.care, outcome, on)
    based_on = on
    if outcome == "not_home":  # nobody was seen, so the last time that somebody was still counts
        based_on = await queries.last_seen_on(connection, household.id) or on
    known = await queries.planned_by_cadence(connection, household.id)
    if due_on is None:
        if known is not None:
            await store.update(connection, known.id, {"state": "cancelled", "cancel_reason": outcome})
        return False
    if known is not None:
        changes: dict[str, Any] = {"based_on": based_on, "due_on": due_on}
        if due_on != known.due_on:  # what was planned for the old day holds no more
            changes |= {"draft_on": None, "draft_post": "", "planned_on": None, "post": ""}
        await store.update(connection, known.id, changes)
        return True
    return await store.insert(
        connection,
        {
            "id": new_id(), "space": household.space, "area_code": household.area_code,
            "department": household.department, "household_id": household.id, "kind": "care", "origin": "cadence",
            "state": "planned", "based_on": based_on, "due_on": due_on, "planned_by": by, "planned_at": now,
        },
    )  # fmt: skip


async def publish_cadence(
    connection: Connection, cadence: Cadence, note: str, actor: Actor, now: datetime
) -> int:
    """Put a cadence into force; every next visit is reckoned anew. Its version; `cadence.version` was looked at."""
    if not note.strip():
        raise Invalid("say why", field="note")
    await store.alone(connection, "cadence")
    if (await queries.cadence(connection, actor.scope.space)).version != cadence.version:
        raise Conflict("another cadence has come into force meanwhile; look again")
    row = {
        "space": actor.scope.space, "content": cadence.stored(), "note": note.strip(), "published_by": actor.name,
        "published_by_id": actor.person, "published_at": now,
    }  # fmt: skip
    version = await store.publish_cadence(connection, row)
    await audit(connection, actor, "visit.cadence", str(version), cadence.stored())
    async with centre_within(connection):
        today = now.astimezone(CST).date()
        await store.reckon_anew(connection, actor.scope.space, cadence.days, today, actor.name, now)
    return version


async def carry(connection: Connection, actor: Actor, now: datetime, new: NewNotice) -> None:
    """Have something told at the doors of an area; the same id again changes nothing."""
    if not new.area_code.startswith(actor.scope.area):
        raise NotFound("there is no such area")
    for kind in new.care:
        if kind not in CARE:
            raise Invalid("there is no such kind of care", field="care")
    row = {
        "id": new.id, "space": actor.scope.space, "area_code": new.area_code, "department": own_department(actor),
        "title": new.title.strip(), "words": new.words.strip(), "care": sorted(set(new.care)), "since": new.since,
        "until": new.until, "made_by": actor.name, "made_at": now,
    }  # fmt: skip
    if await store.insert_notice(connection, row):
        await audit(connection, actor, "visit.notice", str(new.id), {"title": new.title.strip()})
