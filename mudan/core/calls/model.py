"""How does a call chain (叫应) go on: whom to try next, when to give up on somebody, what is covered?

    pending ─▶ calling ─▶ answered          one step for each place; its contacts are tried in turn, `rounds`
                 │   └──▶ unreached ─▶ answered (late, at the door)     times, each until its own deadline
                 └──────▶ cancelled

cascade: a place's own places begin when it has answered or could not be reached; through: all begin at once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from mudan.core.duty.model import Contact
from mudan.primitives.errors import Conflict, Invalid

LEVELS: Final = ("county", "town", "village", "household")
MODES: Final = ("cascade", "through")
OPEN: Final = ("pending", "calling")
LATE: Final = timedelta(minutes=2)  # a try that begins later than this says so
LONGEST: Final = timedelta(hours=24)  # a chain that has run so long ends as it stands

_CHART: Final[dict[str, dict[str, str]]] = {
    "pending": {"begin": "calling", "answer": "answered", "cancel": "cancelled"},
    "calling": {"answer": "answered", "give_up": "unreached", "cancel": "cancelled"},
    "unreached": {"answer": "answered"},
    "answered": {},
    "cancelled": {},
}
STATES: Final = tuple(_CHART)
EVENTS: Final = ("begin", "answer", "give_up", "cancel")


def moved(state: str, event: str) -> str:
    """The state of a step after an event; raises Conflict when the chart has no such way."""
    try:
        return _CHART[state][event]
    except KeyError:
        raise Conflict(f"a call that is {state} cannot take {event}") from None


def try_number(number: int, contacts: Sequence[Contact], rounds: int) -> Contact | None:
    """Whom the try of that number (from 0) reaches for; None when everybody was tried `rounds` times."""
    if number >= len(contacts) * rounds:
        return None
    return contacts[number % len(contacts)]


@dataclass(frozen=True, slots=True)
class Start:
    """A chain to be started. `lowest` is the last level that is called; the same `origin` starts once."""

    title: str
    words: str
    area_code: str
    lowest: str = "village"
    level: int = 2
    mode: str = "cascade"
    answer_within_s: int = 180
    rounds: int = 2
    incident: UUID | None = None
    origin: str | None = None

    def __post_init__(self) -> None:
        if not self.title.strip() or not self.words.strip():
            raise Invalid("a call needs a title and the words to be said", field="words")
        if self.lowest not in LEVELS:
            raise Invalid("there is no such level", field="lowest")
        if self.mode not in MODES:
            raise Invalid("a chain goes in cascade or through", field="mode")
        if not 30 <= self.answer_within_s <= 3600 or not 1 <= self.rounds <= 5:
            raise Invalid(
                "an answer is waited for 30 s to an hour, in 1 to 5 rounds", field="answer_within_s"
            )

    def levels(self) -> tuple[str, ...]:
        """The levels that are called."""
        return LEVELS[: LEVELS.index(self.lowest) + 1]


@dataclass(frozen=True, slots=True)
class Node:
    """A place in the tree, with whom to call there, the first first."""

    id: UUID
    space: int
    area_code: str
    department: str | None
    parent: UUID | None
    level: str
    name: str
    people: int
    lon: float | None
    lat: float | None
    example: bool
    version: int
    contacts: tuple[Contact, ...] = ()


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to reach one contact, and what came of it: when by the device's clock and by ours."""

    id: UUID
    step: UUID
    number: int
    name: str
    phone: str
    channel: str
    kind: str
    notice: UUID | None
    state: str
    started_at: datetime
    deadline: datetime
    late: bool
    ended_at: datetime | None
    device_at: datetime | None
    server_at: datetime | None
    receipt: str


@dataclass(frozen=True, slots=True)
class Step:
    """One place of a running chain."""

    id: UUID
    run: UUID
    parent: UUID | None
    node: UUID
    level: str
    name: str
    people: int
    lon: float | None
    lat: float | None
    state: str
    attempts: int
    next_at: datetime | None
    escalated_at: datetime | None
    answered_at: datetime | None
    answered_by: str
    answered_how: str
    version: int
    area_code: str
    tries: tuple[Attempt, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many places of a level there are in each state, and how many people live where somebody answered."""

    level: str
    total: int
    answered: int
    calling: int
    unreached: int
    pending: int
    people: int
    people_answered: int


@dataclass(frozen=True, slots=True)
class Run:
    """A chain that was started."""

    id: UUID
    space: int
    area_code: str
    department: str | None
    origin: str | None
    incident_id: UUID | None
    title: str
    words: str
    level: int
    mode: str
    lowest: str
    answer_within_s: int
    rounds: int
    state: str
    started_by: str
    started_at: datetime
    ended_at: datetime | None
    end_reason: str
    version: int
    total: int
    answered: int
    unreached: int


_TOWN_DIGITS: Final = 9  # GB/T 10114: nine digits name a town


def by_town(steps: Iterable[Step]) -> dict[str, list[Step]]:
    """The places below the county's own desk by the town they lie in, in the order of the towns' codes."""
    found: dict[str, list[Step]] = {}
    for step in steps:
        if step.level != "county":
            found.setdefault(step.area_code[:_TOWN_DIGITS], []).append(step)
    return dict(sorted(found.items()))


def coverage(steps: Iterable[Step]) -> list[Coverage]:
    """The figures of each level, the highest level first."""
    by_level: dict[str, list[Step]] = {}
    for step in steps:
        by_level.setdefault(step.level, []).append(step)
    return [_covered(level, by_level[level]) for level in LEVELS if level in by_level]


def _covered(level: str, steps: Sequence[Step]) -> Coverage:
    def count(state: str) -> int:
        return sum(step.state == state for step in steps)

    return Coverage(
        level, len(steps), count("answered"), count("calling"), count("unreached"), count("pending"),
        sum(step.people for step in steps), sum(step.people for step in steps if step.state == "answered"),
    )  # fmt: skip
