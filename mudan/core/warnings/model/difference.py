"""What does a message change of the one before it? For those who check and approve."""

from typing import Any, NamedTuple

from mudan.core.warnings.model.content import Content, stored
from mudan.primitives.text import Text

WORDS = {
    "event_type": Text("事件类型", "Kind"),
    "category": Text("类别", "Category"),
    "level": Text("级别", "Level"),
    "event": Text("事件名称", "Event"),
    "headline": Text("标题", "Headline"),
    "description": Text("内容", "Description"),
    "instruction": Text("防御指引", "What to do"),
    "area": Text("区域说明", "Area in words"),
    "issuer": Text("发布单位", "Issuer"),
    "expires": Text("失效时间", "Ends"),
    "onset": Text("开始时间", "Begins"),
    "urgency": Text("紧急程度", "Urgency"),
    "certainty": Text("确定性", "Certainty"),
    "responses": Text("应对方式", "Responses"),
    "polygons": Text("多边形", "Polygons"),
    "circles": Text("圆", "Circles"),
    "geocodes": Text("区划", "Areas"),
    "contact": Text("联系方式", "Contact"),
    "web": Text("网页", "Web page"),
    "note": Text("说明", "Note"),
    "text_message": Text("短信", "Text message"),
}


class Change(NamedTuple):
    """One field that is not as it was: its name, and both values as JSON holds them."""

    field: str
    before: Any
    after: Any

    @property
    def words(self) -> Text:
        """The field's name for people."""
        return WORDS[self.field]


def changes(before: Content, after: Content) -> tuple[Change, ...]:
    """What differs, in the order of the form."""
    old, new = stored(before), stored(after)
    return tuple(Change(name, old[name], new[name]) for name in WORDS if old[name] != new[name])
