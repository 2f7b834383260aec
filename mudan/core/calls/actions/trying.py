"""How is one contact tried, and how does the level above hear that nobody was reached? By notices."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from mudan.core.calls import queries, store
from mudan.core.calls.model import LATE, Run, Step
from mudan.core.duty.model import Contact
from mudan.core.notices import actions as notices
from mudan.core.notices.model import NewNotice
from mudan.core.notices.model import Step as Call
from mudan.primitives.ids import new_id
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

_DESK: Final = Call("position:duty_officer", otherwise="role:duty_officer")


async def begin_try(
    connection: Connection, run: Run, step: Step, contact: Contact, within: timedelta, now: datetime
) -> None:
    """Reach for a contact by all its channels until the deadline; one notice, one try."""
    late = step.next_at is not None and now - step.next_at > LATE
    post = NewNotice(
        noun="calls", subject=str(step.id), space=run.space, area_code=run.area_code, department=run.department,
        title=Text(f"叫应：{run.title}", f"Call: {run.title}"), body=Text(run.words, run.words), level=run.level,
        steps=_calls(contact), within_s=within.total_seconds(), lapse_s=within.total_seconds(), mark=str(run.id),
    )  # fmt: skip
    notice = await notices.post(connection, post, now, by=run.started_by) if post.steps else None
    await _keep(connection, step, contact, "call", notice, now, now + within, late=late)
    await store.update_step(connection, step.id, {"attempts": step.attempts + 1, "next_at": now + within})


def _calls(contact: Contact) -> tuple[Call, ...]:
    outside = tuple(one for one in contact.channels if one != "app")
    calls = []
    if "app" in contact.channels and contact.person is not None:
        calls.append(Call(f"person:{contact.person}", channels=("app",)))
    if outside and contact.phone:
        calls.append(Call(f"address:{contact.phone}", channels=outside))
    return tuple(calls)


async def _keep(
    connection: Connection,
    step: Step,
    contact: Contact,
    kind: str,
    notice: UUID | None,
    now: datetime,
    deadline: datetime,
    *,
    late: bool,
) -> None:
    await store.insert_attempt(
        connection,
        {
            "id": new_id(), "step_id": step.id, "number": len(step.tries), "contact_id": contact.id,
            "name": contact.name, "phone": contact.phone, "channel": ",".join(contact.channels), "kind": kind,
            "notice_id": notice, "state": "calling", "started_at": now, "deadline": deadline, "late": late,
        },
    )  # fmt: skip


def above(step: UUID) -> str:
    """What the notice to the level above a place is about."""
    return f"above:{step}"


async def tell_above(connection: Connection, run: Run, step: Step, now: datetime) -> None:
    """Tell the place above, and the desk, that somebody must go there in person."""
    parent = None if step.parent is None else await queries.step(connection, run.id, step.parent)
    contacts = (
        [] if parent is None else (await queries.contacts_of(connection, [parent.node])).get(parent.node, [])
    )
    words = Text(f"{step.name} 叫不通，请派人上门", f"{step.name} cannot be reached; send somebody there")
    post = NewNotice(
        noun="calls", subject=above(step.id), space=run.space, area_code=run.area_code, department=run.department,
        title=words, body=Text(run.words, run.words), level=run.level, mark=str(run.id),
        steps=((*_calls(contacts[0]), _DESK) if contacts else (_DESK,)),
    )  # fmt: skip
    notice = await notices.post(connection, post, now, by="system")
    if contacts:
        within = timedelta(seconds=run.answer_within_s)
        await _keep(connection, step, contacts[0], "escalation", notice, now, now + within, late=False)
