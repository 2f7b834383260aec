"""Which directives are there for whom, what has become of them, and which clock runs out next?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql

from mudan.core.directives.model import Directive, Event, Evidence, Extension
from mudan.core.people.model import Actor
from mudan.primitives.errors import NotFound
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

_SELECT: LiteralString = (
    "select d.id, d.space, d.area_code, d.department, d.number, d.origin, d.source, d.title, d.text, d.level,"
    " d.mandatory, d.incident_id, i.number as incident_number, d.to_department, p.name_zh, p.name_en, d.to_role,"
    " d.to_group, d.to_person, r.name as to_person_name, d.evidence, d.state, d.deadline_kind, d.within_s,"
    " d.receive_by, d.due_at, d.ladder, d.next_at, d.series_id, s.every_s,"
    " case when s.stopped_at is null then s.next_at end as next_occurrence_at,"
    " s.stopped_at is not null as series_stopped,"
    " d.occurrence, d.depends_on, d.created_at, d.created_by, d.created_by_id, d.issued_at, d.received_at,"
    " d.received_by, d.started_at, d.submitted_at, d.submitted_by, d.doers, d.ended_at, d.verified_by, d.end_reason,"
    " d.version, (select count(*)::int from directive_evidence e where e.directive_id = d.id) as evidence_count,"
    " array(select distinct e.kind from directive_evidence e where e.directive_id = d.id and e.recorded_at > coalesce("
    " (select max(v.recorded_at) from directive_event v where v.directive_id = d.id and v.kind = 'return'),"
    " '-infinity') order by e.kind) as evidence_given,"
    " exists (select 1 from directive_extension x where x.directive_id = d.id and x.state = 'asked')"
    " as extension_asked"
    " from directive d left join department p on p.code = d.to_department left join person r on r.id = d.to_person"
    " left join directive_series s on s.id = d.series_id left join incident i on i.id = d.incident_id where "
)
_SEEN: LiteralString = (
    "(mudan_sees(d.area_code, d.department, d.space)"
    " or (d.to_person = mudan_person() and current_setting('mudan.space', true) in ('*', d.space::text)))"
)
_MINE: LiteralString = (
    "(d.to_person = %(person)s or d.to_role = %(role)s"
    " or (%(liaison)s and (d.to_group is not null or d.to_department = any(%(departments)s))))"
)
# What counts next: to be received while nobody has, then to be done.
_NEXT: LiteralString = "least(case when d.state = 'issued' then d.receive_by end, d.due_at)"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a board shows. `whose`: mine, department or all; `state`: open, overdue, ended, all or one state."""

    whose: str = "all"
    state: str = "open"
    incident: UUID | None = None
    source: str | None = None
    department: str | None = None
    text: str | None = None
    limit: int = 200


async def page(
    connection: Connection, actor: Actor, wanted: Wanted, now: datetime
) -> tuple[list[Directive], int]:
    """Directives within scope by their next deadline, those without one last; and how many there are in all."""
    condition = sql.SQL(_SEEN) + sql.SQL(
        " and (%(incident)s::uuid is null or d.incident_id = %(incident)s)"
        " and (%(source)s::text is null or d.source = %(source)s)"
        " and (%(department)s::text is null or d.to_department = %(department)s)"
        " and (%(text)s::text is null or d.title ilike %(text)s or d.number ilike %(text)s or d.text ilike %(text)s)"
        " and (case %(state)s when 'all' then true when 'open' then d.ended_at is null"
        " when 'ended' then d.ended_at is not null"
        " when 'overdue' then d.ended_at is null and d.state <> 'submitted' and "
    )
    condition += sql.SQL(_NEXT) + sql.SQL(" < %(now)s else d.state = %(state)s end)")
    if wanted.whose != "all":
        condition += sql.SQL(" and ") + sql.SQL(_MINE)
    if wanted.whose == "department":
        condition += sql.SQL(" and d.to_department is not null")
    values = {
        **_own(actor), "incident": wanted.incident, "source": wanted.source, "department": wanted.department,
        "text": f"%{wanted.text}%" if wanted.text else None, "state": wanted.state, "now": now, "limit": wanted.limit,
    }  # fmt: skip
    counted = sql.SQL("select count(*)::int as n from directive d where ") + condition
    total = await (await connection.execute(counted, values)).fetchone()
    order = sql.SQL(" order by d.ended_at desc nulls first, ") + sql.SQL(_NEXT)
    statement = (
        sql.SQL(_SELECT) + condition + order + sql.SQL(" nulls last, d.level, d.number limit %(limit)s")
    )
    rows = await (await connection.execute(statement, values)).fetchall()
    return [_directive(row) for row in rows], total["n"] if total else 0


def _own(actor: Actor) -> dict[str, Any]:
    role = actor.scope.role.value if actor.scope.role is not None else ""
    departments = sorted(actor.scope.departments or ())
    return {
        "person": actor.person, "role": role, "liaison": role == "department_liaison", "departments": departments,
    }  # fmt: skip


async def one(connection: Connection, directive: UUID, *, lock: bool = False) -> Directive:
    """A directive within scope (raises NotFound)."""
    statement = sql.SQL(_SELECT) + sql.SQL("d.id = %s and ") + sql.SQL(_SEEN)
    row = await (
        await connection.execute(statement + sql.SQL(" for update of d" if lock else ""), (directive,))
    ).fetchone()
    if row is None:
        raise NotFound("there is no such directive")
    return _directive(row)


