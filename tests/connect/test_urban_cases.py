"""Does a case that another 数字城管 system pushes become one of ours, once, and is that system told until it heard?"""

import asyncio
import base64
import contextlib
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from importlib import import_module
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from mudan.connect.cells import Row
from mudan.connect.mapping import Source, mapped
from mudan.connect.platform import Connector
from mudan.connect.records import telling
from mudan.core.cases import actions as cases
from mudan.core.cases import queries as case_queries
from mudan.core.cases.actions import Step
from mudan.core.cases.model.chart import Author, Hand
from mudan.core.cases.model.known import learn
from mudan.core.cases.model.words import Case
from mudan.core.entities import actions as entity_actions
from mudan.core.people.model import Role
from mudan.core.records import actions as record_actions
from mudan.core.records import queries
from mudan.core.records.model.words import Record, case_id
from mudan.run.connect import PlatformIntake
from mudan.run.discover import declared
from mudan.simulation.streets import urban_entities
from tests.api.running import Running, running
from tests.core.tasks.test_photos import picture
from tests.database import START, WATER, Client
from tests.every_platform.test_connector import connected, free_port

pytestmark = pytest.mark.anyio
NAME = "urban_management"
FEED = declared(NAME).feeds[0]
_SIMULATOR: Any = import_module(f"mudan.platforms.{NAME}.simulator")
case_line, receipt = _SIMULATOR.case, _SIMULATOR.receipt
AT = START - timedelta(minutes=20)


