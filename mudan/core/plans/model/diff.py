"""What is different between two versions of a plan, in words that somebody who approves can read?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mudan.core.plans.model.types import Plan
from mudan.primitives.text import Text

IDENTITY: Final = ("key", "id", "un")  # what a part of a list is known by
_WORDS: Final = {
    "plan": Text("编号", "name"),
    "edition": Text("版本说明", "edition"),
    "hazard": Text("灾种", "hazard"),
    "title": Text("名称", "title"),
    "summary": Text("摘要", "summary"),
    "says": Text("表述", "words"),
    "text": Text("内容", "text"),
    "conditions": Text("条件", "condition"),
    "levels": Text("等级", "level"),
    "level": Text("法定等级", "statutory level"),
    "when": Text("成立条件", "holds when"),
    "limit": Text("阈值", "limit"),
    "op": Text("比较", "comparison"),
    "at_least": Text("至少数量", "at least"),
    "hold": Text("持续时间", "hold"),
    "hysteresis": Text("回差", "hysteresis"),
    "fresh": Text("数据有效期", "believed for"),
    "change_over": Text("变化时段", "change over"),
    "start": Text("启动方式", "start"),
    "commander": Text("指挥", "commander"),
    "deputies": Text("副指挥", "deputies"),
    "approver": Text("批准人", "approver"),
    "end_by": Text("终止批准人", "ended by"),
    "decide_within": Text("决定时限", "decide within"),
    "min_hold": Text("最短保持", "kept at least"),
    "groups": Text("工作组", "group"),
    "units": Text("力量", "unit"),
    "capability": Text("能力", "capability"),
    "count": Text("数量", "count"),
    "by": Text("到位时限", "in place within"),
    "tasks": Text("任务", "task"),
    "who": Text("责任方", "who"),
    "role": Text("角色", "role"),
    "department": Text("部门", "department"),
    "deadline": Text("时限", "deadline"),
    "every": Text("周期", "every"),
    "evidence": Text("凭证", "evidence"),
    "after": Text("前置任务", "after"),
    "only_if": Text("仅当", "only if"),
    "mandatory": Text("必办", "mandatory"),
    "notify": Text("通知", "notice"),
    "channels": Text("渠道", "channels"),
    "need_receipt": Text("要求回执", "needs a receipt"),
    "within": Text("时限", "within"),
    "fallback": Text("后备叫应链", "fallback"),
    "warnings": Text("预警模板", "warning"),
    "reports": Text("报告", "report"),
    "phone_within": Text("电话报告时限", "by phone within"),
    "written_within": Text("书面报告时限", "in writing within"),
    "closures": Text("道路管制", "closure"),
    "depth_m": Text("水深（米）", "depth (m)"),
    "radius_m": Text("半径（米）", "radius (m)"),
    "sector_deg": Text("扇角（度）", "sector (degrees)"),
    "ring": Text("区域边界", "outline"),
    "safety": Text("安全", "safety"),
    "par": Text("点名间隔", "roll-call"),
    "deescalate": Text("降级", "de-escalation"),
    "closeout": Text("终止", "close-out"),
    "roles": Text("角色", "role"),
    "filled_by": Text("由谁担任", "filled by"),
    "call_trees": Text("叫应链", "call tree"),
    "zones": Text("分区距离", "zone"),
    "examples": Text("示例检验", "example"),
    "example": Text("示例标记", "marked as example"),
    "source": Text("出处", "source"),
    "legal_basis": Text("依据", "legal basis"),
    "review_by": Text("复审日期", "review by"),
    "valid_from": Text("生效日期", "valid from"),
    "forecast_ok": Text("接受预报", "forecasts count"),
    "raise_only": Text("只升不降", "raised only"),
    "exercise_only": Text("仅演练", "exercises only"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: where, what sort (added, removed, changed), in words, with both values as text."""

    path: str
    sort: str
    text: Text
    before: str = ""
    after: str = ""
    grave: bool = False


# Where a change alters who decides, when a level begins or which figure is meant.
_GRAVE: Final = frozenset(
    {"when", "limit", "op", "hold", "hysteresis", "at_least", "approver", "commander", "end_by", "start", "level",
     "deadline", "raise_only", "conditions", "levels", "depth_m", "radius_m", "ring"}
)  # fmt: skip


