"""Whom would the diversion table turn to something graver, and what is kept of moves and of the table itself?"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import numpy as np

from mudan.core.dispatch import queries, store
from mudan.core.dispatch.actions.ranking import need_of, road_seconds
from mudan.core.dispatch.model import (
    Diversion,
    Diverted,
    Matter,
    Policy,
    diverted,
    served,
)
from mudan.core.dispatch.model.diverting import UNDER_WAY
from mudan.core.incidents.model import Incident
from mudan.core.notices import actions as notices
from mudan.core.notices.model import NewNotice
from mudan.core.notices.model.types import to_all
from mudan.core.people.model import Actor
from mudan.core.roads.queries import Router
from mudan.core.units import queries as units
from mudan.core.units.model import Unit
from mudan.primitives.geo import Point
from mudan.primitives.ids import new_id
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

MOVES: Final = "moves"  # the noun of what tells a crew to wait elsewhere
MOVE_HOLDS: Final = timedelta(
    minutes=30
)  # 示例: so long a unit that was told to counts as waiting at its new post


@dataclass(frozen=True, slots=True)
class Turn:
    """A unit and the incident that it would be turned to."""

    unit: Unit
    matter: UUID
    turn: Diverted


async def diversions(
    connection: Connection,
    router: Router,
    open_now: Sequence[Incident],
    policy: Policy,
    space: int,
    now: datetime,
) -> list[Turn]:
    """The turns worth advising for incidents at which nobody has arrived; none without a road network."""
    fleet = await units.fleet(connection)
    levels = await queries.levels_of_busy(connection)
    arrived = served(fleet.known)
    matters = [
        Matter(one.id, need_of(one)) for one in open_now if one.lon is not None and one.id not in arrived
    ]
    coming = [one for one in fleet.known if any(task.state in UNDER_WAY for task in one.tasks)]
    if not router.ready or not matters or not coming:
        return []
    every = list(fleet)

    def reckoned() -> list[Diverted]:
        seconds = np.stack([road_seconds(router, every, one.need, space, now) for one in matters])
        return diverted(every, matters, seconds, levels, policy)

    found = await asyncio.to_thread(reckoned)
    return [Turn(every[one.unit], matters[one.matter].id, one) for one in found]


async def keep_move(
    connection: Connection,
    unit: Unit,
    place: Point,
    post: str,
    command: UUID | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Keep that a free unit was told to wait elsewhere, and tell its crew; one answer is the crew's."""
    await notices.settle(connection, MOVES, str(unit.id), now, by=actor.name, reason="另有安排")
    crew = await units.crew_of(connection, unit.id)
    if crew:
        await notices.post(connection, _waiting(unit, place, post, crew, actor), now, by=actor.name)
    await store.insert_move(
        connection,
        {
            "id": new_id(), "space": unit.space, "area_code": unit.area_code, "department": unit.department,
            "unit_id": unit.id, "at": now, "by": actor.name, "post": post, "lon": place.lon, "lat": place.lat,
            "command_id": command,
        },
    )  # fmt: skip


def _waiting(unit: Unit, place: Point, post: str, crew: Sequence[UUID], actor: Actor) -> NewNotice:
    return NewNotice(
        noun=MOVES, subject=str(unit.id), space=unit.space, area_code=unit.area_code, department=unit.department,
        title=Text(f"前移待命：{post}", f"Wait at: {post}"),
        body=Text(
            f"{unit.name.zh}请前往{post}待命，由{actor.name}安排；有新任务时以任务为准。",
            f"{unit.name.en or unit.name.zh}: please go there and wait, says {actor.name}; a task comes first.",
        ),
        steps=to_all(crew), lapse_s=MOVE_HOLDS.total_seconds(),
        place=place,
    )  # fmt: skip


async def set_diversion(
    connection: Connection, space: int, line: Diversion, actor: Actor, now: datetime
) -> None:
    """Set one line of the county's diversion table."""
    row = {
        "space": space,
        "level": line.level,
        "levels": sorted(line.levels),
        "least_gain_s": line.least_gain_s,
    }
    await store.put_diversion(connection, row | {"by": actor.name, "at": now})
