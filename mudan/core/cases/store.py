"""How are cases, their clocks and history, calendars and matrices written?"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from mudan.storage.pool import Connection

_JSON = ("form", "stage", "asked", "detail", "pauses", "content", "figures")
_MOMENTS = ("done_at", "failed_at", "more_at", "again_at")


def _insert(table: str, row: Mapping[str, Any]) -> sql.Composed:
    return sql.SQL("insert into {} ({}) values ({}) on conflict do nothing").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join(map(sql.Placeholder, row)),
    )


def _values(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: Jsonb(value) if name in _JSON else value for name, value in row.items()}


async def _put(connection: Connection, table: str, row: Mapping[str, Any]) -> bool:
    return (await connection.execute(_insert(table, row), _values(row))).rowcount == 1


async def next_number(connection: Connection, space: int, prefix: str, day: date) -> int:
    """The next number of a type and a day."""
    done = await connection.execute(
        "insert into case_number values (%s, %s, %s, 1) on conflict (space, prefix, day)"
        " do update set last = case_number.last + 1 returning last",
        (space, prefix, day),
    )
    row = await done.fetchone()
    assert row is not None  # the statement returns a row or raises
    last: int = row["last"]
    return last


async def insert(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Keep a new case; False when it is there already."""
    return await _put(connection, "case_file", row)


async def update(
    connection: Connection, case: UUID, changes: Mapping[str, Any], *, seen: bool = True
) -> None:
    """Write named columns of a case. `seen` False: nothing that somebody who looks at it must have seen."""
    parts: list[sql.Composable] = [
        sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in changes
    ]
    if seen:
        parts.append(sql.SQL("version = version + 1"))
    statement = sql.SQL("update case_file set {} where id = %(case)s").format(sql.SQL(", ").join(parts))
    await connection.execute(statement, {**_values(changes), "case": case})


