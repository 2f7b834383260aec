"""Where do people report, follow and look, without an account or scripts? Nothing typed is lost on an error."""

from collections.abc import Mapping
from math import isfinite
from typing import Annotated, Final, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from mudan.api.cap_feed import answered as unchanged
from mudan.api.centre import centre_of
from mudan.api.deps import deps_of
from mudan.api.errors import Problem, language_of
from mudan.api.public import front
from mudan.api.public.board import board_of
from mudan.api.public.board_page import board_page
from mudan.api.public.bounds import take
from mudan.api.public.follow_page import ask_page, follow_page
from mudan.api.public.forms import Form, form_of
from mudan.api.public.html import Reader, answered
from mudan.api.public.report_page import PATH, received_page, report_page, sorry_page
from mudan.api.public.script import SCRIPT
from mudan.api.public.words import WORDS
from mudan.core.cases.actions import Entry, Filled, Given
from mudan.core.cases.model.slip import Draft, derived
from mudan.primitives.errors import Conflict, Invalid, NotFound, TooMany

router = APIRouter(tags=["public"], include_in_schema=False)
Lang = Annotated[Literal["zh", "en"], Query()]
Number = Annotated[str, Path(max_length=40)]
_KEPT: Final = (
    "id", "picture", "began", "class_code", "text", "address", "area_code", "lon", "lat", "name", "phone", "consents",
    "contact", "join",
)  # fmt: skip
SMALL: Final = 256 * 1024  # bytes: all the words of a form, and no picture
_TYPED: Final = ("class_code", "text", "address", "area_code", "lon", "name", "phone", "contact", "picture")


def reader_of(request: Request, lang: str) -> Reader:
    """Who reads a page."""
    settings = deps_of(request).settings
    return Reader(lang, settings.demo, bool(settings.origins))


def sorry(problem: Problem, request: Request) -> Response:
    """A page for what went wrong before a page of one's own could say it."""
    language = language_of(request)
    words = {413: "e.large", 404: "e.absent", 503: "e.later", 500: "e.later"}.get(problem.status, "e.other")
    reader = Reader(language, demo=False)
    said = reader.say(words)
    if problem.status == 429:
        said = reader.say("too_many", s=problem.retry_after_s or 1)
    headers = {"Retry-After": str(problem.retry_after_s)} if problem.retry_after_s else {}
    return answered(sorry_page(reader, said), problem.status, headers)


async def _form_page(
    request: Request,
    reader: Reader,
    kept: Mapping[str, str],
    status: int = 200,
    *,
    wrong: Mapping[str, str] | None = None,
    said: str = "",
    alike: tuple[front.Alike, ...] = (),
    suggested: tuple[float, float] | None = None,
    wait_s: float = 0.0,
) -> Response:
    case_type, leaves = front.reportable()
    towns = front.towns_of(centre_of(request))
    body = report_page(
        reader, kept, case_type, leaves, towns, wrong=wrong, said=said, alike=alike, suggested=suggested
    )
    return answered(body, status, {"Retry-After": str(int(wait_s) + 1)} if wait_s else None)


async def _form(request: Request) -> Form:
    """The form of a request; what could fill memory is counted before it is read. Raises Invalid, TooMany."""
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > SMALL:
        take(request, "bodies")
    return await form_of(request)


@router.get("/public", response_class=Response)
async def entrance() -> Response:
    """Where citizens begin."""
    return RedirectResponse(PATH)


@router.get("/public/report", response_class=Response)
async def report_form(request: Request, lang: Lang = "zh") -> Response:
    """The form, empty."""
    began = f"{deps_of(request).clock.now().timestamp():.0f}"
    return await _form_page(request, reader_of(request, lang), {"id": str(uuid4()), "began": began})


