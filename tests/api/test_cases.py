"""Does a citizen's report go through everybody's hands over HTTP, seen by those it concerns and nobody else?"""

from typing import Any
from uuid import uuid4

import pytest

from mudan.core.cases import actions
from mudan.core.cases.queries import board
from mudan.core.people.model import Role
from tests.api.running import Running, Socket, beating, running
from tests.core.cases.photos import BAD, photo
from tests.core.county import PLACE, later, raise_alarm
from tests.database import COUNTY, OTHER_TOWN, TOWN, WATER, Client

pytestmark = pytest.mark.anyio


@pytest.fixture
async def parts(app_client: Client) -> Running:
    return await running(app_client)


async def reported(parts: Running, **more: Any) -> dict[str, Any]:
    """What somebody rang about: a manhole in the town."""
    body = {
        "id": str(uuid4()), "type": "hotline", "class_code": "0201", "source": "public", "title": "井盖破损",
        "area_code": TOWN, "lon": PLACE[0], "lat": PLACE[1], "form": {"household": "3 号楼"},
        "reporter": {"channel": "phone", "name": "张三", "phone": "13800000000", "wants_word": True}, **more,
    }  # fmt: skip
    answer = await parts.client.post("/api/cases", body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def step(parts: Running, one: dict[str, Any], event: str, role: Role, **more: Any) -> dict[str, Any]:
    """One step by somebody of a role, who looks first; the answer, with its status."""
    await parts.enter(role)
    seen = (await parts.client.get(f"/api/cases/{one['id']}")).json()
    body = {"event": event, "version": seen.get("version", 0), "client_id": str(uuid4()), **more}
    answer = await parts.client.post(f"/api/cases/{one['id']}/steps", body)
    return {**answer.json(), "status": answer.status_code}


async def test_a_report_is_verified_dispatched_returned_reworked_closed_and_reopened(parts: Running) -> None:
    desk, head, crew = Role.DISPATCHER, Role.DUTY_OFFICER, Role.DEPARTMENT_LIAISON
    walker = await parts.person(Role.FIELD_WORKER)
    await parts.enter(desk)
    one = await reported(parts)
    assert (one["state_title"]["zh"], one["step"], one["example"]) == ("已登记", 1, True)
    assert (await step(parts, one, "accept", desk))["state"] == "filing"
    assert (await step(parts, one, "open", desk))["status"] == 409
    await step(parts, one, "verify", desk, person_id=str(walker.id))
    confirmed = await step(parts, one, "confirm", Role.FIELD_WORKER)
    assert (confirmed["status"], confirmed["verified"]) == (200, True)
    ways: list[tuple[str, Role, dict[str, Any], str]] = [
        ("open", desk, {}, "dispatching"), ("dispatch", desk, {"owner": WATER}, "assigned"),
        ("return", crew, {"reason": "电力井"}, "dispatching"), ("dispatch", desk, {"owner": WATER}, "assigned"),
        ("sign", crew, {}, "handling"), ("answer", crew, {}, "answered"), ("check", desk, {}, "checking"),
        ("fail", head, {"reason": "松动"}, "handling"), ("answer", crew, {}, "answered"),
        ("check", desk, {}, "checking"), ("pass", head, {"reason": "现场查看合格"}, "evaluating"),
        ("reopen", desk, {"reason": "又坏了"}, "dispatching"),
        ("supervise", Role.LEADER, {"reason": "限今日"}, "dispatching"),
    ]  # fmt: skip
    for event, role, more, state in ways:
        done = await step(parts, one, event, role, **more)
        assert (done["status"], done["state"]) == (200, state), (event, done)
    assert (done["returned"], done["reworked"], done["reopened"], done["supervised"]) == (1, 1, 1, 1)
    assert [line["kind"] for line in done["history"]][-1] == "supervise"
    assert {clock["name"]: clock["run"] for clock in done["clocks"] if clock["ended_at"] is None} == {
        "dispatch": 3, "whole": 2,
    }  # fmt: skip
    assert "supervise" in done["can"]


async def test_each_sees_what_is_theirs_and_a_leader_no_telephone_number(parts: Running) -> None:
    await parts.enter(Role.DISPATCHER)
    one = await reported(parts)
    await reported(parts, area_code=OTHER_TOWN, class_code="03", lon=None, lat=None)
    full = (await parts.client.get(f"/api/cases/{one['id']}")).json()
    assert full["reporters"][0]["phone"] == "13800000000"
    assert full["form"] == {"household": "3 号楼"}
    await parts.enter(Role.LEADER)
    masked = (await parts.client.get(f"/api/cases/{one['id']}")).json()
    assert (masked["reporters"][0]["name"], masked["reporters"][0]["phone"]) == ("张*", "138********")
    assert masked["form"] == {}
    await parts.enter(Role.DEPARTMENT_LIAISON)
    assert (await parts.client.get("/api/cases")).json()["total"] == 0
    assert (await parts.client.get(f"/api/cases/{one['id']}")).status_code == 404
    await parts.enter(Role.DUTY_OFFICER, TOWN)
    assert [each["id"] for each in (await parts.client.get("/api/cases")).json()["items"]] == [one["id"]]
    await parts.enter(Role.FIELD_WORKER)
    own = await reported(parts, source="collector", reporter=None)
    mine = (await parts.client.get("/api/cases")).json()
    assert [each["id"] for each in mine["items"]] == [own["id"]]
    body = {"id": str(uuid4()), "type": "hotline", "class_code": "01", "source": "superior", "title": "越权"}
    assert (await parts.client.post("/api/cases", body)).status_code == 403


async def test_the_same_is_suggested_before_and_after_and_comes_up_when_it_comes_again(
    parts: Running,
) -> None:
    await parts.enter(Role.DISPATCHER)
    first = await reported(parts)
    place = {"lon": PLACE[0], "lat": PLACE[1] + 0.0001, "class_code": "0201"}
    [twin] = (await parts.client.get("/api/cases/twins", params=place)).json()["items"]
    assert (twin["number"], twin["distance_m"]) == (first["number"], 11.1)
    again = [await reported(parts) for _ in range(2)]
    assert {each["number"] for each in again[1]["twins"]} == {first["number"], again[0]["number"]}
    [group] = (await parts.client.get("/api/cases/repeated")).json()["items"]
    assert (group["count"], group["class_title"]["zh"]) == (3, "井盖缺损")
    reporter = {"id": str(uuid4()), "channel": "app", "name": "李四"}
    for _ in range(2):
        answer = await parts.client.post(f"/api/cases/{first['id']}/reporters", reporter)
    assert [each["name"] for each in answer.json()["reporters"]] == ["张三", "李四"]
    merged = await step(parts, again[0], "merge", Role.DISPATCHER, main_id=first["id"])
    assert (merged["state"], merged["main_number"]) == ("merged", first["number"])
    assert (await parts.client.get(f"/api/cases/{first['id']}")).json()["merged"] == [again[0]["number"]]


@pytest.mark.parametrize("named", [board.MOST_NAMED, 1])  # found by their words, and on the way down the list
async def test_words_of_any_kind_find_what_is_within_scope_and_are_never_a_pattern(
    parts: Running, monkeypatch: pytest.MonkeyPatch, named: int
) -> None:
    monkeypatch.setattr(board, "MOST_NAMED", named)
    await parts.enter(Role.DISPATCHER)
    first = await reported(parts, title="解放路井盖破损 50% OFF_A", address="解放路12号")
    second = await reported(parts, title="解放路噪声", address="\\ 'x' -- 3栋")
    await reported(parts, title="别处的解放路", area_code=OTHER_TOWN, lon=None, lat=None)

    async def found(words: str) -> set[str]:
        answer = await parts.client.get("/api/cases", params={"q": words})
        assert answer.status_code == 200, answer.text
        return {case["number"] for case in answer.json()["items"]}

    both = {first["number"], second["number"]}
    for words, numbers in {
        "井盖破": {first["number"]}, "50% off_a": {first["number"]}, "路12": {first["number"]}, "5_": set(),
        "'x' --": {second["number"]}, "\\ '": {second["number"]}, second["number"]: {second["number"]},
        "声路": set(), "解放路": both, "路": both, "%": {first["number"]}, "没有这样的词": set(), "🌧🌧": set(),
    }.items():  # fmt: skip
        assert await found(words) & both == numbers, words
    assert len(await found("解放路")) == 3
    await parts.enter(Role.DUTY_OFFICER, TOWN)
    assert await found("解放路") == both


async def test_the_calendar_and_the_matrix_are_published_and_followed(parts: Running) -> None:
    await parts.enter(Role.DISPATCHER)
    one = await reported(parts, class_code="0202", source="collector")
    before = one["next_due_at"]
    await parts.enter(Role.ADMINISTRATOR)
    known = (await parts.client.get("/api/cases/calendar")).json()
    assert (known["example"], known["version"], known["hours"][0]["windows"][0]) == (True, 0, [510, 720])
    calendar = {name: known[name] for name in ("hours", "weekdays", "shifted", "version")}
    body = {**calendar, "holidays": ["2026-11-23"], "note": "示例放假"}
    kept = (await parts.client.send("PUT", "/api/cases/calendar", json=body)).json()
    assert (kept["example"], kept["holidays"], kept["history"][0]["note"]) == (
        False,
        ["2026-11-23"],
        "示例放假",
    )
    assert (await parts.client.send("PUT", "/api/cases/calendar", json=body)).status_code == 409
    wrong = {**body, "version": kept["version"], "weekdays": [9]}
    assert (await parts.client.send("PUT", "/api/cases/calendar", json=wrong)).status_code == 422
    rules = [{"id": "灯", "class_code": "02", "department": WATER, "since": "2026-01-01", "note": "示例"}]
    matrix = {"type": "hotline", "rules": rules, "note": "首版", "version": 0}
    first = await parts.client.send("PUT", "/api/cases/matrix", json=matrix)
    assert first.status_code == 200
    bad = {
        **matrix,
        "version": first.json()["version"],
        "rules": [*rules, {**rules[0], "id": "x", "department": "nobody"}],
    }
    answer = await parts.client.send("PUT", "/api/cases/matrix", json=bad)
    assert (answer.status_code, "row 2" in answer.text) == (422, True)
    assert (await parts.client.get("/api/cases")).status_code == 403
    async with parts.db.work() as connection:
        await actions.tick(connection, later(60))
    await parts.enter(Role.DISPATCHER)
    now = (await parts.client.get(f"/api/cases/{one['id']}")).json()
    assert (before, now["next_due_at"]) == ("2026-11-23T03:00:00.000Z", "2026-11-24T02:30:00.000Z")
    assert (now["advice"]["department"], now["advice"]["rule"]) == (WATER, "灯")
    assert (await parts.client.get("/api/cases/matrix")).json()["rules"][0]["id"] == "灯"
    kinds = (await parts.client.get("/api/cases/types")).json()["items"]
    assert [kind["example"] for kind in kinds if kind["name"] == "hotline"] == [True]


async def test_screens_hear_that_a_case_changed(parts: Running) -> None:
    async with beating(parts):
        await parts.enter(Role.DUTY_OFFICER, COUNTY)
        async with Socket(parts.client) as socket:
            assert (await socket.subscribe("c", "changes", nouns=["cases"]))["do"] == "subscribed"
            one = await reported(parts)
            assert (await socket.hear())["items"] == [{"noun": "cases", "id": one["id"]}]


async def test_a_picture_comes_in_goes_out_privately_and_only_to_those_who_see_the_case(
    parts: Running,
) -> None:
    await parts.enter(Role.DISPATCHER)
    one = await reported(parts)
    path, name = f"/api/cases/{one['id']}/pictures", str(uuid4())

    async def sent(data: bytes, **more: Any) -> Any:
        form = {"client_id": name, "role": "report", "taken_at": "2026-11-23T00:30:00Z", **more}
        files = {"file": ("../../x.php", data, "text/html")}
        return await parts.client.send("POST", path, data=form, files=files)

    for _ in range(2):
        answer = await sent(photo(), lon=PLACE[0], lat=PLACE[1])
        assert answer.status_code == 200, answer.text
    [shown] = answer.json()["pictures"]
    assert (shown["role"], shown["distance_m"], shown["placed_by"]) == ("report", 0.0, "given")
    got = await parts.client.get(shown["url"])
    assert (got.headers["content-type"], got.headers["cache-control"]) == (
        "image/jpeg",
        "private, max-age=86400",
    )
    assert b"SecretCamera" not in got.content
    for fault, data in BAD.items():
        status = (await sent(data, client_id=str(uuid4()))).status_code
        assert status == (413 if fault == "50 MB" else 422), fault
    assert (await sent(photo(), client_id=str(uuid4()), role="admin")).status_code == 422
    place = {"lon": PLACE[0], "lat": PLACE[1], "class_code": "0201"}
    [twin] = (await parts.client.get("/api/cases/twins", params=place)).json()["items"]
    assert twin["picture_url"] == shown["url"]
    await parts.enter(Role.LEADER)
    assert (await sent(photo(), client_id=str(uuid4()))).status_code == 403
    await parts.enter(Role.DEPARTMENT_LIAISON)
    assert (await sent(photo(), client_id=str(uuid4()))).status_code == 404
    assert (await parts.client.get(shown["url"])).status_code == 404


async def test_doubtful_proof_is_shown_with_when_to_look_again_and_ends_with_a_reason(parts: Running) -> None:
    desk, head, crew = Role.DISPATCHER, Role.DUTY_OFFICER, Role.DEPARTMENT_LIAISON
    await parts.enter(desk)
    one = await reported(parts, source="collector")
    ways: list[tuple[str, Role, dict[str, Any]]] = [
        ("accept", desk, {}), ("open", desk, {}), ("dispatch", desk, {"owner": WATER}), ("sign", crew, {}),
    ]  # fmt: skip
    for event, role, more in ways:
        await step(parts, one, event, role, **more)
    form = {
        "client_id": str(uuid4()),
        "role": "after",
        "taken_at": "2026-11-22T00:30:00Z",
        "lon": 115.0,
        "lat": 35.0,
    }
    files = {"file": ("a.jpg", photo(), "image/jpeg")}
    path = f"/api/cases/{one['id']}"
    assert (await parts.client.send("POST", f"{path}/pictures", data=form, files=files)).status_code == 200
    as_check = {**form, "client_id": str(uuid4()), "role": "check"}
    assert (
        await parts.client.send("POST", f"{path}/pictures", data=as_check, files=files)
    ).status_code == 403
    answered = await step(parts, one, "answer", crew)
    assert (answered["status"], answered["flags"]) == (200, 2)
    assert [flag["kind"] for flag in answered["doubts"]] == ["far", "early"]
    assert (answered["recheck"]["within_min"], answered["recheck"]["done"]) == (60, False)
    await step(parts, one, "check", desk)
    refused = await step(parts, one, "pass", head)
    assert (refused["status"], refused["field"]) == (422, "reason")
    await parts.enter(desk)
    flagged = (await parts.client.get("/api/cases", params={"state": "flagged"})).json()
    assert [each["number"] for each in flagged["items"]] == [one["number"]]
    body = {
        "version": flagged["items"][0]["version"],
        "client_id": str(uuid4()),
        "reason": "视频里看到已修好",
    }
    for _ in range(2):
        settled = (await parts.client.post(f"{path}/flags", body)).json()
        assert (settled["flags"], settled["recheck"]) == (0, None)
    assert {flag["settled_how"] for flag in settled["doubts"]} == {"reason"}
    closed = await step(parts, one, "pass", head)
    assert (closed["status"], closed["state"]) == (200, "evaluating")


async def test_an_alarm_opens_a_case_that_becomes_an_incident_and_all_three_keep_the_numbers(
    parts: Running,
) -> None:
    async with parts.db.work() as connection:
        alarm = str(await raise_alarm(connection))
    await parts.enter(Role.DISPATCHER)
    body = {"id": str(uuid4()), "type": "hotline", "class_code": "0201", "title": "示例：水位告警转办"}
    answers = [await parts.client.post(f"/api/alarms/{alarm}/case", body) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    case = answers[1].json()
    assert (case["source"], case["alarm_id"], case["incident_number"]) == ("alarm", alarm, None)
    shown = (await parts.client.get(f"/api/alarms/{alarm}")).json()
    assert [one["number"] for one in shown["cases"]] == [case["number"]]
    assert [line["kind"] for line in shown["events"]].count("case") == 1
    await parts.enter(Role.DUTY_OFFICER)
    becoming = {
        "kind": "flood",
        "level": 3,
        "version": case["version"],
        "client_id": str(uuid4()),
        "ends": True,
    }
    path = f"/api/cases/{case['id']}/incident"
    incident = (await parts.client.post(path, becoming)).json()
    assert (await parts.client.post(path, becoming)).json()["id"] == incident["id"]
    assert [(one["number"], one["ended"]) for one in incident["cases"]] == [(case["number"], True)]
    ending = {"disposition": "resolved", "summary": "示例：已处置", "version": incident["version"]}
    assert (await parts.client.post(f"/api/incidents/{incident['id']}/close", ending)).status_code == 200
    await parts.enter(Role.DISPATCHER)
    seen = (await parts.client.get(f"/api/cases/{case['id']}")).json()
    assert (seen["incident_id"], seen["incident_number"]) == (incident["id"], incident["number"])
    told = [line["text"]["zh"] for line in seen["history"] if line["kind"] == "incident"]
    assert [incident["number"] in line for line in told] == [True, True]
    assert "结案" in told[-1]
