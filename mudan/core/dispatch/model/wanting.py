"""What do the levels of a plan ask for together, who that is sent counts for what, and what is missing when?"""

from collections.abc import Collection, Mapping, Sequence
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


def counted_for(able: Sequence[Collection[str]], asked: Mapping[str, int]) -> list[str | None]:
    """For what each sent unit counts: one of what it is able to do, so that as much as can be is fulfilled.

    `able`: what each can do, in the order they were sent; who is left over counts for the first that it can.
    """
    holders: dict[str, list[int]] = {name: [] for name in asked}
    for at in range(len(able)):
        _find_place(at, able, asked, holders, set())
    found: list[str | None] = [next((name for name in asked if name in can), None) for can in able]
    for name, at_place in holders.items():
        for at in at_place:
            found[at] = name
    return found


def _find_place(
    at: int,
    able: Sequence[Collection[str]],
    asked: Mapping[str, int],
    holders: dict[str, list[int]],
    tried: set[str],
) -> bool:
    """Give a unit a place, if need be by letting another take a place elsewhere (an augmenting path)."""
    for name in asked:
        if name not in able[at] or name in tried:
            continue
        tried.add(name)
        held = holders[name]
        if len(held) < asked[name]:
            held.append(at)
            return True
        for other in held:
            if _find_place(other, able, asked, holders, tried):
                held[held.index(other)] = at
                return True
    return False
