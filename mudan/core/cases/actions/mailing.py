"""How does a mail to a reporter come about, leave once, and get confirmed or ended by its receiver?

A worker claims what is due for the time of a lease; when it dies, the claim runs out and another one takes it. What is
sent again after such a death has the same Message-ID.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from mudan.core.cases import queries, store
from mudan.core.cases.model.mail import (
    ASKED_WITHIN,
    CONFIRM_WITHIN,
    KEPT,
    LEASE,
    MOST_ASKED,
    Kind,
    Link,
    Mail,
    asked_hash,
    next_try,
    read_link,
    said,
)
from mudan.core.cases.model.slip import Slip, derived
from mudan.core.cases.model.words import Case
from mudan.primitives.errors import Conflict, NotFound
from mudan.primitives.text import Text
from mudan.storage.pool import Connection, centre_within


async def ask_to_confirm(connection: Connection, slip: Slip, space: int, now: datetime) -> None:
    """Make the question that goes out before anything else; an address is not asked without end. As the centre."""
    known = asked_hash(await queries.slip_key(connection), slip.contact)
    if await queries.asked_since(connection, known, now - ASKED_WITHIN) < MOST_ASKED:
        event = derived("mail confirm", slip.id)
        await _keep(connection, event, slip, space, "confirm", Text("", ""), now, known)


async def mail_stage(connection: Connection, slip: Slip, case: Case, stage: Text, now: datetime) -> None:
    """Make the mail about a stage that a case came to, once. Nothing before its receiver has confirmed."""
    if slip.mail_confirmed_at is not None:
        event = derived(f"mail {case.id} {case.version}", slip.id)
        await _keep(connection, event, slip, case.space, "stage", stage, now)


async def _keep(
    connection: Connection,
    mail: UUID,
    slip: Slip,
    space: int,
    kind: Kind,
    stage: Text,
    now: datetime,
    known: bytes | None = None,
) -> None:
    row: dict[str, Any] = {
        "id": mail, "slip_id": slip.id, "space": space, "kind": kind, "stage": {"zh": stage.zh, "en": stage.en},
        "made_at": now, "next_at": now, "state": "waiting" if space == 0 else "exercise",
        "asked_hash": known,
    }  # fmt: skip
    await store.insert_mail(connection, row)


async def claim_mails(connection: Connection, worker: UUID, now: datetime) -> list[Mail]:
    """Take what is due to leave; what has become too old is given up. As the centre."""
    await store.give_up_mails(connection, now - KEPT)
    await store.forget_asked(connection, now - ASKED_WITHIN)
    return await queries.mails(connection, await store.claim_mails(connection, worker, now, now + LEASE))


async def mail_left(connection: Connection, worker: UUID, mail: Mail, answer: str, now: datetime) -> bool:
    """It has left, with what was answered. False when another worker had taken it over."""
    row = {"state": "sent", "sent_at": now, "next_at": now, "answer": said(answer, mail.contact)}
    return await store.end_mail(connection, mail.id, worker, row)


async def mail_stayed(
    connection: Connection, worker: UUID, mail: Mail, answer: str, now: datetime, *, final: bool
) -> bool:
    """It could not leave: it is tried again after a pause, or given up. False when it was another worker's."""
    again = None if final else next_try(mail.attempts, now)
    row = {
        "state": "failed" if again is None else "waiting", "sent_at": None, "next_at": again or now,
        "answer": said(answer, mail.contact),
    }  # fmt: skip
    return await store.end_mail(connection, mail.id, worker, row)


async def mail_key(connection: Connection) -> bytes:
    """The key that the links of mails are made with."""
    async with centre_within(connection):
        return await queries.slip_key(connection)


async def linked(connection: Connection, words: str) -> tuple[Link, Slip, Case]:
    """Whose slip a link of a mail belongs to, and its own case. Raises NotFound."""
    async with centre_within(connection):
        link = read_link(await queries.slip_key(connection), words)
        slip = None if link is None else await queries.slip_of(connection, link.slip)
        if link is None or slip is None:
            raise NotFound("this link is not known")
        case = await queries.one(connection, slip.case_id, lock=True)
        again = await queries.slip_of(connection, slip.id)
        return link, again or slip, case


async def confirm_mail(connection: Connection, slip: Slip, now: datetime) -> None:
    """The receiver wants the news of their case. Twice counts once. Raises Conflict when it is too late."""
    if slip.mail_confirmed_at is not None:
        return
    if slip.channel != "mail" or slip.consented_at is None or now > slip.consented_at + CONFIRM_WITHIN:
        raise Conflict("it is too late to confirm this")
    async with centre_within(connection):
        await store.confirm_slip(connection, slip.id, now)
