"""Is a plan that reads well also one that can work? What lint finds, with the place in the file.

error    it cannot work: submitting is refused
warning  it works, and somebody should look at it
note     it waits for a platform that is not connected yet
"""

from collections.abc import Iterator
from dataclasses import replace

from mudan.core.plans.model import lint_conditions, lint_levels
from mudan.core.plans.model.coverage import coverage
from mudan.core.plans.model.finding import Facts, Finding, Fleet, Holder, Severity, error, warning
from mudan.core.plans.model.reading import Read, read_plan
from mudan.core.plans.model.types import Plan

__all__ = ["Facts", "Finding", "Fleet", "Holder", "Severity", "lint", "lint_text"]

_ORDER = list(Severity)


def lint_text(text: str, facts: Facts) -> tuple[Read, list[Finding]]:
    """The plan in a text, if it reads, and everything to be said of it, gravest first, by line."""
    read = read_plan(text)
    if read.plan is None:
        return read, [
            Finding(Severity.ERROR, "unreadable", (one.path,), one.text, one.mark) for one in read.faults
        ]
    marked = [replace(one, mark=read.mark(one.path)) for one in lint(read.plan, facts)]
    return read, sorted(marked, key=lambda one: (_ORDER.index(one.severity), one.mark.line, one.mark.column))


def lint(plan: Plan, facts: Facts) -> list[Finding]:
    """Everything to be said of a plan."""
    sound = list(lint_conditions.logic(plan))
    made = [
        *sound,
        *lint_conditions.words(plan, facts),
        *lint_levels.levels(plan, facts),
        *_dates(plan, facts),
    ]
    if not any(one.severity is Severity.ERROR for one in sound):  # what refers to nothing cannot be tried
        made += lint_conditions.reachable(plan)
        made += [
            error("example", ("examples", gap.example), gap.text.zh, gap.text.en)
            if gap.example is not None
            else error("uncovered", gap.path, gap.text.zh, gap.text.en)
            for gap in coverage(plan)
        ]
    return made


def _dates(plan: Plan, facts: Facts) -> Iterator[Finding]:
    if plan.review_by < plan.valid_from:
        yield error("dates", ("review_by",), "复审日期早于生效日期", "the review is before the plan is valid")
    elif plan.review_by < facts.today:
        yield warning("review_due", ("review_by",), "已过复审日期", "the review of this plan is overdue")
