"""Whose is a case: which rule of the responsibility matrix says so, and how often has it been wrong?

Of the rules that hold for the class, the place and the day, the one that is nearest decides: a 小类 before its 大类,
then the smaller area, then the newer rule.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Final, NamedTuple

from mudan.primitives.text import Text

LEAST_SENT: Final = 5  # 示例: fewer dispatches say nothing about a rule
DOUBTFUL: Final = 0.2  # 示例: from this share of returns a rule is to be looked at


@dataclass(frozen=True, slots=True)
class MatrixRule:
    """For which class (empty: all) and area (empty: all), from when until when (inclusive), which department."""

    id: str
    class_code: str
    area_code: str
    department: str
    since: date
    until: date | None = None
    note: str = ""

    def holds(self, class_code: str, area_code: str, day: date) -> bool:
        """Whether the rule speaks about such a case on such a day."""
        in_time = self.since <= day and (self.until is None or day <= self.until)
        return in_time and class_code.startswith(self.class_code) and area_code.startswith(self.area_code)

    def nearness(self) -> tuple[int, int, date]:
        """The greater, the nearer to the case."""
        return len(self.class_code), len(self.area_code), self.since


class Advice(NamedTuple):
    """Which department, by which rule, why; and what others would have said."""

    rule: MatrixRule
    reason: Text
    others: tuple[MatrixRule, ...]


class Record(NamedTuple):
    """How often a rule was followed and how often the case came back."""

    rule: str
    sent: int
    returned: int

    @property
    def share(self) -> float:
        """The share of wrong dispatches, 0 to 1."""
        return self.returned / self.sent if self.sent else 0.0

    @property
    def is_doubtful(self) -> bool:
        """Whether somebody should look at the rule."""
        return self.sent >= LEAST_SENT and self.share >= DOUBTFUL


def advised(rules: Iterable[MatrixRule], class_code: str, area_code: str, day: date) -> Advice | None:
    """The recommended owner; None when no rule speaks about the case."""
    found = sorted(
        (rule for rule in rules if rule.holds(class_code, area_code, day)),
        key=lambda rule: (rule.nearness(), rule.id),
        reverse=True,
    )
    if not found:
        return None
    best = found[0]
    others = tuple(rule for rule in found[1:] if rule.department != best.department)
    return Advice(best, _reason(best), others)


def _reason(rule: MatrixRule) -> Text:
    what = (
        Text(f"类别 {rule.class_code}", f"class {rule.class_code}")
        if rule.class_code
        else Text("所有类别", "all classes")
    )
    where = (
        Text(f"区域 {rule.area_code}", f"area {rule.area_code}")
        if rule.area_code
        else Text("全域", "everywhere")
    )
    note = f"（{rule.note}）" if rule.note else ""
    return Text(
        f"责任矩阵规则 {rule.id}：{what.zh}，{where.zh}，自 {rule.since:%Y-%m-%d} 起{note}",
        f"matrix rule {rule.id}: {what.en}, {where.en}, since {rule.since:%Y-%m-%d}{' ' + note if note else ''}",
    )


def matrix_faults(rules: Sequence[MatrixRule]) -> Iterator[tuple[int, str]]:
    """(row, what is wrong with it), rows from 1. Two rules that name different owners for the same are a fault."""
    seen: dict[str, int] = {}
    for row, rule in enumerate(rules, 1):
        if not rule.id or rule.id in seen:
            yield row, f"the rule's name {rule.id!r} is empty or stands there twice"
        seen[rule.id] = row
        if rule.until is not None and rule.until < rule.since:
            yield row, "it ends before it begins"
        if not rule.department:
            yield row, "it names no department"
    same: dict[tuple[str, str], list[tuple[int, MatrixRule]]] = {}
    for row, rule in enumerate(rules, 1):
        same.setdefault((rule.class_code, rule.area_code), []).append((row, rule))
    for group in same.values():
        for (_, one), (row, other) in combinations(group, 2):
            if one.department != other.department and _overlap(one, other):
                yield (
                    row,
                    f"it names {other.department} where {one.id} names {one.department} for the same time",
                )


def _overlap(one: MatrixRule, other: MatrixRule) -> bool:
    return (one.until is None or other.since <= one.until) and (
        other.until is None or one.since <= other.until
    )
