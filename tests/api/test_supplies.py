"""Do departments see their own side of supplies, and do neighbours' messages come in and go out?"""

from typing import Any
from uuid import uuid4

import pytest

from mudan.core.people.model import Role
from mudan.core.supplies import actions as supplies
from mudan.core.supplies.model.edxl import Message, read, written
from tests.api.running import Running, Socket, beating, running
from tests.database import COUNTY, START, WATER, Client

pytestmark = pytest.mark.anyio
AT = {"device_at": "2026-11-23T01:00:00Z"}


@pytest.fixture
async def parts(app_client: Client) -> Running:
    return await running(app_client)


async def _store(parts: Running) -> str:
    words = {"name_zh": "帐篷", "name_en": "Tent", "unit_zh": "顶", "unit_en": "pcs", "category": "shelter"}
    place = {
        "code": "W1", "name_zh": "示例库", "name_en": "Store", "area_code": COUNTY, "department": WATER, "address": "",
        "lon": 115.5, "lat": 35.2, "contact": "", "phone": "", "example": True, "minimums": {"tent": 20},
    }  # fmt: skip
    async with parts.db.work() as connection:
        await supplies.put_material(connection, {"code": "tent", **words})
        return str(await supplies.put_store(connection, place))


async def _post(parts: Running, path: str, **body: Any) -> Any:
    answer = await parts.client.post(path, body)
    return answer.json() if answer.is_success else answer.status_code


async def _upload(parts: Running, data: bytes) -> Any:
    files = {"file": ("m.xml", data, "application/xml")}
    answer = await parts.client.send("POST", "/api/resource-messages", files=files)
    return answer.json() if answer.is_success else answer.status_code


async def test_stock_is_counted_by_phone_once_and_what_is_missing_is_said(parts: Running) -> None:
    store = await _store(parts)
    await parts.enter(Role.DEPARTMENT_LIAISON)
    count = {
        **AT,
        "client_id": str(uuid4()),
        "kind": "count",
        "material": "tent",
        "quantity": 12,
        "reason": "盘点",
    }
    first = await _post(parts, f"/api/stores/{store}/movements", **count)
    assert await _post(parts, f"/api/stores/{store}/movements", **count) == first
    [tents] = first["stock"]
    assert (tents["quantity"], tents["minimum"], tents["concerns"]) == (12, 20, ["below_minimum"])
    assert (
        await _post(
            parts, f"/api/stores/{store}/movements", **count | {"client_id": str(uuid4()), "reason": ""}
        )
        == 422
    )
    [line] = (await parts.client.get(f"/api/stores/{store}/movements")).json()["items"]
    assert (line["kind"], line["counted"], line["quantity"]) == ("count", 12, 12)
    await parts.enter(Role.LEADER)
    assert await _post(parts, f"/api/stores/{store}/movements", **count) == 403


async def test_an_order_goes_between_desk_and_department_and_each_has_its_own_words(parts: Running) -> None:
    await _store(parts)
    await parts.enter(Role.DISPATCHER)
    need = await _post(parts, "/api/needs", title="帐篷", quantity=30, unit="顶", material="tent")
    order = await _post(parts, f"/api/needs/{need['id']}/orders", party="水利局", to_department=WATER)
    assert (order["asked"], order["state"], order["shortfall"]) == (30, "requested", 30)
    await parts.enter(Role.DEPARTMENT_LIAISON)
    [seen] = (await parts.client.get("/api/orders")).json()["items"]
    assert [one["verb"] for one in seen["next"]] == ["accept", "provide", "decline", "query"]
    path = f"/api/orders/{order['id']}/verbs"
    assert await _post(parts, path, verb="provide", version=1, quantity=20) == 422
    part = await _post(parts, path, verb="provide", version=1, quantity=20, reason="库存不足")
    assert (part["granted"], part["shortfall"]) == (20, 10)
    assert await _post(parts, path, verb="recall", version=2, reason="x") == 403
    await parts.enter(Role.DISPATCHER)
    detail = (await parts.client.get(f"/api/orders/{order['id']}")).json()
    assert [one["kind"] for one in detail["messages"]] == ["RequestResource", "ResponseToRequestResource"]
    [left] = (await parts.client.get("/api/needs")).json()["items"]
    assert (left["promised"], left["shortfall"]) == (20, 10)


