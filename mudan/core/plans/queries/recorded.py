"""What was recorded of a past period, as far as a plan looks at it?"""

from datetime import datetime, timedelta
from typing import Any

from mudan.core.plans.model.needs import WARNING_PREFIX, Needs, level_of_warning
from mudan.core.plans.model.what_if import Lasting, Recorded
from mudan.core.plans.model.world import Happened, MatterFacts, StandingAlarm, StandingWarning, Stated
from mudan.core.plans.queries.worlds import subject_of
from mudan.core.rules.model import Level
from mudan.primitives.errors import Invalid
from mudan.primitives.geo import Point
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

BEFORE = timedelta(hours=24)  # what was known when the period began is at most so old
MOST_POINTS = 400_000
MOST_MATTERS = 50


async def recorded(
    connection: Connection, space: int, slug: str, start: datetime, end: datetime, needs: Needs
) -> Recorded:
    """Everything of a period. Raises Invalid when there is more of it than can be asked in one go."""
    span = {"space": space, "start": start - BEFORE, "end": end, "slug": slug}
    entities = await _rows(
        connection,
        "select key, urn, type, name_zh, name_en, area_code, properties, lon, lat from entity"
        " where space = %(space)s and (type = any(%(types)s) or urn = any(%(urns)s)) order by key",
        span | {"types": sorted(needs.types), "urns": sorted(needs.urns)},
    )
    series, units = await _series(connection, span, [row["key"] for row in entities], needs)
    return Recorded(
        [subject_of(row) for row in entities], series, units, await _alarms(connection, span),
        await _warnings(connection, span), await _opened(connection, span), await _stated(connection, span),
        await _matters(connection, span | {"start": start}),
    )  # fmt: skip


async def _rows(connection: Connection, statement: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    return await (await connection.execute(statement.encode(), values)).fetchall()


async def _series(
    connection: Connection, span: dict[str, Any], keys: list[int], needs: Needs
) -> tuple[dict[tuple[int, str], list[tuple[datetime, float]]], dict[str, str]]:
    rows = await _rows(
        connection,
        "select o.entity, q.name, q.unit, o.observed_at, o.value from observation o join quantity q"
        " on q.id = o.quantity where o.space = %(space)s and o.entity = any(%(keys)s)"
        " and q.name = any(%(names)s) and o.observed_at >= %(start)s and o.observed_at <= %(end)s"
        " and o.quality = 0 order by o.observed_at limit %(most)s + 1",
        span | {"keys": keys, "names": sorted(needs.quantities), "most": MOST_POINTS},
    )
    if len(rows) > MOST_POINTS:
        raise Invalid(f"the period holds more than {MOST_POINTS} values; choose a shorter one", field="start")
    series: dict[tuple[int, str], list[tuple[datetime, float]]] = {}
    for row in rows:
        series.setdefault((row["entity"], row["name"]), []).append((row["observed_at"], row["value"]))
    return series, {row["name"]: row["unit"] for row in rows}


async def _alarms(connection: Connection, span: dict[str, Any]) -> list[Lasting[StandingAlarm]]:
    rows = await _rows(
        connection,
        "select a.id, a.rule, a.level, a.area_code, a.raised_at, a.cleared_at, a.words, ia.incident_id, e.lon, e.lat"
        " from alarm a join entity e on e.key = a.entity left join incident_alarm ia on ia.alarm_id = a.id"
        " where a.space = %(space)s and a.raised_at <= %(end)s"
        " and (a.cleared_at is null or a.cleared_at >= %(start)s) order by a.raised_at limit 20000",
        span,
    )
    return [
        Lasting(
            StandingAlarm(
                str(row["id"]), row["rule"], Level(row["level"]), row["area_code"], row["raised_at"],
                Text(**row["words"]["sentence"]), str(row["incident_id"]) if row["incident_id"] else None,
                _point(row),
            ),
            row["raised_at"], row["cleared_at"],
        )
        for row in rows
    ]  # fmt: skip


async def _warnings(connection: Connection, span: dict[str, Any]) -> list[Lasting[StandingWarning]]:
    rows = await _rows(
        connection,
        "select o.entity, q.name, o.value, o.observed_at, e.area_code, e.name_zh, e.name_en,"
        " lead(o.observed_at) over (partition by o.entity, o.quantity order by o.observed_at) as until"
        " from observation o join quantity q on q.id = o.quantity join entity e on e.key = o.entity"
        " where starts_with(q.name, %(prefix)s) and q.unit = '1' and o.space = %(space)s"
        " and o.observed_at >= %(start)s and o.observed_at <= %(end)s order by o.observed_at",
        span | {"prefix": WARNING_PREFIX},
    )
    return [
        Lasting(
            StandingWarning(
                row["name"].removeprefix(WARNING_PREFIX), level_of_warning(row["value"]), row["area_code"],
                row["observed_at"], Text(row["name_zh"], row["name_en"]),
            ),
            row["observed_at"], row["until"],
        )
        for row in rows
        if row["value"] in (1, 2, 3, 4)
    ]  # fmt: skip


async def _opened(connection: Connection, span: dict[str, Any]) -> list[Happened]:
    rows = await _rows(
        connection,
        "select kind, level, area_code, opened_at, number from incident where space = %(space)s"
        " and opened_at >= %(start)s and opened_at <= %(end)s and phase not in ('rejected', 'duplicate', 'void')"
        " order by opened_at",
        span,
    )
    return [
        Happened(row["kind"], Level(row["level"]), row["area_code"], row["opened_at"], row["number"])
        for row in rows
    ]


async def _stated(connection: Connection, span: dict[str, Any]) -> list[Lasting[Stated]]:
    rows = await _rows(
        connection,
        "select name, stated_by, stated_at, withdrawn_at from plan_statement where space = %(space)s"
        " and slug = %(slug)s and stated_at <= %(end)s and (withdrawn_at is null or withdrawn_at >= %(start)s)",
        span,
    )
    return [
        Lasting(
            Stated(row["name"], row["stated_by"], row["stated_at"]), row["stated_at"], row["withdrawn_at"]
        )
        for row in rows
    ]


async def _matters(connection: Connection, span: dict[str, Any]) -> list[Lasting[MatterFacts]]:
    rows = await _rows(
        connection,
        "select id, kind, level, opened_at, closed_at, area_code, lon, lat from incident"
        " where space = %(space)s and opened_at <= %(end)s and (closed_at is null or closed_at >= %(start)s)"
        " order by opened_at desc limit %(most)s",
        span | {"most": MOST_MATTERS},
    )
    return [
        Lasting(
            MatterFacts(
                str(row["id"]), row["kind"], Level(row["level"]), "accepted", row["opened_at"], row["area_code"],
                _point(row),
            ),
            row["opened_at"], row["closed_at"],
        )
        for row in rows
    ]  # fmt: skip


def _point(row: dict[str, Any]) -> Point | None:
    return Point(row["lon"], row["lat"]) if row["lon"] is not None else None
