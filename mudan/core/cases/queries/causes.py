"""Which cases could have one cause, which of them are linked, and which has somebody told apart?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Final
from uuid import UUID

from mudan.core.cases.model.causes import Cause, Pair, Seen
from mudan.storage.pool import Connection, centre_within

MOST_LOOKED_AT: Final = 2_000
MOST_APART: Final = 1_000


@dataclass(frozen=True, slots=True)
class Tie:
    """A case under a leading one, and of which cause."""

    case_id: UUID
    lead_id: UUID
    lead_number: str
    lead_title: str
    cause: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Apart:
    """Cases that somebody has told apart."""

    id: UUID
    cause: str
    cases: tuple[UUID, ...]
    reason: str
    at: datetime
    by: str


async def seen(connection: Connection, space: int, causes: Iterable[Cause], since: datetime) -> list[Seen]:
    """The newest cases within scope of the classes that the causes show as; merged and void ones not."""
    signs = sorted({(sign.type, sign.code) for cause in causes for sign in cause.signs})
    rows = await (
        await connection.execute(
            "select c.id, c.number, c.type, c.class_code, c.lon, c.lat, c.created_at as at, c.department,"
            " t.lead_id as lead, coalesce(t.cause, '') as cause"
            " from (select * from case_file f where f.space = %(space)s and f.created_at >= %(since)s"
            " and f.lat is not null and f.main_id is null and f.state <> 'void'"
            " and (f.type || ' ' || f.class_code) = any(%(signs)s) order by f.created_at desc limit %(most)s) c"
            " left join case_tie t on t.case_id = c.id",
            {
                "space": space, "since": since, "most": MOST_LOOKED_AT,
                "signs": [" ".join(sign) for sign in signs],
            },
        )
    ).fetchall()  # fmt: skip
    # the cases are within scope; asking that again of every reporter takes long
    async with centre_within(connection):
        tellers = await _tellers(connection, [row["id"] for row in rows])
    return [Seen(**row, reporters=tellers.get(row["id"], frozenset())) for row in rows]


async def _tellers(connection: Connection, cases: Sequence[UUID]) -> dict[UUID, frozenset[str]]:
    """By case: who told of it, as marks that tell people apart and name nobody."""
    rows = await (
        await connection.execute(
            "select case_id, array_agg(distinct md5(case phone when '' then id::text else phone end)) as tellers"
            " from case_reporter where case_id = any(%s) group by case_id",
            (list(cases),),
        )
    ).fetchall()
    return {row["case_id"]: frozenset(row["tellers"]) for row in rows}


async def ties(connection: Connection, cases: Iterable[UUID]) -> dict[UUID, Tie]:
    """Under which case within scope each of these stands, if under one."""
    rows = await (
        await connection.execute(
            "select t.case_id, t.lead_id, l.number as lead_number, l.title as lead_title, t.cause, t.at, t.by"
            " from case_tie t join case_file l on l.id = t.lead_id where t.case_id = any(%s)",
            (list(cases),),
        )
    ).fetchall()
    return {row["case_id"]: Tie(**row) for row in rows}


async def followers(connection: Connection, lead: UUID) -> list[UUID]:
    """The cases that stand under one, the earliest linked first."""
    rows = await (
        await connection.execute(
            "select case_id from case_tie where lead_id = %s order by at, case_id", (lead,)
        )
    ).fetchall()
    return [row["case_id"] for row in rows]


async def aparts(connection: Connection, space: int, since: datetime) -> list[Apart]:
    """What was told apart since then and not taken back, the newest first."""
    rows = await (
        await connection.execute(
            "select id, cause, cases, reason, at, by from case_apart where space = %s and withdrawn_at is null"
            " and at >= %s order by at desc, id limit %s",
            (space, since, MOST_APART),
        )
    ).fetchall()
    return [
        Apart(row["id"], row["cause"], tuple(row["cases"]), row["reason"], row["at"], row["by"])
        for row in rows
    ]


def pairs(told_apart: Iterable[Apart]) -> dict[str, set[Pair]]:
    """By cause: every two cases that were told apart."""
    found: dict[str, set[Pair]] = {}
    for one in told_apart:
        found.setdefault(one.cause, set()).update(frozenset(two) for two in combinations(one.cases, 2))
    return found
