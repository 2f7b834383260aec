"""What lies inside the area of a warning, within the reader's scope, and who there is to be told?"""

from typing import Any
from uuid import UUID

from psycopg import sql

from mudan.core.people.queries import visible
from mudan.core.units import queries as units
from mudan.core.warnings.model.content import Content
from mudan.core.warnings.model.coverage import Coverage, TownShare, UnitInside, box_of, town_share
from mudan.core.warnings.model.geometry import holds
from mudan.primitives.geo import Point
from mudan.storage.pool import Connection

TOWN_LAYER = "town_cells"
MOST_PEOPLE = 500


async def coverage(connection: Connection, content: Content) -> Coverage:
    """Towns, villages, residents, units and things inside; a code covers all of its ground."""
    towns, schematic = await _towns(connection, content)
    known = [town.residents for town in towns if town.residents is not None]
    return Coverage(
        towns=tuple(towns),
        villages=await _villages(connection, [town.code for town in towns]),
        residents=sum(known) if known else None,
        example=schematic,
        units=tuple(await _units(connection, content)),
        things=await _things(connection, content),
    )


async def _towns(connection: Connection, content: Content) -> tuple[list[TownShare], bool]:
    row = await (
        await connection.execute("select features, schematic from map_layer where name = %s", (TOWN_LAYER,))
    ).fetchone()
    if row is None:
        return [], False
    shares = [
        town_share(feature, content.polygons, content.circles, content.geocodes)
        for feature in row["features"]["features"]
    ]
    return [share for share in shares if share is not None], bool(row["schematic"])


async def _villages(connection: Connection, towns: list[str]) -> int:
    row = await (
        await connection.execute(
            "select count(*)::int as n from area where level = 'village' and exists"
            " (select 1 from unnest(%s::text[]) t where starts_with(code, t))",
            (towns,),
        )
    ).fetchone()
    return int(row["n"]) if row else 0


async def _units(connection: Connection, content: Content) -> list[UnitInside]:
    found = []
    for unit in await units.all_units(connection):
        where = unit.point or unit.home
        coded = any(unit.area_code.startswith(code) for code in content.geocodes)
        if holds(content.polygons, content.circles, where) or (coded and unit.point is None):
            found.append(UnitInside(unit.id, unit.code, unit.name, where.lon, where.lat))
    return found


async def _things(connection: Connection, content: Content) -> dict[str, int]:
    """How many entities of each type stand inside; vehicles are counted as units."""
    box = box_of(content.polygons, content.circles) or (1.0, 1.0, -1.0, -1.0)
    rows = await (
        await connection.execute(
            sql.SQL(
                "select e.type, e.lon, e.lat, e.area_code from entity e where {} and e.type <> 'Vehicle'"
                " and ((e.lon between %(west)s and %(east)s and e.lat between %(south)s and %(north)s)"
                " or exists (select 1 from unnest(%(codes)s::text[]) c where starts_with(e.area_code, c)))"
            ).format(visible("e")),
            dict(zip(("west", "south", "east", "north"), box, strict=True))
            | {"codes": list(content.geocodes)},
        )
    ).fetchall()
    counted: dict[str, int] = {}
    for row in rows:
        if _is_inside(content, row):
            counted[row["type"]] = counted.get(row["type"], 0) + 1
    return counted


def _is_inside(content: Content, row: dict[str, Any]) -> bool:
    if any(row["area_code"].startswith(code) for code in content.geocodes):
        return True
    return row["lon"] is not None and holds(content.polygons, content.circles, Point(row["lon"], row["lat"]))


async def people_inside(connection: Connection, inside: Coverage) -> list[tuple[UUID, str]]:
    """Those with an account to be told: crews of the units inside, and people of the towns inside."""
    rows = await (
        await connection.execute(
            "select distinct p.id, p.name from person p where not p.disabled and ("
            " exists (select 1 from unit_member m where m.person_id = p.id and m.unit_id = any(%(units)s))"
            " or p.area_code = any(%(towns)s)) order by p.name, p.id limit %(most)s",
            {
                "units": [unit.id for unit in inside.units],
                "towns": [town.code for town in inside.towns if town.code],
                "most": MOST_PEOPLE,
            },
        )
    ).fetchall()
    return [(row["id"], row["name"]) for row in rows]
