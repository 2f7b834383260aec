"""Is what a household is to be opened for really about that household? Only then is it opened."""

from datetime import datetime, timedelta
from typing import Final

from mudan.core.cases import queries as cases
from mudan.core.households import actions as households
from mudan.core.households import queries as register
from mudan.core.households.model.opening import PURPOSES, NewOpening, Opening
from mudan.core.households.model.words import Household, Resident
from mudan.core.incidents import queries as incidents
from mudan.core.incidents.model import ENDED
from mudan.core.people.model import Actor
from mudan.core.visits import queries
from mudan.primitives.errors import Invalid
from mudan.primitives.geo import Point, distance_m
from mudan.storage.pool import Connection

NEAR_M: Final = 100.0  # 示例: a case so near a household may be about it
REACH_M: Final = 5000.0  # 示例: an incident so near may concern it
AFTER: Final = timedelta(
    days=1
)  # 示例: how long after a visit something may still have to be looked up for it


async def open_household(
    connection: Connection, actor: Actor, now: datetime, new: NewOpening
) -> tuple[Opening, list[Resident]]:
    """Open a household for a visit, a case, an incident or (broken glass) nothing; who lives there.

    Raises Invalid when the thing is not about this household, NotFound, TooMany, Conflict.
    """
    household = await register.one(connection, new.household)
    number = "" if new.break_glass else await _number(connection, household, new, now)
    return await households.open_for(connection, actor, now, new, number)


async def _number(connection: Connection, household: Household, new: NewOpening, now: datetime) -> str:
    assert new.subject is not None  # broken glass names nothing
    match PURPOSES[new.purpose].subject:
        case "visit":
            visit = await queries.one(connection, new.subject)
            fits = visit.household == household.id and (
                visit.state == "planned"
                or (visit.recorded_at is not None and now - visit.recorded_at <= AFTER)
            )
            number = str(visit.id)
        case "case":
            one = await cases.one(connection, new.subject)
            about = await queries.of_household(connection, household.id, one.id)
            fits = one.ended_at is None and (about or _within(household, one.lon, one.lat, NEAR_M))
            number = one.number
        case _:
            incident = await incidents.one(connection, new.subject)
            fits = incident.phase not in ENDED and _within(household, incident.lon, incident.lat, REACH_M)
            number = incident.number
    if not fits:
        raise Invalid("this is not, or no longer, about this household", field="subject_id")
    return number


def _within(household: Household, lon: float | None, lat: float | None, metres: float) -> bool:
    if household.lon is None or household.lat is None or lon is None or lat is None:
        return False
    return distance_m(Point(household.lon, household.lat), Point(lon, lat)) <= metres
