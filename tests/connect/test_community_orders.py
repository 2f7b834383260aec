"""Does what a property firm says over its line move the case, and is the firm told back until its receipt comes?"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any
from uuid import uuid4

import pytest

from mudan.connect.lines import LineConnector
from mudan.core.cases import actions, queries
from mudan.core.cases.actions import Step
from mudan.core.cases.model.chart import Author, Hand
from mudan.core.cases.model.known import learn
from mudan.core.cases.model.words import Case
from mudan.core.cases.queries import Wanted
from mudan.core.entities import actions as entities
from mudan.core.observations.model import LINK
from mudan.core.path import Path
from mudan.core.records import queries as records
from mudan.run.connect import PlatformIntake
from mudan.run.discover import declared
from tests.api.running import Running
from tests.core.cases.desk import DESK
from tests.database import TOWN, Client
from tests.journeys.wire import free_port

pytestmark = pytest.mark.anyio
COMMUNITY = declared("community")
FIRM = "SL-WY01"


class Firm:
    """A property firm's system on its line."""

    def __init__(self, parts: Running, connector: Any, intake: PlatformIntake, port: int) -> None:
        self.parts, self.connector, self.intake, self.port = parts, connector, intake, port
        self.at = 0

    async def connect(self) -> None:
        """Speak over a new connection."""
        for _ in range(100):
            with contextlib.suppress(OSError):
                self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
                return
            await asyncio.sleep(0.02)
        raise AssertionError("nobody listens")

    async def line(self) -> str:
        """The next line from the centre."""
        return (await asyncio.wait_for(self.reader.readline(), 10)).decode().strip()

    async def say(self, held: Mapping[str, Any]) -> str:
        """Send a line; the answer."""
        self.writer.write(json.dumps(held, ensure_ascii=False).encode() + b"\n")
        await self.writer.drain()
        return await self.line()

    async def order(self, state: str, **more: Any) -> str:
        """Send the order in a state, each time a minute later."""
        self.at += 1
        return await self.say(
            {
                "firm": FIRM, "order": "WX-7", "kind": "leak", "state": state, "title": "示例漏水",
                "reported": "2026-11-23T00:00:00Z", "at": f"2026-11-23T01:{self.at:02d}:00Z", "open": 3, **more,
            }
        )  # fmt: skip

    async def told(self) -> dict[str, Any]:
        """Let the centre tell what waits; what the firm reads of it."""
        assert await self.connector.tell(self.intake) == 1
        found: dict[str, Any] = json.loads(await self.line())
        return found

    async def case(self) -> Case:
        """The only case."""
        async with self.parts.db.work() as connection:
            (one,), _ = await queries.page(connection, DESK, Wanted(state="all"), self.parts.clock.now())
            return await queries.one(connection, one.id)

    async def step(self, event: str, hand: str = "dispatcher", **more: Any) -> None:
        """Somebody of the county takes a step."""
        case = await self.case()
        async with self.parts.db.work() as connection:
            step = Step(event, case.version, uuid4(), "示例", **more)
            await actions.move_as(
                connection, case.id, step, Hand(None, hand), Author("值班"), self.parts.clock.now()
            )

    async def deliveries(self) -> list[dict[str, Any]]:
        """What is or was to be told, the newest first."""
        async with self.parts.db.work() as connection:
            return await records.deliveries(connection, "community")


@pytest.fixture
async def firm(app_client: Client) -> AsyncIterator[Firm]:
    learn(COMMUNITY.cases)
    parts = Running(app_client)
    parts.path = Path(
        parts.db, parts.clock, [*COMMUNITY.quantities, LINK], COMMUNITY.rules, parts.hub, keep_good_hours=24
    )
    await parts.start()
    await _registered(parts)
    intake = PlatformIntake(COMMUNITY, parts.path, parts.clock, b"s" * 32)
    port = free_port()
    connector = COMMUNITY.connector(intake, {"port": str(port)})
    assert isinstance(connector, LineConnector)
    serving = asyncio.create_task(LineConnector.serve(connector))  # the tests say when the firm is told
    made = Firm(parts, connector, intake, port)
    await made.connect()
    yield made
    made.writer.close()
    serving.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await serving


