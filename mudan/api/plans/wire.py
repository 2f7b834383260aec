"""How do plans look in JSON?"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from mudan.api.wire import Body, Instant
from mudan.core.plans.model.diff import Change
from mudan.core.plans.model.finding import Finding
from mudan.core.plans.model.judge import Outcome
from mudan.core.plans.model.reading import LONGEST, Read
from mudan.core.plans.model.states import Version, VersionEvent
from mudan.core.plans.model.types import Plan
from mudan.core.plans.model.what_if import WhatIf
from mudan.core.plans.queries import Listed, Watch
from mudan.primitives.text import Text


class VersionOut(BaseModel):
    """A version without its text."""

    number: int
    state: str
    hash: str
    edition: str
    note: str
    author: str
    created_at: Instant
    saved_at: Instant
    checked_at: Instant | None
    checked_by: str | None
    approved_at: Instant | None
    approved_by: str | None
    retired_at: Instant | None
    retired_by: str | None
    revision: int


class AdviceOut(BaseModel):
    """What a plan says now; `advice` holds every level and condition with its evidence."""

    plan: str
    title: Text | None
    incident_id: UUID | None
    area_name: Text
    advised: str | None
    advised_since: Instant | None
    asked_at: Instant
    advice: dict[str, Any]


class PlanLevelOut(BaseModel):
    """A level in the list of plans."""

    key: str
    level: int
    title: Text


class PlanOut(BaseModel):
    """A plan in the list: the version in force and the one that is being worked on."""

    slug: str
    title: Text
    summary: Text
    hazard: str
    scope: str
    example: bool
    exercise_only: bool
    space: int
    area_name: Text
    levels: list[PlanLevelOut]
    review_by: str
    review_due: bool
    approved: VersionOut | None
    open: VersionOut | None
    advised: str | None
    advised_count: int


class PlansOut(BaseModel):
    """All plans, by name."""

    items: list[PlanOut]
    as_of: Instant


class VersionEventOut(BaseModel):
    """One line of a version's history."""

    at: Instant
    actor: str
    kind: str
    from_state: str
    to_state: str
    reason: str


class VersionDetailOut(VersionOut):
    """A version with its text, its plan where it reads, and its history. `mine`: the reader wrote in it."""

    slug: str
    text: str
    plan: dict[str, Any] | None
    history: list[VersionEventOut]
    mine: bool


class PlanDetailOut(BaseModel):
    """A plan with all its versions and what it says now."""

    slug: str
    area_name: Text
    space: int
    writable: bool
    versions: list[VersionOut]
    advice: list[AdviceOut]


class FindingOut(BaseModel):
    """What lint found, with its place in the text."""

    severity: str
    code: str
    path: str
    line: int
    column: int
    text: Text


class LintOut(BaseModel):
    """What lint says of a text, and the plan where it reads."""

    readable: bool
    errors: int
    findings: list[FindingOut]
    plan: dict[str, Any] | None


class SavedOut(BaseModel):
    """A saved draft and what lint says of it."""

    version: VersionOut
    lint: LintOut


class ChangeOut(BaseModel):
    """One difference in words; `grave`: who decides, when it begins, or a figure."""

    path: str
    sort: str
    text: Text
    before: str
    after: str
    grave: bool


class DiffOut(BaseModel):
    """The differences from one version to another; `against` None: there is nothing to compare with."""

    against: int | None
    number: int
    changes: list[ChangeOut]


class BecauseOut(BaseModel):
    """A condition that made a level hold."""

    name: str
    says: Text
    example: bool
    evidence: list[dict[str, Any]]


class SpellOut(BaseModel):
    """When a level would have been advised."""

    level: str
    start: Instant
    end: Instant | None
    because: list[BecauseOut]
    incident_id: str


class WhatIfOut(BaseModel):
    """A plan asked throughout a past period."""

    start: Instant
    end: Instant
    step_s: float
    asked: int
    spells: list[SpellOut]
    unknown: list[str]


class PlanTextIn(Body):
    """The text of a plan."""

    model_config = Body.model_config | {"str_max_length": LONGEST}
    text: str = Field(min_length=1)
    note: str = Field(default="", max_length=500)


class DraftIn(Body):
    """A new draft: from this text, or from the newest version."""

    model_config = Body.model_config | {"str_max_length": LONGEST}
    text: str | None = None


class SaveIn(PlanTextIn):
    """A draft's new text, and the revision it was made from."""

    revision: int


