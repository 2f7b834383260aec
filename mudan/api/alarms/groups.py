"""Which alarms belong together, and is the reader's desk flooded?"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from mudan.api.alarms.wire import AlarmOut, EscalationOut, alarm_out, escalation_out
from mudan.api.centre import Centre, work
from mudan.api.security import requires
from mudan.api.wire import Instant
from mudan.core.alarms import queries
from mudan.core.alarms.actions.flooding import BEGINS_OVER, ENDS_UNDER, WITHIN
from mudan.core.alarms.model.families import family_named
from mudan.core.alarms.queries import Group
from mudan.core.people.model import Actor
from mudan.primitives.text import Text

router = APIRouter()
Reader = Annotated[Actor, Depends(requires("alarms.read"))]


class AlarmGroupOut(BaseModel):
    """Alarms that came as one. `first` came first (first-out); `gravest` wants to be read first."""

    id: UUID
    family: str
    title: Text
    area_code: str
    area_name: Text
    level: int
    opened_at: Instant
    last_at: Instant
    total: int
    standing: int
    unacknowledged: int
    suppressed: int
    first: AlarmOut | None
    gravest: AlarmOut | None
    escalation: EscalationOut | None


class AlarmFloodOut(BaseModel):
    """More alarms came to the reader's desk than people can read."""

    id: UUID
    area_name: Text
    started_at: Instant
    peak: int
    count: int


class AlarmGroupsOut(BaseModel):
    """So many alarms are so many groups; a flood of the reader's own desk, if one lasts."""

    alarms: int
    items: list[AlarmGroupOut]
    flood: AlarmFloodOut | None
    rate: int
    begins_over: int
    ends_under: int
    as_of: Instant


def group_out(group: Group, centre: Centre) -> AlarmGroupOut:
    """A group as it goes over the wire."""
    return AlarmGroupOut(
        id=group.id, family=group.family, title=family_named(group.family).title, area_code=group.area_code,
        area_name=centre.area_name(group.area_code), level=group.level, opened_at=group.opened_at,
        last_at=group.last_at, total=group.total, standing=group.standing, unacknowledged=group.unacknowledged,
        suppressed=group.suppressed, first=None if group.first is None else alarm_out(group.first, centre),
        gravest=None if group.gravest is None else alarm_out(group.gravest, centre),
        escalation=escalation_out(group.escalation),
    )  # fmt: skip


@router.get("/api/alarms/groups")
async def groups(actor: Reader, request: Request) -> AlarmGroupsOut:
    """The groups with standing alarms: those that call first, then the gravest."""
    area = actor.scope.area
    async with work(actor, request) as unit:
        found = await queries.groups(unit.connection)
        floods = await queries.flood_areas(unit.connection, area)
        pressure = await queries.pressure(unit.connection, [area], unit.now, WITHIN)
    flood = next((one for one in floods if one.space == unit.space), None)
    return AlarmGroupsOut(
        alarms=sum(group.standing + group.suppressed for group in found),
        items=[group_out(group, unit.centre) for group in found],
        flood=None
        if flood is None
        else AlarmFloodOut(
            id=flood.id, area_name=unit.centre.area_name(flood.area_code), started_at=flood.started_at,
            peak=flood.peak, count=flood.last_count,
        ),
        rate=pressure.get((unit.space, area), 0), begins_over=BEGINS_OVER, ends_under=ENDS_UNDER, as_of=unit.now,
    )  # fmt: skip
