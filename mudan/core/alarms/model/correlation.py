"""Could two alarms be one matter? Same family, near, soon after each other, along the river; with reasons.

score 0 … 1 = family 0.40 (related 0.20) + nearness 0.30 + time 0.20 + other platform 0.10 ± what was
decided of such a pair before, 0.15
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from mudan.core.alarms.model.families import family_named
from mudan.core.alarms.model.tuning import DELIVERED, Tuning
from mudan.primitives.geo import Point, distance_m
from mudan.primitives.text import Text

_FAMILY, _RELATED, _NEAR, _SOON, _PLATFORM, _BEFORE = 0.40, 0.20, 0.30, 0.20, 0.10, 0.15


@dataclass(frozen=True, slots=True)
class Seen:
    """What is compared of an alarm."""

    id: UUID
    entity: int
    rule: str
    platform: str
    family: str
    level: int
    raised_at: datetime
    point: Point | None
    incident: UUID | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for or against, with its weight."""

    kind: str
    text: Text
    weight: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two alarms that may be one matter."""

    score: float
    reasons: tuple[Reason, ...]

    def plain(self) -> list[dict[str, Any]]:
        """The reasons as they are kept."""
        return [
            {"kind": one.kind, "text": {"zh": one.text.zh, "en": one.text.en}, "weight": round(one.weight, 3)}
            for one in self.reasons
        ]


def compared(
    one: Seen,
    other: Seen,
    *,
    hops: int | None = None,
    accepted: int = 0,
    rejected: int = 0,
    tuning: Tuning = DELIVERED,
) -> Suggestion | None:
    """Why two alarms may be one matter, None when nothing speaks for it. `hops` along the river, where known."""
    if one.entity == other.entity or (one.incident is not None and one.incident == other.incident):
        return None
    window = timedelta(minutes=tuning.window_min)
    found = scored(one, other, window, tuning, hops=hops, accepted=accepted, rejected=rejected)
    return found if found is not None and found.score >= tuning.suggest_from else None


def scored(
    one: Seen,
    other: Seen,
    window: timedelta,
    tuning: Tuning,
    *,
    hops: int | None = None,
    accepted: int = 0,
    rejected: int = 0,
) -> Suggestion | None:
    """The score of a pair with its reasons, None when family, place or time speaks against it."""
    apart = abs(one.raised_at - other.raised_at)
    if apart > window:
        return None
    family, place = _family(one, other), _place(one, other, hops, tuning)
    if family is None or place is None:
        return None
    minutes = apart.total_seconds() / 60
    reasons = [family, place, Reason("time", Text(f"相隔 {minutes:.0f} 分钟", f"{minutes:.0f} min apart"),
                                     _SOON * (1 - apart / window))]  # fmt: skip
    if one.platform != other.platform:
        reasons.append(
            Reason("platform", Text("来自不同系统，互相印证", "two systems confirm each other"), _PLATFORM)
        )
    if accepted != rejected:
        reasons.append(_before(accepted, rejected))
    return Suggestion(min(1.0, sum(reason.weight for reason in reasons)), tuple(reasons))


def _family(one: Seen, other: Seen) -> Reason | None:
    first, second = family_named(one.family), family_named(other.family)
    if first.name == "equipment" or second.name == "equipment":
        return None  # silence is not a hazard: inhibition and groups take care of it
    if first.name == second.name:
        return Reason("family", Text(f"同属{first.title.zh}", f"both {first.title.en.lower()}"), _FAMILY)
    if second.name in first.related or first.name in second.related:
        words = Text(
            f"{first.title.zh}与{second.title.zh}常相伴发生",
            f"{first.title.en.lower()} and {second.title.en.lower()} often come together",
        )
        return Reason("related", words, _RELATED)
    return None


def _place(one: Seen, other: Seen, hops: int | None, tuning: Tuning) -> Reason | None:
    if one.entity == other.entity:
        return Reason("thing", Text("同一设备", "the same device"), _NEAR)
    if hops is not None:
        words = Text(f"同一河道上下游，相隔 {hops} 站", f"along the same river, {hops} gauges apart")
        return Reason("river", words, _NEAR * max(0.5, 1 - 0.1 * hops))
    if one.point is None or other.point is None:
        return None
    radius = max(tuning.radius_m[family_named(seen.family).name] for seen in (one, other))
    away = distance_m(one.point, other.point)
    if away > radius:
        return None
    words = Text(f"相距 {away:.0f} 米", f"{away:.0f} m apart")
    return Reason("distance", words, _NEAR * (1 - away / radius / 2))


def _before(accepted: int, rejected: int) -> Reason:
    if accepted > rejected:
        return Reason(
            "before",
            Text(f"此前 {accepted} 次被判为同一事件", f"{accepted} times before they were one matter"),
            _BEFORE,
        )
    return Reason(
        "before",
        Text(f"此前 {rejected} 次被判为无关", f"{rejected} times before they were not related"),
        -_BEFORE,
    )


def upstream(downstream: dict[str, str], one: str, other: str) -> int | None:
    """How many gauges apart two devices are along one river; `downstream` names the next device below."""
    for start, goal in ((one, other), (other, one)):
        at, steps = start, 0
        while at in downstream and steps <= len(downstream):
            at, steps = downstream[at], steps + 1
            if at == goal:
                return steps
    return None


def strongest(suggestions: Sequence[tuple[UUID, Suggestion]], most: int) -> list[tuple[UUID, Suggestion]]:
    """The few best of many, so that a storm suggests what is worth reading."""
    return sorted(suggestions, key=lambda one: (-one[1].score, one[0]))[:most]
