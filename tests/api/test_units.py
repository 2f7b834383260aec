"""Are units shown as they are, and put on and off duty by those who may?"""

from typing import Any

import pytest

from mudan.core.people.model import Role
from mudan.core.tasks import actions as tasks
from tests.api.running import Running, running
from tests.core.county import PLACE, actor, add_entity, add_unit, open_incident
from tests.database import START, Client

pytestmark = pytest.mark.anyio


@pytest.fixture
async def parts(app_client: Client) -> Running:
    parts = await running(app_client)
    await parts.enter(Role.DISPATCHER)
    return parts


async def _units(parts: Running) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await parts.client.get("/api/units")).json()["items"]
    return items


async def test_a_unit_is_shown_with_its_tasks_and_its_place(parts: Running) -> None:
    async with parts.db.work() as connection:
        vehicle = await add_entity(connection, "V1", type="Vehicle")
        unit, incident = await add_unit(connection, vehicle=vehicle.key), await open_incident(connection)
        task = await tasks.assign(connection, incident.id, unit.id, "去", actor(), START)
    await parts.path.entities_changed()
    await parts.observe(vehicle.key, ("longitude", 115.5), ("latitude", 35.3), ("speed", 42.0), ("link", 1.0))
    [shown] = await _units(parts)
    assert (shown["status"], shown["administrative"], shown["online"]) == ("offered", "on_duty", True)
    assert (shown["lon"], shown["lat"], shown["speed_kmh"]) == (115.5, 35.3, 42.0)
    assert shown["home"] == {"lon": PLACE[0] + 0.05, "lat": PLACE[1]}
    assert shown["tasks"] == [
        {
            "id": str(task.id), "incident_id": str(incident.id), "incident_number": incident.number,
            "state": "offered", "since": "2026-11-23T01:00:00.000Z", "starts_at": None,
        }
    ]  # fmt: skip
    assert (shown["availability"], shown["status_since"]) == ("delayed", "2026-11-23T01:00:00.000Z")
    assert (shown["why"][0]["en"], shown["status_warn_s"]) == ("offered another task", 60)


async def test_out_of_service_says_why(parts: Running) -> None:
    async with parts.db.work() as connection:
        unit = await add_unit(connection)
    path = f"/api/units/{unit.id}"
    body = {"administrative": "out_of_service"}
    assert (await parts.client.patch(path, body)).status_code == 422
    naive = body | {"out_reason": "检修", "out_until": "2026-11-23T09:00:00"}
    assert (await parts.client.patch(path, naive)).status_code == 422
    answer = await parts.client.patch(path, naive | {"out_until": "2026-11-23T17:00:00+08:00"})
    shown = answer.json()
    assert (shown["status"], shown["out_reason"]) == ("out_of_service", "检修")
    assert shown["out_until"] == "2026-11-23T09:00:00.000Z"
    assert (await parts.client.patch(path, {"administrative": "lazy"})).status_code == 422
    back = (await parts.client.patch(path, {"administrative": "on_duty"})).json()
    assert (back["status"], back["out_reason"], back["out_until"]) == ("available", "", None)


async def test_crew_and_rest_are_said_and_change_what_may_be_counted_on(parts: Running) -> None:
    async with parts.db.work() as connection:
        unit = await add_unit(connection)
    path = f"/api/units/{unit.id}"
    body = {"crew_count": 3, "min_crew": 2, "rest_until": "2026-11-23T03:00:00Z"}
    resting = (await parts.client.patch(path, body)).json()
    assert (resting["availability"], resting["crew_count"]) == ("delayed", 3)
    assert resting["why"] == [{"zh": "休整中，还有 120 分钟", "en": "resting for 120 more min"}]
    short = (await parts.client.patch(path, {"rest_until": None, "crew_count": 1})).json()
    assert (short["availability"], short["rest_until"]) == ("unavailable", None)
    assert (await parts.client.patch(path, {"crew_count": -1})).status_code == 422
    assert (await parts.client.patch(path, {"crew_count": None})).status_code == 422
