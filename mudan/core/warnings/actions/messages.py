"""How is a warning written, checked, approved, sent, followed and ended? Every move goes through `_move`."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from mudan.core.incidents import actions as incidents
from mudan.core.incidents import queries as incident_queries
from mudan.core.people.model import Actor
from mudan.core.warnings import queries, store
from mudan.core.warnings.actions.telling import stop_telling, tell_inside
from mudan.core.warnings.model.cap import Key, MsgType, Status
from mudan.core.warnings.model.content import Content, held, lacks, stored
from mudan.core.warnings.model.delivery import IMMEDIATE, targets
from mudan.core.warnings.model.message import Issuer, cancelling, document_of, identifier_of, message_of
from mudan.core.warnings.model.record import WarningMessage
from mudan.core.warnings.model.states import (
    WITH_REASON,
    Move,
    State,
    Who,
    may_follow,
    moved,
    refusal,
    sandboxed,
)
from mudan.primitives.changes import Changes
from mudan.primitives.errors import Conflict, Invalid, NotAllowed
from mudan.primitives.ids import new_id
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

FORWARD = {MsgType.UPDATE: Move.UPDATE, MsgType.CANCEL: Move.CANCEL}


@dataclass(frozen=True, slots=True)
class Publisher:
    """What sending needs: who sends, how a document is signed, and the web addresses that hear of it."""

    issuer: Issuer
    signed: Callable[[bytes], bytes]
    webhooks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewWarning:
    """A draft. `origin` (`response:…/warning:…`) is unique in a data space: a second one gives the first."""

    content: Content
    status: Status = Status.ACTUAL
    area_code: str | None = None
    incident: UUID | None = None
    origin: str = ""


async def draft(connection: Connection, actor: Actor, new: NewWarning, now: datetime) -> WarningMessage:
    """A new warning, as a draft. In an exercise it is always an Exercise."""
    space = actor.scope.space
    if new.origin:
        known = await queries.of_origin(connection, space, new.origin)
        if known is not None:
            return known
    if new.incident is not None:
        await incident_queries.one(connection, new.incident)
    row = {"incident_id": new.incident, "origin": new.origin, "msg_type": MsgType.ALERT, "previous": None}
    status = Status.EXERCISE if space else new.status
    return await _drafted(connection, actor, new.content, status, new.area_code, row, now)


async def follow(
    connection: Connection, actor: Actor, warning_id: UUID, msg_type: MsgType, note: str, now: datetime
) -> WarningMessage:
    """A draft that updates or cancels a message in force, with its words to begin from."""
    before = await queries.one(connection, warning_id, lock=True)
    if not may_follow(before.standing, msg_type):
        raise Conflict(f"a warning that is {before.state} cannot be followed by {msg_type}")
    if any(
        one.previous == before.id and one.state in _BEING_MADE
        for one in await queries.chain(connection, before.chain)
    ):
        raise Conflict("a message that follows this one is being made already")
    cancels = msg_type is MsgType.CANCEL
    content = (
        cancelling(before.content, note) if cancels else replace(before.content, note=note, text_message="")
    )
    row = {
        "incident_id": before.incident_id, "origin": "", "msg_type": msg_type, "previous": before.id,
        "chain": before.chain, "department": before.department,
    }  # fmt: skip
    return await _drafted(connection, actor, content, before.status, before.area_code, row, now)


_BEING_MADE = (State.DRAFT, State.CHECKED, State.APPROVED)


async def _drafted(
    connection: Connection,
    actor: Actor,
    content: Content,
    status: Status,
    area_code: str | None,
    row: dict[str, Any],
    now: datetime,
) -> WarningMessage:
    if not actor.may("warnings.write"):
        raise NotAllowed("your role does not write warnings")
    held(content)
    area = area_code or actor.scope.area
    if not area.startswith(actor.scope.area):
        raise NotAllowed("the area is not yours")
    warning = new_id()
    given = {
        "id": warning, "space": actor.scope.space, "area_code": area, "department": _department(actor),
        "chain": warning, "status": status, "level": content.level, "content": stored(content),
        "expires_at": content.expires, "author": actor.person, "author_name": actor.name, "created_at": now,
    }  # fmt: skip
    await store.insert(connection, given | row)
    await _note(connection, warning, "drafted", actor.name, "", State.DRAFT, now)
    return await queries.one(connection, warning)


def _department(actor: Actor) -> str | None:
    own = actor.scope.departments
    return next(iter(own)) if own is not None and len(own) == 1 else None


async def edit(
    connection: Connection, actor: Actor, warning_id: UUID, content: Content, version: int, now: datetime
) -> WarningMessage:
    """Change the words of a draft."""
    warning = await _locked(connection, actor, warning_id, Move.EDIT, version)
    row = {"level": content.level, "expires_at": content.expires}
    await store.edit(connection, warning.id, stored(held(content)), row)
    await _note(connection, warning.id, "edited", actor.name, warning.state, warning.state, now)
    return await queries.one(connection, warning.id)


async def check(
    connection: Connection, actor: Actor, warning_id: UUID, version: int, now: datetime
) -> WarningMessage:
    """Somebody else has read the draft and finds it complete and right."""
    warning = await _locked(connection, actor, warning_id, Move.CHECK, version)
    await _complete(connection, warning, now)
    row = {"checker": actor.person, "checker_name": actor.name, "checked_at": now}
    return await _move(connection, warning, Move.CHECK, actor.name, row, now)


async def approve(
    connection: Connection, actor: Actor, warning_id: UUID, version: int, now: datetime
) -> WarningMessage:
    """Somebody who may lets it go out."""
    warning = await _locked(connection, actor, warning_id, Move.APPROVE, version)
    await _complete(connection, warning, now)
    row = {"approver": actor.person, "approver_name": actor.name, "approved_at": now}
    return await _move(connection, warning, Move.APPROVE, actor.name, row, now)


async def give_back(
    connection: Connection, actor: Actor, warning_id: UUID, version: int, reason: str, now: datetime
) -> WarningMessage:
    """Return it to its author as a draft; checks and approval are void."""
    warning = await _locked(connection, actor, warning_id, Move.RETURN, version, reason)
    await store.clear_checks(connection, warning.id)
    await _note(connection, warning.id, Move.RETURN, actor.name, warning.state, State.DRAFT, now, reason)
    return await queries.one(connection, warning.id)


async def withdraw(
    connection: Connection, actor: Actor, warning_id: UUID, version: int, reason: str, now: datetime
) -> WarningMessage:
    """Give up a message that was not sent."""
    warning = await _locked(connection, actor, warning_id, Move.WITHDRAW, version, reason)
    return await _move(connection, warning, Move.WITHDRAW, actor.name, {"ended_at": now}, now, reason)


async def send(
    connection: Connection, actor: Actor, warning_id: UUID, version: int, publisher: Publisher, now: datetime
) -> WarningMessage:
    """Send it: name, document, signature, queue of deliveries, and the end of what it follows, in one."""
    warning = await _locked(connection, actor, warning_id, Move.SEND, version)
    await _complete(connection, warning, now)
    await store.lock_sending(connection, warning.space)
    sent = now.replace(microsecond=0)
    serial = 1 + await queries.serials(
        connection, warning.space, identifier_of(publisher.issuer.code, sent, 1)[:-1]
    )
    key = Key(publisher.issuer.code, identifier_of(publisher.issuer.code, sent, serial), sent)
    earlier = await _earlier(connection, warning)
    incident = ""
    if warning.incident_id is not None:
        incident = (await incident_queries.one(connection, warning.incident_id)).number
    document = document_of(
        message_of(warning.content, key, warning.status, warning.msg_type, earlier, incident)
    )
    row = {
        "sent_at": sent, "sent_by": actor.name, "sender": key.sender, "identifier": key.identifier,
        "document": publisher.signed(document),
    }  # fmt: skip
    moved(warning.state, Move.SEND)
    await store.send(connection, warning.id, row)
    await _note(
        connection,
        warning.id,
        Move.SEND,
        actor.name,
        warning.state,
        State.SENT,
        now,
        detail={"identifier": key.identifier},
    )
    wanted = targets(warning.status, warning.space, publisher.webhooks)
    await store.queue(connection, warning.id, warning.space, wanted, IMMEDIATE, now)
    await _end_previous(connection, warning, actor, now)
    await _tell_incident(connection, warning, key.identifier, actor, now)
    await tell_inside(connection, warning, now, actor.name)
    return await queries.one(connection, warning.id)


async def _earlier(connection: Connection, warning: WarningMessage) -> list[Key]:
    """What it refers to: every message of its chain that went out before."""
    if warning.previous is None:
        return []
    sent = [one.key for one in await queries.chain(connection, warning.chain) if one.id != warning.id]
    return sorted((key for key in sent if key is not None), key=lambda key: (key.sent, key.identifier))


async def _end_previous(connection: Connection, warning: WarningMessage, actor: Actor, now: datetime) -> None:
    if warning.previous is None:
        return
    before = await queries.one(connection, warning.previous, lock=True)
    if not may_follow(before.standing, warning.msg_type):
        raise Conflict(f"what it follows is {before.state} by now")
    await _move(connection, before, FORWARD[warning.msg_type], actor.name, {"ended_at": now}, now)
    await store.drop_pending(connection, before.id, "superseded")
    await stop_telling(connection, before.id, now, actor.name, "superseded")


async def _tell_incident(
    connection: Connection, warning: WarningMessage, identifier: str, actor: Actor, now: datetime
) -> None:
    if warning.incident_id is None:
        return
    mark = "（非正式）" if sandboxed(warning.status, warning.space) else ""
    verb = {MsgType.ALERT: "发布", MsgType.UPDATE: "更新", MsgType.CANCEL: "解除"}[warning.msg_type]
    english = {MsgType.ALERT: "sent", MsgType.UPDATE: "updated", MsgType.CANCEL: "cancelled"}[
        warning.msg_type
    ]
    headline = warning.content.headline
    text = Text(f"预警{verb}{mark}：{headline.zh}", f"warning {english}: {headline.en or headline.zh}")
    await incidents.log(
        connection, warning.incident_id, "warning", text, source="operator", actor=actor.name, now=now,
        detail={"warning": str(warning.id), "identifier": identifier, "status": warning.status},
    )  # fmt: skip


async def tick(connection: Connection, now: datetime) -> Changes:
    """What has come to its end is expired; the state lives in the database, so a restart changes nothing."""
    changes = Changes()
    for row in await store.expire(connection, now):
        await _note(
            connection,
            row["id"],
            Move.EXPIRE,
            "system",
            State.SENT,
            State.EXPIRED,
            now,
            detail={"due": row["expires_at"].isoformat()},
        )
        await store.drop_pending(connection, row["id"], "expired")
        await stop_telling(connection, row["id"], now, "system", "expired")
        changes.touch("warnings", row["space"], row["id"])
    return changes


# the one way ------------------------------------------------------------------------------------------------


async def _locked(
    connection: Connection,
    actor: Actor,
    warning_id: UUID,
    move: Move,
    version: int,
    reason: str | None = None,
) -> WarningMessage:
    """The message, held for a move that this person may make on this version of it."""
    warning = await queries.one(connection, warning_id, lock=True)
    who = who_of(actor)
    refused = refusal(warning.standing, move, who)
    if refused is not None:
        raise refused
    if warning.version != version:
        raise Conflict("the warning has changed meanwhile; look again")
    if move in WITH_REASON and not (reason or "").strip():
        raise Invalid("a reason is needed", field="reason")
    return warning


def who_of(actor: Actor) -> Who:
    """The actor as the chart knows them."""
    return Who(actor.person, actor.scope.role, actor.may("warnings.write"), actor.may("warnings.approve"))


async def _complete(connection: Connection, warning: WarningMessage, now: datetime) -> None:
    missing = lacks(warning.content, warning.status, warning.msg_type, now)
    if missing:
        raise Invalid(f"{missing[0].words.zh} {missing[0].words.en}", field=missing[0].field)
    if warning.previous is not None:
        before = await queries.one(connection, warning.previous)
        if not may_follow(before.standing, warning.msg_type):
            raise Conflict(f"what it follows is {before.state} by now")


async def _move(
    connection: Connection,
    warning: WarningMessage,
    move: Move,
    by: str,
    row: dict[str, Any],
    now: datetime,
    reason: str = "",
) -> WarningMessage:
    after = moved(warning.state, move)
    await store.set_state(connection, warning.id, after, row)
    await _note(connection, warning.id, move, by, warning.state, after, now, reason)
    return await queries.one(connection, warning.id)


async def _note(
    connection: Connection,
    warning: UUID,
    kind: str,
    by: str,
    before: str,
    after: str,
    now: datetime,
    reason: str = "",
    detail: dict[str, Any] | None = None,
) -> None:
    row = {
        "warning": warning,
        "at": now,
        "kind": kind,
        "actor": by,
        "from": before,
        "to": after,
        "reason": reason.strip(),
        "detail": detail or {},
    }
    await store.append(connection, row)
