"""Are groups, links, outages, calls and performance told as the screens read them, each deed with its record?"""

from uuid import UUID

import pytest

from mudan.core.people.model import Role
from tests.api.running import Running, running
from tests.core.county import PLACE, add_entity, raise_alarm
from tests.core.rules.bench import rule
from tests.database import Client

pytestmark = pytest.mark.anyio
GRAVEST = rule(name="water.gravest", level=1)


@pytest.fixture
async def parts(app_client: Client) -> Running:
    parts = await running(app_client)
    await parts.enter(Role.DUTY_OFFICER)
    return parts


async def _fire(parts: Running) -> tuple[str, str]:
    """Two systems see one fire."""
    async with parts.db.work() as connection:
        ids = []
        for platform, name in (("emergency", "emergency.fire_alarm"), ("cameras", "cameras.smoke")):
            thing = await add_entity(connection, platform, platform=platform, lon=PLACE[0])
            ids.append(str(await raise_alarm(connection, thing, rule=rule(name=name, level=2))))
    parts.clock.advance(20)
    await parts.path.tick()
    return ids[0], ids[1]


async def _audited(parts: Running) -> list[str]:
    async with parts.db.work() as connection:
        rows = await (await connection.execute("select action from audit order by seq")).fetchall()
    return [row["action"] for row in rows]


async def test_one_click_makes_two_alarms_one_incident(parts: Running) -> None:
    pair = set(await _fire(parts))
    [link] = (await parts.client.get("/api/alarms/links")).json()["items"]
    assert {link["one"]["id"], link["other"]["id"]} == pair
    answer = (await parts.client.post(f"/api/alarms/links/{link['id']}/accept", {})).json()
    incident = (await parts.client.get(f"/api/incidents/{answer['incident']}")).json()
    assert {alarm["id"] for alarm in incident["alarms"]} == pair
    assert (await parts.client.post(f"/api/alarms/links/{link['id']}/accept", {})).status_code == 409
    assert "alarm.link_accept" in await _audited(parts)


async def test_a_refused_link_is_not_suggested_again(parts: Running) -> None:
    await _fire(parts)
    [link] = (await parts.client.get("/api/alarms/links")).json()["items"]
    assert (await parts.client.post(f"/api/alarms/links/{link['id']}/reject", {})).json()["items"] == []
    await parts.path.tick()
    assert (await parts.client.get("/api/alarms/links")).json()["items"] == []


async def test_a_call_is_mine_and_answering_it_takes_the_alarm(parts: Running) -> None:
    async with parts.db.work() as connection:
        alarm = await raise_alarm(connection, rule=GRAVEST)
    parts.clock.advance(60)
    await parts.path.tick()
    await parts.enter(Role.DUTY_OFFICER)
    shown = (await parts.client.get(f"/api/alarms/{alarm}")).json()
    assert shown["escalation"]["to"]["zh"] == "带班领导"
    [notice] = (await parts.client.get("/api/notices")).json()["items"]
    assert (notice["next"]["step"], notice["level"]) == (3, 1)
    answered = (await parts.client.post(f"/api/notices/{notice['id']}/acknowledge", {})).json()
    assert (answered["state"], answered["next"], len(answered["receipts"])) == ("acknowledged", None, 1)
    taken = (await parts.client.get(f"/api/alarms/{alarm}")).json()
    assert (taken["acknowledged"], taken["escalation"]) == (True, None)
    assert (await parts.client.get("/api/notices")).json()["items"] == []


async def test_groups_tell_how_many_are_how_few(parts: Running) -> None:
    async with parts.db.work() as connection:
        for n in range(5):
            await raise_alarm(connection, at=n)
    told = (await parts.client.get("/api/alarms/groups")).json()
    assert (told["alarms"], len(told["items"]), told["flood"]) == (5, 1, None)
    [group] = told["items"]
    only = (await parts.client.get(f"/api/alarms?state=all&group={group['id']}")).json()
    assert only["total"] == group["standing"] == 5


async def test_an_outage_is_approved_by_a_second_person(parts: Running) -> None:
    async with parts.db.work() as connection:
        alarm: UUID = await raise_alarm(connection)
    body = {"alarm": str(alarm), "reason": "换探头", "work_order": "W-7", "hours": 2}
    asked = (await parts.client.post("/api/alarms/outages", body)).json()
    decision = {"approve": True, "version": asked["version"]}
    path = f"/api/alarms/outages/{asked['id']}"
    assert (await parts.client.post(f"{path}/decision", decision)).status_code == 403
    await parts.enter(Role.DUTY_OFFICER, login="second")
    assert (await parts.client.post(f"{path}/decision", decision)).json()["state"] == "approved"
    counts = (await parts.client.get("/api/alarms")).json()["counts"]
    assert (counts["standing"], counts["suppressed"]) == (0, 1)
    back = {"test_result": "正常", "version": 2}
    assert (await parts.client.post(f"{path}/return", back)).json()["state"] == "returned"
    assert {"alarm.outage_ask", "alarm.outage_decide", "alarm.outage_return"} <= set(await _audited(parts))


async def test_performance_is_told_and_exported_without_any_name(parts: Running) -> None:
    async with parts.db.work() as connection:
        for n in range(3):
            await raise_alarm(connection, at=n)
    parts.clock.advance(60)
    told = (await parts.client.get("/api/alarms/performance")).json()
    assert (told["calls"], told["desk"]["id"]) == (3, "duty_officer.371702".replace(".", "@"))
    table = (await parts.client.get("/api/alarms/performance.csv")).text
    assert "未经授权的抑制" in table
    assert table.count("\n") > told["intervals"]
    assert (await parts.client.get("/api/alarms/performance?desk=nobody@1")).status_code == 404
    for answer in (str(told), table):
        assert "duty_officer.371702" not in answer
