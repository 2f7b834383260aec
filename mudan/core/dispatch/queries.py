"""What was known when somebody was sent, and how do the drives go?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from mudan.core.dispatch.model import SHIPPED, Demand, Diversion, Policy
from mudan.primitives.geo import Point
from mudan.primitives.text import Text
from mudan.storage.pool import Connection


@dataclass(frozen=True, slots=True)
class Decision:
    """A unit was sent: its rank among those that could have come, and the ranking itself."""

    task_id: UUID
    incident_id: UUID
    unit_id: UUID
    at: datetime
    by: str
    method: str
    rank: int | None
    eta_s: float | None
    best_unit_id: UUID | None
    best_eta_s: float | None
    reason: str
    graph_version: str
    closure_version: int
    snapshot: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Drive:
    """One drive; `line` is [lon, lat] pairs. `predicted_at` is the arrival first told, `expected_at` that of now."""

    task_id: UUID
    began_at: datetime
    predicted_at: datetime
    expected_at: datetime | None
    metres: float
    line: list[list[float]]
    closure_version: int
    cut_off: bool
    late: bool
    off_route: bool
    updated_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Driving:
    """A task whose crew is on its way: where its vehicle is and where it must go."""

    task_id: UUID
    incident_id: UUID
    space: int
    area_code: str
    department: str | None
    state: str
    unit_kind: str
    unit_name: Text
    target: Point
    here: Point
    drive: Drive | None


async def decisions(connection: Connection, incident: UUID) -> list[Decision]:
    """Every sending of an incident with its ranking, newest first."""
    rows = await (
        await connection.execute(
            "select task_id, incident_id, unit_id, at, by, method, rank, eta_s, best_unit_id, best_eta_s, reason,"
            " graph_version, closure_version, snapshot from dispatch_decision where incident_id = %s order by at desc",
            (incident,),
        )
    ).fetchall()
    return [Decision(**row) for row in rows]


_NAMES: Final = (
    "task_id", "began_at", "predicted_at", "expected_at", "metres", "line", "closure_version", "cut_off", "late",
    "off_route", "updated_at", "ended_at",
)  # fmt: skip
_DRIVE: Final = ", ".join(f"d.{name}" for name in _NAMES)
_OF_INCIDENT: Final = (
    "select "  # noqa: S608 - constants only
    + _DRIVE
    + " from dispatch_drive d join task t on t.id = d.task_id where t.incident_id = %s"
)
_ON_THE_WAY: Final = (
    "select "  # noqa: S608 - constants only
    + _DRIVE
    + ", t.id, t.incident_id, t.space, t.area_code, t.department, t.state, u.kind, u.name_zh, u.name_en,"
    " i.lon, i.lat, p.lon as here_lon, p.lat as here_lat from task t"
    " join unit u on u.id = t.unit_id join incident i on i.id = t.incident_id and i.lon is not null"
    " join lateral (select max(l.value) filter (where q.name = 'longitude') as lon,"
    " max(l.value) filter (where q.name = 'latitude') as lat from observation_latest l"
    " join quantity q on q.id = l.quantity where l.entity = u.vehicle) p on p.lon is not null"
    " left join dispatch_drive d on d.task_id = t.id where t.state in ('accepted', 'en_route')"
)


async def drives(connection: Connection, incident: UUID) -> list[Drive]:
    """The drives of an incident's tasks."""
    rows = await (await connection.execute(_OF_INCIDENT.encode(), (incident,))).fetchall()
    return [Drive(**row) for row in rows]


async def driving(connection: Connection) -> list[Driving]:
    """All crews that have accepted and are on their way, in every space."""
    rows = await (await connection.execute(_ON_THE_WAY.encode())).fetchall()
    return [_driving(row) for row in rows]


def _driving(row: dict[str, Any]) -> Driving:
    drive = Drive(**{name: row[name] for name in _NAMES}) if row["task_id"] is not None else None
    return Driving(
        row["id"], row["incident_id"], row["space"], row["area_code"], row["department"], row["state"], row["kind"],
        Text(row["name_zh"], row["name_en"]), Point(row["lon"], row["lat"]), Point(row["here_lon"], row["here_lat"]),
        drive,
    )  # fmt: skip


async def demand(connection: Connection, space: int) -> list[Demand]:
    """Where calls come from: the towns by what the model knows of their people (示例 in the example county)."""
    rows = await (
        await connection.execute(
            "select name_zh, lon, lat, coalesce((properties ->> 'demo_residents')::float, 1) as weight from entity"
            " where type = 'Town' and space = %s and lon is not null order by urn",
            (space,),
        )
    ).fetchall()
    return [Demand(row["name_zh"], Point(row["lon"], row["lat"]), row["weight"]) for row in rows]


async def levels_of_busy(connection: Connection) -> dict[str, int]:
    """The gravest level of the matters that each busy unit is on, by the unit's code."""
    rows = await (
        await connection.execute(
            "select u.code, min(i.level) as level from task t join unit u on u.id = t.unit_id"
            " join incident i on i.id = t.incident_id where t.ended_at is null and t.state <> 'planned' group by u.code"
        )
    ).fetchall()
    return {row["code"]: row["level"] for row in rows}


async def policy(connection: Connection, space: int) -> Policy:
    """The diversion table: the county's lines, and as shipped where it says nothing."""
    rows = await (
        await connection.execute(
            "select level, levels, least_gain_s from diversion_policy where space = %s", (space,)
        )
    ).fetchall()
    return {
        **SHIPPED,
        **{r["level"]: Diversion(r["level"], frozenset(r["levels"]), r["least_gain_s"]) for r in rows},
    }


async def moves(connection: Connection, space: int, since: datetime) -> dict[UUID, Point]:
    """Where units were told to wait since then, the last word for each."""
    rows = await (
        await connection.execute(
            "select unit_id, lon, lat from dispatch_move where space = %s and at >= %s order by at",
            (space, since),
        )
    ).fetchall()
    return {row["unit_id"]: Point(row["lon"], row["lat"]) for row in rows}
