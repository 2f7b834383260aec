"""Can an incident be commanded over HTTP: from the call to the signed report, through merge, post and hand-over?"""

from typing import Any
from uuid import uuid4

import pytest

from mudan.core.people.model import Role
from tests.api.running import Running, Socket, beating, running
from tests.core.county import PLACE, add_entity, raise_alarm
from tests.database import OTHER_TOWN, TOWN, Client

pytestmark = pytest.mark.anyio
OPEN = {"title": "堤防渗水", "kind": "flood", "level": 2, "lon": PLACE[0], "lat": PLACE[1]}


@pytest.fixture
async def parts(app_client: Client) -> Running:
    parts = await running(app_client)
    await parts.enter(Role.DUTY_OFFICER)
    return parts


async def _do(parts: Running, path: str, body: Any = None, verb: str = "POST") -> Any:
    answer = await parts.client.send(verb, path, json=body or {})
    assert answer.is_success, answer.text
    return answer.json()


async def _get(parts: Running, path: str) -> Any:
    answer = await parts.client.get(path)
    assert answer.is_success, answer.text
    return answer.json()


async def _call(parts: Running, **more: Any) -> Any:
    body = {
        "id": str(uuid4()),
        "kind": "flood",
        "address": "桥头",
        "state": "堤脚冒水",
        "reporter": "王某",
        "called_at": "2026-11-23T00:59:30Z",
        **more,
    }
    return await _do(parts, "/api/calls", body)


async def test_from_the_call_to_the_receipt_of_the_signed_report(parts: Running) -> None:
    opening = {"title": "桥头堤防冒水", "level": 2, "area_code": TOWN}
    call = await _call(parts, injured=1, lon=PLACE[0], lat=PLACE[1], opening=opening)
    path = f"/api/incidents/{call['incident_id']}"
    assert (call["incident_number"], call["called_at"]) == ("20261123-001", "2026-11-23T00:59:30.000Z")
    due = (await _get(parts, "/api/reports/due"))["items"]
    assert [(one["clock"]["kind"], one["clock"]["mode"]) for one in due] == [
        ("first", "phone"),
        ("first", "written"),
    ]
    assert all(one["clock"]["example"] for one in due)
    told = {"kind": "first", "body": "市应急指挥中心", "answered_by": "李工"}
    await _do(parts, f"{path}/reports/phone", told)
    report = await _do(parts, f"{path}/reports", {"kind": "first"})
    assert "受伤 1 人" in report["body"]
    edited = await _do(
        parts,
        f"/api/reports/{report['id']}",
        {"version": report["version"], "body": report["body"] + "\n请示。"},
        "PATCH",
    )
    assert len(edited["wordings"]) == 2
    signed = await _do(parts, f"/api/reports/{report['id']}/sign", {"version": edited["version"]})
    to = [{"body": "市应急指挥中心", "channel": "fax", "address": "示例"}]
    sent = await _do(parts, f"/api/reports/{report['id']}/send", {"version": signed["version"], "to": to})
    got = await _do(
        parts, f"/api/reports/deliveries/{sent['deliveries'][0]['id']}/receipt", {"name": "市值班员"}
    )
    assert (got["state"], got["deliveries"][0]["state"]) == ("sent", "received")
    shown = await _get(parts, f"{path}/reports")
    assert [one["met_at"] is not None for one in shown["clocks"] if one["kind"] == "first"] == [True, True]
    assert [one["kind"] for one in shown["clocks"] if one["met_at"] is None] == ["progress"]
    paper = await parts.client.get(f"/api/reports/{report['id']}/paper?form=pdf")
    assert paper.content.startswith(b"%PDF-")


async def test_a_name_alone_is_a_place_and_says_how_near(parts: Running) -> None:
    async with parts.db.work() as connection:
        await add_entity(connection, "G1", name_zh="示例水文站", lon=PLACE[0], lat=PLACE[1])
        await add_entity(connection, "G2", name_zh="示例泵站", lon=PLACE[0] + 0.02, lat=PLACE[1])
        await add_entity(connection, "FAR", name_zh="远站", area_code=OTHER_TOWN, lon=0.0, lat=0.0)
    town = (await _get(parts, "/api/places?q=沙土政府门口"))["items"]
    assert [(one["sort"], one["name"]["zh"], one["approximate"]) for one in town] == [
        ("area", "沙土镇", True)
    ]
    assert (town[0]["lon"], town[0]["about_m"] >= 500) == (pytest.approx(PLACE[0] + 0.01), True)
    exact = (await _get(parts, "/api/places?q=示例水文站"))["items"]
    assert (exact[0]["sort"], exact[0]["approximate"], exact[0]["lon"]) == ("entity", False, PLACE[0])
    assert (await _get(parts, "/api/places?q=不存在的地方"))["items"] == []


