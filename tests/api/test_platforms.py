"""Is the health of a platform shown, are its bad frames kept for reading, and can its devices be told something?"""

from uuid import UUID

import pytest

from mudan.core.commands import actions as commands
from mudan.core.commands.model import CommandState, Receipt
from mudan.core.frames import actions as frames
from mudan.core.frames.model import Frame, Verdict
from mudan.core.people.model import Role
from mudan.primitives.clock import to_us
from tests.api.running import Running, running
from tests.core.county import add_entity, raise_alarm
from tests.database import START, Client

pytestmark = pytest.mark.anyio


@pytest.fixture
async def parts(app_client: Client) -> Running:
    parts = await running(app_client)
    await parts.enter(Role.INTEGRATOR)
    return parts


async def test_a_platform_shows_its_health_and_all_that_it_declares(parts: Running) -> None:
    [card] = (await parts.client.get("/api/platforms")).json()["items"]
    assert (card["name"], card["state"], card["frames"]["bad_1h"]) == ("water", "online", 1)
    assert [one["name"] for one in card["rules"]] == ["water.high"]
    assert [one["name"] for one in card["commands"]] == ["query"]
    assert "level" in [one["name"] for one in card["quantities"]]


async def test_bad_frames_are_read_page_by_page(parts: Running) -> None:
    async with parts.db.work() as connection:
        kept = [
            Frame(bytes([n, 255]), to_us(START), "10.0.0.1:9", Verdict.BAD, "d", None, "crc", 1, "§6")
            for n in range(3)
        ]
        await frames.keep(connection, "water", kept, keep_good=False)
    first = (await parts.client.get("/api/platforms/water/frames?limit=2")).json()
    assert [(one["hex"], one["length"], one["offset"]) for one in first["items"]] == [
        ("02ff", 2, 1),
        ("01ff", 2, 1),
    ]
    rest = (await parts.client.get(f"/api/platforms/water/frames?limit=2&cursor={first['next']}")).json()
    assert ([one["hex"] for one in rest["items"]], rest["next"]) == (["00ff"], None)
    assert (await parts.client.get("/api/platforms/none/frames")).status_code == 404
    assert (await parts.client.get("/api/platforms/water/frames?verdict=lovely")).status_code == 422


async def test_a_device_is_told_something_and_its_receipt_is_shown(parts: Running) -> None:
    async with parts.db.work() as connection:
        station = await add_entity(connection, device="0001")
        other = await add_entity(connection, "V1", type="Vehicle", platform="transport")
    path = "/api/platforms/water/commands"
    for wrong, status in (
        ({"kind": "explode"}, 422), ({"payload": {"who": 1}}, 422), ({"urn": other.urn}, 404), ({"urn": "x"}, 404),
    ):  # fmt: skip
        body = {"urn": station.urn, "kind": "query", "payload": {"what": "level"}} | wrong
        assert (await parts.client.post(path, body)).status_code == status, wrong
    assert parts.commands_called == 0
    ordered = (
        await parts.client.post(path, {"urn": station.urn, "kind": "query", "payload": {"what": "level"}})
    ).json()
    assert (ordered["state"], ordered["attempts"], parts.commands_called) == ("queued", 0, 1)
    async with parts.db.work() as connection:
        receipt = Receipt(UUID(ordered["id"]), CommandState.DELIVERED, to_us(START), "", {"level": 40.1})
        await commands.receive(connection, [receipt])
    [shown] = (await parts.client.get(f"{path}?urn={station.urn}")).json()["items"]
    assert (shown["state"], shown["detail"]) == ("delivered", {"level": 40.1})


async def test_indicators_are_worked_out_with_their_figures(parts: Running) -> None:
    async with parts.db.work() as connection:
        await raise_alarm(connection)
    raised, share = (await parts.client.get("/api/kpis")).json()["items"]
    assert (raised["value"], raised["denominator"]) == (1.0, None)
    assert (share["value"], share["numerator"], share["denominator"]) == (25.0, 1.0, 4.0)
