"""Which metrics does the centre know, by which formula, of which version, from which kind of document?

None of the formulas has been held against the text of a standard: each is an example (示例) that a county confirms.
"""

from typing import Final

from mudan.core.cases.model.metrics.counts import COUNTS
from mudan.core.cases.model.types import CaseType, Metric
from mudan.primitives.text import Text

VERSION: Final = 2  # of the registry as a whole; a stored evaluation names it
GROUPS: Final = ("area", "department", "class", "type", "post", "collectors")
FIVE: Final = 5  # answers: 好差评 knows five levels
_RULES: Final = "市辖区评价办法（示例）"
_HOTLINE: Final = "热线考核办法（示例）"
_REVIEWS: Final = "好差评管理办法（示例）"
_PLACES: Final = ("area", "class", "type")
_EVERYWHERE: Final = (*_PLACES, "department")
_POST, _COLLECTORS = ("post",), ("collectors",)


def _rate(
    name: str,
    title: tuple[str, str],
    counts: str,
    groups: tuple[str, ...] = _EVERYWHERE,
    source: str = _RULES,
    *,
    unit: str = "%",
    up: bool | None = True,
    five: bool = False,
) -> Metric:
    """`counts`: numerator / denominator; `up`: whether more of it is better (None: neither)."""
    numerator, denominator = counts.split(" / ")
    return Metric(name, Text(*title), numerator, denominator, 1, source, unit, groups, up, five)


METRICS: Final = (
    _rate("valid", ("有效上报率", "valid reports"), "valid / reported", (*_PLACES, "collectors")),
    _rate("outside", ("公众举报占比", "told from outside"), "reported_outside / reported", _PLACES, up=None),
    _rate("missed", ("公众先报占比", "valid reports told from outside first"), "valid_outside / valid",
          ("area", "class"), up=False),
    _rate("unclosed", ("未结案率", "not closed"), "unclosed / reported", _PLACES, up=False),
    _rate("repeated", ("重复诉求率", "repeated"), "repeated / reported", _PLACES, up=False),
    _rate("opened_in_time", ("按时立案率", "opened in time"), "opened_in_time / opened", (*_PLACES, "post")),
    _rate("opened_right", ("准确立案率", "opened rightly"), "opened_right / opened", (*_PLACES, "post")),
    _rate("dispatched_right", ("准确派遣率", "dispatched rightly"), "dispatched_right / dispatched",
          (*_EVERYWHERE, "post")),
    _rate("dispatched_in_time", ("按期派遣率", "dispatched in time"), "dispatched_in_time / due_to_dispatch", _PLACES),
    _rate("returned", ("回退率", "returned"), "returned / dispatched", up=False),
    _rate("verified_in_time", ("按期核实率", "verified in time"), "verified_in_time / due_to_verify", _PLACES),
    _rate("handled", ("处置率", "handled"), "handled / due_to_handle"),
    _rate("handled_in_time", ("按期处置率", "handled in time"), "handled_in_time / due_to_handle"),
    _rate("waiting_overdue", ("超期待处置率", "overdue and waiting"), "waiting_overdue / due_to_handle", up=False),
    _rate("extended", ("延期率", "extended"), "extended / due_to_handle", up=False),
    _rate("handle_median", ("处置用时中位数", "median time to handle"), "handle_median / handled", unit="h", up=False),
    _rate("handle_p90", ("处置用时 P90", "P90 time to handle"), "handle_p90 / handled", unit="h", up=False),
    _rate("checked_in_time", ("按期核查率", "checked in time"), "checked_in_time / due_to_check", _PLACES),
    _rate("passed", ("核查通过率", "checks passed"), "passed / checked", (*_EVERYWHERE, "post")),
    _rate("closed", ("结案率", "closed"), "closed / due_to_close"),
    _rate("closed_in_time", ("按期结案率", "closed in time"), "closed_in_time / due_to_close"),
    _rate("closed_late", ("超期结案率", "closed late"), "closed_late / due_to_close", up=False),
    _rate("reworked", ("返工率", "rework"), "reworked / due_to_close", up=False),
    _rate("reopened", ("重开率", "reopened"), "reopened / closings", up=False),
    _rate("close_median", ("结案用时中位数", "median time to close"), "close_median / closings", unit="h", up=False),
    _rate("close_p90", ("结案用时 P90", "P90 time to close"), "close_p90 / closings", unit="h", up=False),
    _rate("appeals_upheld", ("申诉成立率", "appeals upheld"), "upheld / appealed", up=None),
    _rate("responded", ("响应率", "responded"), "responded / called_back", source=_HOTLINE),
    _rate("solved", ("解决率", "solved"), "solved / called_back", source=_HOTLINE),
    _rate("satisfied", ("满意率", "satisfied"), "satisfied / called_back", source=_HOTLINE),
    _rate("called_back", ("回访率", "called back"), "closings_called / closings", source=_REVIEWS),
    _rate("rectified_in_time", ("按期整改率", "rectified in time"), "closed_in_time / due_to_close", source=_REVIEWS,
          five=True),
    _rate("operations", ("操作量", "operations"), "steps / steps", _POST, unit="n", up=None),
    _rate("accuracy", ("准确率", "accuracy"), "steps_right / steps_judged", _POST),
    _rate("errors", ("差错率", "errors"), "steps_wrong / steps_judged", _POST, up=False),
    _rate("step_mean", ("平均用时", "mean time"), "steps_mean / steps", _POST, unit="h", up=False),
    _rate("step_median", ("用时中位数", "median time"), "steps_median / steps", _POST, unit="h", up=False),
    _rate("step_p90", ("用时 P90", "P90 time"), "steps_p90 / steps", _POST, unit="h", up=False),
    _rate("coverage", ("覆盖率", "coverage"), "cells_reached / cells", _COLLECTORS),
    _rate("missed_reports", ("漏报率", "missed reports"), "missed / seen_outside", _COLLECTORS, up=False),
    _rate("self_handled", ("自行处置率", "handled by themselves"), "self_handled / collected", _COLLECTORS, up=None),
    _rate("collectors_verified", ("核实按时率", "verified in time"), "sent_verify_in_time / sent_verify", _COLLECTORS),
    _rate("collectors_checked", ("核查按时率", "checked in time"), "sent_check_in_time / sent_check", _COLLECTORS),
)  # fmt: skip


