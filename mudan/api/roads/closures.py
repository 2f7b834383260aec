"""Which roads are closed, who closed them, and how are they opened again?"""

from typing import Annotated, Literal
from uuid import UUID

import numpy as np
from fastapi import APIRouter, Depends, Query, Request

from mudan.api.centre import Work, work
from mudan.api.roads.wire import (
    ClosureDetailOut,
    ClosureIn,
    ClosureOut,
    ClosuresOut,
    EndIn,
    ExtendIn,
    LineOut,
    MatchOut,
    ShapeIn,
    closure_out,
    lines_of,
    names_of,
    router_of,
)
from mudan.api.security import requires
from mudan.core.incidents import actions as incident_actions
from mudan.core.incidents import queries as incidents
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.core.roads import actions, queries
from mudan.core.roads.model import Closure, Confidence, Source
from mudan.core.roads.queries import Router
from mudan.primitives.errors import Conflict, Invalid
from mudan.primitives.text import Text

router = APIRouter()
Reader = Annotated[Actor, Depends(requires("roads.read"))]
Closer = Annotated[Actor, Depends(requires("roads.close"))]


@router.get("/api/roads/closures")
async def closures(
    actor: Reader,
    request: Request,
    state: Literal["standing", "ended"] = "standing",
    incident_id: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 200,
) -> ClosuresOut:
    """Closures within scope: those planned and in force, or those that have ended, the last first."""
    here = router_of(request)
    async with work(actor, request) as unit:
        if incident_id is not None:
            every = await queries.of_incident(unit.connection, incident_id)
            found = [one for one in every if (one.ended_at is None) == (state == "standing")]
        elif state == "standing":
            found = await queries.standing(unit.connection)
        else:
            found = await queries.ended(unit.connection, limit=limit)
    return ClosuresOut(
        items=[closure_out(one, unit.centre, here, unit.now) for one in found[:limit]],
        graph_version=here.graph_version, closure_version=here.closure_version(unit.space), as_of=unit.now,
    )  # fmt: skip


@router.get("/api/roads/closures/{closure_id}")
async def one(actor: Reader, request: Request, closure_id: UUID) -> ClosureDetailOut:
    """One closure with its history."""
    async with work(actor, request) as unit:
        found = await queries.one(unit.connection, closure_id)
        lines = await queries.history(unit.connection, closure_id)
    out = closure_out(found, unit.centre, router_of(request), unit.now)
    return ClosureDetailOut(**out.model_dump(), history=[LineOut(**line._asdict()) for line in lines])


@router.post("/api/roads/match", dependencies=[Depends(requires("roads.close"))])
async def match(request: Request, body: ShapeIn) -> MatchOut:
    """Which stretches of road a drawn shape would close."""
    here = router_of(request)
    graph, edges = here.network.graph, here.network.matcher.edges_on(body.geometry)
    length_m = float(graph.length_m[edges].sum())
    return MatchOut(
        graph_version=here.graph_version,
        edges=edges.tolist(),
        length_m=length_m,
        names=names_of(graph, edges),
    )


@router.post("/api/roads/closures", status_code=201)
async def close(actor: Closer, request: Request, body: ClosureIn) -> ClosureOut:
    """Close a road now or from a time on; with an incident it stands in the incident's timeline too."""
    here = router_of(request)
    async with work(actor, request) as unit:
        new = _new(body, here)
        if body.incident_id is not None:
            incident = await incidents.one(unit.connection, body.incident_id)
            words = Text(f"封闭道路：{body.reason}", f"Road closed: {body.reason}")
            await incident_actions.log(
                unit.connection,
                incident.id,
                "closure",
                words,
                source="operator",
                actor=actor.name,
                now=unit.now,
            )
            unit.incidents.add(incident.id)
        closure = await actions.close_by(unit.connection, actor, new, unit.now)
        await audit(unit.connection, actor, "roads.close", str(closure.id), {"reason": body.reason})
        unit.touched("roads", closure.id)
    return await _counted(unit, here, closure)


def _new(body: ClosureIn, here: Router) -> actions.NewClosure:
    """What is to be closed, held against the network: it must lie on a road."""
    graph = here.network.graph
    if bool(body.edges) == (body.geometry is not None):
        raise Invalid("a closure has either stretches of road or a drawn shape", field="geometry")
    geometry = body.geometry
    if body.edges:
        if body.graph_version != here.graph_version:
            raise Conflict("the road network has changed since you drew; draw again")
        if not all(0 <= edge < graph.edges for edge in body.edges):
            raise Invalid("there is no such stretch of road", field="edges")
        geometry = lines_of(graph, np.unique(np.array(body.edges, np.int64)))
    assert geometry is not None  # one of the two is given
    if not body.edges and not len(here.network.matcher.edges_on(geometry)):
        raise Invalid("no road lies under this shape", field="geometry")
    given = body.model_dump(
        include={"depth_m", "penalty", "direction", "starts_at", "ends_at", "incident_id"}
    )
    return actions.NewClosure(
        geometry, body.reason, classes=tuple(body.classes), confidence=Confidence(body.confidence),
        edges=tuple(sorted(set(body.edges))), graph_hash=body.graph_version if body.edges else "",
        source=Source.HAND if body.incident_id is None else Source.INCIDENT, **given,
    )  # fmt: skip


@router.patch("/api/roads/closures/{closure_id}")
async def extend(actor: Closer, request: Request, closure_id: UUID, body: ExtendIn) -> ClosureOut:
    """Give a standing closure another end."""
    async with work(actor, request) as unit:
        closure = await actions.extend(
            unit.connection, closure_id, body.version, body.ends_at, body.reason, actor.name, unit.now
        )
        await audit(unit.connection, actor, "roads.extend", str(closure.id), {"reason": body.reason})
        unit.touched("roads", closure.id)
    return await _counted(unit, router_of(request), closure)


@router.post("/api/roads/closures/{closure_id}/end")
async def end(actor: Closer, request: Request, closure_id: UUID, body: EndIn) -> ClosureOut:
    """Open the road again before its time."""
    async with work(actor, request) as unit:
        closure = await actions.end(
            unit.connection, closure_id, body.version, body.reason, actor.name, unit.now
        )
        await audit(unit.connection, actor, "roads.end", str(closure.id), {"reason": body.reason})
        unit.touched("roads", closure.id)
    return await _counted(unit, router_of(request), closure)


async def _counted(unit: Work, here: Router, closure: Closure) -> ClosureOut:
    """The closure as it goes out, once the router counts it: the next question knows of it."""
    await here.refresh(unit.deps.db, unit.now)
    return closure_out(closure, unit.centre, here, unit.now)
