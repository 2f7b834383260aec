"""How is a bad review put right, and how is an overdue matter brought to its end? All limits are examples (示例)."""

from dataclasses import replace
from fractions import Fraction
from typing import Final

from mudan.core.cases.model.clocks import Limit, Measure
from mudan.core.cases.model.standard import STAGES, TRANSITIONS
from mudan.core.cases.model.types import (
    Answer,
    CaseClass,
    CaseType,
    ClockSpec,
    Field,
    Metric,
    Stage,
    Transition,
)
from mudan.primitives.text import Text

_AT_WORK: Final = ("dispatching", "assigned", "handling", "on_account", "answered", "checking")
_FIELDS: Final = (
    Field("matter_no", Text("办件编号", "matter"), required=True),
    Field("department_name", Text("受理部门", "department")),
)
_ANSWERS: Final = (
    Answer("satisfied", Text("对整改满意", "content with what was done"), 100),
    Answer("mostly", Text("基本满意", "mostly content"), 90),
    Answer("not", Text("仍不满意", "still not content"), 0),
    Answer("unreached", Text("联系不上", "could not be reached"), 0),
)


def _limit(amount: int, measure: Measure) -> Limit:
    return Limit(Fraction(amount), measure, measure is Measure.WORKING_DAYS)


# The reviewer is called before anything else; the words of the call are the step's reason.
_STAGES: Final = tuple(
    replace(one, title=Text("待回访核实", "reviewer to be called"))
    if one.name == "reported"
    else replace(one, title=Text("待追加评价", "may be reviewed again"))
    if one.name == "evaluating"
    else one
    for one in STAGES
)


def _called(one: Transition) -> Transition:
    if one.name == "accept":
        return replace(one, title=Text("回访核实", "reviewer called"), reason=True)
    if one.name == "refuse":
        return replace(one, title=Text("恶意评价或误评", "malicious or mistaken"))
    return one


_RERATING: Final = (
    Transition(
        "rerate_good", Text("追加评价满意", "reviewed again, content"), ("evaluating",), "archived", ("system",),
        reason=True,
    ),
    Transition(
        "rerate_bad", Text("追加评价仍为差评", "reviewed again, still bad"), ("evaluating",), "dispatching",
        ("system",), effects=("reopens", "disowns"), reason=True,
    ),
)  # fmt: skip
_CHANGED: Final = frozenset({"force_close"})  # a bad review is put right or refused with a reason

BAD_REVIEW: Final = CaseType(
    name="bad_review",
    title=Text("差评整改（示例）", "bad review (example)"),
    prefix="HP",
    version=1,
    first="reported",
    stages=_STAGES,
    transitions=(*(_called(one) for one in TRANSITIONS if one.name not in _CHANGED), *_RERATING),
    classes=(
        CaseClass("01", Text("差评", "bad review")),
        CaseClass("0101", Text("政务服务差评", "bad review of a service")),
    ),
    fields=_FIELDS,
    clocks=(
        ClockSpec("call_back", Text("回访核实", "reviewer to be called"), _limit(1, Measure.WORKING_DAYS),
                  ("reported",)),
        ClockSpec("rectify", Text("整改", "to be put right"), _limit(15, Measure.WORKING_DAYS),
                  ("filing", *_AT_WORK), goes_on=True, extends=True, pauses_in=("on_account",)),
    ),
    answers=_ANSWERS,
    metrics=(
        Metric("rectified", Text("按期整改率", "put right in time"), "closed_in_time", "due_to_close", 1, "示例"),
    ),
    example=True,
)  # fmt: skip

OVERDUE_MATTER: Final = CaseType(
    name="overdue_matter",
    title=Text("办件超期（示例）", "overdue matter (example)"),
    prefix="CQ",
    version=1,
    first="reported",
    stages=tuple[Stage, ...](STAGES),
    transitions=TRANSITIONS,
    classes=(
        CaseClass("01", Text("超期", "overdue")),
        CaseClass("0101", Text("超期未办结", "overdue and unfinished")),
        CaseClass("0102", Text("超期办结", "finished late")),
    ),
    fields=_FIELDS,
    clocks=(
        ClockSpec("sign", Text("派发签收", "to be signed for"), _limit(4, Measure.WORKING_HOURS),
                  ("reported", "filing", "dispatching", "assigned")),
        ClockSpec("finish", Text("办结或说明", "to be finished or explained"), _limit(3, Measure.WORKING_DAYS),
                  _AT_WORK, goes_on=True, extends=True, pauses_in=("on_account",)),
    ),
    answers=_ANSWERS,
    metrics=(
        Metric("finished", Text("督办按期办结率", "finished in time"), "closed_in_time", "due_to_close", 1, "示例"),
    ),
    example=True,
)  # fmt: skip

CASES: Final = (BAD_REVIEW, OVERDUE_MATTER)
