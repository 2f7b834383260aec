"""Whom to send, who else could, and how do they drive?"""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from mudan.api.centre import Work, work
from mudan.api.dispatch.wire import (
    CandidateOut,
    CandidatesOut,
    DecisionOut,
    DriveOut,
    DrivesOut,
    WantedOut,
)
from mudan.api.roads import router_of
from mudan.api.security import requires
from mudan.api.units import unit_out
from mudan.core.dispatch import actions, queries
from mudan.core.dispatch.model import Ranked
from mudan.core.dispatch.model.wanting import counted_for, outstanding
from mudan.core.incidents import queries as incidents
from mudan.core.incidents.model import Incident
from mudan.core.people.model import Actor
from mudan.core.responses import queries as responses
from mudan.core.tasks import queries as tasks
from mudan.core.tasks.model import Task
from mudan.core.units import queries as units
from mudan.core.units.model import CAPABILITIES
from mudan.primitives.text import Text

router = APIRouter()
Assigner = Annotated[Actor, Depends(requires("tasks.assign"))]
Reader = Annotated[Actor, Depends(requires("tasks.read"))]
MOST = 1_000
SHOWN = 40


def _candidate(one: Ranked, place: int, unit: Work) -> CandidateOut:
    return CandidateOut(
        unit=unit_out(one.unit, unit.centre), rank=place, suitable=one.suitable, reachable=one.reachable,
        by_road=one.by_road, reasons=list(one.reasons), codes=list(one.codes), availability=one.availability.value,
        coverage_lost=round(one.coverage_lost, 4), distance_m=one.distance_m, eta_s=one.eta_s,
        position_age_s=one.position_age_s,
    )  # fmt: skip


@router.get("/api/incidents/{incident_id}/candidates", response_model=CandidatesOut)
async def candidates(
    actor: Assigner,
    request: Request,
    incident_id: UUID,
    capability: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = SHOWN,
) -> Response:
    """All units for an incident ranked by road time; the best `limit` of them, each with the reasons."""
    roads = router_of(request)
    wanted = None if capability is None else [part for part in capability.split(",") if part]
    async with work(actor, request) as unit:
        incident = await incidents.one(unit.connection, incident_id)
        need = actions.need_of(incident, wanted)
        ranked = await actions.ranking(unit.connection, roads, incident, need, unit.now)
        asked = await _wanted(unit, incident)
    ready = roads.ready
    out = CandidatesOut(
        required=list(need.capabilities), by_road=ranked.by_road,
        schematic=ready and roads.network.graph.origin.schematic,
        graph_version=roads.graph_version if ready else "",
        closure_version=roads.closure_version(incident.space) if ready else 0,
        items=[_candidate(one, at, unit) for at, one in enumerate(ranked.best[:limit], 1)],
        cannot_arrive=[_candidate(one, 0, unit) for one in ranked.cannot_arrive[:limit]],
        total=len(ranked.best) + len(ranked.cannot_arrive), shortfalls=list(ranked.shortfalls), wanted=asked,
        as_of=unit.now,
    )  # fmt: skip
    return Response(out.model_dump_json(), media_type="application/json")  # checked once, when it was made


async def _wanted(unit: Work, incident: Incident) -> list[WantedOut]:
    """What the responses to an incident ask for, held against who is sent."""
    asked = await responses.units_wanted(unit.connection, incident.id)
    if not asked:
        return []
    sent = await tasks.several(unit.connection, incident=incident.id, open_only=True)
    ids = [task.unit_id for task in sent]
    known = {one.id: one for one in (await units.fleet(unit.connection, ids=ids)).known} if ids else {}
    parts: dict[str, list[tuple[int, datetime | None]]] = {}
    for detail, due_at in asked:
        parts.setdefault(str(detail["capability"]), []).append((int(detail["count"]), due_at))
    able = [known[task.unit_id].capabilities if task.unit_id in known else () for task in sent]
    counts = counted_for(able, {name: sum(many for many, _ in of) for name, of in parts.items()})
    return [
        _fill(name, of, [task for task, what in zip(sent, counts, strict=True) if what == name])
        for name, of in parts.items()
    ]


def _fill(name: str, parts: list[tuple[int, datetime | None]], sent: list[Task]) -> WantedOut:
    """What all levels ask for together, and who counts for it."""
    there = sum(task.state in ("on_scene", "working") for task in sent)
    found = outstanding(parts, len(sent))
    return WantedOut(
        capability=name, title=CAPABILITIES.get(name, Text(name, name)), count=found.asked, assigned=len(sent),
        on_scene=there, missing=found.missing, due_at=found.due_at,
    )  # fmt: skip


@router.get("/api/incidents/{incident_id}/drives")
async def drives(actor: Reader, request: Request, incident_id: UUID) -> DrivesOut:
    """The drives of an incident's units, by road, with what was known when each was sent."""
    async with work(actor, request) as unit:
        await incidents.one(unit.connection, incident_id)
        found = await queries.drives(unit.connection, incident_id)
        decided = await queries.decisions(unit.connection, incident_id)
    return DrivesOut(
        drives=[DriveOut.model_validate(one, from_attributes=True) for one in found],
        decisions=[DecisionOut.model_validate(one, from_attributes=True) for one in decided],
        as_of=unit.now,
    )
