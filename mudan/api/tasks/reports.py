"""How far are those who were sent? The crew's own page, and the dispatcher's word for the crew."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, File, Form, Query, Request, Response, UploadFile
from pydantic import AwareDatetime

from mudan.api.centre import work
from mudan.api.security import requires
from mudan.api.tasks.wire import (
    HeardOut,
    TaskDetailOut,
    TaskEventIn,
    TaskOut,
    TasksOut,
    stamp_out,
    task_out,
)
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.core.tasks import actions, queries
from mudan.primitives.errors import NotFound

router = APIRouter()
Reader = Annotated[Actor, Depends(requires("tasks.read", "tasks.own"))]
Reporter = Annotated[Actor, Depends(requires("tasks.assign", "tasks.own"))]


@router.get("/api/tasks")
async def tasks(
    actor: Reader,
    request: Request,
    mine: bool = False,
    state: Literal["open", "all"] = "open",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> TasksOut:
    """Tasks within scope; `mine`: of the crews one is in. Without tasks.read one sees one's own only."""
    own = mine or not actor.may("tasks.read")
    async with work(actor, request) as unit:
        found = await queries.several(
            unit.connection, person=actor.person if own else None, open_only=state == "open", limit=limit
        )
    return TasksOut(items=[task_out(task) for task in found], as_of=unit.now)


@router.get("/api/tasks/{task_id}")
async def detail(actor: Reader, request: Request, task_id: UUID) -> TaskDetailOut:
    """One task with everything that was reported of it."""
    async with work(actor, request) as unit:
        task = await queries.one(unit.connection, task_id)
        if not actor.may("tasks.read") and not await actions.is_own(unit.connection, task, actor):
            raise NotFound("there is no such task")
        trail = await queries.trail(unit.connection, task)
    return TaskDetailOut(**task_out(task).model_dump(), trail=[stamp_out(stamp) for stamp in trail])


@router.post("/api/tasks/{task_id}/events")
async def report(actor: Reporter, request: Request, task_id: UUID, body: TaskEventIn) -> HeardOut:
    """Report what happened. The same client_id again changes nothing and answers the same.

    What a crew reports is kept even where it does not count, and the answer says why; the desk is refused.
    """
    async with work(actor, request) as unit:
        event = actions.FieldEvent(**body.model_dump())
        heard = await actions.hear(unit.connection, task_id, event, actor, unit.now)
        told = {"client_id": str(body.client_id), "counted": heard.why_not is None}
        await audit(unit.connection, actor, f"task.{body.event}", str(task_id), told)
        unit.changes.tasks.add(task_id)
        unit.incidents.add(heard.task.incident_id)
    return HeardOut(**task_out(heard.task).model_dump(), why_not=heard.why_not)


@router.post("/api/tasks/{task_id}/photos")
async def add_photo(
    actor: Reporter,
    request: Request,
    task_id: UUID,
    file: Annotated[UploadFile, File()],
    client_id: Annotated[UUID, Form()],
    taken_at: Annotated[AwareDatetime, Form()],
    lon: Annotated[float | None, Form(ge=-180, le=180)] = None,
    lat: Annotated[float | None, Form(ge=-90, le=90)] = None,
) -> TaskOut:
    """Add a photo; the same client_id again changes nothing."""
    data = await file.read()
    async with work(actor, request) as unit:
        task = await actions.add_photo(
            unit.connection, task_id, client_id, data, taken_at, lon, lat, actor, unit.now
        )
        await audit(unit.connection, actor, "task.photo", str(task_id), {"photo": str(client_id)})
        unit.changes.tasks.add(task_id)
        unit.incidents.add(task.incident_id)
    return task_out(task)


@router.get("/api/photos/{photo_id}", response_class=Response)
async def photo(actor: Reader, request: Request, photo_id: UUID) -> Response:
    """A photo, drawn anew when it came in, so that it is nothing but a picture."""
    async with work(actor, request) as unit:
        own = None if actor.may("tasks.read") else actor.person
        jpeg = await queries.photo(unit.connection, photo_id, person=own)
    return Response(jpeg, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=86400"})
