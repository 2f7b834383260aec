"""By when must what be told to whom? Clocks reckoned from the log; nothing to wind up and nothing to forget.

    level set ──▶ first by phone, first in writing ──▶ progress, every so often ──▶ final, after the end

A clock is met by a report of its kind and mode that went to its body. A change of level starts the clocks of the new
level: a body that has not been told yet is owed a first report, one that has been told is owed a progress report.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from mudan.primitives.clock import scaled
from mudan.primitives.text import Text

LEVEL: Final = "level"


@dataclass(frozen=True, slots=True)
class Rule:
    """Something to be told to a body within so many minutes: `source` is the level's table or a plan, from `since`."""

    body: Text
    kind: str
    mode: str
    minutes: int
    since: datetime
    source: str = LEVEL
    example: bool = True


@dataclass(frozen=True, slots=True)
class Told:
    """A report that went out to a body."""

    body: str
    kind: str
    mode: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Clock:
    """One thing owed. `met_at` is when it was told; late when that, or now, is past `due_at`."""

    body: Text
    kind: str
    mode: str
    since: datetime
    due_at: datetime
    met_at: datetime | None
    source: str
    example: bool

    def late(self, now: datetime) -> bool:
        """Whether it was, or is, overdue."""
        return (self.met_at or now) > self.due_at

    def key(self) -> str:
        """What tells this clock from every other of its incident."""
        return f"{self.source}|{self.body.zh}|{self.kind}|{self.mode}|{self.due_at.isoformat()}"


def reckoned(
    rules: Sequence[Rule], told: Sequence[Told], *, ended_at: datetime | None, scale: float = 1.0
) -> list[Clock]:
    """The clocks of one incident, the next due first and the met ones last."""
    found = [clock for rule in rules if (clock := _clock(rule, told, ended_at, scale)) is not None]
    return sorted(
        found, key=lambda clock: (clock.met_at is not None, clock.due_at, clock.body.zh, clock.kind)
    )


def _clock(rule: Rule, told: Sequence[Told], ended_at: datetime | None, scale: float) -> Clock | None:
    mine = [one for one in told if one.body == rule.body.zh]
    within = scaled(timedelta(minutes=rule.minutes), scale)
    if rule.kind == "first":
        met = min((one.at for one in mine if one.kind == "first" and one.mode == rule.mode), default=None)
        return _made(rule, rule.since, rule.since + within, met)
    if rule.kind == "final":
        if ended_at is None:
            return None
        met = min((one.at for one in mine if one.kind == "final" and one.at >= ended_at), default=None)
        return _made(rule, ended_at, ended_at + within, met)
    written = [one.at for one in mine if one.mode == "written"]
    if not written or ended_at is not None:
        return None
    last = max(written)
    return _made(
        rule, last, max(last, rule.since) + within if last >= rule.since else rule.since + _soon(within), None
    )


def _soon(within: timedelta) -> timedelta:
    """After a change of level, who has been told is told of the change sooner than by the clock's turn."""
    return within / 2


def _made(rule: Rule, since: datetime, due_at: datetime, met_at: datetime | None) -> Clock:
    return Clock(rule.body, rule.kind, rule.mode, since, due_at, met_at, rule.source, rule.example)
