"""Who commands on the spot, in which groups, and how does command change hands?"""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from mudan.api.centre import Work, work
from mudan.api.security import requires
from mudan.api.wire import Body, Instant
from mudan.core.incidents import queries as incidents
from mudan.core.people import queries as people
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor, Role
from mudan.core.posts import actions, queries
from mudan.core.posts.model import ROLE_WORDS, SPAN, Holder, Post, Seat, span, too_wide
from mudan.primitives.errors import NotAllowed
from mudan.primitives.text import Text

router = APIRouter(tags=["posts"])
Reader = Annotated[Actor, Depends(requires("incidents.read"))]
Commander = Annotated[Actor, Depends(requires("incidents.command"))]
NOT_ON_DUTY = (Role.INTEGRATOR, Role.ADMINISTRATOR, Role.AUDITOR)


class PostGroupKindOut(BaseModel):
    """A kind of working group."""

    code: str
    name: Text
    section: str
    task: str
    example: bool


class SeatOut(BaseModel):
    """A place. `span`: how many they lead directly, where they lead; `wide`: more than one person well can."""

    id: UUID
    group_id: UUID | None
    role: str
    role_name: Text
    person_id: UUID | None
    name: str
    organisation: str
    phone: str
    since: Instant
    until: Instant | None
    end_reason: str
    span: int | None
    wide: bool


class PostGroupOut(BaseModel):
    """A working group."""

    id: UUID
    kind: str
    name: Text
    section: str
    task: str
    place: str
    contact: str
    opened_at: Instant
    closed_at: Instant | None


class PostUnitOut(BaseModel):
    """A unit under a group."""

    id: UUID
    group_id: UUID
    task_id: UUID
    unit: Text
    code: str
    crew: int
    state: str
    work: str
    since: Instant


class CommandTransferOut(BaseModel):
    """Command offered and answered. `answers`: whether the reader is the receiver."""

    id: UUID
    from_name: str
    to_name: str
    to_organisation: str
    to_phone: str
    situation: str
    briefed_at: Instant
    offered_at: Instant
    offered_by: str
    state: str
    answered_at: Instant | None
    answered_by: str
    answered_how: str
    answer: str
    answers: bool


class PostOut(BaseModel):
    """A command post, whole. `span_limit`: how few and how many one person leads well (示例)."""

    id: UUID
    incident_id: UUID
    name: str
    place: str
    lon: float | None
    lat: float | None
    contact: str
    opened_at: Instant
    opened_by: str
    closed_at: Instant | None
    groups: list[PostGroupOut]
    seats: list[SeatOut]
    units: list[PostUnitOut]
    transfers: list[CommandTransferOut]
    span_limit: tuple[int, int]
    version: int


class SomebodyOut(BaseModel):
    """Somebody with an account who can take a place."""

    id: UUID
    name: str
    role: str
    department: str | None


class HolderIn(Body):
    """Who takes a place."""

    name: str = Field(min_length=1, max_length=60)
    organisation: str = Field(default="", max_length=100)
    phone: str = Field(default="", max_length=40)
    person: UUID | None = None

    def holder(self) -> Holder:
        """The same in the core's words."""
        return Holder(self.name, self.organisation, self.phone, self.person)


class PostIn(Body):
    """A new command post."""

    name: str = Field(min_length=1, max_length=100)
    place: str = Field(min_length=1, max_length=200)
    contact: str = Field(default="", max_length=100)
    lon: float | None = Field(default=None, ge=-180, le=180)
    lat: float | None = Field(default=None, ge=-90, le=90)
    commander: HolderIn
    groups: list[str] = Field(default_factory=list, max_length=20)


class PostGroupIn(Body):
    """A group to set up."""

    kind: str


class PostGroupChangeIn(Body):
    """What a group does, where, and how it is reached."""

    task: str = Field(min_length=1, max_length=500)
    place: str = Field(default="", max_length=200)
    contact: str = Field(default="", max_length=100)


class SeatIn(Body):
    """Who takes which place."""

    role: str
    group_id: UUID | None = None
    holder: HolderIn


class UnseatIn(Body):
    """Why."""

    reason: str = Field(min_length=1, max_length=500)


