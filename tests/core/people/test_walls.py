"""Do the two walls agree? `Scope.sees` in Python and `mudan_sees` with row-level security in SQL."""

import random
from typing import Any

import pytest
from psycopg import sql

from mudan.core.people.model import EVERY_SPACE, Scope
from mudan.core.people.queries import visible
from mudan.storage.pool import Connection, set_scope

pytestmark = pytest.mark.anyio

AREAS = ["", "37", "371702", "371702101", "371702102", "371702101203", "%", "_", "3717"]
DEPARTMENTS = ["water", "fire", "health", "*x", "a b", "水务"]


def _scope(rng: random.Random) -> Scope:
    chosen = rng.choice([None, frozenset(rng.sample(DEPARTMENTS, rng.randint(0, 3)))])
    return Scope(None, None, rng.choice(AREAS), chosen, rng.choice([EVERY_SPACE, 0, 1, 12]))


async def test_python_and_sql_agree_on_any_row_and_scope(work: Connection) -> None:
    rng = random.Random(20261123)
    for _ in range(40):
        scope = _scope(rng)
        await set_scope(work, scope.settings())
        rows: list[tuple[str | None, str | None, int]] = [
            (
                rng.choice([*AREAS, None]),
                rng.choice([*DEPARTMENTS, None, "", "*"]),
                rng.choice([0, 1, 2, 12]),
            )
            for _ in range(60)
        ]
        cursor = await work.execute(
            "select mudan_sees(a, d, s::smallint) as seen"
            " from unnest(%s::text[], %s::text[], %s::int[]) with ordinality as t(a, d, s, n) order by n",
            ([row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]),
        )
        told = [row["seen"] for row in await cursor.fetchall()]
        assert told == [scope.sees(*row) for row in rows], scope


async def _add_entities(work: Connection) -> None:
    await work.execute(
        "insert into entity (urn, type, platform, name_zh, name_en, area_code, department) values"
        " ('urn:ngsi-ld:T:1', 'T', 'p', '甲', 'a', '371702101', 'water'),"
        " ('urn:ngsi-ld:T:2', 'T', 'p', '乙', 'b', '371702102', 'water'),"
        " ('urn:ngsi-ld:T:3', 'T', 'p', '丙', 'c', '371702101', 'fire'),"
        " ('urn:ngsi-ld:T:4', 'T', 'p', '丁', 'd', '371702101', null)"
    )


async def _seen(work: Connection, condition: Any) -> set[str]:
    cursor = await work.execute(sql.SQL("select urn from entity e where ") + condition)
    return {row["urn"][-1] for row in await cursor.fetchall()}


async def test_rows_and_predicate_agree_with_the_scope(work: Connection) -> None:
    await _add_entities(work)
    for scope, expected in (
        (Scope(None, None, "371702101", frozenset({"water"})), {"1", "4"}),
        (Scope(None, None, "371702", None), {"1", "2", "3", "4"}),
        (Scope(None, None, "371702102", frozenset()), set()),
        (Scope(None, None, "371702", None, 1), set()),
    ):
        await set_scope(work, scope.settings())
        assert await _seen(work, sql.SQL("true")) == expected  # row-level security alone
        assert await _seen(work, visible("e")) == expected


async def test_without_settings_nothing_is_seen(work: Connection) -> None:
    await _add_entities(work)
    for name in ("area", "departments", "space", "person"):
        await work.execute("select set_config(%s, '', true)", (f"mudan.{name}",))
    assert await _seen(work, sql.SQL("true")) == set()


async def test_a_row_outside_the_scope_can_be_neither_written_nor_moved_out(work: Connection) -> None:
    await _add_entities(work)
    await set_scope(work, Scope(None, None, "371702101", None).settings())
    cursor = await work.execute("update entity set name_en = 'x' where urn = 'urn:ngsi-ld:T:2'")
    assert cursor.rowcount == 0
    with pytest.raises(Exception, match="row-level security"):
        await work.execute("update entity set area_code = '371702102' where urn = 'urn:ngsi-ld:T:1'")