@router.post("/public/report", response_class=Response)
async def report(request: Request, lang: Lang = "zh") -> Response:
    """Take the form: the picture first, then what is wrong with it, what is alike, and at last the case."""
    reader = reader_of(request, lang)
    form = await _form(request)
    kept = {name: form.get(name) for name in _KEPT}
    if form.get("unplace"):
        kept |= {"lon": "", "lat": ""}
    try:
        if form.picture:
            kept["picture"] = str((await front.draft_of(request, form.picture)).id)
        return await _sent(request, reader, form, kept)
    except Invalid as error:
        return await _form_page(request, reader, kept, 422, wrong=_faults(reader, error))
    except Conflict:
        return await _form_page(request, reader, kept | {"id": str(uuid4())}, 409, said=reader.say("e.other"))
    except TooMany as error:
        said = reader.say("too_many.reports", s=int(error.retry_after_s) + 1)
        return await _form_page(request, reader, kept, 429, said=said, wait_s=error.retry_after_s)


async def _sent(request: Request, reader: Reader, form: Form, kept: dict[str, str]) -> Response:
    joining = kept["join"] if form.get("joining") else ""
    async with front.open_work(request) as unit:
        draft = await front.waiting(unit, _uuid(kept["picture"]))
        if draft is None:
            kept["picture"] = ""
        elif draft.lon is not None and form.get("use_place") == "yes":
            kept |= {"lon": f"{draft.lon:.6f}", "lat": f"{draft.lat:.6f}"}
        asks = _suggestion(form, kept, draft)
        if asks is not None:
            return await _form_page(request, reader, kept, suggested=asks)
        entry = _entry(kept, reader.language, draft)
        front.check(entry, pictured=draft is not None)
        pressed = bool(form.get("joining"))
        looks = pressed or not form.get("sure")
        found = await front.alike(unit, entry.class_code, entry.lon, entry.lat) if looks else []
        if found and not joining:
            status, said = (422, reader.say("e.join")) if pressed else (200, "")
            return await _form_page(request, reader, kept, status, alike=tuple(found), said=said)
        if pressed and not joining:
            raise Invalid("say which", field="join")
        take(request, "reports")
        made: Given = await front.send(unit, entry, joining, _filled(kept, unit.now.timestamp()), draft)
    return answered(received_page(reader, made.case.number, made.code, joined=bool(joining)), 201)


def _suggestion(form: Form, kept: Mapping[str, str], draft: Draft | None) -> tuple[float, float] | None:
    """Where the picture was taken, where that may help and has not been asked; never taken without being asked."""
    if draft is None or draft.lon is None or draft.lat is None or kept["lon"] or form.get("use_place"):
        return None
    return draft.lon, draft.lat


def _entry(kept: Mapping[str, str], language: str, draft: Draft | None) -> Entry:
    entry_id = _uuid(kept["id"])
    if entry_id is None:
        raise Invalid("the form has lost its id", field="id")
    lon, lat = _degrees(kept["lon"], 180), _degrees(kept["lat"], 90)
    if draft is not None and draft.lon is not None and kept["lon"] == f"{draft.lon:.6f}":
        lon, lat = draft.lon, draft.lat  # so that it is known to be the picture's own place
    if lon is None or lat is None:
        lon = lat = None
    return Entry(
        entry_id, front.TYPE, kept["class_code"], kept["area_code"], kept["text"], "", kept["address"], lon, lat,
        kept["name"], kept["phone"], kept["contact"], bool(kept["consents"]), language,
    )  # fmt: skip


def _filled(kept: Mapping[str, str], now_s: float) -> Filled:
    began = int(kept["began"]) if kept["began"].isdecimal() and len(kept["began"]) < 12 else int(now_s)
    return Filled("portal", sum(bool(kept[name]) for name in _TYPED), max(0, int(now_s) - began))


def _uuid(words: str) -> UUID | None:
    try:
        return UUID(words)
    except ValueError:
        return None


def _degrees(words: str, most: float) -> float | None:
    try:
        found = float(words) if len(words) < 30 else float("nan")
    except ValueError:
        return None
    return found if isfinite(found) and abs(found) <= most else None


