"""How many units of a kind do the levels of a plan ask for together, and until when is the first missing one wanted?"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

_NEVER: Final = datetime.max.replace(tzinfo=UTC)


class Outstanding(NamedTuple):
    """All levels together; `due_at`: of the first that is missing."""

    asked: int
    missing: int
    due_at: datetime | None


def outstanding(parts: Sequence[tuple[int, datetime | None]], sent: int) -> Outstanding:
    """What is missing of (count, due) parts that add up: who is sent counts once, for what is due first."""
    count = sum(many for many, _ in parts)
    left = sent
    for many, due_at in sorted(parts, key=lambda part: part[1] or _NEVER):
        if left < many:
            return Outstanding(count, count - sent, due_at)
        left -= many
    return Outstanding(count, 0, None)
