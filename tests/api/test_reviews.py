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
    answer = await app_client.get(f"/api/reviews/incident/{incident}/paper")
    assert answer.status_code == 200, answer.text
    blocks = answer.json()["blocks"]
    times = next(one for one in blocks if one["block"] == "table")
    row = next(one for one in times["rows"] if one[0]["zh"] == "立案 → 派单")
    assert [cell["zh"] for cell in row[1:]] == ["1", "1:30", "1:30"]
    headings = [one.get("text", {}).get("zh") for one in blocks]
    assert headings[headings.index("叫应") + 1] == "本节没有记录到数据。"
    assert (await app_client.get(f"/api/reviews/incident/{incident}/paper?form_as=pdf")).content[
        :5
    ] == b"%PDF-"


async def test_the_open_data_hold_what_their_readme_says(app_client: Client, incident: str) -> None:
    answer = await app_client.get(f"/api/reviews/incident/{incident}/data")
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
    made = await app_client.post(f"/api/reviews/incident/{incident}/actions", body)
    assert made.status_code == 201, made.text
    assert made.json()["source"] == "review"
    again = await app_client.post(f"/api/reviews/incident/{incident}/actions", body)
    assert again.json()["id"] == made.json()["id"]
    blocks = (await app_client.get(f"/api/reviews/incident/{incident}/paper")).json()["blocks"]
    rows = [row for one in blocks if one["block"] == "table" for row in one["rows"]]
    assert [row[3]["zh"] for row in rows if "补充涵洞警示牌" in row[0]["zh"]] == ["未到期"]


async def _keep(client: Client, path: str, seen: int, **more: Any) -> dict[str, Any]:
    answer = await client.post(f"{path}/versions", {"seen": seen, **more})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_second_person_of_the_named_role_signs_and_only_a_new_version_opens_it_again(
    app_client: Client, incident: str
) -> None:
    path, parts = f"/api/reviews/incident/{incident}", await running(app_client)
    assert (await _keep(app_client, path, 0, sign_role="duty_officer"))["state"] == "open"
    assert (await app_client.post(f"{path}/versions", {"seen": 0})).status_code == 409
    assert (await app_client.post(f"{path}/versions/1/sign", {})).status_code == 403  # who made it
    await parts.enter(Role.LEADER)
    assert (await app_client.post(f"{path}/versions/1/sign", {})).status_code == 403  # another role
    await parts.enter(Role.DUTY_OFFICER, login="second.officer")
    signed = await app_client.post(f"{path}/versions/1/sign", {"note": "同意"})
    assert (signed.json()["state"], signed.json()["versions"][0]["signed_by"]) == ("signed", "second.officer")
    action = {
        "client_id": str(uuid4()), "title": "迟到的改进", "target": {"role": "leader"},
        "due_at": "2026-12-01T00:00:00Z",
    }  # fmt: skip
    assert (await app_client.post(f"{path}/actions", action)).status_code == 409  # frozen
    assert (await app_client.post(f"{path}/versions", {"seen": 1})).status_code == 422  # without a reason
    assert (await _keep(app_client, path, 1, note="补充附件"))["state"] == "open"
    assert (await app_client.post(f"{path}/actions", action)).status_code == 201
    listed = (await app_client.get("/api/reviews?kind=incident&state=open&q=内涝")).json()
    assert [(one["id"], one["versions"]) for one in listed["items"]] == [(incident, 2)]
    assert (await app_client.get("/api/reviews?state=signed")).json()["total"] == 0


async def test_a_version_stays_as_it_was_kept_and_says_what_changed_since(
    app_client: Client, incident: str
) -> None:
    path = f"/api/reviews/incident/{incident}"
    await _keep(app_client, path, 0)
    before = (await app_client.get(f"{path}/paper?version=1")).json()
    noted = await app_client.post(f"/api/incidents/{incident}/notes", {"text": "后来补记的一句"})
    assert noted.status_code == 200, noted.text
    assert (await app_client.get(f"{path}/paper?version=1")).json() == before
    assert before["number"].endswith("-V1")
    changes = (await app_client.get(f"{path}/changes?old=1")).json()["changes"]
    said = [(one["section"]["zh"], one["kind"]) for one in changes if "后来补记" in str(one["cells"])]
    assert said == [("时间线", "added")]
    assert not any(one["kind"] == "removed" for one in changes)
    with zipfile.ZipFile(io.BytesIO((await app_client.get(f"{path}/data?version=1")).content)) as archive:
        kept = json.loads(archive.read("review.json"))
    assert "后来补记" not in str(kept)
    assert kept["versions"][0]["number"] == 1
    assert (await app_client.get(f"{path}/paper?version=1&form_as=pdf")).content[:5] == b"%PDF-"
