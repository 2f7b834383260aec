"""Which warnings are there, what happened to them, and how far did they get, within the reader's scope?"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import sql

from mudan.core.people.queries import visible
from mudan.core.warnings.model.cap import MsgType, Status
from mudan.core.warnings.model.content import parsed, text_message
from mudan.core.warnings.model.delivery import Channel, Outgoing
from mudan.core.warnings.model.record import Delivery, Event, WarningMessage
from mudan.core.warnings.model.states import OPEN, State
from mudan.primitives.errors import NotFound
from mudan.storage.pool import Connection

_SELECT = sql.SQL(
    "select w.id, w.space, w.area_code, w.department, w.chain, w.previous, w.state, w.status, w.msg_type, w.content,"
    " w.expires_at, w.incident_id, w.origin, w.author, w.author_name, w.created_at, w.checker_name, w.checked_at,"
    " w.approver_name, w.approved_at, w.sent_by, w.sent_at, w.ended_at, w.sender, w.identifier, w.version"
    " from warning w where "
)


def _warning(row: dict[str, Any]) -> WarningMessage:
    return WarningMessage(
        **row
        | {
            "state": State(row["state"]), "status": Status(row["status"]), "msg_type": MsgType(row["msg_type"]),
            "content": parsed(row["content"]),
        }
    )  # fmt: skip


async def page(
    connection: Connection, *, which: str = "open", limit: int = 50, before: datetime | None = None
) -> list[WarningMessage]:
    """One page, newest first. `which`: open (being made or in force), ended, all."""
    rows = await (
        await connection.execute(
            _SELECT
            + visible("w")
            + sql.SQL(
                " and (%(which)s = 'all' or (w.state = any(%(open)s)) = (%(which)s = 'open'))"
                " and (%(before)s::timestamptz is null or w.created_at < %(before)s)"
                " order by w.created_at desc, w.id desc limit %(limit)s"
            ),
            {"which": which, "open": [*OPEN, State.SENT], "before": before, "limit": limit},
        )
    ).fetchall()
    return [_warning(row) for row in rows]


async def one(connection: Connection, warning: UUID, *, lock: bool = False) -> WarningMessage:
    """The message of that id (raises NotFound)."""
    statement = _SELECT + sql.SQL("w.id = %s and ") + visible("w")
    if lock:
        statement += sql.SQL(" for update of w")
    row = await (await connection.execute(statement, (warning,))).fetchone()
    if row is None:
        raise NotFound("there is no such warning")
    return _warning(row)


async def of_origin(connection: Connection, space: int, origin: str) -> WarningMessage | None:
    """The message that was made for an origin, if any."""
    row = await (
        await connection.execute(
            _SELECT + sql.SQL("w.space = %s and w.origin = %s and ") + visible("w"), (space, origin)
        )
    ).fetchone()
    return None if row is None else _warning(row)


async def chain(connection: Connection, first: UUID) -> list[WarningMessage]:
    """All messages of one chain, oldest first."""
    rows = await (
        await connection.execute(
            _SELECT + sql.SQL("w.chain = %s and ") + visible("w") + sql.SQL(" order by w.created_at, w.id"),
            (first,),
        )
    ).fetchall()
    return [_warning(row) for row in rows]


async def of_incident(
    connection: Connection, incident: UUID, *, open_only: bool = False
) -> list[WarningMessage]:
    """The messages of an incident, newest first; `open_only`: those being made or in force."""
    rows = await (
        await connection.execute(
            _SELECT
            + sql.SQL("w.incident_id = %(incident)s and (not %(open_only)s or w.state = any(%(open)s)) and ")
            + visible("w")
            + sql.SQL(" order by w.created_at desc"),
            {"incident": incident, "open_only": open_only, "open": [*OPEN, State.SENT]},
        )
    ).fetchall()
    return [_warning(row) for row in rows]


async def events(connection: Connection, warning: UUID) -> list[Event]:
    """What happened to a message, in order."""
    rows = await (
        await connection.execute(
            "select at, kind, actor, from_state, to_state, reason, detail from warning_event"
            " where warning_id = %s order by id",
            (warning,),
        )
    ).fetchall()
    return [Event(**row) for row in rows]


async def deliveries(connection: Connection, warning: UUID) -> list[Delivery]:
    """How far a message got, by channel."""
    rows = await (
        await connection.execute(
            "select id, channel, target, state, attempts, next_at, delivered_at, reason, receipt"
            " from warning_delivery where warning_id = %s order by channel, target",
            (warning,),
        )
    ).fetchall()
    return [Delivery(**row | {"channel": Channel(row["channel"])}) for row in rows]


async def delivery(connection: Connection, delivery_id: UUID, *, lock: bool = False) -> tuple[UUID, Delivery]:
    """One delivery with its message's id (raises NotFound)."""
    statement = sql.SQL(
        "select id, channel, target, state, attempts, next_at, delivered_at, reason, receipt, warning_id"
        " from warning_delivery where id = %s"
    ) + sql.SQL(" for update" if lock else "")
    row = await (await connection.execute(statement, (delivery_id,))).fetchone()
    if row is None:
        raise NotFound("there is no such delivery")
    warning: UUID = row.pop("warning_id")
    return warning, Delivery(**row | {"channel": Channel(row["channel"])})


async def document(connection: Connection, warning: UUID) -> bytes | None:
    """The document that was sent."""
    row = await (
        await connection.execute("select document from warning where id = %s", (warning,))
    ).fetchone()
    return None if row is None or row["document"] is None else bytes(row["document"])


async def serials(connection: Connection, space: int, prefix: str) -> int:
    """How many identifiers of a space begin so."""
    row = await (
        await connection.execute(
            "select count(*)::int as n from warning where space = %s and starts_with(identifier, %s)",
            (space, prefix),
        )
    ).fetchone()
    return int(row["n"]) if row else 0


async def outgoing(connection: Connection, claimed: Sequence[UUID]) -> list[tuple[Outgoing, bool]]:
    """What claimed deliveries carry, and whether their message still holds."""
    rows = await (
        await connection.execute(
            "select d.id, d.warning_id, d.channel, d.target, d.attempts, d.space, w.status, w.identifier, w.document,"
            " w.content, w.state from warning_delivery d join warning w on w.id = d.warning_id"
            " where d.id = any(%s) order by w.sent_at, d.id",
            (list(claimed),),
        )
    ).fetchall()
    return [
        (
            Outgoing(
                row["id"], row["warning_id"], Channel(row["channel"]), row["target"], row["attempts"], row["space"],
                row["status"], row["identifier"], bytes(row["document"]), text_message(parsed(row["content"])),
                row["content"],
            ),
            row["state"] == State.SENT,
        )
        for row in rows
    ]  # fmt: skip
