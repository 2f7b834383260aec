"""Who is in the tree, which chains run, who has answered, and whose time has run out?"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql

from mudan.core.calls.model import Attempt, Node, Run, Step
from mudan.core.duty.model import Contact
from mudan.core.people.queries import visible
from mudan.primitives.errors import NotFound
from mudan.storage.pool import Connection

_NODE: LiteralString = (
    "select n.id, n.space, n.area_code, n.department, n.parent_id as parent, n.level, n.name, n.people, n.lon, n.lat,"
    " n.example, n.version from call_node n where "
)
_RUN: LiteralString = (
    "select r.id, r.space, r.area_code, r.department, r.origin, r.incident_id, r.title, r.words, r.level, r.mode,"
    " r.lowest, r.answer_within_s, r.rounds, r.state, r.started_by, r.started_at, r.ended_at, r.end_reason, r.version,"
    " (select count(*)::int from call_step s where s.run_id = r.id) as total,"
    " (select count(*)::int from call_step s where s.run_id = r.id and s.state = 'answered') as answered,"
    " (select count(*)::int from call_step s where s.run_id = r.id and s.state = 'unreached') as unreached"
    " from call_run r where "
)
_STEP: LiteralString = (
    "select s.id, s.run_id as run, s.parent_id as parent, s.node_id as node, s.level, s.name, s.people, s.lon, s.lat,"
    " s.state, s.attempts, s.next_at, s.escalated_at, s.answered_at, s.answered_by, s.answered_how, s.version,"
    " n.area_code from call_step s join call_node n on n.id = s.node_id where "
)


async def nodes(connection: Connection, area: str = "", limit: int = 2000) -> list[Node]:
    """The places of the tree within scope, with their contacts, the higher ones first."""
    statement = (
        sql.SQL(_NODE)
        + visible("n")
        + sql.SQL(
            " and n.voided_at is null and starts_with(n.area_code, %s)"
            " order by array_position(array['county','town','village','household'], n.level), n.area_code,"
            " n.name limit %s"
        )
    )
    rows = await (await connection.execute(statement, (area, limit))).fetchall()
    return await _filled(connection, [Node(**row) for row in rows])


async def node(connection: Connection, node_id: UUID, *, lock: bool = False) -> Node:
    """A place of the tree (raises NotFound)."""
    statement = sql.SQL(_NODE) + sql.SQL("n.id = %s and n.voided_at is null and ") + visible("n")
    row = await (
        await connection.execute(statement + sql.SQL(" for update" if lock else ""), (node_id,))
    ).fetchone()
    if row is None:
        raise NotFound("there is no such place in the tree")
    return (await _filled(connection, [Node(**row)]))[0]


async def _filled(connection: Connection, found: Sequence[Node]) -> list[Node]:
    contacts = await contacts_of(connection, [one.id for one in found])
    return [replace(one, contacts=tuple(contacts.get(one.id, ()))) for one in found]


async def villages_named(connection: Connection, words: str, limit: int = 5) -> list[Node]:
    """The places of the tree below the towns whose name stands in some words and whose place is known."""
    statement = (
        sql.SQL(_NODE)
        + visible("n")
        + sql.SQL(
            " and n.voided_at is null and n.level in ('village', 'household') and n.lon is not null"
            " and length(n.name) > 1 and strpos(%(words)s, n.name) > 0"
            " order by n.level = 'household' desc, length(n.name) desc limit %(limit)s"
        )
    )
    rows = await (await connection.execute(statement, {"words": words, "limit": limit})).fetchall()
    return [Node(**row) for row in rows]


async def contacts_of(connection: Connection, node_ids: Sequence[UUID]) -> dict[UUID, list[Contact]]:
    """Whom to call at each place, the first first; those taken out of the phone book are passed over."""
    rows = await (
        await connection.execute(
            "select m.node_id, c.id, c.space, c.area_code, c.department, c.name, c.post, c.phone, c.phone_other,"
            " c.channels, c.person_id as person, c.example, c.version"
            " from call_node_contact m join duty_contact c on c.id = m.contact_id"
            " where m.node_id = any(%s) and c.voided_at is null order by m.node_id, m.position",
            (list(node_ids),),
        )
    ).fetchall()
    found: dict[UUID, list[Contact]] = {}
    for row in rows:
        place = row.pop("node_id")
        found.setdefault(place, []).append(Contact(**{**row, "channels": tuple(row["channels"])}))
    return found


async def runs(
    connection: Connection, *, open_only: bool = False, incident: UUID | None = None, limit: int = 50
) -> list[Run]:
    """Chains within scope, those that run first, then the newest."""
    statement = (
        sql.SQL(_RUN)
        + visible("r")
        + sql.SQL(
            " and (not %(open)s or r.state = 'running')"
            " and (%(incident)s::uuid is null or r.incident_id = %(incident)s)"
            " order by r.state = 'running' desc, r.started_at desc limit %(limit)s"
        )
    )
    values = {"open": open_only, "incident": incident, "limit": limit}
    return [Run(**row) for row in await (await connection.execute(statement, values)).fetchall()]


async def run(connection: Connection, run_id: UUID, *, lock: bool = False) -> Run:
    """A chain (raises NotFound)."""
    statement = sql.SQL(_RUN) + sql.SQL("r.id = %s and ") + visible("r")
    row = await (
        await connection.execute(statement + sql.SQL(" for update of r" if lock else ""), (run_id,))
    ).fetchone()
    if row is None:
        raise NotFound("there is no such call")
    return Run(**row)


async def of_origin(connection: Connection, space: int, origin: str) -> Run | None:
    """The chain that an origin has started, if any."""
    statement = sql.SQL(_RUN) + sql.SQL("r.space = %s and r.origin = %s")
    row = await (await connection.execute(statement, (space, origin))).fetchone()
    return None if row is None else Run(**row)


async def steps(connection: Connection, run_id: UUID) -> list[Step]:
    """The places of a chain with every try, the higher ones first."""
    statement = sql.SQL(_STEP) + sql.SQL(
        "s.run_id = %s order by array_position(array['county','town','village','household'], s.level), s.name, s.id"
    )
    found = [Step(**row) for row in await (await connection.execute(statement, (run_id,))).fetchall()]
    tries: dict[UUID, list[Attempt]] = {}
    for attempt in await _attempts(connection, sql.SQL("s.run_id = %s"), (run_id,)):
        tries.setdefault(attempt.step, []).append(attempt)
    return [replace(one, tries=tuple(tries.get(one.id, ()))) for one in found]


async def _attempts(connection: Connection, condition: sql.SQL, values: tuple[Any, ...]) -> list[Attempt]:
    statement = sql.SQL(
        "select a.id, a.step_id as step, a.number, a.name, a.phone, a.channel, a.kind, a.notice_id as notice, a.state,"
        " a.started_at, a.deadline, a.late, a.ended_at, a.device_at, a.server_at, a.receipt"
        " from call_attempt a join call_step s on s.id = a.step_id where {} order by a.step_id, a.number"
    )
    rows = await (await connection.execute(statement.format(condition), values)).fetchall()
    return [Attempt(**row) for row in rows]


async def step(connection: Connection, run_id: UUID, step_id: UUID, *, lock: bool = False) -> Step:
    """A place of a chain with its tries (raises NotFound)."""
    statement = sql.SQL(_STEP) + sql.SQL("s.id = %s and s.run_id = %s")
    row = await (
        await connection.execute(statement + sql.SQL(" for update of s" if lock else ""), (step_id, run_id))
    ).fetchone()
    if row is None:
        raise NotFound("the call has no such place")
    return replace(Step(**row), tries=tuple(await _attempts(connection, sql.SQL("s.id = %s"), (step_id,))))


async def due(connection: Connection, now: datetime, limit: int) -> list[Step]:
    """Steps whose try has run out, or that begin now; held against everybody else until the work ends."""
    statement = sql.SQL(_STEP) + sql.SQL(
        "s.state = 'calling' and s.next_at <= %s order by s.next_at limit %s for update of s skip locked"
    )
    found = [Step(**row) for row in await (await connection.execute(statement, (now, limit))).fetchall()]
    tries: dict[UUID, list[Attempt]] = {}
    ids = [one.id for one in found]
    for attempt in await _attempts(connection, sql.SQL("a.step_id = any(%s)"), (ids,)) if ids else ():
        tries.setdefault(attempt.step, []).append(attempt)
    return [replace(one, tries=tuple(tries.get(one.id, ()))) for one in found]


async def answered_notices(connection: Connection, limit: int) -> list[dict[str, Any]]:
    """Tries whose notice somebody has answered, with the receipt; the steps are held until the work ends."""
    return await (
        await connection.execute(
            "select s.id as step, s.run_id as run, t.name, t.how, t.device_at, t.received_at, t.note"
            " from call_attempt a join call_step s on s.id = a.step_id join notice n on n.id = a.notice_id"
            " join lateral (select * from notice_receipt r where r.notice_id = n.id order by r.received_at limit 1) t"
            " on true"
            " where a.kind = 'call' and n.state = 'acknowledged' and s.state in ('calling', 'unreached')"
            " limit %s for update of s skip locked",
            (limit,),
        )
    ).fetchall()


async def worn_out(connection: Connection, before: datetime) -> list[Run]:
    """Chains that began so long ago that they end."""
    statement = sql.SQL(_RUN) + sql.SQL(
        "r.state = 'running' and r.started_at <= %s for update of r skip locked"
    )
    return [Run(**row) for row in await (await connection.execute(statement, (before,))).fetchall()]


async def still_open(connection: Connection, run_id: UUID) -> int:
    """How many places of a chain are still to be called."""
    row = await (
        await connection.execute(
            "select count(*)::int as n from call_step where run_id = %s and state in ('pending', 'calling')",
            (run_id,),
        )
    ).fetchone()
    return row["n"] if row else 0


async def event_known(connection: Connection, client_id: UUID) -> bool:
    """Whether a client's event was recorded."""
    row = await (
        await connection.execute("select 1 from call_event where client_id = %s", (client_id,))
    ).fetchone()
    return row is not None


async def events(connection: Connection, run_id: UUID) -> list[dict[str, Any]]:
    """What has happened in a chain, in order."""
    return await (
        await connection.execute(
            "select id, step_id, at, recorded_at, kind, actor, text_zh, text_en, detail from call_event"
            " where run_id = %s order by id",
            (run_id,),
        )
    ).fetchall()
