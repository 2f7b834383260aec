"""Are several calls served at once, units moved up and turned by the table, and is the table the county's own?"""

from typing import Any
from uuid import UUID, uuid4

import pytest

from mudan.core.people.model import Role
from mudan.core.units import actions as units
from tests.api.running import Running, running
from tests.api.test_roads import with_roads
from tests.core.county import actor, add_unit, open_incident
from tests.core.roads.town import place
from tests.database import COUNTY, Client

pytestmark = pytest.mark.anyio
A, MIDDLE, B = place(1, 0), place(4.5, 0), place(8, 0)


@pytest.fixture
async def parts(app_client: Client) -> Running:
    found = await running(app_client)
    await with_roads(found)
    await found.enter(Role.DISPATCHER, COUNTY)
    return found


async def _incident(parts: Running, at: Any, level: int) -> str:
    async with parts.db.work() as connection:
        return str(
            (await open_incident(connection, actor(area=COUNTY), lon=at.lon, lat=at.lat, level=level)).id
        )


async def _unit(parts: Running, code: str, at: Any) -> str:
    async with parts.db.work() as connection:
        made = await add_unit(connection, code, home_lon=at.lon, home_lat=at.lat, area_code=COUNTY)
        return str(made.id)


async def test_two_calls_are_served_at_once_and_only_as_they_were_shown(parts: Running) -> None:
    first, second = await _incident(parts, MIDDLE, 3), await _incident(parts, A, 3)
    near, far = await _unit(parts, "N", A), await _unit(parts, "F", B)
    shown = (await parts.client.get("/api/dispatch/joint")).json()
    best = {one["incident_id"]: one["unit_id"] for one in shown["joint"]}
    assert best == {first: far, second: near}
    assert shown["saved_s"] >= 0
    pairs = [{"incident_id": i, "unit_id": u, "order": "去"} for i, u in best.items()]
    sent = await parts.client.post("/api/dispatch/joint", {"pairs": pairs})
    assert sent.status_code == 201, sent.text
    assert {one["unit"]["id"] for one in sent.json()["tasks"]} == {near, far}
    assert (await parts.client.post("/api/dispatch/joint", {"pairs": pairs})).status_code == 409
    drives = (await parts.client.get(f"/api/incidents/{first}/drives")).json()
    assert [one["unit_id"] for one in drives["decisions"]] == [far]


async def test_a_unit_is_turned_to_something_graver_as_the_table_says(parts: Running) -> None:
    mild = await _incident(parts, B, 4)
    unit = await _unit(parts, "N", MIDDLE)
    order = {"unit_id": unit, "order": "去"}
    task = (await parts.client.post(f"/api/incidents/{mild}/tasks", order)).json()
    for event in ("accept", "depart"):
        body = {"event": event, "client_id": str(uuid4()), "device_at": "2026-11-23T01:00:00Z"}
        assert (await parts.client.post(f"/api/tasks/{task['id']}/events", body)).status_code == 200
    grave = await _incident(parts, A, 1)
    (turn,) = (await parts.client.get("/api/dispatch/diversions")).json()["items"]
    assert (turn["incident_id"], turn["task_id"], turn["otherwise_s"]) == (grave, task["id"], None)
    assert "可改派" in turn["policy"]["zh"]
    body = {"task_id": task["id"], "incident_id": grave, "order": "转去", "reason": "有人被困"}
    turned = await parts.client.post("/api/dispatch/divert", body)
    assert turned.status_code == 201, turned.text
    assert turned.json()["tasks"][0]["incident"]["id"] == grave
    before = (await parts.client.get(f"/api/tasks/{task['id']}")).json()
    assert before["state"] == "cancelled"
    assert (await parts.client.get("/api/dispatch/diversions")).json()["items"] == []
    await parts.enter(Role.ADMINISTRATOR, COUNTY)
    line = {"level": 4, "levels": [], "least_gain_s": 60}
    table = (await parts.client.send("PUT", "/api/dispatch/diversion-policy", json=line)).json()["items"]
    assert [(one["level"], one["levels"], one["example"]) for one in table][3] == (4, [], False)
    wrong = await parts.client.send(
        "PUT", "/api/dispatch/diversion-policy", json={**line, "level": 2, "levels": [3]}
    )
    assert wrong.status_code == 422


