"""Can what a level orders be done? Roles, departments, units, tasks, receipts, clocks."""

from collections import Counter
from collections.abc import Iterator
from math import inf
from typing import Any

from mudan.core.plans.model.finding import Facts, Finding, error, note, warning
from mudan.core.plans.model.reading import Path
from mudan.core.plans.model.types import Doer, LevelPlan, Place, Plan, PlanTask, UnitNeed
from mudan.core.plans.model.words import span_words
from mudan.core.roads.model import PROFILES
from mudan.core.rules.model import Level
from mudan.primitives.geo import Point


def levels(plan: Plan, facts: Facts) -> Iterator[Finding]:
    """Everything about roles and levels."""
    yield from _roles(plan, facts)
    yield from _order(plan)
    known: set[str] = set()
    for n, level in enumerate(plan.levels):
        path: Path = ("levels", n)
        known |= {task.id for task in level.tasks}
        yield from _command(plan, path, level)
        yield from _units(plan, path, level, facts)
        yield from _tasks(plan, (*path, "tasks"), level.tasks, known, facts)
        yield from _notices(plan, path, level, facts)
        yield from _figures(path, level)
        yield from _depths(path, level)
    known |= {task.id for task in plan.closeout.tasks}
    yield from _tasks(plan, ("closeout", "tasks"), plan.closeout.tasks, known, facts)
    for tree, steps in plan.call_trees.items():
        for n, step in enumerate(steps):
            yield from _doer(plan, ("call_trees", tree, n), step.who, facts)
    yield from _repeated(plan)
    for n, zone in enumerate(plan.zones):
        if not (zone.source or zone.example):
            yield _unmarked(("zones", n))


def _roles(plan: Plan, facts: Facts) -> Iterator[Finding]:
    for name, role in plan.roles.items():
        by, path = role.filled_by, ("roles", name, "filled_by")
        if by.department and facts.departments is not None and by.department not in facts.departments:
            yield error(
                "unknown_department", path, f"没有部门“{by.department}”", f"no department '{by.department}'"
            )
        if by.position and facts.positions is not None and by.position not in facts.positions:
            yield error(
                "unknown_position", path, f"没有值班岗位“{by.position}”", f"no duty position '{by.position}'"
            )
        if facts.holders is not None and not any(
            holder.role == by.role and by.department in ("", holder.department) for holder in facts.holders
        ):
            yield error(
                "role_without_person",
                path,
                f"“{role.title.zh}”没有人可以担任",
                f"nobody can be '{role.title.en}'",
            )


def _order(plan: Plan) -> Iterator[Finding]:
    for n, (milder, graver) in enumerate(zip(plan.levels, plan.levels[1:], strict=False)):
        if graver.level > milder.level:
            yield error(
                "order", ("levels", n + 1, "level"), "等级须由轻到重排列", "levels are written mildest first"
            )
    for key, times in Counter(level.key for level in plan.levels).items():
        if times > 1:
            yield error("repeated", ("levels",), f"等级“{key}”重复", f"level '{key}' is there {times} times")
    if plan.raise_only and plan.deescalate is not None:
        yield error(
            "raise_only", ("deescalate",), "只升不降的预案不能有降级条件",
            "a plan whose levels are only raised has no conditions to lower them",
        )  # fmt: skip


def _command(plan: Plan, path: Path, level: LevelPlan) -> Iterator[Finding]:
    named = {"commander": level.commander, "approver": level.approver, "end_by": level.end_by}
    named |= {f"deputies.{n}": deputy for n, deputy in enumerate(level.deputies)}
    named |= {f"warnings.{n}.approver": one.approver for n, one in enumerate(level.warnings)}
    if plan.deescalate is not None:
        named["deescalate"] = plan.deescalate.decided_by
    for where, role in named.items():
        if role not in plan.roles:
            steps = tuple(int(step) if step.isdigit() else step for step in where.split("."))
            yield error("unknown_role", (*path, *steps), f"没有角色“{role}”", f"there is no role '{role}'")
    approver = plan.roles.get(level.approver)
    if level.level is Level.I and approver is not None and approver.filled_by.role != "leader":
        yield warning(
            "approver",
            (*path, "approver"),
            "Ⅰ级响应一般由县主要领导批准",
            "level I is usually approved by a leader",
        )


def _doer(plan: Plan, path: Path, who: Doer, facts: Facts) -> Iterator[Finding]:
    if who.role is not None and who.role not in plan.roles:
        yield error("unknown_role", path, f"没有角色“{who.role}”", f"there is no role '{who.role}'")
    if who.department and facts.departments is not None and who.department not in facts.departments:
        yield error(
            "unknown_department", path, f"没有部门“{who.department}”", f"no department '{who.department}'"
        )


def _units(plan: Plan, path: Path, level: LevelPlan, facts: Facts) -> Iterator[Finding]:
    for n, need in enumerate(level.units):
        here = (*path, "units", n)
        if facts.fleet is not None:
            able = [
                unit
                for unit in facts.fleet
                if need.capability in unit.capabilities and need.kind in ("", unit.kind)
            ]
            expected = need.capability in plan.expects.capabilities
            what = f"{need.capability}{f'（{need.kind}）' if need.kind else ''}"
            if not able:
                make = note if expected else error
                yield make("no_fleet", here, f"全县没有“{what}”力量", f"no unit can do '{what}'")
            elif len(able) < need.count:
                yield warning(
                    "short_fleet", here, f"“{what}”需 {need.count}，全县只有 {len(able)}",
                    f"{need.count} of '{what}' are asked, there are {len(able)}",
                )  # fmt: skip
        yield from _travel(here, need, facts)


