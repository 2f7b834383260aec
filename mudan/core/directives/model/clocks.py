"""When is a directive due, when is somebody reminded, and when does a recurring one come again?

due ───▶ 催办 remind the doer ───▶ 督办 tell the desk ───▶ 上报 tell the leader
 +0                    LADDER[level][1]         LADDER[level][2]
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from mudan.core.directives.model.chart import ENDED
from mudan.core.directives.model.words import Deadline
from mudan.primitives.clock import scaled

_QUICK: Final = (timedelta(0), timedelta(minutes=5), timedelta(minutes=15))
_CALM: Final = (timedelta(0), timedelta(minutes=15), timedelta(minutes=60))
# 示例: after the deadline, by level; a county sets its own.
LADDER: Final[dict[int, tuple[timedelta, ...]]] = {1: _QUICK, 2: _QUICK, 3: _CALM, 4: _CALM}
RUNGS: Final = ("remind", "supervise", "escalate")
LATE: Final = timedelta(minutes=2)  # a reminder that comes later than this says so
# 示例: within which a directive is to be received (签收), by level.
RECEIVE_WITHIN: Final = {level: timedelta(minutes=m) for level, m in ((1, 5), (2, 10), (3, 20), (4, 30))}


class Rung(NamedTuple):
    """One step of the ladder that is due now: which, since when, and whether it comes late."""

    event: str
    number: int
    due_at: datetime
    late: bool


@dataclass(frozen=True, slots=True)
class Due:
    """What the clocks need of a directive."""

    state: str
    level: int
    receive_by: datetime | None
    due_at: datetime | None
    ladder: int


def deadline_at(
    deadline: Deadline, issued_at: datetime, received_at: datetime | None, scale: float
) -> datetime | None:
    """When the work is due; None while that is not known."""
    if deadline.kind == "absolute":
        return deadline.at
    within = None if deadline.within_s is None else scaled(timedelta(seconds=deadline.within_s), scale)
    if deadline.kind == "none" or within is None:
        return None
    if deadline.kind == "after_trigger":
        return (deadline.trigger_at or issued_at) + within
    return None if received_at is None else received_at + within


def base_at(due: Due) -> datetime | None:
    """The deadline that counts now: to receive while nobody has, then to be done. None: no clock runs."""
    if due.state in (*ENDED, "pending", "submitted"):
        return None
    known = [at for at in (due.receive_by if due.state == "issued" else None, due.due_at) if at is not None]
    return min(known, default=None)


def next_at(due: Due, scale: float) -> datetime | None:
    """When the next step of the ladder is due."""
    base = base_at(due)
    steps = LADDER[due.level]
    if base is None or due.ladder >= len(steps):
        return None
    return base + scaled(steps[due.ladder], scale)


def rung_due(due: Due, now: datetime, scale: float) -> Rung | None:
    """The highest step that is due; steps that were slept through are not made up for one by one."""
    base = base_at(due)
    if base is None:
        return None
    found = None
    for number, after in enumerate(LADDER[due.level]):
        at = base + scaled(after, scale)
        if number >= due.ladder and at <= now:
            found = Rung(RUNGS[number], number, at, now - at > LATE)
    return found


def upcoming(next_time: datetime, every: timedelta, now: datetime) -> tuple[datetime, int, datetime] | None:
    """(the occurrence that is due, how many before it were slept through, when the next is); None: not yet."""
    if next_time > now:
        return None
    missed = (now - next_time) // every
    occurrence = next_time + missed * every
    return occurrence, missed, occurrence + every
