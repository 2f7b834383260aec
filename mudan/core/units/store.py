"""How are units written?"""

from datetime import datetime
from typing import Any
from uuid import UUID

from mudan.storage.pool import Connection


async def put(connection: Connection, row: dict[str, Any]) -> UUID:
    """Insert a unit or replace what is known of it; returns its id, which never changes."""
    done = await connection.execute(
        "insert into unit (id, space, code, name_zh, name_en, kind, capabilities, crew_count, home_lon, home_lat,"
        " area_code, department, vehicle) values (%(id)s, %(space)s, %(code)s, %(name_zh)s, %(name_en)s, %(kind)s,"
        " %(capabilities)s, %(crew_count)s, %(home_lon)s, %(home_lat)s, %(area_code)s, %(department)s, %(vehicle)s)"
        " on conflict (space, code) do update set name_zh = excluded.name_zh, name_en = excluded.name_en,"
        " kind = excluded.kind, capabilities = excluded.capabilities, crew_count = excluded.crew_count,"
        " home_lon = excluded.home_lon, home_lat = excluded.home_lat, area_code = excluded.area_code,"
        " department = excluded.department, vehicle = excluded.vehicle, version = unit.version + 1 returning id",
        row,
    )
    found = await done.fetchone()
    assert found is not None  # the statement returns a row or raises
    unit: UUID = found["id"]
    return unit


async def set_administrative(
    connection: Connection, unit: UUID, state: str, reason: str, until: datetime | None, now: datetime | None
) -> bool:
    """Set what people say of a unit; False when it is out of scope."""
    done = await connection.execute(
        "update unit set administrative_at = case when administrative = %(state)s then administrative_at"
        " else %(now)s end, administrative = %(state)s, out_reason = %(reason)s, out_until = %(until)s,"
        " version = version + 1 where id = %(unit)s",
        {"state": state, "reason": reason, "until": until, "now": now, "unit": unit},
    )
    return done.rowcount == 1


async def set_crew(connection: Connection, unit: UUID, row: dict[str, Any]) -> bool:
    """Set crew, least crew, end of shift and rest; False when the unit is out of scope."""
    done = await connection.execute(
        "update unit set crew_count = %(crew_count)s, min_crew = %(min_crew)s, shift_ends_at = %(shift_ends_at)s,"
        " rest_until = %(rest_until)s, version = version + 1 where id = %(unit)s",
        row | {"unit": unit},
    )
    return done.rowcount == 1


async def add_member(connection: Connection, unit: UUID, person: UUID) -> None:
    """Make a person one of the crew."""
    await connection.execute(
        "insert into unit_member (unit_id, person_id) values (%s, %s) on conflict do nothing", (unit, person)
    )


async def copy_into(connection: Connection, space: int, area: str) -> int:
    """Copy the units of reality within an area, with their crews, into another data space; how many.

    Their vehicles are the copies there. All are on duty.
    """
    done = await connection.execute(
        "insert into unit (id, space, code, name_zh, name_en, kind, capabilities, crew_count, min_crew, home_lon,"
        " home_lat, area_code, department, vehicle) select gen_random_uuid(), %(space)s, u.code, u.name_zh, u.name_en,"
        " u.kind, u.capabilities, u.crew_count, u.min_crew, u.home_lon, u.home_lat, u.area_code, u.department,"
        " (select c.key from entity r join entity c on c.urn = r.urn and c.space = %(space)s where r.key = u.vehicle)"
        " from unit u where u.space = 0 and starts_with(u.area_code, %(area)s)",
        {"space": space, "area": area},
    )
    await connection.execute(
        "insert into unit_member (unit_id, person_id) select c.id, m.person_id from unit_member m"
        " join unit r on r.id = m.unit_id and r.space = 0 join unit c on c.code = r.code and c.space = %s",
        (space,),
    )
    return done.rowcount
