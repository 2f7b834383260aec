"""Which entities are there, within the reader's scope?"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any, Final, NamedTuple

from psycopg import sql

from mudan.core.entities.model import GONE, Box, Cluster, Device, Entity
from mudan.core.people.queries import visible
from mudan.primitives.errors import NotFound
from mudan.primitives.geo import Point
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

M_PER_DEGREE: Final = 111_195.0
MOST_IN_FORCE: Final = 50_000
MOST_IN_BOX: Final = 500
PARTS: Final = 24  # a side of the box
BESIDE: Final = 0.1  # of the box's side: a shape may reach in whose middle lies without
_COLUMNS = sql.SQL(
    "select e.key, e.space, e.urn, e.type, e.platform, e.device, e.name_zh, e.name_en, e.area_code, e.department,"
    " e.place, e.lon, e.lat, e.properties, e.created_at, e.modified_at from entity e where "
)


def entity_of(row: dict[str, Any]) -> Entity:
    """The entity in a row of the table."""
    return Entity(
        key=row["key"],
        urn=row["urn"],
        type=row["type"],
        name=Text(row["name_zh"], row["name_en"]),
        platform=row["platform"],
        area_code=row["area_code"],
        department=row["department"],
        space=row["space"],
        place=row["place"],
        point=Point(row["lon"], row["lat"]) if row["lon"] is not None else None,
        properties=row["properties"],
        created_at=row["created_at"],
        modified_at=row["modified_at"],
    )


async def find(
    connection: Connection,
    *,
    types: Sequence[str] | None = None,
    urns: Sequence[str] | None = None,
    platform: str | None = None,
    area: str | None = None,
    text: str | None = None,
    limit: int = 1000,
    offset: int = 0,
) -> list[Entity]:
    """Entities that meet every given condition, by name of entity."""
    values = {
        "types": list(types) if types else None,
        "urns": list(urns) if urns else None,
        "platform": platform,
        "area": area,
        "text": f"%{text}%" if text else None,
        "limit": limit,
        "offset": offset,
    }
    rows = await (
        await connection.execute(
            _COLUMNS
            + visible("e")
            + sql.SQL(
                " and (%(types)s::text[] is null or e.type = any(%(types)s))"
                " and (%(urns)s::text[] is null or e.urn = any(%(urns)s))"
                " and (%(platform)s::text is null or e.platform = %(platform)s)"
                " and (%(area)s::text is null or starts_with(e.area_code, %(area)s))"
                " and (%(text)s::text is null or e.name_zh ilike %(text)s or e.name_en ilike %(text)s"
                " or e.urn ilike %(text)s) order by e.urn limit %(limit)s offset %(offset)s"
            ),
            values,
        )
    ).fetchall()
    return [entity_of(row) for row in rows]


async def by_urn(connection: Connection, urn: str) -> Entity:
    """The entity of that name (raises NotFound)."""
    found = await find(connection, urns=[urn], limit=1)
    if not found:
        raise NotFound("there is no such entity")
    return found[0]


async def by_key(connection: Connection, key: int) -> Entity:
    """The entity of that key (raises NotFound)."""
    row = await (
        await connection.execute(_COLUMNS + visible("e") + sql.SQL(" and e.key = %s"), (key,))
    ).fetchone()
    if row is None:
        raise NotFound("there is no such entity")
    return entity_of(row)


async def near(
    connection: Connection, space: int, types: Sequence[str], here: Point, metres: float, limit: int = 200
) -> list[Entity]:
    """Things of some types in a square around a place, those that are gone left out; nearest by their degrees."""
    north = metres / M_PER_DEGREE
    east = north / max(0.01, cos(radians(here.lat)))
    statement = (
        _COLUMNS
        + visible("e")
        + sql.SQL(
            " and e.space = %(space)s and e.type = any(%(types)s) and not e.properties ? %(gone)s"
            " and e.lat between %(lat)s - %(north)s and %(lat)s + %(north)s"
            " and e.lon between %(lon)s - %(east)s and %(lon)s + %(east)s"
            " order by abs(e.lat - %(lat)s) + abs(e.lon - %(lon)s) limit %(limit)s"
        )
    )
    values = {
        "space": space, "types": list(types), "gone": GONE, "lon": here.lon, "lat": here.lat, "north": north,
        "east": east, "limit": limit,
    }  # fmt: skip
    return [entity_of(row) for row in await (await connection.execute(statement, values)).fetchall()]


async def in_box(
    connection: Connection, space: int, types: Sequence[str], box: Box, most: int = MOST_IN_BOX
) -> list[Entity] | None:
    """Things whose middle lies in a box or just beside it, those gone left out; None when they are more."""
    beside_lon, beside_lat = (box.east - box.west) * BESIDE, (box.north - box.south) * BESIDE
    wider = Box(box.west - beside_lon, box.south - beside_lat, box.east + beside_lon, box.north + beside_lat)
    statement = _COLUMNS + visible("e") + _BOXED + sql.SQL(" limit %(most)s")
    values = _boxed(space, types, wider) | {"most": most + 1}
    rows = await (await connection.execute(statement, values)).fetchall()
    return None if len(rows) > most else [entity_of(row) for row in rows]


async def clustered(connection: Connection, space: int, types: Sequence[str], box: Box) -> list[Cluster]:
    """The same by parts of the box, at most PARTS x PARTS."""
    statement = (
        sql.SQL(
            "select avg(e.lon)::float8 as lon, avg(e.lat)::float8 as lat, count(*)::int as count from entity e where "
        )
        + visible("e")
        + _BOXED
        + sql.SQL(
            " group by width_bucket(e.lon, %(west)s, %(east)s, %(parts)s) * 100"
            " + width_bucket(e.lat, %(south)s, %(north)s, %(parts)s)"
        )
    )
    values = _boxed(space, types, box) | {"parts": PARTS}
    return [Cluster(**row) for row in await (await connection.execute(statement, values)).fetchall()]


_BOXED: Final = sql.SQL(
    " and e.space = %(space)s and e.type = any(%(types)s) and not e.properties ? %(gone)s"
    " and e.lat between %(south)s and %(north)s and e.lon between %(west)s and %(east)s"
)


def _boxed(space: int, types: Sequence[str], box: Box) -> dict[str, Any]:
    return {"space": space, "types": list(types), "gone": GONE} | box._asdict()


async def device_of(connection: Connection, key: int) -> str | None:
    """The identifier on the wire of an entity's device."""
    row = await (await connection.execute("select device from entity where key = %s", (key,))).fetchone()
    return row["device"] if row else None


