"""What have people taken out of the figures or given to them, why, and which evaluations were kept?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from mudan.primitives.errors import NotFound
from mudan.storage.pool import Connection

_CORRECTION: LiteralString = (
    "select x.id, x.kind, x.metric, x.case_id, c.number as case_number, x.grouping, x.key, x.since, x.until,"
    " x.points::float8 as points, x.reason, x.made_at, x.made_by, x.withdrawn_at, x.withdrawn_by, x.withdrawn_reason"
    " from case_correction x left join case_file c on c.id = x.case_id"
)
MOST: int = 500


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction. `kind`: exclude (a case, from one metric or from all) or points (of a group in a window)."""

    id: UUID
    kind: str
    metric: str
    case_id: UUID | None
    case_number: str | None
    grouping: str | None
    key: str | None
    since: datetime | None
    until: datetime | None
    points: float | None
    reason: str
    made_at: datetime
    made_by: str
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    withdrawn_reason: str | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """An evaluation as it was kept."""

    id: UUID
    asked: dict[str, Any]
    version: int
    figures: dict[str, Any]
    note: str
    made_at: datetime
    made_by: str


async def corrections(connection: Connection, space: int) -> list[Correction]:
    """The newest corrections within scope, withdrawn ones too."""
    rows = await (
        await connection.execute(
            _CORRECTION + " where x.space = %s order by x.made_at desc, x.id limit %s", (space, MOST)
        )
    ).fetchall()
    return [Correction(**row) for row in rows]


async def points_given(
    connection: Connection, space: int, since: datetime, until: datetime, grouping: str
) -> list[Correction]:
    """The points that hold for the groups of a window."""
    rows = await (
        await connection.execute(
            _CORRECTION
            + " where x.space = %s and x.kind = 'points' and x.withdrawn_at is null and x.since = %s"
            " and x.until = %s and x.grouping = %s order by x.made_at, x.id",
            (space, since, until, grouping),
        )
    ).fetchall()
    return [Correction(**row) for row in rows]


async def correction(connection: Connection, which: UUID) -> Correction:
    """A correction within scope (raises NotFound)."""
    row = await (await connection.execute(_CORRECTION + " where x.id = %s", (which,))).fetchone()
    if row is None:
        raise NotFound("there is no such correction")
    return Correction(**row)


async def evaluations(connection: Connection, space: int) -> list[Evaluation]:
    """The newest evaluations that were kept, without their figures."""
    rows = await (
        await connection.execute(
            "select id, asked, version, '{}'::jsonb as figures, note, made_at, made_by from case_evaluation"
            " where space = %s order by made_at desc, id limit 100",
            (space,),
        )
    ).fetchall()
    return [Evaluation(**row) for row in rows]


async def evaluation(connection: Connection, which: UUID) -> Evaluation:
    """An evaluation within scope (raises NotFound)."""
    row = await (
        await connection.execute(
            "select id, asked, version, figures, note, made_at, made_by from case_evaluation where id = %s",
            (which,),
        )
    ).fetchone()
    if row is None:
        raise NotFound("there is no such evaluation")
    return Evaluation(**row)
