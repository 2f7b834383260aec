"""Are crews heard when they call, and asked whether they are safe, over the same wire as everything else?"""

from typing import Any
from uuid import uuid4

import pytest

from mudan.core.people.model import Role
from mudan.core.tasks import actions as tasks
from mudan.core.units import actions as units
from tests.api.running import Running, Socket, beating, running
from tests.core.county import actor, actor_of, add_unit, open_incident
from tests.database import START, TOWN, Client

pytestmark = pytest.mark.anyio
AT = {"device_at": "2026-11-23T01:00:05Z"}


@pytest.fixture
async def parts(app_client: Client) -> Running:
    return await running(app_client)


async def _on_scene(parts: Running) -> str:
    """A crew at work; it speaks from now on."""
    crew = await parts.person(Role.FIELD_WORKER, TOWN)
    async with parts.db.work() as connection:
        incident, unit = await open_incident(connection), await add_unit(connection)
        await units.add_member(connection, unit.id, crew.id)
        task = await tasks.assign(connection, incident.id, unit.id, "赶赴现场", actor(), START)
        event = tasks.FieldEvent("arrive", uuid4(), START)
        await tasks.report(connection, task.id, event, actor_of(crew), START)
    await parts.enter(Role.FIELD_WORKER, TOWN)
    return str(task.id)


async def _tick(parts: Running, seconds: float) -> None:
    parts.clock.advance(seconds)
    async with parts.db.work() as connection:
        await tasks.tick(connection, parts.clock.now())


async def _post(parts: Running, path: str, **body: Any) -> Any:
    answer = await parts.client.post(path, body)
    return answer.json() if answer.is_success else answer.status_code


async def test_a_cry_reaches_the_alarm_inbox_at_once_and_twice_sent_is_one(parts: Running) -> None:
    task = await _on_scene(parts)
    cry = {**AT, "client_id": str(uuid4()), "lon": 115.5, "lat": 35.2, "task_id": task}
    first = await _post(parts, "/api/panics", **cry)
    assert await _post(parts, "/api/panics", **cry) == first
    assert (first["state"], first["unit_code"], first["lon"]) == ("active", "R-1", 115.5)
    await parts.enter(Role.DISPATCHER)
    [shown] = (await parts.client.get("/api/panics")).json()["items"]
    assert shown == first
    alarms = (await parts.client.get("/api/alarms")).json()["items"]
    assert [(one["rule"], one["level"], one["entity"]["lon"]) for one in alarms] == [
        ("field.panic", 1, 115.5)
    ]
    ended = await _post(parts, f"/api/panics/{first['id']}/end", reason="电台确认误按")
    assert (ended["state"], ended["end_reason"]) == ("ended", "电台确认误按")
    assert (await parts.client.get("/api/panics")).json()["items"] == []


async def test_a_crew_sees_its_own_cry_and_nobody_elses(parts: Running) -> None:
    await _on_scene(parts)
    await _post(parts, "/api/panics", **AT, client_id=str(uuid4()))
    assert len((await parts.client.get("/api/panics")).json()["items"]) == 1
    await parts.enter(Role.FIELD_WORKER, TOWN, "other")
    assert (await parts.client.get("/api/panics")).json()["items"] == []


async def test_a_check_is_asked_answered_and_ended(parts: Running) -> None:
    task = await _on_scene(parts)
    check = {"every_s": 600, "grace_s": 120, "reason": "深水作业"}
    assert await _post(parts, f"/api/tasks/{task}/par", **check) == 403
    await parts.enter(Role.DISPATCHER)
    started = await _post(parts, f"/api/tasks/{task}/par", **check)
    assert (started["par"]["next_at"], started["par"]["due_at"]) == ("2026-11-23T01:10:00.000Z", None)
    await _tick(parts, 600)
    await parts.enter(Role.FIELD_WORKER, TOWN)
    [asked] = (await parts.client.get("/api/tasks?mine=1")).json()["items"]
    assert asked["par"]["due_at"] == "2026-11-23T01:12:00.000Z"
    await _tick(parts, 120)
    word = {"client_id": str(uuid4()), "device_at": "2026-11-23T01:12:30Z", "headcount": 4}
    safe = await _post(parts, f"/api/tasks/{task}/par/safe", **word)
    assert await _post(parts, f"/api/tasks/{task}/par/safe", **word) == safe
    assert (safe["par"]["missed"], safe["par"]["due_at"]) == (0, None)
    await parts.enter(Role.DISPATCHER)
    assert (await _post(parts, f"/api/tasks/{task}/par/end", reason="已上岸"))["par"] is None


async def test_help_asked_is_seen_and_answered(parts: Running) -> None:
    task = await _on_scene(parts)
    call = {**AT, "client_id": str(uuid4()), "kinds": ["pump", "medical"], "count": 2, "note": "水位上涨"}
    asked = await _post(parts, f"/api/tasks/{task}/help", **call)
    assert await _post(parts, f"/api/tasks/{task}/help", **call) == asked
    assert [(one["kinds"], one["state"]) for one in asked["help"]] == [(["pump", "medical"], "open")]
    assert await _post(parts, f"/api/tasks/{task}/help", **(call | {"kinds": []})) == 422
    await parts.enter(Role.DISPATCHER)
    path = f"/api/tasks/{task}/help/{call['client_id']}/answer"
    answered = await _post(parts, path, answer="泵车 15 分钟到")
    assert answered["help"][0]["answer"] == "泵车 15 分钟到"
    assert await _post(parts, path, answer="又") == 409


async def test_a_cry_is_heard_live_at_the_desk_and_by_the_crew_that_cried(parts: Running) -> None:
    await _on_scene(parts)
    crew = Socket(parts.client)
    await parts.enter(Role.DISPATCHER)
    async with beating(parts), crew as crew, Socket(parts.client) as desk:
        for socket in (crew, desk):
            assert (await socket.subscribe("v1", "changes", nouns=["tasks"]))["do"] == "subscribed"
        await parts.enter(Role.FIELD_WORKER, TOWN)
        cry = await _post(parts, "/api/panics", **AT, client_id=str(uuid4()))
        for socket in (crew, desk):
            assert {"noun": "tasks", "id": cry["id"]} in (await socket.hear())["items"]


async def test_what_time_brings_to_a_check_is_heard_live(parts: Running) -> None:
    task = await _on_scene(parts)
    await parts.enter(Role.DISPATCHER)
    await _post(parts, f"/api/tasks/{task}/par", every_s=600, grace_s=120, reason="深水作业")
    async with beating(parts), Socket(parts.client) as desk:
        await desk.subscribe("v1", "alarms")
        parts.clock.advance(600)
        await parts.path.tick()
        parts.clock.advance(120)
        await parts.path.tick()
        [alarm] = (await desk.hear())["items"]
        assert (alarm["rule"], alarm["level"], alarm["life_safety"]) == ("field.par_missed", 1, True)
