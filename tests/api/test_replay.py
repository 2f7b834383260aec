"""Is a past period shown as it was, of one data space only, and never more than its limits?"""

from typing import Any

import pytest

from mudan.core.people.model import Role
from mudan.core.roads import actions as roads
from mudan.core.roads.actions import NewClosure
from tests.api.running import Running, running
from tests.core.county import add_entity, add_unit
from tests.core.warnings.words import Office
from tests.database import COUNTY, OTHER_TOWN, START, Client

pytestmark = pytest.mark.anyio
HOUR = {"from": "2026-11-23T01:00:00Z", "to": "2026-11-23T02:00:00Z"}
SPOT = {"type": "Point", "coordinates": [115.5, 35.24]}
SCRIPT = """
id: replay-drill
title: {zh: 回放测试, en: Replay test}
purpose: {zh: 测试, en: test}
simulated: false
injects:
  - {after: 0s, kind: note, title: {zh: 开始, en: begin}, text: {zh: 开始, en: begin}}
"""


@pytest.fixture
async def parts(app_client: Client) -> Running:
    """A station in alarm, an incident that was raised to level 1, an order to a vehicle that moves, a closure."""
    parts = await running(app_client)
    async with parts.db.work() as connection:
        vehicle = await add_entity(
            connection, "V1", type="Vehicle", platform="transport", device="013900000001"
        )
        station = await add_entity(connection, "S1", properties={"warning_level_m": 10})
        await add_unit(connection, "R-1", vehicle=vehicle.key)
        closing = NewClosure(SPOT, "积水", starts_at=START)
        await roads.close(connection, closing, START, by="x", space=0, area_code=COUNTY)
        office = Office(connection)
        await office.sent(await office.drafted(area_code=COUNTY))
    await parts.path.entities_changed()
    await parts.enter(Role.DUTY_OFFICER)
    for at_s, lon in ((0, 115.50), (10, 115.51), (300, 115.52)):
        await parts.observe(vehicle.key, ("longitude", lon), ("latitude", 35.25), at_s=at_s)
    await parts.observe(station.key, ("level", 11.0))
    await _worked(app_client)
    return parts


async def _worked(client: Client) -> None:
    given = {"title": "内涝", "kind": "flood", "level": 2, "lon": 115.5, "lat": 35.24}
    one = (await client.post("/api/incidents", given)).json()
    (unit,) = (await client.get("/api/units")).json()["items"]
    sent = await client.post(f"/api/incidents/{one['id']}/tasks", {"unit_id": unit["id"], "order": "去"})
    assert sent.status_code == 201, sent.text
    client.clock.advance(600)
    one = (await client.get(f"/api/incidents/{one['id']}")).json()
    raised = await client.post(
        f"/api/incidents/{one['id']}/level", {"level": 1, "version": one["version"], "reason": "升"}
    )
    assert raised.status_code == 200, raised.text
    client.clock.advance(900)


async def _replay(client: Client, **query: Any) -> dict[str, Any]:
    answer = await client.get("/api/replay", params=HOUR | query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_past_hour_shows_what_was_where_and_in_which_state(parts: Running) -> None:
    found = await _replay(parts.client, step_s=60)
    (track,) = found["tracks"]
    assert (track["at_s"], track["lon"]) == ([10.0, 300.0], [11_551_000, 11_552_000])
    assert track["unit"]
    (alarm,) = found["alarms"]
    assert [state for _, state in alarm["steps"]] == ["raised"]
    (incident,) = found["incidents"]
    assert incident["levels"] == [[0.0, 2], [600.0, 1]]
    assert incident["phases"][0][1] == "accepted"
    (task,) = found["tasks"]
    assert task["steps"][0] == [0.0, "offered"]
    assert [(one["from_s"], one["until_s"]) for one in found["closures"]] == [(0.0, None)]
    (warning,) = found["warnings"]
    assert warning["polygons"] or warning["circles"]
    assert {one["noun"] for one in found["lines"]} == {"alarms", "incidents", "roads", "warnings"}
    assert [one["at_s"] for one in found["lines"]] == sorted(one["at_s"] for one in found["lines"])
    assert found["cut"] == []


async def test_a_window_that_is_too_large_says_what_fits(parts: Running) -> None:
    for query, field in (
        ({"from": "2026-11-01T00:00:00Z"}, "from"),
        ({"from": "2026-11-23T03:00:00Z"}, "to"),
        ({"from": "2026-11-22T00:00:00Z", "step_s": 1}, "step_s"),
    ):
        answer = await parts.client.get("/api/replay", params=HOUR | query)
        assert (answer.status_code, answer.json()["field"]) == (422, field), answer.text
        assert answer.json()["detail"]


async def test_an_exercise_is_replayed_by_its_name_and_holds_nothing_real(parts: Running) -> None:
    client = parts.client
    made = (await client.post("/api/drills", {"text": SCRIPT})).json()
    assert (await client.post(f"/api/drills/{made['id']}/start", {"version": made["version"]})).is_success
    client.clock.advance(60)
    found = await _replay(client, to="2026-11-23T03:00:00Z", drill=made["id"])
    assert found["space"] == made["space"]
    assert {one["noun"] for one in found["lines"]} == {"drills"}
    assert [found[name] for name in ("tracks", "alarms", "incidents", "tasks", "closures", "warnings")] == [
        []
    ] * 6
    real = await _replay(client, to="2026-11-23T03:00:00Z")
    assert real["space"] == 0
    assert "drills" not in {one["noun"] for one in real["lines"]}


async def test_another_town_sees_nothing_of_it(parts: Running) -> None:
    await parts.enter(Role.DUTY_OFFICER, OTHER_TOWN)
    found = await _replay(parts.client)
    assert [found[name] for name in ("tracks", "alarms", "incidents", "tasks", "closures", "lines")] == [
        []
    ] * 6
