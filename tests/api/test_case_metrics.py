"""Do figures open the cases behind them, keep corrections beside them, and leave as tables that say how they came?"""

import csv
import io
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from openpyxl import load_workbook

from mudan.core.people.model import Role
from tests.api.running import Running, running
from tests.api.test_cases import reported, step
from tests.database import START, TOWN, WATER, Client

pytestmark = pytest.mark.anyio

WINDOW = {"window": "month", "day": "2026-11-23"}


@pytest.fixture
async def parts(app_client: Client) -> Running:
    return await running(app_client)


async def answered(parts: Running, *, minutes: int = 10, **more: Any) -> dict[str, Any]:
    """A collector's case that the water bureau has reported back."""
    await parts.enter(Role.DISPATCHER)
    one = await reported(parts, source="collector", **more)
    for event, role, words in (
        ("accept", Role.DISPATCHER, {}), ("open", Role.DISPATCHER, {}),
        ("dispatch", Role.DISPATCHER, {"owner": WATER}), ("sign", Role.DEPARTMENT_LIAISON, {}),
    ):  # fmt: skip
        assert (await step(parts, one, event, role, **words))["status"] == 200
    parts.client.clock.advance(timedelta(minutes=minutes).total_seconds())
    assert (await step(parts, one, "answer", Role.DEPARTMENT_LIAISON))["status"] == 200
    return one


