"""How are two incidents made one, and one made two, so that either can be taken back?"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from mudan.core.cases import actions as cases
from mudan.core.incidents import queries, store
from mudan.core.incidents.actions.life import open_incident
from mudan.core.incidents.actions.log import change, held, held_open, log, reasoned, whole
from mudan.core.incidents.model import FOLLOWING, Incident, is_open, moved
from mudan.core.people.model import Actor
from mudan.primitives.errors import Conflict, Invalid, NotFound
from mudan.primitives.ids import new_id
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

ALARMS = "alarm"


async def _pair(connection: Connection, one: UUID, other: UUID) -> tuple[Incident, Incident]:
    """Both incidents, locked in an order that two people cannot deadlock over."""
    found = {which: await held(connection, which) for which in sorted((one, other))}
    return found[one], found[other]


async def merge(
    connection: Connection,
    source_id: UUID,
    target_id: UUID,
    version: int,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Incident:
    """Take `source` into `target`; alarms, tasks and calls follow. Twice is as once. Returns the target."""
    if source_id == target_id:
        raise Invalid("an incident cannot be merged into itself", field="target")
    source, target = await _pair(connection, source_id, target_id)
    if source.merged_into == target_id:
        return target
    if source.version != version:
        raise Conflict("the incident has changed meanwhile; look again")
    if not is_open(target.phase):
        raise Conflict("the other incident has ended; reopen it first")
    after = moved(source.phase, "merge")
    reason = reasoned(reason, "merging")
    async with whole(connection, actor):
        double = await queries.doubly_tasked(connection, source_id, target_id)
        if double:
            raise Conflict(f"in both incidents at once: {', '.join(double)}; end one of the tasks first")
        moves = await _follow(connection, source_id, target_id)
        await store.insert_merge(
            connection,
            {"id": new_id(), "source": source_id, "target": target_id, "at": now, "by": actor.name, "reason": reason,
             "moved": moves, "source_phase": source.phase},
        )  # fmt: skip
        await change(
            connection, source_id, phase=after, merged_into=target_id, closed_at=now, disposition="duplicate"
        )
        await store.touch(connection, target_id)
        await _say_merged(connection, source, target, reason, actor, now, {"moved": moves})
        said = Text(f"{source.number} 并入 {target.number}", f"{source.number} merged into {target.number}")
        await _tell_cases(connection, target, said, actor, now)
    return await queries.one(connection, target_id)


async def _follow(connection: Connection, source: UUID, target: UUID) -> dict[str, list[str]]:
    linked = await queries.alarms_of(connection, source)
    moves = {ALARMS: [str(alarm) for alarm in await store.move_alarms(connection, source, target, linked)]}
    for table in FOLLOWING:
        ids = await queries.belonging(connection, table, source)
        moves[table] = [str(one) for one in await store.move(connection, table, source, target, ids)]
    return moves


async def _tell_cases(
    connection: Connection, incident: Incident, said: Text, actor: Actor, now: datetime
) -> None:
    by = cases.author_of(actor)
    await cases.tell_of_incident(connection, incident.id, incident.number, said, by, now)


async def _say_merged(
    connection: Connection,
    source: Incident,
    target: Incident,
    reason: str,
    actor: Actor,
    now: datetime,
    detail: Mapping[str, object],
) -> None:
    into = Text(f"并入 {target.number} {target.title}：{reason}", f"merged into {target.number}: {reason}")
    taken = Text(
        f"{source.number} {source.title} 并入本事件：{reason}", f"{source.number} merged into this: {reason}"
    )
    for which, text, other in ((source.id, into, target.id), (target.id, taken, source.id)):
        await log(
            connection, which, "merged", text, source="operator", actor=actor.name, now=now,
            detail={**detail, "other": str(other)} | ({"to": "duplicate"} if which == source.id else {}),
        )  # fmt: skip


async def undo_merge(
    connection: Connection, source_id: UUID, reason: str, actor: Actor, now: datetime
) -> Incident:
    """Take an incident out of the one it was merged into; what had followed comes back. Returns it."""
    await queries.one(connection, source_id)
    standing = await queries.standing_merge(connection, source_id)
    if standing is None:
        raise Conflict("the incident is not part of another")
    source, target = await _pair(connection, source_id, standing.target_id)
    if target.merged_into is not None:
        raise Conflict(f"{target.number} was merged on itself; undo that merge first")
    after = moved(source.phase, "undo", standing.source_phase)
    reason = reasoned(reason, "undoing a merge")
    async with whole(connection, actor):
        for table, ids in standing.moved.items():
            back = [UUID(one) for one in ids]
            if table == ALARMS:
                await store.move_alarms(connection, target.id, source_id, back)
            elif table in FOLLOWING:
                await store.move(connection, table, target.id, source_id, back)
        await store.undo_merge(connection, standing.id, now, actor.name, reason)
        await change(connection, source_id, phase=after, merged_into=None, closed_at=None, disposition=None)
        await store.touch(connection, target.id)
        for which, text in (
            (
                source_id,
                Text(f"撤销并入 {target.number}：{reason}", f"taken out of {target.number}: {reason}"),
            ),
            (
                target.id,
                Text(f"撤销 {source.number} 的并入：{reason}", f"{source.number} taken out: {reason}"),
            ),
        ):
            detail = {"to": after} if which == source_id else {}
            await log(
                connection, which, "split", text, source="operator", actor=actor.name, now=now, detail=detail
            )
        said = Text(f"撤销并入 {target.number}", f"taken out of {target.number}")
        await _tell_cases(connection, source, said, actor, now)
    return await queries.one(connection, source_id)


async def split(
    connection: Connection,
    source_id: UUID,
    version: int,
    actor: Actor,
    now: datetime,
    *,
    title: str,
    kind: str,
    level: int,
    reason: str,
    chosen: Mapping[str, Sequence[UUID]],
    lon: float | None = None,
    lat: float | None = None,
    address: str = "",
) -> Incident:
    """Make a second incident of chosen alarms, tasks and calls (`chosen`: ids by table). Returns the new one."""
    source = await held_open(connection, source_id, version)
    reason = reasoned(reason, "splitting")
    if not any(chosen.values()):
        raise Invalid("choose what belongs to the new incident", field="chosen")
    if set(chosen) - {ALARMS, *FOLLOWING}:
        raise Invalid("no such thing to take along", field="chosen")
    new = await open_incident(
        connection, actor, now, title=title, kind=kind, level=level, lon=source.lon if lon is None else lon,
        lat=source.lat if lat is None else lat, address=address or source.address, area_code=source.area_code,
    )  # fmt: skip
    async with whole(connection, actor):
        for table, ids in chosen.items():
            if table == ALARMS:
                done = await store.move_alarms(connection, source_id, new.id, ids)
            else:
                done = await store.move(connection, table, source_id, new.id, ids)
            if len(done) != len(set(ids)):
                raise NotFound("something chosen does not belong to this incident")
        follows = source.phase if chosen.get("task") and source.phase != "new" else new.phase
        await change(connection, new.id, phase=follows)
        await store.insert_relation(
            connection,
            {"id": new_id(), "from_id": source_id, "to_id": new.id, "kind": "split", "reason": reason, "at": now,
             "by": actor.name},
        )  # fmt: skip
        await store.touch(connection, source_id)
        for which, text in (
            (source_id, Text(f"拆分出 {new.number} {title}：{reason}", f"split off {new.number}: {reason}")),
            (new.id, Text(f"由 {source.number} 拆分：{reason}", f"split off from {source.number}: {reason}")),
        ):
            detail = {"chosen": {table: [str(one) for one in ids] for table, ids in chosen.items()}}
            await log(
                connection, which, "split", text, source="operator", actor=actor.name, now=now, detail=detail
            )
        said = Text(
            f"由 {source.number} 拆分为 {new.number}", f"split off from {source.number} as {new.number}"
        )
        await _tell_cases(connection, new, said, actor, now)
    return await queries.one(connection, new.id)