class Peer:
    """Another city's system at the other end of the wire."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.told: list[dict[str, Any]] = []

    async def say(self, line: bytes) -> dict[str, Any]:
        """Send a line; the first answer that is not about what became of a case."""
        self.writer.write(line)
        while True:
            heard = await self.hear()
            if heard.get("kind") != "told":
                return heard

    async def hear(self, within_s: float = 10) -> dict[str, Any]:
        """The next line that comes."""
        async with asyncio.timeout(within_s):
            heard: dict[str, Any] = json.loads(await self.reader.readline())
        if heard.get("kind") == "told":
            self.told.append(heard)
        return heard


class Site:
    """A centre with the platform, its connector listening on a real port."""

    def __init__(self, parts: Running, port: int) -> None:
        self.parts, self.port = parts, port
        self.peers: list[Peer] = []

    async def peer(self) -> Peer:
        self.peers.append(Peer(*await connected(self.port)))
        return self.peers[-1]

    async def case(self, code: str) -> Case:
        async with self.parts.db.work() as connection:
            return await case_queries.one(connection, case_id(NAME, FEED.name, code))

    async def count(self, table: str) -> int:
        async with self.parts.db.work() as connection:
            found = await connection.execute(f"select count(*)::int as n from {table}")  # noqa: S608 - names of this test
            row = await found.fetchone()
        assert row is not None
        return int(row["n"])

    async def step(self, case: Case, event: str, **more: Any) -> Case:
        """A step that somebody of ours takes with the case."""
        async with self.parts.db.work() as connection:
            step = Step(event, None, uuid4(), **more)
            hand = Hand(uuid4(), Role.DUTY_OFFICER.value)
            return await cases.move_as(connection, case.id, step, hand, Author("值班员"), START)


@contextlib.asynccontextmanager
async def listening(parts: Running, port: int) -> AsyncIterator[Connector]:
    intake = PlatformIntake(declared(NAME), parts.path, parts.clock, b"s" * 32)
    made = declared(NAME).connector(intake, {"host": "127.0.0.1", "port": str(port)})
    serving = asyncio.create_task(made.serve())
    try:
        yield made
    finally:
        serving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await serving


@pytest.fixture
async def site(app_client: Client, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    monkeypatch.setattr(telling.Telling.watch, "__defaults__", (lambda: True, 0.05))
    learn(declared(NAME).cases)
    parts = await running(app_client)
    async with parts.db.work() as connection:
        for row in urban_entities():
            await entity_actions.put(connection, row, START)
    anything = next(iter(parts.path.quantities.values()))
    for quantity in declared(NAME).quantities:
        parts.path.quantities.setdefault(quantity.name, anything)
    await parts.path.entities_changed()
    port = free_port()
    async with listening(parts, port):
        made = Site(parts, port)
        yield made
        for peer in made.peers:
            peer.writer.close()


def fields(number: int = 0, **more: Any) -> dict[str, Any]:
    """What the simulator would send, changed."""
    return {**msgspec.json.decode(case_line(number, AT)), **more}


def line(**held: Any) -> bytes:
    return json.dumps(held, ensure_ascii=False).encode() + b"\n"


async def test_a_pushed_case_is_opened_with_its_number_place_class_and_clocks(site: Site) -> None:
    peer, sent = (
        await site.peer(),
        fields(case_code="0231106202607180001", text="东门暴露垃圾", class_code="0102"),
    )
    assert await peer.say(line(**sent)) == {"received": "0231106202607180001"}
    case = await site.case("0231106202607180001")
    assert (case.type, case.class_code, case.text) == ("urban_event", "0102", "东门暴露垃圾")
    assert (case.lon, case.lat, case.area_code) == (sent["lon"], sent["lat"], sent["grid_code"])
    assert case.form == {"grid": sent["grid_code"], "source_number": "0231106202607180001"}
    assert case.situation.source == "collector"
    async with site.parts.db.work() as connection:
        clocks = {one.name: one for one in await case_queries.clocks(connection, case.id)}
    assert clocks["file"].started_at == AT
    assert clocks["whole"].turns.due_at == AT + timedelta(hours=8)


async def test_twice_pushed_is_once_opened_also_over_another_connection(site: Site) -> None:
    first, second = await site.peer(), await site.peer()
    for peer in (first, second, first):
        assert "received" in await peer.say(line(**fields(case_code="77")))
    assert (await site.count("case_file"), await site.count("record")) == (1, 1)
    async with site.parts.db.work() as connection:
        runs = await queries.runs(connection, NAME)
    assert sorted((run["sent"], run["good"], run["duplicate"], run["opened"]) for run in runs) == [
        (1, 0, 1, 0), (2, 1, 1, 1),
    ]  # fmt: skip


async def test_its_stage_there_moves_it_and_the_same_stage_again_does_not(site: Site) -> None:
    peer = await site.peer()

    async def pushed(stage: str, minute: int, **more: Any) -> str:
        at = (AT + timedelta(minutes=minute)).isoformat()
        assert "received" in await peer.say(
            line(**fields(case_code="5", stage=stage, changed_at=at, reason="不合格", **more))
        )
        return (await site.case("5")).state

    assert await pushed("filed", 1) == "dispatching"
    case = await site.case("5")
    for event, more in (
        ("dispatch", {"owner": WATER}),
        ("sign", {"note": "电话"}),
        ("answer", {"note": "电话"}),
    ):
        case = await site.step(case, event, **more)
    assert await pushed("rework", 5) == "handling"
    await site.step(case, "answer", note="电话")
    assert await pushed("rework", 5, text="补充一句") == "answered"
    assert await pushed("filed", 2) == "answered", "an older word moves nothing"
    assert await pushed("closed", 9) == "evaluating"
    assert (await site.case("5")).situation.reworked == 1


@pytest.mark.parametrize(
    ("spoilt", "field"),
    [
        ({"class_code": "0126"}, "class_code"), ({"reported_at": "2026-02-30T08:00:00+08:00"}, "reported_at"),
        ({"grid_code": "5002310010010"}, "grid_code"), ({"grid_code": "500231001001999"}, "grid_code"),
        ({"case_code": 17}, "case_code"), ({"stage": "半路"}, "stage"),
        ({"photos": [{"role": "near", "data": "%%"}]}, "photos"),
    ],
)  # fmt: skip
async def test_what_is_wrong_is_a_row_with_its_field_that_can_be_mended(
    site: Site, spoilt: dict[str, Any], field: str
) -> None:
    peer = await site.peer()
    assert "received" in await peer.say(line(**fields(case_code="1")))
    refused = await peer.say(line(**(fields(case_code="2") | spoilt)))
    assert (refused["row"], [one["field"] for one in refused["faults"]]) == (2, [field])
    async with site.parts.db.work() as connection:
        (bad,) = await queries.bad_rows(connection, NAME, FEED.name, None, 9)
        assert (bad["row"], bad["faults"][0]["field"]) == (2, field)
        mended = mapped(FEED, Row(2, bad["raw"] | fields(case_code="2")), Source("", uuid4(), START))
        assert isinstance(mended, Record)
        await record_actions.mend(connection, NAME, bad["id"], mended, "集成员", START)
    assert (await site.case("2")).state == "reported"


async def test_its_pictures_are_drawn_anew_and_kept_with_the_case_and_a_wrong_one_is_told(site: Site) -> None:
    peer, shown = await site.peer(), base64.b64encode(picture()).decode()
    photos = [
        {"role": "near", "data": shown, "lon": 115.4, "lat": 35.2, "taken_at": AT.isoformat()},
        {"role": "far", "ref": "2026/a2.jpg"}, {"role": "reference", "data": base64.b64encode(b"<svg/>").decode()},
    ]  # fmt: skip
    for _ in range(2):
        assert "received" in await peer.say(line(**fields(case_code="9", photos=photos)))
    case = await site.case("9")
    async with site.parts.db.work() as connection:
        kept = await case_queries.pictures(connection, case.id)
        (bad,) = await queries.bad_rows(connection, NAME, FEED.name, None, 9)
        record = (await queries.of_case(connection, case.id))[0]
    assert [(one.role, one.taken_at, one.lon) for one in kept] == [("near", AT, 115.4)]
    assert bad["faults"][0]["field"] == "photos"
    assert record["content"]["photos"][1] == {"role": "far", "ref": "2026/a2.jpg"}
    assert shown not in json.dumps(bad["raw"])


async def test_what_we_do_is_told_in_order_under_their_number_until_the_receipt_comes(site: Site) -> None:
    peer = await site.peer()
    await peer.say(line(**fields(case_code="42", stage="filed")))
    case = await site.case("42")
    for event, more in (
        ("dispatch", {"owner": WATER}),
        ("sign", {"note": "电话"}),
        ("answer", {"note": "已清理"}),
    ):
        case = await site.step(case, event, **more)
    while len(peer.told) < 4:
        said = await peer.hear()
        answer = receipt(msgspec.json.encode(said))
        if answer is not None:
            peer.writer.write(answer)
    assert [(one["event"], one["case_code"], one["number"]) for one in peer.told] == [
        (event, "42", case.number) for event in ("report", "dispatch", "sign", "answer")
    ]
    while (await peer.hear()) != {"received": peer.told[-1]["id"]}:
        pass
    async with site.parts.db.work() as connection:
        told = await queries.deliveries(connection, NAME)
    assert {(one["state"], one["number"]) for one in told} == {
        ("accepted", f"42-{event}") for event in ("report", "dispatch", "sign", "answer")
    }
    assert {one["receipts"][0]["kind"] for one in told} == {"accepted"}


async def test_what_was_told_and_not_confirmed_is_told_again_after_the_line_was_lost(site: Site) -> None:
    first = await site.peer()
    await first.say(line(**fields(case_code="43")))
    lost = await first.hear()
    first.writer.close()
    second = await site.peer()
    await second.say(line(**fields(case_code="44")))
    while lost["id"] not in [one["id"] for one in second.told]:
        site.parts.clock.advance(10)
        with contextlib.suppress(TimeoutError):
            await second.hear(0.5)
    again = await second.say(line(kind="receipt", id=lost["id"], state="handled", number="QS-1"))
    assert again == {"received": lost["id"]}
    async with site.parts.db.work() as connection:
        states = {one["id"]: one["state"] for one in await queries.deliveries(connection, NAME)}
    assert {str(name): state for name, state in states.items()}[lost["id"]] == "handled"
