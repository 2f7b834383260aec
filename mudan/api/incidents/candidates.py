"""Whom to send? Candidates for an incident, best first, each with the reasons."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from mudan.api.centre import work
from mudan.api.security import requires
from mudan.api.units import UnitOut, unit_out
from mudan.api.wire import Instant
from mudan.core.incidents import queries
from mudan.core.people.model import Actor
from mudan.core.units import queries as units
from mudan.core.units.model import NEEDS, ranked
from mudan.primitives.geo import Point
from mudan.primitives.text import Text

router = APIRouter()
Assigner = Annotated[Actor, Depends(requires("tasks.assign"))]


class CandidateOut(BaseModel):
    """A unit held against the incident's need. `eta_s` is reckoned from the straight line, not routed."""

    unit: UnitOut
    rank: int
    suitable: bool
    reasons: list[Text]
    distance_m: float | None
    eta_s: float | None
    position_age_s: float | None


class CandidatesOut(BaseModel):
    """All units, best first."""

    required: list[str]
    items: list[CandidateOut]
    as_of: Instant


@router.get("/api/incidents/{incident_id}/candidates")
async def candidates(
    actor: Assigner,
    request: Request,
    incident_id: UUID,
    capability: Annotated[str | None, Query(max_length=200)] = None,
) -> CandidatesOut:
    """All units for an incident, best first, each with the reasons."""
    async with work(actor, request) as unit:
        incident = await queries.one(unit.connection, incident_id)
        found = await units.all_units(unit.connection)
    need = (
        tuple(part for part in capability.split(",") if part)
        if capability is not None
        else NEEDS[incident.kind]
    )
    place = (
        Point(incident.lon, incident.lat) if incident.lon is not None and incident.lat is not None else None
    )
    items = [
        CandidateOut(
            unit=unit_out(one.unit, unit.centre), rank=rank, suitable=one.suitable, reasons=list(one.reasons),
            distance_m=one.distance_m, eta_s=one.eta_s, position_age_s=one.position_age_s,
        )
        for rank, one in enumerate(ranked(found, need, place, unit.now), start=1)
    ]  # fmt: skip
    return CandidatesOut(required=list(need), items=items, as_of=unit.now)
