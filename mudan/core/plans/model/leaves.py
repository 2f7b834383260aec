"""Does the world meet one condition that stands by itself, and by which values?"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from mudan.core.plans.model.conditions import (
    Alarm,
    Alarms,
    Count,
    Manual,
    Matter,
    Of,
    OwnLimit,
    Reading,
    Take,
    Warnings,
)
from mudan.core.plans.model.world import Subject, World
from mudan.core.rules.model import Op
from mudan.primitives.clock import scaled
from mudan.primitives.geo import Point, distance_m
from mudan.primitives.text import Text

MOST_EVIDENCE: Final = 12  # more than this nobody reads; the number of all is said as well


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that met a condition: what it is called, which value against which limit, from when."""

    name: Text
    at: datetime
    source: str = ""
    value: float | None = None
    limit: float | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """True, false or unknown; `who`: the entities that met it; of how many looked at how many were silent."""

    raw: bool | None
    evidence: tuple[Evidence, ...] = ()
    who: frozenset[int] = frozenset()
    looked_at: int = 0
    silent: int = 0


def answer(name: str, condition: Any, world: World, before: frozenset[int]) -> Answer:
    """The answer of any condition but a group; `before`: the entities that met it last time."""
    if isinstance(condition, Reading):
        return _reading(condition, world, before)
    if isinstance(condition, Alarms):
        return _alarms(condition, world)
    if isinstance(condition, Warnings):
        return _warnings(condition, world)
    if isinstance(condition, Count):
        return _count(condition, world)
    if isinstance(condition, Matter):
        return _matter(condition, world)
    assert isinstance(condition, Manual)
    found = [one for one in world.stated if one.name == name]
    return Answer(bool(found), tuple(Evidence(Text(one.by, one.by), one.at, "person") for one in found))


def compared(op: Op, value: float, limit: float, slack: float) -> bool:
    """Whether a value is beyond a limit; `slack` keeps what was beyond it there a little longer."""
    if op is Op.GE:
        return value >= limit - slack
    if op is Op.GT:
        return value > limit - slack
    if op is Op.LE:
        return value <= limit + slack
    if op is Op.LT:
        return value < limit + slack
    return (value == limit) is (op is Op.EQ)


def _reading(condition: Reading, world: World, before: frozenset[int]) -> Answer:
    found = [one for one in world.entities if _is_meant(one, condition.of, world)]
    fresh = [(one, seen) for one in found if (seen := _value(condition, one, world)) is not None]
    silent = len(found) - len(fresh)
    if condition.take is not Take.EACH:
        return _together(condition, fresh, len(found), before)
    met, who = [], set()
    for one, (value, at, unit) in fresh:
        limit = _limit(condition, one)
        if limit is None:
            silent += 1
        elif compared(condition.op, value, limit, condition.hysteresis if one.key in before else 0.0):
            who.add(one.key)
            met.append(Evidence(one.name, at, one.urn, value, limit, unit))
    heard = {one.key for one, _ in fresh}
    lost = {one.key for one in found if one.key in before and one.key not in heard}
    enough = len(who) >= condition.at_least
    if not enough and (len(who | lost) >= condition.at_least or silent == len(found)):
        return Answer(None, (), frozenset(who | lost), len(found), silent)
    return Answer(enough, _first(met), frozenset(who | lost), len(found), silent)


def _together(
    condition: Reading,
    fresh: Sequence[tuple[Subject, tuple[float, datetime, str]]],
    looked_at: int,
    before: frozenset[int],
) -> Answer:
    if not fresh:
        return Answer(None, looked_at=looked_at, silent=looked_at)
    values = [value for _, (value, _, _) in fresh]
    value = _TOGETHER[condition.take](values)
    assert not isinstance(condition.limit, OwnLimit)  # the types refuse it
    limit = float(condition.limit)
    true = compared(condition.op, value, limit, condition.hysteresis if before else 0.0)
    at = max(at for _, (_, at, _) in fresh)
    unit = fresh[0][1][2]
    telling = next((one for one, (own, _, _) in fresh if own == value), None)
    name = telling.name if telling is not None else Text(f"{len(fresh)} 处", f"{len(fresh)} places")
    evidence = Evidence(name, at, telling.urn if telling is not None else "", value, limit, unit)
    met = frozenset({one.key for one, _ in fresh}) if true else frozenset()
    return Answer(true, (evidence,) if true else (), met, looked_at, looked_at - len(fresh))


_TOGETHER: Final[dict[Take, Callable[[Sequence[float]], float]]] = {
    Take.MAX: max,
    Take.MIN: min,
    Take.SUM: sum,
    Take.MEAN: lambda values: sum(values) / len(values),
}