async def test_a_free_unit_is_told_to_wait_where_nobody_is_and_is_not_asked_again(parts: Running) -> None:
    unit = await _unit(parts, "N", A)
    body = {"unit_id": unit, "lon": B.lon, "lat": B.lat, "post": "东门驻点"}
    assert (await parts.client.post("/api/dispatch/move-up", body)).status_code == 201
    async with parts.db.work() as connection:
        row = await (
            await connection.execute("select unit_id::text, post, command_id from dispatch_move")
        ).fetchone()
    assert row == {"unit_id": unit, "post": "东门驻点", "command_id": None}
    crew = await parts.person(Role.FIELD_WORKER)
    async with parts.db.work() as connection:
        await units.add_member(connection, UUID(unit), crew.id)
    await parts.enter(Role.DISPATCHER, COUNTY)
    for post in ("东门驻点", "南门驻点"):
        assert (await parts.client.post("/api/dispatch/move-up", {**body, "post": post})).status_code == 201
    await parts.enter(Role.FIELD_WORKER)
    (told,) = (await parts.client.get("/api/notices")).json()["items"]
    assert (told["noun"], told["lon"], told["lat"]) == ("moves", B.lon, B.lat)
    assert "南门驻点" in told["title"]["zh"]
    await parts.enter(Role.DISPATCHER, COUNTY)
    case = await _incident(parts, A, 2)
    order = {"unit_id": unit, "order": "前往处置"}
    assert (await parts.client.post(f"/api/incidents/{case}/tasks", order)).status_code == 201
    await parts.enter(Role.FIELD_WORKER)
    assert (await parts.client.get("/api/notices")).json()["items"] == []


async def test_a_corrected_place_ranks_anew_and_is_told_to_who_is_coming(parts: Running) -> None:
    unit = await _unit(parts, "N", A)
    crew = await parts.person(Role.FIELD_WORKER)
    async with parts.db.work() as connection:
        await units.add_member(connection, UUID(unit), crew.id)
        nowhere = str((await open_incident(connection, actor(area=COUNTY), level=2)).id)
        await connection.execute("update incident set lon = null, lat = null where id = %s", (nowhere,))
    before = (await parts.client.get(f"/api/incidents/{nowhere}/candidates")).json()
    assert before["items"][0]["eta_s"] is None
    assert (
        await parts.client.post(f"/api/incidents/{nowhere}/tasks", {"unit_id": unit, "order": "前往处置"})
    ).status_code == 201
    version = (await parts.client.get(f"/api/incidents/{nowhere}")).json()["version"]
    body = {"lon": B.lon, "lat": B.lat, "address": "东门桥", "version": version, "reason": "报警人更正"}
    path = f"/api/incidents/{nowhere}/place"
    assert (await parts.client.post(path, body | {"lon": 200})).status_code == 422
    assert (await parts.client.post(path, body | {"reason": " "})).status_code == 422
    found = await parts.client.post(path, body)
    assert found.status_code == 200, found.text
    assert (found.json()["lon"], found.json()["address"]) == (B.lon, "东门桥")
    assert "报警人更正" in found.json()["timeline"][-1]["text"]["zh"]
    assert (await parts.client.post(path, body)).status_code == 409
    after = (await parts.client.get(f"/api/incidents/{nowhere}/candidates")).json()
    assert after["items"][0]["eta_s"] > 0
    await parts.enter(Role.FIELD_WORKER)
    (told,) = (await parts.client.get("/api/notices")).json()["items"]
    assert (told["noun"], told["lon"], told["title"]["zh"]) == ("incident_places", B.lon, "地点更正：东门桥")
