"""Which case does a slip open, who wants to hear of it, what has a caller reported, and what may everybody count?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, LiteralString
from uuid import UUID

from mudan.core.cases.model.slip import Draft, Slip, hash_of
from mudan.storage.pool import Connection

_SLIP: LiteralString = (
    "select s.id, s.case_id, s.reporter_id, s.joined, s.language, s.created_at, s.channel, s.contact,"
    " s.consented_at, s.withdrawn_at, s.mail_confirmed_at from case_slip s"
)
_WISHES: LiteralString = (
    " where s.channel <> '' and s.case_id in (select %(case)s::uuid union all"
    " select c.id from case_file c where c.main_id = %(case)s) order by s.created_at limit %(most)s"
)
MOST_TOLD = 500
TOWN_DIGITS = 9  # GB/T 2260: six digits of the county, three of the town


@dataclass(frozen=True, slots=True)
class Counted:
    """So many cases of a type and class in a town stand at a stage; how many of them closed, in how many hours."""

    type: str
    class_code: str
    town: str
    state: str
    count: int


@dataclass(frozen=True, slots=True)
class Median:
    """Half of a class's closed cases took no longer than so many hours."""

    type: str
    class_code: str
    closed: int
    hours: float


@dataclass(frozen=True, slots=True)
class Recent:
    """A case without anything that says whose it is."""

    type: str
    class_code: str
    town: str
    state: str
    created_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Callers:
    """How often a telephone number has reported, how many of those are open, and when last."""

    count: int
    open: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class Burden:
    """The sums of a day, a form and a department."""

    day: date
    form: str
    department: str
    entries: int
    fields: int
    seconds: int
    avoided: int


async def slip_key(connection: Connection) -> bytes:
    """The key that codes are made with."""
    row = await (await connection.execute("select key from case_slip_key")).fetchone()
    assert row is not None  # the migration made it
    key: bytes = row["key"]
    return key


async def slip(connection: Connection, number: str, code: str) -> Slip | None:
    """The slip of that number and code; the same question whichever of the two is wrong."""
    row = await (
        await connection.execute(
            _SLIP
            + " join case_file c on c.id = s.case_id where s.code_hash = %s and c.number = %s and c.space = 0",
            (hash_of(code), number),
        )
    ).fetchone()
    return None if row is None else Slip(**row)


async def slip_of(connection: Connection, slip_id: UUID) -> Slip | None:
    """A slip by its id."""
    row = await (await connection.execute(_SLIP + " where s.id = %s", (slip_id,))).fetchone()
    return None if row is None else Slip(**row)


async def wishes(connection: Connection, case: UUID) -> list[Slip]:
    """The slips of a case, and of those merged into it, whose holders agreed to be told."""
    values = {"case": case, "most": MOST_TOLD}
    rows = await (await connection.execute(_SLIP + _WISHES, values)).fetchall()
    return [Slip(**row) for row in rows]


async def draft(connection: Connection, draft_id: UUID, since: datetime) -> Draft | None:
    """A picture that waits for its report, unless it has waited too long."""
    row = await (
        await connection.execute(
            "select id, jpeg, taken_at, lon, lat from case_draft where id = %s and at >= %s",
            (draft_id, since),
        )
    ).fetchone()
    return None if row is None else Draft(**row)


async def drafts_waiting(connection: Connection) -> int:
    """How many pictures wait for their reports."""
    row = await (await connection.execute("select count(*)::int as n from case_draft")).fetchone()
    return row["n"] if row else 0


async def named(connection: Connection, numbers: Sequence[str]) -> dict[str, UUID]:
    """The ids of real cases by their numbers."""
    rows = await (
        await connection.execute(
            "select number, id from case_file where space = 0 and number = any(%s)", (list(numbers),)
        )
    ).fetchall()
    return {row["number"]: row["id"] for row in rows}


async def states(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, tuple[str, datetime | None]]:
    """(stage, when it was closed) of some cases."""
    rows = await (
        await connection.execute(
            "select id, state, closed_at from case_file where id = any(%s)", (list(ids),)
        )
    ).fetchall()
    return {row["id"]: (row["state"], row["closed_at"]) for row in rows}


async def callers(connection: Connection, phones: Sequence[str]) -> Callers:
    """What a telephone number, in one of these writings, has reported, as far as the reader sees it."""
    row = await (
        await connection.execute(
            "select count(distinct c.id)::int as count, count(distinct c.id) filter (where c.ended_at is null"
            " and c.closed_at is null)::int as open, max(r.at) as last_at"
            " from case_reporter r join case_file c on c.id = r.case_id where r.phone = any(%s)"
            " and r.phone <> ''",
            (list(phones),),
        )
    ).fetchone()
    return Callers(**row) if row else Callers(0, 0, None)


async def burdens(connection: Connection, space: int, since: date) -> list[Burden]:
    """The sums of the forms since a day, the newest day first."""
    rows = await (
        await connection.execute(
            "select day, form, department, entries, fields, seconds, avoided from case_burden"
            " where space = %s and day >= %s order by day desc, form, department limit 2000",
            (space, since),
        )
    ).fetchall()
    return [Burden(**row) for row in rows]


async def counted(connection: Connection, since: datetime) -> list[Counted]:
    """How many real cases reported since then stand where, by class and town; void and merged ones are not counted."""
    return [Counted(**row) for row in await _rows(
        connection,
        "select type, class_code, left(area_code, %(digits)s) as town, state, count(*)::int as count from case_file"
        " where space = 0 and created_at >= %(since)s and state not in ('void', 'merged')"
        " group by 1, 2, 3, 4 order by 1, 2, 3, 4",
        since,
    )]  # fmt: skip


async def medians(connection: Connection, since: datetime) -> list[Median]:
    """How long real cases reported since then took until they were closed, by class."""
    return [Median(**row) for row in await _rows(
        connection,
        "select type, class_code, count(*)::int as closed, (percentile_cont(0.5) within group"
        " (order by extract(epoch from closed_at - created_at)) / 3600)::float8 as hours from case_file"
        " where space = 0 and created_at >= %(since)s and closed_at is not null and state not in ('void', 'merged')"
        " group by 1, 2 order by 1, 2",
        since,
    )]  # fmt: skip


async def latest(connection: Connection, since: datetime) -> list[Recent]:
    """The newest real cases, without anything that says whose they are."""
    return [Recent(**row) for row in await _rows(
        connection,
        "select type, class_code, left(area_code, %(digits)s) as town, state, created_at, closed_at from case_file"
        " where space = 0 and created_at >= %(since)s and state not in ('void', 'merged')"
        " order by created_at desc limit 20",
        since,
    )]  # fmt: skip


async def _rows(connection: Connection, statement: LiteralString, since: datetime) -> list[dict[str, Any]]:
    values = {"since": since, "digits": TOWN_DIGITS}
    return await (await connection.execute(statement, values)).fetchall()
