"""Do accounts change only as allowed, at once, within the area, and into the trail?"""

from typing import Any
from uuid import UUID

import pytest

from mudan.core.people.model import Role
from tests.database import COUNTY, OTHER_TOWN, PASSWORD, TOWN, Client

pytestmark = pytest.mark.anyio


def _form(login: str = "wang.fang", **changes: Any) -> dict[str, Any]:
    return {
        "login": login,
        "name": "王芳",
        "role": "department_liaison",
        "department": "water",
        "area_code": TOWN,
        **changes,
    }


async def _trail(client: Client) -> list[dict[str, Any]]:
    async with client.deps.db.work() as connection:
        cursor = await connection.execute("select action, object, actor, detail from audit order by seq")
        return [dict(row) for row in await cursor.fetchall()]


async def test_a_new_person_gets_a_password_that_works(app_client: Client) -> None:
    await app_client.sign_in(Role.ADMINISTRATOR)
    answer = await app_client.post("/api/people", _form())
    assert answer.status_code == 201
    made = answer.json()
    assert made["user"]["login"] == "wang.fang"
    assert (await app_client.enter("wang.fang", made["password"])).status_code == 200


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"login": "Ä"}, 422, "login"),
        ({"name": " "}, 422, "name"),
        ({"name": "a\u0000b"}, 422, "name"),
        ({"role": "root"}, 422, "role"),
        ({"department": None}, 422, "department"),
        ({"department": "tax"}, 422, "department"),
        ({"department": "*"}, 422, "department"),
        ({"area_code": "999999"}, 422, "area_code"),
        ({"disabled": True}, 422, None),
        ({"permissions": ["audit.read"]}, 422, None),
    ],
)
async def test_unfit_forms_are_refused_by_field(
    app_client: Client, changes: dict[str, Any], status: int, field: str | None
) -> None:
    await app_client.sign_in(Role.ADMINISTRATOR)
    answer = await app_client.post("/api/people", _form(**changes))
    assert (answer.status_code, answer.json().get("field")) == (status, field)
    assert "permissions" not in answer.text


async def test_a_taken_login_is_a_conflict(app_client: Client) -> None:
    await app_client.sign_in(Role.ADMINISTRATOR)
    await app_client.post("/api/people", _form())
    assert (await app_client.post("/api/people", _form("Wang.Fang"))).status_code == 409


async def test_a_town_administrator_sees_and_makes_town_people_only(app_client: Client) -> None:
    other = await app_client.person(Role.LEADER, OTHER_TOWN)
    inside = await app_client.person(Role.LEADER, TOWN)
    await app_client.sign_in(Role.ADMINISTRATOR, TOWN)
    logins = {row["login"] for row in (await app_client.get("/api/people")).json()["items"]}
    assert inside.login in logins
    assert other.login not in logins
    for area in (COUNTY, OTHER_TOWN):
        assert (await app_client.post("/api/people", _form(area_code=area))).status_code == 422
    assert (await app_client.patch(f"/api/people/{other.id}", {"disabled": True})).status_code == 404
    assert (await app_client.post(f"/api/people/{other.id}/password")).status_code == 404
    widened = await app_client.patch(f"/api/people/{inside.id}", {"area_code": COUNTY})
    assert widened.status_code == 422


async def test_a_change_of_role_holds_from_the_next_request_on(app_client: Client) -> None:
    leader = await app_client.sign_in(Role.LEADER)
    token = app_client.http.cookies["mudan_session"]
    app_client.http.cookies.clear()
    await app_client.sign_in(Role.ADMINISTRATOR)
    await app_client.patch(f"/api/people/{leader.id}", {"role": "auditor"})
    app_client.http.cookies.clear()
    headers = {"cookie": f"mudan_session={token}"}
    assert (await app_client.get("/api/audit", headers=headers)).status_code == 200
    assert (await app_client.get("/ngsi-ld/v1/entities?type=T", headers=headers)).status_code == 403


async def test_disabling_ends_sessions_at_once(app_client: Client) -> None:
    leader = await app_client.sign_in(Role.LEADER)
    token = app_client.http.cookies["mudan_session"]
    app_client.http.cookies.clear()
    await app_client.sign_in(Role.ADMINISTRATOR)
    answer = await app_client.patch(f"/api/people/{leader.id}", {"disabled": True})
    assert answer.json()["disabled"] is True
    app_client.http.cookies.clear()
    headers = {"cookie": f"mudan_session={token}"}
    assert (await app_client.get("/api/session", headers=headers)).status_code == 401
    assert (await app_client.enter(leader.login, PASSWORD)).status_code == 401


async def test_a_reset_password_ends_sessions_and_waits(app_client: Client) -> None:
    leader = await app_client.person(Role.LEADER)
    for _ in range(4):
        await app_client.enter(leader.login, "wrong-one-1A")
    await app_client.sign_in(Role.ADMINISTRATOR)
    password = (await app_client.post(f"/api/people/{leader.id}/password")).json()["password"]
    assert (await app_client.enter(leader.login, PASSWORD)).status_code == 401
    app_client.clock.advance(61)
    assert (await app_client.enter(leader.login, password)).status_code == 200


async def test_nobody_changes_their_own_rights_and_one_administrator_stays(app_client: Client) -> None:
    first = await app_client.sign_in(Role.ADMINISTRATOR)
    assert (await app_client.patch(f"/api/people/{first.id}", {"disabled": True})).status_code == 409
    second = await app_client.person(Role.ADMINISTRATOR, TOWN)
    assert (await app_client.patch(f"/api/people/{second.id}", {"disabled": True})).status_code == 200
    assert (await app_client.patch(f"/api/people/{second.id}", {"role": "leader"})).status_code == 200


async def test_a_department_can_be_taken_away(app_client: Client) -> None:
    liaison = await app_client.person(Role.DEPARTMENT_LIAISON)
    await app_client.sign_in(Role.ADMINISTRATOR)
    path = f"/api/people/{liaison.id}"
    assert (await app_client.patch(path, {"department": ""})).json()["field"] == "department"
    changed = await app_client.patch(path, {"department": "", "role": "leader"})
    assert (changed.json()["department"], changed.json()["role"]) == (None, "leader")
    assert (await app_client.patch(path, {})).json()["role"] == "leader"


async def test_nobody_else_writes_accounts(app_client: Client) -> None:
    person = UUID(int=1)
    for role in set(Role) - {Role.ADMINISTRATOR}:
        await app_client.sign_in(role)
        assert (await app_client.post("/api/people", _form())).status_code == 403, role
        assert (await app_client.patch(f"/api/people/{person}", {"role": "leader"})).status_code == 403
        assert (await app_client.post(f"/api/people/{person}/password")).status_code == 403


async def test_every_change_is_in_the_trail_without_passwords(app_client: Client) -> None:
    await app_client.sign_in(Role.ADMINISTRATOR)
    made = (await app_client.post("/api/people", _form())).json()
    path = f"/api/people/{made['user']['id']}"
    await app_client.patch(path, {"role": "field_worker", "disabled": True})
    password = (await app_client.post(f"{path}/password")).json()["password"]
    await app_client.enter("nobody.here", "typed-into-the-wrong-box")
    trail = await _trail(app_client)
    actions = [line["action"] for line in trail][-5:]
    assert actions == [
        "session.sign_in",
        "person.create",
        "person.change",
        "person.password",
        "session.refuse",
    ]
    assert trail[-3]["detail"] == {
        "role": ["department_liaison", "field_worker"],
        "disabled": [False, True],
    }
    for secret in (made["password"], password, "nobody.here", "typed-into-the-wrong-box"):
        assert secret not in str(trail)