async def append(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Write a line of the history; False when its client id is known."""
    return await _put(connection, "case_event", row)


async def insert_reporter(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Keep who told of it; False when they are there already."""
    return await _put(connection, "case_reporter", row)


async def insert_slip(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Keep a reporter's slip; False when it is there already."""
    return await _put(connection, "case_slip", row)


async def withdraw_slip(connection: Connection, slip: UUID, now: datetime) -> bool:
    """Forget where a reporter wished to be told; False when there was no such wish any more."""
    done = await connection.execute(
        "update case_slip set channel = '', contact = '', withdrawn_at = %s where id = %s and channel <> ''",
        (now, slip),
    )
    await connection.execute(
        "update case_mail set state = 'cancelled' where slip_id = %s and state = 'waiting'", (slip,)
    )
    return done.rowcount == 1


async def confirm_slip(connection: Connection, slip: UUID, now: datetime) -> None:
    """Whoever reads the mails of a slip wants them."""
    await connection.execute(
        "update case_slip set mail_confirmed_at = %s where id = %s and channel = 'mail'"
        " and mail_confirmed_at is null",
        (now, slip),
    )


async def insert_mail(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Keep a mail that is to leave; False when its event has made it already."""
    return await _put(connection, "case_mail", row)


async def give_up_mails(connection: Connection, before: datetime) -> None:
    """What has waited since before then does not leave any more."""
    await connection.execute(
        "update case_mail set state = 'failed', answer = left('too old; ' || answer, 300)"
        " where state = 'waiting' and made_at < %s and claimed_by is null",
        (before,),
    )


async def forget_asked(connection: Connection, before: datetime) -> None:
    """Forget which addresses were asked before then."""
    await connection.execute(
        "update case_mail set asked_hash = null where asked_hash is not null and made_at < %s", (before,)
    )


async def claim_mails(connection: Connection, worker: UUID, now: datetime, until: datetime) -> list[UUID]:
    """Take real mails that are due; those whose worker died come back when their lease is over."""
    done = await connection.execute(
        "update case_mail set claimed_by = %(worker)s, claimed_until = %(until)s, attempts = attempts + 1"
        " where id in (select id from case_mail where state = 'waiting' and space = 0 and next_at <= %(now)s"
        " and (claimed_until is null or claimed_until <= %(now)s) order by next_at, id limit 16"
        " for update skip locked) returning id",
        {"worker": worker, "until": until, "now": now},
    )
    return [row["id"] for row in await done.fetchall()]


async def end_mail(connection: Connection, mail: UUID, worker: UUID, row: Mapping[str, Any]) -> bool:
    """Write how a claimed mail ended; False when it was no longer this worker's. What was ended meanwhile stays so."""
    done = await connection.execute(
        "update case_mail set state = case when state = 'cancelled' and %(state)s <> 'sent' then state"
        " else %(state)s end, sent_at = %(sent_at)s, next_at = %(next_at)s, answer = %(answer)s, claimed_by = null,"
        " claimed_until = null where id = %(id)s and claimed_by = %(worker)s",
        {**row, "id": mail, "worker": worker},
    )
    return done.rowcount == 1


async def insert_draft(connection: Connection, row: Mapping[str, Any], before: datetime) -> bool:
    """Keep a picture that waits for its report, and forget those that have waited since before then."""
    await connection.execute("delete from case_draft where at < %s", (before,))
    return await _put(connection, "case_draft", row)


async def forget_draft(connection: Connection, draft: UUID) -> None:
    """The picture has become one of a case."""
    await connection.execute("delete from case_draft where id = %s", (draft,))


async def add_burden(connection: Connection, row: Mapping[str, Any]) -> None:
    """Add an entry to the sums of its day, form and department."""
    await connection.execute(
        "insert into case_burden as b (space, day, form, department, entries, fields, seconds, avoided) values"
        " (%(space)s, %(day)s, %(form)s, %(department)s, 1, %(fields)s, %(seconds)s, %(avoided)s)"
        " on conflict (space, day, form, department) do update set entries = b.entries + 1,"
        " fields = b.fields + excluded.fields, seconds = b.seconds + excluded.seconds,"
        " avoided = b.avoided + excluded.avoided",
        row,
    )


async def insert_posted(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Keep what another system said beside a case; False when it is there already."""
    return await _put(connection, "case_posted", row)


async def insert_jpeg(
    connection: Connection, digest: bytes, jpeg: bytes, width: int, height: int, likeness: bytes
) -> None:
    """Keep what was drawn, once, by its hash."""
    row = {"hash": digest, "jpeg": jpeg, "width": width, "height": height, "likeness": likeness}
    await _put(connection, "case_jpeg", row)


async def insert_picture(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Keep what a picture shows of a case; False when its id is known."""
    return await _put(connection, "case_picture", row)


async def insert_flag(connection: Connection, row: Mapping[str, Any]) -> None:
    """Keep what speaks against the proof of a step."""
    await _put(connection, "case_flag", row)


async def settle_flags(connection: Connection, case: UUID, row: Mapping[str, Any]) -> None:
    """Write how whatever is open about a case was settled."""
    await connection.execute(
        "update case_flag set settled_at = %(at)s, settled_by = %(by)s, settled_by_id = %(by_id)s,"
        " settled_how = %(how)s, reason = %(reason)s where case_id = %(case)s and settled_at is null",
        {**row, "case": case},
    )


async def put_clock(connection: Connection, row: Mapping[str, Any]) -> None:
    """Write a run of a clock."""
    changed = sql.SQL(", ").join(
        sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name))
        for name in row
        if name not in ("case_id", "name", "run")
    )
    statement = sql.SQL(
        "insert into case_clock ({}) values ({}) on conflict (case_id, name, run) do update set {}"
    )
    names, places = map(sql.Identifier, row), map(sql.Placeholder, row)
    await connection.execute(
        statement.format(sql.SQL(", ").join(names), sql.SQL(", ").join(places), changed), _values(row)
    )


async def press(connection: Connection, case: UUID) -> None:
    """Bring the most pressing clock of a case into its own row."""
    await connection.execute(
        "update case_file set (lamp, next_due_at) = (select coalesce((array['green', 'amber', 'red', 'overdue'])["
        " max(array_position(array['green', 'amber', 'red', 'overdue'], k.shown))], 'green'), min(k.due_at)"
        " from case_clock k where k.case_id = %(case)s and k.ended_at is null) where id = %(case)s",
        {"case": case},
    )


async def alone(connection: Connection, what: str) -> None:
    """Nobody else publishes the same until the work ends."""
    await connection.execute("select pg_advisory_xact_lock(hashtext('mudan.case.' || %s))", (what,))


async def publish_calendar(connection: Connection, row: Mapping[str, Any]) -> int:
    """Keep a version of the calendar; its number."""
    return await _published(
        connection,
        "insert into case_calendar (space, content, note, published_by, published_by_id, published_at) values"
        " (%(space)s, %(content)s, %(note)s, %(published_by)s, %(published_by_id)s, %(published_at)s)"
        " returning version",
        _values(row),
    )


async def publish_area_facts(connection: Connection, row: Mapping[str, Any]) -> int:
    """Keep a version of what is known of the areas; its number."""
    return await _published(
        connection,
        "insert into case_area_facts (space, content, note, published_by, published_by_id, published_at) values"
        " (%(space)s, %(content)s, %(note)s, %(published_by)s, %(published_by_id)s, %(published_at)s)"
        " returning version",
        _values(row),
    )


async def publish_matrix(connection: Connection, row: Mapping[str, Any]) -> int:
    """Keep a version of a type's matrix, without its rules; its number."""
    return await _published(
        connection,
        "insert into case_matrix (space, type, note, published_by, published_by_id, published_at) values"
        " (%(space)s, %(type)s, %(note)s, %(published_by)s, %(published_by_id)s, %(published_at)s) returning version",
        row,
    )


async def _published(connection: Connection, statement: LiteralString, row: Mapping[str, Any]) -> int:
    made = await (await connection.execute(statement, row)).fetchone()
    assert made is not None  # the statement returns a row or raises
    version: int = made["version"]
    return version


async def insert_rules(connection: Connection, version: int, rules: Iterable[Mapping[str, Any]]) -> None:
    """Keep the rules of a version."""
    async with connection.cursor() as cursor:
        await cursor.executemany(
            "insert into case_rule (version, id, class_code, area_code, department, since, until, note) values"
            " (%(version)s, %(id)s, %(class_code)s, %(area_code)s, %(department)s, %(since)s, %(until)s, %(note)s)",
            [{**rule, "version": version} for rule in rules],
        )


async def show(
    connection: Connection, case: UUID, name: str, run: int, colour: str, next_at: datetime | None
) -> None:
    """Write which colour of a clock was told last, and when the next comes."""
    await connection.execute(
        "update case_clock set shown = %s, next_at = %s where case_id = %s and name = %s and run = %s",
        (colour, next_at, case, name, run),
    )


async def counted(connection: Connection, runs: Sequence[tuple[UUID, str, int]], version: int) -> None:
    """Write that another calendar counts these runs as they were counted before."""
    await connection.execute(
        "update case_clock k set calendar_version = %s from unnest(%s::uuid[], %s::text[], %s::int[])"
        " as r(case_id, name, run) where k.case_id = r.case_id and k.name = r.name and k.run = r.run",
        (version, [one[0] for one in runs], [one[1] for one in runs], [one[2] for one in runs]),
    )


async def supersede(
    connection: Connection, case: UUID, keys: Sequence[tuple[str, int]], at: datetime
) -> None:
    """Write until when these tallies of a case were what was known."""
    await connection.execute(
        "update case_tally t set superseded_at = %s from unnest(%s::text[], %s::int[]) as k(kind, number)"
        " where t.case_id = %s and t.kind = k.kind and t.number = k.number and t.superseded_at is null",
        (at, [one[0] for one in keys], [one[1] for one in keys], case),
    )


async def insert_tallies(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep new tallies; the rows have the same columns."""
    if not rows:
        return
    statement = sql.SQL("insert into case_tally ({}) values ({})").format(
        sql.SQL(", ").join(map(sql.Identifier, rows[0])), sql.SQL(", ").join(map(sql.Placeholder, rows[0]))
    )
    async with connection.cursor() as cursor:
        await cursor.executemany(statement, rows)


async def mark_tallies(connection: Connection, case: UUID, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write the moments that have come to tallies."""
    async with connection.cursor() as cursor:
        await cursor.executemany(
            "update case_tally set done_at = %(done_at)s, failed_at = %(failed_at)s, more_at = %(more_at)s,"
            " again_at = %(again_at)s where case_id = %(case)s and kind = %(kind)s and number = %(number)s"
            " and superseded_at is null",
            [{**{name: row[name] for name in (*_MOMENTS, "kind", "number")}, "case": case} for row in rows],
        )


async def tallied(connection: Connection, case: UUID) -> None:
    """Write that the tallies of a case are known."""
    await connection.execute("update case_file set tallied = true where id = %s and not tallied", (case,))


async def insert_correction(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Keep a correction; False when it is there already."""
    return await _put(connection, "case_correction", row)


async def withdraw_correction(
    connection: Connection, correction: UUID, at: datetime, by: str, reason: str
) -> None:
    """Write that a correction holds no more."""
    await connection.execute(
        "update case_correction set withdrawn_at = %s, withdrawn_by = %s, withdrawn_reason = %s where id = %s",
        (at, by, reason, correction),
    )


async def insert_evaluation(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Keep an evaluation as it is; False when it is there already."""
    return await _put(connection, "case_evaluation", row)


async def insert_tie(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Keep under which case one stands; False when it stands under one already."""
    return await _put(connection, "case_tie", row)


async def delete_tie(connection: Connection, case: UUID) -> None:
    """The case stands under no other one any more."""
    await connection.execute("delete from case_tie where case_id = %s", (case,))


async def insert_apart(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Keep which cases were told apart; False when it is there already."""
    return await _put(connection, "case_apart", row)


async def withdraw_apart(connection: Connection, apart: UUID, space: int, at: datetime, by: str) -> bool:
    """Write that cases may belong together after all, once; False when nobody said otherwise."""
    done = await connection.execute(
        "update case_apart set withdrawn_at = coalesce(withdrawn_at, %s), withdrawn_by = coalesce(withdrawn_by, %s)"
        " where id = %s and space = %s",
        (at, by, apart, space),
    )
    return done.rowcount == 1
