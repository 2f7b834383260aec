"""Which command posts are there, and who is in them, within the reader's scope?"""

from typing import Any
from uuid import UUID

from psycopg import sql

from mudan.core.people.queries import visible
from mudan.core.posts.model import Group, GroupKind, GroupUnit, Post, Seat, Transfer
from mudan.primitives.errors import NotFound
from mudan.primitives.text import Text
from mudan.storage.pool import Connection


async def group_kinds(connection: Connection) -> list[GroupKind]:
    """The county's set of working groups, in its order."""
    rows = await (await connection.execute("select * from post_group_kind order by position")).fetchall()
    return [
        GroupKind(
            row["code"], Text(row["name_zh"], row["name_en"]), row["section"], row["task_zh"], row["example"]
        )
        for row in rows
    ]


async def _whole(connection: Connection, row: dict[str, Any]) -> Post:
    post = row["id"]
    groups = await (
        await connection.execute(
            "select g.*, k.name_zh, k.name_en, k.section from post_group g join post_group_kind k on k.code = g.kind"
            " where g.post_id = %s order by k.position, g.opened_at",
            (post,),
        )
    ).fetchall()
    seats = await (
        await connection.execute("select * from post_seat where post_id = %s order by since, id", (post,))
    ).fetchall()
    units = await (
        await connection.execute(
            "select p.*, u.name_zh, u.name_en, u.code, u.crew_count, t.state from post_unit p"
            " join post_group g on g.id = p.group_id join task t on t.id = p.task_id join unit u on u.id = t.unit_id"
            " where g.post_id = %s and p.until is null order by p.since",
            (post,),
        )
    ).fetchall()
    transfers = await (
        await connection.execute(
            "select * from command_transfer where post_id = %s order by offered_at", (post,)
        )
    ).fetchall()
    own = {name: row[name] for name in Post.__slots__ if name in row}
    return Post(
        **own,
        groups=tuple(_group(one) for one in groups),
        seats=tuple(Seat(**{name: one[name] for name in Seat.__slots__}) for one in seats),
        units=tuple(
            GroupUnit(
                one["id"], one["group_id"], one["task_id"], Text(one["name_zh"], one["name_en"]), one["code"],
                one["crew_count"], one["state"], one["work"], one["since"],
            )
            for one in units
        ),
        transfers=tuple(Transfer(**{name: one[name] for name in Transfer.__slots__}) for one in transfers),
    )  # fmt: skip


def _group(row: dict[str, Any]) -> Group:
    return Group(
        row["id"], row["kind"], Text(row["name_zh"], row["name_en"]), row["section"], row["task"], row["place"],
        row["contact"], row["opened_at"], row["closed_at"],
    )  # fmt: skip


async def of_incident(connection: Connection, incident: UUID) -> Post | None:
    """The incident's post, the standing one before the last closed one."""
    row = await (
        await connection.execute(
            sql.SQL("select p.* from post p where p.incident_id = %s and ")
            + visible("p")
            + sql.SQL(" order by p.closed_at is null desc, p.opened_at desc limit 1"),
            (incident,),
        )
    ).fetchone()
    return await _whole(connection, row) if row else None


async def one(connection: Connection, post: UUID, *, lock: bool = False) -> Post:
    """The post of that id (raises NotFound)."""
    statement = sql.SQL("select p.* from post p where p.id = %s and ") + visible("p")
    if lock:
        statement += sql.SQL(" for update of p")
    row = await (await connection.execute(statement, (post,))).fetchone()
    if row is None:
        raise NotFound("there is no such command post")
    return await _whole(connection, row)


async def _post_of(connection: Connection, table: str, which: UUID) -> Post:
    statement = sql.SQL("select post_id from {} where id = %s").format(sql.Identifier(table))
    row = await (await connection.execute(statement, (which,))).fetchone()
    if row is None:
        raise NotFound("there is no such place in a command post")
    return await one(connection, row["post_id"], lock=True)


async def of_group(connection: Connection, group: UUID) -> Post:
    """The post that a group belongs to, held until the transaction ends (raises NotFound)."""
    return await _post_of(connection, "post_group", group)


async def of_seat(connection: Connection, seat: UUID) -> Post:
    """The post that a seat belongs to, held (raises NotFound)."""
    return await _post_of(connection, "post_seat", seat)


async def of_transfer(connection: Connection, transfer: UUID) -> Post:
    """The post that a transfer of command belongs to, held (raises NotFound)."""
    return await _post_of(connection, "command_transfer", transfer)


async def task_of(connection: Connection, incident: UUID, task: UUID) -> Text:
    """The name of the unit of an incident's open task (raises NotFound)."""
    row = await (
        await connection.execute(
            "select u.name_zh, u.name_en from task t join unit u on u.id = t.unit_id"
            " where t.id = %s and t.incident_id = %s and t.ended_at is null",
            (task, incident),
        )
    ).fetchone()
    if row is None:
        raise NotFound("there is no such open task in this incident")
    return Text(row["name_zh"], row["name_en"])
