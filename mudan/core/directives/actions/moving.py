"""How does a directive move on by a person's deed? One way in, with every guard."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from mudan.core.directives import queries, store
from mudan.core.directives.actions.issuing import released
from mudan.core.directives.actions.writing import hush, put, record, tell
from mudan.core.directives.model import (
    DOER_EVENTS,
    ENDED,
    NEED_REASON,
    Directive,
    addressed,
    moved,
)
from mudan.core.notices.model import Step as Call
from mudan.core.people import queries as people
from mudan.core.people.model import Actor
from mudan.primitives.clock import scaled
from mudan.primitives.errors import Conflict, Invalid, NotAllowed
from mudan.storage.pool import Connection, centre_within

AHEAD: Final = timedelta(minutes=5)  # how far a device's clock may run before ours


@dataclass(frozen=True, slots=True)
class Step:
    """What is done to a directive. `client_id` makes a repeat harmless; `device_at` is the doer's own clock.

    `version` None: a phone that did several things without network cannot know it; the chart alone decides.
    """

    event: str
    version: int | None
    client_id: UUID
    note: str = ""
    reason: str = ""
    device_at: datetime | None = None
    due_at: datetime | None = None


async def move(
    connection: Connection, directive_id: UUID, step: Step, actor: Actor, now: datetime
) -> Directive:
    """Take a directive on by one step. A repeat of the same client id changes nothing.

    Those whom it is for receive, start and submit; the desk may do so on their word. Who has done part of
    it neither verifies, returns nor waives it.
    """
    directive = await queries.one(connection, directive_id, lock=True)
    if await queries.event_known(connection, step.client_id) == directive_id:
        return directive
    if step.version is None and step.event not in DOER_EVENTS:
        raise Invalid("who checks it says which version was looked at", field="version")
    if step.version not in (None, directive.version):
        raise Conflict("the directive has changed meanwhile; look again")
    state = moved(directive.state, step.event)
    on_behalf = _guard(directive, step, actor)
    if step.event == "submit":
        _proved(directive)
    async with centre_within(connection):
        await _write(connection, directive, step, state, actor, now, on_behalf)
        return await queries.one(connection, directive_id)


def _guard(directive: Directive, step: Step, actor: Actor) -> bool:
    """Whether the actor speaks for the doer. Raises NotAllowed, Invalid."""
    own = addressed(directive, actor)
    if step.event == "issue":
        raise NotAllowed("a directive goes out by itself when what it waits for is done")
    if step.event in DOER_EVENTS:
        if not own and not actor.may("directives.write"):
            raise NotAllowed("this directive is for somebody else")
        if not own and not step.note.strip():
            raise Invalid("say who reported this to the desk, and how", field="note")
    elif not actor.may("directives.write"):
        raise NotAllowed("your role does not allow this")
    elif actor.person in directive.doers:
        raise NotAllowed("who has done it does not check it")
    if step.event in NEED_REASON and not step.reason.strip():
        raise Invalid("a reason is needed", field="reason")
    return not own and step.event in DOER_EVENTS


def _proved(directive: Directive) -> None:
    missing = set(directive.evidence) - set(directive.evidence_given)
    if missing:
        raise Conflict(f"proof is missing: {', '.join(sorted(missing))}")


async def _write(
    connection: Connection,
    directive: Directive,
    step: Step,
    state: str,
    actor: Actor,
    now: datetime,
    on_behalf: bool,
) -> None:
    scale = await people.space_scale(connection, directive.space)
    at = _believed(directive, step, now)
    await put(connection, directive, scale, state=state, **_columns(directive, step, actor, at, now, scale))
    if step.event in DOER_EVENTS and (not on_behalf or step.event == "submit"):
        await store.add_doer(connection, directive.id, actor.person)
    detail: dict[str, Any] = {"on_behalf": True} if on_behalf else {}
    await record(
        connection, directive, step.event, now, actor=actor.name, actor_id=actor.person, at=at, to_state=state,
        client_id=step.client_id, text=(step.reason or step.note).strip(), detail=detail,
    )  # fmt: skip
    if step.event in ("receive", "submit", "verify", "waive"):
        await hush(connection, directive, now, actor.name, step.event)
    if step.event == "return":
        calls = tuple(Call(f"person:{one}", channels=("app",)) for one in directive.doers[-1:])
        if calls:
            await tell(connection, directive, "return", calls, now)
    if state in ENDED:
        for waiting in await queries.waiting_for(connection, directive.id):
            await released(connection, waiting, now, "system")


def _believed(directive: Directive, step: Step, now: datetime) -> datetime:
    """When it was done: the device's word, never before the directive went out and never well ahead of us."""
    if step.device_at is None or step.device_at > now + AHEAD:
        return now
    return max(step.device_at, directive.issued_at or directive.created_at)


def _columns(
    directive: Directive, step: Step, actor: Actor, at: datetime, now: datetime, scale: float
) -> dict[str, Any]:
    """What a step writes beside the state."""
    if step.event == "receive":
        due_at = directive.due_at
        if directive.deadline_kind == "after_receipt" and directive.within_s is not None:
            due_at = at + scaled(timedelta(seconds=directive.within_s), scale)
        return {"received_at": at, "received_by": actor.name, "due_at": due_at, "ladder": 0}
    if step.event == "start":
        return {"started_at": directive.started_at or at}
    if step.event == "submit":
        return {"submitted_at": at, "submitted_by": actor.name}
    if step.event == "return":
        if step.due_at is not None and step.due_at <= now:
            raise Invalid("a new deadline lies ahead", field="due_at")
        return {"due_at": step.due_at or directive.due_at, "ladder": 0 if step.due_at else directive.ladder}
    if step.event == "verify":
        return {"ended_at": now, "verified_by": actor.name, "end_reason": step.note.strip()}
    return {"ended_at": now, "verified_by": actor.name, "end_reason": step.reason.strip()}
