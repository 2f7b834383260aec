"""What should be done beyond the next call: several calls at once, units waiting better, units turned to graver calls?

All of it is advice until a person says so; each order is one confirmation.
"""

import asyncio
from typing import Annotated, Any, Final

import numpy as np
from fastapi import APIRouter, Depends, Query, Request

from mudan.api.centre import Work, work
from mudan.api.dispatch.wire import (
    DiversionPolicyOut,
    DivertedOut,
    DivertIn,
    JointIn,
    JointOut,
    JointSentOut,
    MoveIn,
    MoveUpOut,
    PairOut,
    PolicyLineIn,
    PolicyLineOut,
    TurnOut,
)
from mudan.api.roads import router_of
from mudan.api.security import requires
from mudan.api.tasks.orders import note_decision
from mudan.api.tasks.wire import task_out
from mudan.api.units import unit_out
from mudan.core.dispatch import actions, queries
from mudan.core.dispatch.model import (
    TARGET_S,
    Call,
    Match,
    Policy,
    checked_diversion,
    coverage,
    diversion_refusal,
    greedy,
    joint,
    line_words,
    move_up,
    profile_of,
    start_of,
    suits,
)
from mudan.core.incidents import queries as incidents
from mudan.core.incidents.model import Incident
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.core.roads.queries import Router
from mudan.core.tasks import actions as tasks
from mudan.core.tasks import queries as task_queries
from mudan.core.tasks.actions import FieldEvent
from mudan.core.tasks.actions.orders import TERMINAL_LIFE, say
from mudan.core.tasks.model import Task
from mudan.core.units import queries as units
from mudan.core.units.model import Unit
from mudan.primitives.errors import Conflict
from mudan.primitives.geo import Point
from mudan.primitives.ids import new_id
from mudan.primitives.text import Text

router = APIRouter()
Assigner = Annotated[Actor, Depends(requires("tasks.assign"))]
PolicyReader = Annotated[Actor, Depends(requires("tasks.read", "settings.write"))]
PolicyWriter = Annotated[Actor, Depends(requires("settings.write"))]
MOST_OPEN: Final = 50


@router.get("/api/dispatch/joint")
async def joint_assignment(actor: Assigner, request: Request) -> JointOut:
    """Free units for all open incidents that nobody is on, jointly and one after the other."""
    roads = router_of(request)
    async with work(actor, request) as unit:
        waiting = [one for one in await _open(unit) if one.lon is not None and not one.open_tasks]
        free = [one for one in await units.all_units(unit.connection) if one.status == "available"]
    seconds = await asyncio.to_thread(_matrix, roads, waiting, free, unit)
    calls = [Call(at, one.level) for at, one in enumerate(waiting)]
    first, best = greedy(seconds, calls), joint(seconds, calls)
    saved = sum(one.seconds or 0 for one in first) - sum(one.seconds or 0 for one in best)
    return JointOut(
        by_road=roads.ready, greedy=_pairs(first, waiting, free), joint=_pairs(best, waiting, free),
        saved_s=round(saved, 1), as_of=unit.now,
    )  # fmt: skip


async def _open(unit: Work) -> list[Incident]:
    found, _, _ = await incidents.page(unit.connection, phase="open", text=None, limit=MOST_OPEN, before=None)
    return found


def _matrix(roads: Router, waiting: list[Incident], free: list[Unit], unit: Work) -> Any:
    """Road seconds [incidents, units]; inf where the unit does not suit or cannot arrive."""
    found = np.full((len(waiting), len(free)), np.inf)
    if not roads.ready or not free:
        return found
    for at, incident in enumerate(waiting):
        need = actions.need_of(incident)
        able = np.array([suits(one, need, {}) for one in free])
        if able.any():
            seconds = actions.road_seconds(roads, free, need, incident.space, unit.now)
            found[at] = np.where(able, seconds, np.inf)
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


