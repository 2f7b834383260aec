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


async def test_both_forms_say_the_same_of_every_row_in_every_scope(work: Connection) -> None:
    rows = sql.SQL(", ").join(
        sql.SQL("({}::text, {}::text, {}::smallint)").format(*map(sql.Literal, row))
        for row in itertools.product(AREAS, DEPARTMENTS, SPACES)
    )
    plain = await (await work.execute("select mudan_hoisted('mudan_sees(a, d, s)') as wall")).fetchone()
    assert plain is not None
    differing = sql.SQL(
        "select a, d, s from (values {}) v(a, d, s) where mudan_sees(a, d, s) is distinct from coalesce({}, false)"
    ).format(rows, sql.SQL(cast("str", plain["wall"])))
    for scope in SCOPES:
        async with work.transaction(force_rollback=True):
            for name, value in zip(("area", "departments", "space"), scope, strict=True):
                await work.execute("select set_config(%s, %s, true)", (f"mudan.{name}", value))
            assert await (await work.execute(differing)).fetchall() == [], scope
