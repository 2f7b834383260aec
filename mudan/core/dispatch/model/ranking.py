"""Who is sent, and in words why? All units, best first: by road time from where they were last seen.

    suitable, can arrive ──▶ by road time       not suitable (busy, lacks something) ──▶ after them
    cannot arrive ─────────▶ told apart: every way is closed, or no road leads there

The nearest by road is the default for every call; what its going costs the others (coverage) is a second
figure beside it, never a hidden weight.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import inf
from typing import Any, Final, overload
from uuid import UUID

import numpy as np
import numpy.typing as npt

from mudan.core.dispatch.model.policy import SHIPPED, Policy, diversion_refusal, line_words
from mudan.core.units.model import (
    CAPABILITIES,
    DEAD_POSITION,
    OLD_POSITION,
    Administrative,
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


class Rows(Sequence[Ranked]):
    """Units in their order; what is to be said of each is put together only for those that are looked at."""

    def __init__(self, order: Sequence[int], row: Callable[[int, int], Ranked]) -> None:
        self.order, self._row = order, row
        self._made: dict[int, Ranked] = {}

    def __len__(self) -> int:
        return len(self.order)

    @overload
    def __getitem__(self, at: int) -> Ranked: ...
    @overload
    def __getitem__(self, at: slice) -> list[Ranked]: ...
    def __getitem__(self, at: int | slice) -> Ranked | list[Ranked]:
        if isinstance(at, slice):
            return [self[one] for one in range(len(self))[at]]
        place = range(len(self))[at]
        if place not in self._made:
            self._made[place] = self._row(place, self.order[place])
        return self._made[place]


@dataclass(frozen=True, slots=True)
class Ranking:
    """All units: `best` first, those that `cannot_arrive` apart, and what is short in words.

    `known` are the units as they were asked about, `able` says which of them suit.
    """

    best: Rows
    cannot_arrive: Rows
    shortfalls: tuple[Text, ...]
    by_road: bool
    known: Sequence[Unit]
    able: Sequence[bool]

    @property
    def suiting(self) -> list[UUID]:
        """The ids of those that suit and can arrive, best first."""
        return [self.known[at].id for at in self.best.order if self.able[at]]

    def row_of(self, unit: UUID) -> Ranked | None:
        """What is to be said of one unit."""
        for rows in (self.best, self.cannot_arrive):
            for place, at in enumerate(rows.order):
                if self.known[at].id == unit:
                    return rows[place]
        return None


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
    present_levels: Mapping[str, int],
    policy: Policy = SHIPPED,
    *,
    known: Sequence[Unit] | None = None,
) -> Ranking:
    """Rank units; `seconds` road times in their order (inf: cannot arrive), None without a road network.

    `present_levels`: the level of the matter that each busy unit is on, by its code, for the diversion table.
    `known`: the same units without their positions, where putting `units` together is dear.
    """
    known = units if known is None else known
    qualified = _qualified(known, need)
    able = [
        can and _may_go(unit, need, present_levels, policy)
        for can, unit in zip(qualified, known, strict=True)
    ]
    road = np.full(len(known), inf) if seconds is None else seconds
    reached = np.ones(len(known), bool) if seconds is None else np.isfinite(road)
    times = np.array(_guesses(units, need, now), float) if seconds is None else road
    codes = sorted(range(len(known)), key=lambda at: known[at].code)
    first = sorted_by(codes, (~np.array(able, bool), times))
    best = first[reached[first]].tolist()
    away = [at for at in codes if not reached[at]]

    def row(place: int, at: int) -> Ranked:
        road_s = None if seconds is None else float(road[at])
        held = _held(units[at], road_s, float(lost[at]), need, now, present_levels, policy)
        crowned = place == 0 and able[at] and bool(reached[at]) and seconds is not None
        return _crowned(held) if crowned else held

    return Ranking(
        Rows(best, row), Rows(away, row), _shortfalls(known, qualified, able, reached, need), seconds is not None,
        known, able,
    )  # fmt: skip


def sorted_by(order: Sequence[int], keys: tuple[npt.NDArray[Any], ...]) -> npt.NDArray[np.int64]:
    """Places by the first key, then the second …; what is equal in all stays in the given order."""
    at = np.array(order, np.int64)
    found: npt.NDArray[np.int64] = at[np.lexsort([key[at] for key in reversed(keys)])]
    return found


def _qualified(units: Sequence[Unit], need: Need) -> list[bool]:
    """Whether each unit can do everything that is needed, its crew apart."""
    wanted = frozenset(need.capabilities)
    able: dict[tuple[str, ...], bool] = {}
    for unit in units:
        if unit.capabilities not in able:
            able[unit.capabilities] = wanted <= frozenset(unit.capabilities)
    return [able[unit.capabilities] for unit in units]


def suits(unit: Unit, need: Need, present_levels: Mapping[str, int], policy: Policy = SHIPPED) -> bool:
    """Whether a unit may be sent to a need: able, fit, and free or on its way to something milder."""
    return _qualified([unit], need)[0] and _may_go(unit, need, present_levels, policy)


def _may_go(unit: Unit, need: Need, present_levels: Mapping[str, int], policy: Policy) -> bool:
    if unit.administrative is not Administrative.ON_DUTY or unit.crew_count < max(1, unit.min_crew):
        return False
    if not unit.tasks or unit.status == "available":
        return True
    present = present_levels.get(unit.code)
    return present is not None and diversion_refusal(unit.status, present, need.level, policy) is None


def _guesses(units: Sequence[Unit], need: Need, now: datetime) -> list[float]:
    if need.place is None:
        return [inf] * len(units)
    return [_guess(distance_m(start_of(unit, now)[0], need.place)) or 0.0 for unit in units]


def _crowned(one: Ranked) -> Ranked:
    words = Text("合适力量中路网到达最快", "the first to arrive by road of all that suit")
    return replace(one, codes=("ClosestByEta", *one.codes), reasons=(words, *one.reasons))


def _held(
    unit: Unit,
    road_s: float | None,
    lost: float,
    need: Need,
    now: datetime,
    present_levels: Mapping[str, int],
    policy: Policy,
) -> Ranked:
    here, age, seen = start_of(unit, now)
    away = distance_m(here, need.place) if need.place is not None else None
    klass, why = availability(unit, now)
    said: list[tuple[str, Text]] = [*_capable(unit, need)]
    said += _where(unit, need, age, seen=seen)
    said += [("Delayed" if klass is Availability.DELAYED else "Status", words) for words in why]
    said += _diverted(unit, need, present_levels, policy)
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
    suitable = suits(unit, need, present_levels, policy)
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
    unit: Unit, need: Need, present_levels: Mapping[str, int], policy: Policy
) -> list[tuple[str, Text]]:
    present = present_levels.get(unit.code)
    if not unit.tasks or present is None or unit.status in ("available", "offered"):
        return []
    refusal = diversion_refusal(unit.status, present, need.level, policy)
    if refusal is not None:
        return [("NotDivertible", refusal)]
    line = line_words(policy[present])
    words = Text(f"可改派（须指挥员决定）：{line.zh}", f"may be diverted, a commander decides: {line.en}")
    return [("DivertedFromLower", words)]


def _guess(away: float | None) -> float | None:
    """Road time guessed from the straight line, where there is no network: said on the screen."""
    return None if away is None else away * 1.4 / (40 / 3.6)


def _shortfalls(
    units: Sequence[Unit],
    can: Sequence[bool],
    able: Sequence[bool],
    reached: npt.NDArray[np.bool_],
    need: Need,
) -> tuple[Text, ...]:
    if not units:
        return (Text("没有登记任何力量", "no unit is registered"),)
    qualified = [at for at, one in enumerate(can) if one]
    if not qualified:
        names = [CAPABILITIES.get(name, Text(name, name)) for name in need.capabilities]
        zh, en = "、".join(one.zh for one in names), ", ".join(one.en for one in names)
        return (Text(f"没有具备{zh}能力的力量", f"no unit can do {en}"),)
    said = []
    cut = sum(not reached[at] for at in qualified)
    if cut == len(qualified):
        said.append(Text("所有合适力量均无法到达", "every unit that suits is cut off"))
    elif cut:
        said.append(Text(f"{cut} 支合适力量无法到达", f"{cut} units that suit are cut off"))
    if not any(able[at] and reached[at] for at in qualified):
        said.append(
            Text(
                "没有空闲的合适力量，请改派、增援或求援",
                "none that suits is free: divert, reinforce or ask for help",
            )
        )
    return tuple(said)
