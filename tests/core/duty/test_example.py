"""Does the example county (示例) come with a manned desk and a tree that reaches every town?"""

import re
from datetime import timedelta

import pytest

from mudan.core.calls import actions as calls
from mudan.core.calls import queries as call_queries
from mudan.core.duty import actions, queries
from mudan.core.duty.model import CHANNELS, gaps, overlaps
from mudan.core.people.model import Role
from mudan.simulation.duty_room import duty_room
from mudan.simulation.geography import COUNTY_CODE, TOWNS
from mudan.storage.pool import Connection
from tests.core.county import add_person
from tests.database import START

pytestmark = pytest.mark.anyio
DAY = timedelta(days=1)


async def test_the_example_is_manned_for_weeks_and_loading_it_again_changes_nothing(work: Connection) -> None:
    await add_person(work, "duty", Role.DUTY_OFFICER)
    seed = duty_room()
    sizes = []
    for now in (START, START, START + 3 * DAY):
        contacts = await actions.load_example(work, seed, now)
        await calls.load_example(work, seed["tree"], contacts)
        shifts = await queries.shifts(work, START, START + 10 * DAY, COUNTY_CODE)
        nodes = await call_queries.nodes(work)
        sizes.append((len(shifts), len(await queries.contacts(work, limit=1000)), len(nodes)))
    assert len(set(sizes)) == 1
    assert gaps(shifts, await queries.positions(work), START, START + 10 * DAY) == []
    assert overlaps(shifts) == []
    assert sum(node.level == "town" for node in nodes) == len(TOWNS)
    assert all(node.contacts and node.example for node in nodes)
    by_id = {node.id: node for node in nodes}
    assert all(node.parent in by_id for node in nodes if node.level != "town")
    on_duty = await queries.on_duty(work, START, area=COUNTY_CODE)
    assert {one.position for one in on_duty} == {one.code for one in await queries.positions(work)}
    assert all(
        one.name.startswith("示例·") and re.fullmatch(r"000-\d{4}-\d{4}", one.phone) for one in on_duty
    )
    assert all(set(one.channels) <= set(CHANNELS) for one in on_duty)
    town = await queries.on_duty(work, START, area="500231106", position="duty_officer")
    assert town[0].area_code == "500231106"
