"""What is a directive: for whom, why, by when, with what proof, and what has become of it?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from mudan.core.people.model import Actor, Role
from mudan.primitives.errors import Invalid
from mudan.primitives.text import Text

SOURCES: Final = ("plan", "instruction", "report", "hand", "review")
EVIDENCE: Final = ("photo", "form", "text", "telemetry")
DEADLINES: Final = ("absolute", "after_trigger", "after_receipt", "none")
SHORTEST_CADENCE_S: Final = 60


@dataclass(frozen=True, slots=True)
class Target:
    """For whom: exactly one of the four. Raises Invalid otherwise."""

    department: str | None = None
    role: str | None = None
    group: str | None = None
    person: UUID | None = None

    def __post_init__(self) -> None:
        if (
            sum(
                one is not None and one != "" for one in (self.department, self.role, self.group, self.person)
            )
            != 1
        ):
            raise Invalid("a directive is for one department, role, group or person", field="target")
        if self.role is not None and self.role not in {role.value for role in Role}:
            raise Invalid("there is no such role", field="target")


@dataclass(frozen=True, slots=True)
class Deadline:
    """By when: at a time, or so long after the trigger, or after it was received. Raises Invalid."""

    kind: str = "none"
    at: datetime | None = None
    within_s: int | None = None
    trigger_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.kind not in DEADLINES:
            raise Invalid("there is no such kind of deadline", field="deadline")
        if (self.kind == "absolute") != (self.at is not None):
            raise Invalid("an absolute deadline has a time", field="deadline")
        if self.kind.startswith("after_") and (self.within_s is None or self.within_s <= 0):
            raise Invalid("a deadline after something has a length", field="deadline")


@dataclass(frozen=True, slots=True)
class Order:
    """A directive to be issued. `origin` names it for good in its data space: the same is issued once."""

    title: str
    text: str
    source: str
    target: Target
    deadline: Deadline
    area_code: str
    level: int = 3
    mandatory: bool = False
    incident: UUID | None = None
    evidence: tuple[str, ...] = ()
    cadence_s: int | None = None
    cadence_until: datetime | None = None
    depends_on: tuple[UUID, ...] = ()
    origin: str | None = None

    def __post_init__(self) -> None:
        if not self.title.strip() or len(self.title) > 200:
            raise Invalid("a directive has a title of up to 200 characters", field="title")
        if self.source not in SOURCES:
            raise Invalid("there is no such source", field="source")
        if self.level not in (1, 2, 3, 4):
            raise Invalid("a level is 1 to 4", field="level")
        if any(kind not in EVIDENCE for kind in self.evidence):
            raise Invalid("evidence is photo, form, text or telemetry", field="evidence")
        if self.cadence_s is not None and self.cadence_s < SHORTEST_CADENCE_S:
            raise Invalid("a cadence is a minute or longer", field="cadence_s")


@dataclass(frozen=True, slots=True)
class Directive:
    """A directive as it stands."""

    id: UUID
    space: int
    area_code: str
    department: str | None
    number: str
    origin: str | None
    source: str
    title: str
    text: str
    level: int
    mandatory: bool
    incident_id: UUID | None
    incident_number: str | None
    to_department: str | None
    to_department_name: Text | None
    to_role: str | None
    to_group: str | None
    to_person: UUID | None
    to_person_name: str | None
    evidence: tuple[str, ...]
    state: str
    deadline_kind: str
    within_s: int | None
    receive_by: datetime | None
    due_at: datetime | None
    ladder: int
    next_at: datetime | None
    series_id: UUID | None
    every_s: int | None
    next_occurrence_at: datetime | None
    series_stopped: bool
    occurrence: int
    depends_on: tuple[UUID, ...]
    created_at: datetime
    created_by: str
    created_by_id: UUID | None
    issued_at: datetime | None
    received_at: datetime | None
    received_by: str
    started_at: datetime | None
    submitted_at: datetime | None
    submitted_by: str
    doers: tuple[UUID, ...]
    ended_at: datetime | None
    verified_by: str
    end_reason: str
    version: int
    evidence_count: int
    evidence_given: tuple[str, ...]  # its kinds, since it was last returned
    extension_asked: bool


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a directive's history."""

    id: int
    at: datetime
    recorded_at: datetime
    kind: str
    from_state: str
    to_state: str
    actor: str
    text: Text
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Proof given for a directive; `form` holds the fields of a form, or a reading with its time."""

    id: UUID
    kind: str
    at: datetime
    recorded_at: datetime
    given_by: str
    text: str
    form: Mapping[str, Any]
    width: int | None
    height: int | None


@dataclass(frozen=True, slots=True)
class Extension:
    """More time, asked for and decided."""

    id: UUID
    directive: UUID
    until: datetime
    reason: str
    state: str
    asked_by: str
    asked_by_id: UUID
    asked_at: datetime
    decided_by: str
    decided_at: datetime | None
    decision_reason: str


def addressed(directive: Directive, actor: Actor) -> bool:
    """Whether a directive is this person's own to do."""
    scope = actor.scope
    if directive.space != scope.space:
        return False
    if directive.to_person is not None:
        return directive.to_person == actor.person
    if not scope.sees(directive.area_code, None, directive.space):
        return False
    if directive.to_role is not None:
        return scope.role is not None and directive.to_role == scope.role.value
    if scope.role is not Role.DEPARTMENT_LIAISON:
        return False
    return directive.to_group is not None or directive.to_department in (scope.departments or ())
