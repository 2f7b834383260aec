"""Which records of a feed are there, how many of each kind, and which are late? For pages and tables of them.

Times in a record's content are ISO 8601 in UTC, written by one hand (connect.mapping), so that their order is that of
their letters.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, LiteralString

from psycopg import sql

from mudan.core.records.model.words import Course
from mudan.storage.pool import Connection

Rows = list[dict[str, Any]]
PHASES: Final = ("overdue", "due_soon", "running", "undated", "done", "late")
SOON: Final = timedelta(days=2)  # 示例
MOST_GROUPS: Final = 500


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for: `words` within any of the fields `within`, one of `values` in `field`, a phase."""

    platform: str
    feed: str
    within: Sequence[str] = ()
    words: str = ""
    field: str = ""
    values: Sequence[str] = ()
    phase: str = ""
    course: Course | None = None


_PHASE: Final[LiteralString] = (
    "case when %(due)s::text is null then null"
    " when r.content ->> %(done)s is not null then"
    " case when (r.content ->> %(done)s) collate \"C\" > r.content ->> %(due)s then 'late' else 'done' end"
    " when r.content ->> %(due)s is null then 'undated'"
    " when (r.content ->> %(due)s) collate \"C\" < %(now)s then 'overdue'"
    " when (r.content ->> %(due)s) collate \"C\" < %(soon)s then 'due_soon' else 'running' end"
)
_WHERE: Final[LiteralString] = (
    " where r.platform = %(platform)s and r.feed = %(feed)s"
    " and (%(words)s = '' or exists (select 1 from unnest(%(within)s::text[]) as f (name)"
    " where strpos(lower(r.content ->> f.name), lower(%(words)s)) > 0))"
    " and (%(field)s = '' or r.content ->> %(field)s = any(%(values)s))"
)


def _values(sought: Sought, now: datetime) -> dict[str, Any]:
    course = sought.course
    return {
        "platform": sought.platform, "feed": sought.feed, "within": list(sought.within), "words": sought.words,
        "field": sought.field, "values": list(sought.values), "phase": sought.phase,
        "due": course.due if course else None, "done": course.done if course else None,
        "now": now.isoformat(), "soon": (now + SOON).isoformat(),
    }  # fmt: skip


async def listed(connection: Connection, sought: Sought, now: datetime, skip: int, limit: int) -> Rows:
    """Records with their phase and the case they opened: what is to be done soonest first, then the newest."""
    asked = sql.SQL(
        "select r.source_id, r.area_code, r.content, r.source_at, r.received_at, r.changed_at, r.version, r.phase,"
        " c.id as case_id, c.number as case_number, c.state as case_state from"
        " (select r.*, {phase} as phase from record r {where}) r left join case_file c on c.id = r.case_id"
        " where %(phase)s = '' or r.phase = %(phase)s"
        " order by case when r.phase in ('overdue', 'due_soon', 'running')"
        ' then (r.content ->> %(due)s) collate "C" end,'
        " r.changed_at desc, r.source_id offset %(skip)s limit %(limit)s"
    ).format(phase=sql.SQL(_PHASE), where=sql.SQL(_WHERE))
    given = {**_values(sought, now), "skip": skip, "limit": limit}
    return await (await connection.execute(asked, given)).fetchall()


async def counted(connection: Connection, sought: Sought, by: str, now: datetime) -> Rows:
    """How many records have which value of the field `by` (none: all together), by phase; the most first."""
    asked = sql.SQL(
        "select value, sum(n)::int as total, coalesce(jsonb_object_agg(phase, n) filter (where phase is not null),"
        " '{{}}') as phases from (select case when %(by)s = '' then '' else coalesce(r.content ->> %(by)s, '') end"
        " as value, {phase} as phase, count(*)::int as n from record r {where} group by 1, 2) one"
        " where %(phase)s = '' or phase = %(phase)s group by 1 order by 2 desc, 1 limit %(most)s"
    ).format(phase=sql.SQL(_PHASE), where=sql.SQL(_WHERE))
    given = {**_values(sought, now), "by": by, "most": MOST_GROUPS}
    return await (await connection.execute(asked, given)).fetchall()
