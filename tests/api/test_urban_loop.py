"""Does a case of the street go round: seen, dispatched, returned, handled, checked twice, closed, reopened?"""

from typing import Any
from uuid import uuid4

import pytest

from mudan.core.cases.model.known import learn
from mudan.core.people.model import Role
from mudan.run.discover import declared
from tests.api.running import Running, running
from tests.core.tasks.test_photos import picture
from tests.database import COUNTY, FIRE, START, WATER, Client

pytestmark = pytest.mark.anyio
PLACE = {"lon": 115.4, "lat": 35.2}


@pytest.fixture
async def parts(app_client: Client) -> Running:
    learn(declared("urban_management").cases)
    return await running(app_client)


async def collector(parts: Running) -> str:
    """Somebody of another department than the one that handles."""
    person = await parts.client.person(Role.FIELD_WORKER, COUNTY, FIRE)
    return person.login


async def as_(parts: Running, role: Role, login: str = "") -> str:
    await parts.enter(role, COUNTY, login=login)
    person = await parts.person(role, COUNTY, login)
    return str(person.id)


async def report(parts: Running, **more: Any) -> dict[str, Any]:
    body = {
        "id": str(uuid4()), "type": "urban_event", "class_code": "0102", "source": "collector", "title": "暴露垃圾",
        **PLACE, **more,
    }  # fmt: skip
    answer = await parts.client.post("/api/cases", body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def step(parts: Running, case: dict[str, Any], event: str, **more: Any) -> dict[str, Any]:
    sent = {"event": event, "client_id": str(uuid4()), **more}
    answer = await parts.client.post(f"/api/cases/{case['id']}/steps", sent)
    return {"status": answer.status_code, **answer.json()}


async def show(parts: Running, case: dict[str, Any], role: str) -> None:
    form = {
        "client_id": str(uuid4()),
        "role": role,
        "taken_at": START.isoformat(),
        **{k: str(v) for k, v in PLACE.items()},
    }
    files = {"file": ("a.jpg", picture(), "image/jpeg")}
    answer = await parts.client.send("POST", f"/api/cases/{case['id']}/pictures", data=form, files=files)
    assert answer.status_code == 200, answer.text


async def test_what_the_public_reports_is_seen_in_the_field_before_it_is_opened(parts: Running) -> None:
    walker = await collector(parts)
    await as_(parts, Role.DISPATCHER)
    case = await report(parts, source="public")
    assert (await step(parts, case, "accept"))["state"] == "filing"
    assert (await step(parts, case, "open"))["status"] == 409
    who = str((await parts.client.person(Role.FIELD_WORKER, COUNTY, FIRE)).id)
    assert (await step(parts, case, "verify", person_id=who))["state"] == "verifying"
    await as_(parts, Role.FIELD_WORKER, walker)
    mine = (await parts.client.get("/api/cases", params={"whose": "mine", "state": "open"})).json()["items"]
    assert [one["id"] for one in mine] == [case["id"]]
    assert {"confirm", "disprove"} <= set(mine[0]["can"])
    await show(parts, case, "verify")
    assert (await step(parts, case, "confirm"))["state"] == "filing"
    await as_(parts, Role.DISPATCHER)
    assert (await step(parts, case, "open"))["state"] == "dispatching"


async def test_a_collectors_report_goes_the_whole_way_and_back(parts: Running) -> None:
    walker = await collector(parts)
    await as_(parts, Role.FIELD_WORKER, walker)
    case = await report(parts)
    assert case["number"].startswith("CGS")
    who = str((await parts.client.person(Role.FIELD_WORKER, COUNTY, FIRE)).id)
    desk, crew, seer = (Role.DISPATCHER, ""), (Role.FIELD_WORKER, ""), (Role.FIELD_WORKER, walker)
    ways: list[tuple[str, tuple[Role, str], dict[str, Any], str]] = [
        ("accept", desk, {}, "filing"), ("open", desk, {}, "dispatching"),
        ("dispatch", desk, {"owner": WATER}, "assigned"),
        ("return", crew, {"reason": "不属本部门"}, "dispatching"), ("dispatch", desk, {"owner": WATER}, "assigned"),
        ("sign", crew, {}, "handling"), ("answer", crew, {"picture": "after"}, "answered"),
        ("check", desk, {"person_id": who}, "checking"),
        ("fail", seer, {"reason": "未清净", "picture": "check"}, "handling"),
        ("answer", crew, {"picture": "after"}, "answered"), ("check", desk, {"person_id": who}, "checking"),
        ("pass", seer, {"picture": "check", "reason": "同一机位，已复看"}, "evaluating"),
        ("reopen", desk, {"reason": "又有垃圾"}, "dispatching"),
        ("supervise", (Role.LEADER, ""), {"reason": "限今日"}, "dispatching"),
    ]  # fmt: skip
    for event, (role, login), more, state in ways:
        await as_(parts, role, login)
        role_of_picture = more.pop("picture", None)
        if role_of_picture:
            await show(parts, case, role_of_picture)
        done = await step(parts, case, event, **more)
        assert done["status"] == 200 or event == "return", (event, done)
        if done["status"] == 200:
            assert done["state"] == state, (event, done["state"])
    assert (done["returned"], done["reworked"], done["reopened"], done["supervised"]) == (1, 1, 1, 1)


async def test_who_handled_it_does_not_check_it(parts: Running) -> None:
    await as_(parts, Role.DISPATCHER)
    case = await report(parts, source="superior")
    for event, more in (("accept", {}), ("open", {}), ("dispatch", {"owner": WATER})):
        await step(parts, case, event, **more)
    await as_(parts, Role.FIELD_WORKER)
    for event in ("sign", "answer"):
        assert (await step(parts, case, event))["status"] == 200
    own = await as_(parts, Role.FIELD_WORKER)
    await as_(parts, Role.DISPATCHER)
    assert (await step(parts, case, "check", person_id=own))["status"] == 422


async def returned(parts: Running, client_id: str, **more: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A case that lies with the department, and the department's step of giving it back."""
    await as_(parts, Role.DISPATCHER)
    case = await report(parts, source="superior")
    for event, more_of in (("accept", {}), ("open", {}), ("dispatch", {"owner": WATER})):
        await step(parts, case, event, **more_of)
    await as_(parts, Role.FIELD_WORKER)
    return case, {"client_id": client_id, "reason": "不属本部门", **more}


async def test_a_return_whose_answer_was_lost_is_answered_as_done_when_it_is_sent_again(
    parts: Running,
) -> None:
    case, sent = await returned(parts, str(uuid4()))
    first = await step(parts, case, "return", **sent)
    assert (first["status"], first["state"], first["returned"]) == (200, "dispatching", 1)
    assert (await parts.client.get(f"/api/cases/{case['id']}")).status_code == 404, "it is out of their sight"
    again = await step(parts, case, "return", **sent)
    assert (again["status"], again["state"], again["returned"]) == (200, "dispatching", 1)
    await as_(parts, Role.DISPATCHER)
    await step(parts, case, "dispatch", owner=FIRE)
    await as_(parts, Role.FIELD_WORKER)
    late = await step(parts, case, "return", **sent)
    assert (late["status"], late["state"], late["returned"]) == (200, "assigned", 1)
    shown = await parts.client.get(f"/api/cases/{case['id']}")
    assert shown.status_code == 404


async def test_only_the_same_step_by_the_same_hand_is_answered_out_of_sight(parts: Running) -> None:
    case, sent = await returned(parts, str(uuid4()))
    assert (await step(parts, case, "return", **sent))["status"] == 200
    assert (await step(parts, case, "return", **sent | {"client_id": str(uuid4())}))["status"] == 404
    assert (await step(parts, case, "sign", client_id=sent["client_id"]))["status"] == 404
    await as_(parts, Role.DEPARTMENT_LIAISON)
    assert (await step(parts, case, "return", **sent))["status"] == 404
