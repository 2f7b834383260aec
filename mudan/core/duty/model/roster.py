"""Who is on duty as what, where is nobody, and who is in two places at once?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations, pairwise
from typing import Final
from uuid import UUID

from mudan.primitives.text import Text

CHANNELS: Final = ("app", "text", "voice", "broadcast")
REST: Final = timedelta(
    hours=8
)  # 示例: less between two shifts of one person is pointed out, never forbidden


@dataclass(frozen=True, slots=True)
class Position:
    """What somebody is on duty as. `minimum` people at every hour; `maximum` 0 is as many as wished."""

    code: str
    title: Text
    rank: int
    role: str
    minimum: int
    maximum: int


@dataclass(frozen=True, slots=True)
class Contact:
    """An entry of the phone book; `person` where they have an account, `channels` in the order to try them."""

    id: UUID
    space: int
    area_code: str
    department: str | None
    name: str
    post: str
    phone: str
    phone_other: str
    channels: tuple[str, ...]
    person: UUID | None
    example: bool
    version: int


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Somebody on duty, with the way to reach them."""

    shift: UUID
    position: str
    title: Text
    rank: int
    role: str
    area_code: str
    department: str | None
    contact: UUID
    name: str
    person: UUID | None
    phone: str
    channels: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Shift:
    """Somebody in a position from one time to another."""

    id: UUID
    space: int
    area_code: str
    department: str | None
    position: str
    contact: UUID
    name: str
    phone: str
    starts_at: datetime
    ends_at: datetime
    note: str
    source: str
    version: int


@dataclass(frozen=True, slots=True)
class Swap:
    """A shift that somebody else is to take; with `other_shift`, each takes the other's."""

    id: UUID
    shift: UUID
    contact: UUID
    name: str
    other_shift: UUID | None
    reason: str
    state: str
    asked_by: str
    asked_by_id: UUID
    asked_at: datetime
    decided_by: str
    decided_at: datetime | None
    decision_reason: str
    version: int


@dataclass(frozen=True, slots=True)
class Gap:
    """Too few (or too many) people in a position over a time."""

    position: str
    starts_at: datetime
    ends_at: datetime
    have: int
    need: int


@dataclass(frozen=True, slots=True)
class Overlap:
    """One person in two shifts at once (`rest_s` None), or with too little rest between them."""

    name: str
    first: UUID
    second: UUID
    starts_at: datetime
    ends_at: datetime
    rest_s: float | None


def gaps(
    shifts: Sequence[Shift], positions: Iterable[Position], since: datetime, until: datetime
) -> list[Gap]:
    """Every time in [since, until) with fewer people than the minimum or more than the maximum."""
    found: list[Gap] = []
    for position in positions:
        mine = [one for one in shifts if one.position == position.code]
        edges = {since, until}
        edges |= {at for one in mine for at in (one.starts_at, one.ends_at) if since < at < until}
        for start, end in pairwise(sorted(edges)):
            have = sum(one.starts_at <= start and one.ends_at >= end for one in mine)
            need = position.minimum if have < position.minimum else position.maximum
            if have < position.minimum or (position.maximum and have > position.maximum):
                found.append(Gap(position.code, start, end, have, need))
    return _joined(found)


def _joined(found: list[Gap]) -> list[Gap]:
    joined: list[Gap] = []
    for gap in found:
        last = joined[-1] if joined else None
        if last and last.ends_at == gap.starts_at and (last.position, last.have) == (gap.position, gap.have):
            joined[-1] = Gap(gap.position, last.starts_at, gap.ends_at, gap.have, gap.need)
        else:
            joined.append(gap)
    return joined


def overlaps(shifts: Sequence[Shift]) -> list[Overlap]:
    """People in two shifts at once, and people with less than REST between two shifts."""
    found: list[Overlap] = []
    by_contact: dict[UUID, list[Shift]] = {}
    for one in shifts:
        by_contact.setdefault(one.contact, []).append(one)
    for mine in by_contact.values():
        mine.sort(key=lambda one: (one.starts_at, one.ends_at))
        for first, second in combinations(mine, 2):
            if second.starts_at < first.ends_at:
                end = min(first.ends_at, second.ends_at)
                found.append(Overlap(first.name, first.id, second.id, second.starts_at, end, None))
            elif timedelta(0) < (rest := second.starts_at - first.ends_at) < REST:
                found.append(
                    Overlap(
                        first.name, first.id, second.id, first.ends_at, second.starts_at, rest.total_seconds()
                    )
                )
    return sorted(found, key=lambda one: one.starts_at)
