"""Does no list tell who lives where, is a visit entered once over HTTP, and does everybody see what is theirs?"""

from typing import Any
from uuid import uuid4

import pytest

from mudan.core.people.model import Role
from tests.api.running import Running, running
from tests.core.county import PLACE
from tests.core.households.doors import row
from tests.core.tasks.test_photos import picture
from tests.core.visits.knocking import repairs
from tests.database import COUNTY, OTHER_TOWN, TOWN, Client

__all__ = ["repairs"]
pytestmark = pytest.mark.anyio
SECRETS = ("欧阳示例", "13912345678", "不可外传")
TITLES = {
    "标准地址编码": "address_code", "标准地址": "address", "网格编码": "area_code", "姓名": "name",
    "联系电话": "phone", "关爱类别": "care", "备注": "note", "经度": "lon", "纬度": "lat", "最近走访": "last_visit_on",
}  # fmt: skip


@pytest.fixture
async def parts(app_client: Client) -> Running:
    return await running(app_client)


def table(*rows: dict[str, Any], encoding: str = "gbk") -> bytes:
    """A register as a spreadsheet saves it."""
    lines = [",".join([*TITLES, "身份证号"])]
    lines += [
        ",".join([*(str(one.get(name, "")) for name in TITLES.values()), "371702190001010000"])
        for one in rows
    ]
    return "\n".join(lines).encode(encoding)


def told(**more: Any) -> dict[str, str]:
    """What somebody says of a register that they bring."""
    return {
        "id": str(uuid4()), "source": "示例台账", "purpose": "care", "ground": "duty", "basis": "示例文件〔2026〕1号",
        "example": "true", **more,
    }  # fmt: skip


async def registered(parts: Running, *rows: dict[str, Any], role: Role = Role.DUTY_OFFICER) -> dict[str, Any]:
    """What became of a register that somebody brought."""
    await parts.enter(role)
    files = {"file": ("台账.csv", table(*rows), "text/csv")}
    answer = await parts.client.send("POST", "/api/households/register", files=files, data=told())
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


SECRET = row(1, name=SECRETS[0], phone=SECRETS[1], note=SECRETS[2], care="独居", last_visit_on="2026-11-10")


def entry(**more: Any) -> dict[str, Any]:
    """A care visit at which somebody was met."""
    return {
        "client_id": str(uuid4()), "kind": "care", "outcome": "met", "device_at": "2026-11-23T00:50:00Z", **more,
    }  # fmt: skip


