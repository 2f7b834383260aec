"""What is shown of a response: its level and conditions as they stand, what was issued, what would be?"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from mudan.api.centre import Work
from mudan.api.responses.wire import (
    PreviewItemOut,
    ResponseConditionOut,
    ResponseDetailOut,
    ResponseIssueOut,
    ResponseLevelOut,
    ResponseLineOut,
    ResponseOut,
    ResponsePreviewOut,
    StandingConditionOut,
)
from mudan.core.directives import queries as directives
from mudan.core.people.model import Actor
from mudan.core.plans import queries as plans
from mudan.core.plans.model.advice import additions
from mudan.core.plans.model.types import Doer, Plan
from mudan.core.responses import queries
from mudan.core.responses.model import END, Issue, Line, Response, may_decide, standing
from mudan.primitives.errors import NotFound
from mudan.primitives.text import Text


async def plan_of(unit: Work, response: Response) -> tuple[Plan, int]:
    """The plan that a response began with, and the number of its version."""
    for version in await plans.versions(unit.connection, response.plan_id):
        if version.id == response.version_id:
            return plans.parsed(version.text), version.number
    raise NotFound("there is no such version")


def _titled(plan: Plan, key: str | None) -> Text | None:
    if key is None:
        return None
    return Text("终止响应", "end of the response") if key == END else plan.level(key).title


def response_out(response: Response, plan: Plan, issues: list[ResponseIssueOut], unit: Work) -> ResponseOut:
    """A response as lists show it."""
    due = [
        one.due_at
        for one in issues
        if one.due_at is not None and one.done_at is None and one.state == "issued"
    ]
    proposed = response.proposed
    return ResponseOut(
        id=response.id, slug=response.slug, title=response.title, example=response.example,
        area_code=response.area_code, area_name=unit.centre.area_name(response.area_code),
        incident_id=response.incident_id, incident_number=response.incident_number, state=response.state,
        level=response.level, level_title=_titled(plan, response.level), statutory=response.statutory,
        proposed=proposed, proposed_title=_titled(plan, proposed),
        proposed_statutory=None if proposed in (None, END) else int(plan.level(proposed or "").level),
        proposed_at=response.proposed_at, proposed_by=response.proposed_by, decide_by=response.decide_by,
        overdue=response.decide_by is not None and response.decide_by < unit.now,
        opened_at=response.opened_at, started_at=response.started_at, level_since=response.level_since,
        ended_at=response.ended_at, next_due_at=min(due, default=None), version=response.version,
        open_items=sum(one.done_at is None and one.state in ("issued", "waiting", "by_hand") for one in issues),
    )  # fmt: skip


async def issues_of(unit: Work, response: Response) -> list[ResponseIssueOut]:
    """What a response has issued, with how far each thing is where it lives."""
    made = {
        str(one.id): one
        for one in await directives.of_origin(unit.connection, response.space, f"response:{response.id}/")
    }
    return [
        _issue_out(one, made.get(one.ref), unit) for one in await queries.issues(unit.connection, response.id)
    ]


def _issue_out(issue: Issue, directive: Any, unit: Work) -> ResponseIssueOut:
    done_at = directive.submitted_at if directive is not None else None
    due_at = directive.due_at if directive is not None and directive.due_at is not None else issue.due_at
    late = (
        due_at is not None
        and (done_at or unit.now) > due_at
        and issue.state == "issued"
        and issue.kind == "task"
    )
    return ResponseIssueOut(
        id=issue.id, level=issue.level, kind=issue.kind, item=issue.item, title=issue.title, who=issue.who,
        state=issue.state, noun=issue.noun, ref=issue.ref, due_at=due_at, issued_at=issue.issued_at, note=issue.note,
        progress=directive.state if directive is not None else None,
        received_at=directive.received_at if directive is not None else None, done_at=done_at, late=late,
        detail=issue.detail,
    )  # fmt: skip


def _levels(plan: Plan, advice: dict[str, Any], actor: Actor) -> list[ResponseLevelOut]:
    verdicts = {one["key"]: one for one in advice.get("levels", ())}
    found = []
    for level in plan.levels:
        said = verdicts.get(level.key, {})
        approver, end_by = plan.roles[level.approver], plan.roles[level.end_by]
        role, departments = actor.scope.role, actor.scope.departments
        allowed = actor.may("responses.approve")
        found.append(
            ResponseLevelOut(
                key=level.key, statutory=int(level.level), title=level.title, approver=approver.title,
                end_by=end_by.title, commander=plan.roles[level.commander].title, holds=said.get("holds"),
                since=said.get("since"), conditions=list(said.get("conditions", ())),
                may=allowed and may_decide(role, departments, approver.filled_by),
                may_end=allowed and may_decide(role, departments, end_by.filled_by),
            )
        )  # fmt: skip
    return found


def _conditions(advice: dict[str, Any]) -> list[ResponseConditionOut]:
    return [
        ResponseConditionOut(
            name=name, says=Text(one["says"]["zh"], one["says"]["en"]), holds=one["holds"], since=one["since"],
            due_at=one.get("due_at"), stale=bool(one.get("stale")), example=bool(one.get("example")),
            evidence=list(one.get("evidence", ())),
        )
        for name, one in (advice.get("conditions") or {}).items()
    ]  # fmt: skip


async def whole(unit: Work, actor: Actor, response: Response) -> ResponseDetailOut:
    """A response with everything."""
    plan, number = await plan_of(unit, response)
    issues = await issues_of(unit, response)
    watch = await queries.watch_of(unit.connection, response)
    advice = watch.advice if watch is not None else response.inputs
    lines = await queries.lines(unit.connection, response.id)
    return ResponseDetailOut(
        **response_out(response, plan, issues, unit).model_dump(),
        plan_hash=response.plan_hash,
        plan_number=number,
        raise_only=plan.raise_only,
        levels=_levels(plan, advice, actor),
        conditions=_conditions(advice),
        asked_at=watch.asked_at if watch is not None else None,
        issues=issues,
        lines=[_line_out(one) for one in lines],
    )


def _line_out(line: Line) -> ResponseLineOut:
    return ResponseLineOut(
        at=line.at,
        kind=line.kind,
        actor=line.actor,
        to_level=line.to_level,
        reason=line.reason,
        text=line.text,
    )


def previewed(
    plan: Plan,
    before: str | None,
    key: str,
    departments: dict[str, Text],
    advice: Mapping[str, Any] = MappingProxyType({}),
) -> ResponsePreviewOut:
    """What going to a level (or END) would issue: on the way down nothing, but what still holds. Raises NotFound."""
    keys = [one.key for one in plan.levels]
    if key != END and key not in keys:
        raise NotFound("the plan has no such level")
    lowers = key == END or (before is not None and keys.index(key) <= keys.index(before))
    return ResponsePreviewOut(
        level=key, title=_titled(plan, key) or Text("", ""),
        items=[] if lowers else _items(plan, before, key, departments),
        closures=[],
        standing=[
            StandingConditionOut.model_validate(one, from_attributes=True)
            for one in standing(plan, before, key, advice)
        ],
    )  # fmt: skip


def _items(plan: Plan, before: str | None, key: str, departments: dict[str, Text]) -> list[PreviewItemOut]:
    added = additions(plan, before, key)

    def who(doer: Doer) -> Text:
        if doer.role is not None:
            return plan.roles[doer.role].title
        code = doer.department
        return Text("各乡镇（街道）", "the towns") if doer.towns else departments.get(code, Text(code, code))

    nobody = Text("", "")
    items = [
        PreviewItemOut(kind="task", title=one.text, who=who(one.who), within_s=one.deadline.total_seconds())
        for one in added.tasks
    ]
    items += [
        PreviewItemOut(
            kind="call" if one.who.towns else "notice", title=one.text, who=who(one.who),
            within_s=None if one.within is None else one.within.total_seconds(),
        )
        for one in added.notify
    ]  # fmt: skip
    items += [
        PreviewItemOut(kind="warning", title=one.headline, who=plan.roles[one.approver].title, within_s=None)
        for one in added.warnings
    ]
    items += [
        PreviewItemOut(kind="closure", title=one.says, who=nobody, within_s=None) for one in added.closures
    ]
    for need in added.units:
        name = f"{need.count} × {need.kind or need.capability}"
        within_s = None if need.by is None else need.by.total_seconds()
        items.append(PreviewItemOut(kind="unit", title=Text(name, name), who=nobody, within_s=within_s))
    for report in added.reports:
        words = Text(f"{report.to} {report.kind}", f"{report.kind} report to {report.to}")
        within = report.phone_within or report.written_within or report.every
        items.append(
            PreviewItemOut(
                kind="report",
                title=words,
                who=nobody,
                within_s=None if within is None else within.total_seconds(),
            )
        )
    return items
