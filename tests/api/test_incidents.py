"""Does an incident open from its alarms, gather people and close, over HTTP?"""

from typing import Any

import pytest

from mudan.core.people.model import Role
from tests.api.running import Running, running
from tests.core.county import PLACE, add_entity, add_unit, raise_alarm
from tests.database import Client

pytestmark = pytest.mark.anyio
OPEN = {"title": "堤防渗水", "kind": "flood", "level": 2, "lon": PLACE[0], "lat": PLACE[1]}


@pytest.fixture
async def parts(app_client: Client) -> Running:
    parts = await running(app_client)
    await parts.enter(Role.DUTY_OFFICER)
    return parts


async def _open(parts: Running, **more: Any) -> dict[str, Any]:
    answer = await parts.client.post("/api/incidents", OPEN | more)
    assert answer.status_code == 201, answer.text
    opened: dict[str, Any] = answer.json()
    return opened


async def _post(parts: Running, incident: dict[str, Any], verb: str, **body: Any) -> Any:
    answer = await parts.client.post(f"/api/incidents/{incident['id']}/{verb}", body)
    return answer.json() if answer.is_success else answer.status_code


async def test_from_the_alarm_to_the_closed_incident(parts: Running) -> None:
    async with parts.db.work() as connection:
        alarm = str(await raise_alarm(connection, await add_entity(connection)))
        unit = await add_unit(connection)
    incident = await _open(parts, alarm_ids=[alarm], note="村民来电")
    assert (incident["phase"], incident["number"], incident["alarm_count"]) == ("accepted", "20261123-001", 1)
    assert incident["alarms"][0]["incident"] == {"id": incident["id"], "number": incident["number"]}
    assert [event["kind"] for event in incident["timeline"]] == ["opened", "alarm_linked", "note"]
    task = await _post(parts, incident, "tasks", unit_id=str(unit.id), order="赶赴现场")
    assert (task["state"], task["unit"]["code"], task["incident"]["title"]) == ("offered", "R-1", "堤防渗水")
    shown = (await parts.client.get(f"/api/incidents/{incident['id']}")).json()
    assert (shown["phase"], shown["open_tasks"], shown["task_list"][0]["id"]) == (
        "dispatching",
        1,
        task["id"],
    )
    ending = {"disposition": "resolved", "summary": "已封堵"}
    assert await _post(parts, incident, "close", version=shown["version"], **ending) == 409
    event = {
        "event": "cancel",
        "client_id": task["id"],
        "device_at": "2026-11-23T01:00:00Z",
        "reason": "不需要",
    }
    assert (await parts.client.post(f"/api/tasks/{task['id']}/events", event)).json()["state"] == "cancelled"
    version = (await parts.client.get(f"/api/incidents/{incident['id']}")).json()["version"]
    closed = await _post(parts, incident, "close", version=version, **ending)
    assert (closed["phase"], closed["disposition"], closed["next_phases"]) == (
        "closed",
        "resolved",
        ["reopened"],
    )
    assert (await parts.client.get("/api/incidents")).json()["total"] == 0
    assert (await parts.client.get("/api/incidents?phase=closed")).json()["total"] == 1
    reopened = await _post(parts, incident, "reopen", reason="又渗水", version=closed["version"])
    assert reopened["phase"] == "reopened"


async def test_one_alarm_opens_one_incident(parts: Running) -> None:
    async with parts.db.work() as connection:
        alarm = str(await raise_alarm(connection))
    first = await _open(parts, alarm_ids=[alarm])
    assert (await parts.client.post("/api/incidents", OPEN | {"alarm_ids": [alarm]})).status_code == 409
    assert (await parts.client.get("/api/incidents")).json()["total"] == 1
    assert (await _open(parts))["number"] == "20261123-002"
    assert await _post(parts, first, "alarms", alarm_ids=[alarm]) == 409


async def test_two_who_change_at_once_do_not_overwrite_each_other(parts: Running) -> None:
    incident = await _open(parts)
    raised = await _post(parts, incident, "level", level=1, version=incident["version"], reason="水势上涨")
    assert (raised["level"], raised["version"]) == (1, incident["version"] + 1)
    assert await _post(parts, incident, "level", level=3, version=incident["version"], reason="误") == 409
    assert await _post(parts, incident, "phase", phase="controlled", version=incident["version"]) == 409
    moved = await _post(parts, incident, "phase", phase="controlled", version=raised["version"])
    assert (moved["phase"], "recovery" in moved["next_phases"]) == ("controlled", True)


async def test_a_wrong_incident_is_not_opened(parts: Running) -> None:
    wrong: list[dict[str, Any]] = [
        {"title": " "}, {"kind": "war"}, {"level": 5}, {"lat": None}, {"lon": 200}, {"colour": "red"},
    ]  # fmt: skip
    for one in wrong:
        assert (await parts.client.post("/api/incidents", OPEN | one)).status_code == 422, one


async def test_candidates_are_ranked_with_reasons(parts: Running) -> None:
    async with parts.db.work() as connection:
        await add_unit(connection, "far", home_lon=PLACE[0] + 0.3)
        await add_unit(connection, "near")
        await add_unit(connection, "dry", capabilities=["patrol"])
    incident = await _open(parts)
    found = (await parts.client.get(f"/api/incidents/{incident['id']}/candidates")).json()
    assert found["required"] == ["swift_water"]
    ranks = [(one["rank"], one["unit"]["code"], one["suitable"]) for one in found["items"]]
    assert ranks == [(1, "near", True), (2, "far", True), (3, "dry", False)]
    assert all(one["reasons"] and one["eta_s"] > 0 for one in found["items"])
    other = f"/api/incidents/{incident['id']}/candidates?capability=patrol"
    assert (await parts.client.get(other)).json()["items"][0]["unit"]["code"] == "dry"


async def test_the_timeline_leaves_as_a_table_that_runs_no_formula(parts: Running) -> None:
    incident = await _open(parts)
    await _post(parts, incident, "notes", text='=HYPERLINK("http://x")')
    answer = await parts.client.get(f"/api/incidents/{incident['id']}/timeline.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "seq,at,recorded_at,source,actor,kind,zh,en"
    assert len(lines) == 3
    assert "\"'=HYPERLINK" in lines[2]
