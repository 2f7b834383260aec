"""Is what other systems push taken once and answered row by row, and can bad rows be mended?"""

import csv
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from mudan.connect.signing import signed_head
from mudan.core.cases.model.known import learn
from mudan.core.people.model import Role
from mudan.core.records import actions
from mudan.core.records import queries as records
from mudan.core.records.model.deliveries import Outcome, Target
from mudan.run.discover import declared
from tests.api.running import Card, Running, running
from tests.database import Client

pytestmark = pytest.mark.anyio
PUSH = "/api/records/water/visits"
ROWS = [{"编号": "1", "评价": "1"}, {"编号": "2", "评价": "5"}, {"编号": "", "评价": "7"}]


@pytest.fixture
async def parts(app_client: Client) -> Running:
    parts = await running(app_client)
    await parts.enter(Role.INTEGRATOR)
    return parts


async def key(parts: Running) -> tuple[str, str]:
    """A new key with its secret."""
    answer = await parts.client.post("/api/record-keys/water", {"title": "某系统"})
    assert answer.status_code == 201
    return answer.json()["id"], answer.json()["secret"]


async def push(
    parts: Running,
    holder: tuple[str, str],
    body: bytes,
    path: str = PUSH,
    *,
    nonce: str = "",
    late_s: float = 0,
) -> httpx.Response:
    """A signed push, as another system sends it: without session, origin or token."""
    now = parts.clock.now() - timedelta(seconds=late_s)
    head = signed_head(holder[1], holder[0], "POST", path, body, now=now, nonce=nonce or uuid4().hex)
    parts.client.http.cookies.clear()
    return await parts.client.http.post(path, content=body, headers=head)


def body_of(rows: list[dict[str, Any]]) -> bytes:
    return json.dumps(rows, ensure_ascii=False).encode()


async def test_a_push_is_answered_row_by_row_and_the_good_rows_are_kept(parts: Running) -> None:
    holder = await key(parts)
    answer = await push(parts, holder, body_of(ROWS))
    told = answer.json()
    assert (answer.status_code, told["good"], told["bad"], told["opened"]) == (200, 2, 1, 1)
    assert [row["state"] for row in told["rows"]] == ["good", "good", "bad"]
    assert [one["field"] for one in told["rows"][2]["faults"]] == ["编号", "评价"]
    again = (await push(parts, holder, body_of(ROWS))).json()
    assert (again["good"], again["duplicate"], again["bad"], again["opened"]) == (0, 2, 1, 0)
    await parts.enter(Role.LEADER)
    (feed,) = (await parts.client.get("/api/records")).json()["items"]
    assert {name: feed[name] for name in ("sent", "good", "bad", "duplicate", "opened", "bad_waiting")} == {
        "sent": 6, "good": 2, "bad": 2, "duplicate": 2, "opened": 1, "bad_waiting": 2,
    }  # fmt: skip


async def test_gbk_text_is_pushed_as_it_is(parts: Running) -> None:
    answer = await push(parts, await key(parts), "编号,评价\n甲一,1\n".encode("gbk"))
    assert [row["id"] for row in answer.json()["rows"]] == ["甲一"]


async def test_a_forged_late_or_repeated_push_is_refused(parts: Running) -> None:
    holder, body = await key(parts), body_of(ROWS[:1])
    assert (await push(parts, (holder[0], "0" * 64), body)).status_code == 401
    assert (await push(parts, ("0123456789abcdef", holder[1]), body)).status_code == 401
    assert (await push(parts, holder, body, late_s=301)).status_code == 401
    assert (await push(parts, holder, body, late_s=-301)).status_code == 401
    assert (await parts.client.http.post(PUSH, content=body)).status_code == 401
    head = signed_head(
        holder[1], holder[0], "POST", PUSH, body, now=parts.clock.now(), nonce="once-and-no-more"
    )
    changed = await parts.client.http.post(PUSH, content=body + b" ", headers=head)
    elsewhere = await parts.client.http.post(f"{PUSH}?x=1", content=body, headers=head)
    assert (changed.status_code, elsewhere.status_code) == (401, 401)
    first = await parts.client.http.post(PUSH, content=body, headers=head)
    second = await parts.client.http.post(PUSH, content=body, headers=head)
    assert (first.status_code, second.status_code) == (200, 409)


async def test_a_revoked_key_opens_nothing(parts: Running) -> None:
    holder = await key(parts)
    await parts.client.post(f"/api/record-keys/water/{holder[0]}/revoke")
    assert (await push(parts, holder, body_of(ROWS))).status_code == 401


async def test_a_key_is_shown_without_its_secret(parts: Running) -> None:
    holder = await key(parts)
    answer = await parts.client.get("/api/record-keys/water")
    assert [one["title"] for one in answer.json()["items"]] == ["某系统"]
    assert holder[1] not in answer.text


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 422), (b"[[[", 422), (b"PK\x03\x04", 422), (b"[" * 200_000, 422), (b"x" * (9 << 20), 413)],
)
async def test_what_is_no_table_is_refused_and_says_so(parts: Running, body: bytes, status: int) -> None:
    answer = await push(parts, await key(parts), body)
    assert answer.status_code == status
    async with parts.db.work() as connection:
        assert await records.runs(connection) == []


async def test_sql_in_a_value_is_only_a_value(parts: Running) -> None:
    words = "'; drop table record; --"
    answer = await push(parts, await key(parts), body_of([{"编号": words}]))
    assert answer.json()["rows"][0]["id"] == words
    async with parts.db.work() as connection:
        row = await (await connection.execute("select source_id from record")).fetchone()
    assert row == {"source_id": words}


