"""Which notices are there, whom do they reach now, and who is called next?"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import sql

from mudan.core.duty import queries as duty
from mudan.core.notices.model import (
    Delivery,
    Notice,
    Receipt,
    Recipients,
    State,
    Step,
    Upcoming,
    target_title,
)
from mudan.core.people.model import DEPARTMENT_BOUND, Actor, Role
from mudan.primitives.errors import NotFound
from mudan.primitives.geo import Point
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

_SEEN = sql.SQL(
    "(mudan_sees(n.area_code, n.department, n.space) or exists (select 1 from notice_delivery d"
    " where d.notice_id = n.id and mudan_person() = any (d.people)))"
)
_MINE = sql.SQL(
    "exists (select 1 from notice_delivery d where d.notice_id = n.id and d.channel = 'app'"
    " and d.state = 'shown' and (%(person)s = any (d.people) or d.target = 'role:' || %(role)s))"
)


async def recipients(
    connection: Connection, to: str, *, space: int, area_code: str, department: str | None, now: datetime
) -> Recipients:
    """Who a target is now; nobody when no enabled account and no number belongs to it."""
    kind, _, name = to.partition(":")
    title = target_title(to)
    if kind == "address":
        return Recipients(title, addresses=((name, name),))
    if kind == "position":
        found = await duty.on_duty(connection, now, space=space, area=area_code, position=name)
        title = found[0].title if found else title
        people = tuple(one.person for one in found if one.person is not None)
        return Recipients(title, people, tuple((one.name, one.phone) for one in found))
    if kind == "person":
        rows = await _people(connection, sql.SQL("p.id::text = %(name)s"), {"name": name})
        shown = Text(rows[0]["name"], rows[0]["name"]) if rows else title
        return _reached(shown, rows)
    bound = name in {role.value for role in DEPARTMENT_BOUND}
    return _reached(
        title,
        await _people(
            connection,
            sql.SQL(
                "p.role = %(name)s and starts_with(%(area)s, p.area_code)"
                " and (not %(bound)s or %(department)s::text is null or p.department = %(department)s)"
            ),
            {"name": name, "area": area_code, "bound": bound, "department": department},
        ),
    )


async def _people(connection: Connection, condition: sql.SQL, values: dict[str, Any]) -> list[dict[str, Any]]:
    statement = sql.SQL("select p.id, p.name from person p where not p.disabled and {} order by p.login")
    return await (await connection.execute(statement.format(condition), values)).fetchall()


def _reached(title: Text, rows: Sequence[dict[str, Any]]) -> Recipients:
    return Recipients(title, tuple(row["id"] for row in rows), tuple((row["name"], "") for row in rows))


async def due(connection: Connection, now: datetime, limit: int) -> list[Notice]:
    """Open notices whose time has come or that lapse, held against everybody else until the work ends."""
    rows = await (
        await connection.execute(
            "select * from notice where state = 'open' and (next_at <= %(now)s or lapses_at <= %(now)s)"
            " order by coalesce(next_at, lapses_at) limit %(limit)s for update skip locked",
            {"now": now, "limit": limit},
        )
    ).fetchall()
    return [_notice(row) for row in rows]


async def waiting(connection: Connection, limit: int) -> list[dict[str, Any]]:
    """Deliveries that no channel has taken, with their notice's words, held until the work ends."""
    return await (
        await connection.execute(
            "select d.*, n.title, n.body, n.noun, n.subject, n.level from notice_delivery d"
            " join notice n on n.id = d.notice_id where d.state = 'queued' and d.space = 0"
            " order by d.fired_at limit %s for update of d skip locked",
            (limit,),
        )
    ).fetchall()


async def one(connection: Connection, notice: UUID, *, lock: bool = False) -> Notice:
    """A notice that the reader sees or that called them; raises NotFound."""
    statement = sql.SQL("select n.* from notice n where n.id = %s and ") + _SEEN
    if lock:
        statement += sql.SQL(" for update of n")
    row = await (await connection.execute(statement, (notice,))).fetchone()
    if row is None:
        raise NotFound("there is no such notice")
    return (await _filled(connection, [_notice(row)]))[0]


async def of_subject(connection: Connection, noun: str, subject: str) -> list[Notice]:
    """Everything told about a subject, oldest first, with calls and receipts."""
    return await _where(connection, sql.SQL("n.noun = %s and n.subject = %s"), (noun, subject))


async def of_group(connection: Connection, mark: str) -> list[Notice]:
    """Everything posted under a mark, oldest first."""
    return await _where(connection, sql.SQL("n.mark = %s"), (mark,))


async def _where(connection: Connection, condition: sql.SQL, values: tuple[Any, ...]) -> list[Notice]:
    statement = sql.SQL("select n.* from notice n where {} and {} order by n.created_at, n.id")
    here = statement.format(_SEEN, condition)
    rows = await (await connection.execute(here, values)).fetchall()
    return await _filled(connection, [_notice(row) for row in rows])