async def asked(parts: Running, path: str = "figures", **more: Any) -> dict[str, Any]:
    """What the metrics answer about November."""
    answer = await parts.client.get(f"/api/cases/metrics/{path}", params={**WINDOW, **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def figure(group: dict[str, Any], metric: str) -> tuple[float | None, float, float | None]:
    """Numerator, denominator and value of a metric."""
    one = next(each for each in group["figures"] if each["metric"] == metric)
    return one["numerator"], one["denominator"], one["value"]


async def test_figures_come_by_town_with_both_counts_and_a_composite(parts: Running) -> None:
    await answered(parts)
    await parts.enter(Role.DISPATCHER)
    await reported(parts)
    parts.client.clock.advance(timedelta(days=2).total_seconds())
    await parts.enter(Role.LEADER)
    found = await asked(parts)
    (town,) = found["groups"]
    assert (town["key"], town["title"]["zh"]) == (TOWN, "沙土镇")
    assert figure(town, "valid") == (1, 2, 50)
    assert figure(town, "handled_in_time") == (1, 1, 100)
    assert town["score"]["points"] is not None
    assert [part["weight"] for part in town["score"]["parts"]] == [30, 20, 20, 20, 10]
    assert found["whole"]["figures"] == town["figures"]
    assert found["example"] is True


async def test_a_percentage_opens_its_cases_with_the_counted_ones_marked(parts: Running) -> None:
    one = await answered(parts)
    await parts.enter(Role.DISPATCHER)
    other = await reported(parts)
    found = await asked(parts, "cases", metric="valid", key=TOWN)
    assert found["total"] == 2
    assert {item["number"]: item["counted"] for item in found["items"]} == {
        one["number"]: True,
        other["number"]: False,
    }
    assert found["metric"]["formula"]["zh"]
    assert len((await asked(parts, "cases", metric="valid", limit=1, offset=1))["items"]) == 1
    assert (await asked(parts, "cases", metric="valid", key="elsewhere"))["items"] == []
    unknown = await parts.client.get("/api/cases/metrics/cases", params={**WINDOW, "metric": "luck"})
    assert unknown.status_code == 404


async def test_an_excluded_case_stays_in_the_raw_figure_and_is_withdrawn_with_a_reason(
    parts: Running,
) -> None:
    await answered(parts)
    await parts.enter(Role.DISPATCHER)
    other = await reported(parts)
    body = {"id": str(uuid4()), "case_id": other["id"], "metric": "valid", "reason": "不合理诉求"}
    assert (await parts.client.post("/api/cases/metrics/exclusions", body)).status_code == 403
    await parts.enter(Role.LEADER)
    for _ in range(2):
        assert (await parts.client.post("/api/cases/metrics/exclusions", body)).status_code == 201
    (town,) = (await asked(parts))["groups"]
    assert figure(town, "valid") == (1, 2, 50)
    shown = {one["metric"]: one["corrected"] for one in town["figures"]}
    assert shown["valid"] == {"numerator": 1, "denominator": 1, "value": 100}
    assert shown["unclosed"] is None
    behind = await asked(parts, "cases", metric="valid")
    assert [item["excluded"] for item in behind["items"]] == [None, "不合理诉求"]
    path = f"/api/cases/metrics/corrections/{body['id']}/withdraw"
    assert (await parts.client.post(path, {"reason": "  "})).status_code == 422
    assert (await parts.client.post(path, {"reason": "复核有误"})).status_code == 200
    assert (await parts.client.post(path, {"reason": "again"})).status_code == 409
    (town,) = (await asked(parts))["groups"]
    assert all(one["corrected"] is None for one in town["figures"])
    (kept,) = (await parts.client.get("/api/cases/metrics/corrections")).json()["items"]
    assert (kept["reason"], kept["withdrawn_reason"]) == ("不合理诉求", "复核有误")


async def test_points_stand_beside_the_composite_and_never_beyond_ten(parts: Running) -> None:
    await answered(parts)
    parts.client.clock.advance(timedelta(days=2).total_seconds())
    await parts.enter(Role.DUTY_OFFICER)
    body = {**WINDOW, "id": str(uuid4()), "key": TOWN, "points": -2.5, "reason": "虚假整改"}
    assert (await parts.client.post("/api/cases/metrics/points", {**body, "points": -11})).status_code == 422
    assert (
        await parts.client.post("/api/cases/metrics/points", {**body, "group": "post"})
    ).status_code == 422
    assert (await parts.client.post("/api/cases/metrics/points", body)).status_code == 201
    found = await asked(parts)
    score = found["groups"][0]["score"]
    assert (score["manual"], score["total"]) == (-2.5, score["points"] - 2.5)
    assert [one["reason"] for one in found["points"]] == ["虚假整改"]
    week = await asked(parts, window="week")
    assert week["groups"][0]["score"]["manual"] == 0


async def test_a_kept_evaluation_is_reproduced_after_the_cases_have_gone_on(parts: Running) -> None:
    one = await answered(parts)
    await parts.enter(Role.DUTY_OFFICER)
    body = {**WINDOW, "id": str(uuid4()), "note": "十一月"}
    made = (await parts.client.post("/api/cases/metrics/evaluations", body)).json()
    assert (made["same"], made["figures"][TOWN]["valid"]["numerator"]) == (True, 1)
    parts.client.clock.advance(timedelta(hours=1).total_seconds())
    await step(parts, one, "force_close", Role.LEADER, reason="试")
    await parts.enter(Role.DUTY_OFFICER)
    await reported(parts)
    again = (await parts.client.get(f"/api/cases/metrics/evaluations/{body['id']}")).json()
    assert (again["same"], again["differences"]) == (True, [])
    assert again["figures"] == made["figures"]
    assert figure((await asked(parts))["whole"], "valid") == (1, 2, 50)
    listed = (await parts.client.get("/api/cases/metrics/evaluations")).json()["items"]
    assert [item["note"] for item in listed] == ["十一月"]


async def test_a_department_reads_its_own_figures_and_no_others(parts: Running) -> None:
    await answered(parts)
    parts.client.clock.advance(timedelta(days=2).total_seconds())
    await parts.enter(Role.DEPARTMENT_LIAISON)
    found = await asked(parts, group="department")
    assert [group["key"] for group in found["groups"]] == [WATER]
    assert figure(found["groups"][0], "handled") == (1, 1, 100)
    assert figure((await asked(parts))["whole"], "valid") == (0, 0, None)


async def test_posts_and_collectors_are_never_shown_as_one_or_two_people(parts: Running) -> None:
    await answered(parts)
    await parts.enter(Role.LEADER)
    for group in ("post", "collectors"):
        found = await asked(parts, group=group)
        assert (found["groups"], found["whole"]) == ([], None)
        assert found["withheld"] > 0
        hidden = await parts.client.get(
            "/api/cases/metrics/cases",
            params={**WINDOW, "group": group, "metric": found["metrics"][0]["name"]},
        )
        assert hidden.status_code == 404


async def test_tables_are_read_again_with_formula_window_and_no_formulas_of_others(parts: Running) -> None:
    await answered(parts, title="=HYPERLINK(1)")
    await parts.enter(Role.LEADER)
    got = await parts.client.get("/api/cases/metrics/figures.csv", params=WINDOW)
    assert got.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(got.content.decode("utf-8-sig"))))
    assert any(
        row[0] == "统计窗口（东八区）" and row[2:] == ["2026-11-01 00:00:00", "2026-12-01 00:00:00"]
        for row in rows[:6]
        if row
    )
    assert ["沙土镇", "有效上报率", "1.0", "1.0", "100.0", "%", "", "", ""] in rows
    listed = await parts.client.get("/api/cases/metrics/cases.csv", params={**WINDOW, "metric": "valid"})
    (line,) = list(csv.reader(io.StringIO(listed.content.decode("utf-8-sig"))))[-1:]
    assert (line[1], line[8]) == ("'=HYPERLINK(1)", "是")
    book = await parts.client.get(
        "/api/cases/metrics/cases.xlsx", params={**WINDOW, "metric": "valid", "lang": "en"}
    )
    sheet = load_workbook(io.BytesIO(book.content)).active
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]  # type: ignore[union-attr] # one sheet was written
    assert cells[-1][1] == "'=HYPERLINK(1)"
    assert any(
        row[0] == "valid reports" and "opened by its end / reported" not in str(row[1])
        for row in cells
        if row
    )
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)  # type: ignore[union-attr] # the same


