"""What does a level set in motion? Each thing by the actions of its own noun, each noted with what came of it.

    post · groups ─▶ posts        tasks ─▶ directives     notify ─▶ notices, or call chains for towns
    warnings ─▶ drafts            reports ─▶ clocks       closures ─▶ roads     units ─▶ needs     par ─▶ tasks

Levels add up: only what the new level adds is issued. What cannot be issued does not stop the rest: it is noted
as failed, with the reason, for a person to see to.
"""

from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from mudan.core.directives import actions as directives
from mudan.core.directives import queries as directive_queries
from mudan.core.directives.model import Deadline, Order, Target
from mudan.core.incidents import queries as incident_queries
from mudan.core.people.model import Actor
from mudan.core.people.queries import department_exists, department_names, space_scale
from mudan.core.plans import queries as plans
from mudan.core.plans.model.advice import additions
from mudan.core.plans.model.types import (
    Doer,
    Evidence,
    From,
    Plan,
    PlanTask,
    UnitNeed,
)
from mudan.core.posts import actions as posts
from mudan.core.posts import queries as post_queries
from mudan.core.posts.model import Holder
from mudan.core.responses import queries, store
from mudan.core.responses.actions.ground import keep_clear
from mudan.core.responses.actions.outward import report, tell, warn
from mudan.core.responses.actions.work import Came, Work, already, note
from mudan.core.responses.actions.writing import engine_actor, plan_of
from mudan.core.responses.model import Issue, Response, Wind
from mudan.core.tasks import actions as tasks
from mudan.primitives.changes import Changes
from mudan.primitives.errors import MudanError, NotFound
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

GRACE_S: Final = 120


async def issue_level(
    connection: Connection,
    response: Response,
    plan: Plan,
    before: str | None,
    key: str,
    actor: Actor,
    now: datetime,
    wind: Wind | None = None,
) -> None:
    """Issue what going from a level to another adds; `wind` as somebody stated it at the decision."""
    assert response.incident_id is not None  # a response has one from its first level on
    scale = await space_scale(connection, response.space)
    incident = await incident_queries.one(connection, response.incident_id)
    work = Work(connection, response, plan, incident, plan.level(key), actor, now, scale)
    work.issued = await _issued_before(work)
    work.departments = await department_names(connection)
    work.wind = wind
    added = additions(plan, before, key)
    await note(
        work, "post", f"post-{key}", Text("指挥部", "Command post"), Text("", ""), None, partial(_post, work)
    )
    for task in added.tasks:
        await _task(work, task, close=False)
    calls = [notice.id for notice in added.notify if notice.who.towns]
    for notice in added.notify:
        if notice.id in calls[:-1]:  # the same places are rung once, with the gravest words
            replaced = Came("ended", note="由更高等级的叫应代替")
            await note(work, "call", notice.id, notice.text, work.who(notice.who), None, already(replaced))
            continue
        await tell(work, notice)
    for draft in added.warnings:
        title, who = draft.headline, plan.roles[draft.approver].title
        await note(work, "warning", draft.id, title, who, None, partial(warn, work, draft))
    for number, clock in enumerate(added.reports):
        await report(work, clock, f"{key}-{number}")
    for closure in added.closures:
        await keep_clear(work, closure)
    for number, need in enumerate(added.units):
        await _unit(work, need, f"{key}-{number}")
    safety = plan.level(key).safety
    if safety is not None and safety.par is not None:
        every_s = int(safety.par.total_seconds())
        title = Text(f"每 {every_s // 60} 分钟平安确认", f"roll-call every {every_s // 60} min")
        await note(work, "par", f"par-{key}", title, Text("", ""), None, partial(_par, work, every_s))


async def _issued_before(work: Work) -> dict[str, UUID]:
    found = await directive_queries.of_origin(work.connection, work.response.space, f"{work.origin}/task/")
    return {one.origin.rsplit("/", 1)[1]: one.id for one in found if one.origin is not None}


async def _post(work: Work) -> Came:
    known = await post_queries.of_incident(work.connection, work.incident.id)
    kinds = {one.name.zh: one.code for one in await post_queries.group_kinds(work.connection)}
    wanted = [kinds[group.zh] for group in work.level.groups if group.zh in kinds]
    if known is None or known.closed_at is not None:
        title = work.plan.title.zh.removesuffix("预案").removesuffix("应急")
        commander = Holder(work.plan.roles[work.level.commander].title.zh)
        known = await posts.open_post(
            work.connection, work.incident.id, work.actor, work.now, name=f"{title}现场指挥部",
            place=work.incident.address or "县智慧城市运营中心", contact="", commander=commander, groups=wanted,
            lon=work.incident.lon, lat=work.incident.lat,
        )  # fmt: skip
    else:
        for code in wanted:
            if code not in {group.kind for group in known.groups}:
                await posts.open_group(work.connection, known.id, code, work.actor, work.now)
    unknown = [group.zh for group in work.level.groups if group.zh not in kinds]
    return Came(noun="posts", ref=str(known.id), note="、".join(unknown))


async def _task(work: Work, task: PlanTask, *, close: bool) -> None:
    if task.only_if is not None and not close and not await _true(work, task.id):
        detail = {"task": task.id}
        waiting = Came("waiting", note="条件尚未满足")
        await note(work, "task", task.id, task.text, work.who(task.who), None, already(waiting), detail)
        return
    for town in await _towns(work, task.who):
        item = task.id if not town else f"{task.id}@{town}"
        due_at = work.due(task.deadline) if task.counted_from is From.TRIGGER else None
        act = partial(_directive, work, task, item, town, close=close)
        await note(work, "task", item, task.text, work.who(task.who), due_at, act)