def metrics_of(case_type: CaseType) -> tuple[Metric, ...]:
    """The metrics that can be asked of a type: the centre's as far as the type has their clocks, and its own."""
    clocks = {f"clock:{one.name}" for one in case_type.clocks}
    own = {one.name: one for one in case_type.metrics}
    fits = [
        one for one in METRICS
        if one.name not in own and _asked(one, clocks) and (not one.five or _levels(case_type) >= FIVE)
    ]  # fmt: skip
    return (*fits, *own.values())


def metrics_over(types: tuple[CaseType, ...]) -> tuple[Metric, ...]:
    """The metrics of several types together, each once, the first word of it."""
    found: dict[str, Metric] = {}
    for case_type in types:
        for one in metrics_of(case_type):
            found.setdefault(one.name, one)
    order = {one.name: at for at, one in enumerate(METRICS)}
    return tuple(sorted(found.values(), key=lambda one: order.get(one.name, len(order))))


def formula(metric: Metric) -> Text:
    """The formula in words."""
    above, below = COUNTS[metric.numerator].question, COUNTS[metric.denominator].question
    if metric.unit != "%":
        return above
    return Text(f"{above.zh} ÷ {below.zh} × 100%", f"{above.en} / {below.en} x 100 %")


def _asked(metric: Metric, clocks: set[str]) -> bool:
    kind = COUNTS[metric.denominator].kind
    return not kind.startswith("clock:") or kind in clocks


def _levels(case_type: CaseType) -> int:
    return sum(one.valid for one in case_type.answers)
