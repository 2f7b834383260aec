"""How does China name warnings? Four colours, event codes, codes of senders and places (GB/T 35965.1, 34283, 35561).

33000041600000_20121025091026          identifier: sender's code, time of issue, perhaps _serial
^^^^^^ division (GB/T 2260)
      ^^^ agency (GB/T 4657: 416 weather, 332 water)
         ^^^ internal, ^^ extension
"""

import re
from datetime import datetime
from enum import IntEnum
from typing import Final, NamedTuple

from mudan.core.warnings.model.cap import Category, Severity
from mudan.primitives.clock import CST
from mudan.primitives.errors import Invalid
from mudan.primitives.text import Text


class Colour(IntEnum):
    """A warning's colour; its number is the level, 1 the gravest."""

    RED = 1
    ORANGE = 2
    YELLOW = 3
    BLUE = 4

    @property
    def word(self) -> str:
        """As the national XML writes it."""
        return self.name.capitalize()

    @property
    def title(self) -> Text:
        """For people."""
        return Text(_COLOUR_WORDS[self], self.word.lower())

    @property
    def level_words(self) -> tuple[str, ...]:
        """The words for its level, the official one first."""
        return _LEVEL_WORDS[self]

    @property
    def severity(self) -> Severity:
        """The CAP severity. Only Blue → Minor was seen in use; the rest is the usual reading."""
        return _SEVERITIES[self]


_COLOUR_WORDS: Final = {Colour.RED: "红色", Colour.ORANGE: "橙色", Colour.YELLOW: "黄色", Colour.BLUE: "蓝色"}
_LEVEL_WORDS: Final = {
    Colour.RED: ("特别重大", "特别严重"),
    Colour.ORANGE: ("重大", "严重"),
    Colour.YELLOW: ("较大", "较重"),
    Colour.BLUE: ("一般",),
}
_SEVERITIES: Final = {
    Colour.RED: Severity.EXTREME,
    Colour.ORANGE: Severity.SEVERE,
    Colour.YELLOW: Severity.MODERATE,
    Colour.BLUE: Severity.MINOR,
}
ROMAN: Final = {Colour.RED: "I", Colour.ORANGE: "II", Colour.YELLOW: "III", Colour.BLUE: "IV"}
_OF_SEVERITY: Final = {severity: colour for colour, severity in _SEVERITIES.items()}
_WORD: Final = re.compile(
    r"[红橙黄蓝](?=色|(?:[IVⅠⅡⅢⅣ]|级|预警|$))|\b(?:red|orange|yellow|blue)\b", re.IGNORECASE
)
_BY_WORD: Final = {
    **{_COLOUR_WORDS[colour][0]: colour for colour in Colour},
    **{colour.name.lower(): colour for colour in Colour},
}
_ROMANS: Final = {"Ⅰ": "I", "Ⅱ": "II", "Ⅲ": "III", "Ⅳ": "IV", "1": "I", "2": "II", "3": "III", "4": "IV"}
_LEVEL: Final = re.compile(r"[\[【(（/](I{1,3}|IV|[ⅠⅡⅢⅣ])级?[/／]?([\u4e00-\u9fff]{2,4})?[\]】)）]?")

_VERB: Final = re.compile(r"继续发布|更新发布|发布|解除|变更|升级|降级|将")

