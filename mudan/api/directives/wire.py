"""How does a directive look on the wire?"""

from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from mudan.api.wire import Body, Instant
from mudan.core.directives.model import (
    DOER_EVENTS,
    Deadline,
    Directive,
    Event,
    Evidence,
    Extension,
    Order,
    Target,
    addressed,
    base_at,
    next_events,
)
from mudan.core.directives.model import Due as Clocks
from mudan.core.people.model import Actor
from mudan.primitives.text import Text

State = Literal["pending", "issued", "received", "in_progress", "submitted", "verified", "returned", "waived"]
Kind = Literal["photo", "form", "text", "telemetry"]


class DirectiveTargetOut(BaseModel):
    """For whom; `name` is shown, exactly one of the others is set."""

    name: Text
    department: str | None
    role: str | None
    group: str | None
    person_id: UUID | None


class DirectiveOut(BaseModel):
    """A directive as lists show it. `next_deadline` counts now; `can` are the steps the reader may take."""

    id: UUID
    number: str
    title: str
    text: str
    source: Literal["plan", "instruction", "report", "hand", "review"]
    origin: str | None
    level: int
    mandatory: bool
    target: DirectiveTargetOut
    area_code: str
    incident_id: UUID | None
    incident_number: str | None
    state: State
    evidence: list[Kind]
    evidence_count: int
    evidence_given: list[Kind]
    deadline_kind: Literal["absolute", "after_trigger", "after_receipt", "none"]
    within_s: int | None
    receive_by: Instant | None
    due_at: Instant | None
    next_deadline: Instant | None
    overdue: bool
    ladder: int
    next_reminder_at: Instant | None
    every_s: int | None
    next_occurrence_at: Instant | None
    occurrence: int
    series_stopped: bool
    depends_on: list[UUID]
    created_at: Instant
    created_by: str
    issued_at: Instant | None
    received_at: Instant | None
    received_by: str
    submitted_at: Instant | None
    submitted_by: str
    ended_at: Instant | None
    verified_by: str
    end_reason: str
    extension_asked: bool
    mine: bool
    can: list[str]
    version: int


class DirectiveEventOut(BaseModel):
    """A line of the history: when it happened and when it was recorded."""

    id: int
    at: Instant
    recorded_at: Instant
    kind: str
    from_state: str
    to_state: str
    actor: str
    text: Text
    detail: dict[str, Any]


class DirectiveEvidenceOut(BaseModel):
    """Proof; `url` is the picture of a photo."""

    id: UUID
    kind: Kind
    at: Instant
    recorded_at: Instant
    given_by: str
    text: str
    form: dict[str, Any]
    url: str | None


class DirectiveExtensionOut(BaseModel):
    """More time, asked for and decided."""

    until: Instant
    reason: str
    state: Literal["asked", "granted", "refused"]
    asked_by: str
    asked_at: Instant
    decided_by: str
    decided_at: Instant | None
    decision_reason: str


class DirectiveDetailOut(DirectiveOut):
    """A directive with history, proof and extensions."""

    history: list[DirectiveEventOut]
    proof: list[DirectiveEvidenceOut]
    extensions: list[DirectiveExtensionOut]
    as_of: Instant


class DirectivesOut(BaseModel):
    """Directives by their next deadline."""

    items: list[DirectiveOut]
    total: int
    as_of: Instant


class DirectiveTargetIn(Body):
    """For whom: exactly one."""

    department: str | None = Field(default=None, max_length=64)
    role: str | None = Field(default=None, max_length=64)
    group: str | None = Field(default=None, max_length=64)
    person_id: UUID | None = None


class DirectiveDeadlineIn(Body):
    """By when. `within_s` counts from now or from the receipt."""

    kind: Literal["absolute", "after_trigger", "after_receipt", "none"] = "none"
    at: AwareDatetime | None = None
    within_s: int | None = Field(default=None, ge=60, le=31_536_000)


class DirectiveIn(Body):
    """A directive to be issued; the same `client_id` issues it once."""

    client_id: UUID
    title: str = Field(min_length=1, max_length=200)
    text: str = Field(default="", max_length=4000)
    source: Literal["instruction", "report", "hand", "review"] = "hand"
    target: DirectiveTargetIn
    deadline: DirectiveDeadlineIn = Field(default_factory=DirectiveDeadlineIn)
    level: int = Field(default=3, ge=1, le=4)
    mandatory: bool = False
    incident_id: UUID | None = None
    area_code: str | None = Field(default=None, max_length=32)
    evidence: list[Kind] = Field(default_factory=list, max_length=4)
    cadence_s: int | None = Field(default=None, ge=60, le=2_592_000)
    cadence_until: AwareDatetime | None = None
    depends_on: list[UUID] = Field(default_factory=list, max_length=20)

    def order(self, area: str) -> Order:
        """What is asked for; the area is the actor's unless one is named."""
        return Order(
            title=self.title, text=self.text, source=self.source,
            target=Target(self.target.department, self.target.role, self.target.group, self.target.person_id),
            deadline=Deadline(self.deadline.kind, self.deadline.at, self.deadline.within_s),
            area_code=self.area_code or area, level=self.level, mandatory=self.mandatory, incident=self.incident_id,
            evidence=tuple(dict.fromkeys(self.evidence)), cadence_s=self.cadence_s,
            cadence_until=self.cadence_until, depends_on=tuple(self.depends_on), origin=f"desk:{self.client_id}",
        )  # fmt: skip