def _faults(reader: Reader, error: Invalid) -> dict[str, str]:
    """What is wrong, beside the field; what has none stands above the form."""
    if error.reason.startswith("at most "):
        return {error.field: reader.say("e.long")}
    words = f"e.{error.field}" if f"e.{error.field}" in WORDS else "e.other"
    beside = error.field if words != "e.other" and error.field != "join" else ""
    return {beside: reader.say(words)}


@router.get("/public/report.js", response_class=Response)
async def script(request: Request) -> Response:
    """What helps where scripts run: a look at the picture, and the phone's position."""
    return unchanged(request, SCRIPT.encode(), "text/javascript; charset=utf-8")


@router.get("/public/cases", response_class=Response)
async def ask(request: Request, lang: Lang = "zh") -> Response:
    """Number and code are asked for."""
    return answered(ask_page(reader_of(request, lang), ""))


@router.get("/public/cases/{number}", response_class=Response)
async def ask_for(request: Request, number: Number, lang: Lang = "zh") -> Response:
    """The same for a number; whether there is such a case is not said."""
    return answered(ask_page(reader_of(request, lang), number))


@router.post("/public/cases", response_class=Response)
async def look(request: Request, lang: Lang = "zh") -> Response:
    """The case of a number and a code."""
    form = await _form(request)
    return await _followed(request, reader_of(request, lang), form.get("number"), form)


@router.post("/public/cases/{number}", response_class=Response)
async def act(request: Request, number: Number, lang: Lang = "zh") -> Response:
    """The same, after what its reporter did: added, rated, reopened, withdrew."""
    return await _followed(request, reader_of(request, lang), number, await _form(request))


async def _followed(request: Request, reader: Reader, number: str, form: Form) -> Response:
    wrong: dict[str, str] = {}
    done = False
    try:
        if form.get("act"):
            try:
                await _done(request, number, form)
                done = True
            except Invalid as error:
                wrong = _faults(reader, error)
            except Conflict:
                wrong = {"": reader.say("e.moved")}
        async with front.held(request, number, form.get("code")) as (unit, slip, _):
            shown = await front.followed(unit, slip)
    except NotFound:
        return answered(ask_page(reader, number[:40], reader.say("wrong")), 404)
    except TooMany as error:
        wait_s = int(error.retry_after_s) + 1
        said = reader.say("too_many", s=wait_s)
        return answered(ask_page(reader, number[:40], said), 429, {"Retry-After": str(wait_s)})
    kept = {} if done else {name: form.get(name) for name in ("words", "reason")}
    body = follow_page(reader, shown, form.get("code")[:64], str(uuid4()), done=done, wrong=wrong, kept=kept)
    return answered(body, 422 if wrong else 200)


async def _done(request: Request, number: str, form: Form) -> None:
    """Do what the form asks for. Raises Invalid (with the page's own field), Conflict, NotFound, TooMany."""
    once, what = _uuid(form.get("once")), form.get("act")
    if once is None:
        raise Invalid("the form has lost its id", field="id")
    async with front.held(request, number, form.get("code")) as (unit, slip, case):
        if what == "rate" and form.get("solved") not in ("yes", "no"):
            raise Invalid("say whether it is put right", field="solved")
        if what != "add":
            given = {
                "answer": form.get("answer"),
                "solved": form.get("solved") == "yes",
                "words": form.get("reason"),
            }
            try:
                await front.act(unit, slip, case, what, given, once)
            except Invalid as error:
                raise Invalid(error.reason, field="reason" if what == "reopen" else error.field) from error
            return
        if form.get("words").strip() or not form.picture:
            await front.act(unit, slip, case, "words", {"words": form.get("words")}, once)
    if form.picture:
        await _pictured(request, number, form, once)


async def _pictured(request: Request, number: str, form: Form, once: UUID) -> None:
    draft = await front.draft_of(request, form.picture)
    async with front.held(request, number, form.get("code")) as (unit, _, case):
        await front.show(unit, case, draft, derived("picture", once))


@router.get("/public/board", response_class=Response)
async def board(request: Request, lang: Lang = "zh") -> Response:
    """How reports are doing, without anybody in it."""
    return answered(board_page(reader_of(request, lang), await board_of(request)))
