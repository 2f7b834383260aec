"""What do the counts of every group come to within a window, and which cases stand behind one of them?

One pass over the tallies answers all counts of all groups and of the whole. A window that is over is judged by what
was known at its end.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, LiteralString
from uuid import UUID

from psycopg import sql

from mudan.core.cases.model.metrics.counts import COUNTS, TIMED, WEIGHED
from mudan.core.cases.model.metrics.figures import Counted
from mudan.core.cases.model.metrics.groups import Crew
from mudan.core.cases.model.types import Metric
from mudan.storage.pool import Connection

WHOLE: Final = ""  # the key of all groups together
_TESTS: Final[dict[str, LiteralString]] = {
    "all": "true",
    "done": "t.done_at < %(until)s",
    "undone": "(t.done_at < %(until)s) is not true",
    "in_time": "t.done_at < %(until)s and (t.done_at <= t.due_at or t.due_at is null)",
    "late": "t.done_at < %(until)s and t.done_at > t.due_at",
    "failed": "t.failed_at < %(until)s",
    "unfailed": "(t.failed_at < %(until)s) is not true",
    "more": "t.more_at < %(until)s",
    "unmore": "(t.more_at < %(until)s) is not true",
    "again": "t.again_at < %(until)s",
    "outside": "t.source in ('public', 'media', 'video')",
    "collector": "t.source = 'collector'",
    "outside_done": "t.source in ('public', 'media', 'video') and t.done_at < %(until)s",
    "responded": "t.responded > 0",
    "solved": "t.solved > 0",
    "satisfied": "t.satisfied > 0",
    "median": "t.done_at < %(until)s",
    "p90": "t.done_at < %(until)s",
}
# What is left of one count when another is taken from it is not counted a second time.
_REST: Final = {
    "undone": ("all", "done"), "late": ("done", "in_time"), "unfailed": ("all", "failed"), "unmore": ("all", "more"),
}  # fmt: skip
_RECKONED: Final = tuple(name for name in _TESTS if name not in TIMED | _REST.keys())
_KINDS: Final = sorted({count.kind for count in COUNTS.values()})
_TIMED_KINDS: Final = sorted({count.kind for count in COUNTS.values() if count.test in TIMED})
_KEYS: Final[dict[str, LiteralString]] = {
    "area": "left(t.area_code, %(depth)s)",
    "department": "t.department",
    "class": "t.type || ':' || t.class_code",
    "type": "t.type",
    "post": "t.kind",
    "collectors": "left(t.area_code, %(depth)s)",
}
_GROUPED: Final = {"post": ["open", "dispatch", "check"], "collectors": ["report"]}
_ONLY: Final[dict[str, LiteralString]] = {
    "department": " and t.department is not null",
    "collectors": " and t.source = 'collector'",
}
_WHERE: LiteralString = (
    " where t.space = %(space)s and t.kind = any (%(kinds)s) and t.at >= %(since)s and t.at < %(until)s"
    " and t.known_at < %(until)s"
    " and (t.superseded_at is null or t.superseded_at >= %(until)s)"
    " and (%(types)s::text[] is null or t.type = any (%(types)s))"
    " and (%(area)s::text is null or starts_with(t.area_code, %(area)s))"
    " and (%(department)s::text is null or t.department = %(department)s)"
)
_TOOK: LiteralString = "extract(epoch from t.done_at - t.begun_at)"


@dataclass(frozen=True, slots=True)
class Asked:
    """Of whom the figures are: within which window, by which group (`depth`: digits of an area), of which cases."""

    space: int
    since: datetime
    until: datetime
    group: str
    depth: int = 9
    types: tuple[str, ...] | None = None
    area: str | None = None
    department: str | None = None

    def values(self) -> dict[str, Any]:
        """The parameters of a statement."""
        return {
            "space": self.space, "since": self.since, "until": self.until, "depth": self.depth, "area": self.area,
            "types": None if self.types is None else list(self.types), "department": self.department,
            "kinds": _GROUPED.get(self.group, _KINDS),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Behind:
    """A case behind a figure. What is not within scope any more has neither title nor stage."""

    tally: int
    case_id: UUID
    number: str | None
    title: str | None
    state: str | None
    type: str
    class_code: str
    area_code: str
    department: str | None
    at: datetime
    due_at: datetime | None
    done_at: datetime | None
    counted: bool
    weight: int | None
    hours: float | None
    excluded: str | None


def _aggregates() -> sql.Composed:
    counted = [
        sql.SQL("count(*) filter (where {})::float8 as {}").format(sql.SQL(test), sql.Identifier(name))
        for name, test in _TESTS.items() if name not in WEIGHED | TIMED | _REST.keys()
    ]  # fmt: skip
    weighed = [
        sql.SQL("sum(t.{0})::float8 / 100 as {0}").format(sql.Identifier(name)) for name in sorted(WEIGHED)
    ]
    return sql.SQL(", ").join([*counted, *weighed])


_FIGURES: Final = _aggregates()


async def counts(connection: Connection, asked: Asked) -> dict[str, dict[tuple[str, str], float]]:
    """Every count of every group, and under WHOLE of all of them."""
    found: dict[str, dict[tuple[str, str], float]] = {}
    whole: dict[tuple[str, str], float] = {}
    for row in await _rows(connection, asked, _COUNTS):
        counted = _counted(row)
        found.setdefault(row["key"], {}).update(counted)
        for name, value in counted.items():
            whole[name] = whole.get(name, 0.0) + value
    if whole:
        found[WHOLE] = whole
    for row in await _rows(connection, asked, _TIMES, _TIMED_KINDS):
        took = row["took"]
        if took is not None:
            group = found[WHOLE if row["whole"] else row["key"]]
            group |= {(row["kind"], "median"): took[0], (row["kind"], "p90"): took[1]}
    return found


_COUNTS: Final = sql.SQL(
    "select {key} as key, t.kind, {figures} from case_tally t{where}{only} group by 1, 2"
)
_TIMES: Final = sql.SQL(
    "select grouping(key) = 1 as whole, key, kind,"
    " percentile_cont(array[0.5, 0.9]) within group (order by took) as took from"
    " (select {key} as key, t.kind, {took} as took from case_tally t{where}{only}"
    " and t.done_at < %(until)s) t group by grouping sets ((key, kind), (kind))"
)


async def _rows(
    connection: Connection, asked: Asked, statement: sql.SQL, kinds: Sequence[str] | None = None
) -> list[dict[str, Any]]:
    of = statement.format(
        figures=_FIGURES, key=sql.SQL(_KEYS[asked.group]), took=sql.SQL(_TOOK), where=sql.SQL(_WHERE),
        only=sql.SQL(_ONLY.get(asked.group, "")),
    )  # fmt: skip
    values = asked.values()
    if kinds is not None:
        values["kinds"] = [kind for kind in values["kinds"] if kind in kinds]
    return await (await connection.execute(of, values)).fetchall()


def _counted(row: Mapping[str, Any]) -> dict[tuple[str, str], float]:
    kind: str = row["kind"]
    found = {(kind, test): row[test] for test in _RECKONED if row[test] is not None}
    for test, (all_, part) in _REST.items():
        found[kind, test] = found[kind, all_] - found[kind, part]
    return found


async def excluded(connection: Connection, asked: Asked) -> dict[str, dict[str, Counted]]:
    """The counts of cases that were taken out: by metric (empty: out of all), by group."""
    statement = sql.SQL(
        "with out as (select distinct x.case_id, x.metric from case_correction x where x.kind = 'exclude'"
        " and x.withdrawn_at is null and x.space = %(space)s)"
        " select metric, grouping(key) = 1 as whole, key, kind, {figures} from (select {key} as key, o.metric, t.*"
        " from out o join case_tally t on t.case_id = o.case_id{where}{only} and (o.metric = '' or not exists"
        " (select from out e where e.case_id = o.case_id and e.metric = ''))) t"
        " group by grouping sets ((metric, key, kind), (metric, kind))"
    ).format(
        figures=_FIGURES, key=sql.SQL(_KEYS[asked.group]), where=sql.SQL(_WHERE),
        only=sql.SQL(_ONLY.get(asked.group, "")),
    )  # fmt: skip
    rows = await (await connection.execute(statement, asked.values())).fetchall()
    found: dict[str, dict[str, dict[tuple[str, str], float]]] = {}
    for row in rows:
        groups = found.setdefault(row["metric"], {})
        groups.setdefault(WHOLE if row["whole"] else row["key"], {}).update(_counted(row))
    return {metric: dict(groups) for metric, groups in found.items()}


async def crews(connection: Connection, asked: Asked) -> list[Crew]:
    """The people of every group, never shown: only how many they are decides whether a group is."""
    statement = sql.SQL(
        "select {key} as key, array_agg(distinct t.hand) filter (where t.hand is not null) as people from case_tally t"
        "{where}{only} group by 1"
    ).format(key=sql.SQL(_KEYS[asked.group]), where=sql.SQL(_WHERE), only=sql.SQL(_ONLY.get(asked.group, "")))
    rows = await (await connection.execute(statement, asked.values())).fetchall()
    return [Crew(row["key"], frozenset(row["people"] or ())) for row in rows]


async def behind(
    connection: Connection, asked: Asked, metric: Metric, keys: Sequence[str] | None, limit: int, offset: int
) -> tuple[list[Behind], int]:
    """The cases behind a metric of groups (None: of all), the denominator's; which of them the numerator counts."""
    above, below = COUNTS[metric.numerator], COUNTS[metric.denominator]
    of = sql.SQL("from case_tally t{where}{only} and {below} and (%(keys)s::text[] is null"
                 " or {key} = any (%(keys)s))").format(
        where=sql.SQL(_WHERE), only=sql.SQL(_ONLY.get(asked.group, "")), below=sql.SQL(_TESTS[below.test]),
        key=sql.SQL(_KEYS[asked.group]),
    )  # fmt: skip
    values = asked.values() | {
        "kinds": [below.kind], "keys": None if keys is None else list(keys), "metric": metric.name, "limit": limit,
        "offset": offset, "weighed": above.test if above.test in WEIGHED else None,
    }  # fmt: skip
    total = await (await connection.execute(sql.SQL("select count(*)::int as n ") + of, values)).fetchone()
    statement = sql.SQL(
        "select t.*, c.number, c.title, c.state, (select min(x.reason) from case_correction x where"
        " x.case_id = t.case_id and x.kind = 'exclude' and x.withdrawn_at is null and x.metric in ('', %(metric)s))"
        " as excluded from (select t.id as tally, t.case_id, t.type, t.class_code, t.area_code, t.department, t.at,"
        " t.due_at, case when t.done_at < %(until)s then t.done_at end as done_at,"
        " coalesce({above}, false) as counted,"
        " case %(weighed)s::text when 'responded' then t.responded when 'solved' then t.solved"
        " when 'satisfied' then t.satisfied end as weight,"
        " case when t.done_at < %(until)s then {took} / 3600 end::float8 as hours"
        " {of} order by t.at, t.id limit %(limit)s offset %(offset)s) t"
        " left join case_file c on c.id = t.case_id order by t.at, t.tally"
    ).format(above=sql.SQL(_TESTS[above.test]), took=sql.SQL(_TOOK), of=of)
    rows = await (await connection.execute(statement, values)).fetchall()
    return [Behind(**row) for row in rows], total["n"] if total else 0
