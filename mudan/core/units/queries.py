"""Which units are there, where and how busy, within the reader's scope?"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import sql

from mudan.core.people.queries import visible
from mudan.core.units.model import Administrative, OpenTask, Unit
from mudan.primitives.errors import NotFound
from mudan.primitives.geo import Point
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

_SELECT = sql.SQL(
    "select u.*, e.urn as vehicle_urn, p.lon, p.lat, p.speed, p.link, p.position_at,"
    " coalesce((select json_agg(t) from unit_tasks(u.id) t), '[]') as tasks"
    " from unit u left join entity e on e.key = u.vehicle"
    " left join lateral (select max(l.value) filter (where q.name = 'longitude') as lon,"
    " max(l.value) filter (where q.name = 'latitude') as lat,"
    " max(l.value) filter (where q.name = 'speed') as speed,"
    " max(l.value) filter (where q.name = 'link') as link,"
    " max(l.observed_at) filter (where q.name = 'longitude') as position_at"
    " from observation_latest l join quantity q on q.id = l.quantity where l.entity = u.vehicle) p on true where "
)


def _unit(row: dict[str, Any]) -> Unit:
    return Unit(
        id=row["id"], space=row["space"], code=row["code"], name=Text(row["name_zh"], row["name_en"]),
        kind=row["kind"], capabilities=tuple(row["capabilities"]), crew_count=row["crew_count"],
        home=Point(row["home_lon"], row["home_lat"]), area_code=row["area_code"], department=row["department"],
        administrative=Administrative(row["administrative"]), out_reason=row["out_reason"],
        out_until=row["out_until"], vehicle=row["vehicle"], vehicle_urn=row["vehicle_urn"],
        point=Point(row["lon"], row["lat"]) if row["lon"] is not None and row["lat"] is not None else None,
        position_at=row["position_at"], speed_kmh=row["speed"],
        online=None if row["link"] is None else row["link"] > 0,
        tasks=tuple(
            OpenTask(
                UUID(t["id"]), UUID(t["incident_id"]), t["incident_number"], t["state"],
                datetime.fromisoformat(t["since"]), datetime.fromisoformat(t["starts_at"]) if t["starts_at"] else None,
            )
            for t in row["tasks"]
        ),
        version=row["version"], min_crew=row["min_crew"], shift_ends_at=row["shift_ends_at"],
        rest_until=row["rest_until"], administrative_at=row["administrative_at"],
    )  # fmt: skip


async def all_units(connection: Connection, *, ids: Sequence[UUID] | None = None) -> list[Unit]:
    """Units by code; only those of `ids` when given."""
    rows = await (
        await connection.execute(
            _SELECT
            + visible("u")
            + sql.SQL(" and (%(ids)s::uuid[] is null or u.id = any(%(ids)s)) order by u.code"),
            {"ids": list(ids) if ids is not None else None},
        )
    ).fetchall()
    return [_unit(row) for row in rows]


async def one(connection: Connection, unit: UUID) -> Unit:
    """The unit of that id (raises NotFound)."""
    found = await all_units(connection, ids=[unit])
    if not found:
        raise NotFound("there is no such unit")
    return found[0]


async def of_vehicles(connection: Connection, entities: Sequence[int]) -> list[UUID]:
    """The units whose vehicles are these entities."""
    rows = await (
        await connection.execute("select id from unit where vehicle = any(%s)", (list(entities),))
    ).fetchall()
    return [row["id"] for row in rows]


async def of_person(connection: Connection, person: UUID) -> list[dict[str, Any]]:
    """id, code and names of the units in whose crew a person is."""
    return await (
        await connection.execute(
            "select u.id, u.code, u.name_zh, u.name_en from unit u join unit_member m on m.unit_id = u.id"
            " where m.person_id = %s order by u.code",
            (person,),
        )
    ).fetchall()


async def to_be_back(connection: Connection, now: datetime) -> list[UUID]:
    """Units out of service whose time is over."""
    rows = await (
        await connection.execute(
            "select id from unit where administrative = 'out_of_service' and out_until <= %s", (now,)
        )
    ).fetchall()
    return [row["id"] for row in rows]
