"""Who can be sent, and where are they?"""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import AwareDatetime, BaseModel, Field

from mudan.api.centre import Centre, work
from mudan.api.security import requires
from mudan.api.wire import Body, Instant
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.core.units import actions, queries
from mudan.core.units.model import STATUS_AGE, Administrative, Unit, availability, status_since
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
    since: Instant | None
    starts_at: Instant | None


class UnitOut(BaseModel):
    """A responder; `status` follows from its tasks, `position_at` is when the vehicle was last seen.

    `availability` is the class a dispatcher thinks in, `why` the reasons. A status that has lasted `status_warn_s`
    is to be looked at, `status_alert_s` to be asked after (examples to configure).
    """

    id: UUID
    code: str
    name: Text
    kind: str
    capabilities: list[str]
    crew_count: int
    min_crew: int
    shift_ends_at: Instant | None
    rest_until: Instant | None
    administrative: str
    out_reason: str
    out_until: Instant | None
    status: str
    availability: Literal["available", "delayed", "committed", "unavailable", "unknown"]
    why: list[Text]
    status_since: Instant | None
    status_warn_s: int | None
    status_alert_s: int | None
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
    """What people say of a unit: only what is given is changed."""

    administrative: Literal["on_duty", "off_duty", "out_of_service"] | None = None
    out_reason: str = Field(default="", max_length=200)
    out_until: AwareDatetime | None = None
    crew_count: int | None = Field(default=None, ge=0, le=999)
    min_crew: int | None = Field(default=None, ge=0, le=999)
    shift_ends_at: AwareDatetime | None = None
    rest_until: AwareDatetime | None = None


def unit_out(unit: Unit, centre: Centre) -> UnitOut:
    """A unit as it goes over the wire."""
    kind, why = availability(unit, centre.clock.now())
    warn_s, alert_s = STATUS_AGE.get(unit.status, (None, None))
    return UnitOut(
        id=unit.id, code=unit.code, name=unit.name, kind=unit.kind, capabilities=list(unit.capabilities),
        crew_count=unit.crew_count, min_crew=unit.min_crew, shift_ends_at=unit.shift_ends_at,
        rest_until=unit.rest_until, administrative=unit.administrative.value, out_reason=unit.out_reason,
        out_until=unit.out_until, status=unit.status, availability=kind.value, why=list(why),
        status_since=status_since(unit), status_warn_s=warn_s, status_alert_s=alert_s,
        tasks=[
            UnitTaskOut(
                id=t.id, incident_id=t.incident_id, incident_number=t.incident_number, state=t.state, since=t.since,
                starts_at=t.starts_at,
            )
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
    """Put a unit on or off duty or out of service; say who is aboard, until when, and who must rest."""
    given = body.model_dump(exclude_unset=True)
    crew: dict[str, Any] = {
        name: given[name]
        for name in ("crew_count", "min_crew", "shift_ends_at", "rest_until")
        if name in given
    }
    async with work(actor, request) as unit:
        changed = await queries.one(unit.connection, unit_id)
        if body.administrative is not None:
            changed = await actions.set_administrative(
                unit.connection, unit_id, Administrative(body.administrative), body.out_reason, body.out_until, unit.now
            )  # fmt: skip
        if crew:
            changed = await actions.set_crew(unit.connection, unit_id, crew)
        detail = body.model_dump(exclude_unset=True, mode="json")
        await audit(unit.connection, actor, "unit.change", changed.code, detail)
        unit.changes.units.add(unit_id)
    return unit_out(changed, unit.centre)
