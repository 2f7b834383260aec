"""Do people get in, stay in and get out as written, and do guesses not?"""

import asyncio
from typing import Any

import httpx
import pytest

from mudan.core.people.actions import hash_password, verify_password
from mudan.core.people.actions import hashing as hashing_module
from mudan.core.people.model import Role
from tests.database import COUNTY, ORIGIN, PASSWORD, Client

pytestmark = pytest.mark.anyio
WRONG = "not-the-password-1A"


async def test_the_answer_is_all_that_a_page_needs(app_client: Client) -> None:
    await app_client.sign_in(Role.DUTY_OFFICER)
    answer = (await app_client.get("/api/session")).json()
    user = answer["user"]
    assert (user["role"], user["area_code"], user["area_name"]["zh"]) == ("duty_officer", COUNTY, "牡丹区")
    assert "alarms.shelve" in user["permissions"]
    assert user["units"] == []
    assert answer["space"] == {"id": 0, "name": "real"}
    assert answer["server_time"] == "2026-11-23T01:00:00.000Z"
    assert answer["expires_at"] == "2026-11-23T01:30:00.000Z"
    assert answer["csrf_token"] == app_client.csrf
    assert answer["demo"] is False


async def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(app_client: Client) -> None:
    person = await app_client.person(Role.LEADER)
    cookie = (await app_client.enter(person.login, PASSWORD)).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    assert "Path=/" in cookie


async def test_the_login_is_read_in_any_case(app_client: Client) -> None:
    person = await app_client.person(Role.LEADER)
    assert (await app_client.enter(f" {person.login.upper()} ", PASSWORD)).status_code == 200


