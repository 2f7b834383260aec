"""Do a plan's own examples try everything? Each condition and each level must be true once and false once.

An example is played through the same judge as judges the county: at each of its moments, and at every step in
which a hold can run out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from mudan.core.plans.model.advice import Advice, advice
from mudan.core.plans.model.examples import AlarmNow, Example, MatterNow, Moment
from mudan.core.plans.model.judge import Memory
from mudan.core.plans.model.reading import Path
from mudan.core.plans.model.types import Plan
from mudan.core.plans.model.world import (
    Happened,
    MatterFacts,
    Seen,
    StandingAlarm,
    StandingWarning,
    Stated,
    Subject,
    World,
)
from mudan.core.rules.model import Level
from mudan.primitives.geo import Point
from mudan.primitives.text import Text

START: Final = datetime(2026, 7, 1, tzinfo=UTC)
_STEPS: Final = 60
_HERE: Final = Point(107.35, 30.33)
AREA: Final = "500231"


@dataclass(frozen=True, slots=True)
class Gap:
    """What no example shows, or (with its number) an example that does not come out as it says."""

    path: Path
    text: Text
    example: int | None = None


@dataclass(slots=True)
class _State:
    """The world of an example as it goes on."""

    values: dict[tuple[int, str], Seen] = field(default_factory=dict)
    history: dict[tuple[int, str], list[tuple[datetime, float]]] = field(default_factory=dict)
    alarms: tuple[AlarmNow, ...] = ()
    raised: list[StandingAlarm] = field(default_factory=list)
    warnings: dict[str, Level] = field(default_factory=dict)
    opened: list[Happened] = field(default_factory=list)
    stated: tuple[str, ...] = ()
    matter: MatterNow | None = None
    matter_at: datetime = START


def played(plan: Plan, example: Example) -> list[Advice]:
    """What the plan advises at each step of an example, in order."""
    things = {
        name: Subject(n, f"urn:ngsi-ld:{thing.type}:{name}", thing.type, Text(name, name), thing.area or AREA,
                      thing.properties, _HERE)
        for n, (name, thing) in enumerate(example.things.items(), start=1)
    }  # fmt: skip
    state, memories, said = _State(), dict[str, Memory](), list[Advice]()
    for at in _times(plan, example):
        for moment in example.moments:
            if START + moment.at == at:
                _apply(moment, things, state, at)
        said.append(advice(plan, _world(things, state, at), memories))
        memories = said[-1].memories
    return said


def coverage(plan: Plan) -> list[Gap]:
    """Everything the examples leave untried, and every example that is wrong."""
    seen: set[tuple[str, str, bool]] = set()
    gaps: list[Gap] = []
    for number, example in enumerate(plan.examples):
        said = played(plan, example)
        gaps += _wrong(plan, number, example, said[-1])
        for one in said:
            seen |= {("conditions", c.name, c.holds) for c in one.conditions if c.holds is not None}
            seen |= {("levels", v.key, v.holds) for v in one.levels if v.holds is not None}
            seen |= {("end", "when", one.end.holds)} if one.end.holds is not None else set()
            if one.lower is not None and one.lower.holds is not None:
                seen.add(("lower", "when", one.lower.holds))
    return [*gaps, *_untried(plan, seen)]


def _untried(plan: Plan, seen: set[tuple[str, str, bool]]) -> Iterator[Gap]:
    wanted: list[tuple[str, str, Path]] = [
        ("conditions", name, ("conditions", name)) for name in plan.conditions
    ]
    wanted += [("levels", level.key, ("levels", n, "when")) for n, level in enumerate(plan.levels)]
    wanted += [("lower", "when", ("deescalate", "when"))] if plan.deescalate is not None else []
    wanted.append(("end", "when", ("closeout", "when")))
    for sort, name, path in wanted:
        for value, zh, en in ((True, "成立", "true"), (False, "不成立", "false")):
            if (sort, name, value) not in seen:
                yield Gap(
                    path, Text(f"没有示例使“{name}”{zh}", f"no example in which '{name}' is {en}")
                )  # fmt: skip


def _wrong(plan: Plan, number: int, example: Example, last: Advice) -> Iterator[Gap]:
    path: Path = ("examples", number)
    holding = tuple(verdict.key for verdict in last.levels if verdict.holds)
    unknown = set(example.expect) - {level.key for level in plan.levels}
    if unknown:
        text = Text(f"示例期望未知等级 {unknown}", f"the example expects unknown levels {unknown}")
        yield Gap(path, text, number)
    elif set(holding) != set(example.expect):
        yield Gap(
            path,
            Text(
                f"示例“{example.says.zh}”应成立 {_list(example.expect)}，实际 {_list(holding)}",
                f"example '{example.says.en}' should give {_list(example.expect)} and gives {_list(holding)}",
            ),
            number,
        )
    wanted = {"lower": last.lower, "end": last.end}.get(example.advises)
    if example.advises and (wanted is None or wanted.holds is not True):
        text = Text(f"示例应建议{example.advises}", f"the example should advise to {example.advises}")
        yield Gap(path, text, number)


def _list(keys: tuple[str, ...]) -> str:
    return ", ".join(keys) or "–"


def _times(plan: Plan, example: Example) -> list[datetime]:
    """The moments, and steps between them fine enough that every hold can run out."""
    end = max([example.until, *(moment.at for moment in example.moments)])
    holds = {condition.hold for condition in plan.conditions.values() if condition.hold}
    holds |= {part.hold for part in (plan.deescalate, plan.closeout) if part is not None and part.hold}
    times = {moment.at for moment in example.moments} | {end}
    times |= {end * n / _STEPS for n in range(_STEPS + 1)}
    times |= {moment.at + hold for moment in example.moments for hold in holds if moment.at + hold <= end}
    return sorted(START + one for one in times)


def _apply(moment: Moment, things: dict[str, Subject], state: _State, at: datetime) -> None:
    for name, readings in moment.readings.items():
        for quantity, value in readings.items():
            key = (things[name].key, quantity)
            state.values[key] = Seen(value, at)
            state.history.setdefault(key, []).append((at, value))
    state.alarms = moment.alarms if moment.alarms is not None else state.alarms
    if moment.warnings is not None:
        state.warnings = {hazard: colour.level for hazard, colour in moment.warnings.items()}
    state.opened += [
        Happened(kind, Level.IV, AREA, at) for kind, n in moment.incidents.items() for _ in range(n)
    ]
    state.raised += [_alarm(rule, at) for rule, n in moment.raised.items() for _ in range(n)]
    state.stated = moment.states if moment.states is not None else state.stated
    if moment.incident is not None:
        state.matter, state.matter_at = moment.incident, at - moment.incident.open_for


def _alarm(rule: str, at: datetime, level: Level = Level.IV) -> StandingAlarm:
    return StandingAlarm(rule, rule, level, AREA, at, Text(rule, rule), "example", _HERE)


def _world(things: dict[str, Subject], state: _State, at: datetime) -> World:
    matter = state.matter
    return World(
        at,
        tuple(things.values()),
        state.values,
        state.history,
        [_alarm(one.rule, at, one.level) for one in state.alarms],
        state.raised,
        [
            StandingWarning(hazard, level, AREA, at, Text(hazard, hazard))
            for hazard, level in state.warnings.items()
        ],
        state.opened,
        [Stated(name, "example", at) for name in state.stated],
        MatterFacts("example", matter.kind, matter.level, matter.phase, state.matter_at, AREA, _HERE)
        if matter is not None
        else None,
    )
