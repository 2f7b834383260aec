"""How is a desk handed over: drafted from what is open, given, answered item by item, taken?"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from mudan.core.duty import queries, store
from mudan.core.duty.model import ANSWERS, Handover, Item, Matter, check_give, check_take
from mudan.core.people.model import Actor
from mudan.primitives.errors import Conflict, Invalid, NotAllowed, NotFound
from mudan.primitives.ids import new_id
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

FIRST_SINCE: Final = timedelta(hours=24)  # how far back the first hand-over of a desk looks


async def draft(connection: Connection, actor: Actor, now: datetime, matters: Iterable[Matter]) -> Handover:
    """Begin a hand-over of one's desk with what is open; items refused the last time come up again."""
    space, area = actor.scope.space, actor.scope.area
    last = await queries.last_taken(connection, space, area)
    since = last.taken_at if last is not None and last.taken_at is not None else now - FIRST_SINCE
    made = new_id()
    row = {
        "id": made, "space": space, "area_code": area, "department": None, "state": "draft", "since": since,
        "drafted_at": now, "drafted_by": actor.name, "situation": "",
    }  # fmt: skip
    if not await store.insert_handover(connection, row):
        raise Conflict("a hand-over of this desk is open already")
    if last is not None:
        for item in await queries.items(connection, last.id):
            if item.answer == "refused":
                matter = Matter(item.noun, item.subject, item.text, item.level, item.due_at)
                await _put(connection, made, matter, f"上次交班未接：{item.answer_reason}")
    for matter in matters:
        await _put(connection, made, matter, "")
    handover = await queries.handover(connection, made)
    words = Text("开始交班", "hand-over begun")
    await _event(connection, actor, now, handover, "drafted", words)
    return handover


async def _put(connection: Connection, handover: UUID, matter: Matter, note: str) -> None:
    await store.insert_item(
        connection,
        {
            "handover_id": handover, "noun": matter.noun, "subject": matter.id, "text_zh": matter.text.zh,
            "text_en": matter.text.en, "level": matter.level, "due_at": matter.due_at, "note": note,
        },
    )  # fmt: skip


async def add_item(connection: Connection, handover_id: UUID, text: str, version: int) -> Handover:
    """Add something that no record holds, in one's own words."""
    handover = await _in_state(connection, handover_id, version, "draft")
    if not text.strip():
        raise Invalid("an item needs words", field="text")
    await _put(connection, handover.id, Matter("note", "", Text(text.strip(), text.strip())), "")
    return await _touched(connection, handover.id)


async def change_item(
    connection: Connection,
    handover_id: UUID,
    item: int,
    version: int,
    *,
    done: bool,
    note: str,
    left_out: bool,
) -> Handover:
    """Say of an item whether it is done, add words, or leave it out (it stays readable)."""
    handover = await _in_state(connection, handover_id, version, "draft")
    if left_out and not note.strip():
        raise Invalid("leaving something out needs a reason", field="note")
    changes = {"done": done, "note": note.strip(), "left_out": left_out}
    if not await store.update_item(connection, handover.id, item, changes):
        raise NotFound("the hand-over has no such item")
    return await _touched(connection, handover.id)


async def give(
    connection: Connection, handover_id: UUID, situation: str, version: int, actor: Actor, now: datetime
) -> Handover:
    """Sign for the side that goes."""
    handover = await _in_state(connection, handover_id, version, None)
    check_give(handover)
    await store.update_handover(
        connection, handover.id,
        {"state": "given", "situation": situation.strip(), "given_by": actor.name, "given_by_id": actor.person,
         "given_at": now},
    )  # fmt: skip
    given = await queries.handover(connection, handover.id)
    await _event(
        connection, actor, now, given, "given", Text(f"{actor.name} 交班签字", f"{actor.name} signed")
    )
    return given


async def answer_item(
    connection: Connection, handover_id: UUID, item: int, answer: str, reason: str, version: int, actor: Actor
) -> Handover:
    """Accept or refuse an item (with the reason) for the side that comes."""
    handover = await _in_state(connection, handover_id, version, "given")
    if actor.person == handover.given_by_id:
        raise NotAllowed("somebody else takes over than who gives")
    if answer not in ANSWERS:
        raise Invalid("an item is accepted or refused", field="answer")
    if answer == "refused" and not reason.strip():
        raise Invalid("refusing needs a reason", field="reason")
    changes = {"answer": answer, "answer_reason": reason.strip()}
    if not await store.update_item(connection, handover.id, item, changes):
        raise NotFound("the hand-over has no such item")
    return await _touched(connection, handover.id)


async def take(
    connection: Connection, handover_id: UUID, version: int, actor: Actor, now: datetime
) -> Handover:
    """Sign for the side that comes; every item has been answered."""
    handover = await _in_state(connection, handover_id, version, None)
    found = await queries.items(connection, handover.id)
    check_take(handover, found, actor.person)
    await store.update_handover(
        connection, handover.id,
        {"state": "taken", "taken_by": actor.name, "taken_by_id": actor.person, "taken_at": now},
    )  # fmt: skip
    taken = await queries.handover(connection, handover.id)
    refused = sum(item.answer == "refused" for item in found)
    words = Text(
        f"{actor.name} 接班签字，接收 {len(_counted(found)) - refused} 项，未接 {refused} 项",
        f"{actor.name} took over: {len(_counted(found)) - refused} items accepted, {refused} refused",
    )
    await _event(connection, actor, now, taken, "taken", words)
    return taken


def _counted(found: list[Item]) -> list[Item]:
    return [item for item in found if not item.left_out]


async def withdraw(
    connection: Connection, handover_id: UUID, reason: str, version: int, actor: Actor, now: datetime
) -> Handover:
    """Give a hand-over up before it is taken, with the reason."""
    handover = await _in_state(connection, handover_id, version, None)
    if handover.state not in ("draft", "given"):
        raise Conflict(f"a hand-over that is {handover.state} cannot be withdrawn")
    if not reason.strip():
        raise Invalid("withdrawing needs a reason", field="reason")
    await store.update_handover(
        connection, handover.id, {"state": "withdrawn", "withdraw_reason": reason.strip()}
    )
    ended = await queries.handover(connection, handover.id)
    words = Text(f"撤销交班：{reason}", f"hand-over withdrawn: {reason}")
    await _event(connection, actor, now, ended, "withdrawn", words)
    return ended


async def _in_state(connection: Connection, handover_id: UUID, version: int, state: str | None) -> Handover:
    handover = await queries.handover(connection, handover_id, lock=True)
    if handover.version != version:
        raise Conflict("the hand-over has changed meanwhile; look again")
    if state is not None and handover.state != state:
        raise Conflict(f"the hand-over is {handover.state}")
    return handover


async def _touched(connection: Connection, handover_id: UUID) -> Handover:
    await store.update_handover(connection, handover_id, {})
    return await queries.handover(connection, handover_id)


async def _event(
    connection: Connection, actor: Actor, now: datetime, handover: Handover, kind: str, words: Text
) -> None:
    row: dict[str, Any] = {
        "space": handover.space, "area_code": handover.area_code, "department": handover.department, "at": now,
        "noun": "handover", "subject": handover.id, "kind": kind, "actor": actor.name, "text_zh": words.zh,
        "text_en": words.en, "detail": {"version": handover.version},
    }  # fmt: skip
    await store.append(connection, row)