@router.post("/api/dispatch/joint", status_code=201)
async def send_jointly(actor: Assigner, request: Request, body: JointIn) -> JointSentOut:
    """Send every unit of an assignment at once, or none when anything has changed since it was shown."""
    sent: list[Task] = []
    async with work(actor, request) as unit:
        for pair in body.pairs:
            incident = await incidents.one(unit.connection, pair.incident_id)
            chosen = await units.one(unit.connection, pair.unit_id)
            if incident.open_tasks or chosen.status != "available":
                raise Conflict(f"{incident.number} or {chosen.code} has changed meanwhile; look again")
            task = await tasks.assign(unit.connection, incident.id, chosen.id, pair.order, actor, unit.now)
            await _sent(unit, request, task, actor, body.reason or "统一分派", "task.assign")
            sent.append(task)
    return JointSentOut(tasks=[task_out(task) for task in sent])


async def _sent(unit: Work, request: Request, task: Task, actor: Actor, reason: str, action: str) -> None:
    await note_decision(unit, request, task, actor, reason)
    await audit(unit.connection, actor, action, str(task.id), {"unit": task.unit_code, "reason": reason})
    unit.changes.tasks.add(task.id)
    unit.incidents.add(task.incident_id)
    if task.command_id is not None:
        unit.changes.commands.add(task.command_id)


@router.get("/api/dispatch/move-up")
async def moving_up(
    actor: Assigner, request: Request, kind: Annotated[str, Query(max_length=40)] = "ambulance"
) -> MoveUpOut:
    """Which free unit of a kind should wait where, so that the next call is reached in time. Advice only."""
    roads, space = router_of(request), actor.scope.space
    async with work(actor, request) as unit:
        demand = await queries.demand(unit.connection, space)
        every = [one for one in await units.all_units(unit.connection) if one.kind == kind]
        moved = await queries.moves(unit.connection, space, unit.now - actions.MOVE_HOLDS)
    free = [one for one in every if one.status == "available"]
    if not roads.ready or not free or not demand:
        return _no_advice(0.0, kind, unit)
    places, weights = [one.point for one in demand], np.array([one.weight for one in demand])
    starts = [moved.get(one.id) or start_of(one, unit.now)[0] for one in free]
    posts = [one.home for one in every]
    here = await asyncio.to_thread(roads.near, starts, places, TARGET_S, space=space)
    there = await asyncio.to_thread(roads.near, posts, places, TARGET_S, space=space)
    now = coverage(here, weights)
    movable = [at for at, one in enumerate(free) if one.id not in moved]
    found = move_up(here, np.empty((0, len(places))), there, weights, units=movable)
    if found is None:
        return _no_advice(now, kind, unit)
    chosen, post = free[found.unit], every[found.post]
    drive = roads.to_target([starts[found.unit]], post.home, profile_of(chosen), space=space).seconds[0]
    return MoveUpOut(
        kind=kind, coverage=round(now, 4), target_s=TARGET_S, example=True, unit=unit_out(chosen, unit.centre),
        post=Text(f"{post.name.zh}驻点", f"post of {post.name.en}"), lon=post.home.lon, lat=post.home.lat,
        after=round(found.after, 4), drive_s=float(drive) if np.isfinite(drive) else None, as_of=unit.now,
    )  # fmt: skip


def _no_advice(now: float, kind: str, unit: Work) -> MoveUpOut:
    return MoveUpOut(
        kind=kind, coverage=round(now, 4), target_s=TARGET_S, example=True, unit=None, post=None, lon=None, lat=None,
        after=None, drive_s=None, as_of=unit.now,
    )  # fmt: skip


@router.post("/api/dispatch/move-up", status_code=201)
async def order_move(actor: Assigner, request: Request, body: MoveIn) -> None:
    """Tell a free unit to wait elsewhere: on its terminal, and on record."""
    async with work(actor, request) as unit:
        chosen = await units.one(unit.connection, body.unit_id)
        if chosen.status != "available":
            raise Conflict("the unit is no longer free; look again")
        words = f"【前移待命】请前往{body.post}待命 @{body.lon:.5f},{body.lat:.5f}"
        command = None
        if chosen.vehicle is not None:
            command = await say(unit.connection, chosen.vehicle, words, actor.name, unit.now, TERMINAL_LIFE)
        place = Point(body.lon, body.lat)
        await actions.keep_move(unit.connection, chosen, place, body.post, command, actor, unit.now)
        detail = {"unit": chosen.code, "post": body.post}
        await audit(unit.connection, actor, "dispatch.move", str(chosen.id), detail)
        unit.touched("dispatch", chosen.id)
        unit.touched("notices", chosen.id)
        if command is not None:
            unit.changes.commands.add(command)


