"""Does an exercise run on its own clock in its own space, and does nothing of it reach reality?"""

from typing import Any

import pytest

from mudan.core.commands import queries as commands
from mudan.core.people.model import Role
from mudan.run.exercise import Exercises
from tests.api.running import Running, running
from tests.core.county import add_entity, add_unit
from tests.database import Client

pytestmark = pytest.mark.anyio

SCRIPT = """
id: test-drill
title: {zh: 测试演练, en: Test exercise}
purpose: {zh: 测试, en: test}
scale: 10
injects:
  - {after: 0s, kind: note, title: {zh: 开始, en: begin}, text: {zh: 开始, en: begin}}
  - after: 1min
    kind: observation
    title: {zh: 涨水, en: rise}
    entity: urn:ngsi-ld:HydrometricStation:S1
    quantity: level
    value: 150
  - {after: 2min, kind: call, title: {zh: 来电, en: call}, reporter: 张某, what: 路面积水, place: 示例路}
  - {after: 3min, kind: unit, title: {zh: 故障, en: broken}, unit: R-1, administrative: out_of_service, reason: 故障}
  - {after: 4min, kind: unit, title: {zh: 没有, en: none}, unit: NO-9, administrative: on_duty}
  - {after: 90min, kind: note, title: {zh: 结束, en: end}, text: {zh: 结束, en: end}}
"""


class Drilling:
    """A centre with a station and a unit, and what drives its exercises."""

    def __init__(self, parts: Running) -> None:
        self.parts, self.client = parts, parts.client
        self.exercises = Exercises(parts.db, parts.path, parts.clock)
        self.client.deps.nouns["exercises"] = self.exercises

    async def make(self, **more: Any) -> dict[str, Any]:
        answer = await self.client.post("/api/drills", {"text": SCRIPT, **more})
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def steer(self, drill: dict[str, Any], event: str) -> dict[str, Any]:
        answer = await self.client.post(f"/api/drills/{drill['id']}/{event}", {"version": drill["version"]})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def after(self, seconds: float) -> None:
        self.client.clock.advance(seconds)
        await self.exercises.step()

    async def look_at(self, space: int) -> None:
        assert (await self.client.post("/api/session/space", {"space": space})).status_code == 204


@pytest.fixture
async def county(app_client: Client) -> Drilling:
    parts = await running(app_client)
    async with parts.db.work() as connection:
        await add_entity(connection, "S1", properties={"warning_level_m": 100})
        await add_unit(connection, "R-1")
    await parts.path.entities_changed()
    await parts.enter(Role.DUTY_OFFICER)
    return Drilling(parts)


async def _alarms(county: Drilling) -> list[Any]:
    answer = await county.client.get("/api/alarms?state=all")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def test_injects_come_true_on_the_drills_clock_and_only_in_its_space(county: Drilling) -> None:
    drill = await county.make()
    drill = await county.steer(drill, "start")
    await county.after(5)  # 50 s of the drill
    assert await _alarms(county) == []
    await county.after(3)
    assert await _alarms(county) == []  # reality hears nothing
    await county.look_at(drill["space"])
    (alarm,) = await _alarms(county)
    assert alarm["entity"]["urn"] == "urn:ngsi-ld:HydrometricStation:S1"
    assert (await county.client.get("/api/session")).json()["space"]["id"] == drill["space"]
    await county.look_at(0)
    assert (await county.client.get(f"/api/alarms/{alarm['id']}")).status_code == 404


async def test_the_clock_stands_while_it_is_paused_and_what_fails_is_said(county: Drilling) -> None:
    drill = await county.steer(await county.make(), "start")
    drill = await county.steer(drill, "pause")
    await county.after(600)
    detail = (await county.client.get(f"/api/drills/{drill['id']}")).json()
    assert detail["drill_s"] == 0
    drill = await county.steer(detail, "resume")
    await county.after(30)
    detail = (await county.client.get(f"/api/drills/{drill['id']}")).json()
    assert [one["state"] for one in detail["inject_list"]] == [
        "done",
        "done",
        "done",
        "done",
        "failed",
        "waiting",
    ]
    assert "NO-9" in detail["inject_list"][4]["result"]
    ended = await county.steer(detail, "end")
    assert ended["inject_list"][5]["state"] == "skipped"
    assert ended["drill_s"] == 300


