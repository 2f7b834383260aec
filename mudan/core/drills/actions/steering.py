"""How is an exercise made, driven and ended?"""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from mudan.core.calls import actions as calls
from mudan.core.commands import actions as commands
from mudan.core.commands import queries as command_queries
from mudan.core.commands.model import CommandState, Receipt
from mudan.core.drills import queries, store
from mudan.core.drills.model import Drill, Inject, InjectIn, Script, drill_s, moved, planned
from mudan.core.duty import actions as duty
from mudan.core.entities import actions as entities
from mudan.core.people.model import Actor
from mudan.core.supplies import actions as supplies
from mudan.core.units import actions as units
from mudan.primitives.clock import to_us
from mudan.primitives.errors import Conflict, Invalid
from mudan.primitives.ids import new_id
from mudan.primitives.text import Text
from mudan.storage.pool import Connection, as_centre

# What else an exercise begins with: (connection, space, area, now). The call tree refers to the phone book.
COPIES: Final = (duty.copy_into, calls.copy_into, supplies.copy_into)


async def make(
    connection: Connection,
    actor: Actor,
    now: datetime,
    script: Script,
    *,
    template: str,
    scale: float,
    simulated: bool,
) -> Drill:
    """Make an exercise ready: a data space of its own with the things and units of the actor's area.

    Only from reality: an exercise within an exercise is refused.
    """
    if actor.scope.space != 0:
        raise Conflict("leave the exercise first")
    if not 1 <= scale <= 60:
        raise Invalid("time runs 1 to 60 times as fast", field="scale")
    area = actor.scope.area
    await as_centre(connection)  # the person may do this; the copies are the centre's own doing
    space = await store.make_space(connection, script.title.zh, scale)
    await entities.copy_into(connection, space, area, now)
    await units.copy_into(connection, space, area)
    for copy in COPIES:
        await copy(connection, space, area, now)
    plain = script.model_dump(mode="json")
    drill_id = new_id()
    await store.insert(
        connection,
        {
            "id": drill_id, "space": space, "title_zh": script.title.zh, "title_en": script.title.en,
            "template": template, "area_code": area, "department": None, "scale": scale, "simulated": simulated,
            "script": plain, "script_hash": _hash(plain), "created_by": actor.name, "created_at": now,
        },
    )  # fmt: skip
    for at_s, one in planned(script.injects):
        await store.insert_inject(connection, _inject_row(drill_id, at_s, one))
    drill = await queries.one(connection, drill_id)
    await _log(connection, drill, now, "made", actor.name, Text("建立演练", "exercise made"))
    return drill


