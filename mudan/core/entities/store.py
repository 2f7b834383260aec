"""How are entities, areas and map layers written?"""

from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from mudan.storage.pool import Connection


async def put_entity(connection: Connection, row: dict[str, Any]) -> int:
    """Insert an entity or replace what is known of it; returns its key, which never changes."""
    done = await connection.execute(
        "insert into entity (space, urn, type, platform, device, name_zh, name_en, area_code, department,"
        " place, lon, lat, properties, created_at, modified_at)"
        " values (%(space)s, %(urn)s, %(type)s, %(platform)s, %(device)s, %(name_zh)s, %(name_en)s,"
        " %(area_code)s, %(department)s, %(place)s, %(lon)s, %(lat)s, %(properties)s, %(now)s, %(now)s)"
        " on conflict (space, urn) do update set type = excluded.type, platform = excluded.platform,"
        " device = excluded.device, name_zh = excluded.name_zh, name_en = excluded.name_en,"
        " area_code = excluded.area_code, department = excluded.department, place = excluded.place,"
        " lon = excluded.lon, lat = excluded.lat, properties = excluded.properties,"
        " modified_at = excluded.modified_at returning key",
        row
        | {"properties": Jsonb(row["properties"]), "place": Jsonb(row["place"]) if row["place"] else None},
    )
    found = await done.fetchone()
    assert found is not None  # the statement returns a row or raises
    key: int = found["key"]
    return key


async def put_area(connection: Connection, code: str, name_zh: str, name_en: str, level: str) -> None:
    """Insert or rename an area."""
    await connection.execute(
        "insert into area values (%s, %s, %s, %s) on conflict (code) do update"
        " set name_zh = excluded.name_zh, name_en = excluded.name_en, level = excluded.level",
        (code, name_zh, name_en, level),
    )


async def put_layer(connection: Connection, row: dict[str, Any]) -> None:
    """Insert or replace a map layer."""
    await connection.execute(
        "insert into map_layer values (%(name)s, %(title_zh)s, %(title_en)s, %(schematic)s, %(credit)s,"
        " %(position)s, %(features)s) on conflict (name) do update set title_zh = excluded.title_zh,"
        " title_en = excluded.title_en, schematic = excluded.schematic, credit = excluded.credit,"
        " position = excluded.position, features = excluded.features",
        row | {"features": Jsonb(row["features"])},
    )


async def copy_into(connection: Connection, space: int, area: str, now: datetime) -> int:
    """Copy the entities of reality within an area into another data space; how many."""
    done = await connection.execute(
        "insert into entity (space, urn, type, platform, device, name_zh, name_en, area_code, department, place,"
        " lon, lat, properties, created_at, modified_at) select %s, urn, type, platform, device, name_zh, name_en,"
        " area_code, department, place, lon, lat, properties, %s, %s from entity"
        " where space = 0 and starts_with(area_code, %s)",
        (space, now, now, area),
    )
    return done.rowcount
