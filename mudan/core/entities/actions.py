"""How do entities come to be known?"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from psycopg import errors

from mudan.core.entities import store
from mudan.core.entities.model import REAL
from mudan.primitives.errors import Conflict, Invalid
from mudan.storage.pool import Connection

_URN = re.compile(r"urn:ngsi-ld:[A-Za-z][A-Za-z0-9_]*:[A-Za-z0-9_.:\-]{1,120}")
_AREA = re.compile(r"[0-9A-Za-z]{6,24}")


async def put(connection: Connection, given: Mapping[str, Any], now: datetime, space: int = REAL) -> int:
    """Make an entity known or change it; returns its key.

    `given`: urn, type, platform, name_zh, name_en, area_code and optionally device, department, lon, lat
    (WGS-84), place (GeoJSON; made from lon and lat when absent), properties. Raises Invalid naming the field, and
    Conflict when the name or the device belongs to another entity.
    """
    urn, area = str(given["urn"]), str(given["area_code"])
    if not _URN.fullmatch(urn) or urn.split(":")[2] != given["type"]:
        raise Invalid("the name must be urn:ngsi-ld:{type}:{local}", field="urn")
    if not _AREA.fullmatch(area):
        raise Invalid("the area is a division code", field="area_code")
    lon, lat = given.get("lon"), given.get("lat")
    if lon is not None and not (-180 <= lon <= 180 and lat is not None and -90 <= lat <= 90):
        raise Invalid("the place is not on the globe", field="lon")
    place = given.get("place")
    if place is None and lon is not None:
        place = {"type": "Point", "coordinates": [lon, lat]}
    row = {
        "space": space, "urn": urn, "type": given["type"], "platform": given["platform"],
        "device": given.get("device"), "name_zh": given["name_zh"], "name_en": given["name_en"],
        "area_code": area, "department": given.get("department"), "place": place, "lon": lon, "lat": lat,
        "properties": dict(given.get("properties") or {}), "now": now,
    }  # fmt: skip
    try:
        async with connection.transaction():
            return await store.put_entity(connection, row)
    except errors.UniqueViolation:
        raise Conflict("another entity has this device") from None
    except errors.ForeignKeyViolation:
        raise Invalid("there is no such department", field="department") from None
    except errors.InsufficientPrivilege:
        raise Conflict("the name belongs to an entity elsewhere") from None


async def put_many(
    connection: Connection,
    space: int,
    area: str,
    rows: Sequence[dict[str, Any]],
    owned: Sequence[str],
    now: datetime,
) -> int:
    """Make many entities known or change them; how many were written. What is the same, or lies elsewhere, stays.

    Rows are as `put` takes them, checked before, of one platform and type; of what is known, only the `owned`
    properties are replaced. Raises Conflict when a device belongs to another entity; then none is written.
    """
    try:
        async with connection.transaction():
            return await store.put_many(connection, space, area, rows, owned, now)
    except errors.UniqueViolation:
        raise Conflict("another entity has this device") from None


async def mark_gone(connection: Connection, keys: Sequence[int], since: date, now: datetime) -> None:
    """Things that were not found any more: they stay, with the day since when they are gone."""
    await store.mark_gone(connection, keys, since, now)


async def put_area(connection: Connection, code: str, name_zh: str, name_en: str, level: str) -> None:
    """Make an area known or rename it."""
    await store.put_area(connection, code, name_zh, name_en, level)


async def put_layer(connection: Connection, row: dict[str, Any]) -> None:
    """Make a map layer known or replace it: name, title_zh, title_en, schematic, credit, position, features."""
    await store.put_layer(connection, row)


async def copy_into(connection: Connection, space: int, area: str, now: datetime) -> int:
    """Give an exercise the entities of reality within an area, each under its own name; how many."""
    return await store.copy_into(connection, space, area, now)