async def test_unknown_disabled_and_wrong_look_alike(app_client: Client) -> None:
    known = await app_client.person(Role.LEADER)
    disabled = await app_client.person(Role.DISPATCHER)
    async with app_client.deps.db.work() as connection:
        await connection.execute("update person set disabled = true where id = %s", (disabled.id,))
    answers = [
        await app_client.enter(known.login, WRONG),
        await app_client.enter(disabled.login, PASSWORD),
        await app_client.enter("nobody.here", WRONG),
        await app_client.enter("'; drop table person; --", WRONG),
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1
    assert len({tuple(sorted(answer.headers.items())) for answer in answers}) == 1


async def test_an_unknown_login_costs_the_same_work(monkeypatch: pytest.MonkeyPatch) -> None:
    hashing_module._decoy.cache_clear()
    known = await hash_password("the-right-one-1A")
    costs: list[str] = []
    real = hashing_module._HASHER.verify

    class Counted:
        def verify(self, password_hash: str, password: bytes) -> Any:
            costs.append(password_hash.rsplit("$", 2)[0])  # the algorithm and its cost parameters
            return real(password_hash, password)

        def __getattr__(self, name: str) -> Any:
            return getattr(original, name)

    original = hashing_module._HASHER
    monkeypatch.setattr(hashing_module, "_HASHER", Counted())
    assert not await verify_password(known, WRONG)
    assert not await verify_password(None, WRONG)
    assert len(costs) == 2
    assert set(costs) == {"$argon2id$v=19$m=65536,t=3,p=4"}  # RFC 9106 §4, second recommendation


async def test_half_a_character_is_a_wrong_password_not_a_fault(app_client: Client) -> None:
    body = b'{"login": "nobody", "password": "\\ud800abc"}'
    answer = await app_client.send(
        "POST", "/api/session", content=body, headers={"content-type": "application/json"}
    )
    assert answer.status_code in (401, 422)


async def test_five_wrong_passwords_make_a_login_wait_even_for_the_right_one(app_client: Client) -> None:
    person = await app_client.person(Role.LEADER)
    for _ in range(5):
        assert (await app_client.enter(person.login, WRONG)).status_code == 401
    locked = await app_client.enter(person.login, PASSWORD)
    assert locked.status_code == 429
    assert locked.headers["retry-after"] == "60"
    app_client.clock.advance(61)
    assert (await app_client.enter(person.login, PASSWORD)).status_code == 200


async def test_an_unknown_login_is_made_to_wait_as_well(app_client: Client) -> None:
    answers = [(await app_client.enter("nobody.here", WRONG)).status_code for _ in range(6)]
    assert answers == [401] * 5 + [429]


async def test_a_source_that_guesses_at_many_logins_waits(app_client: Client) -> None:
    for n in range(5):
        await app_client.enter(f"guess{n}", WRONG)
    person = await app_client.person(Role.LEADER)
    assert (await app_client.enter(person.login, PASSWORD)).status_code == 429


async def test_waits_of_an_account_show_to_its_administrator(app_client: Client) -> None:
    person = await app_client.person(Role.LEADER)
    await app_client.sign_in(Role.ADMINISTRATOR)
    for _ in range(5):
        await app_client.enter(person.login, WRONG)
    listed = {row["login"]: row for row in (await app_client.get("/api/people")).json()["items"]}
    assert listed[person.login]["locked_until"] == "2026-11-23T01:01:00.000Z"


async def test_a_flood_of_guesses_is_not_let_through_at_once(app_client: Client) -> None:
    person = await app_client.person(Role.LEADER)
    answers = await asyncio.gather(*(app_client.enter(person.login, WRONG) for _ in range(12)))
    refused = [answer for answer in answers if answer.status_code == 401]
    assert 5 <= len(refused) <= 6  # two come through the door together
    assert all(answer.status_code == 429 for answer in answers if answer not in refused)


async def test_signing_in_ends_the_session_before(app_client: Client) -> None:
    person = await app_client.sign_in(Role.LEADER)
    old = app_client.http.cookies["mudan_session"]
    await app_client.enter(person.login, PASSWORD)
    assert app_client.http.cookies["mudan_session"] != old
    app_client.http.cookies.clear()
    answer = await app_client.get("/api/session", headers={"cookie": f"mudan_session={old}"})
    assert answer.status_code == 401


async def test_a_token_somebody_planted_is_never_taken_over(app_client: Client) -> None:
    person = await app_client.person(Role.LEADER)
    app_client.http.cookies.set("mudan_session", "planted", domain="centre.test")
    answer = await app_client.enter(person.login, PASSWORD)
    assert "planted" not in answer.headers["set-cookie"]


async def test_an_idle_session_ends(app_client: Client) -> None:
    await app_client.sign_in(Role.LEADER)
    app_client.clock.advance(29 * 60)
    assert (await app_client.get("/api/session")).status_code == 200
    app_client.clock.advance(29 * 60)
    assert (await app_client.get("/api/session")).status_code == 200
    app_client.clock.advance(31 * 60)
    assert (await app_client.get("/api/session")).status_code == 401


async def test_a_busy_session_ends_after_twelve_hours(app_client: Client) -> None:
    await app_client.sign_in(Role.LEADER)
    for _ in range(29):
        app_client.clock.advance(25 * 60)
        status = (await app_client.get("/api/session")).status_code
    assert status == 401


async def test_signing_out_ends_the_session_at_once(app_client: Client) -> None:
    await app_client.sign_in(Role.LEADER)
    token = app_client.http.cookies["mudan_session"]
    assert (await app_client.send("DELETE", "/api/session")).status_code == 204
    answer = await app_client.get("/api/session", headers={"cookie": f"mudan_session={token}"})
    assert answer.status_code == 401


async def test_nothing_of_a_token_is_stored(app_client: Client) -> None:
    await app_client.sign_in(Role.LEADER)
    token, csrf = app_client.http.cookies["mudan_session"], app_client.csrf
    async with app_client.deps.db.work() as connection:
        row = await (await connection.execute("select session::text as t from session")).fetchone()
    assert row is not None
    assert token not in row["t"]
    assert csrf not in row["t"]


async def test_the_language_is_kept(app_client: Client) -> None:
    await app_client.sign_in(Role.LEADER)
    answer = await app_client.patch("/api/session", {"locale": "en"})
    assert answer.json()["user"]["locale"] == "en"
    assert (await app_client.patch("/api/session", {"locale": "fr"})).status_code == 422


class TestOwnPassword:
    """POST /api/session/password."""

    NEW = "Willow-by-the-lake-8"

    async def _change(self, client: Client, old: str, new: str) -> httpx.Response:
        return await client.post("/api/session/password", {"old": old, "new": new})

    async def test_it_ends_other_sessions_but_not_this_one(self, app_client: Client) -> None:
        person = await app_client.sign_in(Role.LEADER)
        first = app_client.http.cookies["mudan_session"]
        app_client.http.cookies.clear()
        await app_client.enter(person.login, PASSWORD)
        assert (await self._change(app_client, PASSWORD, self.NEW)).status_code == 204
        assert (await app_client.get("/api/session")).status_code == 200
        app_client.http.cookies.clear()
        other = await app_client.get("/api/session", headers={"cookie": f"mudan_session={first}"})
        assert other.status_code == 401
        assert (await app_client.enter(person.login, PASSWORD)).status_code == 401
        assert (await app_client.enter(person.login, self.NEW)).status_code == 200

    @pytest.mark.parametrize(
        ("old", "new", "field"),
        [(WRONG, NEW, "old"), (PASSWORD, "short-1A", "new"), (PASSWORD, PASSWORD, "new")],
    )
    async def test_unfit_ones_are_refused_by_field(
        self, app_client: Client, old: str, new: str, field: str
    ) -> None:
        await app_client.sign_in(Role.LEADER)
        answer = await self._change(app_client, old, new)
        assert (answer.status_code, answer.json()["field"]) == (422, field)

    async def test_guesses_at_the_old_one_are_counted(self, app_client: Client) -> None:
        await app_client.sign_in(Role.LEADER)
        for _ in range(5):
            await self._change(app_client, WRONG, self.NEW)
        assert (await self._change(app_client, PASSWORD, self.NEW)).status_code == 429


async def test_sign_in_is_refused_from_another_site(app_client: Client) -> None:
    person = await app_client.person(Role.LEADER)
    body = {"login": person.login, "password": PASSWORD}
    for headers in (
        {},
        {"origin": "http://evil.test"},
        {"origin": "null"},
        {"origin": ORIGIN + ".evil.test"},
    ):
        answer = await app_client.http.post("/api/session", json=body, headers=headers)
        assert answer.status_code == 403
