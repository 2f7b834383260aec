"""How are records, bad rows, runs, marks, keys and deliveries written?"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from psycopg.types.json import Jsonb

from mudan.core.records.model.contacts import Contact
from mudan.core.records.model.words import BadRow, Record, Run, Tally
from mudan.storage.pool import Connection

_COLUMNS: Final = (
    "feed, source_id, area_code, content, raw, hash, source_at, run, opens, opens_at, department"
)


def _json(held: Any) -> str:
    # PostgreSQL's jsonb holds no null character
    return msgspec.json.encode(held, enc_hook=str).decode().replace("\\u0000", "")


async def put(
    connection: Connection, platform: str, given: Sequence[Record], now: datetime
) -> list[dict[str, Any]]:
    """Keep the newest of each record, in one COPY and one upsert; those that are new or have changed.

    One (feed, source_id) may stand in `given` once. A record that is older by its source's own time changes nothing.
    """
    await connection.execute(
        "create temp table record_stage (feed text, source_id text, area_code text, content jsonb, raw jsonb,"
        " hash text, source_at timestamptz, run uuid, opens jsonb, opens_at timestamptz, department text)"
        " on commit drop"
    )
    async with connection.cursor().copy(f"copy pg_temp.record_stage ({_COLUMNS}) from stdin") as copy:
        for one in given:
            opens = None if one.opens is None else _json(opens_of(one))
            await copy.write_row(
                (
                    one.feed, one.source_id, one.area_code, _json(dict(one.content)), _json(dict(one.raw)), one.hash,
                    one.source_at, one.run, opens, one.opens.at or now if one.opens else None,
                    one.department or None,
                )
            )  # fmt: skip
    rows = await (await connection.execute(_UPSERT, {"platform": platform, "now": now})).fetchall()
    await connection.execute("drop table pg_temp.record_stage")
    return rows


_UPSERT: Final = (
    f"insert into record (platform, {_COLUMNS}, received_at, changed_at)"  # noqa: S608 - a constant list of columns
    f" select %(platform)s, {_COLUMNS}, %(now)s, %(now)s from pg_temp.record_stage"
    " on conflict (platform, feed, source_id) do update set area_code = excluded.area_code,"
    " content = excluded.content, raw = excluded.raw, hash = excluded.hash, source_at = excluded.source_at,"
    " run = excluded.run, opens = excluded.opens, opens_at = excluded.opens_at,"
    " department = excluded.department,"
    " version = record.version + 1, changed_at = excluded.changed_at"
    " where record.hash <> excluded.hash and (excluded.source_at >= record.source_at) is not false"
    " returning feed, source_id, version, case_id"
)


def opens_of(one: Record) -> dict[str, Any]:
    """How a record's case is kept until its moment comes."""
    assert one.opens is not None  # asked before
    told = one.opens
    return {
        "type": told.type, "class_code": told.class_code, "title": told.title, "text": told.text,
        "source": told.source, "form": dict(told.form), "subject": one.subject or one.source_id,
        "address": told.address, "lon": told.lon, "lat": told.lat,
        "since": told.since.isoformat() if told.since else None,
        "until": told.until.isoformat() if told.until else None,
    }  # fmt: skip


async def opened(connection: Connection, platform: str, feed: str, source_id: str, case: UUID | None) -> None:
    """The record belongs to that case; None: it never will open one."""
    await connection.execute(
        "update record set case_id = %s, opens_at = null where (platform, feed, source_id) = (%s, %s, %s)",
        (case, platform, feed, source_id),
    )


async def put_bad(
    connection: Connection, platform: str, given: Iterable[BadRow], now: datetime
) -> list[UUID]:
    """Keep bad rows; one that is kept already is left alone. Returns the run of each that is new."""
    kept: list[UUID] = []
    for one in given:
        done = await connection.execute(
            "insert into record_bad (platform, feed, channel, name, run, row, raw, faults, received_at)"
            " select %s, %s, r.channel, r.name, r.id, %s, %s, %s, %s from record_run r where r.id = %s"
            " on conflict (run, row) do nothing",
            (
                platform, one.feed, one.row, Jsonb(json.loads(_json(one.kept_raw()))),
                Jsonb([{"field": f.field, "zh": f.reason.zh, "en": f.reason.en} for f in one.faults]), now, one.run,
            ),
        )  # fmt: skip
        if done.rowcount:
            kept.append(one.run)
    return kept


async def start_run(connection: Connection, platform: str, run: Run, now: datetime, state: str) -> None:
    """Keep a run; one that is there is left as it is."""
    await connection.execute(
        "insert into record_run (id, platform, feed, channel, name, digest, state, total, by, started_at, updated_at)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict (id) do nothing",
        (
            run.id, platform, run.feed, run.channel, run.name, run.digest, state, run.total, run.by, now, now,
        ),
    )  # fmt: skip


