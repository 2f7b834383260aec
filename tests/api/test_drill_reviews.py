"""Does an exercise's report hold all its incidents, what was done about each inject, and what people judged?"""

from typing import Any
from uuid import uuid4

import pytest

from mudan.core.people.model import Role
from mudan.run.exercise import Exercises
from tests.api.running import running
from tests.core.county import add_entity
from tests.database import Client

pytestmark = pytest.mark.anyio
SCRIPT = """
id: review-drill
title: {zh: 评估测试, en: Review test}
purpose: {zh: 测试, en: test}
simulated: false
objectives:
  - {zh: 三分钟内确认, en: acknowledged within three minutes}
  - {zh: 及时封路, en: roads closed in time}
injects:
  - after: 0s
    kind: observation
    title: {zh: 涨水, en: rise}
    entity: "urn:ngsi-ld:HydrometricStation:S1"
    quantity: level
    value: 150
  - {after: 0s, kind: closure, title: {zh: 封路, en: closed}, points: [[115.48, 35.24]], reason: 积水}
  - {after: 1h, kind: note, title: {zh: 收尾, en: end}, text: {zh: 收尾, en: end}}
"""


@pytest.fixture
async def drill(app_client: Client) -> str:
    """An exercise with two incidents and two injects that came true; everybody is back in reality."""
    parts = await running(app_client)
    exercises = Exercises(parts.db, parts.path, parts.clock)
    async with parts.db.work() as connection:
        await add_entity(connection, "S1", properties={"warning_level_m": 100})
    await parts.path.entities_changed()
    await parts.enter(Role.DUTY_OFFICER)
    made = (await app_client.post("/api/drills", {"text": SCRIPT})).json()
    await app_client.post(f"/api/drills/{made['id']}/start", {"version": made["version"]})
    await app_client.post("/api/session/space", {"space": made["space"]})
    await exercises.step()
    app_client.clock.advance(60)
    for title in ("演练内涝", "演练溃坝"):
        opened = await app_client.post("/api/incidents", {"title": title, "kind": "flood", "level": 2})
        assert opened.status_code == 201, opened.text
    await app_client.post(f"/api/incidents/{opened.json()['id']}/notes", {"text": "值守员记一笔"})
    await app_client.post("/api/session/space", {"space": 0})
    return str(made["id"])


def _tables(paper: dict[str, Any]) -> dict[str, list[list[str]]]:
    found, heading = {}, ""
    for block in paper["blocks"]:
        if block["block"] == "heading":
            heading = block["text"]["zh"]
        if block["block"] == "table":
            found[heading] = [[cell["zh"] for cell in row] for row in block["rows"]]
    return found


async def test_the_whole_exercise_stands_in_one_report_that_reality_reads(
    app_client: Client, drill: str
) -> None:
    answer = await app_client.get(f"/api/reviews/drill/{drill}/paper")
    assert answer.status_code == 200, answer.text
    paper = answer.json()
    tables = _tables(paper)
    assert "演练" in [one["zh"] for one in paper["marks"]]
    assert [row[1] for row in tables["演练中的事件"]] == ["演练内涝", "演练溃坝"]
    assert {row[1] for row in tables["时间线"]} == {row[0] for row in tables["演练中的事件"]}
    injects = {row[2]: row for row in tables["导调注入与处置"]}
    assert "首个人工动作 +1:00" in injects["涨水"][6]
    assert injects["收尾"][3] == "未到"
    assert [row[0] for row in tables["道路封闭"]] == ["积水"]
    assert [row[1] for row in tables["演练目标（由人评定）"]] == ["未评定", "未评定"]


async def test_people_judge_objectives_and_what_was_agreed_is_put_right_in_reality(
    app_client: Client, drill: str
) -> None:
    path = f"/api/reviews/drill/{drill}"
    for verdict in ("not_met", "partly"):
        judged = await app_client.post(
            f"{path}/judgements", {"objective": 1, "verdict": verdict, "note": "迟了"}
        )
        assert judged.status_code == 200, judged.text
    assert [one["verdict"] for one in judged.json()["objectives"]] == ["partly", None]
    assert (
        await app_client.post(f"{path}/judgements", {"objective": 3, "verdict": "met"})
    ).status_code == 404
    action = {
        "client_id": str(uuid4()), "title": "补水位尺", "target": {"role": "leader"},
        "due_at": "2026-12-01T00:00:00Z",
    }  # fmt: skip
    assert (await app_client.post(f"{path}/actions", action)).status_code == 201
    real = (await app_client.get("/api/directives?state=all")).json()["items"]
    assert [one["title"] for one in real] == ["补水位尺"]
    tables = _tables((await app_client.get(f"{path}/paper")).json())
    assert "补水位尺" in tables["商定的改进事项"][0][0]
    assert tables["演练目标（由人评定）"][0][1:3] == ["部分达到", "迟了"]
    kept = await app_client.post(f"{path}/versions", {"seen": 0})
    assert kept.status_code == 201, kept.text
    listed = (await app_client.get("/api/reviews?kind=drill")).json()["items"]
    assert [(one["id"], one["state"]) for one in listed] == [(drill, "open")]
    assert "补水位尺" in str((await app_client.get(f"{path}/paper?version=1")).json())
