"""How is a plan written? Checking a text, making a plan or a draft, saving it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from mudan.api.centre import work
from mudan.api.plans.county import linted
from mudan.api.plans.present import edition_of
from mudan.api.plans.wire import (
    DraftIn,
    LintOut,
    PlanTextIn,
    SavedOut,
    SaveIn,
    VersionOut,
    lint_out,
    version_out,
)
from mudan.api.security import requires
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.core.plans import actions

router = APIRouter()
Writer = Annotated[Actor, Depends(requires("plans.write"))]
Reader = Annotated[Actor, Depends(requires("plans.read"))]


@router.post("/api/plans/lint")
async def lint(actor: Reader, request: Request, body: PlanTextIn) -> LintOut:
    """What lint says of a text; nothing is kept."""
    async with work(actor, request) as unit:
        read, findings = await linted(unit, body.text)
    return lint_out(read, findings)


@router.post("/api/plans", status_code=201)
async def create(actor: Writer, request: Request, body: PlanTextIn) -> VersionOut:
    """A new plan, named by its text, with a first draft."""
    async with work(actor, request) as unit:
        made = await actions.create(unit.connection, actor, unit.now, body.text, body.note)
        await audit(unit.connection, actor, "plan.create", made.slug, {"hash": made.hash})
        unit.touched("plans", made.plan_id)
    return version_out(made, edition_of(made.text))


@router.post("/api/plans/{slug}/versions", status_code=201)
async def new_draft(actor: Writer, request: Request, slug: str, body: DraftIn) -> VersionOut:
    """A new draft of a plan, from a text or from its newest version."""
    async with work(actor, request) as unit:
        made = await actions.new_draft(unit.connection, actor, unit.now, slug, body.text)
        await audit(unit.connection, actor, "plan.draft", slug, {"number": made.number, "hash": made.hash})
        unit.touched("plans", made.plan_id)
    return version_out(made, edition_of(made.text))


@router.put("/api/plans/{slug}/versions/{number}")
async def save(actor: Writer, request: Request, slug: str, number: int, body: SaveIn) -> SavedOut:
    """Keep a draft's text, right or not yet; says what lint finds."""
    async with work(actor, request) as unit:
        read, findings = await linted(unit, body.text)
        saved = await actions.save(
            unit.connection,
            actor,
            unit.now,
            slug,
            number,
            text=body.text,
            note=body.note,
            revision=body.revision,
        )
        await audit(unit.connection, actor, "plan.save", slug, {"number": number, "hash": saved.hash})
        unit.touched("plans", saved.plan_id)
    return SavedOut(version=version_out(saved, edition_of(saved.text)), lint=lint_out(read, findings))
