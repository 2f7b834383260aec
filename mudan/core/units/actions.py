"""How do units come to be known, and go on and off duty?"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from mudan.core.units import queries, store
from mudan.core.units.model import Administrative, Unit
from mudan.primitives.errors import Invalid, NotFound
from mudan.primitives.ids import new_id
from mudan.storage.pool import Connection


async def put(
    connection: Connection, given: Mapping[str, Any], *, vehicle: int | None, space: int = 0
) -> UUID:
    """Make a unit known or change it; `given` carries the columns of the table by name."""
    row = {
        name: given[name]
        for name in (
            "code", "name_zh", "name_en", "kind", "capabilities", "crew_count", "home_lon", "home_lat", "area_code",
            "department",
        )
    }  # fmt: skip
    return await store.put(connection, row | {"id": new_id(), "space": space, "vehicle": vehicle})


async def set_administrative(
    connection: Connection,
    unit: UUID,
    state: Administrative,
    reason: str,
    until: datetime | None,
    now: datetime | None = None,
) -> Unit:
    """Put a unit on or off duty or out of service (which needs a reason); open tasks are left as they are.

    Out of service until a time, it is back on duty then by itself.
    """
    if state is Administrative.OUT_OF_SERVICE and not reason.strip():
        raise Invalid("out of service needs a reason", field="out_reason")
    until = until if state is Administrative.OUT_OF_SERVICE else None
    if not await store.set_administrative(connection, unit, state.value, reason, until, now):
        raise NotFound("there is no such unit")
    return await queries.one(connection, unit)


async def set_crew(connection: Connection, unit: UUID, changes: Mapping[str, Any]) -> Unit:
    """Change what is given of crew_count, min_crew, shift_ends_at and rest_until."""
    known = await queries.one(connection, unit)
    row = {name: changes.get(name, getattr(known, name)) for name in _CREW}
    if row["crew_count"] is None or row["min_crew"] is None or min(row["crew_count"], row["min_crew"]) < 0:
        raise Invalid("a crew is no fewer than none", field="crew_count")
    if not await store.set_crew(connection, unit, row):
        raise NotFound("there is no such unit")
    return await queries.one(connection, unit)


_CREW = ("crew_count", "min_crew", "shift_ends_at", "rest_until")


async def back_in_service(connection: Connection, now: datetime) -> list[UUID]:
    """Units whose time out of service is over go back on duty; returns them."""
    back = await queries.to_be_back(connection, now)
    for unit in back:
        await store.set_administrative(connection, unit, Administrative.ON_DUTY.value, "", None, now)
    return back


async def add_member(connection: Connection, unit: UUID, person: UUID) -> None:
    """Make a person one of a unit's crew."""
    await store.add_member(connection, unit, person)


async def copy_into(connection: Connection, space: int, area: str) -> int:
    """Give an exercise the units of reality within an area, with crews and copied vehicles; how many."""
    return await store.copy_into(connection, space, area)
