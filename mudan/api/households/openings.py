"""Who opened which household, what for, what of it is unusual, and what does the auditor say to it?"""

import csv
import io
from datetime import datetime, timedelta
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import AwareDatetime, BaseModel, Field

from mudan.api.centre import work
from mudan.api.households.files import RegisterWordOut, words_out
from mudan.api.households.wire import OpeningOut, PurposeName, opening_out
from mudan.api.security import requires
from mudan.api.wire import Body, Instant, plain_cell, stamp
from mudan.core.households import actions, queries
from mudan.core.households.model.opening import PURPOSES, VERDICTS
from mudan.core.households.model.register import FIELD_TITLES
from mudan.core.households.model.unusual import REASONS, Asked, Looked
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.primitives.clock import CST
from mudan.primitives.errors import Invalid
from mudan.primitives.text import Text

router = APIRouter()
Auditor = Annotated[Actor, Depends(requires("households.review"))]
Opener = Annotated[Actor, Depends(requires("households.purpose"))]
_DAYS: Final = timedelta(days=30)
_LONGEST: Final = timedelta(days=400)
_MOST_IN_CSV: Final = 20_000
_HEAD: Final = (
    "时间 time", "人员 person", "角色 role", "人员辖区 area", "地址 address", "网格 grid", "用途 purpose",
    "事由 subject", "说明 reason", "查看字段 fields", "标记 marks",
    "审计意见 verdict", "意见说明 note", "本人说明 explained",
)  # fmt: skip


class LookedOut(OpeningOut):
    """An opening with the marks that make it unusual."""

    person_area: str
    reasons: list[str]


class OpeningCountOut(BaseModel):
    """How many openings of a purpose there were, how many are marked, how many nobody has judged."""

    purpose: str
    title: Text
    count: int
    unusual: int
    unseen: int


class OpeningsOut(BaseModel):
    """Who opened what: broken glass that nobody has looked at first; and the words for it."""

    items: list[LookedOut]
    total: int
    counts: list[OpeningCountOut]
    reasons: list[RegisterWordOut]
    verdicts: list[RegisterWordOut]
    fields: list[RegisterWordOut]
    since: Instant
    until: Instant
    as_of: Instant


class MyOpeningsOut(BaseModel):
    """One's own openings that the auditor asks about."""

    items: list[OpeningOut]
    as_of: Instant


class VerdictIn(Body):
    """What the auditor says of an opening."""

    verdict: Literal["fit", "explain", "unfit"]
    note: str = Field(default="", max_length=500)


class ExplanationIn(Body):
    """What the opener says when the auditor asks."""

    text: str = Field(min_length=1, max_length=500)


def asked(
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
    purpose: PurposeName | None = None,
    verdict: Literal["none", "fit", "explain", "unfit"] | None = None,
    unusual: bool = False,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> dict[str, Any]:
    """What the auditor wants to see, as it was asked."""
    return {
        "since": since, "until": until, "purpose": purpose, "verdict": verdict, "unusual": unusual, "limit": limit,
        "offset": offset,
    }  # fmt: skip


Wanted = Annotated[dict[str, Any], Depends(asked)]


def _asked(given: dict[str, Any], now: datetime, **more: Any) -> Asked:
    until = given["until"] or now + timedelta(minutes=1)
    since = given["since"] or until - _DAYS
    if not timedelta() <= until - since <= _LONGEST:
        raise Invalid("ask for at most 400 days, from the earlier to the later", field="since")
    return Asked(**{**given, "since": since, "until": until, **more})


@router.get("/api/households/openings")
async def page(actor: Auditor, request: Request, wanted: Wanted) -> OpeningsOut:
    """Who opened which household for what, unusual ones with the reasons; the last 30 days unless asked."""
    async with work(actor, request) as unit:
        which = _asked(wanted, unit.now)
        found, total = await queries.looked_at(unit.connection, which, unit.now)
        counts = await queries.counted(unit.connection, which, unit.now)
    return OpeningsOut(
        items=[_looked(one) for one in found],
        total=total,
        counts=[
            OpeningCountOut(
                purpose=one.purpose, title=PURPOSES[one.purpose].title, count=one.count, unusual=one.unusual,
                unseen=one.unseen,
            )
            for one in counts
        ],
        reasons=words_out(REASONS), verdicts=words_out(VERDICTS), fields=words_out(FIELD_TITLES),
        since=which.since, until=which.until, as_of=unit.now,
    )  # fmt: skip


def _looked(one: Looked) -> LookedOut:
    shown = opening_out(one.opening).model_dump()
    return LookedOut(**shown, person_area=one.opening.person_area, reasons=list(one.reasons))


@router.get("/api/households/openings.csv", response_class=Response)
async def table(actor: Auditor, request: Request, wanted: Wanted) -> Response:
    """The same as a table; that it was taken out stands in the trail."""
    async with work(actor, request) as unit:
        which = _asked(wanted, unit.now, limit=_MOST_IN_CSV, offset=0)
        found, total = await queries.looked_at(unit.connection, which, unit.now)
        if total > len(found):
            raise Invalid(f"more than {_MOST_IN_CSV} rows; ask for a shorter time", field="since")
        detail = {"rows": total, "since": stamp(which.since), "until": stamp(which.until)}
        await audit(unit.connection, actor, "household.openings_export", "", detail)
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow(_HEAD)
    for one in found:
        lines.writerow([plain_cell(cell) for cell in _cells(one)])
    head = {"Content-Disposition": "attachment; filename=openings.csv"}
    return Response("\ufeff" + out.getvalue(), media_type="text/csv; charset=utf-8", headers=head)


def _cells(one: Looked) -> tuple[str, ...]:
    opening = one.opening
    verdict = "" if opening.verdict is None else VERDICTS[opening.verdict].zh
    return (
        opening.at.astimezone(CST).strftime("%Y-%m-%d %H:%M:%S"), opening.person, opening.role, opening.person_area,
        opening.address, opening.area_code, PURPOSES[opening.purpose].title.zh,
        f"{opening.subject_noun} {opening.subject_number}".strip(), opening.reason,
        "、".join(FIELD_TITLES[name].zh for name in opening.fields),
        "、".join(REASONS[name].zh for name in one.reasons), verdict, opening.verdict_note, opening.explanation,
    )  # fmt: skip


@router.get("/api/households/openings/mine")
async def mine(actor: Opener, request: Request) -> MyOpeningsOut:
    """One's own openings that the auditor asks about and that one has not explained."""
    async with work(actor, request) as unit:
        found = await queries.to_explain(unit.connection, actor.person)
    return MyOpeningsOut(items=[opening_out(one) for one in found], as_of=unit.now)


@router.post("/api/households/openings/{opening_id}/review")
async def review(actor: Auditor, request: Request, opening_id: UUID, body: VerdictIn) -> OpeningOut:
    """Say whether a household was opened rightly, or ask; every word stands in the trail."""
    async with work(actor, request) as unit:
        one = await actions.review(unit.connection, opening_id, body.verdict, body.note, actor, unit.now)
        unit.touched("households", opening_id)
    return opening_out(one)


@router.post("/api/households/openings/{opening_id}/explain")
async def explain(actor: Opener, request: Request, opening_id: UUID, body: ExplanationIn) -> OpeningOut:
    """Answer the auditor's question about one's own opening."""
    async with work(actor, request) as unit:
        one = await actions.explain(unit.connection, opening_id, body.text, actor, unit.now)
        unit.touched("households", opening_id)
    return opening_out(one)
