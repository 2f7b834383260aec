"""Does a plan go from a draft with faults, said with their lines, into force by a second person, compared and tried?"""

from datetime import timedelta
from typing import Any

import pytest

from mudan.core.people.model import Role
from mudan.core.plans import actions as plans
from tests.api.running import Running, running
from tests.core.county import add_entity, add_unit
from tests.core.plans.bench import small
from tests.database import COUNTY, START, Client

pytestmark = pytest.mark.anyio
SOONER = small(("hold: 10min", "hold: 5min"), ("edition: test 1", "edition: test 2"))
WRONG = SOONER.replace("approver: chief", "approver: nobody")


@pytest.fixture
async def parts(app_client: Client) -> Running:
    parts = await running(app_client)
    async with parts.db.work() as connection:
        await plans.adopt(connection, START, small(), area=COUNTY)
        await add_entity(connection, "W0", properties={"warning_level_m": 10.0})
        await add_unit(connection)
    await parts.person(Role.LEADER)
    await parts.enter(Role.DUTY_OFFICER)
    return parts


async def _do(
    parts: Running, path: str, body: dict[str, Any], status: int = 200, method: str = "POST"
) -> Any:
    answer = await parts.client.send(method, path, json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_a_fault_is_said_with_its_line_and_holds_the_draft_back(parts: Running) -> None:
    draft = await _do(parts, "/api/plans/small-flood/versions", {"text": WRONG}, 201)
    said = await _do(parts, "/api/plans/lint", {"text": WRONG})
    [fault] = [one for one in said["findings"] if one["code"] == "unknown_role"]
    assert (fault["severity"], WRONG.splitlines()[fault["line"] - 1].strip()) == ("error", "approver: nobody")
    number = draft["number"]
    refused = await _do(
        parts, f"/api/plans/small-flood/versions/{number}/submit", {"revision": draft["revision"]}, 422
    )
    assert refused["detail"]
    broken = await _do(parts, "/api/plans/lint", {"text": "plan: [unclosed"})
    assert (broken["readable"], broken["errors"] > 0, broken["plan"]) == (False, True, None)


async def test_a_mended_draft_comes_into_force_by_a_second_person_and_is_compared(parts: Running) -> None:
    draft = await _do(parts, "/api/plans/small-flood/versions", {"text": WRONG}, 201)
    here = f"/api/plans/small-flood/versions/{draft['number']}"
    saved = await _do(parts, here, {"text": SOONER, "revision": draft["revision"]}, method="PUT")
    await _do(parts, here, {"text": SOONER, "revision": draft["revision"]}, 409, "PUT")
    checked = await _do(parts, f"{here}/submit", {"revision": saved["version"]["revision"]})
    await _do(parts, f"{here}/approve", {"revision": checked["revision"]}, 403)
    found = (await parts.client.get(f"{here}/diff")).json()
    [sooner] = [one for one in found["changes"] if "hold" in one["path"]]
    assert (found["against"], sooner["grave"], sooner["before"] != sooner["after"]) == (1, True, True)
    await parts.enter(Role.LEADER)
    made = await _do(parts, f"{here}/approve", {"revision": checked["revision"]})
    assert made["state"] == "approved"
    versions = (await parts.client.get("/api/plans/small-flood")).json()["versions"]
    assert {one["number"]: one["state"] for one in versions} == {1: "retired", draft["number"]: "approved"}


async def test_what_if_is_asked_of_what_was_recorded(parts: Running) -> None:
    async with parts.db.work() as connection:
        station = await add_entity(connection, "W1", properties={"warning_level_m": 10.0})
    await parts.path.entities_changed()
    for level in (8.0, 11.0, 11.0, 8.0):
        await parts.observe(station.key, ("level", level))
        parts.clock.advance(1_800)
    await parts.enter(Role.LEADER)
    asked = {"start": START.isoformat(), "end": (START + timedelta(hours=2)).isoformat()}
    answer = await parts.client.get("/api/plans/small-flood/versions/1/what-if", params=asked)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    [spell] = found["spells"]
    assert (spell["level"], [one["name"] for one in spell["because"]]) == ("IV", ["high"])
    assert spell["start"] == "2026-11-23T01:40:00.000Z"
    short = await parts.client.get(
        "/api/plans/small-flood/versions/1/what-if", params={**asked, "end": asked["start"]}
    )
    assert short.status_code == 422