async def count(connection: Connection, run: Run, tally: Tally, now: datetime) -> None:
    """Add to the figures of a run, and how far it has come."""
    state = "failed" if run.failed else "done" if run.ended else "running"
    await connection.execute(
        "update record_run set reached = greatest(reached, %(reached)s), sent = sent + %(sent)s,"
        " good = good + %(good)s, bad = bad + %(bad)s, duplicate = duplicate + %(duplicate)s,"
        " opened = opened + %(opened)s, total = coalesce(%(total)s, total), state = %(state)s, reason = %(reason)s,"
        " updated_at = %(now)s, ended_at = case when %(state)s <> 'running' then %(now)s::timestamptz end"
        " where id = %(id)s",
        {
            "id": run.id, "reached": run.reached, "sent": run.sent, "good": tally.good, "bad": tally.bad,
            "duplicate": tally.duplicate, "opened": tally.opened, "total": run.total, "state": state,
            "reason": run.failed[:500], "now": now,
        },
    )  # fmt: skip


async def put_mark(
    connection: Connection, platform: str, feed: str, channel: str, value: str, now: datetime
) -> None:
    """How far a source has been read."""
    await connection.execute(
        "insert into record_mark values (%s, %s, %s, %s, %s) on conflict (platform, feed, channel)"
        " do update set value = excluded.value, at = excluded.at",
        (platform, feed, channel, value, now),
    )


async def put_contact(connection: Connection, platform: str, one: Contact, now: datetime) -> None:
    """A source spoke, or did not answer."""
    await connection.execute(
        "insert into record_contact (platform, feed, channel, heard_at, rows_at, failed_at, reason)"
        " values (%(platform)s, %(feed)s, %(channel)s, case when %(heard)s then %(now)s::timestamptz end,"
        " case when %(rows)s > 0 then %(now)s::timestamptz end,"
        " case when not %(heard)s then %(now)s::timestamptz end, %(reason)s)"
        " on conflict (platform, feed, channel) do update set"
        " heard_at = coalesce(excluded.heard_at, record_contact.heard_at),"
        " rows_at = coalesce(excluded.rows_at, record_contact.rows_at),"
        " failed_at = coalesce(excluded.failed_at, record_contact.failed_at), reason = excluded.reason",
        {
            "platform": platform, "feed": one.feed, "channel": one.channel, "heard": one.heard, "rows": one.rows,
            "reason": one.reason[:500], "now": now,
        },
    )  # fmt: skip


async def replayed(connection: Connection, bad: int, by: str, now: datetime) -> bool:
    """The row was mended; False when it was already."""
    done = await connection.execute(
        "update record_bad set replayed_at = %s, replayed_by = %s where id = %s and replayed_at is null",
        (now, by, bad),
    )
    return done.rowcount == 1


async def insert_key(connection: Connection, row: Mapping[str, Any]) -> None:
    """Keep a new key."""
    await connection.execute(
        "insert into record_key (id, platform, title, created_by, created_at)"
        " values (%(id)s, %(platform)s, %(title)s, %(by)s, %(now)s)",
        row,
    )


async def revoke_key(connection: Connection, platform: str, key: str, now: datetime) -> bool:
    """End a key; False when there is none that holds."""
    done = await connection.execute(
        "update record_key set revoked_at = %s where platform = %s and id = %s and revoked_at is null",
        (now, platform, key),
    )
    return done.rowcount == 1


async def put_nonce(connection: Connection, key: str, nonce: str, now: datetime, oldest: datetime) -> bool:
    """Note a nonce as used; False when it was used before. Those that no window holds any more are forgotten."""
    await connection.execute("delete from record_nonce where at < %s", (oldest,))
    done = await connection.execute(
        "insert into record_nonce values (%s, %s, %s) on conflict do nothing", (key, nonce, now)
    )
    await connection.execute("update record_key set last_used_at = %s where id = %s", (now, key))
    return done.rowcount == 1


async def insert_delivery(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Keep what is to be told; False when it is there already."""
    done = await connection.execute(
        "insert into record_delivery (id, platform, feed, source_id, target, case_id, event_id, kind, payload, state,"
        " next_at, created_at) values (%(id)s, %(platform)s, %(feed)s, %(source_id)s, %(target)s, %(case_id)s,"
        " %(event_id)s, %(kind)s, %(payload)s, 'waiting', %(now)s, %(now)s) on conflict do nothing",
        {**row, "payload": Jsonb(row["payload"])},
    )
    return done.rowcount == 1


async def put_payload(connection: Connection, delivery: UUID, payload: Mapping[str, Any]) -> None:
    """What is told was mapped anew."""
    await connection.execute(
        "update record_delivery set payload = %s where id = %s", (Jsonb(dict(payload)), delivery)
    )


async def put_delivery(connection: Connection, delivery: UUID, row: Mapping[str, Any]) -> None:
    """How a delivery stands now."""
    await connection.execute(
        "update record_delivery set state = %(state)s, attempts = %(attempts)s, next_at = %(next_at)s,"
        " number = case when %(number)s = '' then number else %(number)s end, reason = %(reason)s,"
        " sent_at = coalesce(sent_at, %(sent_at)s), ended_at = %(ended_at)s where id = %(id)s",
        {**row, "id": delivery},
    )


async def insert_receipt(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Keep a receipt; False when it is there already."""
    done = await connection.execute(
        "insert into record_receipt values (%(id)s, %(delivery)s, %(kind)s, %(text)s, %(evidence)s, %(at)s)"
        " on conflict (id) do nothing",
        {**row, "evidence": Jsonb(row["evidence"])},
    )
    return done.rowcount == 1
