"""Do kept evaluations say what has changed since, and do posts, collectors and hours open what is behind them?"""

import csv
import io
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from mudan.core.cases.model.known import learn
from mudan.core.people.model import Role
from mudan.run.discover import declared
from tests.api.running import Running, running
from tests.api.test_case_metrics import WINDOW, answered, asked, figure
from tests.api.test_cases import reported, step
from tests.core.county import add_entity
from tests.database import COUNTY, FIRE, TOWN, Client

pytestmark = pytest.mark.anyio
CELLS = [f"{TOWN}{n:06d}" for n in (1, 2, 3)]


@pytest.fixture
async def parts(app_client: Client) -> Running:
    learn(declared("urban_management").cases)
    return await running(app_client)


async def walked(parts: Running, number: int, **more: Any) -> dict[str, Any]:
    """A report by one of several collectors."""
    person = await parts.client.person(Role.FIELD_WORKER, COUNTY, FIRE if number else "water")
    await parts.enter(Role.FIELD_WORKER, COUNTY, login=person.login)
    return await reported(parts, type="urban_event", class_code="0102", source="collector", form={}, **more)


async def test_cells_that_nobody_reached_keep_the_coverage_down_and_few_people_are_not_shown_alone(
    parts: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    await parts.enter(Role.LEADER)
    before = await asked(parts, group="collectors")
    assert (before["groups"], before["withheld"]) == ([], 0)
    async with parts.db.work() as connection:
        for code in CELLS:
            await add_entity(connection, code, type="GridCell", platform="urban_management", area_code=code)
    await walked(parts, 0, area_code=CELLS[0])
    await parts.enter(Role.LEADER)
    few = await asked(parts, group="collectors")
    assert (few["groups"], few["withheld"], few["least_people"]) == ([], 1, 3)
    monkeypatch.setattr("mudan.core.cases.model.metrics.groups.LEAST_PEOPLE", 1)
    monkeypatch.setattr(
        "mudan.api.cases.metrics.asking.folded", lambda crews: {one.key: one.key for one in crews}
    )
    (town,) = (await asked(parts, group="collectors"))["groups"]
    assert town["key"] == TOWN
    assert figure(town, "coverage")[:2] == (1, 3)
    assert figure(town, "coverage")[2] == pytest.approx(100 / 3)
    assert figure(town, "missed_reports") == (0, 0, None)
    behind = await asked(parts, "cases", group="collectors", metric="coverage", key=TOWN)
    assert [(one["number"], one["counted"], one["case_id"]) for one in behind["items"]] == [
        (code, code == CELLS[0], None) for code in CELLS
    ]
    assert behind["total"] == 3


async def test_a_county_without_cells_has_no_denominator_for_coverage(
    parts: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    await walked(parts, 0)
    await parts.enter(Role.LEADER)
    monkeypatch.setattr(
        "mudan.api.cases.metrics.asking.folded", lambda crews: {one.key: one.key for one in crews}
    )
    (town,) = (await asked(parts, group="collectors"))["groups"]
    assert figure(town, "coverage") == (0, 0, None)
    assert figure(town, "self_handled") == (0, 1, 0)


async def test_posts_show_operations_accuracy_and_times_and_open_their_cases(
    parts: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await answered(parts)
    await parts.enter(Role.LEADER)
    monkeypatch.setattr(
        "mudan.api.cases.metrics.asking.folded", lambda crews: {one.key: one.key for one in crews}
    )
    found = await asked(parts, group="post")
    posts = {group["key"]: group for group in found["groups"]}
    assert set(posts) == {"accept", "open", "dispatch", "handle"}
    assert figure(posts["handle"], "operations") == (1, 1, 1)
    assert figure(posts["dispatch"], "accuracy") == (1, 1, 100)
    assert figure(posts["handle"], "step_median")[2] == pytest.approx(1 / 6)
    assert figure(posts["handle"], "step_mean")[2] == pytest.approx(1 / 6)
    behind = await asked(parts, "cases", group="post", metric="operations", key="handle")
    assert [item["number"] for item in behind["items"]] == [one["number"]]
    sheet = await parts.client.get("/api/cases/metrics/figures.csv", params={**WINDOW, "group": "post"})
    assert "操作量" in sheet.content.decode()


async def test_the_county_says_how_large_its_areas_are_and_the_score_follows(parts: Running) -> None:
    await answered(parts)
    parts.client.clock.advance(timedelta(days=2).total_seconds())
    await parts.enter(Role.DISPATCHER)
    items = [{"area_code": TOWN, "area_km2": 40, "people": 20_000, "example": True}]
    body = {"items": items, "based_on": 0, "note": "统计公报（示例）"}
    assert (await parts.client.send("PUT", "/api/cases/metrics/areas", json=body)).status_code == 403
    await parts.enter(Role.LEADER)
    first = (await asked(parts))["groups"][0]["online"]
    assert (first["parts"][0]["points"], first["of"]) == (None, 0)
    wrong = body | {"items": [items[0] | {"area_km2": 0}]}
    refused = await parts.client.send("PUT", "/api/cases/metrics/areas", json=wrong)
    assert (refused.status_code, "items.1.area_km2" in refused.text) == (422, True)
    done = await parts.client.send("PUT", "/api/cases/metrics/areas", json=body)
    assert (done.status_code, done.json()["version"]) == (200, 1)
    assert (await parts.client.send("PUT", "/api/cases/metrics/areas", json=body)).status_code == 409
    given = {
        **WINDOW,
        "id": str(uuid4()),
        "key": TOWN,
        "points": -1.5,
        "reason": "虚假整改",
        "composite": "online",
    }
    assert (await parts.client.post("/api/cases/metrics/points", given)).status_code == 201
    (town,) = (await asked(parts))["groups"]
    online = town["online"]
    assert online["parts"][0]["points"] == 30
    assert (online["manual"], online["total"]) == (-1.5, online["points"] - 1.5)
    assert town["score"]["manual"] == 0
    of_post = given | {"id": str(uuid4()), "group": "department"}
    assert (await parts.client.post("/api/cases/metrics/points", of_post)).status_code == 422


async def test_a_kept_evaluation_says_what_is_different_today_and_why(parts: Running) -> None:
    one = await answered(parts)
    await parts.enter(Role.DUTY_OFFICER)
    body = {**WINDOW, "id": str(uuid4()), "note": "=cmd|十一月"}
    made = (await parts.client.post("/api/cases/metrics/evaluations", body)).json()
    assert made["titles"][TOWN]["zh"] == "沙土镇"
    path = f"/api/cases/metrics/evaluations/{body['id']}"
    unchanged = (await parts.client.get(f"{path}/today")).json()
    assert (unchanged["changes"], unchanged["gone_on_total"], unchanged["corrections"]) == ([], 0, [])
    parts.client.clock.advance(timedelta(hours=1).total_seconds())
    assert (await step(parts, one, "force_close", Role.LEADER, reason="试"))["status"] == 200
    await parts.enter(Role.DUTY_OFFICER)
    other = await reported(parts)
    out = {"id": str(uuid4()), "case_id": other["id"], "metric": "", "reason": "演练"}
    assert (await parts.client.post("/api/cases/metrics/exclusions", out)).status_code == 201
    today = (await parts.client.get(f"{path}/today")).json()
    changed = {(each["key"], each["metric"]): each for each in today["changes"]}
    assert changed[TOWN, "valid"]["then"]["denominator"] == 1
    assert changed[TOWN, "valid"]["now"]["denominator"] == 2
    assert {each["number"] for each in today["gone_on"]} == {one["number"], other["number"]}
    assert [each["reason"] for each in today["corrections"]] == ["演练"]
    assert (await parts.client.get(path)).json()["figures"] == made["figures"]
    got = await parts.client.get(f"{path}/table.csv")
    rows = list(csv.reader(io.StringIO(got.content.decode("utf-8-sig"))))
    assert ["说明", "'=cmd|十一月"] in rows
    assert any(row[:2] == ["沙土镇", "有效上报率"] for row in rows)


async def test_hours_days_classes_and_the_windows_before_are_shown_and_opened(parts: Running) -> None:
    await parts.enter(Role.DISPATCHER)
    for n, code in enumerate(("0201", "0201", "0202")):
        await reported(parts, class_code=code, title=f"第 {n} 件")
    parts.client.clock.advance(timedelta(hours=2).total_seconds())
    await parts.enter(Role.DISPATCHER)
    await reported(parts, class_code="0201")
    found = await asked(parts, "course")
    assert (found["reported"], found["hours"][9], found["hours"][11]) == (4, 3, 1)
    assert found["peak_hours"] == [9]
    assert [(one["key"], one["count"], one["share"]) for one in found["classes"]] == [
        ("hotline:0201", 3, 75), ("hotline:0202", 1, 25),
    ]  # fmt: skip
    (town,) = found["areas"]
    assert (town["most"]["key"], town["most"]["share"], town["count"]) == ("hotline:0201", 75, 4)
    assert [(one["day"], one["count"]) for one in found["days"]] == [("2026-11-23", 4)]
    assert (found["before"]["day"], found["year"]["day"], found["before"]["reported"]) == (
        "2026-10-31", "2025-11-23", 0,
    )  # fmt: skip
    compared = {one["metric"]["name"]: one for one in found["compared"]}
    assert (compared["valid"]["now"]["denominator"], compared["valid"]["before"]["value"]) == (4, None)
    behind = await asked(parts, "course/cases", hour=9)
    assert behind["total"] == 3
    assert (await asked(parts, "course/cases", **{"class": "hotline:0202"}))["total"] == 1
    sheet = await parts.client.get("/api/cases/metrics/course.csv", params=WINDOW)
    rows = list(csv.reader(io.StringIO(sheet.content.decode("utf-8-sig"))))
    assert ["9", "3"] in rows
    listed = await parts.client.get("/api/cases/metrics/course/cases.xlsx", params={**WINDOW, "hour": 11})
    assert listed.content.startswith(b"PK")
