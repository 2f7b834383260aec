"""Does a frame become a finished task? Once for the river gauge, once for the crew's emergency button."""

import asyncio
import struct
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest

from mudan.primitives.clock import SystemClock
from tests.journeys.conftest import PHONE, STATION, Journey
from tests.journeys.wire import Wire, minutes_ago, position, station_frame, terminal_frame, wire

pytestmark = pytest.mark.anyio


async def until(look: Callable[[], Awaitable[Any]], within_s: float = 15.0) -> Any:
    """What `look` finds, as soon as it finds something."""
    async with asyncio.timeout(within_s):
        while not (found := await look()):  # noqa: ASYNC110 - the other side is a socket, no event of ours
            await asyncio.sleep(0.1)
    return found


async def test_a_gauge_over_its_limit_brings_a_crew_to_the_river(journey: Journey) -> None:
    now = SystemClock().now()
    async with wire(journey.ports["water"]) as gauge, wire(journey.ports["transport"]) as truck:
        await _sign_on(truck)
        await gauge.send(station_frame(STATION, 1, minutes_ago(now, 2), 39.9))
        assert b"\x7e\x7e" in await gauge.some()
        assert (await journey.get("duty", "/api/alarms"))["total"] == 0

        high = station_frame(STATION, 2, minutes_ago(now, 1), 40.25)
        await gauge.send(high)
        answer = await gauge.some()
        assert answer[2:7].hex() == STATION  # downlinks carry the station first
        (alarm,) = (await journey.get("duty", "/api/alarms"))["items"]
        assert (alarm["rule"], alarm["value"], alarm["limit"]) == ("water.river_warning", 40.25, 40.0)

        await gauge.send(high)  # sent again because the answer was late: confirmed again, recorded once
        assert await gauge.some()
        assert (await journey.get("duty", "/api/alarms"))["total"] == 1
        urn = f"urn:ngsi-ld:HydrometricStation:{STATION}"
        (series,) = (await journey.get("duty", f"/api/entities/{urn}/observations?quantity=water_level"))[
            "series"
        ]
        assert [point[1] for point in series["points"]] == [39.9, 40.25]

        await journey.post("duty", "/api/alarms/acknowledge", {"ids": [alarm["id"]]})
        incident = await journey.post(
            "duty",
            "/api/incidents",
            {"title": "测试站超警", "kind": "flood", "level": 3, "alarm_ids": [alarm["id"]]},
        )
        candidates = await journey.get("duty", f"/api/incidents/{incident['id']}/candidates")
        best = candidates["items"][0]
        assert (best["unit"]["code"], best["suitable"]) == ("rescue-01", True)
        task = await journey.post(
            "duty",
            f"/api/incidents/{incident['id']}/tasks",
            {"unit_id": best["unit"]["id"], "order": "前往查看"},
        )
        await _receive_the_order(truck, incident["number"])
        await until(lambda: _delivered(journey, task["id"]))
        await _work_it_off(journey, truck, task, incident)


async def _sign_on(truck: Wire) -> None:
    register = (
        struct.pack(">HH", 37, 1702) + b"MAKER" + b"TYPE".ljust(20, b"\0") + b"TERM001" + b"\0" + b"VIN"
    )
    await truck.send(terminal_frame(PHONE, 0x0100, 0, register))
    registered = await truck.answer()
    assert registered[:2] == b"\x81\x00"
    assert registered[14] == 0
    await truck.send(terminal_frame(PHONE, 0x0102, 1, registered[15:]))
    assert (await truck.answer())[-1] == 0
    await truck.send(terminal_frame(PHONE, 0x0200, 2, position(SystemClock().now(), 115.40, 35.2)))
    assert (await truck.answer())[-3:] == b"\x02\x00\x00"


async def _receive_the_order(truck: Wire, number: str) -> None:
    order = await truck.answer(15.0)
    assert order[:2] == b"\x83\x00"
    text = order[13:].decode("gbk")
    assert number in text
    assert "前往查看 @115.46000,35.20000" in text
    answered = order[10:12] + order[:2] + b"\x00"
    await truck.send(terminal_frame(PHONE, 0x0001, 3, answered))


async def _delivered(journey: Journey, task_id: str) -> bool:
    (task,) = [one for one in (await journey.get("duty", "/api/tasks"))["items"] if one["id"] == task_id]
    return bool(task["receipt"]["state"] == "delivered")


async def _report(journey: Journey, who: str, task: dict[str, Any], event: str) -> dict[str, Any]:
    body = {"event": event, "client_id": str(uuid4()), "device_at": SystemClock().now().isoformat()}
    once = await journey.post(who, f"/api/tasks/{task['id']}/events", body)
    again: dict[str, Any] = await journey.post(who, f"/api/tasks/{task['id']}/events", body)
    assert again["stamps"] == once["stamps"]
    return again


