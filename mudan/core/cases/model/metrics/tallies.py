"""What of a case is there to count: its report, openings, dispatches, checks, closings, call-backs, appeals, deadlines?

    history, clocks ─▶ tallies(…) ─▶ what the centre knows now ─▶ changing.py ─▶ rows kept, superseded, written

A tally lies in a window by its moment `at`; a deadline's is when it is due. The other moments say what had become of
it by when, so that a window that is over is judged by what was known at its end, whatever happened to the case since.
What such moments cannot say (a deadline moved, the case is another department's now) supersedes the tally: the old
one stays, known until then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from mudan.core.cases.model.calendar import Calendar
from mudan.core.cases.model.clocks import moments
from mudan.core.cases.model.running import ELSEWHERE, Running
from mudan.core.cases.model.types import CaseType, ClockSpec, Transition

_SEEN_STEP, _ANSWERED_STEP, _CHECKED_STEP, _LAST_STEP = 1, 5, 6, 7


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a case's history, with whose hand did it."""

    at: datetime
    kind: str
    from_state: str
    to_state: str
    hand: UUID | None
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """What a case is."""

    type: str
    class_code: str
    area_code: str
    source: str
    created_at: datetime
    created_by: UUID | None
    sent_to: UUID | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """One thing to be counted. `kind` and `number` name it within its case; the weights are those of an answer."""

    kind: str
    number: int
    at: datetime
    type: str
    class_code: str
    area_code: str
    department: str | None = None
    due_at: datetime | None = None
    begun_at: datetime | None = None
    done_at: datetime | None = None
    failed_at: datetime | None = None
    more_at: datetime | None = None
    again_at: datetime | None = None
    source: str = ""
    hand: UUID | None = None
    responded: int = 0
    solved: int = 0
    satisfied: int = 0


@dataclass(slots=True)
class _Life:
    """What has been read of a history so far."""

    told: Told
    case_type: CaseType
    runs: Sequence[Running]
    owner: str | None = None
    is_closed: bool = False
    is_answered: bool = False  # at once, without having been opened
    is_seen: bool = False  # and found true, where it happened
    asked_at: dict[str, datetime] = field(default_factory=dict)
    entered_at: dict[str, datetime] = field(default_factory=dict)
    owners: list[tuple[datetime, str]] = field(default_factory=list)
    reworks: list[datetime] = field(default_factory=list)
    extensions: list[datetime] = field(default_factory=list)
    lost: set[tuple[datetime, str]] = field(default_factory=set)  # when which stage was left for nothing
    kept: dict[str, list[Tally]] = field(default_factory=dict)

    def add(self, kind: str, at: datetime, **more: Any) -> None:
        told, rows = self.told, self.kept.setdefault(kind, [])
        rows.append(Tally(kind, len(rows) + 1, at, told.type, told.class_code, told.area_code, **more))

    def mark(self, kind: str, **moments_: datetime | None) -> None:
        """Write moments of the last tally of a kind that has none of them yet; None takes them back."""
        if rows := self.kept.get(kind):
            given: dict[str, Any] = {
                name: at for name, at in moments_.items() if at is None or getattr(rows[-1], name) is None
            }
            rows[-1] = replace(rows[-1], **given)

    def due_of(self, state: str, at: datetime) -> datetime | None:
        """When the clock of a stage that ended at a moment was due."""
        names = {one.name for one in self.case_type.clocks if state in one.stages}
        ended = (one.turns.due_at for one in self.runs if one.name in names and one.ended_at == at)
        return next(ended, None)

    def owner_at(self, at: datetime) -> str | None:
        """The department that had it last, by then."""
        return next((owner for since, owner in reversed(self.owners) if since <= at), None)


