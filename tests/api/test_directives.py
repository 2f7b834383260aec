"""Does a leader's instruction become a supervised task that the department proves and somebody else checks?"""

from typing import Any
from uuid import uuid4

import pytest

from mudan.core.directives import actions
from mudan.core.people.model import Role
from tests.api.running import Running, Socket, beating, running
from tests.core.county import actor, add_entity, later, open_incident
from tests.core.tasks.test_photos import picture
from tests.database import START, WATER, Client

pytestmark = pytest.mark.anyio


@pytest.fixture
async def parts(app_client: Client) -> Running:
    return await running(app_client)


async def instructed(parts: Running, **more: Any) -> dict[str, Any]:
    """What a leader has instructed the water bureau to do."""
    await parts.enter(Role.LEADER)
    body = {
        "client_id": str(uuid4()), "title": "查明渗水原因", "source": "instruction", "target": {"department": WATER},
        "deadline": {"kind": "after_receipt", "within_s": 1800}, "level": 2, **more,
    }  # fmt: skip
    answer = await parts.client.post("/api/directives", body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def step(parts: Running, one: dict[str, Any], event: str, **more: Any) -> dict[str, Any]:
    """One step; the answer, with its status."""
    body = {"event": event, "version": one["version"], "client_id": str(uuid4()), **more}
    answer = await parts.client.post(f"/api/directives/{one['id']}/steps", body)
    return {**answer.json(), "status": answer.status_code}


async def test_an_instruction_is_done_proved_and_checked(parts: Running) -> None:
    async with parts.db.work() as connection:
        incident = await open_incident(connection, actor())
    made = await instructed(parts, incident_id=str(incident.id), mandatory=True, evidence=["photo"])
    assert (made["state"], made["source"], made["target"]["name"]["zh"]) == (
        "issued",
        "instruction",
        "水务局",
    )
    await parts.enter(Role.DEPARTMENT_LIAISON)
    mine = (await parts.client.get("/api/directives", params={"whose": "mine"})).json()
    assert [(one["id"], one["can"], one["mine"]) for one in mine["items"]] == [
        (made["id"], ["receive"], True)
    ]
    received = await step(parts, made, "receive")
    assert (received["status"], received["received_by"]) == (200, "department_liaison.371702")
    assert (await step(parts, received, "submit"))["status"] == 409
    files = {"file": ("a.jpg", picture(), "image/jpeg")}
    data = {"client_id": str(uuid4()), "taken_at": "2026-11-23T01:00:00Z", "text": "管涌"}
    proved = (
        await parts.client.send("POST", f"/api/directives/{made['id']}/photos", files=files, data=data)
    ).json()
    [photo] = proved["proof"]
    assert (await parts.client.get(photo["url"])).headers["content-type"] == "image/jpeg"
    done = await step(parts, proved, "submit")
    assert done["can"] == []
    assert (await step(parts, done, "verify"))["status"] == 403
    await parts.enter(Role.LEADER)
    verified = await step(parts, {**done}, "verify")
    assert (verified["status"], verified["state"]) == (200, "verified")
    page = (await parts.client.get(f"/api/incidents/{incident.id}")).json()
    assert sum(line["kind"] == "directive" for line in page["timeline"]) == 5


async def test_the_board_orders_reminds_and_extends(parts: Running) -> None:
    slow, quick = await instructed(parts, level=4), await instructed(parts, level=1)
    async with parts.db.work() as connection:
        await actions.tick(connection, later(400))
    parts.clock.advance(400)
    board = (await parts.client.get("/api/directives")).json()
    assert [(one["id"], one["overdue"], one["ladder"]) for one in board["items"]] == [
        (quick["id"], True, 1), (slow["id"], False, 0),
    ]  # fmt: skip
    late = (await parts.client.get("/api/directives", params={"state": "overdue"})).json()
    assert late["total"] == 1
    body = {"ids": [slow["id"], quick["id"]], "note": "请抓紧"}
    assert (await parts.client.post("/api/directives/remind", body)).json()["total"] == 2
    await parts.enter(Role.DEPARTMENT_LIAISON)
    await step(parts, (await parts.client.get(f"/api/directives/{slow['id']}")).json(), "receive")
    ask = {"until": "2026-11-23T09:00:00Z", "reason": "路断"}
    asked = await parts.client.post(f"/api/directives/{slow['id']}/extension", ask)
    assert asked.json()["extension_asked"]
    await parts.enter(Role.DUTY_OFFICER)
    granted = await parts.client.post(f"/api/directives/{slow['id']}/extension/decide", {"grant": True})
    assert granted.json()["due_at"] == "2026-11-23T09:00:00.000Z"
    targets = (await parts.client.get("/api/directives/targets")).json()
    assert [one["code"] for one in targets["departments"]] == ["fire", "water"]


async def test_a_field_worker_sees_only_what_is_for_them(parts: Running) -> None:
    crew = await parts.person(Role.FIELD_WORKER)
    await instructed(parts)
    own = await instructed(parts, target={"person_id": str(crew.id)})
    await parts.enter(Role.FIELD_WORKER)
    seen = (await parts.client.get("/api/directives")).json()["items"]
    assert [one["id"] for one in seen] == [own["id"]]
    assert (await step(parts, own, "receive"))["status"] == 200


async def test_screens_hear_that_a_directive_changed(parts: Running) -> None:
    async with beating(parts):
        await parts.enter(Role.DUTY_OFFICER)
        async with Socket(parts.client) as socket:
            assert (await socket.subscribe("d", "changes", nouns=["directives"]))["do"] == "subscribed"
            made = await instructed(parts)
            assert (await socket.hear())["items"] == [{"noun": "directives", "id": made["id"]}]


async def test_what_a_phone_did_without_network_counts_once_and_in_order(parts: Running) -> None:
    made = await instructed(parts)
    await parts.enter(Role.DEPARTMENT_LIAISON)
    path, ids = f"/api/directives/{made['id']}", [str(uuid4()) for _ in range(3)]
    ask = {"client_id": ids[2], "until": "2026-11-23T09:00:00Z", "reason": "路断"}
    queued: list[tuple[str, dict[str, Any]]] = [
        ("steps", {"event": "receive", "client_id": ids[0]}), ("extension", ask),
        ("steps", {"event": "start", "client_id": ids[1]}),
    ]  # fmt: skip
    answers = [(await parts.client.post(f"{path}/{end}", body)).status_code for end, body in queued * 2]
    assert answers == [200] * 6
    one = (await parts.client.get(path)).json()
    assert (one["state"], len(one["extensions"])) == ("in_progress", 1)
    assert [line["kind"] for line in one["history"]] == ["issue", "receive", "ask", "start"]
    await parts.enter(Role.LEADER)
    blind = {"event": "waive", "reason": "不需要", "client_id": str(uuid4())}
    assert (await parts.client.post(f"{path}/steps", blind)).status_code == 422


async def test_a_recurring_task_comes_again_and_each_climbs_until_it_is_received(parts: Running) -> None:
    first = await instructed(
        parts, cadence_s=3600, level=1, deadline={"kind": "after_trigger", "within_s": 1200}
    )
    assert (first["next_occurrence_at"], first["next_reminder_at"]) == (
        "2026-11-23T02:00:00.000Z", "2026-11-23T01:05:00.000Z",
    )  # fmt: skip
    climbed = []
    for at in (299, 300, 599, 600, 1199, 1200, 3600):
        parts.clock.advance(at - (parts.clock.now() - START).total_seconds())
        async with parts.db.work() as connection:
            await actions.tick(connection, parts.clock.now())
        await parts.enter(Role.LEADER)
        one = (await parts.client.get(f"/api/directives/{first['id']}")).json()
        climbed.append((one["ladder"], one["next_reminder_at"]))
    rungs = ["2026-11-23T01:05:00.000Z", "2026-11-23T01:10:00.000Z", "2026-11-23T01:20:00.000Z", None]
    assert climbed == [(rung, rungs[rung]) for rung in (0, 1, 1, 2, 2, 3, 3)]
    kinds = [line["kind"] for line in one["history"]]
    assert kinds == ["issue", "remind", "supervise", "escalate"]
    found = (await parts.client.get("/api/directives")).json()["items"]
    again = next(each for each in found if each["id"] != first["id"])
    assert (again["occurrence"], again["state"], again["next_occurrence_at"]) == (
        2, "issued", "2026-11-23T03:00:00.000Z",
    )  # fmt: skip


async def test_an_instrument_is_found_by_name_and_its_own_reading_is_the_proof(parts: Running) -> None:
    async with parts.db.work() as connection:
        station = await add_entity(connection, "G1", department=WATER)
    await parts.path.entities_changed()
    await parts.observe(station.key, ("level", 11.0), ("link", 1.0))
    made = await instructed(parts, evidence=["telemetry", "form"])
    await parts.enter(Role.FIELD_WORKER)
    path = f"/api/directives/{made['id']}"
    assert (await parts.client.get(f"{path}/instruments", params={"q": "G1"})).status_code == 404
    await parts.enter(Role.DEPARTMENT_LIAISON)
    await step(parts, made, "receive")
    found = (await parts.client.get(f"{path}/instruments", params={"q": station.urn})).json()["items"]
    assert [(one["quantity"], one["value"], one["unit"]) for one in found] == [("level", 11.0, "m")]
    assert (await parts.client.get(f"{path}/instruments", params={"q": "%"})).status_code == 200
    at = {"at": "2026-11-23T01:00:00Z"}
    reading = {
        "id": str(uuid4()),
        "kind": "telemetry",
        "form": {"urn": found[0]["urn"], "quantity": "level"},
        **at,
    }
    form = {"id": str(uuid4()), "kind": "form", "text": "水位：3.5 米", "form": {"水位": "3.5 米"}, **at}
    answers = [await parts.client.post(f"{path}/evidence", proof) for proof in (reading, form)]
    assert [one.status_code for one in answers] == [200, 200]
    assert (await step(parts, answers[-1].json(), "submit"))["status"] == 200
