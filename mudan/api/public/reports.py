"""How do programs report, follow and count, where nobody is signed in? The pages do the same without JSON."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, File, Path, Query, Request, UploadFile
from pydantic import BaseModel, Field

from mudan.api.public import front
from mudan.api.public.board import Board, board_of
from mudan.api.public.bounds import take
from mudan.api.wire import Body, Instant
from mudan.core.cases.actions import Entry, Filled
from mudan.core.cases.queries import TOWN_DIGITS
from mudan.primitives.pictures import MAX_BYTES
from mudan.primitives.text import Text

router = APIRouter(tags=["public"])
Number = Annotated[str, Path(max_length=40)]
Lon = Annotated[float | None, Query(ge=-180, le=180)]
Lat = Annotated[float | None, Query(ge=-90, le=90)]


class PublicReportIn(Body):
    """What somebody reports. `id`: their own random name for it, which they keep to themselves; sent twice it is once.

    `join`: the number of a case near by that is the same matter. `contact` is used with `consents` only.
    """

    id: UUID
    class_code: str = Field(max_length=8)
    text: str = Field(default="", max_length=front.LONGEST_TEXT)
    title: str = Field(default="", max_length=200)
    address: str = Field(default="", max_length=300)
    area_code: str = Field(default="", max_length=TOWN_DIGITS)
    lon: float | None = Field(default=None, ge=-180, le=180)
    lat: float | None = Field(default=None, ge=-90, le=90)
    name: str = Field(default="", max_length=60)
    phone: str = Field(default="", max_length=20)
    contact: str = Field(default="", max_length=200)
    consents: bool = False
    language: Literal["zh", "en"] = "zh"
    picture: UUID | None = None
    join: str = Field(default="", max_length=40)
    seconds: int = Field(default=0, ge=0, le=86_400)

    def entry(self) -> Entry:
        """The same in the core's words."""
        return Entry(
            self.id, front.TYPE, self.class_code, self.area_code, self.text, self.title, self.address, self.lon,
            self.lat, self.name, self.phone, self.contact, self.consents, self.language,
        )  # fmt: skip

    def filled(self) -> Filled:
        """How much was filled in."""
        words = (self.text, self.title, self.address, self.name, self.phone, self.contact, self.class_code)
        return Filled("portal", sum(bool(one) for one in words), self.seconds)


class PublicReceivedOut(BaseModel):
    """The number, and the code that is shown once and kept as a hash."""

    number: str
    code: str
    joined: bool


class PublicClassOut(BaseModel):
    """What can be reported."""

    code: str
    title: Text


class PublicClassesOut(BaseModel):
    """What can be reported, and the towns; `example`: the classes are one (示例)."""

    items: list[PublicClassOut]
    towns: list[PublicClassOut]
    example: bool


class PublicAlikeOut(BaseModel):
    """A known case near by: how far, how old, at which stage; nothing of who reported it or what they wrote."""

    number: str
    class_title: Text
    stage: Text
    distance_m: int
    days: int
    ended: bool


class PublicAlikesOut(BaseModel):
    """The likeliest first."""

    items: list[PublicAlikeOut]
    as_of: Instant


class PublicPictureOut(BaseModel):
    """A picture that waits for its report; where its camera says that it was taken, if it says so: a suggestion."""

    id: UUID
    lon: float | None
    lat: float | None


class PublicCodeIn(Body):
    """The code of a slip."""

    code: str = Field(max_length=64)


class PublicDeedIn(PublicCodeIn):
    """What a reporter does with their case; the same `client_id` again changes nothing."""

    client_id: UUID
    words: str = Field(default="", max_length=2000)
    answer: str = Field(default="", max_length=40)
    solved: bool = False


class PublicStageOut(BaseModel):
    """A stage that the case came to."""

    at: Instant
    step: int
    words: Text


class PublicAnswerOut(BaseModel):
    """One way to rate."""

    code: str
    title: Text


class PublicCaseOut(BaseModel):
    """A case as its reporter sees it. `closed` says that the work was checked, not that the matter is put right."""

    number: str
    class_title: Text
    town: Text
    example: bool
    state: str
    step: int
    stage: Text
    stages: list[PublicStageOut]
    expected_at: Instant | None
    late: bool
    paused: bool
    answer: str
    answered: Text | None
    answers: list[PublicAnswerOut]
    closed: bool
    ended: bool
    reopened: int
    can: list[str]
    joined: bool
    notices: Literal["", "text", "mail"]
    mail: Literal["", "off", "asked", "confirmed", "failed", "ended"]
    as_of: Instant


