"""Does a crew see its orders, report once and send pictures, over HTTP?"""

from typing import Any
from uuid import uuid4

import pytest

from mudan.core.people.model import Role
from mudan.core.tasks import actions as tasks
from mudan.core.units import actions as units
from tests.api.running import Running, running
from tests.core.county import actor, add_unit, open_incident
from tests.core.tasks.test_photos import bomb, picture
from tests.database import OTHER_TOWN, START, TOWN, Client

pytestmark = pytest.mark.anyio


@pytest.fixture
async def parts(app_client: Client) -> Running:
    return await running(app_client)


async def _sent(parts: Running, area: str = TOWN) -> str:
    """A task for the unit whose crew speaks from now on; the crew belongs to `area`."""
    crew = await parts.person(Role.FIELD_WORKER, area)
    async with parts.db.work() as connection:
        incident, unit = await open_incident(connection), await add_unit(connection)
        await units.add_member(connection, unit.id, crew.id)
        task = await tasks.assign(connection, incident.id, unit.id, "赶赴现场", actor(), START)
    await parts.enter(Role.FIELD_WORKER, area)
    return str(task.id)


async def _report(parts: Running, task: str, event: str, **more: Any) -> Any:
    body = {"event": event, "client_id": str(uuid4()), "device_at": "2026-11-23T09:00:05+08:00", **more}
    answer = await parts.client.post(f"/api/tasks/{task}/events", body)
    return answer.json() if answer.is_success else answer.status_code


async def test_a_crew_takes_its_order_to_the_end(parts: Running) -> None:
    task = await _sent(parts, OTHER_TOWN)
    [order] = (await parts.client.get("/api/tasks?mine=1")).json()["items"]
    assert (order["id"], order["order"], order["next"]) == (task, "赶赴现场", ["accept", "decline", "cancel"])
    assert order["receipt"]["state"] == "none"
    for event, state in (
        ("accept", "accepted"), ("depart", "en_route"), ("arrive", "on_scene"), ("work", "working"),
        ("complete", "completed"),
    ):  # fmt: skip
        assert (await _report(parts, task, event))["state"] == state
    assert (await parts.client.get("/api/tasks")).json()["items"] == []
    [done] = (await parts.client.get("/api/tasks?state=all")).json()["items"]
    assert done["stamps"]["accepted"] == "2026-11-23T01:00:05.000Z"
    assert done["ended_at"] is not None


async def test_a_report_sent_twice_counts_once(parts: Running) -> None:
    task, client_id = await _sent(parts), str(uuid4())
    first = await _report(parts, task, "accept", client_id=client_id)
    again = await _report(parts, task, "accept", client_id=client_id)
    assert again == first
    assert await _report(parts, task, "accept") == 409


async def test_a_wrong_report_moves_nothing(parts: Running) -> None:
    task = await _sent(parts)
    wrong: list[tuple[str, dict[str, Any], int]] = [
        ("decline", {}, 422),
        ("expire", {}, 422),
        ("cancel", {"reason": "不去"}, 403),
        ("complete", {}, 409),
        ("accept", {"device_at": "2026-11-23T01:00:00"}, 422),
        ("accept", {"lon": 181}, 422),
        ("accept", {"client_id": "1"}, 422),
    ]
    for event, more, status in wrong:
        assert await _report(parts, task, event, **more) == status, (event, more)
    assert (await parts.client.get("/api/tasks")).json()["items"][0]["state"] == "offered"


async def test_pictures_come_back_as_nothing_but_pictures(parts: Running) -> None:
    task, photo = await _sent(parts), str(uuid4())
    form = {"client_id": photo, "taken_at": "2026-11-23T01:00:00Z", "lon": "115.4", "lat": "35.2"}
    path = f"/api/tasks/{task}/photos"
    for _ in range(2):
        files = {"file": ("../../x.php", picture(), "text/html")}
        answer = await parts.client.send("POST", path, data=form, files=files)
        assert [one["url"] for one in answer.json()["photos"]] == [f"/api/photos/{photo}"]
    shown = await parts.client.get(f"/api/photos/{photo}")
    assert shown.headers["content-type"] == "image/jpeg"
    assert b"SecretCamera" not in shown.content
    for data in (b"", b"<script>", bomb(60_000, 60_000)):
        wrong = form | {"client_id": str(uuid4())}
        answer = await parts.client.send(
            "POST", path, data=wrong, files={"file": ("a.jpg", data, "image/jpeg")}
        )
        assert answer.status_code == 422


async def test_a_stranger_sees_neither_order_nor_picture(parts: Running) -> None:
    task, photo = await _sent(parts), str(uuid4())
    form = {"client_id": photo, "taken_at": "2026-11-23T01:00:00Z"}
    await parts.client.send(
        "POST", f"/api/tasks/{task}/photos", data=form, files={"file": ("a.jpg", picture(), "image/jpeg")}
    )
    await parts.enter(Role.FIELD_WORKER, "371702", "stranger")
    assert (await parts.client.get("/api/tasks?state=all")).json()["items"] == []
    assert (await parts.client.get(f"/api/photos/{photo}")).status_code == 404
    assert await _report(parts, task, "accept") in (403, 404)
