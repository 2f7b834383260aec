"""What is the world now, as far as plans look at it? One reading for all plans of a data space."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg import sql

from mudan.core.people.queries import space_scale
from mudan.core.plans.model.needs import WARNING_PREFIX, Needs, level_of_warning
from mudan.core.plans.model.world import (
    Happened,
    MatterFacts,
    Seen,
    StandingAlarm,
    StandingWarning,
    Stated,
    Subject,
    World,
)
from mudan.core.plans.queries.plans import statements
from mudan.core.rules.model import Level
from mudan.primitives.geo import Point
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

ENDED = ("closed", "rejected", "duplicate", "void", "merged")  # of incidents, the noun above this one
ALIVE = timedelta(hours=1)


class Gathered:
    """A world without an incident, and the matters and statements that make one for each plan asked."""

    def __init__(self, county: World, matters: list[MatterFacts], said: list[dict[str, Any]]) -> None:
        self._county, self.matters, self._said = county, matters, said

    def of(self, slug: str, matter: MatterFacts | None) -> World:
        """The world that a plan looks at when it is asked about the county, or about one incident."""
        incident = UUID(matter.id) if matter is not None else None
        stated = [
            Stated(one["name"], one["stated_by"], one["stated_at"])
            for one in self._said
            if one["slug"] == slug and one["incident_id"] in (None, incident)
        ]
        return replace(self._county, stated=stated, incident=matter)


async def active_spaces(connection: Connection, now: datetime) -> list[int]:
    """Reality, and the exercises in which something happened lately."""
    rows = await (
        await connection.execute(
            "select s.id from space s where s.id = 0"
            " or exists (select 1 from observation_latest o where o.space = s.id and o.received_at > %(since)s)"
            " or exists (select 1 from incident i where i.space = s.id and i.opened_at > %(since)s)"
            " or exists (select 1 from plan_statement t where t.space = s.id and t.stated_at > %(since)s)"
            " order by s.id",
            {"since": now - ALIVE},
        )
    ).fetchall()
    return [row["id"] for row in rows]


async def gathered(connection: Connection, space: int, now: datetime, needs: Needs) -> Gathered:
    """Everything that plans of these needs look at in one data space."""
    entities = await _entities(connection, space, needs)
    keys = [one.key for one in entities]
    county = World(
        now,
        entities,
        await _values(connection, keys, sorted(needs.quantities)),
        await _windows(connection, keys, now, needs),
        await _alarms(connection, space, "(a.active or a.latched)", now),
        await _alarms(connection, space, "a.raised_at > %(since)s", now - needs.lately)
        if needs.lately
        else (),
        await _warnings(connection, space),
        await _opened(connection, space, now - needs.lately) if needs.lately else (),
        scale=await space_scale(connection, space),
    )
    return Gathered(county, await _matters(connection, space), await statements(connection, space))


async def _entities(connection: Connection, space: int, needs: Needs) -> list[Subject]:
    rows = await (
        await connection.execute(
            "select key, urn, type, name_zh, name_en, area_code, properties, lon, lat from entity"
            " where space = %s and (type = any(%s) or urn = any(%s)) order by key",
            (space, sorted(needs.types), sorted(needs.urns)),
        )
    ).fetchall()
    return [subject_of(row) for row in rows]


def subject_of(row: dict[str, Any]) -> Subject:
    """An entity's row as conditions see it."""
    point = Point(row["lon"], row["lat"]) if row["lon"] is not None else None
    return Subject(
        row["key"], row["urn"], row["type"], Text(row["name_zh"], row["name_en"]), row["area_code"],
        row["properties"], point,
    )  # fmt: skip


async def _values(
    connection: Connection, keys: Sequence[int], quantities: Sequence[str]
) -> dict[tuple[int, str], Seen]:
    rows = await (
        await connection.execute(
            "select o.entity, q.name, q.unit, o.value, o.observed_at from observation_latest o"
            " join quantity q on q.id = o.quantity where o.entity = any(%s) and q.name = any(%s)",
            (list(keys), list(quantities)),
        )
    ).fetchall()
    return {(row["entity"], row["name"]): Seen(row["value"], row["observed_at"], row["unit"]) for row in rows}


