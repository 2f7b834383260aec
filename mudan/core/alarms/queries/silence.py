"""What silences an alarm, what wants to call again, and what is out of service?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import sql

from mudan.core.alarms.model import Facts, Inhibition, Match
from mudan.core.people.queries import visible
from mudan.primitives.errors import NotFound
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

_FACTS = sql.SQL(
    "select a.id, a.rule, a.platform, a.entity, e.type as entity_type, a.family, a.level, a.area_code,"
    " a.life_safety, e.properties from alarm a join entity e on e.key = a.entity where "
)
_OUTAGE = sql.SQL(
    "select o.*, e.urn, e.name_zh, e.name_en from alarm_outage o join entity e on e.key = o.entity where "
)


@dataclass(frozen=True, slots=True)
class Outage:
    """A rule on an entity that is, was, or is to be out of service."""

    id: UUID
    space: int
    area_code: str
    department: str | None
    entity: int
    urn: str
    name: Text
    rule: str
    reason: str
    work_order: str
    until: datetime
    state: str
    asked_at: datetime
    asked_by: str
    asked_person: UUID | None
    decided_at: datetime | None
    decided_by: str | None
    decided_note: str
    returned_at: datetime | None
    returned_by: str | None
    test_result: str
    version: int


async def inhibitions(connection: Connection) -> list[Inhibition]:
    """The inhibitions that hold now."""
    rows = await (
        await connection.execute("select * from alarm_inhibition where enabled order by name")
    ).fetchall()
    return [
        Inhibition(
            row["name"],
            Text(**row["title"]),
            _match(row["source"]),
            _match(row["target"]),
            tuple(row["equal"]),
        )
        for row in rows
    ]


async def kept_inhibitions(connection: Connection) -> list[dict[str, Any]]:
    """Every inhibition as it is kept, with its version and who changed it."""
    return await (await connection.execute("select * from alarm_inhibition order by name")).fetchall()


def _match(words: dict[str, list[Any]]) -> Match:
    return Match(**{name: tuple(values) for name, values in words.items()})


def _facts(row: dict[str, Any]) -> Facts:
    return Facts(**row)


async def facts(connection: Connection, alarm: UUID) -> Facts:
    """What inhibitions ask of an alarm; raises NotFound."""
    row = await (await connection.execute(_FACTS + sql.SQL("a.id = %s"), (alarm,))).fetchone()
    if row is None:
        raise NotFound("there is no such alarm")
    return _facts(row)


async def active_facts(connection: Connection, space: int, *, since: datetime | None = None) -> list[Facts]:
    """The active alarms of a data space; with `since` those that nobody has taken and that rose after it,
    unsuppressed and without an incident: what a later cause may still explain.
    """
    statement = _FACTS + sql.SQL(
        "a.active and a.space = %(space)s and (%(since)s::timestamptz is null or (a.raised_at >= %(since)s"
        " and not a.acknowledged and a.suppression = 'none'"
        " and not exists (select 1 from incident_alarm i where i.alarm_id = a.id))) order by a.raised_at"
    )
    rows = await (await connection.execute(statement, {"space": space, "since": since})).fetchall()
    return [_facts(row) for row in rows]


async def silenced_by(connection: Connection, alarm: UUID) -> list[Facts]:
    """The alarms that another one has silenced."""
    statement = _FACTS + sql.SQL("a.suppressed_by = %s and a.suppression = 'by_design' order by a.id")
    return [_facts(row) for row in await (await connection.execute(statement, (alarm,))).fetchall()]


async def activations(connection: Connection, entity: int, rule: str, since: datetime) -> int:
    """How often a rule has become active on an entity since a time."""
    row = await (
        await connection.execute(
            "select count(*)::int as n from alarm a join alarm_event v on v.alarm_id = a.id"
            " where a.entity = %s and a.rule = %s and v.kind in ('raised', 'raised_again') and v.at >= %s",
            (entity, rule, since),
        )
    ).fetchone()
    return int(row["n"]) if row else 0


async def graver_of_group(connection: Connection, entity: int, rule_group: str, level: int) -> UUID | None:
    """The active alarm that has taken over from a milder one of the same group of rules."""
    row = await (
        await connection.execute(
            "select id from alarm where entity = %s and rule_group = %s and level < %s and active"
            " order by level limit 1",
            (entity, rule_group, level),
        )
    ).fetchone()
    return row["id"] if row else None


async def expiring(connection: Connection, now: datetime) -> list[dict[str, Any]]:
    """Acknowledgements whose time is over: id, group, and whether anything has come of the alarm."""
    return await (
        await connection.execute(
            "select a.id, a.group_id, a.active and a.suppression = 'none' and not exists"
            " (select 1 from incident_alarm i where i.alarm_id = a.id) as idle from alarm a"
            " where a.acknowledgement_expires_at <= %s order by a.id limit 200 for update of a skip locked",
            (now,),
        )
    ).fetchall()


async def sounding_again(connection: Connection, now: datetime) -> list[dict[str, Any]]:
    """Alarms that nobody has taken and that are to sound again, by their level's chain."""
    return await (
        await connection.execute(
            "select a.id, a.group_id from alarm a join alarm_chain c on c.level = a.level"
            " where a.active and not a.acknowledged and a.suppression = 'none' and a.realarms < c.realarms"
            " and a.annunciated_at + make_interval(secs => c.realarm_s) <= %s"
            " order by a.id limit 200 for update of a skip locked",
            (now,),
        )
    ).fetchall()


