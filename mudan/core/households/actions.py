"""How does a household come into the register, how is it opened for a purpose, and when is it forgotten?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from psycopg import errors

from mudan.core.households import queries, store
from mudan.core.households.model.opening import MOST_AN_HOUR, PURPOSES, VERDICTS, VIEW, NewOpening, Opening
from mudan.core.households.model.register import MOST_ROWS, Fault, RegisterRow, by_address, read
from mudan.core.households.model.words import Resident, masked
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.primitives.clock import CST
from mudan.primitives.errors import Conflict, Invalid, NotAllowed, NotFound, TooMany
from mudan.primitives.ids import new_id
from mudan.storage.pool import Connection

KEPT: Final = timedelta(
    days=3 * 365
)  # 示例: how long without a row in the register before names are forgotten
_HOUR: Final = timedelta(hours=1)
_A_BATCH: Final = 200


@dataclass(frozen=True, slots=True)
class Registered:
    """What became of the rows: each household with the first of its rows, how many rows were taken, which not."""

    households: tuple[tuple[UUID, RegisterRow], ...]
    rows: int
    faults: tuple[Fault, ...]


async def register(
    connection: Connection,
    actor: Actor,
    now: datetime,
    source: str,
    given: Sequence[Mapping[str, Any]],
    *,
    example: bool = False,
) -> Registered:
    """Take rows of a register; an address that is known is replaced whole. Bad rows are told, good ones are kept.

    Raises Invalid when there are too many at once or the source is not named.
    """
    if len(given) > MOST_ROWS:
        raise Invalid(f"at most {MOST_ROWS} rows at a time", field="rows")
    if not source.strip() or len(source) > 100:
        raise Invalid("say which register it is", field="source")
    good, faults = read(given)
    taken: list[tuple[UUID, RegisterRow]] = []
    kept = 0
    for rows in by_address(good):
        made = await _put(connection, actor, now, source.strip(), rows, example=example)
        if isinstance(made, UUID):
            taken.append((made, rows[0]))
            kept += len(rows)
        else:
            faults += [Fault(row.number, "area_code", made) for row in rows]
    detail = {"rows": kept, "households": len(taken), "faults": len(faults)}
    await audit(connection, actor, "household.register", source.strip(), detail)
    return Registered(tuple(taken), kept, tuple(sorted(faults, key=lambda fault: fault.row)))


async def _put(
    connection: Connection,
    actor: Actor,
    now: datetime,
    source: str,
    rows: Sequence[RegisterRow],
    *,
    example: bool,
) -> UUID | str:
    """The household of these rows, or why there is none."""
    first = rows[0]
    if not first.area_code.startswith(actor.scope.area):
        return "the address lies outside your area"
    residents = [row.resident for row in rows if row.resident is not None]
    own = sorted(actor.scope.departments or ())
    keep_until = max(
        (row.keep_until for row in rows if row.keep_until), default=(now + KEPT).astimezone(CST).date()
    )
    row = {
        "id": new_id(), "space": actor.scope.space, "area_code": first.area_code,
        "department": own[0] if own else None, "address_code": first.address_code, "address": first.address,
        "kind": first.kind, "lon": first.lon, "lat": first.lat,
        "shown_as": masked(residents[0].name) if residents else "", "people": len(residents),
        "care": sorted({kind for one in residents for kind in one.care}), "source": source, "example": example,
        "keep_until": keep_until, "updated_at": now,
    }  # fmt: skip
    try:
        async with connection.transaction():
            made = await store.put(connection, row)
            if made is not None:
                await store.replace_residents(connection, made, residents)
    except errors.InsufficientPrivilege:
        made = None
    return made if made is not None else "the address is another area's or department's"


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
        "break_glass": new.break_glass, "at": now, "ends_at": now + VIEW,
    }  # fmt: skip
    if not await store.insert_opening(connection, row):
        raise Conflict("this household was opened at the same moment")
    detail = {
        "purpose": new.purpose, "subject": f"{noun} {number or new.subject or ''}".strip(),
        "reason": new.reason.strip(), "break_glass": new.break_glass, "until": (now + VIEW).isoformat(),
    }  # fmt: skip
    await audit(connection, actor, "household.open", str(household.id), detail)
    made = await queries.opening(connection, new.id)
    if made is None:
        raise NotFound("there is no such opening")
    return made, await queries.residents(connection, made)


async def read_again(connection: Connection, opening_id: UUID, actor: Actor, now: datetime) -> list[Resident]:
    """Who lives there, under one's own opening while it lasts. Raises NotFound, NotAllowed when it has lapsed."""
    opening = await queries.opening(connection, opening_id)
    if opening is None or opening.person_id != actor.person:
        raise NotFound("there is no such opening")
    if opening.has_lapsed(now):
        raise NotAllowed("the view has lapsed; say again what it is for")
    return await queries.residents(connection, opening)


async def review(
    connection: Connection, opening_id: UUID, verdict: str, note: str, actor: Actor, now: datetime
) -> Opening:
    """Say whether a household was opened rightly; once, and never by who opened it."""
    opening = await queries.opening(connection, opening_id)
    if opening is None:
        raise NotFound("there is no such opening")
    if verdict not in VERDICTS:
        raise Invalid("it was fit or unfit", field="verdict")
    if verdict == "unfit" and not note.strip():
        raise Invalid("say why it was unfit", field="note")
    if opening.person_id == actor.person:
        raise NotAllowed("who opened it does not judge it")
    if not await store.review(connection, opening_id, verdict, note.strip(), actor.name, now):
        raise Conflict("somebody has looked at it already")
    detail = {"verdict": verdict, "note": note.strip()}
    await audit(connection, actor, "household.review", str(opening_id), detail)
    seen = await queries.opening(connection, opening_id)
    assert seen is not None  # it was there a moment ago, and nothing deletes it
    return seen


async def forget_lapsed(connection: Connection, now: datetime) -> int:
    """Forget who lived where the time to be kept is over; how many households. The centre's own work."""
    lapsed = await store.lapsed(connection, now.astimezone(CST).date(), _A_BATCH)
    for household in lapsed:
        await store.erase(connection, household, now)
        await audit(connection, None, "household.forget", str(household))
    return len(lapsed)


__all__ = ["Registered", "forget_lapsed", "open_for", "read_again", "register", "review"]