async def _windows(
    connection: Connection, keys: Sequence[int], now: datetime, needs: Needs
) -> dict[tuple[int, str], list[tuple[datetime, float]]]:
    found: dict[tuple[int, str], list[tuple[datetime, float]]] = {}
    for quantity, window in needs.windows.items():
        rows = await (
            await connection.execute(
                "select o.entity, o.observed_at, o.value from observation o join quantity q on q.id = o.quantity"
                " where q.name = %s and o.entity = any(%s) and o.observed_at > %s and o.observed_at <= %s"
                " and o.quality = 0 order by o.observed_at",
                (quantity, list(keys), now - 2 * window, now),
            )
        ).fetchall()
        for row in rows:
            found.setdefault((row["entity"], quantity), []).append((row["observed_at"], row["value"]))
    return found


async def _alarms(connection: Connection, space: int, condition: str, since: datetime) -> list[StandingAlarm]:
    rows = await (
        await connection.execute(
            sql.SQL(
                "select a.id, a.rule, a.level, a.area_code, a.raised_at, a.words, ia.incident_id, e.lon, e.lat"
                " from alarm a join entity e on e.key = a.entity left join incident_alarm ia on ia.alarm_id = a.id"
                " where a.space = %(space)s and "
            )
            + sql.SQL(condition)  # one of the two fixed texts above
            + sql.SQL(" order by a.raised_at desc limit 5000"),
            {"space": space, "since": since},
        )
    ).fetchall()
    return [
        StandingAlarm(
            str(row["id"]), row["rule"], Level(row["level"]), row["area_code"], row["raised_at"],
            Text(**row["words"]["sentence"]), str(row["incident_id"]) if row["incident_id"] else None,
            Point(row["lon"], row["lat"]) if row["lon"] is not None else None,
        )
        for row in rows
    ]  # fmt: skip


async def _warnings(connection: Connection, space: int) -> list[StandingWarning]:
    rows = await (
        await connection.execute(
            "select q.name, o.value, o.observed_at, e.area_code, e.name_zh, e.name_en from observation_latest o"
            " join quantity q on q.id = o.quantity join entity e on e.key = o.entity"
            " where starts_with(q.name, %s) and o.space = %s and o.value in (1, 2, 3, 4) and q.unit = '1'",
            (WARNING_PREFIX, space),
        )
    ).fetchall()
    return [
        StandingWarning(
            row["name"].removeprefix(WARNING_PREFIX), level_of_warning(row["value"]), row["area_code"],
            row["observed_at"], Text(row["name_zh"], row["name_en"]),
        )
        for row in rows
    ]  # fmt: skip


async def _opened(connection: Connection, space: int, since: datetime) -> list[Happened]:
    rows = await (
        await connection.execute(
            "select kind, level, area_code, opened_at, number from incident where space = %s and opened_at > %s"
            " and phase not in ('rejected', 'duplicate', 'void', 'merged') order by opened_at",
            (space, since),
        )
    ).fetchall()
    return [
        Happened(row["kind"], Level(row["level"]), row["area_code"], row["opened_at"], row["number"])
        for row in rows
    ]


async def _matters(connection: Connection, space: int) -> list[MatterFacts]:
    rows = await (
        await connection.execute(
            "select id, kind, level, phase, opened_at, area_code, lon, lat from incident where space = %s"
            " and not (phase = any(%s)) order by opened_at",
            (space, list(ENDED)),
        )
    ).fetchall()
    return [
        MatterFacts(
            str(row["id"]), row["kind"], Level(row["level"]), row["phase"], row["opened_at"], row["area_code"],
            Point(row["lon"], row["lat"]) if row["lon"] is not None else None,
        )
        for row in rows
    ]  # fmt: skip
