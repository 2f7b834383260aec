"""Who can be sent, and where are they?"""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import AwareDatetime, BaseModel, Field

from mudan.api.centre import Centre, work
from mudan.api.security import requires
from mudan.api.wire import Body, Instant
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.core.units import actions, queries
from mudan.core.units.model import Administrative, Unit
from mudan.primitives.text import Text

router = APIRouter(tags=["units"])
Reader = Annotated[Actor, Depends(requires("units.read"))]
Writer = Annotated[Actor, Depends(requires("units.write"))]


class PlaceOut(BaseModel):
    """A place in WGS-84 degrees."""

    lon: float
    lat: float


class UnitTaskOut(BaseModel):
    """An open task of a unit."""

    id: UUID
    incident_id: UUID
    incident_number: str
    state: str


class UnitOut(BaseModel):
    """A responder; `status` follows from its tasks, `position_at` is when the vehicle was last seen."""

    id: UUID
    code: str
    name: Text
    kind: str
    capabilities: list[str]
    crew_count: int
    administrative: str
    out_reason: str
    out_until: Instant | None
    status: str
    tasks: list[UnitTaskOut]
    lon: float | None
    lat: float | None
    position_at: Instant | None
    speed_kmh: float | None
    home: PlaceOut
    vehicle_urn: str | None
    online: bool | None
    area_code: str
    area_name: Text
    department: str | None


class UnitsOut(BaseModel):
    """All units within scope."""

    items: list[UnitOut]
    as_of: Instant


class UnitChangeIn(Body):
    """What people say of a unit."""

    administrative: Literal["on_duty", "off_duty", "out_of_service"]
    out_reason: str = Field(default="", max_length=200)
    out_until: AwareDatetime | None = None


def unit_out(unit: Unit, centre: Centre) -> UnitOut:
    """A unit as it goes over the wire."""
    return UnitOut(
        id=unit.id, code=unit.code, name=unit.name, kind=unit.kind, capabilities=list(unit.capabilities),
        crew_count=unit.crew_count, administrative=unit.administrative.value, out_reason=unit.out_reason,
        out_until=unit.out_until, status=unit.status,
        tasks=[
            UnitTaskOut(id=t.id, incident_id=t.incident_id, incident_number=t.incident_number, state=t.state)
            for t in unit.tasks
        ],
        lon=unit.point.lon if unit.point else None, lat=unit.point.lat if unit.point else None,
        position_at=unit.position_at, speed_kmh=unit.speed_kmh,
        home=PlaceOut(lon=unit.home.lon, lat=unit.home.lat), vehicle_urn=unit.vehicle_urn, online=unit.online,
        area_code=unit.area_code, area_name=centre.area_name(unit.area_code), department=unit.department,
    )  # fmt: skip


@router.get("/api/units")
async def units(actor: Reader, request: Request) -> UnitsOut:
    """All units within scope, by code."""
    async with work(actor, request) as unit:
        found = await queries.all_units(unit.connection)
    return UnitsOut(items=[unit_out(one, unit.centre) for one in found], as_of=unit.now)


@router.patch("/api/units/{unit_id}")
async def change(actor: Writer, request: Request, unit_id: UUID, body: UnitChangeIn) -> UnitOut:
    """Put a unit on or off duty, or out of service."""
    async with work(actor, request) as unit:
        changed = await actions.set_administrative(
            unit.connection, unit_id, Administrative(body.administrative), body.out_reason, body.out_until
        )
        detail = {"administrative": body.administrative, "reason": body.out_reason}
        await audit(unit.connection, actor, "unit.change", changed.code, detail)
        unit.changes.units.add(unit_id)
    return unit_out(changed, unit.centre)
