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
    other_phone = await _report(parts, task, "accept")
    assert (other_phone["state"], other_phone["why_not"]["zh"]) == (
        "accepted",
        "任务当时的状态不允许（现为已接受）",
    )


async def test_a_wrong_report_moves_nothing(parts: Running) -> None:
    task = await _sent(parts)
    wrong: list[tuple[str, dict[str, Any], int]] = [
        ("decline", {}, 422),
        ("expire", {}, 422),
        ("cancel", {"reason": "不去"}, 403),
        ("offer", {}, 422),
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


async def test_the_desk_sees_every_report_with_both_times_and_the_place(parts: Running) -> None:
    task = await _sent(parts)
    parts.clock.advance(20)
    await _report(parts, task, "accept", lon=115.5, lat=35.2, accuracy_m=9, sent_at="2026-11-23T01:00:19Z")
    own = (await parts.client.get(f"/api/tasks/{task}")).json()
    [stamp] = own["trail"]
    assert (stamp["event"], stamp["source"], stamp["counted"]) == ("accept", "field", True)
    assert (stamp["device_at"], stamp["recorded_at"]) == (
        "2026-11-23T01:00:05.000Z",
        "2026-11-23T01:00:20.000Z",
    )
    assert (stamp["lon"], stamp["lat"], stamp["accuracy_m"]) == (115.5, 35.2, 9)
    await parts.enter(Role.DISPATCHER)
    assert (await parts.client.get(f"/api/tasks/{task}")).json()["trail"] == own["trail"]
    assert await _report(parts, task, "accept") == 409


async def test_a_unit_is_reserved_and_sent_by_hand(parts: Running) -> None:
    await parts.enter(Role.DISPATCHER)
    async with parts.db.work() as connection:
        incident, unit = await open_incident(connection), await add_unit(connection)
    body = {"unit_id": str(unit.id), "order": "今晚值守", "starts_at": "2026-11-23T10:00:00Z"}
    planned = (await parts.client.post(f"/api/incidents/{incident.id}/tasks", body)).json()
    assert (planned["state"], planned["next"]) == ("planned", ["offer", "decline", "cancel"])
    sent = (await parts.client.post(f"/api/tasks/{planned['id']}/send")).json()
    assert (sent["state"], sent["expires_at"]) == ("offered", "2026-11-23T01:01:00.000Z")


async def test_policies_say_whether_they_are_as_shipped(parts: Running) -> None:
    await parts.enter(Role.DUTY_OFFICER)
    found = (await parts.client.get("/api/offer-policies")).json()["items"]
    assert next((one["level"], one["life_s"], one["shipped"]) for one in found) == (1, 60, True)
    body = {"level": 1, "life_s": 45, "auto_next": True}
    changed = (await parts.client.send("PUT", "/api/offer-policies", json=body)).json()["items"]
    assert next(one for one in changed if one["level"] == 1) == body | {"shipped": False}
    assert (
        await parts.client.send("PUT", "/api/offer-policies", json=body | {"life_s": 5})
    ).status_code == 422