def _value(condition: Reading, one: Subject, world: World) -> tuple[float, datetime, str] | None:
    seen = world.values.get((one.key, condition.reading))
    if seen is None or world.now - seen.at > condition.fresh:
        return None
    if condition.change_over is None:
        return seen.value, seen.at, seen.unit
    window = [
        value
        for at, value in world.history.get((one.key, condition.reading), ())
        if seen.at - condition.change_over <= at <= seen.at
    ]
    falling = condition.op in (Op.LE, Op.LT)
    start = max([seen.value, *window]) if falling else min([seen.value, *window])
    return seen.value - start, seen.at, seen.unit


def _limit(condition: Reading, one: Subject) -> float | None:
    if not isinstance(condition.limit, OwnLimit):
        return float(condition.limit)
    own = one.properties.get(condition.limit.property)
    if not isinstance(own, int | float) or isinstance(own, bool):
        return None
    return float(own) + condition.limit.plus


def _is_meant(one: Subject, of: Of, world: World) -> bool:
    if of.urn:
        return one.urn == of.urn
    return (
        one.type == of.type
        and one.area_code.startswith(of.area)
        and all(one.properties.get(key) == value for key, value in of.where.items())
        and _is_near(one.point, of.near_m, world)
    )


def _is_near(point: Point | None, near_m: float | None, world: World) -> bool:
    if near_m is None:
        return True
    place = world.incident.point if world.incident is not None else None
    return point is not None and place is not None and distance_m(point, place) <= near_m


def _alarms(condition: Alarms, world: World) -> Answer:
    wanted: Alarm = condition.alarms
    met = []
    for one in world.alarms:
        here = world.incident is None or one.incident == world.incident.id
        near = wanted.near_m is not None and _is_near(one.point, wanted.near_m, world)
        if (
            (here or near)
            and (not wanted.rules or one.rule in wanted.rules)
            and (not wanted.platform or one.rule.split(".")[0] == wanted.platform)
            and (wanted.level is None or one.level <= wanted.level)
            and one.area_code.startswith(wanted.area)
        ):
            met.append(Evidence(one.sentence, one.raised_at, one.rule))
    return _enough(met, condition.at_least)


def _warnings(condition: Warnings, world: World) -> Answer:
    wanted = condition.warnings
    return _enough(
        [
            Evidence(one.name, one.since, one.hazard)
            for one in world.warnings
            if one.hazard in wanted.hazards
            and one.level <= wanted.colour.level
            and (one.area_code.startswith(wanted.area) or wanted.area.startswith(one.area_code))
        ],
        1,
    )


def _count(condition: Count, world: World) -> Answer:
    wanted = condition.count
    begun = world.now - scaled(wanted.within, world.scale)
    if wanted.incidents:
        met = [
            Evidence(Text(one.number, one.number), one.at, one.kind)
            for one in world.opened
            if one.kind in wanted.incidents and one.at > begun and _counts(one, wanted)
        ]
    else:
        met = [
            Evidence(one.sentence, one.raised_at, one.rule)
            for one in world.raised
            if one.rule in wanted.alarms and one.raised_at > begun and _counts(one, wanted)
        ]
    return _enough(met, condition.at_least)


def _counts(one: Any, wanted: Any) -> bool:
    return one.area_code.startswith(wanted.area) and (wanted.level is None or one.level <= wanted.level)


def _matter(condition: Matter, world: World) -> Answer:
    wanted, matter = condition.incident, world.incident
    if matter is None:
        return Answer(raw=False)
    open_for = world.now - matter.opened_at
    true = (
        (not wanted.kinds or matter.kind in wanted.kinds)
        and (wanted.level is None or matter.level <= wanted.level)
        and (wanted.open_for is None or open_for >= scaled(wanted.open_for, world.scale))
        and (not wanted.phases or matter.phase in wanted.phases)
    )
    minutes = open_for * world.scale / timedelta(minutes=1)
    said = Text(f"事件已持续 {minutes:.0f} 分钟", f"the incident has been open for {minutes:.0f} minutes")
    return Answer(true, (Evidence(said, matter.opened_at, "incident"),) if true else ())


def _enough(met: list[Evidence], needed: int) -> Answer:
    return Answer(len(met) >= needed, _first(met), looked_at=len(met))


def _first(met: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """The newest ones; there can be thousands in a storm."""
    return tuple(sorted(met, key=lambda one: one.at, reverse=True)[:MOST_EVIDENCE])
