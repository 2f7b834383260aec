"""Which doors have heard a notice or answered a call, and which have not?"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Door:
    """A household that a notice is for. `tried`: what came of the last visit since; `visit_on`: somebody goes by."""

    household: UUID
    area_code: str
    department: str | None
    address: str
    shown_as: str
    example: bool
    told_at: datetime | None
    told_by: UUID | None
    tried: str | None
    tried_at: datetime | None
    reminded: int
    reminded_at: datetime | None
    visit_on: date | None


@dataclass(frozen=True, slots=True)
class GridTold:
    """How many doors of a grid a notice is for, and how many have heard it."""

    area_code: str
    asked: int
    told: int


@dataclass(frozen=True, slots=True)
class Called:
    """A place of a call chain: whether it answered, by whom and how; how often its grid was told again."""

    run: UUID
    step: UUID
    title: str
    level: int
    started_at: datetime
    running: bool
    name: str
    people: int
    state: str
    attempts: int
    answered_at: datetime | None
    answered_by: str
    answered_how: str
    area_code: str
    reminded: int
    reminded_at: datetime | None
