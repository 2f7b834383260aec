"""Which roads are there, and which way is the quickest now?"""

import math
from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends, Query, Request, Response

from mudan.api.centre import Work, work
from mudan.api.roads.wire import (
    Class,
    DepthStepOut,
    NetworkOut,
    PassedOut,
    ProfileOut,
    RoadsOut,
    RouteOut,
    StepOut,
    network_features,
    router_of,
)
from mudan.api.security import requires
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.core.roads import actions, queries
from mudan.core.roads.model import DEPTH_STEPS, PROFILES
from mudan.core.roads.queries import Route, Router
from mudan.primitives.errors import Invalid

router = APIRouter()
Reader = Annotated[Actor, Depends(requires("roads.read"))]
Importer = Annotated[Actor, Depends(requires("roads.write"))]
MOST_FEATURES = 20_000


@router.get("/api/roads")
async def roads(actor: Reader, request: Request) -> RoadsOut:
    """The network in use, its engine, the classes of travellers and what water does to them."""
    async with work(actor, request) as unit:
        return await _roads(unit, router_of(request))


async def _roads(unit: Work, here: Router) -> RoadsOut:
    known = await queries.known(unit.connection)
    return RoadsOut(
        engine=here.network.engine if here.ready else "", graph_version=here.graph_version,
        closure_version=here.closure_version(unit.space),
        bounds=list(here.network.graph.bounds) if here.ready else [],
        profiles=[
            ProfileOut(
                name=one.name, title=one.title, fastest_kmh=one.fastest_kmh, depth_limit_m=one.depth_limit_m,
                example=one.example,
            )
            for one in PROFILES.values()
        ],
        depth_steps=[DepthStepOut(depth_m=depth, title=title) for depth, title in DEPTH_STEPS],
        networks=[NetworkOut(**one._asdict()) for one in known], as_of=unit.now,
    )  # fmt: skip


@router.post("/api/roads/networks/{network}/use")
async def use(actor: Importer, request: Request, network: str) -> RoadsOut:
    """Take a network into use that was imported before. Closures stay and are laid on it anew."""
    async with work(actor, request) as unit:
        await actions.use(unit.connection, network)
        await audit(unit.connection, actor, "roads.use", network)
        unit.touched("roads", network)
    await router_of(request).refresh(unit.deps.db, unit.now)
    async with work(actor, request) as unit:
        return await _roads(unit, router_of(request))


@router.get("/api/roads/network", response_class=Response, dependencies=[Depends(requires("roads.read"))])
async def network(
    request: Request,
    bbox: Annotated[str | None, Query(max_length=100, description="west,south,east,north")] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_FEATURES)] = MOST_FEATURES,
) -> Response:
    """The roads as GeoJSON lines, greater roads first."""
    box = None if bbox is None else _numbers(bbox, 4, "bbox")
    graph = router_of(request).network.graph
    collection = network_features(graph, None if box is None else (box[0], box[1], box[2], box[3]), limit)
    return Response(msgspec.json.encode(collection), media_type="application/geo+json")


def _numbers(text: str, count: int, name: str) -> list[float]:
    try:
        found = [float(part) for part in text.split(",")]
    except ValueError:
        found = []
    if len(found) != count or not all(math.isfinite(one) for one in found):
        raise Invalid(f"{name} is {count} numbers with commas between", field=name)
    return found


@router.get("/api/roads/route")
async def route(
    actor: Reader,
    request: Request,
    start: Annotated[str, Query(max_length=60, description="longitude,latitude")],
    end: Annotated[str, Query(max_length=60, description="longitude,latitude")],
    profile: Class = "car",
) -> RouteOut:
    """The quickest way between two places under the closures in force, with line and steps."""
    here = router_of(request)
    (lon, lat), (to_lon, to_lat) = _numbers(start, 2, "start"), _numbers(end, 2, "end")
    found = here.route((lon, lat), (to_lon, to_lat), profile, space=actor.scope.space)
    async with work(actor, request) as unit:
        seen = await queries.seen(unit.connection, found.closures)
    return route_out(found, here, seen, profile, actor.scope.space, unit)


def route_out(found: Route, here: Router, seen: set[UUID], profile: str, space: int, unit: Work) -> RouteOut:
    """A way as it goes over the wire; `seen`: the closures on it that the reader may see."""
    known = {one.id: one for one in here.in_force(space)}
    told = [known[one] for one in found.closures if one in seen and one in known]

    def finite(value: float) -> float | None:
        return round(value, 3) if math.isfinite(value) else None

    return RouteOut(
        reachable=found.reachable, seconds=finite(found.seconds), free_seconds=finite(found.free_seconds),
        metres=finite(found.metres),
        line={"type": "LineString", "coordinates": [[round(p.lon, 6), round(p.lat, 6)] for p in found.line]},
        steps=[
            StepOut(
                turn=step.turn, name=step.name, metres=round(step.metres, 1), seconds=round(step.seconds, 1),
                lon=step.at.lon, lat=step.at.lat,
            )
            for step in found.steps
        ],
        closures=[
            PassedOut(id=one.id, reason=one.reason, depth_m=one.closing.depth_m, penalty=one.closing.penalty)
            for one in told
        ],
        others=len(found.closures) - len(told), start_off_road_m=round(found.off_road_m[0], 1),
        end_off_road_m=round(found.off_road_m[1], 1), profile=profile,
        schematic=here.network.graph.origin.schematic, graph_version=found.graph_version,
        closure_version=found.closure_version, as_of=unit.now,
    )  # fmt: skip
