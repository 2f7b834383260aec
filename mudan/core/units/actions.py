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
    connection: Connection, unit: UUID, state: Administrative, reason: str, until: datetime | None
) -> Unit:
    """Put a unit on or off duty or out of service (which needs a reason); open tasks are left as they are."""
    if state is Administrative.OUT_OF_SERVICE and not reason.strip():
        raise Invalid("out of service needs a reason", field="out_reason")
    if not await store.set_administrative(connection, unit, state.value, reason, until):
        raise NotFound("there is no such unit")
    return await queries.one(connection, unit)


async def add_member(connection: Connection, unit: UUID, person: UUID) -> None:
    """Make a person one of a unit's crew."""
    await store.add_member(connection, unit, person)