@dataclass(frozen=True, slots=True)
class Known:
    """An entity with the identifier of its device on the wire, if it has one."""

    entity: Entity
    device: Device | None


async def everything(connection: Connection) -> list[Known]:
    """All entities of all spaces: what the centre keeps in memory."""
    rows = await (await connection.execute(_COLUMNS + sql.SQL("true order by e.key"))).fetchall()
    return [known_of(row) for row in rows]


def known_of(row: dict[str, Any]) -> Known:
    """The entity and its device in a row of the table."""
    entity = entity_of(row)
    if not row["device"]:
        return Known(entity, None)
    device = Device(entity.key, entity.urn, row["device"], entity.type, entity.space, entity.properties)
    return Known(entity, device)


async def areas(connection: Connection) -> dict[str, tuple[Text, str]]:
    """Every area's name and level by code."""
    rows = await (await connection.execute("select * from area order by code")).fetchall()
    return {row["code"]: (Text(row["name_zh"], row["name_en"]), row["level"]) for row in rows}


async def layers(connection: Connection) -> list[dict[str, Any]]:
    """The map's layers in drawing order, without their features."""
    return await (
        await connection.execute(
            "select name, title_zh, title_en, schematic, credit from map_layer order by position"
        )
    ).fetchall()


async def layer(connection: Connection, name: str) -> dict[str, Any]:
    """One layer's GeoJSON (raises NotFound)."""
    row = await (
        await connection.execute("select features from map_layer where name = %s", (name,))
    ).fetchone()
    if row is None:
        raise NotFound("there is no such layer")
    features: dict[str, Any] = row["features"]
    return features


