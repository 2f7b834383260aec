"""What of the county must be known to say whether a plan can work there?"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from mudan.core.plans.model.finding import Facts, Fleet, Holder
from mudan.primitives.geo import Point, distance_m
from mudan.storage.pool import Connection

ROAD_FACTOR = 1.4  # straight line to road, a rough factor where no road network answers
ASSUMED_MPS = 40.0 / 3.6


async def facts(
    connection: Connection,
    today: date,
    *,
    space: int,
    quantities: Mapping[str, str],
    rules: Sequence[str],
    incident_kinds: Sequence[str],
    travel_s: Callable[[str, str, int, Point], float | None] | None = None,
) -> Facts:
    """What is known within the reader's scope; what platforms declare is given by the caller."""
    fleet = await _fleet(connection, space)
    return Facts(
        today=today,
        quantities=quantities,
        entity_types=await _types(connection, space),
        urns=await _places(connection, space),
        rules=frozenset(rules),
        departments=frozenset(await _column(connection, "select code as one from department")),
        holders=await _holders(connection),
        positions=frozenset(await _column(connection, "select code as one from duty_position")),
        fleet=fleet,
        incident_kinds=frozenset(incident_kinds),
        travel_s=travel_s or straight(fleet),
    )


def straight(fleet: Sequence[Fleet]) -> Callable[[str, str, int, Point], float | None]:
    """Seconds from the units' homes, reckoned from straight lines: None when there are too few of them."""

    def travel_s(capability: str, kind: str, count: int, place: Point) -> float | None:
        able = [unit for unit in fleet if capability in unit.capabilities and kind in ("", unit.kind)]
        seconds = sorted(distance_m(unit.home, place) * ROAD_FACTOR / ASSUMED_MPS for unit in able)
        return seconds[count - 1] if len(seconds) >= count else None

    return travel_s


async def _types(connection: Connection, space: int) -> dict[str, set[str]]:
    rows = await (
        await connection.execute(
            "select e.type, array(select distinct k from entity o, jsonb_object_keys(o.properties) k"
            " where o.type = e.type and o.space = %(space)s) as names from entity e where e.space = %(space)s"
            " group by e.type",
            {"space": space},
        )
    ).fetchall()
    return {row["type"]: set(row["names"]) for row in rows}


async def _places(connection: Connection, space: int) -> dict[str, Point | None]:
    rows = await (
        await connection.execute("select urn, lon, lat from entity where space = %s", (space,))
    ).fetchall()
    return {row["urn"]: Point(row["lon"], row["lat"]) if row["lon"] is not None else None for row in rows}


async def _holders(connection: Connection) -> list[Holder]:
    rows = await (
        await connection.execute("select distinct role, department from person where not disabled")
    ).fetchall()
    return [Holder(row["role"], row["department"]) for row in rows]


async def _fleet(connection: Connection, space: int) -> list[Fleet]:
    rows = await (
        await connection.execute(
            "select kind, capabilities, home_lon, home_lat from unit where space = %s"
            " and administrative <> 'out_of_service'",
            (space,),
        )
    ).fetchall()
    return [Fleet(row["kind"], row["capabilities"], Point(row["home_lon"], row["home_lat"])) for row in rows]


async def _column(connection: Connection, statement: str) -> list[str]:
    rows = await (await connection.execute(statement.encode())).fetchall()
    return [row["one"] for row in rows]
