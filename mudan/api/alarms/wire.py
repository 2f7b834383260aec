"""How does an alarm look on the wire?"""

from datetime import timedelta
from typing import Final
from uuid import UUID

from pydantic import BaseModel

from mudan.api.centre import Centre
from mudan.api.wire import Instant
from mudan.core.alarms.model import Alarm
from mudan.core.alarms.model.families import family_named
from mudan.core.notices.model import Upcoming
from mudan.primitives.text import Text

CALM: Final = timedelta(minutes=10)  # so long after its last chatter an alarm is said to chatter


class AlarmEntityOut(BaseModel):
    """The thing an alarm is about."""

    urn: str
    type: str
    name: Text
    lon: float | None
    lat: float | None
    area_code: str
    area_name: Text


class IncidentRefOut(BaseModel):
    """The incident an alarm belongs to."""

    id: UUID
    number: str


class EscalationOut(BaseModel):
    """Who is called next when nobody takes it, and when: step `step` of `of`."""

    at: Instant
    to: Text
    step: int
    of: int


class AlarmOut(BaseModel):
    """One alarm with everything a person needs to act."""

    id: UUID
    rule: str
    platform: str
    level: int
    active: bool
    acknowledged: bool
    latched: bool
    suppression: str
    suppressed_until: Instant | None
    suppressed_reason: str
    title: Text
    sentence: Text
    cause: Text
    consequence: Text
    response: Text
    time_available_min: int | None
    change: bool
    entity: AlarmEntityOut
    quantity: str
    value: float | None
    limit: float | None
    unit: str
    raised_at: Instant
    last_at: Instant
    cleared_at: Instant | None
    acknowledged_at: Instant | None
    acknowledged_by: str | None
    owner: UUID | None
    count: int
    incident: IncidentRefOut | None
    group: UUID | None
    family: Text
    escalation: EscalationOut | None
    acknowledgement_expires_at: Instant | None
    realarms: int
    chattering: bool
    suppressed_by: UUID | None
    finding: str | None
    life_safety: bool
    example: bool
    version: int


def escalation_out(upcoming: Upcoming | None) -> EscalationOut | None:
    """The next call as it goes over the wire."""
    if upcoming is None:
        return None
    return EscalationOut(at=upcoming.at, to=upcoming.to, step=upcoming.step, of=upcoming.of)


def alarm_out(alarm: Alarm, centre: Centre) -> AlarmOut:
    """An alarm as it goes over the wire."""
    words = alarm.words
    incident = (
        IncidentRefOut(id=alarm.incident_id, number=alarm.incident_number)
        if alarm.incident_id is not None and alarm.incident_number is not None
        else None
    )
    return AlarmOut(
        id=alarm.id, rule=alarm.rule, platform=alarm.platform, level=alarm.level, active=alarm.active,
        acknowledged=alarm.acknowledged, latched=alarm.latched, suppression=alarm.suppression.value,
        suppressed_until=alarm.suppressed_until, suppressed_reason=alarm.suppressed_reason,
        title=Text(**words["title"]), sentence=Text(**words["sentence"]), cause=Text(**words["cause"]),
        consequence=Text(**words["consequence"]), response=Text(**words["response"]),
        time_available_min=words["time_available_min"], change=words.get("change", False),
        entity=AlarmEntityOut(
            urn=alarm.entity_urn, type=alarm.entity_type, name=alarm.entity_name, lon=alarm.lon, lat=alarm.lat,
            area_code=alarm.area_code, area_name=centre.area_name(alarm.area_code),
        ),
        quantity=alarm.quantity, value=alarm.value, limit=alarm.limit, unit=alarm.unit, raised_at=alarm.raised_at,
        last_at=alarm.last_at, cleared_at=alarm.cleared_at, acknowledged_at=alarm.acknowledged_at,
        acknowledged_by=alarm.acknowledged_by, owner=alarm.owner, count=alarm.count, incident=incident,
        group=alarm.group_id, family=family_named(alarm.family).title, escalation=escalation_out(alarm.escalation),
        acknowledgement_expires_at=alarm.acknowledgement_expires_at, realarms=alarm.realarms,
        chattering=alarm.chattering_at is not None and alarm.last_at - alarm.chattering_at < CALM,
        suppressed_by=alarm.suppressed_by, finding=alarm.finding,
        life_safety=alarm.life_safety, example=alarm.example, version=alarm.version,
    )  # fmt: skip