async def _work_it_off(journey: Journey, truck: Wire, task: dict[str, Any], incident: dict[str, Any]) -> None:
    (mine,) = (await journey.get("crew", "/api/tasks?mine=1"))["items"]
    assert (mine["id"], mine["order"]) == (task["id"], "前往查看")
    assert (await _report(journey, "crew", task, "accept"))["state"] == "accepted"
    await asyncio.sleep(1.2)  # the path looks once a second which vehicles are on their way
    await truck.send(terminal_frame(PHONE, 0x0200, 4, position(SystemClock().now(), 115.4601, 35.2001)))
    await truck.answer()
    arrived = await until(lambda: _proposal(journey))
    assert arrived["event"] == "arrive"
    assert (await _report(journey, "duty", task, "arrive"))["state"] == "on_scene"
    refused = await journey.clients["duty"].post(
        f"/api/incidents/{incident['id']}/close",
        json={"disposition": "resolved", "summary": "好", "version": 0},
    )
    assert refused.status_code == 409
    assert (await _report(journey, "crew", task, "complete"))["state"] == "completed"
    now = await journey.get("duty", f"/api/incidents/{incident['id']}")
    closed = await journey.post(
        "duty",
        f"/api/incidents/{incident['id']}/close",
        {"disposition": "resolved", "summary": "水位回落", "version": now["version"]},
    )
    assert closed["phase"] == "closed"
    kinds = [event["kind"] for event in closed["timeline"]]
    for kind in ("opened", "alarm_linked", "task", "receipt", "proposal", "closed"):
        assert kind in kinds


async def _proposal(journey: Journey) -> dict[str, Any] | None:
    tasks = (await journey.get("duty", "/api/tasks"))["items"]
    proposal: dict[str, Any] | None = tasks[0]["proposal"] if tasks else None
    return proposal


async def test_an_emergency_button_is_an_alarm_that_needs_a_reset(journey: Journey) -> None:
    async with wire(journey.ports["transport"]) as truck:
        await _sign_on(truck)
        at = SystemClock().now()
        await truck.send(terminal_frame(PHONE, 0x0200, 5, position(at, 115.41, 35.2, alarm=1)))
        assert (await truck.answer())[-3:] == b"\x02\x00\x00"
        (alarm,) = (await journey.get("duty", "/api/alarms"))["items"]
        assert alarm["rule"] == "transport.emergency"
        assert alarm["life_safety"]

        refused = await journey.post(
            "duty", "/api/alarms/shelve", {"ids": [alarm["id"]], "minutes": 5, "reason": "误报"}
        )
        assert refused["refused"]

        await asyncio.sleep(1.1)  # terminals report whole seconds
        await truck.send(terminal_frame(PHONE, 0x0200, 6, position(SystemClock().now(), 115.41, 35.2)))
        await truck.answer()
        await journey.post("duty", "/api/alarms/acknowledge", {"ids": [alarm["id"]]})
        latched = await journey.get("duty", f"/api/alarms/{alarm['id']}")
        assert (latched["active"], latched["latched"]) == (False, True)
        done = await journey.post("duty", "/api/alarms/reset", {"ids": [alarm["id"]], "note": "人已找到"})
        assert not done["items"][0]["latched"]
        assert (await journey.get("duty", "/api/alarms"))["total"] == 0


async def test_strangers_and_junk_are_kept_and_shown_and_not_answered(journey: Journey) -> None:
    now = SystemClock().now()
    async with wire(journey.ports["water"]) as stranger:
        await stranger.send(station_frame("0099999999", 1, minutes_ago(now, 1), 10.0))
        broken = bytearray(station_frame(STATION, 1, minutes_ago(now, 1), 10.0))
        broken[-1] ^= 0xFF
        await stranger.send(bytes(broken) + b"\x00" * 40)
        assert await stranger.nothing(1.0)
    health = {one["name"]: one for one in (await journey.get("duty", "/api/platforms"))["items"]}
    assert health["water"]["counters"]["frames_unknown"] == 1
    assert health["water"]["counters"]["frames_bad"] >= 1
    async with journey.centre.db.work() as connection:
        kept = await (
            await connection.execute("select verdict, reason, clause, raw from frame_bad order by id")
        ).fetchall()
    assert {row["verdict"] for row in kept} == {"unknown_device", "bad"}
    assert all(row["reason"] for row in kept)
    assert bytes(broken) in b"".join(bytes(row["raw"]) for row in kept)
