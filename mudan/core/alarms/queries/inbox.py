"""Which alarms are there, in the fixed order of the inbox, within the reader's scope?"""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import sql

from mudan.core.alarms.model import Alarm, Suppression
from mudan.core.notices.model import Upcoming, target_title
from mudan.core.people.queries import visible
from mudan.primitives.errors import Invalid, NotFound
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

_FROM = sql.SQL(
    " from alarm a join entity e on e.key = a.entity"
    " left join incident_alarm ia on ia.alarm_id = a.id left join incident i on i.id = ia.incident_id where "
)
# Who is called next is shown with every alarm that still calls: the open notice of its group.
_SELECT = sql.SQL(
    "select a.*, e.urn, e.type as entity_type, e.name_zh, e.name_en, e.lon, e.lat, ia.incident_id,"
    " i.number as incident_number, (select jsonb_build_object('at', n.next_at, 'fired', n.fired, 'steps', n.steps)"
    " from notice n where n.noun = 'alarm_groups' and n.subject = a.group_id::text and n.state = 'open'"
    " and n.next_at is not null and not a.acknowledged and a.suppression = 'none' limit 1) as calling"
)
_STATES = {
    "unacknowledged": "not a.acknowledged and a.suppression = 'none'",
    "standing": "(a.active or a.latched or not a.acknowledged) and a.suppression = 'none'",
    "shelved": "a.suppression in ('shelved_timed', 'shelved_oneshot')",
    "suppressed": "a.suppression in ('by_design', 'out_of_service') and (a.active or a.latched or not a.acknowledged)",
    "cleared": "not a.active and not a.latched and a.acknowledged",
    "all": "true",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the reader asks for."""

    state: str = "standing"
    platform: str | None = None
    area: str | None = None
    levels: Sequence[int] = ()
    owner: UUID | None = None
    text: str | None = None
    entity: str | None = None
    group: UUID | None = None
    limit: int = 50
    cursor: str | None = None


def _alarm(row: dict[str, Any]) -> Alarm:
    return Alarm(
        id=row["id"], space=row["space"], rule=row["rule"], platform=row["platform"], entity=row["entity"],
        area_code=row["area_code"], department=row["department"], level=row["level"], active=row["active"],
        acknowledged=row["acknowledged"], latched=row["latched"], suppression=Suppression(row["suppression"]),
        suppressed_until=row["suppressed_until"], suppressed_reason=row["suppressed_reason"],
        quantity=row["quantity"], value=row["value"], limit=row["limit_value"], unit=row["unit"], words=row["words"],
        life_safety=row["life_safety"], example=row["example"], raised_at=row["raised_at"], last_at=row["last_at"],
        cleared_at=row["cleared_at"], acknowledged_at=row["acknowledged_at"],
        acknowledged_by=row["acknowledged_by"], owner=row["owner"], count=row["count"], version=row["version"],
        entity_urn=row["urn"], entity_type=row["entity_type"], entity_name=Text(row["name_zh"], row["name_en"]),
        lon=row["lon"], lat=row["lat"], incident_id=row["incident_id"], incident_number=row["incident_number"],
        family=row["family"], group_id=row["group_id"], suppressed_by=row["suppressed_by"],
        annunciated_at=row["annunciated_at"], realarms=row["realarms"],
        acknowledged_position=row["acknowledged_position"],
        acknowledgement_expires_at=row["acknowledgement_expires_at"], chattering_at=row["chattering_at"],
        finding=row["finding"], escalation=_upcoming(row["calling"]),
    )  # fmt: skip


def _upcoming(calling: dict[str, Any] | None) -> Upcoming | None:
    if calling is None:
        return None
    at = min(calling["fired"], len(calling["steps"]) - 1)
    when = datetime.fromisoformat(calling["at"])
    return Upcoming(when, target_title(calling["steps"][at]["to"]), at + 1, len(calling["steps"]))


async def page(connection: Connection, wanted: Wanted) -> tuple[list[Alarm], int, str | None]:
    """One page in the inbox's order, how many there are in all, and where the next page starts."""
    if wanted.state not in _STATES:
        raise Invalid("no such state", field="state")
    condition = (
        sql.SQL(" and ").join([visible("a"), sql.SQL(_STATES[wanted.state])])  # one of the fixed texts above
        + sql.SQL(
            " and (%(platform)s::text is null or a.platform = %(platform)s)"
            " and (%(area)s::text is null or starts_with(a.area_code, %(area)s))"
            " and (%(levels)s::int[] is null or a.level = any(%(levels)s))"
            " and (%(owner)s::uuid is null or a.owner = %(owner)s)"
            " and (%(entity)s::text is null or e.urn = %(entity)s)"
            " and (%(group)s::uuid is null or a.group_id = %(group)s)"
            " and (%(text)s::text is null or e.name_zh ilike %(text)s or e.name_en ilike %(text)s"
            " or a.words::text ilike %(text)s)"
        )
    )
    values = {
        "platform": wanted.platform, "area": wanted.area, "levels": list(wanted.levels) or None,
        "owner": wanted.owner, "entity": wanted.entity, "group": wanted.group,
        "text": f"%{wanted.text}%" if wanted.text else None, "limit": wanted.limit + 1,
    }  # fmt: skip
    total = await (
        await connection.execute(sql.SQL("select count(*)::int as n") + _FROM + condition, values)
    ).fetchone()
    after = sql.SQL("")
    if wanted.cursor:
        values |= _cursor(wanted.cursor)
        after = sql.SQL(
            " and (a.acknowledged, a.level, -extract(epoch from a.raised_at), a.id)"
            " > (%(c_ack)s, %(c_level)s, %(c_at)s, %(c_id)s)"
        )
    rows = await (
        await connection.execute(
            _SELECT
            + _FROM
            + condition
            + after
            + sql.SQL(
                " order by a.acknowledged, a.level, -extract(epoch from a.raised_at), a.id limit %(limit)s"
            ),
            values,
        )
    ).fetchall()
    alarms = [_alarm(row) for row in rows[: wanted.limit]]
    following = _cursor_of(rows[wanted.limit - 1]) if len(rows) > wanted.limit else None
    return alarms, total["n"] if total else 0, following


def _cursor_of(row: dict[str, Any]) -> str:
    place = [row["acknowledged"], row["level"], f"{-row['raised_at'].timestamp():.6f}", str(row["id"])]
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def _cursor(text: str) -> dict[str, Any]:
    try:
        ack, level, at, alarm = json.loads(base64.urlsafe_b64decode(text))
        return {"c_ack": bool(ack), "c_level": int(level), "c_at": float(at), "c_id": UUID(alarm)}
    except (ValueError, TypeError) as error:
        raise Invalid("not a place in this list", field="cursor") from error


async def counts(connection: Connection) -> dict[str, Any]:
    """How many alarms wait, stand and are shelved, and the standing ones by level."""
    columns = [
        sql.SQL("count(*) filter (where {})::int as {}").format(sql.SQL(_STATES[name]), sql.Identifier(name))
        for name in ("unacknowledged", "standing", "shelved", "suppressed")
    ] + [
        sql.SQL("count(*) filter (where a.level = {} and {})::int as {}").format(
            sql.Literal(level), sql.SQL(_STATES["standing"]), sql.Identifier(f"level{level}")
        )
        for level in (1, 2, 3, 4)
    ]
    row = await (
        await connection.execute(
            sql.SQL("select ")
            + sql.SQL(", ").join(columns)
            + sql.SQL(
                " from alarm a where (a.active or a.latched or not a.acknowledged or a.suppression <> 'none') and "
            )
            + visible("a")
        )
    ).fetchone()
    assert row is not None  # counting returns one row
    return {
        "unacknowledged": row["unacknowledged"],
        "standing": row["standing"],
        "shelved": row["shelved"],
        "suppressed": row["suppressed"],
        "by_level": {str(level): row[f"level{level}"] for level in (1, 2, 3, 4)},
    }


async def several(connection: Connection, ids: Sequence[UUID], *, lock: bool = False) -> list[Alarm]:
    """The alarms of those ids that are within scope, in the order of ids asked for."""
    statement = _SELECT + _FROM + sql.SQL("a.id = any(%s) and ") + visible("a")
    if lock:
        statement += sql.SQL(" order by a.id for update of a")
    rows = await (await connection.execute(statement, (list(ids),))).fetchall()
    by_id = {row["id"]: _alarm(row) for row in rows}
    return [by_id[alarm] for alarm in ids if alarm in by_id]


async def one(connection: Connection, alarm: UUID) -> Alarm:
    """The alarm of that id (raises NotFound)."""
    found = await several(connection, [alarm])
    if not found:
        raise NotFound("there is no such alarm")
    return found[0]


async def of_incident(connection: Connection, incident: UUID) -> list[Alarm]:
    """The alarms linked to an incident."""
    rows = await (
        await connection.execute(
            _SELECT
            + _FROM
            + sql.SQL("ia.incident_id = %s and ")
            + visible("a")
            + sql.SQL(" order by a.raised_at"),
            (incident,),
        )
    ).fetchall()
    return [_alarm(row) for row in rows]


async def of_group(connection: Connection, group: UUID) -> list[Alarm]:
    """The alarms of a group that still want something, suppressed ones too, the gravest first."""
    statement = (
        _SELECT + _FROM + sql.SQL("a.group_id = %s and (a.active or a.latched or not a.acknowledged) and ")
    )
    statement += visible("a") + sql.SQL(" order by a.level, a.raised_at")
    rows = await (await connection.execute(statement, (group,))).fetchall()
    return [_alarm(row) for row in rows]


async def events(connection: Connection, alarm: UUID) -> list[dict[str, Any]]:
    """An alarm's history, oldest first."""
    return await (
        await connection.execute(
            "select at, kind, actor, detail from alarm_event where alarm_id = %s order by id", (alarm,)
        )
    ).fetchall()


async def standing(connection: Connection) -> list[tuple[str, int]]:
    """(rule, entity) of every active alarm: what the rules must not raise again after a start."""
    rows = await (await connection.execute("select rule, entity from alarm where active")).fetchall()
    return [(row["rule"], row["entity"]) for row in rows]


async def worst(connection: Connection, entities: Sequence[int]) -> dict[int, int]:
    """The gravest level of the active alarms of each entity."""
    rows = await (
        await connection.execute(
            "select entity, min(level)::int as level from alarm where active and entity = any(%s) group by 1",
            (list(entities),),
        )
    ).fetchall()
    return {row["entity"]: row["level"] for row in rows}
