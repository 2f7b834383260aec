"""How does a case become an incident, so that both know of each other until both have ended?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from mudan.core.cases import actions as cases
from mudan.core.cases import queries as case_queries
from mudan.core.cases.model.chart import possible
from mudan.core.cases.model.known import type_named
from mudan.core.cases.model.words import Case
from mudan.core.incidents import queries
from mudan.core.incidents.actions.life import open_incident
from mudan.core.incidents.actions.log import log
from mudan.core.incidents.model import Incident
from mudan.core.people.model import Actor
from mudan.primitives.errors import Conflict
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

# How a case ends when the incident takes its place: the first of these that is possible for who does it.
ENDINGS: Final = ("force_close", "refuse")


@dataclass(frozen=True, slots=True)
class Becoming:
    """What becomes of a case: which kind of incident, how grave, and whether the case ends with that."""

    kind: str
    level: int
    version: int
    client_id: UUID
    title: str = ""
    note: str = ""
    ends: bool = False


async def open_from_case(
    connection: Connection, case_id: UUID, becoming: Becoming, actor: Actor, now: datetime
) -> tuple[Incident, Case]:
    """Open an incident with a case's place and words; again it is the same one. Raises NotFound, Conflict, Invalid."""
    case = await case_queries.one(connection, case_id, lock=True)
    if case.incident_id is not None:
        return await queries.one(connection, case.incident_id), case
    if becoming.version != case.version:
        raise Conflict("the case has changed meanwhile; look again")
    way = _ending(case, actor) if becoming.ends else None
    incident = await open_incident(
        connection, actor, now, title=becoming.title.strip() or case.title, kind=becoming.kind, level=becoming.level,
        lon=case.lon, lat=case.lat, address=case.address, note=becoming.note, area_code=case.area_code,
    )  # fmt: skip
    words = Text(f"由案件 {case.number} 转来：{case.title}", f"came of the case {case.number}: {case.title}")
    await log(
        connection, incident.id, "case", words, source="operator", actor=actor.name, now=now,
        detail={"case": str(case.id), "number": case.number},
    )  # fmt: skip
    case = await cases.tie_to_incident(
        connection, case, incident.id, incident.number, cases.author_of(actor), now
    )
    if way is not None:
        step = cases.Step(way, case.version, becoming.client_id, reason=f"转为突发事件 {incident.number}")
        case = await cases.move(connection, case_id, step, actor, now)
    return incident, case


def _ending(case: Case, actor: Actor) -> str:
    can = possible(type_named(case.type), case.situation, cases.hand_of(actor))
    way = next((one for one in ENDINGS if one in can), None)
    if way is None:
        raise Conflict("you cannot end the case from where it stands; let it go on")
    return way
