"""Which records of the government services are kept, what are their fields called, and when do they become cases?

`reviews` are those of the platforms' interface (5 is 非常满意), `reviews_standard` those that follow GB/T 39046-2020
(1 is 非常满意): two feeds, so that nobody has to guess which way round a number was meant.
"""

from typing import Final

from mudan.connect.feeds import Feed, FieldMap, Moves, Opens, When
from mudan.core.records.model.words import Course
from mudan.platforms.government_services.model import codes
from mudan.primitives.text import Text

BAD: Final = ("bad", "very_bad")
GOOD: Final = ("very_good", "good", "fair")

_ITEM: Final = FieldMap(
    "item_name", Text("事项名称", "item"), ("事项名称", "taskName", "itemname", "ITEMNAME")
)
_IMPLEMENTATION: Final = FieldMap(
    "implement_code", Text("实施编码", "implementation code"),
    ("实施编码", "implementCode", "taskCode", "implement_code", "IMPLEMENT_CODE"), longest=40,
)  # fmt: skip
_AREA: Final = FieldMap(
    "area_code",
    Text("行政区划", "area"),
    ("行政区划", "areaCode", "regionCode", "REGION_ID", "region_id"),
    longest=12,
)
_DEPARTMENT: Final = FieldMap(
    "department_name", Text("部门", "department"),
    ("受理单位", "proDepart", "ACCEPTDEPTNAME", "acceptdeptname", "实施主体"),
)  # fmt: skip
_DEPARTMENT_CODE: Final = FieldMap(
    "department_code", Text("统一社会信用代码", "credit code"),
    ("统一社会信用代码", "deptCode", "ACCEPTDEPTID", "acceptdeptid", "实施主体代码"), longest=18,
)  # fmt: skip


def _number(required: bool = True) -> FieldMap:
    return FieldMap(
        "matter_no", Text("办件编号", "matter"), ("办件编号", "projectNo", "PROJID", "projid"),
        required=required, longest=50,
    )  # fmt: skip


def _coded(target: str, zh: str, en: str, names: tuple[str, ...], table: codes.CodeTable) -> FieldMap:
    return FieldMap(target, Text(zh, en), names, kind="code", codes=codes.named(table))


def _when(target: str, zh: str, en: str, *names: str) -> FieldMap:
    return FieldMap(target, Text(zh, en), names, kind="datetime")


ITEMS: Final = Feed(
    "items",
    Text("事项", "service items"),
    key=("implement_code",),
    area="area_code",
    department="department_name",
    at="updated_at",
    cursor="updated_at",
    fields=(
        FieldMap("implement_code", _IMPLEMENTATION.title, _IMPLEMENTATION.names, required=True, longest=40),
        FieldMap("item_name", _ITEM.title, _ITEM.names, required=True, longest=200),
        FieldMap("base_code", Text("基本编码", "base code"), ("基本编码", "itemCode", "ITEM_CODE"), longest=40),
        _coded("item_type", "事项类型", "type", ("事项类型代码", "事项类型"), codes.ITEM_TYPE),
        _coded("level", "行使层级", "level", ("行使层级代码", "行使层级"), codes.LEVEL),
        _coded("body_type", "实施主体性质", "nature of the body", ("实施主体性质代码", "实施主体性质"), codes.BODY),
        _coded("served", "服务对象", "served", ("服务对象代码", "服务对象"), codes.SERVED),
        _coded("form", "办理形式", "form", ("办理形式代码", "办理形式"), codes.FORM),
        FieldMap("promised", Text("承诺办结时限", "promised limit"), ("承诺办结时限", "PROMISETIMELIMIT"),
                 kind="whole", low=0),
        _coded("promised_unit", "承诺办结时限单位", "unit of the promised limit",
               ("承诺办结时限单位", "PROMISETIMELIMITUNIT"), codes.PROMISE_UNIT),
        FieldMap("statutory", Text("法定办结时限", "statutory limit"), ("法定办结时限", "TIMELIMIT"), kind="whole",
                 low=0),
        _coded("statutory_unit", "法定办结时限单位", "unit of the statutory limit", ("法定办结时限单位", "TIMEUNIT"),
               codes.STATUTORY_UNIT),
        FieldMap("place", Text("办理地点", "place"), ("办理地点",)),
        FieldMap("hours", Text("办理时间", "hours"), ("办理时间",)),
        FieldMap("phone", Text("咨询电话", "telephone"), ("咨询电话",)),
        _when("updated_at", "更新时间", "updated", "更新时间", "updated_at", "MAKETIME", "maketime"),
        _DEPARTMENT,
        _DEPARTMENT_CODE,
        _AREA,
    ),
)  # fmt: skip

