"""What can be wrong with a warning message, in codes and in words?"""

from typing import Final, NamedTuple

from mudan.primitives.text import Text

WORDS: Final[dict[str, Text]] = {
    "XML_SYNTAX": Text("不是合格的 XML", "Not well-formed XML"),
    "DTD_REFUSED": Text("含文档类型或实体，拒收", "Holds a document type or an entity: refused"),
    "TOO_LARGE": Text("报文过大或嵌套过深", "Too large or nested too deeply"),
    "NOT_CAP": Text("不是 CAP 报文", "No CAP message"),
    "INVALID_IDENTIFIER": Text(
        "标识不能为空，也不能含空格、逗号、< 或 &",
        "An identifier must not be empty nor hold a space, a comma, < or &",
    ),
    "DUPLICATE_ELEMENT": Text("元素重复", "Element given twice"),
    "INVALID_DATE": Text(
        "时间须写作 2026-07-01T08:00:00+08:00", "A time must be written like 2026-07-01T08:00:00+08:00"
    ),
    "INVALID_ENUM_VALUE": Text("不是允许的取值", "Not one of the allowed words"),
    "INVALID_REFERENCES": Text(
        "引用须为“发送者,标识,时间”三项", "A reference must be sender,identifier,sent"
    ),
    "INVALID_CHARACTERS": Text("元素之间有多余文字", "Text stands between the elements"),
    "UNSUPPORTED_ELEMENT": Text("不认识的元素", "Unknown element"),
    "MISSING_REQUIRED_ELEMENT": Text("缺少必需的元素", "A required element is missing"),
    "INVALID_SEQUENCE": Text("元素顺序不对", "Elements in the wrong order"),
    "INVALID_POLYGON": Text(
        "多边形须为至少四对“纬度,经度”，首尾相同",
        "A polygon needs at least four lat,lon pairs, the last equal to the first",
    ),
    "INVALID_POLYGON_SELF_INTERSECTION": Text("多边形自相交", "The polygon crosses itself"),
    "INVALID_CIRCLE": Text("圆须为“纬度,经度 半径公里”", "A circle must be lat,lon radius_km"),
    "INVALID_AREA": Text(
        "高度不是数，或有上限而无高度", "An altitude is no number, or there is a ceiling without altitude"
    ),
    "INVALID_ALTITUDE_CEILING_RANGE": Text("上限低于高度", "The ceiling is below the altitude"),
    "INVALID_LANGUAGE": Text("语言代码不合规", "No language code"),
    "INVALID_MIME_TYPE": Text("媒体类型不合规", "No media type"),
    "INVALID_DEREF_URI": Text("附件内容不是 base64", "The enclosed content is not base64"),
    "INVALID_URI": Text("地址不合规", "No address"),
    "INVALID_RESOURCE_SIZE": Text("附件大小不是整数", "The size is no whole number"),
    "RELATIVE_URI_MISSING_DEREF_URI": Text(
        "相对地址须附内容", "A relative address needs the content enclosed"
    ),
    "INVALID_WEB": Text("网页须为完整地址", "The web page must be a whole address"),
    "RESTRICTION_SCOPE_MISMATCH": Text(
        "限制说明只用于、且必须用于 Restricted", "A restriction goes with Restricted, and only with it"
    ),
    "CIRCULAR_REFERENCE": Text("引用了自己", "It refers to itself"),
    "POSTDATED_REFERENCE": Text("引用的报文晚于本报文", "It refers to a message sent after it"),
    "SAME_TEXT_DIFFERENT_LANGUAGE": Text("两种语言文字相同", "The same words under two languages"),
    "TEXT_CONTAINS_HTML_TAGS": Text("文字中有 HTML 标记", "HTML tags in the text"),
    "TEXT_CONTAINS_HTML_ENTITIES": Text("文字中有 HTML 实体", "HTML entities in the text"),
    "MISSING_NOTE": Text("演练或差错报文应有说明", "An exercise or error message should carry a note"),
    "INVALID_DIGEST": Text("摘要不是 SHA-1 十六进制", "The digest is no SHA-1 in hexadecimal"),
    "TIME_ORDER": Text("失效早于生效或发送", "It ends before it begins or was sent"),
    "INVALID_COLOUR": Text("预警颜色不合规", "No warning colour"),
    "INVALID_CODE": Text("代码不合规", "No such code"),
}


class Finding(NamedTuple):
    """One thing wrong: its code, where, and a detail. A warning does not make the message invalid."""

    code: str
    xpath: str
    detail: str = ""
    warning: bool = False

    @property
    def words(self) -> Text:
        """What it means, for people."""
        return WORDS.get(self.code, Text(self.code, self.code))
