"""How are entities, areas and map layers written?"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from psycopg.types.json import Jsonb

from mudan.core.entities.model import GONE
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


async def put_many(
    connection: Connection,
    space: int,
    area: str,
    rows: Sequence[dict[str, Any]],
    owned: Sequence[str],
    now: datetime,
) -> int:
    """Insert entities or replace what differs within an area; properties not `owned` stay. How many were written."""
    done = await connection.execute(
        "insert into entity (space, urn, type, platform, device, name_zh, name_en, area_code, place, lon, lat,"
        " properties, created_at, modified_at) select %(space)s, r ->> 'urn', r ->> 'type', r ->> 'platform',"
        " r ->> 'device', r ->> 'name_zh', r ->> 'name_en', r ->> 'area_code',"
        " nullif(r -> 'place', 'null'::jsonb), (r ->> 'lon')::float8, (r ->> 'lat')::float8, r -> 'properties',"
        " %(now)s, %(now)s from jsonb_array_elements(%(rows)s) r"
        " on conflict (space, urn) do update set device = excluded.device, name_zh = excluded.name_zh,"
        " name_en = excluded.name_en, area_code = excluded.area_code, place = excluded.place, lon = excluded.lon,"
        " lat = excluded.lat, modified_at = excluded.modified_at,"
        " properties = (entity.properties - %(owned)s::text[]) || excluded.properties"
        " where entity.type = excluded.type and entity.platform = excluded.platform"
        " and starts_with(entity.area_code, %(area)s)"
        " and (entity.device, entity.name_zh, entity.name_en, entity.area_code, entity.place, entity.lon, entity.lat,"
        " entity.properties) is distinct from (excluded.device, excluded.name_zh, excluded.name_en,"
        " excluded.area_code, excluded.place, excluded.lon, excluded.lat,"
        " (entity.properties - %(owned)s::text[]) || excluded.properties)",
        {
            "space": space,
            "area": area,
            "rows": Jsonb(rows),
            "owned": list(owned),
            "now": now,
        },
    )
    return done.rowcount


async def mark_gone(connection: Connection, keys: Sequence[int], since: date, now: datetime) -> None:
    """Write down since when things are not there any more."""
    await connection.execute(
        "update entity set properties = properties || jsonb_build_object(%s::text, %s::text), modified_at = %s"
        " where key = any(%s)",
        (GONE, since.isoformat(), now, list(keys)),
    )


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
