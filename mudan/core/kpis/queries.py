"""What are the indicators now? Each term is one counted question, within the reader's scope."""

from datetime import datetime, timedelta
from typing import Any, Final, LiteralString

from psycopg import sql

from mudan.core.kpis.model import Kpi, Measure, Term
from mudan.core.people.queries import visible
from mudan.storage.pool import Connection

_QUESTIONS: Final[dict[Measure, tuple[str, LiteralString]]] = {
    Measure.ENTITIES: ("e", ("select count(*)::float8 as n from entity e where e.type = %(type)s and ")),
    Measure.ENTITIES_HEARD: (
        "e",
        (
            "select count(*)::float8 as n from entity e where e.type = %(type)s and exists (select 1 from"
            " observation_latest l join quantity q on q.id = l.quantity where l.entity = e.key"
            " and l.received_at >= %(since)s and q.name <> 'link') and "
        ),
    ),
    Measure.ENTITIES_TIMED: (
        "e",
        (
            "select count(*)::float8 as n from entity e where e.type = %(type)s and e.platform = %(platform)s"
            " and jsonb_typeof(e.properties -> %(limit)s) = 'number' and "
        ),
    ),
    Measure.ENTITIES_IN_TIME: (
        "e",
        (
            "select count(*)::float8 as n from entity e where e.type = %(type)s and e.platform = %(platform)s"
            " and exists (select 1 from observation_latest l join quantity q on q.id = l.quantity"
            " where l.entity = e.key and q.name <> 'link' and case jsonb_typeof(e.properties -> %(limit)s)"
            " when 'number' then l.received_at >= %(now)s::timestamptz"
            " - make_interval(secs => (e.properties ->> %(limit)s)::float8) end) and "
        ),
    ),
    Measure.ENTITIES_OVER: (
        "e",
        (
            "select count(*)::float8 as n from entity e join quantity q on q.name = %(quantity)s"
            " join observation_latest l on l.entity = e.key and l.quantity = q.id"
            " where e.type = %(type)s and jsonb_typeof(e.properties -> %(limit)s) = 'number'"
            " and l.value >= (e.properties ->> %(limit)s)::float8 and "
        ),
    ),
    Measure.MEAN: (
        "e",
        (
            "select avg(l.value) as n from entity e join quantity q on q.name = %(quantity)s"
            " join observation_latest l on l.entity = e.key and l.quantity = q.id where e.type = %(type)s and "
        ),
    ),
    Measure.ALARMS_RAISED: (
        "a",
        (
            "select count(*)::float8 as n from alarm a where a.platform = %(platform)s"
            " and a.raised_at >= %(since)s and "
        ),
    ),
    Measure.ALARMS_ACKNOWLEDGED: (
        "a",
        (
            "select count(*)::float8 as n from alarm a where a.platform = %(platform)s and a.raised_at >= %(since)s"
            " and a.acknowledged_at - a.raised_at <= make_interval(secs => %(within)s) and "
        ),
    ),
}


async def value_of(
    connection: Connection,
    term: Term,
    platform: str,
    window_s: float,
    now: datetime,
    frames: dict[Measure, float],
) -> float | None:
    """One term's figure. `frames`: the counted frames, which only the connectors know."""
    if term.measure in frames:
        return frames[term.measure]
    alias, question = _QUESTIONS[term.measure]
    values: dict[str, Any] = {
        "type": term.entity_type, "quantity": term.quantity, "limit": term.limit, "platform": platform,
        "within": term.within_s, "since": now - timedelta(seconds=window_s),
        "now": now,
    }  # fmt: skip
    row = await (await connection.execute(sql.SQL(question) + visible(alias), values)).fetchone()
    return row["n"] if row else None


async def figures(
    connection: Connection, kpi: Kpi, platform: str, now: datetime, frames: dict[Measure, float]
) -> tuple[float | None, float | None, float | None]:
    """(value, numerator, denominator) of an indicator; the value is None where there is nothing to divide by."""
    top = await value_of(connection, kpi.numerator, platform, kpi.window_s, now, frames)
    if kpi.denominator is None:
        return top, top, None
    bottom = await value_of(connection, kpi.denominator, platform, kpi.window_s, now, frames)
    scale = 100.0 if kpi.unit == "%" else 1.0
    return (scale * top / bottom if top is not None and bottom else None), top, bottom