def tallies(
    case_type: CaseType, told: Told, lines: Sequence[Line], runs: Sequence[Running], calendar: Calendar
) -> tuple[Tally, ...]:
    """Everything of a case that can be counted, as its history and clocks are known now."""
    life = _Life(told, case_type, runs)
    life.add("report", told.created_at, source=told.source, hand=told.created_by)
    ways = {(way.name, origin): way for way in case_type.transitions for origin in way.origins}
    for line in lines:
        way = ways.get((line.kind, line.from_state))
        if way is not None:
            _done(life, line, way)
            _read(life, line, way)
        if line.to_state != line.from_state or line.to_state not in life.entered_at:
            life.entered_at[line.to_state] = line.at
    for run in runs:
        spec = next((one for one in case_type.clocks if one.name == run.name), None)
        if spec is not None:
            _deadline(life, spec, run, calendar, _hand_of(told, spec, run, lines))
    return tuple(one for rows in life.kept.values() for one in rows)


def _done(life: _Life, line: Line, way: Transition) -> None:
    """What a post has done that nothing else here counts: taken in, seen, handled, decided."""
    moves = line.to_state != line.from_state
    begun_at = life.entered_at.get(line.from_state, life.told.created_at)
    if moves and line.from_state == life.case_type.first:
        ended = life.case_type.stage(line.to_state).ended
        life.add("accept", line.at, begun_at=begun_at, done_at=line.at if ended else None, hand=line.hand)
    if moves and "sent" in way.guards and life.case_type.stage(line.from_state).step == _SEEN_STEP:
        life.is_seen = "verifies" in way.effects
        life.add("verify", line.at, begun_at=begun_at, done_at=line.at, hand=line.hand)
    if moves and "handles" in way.effects and life.case_type.stage(line.to_state).step == _ANSWERED_STEP:
        life.add("handle", line.at, department=life.owner, begun_at=begun_at, done_at=line.at, hand=line.hand)
    if way.asks:
        life.asked_at[way.asks] = line.at
    if (way.settles and not way.asks and "own" not in way.guards) or {"supervises", "forced"} & set(
        way.effects
    ):
        asked_at = life.asked_at.get(way.settles)
        life.add("decide", line.at, department=life.owner, begun_at=asked_at, done_at=line.at, hand=line.hand)


def _hand_of(told: Told, spec: ClockSpec, run: Running, lines: Sequence[Line]) -> UUID | None:
    """Who was sent to see, or has seen, what a clock waits for."""
    if spec.name not in ("verify", "check"):
        return None
    if run.ended_at is None:
        return told.sent_to
    return next((one.hand for one in lines if one.at == run.ended_at and one.from_state in spec.stages), None)


def _read(life: _Life, line: Line, way: Transition) -> None:
    effects = set(way.effects)
    _opened(life, line, effects)
    _sent(life, line, effects)
    _checked(life, line, effects)
    _called(life, line, way, effects)
    if line.to_state != line.from_state:
        ended = life.case_type.stage(line.to_state).ended and not (life.is_closed or life.is_answered)
        if ended or effects & {"disowns", "merges"}:
            life.lost.add((line.at, line.from_state))


def _opened(life: _Life, line: Line, effects: set[str]) -> None:
    if "opens" in effects:
        begun_at = next(iter(life.entered_at.values()), life.told.created_at)
        life.add("open", line.at, begun_at=begun_at, done_at=line.at, due_at=life.due_of(line.from_state, line.at),
                 hand=line.hand)  # fmt: skip
        life.mark("report", done_at=line.at, failed_at=None)
    ends = line.to_state != line.from_state and life.case_type.stage(line.to_state).ended
    if "merges" in effects:
        life.mark("report", again_at=line.at)
        life.mark("open", failed_at=line.at)
    elif ends and life.case_type.stage(line.to_state).step == _LAST_STEP and not life.is_closed:
        life.is_answered = True
        life.mark("report", more_at=line.at)
    elif ends and not life.is_closed:
        life.mark("report", failed_at=line.at)
        life.mark("open", failed_at=line.at)
        if life.is_seen:
            life.mark("verify", failed_at=line.at)
    if "separates" in effects:
        life.mark("report", again_at=None)
        life.mark("open", failed_at=None)
    if "reopens" in effects and not life.is_closed:
        _taken_back(life, line.at)
        life.mark("report", failed_at=None, **({"more_at": None} if life.is_answered else {}))
        life.is_answered = False
        life.mark("open", failed_at=None)


