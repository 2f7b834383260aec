"""Which grid cells and components has the make-believe county seat? (示例, 示意: invented and schematic)"""

from dataclasses import dataclass
from typing import Any, Final

from mudan.primitives.geo import Point
from mudan.primitives.ids import urn
from mudan.primitives.text import Text
from mudan.simulation.geography import TOWNS

Row = dict[str, Any]

_SEAT: Final = TOWNS[0]
_VILLAGE: Final = f"{_SEAT.code}001"
_COLUMNS, _ROWS = 4, 3
_SIDE_LON, _SIDE_LAT = 0.00104, 0.0009  # about 100 m: a cell of ten thousand square metres
_WEST, _NORTH = _SEAT.point.lon - 2 * _SIDE_LON, _SEAT.point.lat + 1.5 * _SIDE_LAT
_KINDS: Final = (
    ("0102", "污水井盖", "sewer manhole"), ("0103", "雨水井盖", "storm drain manhole"), ("0118", "路灯", "street lamp"),
    ("0209", "交通标志牌", "traffic sign"), ("0305", "垃圾箱", "rubbish bin"), ("0402", "行道树", "street tree"),
)  # fmt: skip
_A_CELL: Final = 4  # components in a cell


@dataclass(frozen=True, slots=True)
class Cell:
    """A grid cell: its code, corners from the north-west clockwise, and the responsibility grid it belongs to."""

    code: str
    ring: tuple[Point, ...]
    responsibility: str

    def spot(self, part: int) -> Point:
        """One of nine places within, in rows from the north-west."""
        column, row = part % 3, part // 3 % 3
        west, north = self.ring[0]
        return Point(
            round(west + _SIDE_LON * (column + 1) / 4, 6), round(north - _SIDE_LAT * (row + 1) / 4, 6)
        )


@dataclass(frozen=True, slots=True)
class Part:
    """A component: its number, class, name, place and cell."""

    code: str
    class_code: str
    name: Text
    point: Point
    cell: str


def _cell(number: int) -> Cell:
    column, row = number % _COLUMNS, number // _COLUMNS
    west, north = round(_WEST + column * _SIDE_LON, 6), round(_NORTH - row * _SIDE_LAT, 6)
    east, south = round(west + _SIDE_LON, 6), round(north - _SIDE_LAT, 6)
    ring = (Point(west, north), Point(east, north), Point(east, south), Point(west, south))
    return Cell(f"{_VILLAGE}{number + 1:03}", ring, f"{_VILLAGE}-{row + 1}")


def _part(cell: Cell, number: int) -> Part:
    class_code, zh, en = _KINDS[number % len(_KINDS)]
    code = f"{_SEAT.code[:6]}{class_code}{number + 1:06}"
    name = Text(f"示例·{zh}{number + 1:03}", f"Example: {en} {number + 1:03}")
    return Part(code, class_code, name, cell.spot(2 * number % 9), cell.code)


CELLS: Final = tuple(_cell(number) for number in range(_COLUMNS * _ROWS))
PARTS: Final = tuple(
    _part(cell, place * _A_CELL + number) for place, cell in enumerate(CELLS) for number in range(_A_CELL)
)


def urban_entities() -> list[Row]:
    """The cells, responsibility grids and components, as the seed has them."""
    return [*map(_cell_row, CELLS), *map(_responsibility_row, sorted({cell.responsibility for cell in CELLS})),
            *map(_part_row, PARTS)]  # fmt: skip


def _row(kind: str, code: str, name: Text, area: str, point: Point, properties: Row) -> Row:
    return {
        "urn": urn(kind, code), "type": kind, "platform": "urban_management", "name_zh": name.zh, "name_en": name.en,
        "area_code": area, "department": None, "lon": point.lon, "lat": point.lat, "device": code,
        "properties": properties | {"example": True},
    }  # fmt: skip


def _cell_row(cell: Cell) -> Row:
    corners = [list(corner) for corner in (*cell.ring, cell.ring[0])]
    name = Text(f"示例·单元网格 {cell.code[-3:]}", f"Example: grid cell {cell.code[-3:]}")
    row = _row(
        "GridCell", cell.code, name, cell.code, cell.spot(4), {"responsibility_grid": cell.responsibility}
    )
    return row | {"place": {"type": "Polygon", "coordinates": [corners]}}


def _responsibility_row(code: str) -> Row:
    name = Text(f"示例·责任网格 {code[-1]}", f"Example: responsibility grid {code[-1]}")
    middle = [cell for cell in CELLS if cell.responsibility == code][1].spot(4)
    return _row("ResponsibilityGrid", code, name, _VILLAGE, middle, {"post": "示例·采集岗"}) | {
        "device": None
    }


def _part_row(part: Part) -> Row:
    properties = {
        "class_code": part.class_code, "grid": part.cell, "state": "intact", "owner": "示例·市政设施中心",
        "surveyed_on": "2026-03-01",
    }  # fmt: skip
    return _row("Component", part.code, part.name, part.cell, part.point, properties)
