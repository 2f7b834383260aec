"""How is the public warning page written? Plain HTML, every word escaped, drawn without scripts.

The map is an SVG of the county's outline and the areas of what is in force; beside it everything is said in words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any, Final, Literal

from mudan.api.public.html import ICON
from mudan.core.warnings.model.cap import MsgType
from mudan.core.warnings.model.china import Colour
from mudan.core.warnings.model.content import Content
from mudan.core.warnings.model.geometry import ring_of
from mudan.core.warnings.model.record import Published
from mudan.primitives.clock import CST
from mudan.primitives.geo import Point
from mudan.primitives.text import Text

Language = Literal["zh", "en"]
MARKS: Final = {1: "▲1", 2: "◆2", 3: "●3", 4: "■4"}
ROMAN: Final = "ⅠⅡⅢⅣ"
WIDTH: Final = 420.0
REPORT: Final = {"zh": "/public/report", "en": "/public/report?lang=en"}
BOARD: Final = {"zh": "/public/board", "en": "/public/board?lang=en"}

WORDS: Final[Mapping[str, Text]] = {
    "title": Text("预警信息", "Public warnings"),
    "other": Text("English", "中文"),
    "none": Text("目前没有生效的预警。", "No warning is in force."),
    "as_of": Text("截至", "As of"),
    "again": Text("刷新", "Look again"),
    "what": Text("怎么办", "What to do"),
    "where": Text("区域", "Area"),
    "begins": Text("开始", "Begins"),
    "ends": Text("至", "Until"),
    "issuer": Text("发布单位", "Issued by"),
    "sent": Text("发布时间", "Issued"),
    "contact": Text("咨询", "Enquiries"),
    "ended": Text("近七日已结束", "Ended within seven days"),
    "updated": Text("已更新", "updated"),
    "cancelled": Text("已解除", "cancelled"),
    "expired": Text("已到期", "expired"),
    "cancel": Text("解除", "Cancellation"),
    "update": Text("更新", "Update"),
    "machines": Text("机器可读", "For machines"),
    "demo": Text("演示数据：以下内容均为虚构", "Demo data: everything below is made up"),
    "map": Text("预警区域示意图", "Sketch of the warned areas"),
    "schematic": Text("示意", "schematic"),
    "skip": Text("跳到预警", "Skip to the warnings"),
    "zone": Text("北京时间", "Beijing time"),
    "report": Text("反映问题、查进度", "Report a matter, follow it"),
    "board": Text("办理情况公示", "How reports are doing"),
    "stage": Text("全县运行阶段", "Stage of the county"),
    "since": Text("自", "Since"),
    "example": Text("示例用语", "example wording"),
}


@dataclass(frozen=True, slots=True)
class Stage:
    """In which of the five stages the county is, since when exactly, and why, in public words."""

    number: int
    name: Text
    meaning: Text
    since: datetime | None
    why: str
    example: bool


def page(
    found: Sequence[Published],
    now: datetime,
    language: Language,
    outline: Mapping[str, Any] | None,
    *,
    demo: bool,
    stage: Stage | None = None,
) -> str:
    """The whole page."""

    def say(text: Text) -> str:
        return escape(text.zh if language == "zh" else text.en or text.zh)

    force = sorted(
        (
            one
            for one in found
            if one.state == "sent" and one.msg_type is not MsgType.CANCEL and one.expires_at > now
        ),
        key=lambda one: (one.content.level, -one.sent_at.timestamp()),
    )
    over = [one for one in found if one not in force]
    other = "en" if language == "zh" else "zh"
    return "".join(
        (
            f'<!doctype html><html lang="{"zh-CN" if language == "zh" else "en"}"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{say(WORDS['title'])}</title>",
            '<link rel="stylesheet" href="/public/style.css">',
            ICON,
            '<link rel="alternate" type="application/atom+xml" href="/feeds/cap.atom" title="CAP"></head><body>',
            f'<a class="skip" href="#warnings">{say(WORDS["skip"])}</a>',
            f"<header><h1>{say(WORDS['title'])}</h1>",
            f'<a href="/public/warnings?lang={other}" lang="{other}" hreflang="{other}">',
            f"{escape(WORDS['other'].zh if language == 'zh' else WORDS['other'].en)}</a></header>",
            f'<p class="demo">{say(WORDS["demo"])}</p>' if demo else "",
            f'<p>{say(WORDS["as_of"])} <time datetime="{now.isoformat(timespec="seconds")}">{_moment(now)}</time>',
            f' {say(WORDS["zone"])} · <a href="/public/warnings?lang={language}">{say(WORDS["again"])}</a></p>',
            "" if stage is None else _stage(stage, language),
            '<main id="warnings">',
            "".join(_article(one, language) for one in force) or f'<p class="none">{say(WORDS["none"])}</p>',
            _map(force, outline, language),
            _over(over, language),
            f'</main><footer><p><a href="{REPORT[language]}">{say(WORDS["report"])}</a> · ',
            f'<a href="{BOARD[language]}">{say(WORDS["board"])}</a></p><p>',
            f'{say(WORDS["machines"])}：<a href="/feeds/cap.atom">Atom · CAP 1.2</a> · ',
            '<a href="/feeds/warnings.json">JSON</a> · <a href="/feeds/certificate.pem">X.509</a></p></footer>',
            "</body></html>",
        )
    )


def _stage(stage: Stage, language: Language) -> str:
    def say(text: Text) -> str:
        return escape(text.zh if language == "zh" else text.en or text.zh)

    since = ""
    if stage.since is not None:
        at = stage.since.astimezone(CST)
        said = f'<time datetime="{at.isoformat(timespec="seconds")}">{at:%Y-%m-%d %H:%M:%S}</time>'
        since = f" {say(WORDS['since'])} {said}"
    why = f'<br><span lang="zh-CN">{escape(stage.why)}</span>' if stage.why else ""
    example = f" <small>{say(WORDS['example'])}</small>" if stage.example else ""
    return (
        f'<section id="stage"><h2>{say(WORDS["stage"])}：{stage.number} {say(stage.name)}</h2>'
        f"<p>{say(stage.meaning)}{example}{since}{why}</p></section>"
    )


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(CST):%Y-%m-%d %H:%M}"


def level_words(level: int, language: Language) -> str:
    """A level as people know it: mark, colour and Roman number, never the colour alone."""
    colour = Colour(level).title
    said = (
        f"{colour.zh}（{ROMAN[level - 1]}级）"
        if language == "zh"
        else f"{colour.en} (level {ROMAN[level - 1]})"
    )
    return f"{MARKS[level]} {said}"


def _article(one: Published, language: Language) -> str:
    words = one.content

    def say(text: Text) -> str:
        return escape(text.zh if language == "zh" else text.en or text.zh)

    rows = [
        (WORDS["where"], say(words.area)),
        (WORDS["begins"], _moment(words.onset) if words.onset else ""),
        (WORDS["ends"], _moment(one.expires_at)),
        (WORDS["issuer"], say(words.issuer)),
        (WORDS["sent"], _moment(one.sent_at)),
        (WORDS["contact"], escape(words.contact)),
    ]
    facts = "".join(f"<div><dt>{say(name)}</dt><dd>{value}</dd></div>" for name, value in rows if value)
    update = f"<small>{say(WORDS['update'])}</small> " if one.msg_type is MsgType.UPDATE else ""
    lang = "" if language == "zh" or words.headline.en else ' lang="zh-CN"'
    return (
        f'<article class="level-{words.level}"{lang}><p class="level">{update}{level_words(words.level, language)}'
        f" · {say(words.event)}</p><h2>{say(words.headline)}</h2><p>{_lines(say(words.description))}</p>"
        f'<h3>{say(WORDS["what"])}</h3><p class="do">{_lines(say(words.instruction))}</p><dl>{facts}</dl>'
        f'<p class="cap"><a href="/feeds/cap/{escape(one.identifier)}.xml">CAP {escape(one.identifier)}</a></p>'
        "</article>"
    )


def _lines(escaped: str) -> str:
    return escaped.replace("\n", "<br>")


def _over(over: Sequence[Published], language: Language) -> str:
    if not over:
        return ""

    def say(text: Text) -> str:
        return escape(text.zh if language == "zh" else text.en or text.zh)

    def how(one: Published) -> str:
        if one.msg_type is MsgType.CANCEL:
            return say(WORDS["cancel"])
        return say(WORDS.get(one.state, WORDS["expired"]))

    rows = "".join(
        f"<li><time>{_moment(one.ended_at or one.sent_at)}</time> {how(one)}："
        f"{say(one.content.headline)}</li>"
        for one in over
    )
    return f"<section><h2>{say(WORDS['ended'])}</h2><ul>{rows}</ul></section>"


def _rings(content: Content) -> list[tuple[Point, ...]]:
    return [*content.polygons, *(ring_of(circle) for circle in content.circles)]


def _map(force: Sequence[Published], outline: Mapping[str, Any] | None, language: Language) -> str:
    """The sketch: longitude to the right, latitude up, squeezed as the county's latitude asks."""
    county = [
        [Point(*pair[:2]) for pair in feature["geometry"]["coordinates"][0]]
        for feature in (outline or {}).get("features", ())
        if feature.get("geometry", {}).get("type") == "Polygon"
    ]
    warned = [(one.content.level, ring) for one in force for ring in _rings(one.content)]
    points = [point for ring in county for point in ring] or [point for _, ring in warned for point in ring]
    if not warned or not points:
        return ""
    west, east = min(p.lon for p in points), max(p.lon for p in points)
    south, north = min(p.lat for p in points), max(p.lat for p in points)
    scale = WIDTH / max(1e-6, east - west)
    height = scale * 1.155 * max(1e-6, north - south)  # 1 / cos(30°), near enough for a sketch

    def path(ring: Sequence[Point]) -> str:
        spots = (f"{(p.lon - west) * scale:.1f},{height - (p.lat - south) * scale * 1.155:.1f}" for p in ring)
        return " ".join(spots)

    shapes = "".join(f'<polygon class="county" points="{path(ring)}"/>' for ring in county)
    shapes += "".join(f'<polygon class="area-{level}" points="{path(ring)}"/>' for level, ring in warned)
    name, note = WORDS["map"], WORDS["schematic"]
    said = escape(name.zh if language == "zh" else name.en)
    credit = escape(str((outline or {}).get("credit", "")))
    noted = escape(note.zh if language == "zh" else note.en)
    return (
        f'<figure><svg viewBox="-6 -6 {WIDTH + 12:.0f} {height + 12:.0f}" role="img" aria-label="{said}">{shapes}</svg>'
        f"<figcaption>{said}（{noted}） {credit}</figcaption></figure>"
    )
