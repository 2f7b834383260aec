"""Which cases of different classes may have one cause, which stand under a leading one, and what was told apart?"""

import asyncio
from datetime import datetime, timedelta
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from mudan.api.cases.board import Reader
from mudan.api.cases.wire import CaseOut, case_out
from mudan.api.centre import Work, work
from mudan.api.security import requires
from mudan.api.wire import Body, Instant
from mudan.core.cases import actions, queries
from mudan.core.cases.actions import Telling
from mudan.core.cases.model.causes import Cluster, clusters
from mudan.core.cases.model.known import cause_named, known_causes
from mudan.core.cases.model.words import Case
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.primitives.text import Text
from mudan.storage.pool import centre_within

router = APIRouter()
Desk = Annotated[Actor, Depends(requires("cases.write"))]
_REMEMBERED = timedelta(days=60)
MOST_SHOWN: Final = 20


class CaseClusterOut(BaseModel):
    """Cases that may have one cause, the earliest first; `lead_id`: the one to lead them. Every cause is 示例."""

    cause: str
    cause_title: Text
    example: bool = True
    lead_id: UUID
    score: float
    reasons: list[Text]
    lon: float
    lat: float
    cases: list[CaseOut]


class CaseApartOut(BaseModel):
    """Cases that somebody has told apart."""

    id: UUID
    cause_title: Text
    numbers: list[str]
    reason: str
    at: Instant
    by: str


class CaseClustersOut(BaseModel):
    """Such clusters, the likeliest first, and what was told apart. `since`: earlier reports were not looked at."""

    items: list[CaseClusterOut]
    apart: list[CaseApartOut]
    since: Instant
    as_of: Instant


class CaseTieOut(BaseModel):
    """The case that leads, of which cause, and by whose word."""

    lead_id: UUID
    lead_number: str
    lead_title: str
    cause_title: Text
    at: Instant
    by: str


class CaseTiesOut(BaseModel):
    """Under which case it stands, or which stand under it; each is a case of its own with its own steps."""

    lead: CaseTieOut | None
    followers: list[CaseOut]
    as_of: Instant


class CaseTieIn(Body):
    """Cases to be linked under a leading one."""

    cause: str = Field(max_length=64)
    case_ids: list[UUID] = Field(min_length=1, max_length=50)


class CaseApartIn(Body):
    """Cases that do not have one cause, and why; the same `id` is kept once."""

    id: UUID
    cause: str = Field(max_length=64)
    case_ids: list[UUID] = Field(min_length=2, max_length=50)
    reason: str = Field(default="", max_length=500)


def _cluster_out(actor: Actor, one: Cluster, known: dict[UUID, Case]) -> CaseClusterOut:
    count = len(one.members)
    return CaseClusterOut(
        cause=one.cause.name, cause_title=one.cause.title, lead_id=one.lead, score=one.score,
        reasons=list(one.reasons), lon=sum(each.lon for each in one.members) / count,
        lat=sum(each.lat for each in one.members) / count,
        cases=[CaseOut.model_validate(case_out(each, actor)) for each in _those(one, known)],
    )  # fmt: skip


def _those(one: Cluster, known: dict[UUID, Case]) -> list[Case]:
    return [known[each.id] for each in one.members if each.id in known]


async def _apart_out(unit: Work, since: datetime) -> tuple[list[queries.Apart], list[CaseApartOut]]:
    told = await queries.aparts(unit.connection, unit.space, since)
    known = await queries.several(unit.connection, {each for one in told[:MOST_SHOWN] for each in one.cases})
    shown = []
    for one in told[:MOST_SHOWN]:
        numbers = [known[each].number for each in one.cases if each in known]
        if numbers:
            shown.append(
                CaseApartOut(
                    id=one.id, cause_title=cause_named(one.cause).title, numbers=numbers, reason=one.reason, at=one.at,
                    by=one.by,
                )
            )  # fmt: skip
    return told, shown


