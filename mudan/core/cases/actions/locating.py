"""In which grid cell does a report lie that only knows its coordinates, and who answers for it there?

What is reported without network cannot ask which cell it stands in: the centre finds it when the report arrives.
"""

from dataclasses import replace
from typing import Final, NamedTuple

from mudan.core.cases.model.types import CaseType
from mudan.core.cases.model.words import NewCase
from mudan.core.entities import queries as entities
from mudan.core.entities.model import CELL, CELL_GROUP, Entity, holds
from mudan.core.people.model import Actor
from mudan.primitives.geo import Point
from mudan.primitives.ids import urn
from mudan.primitives.text import Text
from mudan.storage.pool import Connection, centre_within

FIELD: Final = "grid"  # of the form: only a type that asks for the cell is put into one
REACH_M: Final = 1_500.0  # 示例: from the place to the middle of a cell that it may lie in
_NOWHERE: Final = Text(
    "坐标不在任何已登记的单元网格内，请核对位置", "the coordinates lie in no registered grid cell"
)


class Located(NamedTuple):
    """The report in its cell, and what its history is to say of that (None: the cell was not looked for)."""

    new: NewCase
    said: Text | None = None


async def located(connection: Connection, actor: Actor, case_type: CaseType, new: NewCase) -> Located:
    """The report with the cell, the area and the words about both that follow from its coordinates."""
    asks = any(field.name == FIELD for field in case_type.fields)
    if (
        not asks
        or new.lon is None
        or new.lat is None
        or new.form.get(FIELD)
        or new.area_code != actor.scope.area
    ):
        return Located(new)
    async with centre_within(connection):
        here = Point(new.lon, new.lat)
        near = await entities.near(connection, actor.scope.space, (CELL,), here, REACH_M)
        cell = next((one for one in near if holds(one.place, here)), None)
        if cell is None:
            return Located(new, _NOWHERE)
        code = cell.urn.rsplit(":", 1)[-1]
        if not cell.area_code.startswith(actor.scope.area):
            zh, en = "坐标在辖区外的单元网格 {} 内", "the coordinates lie in the grid cell {} of another area"
            beyond = Text(zh.format(code), en.format(code))
            return Located(new, beyond)
        post = await _post(connection, cell)
    answers = Text(f"，责任岗位：{post}", f", {post} answers for it") if post else Text("", "")
    said = Text(
        f"按坐标归入单元网格 {code}{answers.zh}", f"in the grid cell {code} by its coordinates{answers.en}"
    )
    return Located(replace(new, area_code=cell.area_code, form={**new.form, FIELD: code}), said)


async def _post(connection: Connection, cell: Entity) -> str:
    """The post that answers for a cell, by its responsibility grid; empty where nobody said."""
    group = cell.properties.get("responsibility_grid")
    if not isinstance(group, str):
        return ""
    found = await entities.find(connection, urns=[urn(CELL_GROUP, group)], limit=1)
    return str(found[0].properties.get("post", "")) if found else ""
