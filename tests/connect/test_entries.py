"""Is a case entered once here entered at every system that needs it, with their number, whatever is down meanwhile?"""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from mudan.connect.records.connector import RecordConnector
from mudan.connect.records.declare import record_keeping
from mudan.connect.records.outlet import Hook
from mudan.core.cases import actions
from mudan.core.cases.model.words import Case
from mudan.core.people.model import Role
from mudan.core.records import queries
from mudan.core.records.actions import keep, retry
from mudan.core.records.model.deliveries import (
    THEIR_NUMBER,
    Delivery,
    Need,
    Target,
    mapped,
    with_their_number,
)
from mudan.core.records.model.words import Opening, Record
from mudan.primitives.errors import Conflict
from mudan.primitives.text import Text
from mudan.run.connect import PlatformIntake
from mudan.run.discover import _between, declared
from tests.api.running import Running, running
from tests.connect.test_records import elsewhere
from tests.core.cases.desk import DESK, new_case, step
from tests.core.county import actor
from tests.database import OTHER_TOWN, TOWN, Client

pytestmark = pytest.mark.anyio
WORD = Text("上级工单", "orders")
ORDERS = Target(
    "orders", WORD, (), ("report", "accept", "void"),
    {
        "no": THEIR_NUMBER, "ours": "case.number", "what": "event.kind", "kind": "case.class_code",
        "title": "case.title", "wish": "form.wish", "household": "form.household",
    },
    needs=(Need("hotline", ("02",)),), codes={"kind": {"0201": "MH"}},
)  # fmt: skip
HALL = record_keeping("hall", WORD, WORD, "示例", (), targets=(ORDERS,))


class Site:
    """The centre with one platform that is told of hotline cases about public facilities."""

    def __init__(self, parts: Running) -> None:
        self.parts = parts
        self.intake = PlatformIntake(HALL, parts.path, parts.clock, b"s" * 32)

    def connector(self, url: str = "http://127.0.0.1:9/hook") -> RecordConnector:
        return RecordConnector(self.intake, {"hook_url_orders": url}, "hall", (), HALL.targets)

    async def reported(self, **more: Any) -> Case:
        async with self.parts.db.work() as connection:
            who = actor(area=more.get("area_code", TOWN))
            return await actions.report(connection, who, self.parts.clock.now(), new_case(**more))

    async def accepted(self, case: Case) -> None:
        async with self.parts.db.work() as connection:
            await step(connection, case, "accept", DESK)

    async def sends(self, case: Case) -> list[dict[str, Any]]:
        async with self.parts.db.work() as connection:
            return await queries.entries(connection, case.id)


@pytest.fixture
async def site(app_client: Client) -> Site:
    return Site(await running(app_client))


async def test_a_case_is_entered_and_closed_elsewhere_under_their_number_from_the_day_of_connection(
    site: Site,
) -> None:
    before = await site.reported()
    with elsewhere() as other:
        hook = Hook(f"http://127.0.0.1:{other.server_port}/hook", "secret")
        assert await site.connector().tell(hook.tell) == 0
        case = await site.reported(form={"wish": "help"})
        await site.reported(class_code="03")
        assert [await site.connector().tell(hook.tell) for _ in range(2)] == [1, 0]
        await site.accepted(case)
        assert [await site.connector().tell(hook.tell) for _ in range(2)] == [1, 0]
    first, second = (body for _, body, _ in other.told)
    assert {name: first[name] for name in ("no", "ours", "what", "kind", "wish", "household")} == {
        "no": None, "ours": case.number, "what": "report", "kind": "MH", "wish": "help", "household": None,
    }  # fmt: skip
    assert (second["no"], second["what"]) == ("W-1", "accept")
    assert await site.sends(before) == []
    assert [(row["state"], row["number"], row["receipts"][0]["kind"]) for row in await site.sends(case)] == [
        ("accepted", "W-1", "accepted"), ("accepted", "W-1", "accepted"),
    ]  # fmt: skip


async def test_while_the_other_side_is_down_nothing_is_lost_nothing_doubled_and_the_order_is_kept(
    site: Site,
) -> None:
    with elsewhere() as other:
        hook = Hook(f"http://127.0.0.1:{other.server_port}/hook", "secret")
        await site.connector().tell(hook.tell)
        other.refuses = True
        case = await site.reported()
        for round_ in range(60):
            if round_ == 10:
                await site.accepted(case)
            await site.connector().tell(hook.tell)
            site.parts.clock.advance(10)
        assert [row["state"] for row in await site.sends(case)] == ["waiting", "waiting"]
        other.refuses = False
        for _ in range(60):
            await site.connector().tell(hook.tell)
            site.parts.clock.advance(10)
    assert [(body["what"], body["no"]) for _, body, _ in other.told] == [("report", None), ("accept", "W-1")]
    assert {row["state"] for row in await site.sends(case)} == {"accepted"}


