"""Does somebody in the street learn what stands there and what was reported there, and send steps made offline?"""

from typing import Any
from uuid import uuid4

import pytest

from mudan.core.people.model import Role
from tests.api.running import Running, running
from tests.core.county import add_entity
from tests.database import OTHER_TOWN, TOWN, WATER, Client

pytestmark = pytest.mark.anyio
HERE = {"lon": 115.4, "lat": 35.2}
CELL = f"{TOWN}001003"
RING = [[115.39, 35.19], [115.41, 35.19], [115.41, 35.21], [115.39, 35.21], [115.39, 35.19]]


@pytest.fixture
async def parts(app_client: Client) -> Running:
    return await running(app_client)


async def known(parts: Running, kind: str, name: str, **more: Any) -> None:
    async with parts.db.work() as connection:
        given = {
            "type": kind,
            "urn": f"urn:ngsi-ld:{kind}:{name}",
            "device": name,
            "department": None,
            **HERE,
            **more,
        }
        await add_entity(connection, name, **given)


async def report(parts: Running, **more: Any) -> dict[str, Any]:
    body = {
        "id": str(uuid4()), "type": "hotline", "class_code": "0201", "source": "collector", "title": "井盖破损", **HERE,
        **more,
    }  # fmt: skip
    answer = await parts.client.post("/api/cases", body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_collector_sees_what_stands_near_and_in_which_cell(parts: Running) -> None:
    cell = {"place": {"type": "Polygon", "coordinates": [RING]}, "area_code": CELL}
    await known(parts, "Component", "C1", area_code=CELL, properties={"class_code": "0102", "secret": "x"})
    await known(parts, "Component", "C2", area_code=CELL, lat=35.2003)
    await known(parts, "Component", "C3", area_code=CELL, lat=35.3)
    await known(parts, "Component", "C4", area_code=CELL, properties={"gone_on": "2026-01-01"})
    await known(parts, "GridCell", "G1", **cell)
    await known(parts, "Component", "C5", area_code=OTHER_TOWN)
    await parts.enter(Role.FIELD_WORKER, TOWN)
    items = (await parts.client.get("/api/nearby", params={**HERE, "type": "Component,GridCell"})).json()[
        "items"
    ]
    assert [(one["device"], one["within"]) for one in items] == [("C1", False), ("G1", True), ("C2", False)]
    assert items[0]["properties"] == {"class_code": "0102"}


async def test_what_another_reported_there_is_told_before_it_is_reported_again(parts: Running) -> None:
    await parts.enter(Role.FIELD_WORKER, TOWN, login="first")
    first = await report(parts)
    await parts.enter(Role.FIELD_WORKER, TOWN, login="second")
    place = {**HERE, "class_code": "0201", "type": "hotline"}
    [twin] = (await parts.client.get("/api/cases/twins", params=place)).json()["items"]
    assert twin["number"] == first["number"]
    await parts.enter(Role.FIELD_WORKER, OTHER_TOWN)
    assert (await parts.client.get("/api/cases/twins", params=place)).json()["items"] == []


async def test_open_cases_are_counted_by_the_area_they_were_reported_in(parts: Running) -> None:
    await parts.enter(Role.DISPATCHER, TOWN)
    for area in (CELL, CELL, TOWN):
        await report(parts, area_code=area)
    void = await report(parts, area_code=CELL)
    body = {"event": "void", "client_id": str(uuid4()), "reason": "误报"}
    assert (await parts.client.post(f"/api/cases/{void['id']}/steps", body)).status_code == 200
    items = (await parts.client.get("/api/cases/areas", params={"type": "hotline,urban_event"})).json()[
        "items"
    ]
    assert [(one["area_code"], one["open"], one["overdue"]) for one in items] == [(TOWN, 1, 0), (CELL, 2, 0)]
    assert (await parts.client.get("/api/cases/areas", params={"type": "urban_event"})).json()["items"] == []


async def test_steps_made_without_network_come_one_after_the_other_without_a_version(parts: Running) -> None:
    await parts.enter(Role.DISPATCHER, TOWN)
    one = await report(parts, source="superior")
    for body in ({"event": "accept"}, {"event": "open"}, {"event": "dispatch", "owner": WATER}):
        sent = {**body, "client_id": str(uuid4())}
        assert (await parts.client.post(f"/api/cases/{one['id']}/steps", sent)).status_code == 200
    await parts.enter(Role.FIELD_WORKER, TOWN)
    queued = [
        {"event": "sign", "client_id": str(uuid4())},
        {"event": "return", "reason": "不属本部门", "client_id": str(uuid4())},
    ]
    for body in (*queued, *queued):
        answer = await parts.client.post(f"/api/cases/{one['id']}/steps", body)
        assert answer.status_code in (200, 404), answer.text
    await parts.enter(Role.DISPATCHER, TOWN)
    seen = (await parts.client.get(f"/api/cases/{one['id']}")).json()
    assert (seen["state"], seen["returned"]) == ("dispatching", 1)
    assert [event["kind"] for event in seen["history"]].count("sign") == 1


async def test_a_version_that_was_looked_at_is_still_held_against_the_case(parts: Running) -> None:
    await parts.enter(Role.DISPATCHER, TOWN)
    one = await report(parts, source="superior")
    body = {"event": "accept", "client_id": str(uuid4()), "version": one["version"] + 7}
    assert (await parts.client.post(f"/api/cases/{one['id']}/steps", body)).status_code == 409