class PostUnitIn(Body):
    """Which unit, by its task, does what."""

    task_id: UUID
    work: str = Field(default="", max_length=500)


class CommandTransferIn(Body):
    """To whom command is offered, briefed on what."""

    to: HolderIn
    situation: str = Field(min_length=1, max_length=4000)


class CommandAnswerIn(Body):
    """The receiver's answer, by their own account or on their word."""

    event: Literal["accept", "decline", "withdraw"]
    how: Literal["self", "radio", "phone", "face"] = "self"
    words: str = Field(default="", max_length=1000)


def _seat(post: Post, seat: Seat) -> SeatOut:
    count = span(post, seat) if seat.until is None else None
    return SeatOut(
        id=seat.id, group_id=seat.group_id, role=seat.role, role_name=ROLE_WORDS[seat.role], person_id=seat.person_id,
        name=seat.name, organisation=seat.organisation, phone=seat.phone, since=seat.since, until=seat.until,
        end_reason=seat.end_reason, span=count, wide=count is not None and too_wide(count),
    )  # fmt: skip


def post_out(post: Post, actor: Actor) -> PostOut:
    """A command post as it goes over the wire to a reader."""
    return PostOut(
        **{name: getattr(post, name) for name in (
            "id", "incident_id", "name", "place", "lon", "lat", "contact", "opened_at", "opened_by", "closed_at",
            "version",
        )},
        groups=[
            PostGroupOut(**{name: getattr(one, name) for name in PostGroupOut.model_fields}) for one in post.groups
        ],
        seats=[_seat(post, one) for one in post.seats],
        units=[
            PostUnitOut(
                id=one.id, group_id=one.group_id, task_id=one.task_id, unit=one.unit, code=one.unit_code,
                crew=one.crew, state=one.task_state, work=one.work, since=one.since,
            )
            for one in post.units
        ],
        transfers=[
            CommandTransferOut(
                **{name: getattr(one, name) for name in CommandTransferOut.model_fields if name != "answers"},
                answers=one.state == "offered" and one.to_person == actor.person,
            )
            for one in post.transfers
        ],
        span_limit=SPAN,
    )  # fmt: skip


async def _done(unit: Work, post: Post, actor: Actor, action: str, detail: dict[str, Any]) -> PostOut:
    incident = await incidents.one(unit.connection, post.incident_id)
    await audit(unit.connection, actor, f"post.{action}", incident.number, detail)
    unit.incidents.add(post.incident_id)
    unit.touched("posts", post.incident_id)
    return post_out(post, actor)


@router.get("/api/posts/groups")
async def group_kinds(actor: Reader, request: Request) -> list[PostGroupKindOut]:
    """The county's set of working groups; an example until it is set."""
    async with work(actor, request) as unit:
        found = await queries.group_kinds(unit.connection)
    return [
        PostGroupKindOut(**{name: getattr(one, name) for name in PostGroupKindOut.model_fields})
        for one in found
    ]


@router.get("/api/posts/people")
async def candidates(actor: Commander, request: Request) -> list[SomebodyOut]:
    """People with accounts who can take a place, by name. No telephone numbers."""
    async with work(actor, request) as unit:
        found = await people.people(unit.connection)
    return [
        SomebodyOut(id=one.id, name=one.name, role=one.role.value, department=one.department)
        for one in sorted(found, key=lambda one: one.name)
        if not one.disabled and one.role not in NOT_ON_DUTY
    ]


@router.get("/api/incidents/{incident_id}/post")
async def of_incident(actor: Reader, request: Request, incident_id: UUID) -> PostOut | None:
    """The incident's command post, the last one when none stands; null when there never was one."""
    async with work(actor, request) as unit:
        await incidents.one(unit.connection, incident_id)
        found = await queries.of_incident(unit.connection, incident_id)
    return post_out(found, actor) if found else None


@router.post("/api/incidents/{incident_id}/post", status_code=201)
async def open_post(actor: Commander, request: Request, incident_id: UUID, body: PostIn) -> PostOut:
    """Set up a command post."""
    async with work(actor, request) as unit:
        post = await actions.open_post(
            unit.connection, incident_id, actor, unit.now, name=body.name, place=body.place, contact=body.contact,
            commander=body.commander.holder(), groups=body.groups, lon=body.lon, lat=body.lat,
        )  # fmt: skip
        return await _done(unit, post, actor, "open", {"name": body.name, "commander": body.commander.name})