MATTERS: Final = Feed(
    "matters",
    Text("办件", "matters"),
    key=("matter_no",),
    area="area_code",
    department="department_name",
    at="updated_at",
    cursor="updated_at",
    fields=(
        _number(),
        _ITEM,
        _IMPLEMENTATION,
        _coded("matter_type", "办件类型", "type", ("办件类型代码", "办件类型"), codes.MATTER_TYPE),
        _coded("approval_type", "审批类型", "kind of approval", ("APPROVALTYPE", "approvaltype"), codes.APPROVAL_TYPE),
        _coded("submitted_by", "申报来源", "submitted by", ("SUBMIT", "submit"), codes.SUBMIT),
        FieldMap("applicant", Text("申请者", "applicant"), ("申请者名称", "APPLICANT", "applicant"), personal=True),
        FieldMap("phone", Text("手机", "telephone"), ("手机", "APPLICANTMOBILE", "applicantmobile"), kind="phone",
                 personal=True),
        _when("applied_at", "申请时间", "applied", "申请时间", "OCCURTIME", "occurtime"),
        _when("accepted_at", "受理时间", "accepted", "受理时间", "acceptDate"),
        _when("promised_at", "承诺办结时间", "promised for", "承诺办结时间", "PROMISEDATE", "promisedate"),
        _when("finished_at", "办结时间", "finished", "办结时间", "FINISHTIME", "finishtime"),
        _when("updated_at", "更新时间", "updated", "更新时间", "updated_at", "MAKETIME", "maketime"),
        FieldMap("result", Text("结果描述", "result"), ("结果描述",), longest=2000),
        _DEPARTMENT,
        _DEPARTMENT_CODE,
        _AREA,
    ),
    opens=(
        Opens(
            (When("finished_at", "empty"), When("promised_at", "filled")), "overdue_matter", "0101",
            "办件超期：{item_name}（{matter_no}）", "承诺办结时间 {promised_at}，至今未办结。部门：{department_name}",
            due="promised_at", form={"matter_no": "matter_no", "department_name": "department_name"},
        ),
        Opens(
            (When("finished_at", "after", ("promised_at",)),), "overdue_matter", "0102",
            "办件超期办结：{item_name}（{matter_no}）",
            "承诺 {promised_at}，办结 {finished_at}。部门：{department_name}",
            form={"matter_no": "matter_no", "department_name": "department_name"},
        ),
    ),
    course=Course("promised_at", "finished_at"),
)  # fmt: skip


def _reviews(name: str, title: Text, grade: tuple[str, ...], table: codes.CodeTable) -> Feed:
    return Feed(
        name,
        title,
        key=("matter_no", "assess_number"),
        subject=("matter_no",),
        area="area_code",
        department="department_name",
        at="assessed_at",
        cursor="assessTime",
        fields=(
            _number(),
            FieldMap("grade", Text("满意度", "grade"), grade, kind="code", codes=codes.graded(table), required=True),
            _coded("assess_number", "评价次数", "which review", ("assessNumber", "评价次数"), codes.REVIEW_NUMBER),
            _coded("channel", "评价渠道", "channel", ("评价渠道",), codes.REVIEW_CHANNEL),
            FieldMap("channel_code", Text("评价渠道代码", "code of the channel"), ("pf",), longest=10),
            FieldMap("words", Text("文字评价", "words"), ("writingEvaluation", "文字评价"), longest=2000),
            FieldMap("details", Text("测评内容代码", "codes of details"), ("evalDetail",), longest=500),
            FieldMap("reviewer", Text("评价人", "reviewer"), ("userName", "评价人"), personal=True),
            _coded("reviewer_kind", "用户属性", "kind of reviewer", ("userProp",), codes.REVIEW_USER),
            _coded("anonymous", "是否匿名", "anonymous", ("anonymityFlag",), codes.REVIEW_ANONYMOUS),
            _coded("promise", "承诺类型", "promise", ("promiseTime",), codes.REVIEW_PROMISE),
            _coded("status", "办件状态", "status", ("proStatus",), codes.REVIEW_STATUS),
            _when("assessed_at", "评价时间", "reviewed", "assessTime", "评价时间"),
            _when("accepted_at", "收件时间", "received", "acceptDate"),
            _ITEM,
            _IMPLEMENTATION,
            _DEPARTMENT,
            _DEPARTMENT_CODE,
            _AREA,
        ),
        opens=(
            Opens(
                (When("grade", "is", BAD),), "bad_review", "0101",
                "差评：{item_name}（{matter_no}）", "{words}\n部门：{department_name}，评价时间：{assessed_at}",
                form={"matter_no": "matter_no", "department_name": "department_name"},
            ),
        ),
        moves=(
            Moves((When("assess_number", "is", ("二次评价",)), When("grade", "is", GOOD)), "rerate_good",
                  "企业群众追加评价为满意"),
            Moves((When("assess_number", "is", ("二次评价",)), When("grade", "is", BAD)), "rerate_bad",
                  "企业群众追加评价仍为差评"),
        ),
    )  # fmt: skip


REVIEWS: Final = _reviews(
    "reviews", Text("好差评（接口）", "reviews (interface)"), ("satisfaction",), codes.REVIEW_GRADE
)
REVIEWS_STANDARD: Final = _reviews(
    "reviews_standard",
    Text("评价（GB/T 39046）", "reviews (GB/T 39046)"),
    ("满意度代码", "满意度"),
    codes.SATISFACTION,
)
FEEDS: Final = (ITEMS, MATTERS, REVIEWS, REVIEWS_STANDARD)
