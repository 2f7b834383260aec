"""What does the engine do once a second? It advises, takes its advice back, reminds, and finishes what is over.

It decides nothing but level IV of a plan that says so (`start: auto`).
"""

from datetime import datetime

from mudan.core.directives import queries as directives
from mudan.core.people.queries import space_scale
from mudan.core.plans import queries as plans
from mudan.core.plans.model.advice import starts_itself
from mudan.core.plans.model.states import Version
from mudan.core.plans.model.types import Plan
from mudan.core.plans.queries import Watch
from mudan.core.responses import queries, store
from mudan.core.responses.actions.deciding import activate, finish
from mudan.core.responses.actions.ground import judge_grounds
from mudan.core.responses.actions.issuing import issue_waiting
from mudan.core.responses.actions.writing import (
    ENGINE,
    ask_for_decision,
    decided,
    engine_actor,
    level_words,
    plan_of,
    record,
)
from mudan.core.responses.model import END, Response, proposal
from mudan.primitives.changes import Changes
from mudan.primitives.clock import scaled
from mudan.primitives.ids import new_id
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

NOUN = "responses"


async def tick(connection: Connection, now: datetime) -> Changes:
    """All spaces: advice, late decisions, tasks whose condition came true, responses that are over."""
    changes = Changes()
    for space in await queries.watched_spaces(connection):
        in_force = {one.version.plan_id: one for one in await plans.approved(connection, space)}
        for watch in await plans.watches(connection, space):
            approved = in_force.get(watch.plan_id)
            if approved is not None and approved.version.id == watch.version_id:
                await _advise(connection, approved.version, approved.plan, watch, now, changes)
    for response in await queries.undecided(connection, now):
        await _remind(connection, response, now, changes)
    await issue_waiting(connection, now, changes)
    await judge_grounds(connection, now, changes)
    for response in await queries.deactivating(connection):
        left = await directives.of_origin(connection, response.space, f"response:{response.id}/close/")
        if not any(one.mandatory and one.ended_at is None for one in left):
            await finish(connection, response, now)
            _touch(changes, response)
    return changes


def _touch(changes: Changes, response: Response) -> None:
    changes.touch(NOUN, response.space, response.id)
    if response.incident_id is not None:
        changes.touch("incidents", response.space, response.incident_id)


async def _advise(
    connection: Connection, version: Version, plan: Plan, watch: Watch, now: datetime, changes: Changes
) -> None:
    known = await queries.open_of(connection, watch.space, watch.plan_id, watch.incident_id)
    if known is not None and known.version_id != version.id:
        return  # it goes on by the version it began with; what a newer one says is no advice for it
    wanted = proposal(plan, known, watch.advice, now)
    if known is not None and known.state == "deactivating":
        return
    if wanted is None:
        if known is not None and known.proposed is not None and known.proposed_by == ENGINE:
            await _take_back(connection, known, plan, watch, now)
            _touch(changes, known)
        return
    if known is not None and known.proposed == wanted.what:
        return
    if known is None and await _quiet(connection, watch, wanted.what, now):
        return
    decide_by = now + scaled(wanted.decide_within, await space_scale(connection, watch.space))
    response = await _put_forward(connection, version, plan, watch, known, wanted.what, decide_by, now)
    if response is None:
        return
    _touch(changes, response)
    level = (
        plan.level(wanted.what) if wanted.what != END else plan.level(response.level or plan.levels[0].key)
    )
    if wanted.what != END and starts_itself(level) and response.state == "advised":
        await activate(
            connection, response, plan, wanted.what, engine_actor(response.space), now, reason="auto"
        )
        return
    await ask_for_decision(connection, response, plan, level, level_words(plan, wanted.what), now, late=False)


async def _quiet(connection: Connection, watch: Watch, what: str, now: datetime) -> bool:
    """Whether somebody said no to this a short while ago, and nothing graver has come since."""
    last = await queries.rejected_last(connection, watch.space, watch.plan_id, watch.incident_id)
    if last is None or last.quiet_until is None or now >= last.quiet_until:
        return False
    rejected = (last.inputs or {}).get("advised")
    return rejected == what


async def _put_forward(
    connection: Connection,
    version: Version,
    plan: Plan,
    watch: Watch,
    known: Response | None,
    what: str,
    decide_by: datetime,
    now: datetime,
) -> Response | None:
    response_id = known.id if known is not None else new_id()
    if known is None:
        row = {
            "id": response_id, "space": watch.space, "area_code": watch.area_code, "department": None,
            "plan_id": watch.plan_id, "version_id": version.id, "plan_hash": version.hash, "slug": watch.slug,
            "title_zh": plan.title.zh, "title_en": plan.title.en, "example": plan.example,
            "incident_id": watch.incident_id, "proposed": what, "at": now, "by": ENGINE, "decide_by": decide_by,
            "inputs": watch.advice,
        }  # fmt: skip
        if not await store.insert(connection, row):
            return None
    else:
        row = {"proposed": what, "at": now, "by": ENGINE, "decide_by": decide_by, "inputs": watch.advice}
        await store.propose(connection, response_id, row)
    response = await queries.one(connection, response_id)
    words = level_words(plan, what)
    text = Text(f"建议：{words.zh}", f"advised: {words.en}")
    await record(connection, response, "advised", text, now, actor=ENGINE, to_level=what, inputs=watch.advice)
    return response


async def _take_back(
    connection: Connection, response: Response, plan: Plan, watch: Watch, now: datetime
) -> None:
    """The conditions are gone before anybody decided."""
    words = level_words(plan, response.proposed)
    text = Text(
        f"条件已不满足，撤回建议：{words.zh}", f"its conditions are gone, advice taken back: {words.en}"
    )
    await record(connection, response, "withdrawn", text, now, actor=ENGINE, inputs=watch.advice)
    if response.state == "advised":
        await store.move(
            connection,
            response.id,
            {
                "state": "withdrawn", "level": None, "statutory": None, "incident_id": response.incident_id,
                "started_at": None, "level_since": None, "ended_at": now, "quiet_until": None,
            },
        )  # fmt: skip
    else:
        row = {"proposed": None, "at": None, "by": "", "decide_by": None, "inputs": response.inputs}
        await store.propose(connection, response.id, row)
    await decided(connection, response, ENGINE, now)


async def _remind(connection: Connection, response: Response, now: datetime, changes: Changes) -> None:
    if not await store.remind(connection, response.id, now):
        return
    plan = await plan_of(connection, response)
    key = response.proposed if response.proposed not in (None, END) else response.level
    level = plan.level(key or plan.levels[0].key)
    words = level_words(plan, response.proposed)
    await ask_for_decision(connection, response, plan, level, words, now, late=True)
    text = Text(f"逾时未决定：{words.zh}", f"not decided in time: {words.en}")
    await record(connection, response, "overdue", text, now, actor=ENGINE)
    _touch(changes, response)
