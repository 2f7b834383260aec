"""Which directives are there, for me, for my department, for all? And how is one issued?"""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request

from mudan.api.centre import Work, work
from mudan.api.directives.wire import (
    ROLES,
    DirectiveChoiceOut,
    DirectiveDetailOut,
    DirectiveIn,
    DirectiveOut,
    DirectiveRemindIn,
    DirectivesOut,
    DirectiveTargetsOut,
    directive_out,
    event_out,
    evidence_out,
    extension_out,
)
from mudan.api.security import requires
from mudan.core.directives import actions, queries
from mudan.core.directives.model import Directive, addressed
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.primitives.errors import NotFound

router = APIRouter()
Reader = Annotated[Actor, Depends(requires("directives.read", "directives.own"))]
Writer = Annotated[Actor, Depends(requires("directives.write"))]


async def found(unit: Work, actor: Actor, directive_id: UUID) -> Directive:
    """A directive that the actor may see: without directives.read only those for them (raises NotFound)."""
    one = await queries.one(unit.connection, directive_id)
    if not actor.may("directives.read") and not addressed(one, actor):
        raise NotFound("there is no such directive")
    return one


async def detail_out(unit: Work, actor: Actor, one: Directive) -> DirectiveDetailOut:
    """A directive, whole."""
    connection = unit.connection
    given: dict[str, Any] = directive_out(one, actor, unit.now)
    given["history"] = [event_out(each) for each in await queries.history(connection, one.id)]
    given["proof"] = [evidence_out(each, one) for each in await queries.evidence(connection, one.id)]
    given["extensions"] = [extension_out(each) for each in await queries.extensions(connection, one.id)]
    return DirectiveDetailOut.model_validate({**given, "as_of": unit.now})


async def changed(
    unit: Work, actor: Actor, one: Directive, action: str, detail: dict[str, Any]
) -> DirectiveDetailOut:
    """Write the deed into the trail, tell the screens, answer the directive as it is now."""
    await audit(unit.connection, actor, f"directive.{action}", one.number, detail)
    touched(unit, one)
    return await detail_out(unit, actor, one)


def touched(unit: Work, one: Directive) -> None:
    """The screens hear of the directive and of its incident."""
    unit.touched("directives", one.id)
    if one.incident_id is not None:
        unit.incidents.add(one.incident_id)


@router.get("/api/directives")
async def page(
    actor: Reader,
    request: Request,
    whose: Literal["mine", "department", "all"] = "all",
    state: Literal["open", "overdue", "submitted", "ended", "all"] = "open",
    incident: UUID | None = None,
    source: Annotated[str | None, Query(max_length=20)] = None,
    department: Annotated[str | None, Query(max_length=64)] = None,
    q: Annotated[str | None, Query(max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 200,
) -> DirectivesOut:
    """Directives within scope by their next deadline. Without directives.read one sees one's own only."""
    whose = whose if actor.may("directives.read") else "mine"
    wanted = queries.Wanted(whose, state, incident, source, department, q, limit)
    async with work(actor, request) as unit:
        items, total = await queries.page(unit.connection, actor, wanted, unit.now)
    shown = [DirectiveOut.model_validate(directive_out(one, actor, unit.now)) for one in items]
    return DirectivesOut(items=shown, total=total, as_of=unit.now)


@router.post("/api/directives", status_code=201)
async def issue(actor: Writer, request: Request, body: DirectiveIn) -> DirectiveDetailOut:
    """Issue a directive, by hand or as a leader's instruction (批示)."""
    async with work(actor, request) as unit:
        one = await actions.issue(unit.connection, actor, unit.now, body.order(actor.scope.area))
        return await changed(unit, actor, one, "issue", {"title": one.title, "source": one.source})


@router.post("/api/directives/remind")
async def remind(actor: Writer, request: Request, body: DirectiveRemindIn) -> DirectivesOut:
    """Remind of several at once; those that are done are passed over. Answers those reminded of."""
    async with work(actor, request) as unit:
        reminded = await actions.remind(unit.connection, body.ids, body.note, actor, unit.now)
        for one in reminded:
            await audit(unit.connection, actor, "directive.remind", one.number, {"note": body.note})
            touched(unit, one)
    items = [DirectiveOut.model_validate(directive_out(one, actor, unit.now)) for one in reminded]
    return DirectivesOut(items=items, total=len(items), as_of=unit.now)


@router.get("/api/directives/targets")
async def targets(actor: Writer, request: Request) -> DirectiveTargetsOut:
    """Whom a directive may be for."""
    async with work(actor, request) as unit:
        known = await queries.departments(unit.connection)
    return DirectiveTargetsOut(
        departments=[DirectiveChoiceOut(code=code, name=name) for code, name in known],
        roles=[DirectiveChoiceOut(code=code, name=name) for code, name in ROLES.items()],
    )


@router.get("/api/directives/{directive_id}")
async def detail(actor: Reader, request: Request, directive_id: UUID) -> DirectiveDetailOut:
    """One directive, whole."""
    async with work(actor, request) as unit:
        return await detail_out(unit, actor, await found(unit, actor, directive_id))
