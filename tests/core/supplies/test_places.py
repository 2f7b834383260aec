"""Is a store or shelter kept by hand, with its history, and never lost or opened to others?"""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from mudan.core.people.model import Role
from mudan.core.supplies import actions, queries
from mudan.core.supplies.actions import Minimum, Movement
from mudan.primitives.errors import Conflict, Invalid, NotFound
from mudan.storage.pool import SYSTEM, Connection, set_scope
from tests.core.county import actor, later
from tests.database import COUNTY, OTHER_TOWN, START, TOWN, WATER

pytestmark = pytest.mark.anyio
WHO = actor()
LIAISON = actor(Role.DEPARTMENT_LIAISON, COUNTY, WATER)
TENT = {
    "code": "tent",
    "name_zh": "帐篷",
    "name_en": "Tent",
    "unit_zh": "顶",
    "unit_en": "pcs",
    "category": "shelter",
}


def _given(**more: Any) -> dict[str, Any]:
    return {
        "code": "W9", "name_zh": "城东库", "name_en": "East store", "area_code": TOWN, "department": WATER,
        "address": "", "lon": 115.5, "lat": 35.2, "contact": "", "phone": "", "capacity": 100, "services": ["water"],
        **more,
    }  # fmt: skip


async def test_a_store_is_made_changed_and_given_up_with_its_history(work: Connection) -> None:
    await actions.put_material(work, TENT)
    which = await actions.create(work, "store", _given(), WHO, START)
    await actions.set_minimums(work, which, (Minimum("tent", 20),), WHO, START)
    known = await queries.store(work, which)
    assert [(one.material, one.minimum) for one in known.stock] == [("tent", 20)]
    await actions.change(work, "store", which, _given(contact="王某"), known.version, WHO, later(5))
    with pytest.raises(Conflict, match="changed meanwhile"):
        await actions.change(work, "store", which, _given(), known.version, WHO, later(6))
    known = await queries.store(work, which)
    await actions.move(work, which, Movement(uuid4(), START, "in", "tent", 3), WHO, START)
    with pytest.raises(Conflict, match="still something"):
        await actions.retire(work, "store", which, "搬迁", known.version, WHO, later(7))
    await actions.move(work, which, Movement(uuid4(), START, "out", "tent", 3), WHO, START)
    await actions.retire(work, "store", which, "搬迁", known.version, WHO, later(8))
    with pytest.raises(NotFound):
        await queries.store(work, which)
    history = await queries.place_events(work, which)
    assert [one["kind"] for one in history] == ["retired", "changed", "changed", "created"]
    assert (history[0]["reason"], history[1]["changes"]) == ("搬迁", {"contact": "王某"})


async def test_an_open_shelter_is_not_given_up_and_no_copy_of_a_code_is_made(work: Connection) -> None:
    which = await actions.create(work, "shelter", _given(code="S9"), WHO, START)
    with pytest.raises(Conflict, match="code"):
        await actions.create(work, "shelter", _given(code="S9"), WHO, START)
    await actions.report_shelter(work, which, "opened", 0, "", uuid4(), START, WHO, START)
    opened = await queries.shelter(work, which)
    with pytest.raises(Conflict, match="close it first"):
        await actions.retire(work, "shelter", which, "危房", opened.version, WHO, later(1))
    await actions.report_shelter(work, which, "closed", 0, "", uuid4(), later(2), WHO, later(2))
    closed = await queries.shelter(work, which)
    await actions.change(
        work, "shelter", which, _given(code="S9", capacity=80), closed.version, WHO, later(3)
    )
    assert (await queries.shelter(work, which)).capacity == 80
    assert [one["kind"] for one in await queries.shelter_reports(work, which)] == ["closed", "opened"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": " "}, {"name_zh": ""}, {"area_code": "999999"}, {"area_code": ""}, {"department": "none"},
        {"lat": None}, {"capacity": -1}, {"services": ["casino"]},
    ],
)  # fmt: skip
async def test_nothing_wrong_is_kept(work: Connection, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        await actions.create(work, "shelter", _given(**wrong), WHO, START)


async def test_places_are_of_ones_own_area_department_and_data_space(work: Connection) -> None:
    with pytest.raises(Invalid, match="department"):
        await actions.create(work, "store", _given(department=None), LIAISON, START)
    with pytest.raises(Invalid, match="area"):
        await actions.create(work, "store", _given(area_code=OTHER_TOWN), actor(area=TOWN), START)
    await work.execute("insert into space (id, name, scale) values (7, '演练', 1)")
    drilling = replace(WHO, scope=replace(WHO.scope, space=7))
    which = await actions.create(work, "store", _given(), drilling, START)
    await set_scope(work, WHO.scope.settings())
    assert await queries.stores(work) == []
    assert await queries.place_events(work, which) == []
    await set_scope(work, SYSTEM)
    assert (await queries.store(work, which)).space == 7
