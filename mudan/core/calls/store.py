"""How are the tree, its chains, their steps and tries written?"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from mudan.storage.pool import Connection


def _insert(table: str, row: Mapping[str, Any]) -> sql.Composed:
    return sql.SQL("insert into {} ({}) values ({}) on conflict do nothing").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join(map(sql.Placeholder, row)),
    )


async def _update(connection: Connection, table: str, which: UUID, changes: Mapping[str, Any]) -> None:
    parts = [sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in changes]
    statement = sql.SQL("update {} set {} where id = %(which)s").format(
        sql.Identifier(table), sql.SQL(", ").join(parts)
    )
    await connection.execute(statement, {**changes, "which": which})


async def insert_node(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Keep a new place; False when it is there."""
    return (await connection.execute(_insert("call_node", row), row)).rowcount == 1


async def update_node(connection: Connection, node: UUID, row: Mapping[str, Any]) -> None:
    """Change a place."""
    await connection.execute(
        "update call_node set name = %(name)s, people = %(people)s, lon = %(lon)s, lat = %(lat)s,"
        " voided_at = %(voided_at)s, void_reason = %(void_reason)s, version = version + 1 where id = %(id)s",
        {**row, "id": node},
    )


async def put_contacts(connection: Connection, node: UUID, contacts: Sequence[UUID]) -> None:
    """Say whom to call at a place, the first first."""
    await connection.execute("delete from call_node_contact where node_id = %s", (node,))
    for position, contact in enumerate(contacts):
        await connection.execute(
            "insert into call_node_contact values (%s, %s, %s)", (node, position, contact)
        )


async def insert_run(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Keep a new chain; False when its origin has started one already."""
    return (await connection.execute(_insert("call_run", row), row)).rowcount == 1


async def end_run(connection: Connection, run: UUID, state: str, at: datetime, reason: str) -> None:
    """A chain is over."""
    await connection.execute(
        "update call_run set state = %s, ended_at = %s, end_reason = %s, version = version + 1 where id = %s",
        (state, at, reason, run),
    )


async def insert_steps(
    connection: Connection, run: UUID, levels: Sequence[str], mode: str, at: datetime
) -> int:
    """One step for every place of the run's area and levels; those that begin at once are due now."""
    await connection.execute(
        "insert into call_step (id, run_id, node_id, level, name, people, lon, lat, state)"
        " select gen_random_uuid(), r.id, n.id, n.level, n.name, n.people, n.lon, n.lat, 'pending'"
        " from call_run r join call_node n on n.space = r.space and starts_with(n.area_code, r.area_code)"
        " where r.id = %s and n.voided_at is null and n.level = any(%s) on conflict do nothing",
        (run, list(levels)),
    )
    await connection.execute(
        "update call_step s set parent_id = p.id from call_node n, call_step p"
        " where s.run_id = %(run)s and n.id = s.node_id and p.run_id = s.run_id and p.node_id = n.parent_id",
        {"run": run},
    )
    done = await connection.execute(
        "update call_step set state = 'calling', next_at = %(at)s"
        " where run_id = %(run)s and (%(mode)s = 'through' or parent_id is null)",
        {"run": run, "mode": mode, "at": at},
    )
    return done.rowcount


async def begin_children(connection: Connection, step: UUID, at: datetime) -> int:
    """The places under a step are called from now on."""
    done = await connection.execute(
        "update call_step set state = 'calling', next_at = %s, version = version + 1"
        " where parent_id = %s and state = 'pending'",
        (at, step),
    )
    return done.rowcount


async def update_step(connection: Connection, step: UUID, changes: Mapping[str, Any]) -> None:
    """Write named columns of a step."""
    parts: list[sql.Composable] = [
        sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in changes
    ]
    parts.append(sql.SQL("version = version + 1"))
    statement = sql.SQL("update call_step set {} where id = %(step)s").format(sql.SQL(", ").join(parts))
    await connection.execute(statement, {**changes, "step": step})


async def cancel_steps(connection: Connection, run: UUID) -> None:
    """Nobody else of a chain is called."""
    await connection.execute(
        "update call_step set state = 'cancelled', next_at = null, version = version + 1"
        " where run_id = %s and state in ('pending', 'calling')",
        (run,),
    )


async def give_up_steps(connection: Connection, run: UUID) -> None:
    """Whoever of a chain has not answered by now counts as not reached."""
    await connection.execute(
        "update call_step set state = 'unreached', next_at = null, version = version + 1"
        " where run_id = %s and state in ('pending', 'calling')",
        (run,),
    )


async def insert_attempt(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Keep a new try; False when the step has one of that number."""
    return (await connection.execute(_insert("call_attempt", row), row)).rowcount == 1


async def update_attempt(connection: Connection, attempt: UUID, changes: Mapping[str, Any]) -> None:
    """Write named columns of a try."""
    await _update(connection, "call_attempt", attempt, changes)


async def end_attempts(connection: Connection, step: UUID, state: str, at: datetime) -> None:
    """The tries of a step that still wait are over."""
    await connection.execute(
        "update call_attempt set state = %s, ended_at = %s where step_id = %s and state = 'calling'",
        (state, at, step),
    )


async def heard_above(connection: Connection) -> list[tuple[int, UUID]]:
    """The level above has taken down that somebody must go there; the spaces and runs this concerns."""
    rows = await (
        await connection.execute(
            "update call_attempt a set state = 'answered', ended_at = n.ended_at, server_at = n.ended_at,"
            " receipt = coalesce(n.ended_by, '') from notice n, call_step s, call_run r"
            " where a.kind = 'escalation' and a.state = 'calling' and n.id = a.notice_id"
            " and n.state = 'acknowledged' and s.id = a.step_id and r.id = s.run_id returning r.space, r.id"
        )
    ).fetchall()
    return [(row["space"], row["id"]) for row in rows]


async def append(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Write an event of a chain; False when its client id is known."""
    values = {**row, "detail": Jsonb(row["detail"])}
    return (await connection.execute(_insert("call_event", row), values)).rowcount == 1


async def copy_into(connection: Connection, space: int, area: str) -> int:
    """Copy the call tree of an area, with whom to call, into another data space; how many places.

    The phone book must have been copied before.
    """
    given = {"space": space, "area": area}
    done = await connection.execute(
        "insert into call_node (id, space, area_code, department, parent_id, level, name, people, lon, lat, example)"
        " select md5(%(space)s || n.id::text)::uuid, %(space)s, n.area_code, n.department,"
        " case when p.id is not null then md5(%(space)s || p.id::text)::uuid end, n.level, n.name, n.people, n.lon,"
        " n.lat, n.example from call_node n left join call_node p on p.id = n.parent_id and p.voided_at is null"
        " and starts_with(p.area_code, %(area)s)"
        " where n.space = 0 and n.voided_at is null and starts_with(n.area_code, %(area)s)",
        given,
    )
    await connection.execute(
        "insert into call_node_contact (node_id, position, contact_id) select n.id, k.position, c.id"
        " from call_node_contact k join call_node n on n.id = md5(%(space)s || k.node_id::text)::uuid"
        " join duty_contact c on c.id = md5(%(space)s || k.contact_id::text)::uuid where n.space = %(space)s",
        given,
    )
    return done.rowcount
