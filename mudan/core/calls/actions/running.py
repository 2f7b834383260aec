"""How does a chain run: somebody is tried, answers or not, the next is tried, the upper level is told?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from mudan.core.calls import queries, store
from mudan.core.calls.actions.trying import above, begin_try, tell_above
from mudan.core.calls.model import LEVELS, LONGEST, Run, Start, Step, moved, try_number
from mudan.core.incidents import actions as incidents
from mudan.core.incidents import queries as incident_queries
from mudan.core.notices import actions as notices
from mudan.core.people import queries as people
from mudan.core.people.model import Actor
from mudan.primitives.changes import Changes
from mudan.primitives.clock import scaled
from mudan.primitives.errors import Conflict, Invalid, NotFound
from mudan.primitives.ids import new_id
from mudan.primitives.text import Text
from mudan.storage.pool import Connection, centre_within

BATCH: Final = 100
NOUN: Final = "duty"
HOW: Final = ("voice", "app", "text", "broadcast", "visit")
_AHEAD: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Answer:
    """Who answered, how, and when by their own clock; `client_id` makes a repeat harmless."""

    name: str
    how: str
    client_id: UUID
    device_at: datetime | None = None
    note: str = ""


async def start(
    connection: Connection,
    actor: Actor | None,
    now: datetime,
    new: Start,
    *,
    space: int = 0,
    by: str = "system",
) -> Run:
    """Start a chain for an area. `actor` None is the centre's own doing in `space`, on somebody's decision: `by`.

    The same origin again: the first one.
    """
    where = actor.scope.space if actor is not None else space
    if new.origin is not None:
        known = await queries.of_origin(connection, where, new.origin)
        if known is not None:
            return known
    if actor is not None and not new.area_code.startswith(actor.scope.area):
        raise NotFound("there is no such area")
    if new.incident is not None:
        await incident_queries.one(connection, new.incident)
    made = new_id()
    by = actor.name if actor is not None else by
    row = {
        "id": made, "space": where, "area_code": new.area_code, "department": None, "origin": new.origin,
        "incident_id": new.incident, "title": new.title.strip(), "words": new.words.strip(), "level": new.level,
        "mode": new.mode, "lowest": new.lowest, "answer_within_s": new.answer_within_s, "rounds": new.rounds,
        "state": "running", "started_by": by, "started_at": now,
    }  # fmt: skip
    async with centre_within(connection):
        if not await store.insert_run(connection, row):
            raise Conflict("this call was started at the same moment")
        if not await store.insert_steps(connection, made, new.levels(), new.mode, now):
            raise Invalid("the tree has nobody to call in this area", field="area_code")
        run = await queries.run(connection, made)
        words = Text(
            f"启动叫应：{run.title}，{run.total} 处", f"call started: {run.title}, {run.total} places"
        )
        await record(connection, run, "started", words, now, by, timeline=True)
    return run


async def answer(
    connection: Connection, run_id: UUID, step_id: UUID, given: Answer, actor: Actor, now: datetime
) -> Run:
    """Somebody of a place has answered; said by the desk (a voice on the phone, a knock at the door)."""
    run = await queries.run(connection, run_id, lock=True)
    if await queries.event_known(connection, given.client_id):
        return run
    if not given.name.strip():
        raise Invalid("say who answered", field="name")
    if given.how not in HOW:
        raise Invalid(f"an answer comes by {', '.join(HOW)}", field="how")
    if run.state == "cancelled":
        raise Conflict("the call was cancelled")
    step = await queries.step(connection, run_id, step_id, lock=True)
    async with centre_within(connection):
        await _answered(connection, run, step, given, actor.name, now)
        return await queries.run(connection, run_id)


async def _answered(
    connection: Connection, run: Run, step: Step, given: Answer, by: str, now: datetime
) -> None:
    state = moved(step.state, "answer")
    device_at = given.device_at if given.device_at is not None and given.device_at <= now + _AHEAD else None
    waiting = next((one for one in step.tries if one.state == "calling" and one.kind == "call"), None)
    if waiting is not None:
        receipt = f"{given.name} {given.note}".strip()
        changes = {
            "state": "answered", "ended_at": now, "device_at": device_at, "server_at": now, "receipt": receipt,
        }  # fmt: skip
        await store.update_attempt(connection, waiting.id, changes)
    await store.end_attempts(connection, step.id, "cancelled", now)
    await notices.settle(
        connection, "calls", str(step.id), now, by=by, reason="answered", state="acknowledged"
    )
    if step.state == "unreached":
        await notices.settle(connection, "calls", above(step.id), now, by=by, reason="answered")
    changes = {
        "state": state, "next_at": None, "answered_at": max(device_at or now, run.started_at),
        "answered_by": given.name.strip(), "answered_how": given.how,
    }  # fmt: skip
    await store.update_step(connection, step.id, changes)
    late = "（此前未叫通）" if step.state == "unreached" else ""
    words = Text(f"{step.name} 应答：{given.name}{late}", f"{step.name} answered: {given.name}")
    detail = {"how": given.how, "note": given.note, "device_at": device_at.isoformat() if device_at else None}
    await record(
        connection, run, "answered", words, now, by, step=step.id, client_id=given.client_id, at=device_at,
        detail=detail, timeline=step.state == "unreached",
    )  # fmt: skip
    await store.begin_children(connection, step.id, now)
    await _maybe_finished(connection, run, now)


async def cancel(
    connection: Connection, run_id: UUID, reason: str, version: int, actor: Actor, now: datetime
) -> Run:
    """End a chain before everybody was called, with the reason; nobody else is called."""
    run = await queries.run(connection, run_id, lock=True)
    if run.version != version:
        raise Conflict("the call has changed meanwhile; look again")
    if run.state != "running":
        raise Conflict(f"the call is {run.state} already")
    if not reason.strip():
        raise Invalid("ending a call needs a reason", field="reason")
    async with centre_within(connection):
        for step in await queries.steps(connection, run_id):
            if step.state not in ("calling", "unreached"):
                continue
            await store.end_attempts(connection, step.id, "cancelled", now)
            for subject in (str(step.id), above(step.id)):
                await notices.settle(connection, "calls", subject, now, by=actor.name, reason="cancelled")
        await store.cancel_steps(connection, run_id)
        await store.end_run(connection, run_id, "cancelled", now, reason.strip())
        words = Text(f"停止叫应：{reason.strip()}", f"call ended: {reason.strip()}")
        await record(connection, run, "cancelled", words, now, actor.name, timeline=True)
        return await queries.run(connection, run_id)


async def tick(connection: Connection, now: datetime) -> Changes:
    """Take down who has answered, try the next where nobody has, end what has run too long."""
    changes = Changes()
    for row in await queries.answered_notices(connection, BATCH):
        run = await queries.run(connection, row["run"])
        step = await queries.step(connection, row["run"], row["step"])
        how = row["how"] if row["how"] in HOW else "app"
        given = Answer(row["name"], how, new_id(), row["device_at"], row["note"])
        await _answered(connection, run, step, given, row["name"], now)
        changes.touch(NOUN, run.space, run.id)
    for space, told in await store.heard_above(connection):
        changes.touch(NOUN, space, told)
    runs: dict[UUID, tuple[Run, float]] = {}
    for _ in LEVELS:  # a place that is given up lets those below it begin, in the same look
        due = await queries.due(connection, now, BATCH)
        for step in due:
            if step.run not in runs:
                run = await queries.run(connection, step.run)
                runs[step.run] = run, await people.space_scale(connection, run.space)
            await _go_on(connection, *runs[step.run], step, now)
        if not due:
            break
    for run, _ in runs.values():
        await _maybe_finished(connection, run, now)
        changes.touch(NOUN, run.space, run.id)
    for run in await queries.worn_out(connection, now - LONGEST):
        await store.give_up_steps(connection, run.id)
        await _finished(connection, run, now)
        changes.touch(NOUN, run.space, run.id)
    return changes


async def _go_on(connection: Connection, run: Run, scale: float, step: Step, now: datetime) -> None:
    """A try has run out, or the first begins: the next contact, or nobody is left."""
    await store.end_attempts(connection, step.id, "missed", now)
    await notices.settle(connection, "calls", str(step.id), now, by="system", reason="no answer in time")
    contacts = (await queries.contacts_of(connection, [step.node])).get(step.node, [])
    contact = try_number(step.attempts, contacts, run.rounds)
    if contact is not None:
        within = scaled(timedelta(seconds=run.answer_within_s), scale)
        await begin_try(connection, run, step, contact, within, now)
        return
    changes: dict[str, Any] = {"state": moved(step.state, "give_up"), "next_at": None, "escalated_at": now}
    await store.update_step(connection, step.id, changes)
    words = Text(
        f"{step.name} 叫不通，上报上一级派人上门", f"{step.name} not reached; the level above is told"
    )
    await record(connection, run, "unreached", words, now, "system", step=step.id, timeline=True)
    await tell_above(connection, run, step, now)
    await store.begin_children(connection, step.id, now)


async def _maybe_finished(connection: Connection, run: Run, now: datetime) -> None:
    if run.state == "running" and not await queries.still_open(connection, run.id):
        await _finished(connection, run, now)


async def _finished(connection: Connection, run: Run, now: datetime) -> None:
    await store.end_run(connection, run.id, "finished", now, "")
    ended = await queries.run(connection, run.id)
    words = Text(
        f"叫应完成：应答 {ended.answered} 处，未通 {ended.unreached} 处，共 {ended.total} 处",
        f"call finished: {ended.answered} answered, {ended.unreached} not reached, of {ended.total}",
    )
    await record(connection, ended, "finished", words, now, "system", timeline=True)


async def record(
    connection: Connection,
    run: Run,
    kind: str,
    words: Text,
    now: datetime,
    by: str,
    *,
    step: UUID | None = None,
    client_id: UUID | None = None,
    at: datetime | None = None,
    detail: dict[str, Any] | None = None,
    timeline: bool = False,
) -> None:
    """Write an event of a chain, and into its incident's timeline where it matters there."""
    row = {
        "run_id": run.id, "step_id": step, "client_id": client_id, "at": at or now, "recorded_at": now, "kind": kind,
        "actor": by, "text_zh": words.zh, "text_en": words.en, "detail": detail or {},
    }  # fmt: skip
    await store.append(connection, row)
    if timeline and run.incident_id is not None:
        await incidents.log(
            connection, run.incident_id, "call", words, source="system" if by == "system" else "operator",
            actor=by, now=now, at=at, detail={"call": str(run.id), "event": kind},
        )  # fmt: skip
