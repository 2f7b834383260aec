"""Who is on duty, who comes next, how are they reached, and what was handed over and written down?"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql

from mudan.core.duty.model import Contact, Handover, Item, Line, OnDuty, Position, Shift, Swap, corrected
from mudan.core.people.queries import visible
from mudan.primitives.errors import NotFound
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

_CONTACT: LiteralString = (
    "select c.id, c.space, c.area_code, c.department, c.name, c.post, c.phone, c.phone_other, c.channels,"
    " c.person_id as person, c.example, c.version from duty_contact c where "
)
_SHIFT: LiteralString = (
    "select s.id, s.space, s.area_code, s.department, s.position, s.contact_id as contact, c.name, c.phone,"
    " s.starts_at, s.ends_at, s.note, s.source, s.version"
    " from duty_shift s join duty_contact c on c.id = s.contact_id where "
)
_SWAP: LiteralString = (
    "select w.id, w.shift_id as shift, w.contact_id as contact, c.name, w.other_shift_id as other_shift, w.reason,"
    " w.state, w.asked_by, w.asked_by_id, w.asked_at, w.decided_by, w.decided_at, w.decision_reason, w.version"
    " from duty_swap w join duty_contact c on c.id = w.contact_id where "
)
_HANDOVER: LiteralString = (
    "select h.id, h.space, h.area_code, h.department, h.state, h.since, h.drafted_at, h.drafted_by, h.situation,"
    " h.given_by, h.given_by_id, h.given_at, h.taken_by, h.taken_by_id, h.taken_at, h.withdraw_reason, h.version"
    " from duty_handover h where "
)
# What happened, in the words of each noun's own event rows; incidents carry most of it in their timelines.
_LOG: LiteralString = """
  select 'incident:' || e.seq as key, e.at, e.recorded_at, e.kind, e.actor as author,
         '【' || i.number || '】' || e.text_zh as zh, '[' || i.number || '] ' || e.text_en as en,
         true as drafted, 'incidents' as noun, i.id::text as subject, null as corrects, '' as reason
  from incident_event e join incident i on i.id = e.incident_id
  where e.at >= %(since)s and e.at < %(until)s and mudan_sees(i.area_code, i.department, i.space)
    and i.space = %(space)s
  union all
  select 'alarm:' || e.id, e.at, e.at, e.kind, e.actor,
         case e.kind when 'raised' then '告警：' when 'acknowledged' then '确认告警：' else '搁置告警：' end
           || (a.words->'sentence'->>'zh'),
         case e.kind when 'raised' then 'alarm: ' when 'acknowledged' then 'alarm acknowledged: '
           else 'alarm shelved: ' end || (a.words->'sentence'->>'en'),
         true, 'alarms', a.id::text, null, ''
  from alarm_event e join alarm a on a.id = e.alarm_id
  where e.at >= %(since)s and e.at < %(until)s and a.level <= 2 and a.space = %(space)s
    and e.kind in ('raised', 'acknowledged', 'shelved') and mudan_sees(a.area_code, a.department, a.space)
  union all
  select 'duty:' || e.id, e.at, e.at, e.kind, e.actor, e.text_zh, e.text_en, true,
         'duty', e.subject::text, null, ''
  from duty_event e where e.at >= %(since)s and e.at < %(until)s and e.space = %(space)s
    and e.noun in ('swap', 'handover') and mudan_sees(e.area_code, e.department, e.space)
  union all
  select 'call:' || e.id, e.at, e.recorded_at, e.kind, e.actor, '【叫应】' || e.text_zh, '[call] ' || e.text_en, true,
         'calls', r.id::text, null, ''
  from call_event e join call_run r on r.id = e.run_id
  where e.at >= %(since)s and e.at < %(until)s and r.incident_id is null and r.space = %(space)s
    and mudan_sees(r.area_code, r.department, r.space)
  union all
  select 'directive:' || e.id, e.at, e.recorded_at, e.kind, e.actor, '【' || d.number || '】' || e.text_zh,
         '[' || d.number || '] ' || e.text_en, true, 'directives', d.id::text, null, ''
  from directive_event e join directive d on d.id = e.directive_id
  where e.at >= %(since)s and e.at < %(until)s and d.incident_id is null and d.space = %(space)s
    and mudan_sees(d.area_code, d.department, d.space)
  union all
  select 'note:' || n.id, n.at, n.recorded_at, 'note', n.author, n.text, n.text, false,
         '', '', n.corrects, n.reason
  from duty_note n where n.space = %(space)s and mudan_sees(n.area_code, n.department, n.space)
    and n.at >= %(since)s and n.at < %(until)s
