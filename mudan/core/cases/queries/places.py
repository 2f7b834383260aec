"""Where are the cases: as points while they are few, as cells of a grid with their number when they are many?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from mudan.storage.pool import Connection

MOST_POINTS: Final = 400
CELLS: Final = 24  # a side of the box
_LAMPS: Final = ("green", "amber", "red", "overdue")


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of degrees; west < east, south < north."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True)
class Point:
    """One case on the map."""

    id: UUID
    number: str
    title: str
    type: str
    class_code: str
    state: str
    lamp: str
    next_due_at: datetime | None
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Cell:
    """Many cases of one cell: in its middle of them, how many, and the most pressing colour."""

    lon: float
    lat: float
    count: int
    lamp: str


async def cells(
    connection: Connection, space: int, box: Box, type_name: str | None, lamp: str | None
) -> list[Cell]:
    """The open cases of a box within scope by cells, at most CELLS x CELLS."""
    rows = await (
        await connection.execute(
            "select avg(c.lon)::float8 as lon, avg(c.lat)::float8 as lat, count(*)::int as count,"
            " max(case c.lamp when 'overdue' then 3 when 'red' then 2 when 'amber' then 1 else 0 end) as worst"
            " from case_file c where c.ended_at is null and c.space = %(space)s"
            " and c.lat between %(south)s and %(north)s and c.lon between %(west)s and %(east)s"
            " and (%(type)s::text is null or c.type = %(type)s) and (%(lamp)s::text is null or c.lamp = %(lamp)s)"
            " group by width_bucket(c.lon, %(west)s, %(east)s, %(cells)s) * 100"
            " + width_bucket(c.lat, %(south)s, %(north)s, %(cells)s)",
            _values(space, box, type_name, lamp) | {"cells": CELLS},
        )
    ).fetchall()
    return [Cell(row["lon"], row["lat"], row["count"], _LAMPS[row["worst"]]) for row in rows]


async def points(
    connection: Connection, space: int, box: Box, type_name: str | None, lamp: str | None
) -> list[Point] | None:
    """The open cases of a box within scope, when they are no more than MOST_POINTS."""
    rows = await (
        await connection.execute(
            "select c.id, c.number, c.title, c.type, c.class_code, c.state, c.lamp, c.next_due_at, c.lon, c.lat"
            " from case_file c where c.ended_at is null and c.space = %(space)s"
            " and c.lat between %(south)s and %(north)s and c.lon between %(west)s and %(east)s"
            " and (%(type)s::text is null or c.type = %(type)s) and (%(lamp)s::text is null or c.lamp = %(lamp)s)"
            " limit %(most)s",
            _values(space, box, type_name, lamp) | {"most": MOST_POINTS + 1},
        )
    ).fetchall()
    return None if len(rows) > MOST_POINTS else [Point(**row) for row in rows]


def _values(space: int, box: Box, type_name: str | None, lamp: str | None) -> dict[str, object]:
    return {
        "space": space, "west": box.west, "south": box.south, "east": box.east, "north": box.north, "type": type_name,
        "lamp": lamp,
    }  # fmt: skip
