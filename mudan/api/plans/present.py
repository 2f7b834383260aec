"""Which plans are there, and what do they say now? What people state is said here as well."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from mudan.api.centre import work
from mudan.api.plans.wire import (
    AdviceOut,
    PlanDetailOut,
    PlansOut,
    StateIn,
    advice_out,
    plan_out,
    version_out,
)
from mudan.api.security import requires
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.core.plans import actions, queries
from mudan.core.plans.model.reading import Read, read_plan
from mudan.core.plans.model.schema import schema
from mudan.core.plans.queries import Listed
from mudan.primitives.clock import CST
from mudan.primitives.errors import Invalid
from mudan.primitives.text import Text

router = APIRouter()
Reader = Annotated[Actor, Depends(requires("plans.read"))]
Stater = Annotated[Actor, Depends(requires("responses.write", "plans.write"))]


@router.get("/api/plans")
async def list_plans(actor: Reader, request: Request) -> PlansOut:
    """All plans with the version in force, the open one, and the gravest level advised now."""
    async with work(actor, request) as unit:
        plans = await queries.listed(unit.connection, unit.space)
        said = await queries.watches(unit.connection, unit.space, advised_only=True)
    today = unit.now.astimezone(CST).date().isoformat()
    items = [
        plan_out(
            one,
            shown(one),
            unit.centre.area_name(one.area_code),
            [w for w in said if w.slug == one.slug],
            today,
        )
        for one in plans
    ]
    return PlansOut(items=[one for one in items if one is not None], as_of=unit.now)


@router.get("/api/plans/advice")
async def advice_now(actor: Reader, request: Request, advised: bool = False) -> list[AdviceOut]:
    """What all plans say now; `advised`: only those that advise a level."""
    async with work(actor, request) as unit:
        titles = {
            one.version.slug: one.plan.title for one in await queries.approved(unit.connection, unit.space)
        }
        said = await queries.watches(unit.connection, unit.space, advised_only=advised)
    return [advice_out(one, titles.get(one.slug), unit.centre.area_name(one.area_code)) for one in said]


@router.get("/api/plans/schema")
async def plan_schema(_actor: Reader) -> dict[str, Any]:
    """The JSON Schema of a plan's file."""
    return schema()


@router.get("/api/plans/{slug}")
async def one_plan(actor: Reader, request: Request, slug: str) -> PlanDetailOut:
    """A plan with all its versions and what it says now."""
    async with work(actor, request) as unit:
        row = await queries.plan_row(unit.connection, slug, unit.space)
        versions = await queries.versions(unit.connection, row["id"])
        said = [one for one in await queries.watches(unit.connection, unit.space) if one.plan_id == row["id"]]
    title = _title(versions[0].text)
    return PlanDetailOut(
        slug=slug, area_name=unit.centre.area_name(row["area_code"]), space=row["space"],
        writable=actor.may("plans.write") and actor.scope.sees(row["area_code"], row["department"], row["space"]),
        versions=[version_out(one, edition_of(one.text)) for one in versions],
        advice=[advice_out(one, title, unit.centre.area_name(one.area_code)) for one in said],
    )  # fmt: skip


@router.post("/api/plans/{slug}/statements", status_code=204)
async def state(actor: Stater, request: Request, slug: str, body: StateIn) -> None:
    """State, or state no longer, what only people can see; the plans count it when they are asked next."""
    async with work(actor, request) as unit:
        act = actions.state if body.holds else actions.withdraw
        given: dict[str, Any] = {"incident": body.incident_id} | ({"note": body.note} if body.holds else {})
        await act(unit.connection, actor, unit.now, slug, body.name, **given)
        await audit(
            unit.connection, actor, "plan.state" if body.holds else "plan.withdraw", slug,
            {"name": body.name, "incident": str(body.incident_id or ""), "note": body.note},
        )  # fmt: skip
        unit.touched("plans", slug)


def shown(listed: Listed) -> Read:
    """What is shown of a plan: the version in force, else the newest that reads."""
    chosen = listed.approved or listed.open or listed.latest
    return reading(chosen.text)


def reading(text: str) -> Read:
    """A version's text read; texts that stand still are read once."""
    try:
        return Read(queries.parsed(text), ())
    except Invalid:
        return read_plan(text)


def edition_of(text: str) -> str:
    """What a version calls itself; empty while it does not read."""
    plan = reading(text).plan
    return plan.edition if plan is not None else ""


def _title(text: str) -> Text | None:
    plan = reading(text).plan
    return plan.title if plan is not None else None
