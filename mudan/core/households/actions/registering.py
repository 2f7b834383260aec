"""How does a household come into the register, and when is it forgotten?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from psycopg import errors

from mudan.core.households import queries, store
from mudan.core.households.model.files import NewFile, RegisterFile
from mudan.core.households.model.register import (
    ANOTHERS,
    MOST_ROWS,
    OUTSIDE,
    Fault,
    RegisterRow,
    by_address,
    read,
)
from mudan.core.households.model.words import masked
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.primitives.clock import CST
from mudan.primitives.errors import Conflict, Invalid
from mudan.primitives.ids import new_id
from mudan.storage.pool import Connection

KEPT: Final = timedelta(
    days=3 * 365
)  # 示例: how long without a row in the register before names are forgotten
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
    taken = await put(connection, actor, now, source.strip(), by_address(good), example=example)
    every = tuple(sorted([*faults, *taken.faults], key=lambda fault: fault.row))
    detail = {"rows": taken.rows, "households": len(taken.households), "faults": len(every)}
    await audit(connection, actor, "household.register", source.strip(), detail)
    return Registered(taken.households, taken.rows, every)


async def put(
    connection: Connection,
    actor: Actor,
    now: datetime,
    source: str,
    groups: Sequence[Sequence[RegisterRow]],
    *,
    example: bool,
) -> Registered:
    """Take good rows, those of an address together. A household that cannot be written is told with its rows."""
    taken: list[tuple[UUID, RegisterRow]] = []
    faults: list[Fault] = []
    kept = 0
    for rows in groups:
        made = await _put(connection, actor, now, source, rows, example=example)
        if isinstance(made, UUID):
            taken.append((made, rows[0]))
            kept += len(rows)
        else:
            faults += [Fault(row.number, "area_code", made) for row in rows]
    return Registered(tuple(taken), kept, tuple(faults))


async def begin_file(
    connection: Connection, actor: Actor, now: datetime, new: NewFile, faults: Sequence[Fault]
) -> tuple[RegisterFile, bool]:
    """Note a file before its first row, and whether it is new: the same id is taken in once."""
    own = sorted(actor.scope.departments or ())
    row = {
        "id": new.id, "space": actor.scope.space, "area_code": actor.scope.area, "department": own[0] if own else None,
        "source": new.source.strip(), "file_name": new.file_name[:200], "digest": new.digest, "purpose": new.purpose,
        "ground": new.ground, "basis": new.basis.strip(), "example": new.example, "state": "running",
        "total": new.total, "done": len({one.row for one in faults}), "faults": [_told(one) for one in faults],
        "not_kept": list(new.not_kept), "began_at": now, "by": actor.name, "by_id": actor.person,
    }  # fmt: skip
    fresh = await store.insert_file(connection, row)
    known = await queries.file(connection, new.id)
    if not fresh and known.digest != new.digest:
        raise Conflict("another file has this id")
    return known, fresh


async def go_on(connection: Connection, file_id: UUID, made: Registered, rows: int, planned: int) -> None:
    """Add to a file's figures what became of its next rows."""
    added = {
        "done": rows, "rows": made.rows, "households": len(made.households), "planned": planned,
    }  # fmt: skip
    await store.add_to_file(connection, file_id, added, [_told(one) for one in made.faults])


async def end_file(
    connection: Connection, file_id: UUID, state: str, actor: Actor, now: datetime
) -> RegisterFile:
    """A file was taken in whole (`done`) or not (`failed`); written into the trail with its purpose and ground."""
    await store.end_file(connection, file_id, state, now)
    one = await queries.file(connection, file_id)
    detail = {
        "state": state, "file": one.file_name, "digest": one.digest, "rows": one.rows, "households": one.households,
        "faults": len(one.faults), "purpose": one.purpose, "ground": one.ground, "basis": one.basis,
    }  # fmt: skip
    await audit(connection, actor, "household.register", one.source, detail)
    return one


def _told(one: Fault) -> dict[str, Any]:
    return {"row": one.row, "field": one.field, "zh": one.said.zh, "en": one.said.en}


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
        return OUTSIDE
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
    return made if made is not None else ANOTHERS


async def forget_lapsed(connection: Connection, now: datetime) -> int:
    """Forget who lived where the time to be kept is over; how many households. The centre's own work."""
    lapsed = await store.lapsed(connection, now.astimezone(CST).date(), _A_BATCH)
    for household in lapsed:
        await store.erase(connection, household, now)
        await audit(connection, None, "household.forget", str(household))
    return len(lapsed)
