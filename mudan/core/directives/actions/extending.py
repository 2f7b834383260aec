"""How is more time asked for, and who grants it?"""

from datetime import datetime
from uuid import UUID

from mudan.core.directives import queries, store
from mudan.core.directives.actions.writing import hush, put, record
from mudan.core.directives.model import ENDED, Directive, addressed
from mudan.core.people import queries as people
from mudan.core.people.model import Actor
from mudan.primitives.clock import CST
from mudan.primitives.errors import Conflict, Invalid, NotAllowed
from mudan.primitives.ids import new_id
from mudan.storage.pool import Connection, centre_within


async def ask_extension(
    connection: Connection,
    directive_id: UUID,
    until: datetime,
    reason: str,
    actor: Actor,
    now: datetime,
    *,
    client_id: UUID | None = None,
) -> Directive:
    """Ask for a later deadline, before or after the old one has passed. The same `client_id` asks once."""
    directive = await queries.one(connection, directive_id, lock=True)
    if client_id in {one.id for one in await queries.extensions(connection, directive_id)}:
        return directive
    if directive.state in (*ENDED, "pending", "submitted"):
        raise Conflict(f"a directive that is {directive.state} needs no more time")
    if not addressed(directive, actor) and not actor.may("directives.write"):
        raise NotAllowed("this directive is for somebody else")
    if until <= now or (directive.due_at is not None and until <= directive.due_at):
        raise Invalid("the new deadline lies after the old one and ahead of now", field="until")
    if not reason.strip():
        raise Invalid("an extension needs a reason", field="reason")
    async with centre_within(connection):
        asked = await store.insert_extension(
            connection,
            {
                "id": client_id or new_id(), "directive_id": directive_id, "until": until, "reason": reason.strip(),
                "state": "asked", "asked_by": actor.name, "asked_by_id": actor.person, "asked_at": now,
            },
        )  # fmt: skip
        if not asked:
            raise Conflict("an extension waits for a decision already")
        await store.update(connection, directive_id, {})
        await record(
            connection, directive, "ask", now, actor=actor.name, actor_id=actor.person,
            text=f"{until.astimezone(CST):%m-%d %H:%M}，{reason.strip()}", detail={"until": until.isoformat()},
        )  # fmt: skip
        return await queries.one(connection, directive_id)


async def decide_extension(
    connection: Connection, directive_id: UUID, *, grant: bool, reason: str, actor: Actor, now: datetime
) -> Directive:
    """Grant or refuse (with a reason) what was asked; never who asked. Granted, the reminders start anew."""
    directive = await queries.one(connection, directive_id, lock=True)
    asked = [one for one in await queries.extensions(connection, directive_id) if one.state == "asked"]
    if not asked:
        raise Conflict("no extension waits for a decision")
    if asked[0].asked_by_id == actor.person:
        raise NotAllowed("who asks for more time does not grant it")
    if not grant and not reason.strip():
        raise Invalid("refusing needs a reason", field="reason")
    if grant and directive.state in (*ENDED, "submitted"):
        raise Conflict(f"a directive that is {directive.state} needs no more time")
    scale = await people.space_scale(connection, directive.space)
    async with centre_within(connection):
        await store.decide_extension(
            connection, asked[0].id,
            {"state": "granted" if grant else "refused", "decided_by": actor.name, "decided_at": now,
             "decision_reason": reason.strip()},
        )  # fmt: skip
        if grant:
            await put(connection, directive, scale, due_at=asked[0].until, ladder=0)
            await hush(connection, directive, now, actor.name, "extended")
        else:
            await store.update(connection, directive_id, {})
        await record(
            connection, directive, "grant" if grant else "refuse", now, actor=actor.name, actor_id=actor.person,
            text=reason.strip(), detail={"until": asked[0].until.isoformat()},
        )  # fmt: skip
        return await queries.one(connection, directive_id)