def case_out(one: front.Followed) -> PublicCaseOut:
    """A case as its reporter sees it, over the wire."""
    given = {name: getattr(one.told, name) for name in PublicCaseOut.model_fields if hasattr(one.told, name)}
    given["stages"] = [PublicStageOut(at=s.at, step=s.step, words=s.words) for s in one.told.stages]
    given["answers"] = [PublicAnswerOut(code=code, title=title) for code, title in one.answers]
    return PublicCaseOut.model_validate(
        {
            **given,
            "number": one.number,
            "joined": one.joined,
            "notices": one.channel,
            "mail": one.mail,
            "as_of": one.as_of,
        }
    )


@router.get("/api/public/classes")
async def classes(request: Request) -> PublicClassesOut:
    """What can be reported, and in which towns."""
    case_type, leaves = front.reportable()
    async with front.open_work(request) as unit:
        towns = front.towns_of(unit.centre)
    return PublicClassesOut(
        items=[PublicClassOut(code=one.code, title=one.title) for one in leaves],
        towns=[PublicClassOut(code=code, title=name) for code, name in towns], example=case_type.example,
    )  # fmt: skip


@router.get("/api/public/alike")
async def alike(
    request: Request,
    class_code: Annotated[str, Query(max_length=8)] = "",
    lon: Lon = None,
    lat: Lat = None,
) -> PublicAlikesOut:
    """Open and recently closed cases of that class near a place."""
    take(request, "asks")
    async with front.open_work(request) as unit:
        found = await front.alike(unit, class_code, lon, lat)
    items = [PublicAlikeOut.model_validate(one, from_attributes=True) for one in found]
    return PublicAlikesOut(items=items, as_of=unit.now)


@router.post("/api/public/pictures", status_code=201)
async def picture(request: Request, file: Annotated[UploadFile, File()]) -> PublicPictureOut:
    """Send a picture before its report; it waits two hours."""
    draft = await front.draft_of(request, await file.read(MAX_BYTES + 1))
    return PublicPictureOut(id=draft.id, lon=draft.lon, lat=draft.lat)


@router.post("/api/public/reports", status_code=201)
async def report(request: Request, body: PublicReportIn) -> PublicReceivedOut:
    """Report, or join a case near by that is the same matter."""
    take(request, "reports")
    async with front.open_work(request) as unit:
        draft = await front.waiting(unit, body.picture)
        made = await front.send(unit, body.entry(), body.join, body.filled(), draft)
    return PublicReceivedOut(number=made.case.number, code=made.code, joined=bool(body.join))


@router.post("/api/public/cases/{number}")
async def follow(request: Request, number: Number, body: PublicCodeIn) -> PublicCaseOut:
    """How a case stands, for who holds its code; a wrong number and a wrong code look the same."""
    async with front.held(request, number, body.code) as (unit, slip, _):
        return case_out(await front.followed(unit, slip))


@router.post("/api/public/cases/{number}/{what}")
async def act(
    request: Request,
    number: Number,
    what: Literal["words", "rate", "reopen", "withdraw"],
    body: PublicDeedIn,
) -> PublicCaseOut:
    """Add words, rate, reopen with a reason, or take back the consent to be told."""
    async with front.held(request, number, body.code) as (unit, slip, case):
        await front.act(unit, slip, case, what, body.model_dump(), body.client_id)
        return case_out(await front.followed(unit, slip))


class PublicCellOut(BaseModel):
    """A count; None when it is too small to be shown."""

    name: Text
    count: int | None


class PublicMedianOut(BaseModel):
    """Half of a class's closed cases took no longer than so many days."""

    name: Text
    days: float


class PublicRecentOut(BaseModel):
    """A case by class, town, stage and days."""

    class_title: Text
    town: Text
    stage: Text
    reported_on: str
    closed_on: str


class PublicBoardOut(BaseModel):
    """What everybody may count: of the last `days` days. Numbers under `least` are not shown."""

    days: int
    least: int
    by_class: list[PublicCellOut]
    by_town: list[PublicCellOut]
    by_stage: list[PublicCellOut]
    medians: list[PublicMedianOut]
    recent: list[PublicRecentOut]
    as_of: Instant


def board_out(one: Board) -> PublicBoardOut:
    """The board over the wire."""
    cells = {
        name: [PublicCellOut(name=cell, count=count) for cell, count in getattr(one, name)]
        for name in ("by_class", "by_town", "by_stage")
    }
    return PublicBoardOut.model_validate(
        {
            **cells, "days": one.days, "least": one.least, "as_of": one.as_of,
            "medians": [PublicMedianOut(name=name, days=days) for name, days in one.medians],
            "recent": [PublicRecentOut.model_validate(each, from_attributes=True) for each in one.recent],
        }
    )  # fmt: skip


@router.get("/api/public/board")
async def board(request: Request) -> PublicBoardOut:
    """Counts by class, town and stage, median times and the newest cases, without anybody in them."""
    return board_out(await board_of(request))
