"""How does a case of urban management (数字城管) go: classes, form, clocks, proof, answers?

Components and events have a case type each, because their class codes overlap. 示例: every limit is one that some city
has published or a guess; none binds here until the county sets it.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from mudan.core.cases.model.clocks import Limit, Measure
from mudan.core.cases.model.standard import BEFORE, OPENED, STAGES, TRANSITIONS
from mudan.core.cases.model.types import (
    Answer,
    CaseClass,
    CaseType,
    ClockSpec,
    Field,
    Metric,
    Proof,
    Transition,
)
from mudan.platforms.urban_management.model.classes import COMPONENTS, EVENTS, Classes
from mudan.platforms.urban_management.model.words import GRID_CELL
from mudan.primitives.text import Text

SOURCE: Final = "示例"


def _hours(amount: int) -> Limit:
    return Limit(Fraction(amount), Measure.WORKING_HOURS)


def _days(amount: int) -> Limit:
    return Limit(Fraction(amount), Measure.WORKING_DAYS, next_day=True)


def _day_and_night(hours: int) -> Limit:
    return Limit(Fraction(hours), Measure.NATURAL_HOURS)


# 示例: the shorter of the limits that two cities publish for the same class; a missing manhole within a day.
_MANHOLES: Final = tuple(code for code, title in COMPONENTS if title.zh.endswith("井盖"))
COMPONENT_LIMITS: Final = {code: _day_and_night(24) for code in (*_MANHOLES, "0104")} | {
    "01": _days(3), "02": _days(3), "03": _days(2), "04": _days(5), "0405": _days(5),
}  # fmt: skip
EVENT_LIMITS: Final = {
    "0101": _days(20), "0102": _hours(4), "0103": _days(2), "0104": _hours(2), "0106": _days(5), "0305": _hours(4),
    "0406": _hours(4), "0401": _day_and_night(24), "0402": _day_and_night(24), "0403": _day_and_night(4),
    "05": _hours(4),
}  # fmt: skip
NEAR_M: Final = {"01": 15.0, "02": 15.0, "03": 15.0}  # a component stands still: its double is close by

FIELDS: Final = (
    Field("component", Text("部件编号", "number of the component")),
    Field("grid", Text("单元网格", "grid cell")),
    Field("controlled", Text("管控区域或时段", "controlled area or time"), "choice", choices=(
        ("no", Text("否", "no")), ("yes", Text("是", "yes")),
    )),
    Field("source_number", Text("对方案卷号", "number at the source")),
    Field("reporter_address", Text("反映人住址", "address of who told it"), personal=True),
)  # fmt: skip
PROOFS: Final = (
    Proof("verify", Text("核实照片", "picture of the verification"), "confirm", near_m=100.0),
    Proof("after", Text("处置后照片", "picture after"), "answer", near_m=100.0),
    Proof("check", Text("核查照片", "picture of the check"), "pass", near_m=100.0),
)
ANSWERS: Final = (
    Answer("satisfied", Text("满意", "satisfied"), 100),
    Answer("mostly", Text("基本满意", "mostly satisfied"), 80),
    Answer("not", Text("不满意", "not satisfied"), 0),
)
METRICS: Final = (
    Metric("valid_reports", Text("有效上报率", "valid reports"), "valid", "reported", 1, SOURCE),
    Metric("handled_in_time", Text("按期处置率", "handled in time"), "handled_in_time", "due_to_handle", 1, SOURCE),
    Metric("closed_in_time", Text("按期结案率", "closed in time"), "closed_in_time", "due_to_close", 1, SOURCE),
    Metric("reworked", Text("返工率", "rework"), "reworked", "due_to_close", 1, SOURCE),
    Metric("extended", Text("延期率", "extended"), "extended", "due_to_handle", 1, SOURCE),
    Metric("satisfied", Text("满意率", "satisfied"), "satisfied", "called_back", 1, SOURCE),
)  # fmt: skip
# What a case that another system brought does by that system's word; nobody here takes these ways.
THERE: Final = (
    Transition(
        "filed_there", Text("对方已立案", "opened at the source"), BEFORE, "dispatching", ("system",),
        effects=("verifies",),
    ),
    Transition(
        "rework_there", Text("对方退回返工", "sent back by the source"), ("answered", "checking"), "handling",
        ("system",), effects=("reworks",), reason=True,
    ),
    Transition(
        "closed_there", Text("对方已结案", "closed at the source"), OPENED, "evaluating", ("system",),
        ("not_handler",), ("closes",), reason=True,
    ),
    Transition(
        "withdrawn_there", Text("对方撤销", "withdrawn at the source"), (*BEFORE, *OPENED), "void", ("system",),
        reason=True,
    ),
)  # fmt: skip


def _clocks(handling: Mapping[str, Limit]) -> tuple[ClockSpec, ...]:
    at_work = ("assigned", "handling", "on_account")
    return (
        ClockSpec("verify", Text("核实", "to be verified"), _hours(2), ("verifying",)),
        ClockSpec("file", Text("受理立案", "to be opened"), _hours(1), ("reported", "filing")),
        ClockSpec("dispatch", Text("派遣", "to be dispatched"), _hours(1), ("dispatching",)),
        ClockSpec(
            "handle", Text("处置", "to be handled"), _days(5), at_work, handling,
            goes_on=True, extends=True, pauses_in=("on_account",),
        ),
        ClockSpec("check", Text("核查", "to be checked"), _hours(4), ("answered", "checking")),
        ClockSpec("whole", Text("全流程", "the whole"), _days(30), pauses_in=("on_account",)),
    )  # fmt: skip


def _classes(listed: Classes, near_m: Mapping[str, float]) -> tuple[CaseClass, ...]:
    return tuple(CaseClass(code, title, near_m.get(code[:2])) for code, title in listed)


def _type(
    name: str, title: Text, prefix: str, classes: tuple[CaseClass, ...], limits: Mapping[str, Limit]
) -> CaseType:
    return CaseType(
        name=name, title=title, prefix=prefix, version=1, first="reported", stages=STAGES,
        transitions=(*TRANSITIONS, *THERE), classes=classes, fields=FIELDS, clocks=_clocks(limits), proofs=PROOFS,
        answers=ANSWERS, metrics=METRICS, example=True, cell=GRID_CELL,
    )  # fmt: skip


COMPONENT_CASE: Final = _type(
    "urban_component", Text("城管部件案卷（示例）", "component case (example)"), "CGB",
    _classes(COMPONENTS, NEAR_M), COMPONENT_LIMITS,
)  # fmt: skip
EVENT_CASE: Final = _type(
    "urban_event",
    Text("城管事件案卷（示例）", "event case (example)"),
    "CGS",
    _classes(EVENTS, {}),
    EVENT_LIMITS,
)
CASES: Final = (EVENT_CASE, COMPONENT_CASE)
