"""Do screens hear of changes in order, lose nothing silently, and end with their session?"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from mudan.api.live import clients, hub, stream
from mudan.core.people.model import Role
from mudan.primitives.changes import Changes
from mudan.primitives.errors import Unavailable
from tests.api.running import Running, Socket, beating, running
from tests.core.county import actor, add_entity, add_unit, open_incident, raise_alarm
from tests.database import OTHER_TOWN, TOWN, Client

pytestmark = pytest.mark.anyio


@pytest.fixture
async def parts(app_client: Client, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Running]:
    monkeypatch.setattr(hub, "EVERY_S", 0.03)
    parts = await running(app_client)
    await parts.enter(Role.DUTY_OFFICER)
    async with beating(parts):
        yield parts


async def _station(parts: Running, local: str = "S1", area: str = TOWN) -> Any:
    async with parts.db.work() as connection:
        station = await add_entity(connection, local, area_code=area, properties={"warning_level_m": 100})
    await parts.path.entities_changed()
    return station


async def test_messages_are_numbered_without_gaps(parts: Running) -> None:
    station = await _station(parts)
    async with Socket(parts.client) as socket:
        assert await socket.subscribe("v1", "observations", urns=[station.urn]) == {
            "do": "subscribed",
            "id": "v1",
        }
        for n in range(4):
            await parts.observe(station.key, ("level", float(n)), at_s=n)
            heard = await socket.hear()
            assert (heard["id"], heard["seq"]) == ("v1", n + 1)
            moment = 1_795_395_600_000 + n * 1000
            assert heard["items"] == [[station.urn, "level", float(n), moment, 1_795_395_600_000, 0]]
        await socket.say(do="unsubscribe", id="v1")
        await parts.observe(station.key, ("level", 9.0), at_s=9)
        assert await socket.silent()


async def test_what_comes_within_a_beat_is_sent_together_and_newest(
    parts: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "EVERY_S", 0.3)
    station = await _station(parts)
    async with Socket(parts.client) as socket:
        await socket.subscribe("v1", "observations", types=["HydrometricStation"], quantities=["level"])
        await asyncio.sleep(0.05)
        await parts.observe(station.key, ("level", 1.0), ("speed", 5.0), at_s=1)
        await parts.observe(station.key, ("level", 2.0), at_s=2)
        assert [item[1:3] for item in (await socket.hear())["items"]] == [["level", 2.0]]


async def test_each_hears_of_their_own_area_only(parts: Running) -> None:
    here, there = await _station(parts), await _station(parts, "S2", OTHER_TOWN)
    await parts.enter(Role.DISPATCHER, TOWN)
    async with Socket(parts.client) as socket:
        await socket.subscribe("v1", "observations", types=["HydrometricStation"])
        await socket.subscribe("v2", "alarms")
        await parts.observe(there.key, ("level", 1.0))
        async with parts.db.work() as connection:
            foreign = await raise_alarm(connection, there)
        parts.hub.changed(Changes({foreign}))
        assert await socket.silent()
        await parts.observe(here.key, ("level", 2.0))
        assert [item[0] for item in (await socket.hear())["items"]] == [here.urn]


async def test_an_alarm_an_incident_and_a_unit_reach_the_screens(parts: Running) -> None:
    async with parts.db.work() as connection:
        unit, incident = await add_unit(connection), await open_incident(connection)
    async with Socket(parts.client) as socket:
        for topic in ("alarms", "incidents", "tasks", "units"):
            await socket.subscribe(topic, topic)
        await socket.subscribe("one", "incident", id=str(incident.id))
        await socket.subscribe("other", "incident", id=str(uuid4()))
        body = {"unit_id": str(unit.id), "order": "赶赴现场"}
        task = (await parts.client.post(f"/api/incidents/{incident.id}/tasks", body)).json()
        heard = {message["id"]: message["items"] for message in [await socket.hear() for _ in range(4)]}
        assert set(heard) == {"incidents", "tasks", "units", "one"}
        assert (heard["tasks"][0]["id"], heard["units"][0]["status"]) == (task["id"], "offered")
        assert [event["kind"] for event in heard["one"][0]["events"]][-2:] == ["task", "phase"]
        await parts.client.patch(f"/api/units/{unit.id}", {"administrative": "off_duty"})
        off = await socket.hear()
        assert (off["id"], off["items"][0]["status"]) == ("units", "off_duty")


async def test_a_moving_unit_is_followed_whenever_its_vehicle_reports(parts: Running) -> None:
    async with parts.db.work() as connection:
        vehicle = await add_entity(connection, "V1", type="Vehicle")
        await add_unit(connection, vehicle=vehicle.key)
    await parts.path.entities_changed()
    async with Socket(parts.client) as socket:
        await socket.subscribe("u", "units")
        for n in range(3):
            await parts.observe(
                vehicle.key, ("longitude", 115.0 + n), ("latitude", 35.0), ("speed", 1.0), at_s=n
            )
            assert (await socket.hear())["items"][0]["lon"] == 115.0 + n


async def test_a_slow_screen_is_told_that_it_lost_something(parts: Running) -> None:
    station = await _station(parts)
    async with Socket(parts.client) as socket:
        await socket.subscribe("v1", "observations", urns=[station.urn])
        await socket.subscribe("v2", "alarms")
        socket.reads.clear()
        [client] = parts.hub.clients
        for n in range(clients.QUEUE + 3):
            client.send(client.subscriptions["v1"], [n])
        socket.reads.set()
        heard = [await socket.hear()]
        while heard[-1].get("do") != "lost":
            heard.append(await socket.hear())
        assert await socket.hear() == {"id": "v2", "do": "lost"}
        assert len(heard) <= 3  # what waited is gone: the screen fetches it anew
        await parts.observe(station.key, ("level", 1.0))
        after = await socket.hear()
        while after["items"] and isinstance(after["items"][0], int):
            after = await socket.hear()
        assert after["seq"] == clients.QUEUE + 4


async def test_a_screen_that_does_not_read_is_cut_off(
    parts: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "SEND_S", 0.1)
    async with Socket(parts.client) as socket:
        await socket.subscribe("v1", "alarms")
        socket.reads.clear()
        await socket.say(do="ping")
        await asyncio.sleep(0.2)
        socket.reads.set()
        assert await socket.hear() == {"closed": 1013}
    assert parts.hub.clients == set()


async def test_the_end_of_the_session_ends_the_stream(
    parts: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "CHECK_S", 0.05)
    async with Socket(parts.client) as socket:
        await socket.subscribe("v1", "alarms")
        assert (await parts.client.send("DELETE", "/api/session")).status_code == 204
        assert await socket.hear() == {"closed": 4401}


async def test_a_person_whose_rights_change_hears_by_the_new_ones(
    parts: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "CHECK_S", 0.05)
    here, there = await _station(parts), await _station(parts, "S2", OTHER_TOWN)
    who = await parts.enter(Role.DUTY_OFFICER)
    async with Socket(parts.client) as socket:
        await socket.subscribe("v1", "observations", types=["HydrometricStation"])
        await socket.subscribe("v2", "alarms")
        async with parts.db.work() as connection:
            await connection.execute(
                "update person set role = 'integrator', area_code = %s where id = %s",
                (OTHER_TOWN, who.person),
            )
        parts.client.deps.sessions.forget(who.person)
        told = [await socket.hear(), await socket.hear()]
        assert told[0] == {"id": "v1", "do": "lost"}
        assert (told[1]["do"], told[1]["id"]) == ("refused", "v2")
        await parts.observe(here.key, ("level", 1.0))
        assert await socket.silent(0.2)
        await parts.observe(there.key, ("level", 1.0))
        assert [item[0] for item in (await socket.hear())["items"]] == [there.urn]


async def test_a_lost_database_delays_what_is_told(parts: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    async with parts.db.work() as connection:
        alarm = await raise_alarm(connection)
    async with Socket(parts.client) as socket:
        await socket.subscribe("v1", "alarms")
        whole = parts.hub._send_changes

        async def lost(*_: Any) -> None:
            raise Unavailable("lost")

        monkeypatch.setattr(parts.hub, "_send_changes", lost)
        parts.hub.changed(Changes({alarm}))
        assert await socket.silent(0.2)
        monkeypatch.setattr(parts.hub, "_send_changes", whole)
        heard = await socket.hear()
        assert (heard["seq"], heard["items"][0]["id"]) == (1, str(alarm))


async def test_what_is_not_understood_is_refused_and_the_stream_goes_on(parts: Running) -> None:
    wrong = {
        "nonsense": "not understood",
        '{"do":"subscribe","id":"v1","topic":"alarms","more":1}': "not understood",
        '{"do":"dance","id":"v1"}': "no such thing to do",
        '{"do":"subscribe","id":"v1","topic":"secrets"}': "no such topic",
        '{"do":"subscribe","id":"","topic":"alarms"}': "no such topic",
        '{"do":"subscribe","id":"v1","topic":"observations","filter":{"urns":"all"}}': "urns is a list of names",
    }
    async with Socket(parts.client) as socket:
        for text, reason in wrong.items():
            await socket.say_text(text)
            answer = await socket.hear()
            assert (answer["do"], answer["reason"]) == ("refused", reason)
        await socket.say(do="ping")
        assert await socket.hear() == {"do": "pong"}


async def test_a_page_from_elsewhere_a_crowd_and_a_flood_are_turned_away(
    parts: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Socket(parts.client, origin="http://evil.test") as socket:
        assert await socket.hear() == {"closed": 4403}
    async with Socket(parts.client) as socket:
        for n in range(clients.MOST_SUBSCRIPTIONS):
            await socket.subscribe(f"v{n}", "alarms")
        assert (await socket.subscribe("one-more", "alarms"))["reason"] == "too many subscriptions"
        assert (await socket.subscribe("v0", "units"))["do"] == "subscribed"
    monkeypatch.setattr(stream, "MOST_CLIENTS", 0)
    async with Socket(parts.client) as socket:
        assert await socket.hear() == {"closed": 1013}


async def test_screens_hear_which_things_changed_of_the_nouns_they_may_read(parts: Running) -> None:
    async with Socket(parts.client) as socket:
        assert (await socket.subscribe("v1", "changes", nouns=["warnings", "plans"]))["do"] == "subscribed"
        changes = Changes()
        changes.touch("warnings", 0, "w1")
        changes.touch("warnings", 7, "of an exercise")
        changes.touch("roads", 0, "not asked for")
        parts.hub.changed(changes)
        assert (await socket.hear())["items"] == [{"noun": "warnings", "id": "w1"}]
        refused = await socket.subscribe("v2", "changes", nouns=["people"])
        assert refused["do"] == "refused"
        assert (await socket.subscribe("v3", "changes"))["do"] == "refused"


async def test_what_waits_is_never_overtaken_by_what_is_written_at_once() -> None:
    open_to_writing, written = True, []

    def write_now(text: bytes) -> bool:
        written.extend([text] if open_to_writing else [])
        return open_to_writing

    screen = clients.Client(actor(), frozenset(), write_now=write_now)
    screen.say({"n": 1})
    open_to_writing = False
    screen.say({"n": 2})
    open_to_writing = True
    screen.say({"n": 3})
    assert (written, screen.queue.qsize()) == ([b'{"n":1}'], 2)
    screen.queue.get_nowait(), screen.queue.get_nowait()
    screen.sending = True  # the second is still on its way
    screen.say({"n": 4})
    screen.sending = False
    assert [screen.queue.get_nowait(), len(written)] == [b'{"n":4}', 1]
    screen.say({"n": 5})
    assert written == [b'{"n":1}', b'{"n":5}']