@router.post("/api/posts/{post_id}/close")
async def close_post(actor: Commander, request: Request, post_id: UUID) -> PostOut:
    """Dissolve a post."""
    async with work(actor, request) as unit:
        post = await actions.close_post(unit.connection, post_id, actor, unit.now)
        return await _done(unit, post, actor, "close", {})


@router.post("/api/posts/{post_id}/groups", status_code=201)
async def open_group(actor: Commander, request: Request, post_id: UUID, body: PostGroupIn) -> PostOut:
    """Add a working group."""
    async with work(actor, request) as unit:
        post = await actions.open_group(unit.connection, post_id, body.kind, actor, unit.now)
        return await _done(unit, post, actor, "group", {"kind": body.kind})


@router.patch("/api/posts/groups/{group_id}")
async def change_group(
    actor: Commander, request: Request, group_id: UUID, body: PostGroupChangeIn
) -> PostOut:
    """Say what a group does, where, and how it is reached."""
    async with work(actor, request) as unit:
        post = await actions.change_group(
            unit.connection, group_id, body.task, body.place, body.contact, actor, unit.now
        )
        return await _done(unit, post, actor, "group.change", {"group": str(group_id)})


@router.post("/api/posts/groups/{group_id}/close")
async def close_group(actor: Commander, request: Request, group_id: UUID) -> PostOut:
    """Dissolve a group."""
    async with work(actor, request) as unit:
        post = await actions.close_group(unit.connection, group_id, actor, unit.now)
        return await _done(unit, post, actor, "group.close", {"group": str(group_id)})


@router.post("/api/posts/groups/{group_id}/units", status_code=201)
async def place_unit(actor: Commander, request: Request, group_id: UUID, body: PostUnitIn) -> PostOut:
    """Put a unit under a group."""
    async with work(actor, request) as unit:
        post = await actions.place_unit(unit.connection, group_id, body.task_id, body.work, actor, unit.now)
        return await _done(unit, post, actor, "unit", {"task": str(body.task_id), "group": str(group_id)})


@router.post("/api/posts/{post_id}/seats", status_code=201)
async def seat(actor: Commander, request: Request, post_id: UUID, body: SeatIn) -> PostOut:
    """Give somebody a place."""
    async with work(actor, request) as unit:
        post = await actions.seat(
            unit.connection, post_id, body.role, body.group_id, body.holder.holder(), actor, unit.now
        )
        return await _done(unit, post, actor, "seat", {"role": body.role, "name": body.holder.name})


@router.post("/api/posts/seats/{seat_id}/end")
async def unseat(actor: Commander, request: Request, seat_id: UUID, body: UnseatIn) -> PostOut:
    """End somebody's place."""
    async with work(actor, request) as unit:
        post = await actions.unseat(unit.connection, seat_id, body.reason, actor, unit.now)
        return await _done(unit, post, actor, "unseat", {"seat": str(seat_id), "reason": body.reason})


@router.post("/api/posts/{post_id}/transfers", status_code=201)
async def offer_command(
    actor: Commander, request: Request, post_id: UUID, body: CommandTransferIn
) -> PostOut:
    """Offer command to somebody, with the briefing."""
    async with work(actor, request) as unit:
        post = await actions.offer_command(
            unit.connection, post_id, body.to.holder(), body.situation, actor, unit.now
        )
        return await _done(unit, post, actor, "transfer", {"to": body.to.name})


@router.post("/api/posts/transfers/{transfer_id}/answer")
async def answer_command(
    actor: Reader, request: Request, transfer_id: UUID, body: CommandAnswerIn
) -> PostOut:
    """Answer a transfer of command: the receiver by their own account, the desk on the receiver's word."""
    if (body.how != "self" or body.event == "withdraw") and not actor.may("incidents.command"):
        raise NotAllowed("only the receiver may answer here")
    async with work(actor, request) as unit:
        post = await actions.answer_command(
            unit.connection, transfer_id, body.event, body.how, body.words, actor, unit.now
        )
        return await _done(unit, post, actor, f"transfer.{body.event}", {"how": body.how})
