"""Which cases are there, what is one of them whole, and which lie near a place?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import cos, radians
from typing import Any, Final, LiteralString
from uuid import UUID

from psycopg import sql

from mudan.core.cases.model.likeness import Report
from mudan.core.cases.model.running import Running
from mudan.core.cases.model.words import Case, CaseEvent, Reporter, situation_of
from mudan.core.cases.queries.rows import CLOCK, run_of
from mudan.core.people.model import Actor
from mudan.primitives.errors import NotFound
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

M_PER_DEGREE: Final = 111_195.0
MOST_NEAR: Final = 500
MOST_RECENT: Final = 5000
MOST_COUNTED: Final = 1_000  # a longer list says "at least so many"; nobody turns so many pages
MOST_NAMED: Final = 3_000  # words that more cases say are met soon enough on the way down the list
_SELECT: LiteralString = (
    "select c.*, m.number as main_number, d.name_zh as owner_zh, d.name_en as owner_en from found c"
    " left join case_file m on m.id = c.main_id left join department d on d.code = c.department"
)
_FOUND: LiteralString = "with found as (select c.* from case_file c where "


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a board shows. `whose`: all, or mine (my department's, that I reported or was sent to); `state`: open,
    overdue, closed, flagged, all or one stage's name.
    """

    whose: str = "all"
    state: str = "open"
    type: str | None = None
    class_code: str | None = None
    department: str | None = None
    area: str | None = None
    lamp: str | None = None
    text: str | None = None
    limit: int = 100
    offset: int = 0


# The wall of the table itself decides what is within scope.
_STATES: Final[dict[str, LiteralString]] = {
    "all": "true",
    "open": "c.ended_at is null",
    "closed": "c.closed_at is not null",
    "flagged": "c.flags > 0",
    "overdue": "c.ended_at is null and c.next_due_at <= %(now)s",
}
_STAGE: LiteralString = "c.state = %(state)s"
_CONDITION: LiteralString = (
    " and c.space = %(space)s"
    " and (%(type)s::text is null or c.type = %(type)s)"
    " and (%(class_code)s::text is null or starts_with(c.class_code, %(class_code)s))"
    " and (%(department)s::text is null or c.department = %(department)s)"
    " and (%(area)s::text is null or starts_with(c.area_code, %(area)s))"
    " and (%(lamp)s::text is null or c.lamp = %(lamp)s)"
    " and (%(text)s::text is null or strpos(c.words, lower(%(text)s)) > 0)"
)
_BY_DUE: LiteralString = " order by c.next_due_at, c.number"
_BY_AGE: LiteralString = " order by c.created_at desc"
_MINE: LiteralString = (
    " and (%(person)s in (c.sent_to, c.created_by_id)"
    " or (c.partners || c.department) && %(departments)s::text[])"
)


async def page(connection: Connection, actor: Actor, wanted: Wanted, now: datetime) -> tuple[list[Case], int]:
    """Cases within scope: open ones by what is due next, others newest first; how many in all, up to MOST_COUNTED."""
    said = await _that_say(connection, wanted.text, actor.scope.space) if wanted.text else None
    condition = sql.SQL(_STATES.get(wanted.state, _STAGE)) + sql.SQL(_CONDITION)
    if said is not None:
        condition += sql.SQL(" and c.id = any (%(said)s)")
    if wanted.whose == "mine":
        condition += sql.SQL(_MINE)
    values = {
        "state": wanted.state, "now": now, "type": wanted.type, "class_code": wanted.class_code,
        "department": wanted.department, "area": wanted.area, "lamp": wanted.lamp,
        "text": wanted.text or None, "person": actor.person, "space": actor.scope.space,
        "departments": sorted(actor.scope.departments or ()), "limit": wanted.limit, "offset": wanted.offset,
        "most": MOST_COUNTED, "said": said,
    }  # fmt: skip
    order = sql.SQL(_BY_AGE if wanted.state in ("all", "closed") else _BY_DUE)
    found = (
        sql.SQL("c.id = any (array(select c.id from case_file c where ")
        + condition
        + order
        + sql.SQL(" limit %(limit)s offset %(offset)s))) ")
    )
    statement = sql.SQL(_FOUND) + found + sql.SQL(_SELECT) + order
    rows = await (await connection.execute(statement, values)).fetchall()
    if rows and len(rows) < wanted.limit:
        return [_case(row) for row in rows], wanted.offset + len(rows)
    counted = sql.SQL("select count(*)::int as n from (select from case_file c where ") + condition
    total = await (await connection.execute(counted + sql.SQL(" limit %(most)s) c"), values)).fetchone()
    return [_case(row) for row in rows], total["n"] if total else 0


async def _that_say(connection: Connection, text: str, space: int) -> list[UUID] | None:
    """The cases that say this, also behind the wall; None when they are too many or it is too short."""
    row = await (
        await connection.execute(
            "select mudan_cases_that_say(lower(%s), %s, %s) as found", (text, space, MOST_NAMED)
        )
    ).fetchone()
    return row["found"] if row else None


async def find(connection: Connection, case: UUID, *, lock: bool = False) -> Case | None:
    """A case within scope, if there is one."""
    held = sql.SQL("c.id = %s for update) " if lock else "c.id = %s) ")
    row = await (await connection.execute(sql.SQL(_FOUND) + held + sql.SQL(_SELECT), (case,))).fetchone()
    return None if row is None else _case(row)


async def one(connection: Connection, case: UUID, *, lock: bool = False) -> Case:
    """A case within scope (raises NotFound)."""
    found = await find(connection, case, lock=lock)
    if found is None:
        raise NotFound("there is no such case")
    return found