async def test_a_unit_of_the_exercise_obeys_while_the_real_one_stays_free(county: Drilling) -> None:
    drill = await county.steer(await county.make(simulated=True, scale=60), "start")
    await county.look_at(drill["space"])
    opened = await county.client.post(
        "/api/incidents", {"title": "演练", "kind": "flood", "level": 2, "lon": 115.5, "lat": 35.24}
    )
    (unit,) = (await county.client.get("/api/units")).json()["items"]
    sent = await county.client.post(
        f"/api/incidents/{opened.json()['id']}/tasks", {"unit_id": unit["id"], "order": "前往处置"}
    )
    assert sent.status_code == 201, sent.text
    for _ in range(60):
        await county.after(3)
    (task,) = (await county.client.get(f"/api/tasks?state=all&incident={opened.json()['id']}")).json()[
        "items"
    ]
    assert task["state"] == "completed"
    await county.look_at(0)
    (real,) = (await county.client.get("/api/units")).json()["items"]
    assert (real["status"], real["id"] != unit["id"]) == ("available", True)


async def test_a_call_that_nobody_answers_goes_on_to_the_next(county: Drilling) -> None:
    drill = await county.steer(await county.make(), "start")
    await county.look_at(drill["space"])
    await county.after(12)  # two minutes of the drill: the dispatchers are called
    await county.parts.path.tick()
    assert (await county.client.get("/api/notices")).json()["items"] == []
    await county.after(6)  # a minute of the drill later it is the shift lead's
    await county.parts.path.tick()
    (call,) = (await county.client.get("/api/notices")).json()["items"]
    assert call["title"]["zh"] == "【演练】来电"
    assert call["next"]["to"]["zh"] == "县领导"


async def test_an_inject_can_be_skipped_added_and_given_at_once(county: Drilling) -> None:
    drill = await county.steer(await county.make(), "start")
    base = f"/api/drills/{drill['id']}/injects"
    last = drill["inject_list"][-1]
    assert (await county.client.post(f"{base}/{last['id']}/skip", {})).status_code == 200
    assert (await county.client.post(f"{base}/{last['id']}/skip", {})).status_code == 409
    now = await county.client.post(f"{base}/{drill['inject_list'][1]['id']}/now", {})
    assert now.json()["inject_list"][1]["state"] == "done"
    more = {
        "kind": "note",
        "after": "1min",
        "title": {"zh": "加", "en": "more"},
        "text": {"zh": "加", "en": "more"},
    }
    added = await county.client.post(base, {"inject": more})
    assert added.status_code == 201, added.text
    assert added.json()["injects"] == 7
    refused = await county.client.post(base, {"inject": {**more, "kind": "exec"}})
    assert refused.status_code == 422


async def test_a_script_with_a_fault_is_refused_with_its_line(county: Drilling) -> None:
    text = SCRIPT.replace("quantity: level", "quantity: [level]")
    answer = await county.client.post("/api/drills/check", {"text": text})
    (fault,) = answer.json()["faults"]
    assert fault["line"] == 12
    assert (await county.client.post("/api/drills", {"text": text})).status_code == 422
    assert (await county.client.post("/api/drills", {"template": "nothing"})).status_code == 404


async def test_orders_of_an_exercise_never_reach_a_connector(county: Drilling) -> None:
    async with county.parts.db.work() as connection:
        vehicle = await add_entity(
            connection, "V1", type="Vehicle", platform="transport", device="013900000001"
        )
        await add_unit(connection, "R-2", vehicle=vehicle.key)
    await county.parts.path.entities_changed()
    drill = await county.steer(await county.make(simulated=False), "start")
    await county.look_at(drill["space"])
    opened = await county.client.post("/api/incidents", {"title": "演练", "kind": "flood", "level": 2})
    units = (await county.client.get("/api/units")).json()["items"]
    unit = next(one for one in units if one["code"] == "R-2")
    await county.client.post(
        f"/api/incidents/{opened.json()['id']}/tasks", {"unit_id": unit["id"], "order": "去"}
    )
    async with county.parts.db.work() as connection:
        assert await commands.waiting(connection) == []
        assert len(await commands.waiting_in(connection, drill["space"])) == 1
    await county.after(2)
    (task,) = (await county.client.get(f"/api/tasks?state=all&incident={opened.json()['id']}")).json()[
        "items"
    ]
    assert task["receipt"]["state"] == "delivered"
