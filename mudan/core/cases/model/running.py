"""Which clocks of a case begin, stop, pause and go on when it comes to another stage?

stage clock     in its stage: runs     elsewhere: ended, and anew the next time    goes_on: paused, and on the next time
bundled clock   the same over several stages
whole clock     from the first stage until the case is closed or ends; anew when it is reopened
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Final

from mudan.core.cases.model.calendar import Calendar
from mudan.core.cases.model.clocks import (
    LAMPS,
    Limit,
    Measure,
    Moments,
    Pause,
    Thresholds,
    is_paused,
    lamp,
    moments,
    paused,
    resumed,
)
from mudan.core.cases.model.types import CaseType, ClockSpec
from mudan.primitives.clock import to_us
from mudan.primitives.errors import Invalid

CLOSED_STEP: Final = 7
ELSEWHERE: Final = "elsewhere"
_DAY_US: Final = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Running:
    """One run of one clock of a case. `turns` are what the calendar of `calendar_version` gave."""

    name: str
    run: int
    limit: Limit
    thresholds: Thresholds
    started_at: datetime
    calendar_version: int
    turns: Moments
    ended_at: datetime | None = None
    pauses: tuple[Pause, ...] = ()
    shown: str = "green"  # the colour that the case's history has told last

    @property
    def is_open(self) -> bool:
        """Whether it has not ended."""
        return self.ended_at is None

    @property
    def wakes_at(self) -> datetime | None:
        """When a colour comes that has not been told."""
        told = LAMPS.index(self.shown)
        ahead = (turn for number, turn in enumerate(self.turns, 1) if number > told and turn is not None)
        return min(ahead, default=None) if self.is_open else None

    def colour(self, at: datetime) -> str:
        """The colour at a moment; that of its end when it has ended."""
        return lamp(self.turns, at if self.ended_at is None else self.ended_at)


def moved(
    case_type: CaseType,
    class_code: str,
    clocks: Sequence[Running],
    state: str,
    at: datetime,
    calendar: Calendar,
    *,
    anew: bool = False,
    scale: float = 1.0,
) -> tuple[Running, ...]:
    """The runs that begin or change when a case comes to a stage. `anew`: what went on ends, its owner is another.

    `scale`: how many times as fast time runs in the case's data space.
    """
    found = []
    for spec in case_type.clocks:
        runs = [one for one in clocks if one.name == spec.name]
        last = max(runs, key=lambda one: one.run, default=None)
        new = _moved(case_type, spec, class_code, last, state, at, calendar, anew, scale)
        if new is not None and new != last:
            found.append(new)
    return tuple(found)


def _moved(
    case_type: CaseType,
    spec: ClockSpec,
    class_code: str,
    last: Running | None,
    state: str,
    at: datetime,
    calendar: Calendar,
    anew: bool,
    scale: float,
) -> Running | None:
    stage = case_type.stage(state)
    over = stage.ended or stage.step == CLOSED_STEP
    inside = state in spec.stages if spec.stages else not over
    if not inside:
        if last is None or not last.is_open:
            return last
        if spec.goes_on and not over and not anew:
            return recomputed(replace(last, pauses=paused(last.pauses, at, ELSEWHERE)), calendar)
        return ended(last, at, calendar)
    run = last if last is not None and last.is_open else _begun(spec, class_code, last, at, calendar, scale)
    if state in spec.pauses_in:
        return recomputed(replace(run, pauses=paused(run.pauses, at, state)), calendar)
    return (
        recomputed(replace(run, pauses=resumed(run.pauses, at)), calendar) if is_paused(run.pauses) else run
    )


def _begun(
    spec: ClockSpec, class_code: str, last: Running | None, at: datetime, calendar: Calendar, scale: float
) -> Running:
    limit = spec.limit_of(class_code)
    if scale != 1:
        limit = Limit(limit.amount / Fraction(scale), limit.measure)
    turns = moments(limit, spec.thresholds, at, (), calendar)
    number = 1 if last is None else last.run + 1
    return Running(spec.name, number, limit, spec.thresholds, at, calendar.version, turns)


def ended(run: Running, at: datetime, calendar: Calendar) -> Running:
    """The run, ended; when it would have run out is worked out once more, without the pause that lasted."""
    return replace(recomputed(replace(run, pauses=resumed(run.pauses, at)), calendar), ended_at=at)


def recomputed(run: Running, calendar: Calendar) -> Running:
    """The run as that calendar counts it; one that has ended keeps what it was judged by."""
    if not run.is_open:
        return run
    turns = moments(run.limit, run.thresholds, run.started_at, run.pauses, calendar)
    return replace(run, turns=turns, calendar_version=calendar.version)


def extended(run: Running, more: Fraction, calendar: Calendar) -> Running:
    """The run with more time, in its own measure."""
    return recomputed(replace(run, limit=replace(run.limit, amount=run.limit.amount + more)), calendar)


def bound(
    case_type: CaseType, runs: Sequence[Running], until: datetime, calendar: Calendar
) -> tuple[Running, ...]:
    """The runs, those over the whole case due at a deadline set elsewhere. Raises Invalid for one that is past."""
    whole = {spec.name for spec in case_type.clocks if not spec.stages}
    found = []
    for run in runs:
        if run.name in whole:
            days = Fraction(to_us(until) - to_us(run.started_at), _DAY_US)
            if days <= 0:
                raise Invalid("its deadline lies before it was reported", field="until")
            run = recomputed(replace(run, limit=Limit(days, Measure.CALENDAR_DAYS)), calendar)  # noqa: PLW2901 - the run as it is bound
        found.append(run)
    return tuple(found)


def in_time(run: Running) -> bool | None:
    """Whether it ended within its limit; None while it runs."""
    return None if run.ended_at is None else run.colour(run.ended_at) != "overdue"
