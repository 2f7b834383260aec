"""Can the auditor, and nobody else, read and verify the trail?"""

import psycopg
import pytest

from mudan.core.people.model import Role
from tests.database import Client

pytestmark = pytest.mark.anyio


async def test_the_auditor_pages_through_the_trail(app_client: Client) -> None:
    await app_client.person(Role.LEADER)
    await app_client.person(Role.DISPATCHER)
    await app_client.sign_in(Role.AUDITOR)
    first = (await app_client.get("/api/audit?limit=2")).json()
    assert [item["seq"] for item in first["items"]] == [4, 3]
    assert len(first["items"][0]["hash"]) == 64
    rest = (await app_client.get(f"/api/audit?limit=2&cursor={first['next']}")).json()
    assert ([item["seq"] for item in rest["items"]], rest["next"]) == ([2, 1], None)
    kind = (await app_client.get("/api/audit?action=session")).json()["items"]
    assert [item["action"] for item in kind] == ["session.sign_in"]


async def test_verification_finds_the_first_bad_record(app_client: Client) -> None:
    await app_client.person(Role.LEADER)
    await app_client.sign_in(Role.AUDITOR)
    assert (await app_client.get("/api/audit/verify")).json() == {"ok": True, "checked": 3, "first_bad": None}
    with psycopg.connect(app_client.dsns.superuser, autocommit=True) as superuser:
        superuser.execute("alter table audit disable trigger audit_append_only")
        superuser.execute("update audit set object = 'person:somebody' where seq = 2")
    assert (await app_client.get("/api/audit/verify")).json() == {"ok": False, "checked": 1, "first_bad": 2}


async def test_odd_parameters_are_refused(app_client: Client) -> None:
    await app_client.sign_in(Role.AUDITOR)
    for query in ("limit=0", "limit=501", "cursor=x", "cursor=0", "actor=" + "a" * 65, "actor=%00"):
        assert (await app_client.get(f"/api/audit?{query}")).status_code == 422, query


async def test_nobody_else_reads_it(app_client: Client) -> None:
    for role in set(Role) - {Role.AUDITOR}:
        await app_client.sign_in(role)
        for path in ("/api/audit", "/api/audit/verify"):
            assert (await app_client.get(path)).status_code == 403, role
