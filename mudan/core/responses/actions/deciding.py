"""How does a person decide on a response? Approve, reject, start by hand, raise, lower, end; each with a name to it.

Lowering or ending while the condition of a level left behind still holds is said in words first: it is done only
`despite` that, with a reason, and the log keeps both.
"""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from mudan.core.incidents import actions as incidents
from mudan.core.incidents import queries as incident_queries
from mudan.core.people.model import Actor
from mudan.core.plans import queries as plans
from mudan.core.plans.model.advice import move_refusal
from mudan.core.plans.model.types import Plan
from mudan.core.reports import actions as reports
from mudan.core.responses import queries, store
from mudan.core.responses.actions.ground import lift_closures
from mudan.core.responses.actions.issuing import close_out, issue_level
from mudan.core.responses.actions.writing import ENGINE, decided, level_words, plan_of, record
from mudan.core.responses.model import (
    END,
    Response,
    Standing,
    Wind,
    check_decision,
    moved,
    standing,
    standing_words,
)
from mudan.primitives.errors import Conflict, Invalid, NotFound
from mudan.primitives.ids import new_id
from mudan.primitives.text import Text
from mudan.storage.pool import Connection, centre_within

QUIET: Final = timedelta(minutes=30)  # 示例: an advice that was rejected does not come back for so long


async def approve(
    connection: Connection,
    actor: Actor,
    now: datetime,
    response_id: UUID,
    version: int,
    reason: str = "",
    *,
    despite: bool = False,
    wind: Wind | None = None,
) -> Response:
    """Decide for what is proposed: a level to start or change to, or the end."""
    response = await _locked(connection, response_id, version)
    if response.proposed is None:
        raise Conflict("nothing waits for a decision")
    plan = await plan_of(connection, response)
    if response.proposed == END:
        return await end(connection, actor, now, response_id, version, reason or "advised", despite=despite)
    _check_actor(plan, response.proposed, actor)
    still = await _still(connection, response, plan, response.proposed, reason, despite=despite)
    return await activate(
        connection, response, plan, response.proposed, actor, now, reason=reason, still=still, wind=wind
    )


async def reject(
    connection: Connection, actor: Actor, now: datetime, response_id: UUID, version: int, reason: str
) -> Response:
    """Decide against what is proposed, with the reason; the same advice stays quiet for a while."""
    response = await _locked(connection, response_id, version)
    if response.proposed is None:
        raise Conflict("nothing waits for a decision")
    if not reason.strip():
        raise Invalid("a rejection needs a reason", field="reason")
    plan = await plan_of(connection, response)
    _check_actor(plan, response.proposed if response.proposed != END else response.level or "", actor)
    words = level_words(plan, response.proposed)
    text = Text(f"不采纳建议：{words.zh}（{reason}）", f"not followed: {words.en} ({reason})")
    await record(
        connection, response, "rejected", text, now, actor=actor.name, person=actor.person,
        to_level=response.proposed, reason=reason, inputs=response.inputs,
    )  # fmt: skip
    state = moved(response.state, "reject")
    row = _row(response, state=state, quiet_until=now + QUIET)
    await store.move(connection, response.id, row if state == "active" else row | {"ended_at": now})
    async with centre_within(connection):
        await decided(connection, response, actor.name, now)
    return await queries.one(connection, response.id)


async def start(
    connection: Connection,
    actor: Actor,
    now: datetime,
    slug: str,
    level: str,
    reason: str,
    incident: UUID | None,
    *,
    wind: Wind | None = None,
) -> Response:
    """Start a level of a plan by hand, for an incident or the county as it is."""
    if not reason.strip():
        raise Invalid("starting a plan by hand needs a reason", field="reason")
    approved = await plans.approved_of(connection, slug, actor.scope.space)
    plan, version = approved.plan, approved.version
    _check_actor(plan, level, actor)
    if incident is not None:
        await incident_queries.one(connection, incident)
    known = await queries.open_of(connection, actor.scope.space, version.plan_id, incident)
    if known is not None:
        if known.state == "deactivating":
            raise Conflict("the response is being ended")
        return await activate(
            connection, known, await plan_of(connection, known), level, actor, now, reason=reason, wind=wind
        )
    made = new_id()
    inserted = await store.insert(
        connection,
        {
            "id": made, "space": actor.scope.space, "area_code": actor.scope.area, "department": None,
            "plan_id": version.plan_id, "version_id": version.id, "plan_hash": version.hash, "slug": slug,
            "title_zh": plan.title.zh, "title_en": plan.title.en, "example": plan.example, "incident_id": incident,
            "proposed": level, "at": now, "by": actor.name, "decide_by": None, "inputs": {},
        },
    )  # fmt: skip
    if not inserted:
        raise Conflict("a response of this plan goes on already; look again")
    response = await queries.one(connection, made)
    return await activate(connection, response, plan, level, actor, now, reason=reason, wind=wind)