async def test_a_request_goes_out_as_a_message_and_the_answer_comes_back_as_one(parts: Running) -> None:
    await parts.enter(Role.DUTY_OFFICER)
    need = await _post(parts, "/api/needs", title="冲锋舟", quantity=4, unit="艘")
    order = await _post(parts, f"/api/needs/{need['id']}/orders", party="邻县应急局")
    [sent] = (await parts.client.get(f"/api/orders/{order['id']}")).json()["messages"]
    answer = await parts.client.get(f"/api/orders/{order['id']}/messages/{sent['message_id']}")
    assert answer.headers["content-type"].startswith("application/xml")
    ours = read(answer.content)
    assert (ours.kind, ours.name, ours.quantity, ours.unit) == ("RequestResource", "冲锋舟", 4, "艘")
    theirs = Message(
        kind="ResponseToRequestResource", id="n-1", sent_at=START, originating=ours.originating, preceding=ours.id,
        sender="邻县应急局", element=ours.element, name=ours.name, response="Accept", quantity=3.0, unit="艘",
    )  # fmt: skip
    got = await _upload(parts, written(theirs))
    assert (got["state"], got["granted"], got["shortfall"]) == ("accepted", 3, 1)
    assert await _upload(parts, written(theirs)) == got
    assert await _upload(parts, b"<a/>") == 422
    assert await _upload(parts, b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>') == 422


async def test_a_shelter_tells_how_many_and_when(parts: Running) -> None:
    place = {
        "code": "S1", "name_zh": "示例中学", "name_en": "School", "area_code": COUNTY, "department": None,
        "address": "", "lon": None, "lat": None, "contact": "", "phone": "", "example": True, "capacity": 100,
        "services": ["water"],
    }  # fmt: skip
    async with parts.db.work() as connection:
        shelter = await supplies.put_shelter(connection, place)
    await parts.enter(Role.DISPATCHER)
    path = f"/api/shelters/{shelter}/reports"
    opened = await _post(parts, path, **AT, client_id=str(uuid4()), kind="opened", occupancy=0)
    assert (opened["state"], opened["free"], opened["doubtful"]) == ("open", 100, False)
    report = {**AT, "client_id": str(uuid4()), "kind": "occupancy", "occupancy": 42}
    parts.clock.advance(10)
    full = await _post(parts, path, **report | {"device_at": "2026-11-23T01:00:09Z"})
    assert (full["occupancy"], full["free"], full["occupancy_at"]) == (42, 58, "2026-11-23T01:00:09.000Z")
    assert await _post(parts, path, **AT, client_id=str(uuid4()), kind="closed") == 409
    parts.clock.advance(7 * 3600)
    await parts.enter(Role.DISPATCHER)
    [old] = (await parts.client.get("/api/shelters")).json()["items"]
    assert old["doubtful"] is True


async def test_what_changes_is_heard_live(parts: Running) -> None:
    await parts.enter(Role.DISPATCHER)
    async with beating(parts), Socket(parts.client) as desk:
        assert (await desk.subscribe("v1", "changes", nouns=["supplies"]))["do"] == "subscribed"
        need = await _post(parts, "/api/needs", title="帐篷", quantity=30, unit="顶")
        assert {"noun": "supplies", "id": need["id"]} in (await desk.hear())["items"]


async def test_a_place_is_kept_on_the_screen_with_its_history(parts: Running) -> None:
    await _store(parts)
    await parts.enter(Role.DEPARTMENT_LIAISON)
    offered = (await parts.client.get("/api/places/choices")).json()
    assert [one["code"] for one in offered["departments"]] == [WATER]
    assert {"code": "water", "name": {"zh": "饮水", "en": "water"}} in offered["services"]
    given = {
        "code": "W2", "name_zh": "城西库", "name_en": "West", "area_code": COUNTY, "department": WATER,
    }  # fmt: skip
    least = [{"material": "tent", "minimum": 5}]
    made = await _post(parts, "/api/stores", **given, minimums=least)
    assert [(one["minimum"], one["concerns"]) for one in made["stock"]] == [(5, ["none"])]
    assert await _post(parts, "/api/stores", **given) == 409
    change = {**given, "minimums": least, "contact": "李某", "version": made["version"]}
    changed = (await parts.client.send("PUT", f"/api/stores/{made['id']}", json=change)).json()
    assert (changed["contact"], changed["version"]) == ("李某", made["version"] + 1)
    gone = {"reason": "拆迁", "version": changed["version"]}
    assert (await parts.client.post(f"/api/stores/{made['id']}/retire", gone)).status_code == 204
    codes = [one["code"] for one in (await parts.client.get("/api/stores")).json()["items"]]
    assert codes == ["W1"]
    shelter = await _post(
        parts, "/api/shelters", **{**given, "code": "S2", "capacity": 40, "services": ["water"]}
    )
    await _post(
        parts,
        f"/api/shelters/{shelter['id']}/reports",
        **AT,
        client_id=str(uuid4()),
        kind="opened",
        occupancy=0,
    )
    lines = (await parts.client.get(f"/api/shelters/{shelter['id']}/history")).json()["items"]
    assert [(one["kind"], one["actor"]) for one in lines] == [
        ("opened", "department_liaison.371702"), ("created", "department_liaison.371702"),
    ]  # fmt: skip
