"""Which case types are there before a platform brings its own? One, of a hotline; every value in it is an example."""

from fractions import Fraction
from typing import Final

from mudan.core.cases.model.clocks import Limit, Measure
from mudan.core.cases.model.standard import STAGES, TRANSITIONS
from mudan.core.cases.model.types import Answer, CaseClass, CaseType, ClockSpec, Field, Proof, PublicService
from mudan.primitives.text import Text

_WORKING_HOUR, _WORKING_DAY = Measure.WORKING_HOURS, Measure.WORKING_DAYS


def _limit(amount: int, measure: Measure, *, next_day: bool = False) -> Limit:
    return Limit(Fraction(amount), measure, next_day)


HOTLINE: Final = CaseType(
    name="hotline",
    title=Text("热线诉求（示例）", "hotline request (example)"),
    prefix="RX",
    version=1,
    first="reported",
    stages=STAGES,
    transitions=TRANSITIONS,
    classes=(
        CaseClass("01", Text("市容环境", "city appearance")),
        CaseClass("0101", Text("暴露垃圾", "exposed rubbish")),
        CaseClass("0102", Text("道路保洁", "road cleaning")),
        CaseClass("02", Text("公用设施", "public facilities")),
        CaseClass("0201", Text("井盖缺损", "broken manhole"), near_m=20.0),
        CaseClass("0202", Text("路灯不亮", "street lamp out")),
        CaseClass("03", Text("噪声扰民", "noise"), near_m=150.0),
        CaseClass("99", Text("其他", "other")),
    ),
    fields=(
        Field("wish", Text("诉求目的", "what is wished"), "choice", choices=(
            ("consult", Text("咨询", "advice")), ("help", Text("求助", "help")),
            ("complain", Text("投诉", "complaint")), ("suggest", Text("建议", "suggestion")),
        )),
        Field("household", Text("户号或门牌", "household or door"), personal=True),
    ),
    clocks=(
        ClockSpec("file", Text("受理立案", "to be opened"), _limit(2, _WORKING_HOUR),
                  ("reported", "verifying", "filing")),
        ClockSpec("dispatch", Text("派遣", "to be dispatched"), _limit(1, _WORKING_HOUR), ("dispatching",)),
        ClockSpec(
            "handle", Text("处置", "to be handled"), _limit(5, _WORKING_DAY, next_day=True),
            ("assigned", "handling", "on_account"),
            limits={
                "0101": _limit(4, _WORKING_HOUR), "0102": _limit(2, _WORKING_HOUR),
                "0201": _limit(24, Measure.NATURAL_HOURS),
            },
            goes_on=True, extends=True, pauses_in=("on_account",),
        ),
        ClockSpec("check", Text("核查", "to be checked"), _limit(8, _WORKING_HOUR), ("answered", "checking")),
        ClockSpec(
            "whole", Text("全流程", "the whole"), _limit(15, _WORKING_DAY, next_day=True), pauses_in=("on_account",)
        ),
    ),
    proofs=(
        Proof("after", Text("处置后照片", "picture after"), "answer", near_m=100.0),
        Proof("check", Text("核查照片", "picture of the check"), "pass", near_m=100.0),
    ),
    answers=(
        Answer("satisfied", Text("满意", "satisfied"), 100), Answer("mostly", Text("基本满意", "mostly satisfied"), 90),
        Answer("not", Text("不满意", "not satisfied"), 0),
    ),
    public=PublicService(
        asks=("wish", "household"),
        keywords={
            "0101": ("垃圾", "rubbish"), "0102": ("保洁", "cleaning"), "0201": ("井盖", "manhole"),
            "0202": ("路灯", "street lamp"), "03": ("噪声", "noise"),
        },
    ),
    example=True,
)  # fmt: skip
