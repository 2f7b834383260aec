"""What does somebody who warns the public say, and is anything missing before it may go out?

A warning names its kind, level, beginning and end, area, what to do, and who says so. Points are lon, lat here;
only `message.py` turns them into CAP. Texts are plain: markup is a mistake of the writer and stays text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from math import isfinite
from typing import Any, Final, NamedTuple

from mudan.core.warnings.model.cap import Category, Certainty, MsgType, Response, Severity, Status, Urgency
from mudan.core.warnings.model.china import Colour, known_code
from mudan.core.warnings.model.geometry import Circle, Polygon, crosses_itself
from mudan.primitives.errors import Invalid
from mudan.primitives.geo import Point
from mudan.primitives.text import Text

COLOURS: Final = {
    1: Text("红色", "Red"),
    2: Text("橙色", "Orange"),
    3: Text("黄色", "Yellow"),
    4: Text("蓝色", "Blue"),
}
LONGEST: Final = {
    "event": 60,
    "headline": 160,
    "description": 4000,
    "instruction": 4000,
    "area": 500,
    "issuer": 100,
}
LONGEST_LIFE: Final = timedelta(days=7)
MOST_SHAPES: Final = 20
MOST_CORNERS: Final = 500
MOST_CODES: Final = 100
_CODE: Final = re.compile(r"\d{6}(\d{3}){0,2}")
_UNWRITABLE: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Content:
    """The words, place and time of a warning. English is given whole or not at all."""

    event_type: str
    category: Category
    level: int
    event: Text
    headline: Text
    description: Text
    instruction: Text
    area: Text
    issuer: Text
    expires: datetime
    onset: datetime | None = None
    urgency: Urgency = Urgency.UNKNOWN
    certainty: Certainty = Certainty.UNKNOWN
    responses: tuple[Response, ...] = ()
    polygons: tuple[Polygon, ...] = ()
    circles: tuple[Circle, ...] = ()
    geocodes: tuple[str, ...] = ()
    contact: str = ""
    web: str = ""
    note: str = ""
    text_message: str = ""

    @property
    def bilingual(self) -> bool:
        """Whether it is said in English too."""
        return any(text.en.strip() for text in _texts(self).values())

    @property
    def severity(self) -> Severity:
        """How bad, in CAP's word for the level."""
        return Colour(self.level).severity


class Lack(NamedTuple):
    """Something that must be mended before the warning may go on."""

    field: str
    words: Text


def _texts(content: Content) -> dict[str, Text]:
    return {
        "event": content.event,
        "headline": content.headline,
        "description": content.description,
        "instruction": content.instruction,
        "area": content.area,
        "issuer": content.issuer,
    }


def lacks(content: Content, status: Status, msg_type: MsgType, now: datetime) -> tuple[Lack, ...]:
    """All that keeps it from going out. A cancellation needs the reason as its note."""
    found = [
        Lack(name, Text("中文内容未填", "the Chinese words are missing"))
        for name, text in _texts(content).items()
        if not text.zh.strip()
    ]
    if content.bilingual:
        found += [
            Lack(name, Text("英文须全部填写或全部不填", "English is given whole or not at all"))
            for name, text in _texts(content).items()
            if not text.en.strip()
        ]
    if not (content.polygons or content.circles or content.geocodes):
        found.append(Lack("place", Text("未选定区域", "no area is chosen")))
    if content.expires <= now:
        found.append(Lack("expires", Text("失效时间已过", "the end is past")))
    if content.expires > now + LONGEST_LIFE:
        found.append(Lack("expires", Text("有效期超过七天", "it would hold for more than seven days")))
    if content.onset is not None and content.onset >= content.expires:
        found.append(Lack("onset", Text("开始时间不早于失效时间", "it begins no earlier than it ends")))
    if not content.note.strip() and (msg_type is MsgType.CANCEL or status is not Status.ACTUAL):
        found.append(Lack("note", Text("须写明原因或说明", "a note with the reason is needed")))
    return tuple(found)


def stored(content: Content) -> dict[str, Any]:
    """The content as JSON holds it."""
    return {
        "event_type": content.event_type, "category": content.category, "level": content.level,
        **{name: {"zh": text.zh, "en": text.en} for name, text in _texts(content).items()},
        "expires": content.expires.isoformat(),
        "onset": None if content.onset is None else content.onset.isoformat(),
        "urgency": content.urgency, "certainty": content.certainty, "responses": list(content.responses),
        "polygons": [[list(point) for point in ring] for ring in content.polygons],
        "circles": [
            {"lon": one.centre.lon, "lat": one.centre.lat, "radius_km": one.radius_km} for one in content.circles
        ],
        "geocodes": list(content.geocodes), "contact": content.contact, "web": content.web,
        "note": content.note, "text_message": content.text_message,
    }  # fmt: skip


