"""How is a notice answered, and how does everything about a subject end at once?"""

from datetime import datetime
from typing import Literal
from uuid import UUID

from mudan.core.notices import queries, store
from mudan.core.notices.model import Notice, State
from mudan.core.people.model import Actor
from mudan.primitives.errors import Conflict, Invalid
from mudan.storage.pool import Connection, centre_within


async def acknowledge(
    connection: Connection,
    notice_id: UUID,
    who: Actor,
    now: datetime,
    *,
    device_at: datetime | None = None,
    how: str = "app",
    note: str = "",
) -> Notice:
    """Somebody signed in has got it: nothing of it calls any more. Twice counts once. Raises NotFound."""
    await queries.one(connection, notice_id)
    return await _answered(
        connection,
        notice_id,
        name=who.name,
        how=how,
        now=now,
        device_at=device_at,
        note=note,
        person=who.person,
    )


async def receipt(
    connection: Connection,
    notice_id: UUID,
    *,
    name: str,
    how: str,
    now: datetime,
    device_at: datetime | None = None,
    note: str = "",
    person: UUID | None = None,
) -> Notice:
    """The same for somebody without an account: a voice on the phone, a gateway's report. Raises NotFound."""
    if not name.strip():
        raise Invalid("a receipt needs the name of who answered", field="name")
    await queries.one(connection, notice_id)
    return await _answered(
        connection,
        notice_id,
        name=name.strip(),
        how=how,
        now=now,
        device_at=device_at,
        note=note,
        person=person,
    )


async def _answered(
    connection: Connection,
    notice_id: UUID,
    *,
    name: str,
    how: str,
    now: datetime,
    device_at: datetime | None,
    note: str,
    person: UUID | None,
) -> Notice:
    async with centre_within(connection):
        notice = await queries.one(connection, notice_id, lock=True)
        if notice.state in (State.CANCELLED, State.LAPSED):
            raise Conflict("the notice is no longer waiting for an answer")
        row = {
            "notice_id": notice_id, "name": name, "person": person, "how": how, "note": note,
            "device_at": device_at, "received_at": now,
        }  # fmt: skip
        await store.receipt(connection, row)
        await store.end(connection, [notice_id], state=State.ACKNOWLEDGED, now=now, by=name, reason=how)
        return await queries.one(connection, notice_id)


async def settle(
    connection: Connection,
    noun: str,
    subject: str,
    now: datetime,
    *,
    by: str,
    reason: str,
    state: Literal["acknowledged", "cancelled"] = "cancelled",
) -> list[UUID]:
    """End everything pending about a subject, in the caller's transaction; returns what was open."""
    async with centre_within(connection):
        still = await queries.open_of(connection, noun, [subject])
        return await store.end(
            connection, [notice.id for notice in still], state=state, now=now, by=by, reason=reason
        )