@router.get("/api/cases/clusters")
async def found(
    actor: Annotated[Actor, Depends(requires("cases.read"))],
    request: Request,
    days: Annotated[int, Query(ge=1, le=14)] = 3,
) -> CaseClustersOut:
    """Which cases of the last days, of whatever type, may have one cause, and why."""
    async with work(actor, request) as unit:
        causes = known_causes()
        since = unit.now - timedelta(days=days)
        rows = await queries.seen(unit.connection, unit.space, causes, since)
        if len(rows) == queries.MOST_LOOKED_AT:
            since = min(one.at for one in rows)
        told, shown = await _apart_out(unit, unit.now - _REMEMBERED)
        likely = (await asyncio.to_thread(clusters, rows, causes, queries.pairs(told)))[:MOST_SHOWN]
        known = await queries.several(unit.connection, {each.id for one in likely for each in one.members})
    items = [_cluster_out(actor, one, known) for one in likely]
    return CaseClustersOut(items=items, apart=shown, since=since, as_of=unit.now)


@router.post("/api/cases/clusters/apart", status_code=204, response_class=Response)
async def tell_apart(actor: Desk, request: Request, body: CaseApartIn) -> Response:
    """Say that cases do not have one cause: they are not suggested together again. The same id again: once."""
    async with work(actor, request) as unit:
        told = Telling(body.id, body.cause, tuple(body.case_ids), body.reason)
        await actions.tell_apart(unit.connection, told, cause_named(body.cause), actor, unit.now)
        await audit(unit.connection, actor, "case.apart", str(body.id), body.model_dump(mode="json"))
        for one in body.case_ids:
            unit.touched("cases", one)
    return Response(status_code=204)


@router.post("/api/cases/clusters/apart/{apart_id}/withdraw", status_code=204, response_class=Response)
async def withdraw_apart(actor: Desk, request: Request, apart_id: UUID) -> Response:
    """Take back that cases were told apart."""
    async with work(actor, request) as unit:
        await actions.withdraw_apart(unit.connection, apart_id, actor, unit.now)
        await audit(unit.connection, actor, "case.apart_withdrawn", str(apart_id))
    return Response(status_code=204)


async def _ties(unit: Work, actor: Actor, case_id: UUID) -> CaseTiesOut:
    await queries.one(unit.connection, case_id)
    async with centre_within(unit.connection):
        known = (await queries.ties(unit.connection, [case_id])).get(case_id)
        names = await queries.followers(unit.connection, case_id)
    known_ones = await queries.several(unit.connection, names)
    return CaseTiesOut(
        lead=None if known is None else CaseTieOut(
            lead_id=known.lead_id, lead_number=known.lead_number, lead_title=known.lead_title,
            cause_title=cause_named(known.cause).title, at=known.at, by=known.by,
        ),
        followers=[CaseOut.model_validate(case_out(one, actor)) for one in known_ones.values()], as_of=unit.now,
    )  # fmt: skip


@router.get("/api/cases/{case_id}/ties")
async def ties(actor: Reader, request: Request, case_id: UUID) -> CaseTiesOut:
    """Under which case it stands, and which of those within scope stand under it."""
    async with work(actor, request) as unit:
        return await _ties(unit, actor, case_id)


@router.post("/api/cases/{case_id}/ties")
async def tie(actor: Desk, request: Request, case_id: UUID, body: CaseTieIn) -> CaseTiesOut:
    """Link cases under this one; what is linked already stays so."""
    async with work(actor, request) as unit:
        lead = await actions.tie(
            unit.connection, cause_named(body.cause), case_id, body.case_ids, actor, unit.now
        )
        await audit(unit.connection, actor, "case.tie", lead.number, body.model_dump(mode="json"))
        for one in (case_id, *body.case_ids):
            unit.touched("cases", one)
        return await _ties(unit, actor, case_id)


@router.delete("/api/cases/{case_id}/ties")
async def untie(actor: Desk, request: Request, case_id: UUID) -> CaseTiesOut:
    """Free this case of the one it stands under."""
    async with work(actor, request) as unit:
        lead = (await queries.ties(unit.connection, [case_id])).get(case_id)
        one = await actions.untie(unit.connection, case_id, actor, unit.now)
        await audit(unit.connection, actor, "case.untie", one.number)
        unit.touched("cases", case_id)
        if lead is not None:
            unit.touched("cases", lead.lead_id)
        return await _ties(unit, actor, case_id)
