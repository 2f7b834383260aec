"""How are command posts, groups, seats and transfers written?"""

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import sql

from mudan.storage.pool import Connection


async def insert(connection: Connection, table: str, row: dict[str, Any]) -> bool:
    """Keep a new row of one of the post's tables; False when its place is taken already."""
    statement = sql.SQL("insert into {} ({}) values ({}) on conflict do nothing").format(
        sql.Identifier(table),
        sql.SQL(", ").join(sql.Identifier(name) for name in row),
        sql.SQL(", ").join(sql.Placeholder(name) for name in row),
    )
    return (await connection.execute(statement, row)).rowcount == 1


async def touch(connection: Connection, post: UUID) -> None:
    """Mark that something in the post changed."""
    await connection.execute("update post set version = version + 1 where id = %s", (post,))


async def end_seat(connection: Connection, seat: UUID, at: datetime, by: str, reason: str) -> bool:
    """End a place; False when it had ended already."""
    done = await connection.execute(
        "update post_seat set until = %s, ended_by = %s, end_reason = %s where id = %s and until is null",
        (at, by, reason, seat),
    )
    return done.rowcount == 1


async def close_group(connection: Connection, group: UUID, at: datetime, by: str) -> None:
    """End a group with every place and unit in it."""
    values = {"group": group, "at": at, "by": by}
    await connection.execute(
        "update post_group set closed_at = %(at)s, closed_by = %(by)s where id = %(group)s and closed_at is null",
        values,
    )
    await connection.execute(
        "update post_seat set until = %(at)s, ended_by = %(by)s, end_reason = '撤组'"
        " where group_id = %(group)s and until is null",
        values,
    )
    await connection.execute(
        "update post_unit set until = %(at)s where group_id = %(group)s and until is null", values
    )


async def update_group(connection: Connection, group: UUID, task: str, place: str, contact: str) -> None:
    """Write what a group does, where, and how it is reached."""
    await connection.execute(
        "update post_group set task = %s, place = %s, contact = %s where id = %s",
        (task, place, contact, group),
    )


async def release_unit(connection: Connection, task: UUID, at: datetime) -> None:
    """Take a unit out of the group it works under."""
    await connection.execute(
        "update post_unit set until = %s where task_id = %s and until is null", (at, task)
    )


async def answer_transfer(
    connection: Connection, transfer: UUID, state: str, at: datetime, by: str, how: str, words: str
) -> None:
    """Keep the answer to a transfer of command."""
    await connection.execute(
        "update command_transfer set state = %s, answered_at = %s, answered_by = %s, answered_how = %s, answer = %s"
        " where id = %s",
        (state, at, by, how, words, transfer),
    )


async def close(connection: Connection, post: UUID, at: datetime, by: str) -> None:
    """End a post with every place in it."""
    values = {"post": post, "at": at, "by": by}
    await connection.execute(
        "update post set closed_at = %(at)s, closed_by = %(by)s, version = version + 1 where id = %(post)s",
        values,
    )
    await connection.execute(
        "update post_seat set until = %(at)s, ended_by = %(by)s, end_reason = '指挥部撤销'"
        " where post_id = %(post)s and until is null",
        values,
    )
    await connection.execute(
        "update post_unit u set until = %(at)s from post_group g where g.id = u.group_id and g.post_id = %(post)s"
        " and u.until is null",
        values,
    )
    await connection.execute(
        "update post_group set closed_at = %(at)s, closed_by = %(by)s where post_id = %(post)s and closed_at is null",
        values,
    )
