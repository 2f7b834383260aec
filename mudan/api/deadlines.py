"""What runs out next, of everything that the reader may see, and where is it dealt with?"""

from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from mudan.api.centre import Work, work
from mudan.api.security import requires
from mudan.api.wire import Instant
from mudan.core.directives import queries as directives
from mudan.core.notices import queries as notices
from mudan.core.people.model import Actor
from mudan.core.reports import queries as reports
from mudan.core.responses import queries as responses
from mudan.core.tasks import queries as tasks
from mudan.core.tasks.model import Task
from mudan.primitives.text import Text

router = APIRouter(tags=["deadlines"])
MOST: Final = 10
READS: Final = (
    "responses.read", "directives.read", "directives.own", "reports.read", "tasks.read", "alarms.read",
)  # fmt: skip
Reader = Annotated[Actor, Depends(requires(*READS))]
Kind = Literal["response", "directive", "report", "offer", "escalation", "par"]


class DeadlineOut(BaseModel):
    """One thing that runs out: what, of which matter, when, and the page where it is dealt with."""

    kind: Kind
    id: str
    title: Text
    due_at: Instant
    path: str


class DeadlinesOut(BaseModel):
    """The next ten to come, the next first; the ten that ran out last, the latest first, and how many did."""

    items: list[DeadlineOut]
    late: list[DeadlineOut]
    late_total: int
    as_of: Instant


def _both(words: str) -> Text:
    return Text(words, words)


def _joined(what: Text, of: Text) -> Text:
    return Text(f"{what.zh}：{of.zh}", f"{what.en}: {of.en}")


async def _responses(unit: Work) -> list[DeadlineOut]:
    what = Text("响应待决定", "Decide a response")
    return [
        DeadlineOut(
            kind="response", id=str(one.id), title=_joined(what, one.title), due_at=one.decide_by,
            path=f"/responses/{one.id}",
        )
        for one in await responses.page(unit.connection, limit=500)
        if one.proposed is not None and one.decide_by is not None
    ]  # fmt: skip


async def _directives(unit: Work, actor: Actor) -> list[DeadlineOut]:
    whose = "all" if actor.may("directives.read") else "mine"
    found = []
    wanted = directives.Wanted(whose, "open", limit=500)
    for one in (await directives.page(unit.connection, actor, wanted, unit.now))[0]:
        to_receive = one.state == "issued" and one.receive_by is not None
        due = min((at for at in (one.receive_by if to_receive else None, one.due_at) if at), default=None)
        if due is None or one.state in ("pending", "submitted"):
            continue
        what = (
            Text("督办待签收", "Receive a directive")
            if due != one.due_at
            else Text("督办到期", "Directive due")
        )
        path = f"/directives?directive={one.id}"
        title = _joined(what, _both(one.title))
        found.append(DeadlineOut(kind="directive", id=str(one.id), title=title, due_at=due, path=path))
    return found


_REPORT: Final = {
    "first": Text("首报", "first report"),
    "progress": Text("续报", "progress report"),
    "final": Text("终报", "final report"),
}


async def _reports(unit: Work) -> list[DeadlineOut]:
    found = []
    watched = await reports.watched(unit.connection, unit.now)
    for one in await reports.owed(unit.connection, watched):
        for clock in one.clocks:
            if clock.met_at is not None:
                continue
            kind = _REPORT[clock.kind]
            what = Text(f"{kind.zh} → {clock.body.zh}", f"{kind.en} to {clock.body.en}")
            found.append(
                DeadlineOut(
                    kind="report", id=f"{one.incident.id}|{clock.key()}", due_at=clock.due_at,
                    title=_joined(what, _both(one.incident.title)), path=f"/incidents/{one.incident.id}?tab=reports",
                )
            )  # fmt: skip
    return found


async def _tasks(unit: Work) -> list[DeadlineOut]:
    found = []
    for task in await tasks.clocked(unit.connection):
        if task.state == "offered":
            found.append(_of_task("offer", task, Text("派单待应答", "Order unanswered"), task.expires_at))
        if task.par is not None:
            asked = task.par["due_at"] is not None
            what = (
                Text("安全确认待答", "Safety check unanswered") if asked else Text("安全确认", "Safety check")
            )
            at = datetime.fromisoformat(task.par["due_at"] or task.par["next_at"])
            found.append(_of_task("par", task, what, at))
    return found


def _of_task(kind: Kind, task: Task, what: Text, at: datetime) -> DeadlineOut:
    of = Text(
        f"{task.unit_name.zh} · {task.incident_title}",
        f"{task.unit_name.en or task.unit_name.zh} · {task.incident_title}",
    )
    path = f"/incidents/{task.incident_id}"
    return DeadlineOut(kind=kind, id=str(task.id), title=_joined(what, of), due_at=at, path=path)


async def _escalations(unit: Work) -> list[DeadlineOut]:
    found = []
    for notice in await notices.calling(unit.connection, "alarm_groups"):
        upcoming = notice.upcoming
        if upcoming is None:
            continue
        what = Text(f"将升级至{upcoming.to.zh}", f"Escalates to {upcoming.to.en}")
        found.append(
            DeadlineOut(
                kind="escalation", id=str(notice.id), title=_joined(what, notice.title), due_at=upcoming.at,
                path=f"/alarms?state=all&group={UUID(notice.subject)}&view=list",
            )
        )  # fmt: skip
    return found


async def _readable(unit: Work, actor: Actor) -> list[DeadlineOut]:
    """Each noun's deadlines where the reader may read that noun."""
    found: list[DeadlineOut] = []
    if actor.may("responses.read"):
        found += await _responses(unit)
    if actor.may("directives.read") or actor.may("directives.own"):
        found += await _directives(unit, actor)
    if actor.may("reports.read"):
        found += await _reports(unit)
    if actor.may("tasks.read"):
        found += await _tasks(unit)
    if actor.may("alarms.read"):
        found += await _escalations(unit)
    return sorted(found, key=lambda one: one.due_at)


@router.get("/api/deadlines")
async def deadlines(actor: Reader, request: Request) -> DeadlinesOut:
    """What runs out next: decisions, directives, reports, offers, safety checks, escalations of alarms."""
    async with work(actor, request) as unit:
        found = await _readable(unit, actor)
    late = [one for one in found if one.due_at <= unit.now]
    coming = [one for one in found if one.due_at > unit.now]
    return DeadlinesOut(
        items=coming[:MOST], late=late[::-1][:MOST], late_total=len(late), as_of=unit.now
    )  # fmt: skip
