"""What does a case's history say that can be counted, and what of it has been counted already?"""

from typing import LiteralString
from uuid import UUID

from mudan.core.cases.model.metrics.tallies import Line, Tally, Told
from mudan.storage.pool import Connection

_KNOWN: LiteralString = (
    "select kind, number, at, type, class_code, area_code, department, due_at, begun_at, done_at, failed_at, more_at,"
    " again_at, source, hand, responded, solved, satisfied from case_tally where case_id = %s and superseded_at is null"
)


async def told(connection: Connection, case: UUID) -> tuple[int, Told]:
    """The data space of a case, and what it is."""
    row = await (
        await connection.execute(
            "select space, type, class_code, area_code, source, created_at, created_by_id as created_by, sent_to"
            " from case_file where id = %s",
            (case,),
        )
    ).fetchone()
    assert row is not None  # who counts a case has just written it
    return row.pop("space"), Told(**row)


async def lines(connection: Connection, case: UUID) -> list[Line]:
    """The history of a case with whose hand did what, in the order it was recorded."""
    rows = await (
        await connection.execute(
            "select at, kind, from_state, to_state, actor_id as hand, detail from case_event where case_id = %s"
            " order by id",
            (case,),
        )
    ).fetchall()
    return [Line(**row) for row in rows]


async def tallies_known(connection: Connection, case: UUID) -> list[Tally]:
    """What of a case has been counted, as it is known now."""
    rows = await (await connection.execute(_KNOWN, (case,))).fetchall()
    return [Tally(**row) for row in rows]


async def untallied(connection: Connection, limit: int) -> list[UUID]:
    """Cases whose history has not been counted, held against everybody else."""
    rows = await (
        await connection.execute(
            "select id from case_file where not tallied order by id limit %s for update skip locked", (limit,)
        )
    ).fetchall()
    return [row["id"] for row in rows]
