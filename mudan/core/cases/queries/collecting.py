"""What have the collectors of each area seen, missed, handled by themselves and checked in time? As groups only.

missed      the public's valid reports; of these, in a cell in force where no collector told of that class before
collected   collectors' reports; of these, those that the reporter's own position (role and department) handled
sent_…      verifications and checks that a collector was sent to, due in the window; of these, those in time
cell        comes from elsewhere: here only which areas they reached, and when last
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, LiteralString

from psycopg import sql

from mudan.core.cases.model.metrics.counts import COUNTS
from mudan.core.cases.model.metrics.groups import Crew
from mudan.core.cases.model.types import Metric
from mudan.core.cases.queries.metrics import Asked, Behind
from mudan.core.cases.queries.windows import OUT, WITHIN, values_of
from mudan.storage.pool import Connection

BEFORE: Final = timedelta(days=7)  # 示例: how far back a collector's own report of the same counts
_SEES: LiteralString = " exists (select from person p where p.id = t.hand and p.role = 'field_worker')"
_MISSED: LiteralString = (
    "(t.area_code = any (%(cells)s) and not exists (select from case_tally o where o.space = %(space)s"
    " and o.kind = 'report' and o.source = 'collector' and o.type = t.type and o.class_code = t.class_code"
    " and o.area_code = t.area_code and o.at >= %(before_since)s and o.at < %(until)s"
    " and o.known_at < %(until)s and (o.superseded_at is null or o.superseded_at >= %(until)s)"
    " and o.at < t.at and o.at >= t.at - %(before)s))"
)
_OWN: LiteralString = (
    "exists (select from case_tally h join person a on a.id = h.hand join person b on b.id = t.hand"
    " where h.case_id = t.case_id and h.space = %(space)s and h.kind = 'handle' and h.at >= %(since)s"
    " and h.at < %(until)s and h.known_at < %(until)s and (h.superseded_at is null or h.superseded_at >= %(until)s)"
    " and a.role = b.role and a.department is not distinct from b.department)"
)
_IN_TIME: LiteralString = "(t.done_at < %(until)s and t.done_at <= t.due_at) is true"
# Of each kind: which tallies are its denominator, and which of these its numerator.
_KINDS: Final[dict[str, tuple[LiteralString, LiteralString]]] = {
    "missed": (
        "t.kind = 'report' and t.source in ('public', 'media', 'video') and t.done_at < %(until)s",
        _MISSED,
    ),
    "collected": ("t.kind = 'report' and t.source = 'collector'", _OWN),
    "sent_verify": ("t.kind = 'clock:verify' and" + _SEES, _IN_TIME),
    "sent_check": ("t.kind = 'clock:check' and" + _SEES, _IN_TIME),
}
_NUMERATOR: Final = {
    "missed": "failed",
    "collected": "done",
    "sent_verify": "in_time",
    "sent_check": "in_time",
}
Counts = dict[str, dict[tuple[str, str], float]]


async def collecting(
    connection: Connection, asked: Asked, cells: Sequence[str], out: str | None = None
) -> Counts:
    """The counts of the collectors of each area; without cells in force nothing can be said to be missed."""
    found: Counts = {}
    for kind, (below, above) in _KINDS.items():
        if kind == "missed" and not cells:
            continue
        statement = sql.SQL(
            "select left(t.area_code, %(depth)s) as key, count(*)::float8 as n,"
            " (count(*) filter (where {above}))::float8 as counted from case_tally t where {below} and{within}{out}"
            " group by 1"
        ).format(above=sql.SQL(above), below=sql.SQL(below), within=sql.SQL(WITHIN), out=sql.SQL(OUT))
        for row in await (await connection.execute(statement, _values(asked, cells, out))).fetchall():
            found.setdefault(row["key"], {}).update(
                {(kind, "all"): row["n"], (kind, _NUMERATOR[kind]): row["counted"]}
            )
    return found


async def collector_crews(connection: Connection, asked: Asked) -> list[Crew]:
    """The collectors of each area, never shown: only how many they are decides whether an area is."""
    statement = sql.SQL(
        "select left(t.area_code, %(depth)s) as key, array_agg(distinct t.hand) filter (where t.hand is not null)"
        " as people from case_tally t where (t.kind = 'report' and t.source = 'collector'"
        " or t.kind in ('clock:verify', 'clock:check') and{sees}) and{within} group by 1"
    ).format(sees=sql.SQL(_SEES), within=sql.SQL(WITHIN))
    rows = await (await connection.execute(statement, values_of(asked))).fetchall()
    return [Crew(row["key"], frozenset(row["people"] or ())) for row in rows]


async def areas_reached(connection: Connection, asked: Asked) -> dict[str, datetime]:
    """Which areas a collector has reported from, verified or checked in, and when last."""
    statement = sql.SQL(
        "select t.area_code, max(t.at) as at from case_tally t where (t.kind = 'report' and t.source = 'collector'"
        " or t.kind in ('verify', 'check') and{sees}) and{within} group by 1"
    ).format(sees=sql.SQL(_SEES), within=sql.SQL(WITHIN))
    rows = await (await connection.execute(statement, values_of(asked))).fetchall()
    return {row["area_code"]: row["at"] for row in rows}


async def collecting_behind(
    connection: Connection,
    asked: Asked,
    metric: Metric,
    keys: Sequence[str] | None,
    cells: Sequence[str],
    page: tuple[int, int],
) -> tuple[list[Behind], int]:
    """The cases behind a metric of collectors (None: of all areas); `page`: at most how many, after how many."""
    below, above = _KINDS[COUNTS[metric.denominator].kind]
    if metric.name == "missed_reports" and not cells:
        return [], 0
    of = sql.SQL(
        " from case_tally t where {below} and{within} and (%(keys)s::text[] is null"
        " or left(t.area_code, %(depth)s) = any (%(keys)s))"
    ).format(below=sql.SQL(below), within=sql.SQL(WITHIN))
    values = _values(asked, cells, None) | {
        "keys": None if keys is None else list(keys), "metric": metric.name, "limit": page[0], "offset": page[1],
    }  # fmt: skip
    total = await (await connection.execute(sql.SQL("select count(*)::int as n") + of, values)).fetchone()
    statement = sql.SQL(
        "select t.*, c.number, c.title, c.state, (select min(x.reason) from case_correction x where"
        " x.case_id = t.case_id and x.kind = 'exclude' and x.withdrawn_at is null and x.metric in ('', %(metric)s))"
        " as excluded from (select t.id as tally, t.case_id, t.type, t.class_code, t.area_code, t.department, t.at,"
        " t.due_at, case when t.done_at < %(until)s then t.done_at end as done_at, {above} as counted,"
        " null::int as weight, null::float8 as hours{of} order by t.at, t.id limit %(limit)s offset %(offset)s) t"
        " left join case_file c on c.id = t.case_id order by t.at, t.tally"
    ).format(above=sql.SQL(above), of=of)
    rows = await (await connection.execute(statement, values)).fetchall()
    return [Behind(**row) for row in rows], total["n"] if total else 0


def _values(asked: Asked, cells: Sequence[str], out: str | None) -> dict[str, Any]:
    return values_of(asked, out, cells=list(cells), before=BEFORE, before_since=asked.since - BEFORE)
