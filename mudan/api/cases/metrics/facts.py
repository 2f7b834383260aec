"""By which figures of the county's own (size, people) is what is said online scored, and who changes them?"""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from mudan.api.centre import Work, work
from mudan.api.security import requires
from mudan.api.wire import Body, Instant
from mudan.core.cases import actions, queries
from mudan.core.cases.model.metrics.online import MOST_AREAS, ONLINE, AreaFacts
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.primitives.text import Text

router = APIRouter()
Reader = Annotated[Actor, Depends(requires("cases.read"))]
Corrector = Annotated[Actor, Depends(requires("cases.correct"))]


class AreaFact(Body):
    """An area, its size in km² and its people. `example`: nobody has verified the figures (示例)."""

    area_code: Annotated[str, Field(min_length=1, max_length=32)]
    area_km2: float
    people: int
    example: bool = True


class AreaFactsIn(Body):
    """The figures of every area. `based_on`: the version that was looked at; `note`: where they are from."""

    items: Annotated[list[AreaFact], Field(max_length=MOST_AREAS)]
    based_on: int = Field(ge=0)
    note: Annotated[str, Field(min_length=1, max_length=500)]


class AreaFactsVersionOut(BaseModel):
    """A version: by whom, when, from where."""

    version: int
    note: str
    published_by: str
    published_at: Instant


class OnlineRuleOut(BaseModel):
    """The parameters of the composite's formula; all are examples."""

    title: Text
    version: int
    source: str
    base: float
    factor: float
    people_unit: int
    satisfied: float
    days: float
    per_day: float
    most_days: float
    each_repeat: float
    each_overdue: float
    most_taken: float


class AreaFactsOut(BaseModel):
    """The figures in force (version 0: none), the formula, and the versions before."""

    version: int
    items: list[AreaFact]
    rule: OnlineRuleOut
    history: list[AreaFactsVersionOut]


async def _out(unit: Work) -> AreaFactsOut:
    known = await queries.area_facts(unit.connection, unit.space)
    history = await queries.area_facts_versions(unit.connection, unit.space)
    return AreaFactsOut(
        version=known.version,
        items=[AreaFact.model_validate(one, from_attributes=True) for one in known.areas.values()],
        rule=OnlineRuleOut.model_validate(ONLINE, from_attributes=True),
        history=[AreaFactsVersionOut.model_validate(one, from_attributes=True) for one in history],
    )


@router.get("/api/cases/metrics/areas")
async def facts(actor: Reader, request: Request) -> AreaFactsOut:
    """The areas' sizes and people as the county says, and the formula they go into."""
    async with work(actor, request) as unit:
        return await _out(unit)


@router.put("/api/cases/metrics/areas")
async def publish(actor: Corrector, request: Request, body: AreaFactsIn) -> AreaFactsOut:
    """Put other figures into force, with where they are from; the versions before stay."""
    async with work(actor, request) as unit:
        given = [AreaFacts(**one.model_dump()) for one in body.items]
        version = await actions.publish_area_facts(
            unit.connection, given, body.based_on, body.note, actor, unit.now
        )
        detail = {"version": version, "areas": len(given), "note": body.note}
        await audit(unit.connection, actor, "case.area_facts", str(version), detail)
        return await _out(unit)
