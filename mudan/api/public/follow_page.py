"""How is the page written on which somebody follows, rates and reopens what they reported?"""

from collections.abc import Mapping
from html import escape

from mudan.api.public.front import Followed
from mudan.api.public.html import Reader, area, day_time, field, hidden, line, page, told_by

PATH = "/public/cases"


def ask_page(reader: Reader, number: str, wrong: str = "") -> str:
    """Number and code are asked for; `wrong` is written already. The code is never put into an address."""
    fault = f'<p class="wrong" role="alert">{wrong}</p>' if wrong else ""
    body = (
        f'{fault}<form method="post" action="{reader.link(PATH)}">'
        + field(reader, "number", line("number", number, most=40, more=' autocomplete="off"'))
        + field(
            reader, "code",
            line("code", "", most=64, more=' autocomplete="off"' + told_by("code", hint=True, wrong=bool(wrong))),
            hint=reader.say("h.code"),
        )
        + f'<button type="submit">{reader.say("look")}</button></form>'
    )  # fmt: skip
    return page(reader, "follow", PATH, body)


def follow_page(
    reader: Reader,
    one: Followed,
    code: str,
    once: str,
    *,
    done: bool = False,
    wrong: Mapping[str, str] | None = None,
    kept: Mapping[str, str] | None = None,
) -> str:
    """How a case stands and what its reporter may do. `wrong`: words by field, written already."""
    faults, typed, told = dict(wrong or {}), dict(kept or {}), one.told
    parts = (
        f'<p class="note" role="status">{reader.say("done")}</p>' if done else "",
        f'<p class="wrong" role="alert">{faults[""]}</p>' if "" in faults else "",
        f"<p>{reader.say('merged')}</p>" if told.number != one.number else "",
        f'<section id="now"><p class="hint">{escape(one.number)}</p>',
        f'<h2 data-state="{escape(told.state)}">{reader.say(told.stage)}</h2><dl>',
        _fact(reader, "about", f"{reader.say(told.class_title)} · {reader.say(told.town)}"),
        _fact(reader, "expected", _expected(reader, one)),
        _fact(reader, "answer", escape(told.answer).replace("\n", "<br>")),
        _fact(reader, "as_of", day_time(one.as_of)),
        "</dl></section>",
        _verdict(reader, one, code, once, faults, typed),
        f'<section id="stages"><h2>{reader.say("stages")}</h2><ol>',
        "".join(f"<li>{day_time(stage.at)} {reader.say(stage.words)}</li>" for stage in told.stages),
        "</ol></section>",
        _adding(reader, one, code, once, faults, typed),
        _notices(reader, one, code, once),
    )
    return page(reader, "follow", PATH, "".join(parts))


def _fact(reader: Reader, name: str, value: str) -> str:
    return f"<div><dt>{reader.say(name)}</dt><dd>{value}</dd></div>" if value else ""


def _expected(reader: Reader, one: Followed) -> str:
    if one.told.paused:
        return reader.say("paused")
    if one.told.expected_at is None:
        return ""
    late = f" <strong>{reader.say('late')}</strong>" if one.told.late else ""
    return day_time(one.told.expected_at) + late


def _form(
    reader: Reader, one: Followed, what: str, inside: str, *, files: bool = False, **fields: str
) -> str:
    kind = ' enctype="multipart/form-data"' if files else ""
    to = reader.link(f"{PATH}/{escape(one.number)}")
    return f'<form method="post" action="{to}"{kind} id="{what}">{hidden(act=what, **fields)}{inside}</form>'


def _verdict(
    reader: Reader, one: Followed, code: str, once: str, faults: Mapping[str, str], typed: Mapping[str, str]
) -> str:
    """What the reporter says of a case that has ended: closed is not fixed."""
    told = one.told
    if not told.can and told.answered is None:
        return ""
    rated = f"<p>{reader.say('rated', how=_plain(reader, one))}</p>" if told.answered else ""
    rating = ""
    if "rate" in told.can:
        ways = "".join(
            f'<label><input type="radio" name="answer" value="{escape(name)}"> {reader.say(words)}</label>'
            for name, words in one.answers
        )
        fault = f'<p class="wrong" role="alert">{faults["answer"]}</p>' if "answer" in faults else ""
        unsaid = f'<p class="wrong" role="alert">{faults["solved"]}</p>' if "solved" in faults else ""
        solved = "".join(
            f'<label><input type="radio" name="solved" value="{value}"> {reader.say(f"solved.{value}")}</label>'
            for value in ("yes", "no")
        )
        rating = _form(
            reader, one, "rate",
            f'<fieldset><legend>{reader.say("solved")}</legend>{solved}{unsaid}</fieldset>'
            f'<fieldset><legend>{reader.say("f.answer")}</legend>{ways}{fault}</fieldset>'
            f'<button type="submit">{reader.say("rate")}</button>',
            code=code, once=once,
        )  # fmt: skip
    again = ""
    if {"reopen", "review"} & set(told.can):
        fault = faults.get("reason", "")
        control = area(
            "reason", typed.get("reason", ""), most=1000, more=told_by("reason", hint=True, wrong=bool(fault))
        )
        again = _form(
            reader, one, "reopen",
            field(reader, "reason", control, hint=reader.say("reopen.hint"), wrong=fault)
            + f'<button type="submit">{reader.say("reopen")}</button>',
            code=code, once=once,
        )  # fmt: skip
    note = f'<p class="do">{reader.say("not_fixed")}</p>' if told.closed else ""
    return f'<section id="verdict">{note}{rated}{rating}{again}</section>'


def _plain(reader: Reader, one: Followed) -> str:
    words = one.told.answered
    if words is None:
        return ""
    return words.zh if reader.language == "zh" else words.en or words.zh


def _adding(
    reader: Reader, one: Followed, code: str, once: str, faults: Mapping[str, str], typed: Mapping[str, str]
) -> str:
    words = area(
        "words",
        typed.get("words", ""),
        most=1000,
        more=told_by("words", hint=True, wrong="words" in faults),
    )
    photo = (
        '<input id="photo" name="photo" type="file" accept="image/jpeg,image/png,image/webp"'
        f"{told_by('photo', hint=True, wrong='file' in faults)}>"
    )
    inside = (
        field(reader, "words", words, hint=reader.say("h.text"), wrong=faults.get("words", ""))
        + field(reader, "photo", photo, hint=reader.say("h.photo"), wrong=faults.get("file", ""))
        + f'<button type="submit">{reader.say("add")}</button>'
    )
    form = _form(reader, one, "add", inside, files=True, code=code, once=once)
    return f'<section id="adding"><h2>{reader.say("add")}</h2>{form}</section>'


def _notices(reader: Reader, one: Followed, code: str, once: str) -> str:
    if one.mail == "ended":
        return f'<section id="notices"><p>{reader.say("mail.ended")}</p></section>'
    if not one.channel:
        return ""
    words = f"mail.{one.mail}" if one.mail else "notices.text"
    button = f'<button type="submit">{reader.say("withdraw")}</button>'
    form = _form(reader, one, "withdraw", button, code=code, once=once)
    return f'<section id="notices"><p>{reader.say(words)}</p>{form}</section>'
