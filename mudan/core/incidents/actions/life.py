"""How does an incident open, move on and end, and what is written down of it?"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Final
from uuid import UUID

from mudan.core.alarms import queries as alarms
from mudan.core.cases import actions as cases
from mudan.core.incidents import queries, store
from mudan.core.incidents.actions.log import change, held, held_open, log, reasoned
from mudan.core.incidents.model import (
    DISPOSITIONS,
    KINDS,
    NEED_REASON,
    NUMERALS,
    PHASE_WORDS,
    Harm,
    Incident,
    advanced,
    blocking,
    is_open,
    moved,
)
from mudan.core.people.model import Actor
from mudan.core.roads import actions as roads
from mudan.primitives.clock import CST
from mudan.primitives.errors import Conflict, Invalid, NotFound
from mudan.primitives.ids import new_id
from mudan.primitives.text import Text
from mudan.storage.pool import Connection, centre_within

# What a person writes into the log. Forms and reports take the last situation and the standing objectives from it.
NOTES: Final = {
    "note": Text("", ""),
    "situation": Text("态势：", "situation: "),
    "objective": Text("目标：", "objective: "),
    "safety": Text("安全：", "safety: "),
    "need": Text("需求：", "needed: "),
}


async def open_incident(
    connection: Connection,
    actor: Actor,
    now: datetime,
    *,
    title: str,
    kind: str,
    level: int,
    alarm_ids: Sequence[UUID] = (),
    lon: float | None = None,
    lat: float | None = None,
    address: str = "",
    note: str = "",
    area_code: str = "",
) -> Incident:
    """Open an incident, with the alarms that made it known; its place is the first alarm's unless given."""
    _check(title, kind, level)
    if (lon is None) != (lat is None):
        raise Invalid("a place needs both longitude and latitude", field="lon" if lon is None else "lat")
    found = await alarms.several(connection, list(dict.fromkeys(alarm_ids)))
    if len(found) != len(set(alarm_ids)):
        raise NotFound("there is no such alarm")
    if area_code and not area_code.startswith(actor.scope.area):
        raise NotFound("there is no such area")
    placed = next((alarm for alarm in found if alarm.lon is not None), None)
    if lon is None and placed is not None:
        lon, lat = placed.lon, placed.lat
    space = actor.scope.space
    day = now.astimezone(CST).date()
    number = f"{day:%Y%m%d}-{await store.next_number(connection, space, day):03d}"
    incident = new_id()
    centre = actor.scope.area
    await store.insert(
        connection,
        {
            "id": incident, "space": space, "number": number, "title": title.strip(), "kind": kind, "level": level,
            "phase": "accepted", "lon": lon, "lat": lat, "address": address,
            "area_code": area_code or (found[0].area_code if found else centre),
            "department": None, "commander": actor.name, "opened_at": now, "opened_by": actor.name,
            "authority": "town" if len(centre) > COUNTY_DIGITS else "county", "command_area": centre,
        },
    )  # fmt: skip
    await log(
        connection, incident, "opened", Text(f"立案：{title}", f"opened: {title}"), source="operator",
        actor=actor.name, now=now, detail={"level": level, "kind": kind, "to": "accepted"},
    )  # fmt: skip
    for alarm in found:
        await _link(connection, incident, alarm.id, alarm.words["sentence"], alarm.raised_at, actor, now)
    if note.strip():
        await add_note(connection, incident, note, actor, now)
    return await queries.one(connection, incident)


COUNTY_DIGITS: Final = 6  # GB/T 2260: six digits name a county, nine a town


def _check(title: str, kind: str, level: int) -> None:
    if not title.strip():
        raise Invalid("an incident needs a title", field="title")
    if kind not in KINDS:
        raise Invalid("no such kind of incident", field="kind")
    if level not in (1, 2, 3, 4):
        raise Invalid("a level is 1 to 4", field="level")


async def _link(
    connection: Connection,
    incident: UUID,
    alarm: UUID,
    sentence: dict[str, str],
    raised_at: datetime,
    actor: Actor,
    now: datetime,
) -> None:
    if not await store.link(connection, incident, alarm, now, actor.name):
        raise Conflict("the alarm belongs to an incident already")
    text = Text(f"关联告警：{sentence['zh']}", f"alarm linked: {sentence['en']}")
    await log(
        connection, incident, "alarm_linked", text, source="operator", actor=actor.name, now=now,
        detail={"alarm": str(alarm), "raised_at": raised_at.isoformat()},
    )  # fmt: skip