async def area_near(connection: Connection, lon: float, lat: float) -> str | None:
    """The area of the nearest real thing within about five kilometres; None where nothing is known so near."""
    row = await (
        await connection.execute(
            "select area_code from entity where space = 0 and lat between %(lat)s - 0.045 and %(lat)s + 0.045"
            " and lon between %(lon)s - 0.052 and %(lon)s + 0.052"
            " order by (lat - %(lat)s) ^ 2 + ((lon - %(lon)s) * cos(radians(%(lat)s))) ^ 2 limit 1",
            {"lon": lon, "lat": lat},
        )
    ).fetchone()
    return None if row is None else row["area_code"]


class Spot(NamedTuple):
    """Where a name is. `approximate`: somewhere within `about_m` of it, because only the name's area is known."""

    name: Text
    sort: str
    area_code: str
    lon: float
    lat: float
    approximate: bool
    about_m: float


async def areas_named(connection: Connection, words: str, limit: int = 5) -> list[Spot]:
    """Areas whose name (with or without its ending) stands in some words: the middle of what is known to be there.

    The smallest area first, then the longest name.
    """
    rows = await (
        await connection.execute(
            "select a.code, a.name_zh, a.name_en, a.level, m.lon, m.lat, m.spread from area a cross join lateral"
            " (select percentile_cont(0.5) within group (order by e.lon) as lon,"
            " percentile_cont(0.5) within group (order by e.lat) as lat,"
            " 111320 * 2 * stddev_pop(e.lat) as spread from entity e"
            " where e.space = 0 and e.lon is not null and starts_with(e.area_code, a.code)) m"
            " where m.lon is not null and length(a.name_zh) > 1 and (strpos(%(words)s, a.name_zh) > 0"
            " or (length(a.name_zh) > 2"
            " and strpos(%(words)s, regexp_replace(a.name_zh, '(街道|镇|乡|村|县)$', '')) > 0)"
            " or strpos(lower(%(words)s), lower(a.name_en)) > 0)"
            " order by length(a.code) desc, length(a.name_zh) desc, a.code limit %(limit)s",
            {"words": words, "limit": limit},
        )
    ).fetchall()
    return [
        Spot(
            Text(row["name_zh"], row["name_en"]), "area", row["code"], row["lon"], row["lat"], approximate=True,
            about_m=max(500.0, row["spread"] or 0.0),
        )
        for row in rows
    ]  # fmt: skip


async def entities_named(connection: Connection, words: str, limit: int = 8) -> list[Spot]:
    """Things within scope whose name holds the words, or stands in them: the exact name first."""
    statement = sql.SQL(
        "select e.name_zh, e.name_en, e.area_code, e.lon, e.lat from entity e where e.lon is not null"
        " and length(e.name_zh) > 1 and (strpos(e.name_zh, %(words)s) > 0 or strpos(%(words)s, e.name_zh) > 0"
        " or strpos(lower(e.name_en), lower(%(words)s)) > 0) and {}"
        " order by e.name_zh <> %(words)s, length(e.name_zh), e.name_zh limit %(limit)s"
    ).format(visible("e"))
    rows = await (await connection.execute(statement, {"words": words, "limit": limit})).fetchall()
    return [
        Spot(
            Text(row["name_zh"], row["name_en"]), "entity", row["area_code"], row["lon"], row["lat"],
            approximate=False, about_m=0.0,
        )
        for row in rows
    ]  # fmt: skip


async def in_force(connection: Connection, space: int, types: Sequence[str]) -> dict[str, Text]:
    """The areas of the things of some types that no census found to be gone, and what each is called."""
    statement = (
        sql.SQL("select e.area_code, e.name_zh, e.name_en from entity e where ")
        + visible("e")
        + sql.SQL(
            " and e.space = %(space)s and e.type = any (%(types)s) and not e.properties ? %(gone)s"
            " order by e.area_code limit %(most)s"
        )
    )
    values = {"space": space, "types": list(types), "gone": GONE, "most": MOST_IN_FORCE}
    rows = await (await connection.execute(statement, values)).fetchall()
    return {row["area_code"]: Text(row["name_zh"], row["name_en"]) for row in rows}
