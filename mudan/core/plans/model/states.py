"""In which state is a version of a plan, and who may take it further?

    draft ──submit──▶ checked ──approve (a second person)──▶ approved ──retire──▶ retired
      ▲                  │                                       └── the next version approved ──▶ retired
      └────send back─────┘

A version is checked when lint finds no error in it; from then on its text stands still. Who wrote any of it
cannot approve it. One version of a plan is approved, and one is open (draft or checked), at any time.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from mudan.primitives.errors import Conflict, Invalid, NotAllowed

CHART: Final[dict[tuple[str, str], str]] = {
    ("draft", "submit"): "checked",
    ("checked", "send_back"): "draft",
    ("checked", "approve"): "approved",
    ("approved", "retire"): "retired",
}
NEED_REASON: Final = frozenset({"send_back", "retire"})


@dataclass(frozen=True, slots=True)
class Version:
    """One version: its text, its hash, and who did what to it when."""

    id: UUID
    plan_id: UUID
    space: int
    slug: str
    area_code: str
    department: str | None
    number: int
    state: str
    text: str
    hash: str
    note: str
    editors: tuple[UUID, ...]
    author: str
    created_at: datetime
    saved_at: datetime
    checked_at: datetime | None
    checked_by: str | None
    approved_at: datetime | None
    approved_by: str | None
    retired_at: datetime | None
    retired_by: str | None
    revision: int


@dataclass(frozen=True, slots=True)
class VersionEvent:
    """One line of a version's history."""

    at: datetime
    actor: str
    kind: str
    from_state: str
    to_state: str
    reason: str


def moved(
    state: str, event: str, *, person: UUID | None, editors: Collection[UUID], reason: str, errors: int = 0
) -> str:
    """The state after an event. Raises Conflict off the chart, NotAllowed for one's own work, Invalid else."""
    after = CHART.get((state, event))
    if after is None:
        raise Conflict(f"a version that is {state} cannot {event.replace('_', ' ')}")
    if event in NEED_REASON and not reason.strip():
        raise Invalid("a reason is needed", field="reason")
    if event in ("submit", "approve") and errors:
        raise Invalid(f"the plan has {errors} errors", field="text")
    if event == "approve" and (person is None or person in editors):
        raise NotAllowed("who wrote a version cannot approve it")
    return after