async def test_a_second_call_is_recognised_and_joins(parts: Running) -> None:
    first = await _call(parts, lon=PLACE[0], lat=PLACE[1], opening={"title": "桥头堤防冒水", "level": 2})
    [like] = await _get(
        parts, f"/api/incidents/similar?kind=flood&lon={PLACE[0] + 0.001}&lat={PLACE[1]}&q=桥头冒水"
    )
    assert like["incident"]["id"] == first["incident_id"]
    assert like["reasons"][0]["zh"] == "同为洪水"
    again = await _call(parts, join=like["incident"]["id"])
    assert again["incident_number"] == first["incident_number"]
    assert len((await _get(parts, "/api/calls"))["items"]) == 2
    waiting = await _call(parts)
    assert waiting["incident_id"] is None
    joined = await _do(parts, f"/api/calls/{waiting['id']}/join", {"incident_id": first["incident_id"]})
    assert joined["incident_number"] == first["incident_number"]


async def test_two_incidents_become_one_and_two_again(parts: Running) -> None:
    async with parts.db.work() as connection:
        alarm = str(await raise_alarm(connection))
    source = await _do(parts, "/api/incidents", OPEN | {"alarm_ids": [alarm]})
    target = await _do(parts, "/api/incidents", OPEN | {"title": "同一处"})
    bonds = await _get(parts, f"/api/incidents/{source['id']}/bonds")
    assert [one["incident"]["id"] for one in bonds["similar"]] == [target["id"]]
    body = {"target": target["id"], "version": source["version"], "reason": "同一处"}
    merged = await _do(parts, f"/api/incidents/{source['id']}/merge", body)
    assert (merged["id"], merged["alarm_count"]) == (target["id"], 1)
    assert {line["incident_number"] for line in merged["timeline"]} == {source["number"], target["number"]}
    gone = await _get(parts, f"/api/incidents/{source['id']}")
    assert (gone["phase"], gone["merged_into"]) == ("duplicate", target["id"])
    back = await _do(parts, f"/api/incidents/{source['id']}/unmerge", {"reason": "两处"})
    assert (back["phase"], back["alarms"][0]["id"]) == ("accepted", alarm)
    body = {
        "version": back["version"],
        "title": "另一处",
        "kind": "landslide",
        "level": 3,
        "reason": "分",
        "alarm_ids": [alarm],
    }
    new = await _do(parts, f"/api/incidents/{source['id']}/split", body)
    assert (new["kind"], new["alarm_count"]) == ("landslide", 1)
    [relation] = (await _get(parts, f"/api/incidents/{new['id']}/bonds"))["relations"]
    assert (relation["sense"], relation["number"]) == ("split_from", source["number"])


async def test_a_town_takes_command_only_by_its_own_officer(parts: Running) -> None:
    incident = await _do(parts, "/api/incidents", OPEN)
    body = {"version": incident["version"], "area": TOWN, "reason": "范围限于一镇"}
    bonds = await _do(parts, f"/api/incidents/{incident['id']}/hand-over", body)
    [sent] = bonds["handovers"]
    assert (sent["state"], sent["answers"]) == ("sent", False)
    answer = await parts.client.post(f"/api/incidents/handovers/{sent['id']}/answer", {"event": "receive"})
    assert answer.status_code == 403
    matters = await _get(parts, f"/api/incidents/{incident['id']}/matters")
    assert [(one["noun"], one["mandatory"]) for one in matters] == [("handover", True)]
    await parts.enter(Role.DUTY_OFFICER, TOWN)
    done = await _do(parts, f"/api/incidents/handovers/{sent['id']}/answer", {"event": "receive"})
    assert done["handovers"][0]["state"] == "received"
    taken = await _get(parts, f"/api/incidents/{incident['id']}")
    assert (taken["authority"], taken["command_area"]) == ("town", TOWN)


