"""Who is called until somebody answers (叫应)? The tree, and the chains that run through it."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime, BaseModel, Field

from mudan.api.centre import Centre, Work, work
from mudan.api.duty.access import Reader, Writer
from mudan.api.duty.phone import ContactOut, contact_out
from mudan.api.duty.roster import DutyReasonIn
from mudan.api.wire import Body, Instant
from mudan.core.calls import actions, queries
from mudan.core.calls.model import Node, Run, Start, Step, by_town, coverage
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.primitives.text import Text

router = APIRouter()
Level = Literal["county", "town", "village", "household"]


class CallPlaceOut(BaseModel):
    """A place of the tree, with whom to call there, the first first."""

    id: UUID
    parent_id: UUID | None
    level: Level
    name: str
    people: int
    area_code: str
    area_name: Text
    lon: float | None
    lat: float | None
    example: bool
    version: int
    contacts: list[ContactOut]


class CallTreeOut(BaseModel):
    """The tree within scope, the higher places first."""

    items: list[CallPlaceOut]
    as_of: Instant


class CallPlaceIn(Body):
    """A place to be added under another."""

    name: str = Field(min_length=1, max_length=100)
    level: Level
    area_code: str = Field(max_length=32)
    parent_id: UUID | None = None
    people: int = Field(default=0, ge=0, le=10_000_000)
    lon: float | None = Field(default=None, ge=-180, le=180)
    lat: float | None = Field(default=None, ge=-90, le=90)
    contact_ids: list[UUID] = Field(default_factory=list, max_length=10)


class CallPlaceChangeIn(Body):
    """What a place is to say; `void_reason` takes it out of the tree."""

    name: str = Field(min_length=1, max_length=100)
    people: int = Field(ge=0, le=10_000_000)
    contact_ids: list[UUID] = Field(max_length=10)
    version: int
    void_reason: str = Field(default="", max_length=500)


class CallTryOut(BaseModel):
    """One try: whom, how, until when, and what came of it by their clock and by ours."""

    number: int
    name: str
    phone: str
    channels: list[str]
    kind: Literal["call", "escalation"]
    state: Literal["calling", "answered", "missed", "cancelled"]
    started_at: Instant
    deadline: Instant
    late: bool
    device_at: Instant | None
    server_at: Instant | None
    receipt: str


class CallStepOut(BaseModel):
    """One place of a chain."""

    id: UUID
    parent_id: UUID | None
    level: Level
    name: str
    people: int
    lon: float | None
    lat: float | None
    state: Literal["pending", "calling", "answered", "unreached", "cancelled"]
    next_at: Instant | None
    escalated_at: Instant | None
    answered_at: Instant | None
    answered_by: str
    answered_how: str
    area_code: str
    tries: list[CallTryOut]


class CallCoverageOut(BaseModel):
    """The figures of one level."""

    level: Level
    total: int
    answered: int
    calling: int
    unreached: int
    pending: int
    people: int
    people_answered: int


class CallTownOut(BaseModel):
    """How far a town is covered: its places, those that answered, could not be reached, or still wait."""

    area_code: str
    area_name: Text
    total: int
    answered: int
    unreached: int
    waiting: int


class CallChainOut(BaseModel):
    """A chain as lists show it."""

    id: UUID
    title: str
    words: str
    level: int
    mode: Literal["cascade", "through"]
    lowest: Level
    area_code: str
    area_name: Text
    incident_id: UUID | None
    origin: str | None
    state: Literal["running", "finished", "cancelled"]
    answer_within_s: int
    rounds: int
    started_by: str
    started_at: Instant
    ended_at: Instant | None
    end_reason: str
    total: int
    answered: int
    unreached: int
    exercise: bool
    version: int


class CallChainDetailOut(CallChainOut):
    """A chain with every place and try."""

    coverage: list[CallCoverageOut]
    towns: list[CallTownOut]
    steps: list[CallStepOut]
    as_of: Instant


class CallChainsOut(BaseModel):
    """Chains within scope, those that run first."""

    items: list[CallChainOut]
    as_of: Instant


class CallStartIn(Body):
    """A chain to be started for an area down to a level."""

    title: str = Field(min_length=1, max_length=100)
    words: str = Field(min_length=1, max_length=1000)
    area_code: str = Field(max_length=32)
    lowest: Level = "village"
    level: int = Field(default=2, ge=1, le=4)
    mode: Literal["cascade", "through"] = "cascade"
    answer_within_s: int = Field(default=180, ge=30, le=3600)
    rounds: int = Field(default=2, ge=1, le=5)
    incident_id: UUID | None = None
    client_id: UUID


class CallAnswerIn(Body):
    """Who answered, and how; `client_id` makes sending it twice harmless."""

    name: str = Field(min_length=1, max_length=100)
    how: Literal["voice", "app", "text", "broadcast", "visit"] = "voice"
    client_id: UUID
    device_at: AwareDatetime | None = None
    note: str = Field(default="", max_length=500)


def _node_out(one: Node, centre: Centre) -> CallPlaceOut:
    given: dict[str, Any] = {
        "id": one.id, "parent_id": one.parent, "level": one.level, "name": one.name, "people": one.people,
        "area_code": one.area_code, "area_name": centre.area_name(one.area_code), "lon": one.lon, "lat": one.lat,
        "example": one.example, "version": one.version,
        "contacts": [contact_out(contact, centre) for contact in one.contacts],
    }  # fmt: skip
    return CallPlaceOut.model_validate(given)


def _run_out(one: Run, centre: Centre) -> dict[str, Any]:
    given = {name: getattr(one, name) for name in Run.__dataclass_fields__}
    return {**given, "area_name": centre.area_name(one.area_code), "exercise": one.space != 0}


def _step_out(one: Step) -> CallStepOut:
    given: dict[str, Any] = {name: getattr(one, name) for name in Step.__dataclass_fields__}
    given["parent_id"] = one.parent
    given["tries"] = [
        {**{name: getattr(each, name) for name in type(each).__dataclass_fields__},
         "channels": each.channel.split(",")}
        for each in one.tries
    ]  # fmt: skip
    return CallStepOut.model_validate(given)


def _towns(steps: list[Step], centre: Centre) -> list[CallTownOut]:
    found = []
    for code, inside in by_town(steps).items():
        states = [step.state for step in inside]
        answered, unreached = states.count("answered"), states.count("unreached")
        found.append(
            CallTownOut(
                area_code=code, area_name=centre.area_name(code), total=len(states), answered=answered,
                unreached=unreached, waiting=len(states) - answered - unreached,
            )
        )  # fmt: skip
    return found


async def _detail(one: Run, unit: Work) -> CallChainDetailOut:
    steps = await queries.steps(unit.connection, one.id)
    figures = [CallCoverageOut.model_validate(each, from_attributes=True) for each in coverage(steps)]
    given = _run_out(one, unit.centre)
    return CallChainDetailOut.model_validate(
        {
            **given,
            "coverage": figures,
            "towns": _towns(steps, unit.centre),
            "steps": [_step_out(each) for each in steps],
            "as_of": unit.now,
        }
    )


async def _changed(
    one: Run, unit: Work, actor: Actor, action: str, detail: dict[str, Any]
) -> CallChainDetailOut:
    await audit(unit.connection, actor, f"duty.call_{action}", str(one.id), detail)
    unit.touched("duty", one.id)
    if one.incident_id is not None:
        unit.incidents.add(one.incident_id)
    return await _detail(one, unit)


@router.get("/api/duty/call-tree")
async def tree(
    actor: Reader, request: Request, area: Annotated[str, Query(max_length=32)] = ""
) -> CallTreeOut:
    """Whom one calls where."""
    async with work(actor, request) as unit:
        found = await queries.nodes(unit.connection, area)
    return CallTreeOut(items=[_node_out(one, unit.centre) for one in found], as_of=unit.now)


@router.post("/api/duty/call-tree", status_code=201)
async def add_node(actor: Writer, request: Request, body: CallPlaceIn) -> CallPlaceOut:
    """Add a place."""
    given = body.model_dump()
    new = actions.NewNode(parent=given.pop("parent_id"), contacts=tuple(given.pop("contact_ids")), **given)
    async with work(actor, request) as unit:
        node = await actions.add_node(unit.connection, actor, new)
        await audit(unit.connection, actor, "duty.add_place", str(node.id), {"name": node.name})
        unit.touched("duty", "call-tree")
    return _node_out(node, unit.centre)


@router.patch("/api/duty/call-tree/{node_id}", response_model=CallPlaceOut)
async def change_node(
    actor: Writer, request: Request, node_id: UUID, body: CallPlaceChangeIn
) -> CallPlaceOut | Response:
    """Put a place right, or take it out of the tree with a reason (204)."""
    async with work(actor, request) as unit:
        node = await actions.change_node(
            unit.connection, node_id, name=body.name, people=body.people, contacts=body.contact_ids,
            version=body.version, void_reason=body.void_reason, now=unit.now,
        )  # fmt: skip
        detail = {"name": body.name, "void_reason": body.void_reason}
        await audit(unit.connection, actor, "duty.change_place", str(node_id), detail)
        unit.touched("duty", "call-tree")
    return Response(status_code=204) if node is None else _node_out(node, unit.centre)


@router.get("/api/duty/calls")
async def calls(
    actor: Reader, request: Request, state: Literal["open", "all"] = "all", incident: UUID | None = None
) -> CallChainsOut:
    """Chains within scope, those that run first."""
    async with work(actor, request) as unit:
        found = await queries.runs(unit.connection, open_only=state == "open", incident=incident)
    items = [CallChainOut.model_validate(_run_out(one, unit.centre)) for one in found]
    return CallChainsOut(items=items, as_of=unit.now)


@router.post("/api/duty/calls", status_code=201)
async def start(actor: Writer, request: Request, body: CallStartIn) -> CallChainDetailOut:
    """Start a chain; the same client_id again gives the first one back."""
    given = body.model_dump()
    client = given.pop("client_id")
    new = Start(incident=given.pop("incident_id"), origin=f"desk:{client}", **given)
    async with work(actor, request) as unit:
        run = await actions.start(unit.connection, actor, unit.now, new)
        return await _changed(run, unit, actor, "start", {"title": run.title, "area": run.area_code})


@router.get("/api/duty/calls/{chain_id}")
async def call(actor: Reader, request: Request, chain_id: UUID) -> CallChainDetailOut:
    """A chain with every place and try."""
    async with work(actor, request) as unit:
        return await _detail(await queries.run(unit.connection, chain_id), unit)


@router.post("/api/duty/calls/{chain_id}/steps/{step_id}/answer")
async def answer(
    actor: Writer, request: Request, chain_id: UUID, step_id: UUID, body: CallAnswerIn
) -> CallChainDetailOut:
    """Somebody answered; said by the desk."""
    given = actions.Answer(**body.model_dump())
    async with work(actor, request) as unit:
        run = await actions.answer(unit.connection, chain_id, step_id, given, actor, unit.now)
        return await _changed(run, unit, actor, "answer", {"step": str(step_id), "name": body.name})


@router.post("/api/duty/calls/{chain_id}/cancel")
async def cancel(actor: Writer, request: Request, chain_id: UUID, body: DutyReasonIn) -> CallChainDetailOut:
    """End a chain before everybody was called, with the reason."""
    async with work(actor, request) as unit:
        run = await actions.cancel(unit.connection, chain_id, body.reason, body.version, actor, unit.now)
        return await _changed(run, unit, actor, "cancel", {"reason": body.reason})
