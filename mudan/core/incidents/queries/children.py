"""Which alarms may belong to which open incident, and which of them are kept quiet?"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg import sql

from mudan.core.alarms import queries as alarms
from mudan.core.incidents.model import ENDED, Child, Member, Parent
from mudan.core.people.queries import visible
from mudan.primitives.errors import NotFound
from mudan.primitives.geo import Point
from mudan.storage.pool import Connection

MOST: Final = 200  # open incidents compared with
_CHILD: Final = (
    "select c.id, c.space, c.incident_id, c.alarm_id, c.score, c.reasons, c.state, c.quiet, c.offered_at, c.calls_at,"
    " c.decided_at, c.decided_by, c.note from incident_child c where "
)


async def parents(connection: Connection) -> list[Parent]:
    """The incidents that are open, the newest first, with the alarms they have."""
    rows = await (
        await connection.execute(
            "select id, number, space, kind, level, opened_at, lon, lat from incident where phase <> all(%s)"
            " order by opened_at desc limit %s",
            (list(ENDED), MOST),
        )
    ).fetchall()
    members: dict[UUID, list[Member]] = {}
    for near in await alarms.members(connection, [row["id"] for row in rows]):
        if near.seen.incident is not None:
            members.setdefault(near.seen.incident, []).append(Member(near.seen, near.last_at, near.device))
    return [_parent(row, members.get(row["id"], [])) for row in rows]


def _parent(row: dict[str, Any], members: Sequence[Member]) -> Parent:
    point = None if row["lon"] is None else Point(row["lon"], row["lat"])
    known = {name: row[name] for name in ("id", "number", "space", "kind", "level", "opened_at")}
    return Parent(**known, point=point, members=tuple(members))


async def children(connection: Connection, incident: UUID) -> list[Child]:
    """What was offered to an incident and what became of it: what waits first, then the newest."""
    statement = sql.SQL(_CHILD) + sql.SQL("c.incident_id = %s and ") + visible("c")
    statement += sql.SQL(" order by c.state <> 'offered', c.offered_at desc limit 100")
    return [Child(**row) for row in await (await connection.execute(statement, (incident,))).fetchall()]


async def child(connection: Connection, incident: UUID, child_id: UUID) -> Child:
    """One of them, held until the work ends; raises NotFound."""
    statement = sql.SQL(_CHILD) + sql.SQL("c.id = %s and c.incident_id = %s and ") + visible("c")
    row = await (
        await connection.execute(statement + sql.SQL(" for update of c"), (child_id, incident))
    ).fetchone()
    if row is None:
        raise NotFound("there is no such alarm of this incident")
    return Child(**row)


async def children_of_alarms(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, list[Child]]:
    """What was offered before, by alarm."""
    found: dict[UUID, list[Child]] = {}
    statement = sql.SQL(_CHILD) + sql.SQL("c.alarm_id = any(%s) for update")
    for row in await (await connection.execute(statement, (list(ids),))).fetchall():
        found.setdefault(row["alarm_id"], []).append(Child(**row))
    return found


async def children_to_end(connection: Connection, now: datetime) -> list[tuple[Child, bool]]:
    """Offers whose time is over or whose incident has ended, and quiet alarms whose incident has; with whether
    somebody has linked the alarm to that incident meanwhile.
    """
    rows = await (
        await connection.execute(
            "select c.id, c.space, c.incident_id, c.alarm_id, c.score, c.reasons, c.state, c.quiet, c.offered_at,"
            " c.calls_at, c.decided_at, c.decided_by, c.note, coalesce(l.id = c.incident_id, false) as linked"
            " from incident_child c"
            " join incident i on i.id = c.incident_id left join incident_alarm ia on ia.alarm_id = c.alarm_id"
            " left join incident l on l.id = ia.incident_id and l.phase <> all(%(ended)s)"
            " where (c.state = 'offered' and (c.calls_at <= %(now)s or i.phase = any(%(ended)s) or l.id is not null))"
            " or (c.quiet and c.state in ('linked', 'accepted') and l.id is null)"
            " order by c.offered_at limit 200 for update of c skip locked",
            {"now": now, "ended": list(ENDED)},
        )
    ).fetchall()
    return [(Child(**row), linked) for row in rows for linked in (row.pop("linked"),)]
