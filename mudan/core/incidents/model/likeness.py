"""Could two reports be of one and the same matter? A score from place, time, kind and words, with its reasons.

All distances and times are examples (示例), to be set by the county.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final

from mudan.core.incidents.model.types import KIND_WORDS, Incident
from mudan.primitives.geo import Point, distance_m
from mudan.primitives.text import Text

NEAR_M: Final = {  # 示例: within this distance two reports of a kind are probably one
    "flood": 2000.0, "waterlogging": 600.0, "landslide": 1000.0, "earthquake": 20_000.0, "road_accident": 300.0,
    "fire": 300.0, "forest_fire": 3000.0, "hazmat": 800.0, "medical": 100.0, "public_health": 500.0,
    "elder_help": 50.0, "crowd": 500.0, "construction": 200.0, "utility": 1000.0, "other": 150.0,
}  # fmt: skip
FAMILIES: Final = (
    frozenset({"flood", "waterlogging", "landslide"}),
    frozenset({"fire", "forest_fire", "hazmat"}),
    frozenset({"road_accident", "hazmat", "medical", "fire"}),
    frozenset({"medical", "elder_help", "public_health"}),
    frozenset({"earthquake", "landslide", "construction"}),
    frozenset({"utility", "waterlogging"}),
)
WINDOW_MIN: Final = 360.0  # 示例
SUGGESTED: Final = 0.45


@dataclass(frozen=True, slots=True)
class Account:
    """What is being reported now."""

    kind: str
    at: datetime
    lon: float | None
    lat: float | None
    words: str


@dataclass(frozen=True, slots=True)
class Likeness:
    """An incident that may be the same matter; `score` 0 to 1."""

    incident: Incident
    score: float
    distance_m: float | None
    minutes: float
    reasons: tuple[Text, ...]


def account_of(incident: Incident) -> Account:
    """An incident as something to be compared."""
    words = f"{incident.title} {incident.address}"
    return Account(incident.kind, incident.opened_at, incident.lon, incident.lat, words)


def alike(account: Account, others: Iterable[Incident], most: int = 5) -> list[Likeness]:
    """The incidents that may be the same matter, likeliest first."""
    found = [like for other in others if (like := _likeness(account, other)).score >= SUGGESTED]
    return sorted(found, key=lambda like: (-like.score, like.incident.number))[:most]


def _likeness(account: Account, other: Incident) -> Likeness:
    kind, reasons = _kinds(account.kind, other.kind)
    away = None
    near = 0.0
    if (
        account.lon is not None
        and account.lat is not None
        and other.lon is not None
        and other.lat is not None
    ):
        away = distance_m(Point(account.lon, account.lat), Point(other.lon, other.lat))
        reach = max(NEAR_M.get(account.kind, 150.0), NEAR_M.get(other.kind, 150.0))
        near = max(0.0, 1.0 - away / (2 * reach))
        if near > 0:
            reasons.append(Text(f"相距 {away:.0f} 米", f"{away:.0f} m apart"))
    shared = overlap(account.words, f"{other.title} {other.address}")
    if shared >= 0.25:
        reasons.append(Text("地点或名称相近", "similar place or name"))
    minutes = abs((account.at - other.opened_at).total_seconds()) / 60
    recent = max(0.0, 1.0 - minutes / WINDOW_MIN)
    if recent > 0:
        reasons.append(Text(f"相隔 {minutes:.0f} 分钟", f"{minutes:.0f} min apart"))
    place = max(near, shared) if away is None or near > 0 else 0.0
    score = 0.0 if place == 0 or recent == 0 else 0.55 * place + 0.2 * recent + 0.25 * kind
    return Likeness(other, round(score, 2), away, minutes, tuple(reasons))


def _kinds(one: str, other: str) -> tuple[float, list[Text]]:
    if one == other:
        words = KIND_WORDS.get(one, Text(one, one))
        return 1.0, [Text(f"同为{words.zh}", f"both {words.en.lower()}")]
    if any(one in family and other in family for family in FAMILIES):
        return 0.6, [Text("灾种相关", "related kinds")]
    return 0.0, []


def overlap(one: str, other: str) -> float:
    """The share of letter pairs that two texts have in common (Dice), 0 to 1."""
    first, second = _pairs(one), _pairs(other)
    if not first or not second:
        return 0.0
    return 2 * len(first & second) / (len(first) + len(second))


def _pairs(text: str) -> set[str]:
    letters = [letter for letter in text.lower() if letter.isalnum()]
    return {a + b for a, b in pairwise(letters)}
