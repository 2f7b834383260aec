"""How do the grids stand, how often is who visited, and what is planned and told?"""

from datetime import timedelta
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from mudan.api.centre import Work, work
from mudan.api.households.wire import care_out
from mudan.api.security import requires
from mudan.api.visits.wire import (
    VisitCadenceIn,
    VisitCadenceOut,
    VisitCancelIn,
    VisitFormulaOut,
    VisitGridOut,
    VisitGridsOut,
    VisitNoticeIn,
    VisitNoticeOut,
    VisitNoticesOut,
    VisitOut,
    VisitPlanIn,
    visit_out,
)
from mudan.core.households import queries as households
from mudan.core.households.model.words import CARE
from mudan.core.people.model import Actor
from mudan.core.stage import actions as stage
from mudan.core.visits import actions, queries
from mudan.core.visits.model.cadence import Cadence
from mudan.core.visits.model.figures import FORMULAS, WINDOW_DAYS, Grid
from mudan.core.visits.model.words import Notice
from mudan.primitives.clock import CST

router = APIRouter()
Reader = Annotated[Actor, Depends(requires("visits.read"))]
Teller = Annotated[Actor, Depends(requires("visits.read", "visits.own"))]
Planner = Annotated[Actor, Depends(requires("visits.write"))]
Setter = Annotated[Actor, Depends(requires("settings.write"))]
Knower = Annotated[Actor, Depends(requires("visits.read", "settings.write"))]
_EMPTY: Final = {"households": 0, "looked_after": 0}


@router.get("/api/visits/grids")
async def grids(actor: Reader, request: Request) -> VisitGridsOut:
    """How each grid stands: households, visits due and made, repairs; no person is counted."""
    async with work(actor, request) as unit:
        today = unit.now.astimezone(CST).date()
        homes = {row["area_code"]: row for row in await households.by_grid(unit.connection)}
        since = unit.now - timedelta(days=WINDOW_DAYS)
        made = {row["area_code"]: row for row in await queries.by_grid(unit.connection, today, since)}
    items = []
    for code in sorted(homes.keys() | made.keys()):
        grid = Grid.of(code, homes.get(code, {}), made.get(code, {}))
        items.append(
            VisitGridOut(
                **grid.counts(),
                area_name=unit.centre.area_name(code),
                cases_per_100=grid.cases_per_100,
                solved_share=grid.solved_share,
            )
        )
    formulas = [
        VisitFormulaOut(
            name=one.name, title=one.title, formula=one.formula, version=one.version, window_days=WINDOW_DAYS
        )
        for one in FORMULAS
    ]
    return VisitGridsOut(items=items, formulas=formulas, as_of=unit.now)


@router.post("/api/visits/plan", status_code=201)
async def plan(actor: Planner, request: Request, body: VisitPlanIn) -> VisitOut:
    """Put a visit on the list by hand; the same id again changes nothing."""
    async with work(actor, request) as unit:
        one = await actions.plan(unit.connection, actor, unit.now, body.plan())
        unit.touched("visits", one.id)
    return visit_out(one, unit.now.astimezone(CST).date())


@router.post("/api/visits/{visit_id}/cancel")
async def cancel(actor: Planner, request: Request, visit_id: UUID, body: VisitCancelIn) -> VisitOut:
    """Take a planned visit off the list."""
    async with work(actor, request) as unit:
        one = await actions.cancel(unit.connection, visit_id, body.reason, actor)
        unit.touched("visits", one.id)
    return visit_out(one, unit.now.astimezone(CST).date())


@router.get("/api/visits/notices")
async def notices(actor: Teller, request: Request) -> VisitNoticesOut:
    """What is to be told at the doors today, and at how many it has been."""
    async with work(actor, request) as unit:
        found = await queries.notices(unit.connection, unit.now.astimezone(CST).date())
    return VisitNoticesOut(items=[notice_out(one) for one in found], as_of=unit.now)


@router.post("/api/visits/notices", status_code=201)
async def carry(actor: Planner, request: Request, body: VisitNoticeIn) -> VisitNoticesOut:
    """Have something told at the doors; the same id again changes nothing."""
    async with work(actor, request) as unit:
        await actions.carry(unit.connection, actor, unit.now, body.notice(actor.scope.area))
        unit.touched("visits", body.id)
        found = await queries.notices(unit.connection, unit.now.astimezone(CST).date())
    return VisitNoticesOut(items=[notice_out(one) for one in found], as_of=unit.now)


def notice_out(one: Notice) -> VisitNoticeOut:
    """A notice as it goes over the wire."""
    given = {name: getattr(one, name) for name in VisitNoticeOut.model_fields}
    return VisitNoticeOut.model_validate(given | {"care": care_out(one.care)})


async def _cadence(unit: Work) -> VisitCadenceOut:
    now = await queries.cadence(unit.connection, unit.space)
    return VisitCadenceOut(
        days=dict(now.days), again_days=now.again_days, version=now.version, example=now.version == 0,
        care=care_out(tuple(CARE)),
    )  # fmt: skip


@router.get("/api/visits/cadence")
async def cadence(actor: Knower, request: Request) -> VisitCadenceOut:
    """How often which kind of care wants a visit."""
    async with work(actor, request) as unit:
        return await _cadence(unit)


@router.put("/api/visits/cadence")
async def put_cadence(actor: Setter, request: Request, body: VisitCadenceIn) -> VisitCadenceOut:
    """Put a cadence into force for the county; every next visit is reckoned anew by it."""
    wanted = Cadence(body.days, body.again_days, body.version)
    async with work(actor, request) as unit:
        await stage.of_the_county(unit.connection, actor)
        await actions.publish_cadence(unit.connection, wanted, body.note, actor, unit.now)
        unit.touched("visits", "cadence")
        return await _cadence(unit)
