"""What does each code of the government services mean, according to which source?

The same code may mean opposite things: 满意度 1 is 非常满意 in GB/T 39046-2020 A.8 and 非常不满意 in the interface of
the review platforms; 1 is 即办件 in A.6 and 承诺件 in that interface. So a code is never read without its table.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class CodeTable:
    """A table: `source` is where it stands, `names` its codes; `gbt39046`: the code that means the same in Annex A."""

    name: str
    source: str
    names: Mapping[str, str]
    gbt39046: Mapping[str, str] = field(default_factory=dict)


_ANNEX: Final = "GB/T 39046-2020"
_REVIEWS: Final = "好差评"
_PROVINCE: Final = "省级办件基本信息"


def _numbered(names: str, first: int = 1) -> dict[str, str]:
    return {str(number): name for number, name in enumerate(names.split(), first)}


ITEM_TYPE: Final = CodeTable("A.1", _ANNEX, {
    "00": "行政权力事项", "01": "行政许可", "02": "行政处罚", "03": "行政强制", "04": "行政征收", "05": "行政给付",
    "06": "行政检查", "07": "行政确认", "08": "行政奖励", "09": "行政裁决", "10": "其他类别事项", "20": "公共服务事项",
})  # fmt: skip
LEVEL: Final = CodeTable(
    "A.2", _ANNEX, _numbered("国家级/局(署、会) 省级/直属 市级/隶属 县级 镇(乡、街道)级 村(社区)级 分级管理")
)
BODY: Final = CodeTable("A.3", _ANNEX, _numbered("法定机关 授权组织 受委托组织") | {"9": "其他"})
SERVED: Final = CodeTable("A.4", _ANNEX, _numbered("自然人 企业法人 事业法人 社会组织法人 行政机关 其他组织"))
FORM: Final = CodeTable(
    "A.5", _ANNEX, _numbered("窗口办理 电脑端网上办理 移动端网上申请 快递申请") | {"9": "其他"}
)
MATTER_TYPE: Final = CodeTable("A.6", _ANNEX, {"1": "即办件", "2": "承诺件", "9": "其他"})
SPECIAL: Final = CodeTable("A.7", _ANNEX, {"1": "延长审批", "2": "除延长审批之外的情况"})
SATISFACTION: Final = CodeTable("A.8", _ANNEX, _numbered("非常满意 满意 基本满意 不满意 非常不满意"))
STEP_STATE: Final = CodeTable("环节办理状态", _ANNEX, {"1": "待办", "2": "已办"})

REVIEW_GRADE: Final = CodeTable(
    "satisfaction", _REVIEWS, _numbered("非常不满意 不满意 基本满意 满意 非常满意"),
    {str(grade): str(6 - grade) for grade in range(1, 6)},
)  # fmt: skip
REVIEW_PROMISE: Final = CodeTable(
    "promiseTime", _REVIEWS, {"1": "承诺件", "2": "即办件"}, {"1": "2", "2": "1"}
)
REVIEW_STATUS: Final = CodeTable("proStatus", _REVIEWS, _numbered("待办理 办理中 已完结"))
REVIEW_USER: Final = CodeTable("userProp", _REVIEWS, {"1": "个人", "2": "法人"})
REVIEW_NUMBER: Final = CodeTable("assessNumber", _REVIEWS, {"1": "首次评价", "2": "二次评价"})
REVIEW_ANONYMOUS: Final = CodeTable("anonymityFlag", _REVIEWS, {"1": "是", "2": "否"})
_CHANNELS: Final = _numbered("PC端 移动端 二维码 政务大厅平板电脑 政务大厅其他终端")
REVIEW_CHANNEL: Final = CodeTable("pf", _REVIEWS, _CHANNELS | {"6": "电话", "7": "短信"})
# What one province writes otherwise: dialect → field → table. A code that all agree on is in the table above as well.
DIALECTS: Final[Mapping[str, Mapping[str, CodeTable]]] = {
    "zhejiang": {"pf": CodeTable("pf", "好差评（浙江）", _CHANNELS | {"6": "短信", "7": "系统默认评价"})},
}

SUBMIT: Final = CodeTable(
    "submit", _PROVINCE, _numbered("窗口提交 网上提交 信函 电报 电传 传真 邮件 电子数据交换 其他", 0)
)
APPROVAL_TYPE: Final = CodeTable(
    "approvaltype", _PROVINCE, _numbered("即办件 承诺件 联办件 上报件"),
    {"1": "1", "2": "2", "3": "9", "4": "9"},
)  # fmt: skip
PROMISE_UNIT: Final = CodeTable("promisetimeunit", _PROVINCE, _numbered("工作日 自然日 小时 分钟 月"))
TIME_UNIT: Final = CodeTable("timeunit", _PROVINCE, {"G": "工作日", "Z": "自然日"})
# The standard asks for the unit without a table of codes: words are taken beside the province's letters.
STATUTORY_UNIT: Final = CodeTable(
    "法定办结时限单位", _ANNEX, {name: name for name in PROMISE_UNIT.names.values()} | dict(TIME_UNIT.names)
)
OPERATION: Final = CodeTable("cd_operation", _PROVINCE, {"I": "新增", "U": "修改", "D": "删除"})

ANNEX: Final = (ITEM_TYPE, LEVEL, BODY, SERVED, FORM, MATTER_TYPE, SPECIAL, SATISFACTION)

# The names that fields of messages carry, in lower case, and the table each is read by.
BY_FIELD: Final[Mapping[str, CodeTable]] = {
    table.name.lower(): table
    for table in (
        REVIEW_GRADE, REVIEW_PROMISE, REVIEW_STATUS, REVIEW_USER, REVIEW_NUMBER, REVIEW_ANONYMOUS, REVIEW_CHANNEL,
        SUBMIT, APPROVAL_TYPE, PROMISE_UNIT, TIME_UNIT, OPERATION, STEP_STATE,
    )
} | {
    "事项类型代码": ITEM_TYPE, "行使层级代码": LEVEL, "实施主体性质代码": BODY, "服务对象代码": SERVED,
    "办理形式代码": FORM, "办件类型代码": MATTER_TYPE, "特别程序种类代码": SPECIAL, "满意度代码": SATISFACTION,
}  # fmt: skip
BAD_NAMES: Final = frozenset(("不满意", "非常不满意"))

GRADES: Final[Mapping[str, str]] = {
    "非常满意": "very_good", "满意": "good", "基本满意": "fair", "不满意": "bad", "非常不满意": "very_bad",
}  # fmt: skip


def graded(table: CodeTable) -> dict[str, str]:
    """The codes of a table of satisfaction, and its words, as our own five grades."""
    return {code: GRADES[name] for code, name in table.names.items()} | dict(GRADES)


def named(table: CodeTable) -> dict[str, str]:
    """A table as it is for a field: the code, or the words themselves, give the words."""
    return dict(table.names) | {name: name for name in table.names.values()}
