"""Whose figures may be shown by themselves? Only those of at least three people; smaller groups are shown together.

A figure of one or two people is a figure about them, and a table of such figures is a ranking of persons. What a
small group has done is added to the rest of the level above it; when that rest is small too, the smallest group that
would be shown joins it, so that nobody can be found by taking the others away.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

LEAST_PEOPLE: Final = 3
TOGETHER: Final = "*"


@dataclass(frozen=True, slots=True)
class Crew:
    """A group with its people."""

    key: str
    people: frozenset[UUID]


def folded(crews: Iterable[Crew], least: int = LEAST_PEOPLE) -> Mapping[str, str | None]:
    """Under which key each group is shown: its own, TOGETHER, or (None) not at all."""
    known = sorted(crews, key=lambda one: (len(one.people), one.key))
    small = [one for one in known if len(one.people) < least]
    shown = [one for one in known if len(one.people) >= least]
    together = frozenset[UUID]().union(*(one.people for one in small))
    while small and len(together) < least and shown:
        small.append(shown.pop(0))
        together |= small[-1].people
    rest = TOGETHER if len(together) >= least else None
    return {one.key: one.key for one in shown} | {one.key: rest for one in small}