class DirectiveStepIn(Body):
    """A step: who reports for the doer says so in `note`; `return` may set a new `due_at`.

    Without `version` (a phone's steps that waited for network) the chart alone decides.
    """

    event: Literal["receive", "start", "submit", "verify", "return", "waive"]
    version: int | None = None
    client_id: UUID
    note: str = Field(default="", max_length=1000)
    reason: str = Field(default="", max_length=500)
    device_at: AwareDatetime | None = None
    due_at: AwareDatetime | None = None


class DirectiveEvidenceIn(Body):
    """Words, a form, or the instrument (`form`: urn, quantity) whose latest reading proves it."""

    id: UUID
    kind: Literal["form", "text", "telemetry"]
    at: AwareDatetime
    text: str = Field(default="", max_length=4000)
    form: dict[str, str | int | float | bool | None] = Field(default_factory=dict, max_length=50)


class InstrumentOut(BaseModel):
    """The latest reading of one quantity of an instrument."""

    urn: str
    name: Text
    quantity: str
    value: float
    unit: str
    observed_at: Instant


class InstrumentsOut(BaseModel):
    """Readings that may be chosen as proof."""

    items: list[InstrumentOut]
    as_of: Instant


class DirectiveExtensionIn(Body):
    """Until when, and why; the same `client_id` asks once."""

    client_id: UUID | None = None
    until: AwareDatetime
    reason: str = Field(min_length=1, max_length=500)


class ExtensionDecisionIn(Body):
    """Whether more time is granted; refusing needs a reason."""

    grant: bool
    reason: str = Field(default="", max_length=500)


class DirectiveRemindIn(Body):
    """Whom to remind, in words of one's own."""

    ids: list[UUID] = Field(min_length=1, max_length=200)
    note: str = Field(default="", max_length=500)


class CadenceStopIn(Body):
    """Why nothing more comes."""

    reason: str = Field(min_length=1, max_length=500)


class DirectiveChoiceOut(BaseModel):
    """Somebody who can be given something to do."""

    code: str
    name: Text


class DirectiveTargetsOut(BaseModel):
    """Whom a directive may be for, besides groups and persons."""

    departments: list[DirectiveChoiceOut]
    roles: list[DirectiveChoiceOut]


ROLES = {
    "leader": Text("县领导", "leader"), "duty_officer": Text("值班长", "duty officer"),
    "dispatcher": Text("调度员", "dispatcher"), "department_liaison": Text("部门联络员", "department liaison"),
    "field_worker": Text("现场人员", "field worker"),
}  # fmt: skip


def _target_out(one: Directive) -> DirectiveTargetOut:
    plain = one.to_group or one.to_person_name or one.to_role or ""
    name = one.to_department_name or ROLES.get(one.to_role or "", Text(plain, plain))
    return DirectiveTargetOut(
        name=name, department=one.to_department, role=one.to_role, group=one.to_group, person_id=one.to_person
    )


def _can(one: Directive, actor: Actor) -> list[str]:
    """The steps that the chart and the actor's right allow."""
    own, desk = addressed(one, actor), actor.may("directives.write")
    checks = desk and actor.person not in one.doers
    return [
        event for event in next_events(one.state)
        if event != "issue" and ((own or desk) if event in DOER_EVENTS else checks)
    ]  # fmt: skip


def directive_out(one: Directive, actor: Actor, now: Any) -> dict[str, Any]:
    """A directive's fields as they go over the wire."""
    given = {name: getattr(one, name) for name in DirectiveOut.model_fields if hasattr(one, name)}
    deadline = base_at(Clocks(one.state, one.level, one.receive_by, one.due_at, one.ladder))
    return {
        **given, "target": _target_out(one), "evidence": list(one.evidence), "evidence_given": list(one.evidence_given),
        "depends_on": list(one.depends_on),
        "next_deadline": deadline, "overdue": deadline is not None and deadline <= now,
        "next_reminder_at": one.next_at, "mine": addressed(one, actor), "can": _can(one, actor),
    }  # fmt: skip


def event_out(one: Event) -> DirectiveEventOut:
    """A line of the history as it goes over the wire."""
    return DirectiveEventOut.model_validate(one, from_attributes=True)


def evidence_out(one: Evidence, directive: Directive) -> DirectiveEvidenceOut:
    """Proof as it goes over the wire."""
    url = f"/api/directives/{directive.id}/evidence/{one.id}" if one.kind == "photo" else None
    fields = ("id", "kind", "at", "recorded_at", "given_by", "text", "form")
    return DirectiveEvidenceOut.model_validate({**{name: getattr(one, name) for name in fields}, "url": url})


def extension_out(one: Extension) -> DirectiveExtensionOut:
    """An extension as it goes over the wire."""
    return DirectiveExtensionOut.model_validate(one, from_attributes=True)