async def day(parts: Running, **asked: Any) -> dict[str, Any]:
    """The day of whoever is signed in."""
    answer = await parts.client.get("/api/visits/day", params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_register_in_gbk_is_taken_and_what_is_bad_is_named(parts: Running) -> None:
    made = await registered(parts, row(1), row(2, phone="12"), row(3, care=""), row(4, lon="x"))
    faults = [(one["row"], one["field"]) for one in made["faults"]]
    assert (made["households"], made["rows"], made["planned"], faults) == (
        2,
        2,
        1,
        [(3, "phone"), (5, "lon")],
    )
    assert made["not_kept"] == ["身份证号"]
    async with parts.db.work() as connection:
        lines = await (
            await connection.execute(
                "select detail::text as d from audit where action = 'household.register'"
            )
        ).fetchall()
    assert len(lines) == 1
    bad = {"file": ("x.csv", b"\xff\xfe\x00", "text/csv")}
    for files in (bad, {"file": ("x.csv", b"", "text/csv")}):
        answer = await parts.client.send("POST", "/api/households/register", files=files, data=told())
        assert (answer.status_code, answer.json()["field"]) == (422, "file")


async def test_no_list_tells_a_name_a_number_or_a_note(parts: Running, repairs: None) -> None:
    await registered(parts, SECRET)
    household = (await parts.client.get("/api/households")).json()["items"][0]
    assert (household["shown_as"], household["people"], household["care"][0]["code"]) == (
        "欧*",
        1,
        "lives_alone",
    )
    visit = (await day(parts))["stops"][0]
    await parts.enter(Role.FIELD_WORKER, TOWN)
    opened = await parts.client.post(
        f"/api/households/{household['id']}/open",
        {"id": str(uuid4()), "purpose": "visit", "subject_id": visit["id"]},
    )
    assert [one in opened.text for one in SECRETS] == [True] * 3
    problem = {"class_code": "0201", "title": "水管漏水"}
    await parts.client.post("/api/visits", entry(visit_id=visit["id"], problems=[problem]))
    asked = [
        "/api/households", f"/api/households/{household['id']}", f"/api/households?q={SECRETS[0]}",
        f"/api/households?q={SECRETS[1]}", "/api/households?looked_after=true", "/api/households/openings",
        "/api/visits?state=all", "/api/visits/day", f"/api/visits/{visit['id']}", "/api/visits/grids",
        "/api/visits/notices", "/api/visits/cadence", "/api/cases?state=all", "/api/audit", "/api/notices",
    ]  # fmt: skip
    told = []
    for role in Role:
        await parts.enter(role, TOWN)
        for path in asked:
            text = (await parts.client.get(path)).text
            told += [(role, path) for one in (*SECRETS, "371702190001010000") if one in text]
    assert told == []


async def test_a_view_lapses_and_stands_in_the_trail(parts: Running) -> None:
    await registered(parts, SECRET)
    visit = (await day(parts))["stops"][0]
    home, opening = visit["household_id"], str(uuid4())
    await parts.enter(Role.FIELD_WORKER, TOWN)
    body = {"id": opening, "purpose": "visit", "subject_id": visit["id"]}
    first = (await parts.client.post(f"/api/households/{home}/open", body)).json()
    path = f"/api/households/{home}/residents"
    assert (await parts.client.get(path, params={"opening": opening})).json()["residents"] == first[
        "residents"
    ]
    await parts.enter(Role.DUTY_OFFICER)
    assert (await parts.client.get(path, params={"opening": opening})).status_code == 404
    await parts.enter(Role.FIELD_WORKER, TOWN)
    parts.clock.advance(15 * 60)
    lapsed = await parts.client.get(path, params={"opening": opening})
    assert (lapsed.status_code, SECRETS[0] in lapsed.text) == (403, False)
    wrong = await parts.client.post(
        f"/api/households/{home}/open", {**body, "id": str(uuid4()), "subject_id": str(uuid4())}
    )
    assert wrong.status_code == 404
    glass = {"id": str(uuid4()), "purpose": "emergency", "reason": "邻居听到呼救，无人应门"}
    assert (
        await parts.client.post(f"/api/households/{home}/open", {**glass, "reason": ""})
    ).status_code == 422
    assert (await parts.client.post(f"/api/households/{home}/open", glass)).status_code == 200
    await parts.enter(Role.AUDITOR)
    found = (await parts.client.get("/api/households/openings", params={"unusual": True})).json()
    [unseen] = found["items"]
    assert (unseen["id"], unseen["reason"]) == (glass["id"], glass["reason"])
    assert (unseen["reasons"], unseen["fields"]) == (
        ["outside_grid", "no_task"],
        ["name", "phone", "care", "note"],
    )
    assert [(one["purpose"], one["count"], one["unusual"]) for one in found["counts"]] == [
        ("emergency", 1, 1), ("visit", 1, 0),
    ]  # fmt: skip
    review = f"/api/households/openings/{unseen['id']}/review"
    assert (await parts.client.post(review, {"verdict": "fit"})).json()["verdict"] == "fit"
    assert (await parts.client.post(review, {"verdict": "unfit", "note": "x"})).status_code == 409
    trail = (await parts.client.get("/api/audit")).text
    assert trail.count("household.open") == 2


async def test_a_day_is_ordered_entered_once_and_serves_every_record(parts: Running, repairs: None) -> None:
    await registered(
        parts, row(1, last_visit_on="2026-11-16"), row(2, last_visit_on="2026-11-16"),
        row(3, last_visit_on="2026-11-01"), row(4, last_visit_on="2026-11-20"),
    )  # fmt: skip
    notice = {
        "id": str(uuid4()),
        "title": "停水",
        "words": "明日停水",
        "since": "2026-11-23",
        "until": "2026-11-24",
    }
    assert (await parts.client.post("/api/visits/notices", notice)).json()["items"][0]["asked"] == 4
    await parts.enter(Role.FIELD_WORKER, TOWN)
    found = await day(parts, lon=PLACE[0] + 0.0015, lat=PLACE[1])
    assert [one["address"] for one in found["stops"]] == ["示例路3号", "示例路2号", "示例路1号"]
    assert [one["overdue"] for one in found["stops"]] == [True, False, False]
    assert found["stops"][0]["tell"] == [notice["id"]]
    assert "0201" in [one["code"] for one in found["classes"]]
    assert "02" not in [one["code"] for one in found["classes"]]
    body = entry(
        visit_id=found["stops"][0]["id"], checks={"gas": "bad"}, receipts=[notice["id"]],
        problems=[{"class_code": "0201", "title": "水管漏水"}],
    )  # fmt: skip
    first = await parts.client.post("/api/visits", body)
    again = await parts.client.post("/api/visits", body)
    assert (first.status_code, first.json()) == (201, again.json())
    served = [one["name"] for one in first.json()["serves"]]
    assert served == ["visit_log", "care_list", "safety_register", "repair_case", "notice_receipt"]
    assert first.json()["spared"] == 10
    after = await day(parts)
    assert [one["address"] for one in after["stops"]] == ["示例路1号", "示例路2号"]
    assert ([one["id"] for one in after["made"]], after["notices"][0]["told"]) == ([first.json()["id"]], 1)
    assert [one["number"] for one in after["repairs"]] == first.json()["cases"]
    other = await parts.client.post("/api/visits", {**body, "client_id": str(uuid4())})
    assert other.status_code == 409
    photo = {"client_id": str(uuid4()), "taken_at": "2026-11-23T00:50:00Z"}
    for _ in range(2):
        kept = await parts.client.send(
            "POST", f"/api/visits/{body['client_id']}/photos", files={"file": ("a.jpg", picture(), "image/jpeg")},
            data=photo,
        )  # fmt: skip
    assert kept.json()["photos"] == [photo["client_id"]]
    shown = await parts.client.get(f"/api/visits/{first.json()['id']}/photos/{photo['client_id']}")
    assert shown.headers["content-type"] == "image/jpeg"


async def test_grids_are_counted_and_nobody_in_them(parts: Running, repairs: None) -> None:
    await registered(
        parts, row(1, last_visit_on="2026-11-01"), row(2, care=""), row(3, area_code=OTHER_TOWN + "001G01")
    )
    visit = (await day(parts))["stops"][0]
    problems = [
        {"class_code": "0201", "title": "漏水"},
        {"class_code": "0301", "title": "灯", "solved": True},
    ]
    await parts.client.post("/api/visits", entry(visit_id=visit["id"], problems=problems))
    found = (await parts.client.get("/api/visits/grids")).json()
    first, second = found["items"]
    assert (
        first["households"],
        first["due"],
        first["done"],
        first["cases_per_100"],
        first["solved_share"],
    ) == (2, 0, 1, 50.0, 50.0)
    assert (second["households"], second["solved_share"]) == (1, None)
    assert {one["name"] for one in found["formulas"]} == {"cases_per_100", "solved_share", "due", "done"}
    await parts.enter(Role.DUTY_OFFICER, OTHER_TOWN)
    assert len((await parts.client.get("/api/visits/grids")).json()["items"]) == 1


async def test_the_cadence_is_the_countys_to_set(parts: Running) -> None:
    await registered(parts, row(1, last_visit_on="2026-11-20"))
    known = (await parts.client.get("/api/visits/cadence")).json()
    assert (known["example"], known["days"]["lives_alone"]) == (True, 7)
    assert (await day(parts))["stops"] == []
    body = {"days": {"lives_alone": 2}, "again_days": 1, "note": "示例", "version": known["version"]}
    made = await parts.client.send("PUT", "/api/visits/cadence", json=body)
    assert (made.status_code, made.json()["example"]) == (200, False)
    assert len((await day(parts))["stops"]) == 1
    assert (await parts.client.send("PUT", "/api/visits/cadence", json=body)).status_code == 409
    wrong = {**body, "days": {"lives_alone": 0}}
    assert (await parts.client.send("PUT", "/api/visits/cadence", json=wrong)).json()[
        "field"
    ] == "days.lives_alone"
    await parts.enter(Role.DUTY_OFFICER, TOWN)
    assert (await parts.client.send("PUT", "/api/visits/cadence", json=body)).status_code == 403


async def test_a_visit_is_planned_found_and_taken_off(parts: Running) -> None:
    await parts.enter(Role.DUTY_OFFICER, COUNTY)
    body = {
        "id": str(uuid4()),
        "kind": "dispute",
        "due_on": "2026-11-23",
        "place": "示例小区",
        "words": "调解",
    }
    made = await parts.client.post("/api/visits/plan", body)
    assert (made.status_code, made.json()["state"]) == (201, "planned")
    done = (await parts.client.post(f"/api/visits/{body['id']}/cancel", {"reason": "已和解"})).json()
    assert (done["state"], done["cancel_reason"]) == ("cancelled", "已和解")
    assert (await parts.client.get("/api/visits", params={"state": "cancelled"})).json()["total"] == 1


async def test_a_register_is_looked_at_first_and_nothing_of_it_is_kept(parts: Running) -> None:
    await parts.enter(Role.DUTY_OFFICER, TOWN)
    data = table(row(1), row(2, phone="12"), row(3, area_code=OTHER_TOWN + "001G01"), row(4, care=""))
    files = {"file": ("台账.csv", data, "text/csv")}
    answer = await parts.client.send("POST", "/api/households/register/look", files=files)
    found = answer.json()
    assert (answer.status_code, found["total"], found["good"], found["bad"], found["missing"]) == (
        200,
        4,
        2,
        2,
        [],
    )
    assert [(one["row"], one["field"], one["reason"]["zh"]) for one in found["faults"]] == [
        (3, "phone", "应为电话号码"), (4, "area_code", "地址不在您的辖区"),
    ]  # fmt: skip
    passed = [one["column"] for one in found["columns"] if one["field"] is None]
    assert (passed, found["sample"][0]["shown_as"]) == (["身份证号"], "示*")
    assert "示例甲1" not in answer.text
    assert (await parts.client.get("/api/households")).json()["total"] == 0
    assert (await parts.client.get("/api/households/registers")).json()["items"] == []
    none = {"file": ("x.csv", "甲,乙\n1,2\n".encode(), "text/csv")}
    wrong = await parts.client.send("POST", "/api/households/register/look", files=none)
    assert (wrong.status_code, wrong.json()["field"]) == (422, "file")


async def test_a_register_is_taken_once_for_a_purpose_and_its_bad_rows_come_back(parts: Running) -> None:
    await parts.enter(Role.DUTY_OFFICER, TOWN)
    data = table(*(row(n) for n in range(1, 131)), row(131, phone="12", note="=1+1"))
    files = {"file": ("台账.csv", data, "text/csv")}
    for name, value in (("purpose", "sale"), ("ground", "because"), ("basis", "无")):
        refused = await parts.client.send(
            "POST", "/api/households/register", files=files, data=told(**{name: value})
        )
        assert (refused.status_code, refused.json()["field"]) == (422, name)
    said = told()
    for _ in range(2):
        answer = await parts.client.send("POST", "/api/households/register", files=files, data=said)
    made = answer.json()
    assert (made["state"], made["done"], made["total"], made["households"], made["bad"]) == (
        "done",
        131,
        131,
        130,
        1,
    )
    known = (await parts.client.get(f"/api/households/registers/{said['id']}")).json()
    assert (known["households"], known["basis"], known["purpose"]) == (130, said["basis"], "care")
    path = f"/api/households/registers/{said['id']}/bad"
    bad = await parts.client.send("POST", path, files=files)
    assert (bad.status_code, "'=1+1" in bad.text, "371702190001010000" in bad.text) == (200, True, False)
    assert "联系电话" in bad.text
    other = {"file": ("x.csv", table(row(1)), "text/csv")}
    assert (await parts.client.send("POST", path, files=other)).status_code == 409
    await parts.enter(Role.AUDITOR)
    trail = (await parts.client.get("/api/audit", params={"action": "household.register"})).json()["items"]
    assert [one["detail"]["ground"] for one in trail] == ["duty"]
    await parts.enter(Role.DUTY_OFFICER, OTHER_TOWN)
    assert (await parts.client.get(f"/api/households/registers/{said['id']}")).status_code == 404


async def test_the_auditor_asks_the_opener_explains_and_the_word_stays(parts: Running) -> None:
    await registered(parts, SECRET)
    visit = (await day(parts))["stops"][0]
    await parts.enter(Role.FIELD_WORKER, TOWN)
    body = {"id": str(uuid4()), "purpose": "visit", "subject_id": visit["id"]}
    await parts.client.post(f"/api/households/{visit['household_id']}/open", body)
    path = f"/api/households/openings/{body['id']}"
    assert (await parts.client.get("/api/households/openings/mine")).json()["items"] == []
    assert (await parts.client.post(f"{path}/explain", {"text": "走访"})).status_code == 409
    parts.clock.advance(2 * 86_400)
    await parts.enter(Role.AUDITOR)
    asked = {"unusual": True, "purpose": "visit"}
    [seen] = (await parts.client.get("/api/households/openings", params=asked)).json()["items"]
    assert seen["reasons"] == ["outside_grid", "no_task"]
    assert (await parts.client.post(f"{path}/review", {"verdict": "explain"})).status_code == 422
    question = {"verdict": "explain", "note": "走访未完成，为何查看？"}
    assert (await parts.client.post(f"{path}/review", question)).json()["verdict"] == "explain"
    assert (await parts.client.post(f"{path}/review", question)).status_code == 409
    await parts.enter(Role.FIELD_WORKER, TOWN)
    [mine] = (await parts.client.get("/api/households/openings/mine")).json()["items"]
    assert mine["verdict_note"] == question["note"]
    told_it = await parts.client.post(f"{path}/explain", {"text": "到门口未见人，联系家属"})
    assert told_it.json()["explanation"] == "到门口未见人，联系家属"
    assert (await parts.client.get("/api/households/openings/mine")).json()["items"] == []
    await parts.enter(Role.AUDITOR)
    assert (await parts.client.post(f"{path}/review", {"verdict": "fit"})).json()["verdict"] == "fit"
    table_text = (await parts.client.get("/api/households/openings.csv")).text
    assert ("合理" in table_text, "没有对应任务" in table_text, SECRETS[0] in table_text) == (
        True,
        True,
        False,
    )
    trail = (await parts.client.get("/api/audit")).text
    assert [trail.count(word) for word in ("household.review", "household.explain", "household.openings_export")] == [
        2, 1, 1,
    ]  # fmt: skip


async def test_a_week_is_suggested_changed_and_published_to_the_phones(parts: Running) -> None:
    await registered(parts, *(row(n, last_visit_on="2026-11-10") for n in range(1, 4)))
    week = (await parts.client.get("/api/visits/week", params={"week": "2026-11-25"})).json()
    assert (week["week"], week["total"], week["grids"][0]["overdue"], week["grids"][0]["unplanned"]) == (
        "2026-11-23", 3, 3, 3,
    )  # fmt: skip
    body = {"week": week["week"], "area": TOWN}
    planned = (await parts.client.post("/api/visits/week/suggest", body)).json()
    assert (planned["grids"][0]["loads"], planned["unpublished"]) == ([3, 0, 0, 0, 0, 0, 0], 3)
    slot = {"visit_id": planned["items"][0]["id"], "on": "2026-11-26", "post": "doctor"}
    changed = await parts.client.send("PUT", "/api/visits/week", json={"week": week["week"], "slots": [slot]})
    assert changed.json()["grids"][0]["loads"] == [2, 0, 0, 1, 0, 0, 0]
    wrong = {"week": week["week"], "slots": [{**slot, "on": "2026-12-26"}]}
    refused = await parts.client.send("PUT", "/api/visits/week", json=wrong)
    assert (refused.status_code, refused.json()["field"]) == (422, "slots.0.on")
    assert len((await day(parts))["stops"]) == 3
    out = (await parts.client.post("/api/visits/week/publish", body)).json()
    assert (out["unpublished"], out["publications"][0]["visits"]) == (0, 3)
    await parts.enter(Role.FIELD_WORKER, TOWN)
    assert [one["post"] for one in (await day(parts))["stops"]] == ["grid", "grid"]
    parts.clock.advance(3 * 86_400)
    await parts.enter(Role.FIELD_WORKER, TOWN)
    assert sorted(one["post"] for one in (await day(parts))["stops"]) == ["doctor", "grid", "grid"]
    assert (await parts.client.post("/api/visits/week/publish", body)).status_code == 403


async def test_doors_that_have_not_heard_are_told_again_or_gone_to(parts: Running) -> None:
    await registered(parts, row(1), row(2))
    notice = {
        "id": str(uuid4()), "title": "停水", "words": "明日停水", "since": "2026-11-23", "until": "2026-11-24",
    }  # fmt: skip
    await parts.client.post("/api/visits/notices", notice)
    [carried] = (await parts.client.get("/api/visits/carried")).json()["items"]
    assert (carried["notice"]["asked"], carried["notice"]["told"], carried["open"]) == (2, 0, True)
    path = f"/api/visits/carried/{notice['id']}"
    doors = (await parts.client.get(path)).json()
    assert (doors["total"], doors["grids"][0]["asked"], doors["items"][0]["shown_as"]) == (2, 2, "示*")
    homes = [one["household_id"] for one in doors["items"]]
    again = (await parts.client.post(f"{path}/again", {"households": homes})).json()
    assert [one["reminded"] for one in again["items"]] == [1, 1]
    going = (
        await parts.client.post(f"{path}/again", {"households": homes[:1], "go_by": "2026-11-23"})
    ).json()
    assert sorted(one["visit_on"] or "" for one in going["items"]) == ["", "2026-11-23"]
    late = await parts.client.post(f"{path}/again", {"households": homes, "go_by": "2026-11-01"})
    assert (late.status_code, late.json()["field"]) == (422, "go_by")
    await parts.enter(Role.FIELD_WORKER, TOWN)
    [stop] = (await day(parts))["stops"]
    assert (stop["kind"], stop["words"], stop["tell"]) == ("notice", "明日停水", [notice["id"]])
    assert (await parts.client.get("/api/visits/called")).status_code == 403
    await parts.enter(Role.DUTY_OFFICER, OTHER_TOWN)
    assert (await parts.client.post(f"{path}/again", {"households": homes})).status_code == 409
    assert (await parts.client.get("/api/visits/called")).json()["items"] == []