def _taken_back(life: _Life, at: datetime) -> None:
    """What was refused or answered at once by who took it in is looked at again."""
    rows = life.kept.get("accept")
    if rows and rows[-1].done_at is not None:
        life.mark("accept", failed_at=at)


def _sent(life: _Life, line: Line, effects: set[str]) -> None:
    if "returns" in effects or ("owns" in effects and life.owner is not None):
        life.mark("dispatch", failed_at=line.at)
    if "owns" in effects:
        life.owner = line.detail.get("owner")
        if life.owner:
            life.owners.append((line.at, life.owner))
        life.add("dispatch", line.at, department=life.owner, begun_at=life.entered_at.get(line.from_state),
                 done_at=line.at, due_at=life.due_of(line.from_state, line.at), hand=line.hand)  # fmt: skip
    if "disowns" in effects:
        life.owner = None
    if "extends" in effects:
        life.extensions.append(line.at)


def _checked(life: _Life, line: Line, effects: set[str]) -> None:
    failed = "reworks" in effects
    if failed:
        life.reworks.append(line.at)
        life.mark("handle", failed_at=line.at)
    looked = "forced" not in effects and life.case_type.stage(line.from_state).step == _CHECKED_STEP
    if failed or ("closes" in effects and looked):
        verdict = {"failed_at": line.at} if failed else {"done_at": line.at}
        life.add("check", line.at, department=life.owner, begun_at=life.entered_at.get(line.from_state),
                 hand=line.hand, **verdict)  # fmt: skip
    if "closes" in effects:
        life.is_closed = True
        life.add("close", line.at, department=life.owner, begun_at=life.told.created_at, done_at=line.at)
        life.mark("report", more_at=line.at)
    if "reopens" in effects and life.is_closed:
        life.is_closed = False
        life.mark("close", failed_at=line.at)
        life.mark("check", again_at=line.at)
        life.mark("report", again_at=line.at)


def _called(life: _Life, line: Line, way: Transition, effects: set[str]) -> None:
    if "rates" in effects:
        life.mark("close", more_at=line.at)
        answer = next((one for one in life.case_type.answers if one.code == line.detail.get("answer")), None)
        if answer is not None and answer.valid:
            closed = life.kept.get("close", ())
            life.add("call_back", line.at, department=life.owner, begun_at=closed[-1].at if closed else None,
                     source=answer.code, hand=line.hand, responded=answer.responded, solved=answer.solved_share,
                     satisfied=answer.weight)  # fmt: skip
    if way.asks == "appeal":
        life.add("appeal", line.at, department=life.owner_at(line.at))
    if way.settles == "appeal":
        life.mark("appeal", **{"done_at" if "upholds" in effects else "failed_at": line.at})


def _deadline(life: _Life, spec: ClockSpec, run: Running, calendar: Calendar, hand: UUID | None) -> None:
    """A run of a clock, from when it is known when it is due; one that came to nothing is nothing to count."""
    due_at, done_at = run.turns.due_at, run.ended_at
    last = run.pauses[-1] if run.pauses else None
    if last is not None and last.reason == ELSEWHERE and last.end == run.ended_at:
        done_at = (
            last.start
        )  # it went on to others, and would have gone on here only if they had sent it back
        due_at = moments(run.limit, run.thresholds, run.started_at, run.pauses[:-1], calendar).due_at
    elif any(at == run.ended_at and (not spec.stages or state in spec.stages) for at, state in life.lost):
        return
    if due_at is None:
        return
    until = run.ended_at
    within = [at for at in life.reworks if run.started_at <= at and (until is None or at <= until)]
    longer = [at for at in life.extensions if run.started_at <= at and (until is None or at <= until)]
    told, newest = life.told, life.owners[-1][1] if life.owners else None
    row = Tally(
        f"clock:{spec.name}", run.run, due_at, told.type, told.class_code, told.area_code,
        newest if done_at is None else life.owner_at(done_at), due_at,
        run.started_at, done_at, within[0] if within else None, longer[0] if longer and spec.extends else None,
        hand=hand,
    )  # fmt: skip
    life.kept.setdefault(row.kind, []).append(row)