async def link_alarms(
    connection: Connection, incident: UUID, alarm_ids: Sequence[UUID], actor: Actor, now: datetime
) -> Incident:
    """Link more alarms to an open incident."""
    await held_open(connection, incident)
    found = await alarms.several(connection, list(dict.fromkeys(alarm_ids)))
    if not found or len(found) != len(set(alarm_ids)):
        raise NotFound("there is no such alarm")
    for alarm in found:
        await _link(connection, incident, alarm.id, alarm.words["sentence"], alarm.raised_at, actor, now)
    await store.touch(connection, incident)
    return await queries.one(connection, incident)


async def add_note(
    connection: Connection,
    incident: UUID,
    text: str,
    actor: Actor,
    now: datetime,
    source: str = "operator",
    *,
    kind: str = "note",
) -> Incident:
    """Write a person's words into the timeline, of one of the kinds in NOTES; also after the end."""
    if not text.strip() or len(text) > 4000:
        raise Invalid("a note is 1 to 4000 characters", field="text")
    if kind not in NOTES:
        raise Invalid("no such kind of note", field="kind")
    await queries.one(connection, incident)
    lead, words = NOTES[kind], text.strip()
    said = Text(lead.zh + words, lead.en + words)
    detail = {} if kind == "note" else {"words": words}
    await log(connection, incident, kind, said, source=source, actor=actor.name, now=now, detail=detail)
    await store.touch(connection, incident)
    return await queries.one(connection, incident)


async def count_harm(
    connection: Connection, incident: UUID, harm: Harm, actor: Actor, now: datetime, *, origin: str = ""
) -> Incident:
    """Record how many people are harmed as known now; the newest count is the one that forms and reports tell."""
    await queries.one(connection, incident)
    counts = {name: count for name, count in asdict(harm).items() if count is not None}
    if not counts:
        raise Invalid("at least one figure is needed", field="injured")
    words, tail = harm.words(), f"（{origin}）" if origin else ""
    text = Text(f"伤亡情况：{words.zh}{tail}", f"people: {words.en}")
    await log(connection, incident, "harm", text, source="operator", actor=actor.name, now=now, detail=counts)
    await store.touch(connection, incident)
    return await queries.one(connection, incident)