@router.get("/api/dispatch/diversions")
async def diversions(actor: Assigner, request: Request) -> DivertedOut:
    """Units on their way to something milder that would be sooner at something graver, as the table allows."""
    roads, space = router_of(request), actor.scope.space
    async with work(actor, request) as unit:
        policy = await queries.policy(unit.connection, space)
        open_now = {one.id: one for one in await _open(unit)}
        found = await actions.diversions(
            unit.connection, roads, list(open_now.values()), policy, space, unit.now
        )
    return DivertedOut(
        items=[
            TurnOut(
                incident_id=one.matter, incident_number=open_now[one.matter].number,
                incident_title=open_now[one.matter].title, level=open_now[one.matter].level, task_id=one.turn.task,
                unit=unit_out(one.unit, unit.centre), from_level=one.turn.line.level,
                from_number=next(t.incident_number for t in one.unit.tasks if t.id == one.turn.task),
                eta_s=one.turn.eta_s, otherwise_s=one.turn.otherwise_s, policy=line_words(one.turn.line),
                example=one.turn.line.shipped,
            )
            for one in found
        ],
        by_road=roads.ready, as_of=unit.now,
    )  # fmt: skip


@router.post("/api/dispatch/divert", status_code=201)
async def divert(actor: Assigner, request: Request, body: DivertIn) -> JointSentOut:
    """Turn a unit to something graver: its order is cancelled with the reason, and it has the new one."""
    async with work(actor, request) as unit:
        before = await task_queries.one(unit.connection, body.task_id)
        incident = await incidents.one(unit.connection, body.incident_id)
        chosen = await units.one(unit.connection, before.unit_id)
        policy = await queries.policy(unit.connection, incident.space)
        refusal = diversion_refusal(chosen.status, before.incident_level, incident.level, policy)
        if refusal is not None:
            raise Conflict(refusal.en)
        reason = f"改派至 {incident.number}：{body.reason}"
        called_off = FieldEvent("cancel", new_id(), unit.now, reason=reason)
        await tasks.report(unit.connection, before.id, called_off, actor, unit.now)
        task = await tasks.assign(unit.connection, incident.id, before.unit_id, body.order, actor, unit.now)
        await _sent(unit, request, task, actor, reason, "task.divert")
        unit.changes.tasks.add(before.id)
        unit.incidents.add(before.incident_id)
    return JointSentOut(tasks=[task_out(task)])


@router.get("/api/dispatch/diversion-policy")
async def diversion_policy(actor: PolicyReader, request: Request) -> DiversionPolicyOut:
    """When a unit on its way may be turned to something graver."""
    async with work(actor, request) as unit:
        return _policy_out(await queries.policy(unit.connection, actor.scope.space))


@router.put("/api/dispatch/diversion-policy")
async def set_diversion_policy(
    actor: PolicyWriter, request: Request, body: PolicyLineIn
) -> DiversionPolicyOut:
    """Set one line of the table."""
    async with work(actor, request) as unit:
        line = checked_diversion(body.level, body.levels, body.least_gain_s)
        await actions.set_diversion(unit.connection, actor.scope.space, line, actor, unit.now)
        await audit(unit.connection, actor, "dispatch.policy", str(body.level), body.model_dump())
        unit.touched("dispatch", "policy")
        return _policy_out(await queries.policy(unit.connection, actor.scope.space))


def _policy_out(policy: Policy) -> DiversionPolicyOut:
    return DiversionPolicyOut(
        items=[
            PolicyLineOut(
                level=one.level, levels=sorted(one.levels), least_gain_s=one.least_gain_s, example=one.shipped,
                says=line_words(one),
            )
            for one in sorted(policy.values(), key=lambda line: line.level)
        ]
    )  # fmt: skip
