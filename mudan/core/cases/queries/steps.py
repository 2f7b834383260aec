"""What has each post done in a window: how often, how often rightly, how long did it take? Posts, never persons.

A step is wrong when what came after has taken it back; a check is wrong when what it passed came back. What nobody has
done (the reporter's own word, the centre's own supervision) is nobody's step.
"""

from collections.abc import Sequence
from typing import Final, LiteralString

from psycopg import sql

from mudan.core.cases.model.metrics.counts import COUNTS, STEPS
from mudan.core.cases.model.metrics.groups import Crew
from mudan.core.cases.model.types import Metric
from mudan.core.cases.queries.metrics import Asked, Behind
from mudan.core.cases.queries.windows import OUT, WITHIN, values_of
from mudan.storage.pool import Connection

_JUDGED: Final[LiteralString] = "t.kind not in ('call_back', 'decide')"
_WRONG: Final[LiteralString] = (
    "coalesce(case when t.kind = 'check' then t.again_at else t.failed_at end < %(until)s, false)"
)
_TESTS: Final[dict[str, LiteralString]] = {
    "all": "true",
    "done": _JUDGED,
    "unfailed": _JUDGED + " and not " + _WRONG,
    "failed": _JUDGED + " and " + _WRONG,
    "mean": "t.begun_at is not null",
    "median": "t.begun_at is not null",
    "p90": "t.begun_at is not null",
}
_TOOK: Final[LiteralString] = "extract(epoch from t.at - t.begun_at)"
_FROM: Final[LiteralString] = (
    " from case_tally t where t.kind = any (%(steps)s) and t.hand is not null and" + WITHIN + OUT
)
Counts = dict[str, dict[tuple[str, str], float]]


async def steps(connection: Connection, asked: Asked, out: str | None = None) -> Counts:
    """The counts of every post by its kind of step; `out`: only of cases taken out of that metric."""
    rows = await (
        await connection.execute(
            sql.SQL(
                "select t.kind as key, count(*)::float8 as n, (count(*) filter (where {judged}))::float8 as judged,"
                " (count(*) filter (where {wrong}))::float8 as wrong, avg({took})::float8 as mean,"
                " percentile_cont(array[0.5, 0.9]) within group (order by {took}) as took{source} group by 1"
            ).format(
                judged=sql.SQL(_JUDGED),
                wrong=sql.SQL(_TESTS["failed"]),
                took=sql.SQL(_TOOK),
                source=sql.SQL(_FROM),
            ),
            values_of(asked, out, steps=list(STEPS)),
        )
    ).fetchall()
    found: Counts = {}
    for row in rows:
        judged, wrong = row["judged"], row["wrong"]
        found[row["key"]] = {
            ("step", "all"): row["n"], ("step", "done"): judged, ("step", "unfailed"): judged - wrong,
            ("step", "failed"): wrong,
        }  # fmt: skip
        if row["took"] is not None and row["mean"] is not None:
            timed = {"mean": row["mean"], "median": row["took"][0], "p90": row["took"][1]}
            found[row["key"]] |= {("step", name): seconds for name, seconds in timed.items()}
    return found


async def post_crews(connection: Connection, asked: Asked) -> list[Crew]:
    """The people at every post, never shown: only how many they are decides whether a post is."""
    rows = await (
        await connection.execute(
            sql.SQL("select t.kind as key, array_agg(distinct t.hand) as people{source} group by 1").format(
                source=sql.SQL(_FROM)
            ),
            values_of(asked, steps=list(STEPS)),
        )
    ).fetchall()
    return [Crew(row["key"], frozenset(row["people"])) for row in rows]


async def steps_behind(
    connection: Connection, asked: Asked, metric: Metric, keys: Sequence[str] | None, limit: int, offset: int
) -> tuple[list[Behind], int]:
    """The cases behind a metric of posts (None: of all), step by step; which of them the numerator counts."""
    above, below = COUNTS[metric.numerator], COUNTS[metric.denominator]
    of = sql.SQL("{source} and {below}").format(source=sql.SQL(_FROM), below=sql.SQL(_TESTS[below.test]))
    values = values_of(
        asked, steps=list(STEPS if keys is None else keys), metric=metric.name, limit=limit, offset=offset
    )
    total = await (await connection.execute(sql.SQL("select count(*)::int as n") + of, values)).fetchone()
    statement = sql.SQL(
        "select t.*, c.number, c.title, c.state, (select min(x.reason) from case_correction x where"
        " x.case_id = t.case_id and x.kind = 'exclude' and x.withdrawn_at is null and x.metric in ('', %(metric)s))"
        " as excluded from (select t.id as tally, t.case_id, t.type, t.class_code, t.area_code, t.department, t.at,"
        " t.due_at, t.at as done_at, {above} as counted, null::int as weight, ({took} / 3600)::float8 as hours{of}"
        " order by t.at, t.id limit %(limit)s offset %(offset)s) t left join case_file c on c.id = t.case_id"
        " order by t.at, t.tally"
    ).format(above=sql.SQL(_TESTS[above.test]), took=sql.SQL(_TOOK), of=of)
    rows = await (await connection.execute(statement, values)).fetchall()
    return [Behind(**row) for row in rows], total["n"] if total else 0
