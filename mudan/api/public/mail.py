"""Where does a link of a mail lead? To a page with one button: to confirm the news of a report, or to end them."""

from html import escape
from typing import Annotated, Final
from uuid import uuid4

from fastapi import APIRouter, Path, Request, Response

from mudan.api.public import front
from mudan.api.public.bounds import give_back, take
from mudan.api.public.html import Reader, answered, page
from mudan.api.public.pages import Lang, reader_of
from mudan.core.cases import actions
from mudan.core.cases.model.mail import Link, masked
from mudan.core.cases.model.slip import Slip
from mudan.core.cases.model.words import Case
from mudan.primitives.errors import Conflict, NotFound, TooMany

router = APIRouter(tags=["public"], include_in_schema=False)
PATH: Final = "/public/mail"
LinkWords = Annotated[str, Path(max_length=64)]


@router.get("/public/mail/{link}", response_class=Response)
async def ask(request: Request, link: LinkWords, lang: Lang = "zh") -> Response:
    """The page with the button; opening it changes nothing."""
    return await _answered(request, reader_of(request, lang), link, pressed=False)


@router.post("/public/mail/{link}", response_class=Response)
async def press(request: Request, link: LinkWords, lang: Lang = "zh") -> Response:
    """Confirm or end, as the link is for; twice counts once."""
    return await _answered(request, reader_of(request, lang), link, pressed=True)


async def _answered(request: Request, reader: Reader, words: str, *, pressed: bool) -> Response:
    here = f"{PATH}/{words}"
    try:
        take(request, "guesses")
        async with front.open_work(request) as unit:
            link, slip, case = await actions.linked(unit.connection, words)
            give_back(request, "guesses")
            if pressed:
                slip = await _done(unit, words, link, slip, case)
    except NotFound:
        return answered(page(reader, "mail", here, _wrong(reader.say("mail.unknown"))), 404)
    except Conflict:
        return answered(page(reader, "mail", here, _wrong(reader.say("mail.late"))), 409)
    except TooMany as error:
        wait_s = int(error.retry_after_s) + 1
        said = _wrong(reader.say("too_many", s=wait_s))
        return answered(page(reader, "mail", here, said), 429, {"Retry-After": str(wait_s)})
    return answered(page(reader, "mail", here, _body(reader, here, link, slip, case)))


async def _done(unit: front.Open, words: str, link: Link, slip: Slip, case: Case) -> Slip:
    if link.purpose == "end":
        if slip.withdrawn_at is None:
            await actions.end_messages(unit.connection, slip, case, uuid4(), unit.now)
            await front.told_to_centre(unit, case, "withdraw")
    elif slip.mail_confirmed_at is None:
        await actions.confirm_mail(unit.connection, slip, unit.now)
        await front.told_to_centre(unit, case, "mail_confirmed")
    return (await actions.linked(unit.connection, words))[1]


def _wrong(said: str) -> str:
    return f'<p class="wrong" role="alert">{said}</p>'


def _body(reader: Reader, here: str, link: Link, slip: Slip, case: Case) -> str:
    if slip.withdrawn_at is not None:
        return f'<p class="note" role="status">{reader.say("mail.ended")}</p>'
    about = f"<p>{reader.say('mail.of', number=case.number, to=masked(slip.contact))}</p>"
    if link.purpose == "confirm" and slip.mail_confirmed_at is not None:
        return f'{about}<p class="note" role="status">{reader.say("mail.confirmed")}</p>'
    asks = f"<p>{reader.say('mail.ask')}</p>" if link.purpose == "confirm" else ""
    button = reader.say("mail.confirm" if link.purpose == "confirm" else "withdraw")
    return (
        f'{about}{asks}<form method="post" action="{escape(reader.link(here))}">'
        f'<button type="submit">{button}</button></form>'
    )
