"""Does the make-believe service hall reach the centre by the real ways: signed push, its own table, files, receipts?"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from mudan.connect.records.connector import RecordConnector
from mudan.connect.records.folder import DropFolder
from mudan.core.cases.model.known import learn
from mudan.core.people.model import Role
from mudan.core.records import queries
from mudan.run.connect import PlatformIntake
from mudan.run.discover import declared
from mudan.simulation.hall import LATE_FIRST, matter, opinion, record_sources
from mudan.simulation.world import World
from tests.api.running import Running, running
from tests.browser.conftest import free_port
from tests.database import COUNTY, START, Client

pytestmark = pytest.mark.anyio
GOV = declared("government_services")
WITHIN_S = 60


@asynccontextmanager
async def listening(app: Any) -> AsyncIterator[int]:
    """The API on a port of its own."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, lifespan="off"))
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]  # the test's own stop it
    serving = asyncio.create_task(server.serve())
    try:
        async with asyncio.timeout(WITHIN_S):
            while True:
                await asyncio.sleep(0.02)
                if server.started:
                    break
        yield port
    finally:
        server.should_exit = True
        await serving


async def counted(parts: Running, question: str) -> int:
    """A number that the database knows."""
    async with parts.db.work() as connection:
        row = await (await connection.execute(question)).fetchone()
    return 0 if row is None else int(next(iter(row.values())))


async def until(parts: Running, question: str, least: int) -> None:
    """Wait until there are so many."""
    async with asyncio.timeout(WITHIN_S):
        while True:
            if await counted(parts, question) >= least:
                return
            await asyncio.sleep(0.05)


async def test_a_hall_s_matters_reviews_files_and_receipts_go_the_real_ways(
    app_client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learn(GOV.cases)
    monkeypatch.setattr(DropFolder.watch, "__defaults__", (0.05,))
    parts = await running(app_client)
    parts.card.name, parts.card.feeds = GOV.name, GOV.feeds
    app_client.deps.nouns["centre"].platforms = {GOV.name: parts.card}
    await parts.enter(Role.INTEGRATOR)
    key = (await app_client.post(f"/api/record-keys/{GOV.name}", {"title": "演示数据"})).json()
    shared = {
        "pull_url": f"sqlite:///{tmp_path / 'hall.db'}", "folder": str(tmp_path / "drop"),
        "hook_url": f"http://127.0.0.1:{free_port()}/handling",
    }  # fmt: skip
    own = {"pull_matters": "banjian", "cursor_matters": "更新时间", "every_s": "0.1", "area": COUNTY}
    intake = PlatformIntake(GOV, parts.path, parts.clock, b"s" * 32)
    connector = RecordConnector(intake, {**shared, **own}, GOV.name, GOV.feeds, GOV.targets)
    world = World(1, parts.clock, 600.0, scenario="calm")
    async with listening(app_client.http._transport.app) as port:  # type: ignore[attr-defined]  # httpx names it so
        hall = import_module("mudan.platforms.government_services.simulator").Hall(
            world, "127.0.0.1", port, {**shared, "push_key": key["id"], "push_secret": key["secret"]}
        )
        tasks = [asyncio.create_task(hall.run()), asyncio.create_task(connector.serve())]
        await until(parts, "select count(*) from record where feed = 'matters'", 60)
        await until(parts, "select count(*) from record where feed = 'reviews'", 50)
        await until(parts, "select count(*) from record where feed = 'items'", 12)
        await until(parts, "select count(*) from record where feed = 'reviews_standard'", 3)
        await until(parts, "select count(*) from record_delivery where state = 'answered'", 2)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    assert await counted(parts, "select count(*) from record_bad") == 0
    channels = "select count(distinct channel) from record_run where state in ('running', 'done')"
    assert await counted(parts, channels) == 3
    assert await counted(parts, "select count(*) from case_file where type = 'bad_review'") >= 2
    assert await counted(parts, "select count(*) from case_file where type = 'overdue_matter'") >= 1
    async with parts.db.work() as connection:
        told = await queries.deliveries(connection, GOV.name)
    answered = [one for one in told if one["state"] == "answered"]
    assert all(one["number"].startswith("YS-") and "演示数据" in str(one["receipts"]) for one in answered)


def test_each_matter_follows_from_its_number_and_few_are_late() -> None:
    now = START
    assert matter(7, now) == matter(7, now)
    late = [number for number in range(1, 612) if (one := matter(number, now)).done_at > one.promised_at]
    assert len(late) == 10 + len(LATE_FIRST)
    assert all(matter(number, now).done_at - now >= timedelta(hours=1) for number in late)
    assert 8 <= sum(opinion(number)[0] < 3 for number in range(1, 571)) <= 14


def test_a_source_that_pushes_declares_no_time_and_the_others_do() -> None:
    times = {one["device"]: one["properties"].get("stale_after_s") for one in record_sources()}
    assert set(times) == {feed.name for feed in GOV.feeds}
    assert [name for name, after_s in times.items() if after_s is None] == ["reviews"]