"""


async def positions(connection: Connection) -> list[Position]:
    """What somebody can be on duty as, the highest first."""
    rows = await (
        await connection.execute(
            "select code, title_zh, title_en, rank, role, minimum, maximum from duty_position order by rank, code"
        )
    ).fetchall()
    return [Position(title=Text(row.pop("title_zh"), row.pop("title_en")), **row) for row in rows]


async def gone(connection: Connection, contacts: Sequence[UUID]) -> set[UUID]:
    """Those who have been taken out of the phone book."""
    rows = await (
        await connection.execute(
            "select id from duty_contact where id = any(%s) and voided_at is not null", (list(contacts),)
        )
    ).fetchall()
    return {row["id"] for row in rows}


async def on_duty(
    connection: Connection, at: datetime, *, space: int = 0, area: str = "", position: str | None = None
) -> list[OnDuty]:
    """Who is on duty at a time for a place: its own desk and those above it, the nearest first."""
    rows = await (
        await connection.execute(
            "select s.id as shift, s.position, p.title_zh, p.title_en, p.rank, p.role, s.area_code, s.department,"
            " c.id as contact, c.name, c.person_id as person, c.phone, c.channels, s.starts_at, s.ends_at"
            " from duty_shift s join duty_position p on p.code = s.position"
            " join duty_contact c on c.id = s.contact_id"
            " where s.voided_at is null and s.space = %(space)s and s.starts_at <= %(at)s and s.ends_at > %(at)s"
            " and (%(area)s = '' or starts_with(%(area)s, s.area_code))"
            " and (%(position)s::text is null or s.position = %(position)s)"
            " order by case when %(area)s = '' then length(s.area_code) else -length(s.area_code) end,"
            " s.area_code, p.rank, s.starts_at, c.name",
            {"space": space, "at": at, "area": area, "position": position},
        )
    ).fetchall()
    return [
        OnDuty(
            title=Text(row.pop("title_zh"), row.pop("title_en")), channels=tuple(row.pop("channels")), **row
        )
        for row in rows
    ]


async def shifts(connection: Connection, since: datetime, until: datetime, area: str = "") -> list[Shift]:
    """Shifts within scope that touch [since, until), of one desk unless `area` is empty."""
    statement = (
        sql.SQL(_SHIFT)
        + visible("s")
        + sql.SQL(
            " and s.voided_at is null and s.starts_at < %(until)s and s.ends_at > %(since)s"
            " and (%(area)s = '' or s.area_code = %(area)s) order by s.starts_at, s.position, c.name"
        )
    )
    rows = await (
        await connection.execute(statement, {"since": since, "until": until, "area": area})
    ).fetchall()
    return [Shift(**row) for row in rows]


async def shift(connection: Connection, shift_id: UUID, *, lock: bool = False) -> Shift:
    """A shift that still stands (raises NotFound)."""
    statement = sql.SQL(_SHIFT) + sql.SQL("s.id = %s and s.voided_at is null and ") + visible("s")
    row = await (
        await connection.execute(statement + sql.SQL(" for update of s" if lock else ""), (shift_id,))
    ).fetchone()
    if row is None:
        raise NotFound("there is no such shift")
    return Shift(**row)


async def contacts(
    connection: Connection, *, text: str = "", person: UUID | None = None, limit: int = 200
) -> list[Contact]:
    """Entries of the phone book within scope, by area and name; `text` looks in name, post and phone."""
    statement = (
        sql.SQL(_CONTACT)
        + visible("c")
        + sql.SQL(
            " and c.voided_at is null and (%(text)s = '' or c.name ilike %(like)s or c.post ilike %(like)s"
            " or c.phone like %(like)s or c.phone_other like %(like)s)"
            " and (%(person)s::uuid is null or c.person_id = %(person)s)"
            " order by c.area_code, c.department nulls first, c.post, c.name limit %(limit)s"
        )
    )
    values = {"text": text, "like": f"%{text}%", "person": person, "limit": limit}
    return [_contact(row) for row in await (await connection.execute(statement, values)).fetchall()]


async def contact(connection: Connection, contact_id: UUID, *, lock: bool = False) -> Contact:
    """An entry of the phone book (raises NotFound)."""
    statement = sql.SQL(_CONTACT) + sql.SQL("c.id = %s and c.voided_at is null and ") + visible("c")
    row = await (
        await connection.execute(statement + sql.SQL(" for update" if lock else ""), (contact_id,))
    ).fetchone()
    if row is None:
        raise NotFound("there is no such entry in the phone book")
    return _contact(row)


async def contact_named(
    connection: Connection, space: int, area: str, name: str, phone: str
) -> Contact | None:
    """The entry of that name on a desk, of that phone where one is given; None when it is not clear."""
    rows = await (
        await connection.execute(
            sql.SQL(_CONTACT)
            + sql.SQL(
                "c.voided_at is null and c.space = %s and c.area_code = %s and c.name = %s and %s in ('', c.phone)"
            ),
            (space, area, name, phone),
        )
    ).fetchall()
    return _contact(rows[0]) if len(rows) == 1 else None


def _contact(row: dict[str, Any]) -> Contact:
    return Contact(**{**row, "channels": tuple(row["channels"])})


async def swaps(connection: Connection, *, open_only: bool = True) -> list[Swap]:
    """Swaps within scope, the newest first."""
    statement = (
        sql.SQL(_SWAP)
        + visible("w")
        + sql.SQL(" and (not %s or w.state = 'asked') order by w.asked_at desc limit 200")
    )
    return [Swap(**row) for row in await (await connection.execute(statement, (open_only,))).fetchall()]


async def swap(connection: Connection, swap_id: UUID, *, lock: bool = False) -> Swap:
    """A swap (raises NotFound)."""
    statement = sql.SQL(_SWAP) + sql.SQL("w.id = %s and ") + visible("w")
    row = await (
        await connection.execute(statement + sql.SQL(" for update of w" if lock else ""), (swap_id,))
    ).fetchone()
    if row is None:
        raise NotFound("there is no such swap")
    return Swap(**row)


async def handovers(connection: Connection, limit: int = 30) -> list[Handover]:
    """Hand-overs within scope, the newest first."""
    statement = sql.SQL(_HANDOVER) + visible("h") + sql.SQL(" order by h.drafted_at desc, h.id desc limit %s")
    return [Handover(**row) for row in await (await connection.execute(statement, (limit,))).fetchall()]


async def handover(connection: Connection, handover_id: UUID, *, lock: bool = False) -> Handover:
    """A hand-over (raises NotFound)."""
    statement = sql.SQL(_HANDOVER) + sql.SQL("h.id = %s and ") + visible("h")
    row = await (
        await connection.execute(statement + sql.SQL(" for update" if lock else ""), (handover_id,))
    ).fetchone()
    if row is None:
        raise NotFound("there is no such hand-over")
    return Handover(**row)


async def last_taken(connection: Connection, space: int, area: str) -> Handover | None:
    """The last hand-over of a desk that was taken."""
    statement = sql.SQL(_HANDOVER) + sql.SQL(
        "h.space = %s and h.area_code = %s and h.state = 'taken' order by h.taken_at desc limit 1"
    )
    row = await (await connection.execute(statement, (space, area))).fetchone()
    return None if row is None else Handover(**row)


async def items(connection: Connection, handover_id: UUID) -> list[Item]:
    """The items of a hand-over, as they were drafted."""
    rows = await (
        await connection.execute(
            "select id, noun, subject, text_zh, text_en, level, due_at, done, note, answer, answer_reason, left_out"
            " from duty_handover_item where handover_id = %s order by id",
            (handover_id,),
        )
    ).fetchall()
    return [Item(text=Text(row.pop("text_zh"), row.pop("text_en")), **row) for row in rows]


async def log(connection: Connection, space: int, since: datetime, until: datetime) -> list[Line]:
    """The duty log of a time within scope: lines drafted from events and lines of people, by time."""
    rows = await (await connection.execute(_LOG, {"space": space, "since": since, "until": until})).fetchall()
    return corrected(Line(text=Text(row.pop("zh"), row.pop("en")), **row) for row in rows)