async def outage_of(connection: Connection, entity: int, rule: str, now: datetime) -> str | None:
    """Why a rule on an entity is out of service now, None when it is in service."""
    row = await (
        await connection.execute(
            "select reason, work_order from alarm_outage where entity = %s and rule = %s and state = 'approved'"
            " and until > %s",
            (entity, rule, now),
        )
    ).fetchone()
    return f"{row['reason']} · {row['work_order']}" if row else None


async def out_of_service(connection: Connection, entity: int, rule: str) -> list[UUID]:
    """The alarms of a rule on an entity that are silent because it is out of service."""
    rows = await (
        await connection.execute(
            "select id from alarm where entity = %s and rule = %s and suppression = 'out_of_service' order by id",
            (entity, rule),
        )
    ).fetchall()
    return [row["id"] for row in rows]


async def outages(connection: Connection, *, ended: bool = False) -> list[Outage]:
    """What is asked or out of service, with `ended` what was, too; the newest first."""
    statement = _OUTAGE + visible("o") + sql.SQL(" and (%s or o.state in ('asked', 'approved'))")
    statement += sql.SQL(" order by o.asked_at desc limit 200")
    return [_outage(row) for row in await (await connection.execute(statement, (ended,))).fetchall()]


async def outage(connection: Connection, outage_id: UUID) -> Outage:
    """One outage, held until the work ends; raises NotFound."""
    statement = _OUTAGE + sql.SQL("o.id = %s and ") + visible("o") + sql.SQL(" for update of o")
    row = await (await connection.execute(statement, (outage_id,))).fetchone()
    if row is None:
        raise NotFound("there is no such outage")
    return _outage(row)


async def expired_outages(connection: Connection, now: datetime) -> list[Outage]:
    """Outages past their time: silence never lasts longer than was approved."""
    statement = _OUTAGE + sql.SQL(
        "o.state in ('asked', 'approved') and o.until <= %s order by o.id for update of o skip locked"
    )
    return [_outage(row) for row in await (await connection.execute(statement, (now,))).fetchall()]


def _outage(row: dict[str, Any]) -> Outage:
    known = {name: row[name] for name in Outage.__slots__ if name in row}
    return Outage(**known, name=Text(row["name_zh"], row["name_en"]))
