"""Which fields has a case of another 数字城管 system, when does it become one of ours, and what is told back?

The same declaration serves the line and the push over HTTP. 示例: names and words follow what cities publish.

stage there    reported ─▶ filed ─▶ (ours: dispatched, signed for, handled, answered) ─▶ closed
                                          ▲ rework ─────────────────┘        withdrawn, supervised at any time
"""

from typing import Final

from mudan.connect.feeds import CaseFields, Feed, FieldMap, Moves, Opens, When
from mudan.core.records.model.deliveries import Target
from mudan.platforms.urban_management.model.classes import COMPONENTS, EVENTS, Classes
from mudan.platforms.urban_management.model.words import CASE_FEED, SOURCES
from mudan.primitives.text import Text

STAGES: Final = {
    "reported": ("reported", "上报"), "filed": ("filed", "立案", "派遣"), "rework": ("rework", "返工"),
    "supervised": ("supervised", "督办"), "closed": ("closed", "结案"), "withdrawn": ("withdrawn", "撤销", "作废"),
}  # fmt: skip
MATTERS: Final = {"event": "event", "component": "component", "事件": "event", "部件": "component"}

_FIELDS: Final = (
    FieldMap("case_code", Text("对方案卷号", "number at the source"), ("case_code", "案卷号"), required=True,
             pattern=r"\d{1,19}"),
    FieldMap("matter", Text("部件或事件", "component or event"), ("matter", "问题类型"), "code", required=True,
             codes=MATTERS),
    FieldMap("class_code", Text("小类代码", "class code"), ("class_code", "小类代码"), required=True,
             pattern=r"(0[1-9]|[1-9]\d){2}"),
    FieldMap("grid_code", Text("单元网格", "grid cell"), ("grid_code", "单元网格编码"), required=True,
             pattern=r"[1-8]\d{13,15}"),
    # an alarm there is none of ours
    FieldMap("source", Text("问题来源", "who told of it"), ("source", "问题来源"), "code",
             codes={one: "superior" if one == "alarm" else one for one in SOURCES}, default="superior"),
    FieldMap("reported_at", Text("上报时间", "reported at"), ("reported_at", "上报时间"), "datetime", required=True),
    FieldMap("stage", Text("对方阶段", "stage at the source"), ("stage", "阶段"), "code", default="reported",
             codes={word: stage for stage, names in STAGES.items() for word in names}),
    FieldMap("changed_at", Text("变更时间", "changed at"), ("changed_at", "变更时间", "reported_at", "上报时间"),
             "datetime"),
    FieldMap("handle_by", Text("对方要求办结时间", "deadline at the source"), ("handle_by", "截止时间"), "datetime"),
    FieldMap("reason", Text("对方说明", "what they say of it"), ("reason", "说明"), longest=500),
    FieldMap("text", Text("问题描述", "what it is"), ("text", "问题描述"), longest=4000),
    FieldMap("address", Text("地址描述", "address"), ("address", "地址描述"), longest=300),
    FieldMap("lon", Text("经度", "longitude"), ("lon", "经度"), "number", unit="deg", low=-180, high=180),
    FieldMap("lat", Text("纬度", "latitude"), ("lat", "纬度"), "number", unit="deg", low=-90, high=90),
    FieldMap("component", Text("部件编号", "number of the component"), ("component", "部件标识码"), longest=32),
    FieldMap("photos", Text("照片", "pictures"), ("photos",), "pictures"),
)  # fmt: skip
_OWN: Final = CaseFields(
    "class_code", "source", "address", "lon", "lat", since="reported_at", until="handle_by"
)
_FORM: Final = {"component": "component", "grid": "grid_code", "source_number": "case_code"}
_OPEN: Final = When("stage", "is", ("reported", "filed", "rework", "supervised"))


def _opens(matter: str, case_type: str, classes: Classes) -> tuple[Opens, ...]:
    """Each class by its name; the last, for a class that is none of them, makes a row to be mended."""
    of_matter = (_OPEN, When("matter", "is", (matter,)))
    named = tuple(
        Opens((*of_matter, When("class_code", "is", (code,))), case_type, code, f"{title.zh}（{{case_code}}）",
              "{text}", _FORM, own=_OWN)
        for code, title in classes
        if len(code) == 4
    )  # fmt: skip
    return (*named, Opens(of_matter, case_type, "", "{class_code}", "{text}", _FORM, own=_OWN))


def _moves(stage: str, event: str, reason: str = "") -> Moves:
    return Moves((When("stage", "is", (stage,)),), event, reason, once="changed_at")


FEED: Final = Feed(
    CASE_FEED,
    Text("对接案卷", "cases of another system"),
    key=("case_code",),
    fields=_FIELDS,
    at="changed_at",
    area="grid_code",
    cursor="changed_at",
    opens=(*_opens("event", "urban_event", EVENTS), *_opens("component", "urban_component", COMPONENTS)),
    moves=(
        _moves("filed", "filed_there"),
        _moves("rework", "rework_there", "对方核查不通过：{reason}"),
        _moves("supervised", "supervise", "对方督办：{reason}"),
        _moves("closed", "closed_there", "对方已结案：{reason}"),
        _moves("withdrawn", "withdrawn_there", "对方撤销：{reason}"),
    ),
)
TARGET: Final = Target(
    "urban_management.handling",
    Text("案卷办理回告", "what became of a case"),
    feeds=(CASE_FEED,),
    events=(
        "report", "accept", "open", "refuse", "void", "merge", "dispatch", "sign", "return", "redirect", "answer",
        "fail", "pass", "force_close", "reopen",
    ),
    fields={
        "case_code": "record.source_id", "number": "case.number", "event": "event.kind", "state": "event.to_state",
        "text": "event.text", "at": "event.at", "department": "case.department",
    },
)  # fmt: skip
