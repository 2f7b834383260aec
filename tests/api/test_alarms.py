"""Does the inbox speak its contract: pages, counts, bulk actions, and a trail of every deed?"""

from uuid import UUID, uuid4

import pytest

from mudan.core.people.model import Role
from tests.api.running import Running, running
from tests.core.county import add_entity, raise_alarm
from tests.core.rules.bench import rule
from tests.database import TOWN, Client

pytestmark = pytest.mark.anyio


@pytest.fixture
async def parts(app_client: Client) -> Running:
    parts = await running(app_client)
    await parts.enter(Role.DUTY_OFFICER)
    return parts


async def _alarms(parts: Running, count: int = 1, **options: object) -> list[str]:
    async with parts.db.work() as connection:
        return [
            str(await raise_alarm(connection, await add_entity(connection, f"S{n}"), at=n, **options))
            for n in range(count)
        ]


async def test_an_alarm_tells_all_that_a_person_needs(parts: Running) -> None:
    [alarm] = await _alarms(parts)
    page = (await parts.client.get("/api/alarms")).json()
    [shown] = page["items"]
    assert (shown["id"], shown["level"], shown["active"], shown["acknowledged"]) == (alarm, 3, True, False)
    assert (shown["value"], shown["limit"], shown["unit"], shown["count"]) == (11.0, 10.0, "m", 1)
    assert shown["entity"]["area_code"] == TOWN
    assert shown["entity"]["area_name"] == {"zh": "沙土镇", "en": "Shatu Town"}
    assert shown["raised_at"] == "2026-11-23T01:00:00.000Z"
    assert page["counts"] == {
        "unacknowledged": 1, "standing": 1, "shelved": 0, "suppressed": 0, "by_level": {"1": 0, "2": 0, "3": 1, "4": 0},
    }  # fmt: skip
    detail = (await parts.client.get(f"/api/alarms/{alarm}")).json()
    assert [event["kind"] for event in detail["events"]] == ["raised"]


async def test_pages_are_walked_by_their_cursor(parts: Running) -> None:
    ids = await _alarms(parts, 5)
    walked, cursor = [], ""
    for _ in range(3):
        page = (await parts.client.get(f"/api/alarms?limit=2{cursor}")).json()
        walked += [one["id"] for one in page["items"]]
        cursor = f"&cursor={page['next']}"
    assert (walked, page["next"], page["total"]) == (ids[::-1], None, 5)
    assert (await parts.client.get("/api/alarms?cursor=nonsense")).status_code == 422
    assert (await parts.client.get("/api/alarms?state=nonsense")).status_code == 422


async def test_acknowledging_in_bulk_is_told_and_written_down(parts: Running) -> None:
    ids, unknown = await _alarms(parts, 2), str(uuid4())
    answer = (
        await parts.client.post("/api/alarms/acknowledge", {"ids": [*ids, unknown], "note": "看到"})
    ).json()
    assert [one["acknowledged"] for one in answer["items"]] == [True, True]
    assert [one["id"] for one in answer["refused"]] == [unknown]
    assert {one["owner"] for one in answer["items"]} == {str(parts.client.people["duty_officer.371702"].id)}
    mine = (await parts.client.get("/api/alarms?mine=true")).json()
    assert mine["total"] == 2
    again = (await parts.client.post("/api/alarms/acknowledge", {"ids": ids})).json()
    assert [one["reason"]["zh"] for one in again["refused"]] == ["已经有人确认"] * 2
    async with parts.db.work() as connection:
        rows = await (
            await connection.execute(
                "select object from audit where action = 'alarm.acknowledge' order by seq"
            )
        ).fetchall()
    assert [row["object"] for row in rows] == ids


async def test_shelving_hides_until_its_time(parts: Running) -> None:
    [alarm] = await _alarms(parts)
    for wrong in ({"minutes": 721}, {"minutes": 0}, {"minutes": -1}):
        answer = await parts.client.post("/api/alarms/shelve", {"ids": [alarm], "reason": "检修", **wrong})
        assert answer.status_code == 422
    answer = (await parts.client.post("/api/alarms/shelve", {"ids": [alarm], "minutes": 30})).json()
    assert answer["refused"][0]["reason"]["en"] == "shelving needs a reason"
    body = {"ids": [alarm], "minutes": 30, "reason": "检修"}
    [shelved] = (await parts.client.post("/api/alarms/shelve", body)).json()["items"]
    assert (shelved["suppression"], shelved["suppressed_until"]) == (
        "shelved_timed",
        "2026-11-23T01:30:00.000Z",
    )
    assert (await parts.client.get("/api/alarms")).json()["total"] == 0
    assert (await parts.client.get("/api/alarms?state=shelved")).json()["total"] == 1
    parts.clock.advance(1800)
    await parts.path.tick()
    await parts.enter(Role.DUTY_OFFICER)
    assert (await parts.client.get("/api/alarms")).json()["total"] == 1


async def test_life_safety_is_refused_to_the_shelf(parts: Running) -> None:
    [alarm] = await _alarms(parts, rule=rule(name="water.life", life_safety=True))
    body = {"ids": [alarm], "one_shot": True, "reason": "检修"}
    answer = (await parts.client.post("/api/alarms/shelve", body)).json()
    assert (answer["items"], answer["refused"][0]["reason"]["zh"]) == ([], "人身安全类告警不能搁置")


async def test_the_wishes_of_the_inbox_narrow_it(parts: Running) -> None:
    await _alarms(parts, 2)
    async with parts.db.work() as connection:
        grave = await raise_alarm(
            connection,
            await add_entity(connection, "far", name_zh="沙河闸"),
            rule=rule(name="fire.x", level=1),
        )
    for wish, total in (
        ("level=1", 1), ("level=1,3", 3), ("platform=water", 3), ("platform=fire", 0), ("q=沙河", 1), ("q=%00", 422),
        ("area=371702101", 3), ("area=3717021019", 0), ("entity=urn:ngsi-ld:HydrometricStation:far", 1),
    ):  # fmt: skip
        answer = await parts.client.get(f"/api/alarms?{wish}")
        assert (answer.status_code if total == 422 else answer.json()["total"]) == total, wish
    assert UUID((await parts.client.get("/api/alarms?level=1")).json()["items"][0]["id"]) == grave
