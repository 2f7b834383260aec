"""How does a person state what only people can see, so that plans count it?"""

from datetime import datetime
from uuid import UUID

from mudan.core.people.model import Actor
from mudan.core.plans import queries, store
from mudan.core.plans.model.conditions import Manual
from mudan.primitives.errors import Conflict, NotFound
from mudan.primitives.ids import new_id
from mudan.storage.pool import Connection


async def state(
    connection: Connection,
    actor: Actor,
    now: datetime,
    slug: str,
    name: str,
    *,
    incident: UUID | None = None,
    note: str = "",
) -> None:
    """State that a manual condition of a plan in force is so. Raises NotFound, Conflict when it stands already."""
    approved = await queries.approved_of(connection, slug, actor.scope.space)
    if not isinstance(approved.plan.conditions.get(name), Manual):
        raise NotFound("the plan has no such statement")
    kept = await store.insert_statement(
        connection,
        {
            "id": new_id(), "space": actor.scope.space, "area_code": actor.scope.area, "slug": slug, "name": name,
            "incident_id": incident, "note": note, "at": now, "by": actor.name,
        },
    )  # fmt: skip
    if not kept:
        raise Conflict("it is stated already")


async def withdraw(
    connection: Connection, actor: Actor, now: datetime, slug: str, name: str, *, incident: UUID | None = None
) -> None:
    """Say that it is so no longer. Raises NotFound, Conflict when it was not stated."""
    await queries.plan_row(connection, slug, actor.scope.space)
    if not await store.withdraw_statement(
        connection, actor.scope.space, slug, name, incident, actor.name, now
    ):
        raise Conflict("nobody states it")
