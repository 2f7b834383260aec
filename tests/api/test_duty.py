"""Does the duty room answer as a night goes: roster, hand-over, log, calls, phone book?"""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from mudan.core.calls import actions as calls
from mudan.core.people.model import Role
from tests.api.duty_room import SPAN
from tests.api.running import Running, running
from tests.core.county import actor, add_entity, open_incident, raise_alarm
from tests.database import COUNTY, START, TOWN, Client

pytestmark = pytest.mark.anyio


@pytest.fixture
async def parts(app_client: Client) -> Running:
    return await running(app_client)


async def contact(parts: Running, name: str, **more: Any) -> str:
    """An entry of the phone book; its id."""
    body = {"name": name, "area_code": COUNTY, "phone": "000-1", **more}
    answer = await parts.client.post("/api/duty/contacts", body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_who_is_on_duty_and_where_nobody_is(parts: Running) -> None:
    await parts.enter(Role.DUTY_OFFICER)
    before = (await parts.client.get("/api/duty/now")).json()
    assert [one["code"] for one in before["missing"]] == ["leader_on_duty", "duty_officer"]
    officer = await contact(parts, "张")
    shift = {
        "position": "duty_officer", "contact_id": officer, "starts_at": "2026-11-23T00:30:00Z",
        "ends_at": "2026-11-24T00:30:00Z", "area_code": COUNTY,
    }  # fmt: skip
    made = (await parts.client.post("/api/duty/shifts", shift)).json()
    now = (await parts.client.get("/api/duty/now")).json()
    assert [one["name"] for one in now["items"]] == ["张"]
    assert [one["code"] for one in now["missing"]] == ["leader_on_duty"]
    week = (await parts.client.get("/api/duty/roster", params=SPAN)).json()
    gaps = {(one["position"], one["starts_at"][:10]) for one in week["gaps"]}
    assert {("duty_officer", "2026-11-22"), ("duty_officer", "2026-11-24")} <= gaps
    table = (await parts.client.get("/api/duty/roster.csv", params=SPAN)).text
    assert "duty_officer,张,000-1,2026-11-23 08:30,2026-11-24 08:30," in table
    body = {
        "area_code": COUNTY,
        "text": table.replace("11-24 08:30", "11-25 08:30").replace("11-23", "11-24"),
    }
    assert (await parts.client.post("/api/duty/roster/import", body)).json()["added"] == 1
    gone = await parts.client.post(f"/api/duty/shifts/{made['id']}/void", {"version": 1, "reason": "病"})
    assert gone.status_code == 204
    assert (await parts.client.get("/api/duty/now")).json()["items"] == []
    refused = await parts.client.get("/api/duty/roster", params={**SPAN, "until": "2027-11-22T00:00:00Z"})
    assert refused.status_code == 422


async def test_a_hand_over_lists_what_is_open_and_is_signed_by_two(parts: Running) -> None:
    async with parts.db.work() as connection:
        alarm = await raise_alarm(connection, await add_entity(connection))
        incident = await open_incident(connection, actor(), title="河堤渗水")
    await parts.enter(Role.DUTY_OFFICER)
    target = {"client_id": str(uuid4()), "title": "巡堤", "target": {"role": "leader"}}
    assert (await parts.client.post("/api/directives", target)).status_code == 201
    sheet = (await parts.client.post("/api/duty/handovers")).json()
    listed = {(item["noun"], item["subject"]) for item in sheet["items"]}
    assert {("alarms", str(alarm)), ("incidents", str(incident.id))} <= listed
    assert {"directives", "reports"} <= {noun for noun, _ in listed}
    path = f"/api/duty/handovers/{sheet['id']}"
    unsigned = await parts.client.post(f"{path}/give", {"version": sheet["version"], "confirm": False})
    assert unsigned.status_code == 422
    sheet = (
        await parts.client.post(
            f"{path}/give", {"version": sheet["version"], "confirm": True, "situation": "稳"}
        )
    ).json()
    assert (sheet["state"], sheet["given_by_me"]) == ("given", True)
    await parts.enter(Role.DUTY_OFFICER, login="second")
    for item in sheet["items"]:
        body = {"version": sheet["version"], "answer": "accepted"}
        sheet = (await parts.client.post(f"{path}/items/{item['id']}/answer", body)).json()
    taken = await parts.client.post(f"{path}/take", {"version": sheet["version"], "confirm": True})
    assert (taken.json()["state"], taken.json()["taken_by"]) == ("taken", "second")
    lines = (await parts.client.get("/api/duty/log", params=SPAN)).json()["items"]
    assert any("接班签字" in line["text"]["zh"] and line["drafted"] for line in lines)
    drafted = next(line for line in lines if "立案" in line["text"]["zh"])
    fix = {
        "client_id": str(uuid4()), "text": "应为管涌", "at": drafted["at"], "corrects": drafted["key"],
        "reason": "误记",
    }  # fmt: skip
    written = await parts.client.post("/api/duty/log", fix)
    assert written.status_code == 201, written.text
    table = (await parts.client.get("/api/duty/log.csv", params=SPAN)).text
    assert "河堤渗水" in table


async def test_a_call_goes_down_to_the_village_and_comes_back(parts: Running) -> None:
    await parts.enter(Role.DUTY_OFFICER)
    head = await contact(parts, "镇长", area_code=TOWN)
    town = {"name": "沙土镇", "level": "town", "area_code": TOWN, "people": 100, "contact_ids": [head]}
    node = (await parts.client.post("/api/duty/call-tree", town)).json()
    village = {"name": "东村", "level": "village", "area_code": TOWN, "people": 10, "parent_id": node["id"]}
    assert (await parts.client.post("/api/duty/call-tree", village)).status_code == 201
    body = {"client_id": str(uuid4()), "title": "转移", "words": "请转移", "area_code": TOWN}
    run = (await parts.client.post("/api/duty/calls", body)).json()
    assert (await parts.client.post("/api/duty/calls", body)).json()["id"] == run["id"]
    assert [(one["level"], one["total"]) for one in run["coverage"]] == [("town", 1), ("village", 1)]
    async with parts.db.work() as connection:
        await calls.tick(connection, START)
    path = f"/api/duty/calls/{run['id']}"
    seen = (await parts.client.get(path)).json()
    [first] = seen["steps"][0]["tries"]
    assert (first["name"], first["state"], first["channels"]) == ("镇长", "calling", ["voice"])
    answer = {"name": "镇长", "client_id": str(uuid4()), "device_at": "2026-11-23T01:00:30Z"}
    told = await parts.client.post(f"{path}/steps/{seen['steps'][0]['id']}/answer", answer)
    assert told.json()["coverage"][0]["people_answered"] == 100
    async with parts.db.work() as connection:
        await calls.tick(connection, START)
    ended = (await parts.client.get(path)).json()
    assert (ended["state"], ended["answered"], ended["unreached"]) == ("finished", 1, 1)
    [covered] = ended["towns"]
    assert (covered["area_code"], covered["total"], covered["answered"], covered["unreached"]) == (
        TOWN,
        2,
        1,
        1,
    )
    nobody = await parts.client.post(
        "/api/duty/calls", {**body, "client_id": str(uuid4()), "area_code": COUNTY + "9"}
    )
    assert nobody.status_code == 422


async def test_a_week_is_copied_once_and_who_has_left_is_named(parts: Running) -> None:
    await parts.enter(Role.DUTY_OFFICER)
    people = [await contact(parts, name, area_code=COUNTY) for name in ("甲", "乙")]
    for person, day in zip(people, ("2026-11-23", "2026-11-25"), strict=True):
        shift = {"position": "duty_officer", "contact_id": person, "area_code": COUNTY,
                 "starts_at": f"{day}T08:30:00+08:00", "ends_at": f"{day}T20:30:00+08:00"}  # fmt: skip
        assert (await parts.client.post("/api/duty/shifts", shift)).status_code == 201
    async with parts.db.work() as connection:
        await connection.execute("update duty_contact set voided_at = now() where name = '乙'")
    week = {"area_code": COUNTY, "source": "2026-11-22T16:00:00Z", "target": "2026-11-29T16:00:00Z"}
    first = (await parts.client.post("/api/duty/roster/copy", week)).json()
    again = (await parts.client.post("/api/duty/roster/copy", week)).json()
    assert (first, again) == (
        {"added": 1, "known": 0, "unknown": ["乙"]},
        {"added": 0, "known": 1, "unknown": ["乙"]},
    )
    span = {"since": week["target"], "until": "2026-12-06T16:00:00Z"}
    [copied] = (await parts.client.get("/api/duty/roster", params=span)).json()["shifts"]
    assert (copied["name"], copied["starts_at"]) == ("甲", "2026-11-30T00:30:00.000Z")


async def test_whom_an_alarm_would_wake_is_told_by_name_and_position(parts: Running) -> None:
    await parts.enter(Role.DUTY_OFFICER)
    chief = await contact(parts, "值班长甲", area_code=COUNTY)
    shift = {"position": "duty_chief", "contact_id": chief, "area_code": COUNTY,
             "starts_at": "2026-11-23T00:30:00Z", "ends_at": "2026-11-23T12:30:00Z"}  # fmt: skip
    assert (await parts.client.post("/api/duty/shifts", shift)).status_code == 201
    told = (await parts.client.post("/api/alarms/wake", {"level": 2})).json()["items"]
    assert [one["at"] for one in told[:2]] == ["2026-11-23T01:00:15.000Z", "2026-11-23T01:02:15.000Z"]
    assert (told[1]["names"], told[1]["otherwise"]) == (["值班长甲"], False)
    assert (told[2]["names"], told[2]["to"]["zh"]) == ([], "带班领导")
    renamed = {
        "title": {"zh": "总值班", "en": "Chief"},
        "rank": 2,
        "role": "duty_officer",
        "minimum": 0,
        "maximum": 1,
    }
    answer = await parts.client.send("PUT", "/api/duty/positions/duty_chief", json=renamed)
    assert answer.status_code == 200, answer.text
    assert (await parts.client.post("/api/alarms/wake", {"level": 2})).json()["items"][1]["to"][
        "zh"
    ] == "总值班"


async def test_the_administrator_sets_how_alarms_are_grouped_and_sees_no_alarm(parts: Running) -> None:
    await parts.enter(Role.ADMINISTRATOR)
    assert (await parts.client.get("/api/alarms")).status_code == 403
    shown = (await parts.client.get("/api/alarms/tuning")).json()
    families = [{name: one[name] for name in ("name", "radius_m", "digits")} for one in shown["families"]]
    figures = {name: shown[name] for name in ("rolling_min", "window_min", "suggest_from", "child_from",
                                              "child_window_min", "child_wait_min")}  # fmt: skip
    wish = {**figures, "group_wait_s": 20, "families": families, "auto_link": [], "version": shown["version"]}

    async def put(**more: Any) -> httpx.Response:
        return await parts.client.send("PUT", "/api/alarms/tuning", json={**wish, **more})

    assert (await put(auto_link=[{"rule": "*", "from_score": 0.9}])).status_code == 422
    assert (await put(child_from=0.1)).json()["field"] == "child_from"
    assert ((await put()).json()["group_wait_s"], (await put()).status_code) == (20, 409)
