"""Do cases of one cause surface over HTTP, and are they linked, freed and told apart by the desk alone?"""

from uuid import uuid4

import pytest

from mudan.core.people.model import Role
from tests.api.running import Running, running
from tests.api.test_cases import reported
from tests.core.county import PLACE
from tests.database import WATER, Client

pytestmark = pytest.mark.anyio


@pytest.fixture
async def parts(app_client: Client) -> Running:
    return await running(app_client)


async def test_a_building_site_shows_as_noise_and_dust_and_its_cases_are_linked_and_freed(
    parts: Running,
) -> None:
    await parts.enter(Role.DISPATCHER)
    noise = await reported(parts, class_code="03", title="夜间施工噪声")
    dust = await reported(parts, class_code="0102", title="路面泥土", lat=PLACE[1] + 0.001)
    more = await reported(parts, class_code="03", title="打桩声", lat=PLACE[1] + 0.002)
    [cluster] = (await parts.client.get("/api/cases/clusters")).json()["items"]
    assert (cluster["cause"], cluster["example"], cluster["lead_id"]) == ("building_site", True, noise["id"])
    assert [one["number"] for one in cluster["cases"]] == [one["number"] for one in (noise, dust, more)]
    assert "2 个类别" in [reason["zh"] for reason in cluster["reasons"]]
    body = {"cause": "building_site", "case_ids": [dust["id"], more["id"]]}
    for _ in range(2):
        answer = await parts.client.post(f"/api/cases/{noise['id']}/ties", body)
        assert answer.status_code == 200, answer.text
    assert {one["id"] for one in answer.json()["followers"]} == {dust["id"], more["id"]}
    assert (await parts.client.get("/api/cases/clusters")).json()["items"] == []
    under = (await parts.client.get(f"/api/cases/{dust['id']}/ties")).json()
    assert (under["lead"]["lead_number"], under["lead"]["cause_title"]["zh"]) == (
        noise["number"],
        "同一工地施工",
    )
    refused = await parts.client.post(f"/api/cases/{dust['id']}/ties", {**body, "case_ids": [more["id"]]})
    assert refused.status_code == 409
    assert (
        await parts.client.post(f"/api/cases/{noise['id']}/ties", {**body, "cause": "x"})
    ).status_code == 404
    freed = await parts.client.send("DELETE", f"/api/cases/{dust['id']}/ties")
    assert (freed.status_code, freed.json()["lead"]) == (200, None)
    kinds = [line["kind"] for line in (await parts.client.get(f"/api/cases/{noise['id']}")).json()["history"]]
    assert kinds == ["report", "leads", "leads", "untied"]
    await parts.enter(Role.LEADER)
    assert (await parts.client.get("/api/cases/clusters")).status_code == 200
    assert (await parts.client.post(f"/api/cases/{noise['id']}/ties", body)).status_code == 403


async def test_who_sees_only_one_of_them_is_told_under_which_it_stands_and_no_more(parts: Running) -> None:
    await parts.enter(Role.DISPATCHER)
    lead, mine = [await reported(parts, class_code="03", source="collector") for _ in range(2)]
    body = {"cause": "building_site", "case_ids": [mine["id"]]}
    await parts.client.post(f"/api/cases/{lead['id']}/ties", body)
    for event, more in (("accept", {}), ("open", {}), ("dispatch", {"owner": WATER})):
        seen = (await parts.client.get(f"/api/cases/{mine['id']}")).json()
        step = {"event": event, "version": seen["version"], "client_id": str(uuid4()), **more}
        assert (await parts.client.post(f"/api/cases/{mine['id']}/steps", step)).status_code == 200
    await parts.enter(Role.DEPARTMENT_LIAISON)
    shown = (await parts.client.get(f"/api/cases/{mine['id']}/ties")).json()
    assert shown["lead"] is not None
    assert (await parts.client.get(f"/api/cases/{lead['id']}/ties")).status_code == 404


async def test_not_the_same_cause_is_kept_and_can_be_taken_back(parts: Running) -> None:
    await parts.enter(Role.DISPATCHER)
    cases = [await reported(parts, class_code=code) for code in ("03", "0102", "03")]
    told = {
        "id": str(uuid4()),
        "cause": "building_site",
        "case_ids": [one["id"] for one in cases],
        "reason": "两处",
    }
    for _ in range(2):
        assert (await parts.client.post("/api/cases/clusters/apart", told)).status_code == 204
    shown = (await parts.client.get("/api/cases/clusters")).json()
    assert (shown["items"], shown["apart"][0]["reason"], len(shown["apart"][0]["numbers"])) == ([], "两处", 3)
    path = f"/api/cases/clusters/apart/{told['id']}/withdraw"
    assert [(await parts.client.post(path)).status_code for _ in range(2)] == [204, 204]
    shown = (await parts.client.get("/api/cases/clusters")).json()
    assert (len(shown["items"]), shown["apart"]) == (1, [])
