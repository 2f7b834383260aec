"""How does an incident open, move on and close, and what is written down of it?"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from mudan.core.alarms import queries as alarms
from mudan.core.incidents import queries, store
from mudan.core.incidents.model import DISPOSITIONS, ENDED, KINDS, Incident, advanced, next_phases
from mudan.core.people.model import Actor
from mudan.primitives.clock import CST
from mudan.primitives.errors import Conflict, Invalid, NotFound
from mudan.primitives.ids import new_id
from mudan.primitives.text import Text
from mudan.storage.pool import Connection


async def log(
    connection: Connection,
    incident: UUID,
    kind: str,
    text: Text,
    *,
    source: str,
    actor: str,
    now: datetime,
    at: datetime | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Add a line to the timeline; `at` is when it happened, `now` when it is recorded."""
    await store.append(
        connection,
        {
            "incident": incident, "at": at or now, "recorded_at": now, "source": source, "actor": actor,
            "kind": kind, "text_zh": text.zh, "text_en": text.en, "detail": detail or {},
        },
    )  # fmt: skip


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
) -> Incident:
    """Open an incident, with the alarms that made it known; its place is the first alarm's unless given."""
    _check(title, kind, level)
    if (lon is None) != (lat is None):
        raise Invalid("a place needs both longitude and latitude", field="lon" if lon is None else "lat")
    found = await alarms.several(connection, list(dict.fromkeys(alarm_ids)))
    if len(found) != len(set(alarm_ids)):
        raise NotFound("there is no such alarm")
    placed = next((alarm for alarm in found if alarm.lon is not None), None)
    if lon is None and placed is not None:
        lon, lat = placed.lon, placed.lat
    space = actor.scope.space
    day = now.astimezone(CST).date()
    number = f"{day:%Y%m%d}-{await store.next_number(connection, space, day):03d}"
    incident = new_id()
    await store.insert(
        connection,
        {
            "id": incident, "space": space, "number": number, "title": title.strip(), "kind": kind, "level": level,
            "phase": "accepted", "lon": lon, "lat": lat, "address": address,
            "area_code": found[0].area_code if found else actor.scope.area,
            "department": None, "commander": actor.name, "opened_at": now, "opened_by": actor.name,
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
    await _open(connection, incident)
    found = await alarms.several(connection, list(dict.fromkeys(alarm_ids)))
    if not found or len(found) != len(set(alarm_ids)):
        raise NotFound("there is no such alarm")
    for alarm in found:
        await _link(connection, incident, alarm.id, alarm.words["sentence"], alarm.raised_at, actor, now)
    await store.touch(connection, incident)
    return await queries.one(connection, incident)


async def _open(connection: Connection, incident: UUID) -> Incident:
    found = await queries.one(connection, incident, lock=True)
    if found.phase in ENDED:
        raise Conflict("the incident has ended; reopen it first")
    return found


async def add_note(
    connection: Connection, incident: UUID, text: str, actor: Actor, now: datetime, source: str = "operator"
) -> Incident:
    """Write a person's words into the timeline; also after the end."""
    if not text.strip() or len(text) > 4000:
        raise Invalid("a note is 1 to 4000 characters", field="text")
    await queries.one(connection, incident)
    await log(
        connection,
        incident,
        "note",
        Text(text.strip(), text.strip()),
        source=source,
        actor=actor.name,
        now=now,
    )
    await store.touch(connection, incident)
    return await queries.one(connection, incident)


def _expect(incident: Incident, version: int) -> None:
    if incident.version != version:
        raise Conflict("the incident has changed meanwhile; look again")


async def _change(connection: Connection, incident: Incident, **changes: Any) -> Incident:
    row = {
        "level": incident.level, "phase": incident.phase, "closed_at": incident.closed_at,
        "disposition": incident.disposition, "summary": incident.summary,
    }  # fmt: skip
    await store.update(connection, incident.id, row | changes)
    return await queries.one(connection, incident.id)


async def set_phase(
    connection: Connection,
    incident_id: UUID,
    phase: str,
    version: int,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Incident:
    """Take an incident to a next phase (closing and reopening have actions of their own)."""
    incident = await queries.one(connection, incident_id, lock=True)
    _expect(incident, version)
    if phase not in next_phases(incident.phase) or phase in ("closed", "reopened"):
        raise Conflict(f"an incident cannot go from {incident.phase} to {phase}")
    if phase in ENDED and incident.open_tasks:
        raise Conflict("tasks are still open")
    changed = await _change(connection, incident, phase=phase, closed_at=now if phase in ENDED else None)
    await log(
        connection, incident.id, "phase", Text(f"阶段：{PHASE_WORDS[phase].zh}", f"phase: {PHASE_WORDS[phase].en}"),
        source="operator", actor=actor.name, now=now, detail={"from": incident.phase, "to": phase, "reason": reason},
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
    incident = await _open(connection, incident_id)
    _expect(incident, version)
    if level not in (1, 2, 3, 4):
        raise Invalid("a level is 1 to 4", field="level")
    if not reason.strip():
        raise Invalid("a change of level needs a reason", field="reason")
    changed = await _change(connection, incident, level=level)
    numerals = "ⅠⅡⅢⅣ"
    text = Text(
        f"级别调整为 {numerals[level - 1]} 级：{reason}", f"level set to {numerals[level - 1]}: {reason}"
    )
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
    """Close an incident: every task ended, with a disposition and a summary."""
    incident = await _open(connection, incident_id)
    _expect(incident, version)
    if disposition not in DISPOSITIONS:
        raise Invalid("no such disposition", field="disposition")
    if not summary.strip():
        raise Invalid("closing needs a summary", field="summary")
    if incident.open_tasks:
        raise Conflict(f"{incident.open_tasks} tasks are still open")
    changed = await _change(
        connection, incident, phase="closed", closed_at=now, disposition=disposition, summary=summary.strip()
    )
    await log(
        connection, incident.id, "closed", Text(f"结案：{summary}", f"closed: {summary}"), source="operator",
        actor=actor.name, now=now, detail={"disposition": disposition, "from": incident.phase, "to": "closed"},
    )  # fmt: skip
    return changed


async def reopen(
    connection: Connection, incident_id: UUID, reason: str, version: int, actor: Actor, now: datetime
) -> Incident:
    """Open an ended incident again, with the reason."""
    incident = await queries.one(connection, incident_id, lock=True)
    _expect(incident, version)
    if incident.phase not in ENDED:
        raise Conflict("the incident has not ended")
    if not reason.strip():
        raise Invalid("reopening needs a reason", field="reason")
    changed = await _change(connection, incident, phase="reopened", closed_at=None, disposition=None)
    await log(
        connection, incident.id, "reopened", Text(f"重新打开：{reason}", f"reopened: {reason}"), source="operator",
        actor=actor.name, now=now,
    )  # fmt: skip
    return changed


async def follow_task(connection: Connection, incident_id: UUID, task_state: str, now: datetime) -> None:
    """Let the phase follow a task that has moved on."""
    incident = await queries.one(connection, incident_id, lock=True)
    phase = advanced(incident.phase, task_state)
    if phase == incident.phase:
        await store.touch(connection, incident_id)
        return
    await _change(connection, incident, phase=phase)
    words = PHASE_WORDS[phase]
    await log(
        connection, incident_id, "phase", Text(f"阶段：{words.zh}", f"phase: {words.en}"), source="system",
        actor="system", now=now, detail={"from": incident.phase, "to": phase},
    )  # fmt: skip


PHASE_WORDS = {
    "new": Text("接报", "received"),
    "triage": Text("研判", "being assessed"),
    "accepted": Text("已立案", "accepted"),
    "rejected": Text("不予立案", "rejected"),
    "duplicate": Text("重复", "duplicate"),
    "dispatching": Text("派遣", "dispatching"),
    "responding": Text("出动", "responding"),
    "on_scene": Text("到场处置", "on scene"),
    "controlled": Text("已控制", "controlled"),
    "recovery": Text("善后", "recovery"),
    "closing": Text("待核查", "awaiting check"),
    "closed": Text("已结案", "closed"),
    "reopened": Text("重新打开", "reopened"),
    "suspended": Text("挂起", "on hold"),
    "transferred": Text("移送", "handed over"),
}