_EVENTS_11B: Final[tuple[str, ...]] = (
    *("台风", "龙卷风", "暴雨", "暴雪", "寒潮", "大风", "沙尘暴", "低温冻害", "高温", "热浪"),
    *("干热风", "下击暴流", "雪崩", "雷电", "冰雹", "霜冻", "大雾", "低空风切变", "霾", "雷雨大风"),
    *("道路结冰", "干旱", "海上大风", "高温中暑", "森林火险", "草原火险", "冰冻", "空间天气", "重污染"),
    *("低温雨雪冰冻", "强对流", "臭氧", "大雪", "寒冷", "连阴雨", "渍涝风险", "地质灾害气象风险", "强降雨"),
    *("强降温", "雪灾", "森林(草原)火险"),
)
EVENTS: Final[dict[str, str]] = {
    **{f"11B{number:02d}": name for number, name in enumerate(_EVENTS_11B, 1)},
    "11E02": "风暴潮",
    "11E06": "海浪",
}
FAMILIES: Final[dict[str, tuple[str, Category]]] = {
    "11A": ("水旱灾害", Category.MET),
    "11B": ("气象灾害", Category.MET),
    "11C": ("地震灾害", Category.GEO),
    "11D": ("地质灾害", Category.GEO),
    "11E": ("海洋灾害", Category.MET),
    "12": ("事故灾难", Category.SAFETY),
    "13": ("公共卫生事件", Category.HEALTH),
    "14": ("社会安全事件", Category.SECURITY),
}
_CODE: Final = re.compile(r"1[1-4][A-Z]\d{2}")
# What older titles and English events call it, tried after the names of the table.
_ALIASES: Final = {
    "雾": "11B17",
    "洪水": "11A",
    "地震": "11C",
    "地质灾害": "11D",
    "typhoon": "11B01",
    "tornado": "11B02",
    "rainstorm": "11B03",
    "heavy rain": "11B03",
    "snowstorm": "11B04",
    "cold wave": "11B05",
    "gale": "11B06",
    "sandstorm": "11B07",
    "high temperature": "11B09",
    "heat wave": "11B10",
    "lightning": "11B14",
    "hail": "11B15",
    "frost": "11B16",
    "heavy fog": "11B17",
    "dense fog": "11B17",
    "fog": "11B17",
    "haze": "11B19",
    "thunder gust": "11B20",
    "road icing": "11B21",
    "icy road": "11B21",
    "drought": "11B22",
    "forest fire": "11B25",
    "thunderstorm": "11B31",
}
_IDENTIFIER: Final = re.compile(r"(\d{6})(\d{3})(\d{3})(\d{2})_(\d{14})(?:_(\d{1,3}))?")
_ATTACHMENT: Final = re.compile(
    r"(\d{14})_(\d{14})(?:_\d{1,3})?_(1[1-4][A-Z]\d{2})_([A-Z]+)_([A-Z]+)_([A-Z])_(\d{2})(?:\.\w{1,5})?"
)
_DIVISION: Final = re.compile(r"\d{6}(?:\d{3}(?:\d{3})?)?")


class Identifier(NamedTuple):
    """A national identifier, taken apart. `issued` is aware, in China's time."""

    sender_code: str
    adcode: str
    agency: str
    issued: datetime
    serial: int | None = None

    @property
    def text(self) -> str:
        """As it is written."""
        tail = "" if self.serial is None else f"_{self.serial}"
        return f"{self.sender_code}_{self.issued.astimezone(CST):%Y%m%d%H%M%S}{tail}"


class Title(NamedTuple):
    """What a headline says: who, what, which colour, and whether it is lifted."""

    issuer: str
    event_code: str
    event: str
    colour: Colour | None
    level_words: str
    lifted: bool


class Attachment(NamedTuple):
    """The parts of an attachment's name."""

    sender_code: str
    issued: str
    event_code: str
    colour: str
    msg_type: str
    owner: str
    number: str


def identifier_of(text: str) -> Identifier:
    """`33000041600000_20121025091026`, perhaps with `_N`. Raises Invalid."""
    found = _IDENTIFIER.fullmatch(text.strip())
    try:
        if found is None:
            raise ValueError
        division, agency, internal, extension, digits, serial = found.groups()
        issued = datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=CST)
    except ValueError:
        raise Invalid(f"{text[:60]!r} is no national identifier", field="identifier") from None
    code = division + agency + internal + extension
    return Identifier(code, division, agency, issued, int(serial) if serial else None)


