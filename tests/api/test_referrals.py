"""Is a case sent on from the desk, taken by our own Open311 server as the other side, and its state shown here?"""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

import httpx
import pytest

from mudan.core.cases import actions as cases
from mudan.core.cases import queries as case_queries
from mudan.core.people.model import Role
from mudan.core.referrals.model import Recipient
from mudan.primitives.text import Text
from mudan.run.connect import Card
from mudan.run.discover import declared
from tests.api.running import Running, running
from tests.api.test_open311 import issued
from tests.core.cases.desk import DESK, OTHER_DESK, at_work, new_case
from tests.core.county import actor
from tests.database import START, Client

pytestmark = pytest.mark.anyio
CITY = Recipient(Text("邻市", "the next city"), {"0201": "hotline.0201"}, frozenset({"citizen"}))


class Bridge:
    """A real socket in front of the API: what comes there is asked of the app. `drops`: answers that are lost."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http, self._loop = http, asyncio.get_running_loop()
        self.drops = 0
        self.posted = 0
        self.url = ""

    def ask(self, method: str, path: str, body: bytes, kind: str) -> httpx.Response:
        """The app's answer, from the server's own thread; without anybody's cookies."""
        call = self._http.request(method, path, content=body, headers={"content-type": kind})
        return asyncio.run_coroutine_threadsafe(call, self._loop).result(10)

    @contextlib.contextmanager
    def open(self) -> Iterator["Bridge"]:
        """Answer while the block runs."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _speaker(self))
        self.url = f"http://127.0.0.1:{server.server_address[1]}/open311/v2"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def _speaker(bridge: Bridge) -> type[BaseHTTPRequestHandler]:
    class Speaker(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say(bridge.ask("GET", self.path, b"", ""))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            answer = bridge.ask("POST", self.path, body, self.headers["content-type"])
            bridge.posted += 1
            if bridge.drops:
                bridge.drops -= 1
                self.close_connection = True
            else:
                self._say(answer)

        def _say(self, answer: httpx.Response) -> None:
            self.send_response(answer.status_code)
            self.send_header("content-length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *_words: Any) -> None:
            """Say nothing on the terminal."""

    return Speaker


@pytest.fixture
async def parts(app_client: Client) -> Running:
    made = await running(app_client)
    made.card.recipient = CITY
    return made


async def kept(parts: Running, **more: Any) -> str:
    """A case at work on the desk."""
    async with parts.db.work() as work:
        return str((await cases.report(work, DESK, START, new_case(text="路中间", **more))).id)


async def refer(parts: Running, case: str, expect: int = 200, **more: Any) -> Any:
    """Send a case on; what the desk is shown."""
    body = {"platform": "water", "client_id": str(uuid4()), **more}
    answer = await parts.client.post(f"/api/cases/{case}/referrals", body)
    assert answer.status_code == expect, answer.text
    return answer.json()


@pytest.mark.parametrize("form", ["json", "xml"])
async def test_our_own_server_takes_it_once_though_an_answer_is_lost_and_its_end_is_shown(
    parts: Running, form: str
) -> None:
    key = await issued(parts)
    async with httpx.AsyncClient(
        transport=parts.client.http._transport, base_url="http://centre.test"
    ) as http:
        with Bridge(http).open() as bridge:
            bridge.drops = 1
            settings = {
                "url": bridge.url, "area": "371702", "key": key, "format": form, "services": "0201=hotline.0201",
                "title": "邻市|the next city",
            }  # fmt: skip
            card = Card(declared("citizen"), parts.path, parts.clock, b"s", settings)
            assert parts.hub.centre is not None
            parts.hub.centre.platforms = {"citizen": card}
            await parts.enter(Role.DISPATCHER)
            case = await kept(parts)
            shown = await refer(parts, case, platform="citizen", note="请核实")
            assert shown["items"][0]["state"] == "waiting"
            connector: Any = card.connector
            await connector._referrer.look()
            parts.client.clock.advance(61)
            await connector._referrer.look()
            shown = (await parts.client.http.get(f"/api/cases/{case}/referrals")).json()
            number = shown["items"][0]["number"]
            assert (bridge.posted, shown["items"][0]["state"]) == (1, "accepted")
            assert number.startswith("RX")
            async with parts.db.work() as work:
                theirs = (await case_queries.named(work, [number]))[number]
                there = await case_queries.one(work, theirs)
                assert there.text.startswith("井盖破损\n路中间\n请核实\n[RX")
                refused = cases.Step("refuse", there.version, uuid4(), reason="重复")
                await cases.move(work, theirs, refused, OTHER_DESK, parts.clock.now())
            parts.client.clock.advance(301)
            await connector._referrer.look()
            (one,) = (await parts.client.http.get(f"/api/cases/{case}/referrals")).json()["items"]
            assert (one["state"], one["notes"]) == ("closed", "不予立案")
            assert one["title"]["zh"] == "邻市"
            told = (await parts.client.http.get(f"/api/cases/{case}")).json()["history"]
            assert [line["text"]["zh"] for line in told if line["kind"] == "referral"] == [
                "转送邻市", f"对方已受理，编号 {number}", f"对方已办结（{number}）：请核查后再结案",
            ]  # fmt: skip


async def test_the_desk_sends_on_takes_back_and_sends_again_and_others_only_look(parts: Running) -> None:
    case = await kept(parts)
    await parts.enter(Role.DISPATCHER)
    before = (await parts.client.http.get(f"/api/cases/{case}/referrals")).json()
    assert before["recipients"] == [
        {"platform": "water", "title": {"zh": "邻市", "en": "the next city"}, "service_code": "hotline.0201"}
    ]
    once = str(uuid4())
    first = await refer(parts, case, client_id=once)
    assert (await refer(parts, case, client_id=once))["items"] == first["items"]
    assert first["recipients"] == []
    await refer(parts, case, expect=409)
    (item,) = first["items"]
    taken = await parts.client.post(f"/api/cases/{case}/referrals/{item['id']}/withdraw", {})
    assert taken.json()["items"][0]["state"] == "withdrawn"
    assert (await parts.client.post(f"/api/cases/{case}/referrals/{item['id']}/again", {})).status_code == 409
    parts.client.clock.advance(1)
    assert (await refer(parts, case))["items"][0]["state"] == "waiting"
    trail = await parts.client.http.get("/api/cases/" + case)
    assert [line["text"]["zh"] for line in trail.json()["history"]][1:] == [
        "转送邻市",
        "撤回转送",
        "转送邻市",
    ]
    await parts.enter(Role.LEADER)
    assert (await parts.client.http.get(f"/api/cases/{case}/referrals")).status_code == 200
    await refer(parts, case, expect=403)


@pytest.mark.parametrize(
    ("more", "status", "field"),
    [
        ({"platform": "nobody"}, 404, None),
        ({"note": "字" * 1001}, 422, "note"),
        ({"client_id": "x"}, 422, "client_id"),
    ],
)
async def test_what_cannot_be_sent_on_is_said(
    parts: Running, more: Any, status: int, field: str | None
) -> None:
    case = await kept(parts)
    await parts.enter(Role.DUTY_OFFICER)
    answer = await refer(parts, case, expect=status, **more)
    assert field is None or field in str(answer)


async def test_a_class_without_a_service_and_a_closed_case_have_nobody_to_go_to(parts: Running) -> None:
    await parts.enter(Role.DISPATCHER)
    other = await kept(parts, class_code="0101")
    assert (await parts.client.http.get(f"/api/cases/{other}/referrals")).json()["recipients"] == []
    await refer(parts, other, expect=422)
    async with parts.db.work() as work:
        case = await at_work(work)
        step = cases.Step("force_close", (await case_queries.one(work, case.id)).version, uuid4(), reason="x")
        await cases.move(work, case.id, step, actor(Role.LEADER), START)
    await refer(parts, str(case.id), expect=409)