async def test_a_class_without_a_code_of_theirs_is_never_guessed(site: Site) -> None:
    await site.intake.to_tell(HALL.targets, 9)
    case = await site.reported(class_code="0202")
    assert await site.intake.to_tell(HALL.targets, 9) == []
    [row] = await site.sends(case)
    assert (row["state"], "kind: 0202" in row["reason"]) == ("failed", True)
    async with site.parts.db.work() as connection:
        now = site.parts.clock.now()
        with pytest.raises(Conflict, match="kind: 0202"):
            await retry(connection, row["id"], now, {("hall", "orders"): ORDERS})
        mended = replace(ORDERS, codes={"kind": {"0202": "LD"}})
        await retry(connection, row["id"], now, {("hall", "orders"): mended})
    [one] = await site.intake.to_tell(HALL.targets, 9)
    assert (one.payload["kind"], one.payload["id"]) == ("LD", str(one.id))


async def test_what_their_own_record_opened_is_not_sent_back_as_new(site: Site) -> None:
    await site.intake.to_tell(HALL.targets, 9)
    opens = Opening("hotline", "0201", "对方转来")
    async with site.parts.db.work() as connection:
        given = [Record("in", "1", {}, area_code=TOWN, opens=opens)]
        await keep(connection, "hall", given, (), (), site.parts.clock.now())
    assert await site.intake.to_tell(HALL.targets, 9) == []


async def test_without_an_address_nothing_is_put_in_line(site: Site) -> None:
    bare = RecordConnector(site.intake, {"hook_url": "http://127.0.0.1:9/x"}, "hall", (), HALL.targets)
    assert await bare.tell(lambda one, _: pytest.fail(str(one))) == 0
    await site.reported()
    assert await bare.tell(lambda one, _: pytest.fail(str(one))) == 0


async def test_the_case_shows_where_it_was_entered_and_the_meter_what_was_spared(site: Site) -> None:
    parts = site.parts
    parts.card.name, parts.card.targets = "hall", HALL.targets
    parts.client.deps.nouns["centre"].platforms = {"hall": parts.card}
    with elsewhere() as other:
        hook = Hook(f"http://127.0.0.1:{other.server_port}/hook", "secret")
        await site.connector().tell(hook.tell)
        case, away = (
            await site.reported(form={"household": "3 号楼"}),
            await site.reported(area_code=OTHER_TOWN),
        )
        path = f"/api/cases/{case.id}/entries"
        await parts.enter(Role.DISPATCHER)
        [waits] = (await parts.client.get(path)).json()["items"]
        assert (waits["state"], waits["title"]["zh"], waits["sends"]) == ("none", "上级工单", [])
        await site.connector().tell(hook.tell)
    [entry] = (await parts.client.get(path)).json()["items"]
    assert (entry["state"], entry["number"]) == ("accepted", "W-1")
    [send] = entry["sends"]
    assert (send["fields"]["ours"], send["fields"]["household"]) == (case.number, "3 号楼")
    assert [one["kind"] for one in send["receipts"]] == ["accepted"]
    filled = {"form": "intake", "fields": 4, "seconds": 60}
    body = {"id": str(uuid4()), "type": "hotline", "class_code": "03", "source": "collector", "title": "噪声",
            "area_code": TOWN, "filled": filled}  # fmt: skip
    assert (await parts.client.post("/api/cases", body)).status_code == 201
    meter = (await parts.client.get("/api/cases/burden")).json()
    assert meter["spared"] == [
        {
            "platform": "hall",
            "target": "orders",
            "title": {"zh": "上级工单", "en": "orders"},
            "entries": 2,
            "fields": 14,
        }
    ]
    assert meter["seconds_per_field"] == 15.0
    await parts.enter(Role.LEADER)
    [seen] = (await parts.client.get(path)).json()["items"]
    assert seen["sends"][0]["fields"]["household"] is None
    await parts.enter(Role.DUTY_OFFICER, TOWN)
    assert (await parts.client.get("/api/cases/burden")).json()["spared"][0]["entries"] == 1
    assert (await parts.client.get(f"/api/cases/{away.id}/entries")).status_code == 404


def test_fields_are_named_and_coded_as_the_other_side_wants_them() -> None:
    held = {"case": {"class_code": "0201", "number": "N1"}, "event": {"kind": "report"}, "form": {}}
    told, missing = mapped(ORDERS, held)
    assert (told["kind"], told["ours"], told["wish"], missing) == ("MH", "N1", None, "")
    _, missing = mapped(ORDERS, held | {"case": {"class_code": "0299"}})
    assert missing == "kind: 0299"
    one = Delivery(uuid4(), "orders", told, 0, "W-9")
    assert with_their_number(one, [ORDERS]).payload["no"] == "W-9"
    assert with_their_number(one, []) == one


def test_a_target_that_needs_what_there_is_not_is_said_at_the_start() -> None:
    wrong = Target(
        "orders", WORD, (), (), {"a": "form.nothing"}, needs=(Need("hotline", ("77",)),), codes={"b": {"1": "2"}}
    )  # fmt: skip
    problems = _between([record_keeping("hall", WORD, WORD, "示例", (), targets=(wrong,))])
    for words in ("no event", "unknown class 77", "undeclared field 'b'", "undeclared form.nothing"):
        assert any(words in one for one in problems), (words, problems)
    assert _between([declared("government_services")]) == []
