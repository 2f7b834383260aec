"""Does the log write the report, as a paper and as open data, for those who may read it?"""

import hashlib
import io
import json
import zipfile
from typing import Any
from uuid import uuid4

import pytest

from mudan.core.people.model import Role
from tests.api.running import running
from tests.core.county import add_unit
from tests.database import Client

pytestmark = pytest.mark.anyio


@pytest.fixture
async def incident(app_client: Client) -> str:
    parts = await running(app_client)
    async with parts.db.work() as connection:
        await add_unit(connection, "R-1")
    await parts.enter(Role.DUTY_OFFICER)
    given = {"title": "=内涝", "kind": "flood", "level": 2, "lon": 115.5, "lat": 35.24}
    opened: dict[str, Any] = (await app_client.post("/api/incidents", given)).json()
    (unit,) = (await app_client.get("/api/units")).json()["items"]
    app_client.clock.advance(90)
    sent = await app_client.post(
        f"/api/incidents/{opened['id']}/tasks", {"unit_id": unit["id"], "order": "去"}
    )
    assert sent.status_code == 201, sent.text
    return str(opened["id"])


async def test_the_report_counts_the_time_to_the_order_and_says_what_is_missing(
    app_client: Client, incident: str
) -> None:
    answer = await app_client.get(f"/api/incidents/{incident}/review")
    assert answer.status_code == 200, answer.text
    blocks = answer.json()["blocks"]
    times = next(one for one in blocks if one["block"] == "table")
    row = next(one for one in times["rows"] if one[0]["zh"] == "立案 → 派单")
    assert [cell["zh"] for cell in row[1:]] == ["1", "1:30", "1:30"]
    headings = [one.get("text", {}).get("zh") for one in blocks]
    assert headings[headings.index("叫应") + 1] == "本节没有记录到数据。"
    assert (await app_client.get(f"/api/incidents/{incident}/review?form_as=pdf")).content[:5] == b"%PDF-"


async def test_the_open_data_hold_what_their_readme_says(app_client: Client, incident: str) -> None:
    answer = await app_client.get(f"/api/incidents/{incident}/review/data")
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    readme = files.pop("README.md").decode()
    assert {"review.json", "tasks.csv", "timeline.csv", "closures.geojson"} <= set(files)
    assert all(f"`{name}` {hashlib.sha256(content).hexdigest()}" in readme for name, content in files.items())
    assert json.loads(files["closures.geojson"])["type"] == "FeatureCollection"
    assert len(json.loads(files["review.json"])["tasks"]) == 1


async def test_an_agreed_action_is_a_directive_that_the_report_lists(
    app_client: Client, incident: str
) -> None:
    body = {
        "client_id": str(uuid4()),
        "title": "补充涵洞警示牌",
        "target": {"role": "leader"},
        "due_at": "2026-12-01T00:00:00Z",
    }
    made = await app_client.post(f"/api/incidents/{incident}/review/actions", body)
    assert made.status_code == 201, made.text
    assert made.json()["source"] == "review"
    again = await app_client.post(f"/api/incidents/{incident}/review/actions", body)
    assert again.json()["id"] == made.json()["id"]
    blocks = (await app_client.get(f"/api/incidents/{incident}/review")).json()["blocks"]
    rows = [row for one in blocks if one["block"] == "table" for row in one["rows"]]
    assert [row[3]["zh"] for row in rows if "补充涵洞警示牌" in row[0]["zh"]] == ["未到期"]