class MoveIn(Body):
    """The revision that was looked at, and why."""

    revision: int
    reason: str = Field(default="", max_length=500)


class StateIn(Body):
    """Whether something that only people can see is so."""

    name: str = Field(min_length=1, max_length=48)
    holds: bool
    incident_id: UUID | None = None
    note: str = Field(default="", max_length=500)


def version_out(version: Version, edition: str = "") -> VersionOut:
    """A version as it goes over the wire."""
    return VersionOut(**_fields(version), edition=edition)


def _fields(version: Version) -> dict[str, Any]:
    names = set(VersionOut.model_fields) - {"edition"}
    return {name: getattr(version, name) for name in names}


def detail_out(
    version: Version, read: Read, history: Sequence[VersionEvent], *, mine: bool
) -> VersionDetailOut:
    """A version with everything."""
    return VersionDetailOut(
        **_fields(version),
        edition=read.plan.edition if read.plan is not None else "",
        slug=version.slug,
        text=version.text,
        plan=plan_json(read.plan),
        history=[
            VersionEventOut(at=one.at, actor=one.actor, kind=one.kind, from_state=one.from_state, to_state=one.to_state,
                     reason=one.reason)
            for one in history
        ],
        mine=mine,
    )  # fmt: skip


def plan_json(plan: Plan | None) -> dict[str, Any] | None:
    """A plan as its file writes it, in JSON."""
    return plan.model_dump(mode="json", by_alias=True) if plan is not None else None


def plan_out(
    listed: Listed, read: Read, area_name: Text, advised: Sequence[Watch], today: str
) -> PlanOut | None:
    """A plan in the list; None when no version of it reads yet."""
    plan = read.plan
    if plan is None:
        return None
    order = [level.key for level in plan.levels]
    keys = [one.advised for one in advised if one.advised in order]
    edition = plan.edition
    return PlanOut(
        slug=listed.slug, title=plan.title, summary=plan.summary, hazard=plan.hazard, scope=plan.scope.value,
        example=plan.example, exercise_only=plan.exercise_only, space=listed.space, area_name=area_name,
        levels=[PlanLevelOut(key=one.key, level=int(one.level), title=one.title) for one in plan.levels],
        review_by=plan.review_by.isoformat(), review_due=plan.review_by.isoformat() < today,
        approved=version_out(listed.approved, edition) if listed.approved is not None else None,
        open=version_out(listed.open) if listed.open is not None else None,
        advised=max(keys, key=lambda key: order.index(str(key)), default=None), advised_count=len(keys),
    )  # fmt: skip


def advice_out(watch: Watch, title: Text | None, area_name: Text) -> AdviceOut:
    """What a plan says now."""
    return AdviceOut(
        plan=watch.slug, title=title, incident_id=watch.incident_id, area_name=area_name, advised=watch.advised,
        advised_since=watch.advised_since, asked_at=watch.asked_at, advice=watch.advice,
    )  # fmt: skip


def lint_out(read: Read, findings: Sequence[Finding]) -> LintOut:
    """What lint says."""
    return LintOut(
        readable=read.plan is not None,
        errors=sum(one.severity == "error" for one in findings),
        findings=[
            FindingOut(severity=one.severity, code=one.code, path=one.place, line=one.mark.line,
                       column=one.mark.column, text=one.text)
            for one in findings
        ],
        plan=plan_json(read.plan),
    )  # fmt: skip


def change_out(change: Change) -> ChangeOut:
    """One difference."""
    return ChangeOut(
        path=change.path, sort=change.sort, text=change.text, before=change.before, after=change.after,
        grave=change.grave,
    )  # fmt: skip


def what_if_out(found: WhatIf) -> WhatIfOut:
    """A past period."""
    return WhatIfOut(
        start=found.start, end=found.end, step_s=found.step.total_seconds(), asked=found.asked,
        spells=[
            SpellOut(level=one.level, start=one.start, end=one.end, because=[_because(c) for c in one.because],
                     incident_id=one.matter)
            for one in found.spells
        ],
        unknown=list(found.unknown),
    )  # fmt: skip


def _because(outcome: Outcome) -> BecauseOut:
    return BecauseOut(
        name=outcome.name,
        says=outcome.says,
        example=outcome.example,
        evidence=[
            {"name": {"zh": one.name.zh, "en": one.name.en}, "at": one.at.isoformat(), "source": one.source,
             "value": one.value, "limit": one.limit, "unit": one.unit}
            for one in outcome.evidence
        ],
    )  # fmt: skip