def parsed(given: Mapping[str, Any]) -> Content:
    """The content of its JSON. Raises Invalid naming the field; incomplete words pass, see `lacks`."""

    def words(name: str) -> Text:
        return _text(given.get(name) or {}, name)

    def line(name: str) -> str:
        return str(given.get(name, ""))

    try:
        content = Content(
            event_type=given["event_type"], category=Category(given["category"]), level=given["level"],
            event=words("event"), headline=words("headline"), description=words("description"),
            instruction=words("instruction"), area=words("area"), issuer=words("issuer"),
            expires=_moment(given["expires"]),
            onset=_moment(given["onset"]) if given.get("onset") else None,
            urgency=Urgency(given.get("urgency", "Unknown")),
            certainty=Certainty(given.get("certainty", "Unknown")),
            responses=tuple(Response(one) for one in given.get("responses", ())),
            polygons=tuple(_ring(ring) for ring in given.get("polygons", ())),
            circles=tuple(_circle(one) for one in given.get("circles", ())),
            geocodes=tuple(given.get("geocodes", ())),
            contact=line("contact"), web=line("web"), note=line("note"), text_message=line("text_message"),
        )  # fmt: skip
    except KeyError as error:
        raise Invalid(f"{error} is missing", field=str(error.args[0])) from None
    except (ValueError, TypeError) as error:
        raise Invalid(str(error), field="content") from None
    return held(content)


def held(content: Content) -> Content:
    """The content if its values are possible. Raises Invalid naming the field."""
    if content.level not in tuple(Colour):
        raise Invalid("a level is 1 to 4", field="level")
    if not known_code(content.event_type):
        raise Invalid("a kind of event has a code of GB/T 35561, such as 11B03", field="event_type")
    for name, text in _texts(content).items():
        if max(len(text.zh), len(text.en)) > LONGEST[name]:
            raise Invalid(f"at most {LONGEST[name]} characters", field=name)
    for field in fields(content):
        value = getattr(content, field.name)
        words = (value.zh + value.en) if isinstance(value, Text) else value if isinstance(value, str) else ""
        if _UNWRITABLE.search(words):
            raise Invalid("a sign that no message can carry", field=field.name)
    if content.web and not re.fullmatch(r"https?://[^\s<>\"]+", content.web):
        raise Invalid("a whole address, beginning with https://", field="web")
    if len(content.polygons) + len(content.circles) > MOST_SHAPES:
        raise Invalid(f"at most {MOST_SHAPES} shapes", field="place")
    if len(content.geocodes) > MOST_CODES or not all(_CODE.fullmatch(code) for code in content.geocodes):
        raise Invalid("codes of areas have 6, 9 or 12 digits", field="geocodes")
    return content


def with_level(content: Content, level: int) -> Content:
    """The same at another level."""
    return held(replace(content, level=level))


def text_message(content: Content) -> str:
    """The words of the text message: those given, else made of issuer, headline and what to do."""
    if content.text_message.strip():
        return content.text_message.strip()
    headline = content.headline.zh.removeprefix(content.issuer.zh)  # said once, in the brackets
    return f"【{content.issuer.zh}】{headline}。{content.instruction.zh}".replace("。。", "。").strip()


def message_parts(words: str) -> int:
    """How many text messages carry the words: 70 signs in one, 67 in each of several; 160 and 153 when all ASCII."""
    one, many = (160, 153) if words.isascii() else (70, 67)
    signs = len(words.encode("utf-16-le")) // 2 if not words.isascii() else len(words)
    return 0 if not signs else 1 if signs <= one else -(-signs // many)


def _text(given: Any, field: str) -> Text:
    if not isinstance(given, Mapping):
        raise Invalid("words are given in zh and en", field=field)
    return Text(str(given.get("zh", "")), str(given.get("en", "")))


def _moment(given: Any) -> datetime:
    moment = given if isinstance(given, datetime) else datetime.fromisoformat(str(given))
    if moment.tzinfo is None:
        raise Invalid("a time needs its zone", field="expires")
    return moment


def _ring(given: Any) -> Polygon:
    points = [_point(pair[0], pair[1]) for pair in given]
    if points and points[0] != points[-1]:
        points.append(points[0])
    if not 4 <= len(points) <= MOST_CORNERS:
        raise Invalid(f"a polygon has 3 to {MOST_CORNERS} corners", field="polygons")
    ring = tuple(points)
    if crosses_itself(ring):
        raise Invalid("the polygon crosses itself", field="polygons")
    return ring


def _circle(given: Any) -> Circle:
    radius = float(given["radius_km"])
    if not 0.0 < radius <= 200.0:
        raise Invalid("a radius is more than 0 and at most 200 km", field="circles")
    return Circle(_point(given["lon"], given["lat"]), radius)


def _point(lon: Any, lat: Any) -> Point:
    point = Point(round(float(lon), 6), round(float(lat), 6))
    if not (
        isfinite(point.lon) and isfinite(point.lat) and abs(point.lon) <= 180.0 and abs(point.lat) <= 90.0
    ):
        raise Invalid("a point lies nowhere on earth", field="place")
    return point
