"""Which tallies lie in a window, as they were known at its end, and which of them belong to cases taken out?"""

from typing import Any, Final, LiteralString

from mudan.core.cases.queries.metrics import Asked
from mudan.storage.pool import Connection

KNOWN: Final[LiteralString] = (
    " t.space = %(space)s and t.known_at < %(until)s and (t.superseded_at is null or t.superseded_at >= %(until)s)"
)
WITHIN: Final[LiteralString] = (
    KNOWN + " and t.at >= %(since)s and t.at < %(until)s"
    " and (%(types)s::text[] is null or t.type = any (%(types)s))"
    " and (%(area)s::text is null or starts_with(t.area_code, %(area)s))"
    " and (%(department)s::text is null or t.department = %(department)s)"
)
# Of all cases, or (`out`) only of those taken out of one metric; what is out of every metric is not counted twice.
OUT: Final[LiteralString] = (
    " and (%(out)s::text is null or t.case_id in (select x.case_id from case_correction x where x.space = %(space)s"
    " and x.kind = 'exclude' and x.withdrawn_at is null group by x.case_id"
    " having bool_or(x.metric = %(out)s) and (%(out)s = '' or not bool_or(x.metric = ''))))"
)


def values_of(asked: Asked, out: str | None = None, **more: Any) -> dict[str, Any]:
    """The parameters of a statement over a window."""
    return asked.values() | {"out": out, **more}


async def metrics_with_exclusions(connection: Connection, space: int) -> set[str]:
    """Of which metrics cases are taken out now (empty: of all)."""
    rows = await (
        await connection.execute(
            "select distinct metric from case_correction where space = %s and kind = 'exclude'"
            " and withdrawn_at is null",
            (space,),
        )
    ).fetchall()
    return {row["metric"] for row in rows}
