"""When did a source speak last, how often is it expected to, and is it silent or only quiet?

asked last without an answer ─▶ unreachable     never spoke ─▶ never
expected to speak, and did so ─▶ heard          expected, too long ago ─▶ silent
expected to speak at no time ─▶ quiet           (what is pushed only when there is something)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

STATES: Final = ("heard", "quiet", "silent", "unreachable", "never")
SPOKEN: Final = frozenset(
    ("push", "poll", "pull", "drop", "wire")
)  # an import is somebody here, not the source


@dataclass(frozen=True, slots=True)
class Contact:
    """A source spoke or answered (`heard`), with or without rows; or it was asked and did not, for that `reason`."""

    feed: str
    channel: str
    heard: bool = True
    rows: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of one channel: when it was heard, when it brought rows, when it failed and why."""

    channel: str
    heard_at: datetime | None
    rows_at: datetime | None
    failed_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How a source stands: `channel` is the one that was heard last, `due_at` when it is silent unless it speaks."""

    state: str
    channel: str = ""
    heard_at: datetime | None = None
    rows_at: datetime | None = None
    due_at: datetime | None = None
    reason: str = ""


def standing(kept: Sequence[Kept], expected_s: float | None, now: datetime) -> Standing:
    """How a source stands that is expected to speak within so many seconds, or (None) at no time."""
    heard = [(one.heard_at, one.channel) for one in kept if one.heard_at is not None]
    heard_at, channel = max(heard, default=(None, ""))
    rows_at = max((one.rows_at for one in kept if one.rows_at is not None), default=None)
    failed = [one for one in kept if one.failed_at and (one.heard_at is None or one.failed_at > one.heard_at)]
    due_at = heard_at + timedelta(seconds=expected_s) if heard_at and expected_s is not None else None
    reason = failed[0].reason if failed else ""
    if failed:
        state = "unreachable"
    elif heard_at is None:
        state = "never"
    elif due_at is None:
        state = "quiet"
    else:
        state = "silent" if due_at < now else "heard"
    return Standing(state, channel, heard_at, rows_at, due_at, reason)
