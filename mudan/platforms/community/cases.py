"""Which repair orders and disputes does a community have, and by when is each put right? Every value is an example."""

from fractions import Fraction
from typing import Final

from mudan.core.cases.model.clocks import Limit, Measure
from mudan.core.cases.model.standard import ELSEWHERE, STAGES, TRANSITIONS
from mudan.core.cases.model.types import Answer, CaseClass, CaseType, ClockSpec, Field, Metric, Proof
from mudan.primitives.text import Text

_NATURAL, _WORKING_HOUR, _WORKING_DAY = Measure.NATURAL_HOURS, Measure.WORKING_HOURS, Measure.WORKING_DAYS


def _limit(amount: Fraction | int, measure: Measure, *, next_day: bool = False) -> Limit:
    return Limit(Fraction(amount), measure, next_day)


# Somebody in a lift and a blocked fire lane are matters of minutes; a quarrel takes days.
_HANDLED: Final = {
    "0101": _limit(Fraction(1, 2), _NATURAL), "0102": _limit(24, _NATURAL), "0201": _limit(24, _NATURAL),
    "0202": _limit(4, _NATURAL), "0301": _limit(2, _WORKING_DAY, next_day=True), "04": _limit(1, _NATURAL),
    "05": _limit(3, _WORKING_DAY, next_day=True), "06": _limit(7, _WORKING_DAY, next_day=True),
}  # fmt: skip

REPAIR: Final = CaseType(
    name="repair",
    title=Text("社区报修与事务（示例）", "community repair and matters (example)"),
    prefix="SQ",
    version=1,
    first="reported",
    stages=STAGES,
    transitions=(*TRANSITIONS, *ELSEWHERE),
    classes=(
        CaseClass("01", Text("电梯", "lift")),
        CaseClass("0101", Text("电梯困人", "somebody in the lift"), near_m=30.0),
        CaseClass("0102", Text("电梯故障", "lift out of order"), near_m=30.0),
        CaseClass("02", Text("供水排水", "water and drains")),
        CaseClass("0201", Text("水管漏水", "leaking pipe"), near_m=30.0),
        CaseClass("0202", Text("停水", "no water"), near_m=200.0),
        CaseClass("03", Text("照明", "light")),
        CaseClass("0301", Text("楼道灯不亮", "staircase light out"), near_m=30.0),
        CaseClass("04", Text("消防安全", "fire safety")),
        CaseClass("0401", Text("消防通道堵塞", "fire lane blocked"), near_m=50.0),
        CaseClass("0402", Text("楼道堆物", "things piled up on the stairs"), near_m=50.0),
        CaseClass("05", Text("物业服务", "property firm")),
        CaseClass("0501", Text("物业服务问题", "the property firm's work")),
        CaseClass("06", Text("邻里矛盾", "between neighbours")),
        CaseClass("0601", Text("邻里纠纷", "quarrel between neighbours")),
        CaseClass("99", Text("其他", "other")),
    ),
    fields=(
        Field("firm_order", Text("物业工单号", "the property firm's own number")),
        Field("household", Text("户号或门牌", "household or door"), personal=True),
    ),
    clocks=(
        ClockSpec("file", Text("受理立案", "to be opened"), _limit(2, _WORKING_HOUR),
                  ("reported", "verifying", "filing"), limits={"01": _limit(Fraction(1, 6), _NATURAL)}),
        ClockSpec("dispatch", Text("派遣", "to be dispatched"), _limit(1, _WORKING_HOUR), ("dispatching",),
                  limits={"01": _limit(Fraction(1, 6), _NATURAL)}),
        ClockSpec(
            "handle", Text("处置", "to be handled"), _limit(5, _WORKING_DAY, next_day=True),
            ("assigned", "handling", "on_account"), limits=_HANDLED, goes_on=True, extends=True,
            pauses_in=("on_account",),
        ),
        ClockSpec("check", Text("核查", "to be checked"), _limit(8, _WORKING_HOUR), ("answered", "checking")),
        ClockSpec(
            "whole", Text("全流程", "the whole"), _limit(15, _WORKING_DAY, next_day=True), pauses_in=("on_account",)
        ),
    ),
    proofs=(
        Proof("after", Text("处置后照片", "picture after"), "answer", near_m=100.0),
        Proof("after", Text("处置后照片", "picture after"), "done_elsewhere", near_m=100.0),
        Proof("check", Text("核查照片", "picture of the check"), "pass", near_m=100.0),
    ),
    answers=(
        Answer("satisfied", Text("满意", "satisfied"), 100), Answer("mostly", Text("基本满意", "mostly satisfied"), 90),
        Answer("not", Text("不满意", "not satisfied"), 0),
    ),
    metrics=(
        Metric("handled_in_time", Text("按期处置率", "handled in time"), "handled_in_time", "due_to_handle", 1, "示例"),
        Metric("reworked", Text("返工率", "rework"), "reworked", "due_to_close", 1, "示例"),
        Metric("satisfied", Text("满意率", "satisfied"), "satisfied", "called_back", 1, "示例"),
    ),
    example=True,
)  # fmt: skip
CASES: Final = (REPAIR,)