async def open_of(connection: Connection, noun: str, subjects: Sequence[str]) -> list[Notice]:
    """The open notices about some subjects, without calls and receipts."""
    rows = await (
        await connection.execute(
            "select * from notice where noun = %s and subject = any(%s) and state = 'open' order by id for update",
            (noun, list(subjects)),
        )
    ).fetchall()
    return [_notice(row) for row in rows]


async def next_of(connection: Connection, noun: str, subjects: Sequence[str]) -> dict[str, Upcoming]:
    """Who is called next about each subject, and when; without those about whom nobody is called."""
    rows = await (
        await connection.execute(
            "select * from notice where noun = %s and subject = any(%s) and state = 'open'"
            " and next_at is not null order by next_at desc",
            (noun, list(subjects)),
        )
    ).fetchall()
    return {row["subject"]: upcoming for row in rows if (upcoming := _notice(row).upcoming) is not None}


async def calling(connection: Connection, noun: str, limit: int = 500) -> list[Notice]:
    """The open notices about a noun of which somebody is called next, the next first."""
    statement = sql.SQL(
        "select n.* from notice n where n.noun = %s and n.state = 'open' and n.next_at is not null and "
    )
    rows = await (
        await connection.execute(statement + _SEEN + sql.SQL(" order by n.next_at limit %s"), (noun, limit))
    ).fetchall()
    return [_notice(row) for row in rows]


async def mine(
    connection: Connection, actor: Actor, *, state: str = "open", limit: int = 100
) -> list[Notice]:
    """What has called somebody, or their role in their area: the newest first."""
    role = actor.scope.role.value if isinstance(actor.scope.role, Role) else ""
    statement = sql.SQL("select n.* from notice n where ") + _SEEN + sql.SQL(" and ") + _MINE
    statement += sql.SQL(
        " and (%(state)s = 'all' or n.state = %(state)s or (%(state)s = 'open' and n.state = 'delivered'"
        " and not exists (select 1 from notice_receipt r where r.notice_id = n.id and r.person = %(person)s)))"
        " order by n.created_at desc limit %(limit)s"
    )
    values = {"person": actor.person, "role": role, "state": state, "limit": limit}
    rows = await (await connection.execute(statement, values)).fetchall()
    return await _filled(connection, [_notice(row) for row in rows])


async def _filled(connection: Connection, notices: list[Notice]) -> list[Notice]:
    if not notices:
        return []
    ids = [notice.id for notice in notices]
    calls: dict[UUID, list[Delivery]] = {}
    statement = "select * from notice_delivery where notice_id = any(%s) order by firing, channel"
    for row in await (await connection.execute(statement, (ids,))).fetchall():
        calls.setdefault(row["notice_id"], []).append(_delivery(row))
    answers: dict[UUID, list[Receipt]] = {}
    statement = "select * from notice_receipt where notice_id = any(%s) order by received_at"
    for row in await (await connection.execute(statement, (ids,))).fetchall():
        receipt = Receipt(row["name"], row["how"], row["note"], row["device_at"], row["received_at"])
        answers.setdefault(row["notice_id"], []).append(receipt)
    return [_with(notice, calls.get(notice.id, []), answers.get(notice.id, [])) for notice in notices]


def _with(notice: Notice, deliveries: list[Delivery], receipts: list[Receipt]) -> Notice:
    known = {name: getattr(notice, name) for name in Notice.__slots__}
    return Notice(**known | {"deliveries": tuple(deliveries), "receipts": tuple(receipts)})


def _delivery(row: dict[str, Any]) -> Delivery:
    return Delivery(
        row["id"], row["firing"], row["channel"], row["target"], Text(**row["target_title"]), tuple(row["people"]),
        tuple(address["name"] for address in row["addresses"]), row["wanted_at"], row["fired_at"], row["late"],
        row["state"], row["sent_at"],
    )  # fmt: skip


def _notice(row: dict[str, Any]) -> Notice:
    steps = tuple(
        Step(
            one["to"], one["after_s"], tuple(one["channels"]), one["otherwise"],
            Text(**one["title"]) if one.get("title") else None,
        )
        for one in row["steps"]
    )  # fmt: skip
    return Notice(
        id=row["id"], space=row["space"], area_code=row["area_code"], department=row["department"],
        noun=row["noun"], subject=row["subject"], mark=row["mark"], level=row["level"], title=Text(**row["title"]),
        body=Text(**row["body"]), steps=steps, fired=row["fired"], state=State(row["state"]),
        need_receipt=row["need_receipt"], due_at=row["due_at"], repeat_s=row["repeat_s"], next_at=row["next_at"],
        lapses_at=row["lapses_at"], created_at=row["created_at"], created_by=row["created_by"],
        ended_at=row["ended_at"], ended_by=row["ended_by"], ended_reason=row["ended_reason"],
        place=Point(row["lon"], row["lat"]) if row["lon"] is not None else None,
    )  # fmt: skip