async def lower(
    connection: Connection,
    actor: Actor,
    now: datetime,
    response_id: UUID,
    level: str,
    version: int,
    reason: str,
    *,
    despite: bool = False,
    wind: Wind | None = None,
) -> Response:
    """Go to another level by hand: graver at any time, milder unless the plan is raised only."""
    response = await _locked(connection, response_id, version)
    if not reason.strip():
        raise Invalid("a change of level needs a reason", field="reason")
    if response.state != "active":
        raise Conflict(f"a response that is {response.state} has no level to change")
    plan = await plan_of(connection, response)
    _check_actor(plan, level, actor)
    still = await _still(connection, response, plan, level, reason, despite=despite)
    return await activate(
        connection, response, plan, level, actor, now, reason=reason, still=still, wind=wind
    )


async def _still(
    connection: Connection, response: Response, plan: Plan, after: str, reason: str, *, despite: bool
) -> tuple[Standing, ...]:
    """What holds of the levels left behind; raises Conflict with it unless it is done despite that, with a reason."""
    watch = await queries.watch_of(connection, response)
    advice = watch.advice if watch is not None else response.inputs
    found = standing(plan, response.level, after, advice)
    if found and not despite:
        raise Conflict(f"conditions still hold – {standing_words(found).en}")
    if found and not reason.strip():
        raise Invalid("going down while conditions hold needs a reason", field="reason")
    return found


def _despite(found: tuple[Standing, ...]) -> Text:
    """The tail of a line: what held when it was decided all the same."""
    if not found:
        return Text("", "")
    words = standing_words(found)
    return Text(f"【条件仍满足：{words.zh}】", f" [conditions still hold: {words.en}]")


async def end(
    connection: Connection,
    actor: Actor,
    now: datetime,
    response_id: UUID,
    version: int,
    reason: str,
    *,
    despite: bool = False,
) -> Response:
    """End a response: closures are lifted, the last tasks are issued; it is over when they are done."""
    response = await _locked(connection, response_id, version)
    if not reason.strip():
        raise Invalid("ending a response needs a reason", field="reason")
    state = moved(response.state, "end")
    plan = await plan_of(connection, response)
    check_decision(plan, response.level or "", actor.scope.role, actor.scope.departments, by="end_by")
    tail = _despite(await _still(connection, response, plan, END, reason, despite=despite))
    await store.move(connection, response.id, _row(response, state=state))
    text = Text(f"终止响应：{reason}{tail.zh}", f"response ended: {reason}{tail.en}")
    await record(
        connection, response, "end", text, now, actor=actor.name, person=actor.person, to_level=END, reason=reason,
        inputs=response.inputs,
    )  # fmt: skip
    async with centre_within(connection):
        await decided(connection, response, actor.name, now)
        await lift_closures(connection, response, actor.name, now)
        if response.incident_id is not None:
            await reports.cancel_clocks(connection, response.incident_id, f"response:{response.id}", now)
        await close_out(connection, response, plan, now)
    return await queries.one(connection, response.id)


async def waive(
    connection: Connection, actor: Actor, now: datetime, response_id: UUID, issue_id: UUID, reason: str
) -> Response:
    """Let something that waits, failed or is left to people be, with the reason."""
    response = await queries.one(connection, response_id, lock=True)
    if not reason.strip():
        raise Invalid("leaving something out needs a reason", field="reason")
    issue = next((one for one in await queries.issues(connection, response_id) if one.id == issue_id), None)
    if issue is None:
        raise NotFound("there is no such thing in the response")
    if issue.state not in ("waiting", "failed", "by_hand"):
        raise Conflict("it was issued; waive it where it lives")
    row = {
        "state": "waived",
        "noun": issue.noun,
        "ref": issue.ref,
        "due_at": issue.due_at,
        "at": now,
        "note": reason,
    }
    await store.settle_issue(connection, issue.id, row)
    text = Text(f"免除：{issue.title.zh}（{reason}）", f"waived: {issue.title.en} ({reason})")
    await record(
        connection, response, "waived", text, now, actor=actor.name, person=actor.person, reason=reason
    )
    return await queries.one(connection, response_id)