async def several(connection: Connection, cases: Iterable[UUID]) -> dict[UUID, Case]:
    """Those of these cases that are within scope."""
    return {one.id: one for one in await _linked(connection, sql.SQL("c.id = any(%s)) "), list(cases))}


async def of_alarm(connection: Connection, alarm: UUID) -> list[Case]:
    """The cases within scope that an alarm has opened."""
    return await _linked(connection, sql.SQL("c.alarm_id = %s) "), alarm)


async def of_incident(connection: Connection, incident: UUID) -> list[Case]:
    """The cases within scope that have become an incident."""
    return await _linked(connection, sql.SQL("c.incident_id = %s) "), incident)


async def _linked(connection: Connection, where: sql.SQL, to: UUID | list[UUID]) -> list[Case]:
    statement = sql.SQL(_FOUND) + where + sql.SQL(_SELECT) + sql.SQL(" order by c.created_at, c.number")
    return [_case(row) for row in await (await connection.execute(statement, (to,))).fetchall()]


async def merged_into(connection: Connection, case: UUID) -> list[Case]:
    """The cases that were merged into this one."""
    return await _linked(connection, sql.SQL("c.main_id = %s) "), case)


async def reporters(connection: Connection, case: UUID) -> list[Reporter]:
    """Everybody who told of a case, of those merged into it too."""
    rows = await (
        await connection.execute(
            "select r.id, r.at, r.channel, r.name, r.phone, r.text, r.wants_word, r.recorded_by from case_reporter r"
            " join case_file c on c.id = r.case_id where c.id = %(case)s or c.main_id = %(case)s order by r.at, r.id",
            {"case": case},
        )
    ).fetchall()
    return [Reporter(**row) for row in rows]


async def history(connection: Connection, case: UUID) -> list[CaseEvent]:
    """What has happened to a case, in the order it was recorded."""
    rows = await (
        await connection.execute(
            "select id, at, kind, from_state, to_state, actor, text_zh, text_en, detail from case_event"
            " where case_id = %s order by id",
            (case,),
        )
    ).fetchall()
    return [CaseEvent(text=Text(row.pop("text_zh"), row.pop("text_en")), **row) for row in rows]


async def event_known(connection: Connection, client_id: UUID) -> UUID | None:
    """The case that a client's step was recorded for, if it was."""
    row = await (
        await connection.execute("select case_id from case_event where client_id = %s", (client_id,))
    ).fetchone()
    return None if row is None else row["case_id"]


async def event_by(connection: Connection, client_id: UUID) -> tuple[UUID, str, UUID | None] | None:
    """Of a client's step: the case, what it was, and who took it; None when it was not recorded."""
    row = await (
        await connection.execute(
            "select case_id, kind, actor_id from case_event where client_id = %s", (client_id,)
        )
    ).fetchone()
    return None if row is None else (row["case_id"], row["kind"], row["actor_id"])


async def clocks(connection: Connection, case: UUID) -> list[Running]:
    """Every run of every clock of a case, in the order they began."""
    rows = await (
        await connection.execute(
            sql.SQL(CLOCK) + sql.SQL(" where k.case_id = %s order by k.started_at, k.name, k.run"), (case,)
        )
    ).fetchall()
    return [run_of(row) for row in rows]


async def near(
    connection: Connection,
    space: int,
    type_name: str,
    lon: float,
    lat: float,
    metres: float,
    since: datetime,
    area: str = "",
) -> list[Report]:
    """Cases of a type within scope in a square around a place, reported since; closed ones too, merged ones not."""
    north = metres / M_PER_DEGREE
    east = north / max(0.01, cos(radians(lat)))
    return await _reports(
        connection,
        sql.SQL(
            " and c.lat between %(south)s and %(north)s and c.lon between %(west)s and %(east)s"
            " and starts_with(c.area_code, %(area)s)"
        ),
        {
            "space": space, "type": type_name, "since": since, "south": lat - north, "north": lat + north,
            "west": lon - east, "east": lon + east, "most": MOST_NEAR, "area": area,
        },
    )  # fmt: skip


async def recent(connection: Connection, space: int, type_name: str, since: datetime) -> list[Report]:
    """The newest cases of a type within scope that have a place, reported since; merged and void ones not."""
    return await _reports(
        connection,
        sql.SQL(" and c.lat is not null"),
        {"space": space, "type": type_name, "since": since, "most": MOST_RECENT},
    )


async def _reports(connection: Connection, where: sql.SQL, values: dict[str, Any]) -> list[Report]:
    statement = (
        sql.SQL(
            "select c.id, c.number, c.class_code, c.lon, c.lat, c.created_at as at, c.closed_at is not null"
            " or c.ended_at is not null as ended from case_file c where c.space = %(space)s and c.type = %(type)s"
            " and c.created_at >= %(since)s and c.main_id is null and c.state <> 'void'"
        )
        + where
        + sql.SQL(" order by c.created_at desc limit %(most)s")
    )
    rows = await (await connection.execute(statement, values)).fetchall()
    return [Report(**row) for row in rows]


def _case(row: dict[str, Any]) -> Case:
    own = ("id", "space", "area_code", "number", "type", "type_version", "class_code", "title", "text", "form",
           "address", "lon", "lat", "alarm_id", "main_number", "rule", "lamp", "next_due_at", "created_at",
           "created_by", "closed_at", "ended_at", "version", "incident_id")  # fmt: skip
    zh = row["owner_zh"]
    name = None if zh is None else Text(zh, row["owner_en"])
    return Case(situation=situation_of(row), owner_name=name, **{each: row[each] for each in own})
