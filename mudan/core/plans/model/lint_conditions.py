"""Can the conditions of a plan ever decide anything? Names, figures, logic that is never or always true."""

from collections.abc import Iterator
from itertools import product
from typing import Any, Final

from mudan.core.plans.model.conditions import (
    Alarms,
    Count,
    Group,
    KOf,
    Matter,
    OwnLimit,
    Reading,
    Take,
    Warnings,
    names_in,
    parts_of,
)
from mudan.core.plans.model.finding import Facts, Finding, error, note, warning
from mudan.core.plans.model.judge import Outcome, truth
from mudan.core.plans.model.reading import Path
from mudan.core.plans.model.types import Plan, Scope
from mudan.core.rules.model import Op
from mudan.primitives.text import Text

MOST_NAMES: Final = 14  # 2^14 cases are tried; logic over more names is not searched
BUILT_IN: Final = frozenset({"link"})


def logics(plan: Plan) -> Iterator[tuple[Path, Any]]:
    """Every piece of logic in a plan, with its path."""
    for name, condition in plan.conditions.items():
        if isinstance(condition, Group):
            yield ("conditions", name, "when"), condition.when
    for n, level in enumerate(plan.levels):
        yield ("levels", n, "when"), level.when
        if level.safety is not None and level.safety.stop_if is not None:
            yield ("levels", n, "safety", "stop_if"), level.safety.stop_if
        for m, task in enumerate(level.tasks):
            if task.only_if is not None:
                yield ("levels", n, "tasks", m, "only_if"), task.only_if
    if plan.deescalate is not None:
        yield ("deescalate", "when"), plan.deescalate.when
    yield ("closeout", "when"), plan.closeout.when
    for m, task in enumerate(plan.closeout.tasks):
        if task.only_if is not None:
            yield ("closeout", "tasks", m, "only_if"), task.only_if


def logic(plan: Plan) -> Iterator[Finding]:
    """Names that are not there, circles, k of too few, conditions that nothing asks."""
    used: set[str] = set()
    for path, piece in logics(plan):
        for name in names_in(piece):
            used.add(name)
            if name not in plan.conditions:
                yield error(
                    "unknown_condition", path, f"没有名为“{name}”的条件", f"there is no condition '{name}'"
                )
        yield from _too_few(path, piece)
    for name in plan.conditions:
        if _in_circle(plan, name):
            yield error(
                "cycle",
                ("conditions", name),
                "条件引用成环",
                "the conditions refer to each other in a circle",
            )
        if name not in used:
            yield warning(
                "unused", ("conditions", name), "没有任何等级用到此条件", "no level asks this condition"
            )


def _too_few(path: Path, piece: Any) -> Iterator[Finding]:
    if isinstance(piece, KOf) and piece.choice.k > len(piece.choice.of):
        have, k = len(piece.choice.of), piece.choice.k
        yield error("unreachable", path, f"{have} 项中不可能满足 {k} 项", f"{k} of {have} can never be met")
    for part in parts_of(piece):
        yield from _too_few(path, part)


def _in_circle(plan: Plan, name: str) -> bool:
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        condition = plan.conditions.get(waiting.pop())
        for other in names_in(condition.when) if isinstance(condition, Group) else ():
            if other == name:
                return True
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    return False


def reachable(plan: Plan) -> Iterator[Finding]:
    """Logic that can never be true, or is never false, whatever happens."""
    for path, piece in logics(plan):
        names = sorted(_leaves(plan, piece))
        if len(names) > MOST_NAMES:
            continue
        apart = [(a, b) for a in names for b in names if a < b and _exclude(plan, a, b)]
        cases = [
            dict(zip(names, values, strict=True)) for values in product((False, True), repeat=len(names))
        ]
        possible = [case for case in cases if not any(case[a] and case[b] for a, b in apart)]
        results = {_true(plan, piece, case) for case in possible}
        if results == {False}:
            yield error(
                "unreachable", path, "条件相互矛盾，永远不会成立", "this contradicts itself and is never true"
            )
        elif results == {True}:
            yield error("always", path, "此逻辑恒成立", "this is always true")


def _leaves(plan: Plan, piece: Any) -> set[str]:
    found: set[str] = set()
    for name in names_in(piece):
        condition = plan.conditions[name]
        found |= _leaves(plan, condition.when) if isinstance(condition, Group) else {name}
    return found


def _true(plan: Plan, piece: Any, case: dict[str, bool]) -> bool:
    def outcome(name: str) -> Outcome:
        condition = plan.conditions[name]
        holds = _true(plan, condition.when, case) if isinstance(condition, Group) else case[name]
        return Outcome(name, Text("", ""), holds)

    return truth(piece, {name: outcome(name) for name in names_in(piece)}) is True


def _exclude(plan: Plan, a: str, b: str) -> bool:
    """Whether two conditions can never be true together: one value, two limits that leave nothing between."""
    one, other = plan.conditions[a], plan.conditions[b]
    if not isinstance(one, Reading) or not isinstance(other, Reading):
        return False
    if (one.reading, one.of, one.take, one.change_over) != (
        other.reading,
        other.of,
        other.take,
        other.change_over,
    ):
        return False
    if one.take is Take.EACH and not one.of.urn:
        return False  # two stations may say two things
    if isinstance(one.limit, OwnLimit) or isinstance(other.limit, OwnLimit):
        return False
    low, high = _span(one), _span(other)
    return max(low[0], high[0]) > min(low[1], high[1])