async def _registered(parts: Running) -> None:
    async with parts.db.work() as connection:
        about = {
            "urn": f"urn:ngsi-ld:PropertyFirm:{FIRM}", "type": "PropertyFirm", "platform": "community", "device": FIRM,
            "name_zh": "示例物业", "name_en": "Example firm", "area_code": TOWN, "department": None,
            "properties": {"most_open": 20, "area_code": TOWN},
        }  # fmt: skip
        await entities.put(connection, about, parts.clock.now())
    await parts.path.entities_changed()


async def test_done_moves_the_case_to_the_check_and_returned_brings_it_back(firm: Firm) -> None:
    assert await firm.order("new") == f"OK {FIRM} WX-7"
    assert (await firm.case()).state == "reported"
    await firm.order("done")
    case = await firm.case()
    assert (case.state, case.situation.flags > 0) == ("answered", True)
    assert await firm.order("done") == f"OK {FIRM} WX-7"
    assert (await firm.case()).version == case.version
    await firm.order("returned", note="修后仍漏")
    case = await firm.case()
    assert (case.state, case.situation.reworked) == ("handling", 1)
    await firm.order("done", note="已换管")
    await firm.step("check")
    await firm.step("pass")
    assert (await firm.case()).state == "evaluating"
    await firm.order("returned", note="第二天又漏")
    case = await firm.case()
    assert (case.state, case.situation.reopened, case.closed_at) == ("dispatching", 1, None)


async def test_a_refused_order_goes_back_to_be_dispatched(firm: Firm) -> None:
    await firm.order("taken")
    for event, more in (("accept", {}), ("open", {}), ("dispatch", {"owner": "water"})):
        await firm.step(event, **more)
    assert (await firm.case()).state == "assigned"
    await firm.order("refused", note="不属本小区")
    case = await firm.case()
    assert (case.state, case.situation.returned, case.situation.owner) == ("dispatching", 1, None)


async def test_the_firm_is_told_again_until_its_receipt_and_never_of_the_next_before(firm: Firm) -> None:
    await firm.order("new")
    first = await firm.told()
    assert (first["order"], first["event"], first["case"]) == ("WX-7", "report", (await firm.case()).number)
    await firm.step("accept")
    await firm.step("open")
    assert await firm.connector.tell(firm.intake) == 0  # the pause; and what came later waits behind
    firm.writer.close()
    firm.parts.clock.advance(10)
    for _ in range(100):
        await firm.connector.tell(firm.intake)
        if (await firm.deliveries())[-1]["reason"] == "the firm is not connected":
            break
        firm.parts.clock.advance(600)
        await asyncio.sleep(0.02)
    await firm.connect()
    await firm.order("taken")
    firm.parts.clock.advance(600)
    again = await firm.told()
    assert again["told"] == first["told"]
    receipt = {
        "firm": FIRM, "told": first["told"], "receipt": "accepted", "number": "PG-9", "text": "已收",
        "at": "2026-11-23T01:30:00Z",
    }  # fmt: skip
    for _ in range(2):
        assert await firm.say(receipt) == f"OK {FIRM} {first['told']}"
    oldest = (await firm.deliveries())[-1]
    assert (oldest["state"], oldest["number"]) == ("accepted", "PG-9")
    assert (await firm.told())["event"] == "open"


async def test_a_receipt_for_what_nobody_told_is_a_bad_line_and_changes_nothing(firm: Firm) -> None:
    await firm.order("new")
    told = await firm.told()
    for forged in (str(uuid4()), told["told"]):
        line = {"firm": "SL-WY99", "told": forged, "receipt": "answered", "at": "2026-11-23T01:30:00Z"}
        firm.writer.write(json.dumps(line).encode() + b"\n")
    stray = {"firm": FIRM, "told": str(uuid4()), "receipt": "answered", "at": "2026-11-23T01:30:00Z"}
    firm.writer.write(json.dumps(stray).encode() + b"\n")
    assert await firm.order("taken") == f"OK {FIRM} WX-7"
    counted = firm.connector.health()
    assert (counted["frames_bad"], counted["frames_unknown"]) == (1, 2)
    assert [one["state"] for one in await firm.deliveries()] == ["waiting"]
