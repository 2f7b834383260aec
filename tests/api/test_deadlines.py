"""Is the next deadline of every noun told in order, only to those who may read it, and only of their area?"""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from mudan.core.directives import actions as directives
from mudan.core.directives.model import Deadline, Order, Target
from mudan.core.notices import actions as notices
from mudan.core.people.model import Role
from mudan.core.tasks import actions as tasks
from mudan.core.tasks.actions import FieldEvent
from tests.api.running import Running, running
from tests.core.county import actor, add_unit, open_incident
from tests.core.notices.made import new
from tests.database import OTHER_TOWN, START, TOWN, Client

pytestmark = pytest.mark.anyio
GROUP = "7d9f1d8e-93b1-4c4e-9a50-6f4f7a1f3c11"


@pytest.fixture
async def parts(app_client: Client) -> Running:
    return await running(app_client)


async def _everything(parts: Running) -> tuple[str, str]:
    """An offer (30 s), an escalation (60 s), a directive (10 min), reports owed by the level."""
    who = actor()
    async with parts.db.work() as connection:
        incident, unit = await open_incident(connection), await add_unit(connection)
        task = await tasks.assign(
            connection, incident.id, unit.id, "赶赴现场", who, START, life=timedelta(seconds=30)
        )
        order = Order(
            title="巡堤", text="巡堤", source="hand", target=Target(role="dispatcher"), area_code=TOWN,
            deadline=Deadline("absolute", at=START + timedelta(minutes=10)),
        )  # fmt: skip
        await directives.issue(connection, who, START, order)
        await notices.post(connection, new(noun="alarm_groups", subject=GROUP), START)
    return str(incident.id), str(task.id)


async def _asked(parts: Running) -> dict[str, Any]:
    answer = await parts.client.get("/api/deadlines")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_the_next_deadline_of_every_noun_comes_first(parts: Running) -> None:
    incident, task = await _everything(parts)
    await parts.enter(Role.DUTY_OFFICER)
    found = await _asked(parts)
    times = [one["due_at"] for one in found["items"]]
    assert times == sorted(times)
    assert {"offer", "escalation", "directive", "report"} <= {one["kind"] for one in found["items"]}
    first = found["items"][0]
    assert (first["kind"], first["id"], first["path"]) == ("offer", task, f"/incidents/{incident}")
    assert first["due_at"] == "2026-11-23T01:00:30.000Z"
    [called] = [one for one in found["items"] if one["kind"] == "escalation"]
    assert called["path"] == f"/alarms?state=all&group={GROUP}&view=list"
    assert (found["late"], found["late_total"]) == ([], 0)


async def test_what_has_run_out_is_told_apart(parts: Running) -> None:
    await _everything(parts)
    await parts.enter(Role.DUTY_OFFICER)
    parts.clock.advance(45)
    found = await _asked(parts)
    assert "offer" in [one["kind"] for one in found["late"]]
    assert "offer" not in [one["kind"] for one in found["items"]]
    assert found["late_total"] == len(found["late"])


async def test_a_safety_check_has_a_deadline_and_an_answered_offer_has_none(parts: Running) -> None:
    _, task = await _everything(parts)
    async with parts.db.work() as connection:
        for step in ("accept", "depart", "arrive"):
            await tasks.report(connection, UUID(task), FieldEvent(step, uuid4(), START), actor(), START)
        await tasks.check(connection, UUID(task), 600, 120, "深水作业", actor(), START)
    await parts.enter(Role.DUTY_OFFICER)
    found = await _asked(parts)
    mine = [one for one in found["items"] if one["id"] == task]
    assert [(one["kind"], one["due_at"]) for one in mine] == [("par", "2026-11-23T01:10:00.000Z")]


async def test_another_town_sees_none_of_it(parts: Running) -> None:
    await _everything(parts)
    await parts.enter(Role.DUTY_OFFICER, OTHER_TOWN)
    found = await _asked(parts)
    assert (found["items"], found["late"]) == ([], [])


async def test_a_field_worker_is_told_of_own_directives_only(parts: Running) -> None:
    await _everything(parts)
    await parts.enter(Role.FIELD_WORKER, TOWN)
    assert (await _asked(parts))["items"] == []
