"""When would a plan have advised which level, had it been asked throughout a past period?"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from mudan.core.plans.model.advice import Advice, advice
from mudan.core.plans.model.judge import Memory, Outcome
from mudan.core.plans.model.types import Plan, Scope
from mudan.core.plans.model.world import (
    Happened,
    MatterFacts,
    Seen,
    StandingAlarm,
    StandingWarning,
    Stated,
    Subject,
    World,
)

T = TypeVar("T")
MOST_STEPS = 1500  # a step is a minute, or longer so that there are no more than these
SHORTEST_STEP = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Lasting(Generic[T]):
    """Something that stood from a time until another (None: it still does)."""

    what: T
    start: datetime
    end: datetime | None

    def stood(self, at: datetime) -> bool:
        """Whether it stood at a time."""
        return self.start <= at and (self.end is None or at < self.end)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was recorded of a period and just before it; series are in order of time."""

    entities: Sequence[Subject] = ()
    series: Mapping[tuple[int, str], Sequence[tuple[datetime, float]]] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    alarms: Sequence[Lasting[StandingAlarm]] = ()
    warnings: Sequence[Lasting[StandingWarning]] = ()
    opened: Sequence[Happened] = ()
    stated: Sequence[Lasting[Stated]] = ()
    matters: Sequence[Lasting[MatterFacts]] = ()

    def world(self, at: datetime, matter: MatterFacts | None = None) -> World:
        """The world as it was known at a time."""
        values: dict[tuple[int, str], Seen] = {}
        for key, points in self.series.items():
            n = bisect_right(points, at, key=lambda point: point[0])
            if n:
                seen_at, value = points[n - 1]
                values[key] = Seen(value, seen_at, self.units.get(key[1], "1"))
        return World(
            at,
            self.entities,
            values,
            self.series,
            [one.what for one in self.alarms if one.stood(at)],
            [one.what for one in self.alarms if one.start <= at],
            [one.what for one in self.warnings if one.stood(at)],
            [one for one in self.opened if one.at <= at],
            [one.what for one in self.stated if one.stood(at)],
            matter,
        )


@dataclass(frozen=True, slots=True)
class Spell:
    """A level would have been held from a time until another (None: at the end of the period it still was)."""

    level: str
    start: datetime
    end: datetime | None
    because: tuple[Outcome, ...]
    matter: str = ""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Spells by time; `unknown` names conditions that nobody could ever say anything of."""

    start: datetime
    end: datetime
    step: timedelta
    asked: int
    spells: tuple[Spell, ...]
    unknown: tuple[str, ...]


def replayed(plan: Plan, recorded: Recorded, start: datetime, end: datetime) -> WhatIf:
    """Ask the plan again and again over a period; of each incident where it is about incidents."""
    step = max(SHORTEST_STEP, (end - start) / MOST_STEPS)
    spells: list[Spell] = []
    told: set[str] = set()
    asked = 0
    about = [one for one in recorded.matters if one.what.kind in plan.incident_kinds]
    for matter in about if plan.scope is Scope.INCIDENT else (None,):
        first = start if matter is None else max(start, matter.start)
        last = end if matter is None or matter.end is None else min(end, matter.end)
        facts = None if matter is None else matter.what
        said = list(_asked(plan, recorded, facts, first, last, step))
        asked += len(said)
        told |= {one.name for each in said for one in each.conditions if one.holds is not None}
        spells += _spells(plan, said, "" if facts is None else facts.id)
    unknown = tuple(name for name in plan.conditions if name not in told) if asked else ()
    return WhatIf(start, end, step, asked, tuple(sorted(spells, key=lambda one: one.start)), unknown)


def _asked(
    plan: Plan,
    recorded: Recorded,
    matter: MatterFacts | None,
    start: datetime,
    end: datetime,
    step: timedelta,
) -> Iterator[Advice]:
    memories: dict[str, Memory] = {}
    at = start
    while at <= end:
        said = advice(plan, recorded.world(at, matter), memories)
        memories = said.memories
        yield said
        at += step


def _spells(plan: Plan, said: Sequence[Advice], matter: str) -> Iterator[Spell]:
    for n, level in enumerate(plan.levels):
        began: Advice | None = None
        for one in said:
            holds = one.levels[n].holds
            if holds and began is None:
                began = one
            elif not holds and began is not None:
                yield _spell(level.key, began, n, one.at, matter)
                began = None
        if began is not None:
            yield _spell(level.key, began, n, None, matter)


def _spell(key: str, began: Advice, n: int, end: datetime | None, matter: str) -> Spell:
    because = tuple(one for one in began.levels[n].conditions if one.holds)
    return Spell(key, began.at, end, because, matter)