async def of_origin(
    connection: Connection, space: int, origin: str, *, prefix: bool = True
) -> list[Directive]:
    """What was issued from an origin, or from all that begin with it, in the order it was made."""
    statement = (
        sql.SQL(_SELECT)
        + sql.SQL(_SEEN)
        + sql.SQL(
            " and d.space = %(space)s and (d.origin = %(origin)s or (%(prefix)s and starts_with(d.origin, %(origin)s)))"
            " order by d.created_at, d.number"
        )
    )
    values = {"space": space, "origin": origin, "prefix": prefix}
    return [_directive(row) for row in await (await connection.execute(statement, values)).fetchall()]


async def open_mandatory(connection: Connection, incident: UUID) -> list[Directive]:
    """What must be done or waived before an incident closes."""
    statement = (
        sql.SQL(_SELECT)
        + sql.SQL(_SEEN)
        + sql.SQL(" and d.incident_id = %s and d.mandatory and d.ended_at is null order by d.number")
    )
    return [_directive(row) for row in await (await connection.execute(statement, (incident,))).fetchall()]


async def waiting_for(connection: Connection, directive: UUID) -> list[Directive]:
    """Pending directives that wait for this one and for nothing that is still open; held until the work ends."""
    statement = sql.SQL(_SELECT) + sql.SQL(
        "d.state = 'pending' and %s = any(d.depends_on) and not exists (select 1 from directive o"
        " where o.id = any(d.depends_on) and o.ended_at is null) order by d.number for update of d"
    )
    return [_directive(row) for row in await (await connection.execute(statement, (directive,))).fetchall()]


async def open_among(connection: Connection, ids: Sequence[UUID]) -> tuple[int, int]:
    """How many of these directives there are within scope, and how many of them are open."""
    row = await (
        await connection.execute(
            sql.SQL(
                "select count(*)::int as known, count(*) filter (where d.ended_at is null)::int as open"
                " from directive d where d.id = any(%s) and "
            )
            + sql.SQL(_SEEN),
            (list(ids),),
        )
    ).fetchone()
    return (row["known"], row["open"]) if row else (0, 0)


async def due(connection: Connection, now: datetime, limit: int) -> list[Directive]:
    """Directives whose ladder has a step due, held against everybody else until the work ends."""
    statement = sql.SQL(_SELECT) + sql.SQL(
        "d.ended_at is null and d.next_at <= %s order by d.next_at limit %s for update of d skip locked"
    )
    return [_directive(row) for row in await (await connection.execute(statement, (now, limit))).fetchall()]


async def series_due(connection: Connection, now: datetime, limit: int) -> list[dict[str, Any]]:
    """Cadences whose next occurrence is due, held until the work ends; with the directive that is their pattern."""
    return await (
        await connection.execute(
            "select s.id, s.space, s.every_s, s.next_at, s.occurrence, s.ends_at, d.id as pattern, i.phase"
            " from directive_series s join directive d on d.series_id = s.id and d.occurrence = 1"
            " left join incident i on i.id = d.incident_id"
            " where s.stopped_at is null and s.next_at <= %s order by s.next_at limit %s for update of s skip locked",
            (now, limit),
        )
    ).fetchall()


async def departments(connection: Connection) -> list[tuple[str, Text]]:
    """The departments that can be given something to do, by code."""
    rows = await (
        await connection.execute("select code, name_zh, name_en from department order by code")
    ).fetchall()
    return [(row["code"], Text(row["name_zh"], row["name_en"])) for row in rows]


async def history(connection: Connection, directive: UUID) -> list[Event]:
    """What has happened to a directive, in the order it was recorded."""
    rows = await (
        await connection.execute(
            "select id, at, recorded_at, kind, from_state, to_state, actor, text_zh, text_en, detail"
            " from directive_event where directive_id = %s order by id",
            (directive,),
        )
    ).fetchall()
    return [Event(text=Text(row.pop("text_zh"), row.pop("text_en")), **row) for row in rows]


async def event_known(connection: Connection, client_id: UUID) -> UUID | None:
    """The directive that a client's event was recorded for, if it was."""
    row = await (
        await connection.execute(
            "select directive_id from directive_event where client_id = %s", (client_id,)
        )
    ).fetchone()
    return None if row is None else row["directive_id"]


async def evidence(connection: Connection, directive: UUID) -> list[Evidence]:
    """The proof given for a directive, without the pictures themselves."""
    rows = await (
        await connection.execute(
            "select id, kind, at, recorded_at, given_by, text, form, width, height from directive_evidence"
            " where directive_id = %s order by recorded_at, id",
            (directive,),
        )
    ).fetchall()
    return [Evidence(**row) for row in rows]


async def picture(connection: Connection, directive: UUID, evidence_id: UUID) -> bytes:
    """The picture of a piece of proof (raises NotFound)."""
    row = await (
        await connection.execute(
            "select jpeg from directive_evidence where id = %s and directive_id = %s and jpeg is not null",
            (evidence_id, directive),
        )
    ).fetchone()
    if row is None:
        raise NotFound("there is no such picture")
    return bytes(row["jpeg"])


async def extensions(connection: Connection, directive: UUID) -> list[Extension]:
    """The extensions asked for, the newest first."""
    rows = await (
        await connection.execute(
            "select id, directive_id as directive, until, reason, state, asked_by, asked_by_id, asked_at, decided_by,"
            " decided_at, decision_reason from directive_extension where directive_id = %s order by asked_at desc",
            (directive,),
        )
    ).fetchall()
    return [Extension(**row) for row in rows]


def _directive(row: dict[str, Any]) -> Directive:
    zh, en = row.pop("name_zh"), row.pop("name_en")
    row |= {name: tuple(row[name]) for name in ("evidence", "evidence_given", "depends_on", "doers")}
    return Directive(to_department_name=None if zh is None else Text(zh, en), **row)
