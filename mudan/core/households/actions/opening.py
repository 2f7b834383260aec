"""How is a household opened for a purpose, read again, explained and judged?"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from mudan.core.households import queries, store
from mudan.core.households.model.opening import (
    MOST_AN_HOUR,
    PURPOSES,
    VERDICTS,
    VIEW,
    NewOpening,
    Opening,
    fields_of,
)
from mudan.core.households.model.words import Resident
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.primitives.errors import Conflict, Invalid, NotAllowed, NotFound, TooMany
from mudan.storage.pool import Connection

_HOUR: Final = timedelta(hours=1)


async def open_for(
    connection: Connection, actor: Actor, now: datetime, new: NewOpening, number: str
) -> tuple[Opening, list[Resident]]:
    """Open a household whose purpose was looked into (visits do that), audited; who lives there.

    `number` names the thing that it is for. Raises NotFound, TooMany after MOST_AN_HOUR, Conflict.
    """
    household = await queries.one(connection, new.household)
    known = await queries.opening(connection, new.id)
    if known is not None:
        if (known.person_id, known.household) != (actor.person, household.id):
            raise Conflict("another opening has this id")
        return known, await read_again(connection, new.id, actor, now)
    if await queries.opened_since(connection, actor.person, now - _HOUR) >= MOST_AN_HOUR:
        raise TooMany("you have opened many households within the hour", retry_after_s=_HOUR.total_seconds())
    noun = "none" if new.break_glass else PURPOSES[new.purpose].subject
    row = {
        "id": new.id, "space": household.space, "area_code": household.area_code, "department": household.department,
        "household_id": household.id, "person_id": actor.person, "person": actor.name,
        "role": actor.scope.role.value if actor.scope.role else "", "purpose": new.purpose, "subject_noun": noun,
        "subject_id": new.subject, "subject_number": number, "reason": new.reason.strip(),
        "break_glass": new.break_glass, "at": now, "ends_at": now + VIEW, "person_area": actor.scope.area,
    }  # fmt: skip
    if not await store.insert_opening(connection, row):
        raise Conflict("this household was opened at the same moment")
    residents = await queries.residents(connection, household.id, new.id, new.purpose)
    fields = fields_of(residents)
    await store.note_fields(connection, new.id, fields)
    detail = {
        "purpose": new.purpose, "fields": fields, "subject": f"{noun} {number or new.subject or ''}".strip(),
        "reason": new.reason.strip(), "break_glass": new.break_glass, "until": (now + VIEW).isoformat(),
    }  # fmt: skip
    await audit(connection, actor, "household.open", str(household.id), detail)
    made = await queries.opening(connection, new.id)
    if made is None:
        raise NotFound("there is no such opening")
    return made, residents


async def read_again(connection: Connection, opening_id: UUID, actor: Actor, now: datetime) -> list[Resident]:
    """Who lives there, under one's own opening while it lasts. Raises NotFound, NotAllowed when it has lapsed."""
    opening = await queries.opening(connection, opening_id)
    if opening is None or opening.person_id != actor.person:
        raise NotFound("there is no such opening")
    if opening.has_lapsed(now):
        raise NotAllowed("the view has lapsed; say again what it is for")
    return await queries.residents(connection, opening.household, opening.id, opening.purpose)


async def review(
    connection: Connection, opening_id: UUID, verdict: str, note: str, actor: Actor, now: datetime
) -> Opening:
    """Say whether a household was opened rightly; never by who opened it, and for good once it was fit or unfit."""
    opening = await queries.opening(connection, opening_id)
    if opening is None:
        raise NotFound("there is no such opening")
    if verdict not in VERDICTS:
        raise Invalid("it was fit, unfit, or is to be explained", field="verdict")
    if verdict != "fit" and not note.strip():
        raise Invalid("say what is wrong or unclear", field="note")
    if opening.person_id == actor.person:
        raise NotAllowed("who opened it does not judge it")
    if not await store.review(connection, opening_id, verdict, note.strip(), actor.name, now):
        raise Conflict("somebody has looked at it already")
    detail = {"verdict": verdict, "note": note.strip()}
    await audit(connection, actor, "household.review", str(opening_id), detail)
    seen = await queries.opening(connection, opening_id)
    assert seen is not None  # it was there a moment ago, and nothing deletes it
    return seen


async def explain(
    connection: Connection, opening_id: UUID, text: str, actor: Actor, now: datetime
) -> Opening:
    """Answer the auditor's question about one's own opening; once, into the trail. Raises NotFound, Conflict."""
    opening = await queries.opening(connection, opening_id)
    if opening is None:
        raise NotFound("there is no such opening")
    if opening.person_id != actor.person:
        raise Conflict("nothing is asked of you about this opening")
    if not text.strip():
        raise Invalid("say what it was for", field="text")
    if not await store.explain(connection, opening_id, text.strip(), now):
        raise Conflict("nothing is asked about this opening, or it was explained already")
    await audit(connection, actor, "household.explain", str(opening_id), {"text": text.strip()})
    seen = await queries.opening(connection, opening_id)
    assert seen is not None  # it was there a moment ago, and nothing deletes it
    return seen
