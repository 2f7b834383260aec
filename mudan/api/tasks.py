"""How far are those who were sent? The crew's own page, and the dispatcher's word for the crew."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, File, Form, Query, Request, Response, UploadFile
from pydantic import AwareDatetime, BaseModel, Field

from mudan.api.centre import work
from mudan.api.security import requires
from mudan.api.wire import Body, Instant
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.core.tasks import actions, queries
from mudan.core.tasks.model import Task, next_events
from mudan.primitives.text import Text

router = APIRouter(tags=["tasks"])
Reader = Annotated[Actor, Depends(requires("tasks.read", "tasks.own"))]
Reporter = Annotated[Actor, Depends(requires("tasks.assign", "tasks.own"))]


class TaskIncidentOut(BaseModel):
    """What a task tells of its incident."""

    id: UUID
    number: str
    title: str
    level: int
    lon: float | None
    lat: float | None
    address: str


class TaskUnitOut(BaseModel):
    """The unit a task was given to."""

    id: UUID
    code: str
    name: Text
    kind: str


class ReceiptOut(BaseModel):
    """What became of the order on its way to the vehicle's terminal."""

    state: Literal["none", "queued", "sent", "delivered", "failed", "expired"]
    sent_at: Instant | None
    delivered_at: Instant | None
    reason: str


class ProposalOut(BaseModel):
    """What the vehicle's position suggests; a person confirms it."""

    event: str
    at: Instant
    reason: Text


class PhotoOut(BaseModel):
    """A photo from the field."""

    id: UUID
    taken_at: Instant
    url: str


class TaskOut(BaseModel):
    """One unit's order in one incident."""

    id: UUID
    incident: TaskIncidentOut
    unit: TaskUnitOut
    state: str
    next: list[str]
    order: str
    created_by: str
    offered_at: Instant
    expires_at: Instant
    ended_at: Instant | None
    stamps: dict[str, Instant]
    decline_reason: str
    receipt: ReceiptOut
    proposal: ProposalOut | None
    photos: list[PhotoOut]
    version: int


class TasksOut(BaseModel):
    """Tasks within scope, newest first."""

    items: list[TaskOut]
    as_of: Instant


class TaskEventIn(Body):
    """What happened; `client_id` makes sending it twice harmless."""

    event: Literal["accept", "decline", "depart", "arrive", "work", "complete", "cancel", "fail"]
    client_id: UUID
    device_at: AwareDatetime
    lon: float | None = Field(default=None, ge=-180, le=180)
    lat: float | None = Field(default=None, ge=-90, le=90)
    accuracy_m: float | None = Field(default=None, ge=0)
    note: str = Field(default="", max_length=1000)
    reason: str = Field(default="", max_length=500)


def task_out(task: Task) -> TaskOut:
    """A task as it goes over the wire."""
    return TaskOut(
        id=task.id,
        incident=TaskIncidentOut(
            id=task.incident_id, number=task.incident_number, title=task.incident_title, level=task.incident_level,
            lon=task.incident_lon, lat=task.incident_lat, address=task.incident_address,
        ),
        unit=TaskUnitOut(id=task.unit_id, code=task.unit_code, name=task.unit_name, kind=task.unit_kind),
        state=task.state, next=next_events(task.state), order=task.order_text, created_by=task.created_by,
        offered_at=task.created_at, expires_at=task.expires_at, ended_at=task.ended_at,
        stamps={state: datetime.fromisoformat(at) for state, at in task.stamps.items()},
        decline_reason=task.decline_reason,
        receipt=ReceiptOut.model_validate({
            "state": task.command_state or "none", "sent_at": task.sent_at, "delivered_at": task.delivered_at,
            "reason": task.command_reason or "",
        }),
        proposal=ProposalOut.model_validate(task.proposal) if task.proposal else None,
        photos=[
            PhotoOut(id=p["id"], taken_at=p["taken_at"], url=f"/api/photos/{p['id']}") for p in task.photos
        ],
        version=task.version,
    )  # fmt: skip


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


@router.post("/api/tasks/{task_id}/events")
async def report(actor: Reporter, request: Request, task_id: UUID, body: TaskEventIn) -> TaskOut:
    """Report what happened. The same client_id again changes nothing and answers the same."""
    async with work(actor, request) as unit:
        event = actions.FieldEvent(**body.model_dump())
        task = await actions.report(unit.connection, task_id, event, actor, unit.now)
        await audit(
            unit.connection, actor, f"task.{body.event}", str(task_id), {"client_id": str(body.client_id)}
        )
        unit.changes.tasks.add(task_id)
        unit.incidents.add(task.incident_id)
    return task_out(task)


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