def _travel(path: Path, need: UnitNeed, facts: Facts) -> Iterator[Finding]:
    point = _point(need.place, facts)
    if facts.travel_s is None or need.by is None or point is None:
        return
    seconds = facts.travel_s(need.capability, need.kind, need.count, point)
    if seconds == inf:
        yield error(
            "deadline_before_arrival", (*path, "by"), "道路不通，到不了要求的地点",
            "no road leads to where they are asked, or every way is closed",
        )  # fmt: skip
    elif seconds is not None and seconds > need.by.total_seconds():
        minutes = seconds / 60
        yield error(
            "deadline_before_arrival", (*path, "by"),
            f"要求 {span_words(need.by).zh}到位，路程需 {minutes:.0f} 分钟",
            f"asked within {span_words(need.by).en}, but the way takes {minutes:.0f} minutes",
        )  # fmt: skip


def _point(place: Place | None, facts: Facts) -> Point | None:
    if place is None:
        return None
    if place.lon is not None and place.lat is not None:
        return Point(place.lon, place.lat)
    return (facts.urns or {}).get(place.urn)


def _tasks(
    plan: Plan, path: Path, tasks: tuple[PlanTask, ...], known: set[str], facts: Facts
) -> Iterator[Finding]:
    after = {task.id: task.after for task in tasks}
    for n, task in enumerate(tasks):
        here = (*path, n)
        yield from _doer(plan, (*here, "who"), task.who, facts)
        for other in task.after:
            if other not in known:
                yield error(
                    "unknown_dependency", (*here, "after"), f"前置任务“{other}”不在本级及更轻等级中",
                    f"'{other}' is no task of this level or a milder one",
                )  # fmt: skip
        if _comes_back(task.id, after):
            yield error(
                "cycle", (*here, "after"), "任务前置关系成环", "the tasks wait for each other in a circle"
            )
        if (
            task.place is not None
            and task.place.urn
            and facts.urns is not None
            and task.place.urn not in facts.urns
        ):
            yield error("unknown_entity", (*here, "place"), "地点对象不存在", "there is no such place")


def _comes_back(start: str, after: dict[str, tuple[str, ...]]) -> bool:
    waiting, seen = list(after.get(start, ())), set[str]()
    while waiting:
        one = waiting.pop()
        if one == start:
            return True
        if one not in seen:
            seen.add(one)
            waiting += after.get(one, ())
    return False


def _notices(plan: Plan, path: Path, level: LevelPlan, facts: Facts) -> Iterator[Finding]:
    for n, notice in enumerate(level.notify):
        here = (*path, "notify", n)
        yield from _doer(plan, (*here, "who"), notice.who, facts)
        if notice.fallback is not None and notice.fallback not in plan.call_trees:
            yield error(
                "unknown_tree", (*here, "fallback"), f"没有叫应链“{notice.fallback}”",
                f"there is no call tree '{notice.fallback}'",
            )  # fmt: skip
        if notice.need_receipt and notice.fallback is None:
            yield warning(
                "no_fallback",
                here,
                "要求回执但没有后备叫应链",
                "a receipt is needed, and nobody is next when none comes",
            )


def _figures(path: Path, level: LevelPlan) -> Iterator[Finding]:
    for name in ("closures", "reports"):
        for n, one in enumerate(getattr(level, name)):
            if not (one.source or one.example) and _numbers(one):
                yield _unmarked((*path, name, n))


def _depths(path: Path, level: LevelPlan) -> Iterator[Finding]:
    for n, closure in enumerate(level.closures):
        limits = [PROFILES[name].depth_limit_m or inf for name in closure.vehicle_classes]
        if closure.depth_m is not None and closure.rule == "flood_depth" and closure.depth_m < min(limits):
            yield warning(
                "shallow", (*path, "closures", n, "depth_m"), f"{min(limits):g} 米以下的水对所列车型不封闭",
                f"water below {min(limits):g} m stops none of these vehicles",
            )  # fmt: skip


def _numbers(one: Any) -> bool:
    fields = ("depth_m", "radius_m", "sector_deg", "phone_within", "written_within", "every")
    return any(getattr(one, name, None) is not None for name in fields)


def _unmarked(path: Path) -> Finding:
    return error(
        "unmarked", path, "数值既无出处也未标明示例（example: true）",
        "this figure names no source and is not marked as an example (example: true)",
    )  # fmt: skip


def _repeated(plan: Plan) -> Iterator[Finding]:
    for name in ("tasks", "notify", "warnings", "closures"):
        ids = Counter(one.id for level in plan.levels for one in getattr(level, name))
        if name == "tasks":
            ids.update(task.id for task in plan.closeout.tasks)
        for key, times in ids.items():
            if times > 1:
                yield error("repeated", ("levels",), f"编号“{key}”重复", f"'{key}' is there {times} times")