async def _true(work: Work, task: str) -> bool:
    watch = await plans.watch_of(work.connection, work.response.space, work.response.plan_id)
    if watch is None:
        watch = await plans.watch_of(
            work.connection, work.response.space, work.response.plan_id, work.incident.id
        )
    return watch is not None and bool((watch.advice.get("task_conditions") or {}).get(task))


async def _towns(work: Work, doer: Doer) -> list[str]:
    """One directive for each town that has a desk of its own; without any, the county's desk does it for them."""
    if not doer.towns:
        return [""]
    return await queries.towns_with_duty(work.connection, work.response.area_code) or [""]


async def _directive(work: Work, task: PlanTask, item: str, town: str, *, close: bool) -> Came:
    part = "close" if close else "task"
    deadline = Deadline(
        "after_trigger" if task.counted_from is From.TRIGGER else "after_receipt",
        within_s=int(task.deadline.total_seconds()),
        trigger_at=work.now if task.counted_from is From.TRIGGER else None,
    )
    made = await directives.issue(
        work.connection,
        None,
        work.now,
        Order(
            title=task.text.zh[:200], text=task.text.zh, source="plan", target=await _target(work, task.who),
            deadline=deadline, area_code=town or work.response.area_code, level=int(work.level.level),
            mandatory=task.mandatory, incident=work.incident.id,
            evidence=() if task.evidence is Evidence.NONE else (task.evidence.value,),
            cadence_s=None if task.every is None else max(60, int(task.every.total_seconds())),
            depends_on=tuple(work.issued[before] for before in task.after if before in work.issued),
            origin=f"{work.origin}/{part}/{item}",
        ),
        space=work.response.space,
    )  # fmt: skip
    work.issued.setdefault(task.id, made.id)
    return Came(noun="directives", ref=str(made.id))


async def _target(work: Work, doer: Doer) -> Target:
    if doer.towns:
        return Target(role="duty_officer")
    if doer.department:
        if not await department_exists(work.connection, doer.department):
            raise NotFound(f"there is no department {doer.department}")
        return Target(department=doer.department)
    assert doer.role is not None  # a doer is one of the three
    filled = work.plan.roles[doer.role].filled_by
    if filled.department and filled.role == "department_liaison":
        return Target(department=filled.department)
    return Target(role=filled.role)


async def _unit(work: Work, need: UnitNeed, item: str) -> None:
    place = f" · {need.place.says.zh}" if need.place is not None else ""
    title = Text(
        f"{need.count} × {need.kind or need.capability}{place}",
        f"{need.count} × {need.kind or need.capability}",
    )
    detail = {"capability": need.capability, "kind": need.kind, "count": need.count}
    by_hand = Came("by_hand", "units", "", "由调度按路网到达时间派遣")
    await note(
        work, "unit", item, title, Text("调度", "dispatch"), work.due(need.by), already(by_hand), detail
    )


async def _par(work: Work, every_s: int) -> Came:
    reason = f"{work.plan.title.zh}：现场人员平安确认"
    await tasks.check_all(work.connection, work.incident.id, every_s, GRACE_S, reason, work.actor, work.now)
    return Came(noun="tasks", ref=str(work.incident.id))


async def close_out(connection: Connection, response: Response, plan: Plan, now: datetime) -> None:
    """Issue the last tasks of a response that is being ended; its recurring ones come no more."""
    assert response.incident_id is not None  # only an active response is ended
    scale = await space_scale(connection, response.space)
    incident = await incident_queries.one(connection, response.incident_id)
    level = plan.level(response.level or plan.levels[0].key)
    work = Work(connection, response, plan, incident, level, engine_actor(response.space), now, scale)
    await _stop_recurring(work)
    work.departments = await department_names(connection)
    for task in plan.closeout.tasks:
        await _task(work, task, close=True)


async def _stop_recurring(work: Work) -> None:
    found = await directive_queries.of_origin(work.connection, work.response.space, f"{work.origin}/task/")
    for one in {each.series_id: each for each in found if each.series_id is not None}.values():
        await directives.stop_series(work.connection, one.id, "response ended", work.actor, work.now)


async def issue_waiting(connection: Connection, now: datetime, changes: Changes) -> None:
    """Issue the tasks whose own condition has come true since."""
    for response_id, issue in await queries.waiting_issues(connection):
        response = await queries.one(connection, response_id, lock=True)
        await _issue_one(connection, response, issue, now, changes)


async def _issue_one(
    connection: Connection, response: Response, issue: Issue, now: datetime, changes: Changes
) -> None:
    if response.incident_id is None:
        return
    plan = await plan_of(connection, response)
    incident = await incident_queries.one(connection, response.incident_id)
    scale = await space_scale(connection, response.space)
    level = plan.level(issue.level)
    work = Work(connection, response, plan, incident, level, engine_actor(response.space), now, scale)
    task = next((one for each in plan.levels for one in each.tasks if one.id == issue.item), None)
    if task is None or not await _true(work, task.id):
        return
    work.issued = await _issued_before(work)
    try:
        async with connection.transaction():
            came = await _directive(work, task, task.id, "", close=False)
    except (MudanError, ValueError) as error:
        came = Came("failed", note=str(getattr(error, "reason", error)))
    due_at = work.due(task.deadline) if task.counted_from is From.TRIGGER else None
    row = {
        "state": came.state,
        "noun": came.noun,
        "ref": came.ref,
        "due_at": due_at,
        "at": now,
        "note": came.note,
    }
    await store.settle_issue(connection, issue.id, row)
    changes.touch("responses", response.space, response.id)