def diff(before: Plan, after: Plan) -> list[Change]:
    """Every difference between two plans, in the order of the file."""
    old = before.model_dump(mode="json", by_alias=True)
    new = after.model_dump(mode="json", by_alias=True)
    return list(_parts((), old, new))


def _parts(path: tuple[str, ...], old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for key in dict.fromkeys((*old, *new)):
        if key not in new:
            yield _change((*path, key), "removed", old[key], None)
        elif key not in old:
            yield _change((*path, key), "added", None, new[key])
        elif old[key] != new[key]:
            yield from _different((*path, key), old[key], new[key])


def _different(path: tuple[str, ...], old: Any, new: Any) -> Iterator[Change]:
    if isinstance(old, dict) and isinstance(new, dict) and not _is_text(old) and not _is_logic(path):
        yield from _parts(path, old, new)
    elif isinstance(old, list) and isinstance(new, list) and (name := _identity(old, new)):
        yield from _parts(path, {one[name]: one for one in old}, {one[name]: one for one in new})
    else:
        yield _change(path, "changed", old, new)


def _is_text(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"zh", "en"}


def _is_logic(path: tuple[str, ...]) -> bool:
    """Logic is told whole: half of it says nothing. Where a part is called `when`, its logic is inside it."""
    return path[-1] in ("when", "only_if", "stop_if", "limit")


def _identity(old: list[Any], new: list[Any]) -> str | None:
    both = [*old, *new]
    if not both or not all(isinstance(one, dict) for one in both):
        return None
    for name in IDENTITY:
        if all(name in one for one in both) and all(
            len({one[name] for one in side}) == len(side) for side in (old, new)
        ):
            return name
    return None


def _change(path: tuple[str, ...], sort: str, old: Any, new: Any) -> Change:
    where_zh = " › ".join(_WORDS[step].zh if step in _WORDS else step for step in path)
    where_en = " › ".join(_WORDS[step].en if step in _WORDS else step for step in path)
    before, after = _said(old), _said(new)
    if sort == "added":
        text = Text(f"新增 {where_zh}：{after[0]}", f"added {where_en}: {after[1]}")
    elif sort == "removed":
        text = Text(f"删除 {where_zh}：{before[0]}", f"removed {where_en}: {before[1]}")
    else:
        text = Text(
            f"{where_zh}：由 {before[0]} 改为 {after[0]}", f"{where_en}: from {before[1]} to {after[1]}"
        )  # fmt: skip
    grave = bool(_GRAVE & set(path[-2:])) or (sort != "changed" and len(path) == 2)
    return Change(".".join(path), sort, text, before[0], after[0], grave)


def _said(value: Any) -> tuple[str, str]:
    """A value in words, Chinese and English; long ones are cut."""
    if value is None:
        return "无", "nothing"
    if isinstance(value, bool):
        return ("是", "yes") if value else ("否", "no")
    if _is_text(value):
        return f"“{value['zh']}”", f"'{value['en']}'"
    if isinstance(value, dict):
        for name in ("title", "says", "text", "name"):
            if _is_text(value.get(name)):
                return f"“{value[name]['zh']}”", f"'{value[name]['en']}'"
    if isinstance(value, dict | list):
        return logic_words(value)
    return (str(value) or "空", str(value) or "nothing")


def logic_words(value: Any) -> tuple[str, str]:
    """Logic, a limit or a list as a short formula: all(a, any(b, c)), 2 of (a, b, c)."""
    if isinstance(value, list):
        parts = [logic_words(one) for one in value]
        return "、".join(p[0] for p in parts) or "无", ", ".join(p[1] for p in parts) or "nothing"
    if not isinstance(value, dict):
        return str(value), str(value)
    if "k_of_n" in value:
        inner = logic_words(value["k_of_n"]["of"])
        return f"{value['k_of_n']['k']} 项成立于（{inner[0]}）", f"{value['k_of_n']['k']} of ({inner[1]})"
    for key, zh in (("all", "全部"), ("any", "任一"), ("not", "非")):
        if key in value:
            inner = logic_words(value[key])
            return f"{zh}（{inner[0]}）", f"{key}({inner[1]})"
    shown = ", ".join(f"{key} {inner}" for key, inner in value.items() if inner not in (None, "", [], {}))
    return shown[:200], shown[:200]
