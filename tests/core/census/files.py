"""Which file is given in the tests, and how is it read and looked at?"""

from typing import Any, Final
from uuid import UUID, uuid4

from mudan.core.census import actions
from mudan.core.census.model import Amiss, Census, Column, Row, Survey, Surveyed, checked
from mudan.core.people.model import Actor, Role
from mudan.primitives.ids import urn
from mudan.primitives.text import Text
from mudan.storage.pool import Connection
from tests.core.county import actor
from tests.database import COUNTY, START, TOWN

KIND: Final = "Lamp"
GIVER: Final = actor(Role.INTEGRATOR, area=COUNTY)


def lamp(row: Row) -> Surveyed:
    """A street lamp; its power is a number."""
    try:
        power = float(row.values.get("power") or 0)
    except ValueError:
        raise Amiss("power", "不是数字", "this is not a number") from None
    code = str(row.values["code"])
    return Surveyed(
        urn(KIND, code), Text(f"灯{code}", f"Lamp {code}"), str(row.values.get("area") or TOWN), code,
        float(row.values.get("lon") or 107.3), float(row.values.get("lat") or 30.3), None, {"power": power},
    )  # fmt: skip


def named(row: Row) -> str | None:
    """The lamp that a row is about."""
    code = str(row.values.get("code") or "")
    return urn(KIND, code) if code.isalnum() else None


LAMPS: Final = Census(
    "lamps", Text("路灯", "lamps"), KIND,
    (
        Column("code", Text("编号", "number"), required=True, others=("编号",)),
        Column("power", Text("功率", "power")),
        Column("area", Text("区划", "division")),
    ),
    lamp, named, ("power",),
)  # fmt: skip


async def given(
    work: Connection,
    rows: list[dict[str, Any]],
    *,
    area: str = COUNTY,
    whole: bool = False,
    who: Actor = GIVER,
) -> Survey:
    """A file that was read and looked at."""
    new = actions.NewSurvey(uuid4(), "water", "lamps.csv", "-", area, whole)
    survey, _ = await actions.begin(work, who, LAMPS, new, START)
    checked_rows = [checked(LAMPS, Row(number, row)) for number, row in enumerate(rows, 1)]
    await actions.add(work, survey, LAMPS, checked_rows)
    return await actions.look(work, survey.id)


async def looked_at(work: Connection, area: str, mark: str) -> UUID:
    """A file of one lamp of an area, with a mark in its name and a row that was not taken."""
    code = f"L{area}"
    survey = await given(work, [{"code": code, "area": area}, {"code": mark, "power": mark}], area=area)
    return survey.id
