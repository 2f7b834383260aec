"""Who is sent, and in words why? All units, best first: by road time from where they were last seen.

    suitable, can arrive ──▶ by road time       not suitable (busy, lacks something) ──▶ after them
    cannot arrive ─────────▶ told apart: every way is closed, or no road leads there

The nearest by road is the default for every call; what its going costs the others (coverage) is a second
figure beside it, never a hidden weight.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
import numpy.typing as npt

from mudan.core.dispatch.model.policy import diversion_refusal
from mudan.core.units.model import (
    CAPABILITIES,
    DEAD_POSITION,
    OLD_POSITION,
    Availability,
    Unit,
    availability,
    not_fit,
)
from mudan.primitives.geo import Point, distance_m
from mudan.primitives.text import Text

F64 = npt.NDArray[np.float64]
PROFILES: Final = {"fire": "truck", "flood_rescue": "truck"}
COVERAGE_TOLD: Final = 0.005


@dataclass(frozen=True, slots=True)
class Need:
    """What the matter needs: capabilities (all of them), of which kind if one is named, at which level, where."""

    capabilities: tuple[str, ...]
    place: Point | None
    level: int = 4
    area_code: str = ""


@dataclass(frozen=True, slots=True)
class Ranked:
    """One unit held against a need. `eta_s` is road time (straight-line guess where `by_road` is False).

    `codes` name the reasons for machines; `reasons` say them for people, the deciding one first.
    """

    unit: Unit
    suitable: bool
    reachable: bool
    by_road: bool
    eta_s: float | None
    distance_m: float | None
    position_age_s: float | None
    availability: Availability
    coverage_lost: float
    codes: tuple[str, ...]
    reasons: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """All units: `best` first, those that `cannot_arrive` apart, and what is short in words."""

    best: tuple[Ranked, ...]
    cannot_arrive: tuple[Ranked, ...]
    shortfalls: tuple[Text, ...]
    by_road: bool


def profile_of(unit: Unit) -> str:
    """The class of vehicle that a unit drives."""
    return PROFILES.get(unit.kind, "car")


def start_of(unit: Unit, now: datetime) -> tuple[Point, float | None, bool]:
    """Where a unit starts from, the age of that in seconds, and whether it was seen there (else its home)."""
    age = (now - unit.position_at).total_seconds() if unit.position_at is not None else None
    if unit.point is not None and age is not None and age <= DEAD_POSITION.total_seconds():
        return unit.point, age, True
    return unit.home, age, False


def rank(
    units: Sequence[Unit],
    seconds: F64 | None,
    lost: F64,
    need: Need,
    now: datetime,
    present_levels: dict[str, int],
) -> Ranking:
    """Rank units; `seconds` road times in their order (inf: cannot arrive), None without a road network.

    `present_levels`: the level of the matter that each busy unit is on, by its code, for the diversion table.
    """
    found = [
        _held(
            unit, None if seconds is None else float(seconds[at]), float(lost[at]), need, now, present_levels
        )
        for at, unit in enumerate(units)
    ]
    best = sorted((one for one in found if one.reachable), key=_order)
    away = sorted((one for one in found if not one.reachable), key=lambda one: one.unit.code)
    if best and best[0].suitable and seconds is not None:
        best[0] = _crowned(best[0])
    return Ranking(tuple(best), tuple(away), _shortfalls(found, need), seconds is not None)


def _order(one: Ranked) -> tuple[bool, float, str]:
    return (not one.suitable, one.eta_s if one.eta_s is not None else float("inf"), one.unit.code)


def _crowned(one: Ranked) -> Ranked:
    words = Text("合适力量中路网到达最快", "the first to arrive by road of all that suit")
    return Ranked(
        one.unit, one.suitable, one.reachable, one.by_road, one.eta_s, one.distance_m, one.position_age_s,
        one.availability, one.coverage_lost, ("ClosestByEta", *one.codes), (words, *one.reasons),
    )  # fmt: skip


def _held(
    unit: Unit, road_s: float | None, lost: float, need: Need, now: datetime, present_levels: dict[str, int]
) -> Ranked:
    here, age, seen = start_of(unit, now)
    away = distance_m(here, need.place) if need.place is not None else None
    klass, why = availability(unit, now)
    said: list[tuple[str, Text]] = [*_capable(unit, need)]
    missing = any(code == "NotQualified" for code, _ in said)
    said += _where(unit, need, age, seen=seen)
    said += [("Delayed" if klass is Availability.DELAYED else "Status", words) for words in why]
    divert = _diverted(unit, need, klass, present_levels)
    said += divert[1]
    unfit = not_fit(unit)
    if unfit is not None and unfit not in why:
        said.append(("NotFit", unfit))
    if lost >= COVERAGE_TOLD:
        share = f"{lost * 100:.1f}"
        said.append(
            (
                "CoverageLost",
                Text(f"派出后县域覆盖下降 {share}%", f"coverage falls by {share} % when it goes"),
            )
        )
    reachable = road_s is None or bool(np.isfinite(road_s))
    if not reachable:
        said.insert(
            0,
            (
                "CutOff",
                Text(
                    "道路封闭或无路可通，无法到达", "every way is closed or there is no road: cannot arrive"
                ),
            ),
        )
    free = (
        klass in (Availability.AVAILABLE, Availability.DELAYED, Availability.UNKNOWN)
        and unit.status == "available"
    )
    suitable = (free or divert[0]) and not missing and unfit is None and unit.crew_count > 0
    eta = road_s if road_s is not None and reachable else None if road_s is not None else _guess(away)
    return Ranked(
        unit, suitable, reachable, road_s is not None, eta, away, age if seen else None, klass, lost,
        tuple(code for code, _ in said), tuple(words for _, words in said),
    )  # fmt: skip


def _capable(unit: Unit, need: Need) -> list[tuple[str, Text]]:
    said = []
    for name in need.capabilities:
        words = CAPABILITIES.get(name, Text(name, name))
        if name in unit.capabilities:
            said.append(("Qualified", Text(f"具备{words.zh}能力", f"can do {words.en}")))
        else:
            said.append(("NotQualified", Text(f"缺少能力：{words.zh}", f"lacks {words.en}")))
    return said


def _where(unit: Unit, need: Need, age: float | None, *, seen: bool) -> list[tuple[str, Text]]:
    said = []
    if not seen:
        said.append(("NoLocation", Text("无实时位置，按驻地计算", "no live position: reckoned from home")))
    elif age is not None and age > OLD_POSITION.total_seconds():
        words = Text(f"位置是 {age / 60:.0f} 分钟前的", f"position is {age / 60:.0f} minutes old")
        said.append(("StaleLocation", words))
    if need.area_code and len(unit.area_code) > 6 and need.area_code.startswith(unit.area_code):
        said.append(("InResponsibilityArea", Text("责任区内", "in its own area")))
    return said


def _diverted(
    unit: Unit, need: Need, klass: Availability, present_levels: dict[str, int]
) -> tuple[bool, list[tuple[str, Text]]]:
    present = present_levels.get(unit.code)
    if klass is not Availability.COMMITTED or present is None:
        return False, []
    refusal = diversion_refusal(unit.status, present, need.level)
    if refusal is not None:
        return False, [("NotDivertible", refusal)]
    words = Text(
        f"可由 {present} 级事件改派（须指挥员决定）",
        f"may be diverted from a level {present} matter by a commander",
    )
    return True, [("DivertedFromLower", words)]


def _guess(away: float | None) -> float | None:
    """Road time guessed from the straight line, where there is no network: said on the screen."""
    return None if away is None else away * 1.4 / (40 / 3.6)


def _shortfalls(found: Sequence[Ranked], need: Need) -> tuple[Text, ...]:
    if not found:
        return (Text("没有登记任何力量", "no unit is registered"),)
    qualified = [one for one in found if "NotQualified" not in one.codes]
    if not qualified:
        names = [CAPABILITIES.get(name, Text(name, name)) for name in need.capabilities]
        zh, en = "、".join(one.zh for one in names), ", ".join(one.en for one in names)
        return (Text(f"没有具备{zh}能力的力量", f"no unit can do {en}"),)
    said = []
    cut = sum(not one.reachable for one in qualified)
    if cut == len(qualified):
        said.append(Text("所有合适力量均无法到达", "every unit that suits is cut off"))
    elif cut:
        said.append(Text(f"{cut} 支合适力量无法到达", f"{cut} units that suit are cut off"))
    if not any(one.suitable and one.reachable for one in qualified):
        said.append(
            Text(
                "没有空闲的合适力量，请改派、增援或求援",
                "none that suits is free: divert, reinforce or ask for help",
            )
        )
    return tuple(said)
