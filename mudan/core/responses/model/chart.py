"""How does a response go, and who may move it?

    advised ──approve──▶ active ──raise │ lower──▶ active ──end──▶ deactivating ──finish──▶ ended
       │ │                 ▲
       │ └─withdraw─▶ withdrawn (its conditions are gone)
       └──reject──▶ rejected       start by hand ─▶ active

The engine moves a response by itself only to take back its own advice, to start level IV where the plan says
so, and to finish when nothing mandatory is left. Everything else is a person's decision, with a name to it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from mudan.core.people.model import Role
from mudan.core.plans.model.types import FilledBy, Plan
from mudan.primitives.errors import Conflict, Invalid, NotAllowed
from mudan.primitives.text import Text

END: Final = "@end"
OPEN: Final = ("advised", "active", "deactivating")
CHART: Final[dict[tuple[str, str], str]] = {
    ("advised", "approve"): "active",
    ("advised", "reject"): "rejected",
    ("advised", "withdraw"): "withdrawn",
    ("active", "raise"): "active",
    ("active", "lower"): "active",
    ("active", "reject"): "active",
    ("active", "end"): "deactivating",
    ("deactivating", "finish"): "ended",
}


@dataclass(frozen=True, slots=True)
class Response:
    """One response. `proposed` waits for a decision by `decide_by`: a level's key, or END."""

    id: UUID
    space: int
    area_code: str
    department: str | None
    plan_id: UUID
    version_id: UUID
    plan_hash: str
    slug: str
    title: Text
    example: bool
    incident_id: UUID | None
    incident_number: str | None
    state: str
    level: str | None
    statutory: int | None
    proposed: str | None
    proposed_at: datetime | None
    proposed_by: str
    decide_by: datetime | None
    reminded_at: datetime | None
    inputs: dict[str, Any]
    quiet_until: datetime | None
    opened_at: datetime
    started_at: datetime | None
    level_since: datetime | None
    ended_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a response's history."""

    seq: int
    at: datetime
    kind: str
    actor: str
    from_level: str | None
    to_level: str | None
    reason: str
    text: Text
    inputs: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that a level asks for and what came of it. `noun` and `ref` say where it lives."""

    id: UUID
    level: str
    kind: str
    item: str
    title: Text
    who: Text
    state: str
    noun: str
    ref: str
    due_at: datetime | None
    issued_at: datetime
    note: str
    detail: dict[str, Any]


def moved(state: str, event: str) -> str:
    """The state after an event; raises Conflict where the chart has no such way."""
    after = CHART.get((state, event))
    if after is None:
        raise Conflict(f"a response that is {state} cannot {event}")
    return after


def may_decide(role: Role | None, department: frozenset[str] | None, wanted: FilledBy) -> bool:
    """Whether somebody of a role may decide what the plan gives to another: the same role, or a leader.

    Fails closed: a role that is not known decides nothing.
    """
    if role is None:
        return False
    if wanted.department and department is not None and wanted.department not in department:
        return False
    return role is Role.LEADER or role.value == wanted.role


def check_decision(
    plan: Plan, key: str, role: Role | None, departments: frozenset[str] | None, *, by: str = "approver"
) -> None:
    """Raises NotAllowed when the plan gives the decision on a level to somebody else; Invalid for no such level."""
    level = next((one for one in plan.levels if one.key == key), None)
    if level is None:
        raise Invalid("the plan has no such level", field="level")
    holder = plan.roles[level.end_by if by == "end_by" else level.approver]
    if not may_decide(role, departments, holder.filled_by):
        raise NotAllowed(f"this level is decided by: {holder.title.en}")
