"""Which words are ready to warn with? Templates as data, filled by typed values and never run.

A `{name}` stands for a value that the template declares; it is replaced once, in one pass, so that braces in a
value stay braces. All figures and wordings shipped here are examples (示例) for the county to replace.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from mudan.core.warnings.model.cap import Category, Certainty, Response, Urgency
from mudan.core.warnings.model.china import Colour
from mudan.core.warnings.model.content import Content, held
from mudan.primitives.clock import CST
from mudan.primitives.errors import Invalid
from mudan.primitives.text import Text

_PLACE: Final = re.compile(r"\{([a-z][a-z0-9_]{0,30})\}")
LONGEST_VALUE: Final = 300
GIVEN: Final = ("colour", "issuer", "area", "until")  # known of every warning, without asking


@dataclass(frozen=True, slots=True)
class Slot:
    """A value that a template asks for: `kind` is text, number or time."""

    name: str
    title: Text
    kind: str = "text"
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """Ready words with slots."""

    name: str
    title: Text
    event_type: str
    category: Category
    event: Text
    headline: Text
    description: Text
    instruction: Text
    responses: tuple[Response, ...]
    urgency: Urgency = Urgency.EXPECTED
    certainty: Certainty = Certainty.LIKELY
    life: timedelta = timedelta(hours=6)
    slots: tuple[Slot, ...] = ()
    example: bool = True

    def __post_init__(self) -> None:
        known = {slot.name for slot in self.slots} | set(GIVEN)
        for text in (self.event, self.headline, self.description, self.instruction):
            unknown = set(_PLACE.findall(text.zh + text.en)) - known
            if unknown:
                raise Invalid(
                    f"the template names {', '.join(sorted(unknown))} without declaring it", field="slots"
                )


def filled(
    template: Template,
    level: int,
    issuer: Text,
    area: Text,
    values: Mapping[str, Any],
    now: datetime,
    **more: Any,
) -> Content:
    """The content that the template gives; `more` are fields of Content (shapes, contact, other end).

    Raises Invalid for a value that is missing, unknown or of another kind.
    """
    unknown = set(values) - {slot.name for slot in template.slots}
    if unknown or level not in tuple(Colour):
        raise Invalid(
            f"no such value: {', '.join(sorted(unknown))}" if unknown else "a level is 1 to 4", field="values"
        )
    expires: datetime = more.pop("expires", None) or (now + template.life).replace(microsecond=0)
    said = {slot.name: _said(slot, values.get(slot.name)) for slot in template.slots}
    both = said | {
        "colour": Colour(level).title, "issuer": issuer, "area": area,
        "until": Text(*(f"{expires.astimezone(CST):%m月%d日%H:%M}", f"{expires.astimezone(CST):%H:%M on %d %B}")),
    }  # fmt: skip

    def put(text: Text) -> Text:
        return Text(
            _PLACE.sub(lambda found: both[found[1]].zh, text.zh),
            _PLACE.sub(lambda found: both[found[1]].en, text.en),
        )

    return held(
        Content(
            event_type=template.event_type, category=template.category, level=level, event=put(template.event),
            headline=put(template.headline), description=put(template.description),
            instruction=put(template.instruction), area=area, issuer=issuer, expires=expires,
            urgency=template.urgency, certainty=template.certainty, responses=template.responses, **more,
        )
    )  # fmt: skip


def _said(slot: Slot, value: Any) -> Text:
    if value is None or value == "":
        raise Invalid("a value is missing", field=slot.name)
    if slot.kind == "number":
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Invalid("a number is needed", field=slot.name)
        words = f"{value:g}"
    elif slot.kind == "time":
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise Invalid("a time with its zone is needed", field=slot.name)
        words = f"{value.astimezone(CST):%H:%M}"
    else:
        words = str(value)
    if len(words) > LONGEST_VALUE:
        raise Invalid(f"at most {LONGEST_VALUE} characters", field=slot.name)
    return Text(words + slot.unit, words + slot.unit)


_HEAD: Final = Text("{issuer}发布{colour}预警：", "{issuer}: {colour} warning, ")


def _headline(zh: str, en: str) -> Text:
    return Text(_HEAD.zh + zh, _HEAD.en + en)


SHIPPED: Final = (
    Template(
        "flash_flood", Text("山洪", "Flash flood"), "11A01", Category.MET, Text("山洪", "Flash flood"),
        _headline("{area}可能发生山洪", "flash floods possible in {area}"),
        Text("预计{hours}小时内{area}降雨{rain}，沿河低洼地带可能发生山洪。有效期至{until}。",
             "Within {hours} hours {rain} of rain is expected in {area}; flash floods are possible "
             "along streams. Valid until {until}."),
        Text("请立即离开河道、低洼处和山坡脚，听从村干部安排转移到安全地点，不要涉水过河。",
             "Leave river beds, low ground and slopes at once, follow the village officers to a "
             "safe place, do not wade through water."),
        (Response.EVACUATE, Response.AVOID), Urgency.IMMEDIATE,
        slots=(Slot("hours", Text("时段", "Hours"), "number"), Slot("rain", Text("雨量", "Rain"), "number", " mm")),
    ),
    Template(
        "waterlogging", Text("内涝", "Urban waterlogging"), "11B36", Category.MET, Text("渍涝", "Waterlogging"),
        _headline("{area}道路可能积水", "roads in {area} may be under water"),
        Text("{place}积水深约{depth}，周边道路可能中断。有效期至{until}。",
             "Water at {place} is about {depth} deep; roads nearby may be cut. Valid until {until}."),
        Text("请绕行积水路段，不要驾车涉水，地下空间人员立即撤到地面，远离带电设施。",
             "Keep away from flooded roads, do not drive through water, leave underground rooms at "
             "once, stay clear of electric installations."),
        (Response.AVOID,), Urgency.IMMEDIATE, Certainty.OBSERVED,
        slots=(Slot("place", Text("地点", "Place")), Slot("depth", Text("水深", "Depth"), "number", " cm")),
    ),
    Template(
        "fog", Text("大雾", "Dense fog"), "11B17", Category.TRANSPORT, Text("大雾", "Dense fog"),
        _headline("{area}能见度不足{visibility}", "visibility below {visibility} in {area}"),
        Text("{area}能见度不足{visibility}，{road}通行受影响。有效期至{until}。",
             "Visibility in {area} is below {visibility}; {road} is affected. Valid until {until}."),
        Text("请减速、开雾灯、保持车距，非必要不上高速；事故后人员撤到护栏外。",
             "Slow down, use fog lights, keep your distance, avoid the motorway; after a crash "
             "wait behind the barrier."),
        (Response.AVOID, Response.MONITOR), Urgency.IMMEDIATE, Certainty.OBSERVED,
        slots=(Slot("visibility", Text("能见度", "Visibility"), "number", " m"), Slot("road", Text("道路", "Road"))),
    ),
    Template(
        "forest_fire", Text("森林火险", "Forest fire"), "11B25", Category.FIRE, Text("森林火险", "Forest fire danger"),
        _headline("{area}森林火险等级高", "high forest fire danger in {area}"),
        Text("{area}气候干燥，森林火险等级高。有效期至{until}。",
             "{area} is dry; the danger of forest fire is high. Valid until {until}."),
        Text("林区禁止一切野外用火；发现火情立即拨打12119或119，不要自行上山扑救。",
             "No open fire in the woods; report any fire to 12119 or 119 at once and do not fight it yourself."),
        (Response.PREPARE, Response.AVOID), life=timedelta(hours=24),
    ),
    Template(
        "gas_leak", Text("危险气体泄漏", "Gas or chemical leak"), "12A01", Category.CBRNE, Text("气体泄漏", "Gas leak"),
        _headline("{place}发生{substance}泄漏", "{substance} leaking at {place}"),
        Text("{place}发生{substance}泄漏，下风方向为{downwind}。有效期至{until}。",
             "{substance} is leaking at {place}; the wind carries it to the {downwind}. Valid until {until}."),
        Text("请立即向上风方向撤离，不要开关电器、不要使用明火；不能撤离的关闭门窗、堵住缝隙等待救援。",
             "Move upwind at once, do not touch switches, no open flame; if you cannot leave, shut "
             "doors and windows, seal gaps and wait."),
        (Response.EVACUATE, Response.SHELTER), Urgency.IMMEDIATE, Certainty.OBSERVED, timedelta(hours=3),
        (Slot("place", Text("地点", "Place")),
               Slot("substance", Text("物质", "Substance")),
               Slot("downwind", Text("下风方向", "Downwind"))),
    ),
    Template(
        "earthquake", Text("地震应急", "Earthquake"), "11C01", Category.GEO, Text("地震", "Earthquake"),
        _headline("{area}有震感，防范余震", "earthquake felt in {area}, beware of aftershocks"),
        Text("{at}{place}发生{magnitude}级地震，可能有余震。有效期至{until}。",
             "An earthquake of magnitude {magnitude} struck {place} at {at}; aftershocks are "
             "possible. Valid until {until}."),
        Text("请离开受损建筑，到空旷处避险，远离电线、玻璃幕墙和山坡，关闭燃气。",
             "Leave damaged buildings for open ground, keep away from power lines, glass and "
             "slopes, turn off the gas."),
        (Response.EVACUATE, Response.MONITOR), Urgency.IMMEDIATE, Certainty.OBSERVED,
        slots=(Slot("at", Text("时间", "Time"), "time"),
               Slot("place", Text("地点", "Place")),
               Slot("magnitude", Text("震级", "Magnitude"), "number")),
    ),
)  # fmt: skip


def template_named(name: str) -> Template:
    """One of the shipped templates. Raises Invalid."""
    for one in SHIPPED:
        if one.name == name:
            return one
    raise Invalid("no such template", field="template")
