"""How is the proof of a step weighed, and how does a doubt about it come onto a case and off again?"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from mudan.core.cases import queries, store
from mudan.core.cases.actions.writing import record
from mudan.core.cases.model.chart import SETTLING, Author, Deed, Hand
from mudan.core.cases.model.known import type_named
from mudan.core.cases.model.pictures import Picture
from mudan.core.cases.model.proof import (
    Doubt,
    Place,
    Work,
    check_settling,
    doubts,
    first_seen,
    given_for,
    new_look,
    seen_elsewhere,
    work_of,
)
from mudan.core.cases.model.types import CaseType, Transition
from mudan.core.cases.model.words import Case
from mudan.primitives.errors import Conflict
from mudan.primitives.text import Text
from mudan.storage.pool import Connection, centre_within


async def weighed(
    connection: Connection, case: Case, case_type: CaseType, deed: Deed
) -> tuple[Deed, tuple[Doubt, ...]]:
    """The deed with what its proof is worth, and what speaks against it."""
    demanded = any(proof.transition == deed.event for proof in case_type.proofs)
    if not demanded and not case.situation.flags:
        return deed, ()
    against: tuple[Doubt, ...] = ()
    if demanded:
        work = work_of(await queries.history(connection, case.id), case.state, deed.event, case.created_at)
        pictures = await queries.pictures(connection, case.id)
        against = doubts(case_type, deed.event, pictures, work, Place(case.lon, case.lat))
        against += await _elsewhere(connection, case, case_type, deed.event, pictures, work)
    looked = await _looked(connection, case, case_type) is not None
    return replace(deed, doubts=len(against), looked=looked), against


async def _elsewhere(
    connection: Connection,
    case: Case,
    case_type: CaseType,
    event: str,
    pictures: list[Picture],
    work: Work,
) -> tuple[Doubt, ...]:
    """Whether other cases, whoever sees them, have the pictures that are given as proof."""
    found = []
    async with centre_within(connection):
        for proof in case_type.proofs:
            for one in given_for(proof, pictures, work) if proof.transition == event else ():
                other = await queries.elsewhere(connection, case, one, proof.alike_bits)
                if other is not None:
                    found.append(seen_elsewhere(proof, one, other))
    return tuple(found)


async def _looked(connection: Connection, case: Case, case_type: CaseType) -> UUID | None:
    if not case.situation.flags:
        return None
    still_open = [flag for flag in await queries.flags(connection, case.id) if flag.settled_at is None]
    pictures = await queries.pictures(connection, case.id)
    seen_at, place = first_seen(pictures, case.created_at), Place(case.lon, case.lat)
    picture = new_look(case_type, case.situation, pictures, still_open, seen_at, place)
    return None if picture is None else picture.id


async def mark(
    connection: Connection,
    case: Case,
    way: Transition,
    deed: Deed,
    against: tuple[Doubt, ...],
    author: Author,
    now: datetime,
) -> None:
    """Settle what a step settles, then write what speaks against the step itself. As the centre."""
    if case.situation.flags and (deed.looked or SETTLING & set(way.effects)):
        await _settled(connection, case.id, author, now, deed.reason, looked=deed.looked)
    for one in against:
        await store.insert_flag(
            connection,
            {
                "case_id": case.id, "at": now, "event": way.name, "proof": one.proof, "kind": one.kind,
                "text_zh": one.text.zh, "text_en": one.text.en, "picture_id": one.picture,
                "other_case": one.other and one.other.case_id, "other_picture": one.other and one.other.picture_id,
            },
        )  # fmt: skip


async def _settled(
    connection: Connection, case: UUID, author: Author, now: datetime, reason: str, *, looked: bool
) -> None:
    how = "recheck" if looked else "reason"
    row = {"at": now, "by": author.name, "by_id": author.person, "how": how, "reason": reason.strip()}
    await store.settle_flags(connection, case, row)


async def settle_flags(
    connection: Connection,
    case_id: UUID,
    version: int,
    client_id: UUID,
    reason: str,
    author: Author,
    hand: Hand,
    now: datetime,
) -> Case:
    """Take the doubts off a case beside its steps; the same client_id again changes nothing.

    By the picture of a check at the same time of day, else by a named person's reason. Raises NotFound, Conflict,
    NotAllowed, Invalid.
    """
    case = await queries.one(connection, case_id, lock=True)
    if await queries.event_known(connection, client_id) == case_id:
        return case
    if version != case.version:
        raise Conflict("the case has changed meanwhile; look again")
    looked = await _looked(connection, case, type_named(case.type)) is not None
    check_settling(case.situation, hand, reason, looked=looked)
    async with centre_within(connection):
        await _settled(connection, case_id, author, now, reason, looked=looked)
        await store.update(connection, case_id, {"flags": 0})
        words = Text("同时段核查消除存疑", "doubts ended by a check at the same time of day")
        why = Text(f"存疑说明：{reason.strip()}", f"doubts explained: {reason.strip()}")
        said, detail = words if looked else why, {"settled": case.situation.flags, "looked": looked}
        await record(
            connection, case, "settle_flags", said, now, actor=author.name, actor_id=author.person,
            client_id=client_id, detail=detail,
        )  # fmt: skip
        return await queries.one(connection, case_id)
