"""Which forms of command can be printed of an incident?"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from mudan.api.centre import work
from mudan.api.deps import deps_of
from mudan.api.papers import Form, PaperOut, answer, marks
from mudan.api.security import requires
from mudan.core.people.model import Actor
from mudan.core.reports import queries
from mudan.core.reports.model import FORMS, form
from mudan.primitives.text import Text

router = APIRouter()
Reader = Annotated[Actor, Depends(requires("incidents.read"))]


class CommandFormOut(BaseModel):
    """A form that can be made."""

    number: str
    title: Text


@router.get("/api/incidents/{incident_id}/forms")
async def forms(actor: Reader, request: Request, incident_id: UUID) -> list[CommandFormOut]:
    """The forms that can be made of an incident's log."""
    async with work(actor, request) as unit:
        await queries.facts(unit.connection, incident_id, unit.now)
    return [CommandFormOut(number=number, title=title) for number, title in FORMS.items()]


@router.get("/api/incidents/{incident_id}/forms/{form_number}", response_model=PaperOut)
async def one(
    actor: Reader, request: Request, incident_id: UUID, form_number: str, form_as: Form = "json"
) -> Response:
    """One form as JSON, as a page for the printer, or as PDF; generated from the log at this moment."""
    demo = deps_of(request).settings.demo
    async with work(actor, request) as unit:
        facts = await queries.facts(unit.connection, incident_id, unit.now)
        paper = form(facts, form_number, actor.name, marks(facts.incident.space, demo=demo))
    return answer(paper, form_as, request)