def identifier(sender_code: str, issued: datetime, serial: int | None = None) -> str:
    """The identifier of a message sent by that code at that time. Raises Invalid for a bad code."""
    made = f"{sender_code}_{issued.astimezone(CST):%Y%m%d%H%M%S}" + ("" if serial is None else f"_{serial}")
    identifier_of(made)
    return made


def sender_code(adcode: str, agency: str, internal: str = "000", extension: str = "00") -> str:
    """The 14 digits of a sender. Raises Invalid."""
    code = adcode[:6] + agency + internal + extension
    if not (len(code) == 14 and code.isascii() and code.isdigit()):
        raise Invalid(f"{code!r} is no code of a sender", field="sender_code")
    return code


def colour_of(text: str) -> Colour | None:
    """The colour a text ends up with: the last one named, for "升级为" and "变更为"."""
    found = _WORD.findall(text)
    return _BY_WORD.get(found[-1].lower()) if found else None


def colour_of_severity(severity: Severity | None) -> Colour | None:
    """The usual colour of a CAP severity; None for Unknown."""
    return None if severity is None else _OF_SEVERITY.get(severity)


def event_name(code: str) -> str:
    """What an event code means; the family's name when only that is known, "" for a stranger."""
    if code in EVENTS:
        return EVENTS[code]
    family = FAMILIES.get(code[:3]) or FAMILIES.get(code[:2])
    return family[0] if family else ""


def known_code(code: str) -> bool:
    """Whether it is written like an event code of a known family."""
    return bool(_CODE.fullmatch(code)) and event_name(code) != ""


def category_of(code: str) -> Category:
    """The CAP category of an event code."""
    family = FAMILIES.get(code[:3]) or FAMILIES.get(code[:2])
    return family[1] if family else Category.OTHER


def event_code_of(text: str) -> str:
    """The code of the event that a text names, the longest name first; "" when none is known."""
    lower = text.lower()
    for code, name in sorted(EVENTS.items(), key=lambda pair: -len(pair[1])):
        if name in text:
            return code
    for alias, code in sorted(_ALIASES.items(), key=lambda pair: -len(pair[0])):
        if alias in lower:
            return code
    return ""


def title_of(text: str) -> Title:
    """What a headline says, like 天津市气象局发布道路结冰黄色预警/III/较重."""
    verb = _VERB.search(text)
    issuer, rest = (text[: verb.start()], text[verb.end() :]) if verb else ("", text)
    lifted = "解除" in text
    code = event_code_of(rest) or event_code_of(text)
    level = _LEVEL.search(text)
    colour = colour_of(text)
    if colour is None and level:
        roman = _ROMANS.get(level.group(1), level.group(1))
        colour = next(one for one in Colour if ROMAN[one] == roman)
    words = (level.group(2) or "") if level else ""
    return Title(issuer, code, event_name(code), colour, words, lifted)


def attachment_of(name: str) -> Attachment:
    """The parts of an attachment's name. Raises Invalid."""
    found = _ATTACHMENT.fullmatch(name.strip())
    if found is None:
        raise Invalid(f"{name[:80]!r} is no name of an attachment", field="resourceDesc")
    return Attachment(*found.groups())


def divisions_of(text: str) -> tuple[str, ...]:
    """Codes of places between commas: 6, 9 or 12 digits. Raises Invalid."""
    codes = tuple(code for code in re.split(r"[,，;\s]+", text.strip()) if code)
    for code in codes:
        if not _DIVISION.fullmatch(code):
            raise Invalid(f"{code[:20]!r} is no code of a division", field="geocode")
    return codes


def division_prefix(code: str) -> str:
    """The digits that say something: 330000 → 33, 330205004000 → 330205004."""
    while len(code) > 6 and code.endswith("000"):
        code = code[:-3]
    while 2 < len(code) <= 6 and code.endswith("00"):
        code = code[:-2]
    return code


def touches(code: str, area_code: str) -> bool:
    """Whether a division named by a warning holds an area, or lies within it."""
    prefix = division_prefix(code)
    return area_code.startswith(prefix) or prefix.startswith(area_code)
