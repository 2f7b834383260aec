"""How is a review kept, signed by a second person, and an exercise's objective judged?"""

import hashlib
import json
from datetime import datetime
from typing import Any
from uuid import UUID

from mudan.core.people.model import Actor
from mudan.core.reviews import queries, store
from mudan.core.reviews.model import Kind, Subject, Verdict, check_open, check_signer, next_number
from mudan.primitives.errors import NotFound
from mudan.primitives.ids import new_id
from mudan.storage.pool import Connection


async def keep(
    connection: Connection,
    actor: Actor,
    now: datetime,
    one: Subject,
    *,
    paper: dict[str, Any],
    record: dict[str, Any],
    seen: int,
    note: str,
    sign_role: str,
) -> int:
    """Keep a report and what it was written from as the next version; its number.

    `seen` is the last version that was looked at. Raises Conflict, Invalid.
    """
    await store.lock(connection, one.id)
    known = await queries.versions(connection, one.kind, one.id)
    number = next_number(known, seen, note, sign_role)
    whole = json.dumps([paper, record], ensure_ascii=False, sort_keys=True).encode()
    await store.insert(
        connection,
        {
            "id": new_id(), "kind": one.kind, "subject": one.id, "number": number, "at": now, "by": actor.name,
            "by_id": actor.person, "note": note.strip(), "sign_role": sign_role, "paper": paper, "record": record,
            "hash": hashlib.sha256(whole).hexdigest(),
        },
    )  # fmt: skip
    return number


async def sign(
    connection: Connection, actor: Actor, now: datetime, kind: Kind, subject: UUID, number: int, note: str
) -> None:
    """Sign the last version. Raises Conflict, NotAllowed."""
    await store.lock(connection, subject)
    known = await queries.versions(connection, kind, subject)
    version = check_signer(known, number, actor)
    await store.sign(connection, version.id, actor.name, actor.person, note.strip(), now)


async def judge(
    connection: Connection,
    actor: Actor,
    now: datetime,
    one: Subject,
    objectives: int,
    objective: int,
    verdict: Verdict,
    note: str,
) -> None:
    """Judge how far an exercise reached one of its so many objectives. Raises Conflict when signed, NotFound."""
    await store.lock(connection, one.id)
    check_open(await queries.versions(connection, one.kind, one.id))
    if one.kind != "drill" or not 0 < objective <= objectives:
        raise NotFound("there is no such objective")
    await store.judge(
        connection,
        {
            "id": new_id(), "drill": one.id, "objective": objective, "verdict": verdict, "note": note.strip(),
            "at": now, "by": actor.name, "by_id": actor.person,
        },
    )  # fmt: skip
