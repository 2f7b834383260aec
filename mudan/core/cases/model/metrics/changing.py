"""What becomes of the tallies that were known when a case has gone on: kept, superseded, marked, or new ones?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from mudan.core.cases.model.metrics.tallies import Tally

_ONCE: Final = ("done_at", "failed_at", "more_at", "again_at")


@dataclass(frozen=True, slots=True)
class Changes:
    """What becomes of the tallies that were known: superseded, marked with new moments, or new."""

    superseded: tuple[tuple[str, int], ...]
    marked: tuple[Tally, ...]
    written: tuple[Tally, ...]


def changes(known: Sequence[Tally], now: Sequence[Tally]) -> Changes:
    """How to come from what was known to what is."""
    before = {(one.kind, one.number): one for one in known}
    after = {key: _as_judged(before.get(key), one) for one in now for key in [(one.kind, one.number)]}
    superseded = [key for key, one in before.items() if key not in after or not _continues(one, after[key])]
    gone = set(superseded)
    marked = [one for key, one in after.items() if key in before and key not in gone and one != before[key]]
    written = [one for key, one in after.items() if key not in before or key in gone]
    return Changes(tuple(superseded), tuple(marked), tuple(written))


def _as_judged(before: Tally | None, now: Tally) -> Tally:
    """What was done is judged by the deadline it was done under."""
    if before is None or before.due_at is None or before.done_at is None or before.done_at != now.done_at:
        return now
    at = before.at if now.at == now.due_at else now.at
    return replace(now, at=at, due_at=before.due_at)


def _continues(before: Tally, now: Tally) -> bool:
    """Whether only moments have come to it that were not there."""
    kept: dict[str, Any] = {
        name: getattr(now, name)
        for name in _ONCE
        if getattr(before, name) is None and getattr(now, name) is not None
    }
    return replace(before, **kept) == now
