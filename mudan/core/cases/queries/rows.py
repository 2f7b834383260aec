"""How does the run of a clock look in the database?"""

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any, LiteralString

from mudan.core.cases.model.clocks import Limit, Measure, Moments, Pause, Thresholds
from mudan.core.cases.model.running import Running

CLOCK: LiteralString = (
    "select k.name, k.run, k.amount, k.measure, k.next_day, k.amber, k.red, k.started_at, k.ended_at, k.pauses,"
    " k.calendar_version, k.amber_at, k.red_at, k.due_at, k.shown, k.case_id from case_clock k"
)


def run_of(row: Mapping[str, Any]) -> Running:
    """The run that `row_of` wrote."""
    pauses = tuple(
        Pause(datetime.fromisoformat(start), None if end is None else datetime.fromisoformat(end), reason)
        for start, end, reason in row["pauses"]
    )
    return Running(
        row["name"], row["run"], Limit(Fraction(row["amount"]), Measure(row["measure"]), row["next_day"]),
        Thresholds(row["amber"], row["red"]), row["started_at"], row["calendar_version"],
        Moments(row["amber_at"], row["red_at"], row["due_at"]), row["ended_at"], pauses, row["shown"],
    )  # fmt: skip


def row_of(run: Running) -> dict[str, Any]:
    """The columns of a run."""
    pauses = [
        [p.start.isoformat(), None if p.end is None else p.end.isoformat(), p.reason] for p in run.pauses
    ]
    return {
        "name": run.name, "run": run.run, "amount": str(run.limit.amount), "measure": run.limit.measure.value,
        "next_day": run.limit.next_day, "amber": run.thresholds.amber, "red": run.thresholds.red,
        "started_at": run.started_at, "ended_at": run.ended_at, "pauses": pauses,
        "calendar_version": run.calendar_version, "amber_at": run.turns.amber_at, "red_at": run.turns.red_at,
        "due_at": run.turns.due_at, "shown": run.shown, "next_at": run.wakes_at,
    }  # fmt: skip
