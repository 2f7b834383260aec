"""Does a report that arrives late and knows only its coordinates find its cell, and is it said when there is none?"""

from typing import Any
from uuid import uuid4

import pytest

from mudan.core.cases.model.known import learn
from mudan.core.people.model import Role
from mudan.run.discover import declared
from tests.api.running import Running, running
from tests.api.test_street import CELL, RING, known
from tests.database import OTHER_TOWN, TOWN, Client

pytestmark = pytest.mark.anyio
HERE = {"lon": 115.4, "lat": 35.2}


@pytest.fixture
async def parts(app_client: Client) -> Running:
    learn(declared("urban_management").cases)
    return await running(app_client)


async def grid(parts: Running, area: str = TOWN) -> None:
    """One cell around the place, in a responsibility grid with a post."""
    code = f"{area}001003"
    await known(
        parts, "ResponsibilityGrid", "ZR-1", area_code=area, lon=0, lat=0, properties={"post": "东片采集岗"}
    )
    await known(
        parts, "GridCell", code, area_code=code, place={"type": "Polygon", "coordinates": [RING]},
        properties={"responsibility_grid": "ZR-1"},
    )  # fmt: skip


async def report(parts: Running, **more: Any) -> dict[str, Any]:
    """What the phone sends that was without network: a place, and neither cell nor area."""
    body = {
        "id": str(uuid4()), "type": "urban_event", "class_code": "0102", "source": "collector", "title": "暴露垃圾",
        **HERE, **more,
    }  # fmt: skip
    answer = await parts.client.post("/api/cases", body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def told(case: dict[str, Any]) -> list[str]:
    """What the history says of where it is."""
    return [one["text"]["zh"] for one in case["history"] if one["kind"] == "locate"]


async def test_a_report_that_only_knows_its_place_gets_cell_area_and_post_when_it_arrives(
    parts: Running,
) -> None:
    await grid(parts)
    await parts.enter(Role.FIELD_WORKER, TOWN)
    name = str(uuid4())
    case = await report(parts, id=name)
    assert (case["area_code"], case["form"]["grid"]) == (CELL, CELL)
    again = await report(parts, id=name)
    assert again["number"] == case["number"]
    assert told(again) == [f"按坐标归入单元网格 {CELL}，责任岗位：东片采集岗"]


async def test_coordinates_in_no_cell_are_said_and_the_report_is_kept(parts: Running) -> None:
    await grid(parts)
    await parts.enter(Role.FIELD_WORKER, TOWN)
    case = await report(parts, lat=35.3)
    assert (case["area_code"], case["form"].get("grid")) == (TOWN, None)
    assert told(case) == ["坐标不在任何已登记的单元网格内，请核对位置"]


async def test_a_cell_of_another_area_is_named_and_the_report_stays_where_its_reporter_works(
    parts: Running,
) -> None:
    await grid(parts, OTHER_TOWN)
    await parts.enter(Role.FIELD_WORKER, TOWN)
    case = await report(parts)
    assert case["area_code"] == TOWN
    assert told(case) == [f"坐标在辖区外的单元网格 {OTHER_TOWN}001003 内"]


async def test_what_the_phone_knew_of_its_cell_stays_as_it_was_sent(parts: Running) -> None:
    await grid(parts)
    await parts.enter(Role.FIELD_WORKER, TOWN)
    case = await report(parts, form={"grid": "500231001001003"})
    assert (case["form"]["grid"], told(case)) == ("500231001001003", [])


async def test_the_same_report_again_is_the_first_one_though_the_grid_was_given_meanwhile(
    parts: Running,
) -> None:
    await parts.enter(Role.FIELD_WORKER, TOWN)
    name = str(uuid4())
    first = await report(parts, id=name)
    await grid(parts)
    assert (await report(parts, id=name))["area_code"] == first["area_code"] == TOWN


async def test_a_request_to_the_hotline_is_put_into_no_cell(parts: Running) -> None:
    await grid(parts)
    await parts.enter(Role.FIELD_WORKER, TOWN)
    case = await report(parts, type="hotline", class_code="0201")
    assert (case["area_code"], told(case)) == (TOWN, [])
