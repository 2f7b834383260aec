"""Do more alarms come to the desks of an area than people can read? Begins over 10 in 10 minutes, ends under 5."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from mudan.core.alarms import queries, store
from mudan.core.notices import actions as notices
from mudan.core.notices.model import NewNotice, Step
from mudan.primitives.changes import Changes
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

WITHIN: Final = timedelta(minutes=10)
BEGINS_OVER: Final = 10  # annunciated alarms at one position (ISA-18.2)
ENDS_UNDER: Final = 5


async def watch(connection: Connection, now: datetime) -> Changes:
    """Begin, follow and end the floods of every area with a desk."""
    changes = Changes()
    areas = await queries.areas_of_desks(connection)
    counts = await queries.pressure(connection, areas, now, WITHIN)
    lasting = {
        (flood.space, flood.area_code): flood for flood in await queries.floods(connection, lasting=True)
    }
    for (space, area), count in counts.items():
        if count > BEGINS_OVER and (space, area) not in lasting:
            begun = await store.start_flood(connection, space, area, now, count)
            await _tell_shift_lead(connection, begun, space, area, count, now)
            changes.touch("alarms", space, begun)
    for (space, area), flood in lasting.items():
        count = counts.get((space, area), 0)
        if count < ENDS_UNDER:
            await store.end_flood(connection, flood.id, now, count)
            changes.touch("alarms", space, flood.id)
        elif count != flood.last_count:
            await store.update_flood(connection, flood.id, count)
            changes.touch("alarms", space, flood.id)
    return changes


async def _tell_shift_lead(
    connection: Connection, flood: UUID, space: int, area: str, count: int, now: datetime
) -> None:
    await notices.post(
        connection,
        NewNotice(
            "alarm_floods", str(flood), space, area, None,
            Text("告警洪泛", "Alarm flood"),
            Text(
                f"10 分钟内 {count} 条告警，列表已按组收拢。请安排分工。",
                f"{count} alarms within 10 minutes; the list shows groups. Share out the work.",
            ),
            (Step("position:duty_chief", 0, ("app",), "role:duty_officer"),), level=2, need_receipt=False,
        ),
        now,
    )  # fmt: skip
