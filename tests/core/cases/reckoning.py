"""What do the metrics come to, by the slowest and most obvious way? Each case's own history is read from the start.

It is asked while the window still lasts, so nothing lies behind its end; what the centre answers when the cases have
gone on is held against it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import quantiles

from mudan.core.cases.model.calendar import Calendar
from mudan.core.cases.model.clocks import moments
from mudan.core.cases.model.running import ELSEWHERE, Running
from mudan.core.cases.model.words import Case, CaseEvent

OUTSIDE = ("public", "media", "video")
CLOSING = ("pass", "force_close")
WEIGHTS = {"satisfied": (100, 100, 100), "mostly": (100, 100, 90), "not": (100, 0, 0)}


@dataclass(frozen=True)
class Read:
    """A case with everything that is known of it."""

    case: Case
    history: Sequence[CaseEvent]
    runs: Sequence[Running]


def counted(cases: Sequence[Read], since: datetime, until: datetime) -> dict[str, float]:
    """Every count by its name, of the cases together."""
    found: dict[str, float] = {}
    for one in cases:
        for part in (_reports(one, since, until), _events(one, since, until), _deadlines(one, since, until)):
            for name, value in part.items():
                found[name] = found.get(name, 0) + value
    return found


def _reports(one: Read, since: datetime, until: datetime) -> dict[str, float]:
    if not since <= one.case.created_at < until:
        return {}
    kinds = [event.kind for event in one.history]
    told = one.case.situation.source
    closed = any(kind in CLOSING for kind in kinds) or one.case.state == "replied"
    opened = "open" in kinds
    reopened = any(e.kind == "reopen" for e in one.history)
    return {
        "reported": 1, "reported_outside": told in OUTSIDE, "reported_by_collectors": told == "collector",
        "valid": opened, "valid_outside": opened and told in OUTSIDE,
        "refused": one.case.state in ("refused", "void"), "unclosed": not closed,
        "repeated": one.case.state == "merged" or reopened,
    }  # fmt: skip


def _events(one: Read, since: datetime, until: datetime) -> dict[str, float]:
    found: dict[str, float] = {}

    def add(name: str, value: float = 1) -> None:
        found[name] = found.get(name, 0) + value

    for at, event in enumerate(one.history):
        if not since <= event.at < until:
            continue
        later = [each.kind for each in one.history[at + 1 :]]
        if event.kind == "open":
            add("opened")
            add("opened_in_time", _met(one, "file", event.at))
            add("opened_right", _stands(later))
        if event.kind in ("dispatch", "redirect"):
            add("dispatched")
            wrong = _next_of(later, ("dispatch", "redirect", "return"))
            taken_back = wrong in ("redirect", "return")
            add("returned", taken_back)
            add("dispatched_right", not taken_back)
        if event.kind in ("pass", "fail"):
            add("checked")
            add("passed", event.kind == "pass")
        if event.kind in CLOSING:
            until_next = later[: next((n for n, kind in enumerate(later) if kind in CLOSING), len(later))]
            add("closings")
            add("closings_called", "call_back" in until_next)
            add("reopened", "reopen" in until_next)
        if event.kind == "call_back":
            add("called_back")
            for name, weight in zip(
                ("responded", "solved", "satisfied"), WEIGHTS[event.detail["answer"]], strict=True
            ):
                add(name, weight / 100)
        if event.kind == "appeal":
            add("appealed")
            add("upheld", _next_of(later, ("uphold", "dismiss")) == "uphold")
    return found


def _stands(later: Sequence[str]) -> bool:
    """Whether an opening is not taken back by what came before the next one."""
    good = True
    for kind in later:
        if kind == "open":
            break
        good = (
            False
            if kind in ("merge", "refuse", "void", "disprove")
            else kind in ("separate", "review") or good
        )
    return good


def _next_of(later: Sequence[str], kinds: Sequence[str]) -> str | None:
    return next((kind for kind in later if kind in kinds), None)


def _met(one: Read, clock: str, at: datetime) -> bool:
    (run,) = [run for run in one.runs if run.name == clock and run.ended_at == at]
    return run.turns.due_at is None or at <= run.turns.due_at


def _deadlines(one: Read, since: datetime, until: datetime) -> dict[str, float]:
    found: dict[str, float] = {}

    def add(name: str, value: float = 1) -> None:
        found[name] = found.get(name, 0) + value

    for run in one.runs:
        due_at, done_at = judged(one, run)
        if due_at is None or not since <= due_at < until:
            continue
        mine = [
            e
            for e in one.history
            if run.started_at <= e.at and (run.ended_at is None or e.at <= run.ended_at)
        ]
        timely = done_at is not None and done_at <= due_at
        if run.name == "dispatch":
            add("due_to_dispatch")
            add("dispatched_in_time", timely)
        if run.name == "check":
            add("due_to_check")
            add("checked_in_time", timely)
        if run.name == "handle":
            add("due_to_handle")
            add("handled", done_at is not None)
            add("handled_in_time", timely)
            add("waiting_overdue", done_at is None)
            add("extended", any(e.kind == "grant_extension" for e in mine))
        if run.name == "whole":
            add("due_to_close")
            add("closed", done_at is not None)
            add("closed_in_time", timely)
            add("closed_late", done_at is not None and not timely)
            add("reworked", any(e.kind == "fail" for e in mine))
    return found


def judged(one: Read, run: Running) -> tuple[datetime | None, datetime | None]:
    """When a run was due and done; due None: it is not to be counted."""
    if run.pauses and run.pauses[-1].reason == ELSEWHERE and run.pauses[-1].end == run.ended_at:
        before = run.pauses[:-1]
        due_at = moments(run.limit, run.thresholds, run.started_at, before, Calendar()).due_at
        return due_at, run.pauses[-1].start
    if run.ended_at is not None:
        for event in one.history:
            ended = event.to_state in ("refused", "void", "merged") and event.from_state != event.to_state
            if event.at == run.ended_at and (event.kind == "return" or ended):
                return None, None
    return run.turns.due_at, run.ended_at


def handling_hours(cases: Sequence[Read], since: datetime, until: datetime) -> tuple[float, float] | None:
    """Median and P90 of the time to handle, in hours."""
    hours = []
    for one in cases:
        for run in one.runs:
            due_at, done_at = judged(one, run)
            if (
                run.name == "handle"
                and due_at is not None
                and since <= due_at < until
                and done_at is not None
            ):
                hours.append((done_at - run.started_at).total_seconds() / 3600)
    if not hours:
        return None
    if len(hours) == 1:
        return hours[0], hours[0]
    cut = quantiles(hours, n=10, method="inclusive")
    return cut[4], cut[8]
