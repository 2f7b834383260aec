"""Are records shown by phase, kind and words without what is personal, and is a source silent only when it is?"""

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from mudan.connect.feeds import Feed, FieldMap
from mudan.connect.signing import signed_head
from mudan.core.people.model import Role
from mudan.core.records.model.words import Course
from mudan.primitives.text import Text
from tests.api.running import Running, running
from tests.core.county import add_entity
from tests.database import TOWN, WATER, Client

pytestmark = pytest.mark.anyio
WORD = Text("词", "word")
MATTERS = Feed(
    "matters",
    WORD,
    key=("no",),
    fields=(
        FieldMap("no", WORD, ("no",), required=True),
        FieldMap("item", WORD, ("item",)),
        FieldMap("who", WORD, ("who",), personal=True),
        FieldMap("due_at", WORD, ("due",), kind="datetime"),
        FieldMap("done_at", WORD, ("done",), kind="datetime"),
    ),
    course=Course("due_at", "done_at"),
)
PATH = "/api/records/water/matters"


@pytest.fixture
async def parts(app_client: Client) -> Running:
    parts = await running(app_client)
    parts.card.feeds = (MATTERS,)
    await parts.enter(Role.INTEGRATOR)
    return parts


async def push(parts: Running, rows: list[dict[str, Any]]) -> None:
    """Rows pushed by a source of its own."""
    answer = await parts.client.post("/api/record-keys/water", {"title": "某系统"})
    body = json.dumps(rows, ensure_ascii=False).encode()
    name, secret = answer.json()["id"], answer.json()["secret"]
    head = signed_head(secret, name, "POST", PATH, body, now=parts.clock.now(), nonce=uuid4().hex)
    assert (await parts.client.http.post(PATH, content=body, headers=head)).status_code == 200


def at(parts: Running, hours: float) -> str:
    """A time so many hours from now."""
    return (parts.clock.now() + timedelta(hours=hours)).isoformat()


async def six(parts: Running) -> None:
    """One matter of every phase."""
    await push(
        parts,
        [
            {"no": "A1", "item": "许可", "who": "张三", "due": at(parts, -1)},
            {"no": "A2", "item": "许可", "due": at(parts, 24)},
            {"no": "A3", "item": "登记", "due": at(parts, 240)},
            {"no": "A4", "item": "登记"},
            {"no": "A5", "item": "登记", "due": at(parts, 5), "done": at(parts, -3)},
            {"no": "A6", "item": "=许可(2)", "due": at(parts, -5), "done": at(parts, -3)},
        ],
    )


async def test_a_record_s_phase_follows_from_its_limit(parts: Running) -> None:
    await six(parts)
    told = (await parts.client.get(f"{PATH}/items")).json()
    phases = {one["id"]: one["phase"] for one in told["items"]}
    assert phases == {
        "A1": "overdue", "A2": "due_soon", "A3": "running", "A4": "undated", "A5": "done", "A6": "late",
    }  # fmt: skip
    assert [one["id"] for one in told["items"][:3]] == ["A1", "A2", "A3"]
    counts = (await parts.client.get(f"{PATH}/counts?by=item")).json()["items"]
    assert counts[0] == {"value": "登记", "total": 3, "phases": {"running": 1, "undated": 1, "done": 1}}
    (whole,) = (await parts.client.get(f"{PATH}/counts")).json()["items"]
    assert (whole["total"], whole["phases"]["overdue"]) == (6, 1)


async def test_records_are_found_by_words_value_and_phase_but_never_by_a_person(parts: Running) -> None:
    await six(parts)

    async def ids(query: str) -> list[str]:
        answer = await parts.client.get(f"{PATH}/items?{query}")
        return sorted(one["id"] for one in answer.json()["items"])

    assert await ids("q=许可") == ["A1", "A2", "A6"]
    assert await ids("q=%25") == []
    assert await ids("q=张三") == []
    assert await ids("field=item&value=登记&phase=running") == ["A3"]
    assert await ids("field=no&value=A1,A5") == ["A1", "A5"]
    answer = await parts.client.get(f"{PATH}/items?q=A1")
    assert "张三" not in answer.text
    for wrong in ("field=who&value=张三", "field=no') or true --&value=1"):
        assert (await parts.client.get(f"{PATH}/items?{wrong}")).status_code == 422
    assert (await parts.client.get(f"{PATH}/counts?by=who")).status_code == 422


