"""Do cases of different classes, reporters or departments come of one cause, and what speaks for it?

rows ─▶ clusters(rows, causes, apart) ─▶ by cause: the first case and what was reported within reach of it, in time

A cluster is a guess: somebody links its cases under a leading one, or tells them apart.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import floor
from typing import Final
from uuid import UUID

from mudan.primitives.geo import Point, distance_m
from mudan.primitives.text import Text

MOST_MEMBERS: Final = 30
MOST_SHOWN: Final = 50
_LEAST_M_PER_DEGREE: Final = 50_000.0  # of longitude below 63 degrees of latitude
_BY_CLASSES, _BY_NUMBER, _BY_REPORTERS, _BY_DISTANCE, _BY_TIME = 0.35, 0.2, 0.15, 0.15, 0.15
_MANY: Final = 3  # classes or reporters from which more say no more
Pair = frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Sign:
    """A class of a case type that a cause shows as; `itself`: such a case names the cause."""

    type: str
    code: str
    itself: bool = False


@dataclass(frozen=True, slots=True)
class Cause:
    """What may lie behind several cases: as what it shows, how far around and for how long, from how many on."""

    name: str
    title: Text
    signs: tuple[Sign, ...]
    radius_m: float
    hours: float
    least: int = 3


@dataclass(frozen=True, slots=True)
class Seen:
    """A case as far as its cause is asked for. `lead`: the case it is linked under, and by which `cause`.

    `reporters` tell two people apart and say nothing else of them.
    """

    id: UUID
    number: str
    type: str
    class_code: str
    lon: float
    lat: float
    at: datetime
    department: str | None = None
    reporters: frozenset[str] = frozenset()
    lead: UUID | None = None
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Cases that may have one cause, the earliest first; `lead`: the one to lead them, `score` 0 to 1."""

    cause: Cause
    members: tuple[Seen, ...]
    lead: UUID
    score: float
    reasons: tuple[Text, ...]


def clusters(
    seen: Sequence[Seen], causes: Iterable[Cause], apart: Mapping[str, Set[Pair]] | None = None
) -> list[Cluster]:
    """What may have one cause, likeliest first. `apart`: by cause, pairs that somebody has told apart."""
    found = []
    seen = sorted(seen, key=lambda each: (each.at, each.number))
    for cause in causes:
        told_apart = (apart or {}).get(cause.name, frozenset())
        for group in _grouped(seen, cause, told_apart):
            cluster = _judged(cause, group)
            if cluster is not None:
                found.append(cluster)
    return sorted(found, key=lambda one: (-one.score, one.cause.name, one.members[0].number))[:MOST_SHOWN]


def _grouped(seen: Sequence[Seen], cause: Cause, apart: Set[Pair]) -> list[list[Seen]]:
    signs = {(sign.type, sign.code) for sign in cause.signs}
    side, window = cause.radius_m / _LEAST_M_PER_DEGREE, timedelta(hours=cause.hours)
    groups: list[list[Seen]] = []
    begun: dict[tuple[int, int], list[list[Seen]]] = {}
    for one in seen:
        if (one.type, one.class_code) not in signs or (one.lead is not None and one.cause != cause.name):
            continue
        x, y = floor(one.lon / side), floor(one.lat / side)
        around = (
            group for dx in (-1, 0, 1) for dy in (-1, 0, 1) for group in begun.get((x + dx, y + dy), ())
        )
        near = (group for group in around if _takes(group, one, cause.radius_m, window, apart))
        group = min(near, key=lambda each: (each[0].at, each[0].number), default=None)
        if group is None:
            group = []
            groups.append(group)
            begun.setdefault((x, y), []).append(group)
        group.append(one)
    return groups


def _takes(group: list[Seen], one: Seen, radius_m: float, window: timedelta, apart: Set[Pair]) -> bool:
    first = group[0]
    if len(group) >= MOST_MEMBERS or one.at - first.at > window or _away(first, one) > radius_m:
        return False
    return not any(frozenset((each.id, one.id)) in apart for each in group)


