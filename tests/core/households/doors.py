"""Which made-up households do the tests have, and who knocks at their doors?"""

from typing import Any
from uuid import UUID

from mudan.core.households import actions, queries
from mudan.core.households.actions import Registered
from mudan.core.households.model.words import Household
from mudan.core.people.model import Actor, Role
from mudan.storage.pool import Connection
from tests.core.county import PLACE, actor, actor_of, add_person, later
from tests.database import TOWN

GRID = TOWN + "001G01"
KEEPER = actor(Role.DUTY_OFFICER)


def row(number: int = 1, **more: Any) -> dict[str, Any]:
    """A row of a made-up register: somebody who lives alone at an address of the town."""
    return {
        "address_code": f"SL-{number:04d}", "address": f"示例路{number}号", "area_code": GRID,
        "lon": PLACE[0] + number / 1000, "lat": PLACE[1], "name": f"示例甲{number}", "phone": f"1390000{number:04d}",
        "care": "独居", **more,
    }  # fmt: skip


async def registered(
    work: Connection, *rows: dict[str, Any], who: Actor = KEEPER, at: float = 0
) -> Registered:
    """What became of these rows."""
    return await actions.register(work, who, later(at), "示例台账", rows or (row(),), example=True)


async def household(work: Connection, **more: Any) -> Household:
    """One household of the register."""
    made = await registered(work, row(**more))
    assert not made.faults, made.faults
    return await queries.one(work, made.households[0][0])


async def knocker(
    work: Connection, role: Role = Role.FIELD_WORKER, login: str = "grid", area: str = TOWN
) -> Actor:
    """Somebody with an account, as openings want it."""
    return actor_of(await add_person(work, login, role, area))


def ids(made: Registered) -> list[UUID]:
    """The households that were written."""
    return [one for one, _ in made.households]
