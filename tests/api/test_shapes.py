"""Does the map learn the shapes of a box and the cases open in them, never more than it can draw?"""

from typing import Any

import pytest

from mudan.core.entities import queries
from mudan.core.people.model import Role
from tests.api.running import Running, running
from tests.api.test_street import CELL, HERE, RING, known, report
from tests.database import COUNTY, OTHER_TOWN, TOWN, Client

pytestmark = pytest.mark.anyio
BOX = {"west": 115.3, "south": 35.1, "east": 115.5, "north": 35.3}


@pytest.fixture
async def parts(app_client: Client) -> Running:
    return await running(app_client)


async def ask(parts: Running, **more: Any) -> dict[str, Any]:
    params = {"type": "GridCell,Component", "case_type": "hotline", **BOX, **more}
    answer = await parts.client.get("/api/shapes", params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_cell_comes_with_its_shape_and_its_open_cases(parts: Running) -> None:
    place = {"type": "Polygon", "coordinates": [RING]}
    await known(parts, "GridCell", CELL, area_code=CELL, place=place)
    await known(parts, "Component", "C1", area_code=CELL)
    await known(parts, "Component", "C2", area_code=CELL, properties={"gone_on": "2026-01-01"})
    await known(parts, "Component", "C3", area_code=CELL, lat=36.0)
    await known(parts, "Component", "C4", area_code=OTHER_TOWN)
    await parts.enter(Role.DISPATCHER, TOWN)
    await report(parts, area_code=CELL)
    found = await ask(parts)
    cell, part = sorted(found["items"], key=lambda one: one["type"], reverse=True)
    assert (cell["place"], cell["open"], cell["overdue"]) == (place, 1, 0)
    assert (part["urn"], part["place"]["type"], part["open"]) == ("urn:ngsi-ld:Component:C1", "Point", None)
    assert found["clusters"] == []


async def test_more_than_can_be_drawn_come_as_clusters(
    parts: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries.in_box, "__defaults__", (3,))
    for number in range(5):
        await known(parts, "Component", f"C{number}", area_code=CELL, lat=35.2 + number * 1e-4)
    await parts.enter(Role.DUTY_OFFICER, COUNTY)
    found = await ask(parts)
    assert found["items"] == []
    assert [one["count"] for one in found["clusters"]] == [5]
    assert found["clusters"][0]["lon"] == pytest.approx(HERE["lon"])


@pytest.mark.parametrize("box", [{"east": 115.2}, {"north": 35.0}, {"east": 179.0}])
async def test_a_box_that_is_none_or_half_the_globe_is_refused(parts: Running, box: dict[str, float]) -> None:
    await parts.enter(Role.DUTY_OFFICER, COUNTY)
    answer = await parts.client.get("/api/shapes", params={"type": "GridCell", **BOX, **box})
    assert answer.status_code == 422


async def test_who_may_not_read_cases_sees_shapes_without_their_number(parts: Running) -> None:
    await known(parts, "GridCell", CELL, area_code=CELL, place={"type": "Polygon", "coordinates": [RING]})
    await parts.enter(Role.INTEGRATOR, COUNTY)
    assert [one["open"] for one in (await ask(parts))["items"]] == [None]
