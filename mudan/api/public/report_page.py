"""How is the form written on which everybody reports, and the answer to it? It works without scripts."""

from collections.abc import Mapping, Sequence
from html import escape
from itertools import groupby

from mudan.api.public.front import LONGEST_TEXT, Alike
from mudan.api.public.html import Reader, area, choice, field, hidden, line, page, told_by
from mudan.core.cases.model.types import CaseClass, CaseType
from mudan.primitives.text import Text

PATH = "/public/report"


def report_page(
    reader: Reader,
    kept: Mapping[str, str],
    case_type: CaseType,
    leaves: Sequence[CaseClass],
    towns: Sequence[tuple[str, Text]],
    *,
    wrong: Mapping[str, str] | None = None,
    said: str = "",
    alike: Sequence[Alike] = (),
    suggested: tuple[float, float] | None = None,
) -> str:
    """The form with what was typed. `wrong`: words by field, `said`: above the form, both written already."""
    faults, colon = dict(wrong or {}), "：" if reader.language == "zh" else ": "
    head = said or faults.get("") or (reader.say("again") if faults else "")
    parts = (
        f'<p class="wrong" role="alert">{head}</p>' if head else "",
        f'<form method="post" action="{reader.link(PATH)}" enctype="multipart/form-data" novalidate>',
        hidden(**{name: kept.get(name, "") for name in ("id", "picture", "began")}),
        _alike(reader, alike, kept),
        _picture(reader, kept, faults, suggested),
        field(
            reader, "class_code",
            choice("class_code", kept.get("class_code", ""), _classes(reader, case_type, leaves),
                   empty=reader.say("choose"), more=told_by("class_code", wrong="class_code" in faults)),
            wrong=faults.get("class_code", ""),
        ),
        field(
            reader, "text",
            area("text", kept.get("text", ""), most=LONGEST_TEXT,
                 more=told_by("text", hint=True, wrong="text" in faults)),
            hint=reader.say("h.text"), wrong=faults.get("text", ""),
        ),
        _place(reader, kept, faults, towns),
        _you(reader, kept, faults),
        "" if alike else f'<button type="submit">{reader.say("send")}</button>',
        hidden(sure="1") + f'<button type="submit">{reader.say("alike.none")}</button>' if alike else "",
        "</form>",
        f'<p class="hint">{reader.say("example")}{colon}{reader.say(case_type.title)}</p>' if case_type.example else "",
    )  # fmt: skip
    return page(reader, "report", PATH, "".join(parts), script=True)


def _classes(reader: Reader, case_type: CaseType, leaves: Sequence[CaseClass]) -> list[tuple[str, str]]:
    found = []
    for main, group in groupby(leaves, key=lambda one: one.code[:2]):
        top = case_type.class_of(main)
        for one in group:
            above = "" if top is None or top.code == one.code else f"{reader.say(top.title)} · "
            found.append((one.code, above + reader.say(one.title)))
    return found


def _picture(
    reader: Reader, kept: Mapping[str, str], faults: Mapping[str, str], suggested: tuple[float, float] | None
) -> str:
    note = f'<p class="note">{reader.say("photo.kept")}</p>' if kept.get("picture") else ""
    control = (
        f'<input id="photo" name="photo" type="file" accept="image/jpeg,image/png,image/webp"'
        f"{told_by('photo', hint=True, wrong='file' in faults)}>"
    )
    place = ""
    if suggested is not None:
        lon, lat = suggested
        place = (
            f'<fieldset class="alike"><legend>{reader.say("photo.place")}</legend>'
            f"<p>{reader.say('placed', lat=f'{lat:.5f}', lon=f'{lon:.5f}')}</p>"
            f'<label><input type="radio" name="use_place" value="yes"> {reader.say("photo.place.yes")}</label>'
            f'<label><input type="radio" name="use_place" value="no" checked> {reader.say("photo.place.no")}</label>'
            "</fieldset>"
        )
    return note + field(
        reader, "photo", control, hint=reader.say("h.photo"), wrong=faults.get("file", "")
    ) + place  # fmt: skip


def _place(
    reader: Reader, kept: Mapping[str, str], faults: Mapping[str, str], towns: Sequence[tuple[str, Text]]
) -> str:
    placed = ""
    if kept.get("lon") and kept.get("lat"):
        placed = (
            f'<p class="note">{reader.say("placed", lat=kept["lat"], lon=kept["lon"])}</p>'
            f'<label><input type="checkbox" name="unplace" value="1"> {reader.say("unplace")}</label>'
        )
    words = f'data-failed="{reader.say("locate.failed")}" data-done="{escape(_raw(reader, "located"))}"'
    spot = "".join(
        f'<input type="hidden" id="{name}" name="{name}" value="{escape(kept.get(name, ""))}">'
        for name in ("lon", "lat")
    )
    address = line(
        "address", kept.get("address", ""), most=300,
        more=' autocomplete="street-address"' + told_by("address", hint=True, wrong="address" in faults),
    )  # fmt: skip
    options = [(code, reader.say(name)) for code, name in towns]
    return (
        f"<fieldset><legend>{reader.say('place')}</legend>{spot}{placed}"
        f'<p><button type="button" id="locate" hidden {words}>{reader.say("locate")}</button>'
        '<span id="located" role="status"></span></p>'
        + _map(reader)
        + field(reader, "address", address, hint=reader.say("h.place"), wrong=faults.get("address", ""))
        + field(reader, "area_code", choice("area_code", kept.get("area_code", ""), options,
                                            empty=reader.say("unknown")))
        + "</fieldset>"
    )  # fmt: skip