def _hash(plain: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _inject_row(drill: UUID, at_s: float, one: InjectIn) -> dict[str, Any]:
    payload = one.model_dump(mode="json", exclude={"after", "title"})
    return {
        "id": new_id(), "drill_id": drill, "at_s": at_s, "kind": one.kind, "title_zh": one.title.zh,
        "title_en": one.title.en, "payload": payload,
    }  # fmt: skip


async def steer(
    connection: Connection,
    actor: Actor,
    now: datetime,
    drill_id: UUID,
    event: str,
    version: int,
    reason: str = "",
) -> Drill:
    """Start, pause, resume or end an exercise. What still waits at its end is skipped."""
    drill = await _locked(connection, drill_id, version)
    state = moved(drill.state, event)
    await _set(connection, drill, now, state=state, scale=drill.scale)
    if state == "ended":
        await store.skip_rest(connection, drill_id, now, actor.name)
    words = _STEER_WORDS[event]
    tail = f"：{reason}" if reason.strip() else ""
    await _log(
        connection, drill, now, event, actor.name, Text(words.zh + tail, words.en + tail.replace("：", ": "))
    )
    return await queries.one(connection, drill_id)


_STEER_WORDS = {
    "start": Text("演练开始", "exercise started"),
    "pause": Text("演练暂停", "exercise paused"),
    "resume": Text("演练继续", "exercise resumed"),
    "end": Text("演练结束", "exercise ended"),
}


async def set_scale(
    connection: Connection, actor: Actor, now: datetime, drill_id: UUID, scale: float, version: int
) -> Drill:
    """Let time run faster or slower from now on."""
    drill = await _locked(connection, drill_id, version)
    if not 1 <= scale <= 60:
        raise Invalid("time runs 1 to 60 times as fast", field="scale")
    if drill.state == "ended":
        raise Conflict("the exercise has ended")
    await _set(connection, drill, now, state=drill.state, scale=scale)
    await as_centre(connection)
    await store.set_scale(connection, drill.space, scale)
    await _log(
        connection, drill, now, "scale", actor.name, Text(f"时间倍速 {scale:g}×", f"time runs {scale:g}×")
    )
    return await queries.one(connection, drill_id)


async def _locked(connection: Connection, drill_id: UUID, version: int) -> Drill:
    drill = await queries.one(connection, drill_id, lock=True)
    if drill.version != version:
        raise Conflict("the exercise has changed meanwhile; look again")
    return drill


async def _set(connection: Connection, drill: Drill, now: datetime, *, state: str, scale: float) -> None:
    runs = state == "running"
    await store.update(
        connection,
        drill.id,
        {
            "state": state, "scale": scale, "started_at": drill.started_at or (now if runs else None),
            "ended_at": now if state == "ended" else None, "resumed_at": now if runs else None,
            "elapsed_s": drill_s(drill, now),
        },
    )  # fmt: skip


async def _log(
    connection: Connection,
    drill: Drill,
    now: datetime,
    kind: str,
    actor: str,
    text: Text,
    detail: dict[str, Any] | None = None,
) -> None:
    await store.append(
        connection,
        {
            "drill_id": drill.id, "at": now, "drill_s": drill_s(drill, now), "kind": kind, "actor": actor,
            "text_zh": text.zh, "text_en": text.en, "detail": detail or {},
        },
    )  # fmt: skip


async def add_inject(
    connection: Connection, actor: Actor, now: datetime, drill_id: UUID, one: InjectIn
) -> Sequence[Inject]:
    """Add something to a drill that goes on; `after` counts from now on the drill's clock."""
    drill = await queries.one(connection, drill_id, lock=True)
    if drill.state == "ended":
        raise Conflict("the exercise has ended")
    base_s = drill_s(drill, now)
    for at_s, each in planned((one,)):
        await store.insert_inject(connection, _inject_row(drill_id, base_s + at_s, each))
    text = Text(f"临时增加：{one.title.zh}", f"added: {one.title.en}")
    await _log(connection, drill, now, "added", actor.name, text)
    return await queries.injects(connection, drill_id)


async def settle(
    connection: Connection,
    drill: Drill,
    inject: Inject,
    now: datetime,
    *,
    state: str,
    by: str,
    result: str = "",
) -> bool:
    """End an inject as done, skipped or failed; False when somebody was faster."""
    row = {"state": state, "at": now, "drill_s": drill_s(drill, now), "by": by, "result": result[:1000]}
    if not await store.settle(connection, inject.id, row):
        return False
    words = _INJECT_WORDS[state]
    text = Text(f"{words.zh}：{inject.title.zh}", f"{words.en}: {inject.title.en}")
    await _log(
        connection,
        drill,
        now,
        f"inject_{state}",
        by,
        text,
        {"inject": str(inject.id), "result": result[:1000]},
    )
    return True


_INJECT_WORDS = {
    "done": Text("注入", "injected"),
    "skipped": Text("跳过", "skipped"),
    "failed": Text("注入失败", "inject failed"),
}


async def answer_commands(connection: Connection, space: int, now: datetime) -> list[UUID]:
    """Answer an exercise's orders in place of the terminals, which never hear of them; the commands answered."""
    waiting = await command_queries.waiting_in(connection, space)
    at_us = to_us(now)
    receipts = [
        Receipt(command, state, at_us, detail={"stand_in": True})
        for command in waiting
        for state in (CommandState.SENT, CommandState.DELIVERED)
    ]
    return list(dict.fromkeys(await commands.receive(connection, receipts)))
