"""How is a call taken down, and how does it open an incident or join one?"""

import contextlib
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from mudan.core.incidents import actions as incidents
from mudan.core.incidents import queries as incident_queries
from mudan.core.incidents.model import KIND_WORDS, Harm, is_open
from mudan.core.people.model import Actor
from mudan.core.reports import queries, store
from mudan.core.reports.model import CALL_CHANNELS, Call, CallForm
from mudan.primitives.clock import CST
from mudan.primitives.errors import Conflict, Invalid, NotFound
from mudan.primitives.text import Text
from mudan.storage.pool import Connection


@dataclass(frozen=True, slots=True)
class Opening:
    """The incident that a call is to open."""

    title: str
    level: int
    area_code: str = ""


async def take_call(
    connection: Connection,
    call_id: UUID,
    form: CallForm,
    actor: Actor,
    now: datetime,
    *,
    join: UUID | None = None,
    opening: Opening | None = None,
) -> Call:
    """Take a call down; it joins an incident, opens one, or waits. The same id twice is one call."""
    known = await _known(connection, call_id)
    if known is not None:
        return known
    if form.kind not in KIND_WORDS:
        raise Invalid("no such kind of incident", field="kind")
    if join is not None and opening is not None:
        raise Invalid("a call joins an incident or opens one", field="join")
    called_at = min(form.called_at or now, now)
    area = actor.scope.area
    if join is not None:
        area = (await incident_queries.one(connection, join)).area_code
    elif opening is not None and opening.area_code:
        area = opening.area_code
    day = now.astimezone(CST).date()
    number = f"JB{day:%Y%m%d}-{await store.next_number(connection, actor.scope.space, day, 'call'):03d}"
    row = asdict(form) | {
        "id": call_id, "space": actor.scope.space, "area_code": area, "number": number, "called_at": called_at,
        "recorded_at": now, "taken_by": actor.name,
    }  # fmt: skip
    if not await store.insert(connection, "call_report", row):
        raise Conflict("this call belongs to another record")
    if opening is not None:
        opened = await incidents.open_incident(
            connection, actor, now, title=opening.title, kind=form.kind, level=opening.level, lon=form.lon,
            lat=form.lat, address=form.address, area_code=opening.area_code,
        )  # fmt: skip
        join = opened.id
    if join is not None:
        await join_incident(connection, call_id, join, actor, now)
    return await queries.call(connection, call_id)


async def _known(connection: Connection, call_id: UUID) -> Call | None:
    with contextlib.suppress(NotFound):
        return await queries.call(connection, call_id)
    return None


async def join_incident(
    connection: Connection, call_id: UUID, incident_id: UUID, actor: Actor, now: datetime
) -> Call:
    """Say to which incident a call belongs; its words and figures go into the timeline."""
    call = await queries.call(connection, call_id, lock=True)
    if call.incident_id is not None:
        raise Conflict("the call belongs to an incident already")
    incident = await incident_queries.one(connection, incident_id, lock=True)
    if not is_open(incident.phase):
        raise Conflict("the incident has ended; reopen it first")
    await store.attach(connection, call_id, incident_id)
    who = " ".join(part for part in (call.organisation, call.reporter, call.phone) if part) or "匿名"
    said = "；".join(part for part in (call.address, call.state, call.harm, call.help) if part)
    channel = CALL_CHANNELS[call.channel]
    text = Text(f"接报（{channel.zh}）{who}：{said}", f"call ({channel.en}) {who}: {said}")
    await incidents.log(
        connection, incident_id, "call", text, source="operator", actor=actor.name, now=now, at=call.called_at,
        detail={"call": str(call_id), "number": call.number},
    )  # fmt: skip
    if call.counts() != Harm():
        await incidents.count_harm(
            connection, incident_id, call.counts(), actor, now, origin=f"据{call.number}"
        )
    return await queries.call(connection, call_id)
