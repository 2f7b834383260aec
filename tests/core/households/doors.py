"""Which made-up households do the tests have, and who knocks at their doors?"""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from mudan.core.households import actions, queries
from mudan.core.households.actions import Registered
from mudan.core.households.model.files import NewFile
from mudan.core.households.model.opening import NewOpening
from mudan.core.households.model.words import Household
from mudan.core.people.model import Actor, Role
from mudan.core.visits import actions as visits
from mudan.core.visits import queries as visit_queries
from mudan.core.visits.model.words import Entry, NewNotice
from mudan.storage.pool import Connection
from tests.core.county import PLACE, actor, actor_of, add_person, later
from tests.database import START, TOWN

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


async def visited(work: Connection, things: Any, who: Actor, crew: Actor, mark: str) -> None:
    """A household of a town, opened by its crew for a visit that was made, under the names of `things`."""
    address = row(area_code=things.area + "001", address=mark, address_code=mark, name=f"{mark} name")
    made = await registered(work, address, who=who)
    await visits.plan_registered(work, who, START, made.households)
    visit = await visit_queries.planned_by_cadence(work, ids(made)[0])
    assert visit is not None
    await visits.enter(work, crew, START, Entry(uuid4(), "care", "met", START, visit=visit.id, note=mark))
    opening = NewOpening(uuid4(), ids(made)[0], "visit", visit.id)
    await visits.open_household(work, crew, START, opening)
    await actions.review(work, opening.id, "fit", mark, who, START)
    file = NewFile(uuid4(), mark, mark, mark, "care", "duty", f"{mark} basis", 1)
    await actions.begin_file(work, who, START, file, ())
    notice = NewNotice(uuid4(), things.area, mark, mark, START.date(), START.date() + timedelta(days=2))
    await visits.carry(work, who, START, notice)
    things.carried_id = str(notice.id)
    things.household_id, things.visit_id = str(ids(made)[0]), str(visit.id)
    things.opening_id, things.file_id = str(opening.id), str(file.id)


def ids(made: Registered) -> list[UUID]:
    """The households that were written."""
    return [one for one, _ in made.households]
