"""How does an alarm become a case, and how does a case stay tied to the incident or referral it has become?

alarm ─▶ case ─▶ incident: each keeps the other's number, and what happens to one is a line in the other's history.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from mudan.core.alarms import actions as alarm_actions
from mudan.core.alarms import queries as alarms
from mudan.core.cases import queries, store
from mudan.core.cases.actions.reporting import report
from mudan.core.cases.actions.writing import DESK, call, record
from mudan.core.cases.model.chart import Author
from mudan.core.cases.model.words import Case, NewCase
from mudan.core.people.model import Actor
from mudan.primitives.errors import Conflict
from mudan.primitives.text import Text
from mudan.storage.pool import Connection, centre_within

LONGEST_TITLE: Final = 200


async def report_alarm(
    connection: Connection,
    alarm_id: UUID,
    case_id: UUID,
    type_name: str,
    class_code: str,
    title: str,
    actor: Actor,
    now: datetime,
) -> Case:
    """Make a case of an alarm, at its place; the same id again gives the first one back.

    Raises NotFound, Invalid, and Conflict when a case of the alarm is still being worked on.
    """
    alarm = await alarms.one(connection, alarm_id)
    if await queries.find(connection, case_id) is None:
        for known in await queries.of_alarm(connection, alarm_id):
            if known.ended_at is None:
                raise Conflict(f"the alarm has a case already: {known.number}")
    sentence = str(alarm.words["sentence"]["zh"])
    new = NewCase(
        id=case_id, type=type_name, class_code=class_code, source="alarm", area_code=alarm.area_code,
        title=(title.strip() or sentence)[:LONGEST_TITLE], text=sentence, address=alarm.entity_name.zh,
        lon=alarm.lon, lat=alarm.lat, alarm=alarm_id,
    )  # fmt: skip
    first = await queries.find(connection, case_id) is None
    case = await report(connection, actor, now, new)
    if first:
        await alarm_actions.tell_case(connection, alarm_id, case.number, actor.name, now)
    return case


async def tie_to_incident(
    connection: Connection, case: Case, incident: UUID, number: str, author: Author, now: datetime
) -> Case:
    """Write which incident a case has become."""
    async with centre_within(connection):
        await store.update(connection, case.id, {"incident_id": incident})
        said = Text(f"转为突发事件 {number}", f"became the incident {number}")
        await _told(connection, case, said, incident, number, author, now)
        return await queries.one(connection, case.id)


async def tell_of_incident(
    connection: Connection, incident: UUID, number: str, said: Text, author: Author, now: datetime
) -> list[Case]:
    """Write what happened to an incident into the histories of its cases, whoever sees them. Those cases."""
    async with centre_within(connection):
        cases = await queries.of_incident(connection, incident)
        for case in cases:
            await _told(connection, case, said, incident, number, author, now)
        return cases


async def free_of_incident(
    connection: Connection, incident: UUID, number: str, said: Text, author: Author, now: datetime
) -> list[Case]:
    """The incident was a mistake: its cases are cases again, and may become another one. Those cases."""
    cases = await tell_of_incident(connection, incident, number, said, author, now)
    async with centre_within(connection):
        for case in cases:
            await store.update(connection, case.id, {"incident_id": None})
    return cases


async def tell_of_referral(
    connection: Connection,
    case: Case,
    said: Text,
    referral: str,
    author: Author,
    now: datetime,
    *,
    calls_desk: bool = False,
) -> None:
    """Write what became of sending a case on to another system; the desk hears of what it must look at."""
    async with centre_within(connection):
        await store.update(connection, case.id, {})
        detail = {"referral": referral}
        await record(
            connection, case, "referral", said, now, actor=author.name, actor_id=author.person, detail=detail
        )
        if calls_desk:
            await call(connection, case, said, (DESK,), now)


async def _told(
    connection: Connection, case: Case, said: Text, incident: UUID, number: str, author: Author, now: datetime
) -> None:
    detail = {"incident": str(incident), "number": number}
    await record(
        connection, case, "incident", said, now, actor=author.name, actor_id=author.person, detail=detail
    )