async def activate(
    connection: Connection,
    response: Response,
    plan: Plan,
    key: str,
    actor: Actor,
    now: datetime,
    *,
    reason: str,
    still: tuple[Standing, ...] = (),
    wind: Wind | None = None,
) -> Response:
    """Take a response to a level and issue what it adds. Who may do so was asked before."""
    why_not = move_refusal(plan, response.level, key)
    if why_not is not None:
        raise Conflict(why_not.en)
    event = "approve" if response.state == "advised" else _direction(plan, response.level, key)
    state = moved(response.state, event)
    level = plan.level(key)
    async with centre_within(
        connection
    ):  # the decision was the person's; what follows is the centre's own doing
        incident = response.incident_id or await _incident_for(
            connection, response, plan, int(level.level), actor, now
        )
        row = _row(
            response, state=state, level=key, statutory=int(level.level), incident_id=incident,
            started_at=response.started_at or now, level_since=now, quiet_until=None,
        )  # fmt: skip
        await store.move(connection, response.id, row)
        words = level_words(plan, key)
        verb = {
            "approve": ("启动", "started"),
            "raise": ("提级至", "raised to"),
            "lower": ("降级至", "lowered to"),
        }[event]
        tail = _despite(still)
        text = Text(
            f"{verb[0]}{words.zh}：{plan.title.zh}{tail.zh}",
            f"{verb[1]} {words.en}: {plan.title.en}{tail.en}",
        )
        person = None if actor.name == ENGINE else actor.person
        await record(
            connection, await queries.one(connection, response.id), event, text, now, actor=actor.name, person=person,
            to_level=key, reason=reason, inputs=response.inputs,
        )  # fmt: skip
        await decided(connection, response, actor.name, now)
        if event != "lower":
            fresh = await queries.one(connection, response.id)
            await issue_level(connection, fresh, plan, response.level, key, actor, now, wind)
    return await queries.one(connection, response.id)


def _direction(plan: Plan, before: str | None, after: str) -> str:
    keys = [level.key for level in plan.levels]
    return "raise" if before is None or keys.index(after) > keys.index(before) else "lower"


async def _incident_for(
    connection: Connection, response: Response, plan: Plan, level: int, actor: Actor, now: datetime
) -> UUID:
    """A response to the county as it is needs a matter to be commanded under."""
    opened = await incidents.open_incident(
        connection, actor, now, title=plan.title.zh, kind=plan.incident_kinds[0], level=level,
        note=f"{plan.title.zh}（预案响应）", area_code=response.area_code,
    )  # fmt: skip
    return opened.id


async def _locked(connection: Connection, response_id: UUID, version: int) -> Response:
    response = await queries.one(connection, response_id, lock=True)
    if response.version != version:
        raise Conflict("the response has changed meanwhile; look again")
    return response


def _check_actor(plan: Plan, key: str, actor: Actor) -> None:
    check_decision(plan, key, actor.scope.role, actor.scope.departments)


def _row(response: Response, **changes: Any) -> dict[str, Any]:
    return {
        "state": response.state, "level": response.level, "statutory": response.statutory,
        "incident_id": response.incident_id, "started_at": response.started_at, "level_since": response.level_since,
        "ended_at": response.ended_at, "quiet_until": response.quiet_until,
    } | changes  # fmt: skip


async def finish(connection: Connection, response: Response, now: datetime) -> None:
    """Nothing mandatory is left: the response is over."""
    state = moved(response.state, "finish")
    text = Text("收尾工作完成，响应结束", "the last tasks are done, the response is over")
    await record(connection, response, "finish", text, now, actor=ENGINE)
    await store.move(connection, response.id, _row(response, state=state, ended_at=now))
