"""Which way does the crew drive from where it is now, with the roads as they are?"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request

from mudan.api.centre import work
from mudan.api.roads import router_of
from mudan.api.roads.ways import route_out
from mudan.api.roads.wire import RouteOut
from mudan.api.security import requires
from mudan.core.dispatch.model import profile_of
from mudan.core.people.model import Actor
from mudan.core.roads import queries as roads
from mudan.core.tasks import actions, queries
from mudan.core.units import queries as units
from mudan.primitives.errors import Conflict, NotFound
from mudan.storage.pool import centre_within

router = APIRouter()
Reader = Annotated[Actor, Depends(requires("tasks.read", "tasks.own"))]


@router.get("/api/tasks/{task_id}/way")
async def way(
    actor: Reader,
    request: Request,
    task_id: UUID,
    lon: Annotated[float, Query(ge=-180, le=180)],
    lat: Annotated[float, Query(ge=-90, le=90)],
) -> RouteOut:
    """The quickest way from a place to the incident of a task, for the kind of vehicle that was sent."""
    here = router_of(request)
    async with work(actor, request) as unit:
        task = await queries.one(unit.connection, task_id)
        if not actor.may("tasks.read") and not await actions.is_own(unit.connection, task, actor):
            raise NotFound("there is no such task")
        if task.incident_lon is None or task.incident_lat is None:
            raise Conflict("the incident has no place")
        async with centre_within(unit.connection):
            profile = profile_of(await units.one(unit.connection, task.unit_id))
        found = here.route((lon, lat), (task.incident_lon, task.incident_lat), profile, space=task.space)
        seen = await roads.seen(unit.connection, found.closures)
    return route_out(found, here, seen, profile, task.space, unit)