def _away(one: Seen, other: Seen) -> float:
    return distance_m(Point(one.lon, one.lat), Point(other.lon, other.lat))


def _judged(cause: Cause, group: Sequence[Seen]) -> Cluster | None:
    lead = _lead(cause, group)
    members = tuple(one for one in group if one.lead in (None, lead.id))
    if all(one.lead == lead.id for one in members if one.id != lead.id):
        return None  # nobody is there who is not linked already
    classes = {(one.type, one.class_code) for one in members}
    reporters = frozenset().union(*(one.reporters for one in members))
    if len(members) < cause.least or (len(classes) < 2 and len(reporters) < 2):
        return None
    spread = max(_away(members[0], one) for one in members)
    hours = (members[-1].at - members[0].at) / timedelta(hours=1)
    score = (
        _BY_CLASSES * min(1.0, len(classes) / _MANY) + _BY_REPORTERS * min(1.0, len(reporters) / _MANY)
        + _BY_NUMBER * min(1.0, len(members) / (2 * cause.least))
        + _BY_DISTANCE * (1 - spread / cause.radius_m) + _BY_TIME * (1 - hours / cause.hours)
    )  # fmt: skip
    reasons = _reasons(cause, members, len(classes), len(reporters), spread, hours)
    return Cluster(cause, members, lead.id, round(score, 3), reasons)


def _lead(cause: Cause, group: Sequence[Seen]) -> Seen:
    """The one that leads others already; else one that names the cause; else the first of those that are free."""
    leading = [one.lead for one in group if one.lead is not None]
    named = {(sign.type, sign.code) for sign in cause.signs if sign.itself}
    free = [one for one in group if one.lead is None] or list(group)
    known = next((one for one in free if one.id in leading), None)
    return known or next((one for one in free if (one.type, one.class_code) in named), free[0])


def _reasons(
    cause: Cause, members: Sequence[Seen], classes: int, reporters: int, spread: float, hours: float
) -> tuple[Text, ...]:
    found = [
        Text(f"{len(members)} 件相距不超过 {spread:.0f} 米", f"{len(members)} within {spread:.0f} m"),
        Text(f"{hours:.0f} 小时之内", f"within {hours:.0f} h")
        if hours >= 2
        else Text(f"{hours * 60:.0f} 分钟之内", f"within {hours * 60:.0f} min"),
    ]
    if classes > 1:
        found.append(Text(f"{classes} 个类别", f"{classes} classes"))
    if reporters > 1:
        found.append(Text(f"{reporters} 名反映人", f"{reporters} reporters"))
    departments = {one.department for one in members if one.department is not None}
    if len(departments) > 1:
        found.append(Text(f"分在 {len(departments)} 个部门", f"with {len(departments)} departments"))
    named = {(sign.type, sign.code) for sign in cause.signs if sign.itself}
    naming = [one.number for one in members if (one.type, one.class_code) in named]
    if naming:
        found.append(Text(f"{naming[0]} 直接反映此原因", f"{naming[0]} names this cause"))
    return tuple(found)


def cause_faults(causes: Sequence[Cause], classes: Mapping[str, Set[str]]) -> tuple[str, ...]:
    """What is wrong with declared causes; `classes`: the codes of each type that is known."""
    names = [one.name for one in causes]
    found = [
        f"cause '{name}' is declared twice"
        for name in sorted({each for each in names if names.count(each) > 1})
    ]
    for one in causes:
        if one.radius_m <= 0 or one.hours <= 0 or one.least < 2:
            found.append(f"cause '{one.name}' needs a radius, hours and at least two cases")
        if len({(sign.type, sign.code) for sign in one.signs}) < 2:
            found.append(f"cause '{one.name}' shows as fewer than two classes")
        for sign in one.signs:
            if sign.type in classes and sign.code not in classes[sign.type]:
                found.append(f"cause '{one.name}' shows as the unknown class {sign.type} {sign.code}")
    return tuple(found)
