"""How are cases of one cause linked under a leading one, freed again, or told apart? Each stays a case of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from mudan.core.cases import queries, store
from mudan.core.cases.actions.reporting import author_of
from mudan.core.cases.actions.writing import record
from mudan.core.cases.model.causes import Cause
from mudan.core.cases.model.words import Case
from mudan.core.people.model import Actor
from mudan.primitives.errors import Conflict, Invalid, NotFound
from mudan.primitives.text import Text
from mudan.storage.pool import Connection, centre_within

MOST: Final = 50  # cases under one


@dataclass(frozen=True, slots=True)
class Telling:
    """Cases that have nothing to do with each other, whatever a table of causes says; `id` makes a repeat harmless."""

    id: UUID
    cause: str
    cases: tuple[UUID, ...]
    reason: str


async def tie(
    connection: Connection, cause: Cause, lead_id: UUID, cases: Sequence[UUID], actor: Actor, now: datetime
) -> Case:
    """Link cases under a leading one; those that stand under it already stay. The leading case.

    Raises NotFound, Invalid (no others), Conflict (one stands under another, leads others or was merged).
    """
    lead = await queries.one(connection, lead_id, lock=True)
    others = [await queries.one(connection, one) for one in dict.fromkeys(cases) if one != lead_id]
    if not others:
        raise Invalid("name the cases that have the same cause", field="case_ids")
    author = author_of(actor)
    async with centre_within(connection):
        known = await queries.ties(connection, [lead.id, *(one.id for one in others)])
        new = [one for one in others if one.id not in known]
        if lead.id in known or any(known[one.id].lead_id != lead.id for one in others if one.id in known):
            raise Conflict("one of these cases is linked to another one already")
        if len(await queries.followers(connection, lead.id)) + len(new) > MOST:
            raise Conflict(f"at most {MOST} cases stand under one")
        for one in (lead, *new):
            await _linkable(connection, one, lead)
        for one in new:
            row = {"case_id": one.id, "lead_id": lead.id, "cause": cause.name, "at": now, "by": author.name,
                   "by_id": author.person}  # fmt: skip
            await store.insert_tie(connection, row)
            await _said(connection, one, "tied", _same(cause, lead), actor, now)
            await _said(connection, lead, "leads", _same(cause, one), actor, now)
        return await queries.one(connection, lead.id)


async def _linkable(connection: Connection, one: Case, lead: Case) -> None:
    if one.situation.main is not None or one.space != lead.space:
        raise Conflict(f"{one.number} has joined another case")
    if one.id != lead.id and await queries.followers(connection, one.id):
        raise Conflict(f"{one.number} leads other cases")


def _same(cause: Cause, other: Case) -> Text:
    return Text(f"同因关联：{cause.title.zh} {other.number}", f"same cause: {cause.title.en}, {other.number}")


async def untie(connection: Connection, case_id: UUID, actor: Actor, now: datetime) -> Case:
    """Free a case of its leading one; it is not there: nothing changes. Raises NotFound."""
    case = await queries.one(connection, case_id, lock=True)
    async with centre_within(connection):
        known = (await queries.ties(connection, [case_id])).get(case_id)
        if known is None:
            return case
        await store.delete_tie(connection, case_id)
        lead = await queries.one(connection, known.lead_id)
        for one, other in ((case, lead), (lead, case)):
            words = Text(f"解除同因关联 {other.number}", f"no longer linked with {other.number}")
            await _said(connection, one, "untied", words, actor, now)
        return await queries.one(connection, case_id)


async def tell_apart(
    connection: Connection, told: Telling, cause: Cause, actor: Actor, now: datetime
) -> None:
    """Keep that cases do not have one cause; the same id again changes nothing. Raises NotFound, Invalid, Conflict."""
    named = tuple(dict.fromkeys(told.cases))[: MOST + 1]
    cases = [await queries.one(connection, one) for one in named]
    if not 2 <= len(named) <= MOST:
        raise Invalid(f"name two to {MOST} cases", field="case_ids")
    row = {
        "id": told.id, "space": actor.scope.space, "cause": cause.name, "cases": list(named),
        "reason": told.reason.strip(), "at": now, "by": actor.name, "by_id": actor.person,
    }  # fmt: skip
    async with centre_within(connection):
        known = await queries.ties(connection, named)
        if {one.lead_id for one in known.values()} & set(named):
            raise Conflict("they are linked; undo that first")
        if not await store.insert_apart(connection, row):
            return
        for one in cases:
            words = Text(f"判为不同原因（{cause.title.zh}）", f"not the same cause ({cause.title.en})")
            await _said(connection, one, "apart", words, actor, now)


async def withdraw_apart(connection: Connection, apart: UUID, actor: Actor, now: datetime) -> None:
    """Take back that cases were told apart; they may be suggested again. Raises NotFound."""
    if not await store.withdraw_apart(connection, apart, actor.scope.space, now, actor.name):
        raise NotFound("there is no such word")


async def _said(
    connection: Connection, case: Case, kind: str, words: Text, actor: Actor, now: datetime
) -> None:
    await store.update(connection, case.id, {})
    await record(connection, case, kind, words, now, actor=actor.name, actor_id=actor.person)
