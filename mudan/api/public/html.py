"""How is a page of the front door put together? Plain HTML, every word escaped; a script only where it helps."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Final

from starlette.responses import Response

from mudan.api.public.words import WORDS
from mudan.primitives.clock import CST
from mudan.primitives.text import Text

# A form of a page that sends no referrer at all is posted with `Origin: null`, which the guard refuses.
HEADERS: Final = {"Referrer-Policy": "same-origin", "Cache-Control": "no-store"}
LANGUAGES: Final = ("zh", "en")
ICON: Final = '<link rel="icon" type="image/svg+xml" href="/icon.svg">'


@dataclass(frozen=True, slots=True)
class Reader:
    """In which language somebody reads, whether the centre is a demo, and whether it sends mail."""

    language: str
    demo: bool
    mails: bool = False

    def say(self, words: Text | str, **values: object) -> str:
        """Words by their name or in both languages, filled and escaped."""
        text = WORDS[words] if isinstance(words, str) else words
        text = text.filled(**values) if values else text
        return escape(text.zh if self.language == "zh" else text.en or text.zh)

    def link(self, path: str) -> str:
        """A path that keeps the language."""
        return path if self.language == "zh" else f"{path}?lang=en"


def page(reader: Reader, title: str, path: str, body: str, *, script: bool = False) -> str:
    """The whole page: emergencies first, then its own words, then where else one may go."""
    other = "en" if reader.language == "zh" else "zh"
    links = (("report", "/public/report"), ("follow", "/public/cases"), ("board", "/public/board"),
             ("warnings", "/public/warnings"))  # fmt: skip
    ways = " · ".join(
        f'<a href="{reader.link(to)}">{reader.say(name)}</a>' for name, to in links if to != path
    )
    return "".join(
        (
            f'<!doctype html><html lang="{"zh-CN" if reader.language == "zh" else "en"}"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<title>{reader.say(title)}</title><link rel="stylesheet" href="/public/style.css">',
            ICON,
            '<script src="/public/report.js" defer></script>' if script else "",
            f'</head><body><a class="skip" href="#main">{reader.say("skip")}</a>',
            f'<p class="emergency"><strong>{reader.say("emergency")}</strong> {reader.say("unwatched")}</p>',
            f'<header><h1>{reader.say(title)}</h1><a href="{escape(path)}?lang={other}" lang="{other}" ',
            f'hreflang="{other}">{reader.say("other")}</a></header>',
            f'<p class="demo">{reader.say("demo")}</p>' if reader.demo else "",
            f'<main id="main">{body}</main><footer><p>{ways}</p></footer></body></html>',
        )
    )


def answered(body: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """The page as an answer that nobody keeps."""
    return Response(
        body.encode(), status, {**HEADERS, **(headers or {})}, media_type="text/html; charset=utf-8"
    )


def day_time(moment: datetime) -> str:
    """A moment in the county's time, for people and for machines."""
    at = moment.astimezone(CST)
    return f'<time datetime="{at.isoformat(timespec="minutes")}">{at:%Y-%m-%d %H:%M}</time>'


def hidden(**values: str) -> str:
    """Fields that travel with the form."""
    return "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in values.items()
    )


def field(
    reader: Reader, name: str, control: str, *, label: str = "", hint: str = "", wrong: str = ""
) -> str:
    """A control (its id is `name`) with its label, a hint and what is wrong with it, all of them written already."""
    said = f'<p class="hint" id="{name}-hint">{hint}</p>' if hint else ""
    fault = f'<p class="wrong" id="{name}-wrong" role="alert">{wrong}</p>' if wrong else ""
    head = f'<label for="{name}">{label or reader.say(f"f.{name}")}</label>'
    return f'<div class="field">{head}{said}{control}{fault}</div>'


def told_by(name: str, *, hint: bool = False, wrong: bool = False) -> str:
    """The attributes that tie a control to its hint and its fault."""
    ids = [f"{name}-hint"] * hint + [f"{name}-wrong"] * wrong
    tied = f' aria-describedby="{" ".join(ids)}"' if ids else ""
    return tied + (' aria-invalid="true"' if wrong else "")


def line(name: str, value: str, *, most: int, kind: str = "text", more: str = "") -> str:
    """A line to type into."""
    return f'<input id="{name}" name="{name}" type="{kind}" value="{escape(value)}" maxlength="{most}"{more}>'


def area(name: str, value: str, *, most: int, more: str = "") -> str:
    """Several lines to type into. The first line break after the tag belongs to the tag."""
    return (
        f'<textarea id="{name}" name="{name}" rows="4" maxlength="{most}"{more}>\n{escape(value)}</textarea>'
    )


def choice(name: str, chosen: str, options: Iterable[tuple[str, str]], *, empty: str, more: str = "") -> str:
    """One of several; the words of the options are escaped already."""
    inside = "".join(
        f'<option value="{escape(code)}"{" selected" if code == chosen else ""}>{words}</option>'
        for code, words in options
    )
    return f'<select id="{name}" name="{name}"{more}><option value="">{empty}</option>{inside}</select>'
