"""What is needed, how much, where and until when? And when is it needed no more?"""

from datetime import datetime
from uuid import UUID

from mudan.core.incidents import actions as incidents
from mudan.core.people.model import Actor
from mudan.core.supplies import queries, store
from mudan.core.supplies.model.stock import Need
from mudan.primitives.errors import Conflict, Invalid
from mudan.primitives.ids import new_id
from mudan.primitives.text import Text
from mudan.storage.pool import Connection


async def state_need(
    connection: Connection,
    actor: Actor,
    now: datetime,
    *,
    title: str,
    quantity: float,
    unit: str,
    material: str | None = None,
    incident_id: UUID | None = None,
    needed_by: datetime | None = None,
    place: str = "",
    lon: float | None = None,
    lat: float | None = None,
    note: str = "",
    department: str | None = None,
) -> Need:
    """Say what is needed, how much, where and until when."""
    if not title.strip() or not unit.strip():
        raise Invalid("a need has a title and a unit of measure", field="title")
    if quantity <= 0:
        raise Invalid("a need is more than none", field="quantity")
    if material is not None and material not in {
        one["code"] for one in await queries.materials(connection, actor.scope.space)
    }:
        raise Invalid("no such material", field="material")
    own = actor.scope.departments
    if own is not None and department not in own:
        department = next(iter(sorted(own)), None)
    which = new_id()
    await store.insert_need(
        connection,
        {
            "id": which, "space": actor.scope.space, "area_code": actor.scope.area, "department": department,
            "incident_id": incident_id, "title": title.strip(), "material": material, "quantity": quantity,
            "unit": unit.strip(), "needed_by": needed_by, "place": place, "lon": lon, "lat": lat, "note": note,
            "created_by": actor.name, "created_at": now,
        },
    )  # fmt: skip
    need = await queries.need(connection, which)
    if incident_id is not None:
        text = Text(f"需求：{title} {quantity:g} {unit}", f"need: {title} {quantity:g} {unit}")
        await incidents.log(
            connection, incident_id, "resource", text, source="operator", actor=actor.name, now=now,
            detail={"need": str(which)},
        )  # fmt: skip
    return need


async def withdraw_need(
    connection: Connection, which: UUID, reason: str, actor: Actor, now: datetime
) -> Need:
    """Take a need back, with the reason; its orders go on until they are recalled or released."""
    if not reason.strip():
        raise Invalid("a reason is needed", field="reason")
    await queries.need(connection, which)
    if not await store.withdraw_need(connection, which, actor.name, now, reason.strip()):
        raise Conflict("the need was taken back before")
    return await queries.need(connection, which)
