"""How are exercises made, driven and entered over HTTP?"""

from typing import Annotated, Any, Protocol
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import ValidationError

from mudan.api.centre import Work, work
from mudan.api.deps import deps_of
from mudan.api.drills.wire import (
    CheckOut,
    DrillDetailOut,
    DrillIn,
    DrillLineOut,
    DrillListOut,
    DrillOut,
    FaultOut,
    InjectBody,
    InjectOut,
    PlannedOut,
    ScaleIn,
    ScriptIn,
    ScriptOut,
    SpaceIn,
    SteerIn,
)
from mudan.api.security import requires
from mudan.core.drills import actions, queries
from mudan.core.drills.model import Drill, Inject, Line, Script, drill_s, inject_of, read_script, said_of
from mudan.core.people.actions import audit, look_at
from mudan.core.people.model import Actor
from mudan.playbooks import drills as shipped
from mudan.primitives.errors import Conflict, Invalid, NotFound

__all__ = ["router"]

router = APIRouter(tags=["drills"])
Reader = Annotated[Actor, Depends(requires("drills.read"))]
Writer = Annotated[Actor, Depends(requires("drills.write"))]
Joiner = Annotated[Actor, Depends(requires("drills.join"))]


class Exercises(Protocol):
    """What drives the exercises: it can let an inject come true at once."""

    async def inject(self, drill: Drill, inject: Inject, by: str) -> None: ...


def drill_out(drill: Drill, unit: Work) -> DrillOut:
    """An exercise as it goes over the wire."""
    return DrillOut(
        id=drill.id, space=drill.space, title=drill.title, template=drill.template, state=drill.state,
        scale=drill.scale, simulated=drill.simulated, drill_s=round(drill_s(drill, unit.now), 1),
        injects=drill.injects, injects_done=drill.injects_done, created_by=drill.created_by,
        created_at=drill.created_at, started_at=drill.started_at, ended_at=drill.ended_at, version=drill.version,
        as_of=unit.now,
    )  # fmt: skip


def _inject_out(inject: Inject) -> InjectOut:
    return InjectOut(
        id=inject.id, at_s=inject.at_s, kind=inject.kind, title=inject.title, payload=inject.payload,
        state=inject.state, done_at=inject.done_at, done_s=inject.done_s, done_by=inject.done_by, result=inject.result,
    )  # fmt: skip


def _line_out(line: Line) -> DrillLineOut:
    return DrillLineOut(
        seq=line.seq, at=line.at, drill_s=line.drill_s, kind=line.kind, actor=line.actor, text=line.text
    )


async def _detail(unit: Work, drill: Drill) -> DrillDetailOut:
    script = Script.model_validate(await queries.script(unit.connection, drill.id))
    return DrillDetailOut(
        **drill_out(drill, unit).model_dump(),
        purpose=script.purpose,
        objectives=list(script.objectives),
        inject_list=[_inject_out(one) for one in await queries.injects(unit.connection, drill.id)],
        lines=[_line_out(one) for one in await queries.lines(unit.connection, drill.id)],
        present=await queries.present(unit.connection, drill.space),
    )


async def _changed(
    unit: Work, actor: Actor, drill: Drill, action: str, detail: dict[str, Any]
) -> DrillDetailOut:
    await audit(unit.connection, actor, f"drill.{action}", f"drill:{drill.id}", detail)
    for space in (0, drill.space):
        unit.changes.touch("drills", space, drill.id)
    return await _detail(unit, drill)


@router.get("/api/drills")
async def page(actor: Reader, request: Request) -> DrillListOut:
    """All exercises, those that go on first."""
    async with work(actor, request) as unit:
        found = await queries.every(unit.connection)
    return DrillListOut(items=[drill_out(one, unit) for one in found], as_of=unit.now)


@router.get("/api/drills/open")
async def to_join(actor: Joiner, request: Request) -> DrillListOut:
    """The exercises that one may enter now."""
    async with work(actor, request) as unit:
        found = [one for one in await queries.every(unit.connection) if one.state != "ended"]
    return DrillListOut(items=[drill_out(one, unit) for one in found], as_of=unit.now)


@router.get("/api/drills/scripts")
async def scripts(actor: Writer) -> list[ScriptOut]:
    """The shipped scripts."""
    del actor
    return [_script_out(text) for text in shipped.texts().values()]


def _script_out(text: str) -> ScriptOut:
    script, _ = read_script(text)
    assert script is not None  # tests hold every shipped script to it
    return ScriptOut(
        id=script.id, title=script.title, purpose=script.purpose, scale=script.scale, minutes=_minutes(script),
        injects=len(script.injects), text=text,
    )  # fmt: skip


def _minutes(script: Script) -> float:
    return max(one.after.total_seconds() for one in script.injects) / 60


@router.post("/api/drills/check")
async def check(actor: Writer, body: ScriptIn) -> CheckOut:
    """Whether a script can be used."""
    del actor
    script, faults = read_script(body.text)
    return CheckOut(
        faults=[
            FaultOut(line=one.mark.line, column=one.mark.column, path=one.path, text=one.text)
            for one in faults
        ],
        injects=len(script.injects) if script else 0,
        minutes=_minutes(script) if script else 0,
        planned=_planned(script) if script else [],
    )


def _planned(script: Script) -> list[PlannedOut]:
    ordered = sorted(script.injects, key=lambda one: one.after)
    return [
        PlannedOut(at_s=one.after.total_seconds(), kind=one.kind, title=one.title, detail=said_of(one))
        for one in ordered
    ]