async def test_bad_windows_are_named(parts: Running) -> None:
    await parts.enter(Role.LEADER)
    for given, field in (
        ({"window": "month"}, "day"), ({"window": "range", "day": "2026-01-02", "last": "2026-01-01"}, "last"),
        ({"window": "range", "day": "2024-01-01", "last": "2026-01-01"}, "last"),
    ):  # fmt: skip
        answer = await parts.client.get("/api/cases/metrics/figures", params=given)
        assert (answer.status_code, field in answer.text) == (422, True)


async def test_the_map_gives_points_while_they_are_few_and_cells_when_they_are_many(
    parts: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    await parts.enter(Role.DISPATCHER)
    for n in range(3):
        await reported(parts, lon=115.4 + n * 0.01, lat=35.2)
    box = {"west": 115, "south": 35, "east": 116, "north": 36}
    few = (await parts.client.get("/api/cases/map", params=box)).json()
    assert (few["total"], len(few["points"]), few["cells"]) == (3, 3, [])
    monkeypatch.setattr("mudan.core.cases.queries.places.MOST_POINTS", 2)
    many = (await parts.client.get("/api/cases/map", params=box)).json()
    assert (many["total"], many["points"]) == (3, [])
    assert sum(cell["count"] for cell in many["cells"]) == 3
    assert (await parts.client.get("/api/cases/map", params={**box, "east": 115})).status_code == 422


async def test_a_long_board_counts_only_so_far(parts: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    await parts.enter(Role.DISPATCHER)
    for n in range(3):
        await reported(parts, title=f"第 {n} 件 Road")
    monkeypatch.setattr("mudan.core.cases.queries.board.MOST_COUNTED", 2)
    monkeypatch.setattr("mudan.core.cases.queries.MOST_COUNTED", 2)
    found = (await parts.client.get("/api/cases", params={"limit": 1})).json()
    assert (found["total"], found["at_least"]) == (2, True)
    found = (await parts.client.get("/api/cases", params={"q": "2 件 ROAD"})).json()
    assert (found["total"], found["at_least"]) == (1, False)
    assert START.year == 2026