async def test_bad_rows_are_told_downloaded_mended_and_gone(parts: Running) -> None:
    await push(parts, await key(parts), body_of([{"编号": "=cmd|1", "评价": "9"}]))
    await parts.enter(Role.INTEGRATOR)
    (bad,) = (await parts.client.get(f"{PUSH}/faults")).json()["items"]
    assert (bad["row"], bad["raw"]["评价"], bad["faults"][0]["field"]) == (1, "9", "评价")
    table = list(
        csv.reader(io.StringIO((await parts.client.get(f"{PUSH}/faults.csv")).content.decode("utf-8-sig")))
    )
    assert table[1][0] == "'=cmd|1"
    path = f"/api/record-faults/{bad['id']}/replay"
    still = (await parts.client.post(path, {"values": {"评价": "8"}})).json()
    assert (still["state"], still["faults"][0]["field"]) == ("bad", "评价")
    mended = (await parts.client.post(path, {"values": {"评价": "5"}})).json()
    assert (mended["state"], mended["case"]) == ("good", "差评 =cmd|1")
    assert (await parts.client.get(f"{PUSH}/faults")).json()["items"] == []
    assert (await parts.client.post(path, {"values": {"评价": "5"}})).status_code == 409


async def test_a_preview_tells_what_would_become_of_each_row_and_stores_nothing(parts: Running) -> None:
    data = "编号,评价\n1,1\n2,9\n3,5\n".encode()
    answer = await parts.client.send("POST", f"{PUSH}/preview", files={"file": ("a.csv", data)})
    told = answer.json()
    assert (told["sent"], told["good"], told["bad"], told["opened"]) == (3, 2, 1, 1)
    assert [(row["row"], row["state"], row["case"]) for row in told["rows"]] == [
        (2, "good", ""), (3, "bad", ""), (4, "good", "差评 3"),
    ]  # fmt: skip
    pasted = await parts.client.send("POST", f"{PUSH}/preview", data={"text": data.decode()})
    assert pasted.json()["bad"] == 1
    async with parts.db.work() as connection:
        assert await records.runs(connection) == []


async def test_a_file_that_is_let_in_waits_in_the_folder_with_a_run_to_watch(
    parts: Running, tmp_path: Path
) -> None:
    parts.card.folder = tmp_path
    file = {"file": ("../../某表.csv", "编号\n1\n".encode())}
    run = (await parts.client.send("POST", f"{PUSH}/import", files=file)).json()
    assert (run["state"], run["feed"], run["channel"]) == ("waiting", "visits", "import")
    (put,) = [path for path in (tmp_path / "visits").iterdir() if path.is_file()]
    assert put.name.endswith("-某表.csv")
    shown = (await parts.client.get(f"/api/record-runs/{run['id']}")).json()
    assert shown["state"] == "waiting"
    await parts.client.send("POST", f"{PUSH}/import", files=file)
    assert len([path for path in (tmp_path / "visits").iterdir() if path.is_file()]) == 1


async def test_another_system_says_what_became_of_what_it_was_told(parts: Running) -> None:
    holder = await key(parts)
    await push(parts, holder, body_of(ROWS[1:2]))
    target = Target("told", parts.card.title, ("visits",), ("report",), {"no": "record.number"})
    async with parts.db.work() as connection:
        await actions.tell(connection, "water", target, parts.clock.now())
        (one,) = await records.due(connection, "water", parts.clock.now(), 9)
        await actions.settle(connection, [Outcome(one.id, "sent", "W-7")], parts.clock.now())
    for kind in ("accepted", "handled", "handled", "answered", "accepted"):
        said = json.dumps({"id": str(one.id), "kind": kind, "text": "已办", "at": "2026-11-23T02:00:00Z"})
        answer = await push(parts, holder, said.encode(), "/api/records/water/receipts")
        assert answer.status_code == 204
    nonsense = await push(parts, holder, b'{"id": 1}', "/api/records/water/receipts")
    assert nonsense.status_code == 422
    await parts.enter(Role.INTEGRATOR)
    (shown,) = (await parts.client.get("/api/record-deliveries/water")).json()["items"]
    assert (shown["state"], shown["number"]) == ("answered", "W-7")
    assert sorted(one["kind"] for one in shown["receipts"]) == ["accepted", "answered", "handled"]
    assert (await parts.client.post(f"/api/record-deliveries/{one.id}/retry")).status_code == 409


async def test_a_case_of_another_city_pushed_over_http_opens_once_and_each_bad_row_names_its_field(
    parts: Running,
) -> None:
    learn(declared("urban_management").cases)
    parts.client.deps.nouns["centre"].platforms["urban_management"] = Card(
        "urban_management", feeds=declared("urban_management").feeds
    )
    answer = await parts.client.post("/api/record-keys/urban_management", {"title": "市级平台"})
    holder = (answer.json()["id"], answer.json()["secret"])
    good = {
        "case_code": "5002312026111800001", "matter": "event", "class_code": "0102", "grid_code": "500231001001003",
        "reported_at": "2026-11-18T08:00:00+08:00", "address": "东门路",
    }  # fmt: skip
    rows = [
        good,
        good | {"case_code": "2", "class_code": "9"},
        good | {"case_code": "3", "reported_at": "昨天"},
    ]
    path = "/api/records/urban_management/cases"
    told = (await push(parts, holder, body_of(rows), path)).json()
    assert (told["sent"], told["good"], told["bad"], told["opened"]) == (3, 1, 2, 1)
    assert [one["faults"][0]["field"] for one in told["rows"] if one["faults"]] == [
        "class_code",
        "reported_at",
    ]
    again = (await push(parts, holder, body_of(rows[:1]), path)).json()
    assert (again["duplicate"], again["opened"]) == (1, 0)
