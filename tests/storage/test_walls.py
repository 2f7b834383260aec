"""Do the rewritten walls let through exactly what `mudan_sees` says, and is every policy rewritten?"""

import itertools
from typing import cast

import pytest
from psycopg import sql

from mudan.storage.pool import Connection

pytestmark = pytest.mark.anyio

AREAS = ("", "500231", "500231101", "371702")
DEPARTMENTS = (None, "water", "fire", "")
SPACES = (0, 1)
SCOPES = list(
    itertools.product(
        ("", "500231", "500231101", None),
        ("*", "", "water", "water,fire", None),
        ("*", "0", "1", "99999", "-", "", None),
    )
)


async def test_every_policy_asks_for_the_scope_once_a_statement(work: Connection) -> None:
    left = await (
        await work.execute(
            "select tablename, policyname from pg_policies where mudan_hoisted(qual) is distinct from qual"
            " or mudan_hoisted(with_check) is distinct from with_check"
        )
    ).fetchall()
    assert left == [], "a migration that makes a policy ends with `call mudan_hoist();`"
    counted = await (
        await work.execute("select count(*) as n from pg_policies where qual like '%mudan_every_space%'")
    ).fetchone()
    assert counted is not None
    assert counted["n"] > 40


@pytest.mark.parametrize(("area", "departments", "space"), SCOPES)
async def test_both_forms_say_the_same_of_every_row(
    work: Connection, area: str | None, departments: str | None, space: str | None
) -> None:
    rows = sql.SQL(", ").join(
        sql.SQL("({}::text, {}::text, {}::smallint)").format(*map(sql.Literal, row))
        for row in itertools.product(AREAS, DEPARTMENTS, SPACES)
    )
    async with work.transaction(force_rollback=True):
        for name, value in (("area", area), ("departments", departments), ("space", space)):
            await work.execute("select set_config(%s, %s, true)", (f"mudan.{name}", value))
        plain = await (await work.execute("select mudan_hoisted('mudan_sees(a, d, s)') as wall")).fetchone()
        assert plain is not None
        wall = sql.SQL(cast("str", plain["wall"]))
        statement = sql.SQL(
            "select a, d, s from (values {}) v(a, d, s) where mudan_sees(a, d, s) is distinct from coalesce({}, false)"
        ).format(rows, wall)
        assert await (await work.execute(statement)).fetchall() == []