async def test_command_passes_to_a_leader_who_accepts_by_the_own_account(parts: Running) -> None:
    leader = await parts.person(Role.LEADER)
    incident = await _do(parts, "/api/incidents", OPEN)
    assert await _get(parts, f"/api/incidents/{incident['id']}/post") is None
    body = {"name": "现场指挥部", "place": "桥头", "commander": {"name": "张局长"}, "groups": ["rescue"]}
    post = await _do(parts, f"/api/incidents/{incident['id']}/post", body)
    assert (post["seats"][0]["span"], post["seats"][0]["wide"]) == (1, False)
    known = await _get(parts, "/api/posts/people")
    assert leader.name in [one["name"] for one in known]
    offer = {"to": {"name": leader.name, "person": str(leader.id)}, "situation": "渗水两处，已封堵一处"}
    offered = await _do(parts, f"/api/posts/{post['id']}/transfers", offer)
    await parts.enter(Role.LEADER)
    seen = await _get(parts, f"/api/incidents/{incident['id']}/post")
    assert seen["transfers"][0]["answers"] is True
    path = f"/api/posts/transfers/{offered['transfers'][0]['id']}/answer"
    taken = await _do(parts, path, {"event": "accept"})
    assert [seat["name"] for seat in taken["seats"] if seat["until"] is None] == [leader.name]
    form = await _get(parts, f"/api/incidents/{incident['id']}/forms/201")
    assert form["title"]["zh"] == "事件简报"
    page = await parts.client.get(f"/api/incidents/{incident['id']}/forms/214?form_as=html")
    assert "指挥权由张局长移交" in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert [one["number"] for one in await _get(parts, f"/api/incidents/{incident['id']}/forms")] == [
        "201", "204", "209", "211", "213RR", "214",
    ]  # fmt: skip


async def test_the_public_learns_the_stage_and_nobodys_name(parts: Running) -> None:
    await _do(parts, "/api/incidents", OPEN)
    seen = await _get(parts, "/api/stage")
    assert (seen["number"], seen["advised"], seen["seq"]) == (1, 3, 0)
    body = {
        "number": 3,
        "why": "堤防险情",
        "public_why": "请远离河道",
        "seen": 0,
        "since": "2026-11-23T00:58:00Z",
    }
    done = await _do(parts, "/api/stage", body)
    assert (done["number"], done["history"][0]["why"]) == (3, "堤防险情")
    assert (await parts.client.post("/api/stage", body)).status_code == 409
    parts.client.http.cookies.clear()
    told = (await parts.client.get("/api/public/stage")).json()
    assert (told["number"], told["name"]["zh"], told["why"], told["since"]) == (
        3, "警戒", "请远离河道", "2026-11-23T00:58:00.000Z",
    )  # fmt: skip
    assert "set_by" not in told
    page = (await parts.client.get("/public/warnings")).text
    for words in ("3 警戒", "请远离河道", "2026-11-23 08:58:00"):
        assert words in page


async def test_the_county_words_its_stages_and_clocks(parts: Running) -> None:
    words = {
        "name": {"zh": "留意", "en": "Heed"},
        "meaning": {"zh": "请留意", "en": ""},
        "advise": [{"level": 4, "count": 1}],
    }
    stage = await _do(parts, "/api/stage/kinds/2", words, "PATCH")
    assert stage["items"][1] == words | {
        "number": 2,
        "example": False,
        "meaning": {"zh": "请留意", "en": "请留意"},
    }
    rules = [{"body": {"zh": "市里", "en": "City"}, "kind": "first", "mode": "phone", "minutes": 5}]
    set_now = await _do(parts, "/api/reports/rules/2", {"rules": rules}, "PUT")
    assert [one["minutes"] for one in set_now if one["level"] == 2] == [5]


async def test_an_overdue_report_reaches_the_screens(parts: Running) -> None:
    rules = [{"body": {"zh": "市里", "en": "City"}, "kind": "first", "mode": "phone", "minutes": 5}]
    await _do(parts, "/api/reports/rules/2", {"rules": rules}, "PUT")
    incident = await _do(parts, "/api/incidents", OPEN)
    async with beating(parts), Socket(parts.client) as socket:
        await socket.subscribe("a", "changes", nouns=["reports"])
        parts.client.clock.advance(6 * 60)
        await parts.path.tick()
        heard = await socket.hear()
        assert {"noun": "reports", "id": incident["id"]} in heard["items"]
    lines = (await _get(parts, f"/api/incidents/{incident['id']}"))["timeline"]
    assert "首报（电话）超时" in lines[-1]["text"]["zh"]
    assert (await _get(parts, "/api/reports/due"))["items"][0]["clock"]["late"] is True


async def test_people_and_objectives_are_written_and_a_mistake_is_voided(parts: Running) -> None:
    incident = await _do(parts, "/api/incidents", OPEN)
    path = f"/api/incidents/{incident['id']}"
    await _do(parts, f"{path}/harm", {"injured": 2})
    noted = await _do(parts, f"{path}/notes", {"text": "封堵渗水", "kind": "objective"})
    assert [line["kind"] for line in noted["timeline"]] == ["opened", "harm", "objective"]
    void = await _do(parts, f"{path}/void", {"reason": "误开", "version": noted["version"]})
    assert (void["phase"], void["void_reason"]) == ("void", "误开")
    assert (await _get(parts, "/api/incidents"))["total"] == 0
