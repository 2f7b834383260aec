"""Who is told that the place has changed? Every crew that was sent there, on the terminal and on its phones."""

from datetime import datetime
from typing import Final

from mudan.core.dispatch.actions import predict_anew
from mudan.core.incidents.model import Incident
from mudan.core.notices import actions as notices
from mudan.core.notices.model import NewNotice
from mudan.core.notices.model.types import to_all
from mudan.core.tasks import queries
from mudan.core.tasks.actions.orders import TERMINAL_LIFE, tell
from mudan.core.tasks.model import Task
from mudan.core.units import queries as units
from mudan.primitives.changes import Changes
from mudan.primitives.geo import Point
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

PLACES: Final = "incident_places"  # the noun of what tells a crew where to go instead
COMING: Final = frozenset({"offered", "accepted", "en_route"})


async def tell_place(connection: Connection, incident: Incident, by: str, now: datetime) -> Changes:
    """Tell the crews that are to come where it is now; how their drives were predicted is forgotten."""
    changes = Changes()
    await notices.settle(connection, PLACES, str(incident.id), now, by=by, reason="地点又有更正")
    await predict_anew(connection, incident.id)
    for task in await queries.several(connection, incident=incident.id, open_only=True):
        changes.tasks.add(task.id)
        if task.state in COMING:
            await _tell_crew(connection, incident, task, by, now, changes)
    changes.touch("notices", incident.space, incident.id)
    return changes


async def _tell_crew(
    connection: Connection, incident: Incident, task: Task, by: str, now: datetime, changes: Changes
) -> None:
    unit = await units.one(connection, task.unit_id)
    words = Text(
        f"地点更正：{incident.address or '见导航'}", f"Place corrected: {incident.address or 'see the map'}"
    )
    command = await tell(connection, unit, incident, words.zh, by, now, TERMINAL_LIFE)
    if command is not None:
        changes.commands.add(command)
    crew = await units.crew_of(connection, unit.id)
    if not crew or incident.lon is None or incident.lat is None:
        return
    new = NewNotice(
        noun=PLACES, subject=str(incident.id), space=incident.space, area_code=incident.area_code,
        department=incident.department, title=words,
        body=Text(f"{incident.number} {incident.title}", f"{incident.number} {incident.title}"),
        steps=to_all(crew), level=incident.level,
        place=Point(incident.lon, incident.lat),
    )  # fmt: skip
    await notices.post(connection, new, now, by=by)
