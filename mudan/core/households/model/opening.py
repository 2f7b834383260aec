"""For which purpose may a household be opened, about which thing, and for how long?

purpose + thing it is for ─▶ opening ─▶ lapses after VIEW      every one in the audit trail
emergency without incident ─▶ broken glass, with a reason ─▶ looked at later by the auditor
a repair needs no kind of care: each purpose shows its own fields
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from mudan.core.households.model.words import Resident
from mudan.primitives.errors import Invalid
from mudan.primitives.text import Text

VIEW: Final = timedelta(minutes=15)  # 示例
MOST_AN_HOUR: Final = 30  # 示例: no grid worker visits more; a whole register is not read one by one
SHORTEST_REASON: Final = 6
_EVERY: Final = ("name", "phone", "relation", "born", "care", "note")


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why somebody looks, what the looking must be for, and which fields of a person it shows."""

    title: Text
    subject: str
    fields: tuple[str, ...] = _EVERY


PURPOSES: Final = {
    "visit": Purpose(Text("入户走访", "visit"), "visit"),
    "care_plan": Purpose(Text("关爱方案", "care plan"), "visit"),
    "repair": Purpose(Text("报修处置", "repair"), "case", ("name", "phone")),
    "dispute": Purpose(Text("矛盾调解", "dispute"), "case", ("name", "phone", "relation")),
    "emergency": Purpose(Text("应急救助", "emergency"), "incident"),
}
VERDICTS: Final = {
    "fit": Text("合理", "justified"),
    "explain": Text("待说明", "to be explained"),
    "unfit": Text("违规", "violation"),
}


@dataclass(frozen=True, slots=True)
class NewOpening:
    """What is asked for. `id` is the asker's own name for it: the same is kept once. Raises Invalid.

    `subject` none: broken glass, in an emergency only, with a reason.
    """

    id: UUID
    household: UUID
    purpose: str
    subject: UUID | None
    reason: str = ""

    def __post_init__(self) -> None:
        if self.purpose not in PURPOSES:
            raise Invalid("there is no such purpose", field="purpose")
        if self.subject is None and self.purpose != "emergency":
            raise Invalid("name the visit or the case that it is for", field="subject_id")
        if self.subject is None and len(self.reason.strip()) < SHORTEST_REASON:
            raise Invalid("an emergency without an incident needs its reason", field="reason")

    @property
    def break_glass(self) -> bool:
        """Whether nothing but the asker's word speaks for it."""
        return self.subject is None


@dataclass(frozen=True, slots=True)
class Opening:
    """Who opened a household, for what, until when; and what the auditor said to it."""

    id: UUID
    household: UUID
    area_code: str
    address: str
    person_id: UUID
    person: str
    role: str
    purpose: str
    subject_noun: str
    subject_id: UUID | None
    subject_number: str
    reason: str
    break_glass: bool
    at: datetime
    ends_at: datetime
    verdict: str | None
    verdict_note: str
    reviewed_by: str | None
    reviewed_at: datetime | None
    fields: tuple[str, ...] = ()
    person_area: str = ""
    explanation: str = ""
    explained_at: datetime | None = None

    def has_lapsed(self, now: datetime) -> bool:
        """Whether nothing may be read under it any more."""
        return now >= self.ends_at


def shown(purpose: str, residents: list[Resident]) -> list[Resident]:
    """Who lives there, with no more than the purpose shows."""
    empty = Resident("")
    hidden = {name: getattr(empty, name) for name in _EVERY if name not in PURPOSES[purpose].fields}
    return [replace(one, **hidden) for one in residents]


def fields_of(residents: list[Resident]) -> list[str]:
    """Which fields were there to be seen."""
    return [name for name in _EVERY if any(getattr(one, name) for one in residents)]
