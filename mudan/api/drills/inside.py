"""Who reads an exercise's data space without leaving reality: its replay, its report?"""

from dataclasses import replace
from uuid import UUID

from starlette.requests import HTTPConnection

from mudan.api.centre import work
from mudan.core.drills import queries
from mudan.core.people.model import Actor


async def reader_of(actor: Actor, request: HTTPConnection, drill: UUID | None) -> Actor:
    """The same person with the exercise's data space in sight; raises NotFound for one that they may not see."""
    if drill is None:
        return actor
    async with work(actor, request) as unit:
        one = await queries.one(unit.connection, drill)
    return replace(actor, scope=replace(actor.scope, space=one.space))
