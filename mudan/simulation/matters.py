"""Which everyday matters were reported in the make-believe county, and how did they go? All of them invented (示例).

A story begins so many days ago; its steps follow each other after so many hours. Every story that is still open stands
where it has days left, so that a demo that has just begun owes nothing.
"""

from typing import Any, Final, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from mudan.simulation.geography import TOWNS

Row = dict[str, Any]
_M: Final = 1 / 111_195  # degrees of latitude
_WELL: Final = (("accept", 1), ("verify", 1), ("confirm", 6), ("open", 1), ("dispatch", 1), ("sign", 2), ("answer", 20),
                ("check", 2), ("pass", 4), ("call_back", 20), ("finish", 1))  # fmt: skip
_REWORKED: Final = (*_WELL[:8], ("fail", 3), ("answer", 9), *_WELL[7:])
_RETURNED: Final = (*_WELL[:5], ("return", 3), *_WELL[4:])
_AT_WORK: Final = _WELL[:6]
_CLOSED: Final = _WELL[:9]
_UNTRUE: Final = (("verify", 1), ("disprove", 5))


class _Story(NamedTuple):
    days_ago: float
    class_code: str
    title: str
    town: int
    east_m: float
    owner: str
    steps: tuple[tuple[str, float], ...]
    answer: str = "satisfied"
    channel: str = "phone"


_STORIES: Final = (
    _Story(24, "0101", "农贸市场后门垃圾没人清", 0, 120, "urban_management", _WELL),
    _Story(22, "0201", "人行道井盖翘起", 0, 400, "urban_management", _REWORKED, "mostly"),
    _Story(21, "0202", "小区门口三盏路灯不亮", 1, 80, "power", _WELL),
    _Story(19, "03", "夜里工地施工吵", 0, -300, "housing", _RETURNED, "not"),
    _Story(17, "0102", "渣土车漏土，路面脏", 2, 200, "urban_management", _WELL),
    _Story(15, "03", "夜里工地又在施工", 0, -290, "housing", _REWORKED, "not"),
    _Story(13, "0101", "河边有人倒建筑垃圾", 3, 500, "urban_management", _WELL, "satisfied", "app"),
    _Story(11, "0202", "村口路灯不亮", 4, 60, "power", _RETURNED, "mostly"),
    _Story(9, "99", "有人说河里有死鱼", 5, 900, "ecology", _UNTRUE),
    _Story(8, "0201", "学校旁井盖响", 1, 350, "urban_management", _WELL),
    _Story(6, "03", "工地凌晨浇混凝土", 0, -310, "housing", _CLOSED, "not"),
    _Story(4, "0102", "雨后路面积泥", 6, 150, "urban_management", _CLOSED),
    _Story(1.6, "02", "儿童滑梯螺丝松了", 0, 260, "urban_management", _AT_WORK, "satisfied", "web"),
    _Story(1.4, "0202", "广场灯晚上不亮", 2, -90, "power", _AT_WORK),
    _Story(1.3, "99", "公交站牌歪了", 1, 500, "transport", _AT_WORK),
)


def matters() -> list[Row]:
    """The stories, ready for JSON."""
    return [_row(number, story) for number, story in enumerate(_STORIES, 1)]


def _row(number: int, story: _Story) -> Row:
    town = TOWNS[story.town]
    return {
        "id": str(uuid5(NAMESPACE_URL, f"matter/{number}")), "type": "hotline", "class_code": story.class_code,
        "title": story.title, "text": "示例案件，全部为虚构。", "area_code": town.code,
        "address": f"{town.name.zh}（示例地址）",
        "lon": round(town.point.lon + story.east_m * _M, 6), "lat": round(town.point.lat + number * 7 * _M, 6),
        "days_ago": story.days_ago, "owner": story.owner, "answer": story.answer, "channel": story.channel,
        "steps": [list(step) for step in story.steps],
    }  # fmt: skip