def _span(reading: Reading) -> tuple[float, float]:
    assert not isinstance(reading.limit, OwnLimit)
    far, limit = float("inf"), float(reading.limit)
    if reading.op in (Op.GE, Op.GT):
        return (limit + (1e-12 if reading.op is Op.GT else 0.0), far)
    if reading.op in (Op.LE, Op.LT):
        return (-far, limit - (1e-12 if reading.op is Op.LT else 0.0))
    return (limit, limit) if reading.op is Op.EQ else (-far, far)


def words(plan: Plan, facts: Facts) -> Iterator[Finding]:
    """Whether everything the conditions speak of is there, and every figure says where it is from."""
    for name, condition in plan.conditions.items():
        path: Path = ("conditions", name)
        if isinstance(condition, Reading):
            yield from _reading(plan, path, condition, facts)
        elif isinstance(condition, Alarms):
            yield from _rules(plan, (*path, "alarms"), condition.alarms.rules, facts)
        elif isinstance(condition, Count):
            yield from _rules(plan, (*path, "count"), condition.count.alarms, facts)
            yield from _kinds((*path, "count"), condition.count.incidents, facts)
        elif isinstance(condition, Matter):
            yield from _kinds((*path, "incident"), condition.incident.kinds, facts)
            if plan.scope is not Scope.INCIDENT:
                yield error(
                    "scope",
                    path,
                    "全县预案没有具体事件可问",
                    "a plan of scope county is not asked about one incident",
                )
        elif isinstance(condition, Warnings):
            yield from _hazards(plan, (*path, "warnings"), condition.warnings.hazards, facts)
        if _has_figure(condition) and not (condition.source or condition.example):
            yield error(
                "unmarked", path, "阈值既无出处也未标明示例（example: true）",
                "this figure names no source and is not marked as an example (example: true)",
            )  # fmt: skip
    yield from _kinds(("incident_kinds",), plan.incident_kinds, facts)


def _has_figure(condition: Any) -> bool:
    if isinstance(condition, Reading):
        return not isinstance(condition.limit, OwnLimit) or condition.limit.plus != 0
    if isinstance(condition, Alarms | Count):
        return condition.at_least > 1
    return isinstance(condition, Matter) and condition.incident.open_for is not None


def _reading(plan: Plan, path: Path, condition: Reading, facts: Facts) -> Iterator[Finding]:
    if facts.quantities is not None and condition.reading not in facts.quantities.keys() | BUILT_IN:
        yield _absent(
            condition.reading in plan.expects.quantities, "unknown_quantity", (*path, "reading"),
            f"没有平台报送“{condition.reading}”", f"no connected platform measures '{condition.reading}'",
        )  # fmt: skip
    of = condition.of
    if of.type and facts.entity_types is not None and of.type not in facts.entity_types:
        yield _absent(
            of.type in plan.expects.entity_types, "unknown_type", (*path, "of"),
            f"没有“{of.type}”类对象", f"no entity is a '{of.type}'",
        )  # fmt: skip
    elif of.type and facts.entity_types is not None:
        wanted = set(of.where) | (
            {condition.limit.property} if isinstance(condition.limit, OwnLimit) else set()
        )
        for property_name in sorted(wanted - set(facts.entity_types[of.type])):
            yield error(
                "unknown_property", path, f"“{of.type}”没有属性“{property_name}”",
                f"'{of.type}' has no property '{property_name}'",
            )  # fmt: skip
    if of.urn and facts.urns is not None and of.urn not in facts.urns:
        yield error("unknown_entity", (*path, "of"), f"没有对象 {of.urn}", f"there is no entity {of.urn}")
    if of.near_m is not None and plan.scope is not Scope.INCIDENT:
        yield error("scope", path, "near_m 只用于事件预案", "near_m needs a plan of scope incident")
    if condition.forecast and not plan.forecast_ok:
        yield error("forecast", path, "本预案不接受预报条件", "this plan does not count forecasts")


def _absent(expected: bool, code: str, path: Path, zh: str, en: str) -> Finding:
    if expected:
        return note(code, path, f"{zh}（待接入平台）", f"{en} (a platform to come will)")
    return error(code, path, zh, en)


def _rules(plan: Plan, path: Path, rules: tuple[str, ...], facts: Facts) -> Iterator[Finding]:
    for rule in rules:
        if facts.rules is not None and rule not in facts.rules:
            yield _absent(
                rule in plan.expects.rules,
                "unknown_rule",
                path,
                f"没有规则“{rule}”",
                f"there is no rule '{rule}'",
            )


def _kinds(path: Path, kinds: tuple[str, ...], facts: Facts) -> Iterator[Finding]:
    for kind in kinds:
        if facts.incident_kinds is not None and kind not in facts.incident_kinds:
            yield error(
                "unknown_kind", path, f"没有事件类型“{kind}”", f"there is no kind of incident '{kind}'"
            )


def _hazards(plan: Plan, path: Path, hazards: tuple[str, ...], facts: Facts) -> Iterator[Finding]:
    for hazard in hazards:
        if facts.quantities is not None and f"warning_{hazard}" not in facts.quantities:
            yield _absent(
                hazard in plan.expects.hazards, "unknown_hazard", path, f"没有平台报送“{hazard}”预警",
                f"no connected platform tells warnings of '{hazard}'",
            )  # fmt: skip