@router.post("/api/drills", status_code=201)
async def make(actor: Writer, request: Request, body: DrillIn) -> DrillDetailOut:
    """Make an exercise ready, with a copy of the county's things and units."""
    text = shipped.texts().get(body.template, "") if body.template else body.text
    if not text:
        raise NotFound("there is no such script")
    script, faults = read_script(text)
    if script is None:
        raise Invalid(f"line {faults[0].mark.line}: {faults[0].path}: {faults[0].text.en}", field="text")
    async with work(actor, request) as unit:
        drill = await actions.make(
            unit.connection, actor, unit.now, script, template=body.template, scale=body.scale or script.scale,
            simulated=script.simulated if body.simulated is None else body.simulated,
        )  # fmt: skip
        found = await _changed(unit, actor, drill, "make", {"script": script.id, "scale": drill.scale})
    await unit.centre.entities_changed()
    return found


@router.get("/api/drills/{drill_id}")
async def detail(actor: Reader, request: Request, drill_id: UUID) -> DrillDetailOut:
    """One exercise, whole."""
    async with work(actor, request) as unit:
        return await _detail(unit, await queries.one(unit.connection, drill_id))


async def _steered(
    actor: Actor, request: Request, drill_id: UUID, event: str, body: SteerIn
) -> DrillDetailOut:
    async with work(actor, request) as unit:
        drill = await actions.steer(
            unit.connection, actor, unit.now, drill_id, event, body.version, body.reason
        )
        return await _changed(unit, actor, drill, event, {"reason": body.reason})


@router.post("/api/drills/{drill_id}/start")
async def start(actor: Writer, request: Request, drill_id: UUID, body: SteerIn) -> DrillDetailOut:
    """Let the clock run."""
    return await _steered(actor, request, drill_id, "start", body)


@router.post("/api/drills/{drill_id}/pause")
async def pause(actor: Writer, request: Request, drill_id: UUID, body: SteerIn) -> DrillDetailOut:
    """Let the clock stand."""
    return await _steered(actor, request, drill_id, "pause", body)


@router.post("/api/drills/{drill_id}/resume")
async def resume(actor: Writer, request: Request, drill_id: UUID, body: SteerIn) -> DrillDetailOut:
    """Let the clock run on."""
    return await _steered(actor, request, drill_id, "resume", body)


@router.post("/api/drills/{drill_id}/end")
async def end(actor: Writer, request: Request, drill_id: UUID, body: SteerIn) -> DrillDetailOut:
    """End the exercise; its data stay for the review."""
    return await _steered(actor, request, drill_id, "end", body)


@router.post("/api/drills/{drill_id}/scale")
async def scale(actor: Writer, request: Request, drill_id: UUID, body: ScaleIn) -> DrillDetailOut:
    """Let time run faster or slower."""
    async with work(actor, request) as unit:
        drill = await actions.set_scale(unit.connection, actor, unit.now, drill_id, body.scale, body.version)
        return await _changed(unit, actor, drill, "scale", {"scale": body.scale})


@router.post("/api/drills/{drill_id}/injects", status_code=201)
async def add(actor: Writer, request: Request, drill_id: UUID, body: InjectBody) -> DrillDetailOut:
    """Add an inject while the exercise goes on."""
    try:
        one = inject_of(body.inject)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise Invalid(str(first["msg"]), field=field) from None
    async with work(actor, request) as unit:
        await actions.add_inject(unit.connection, actor, unit.now, drill_id, one)
        drill = await queries.one(unit.connection, drill_id)
        return await _changed(unit, actor, drill, "add", {"kind": one.kind, "title": one.title.zh})


@router.post("/api/drills/{drill_id}/injects/{inject_id}/skip")
async def skip(actor: Writer, request: Request, drill_id: UUID, inject_id: UUID) -> DrillDetailOut:
    """Leave an inject out."""
    async with work(actor, request) as unit:
        drill = await queries.one(unit.connection, drill_id)
        inject = await queries.inject(unit.connection, drill_id, inject_id)
        if not await actions.settle(unit.connection, drill, inject, unit.now, state="skipped", by=actor.name):
            raise Conflict("the inject has been settled already")
        return await _changed(unit, actor, drill, "skip", {"inject": inject.title.zh})


@router.post("/api/drills/{drill_id}/injects/{inject_id}/now")
async def inject_now(actor: Writer, request: Request, drill_id: UUID, inject_id: UUID) -> DrillDetailOut:
    """Let an inject come true at once."""
    async with work(actor, request) as unit:
        drill = await queries.one(unit.connection, drill_id)
        inject = await queries.inject(unit.connection, drill_id, inject_id)
        if drill.state not in ("running", "paused"):
            raise Conflict("the exercise does not go on")
        if inject.state != "waiting":
            raise Conflict("the inject has been settled already")
    exercises: Exercises = deps_of(request).nouns["exercises"]
    await exercises.inject(drill, inject, actor.name)
    async with work(actor, request) as unit:
        return await _changed(unit, actor, drill, "inject", {"inject": inject.title.zh})


@router.post("/api/session/space", status_code=204)
async def enter(actor: Joiner, request: Request, body: SpaceIn) -> None:
    """Look at an exercise from now on, or at reality again (0)."""
    async with work(actor, request) as unit:
        if body.space:
            drill = await queries.of_space(unit.connection, body.space)
            if drill is None:
                raise NotFound("there is no such exercise")
        await look_at(unit.connection, actor, body.space)
    deps_of(request).sessions.forget(actor.person)