async def set_phase(
    connection: Connection,
    incident_id: UUID,
    phase: str,
    version: int,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Incident:
    """Take an incident to a next phase (closing, reopening, merging and voiding have actions of their own)."""
    incident = await held(connection, incident_id, version)
    after = moved(incident.phase, "set", phase)
    if not is_open(after) and incident.open_tasks:
        raise Conflict("tasks are still open")
    if after in NEED_REASON and is_open(after):
        reasoned(reason, "this phase")
    changed = await change(connection, incident_id, phase=after, closed_at=None if is_open(after) else now)
    tail = f"：{reason.strip()}" if reason.strip() else ""
    words = PHASE_WORDS[after]
    await log(
        connection, incident.id, "phase", Text(f"阶段：{words.zh}{tail}", f"phase: {words.en}{tail}"),
        source="operator", actor=actor.name, now=now, detail={"from": incident.phase, "to": after, "reason": reason},
    )  # fmt: skip
    return changed


async def set_level(
    connection: Connection,
    incident_id: UUID,
    level: int,
    version: int,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Incident:
    """Change the level, with the reason."""
    incident = await held_open(connection, incident_id, version)
    if level not in (1, 2, 3, 4):
        raise Invalid("a level is 1 to 4", field="level")
    reason = reasoned(reason, "a change of level")
    changed = await change(connection, incident_id, level=level)
    numeral = NUMERALS[level - 1]
    text = Text(f"级别调整为 {numeral} 级：{reason}", f"level set to {numeral}: {reason}")
    await log(
        connection, incident.id, "level", text, source="operator", actor=actor.name, now=now,
        detail={"from": incident.level, "to": level},
    )  # fmt: skip
    return changed


async def close(
    connection: Connection,
    incident_id: UUID,
    disposition: str,
    summary: str,
    version: int,
    actor: Actor,
    now: datetime,
) -> Incident:
    """Close an incident: nothing mandatory still open, with a disposition and a summary."""
    incident = await held_open(connection, incident_id, version)
    if disposition not in DISPOSITIONS:
        raise Invalid("no such disposition", field="disposition")
    if not summary.strip():
        raise Invalid("closing needs a summary", field="summary")
    after = moved(incident.phase, "close")
    still = blocking(await queries.open_matters(connection, incident_id))
    if still:
        raise Conflict(f"{len(still)} matters are still open: {'; '.join(one.text.en for one in still[:5])}")
    changed = await change(
        connection, incident_id, phase=after, closed_at=now, disposition=disposition, summary=summary.strip()
    )
    await log(
        connection, incident.id, "closed", Text(f"结案：{summary}", f"closed: {summary}"), source="operator",
        actor=actor.name, now=now, detail={"disposition": disposition, "from": incident.phase, "to": "closed"},
    )  # fmt: skip
    said = Text(
        f"突发事件 {incident.number} 结案：{summary.strip()}", f"incident {incident.number} closed: {summary}"
    )
    by = cases.author_of(actor)
    await cases.tell_of_incident(connection, incident.id, incident.number, said, by, now)
    await _open_roads(connection, incident, actor, now)
    return changed


async def _open_roads(connection: Connection, incident: Incident, actor: Actor, now: datetime) -> None:
    """What was closed for an incident is open again when it is over, in its own data space whoever closed it."""
    async with centre_within(connection):
        opened = await roads.end_of_incident(connection, incident.id, "事件结束", actor.name, now)
    if opened:
        text = Text(f"恢复通行 {len(opened)} 处", f"{len(opened)} roads open again")
        await log(
            connection, incident.id, "closure", text, source="system", actor=actor.name, now=now,
            detail={"closures": [str(one) for one in opened]},
        )  # fmt: skip


async def reopen(
    connection: Connection, incident_id: UUID, reason: str, version: int, actor: Actor, now: datetime
) -> Incident:
    """Open an ended incident again, with the reason. A merged one comes back by undoing the merge."""
    incident = await held(connection, incident_id, version)
    after = moved(incident.phase, "reopen")
    if incident.merged_into is not None:
        raise Conflict("the incident is part of another; undo the merge instead")
    reason = reasoned(reason, "reopening")
    changed = await change(
        connection, incident_id, phase=after, closed_at=None, disposition=None, void_reason=""
    )
    await log(
        connection, incident.id, "reopened", Text(f"重新打开：{reason}", f"reopened: {reason}"), source="operator",
        actor=actor.name, now=now, detail={"from": incident.phase, "to": after},
    )  # fmt: skip
    said = Text(
        f"突发事件 {incident.number} 重新打开：{reason}", f"incident {incident.number} reopened: {reason}"
    )
    by = cases.author_of(actor)
    await cases.tell_of_incident(connection, incident.id, incident.number, said, by, now)
    return changed


async def void(
    connection: Connection, incident_id: UUID, reason: str, version: int, actor: Actor, now: datetime
) -> Incident:
    """Take back an incident that was opened by mistake; its alarms are free again. Nothing is deleted."""
    incident = await held_open(connection, incident_id, version)
    after = moved(incident.phase, "void")
    reason = reasoned(reason, "voiding")
    still = blocking(await queries.open_matters(connection, incident_id))
    if still:
        raise Conflict(f"{len(still)} matters are still open: {'; '.join(one.text.en for one in still[:5])}")
    released = await queries.alarms_of(connection, incident_id)
    await store.unlink(connection, released, incident_id)
    changed = await change(connection, incident_id, phase=after, closed_at=now, void_reason=reason)
    await log(
        connection, incident.id, "void", Text(f"作废：{reason}", f"void: {reason}"), source="operator",
        actor=actor.name, now=now,
        detail={"from": incident.phase, "to": after, "released": [str(alarm) for alarm in released]},
    )  # fmt: skip
    said = Text(f"突发事件 {incident.number} 作废：{reason}", f"incident {incident.number} void: {reason}")
    by = cases.author_of(actor)
    await cases.free_of_incident(connection, incident.id, incident.number, said, by, now)
    await _open_roads(connection, incident, actor, now)
    return changed


async def follow_task(connection: Connection, incident_id: UUID, task_state: str, now: datetime) -> None:
    """Let the phase follow a task that has moved on."""
    incident = await queries.one(connection, incident_id, lock=True)
    phase = advanced(incident.phase, task_state)
    if phase == incident.phase:
        await store.touch(connection, incident_id)
        return
    await change(connection, incident_id, phase=phase)
    words = PHASE_WORDS[phase]
    await log(
        connection, incident_id, "phase", Text(f"阶段：{words.zh}", f"phase: {words.en}"), source="system",
        actor="system", now=now, detail={"from": incident.phase, "to": phase},
    )  # fmt: skip


async def name_commander(
    connection: Connection, incident_id: UUID, name: str, text: Text, actor: Actor, now: datetime
) -> Incident:
    """Say who commands now; the words go into the timeline."""
    changed = await change(connection, incident_id, commander=name)
    detail = {"commander": name, "state": "accepted"}
    await log(
        connection, incident_id, "command", text, source="operator", actor=actor.name, now=now, detail=detail
    )
    return changed