async def test_a_table_of_records_holds_no_formula_and_nothing_personal(parts: Running) -> None:
    await six(parts)
    answer = await parts.client.get(f"{PATH}/items.csv?phase=late")
    head, row = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (head[0], row[0], row[1]) == ("词 word", "A6", "'=许可(2)")
    assert len(head) == len(row) == 8
    assert "张三" not in (await parts.client.get(f"{PATH}/items.csv")).text


async def test_whoever_is_bound_to_another_place_sees_none_of_it(parts: Running) -> None:
    await six(parts)
    await parts.enter(Role.DUTY_OFFICER, TOWN)
    assert (await parts.client.get(f"{PATH}/items")).json()["items"] == []
    assert (await parts.client.get(f"{PATH}/counts")).json()["items"] == []


async def test_whoever_is_bound_to_a_department_sees_its_records_by_name_or_code(parts: Running) -> None:
    parts.card.feeds = (replace(MATTERS, department="item"),)
    await push(
        parts,
        [
            {"no": "B1", "item": "水务局"},
            {"no": "B2", "item": WATER},
            {"no": "B3", "item": "别的局"},
            {"no": "B4"},
        ],
    )
    await parts.enter(Role.DEPARTMENT_LIAISON)
    told = (await parts.client.get(f"{PATH}/items")).json()["items"]
    assert sorted(one["id"] for one in told) == ["B1", "B2"]
    (whole,) = (await parts.client.get(f"{PATH}/counts")).json()["items"]
    assert whole["total"] == 2
    await parts.enter(Role.DEPARTMENT_LIAISON, TOWN)
    assert (await parts.client.get(f"{PATH}/items")).json()["items"] == []
    await parts.enter(Role.DUTY_OFFICER)
    assert len((await parts.client.get(f"{PATH}/items")).json()["items"]) == 4


async def standing(parts: Running) -> dict[str, Any]:
    """How the source stands."""
    (feed,) = (await parts.client.get("/api/records")).json()["items"]
    found: dict[str, Any] = feed["standing"]
    return found


async def test_a_source_that_only_pushes_is_quiet_and_not_silent(parts: Running) -> None:
    assert (await standing(parts))["state"] == "never"
    await push(parts, [{"no": "A1"}])
    heard_at = parts.clock.now()
    parts.clock.advance(40 * 86_400)
    await parts.enter(Role.LEADER)
    told = await standing(parts)
    assert (told["state"], told["channel"], told["expected_s"], told["urn"]) == ("quiet", "push", None, None)
    assert told["heard_at"].startswith(heard_at.isoformat()[:19])
    assert parts.card.pushed == [("matters", 1, 0)]


async def test_a_source_is_silent_by_its_own_measure_and_an_empty_push_is_a_sign_of_life(
    parts: Running,
) -> None:
    async with parts.db.work() as connection:
        await add_entity(
            connection, "m", type="RecordSource", device="matters", properties={"stale_after_s": 600}
        )
    await push(parts, [{"no": "A1"}])
    rows_at = (await standing(parts))["rows_at"]
    parts.clock.advance(599)
    assert (await standing(parts))["state"] == "heard"
    parts.clock.advance(2)
    assert (await standing(parts))["state"] == "silent"
    await push(parts, [])
    told = await standing(parts)
    assert (told["state"], told["expected_s"], told["rows_at"]) == ("heard", 600, rows_at)
    assert parts.card.pushed[-1] == ("matters", 0, 0)
