"""Whom to send, who else could, how do they drive, and what should the others do meanwhile?"""

import asyncio
from typing import Annotated, Any
from uuid import UUID

import numpy as np
from fastapi import APIRouter, Depends, Query, Request, Response

from mudan.api.centre import Work, work
from mudan.api.dispatch_wire import (
    CandidateOut,
    CandidatesOut,
    DecisionOut,
    DriveOut,
    DrivesOut,
    JointOut,
    MoveUpOut,
    PairOut,
    WantedOut,
)
from mudan.api.roads import router_of
from mudan.api.security import requires
from mudan.api.units import unit_out
from mudan.core.dispatch import actions, queries
from mudan.core.dispatch.model import (
    TARGET_S,
    Call,
    Match,
    Ranked,
    coverage,
    greedy,
    joint,
    move_up,
    profile_of,
    start_of,
)
from mudan.core.incidents import queries as incidents
from mudan.core.incidents.model import Incident
from mudan.core.people.model import Actor
from mudan.core.responses import queries as responses
from mudan.core.roads.queries import Router
from mudan.core.tasks import queries as tasks
from mudan.core.units import queries as units
from mudan.core.units.model import CAPABILITIES, Unit
from mudan.primitives.text import Text

router = APIRouter(tags=["dispatch"])
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
    sent = await tasks.several(unit.connection, incident=incident.id, open_only=True)
    ids = [task.unit_id for task in sent]
    known = {one.id: one for one in (await units.fleet(unit.connection, ids=ids)).known} if ids else {}
    found: list[WantedOut] = []
    for response in await responses.of_incident(unit.connection, incident.id):
        if response.state != "active":
            continue
        for issue in await responses.issues(unit.connection, response.id):
            if issue.kind == "unit" and issue.state != "waived":
                found.append(_fill(issue.detail, issue.due_at, sent, known))
    return found


def _fill(detail: dict[str, Any], due_at: Any, sent: list[Any], known: dict[UUID, Unit]) -> WantedOut:
    name, count = str(detail["capability"]), int(detail["count"])
    able = [task for task in sent if task.unit_id in known and name in known[task.unit_id].capabilities]
    there = sum(task.state in ("on_scene", "working") for task in able)
    return WantedOut(
        capability=name, title=CAPABILITIES.get(name, Text(name, name)), count=count, assigned=len(able),
        on_scene=there, missing=max(0, count - len(able)), due_at=due_at,
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


@router.get("/api/dispatch/joint")
async def joint_assignment(actor: Assigner, request: Request) -> JointOut:
    """Free units for all open incidents that nobody is on, jointly and one after the other."""
    roads = router_of(request)
    async with work(actor, request) as unit:
        found, _, _ = await incidents.page(unit.connection, phase="open", text=None, limit=50, before=None)
        waiting = [one for one in found if one.lon is not None and not one.open_tasks]
        free = [one for one in await units.all_units(unit.connection) if one.status == "available"]
    seconds = await asyncio.to_thread(_matrix, roads, waiting, free, unit)
    calls = [Call(at, one.level) for at, one in enumerate(waiting)]
    first, best = greedy(seconds, calls), joint(seconds, calls)
    saved = sum(one.seconds or 0 for one in first) - sum(one.seconds or 0 for one in best)
    return JointOut(
        by_road=roads.ready, greedy=_pairs(first, waiting, free), joint=_pairs(best, waiting, free),
        saved_s=round(saved, 1), as_of=unit.now,
    )  # fmt: skip


def _matrix(roads: Router, waiting: list[Incident], free: list[Unit], unit: Work) -> Any:
    """Road seconds [incidents, units]; inf where the unit does not suit or cannot arrive."""
    found = np.full((len(waiting), len(free)), np.inf)
    if not roads.ready or not free:
        return found
    starts = np.array([start_of(one, unit.now)[0] for one in free], float)
    profiles = np.array([profile_of(one) for one in free])
    for at, incident in enumerate(waiting):
        need = actions.need_of(incident)
        able = np.array([set(need.capabilities) <= set(one.capabilities) for one in free])
        for profile in np.unique(profiles).tolist():
            of = np.flatnonzero((profiles == profile) & able)
            if len(of) and need.place is not None:
                found[at, of] = roads.to_target(starts[of], need.place, profile, space=incident.space).seconds
    return found


def _pairs(matches: list[Match], waiting: list[Incident], free: list[Unit]) -> list[PairOut]:
    found = []
    for match in matches:
        incident = waiting[match.call]
        taken = free[match.unit] if match.unit is not None else None
        found.append(
            PairOut(
                incident_id=incident.id, incident_number=incident.number, incident_title=incident.title,
                level=incident.level, unit_id=taken.id if taken else None, unit_name=taken.name if taken else None,
                eta_s=match.seconds,
            )
        )  # fmt: skip
    return found


@router.get("/api/dispatch/move-up")
async def moving_up(
    actor: Assigner, request: Request, kind: Annotated[str, Query(max_length=40)] = "ambulance"
) -> MoveUpOut:
    """Which free unit of a kind should wait where, so that the next call is reached in time. Advice only."""
    roads, space = router_of(request), actor.scope.space
    async with work(actor, request) as unit:
        demand = await queries.demand(unit.connection, space)
        every = [one for one in await units.all_units(unit.connection) if one.kind == kind]
    free = [one for one in every if one.status == "available"]
    if not roads.ready or not free or not demand:
        return _no_advice(0.0, unit)
    places, weights = [one.point for one in demand], np.array([one.weight for one in demand])
    starts, posts = [start_of(one, unit.now)[0] for one in free], [one.home for one in every]
    here = await asyncio.to_thread(roads.matrix, starts, places, space=space)
    there = await asyncio.to_thread(roads.matrix, posts, places, space=space)
    now = coverage(here, weights)
    found = move_up(here, np.empty((0, len(places))), there, weights)
    if found is None:
        return _no_advice(now, unit)
    chosen, post = free[found.unit], every[found.post]
    drive = roads.to_target([starts[found.unit]], post.home, profile_of(chosen), space=space).seconds[0]
    return MoveUpOut(
        coverage=round(now, 4), target_s=TARGET_S, example=True, unit=unit_out(chosen, unit.centre),
        post=Text(f"{post.name.zh}驻点", f"post of {post.name.en}"), lon=post.home.lon, lat=post.home.lat,
        after=round(found.after, 4), drive_s=float(drive) if np.isfinite(drive) else None, as_of=unit.now,
    )  # fmt: skip


def _no_advice(now: float, unit: Work) -> MoveUpOut:
    return MoveUpOut(
        coverage=round(now, 4), target_s=TARGET_S, example=True, unit=None, post=None, lon=None, lat=None, after=None,
        drive_s=None, as_of=unit.now,
    )  # fmt: skip
