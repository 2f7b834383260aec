"""How does another system's report come in? By its key, checked against what the service asks, kept once."""

import hashlib
import json
from dataclasses import asdict
from datetime import datetime
from typing import Final
from uuid import uuid5

from fastapi import APIRouter, Request, Response

from mudan.api.centre import Centre, centre_of
from mudan.api.deps import Deps, deps_of
from mudan.api.open311.answers import answer, say
from mudan.api.open311.body import Body, body_of
from mudan.api.open311.errors import refused, refused_for
from mudan.api.open311.parameters import asked, checked, language, offered, own_jurisdiction
from mudan.api.security.rate import Rate
from mudan.core.cases import actions
from mudan.core.cases.actions import Kept, Posting
from mudan.core.cases.model.chart import Author
from mudan.core.cases.model.georeport import Offer, Posted, Ticket, against, definition_of, form_of, posted
from mudan.core.cases.model.pictures import NewPicture
from mudan.core.cases.model.words import NewCase, Reporter
from mudan.core.keys import queries as keys
from mudan.core.keys.model import ApiKey
from mudan.core.people.actions import audit
from mudan.primitives.changes import Changes
from mudan.primitives.errors import Conflict, Invalid
from mudan.primitives.ids import new_id
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

router = APIRouter(tags=["open311"])
_RATE: Final = "open311.rate"
_NO_PICTURE: Final = Text("诉求已受理，有图片未保存：", "The report was taken, a picture was not:")
_EXAMPLE: Final = Text("示例数据", "example data")


@router.post("/open311/v2/requests.{ending}", response_class=Response)
async def report(request: Request, ending: str) -> Response:
    """Report something; the same words of the same sender again within minutes give the first number."""
    deps = deps_of(request)
    given = asked(request)
    form = checked(given, request, ending)
    body = await body_of(request)
    sent, wrong = posted((*given.items(), *body.pairs))
    key = await _key(deps, sent)
    checked({"jurisdiction_id": sent.jurisdiction_id} if sent.jurisdiction_id else {}, request, ending)
    if wrong:
        raise refused_for(400, wrong)
    offer = offered().get(sent.service_code)
    if offer is None:
        raise refused(404, "service_code provided was not found")
    if wrong := against(sent, definition_of(offer)):
        raise refused_for(400, wrong)
    kept, refusals = await _kept(request, deps, key, sent, offer, body)
    ticket = _ticket(kept, offer, refusals, sent, language(given, request))
    return answer([ticket], "service_requests", form)


async def _key(deps: Deps, sent: Posted) -> ApiKey:
    """Whose report it is. Raises 403, TooMany."""
    if not sent.api_key:
        raise refused(403, "api_key was not provided")
    async with deps.db.work() as connection:
        key = await keys.in_use(connection, sent.api_key)
    if key is None:
        raise refused(403, "the api_key provided is not valid")
    rate: Rate = deps.nouns.setdefault(_RATE, Rate())
    rate.take(
        f"key {key.id}", deps.clock.monotonic_s(), per_s=key.per_minute / 60, burst=float(key.per_minute)
    )
    return key


async def _kept(
    request: Request, deps: Deps, key: ApiKey, sent: Posted, offer: Offer, body: Body
) -> tuple[Kept, list[str]]:
    """The case, and why pictures of it were not kept: a report is not lost for a file that is none."""
    now, centre = deps.clock.now(), centre_of(request)
    author = Author(f"{key.name}（Open311）")
    posting = Posting(key.id, _print(key, sent), sent.media_url, sent.address_id)
    new = NewCase(
        id=new_id(), type=offer.type.name, class_code=offer.class_.code, source="public",
        title=offer.class_.title.zh, area_code=own_jurisdiction(request), text=sent.description,
        form=form_of(offer, sent), address=sent.address_string, lon=sent.lon, lat=sent.lat,
        reporter=Reporter(
            new_id(), now, "app", " ".join(part for part in (sent.first_name, sent.last_name) if part), sent.phone,
            sent.email, wants_word=bool(sent.phone or sent.email),
        ),
    )  # fmt: skip
    refusals = []
    async with deps.db.work() as connection:
        kept = await actions.post(connection, author, now, new, posting)
        if not kept.again:
            by = {"key": str(key.id), "by": key.name}
            await audit(connection, None, "case.report", kept.case.number, by)
        for data in body.pictures:
            refusals += await _pictured(connection, kept, data, author, now)
    if not kept.again:
        _tell(centre, kept)
    return kept, refusals


async def _pictured(
    connection: Connection, kept: Kept, data: bytes, author: Author, now: datetime
) -> list[str]:
    """Keep a picture, once however often it is sent; why not, where it was not."""
    known = uuid5(kept.case.id, hashlib.sha256(data).hexdigest())
    try:
        await actions.add_picture(connection, kept.case.id, NewPicture(known, "report", data), author, now)
    except (Invalid, Conflict) as error:
        return [error.reason]
    return []


def _tell(centre: Centre, kept: Kept) -> None:
    changes = Changes()
    changes.touch("cases", kept.case.space, kept.case.id)
    centre.changed(changes, set())


def _print(key: ApiKey, sent: Posted) -> bytes:
    """The hash of who said what; the way the key came is no part of it."""
    said = asdict(sent) | {"api_key": str(key.id), "jurisdiction_id": ""}
    said["attributes"] = sorted(said["attributes"].items())
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).digest()


def _ticket(kept: Kept, offer: Offer, refusals: list[str], sent: Posted, said: str) -> Ticket:
    notices = [say(_EXAMPLE, said)] if offer.type.example else []
    if refusals:
        notices.append(f"{say(_NO_PICTURE, said)} {'; '.join(refusals)}")
    number = kept.case.number if offer.mode == "realtime" else ""
    token = str(kept.token) if offer.mode == "batch" else ""
    return Ticket(number, token, " ".join(notices), sent.account_id)
