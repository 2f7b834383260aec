"""Does the audit trail hold, and does tampering show?"""

import psycopg
import pytest

from mudan.core.people import queries
from mudan.core.people.actions import audit, verify_chain
from mudan.storage.embedded import Dsns
from mudan.storage.pool import Connection, Database

pytestmark = pytest.mark.anyio

TAMPERINGS = {
    "a changed column": "update audit set actor = 'somebody' where seq = 3",
    "a changed detail": "update audit set detail = '{\"n\": 99}' where seq = 3",
    "a changed record": "update audit set record = replace(record, 'test.do', 'test.undo') where seq = 3",
    "a changed record and hash": "update audit set record = replace(record, 'test.do', 'test.undo'),"
    " action = 'test.undo', hash = sha256(previous ||"
    " convert_to(replace(record, 'test.do', 'test.undo'), 'UTF8')) where seq = 3",
    "a removed record": "delete from audit where seq = 3",
}


async def _write(connection: Connection, count: int) -> None:
    for n in range(count):
        await audit(
            connection, None, "test.do", f"thing:{n}", {"n": n, "名": "堤", "f": 1.50, "l": [None, {}]}
        )


async def test_a_fresh_trail_verifies(work: Connection) -> None:
    await _write(work, 6)
    assert await verify_chain(work) == (6, None, "")


async def test_the_centre_itself_cannot_touch_the_trail(work: Connection) -> None:
    await _write(work, 1)
    for statement in ("update audit set actor = 'x'", "delete from audit", "truncate audit"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            async with work.transaction():
                await work.execute(statement.encode())


async def test_a_rolled_back_deed_leaves_no_record(work: Connection) -> None:
    async with work.transaction(force_rollback=True):
        await _write(work, 1)
    assert await queries.audit_page(work) == []


async def test_the_owner_is_refused_by_the_trigger(fresh_database: Dsns) -> None:
    with (
        psycopg.connect(fresh_database.owner) as connection,
        pytest.raises(psycopg.Error, match="append-only"),
    ):
        connection.execute("delete from audit")


@pytest.mark.parametrize("tampering", TAMPERINGS)
async def test_tampering_by_a_superuser_shows(fresh_database: Dsns, tampering: str) -> None:
    database = Database(fresh_database.centre, size=2)
    await database.open()
    try:
        async with database.work() as connection:
            await _write(connection, 6)
        with psycopg.connect(fresh_database.superuser, autocommit=True) as superuser:
            superuser.execute("alter table audit disable trigger audit_append_only")
            superuser.execute(TAMPERINGS[tampering].encode())
        async with database.work() as connection:
            found = await verify_chain(connection)
    finally:
        await database.close()
    # forging one record with its hash breaks the next; removing one shows at the next
    assert found.first_bad == (4 if tampering in ("a changed record and hash", "a removed record") else 3)
    assert found.fault


async def test_the_page_filters_by_actor_and_kind_of_action(work: Connection) -> None:
    await audit(work, None, "person.create", "person:a")
    await audit(work, None, "person.change", "person:a")
    await audit(work, None, "session.sign_in", "person:a")
    kinds = [line.action for line in await queries.audit_page(work, action="person")]
    assert kinds == ["person.change", "person.create"]
    assert await queries.audit_page(work, actor="nobody") == []
    [newest] = await queries.audit_page(work, limit=1)
    assert [line.seq for line in await queries.audit_page(work, before=newest.seq, limit=1)] == [2]
