"""Which census files does urban management take in, and how does a row of them become a thing?"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from math import isfinite
from typing import Any, Final

from mudan.core.census.model import Amiss, Census, Column, Row, Surveyed
from mudan.platforms.urban_management.model.classes import COMPONENT_TITLES
from mudan.platforms.urban_management.model.grids import is_grid
from mudan.platforms.urban_management.model.words import (
    COMPONENT,
    GRID_CELL,
    RESPONSIBILITY_GRID,
    STATE_NAMES,
)
from mudan.primitives.ids import urn
from mudan.primitives.text import Text

_NUMBER: Final = re.compile(r"[0-9A-Za-z\-]{4,32}", re.ASCII)
_EXAMPLE: Final = ("1", "true", "yes", "是", "示例", "y")

COMPONENT_COLUMNS: Final = (
    Column(
        "code", Text("部件编号", "number"), required=True, others=("ObjID", "部件标识码", "标识码", "编号")
    ),
    Column(
        "class_code", Text("小类代码", "class code"), required=True, others=("小类", "分类代码", "类别代码")
    ),
    Column("grid", Text("单元网格", "grid cell"), required=True, others=("BGID", "所在单元网格", "网格代码")),
    Column("name", Text("名称", "name"), others=("ObjName", "部件名称")),
    Column("state", Text("状态", "state"), others=("ObjState", "部件状态")),
    Column("department", Text("主管部门", "department"), others=("DeptName1", "主管部门名称")),
    Column("owner", Text("权属单位", "owner"), others=("DeptName2", "权属单位名称")),
    Column("keeper", Text("养护单位", "who keeps it up"), others=("DeptName3", "养护单位名称")),
    Column("surveyed_on", Text("普查日期", "surveyed on"), others=("ORDate", "初始日期")),
    Column("changed_on", Text("变更日期", "changed on"), others=("CHDate",)),
    Column("lon", Text("经度", "longitude"), others=("longitude", "lng", "x", "经度")),
    Column("lat", Text("纬度", "latitude"), others=("latitude", "y", "纬度")),
    Column("example", Text("示例", "example")),
)
GRID_COLUMNS: Final = (
    Column(
        "code", Text("网格代码", "grid code"), required=True, others=("BGID", "BGCode", "单元网格", "编号")
    ),
    Column("name", Text("名称", "name"), others=("BGName", "网格名称")),
    Column("responsibility_grid", Text("责任网格", "responsibility grid"), others=("责任网格编号",)),
    Column("area_m2", Text("面积（平方米）", "area (m²)"), others=("Area", "面积")),
    Column("example", Text("示例", "example")),
)
RESPONSIBILITY_COLUMNS: Final = (
    Column("code", Text("责任网格编号", "number"), required=True, others=("编号", "责任网格")),
    Column("area_code", Text("所在区划", "division"), required=True, others=("区划", "区划代码")),
    Column("name", Text("名称", "name"), others=("责任网格名称",)),
    Column("post", Text("责任岗位", "post that answers for it"), others=("岗位",)),
    Column("example", Text("示例", "example")),
)  # fmt: skip


def component_of(row: Row) -> Surveyed:
    """A component. Raises Amiss naming the field."""
    code, class_code, grid = _number(row, "code"), _words(row, "class_code"), _words(row, "grid")
    title = COMPONENT_TITLES.get(class_code)
    if title is None or len(class_code) != 4:
        raise Amiss("class_code", "没有这个部件小类", "there is no such class of components")
    if not is_grid(grid):
        raise Amiss("grid", "网格代码为 14、15 或 16 位数字", "a grid code has 14, 15 or 16 digits")
    given = _words(row, "state") or "intact"
    state = STATE_NAMES.get(given)
    if state is None:
        raise Amiss(
            "state",
            "状态应为完好、破损、丢失、废弃或移除",
            "the state is one of 完好, 破损, 丢失, 废弃, 移除",
        )
    lon, lat = _point(row)
    name = _words(row, "name")
    properties = {"class_code": class_code, "grid": grid, "state": state} | _said(
        row, ("department", "owner", "keeper")
    )
    properties |= {name: day for name in ("surveyed_on", "changed_on") if (day := _day(row, name))}
    return Surveyed(
        urn(COMPONENT, code), Text(name or f"{title.zh} {code[-6:]}", name or f"{title.en} {code[-6:]}"), grid,
        code, lon, lat, None, properties | _example(row),
    )  # fmt: skip


def grid_of(row: Row) -> Surveyed:
    """A grid cell. Raises Amiss naming the field."""
    code, name = _words(row, "code"), _words(row, "name")
    if not is_grid(code):
        raise Amiss("code", "网格代码为 14、15 或 16 位数字", "a grid code has 14, 15 or 16 digits")
    if row.place is None:
        raise Amiss(
            "place", "单元网格应有边界，请用 GeoJSON 文件", "a grid cell has a shape; give a GeoJSON file"
        )
    ring = _ring(row.place)
    properties: dict[str, Any] = _said(row, ("responsibility_grid",))
    area = row.values.get("area_m2")
    if area not in (None, ""):
        properties["area_m2"] = _float(area, "area_m2")
    lon, lat = _middle(ring)
    return Surveyed(
        urn(GRID_CELL, code), Text(name or f"单元网格 {code}", name or f"Grid cell {code}"), code, code, lon, lat,
        row.place, properties | _example(row),
    )  # fmt: skip


def responsibility_of(row: Row) -> Surveyed:
    """A responsibility grid: several cells that one post answers for. Raises Amiss naming the field."""
    code, area, name = _number(row, "code"), _words(row, "area_code"), _words(row, "name")
    place, lon, lat = row.place, None, None
    if place is not None:
        lon, lat = _middle(_ring(place))
    return Surveyed(
        urn(RESPONSIBILITY_GRID, code), Text(name or f"责任网格 {code}", name or f"Responsibility grid {code}"), area,
        None, lon, lat, place, _said(row, ("post",)) | _example(row),
    )  # fmt: skip


def _named(entity_type: str, row: Row) -> str | None:
    code = _words(row, "code")
    return urn(entity_type, code) if _NUMBER.fullmatch(code) else None


def _words(row: Row, name: str) -> str:
    """A cell as text. A long number that a spreadsheet made a float of has lost digits and is refused."""
    value = row.values.get(name)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float) and not abs(value) < 1e15:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    return str(value).strip()


def _number(row: Row, name: str) -> str:
    code = _words(row, name)
    if not _NUMBER.fullmatch(code):
        raise Amiss(
            name,
            "编号为 4 至 32 位字母和数字；表格中请设为文本格式",
            "a number has 4 to 32 letters and digits; keep it as text in a spreadsheet",
        )
    return code


def _float(value: Any, name: str) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise Amiss(name, "不是数字", "this is not a number") from None
    if not isfinite(number):
        raise Amiss(name, "不是数字", "this is not a number")
    return number


def _said(row: Row, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: words for name in names if (words := _words(row, name))}


def _example(row: Row) -> dict[str, Any]:
    return {"example": True} if _words(row, "example").casefold() in _EXAMPLE else {}


def _day(row: Row, name: str) -> str:
    value = row.values.get(name)
    if value is None or value == "":
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    try:
        return date.fromisoformat(str(value).strip().replace("/", "-")[:10]).isoformat()
    except ValueError:
        raise Amiss(name, "没有这一天，请写成 2026-07-18", "there is no such day; write 2026-07-18") from None


def _point(row: Row) -> tuple[float, float]:
    if row.place is not None:
        where = row.place.get("coordinates")
        if row.place.get("type") != "Point" or not isinstance(where, list | tuple) or len(where) < 2:
            raise Amiss("place", "部件应为点", "a component stands at a point")
        lon, lat = _float(where[0], "place"), _float(where[1], "place")
    else:
        for name in ("lon", "lat"):
            if row.values.get(name) in (None, ""):
                raise Amiss(name, "必填", "this is needed")
        lon, lat = _float(row.values["lon"], "lon"), _float(row.values["lat"], "lat")
    if not -180 <= lon <= 180:
        raise Amiss("lon", "坐标不在地球上", "the place is not on the globe")
    if not -90 <= lat <= 90:
        raise Amiss("lat", "坐标不在地球上", "the place is not on the globe")
    return lon, lat


def _ring(place: Mapping[str, Any]) -> list[tuple[float, float]]:
    """The outer ring of a polygon, or of the first of several."""
    rings = place.get("coordinates")
    try:
        if place.get("type") == "MultiPolygon":
            rings = rings[0]  # type: ignore[index]  # what is no list raises, and is told
        elif place.get("type") != "Polygon":
            raise Amiss("place", "网格应为面", "a grid has the shape of a polygon")
        ring = [(_float(lon, "place"), _float(lat, "place")) for lon, lat, *_ in rings[0]]  # type: ignore[index]  # as above
    except (TypeError, IndexError, KeyError, ValueError):
        raise Amiss("place", "图形不是 GeoJSON 的面", "the shape is not a polygon of GeoJSON") from None
    if len(ring) < 4 or ring[0] != ring[-1]:
        raise Amiss(
            "place", "环至少四个点，且首尾相同", "a ring has four points at least, and ends where it began"
        )
    if not all(-180 <= lon <= 180 and -90 <= lat <= 90 for lon, lat in ring):
        raise Amiss("place", "坐标不在地球上", "the place is not on the globe")
    return ring


def _middle(ring: list[tuple[float, float]]) -> tuple[float, float]:
    corners = ring[:-1]
    return sum(lon for lon, _ in corners) / len(corners), sum(lat for _, lat in corners) / len(corners)


def _owned(columns: tuple[Column, ...]) -> tuple[str, ...]:
    return tuple(column.name for column in columns if column.name not in ("code", "name", "lon", "lat"))


COMPONENTS: Final = Census(
    "components", Text("部件普查", "component census"), COMPONENT, COMPONENT_COLUMNS, component_of,
    lambda row: _named(COMPONENT, row), _owned(COMPONENT_COLUMNS),
)  # fmt: skip
GRIDS: Final = Census(
    "grids", Text("单元网格", "grid cells"), GRID_CELL, GRID_COLUMNS, grid_of,
    lambda row: _named(GRID_CELL, row), _owned(GRID_COLUMNS),
)  # fmt: skip
RESPONSIBILITIES: Final = Census(
    "responsibility_grids", Text("责任网格", "responsibility grids"), RESPONSIBILITY_GRID, RESPONSIBILITY_COLUMNS,
    responsibility_of, lambda row: _named(RESPONSIBILITY_GRID, row), _owned(RESPONSIBILITY_COLUMNS),
)  # fmt: skip
CENSUSES: Final = (COMPONENTS, GRIDS, RESPONSIBILITIES)