def _map(reader: Reader) -> str:
    """A map to pick on, opened by who wants it; where no script runs nothing of it is shown."""
    said = {
        "label": "map.label",
        "placed": "placed",
        "none": "map.none",
        "failed": "map.failed",
        "unknown": "map.unknown",
    }
    words = "".join(f' data-{name}="{_raw(reader, word)}"' for name, word in said.items())
    buttons = "".join(
        f'<button type="button" id="map-{name}">{reader.say(word)}</button>'
        for name, word in (("in", "map.in"), ("out", "map.out"), ("none", "unplace"))
    )
    return (
        '<p><button type="button" id="map-open" aria-expanded="false" aria-controls="map" hidden>'
        f'{reader.say("map.open")}</button></p><div id="map"{words} hidden>'
        f'<label for="map-q">{reader.say("map.q")}</label><p class="seek"><input type="text" id="map-q" maxlength="60">'
        f'<button type="button" id="map-seek">{reader.say("map.seek")}</button></p><p id="map-found"></p>'
        f'<p class="hint">{reader.say("map.hint")}</p>'
        f'<div id="map-sheet"></div><p id="map-said" role="status"></p><p class="map-ways">{buttons}</p></div>'
    )


def _raw(reader: Reader, name: str) -> str:
    """The words with their places still open, for the script."""
    return reader.say(name)


def _you(reader: Reader, kept: Mapping[str, str], faults: Mapping[str, str]) -> str:
    checked = " checked" if kept.get("consents") else ""
    contact = line(
        "contact", kept.get("contact", ""), most=200, more=told_by("contact", wrong="contact" in faults)
    )
    return (
        f'<fieldset><legend>{reader.say("you")}</legend><p class="hint">{reader.say("h.you")}</p>'
        + field(reader, "name", line("name", kept.get("name", ""), most=60, more=' autocomplete="name"'),
                wrong=faults.get("name", ""))
        + field(reader, "phone", line("phone", kept.get("phone", ""), most=20, kind="tel",
                                      more=' autocomplete="tel"'), wrong=faults.get("phone", ""))
        + f'<label><input type="checkbox" name="consents" value="1"{checked}> {reader.say("f.consents")}</label>'
        + field(reader, "contact", contact, label=reader.say("f.contact" if reader.mails else "f.contact.off"),
                wrong=faults.get("contact", ""))
        + "</fieldset>"
    )  # fmt: skip


def _alike(reader: Reader, alike: Sequence[Alike], kept: Mapping[str, str]) -> str:
    if not alike:
        return ""
    rows = "".join(
        f'<li><label><input type="radio" name="join" value="{escape(one.number)}"'
        f"{' checked' if kept.get('join') == one.number else ''}> "
        + reader.say("alike.one", what=_said(reader, one.class_title), m=one.distance_m, days=one.days,
                     stage=_said(reader, one.stage))
        + (f" {reader.say('alike.ended')}" if one.ended else "")
        + "</label></li>"
        for one in alike
    )  # fmt: skip
    return (
        f'<fieldset class="alike" id="alike"><legend>{reader.say("alike")}</legend><ul>{rows}</ul>'
        f'<button type="submit" name="joining" value="1">{reader.say("join")}</button></fieldset>'
    )


def _said(reader: Reader, words: Text) -> str:
    """Words that are escaped with the sentence they are put into."""
    return words.zh if reader.language == "zh" else words.en or words.zh


def received_page(reader: Reader, number: str, code: str, *, joined: bool) -> str:
    """The number and the code, shown once."""
    note = f"<p>{reader.say('joined')}</p>" if joined else ""
    body = (
        f'<section class="slip"><h2>{reader.say("received")}</h2>{note}<dl><div><dt>{reader.say("number")}</dt>'
        f'<dd id="number">{escape(number)}</dd></div><div><dt>{reader.say("code")}</dt>'
        f'<dd id="code">{escape(code)}</dd></div></dl><p class="do">{reader.say("code.once")}</p>'
        f'<form method="post" action="{reader.link(f"/public/cases/{escape(number)}")}">{hidden(code=code)}'
        f'<button type="submit">{reader.say("to.follow")}</button></form></section>'
    )
    return page(reader, "report", PATH, body)


def sorry_page(reader: Reader, words: str) -> str:
    """A page for what went wrong before any form was read; the words are escaped already."""
    return page(reader, "failed", PATH, f'<p class="wrong" role="alert">{words}</p>')
