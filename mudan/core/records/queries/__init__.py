"""What came from which system, what of it could not be used, and how do the answers to it stand?"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, LiteralString
from uuid import UUID

from psycopg import sql

from mudan.core.records.model.deliveries import Delivery, Target
from mudan.primitives.errors import NotFound
from mudan.storage.pool import Connection

Rows = list[dict[str, Any]]
FEW: Final = 50


async def mark(connection: Connection, platform: str, feed: str, channel: str) -> str | None:
    """How far a source has been read; None: not at all."""
    row = await (
        await connection.execute(
            "select value from record_mark where (platform, feed, channel) = (%s, %s, %s)",
            (platform, feed, channel),
        )
    ).fetchone()
    return None if row is None else str(row["value"])


async def run(connection: Connection, run_id: UUID) -> dict[str, Any] | None:
    """One run as it stands."""
    return await (await connection.execute("select * from record_run where id = %s", (run_id,))).fetchone()


async def runs(connection: Connection, platform: str = "", feed: str = "", limit: int = FEW) -> Rows:
    """The newest runs, of one platform and feed or of all."""
    done = await connection.execute(
        "select * from record_run where (%(platform)s = '' or platform = %(platform)s)"
        " and (%(feed)s = '' or feed = %(feed)s) order by started_at desc, id limit %(limit)s",
        {"platform": platform, "feed": feed, "limit": limit},
    )
    return await done.fetchall()


async def reconciled(connection: Connection, since: datetime) -> Rows:
    """By feed: what its runs counted since then, the last run, bad rows that wait, and what was told back."""
    done = await connection.execute(
        "with counted as (select platform, feed, sum(sent)::int as sent, sum(good)::int as good,"
        " sum(bad)::int as bad, sum(duplicate)::int as duplicate, sum(opened)::int as opened,"
        " max(updated_at) as last_at from record_run where started_at >= %(since)s group by 1, 2),"
        " waiting as (select platform, feed, count(*)::int as bad_waiting from record_bad"
        " where replayed_at is null group by 1, 2),"
        " told as (select platform, feed, count(*) filter (where state not in ('waiting', 'failed'))::int"
        " as written_back, count(*) filter (where state = 'waiting')::int as to_write,"
        " count(*) filter (where state = 'failed')::int as failed from record_delivery"
        " where created_at >= %(since)s group by 1, 2)"
        " select platform, feed, coalesce(sent, 0) as sent, coalesce(good, 0) as good, coalesce(bad, 0) as bad,"
        " coalesce(duplicate, 0) as duplicate, coalesce(opened, 0) as opened, last_at,"
        " coalesce(bad_waiting, 0) as bad_waiting, coalesce(written_back, 0) as written_back,"
        " coalesce(to_write, 0) as to_write, coalesce(failed, 0) as failed"
        " from counted full join waiting using (platform, feed) full join told using (platform, feed)",
        {"since": since},
    )
    return await done.fetchall()


async def bad_rows(
    connection: Connection,
    platform: str,
    feed: str,
    before: int | None,
    limit: int,
    run_id: UUID | None = None,
) -> Rows:
    """Rows that wait to be mended, newest first."""
    done = await connection.execute(
        "select * from record_bad where platform = %(platform)s and feed = %(feed)s and replayed_at is null"
        " and (%(before)s::bigint is null or id < %(before)s) and (%(run)s::uuid is null or run = %(run)s)"
        " order by id desc limit %(limit)s",
        {"platform": platform, "feed": feed, "before": before, "limit": limit, "run": run_id},
    )
    return await done.fetchall()


async def bad_row(connection: Connection, bad: int, *, lock: bool = False) -> dict[str, Any]:
    """One bad row (raises NotFound)."""
    wanted = "select * from record_bad where id = %s"
    row = await (await connection.execute(wanted + (" for update" if lock else ""), (bad,))).fetchone()
    if row is None:
        raise NotFound("there is no such row")
    return row


async def of_case(connection: Connection, case: UUID) -> Rows:
    """The records that belong to a case."""
    done = await connection.execute(
        "select platform, feed, source_id, content, version, source_at, received_at from record where case_id = %s",
        (case,),
    )
    return await done.fetchall()


async def to_open(connection: Connection, now: datetime, limit: int) -> Rows:
    """Records whose moment to open a case has come, locked."""
    done = await connection.execute(
        "select platform, feed, source_id, area_code, opens from record where opens_at <= %s and case_id is null"
        " order by opens_at limit %s for update skip locked",
        (now, limit),
    )
    return await done.fetchall()


async def keys(connection: Connection, platform: str) -> Rows:
    """The keys of a platform, without what they hold."""
    done = await connection.execute(
        "select id, title, created_by, created_at, last_used_at, revoked_at from record_key where platform = %s"
        " order by created_at desc",
        (platform,),
    )
    return await done.fetchall()


async def key_holds(connection: Connection, platform: str, key_id: str) -> bool:
    """Whether that key was issued for the platform and not revoked."""
    done = await connection.execute(
        "select 1 from record_key where platform = %s and id = %s and revoked_at is null", (platform, key_id)
    )
    return await done.fetchone() is not None


async def untold(
    connection: Connection, platform: str, target: str, feeds: Sequence[str], kinds: Sequence[str], after: int
) -> Rows:
    """Events of cases that records of those feeds opened, past that event, with the case and the record."""
    done = await connection.execute(
        "select e.id as event_id, e.kind, e.at, e.from_state, e.to_state, e.actor, e.text_zh, e.detail,"
        " c.id as case_id, c.number, c.state, c.title, c.class_code, c.closed_at, d.name_zh as department,"
        " r.feed, r.source_id, r.content from case_event e join case_file c on c.id = e.case_id"
        " join record r on r.case_id = c.id left join department d on d.code = c.department"
        " where e.id > %(after)s and r.platform = %(platform)s and r.feed = any(%(feeds)s)"
        " and e.kind = any(%(kinds)s) and c.space = 0"
        " and not exists (select 1 from record_delivery x where x.target = %(target)s and x.event_id = e.id)"
        " order by e.id limit 500",
        {"platform": platform, "target": target, "feeds": list(feeds), "kinds": list(kinds), "after": after},
    )
    return await done.fetchall()


_EVENT: LiteralString = (
    "select e.id as event_id, e.kind, e.at, e.from_state, e.to_state, e.text_zh, c.id as case_id, c.number,"
    " c.type, c.state, c.title, c.text, c.class_code, c.address, c.lon, c.lat, c.area_code, c.created_at,"
    " c.closed_at, c.form, d.name_zh as department from case_event e join case_file c on c.id = e.case_id"
    " left join department d on d.code = c.department "
)


async def event(connection: Connection, event_id: int) -> dict[str, Any]:
    """One line of a case's history with the case as it stands now (raises NotFound)."""
    row = await (
        await connection.execute(sql.SQL(_EVENT) + sql.SQL("where e.id = %s"), (event_id,))
    ).fetchone()
    if row is None:
        raise NotFound("there is no such event")
    return row


async def last_event(connection: Connection) -> int:
    """The newest line of any case's history; 0: there is none."""
    row = await (await connection.execute("select coalesce(max(id), 0) as last from case_event")).fetchone()
    return 0 if row is None else int(row["last"])


async def unentered(connection: Connection, platform: str, target: Target, after: int) -> Rows:
    """Events past that one of our own cases that a target needs; not of those that the platform's records opened."""
    wanted = [(need.type, prefix) for need in target.needs for prefix in need.classes or ("",)]
    done = await connection.execute(
        sql.SQL(_EVENT)
        + sql.SQL(
            "where e.id > %(after)s and e.kind = any(%(kinds)s) and c.space = 0"
            " and exists (select 1 from unnest(%(types)s::text[], %(classes)s::text[]) as n(type, class)"
            " where n.type = c.type and starts_with(c.class_code, n.class))"
            " and not exists (select 1 from record r where r.case_id = c.id and r.platform = %(platform)s)"
            " and not exists (select 1 from record_delivery x where x.target = %(target)s and x.event_id = e.id)"
            " order by e.id limit 500"
        ),
        {
            "after": after, "kinds": list(target.events), "platform": platform, "target": target.name,
            "types": [one for one, _ in wanted], "classes": [one for _, one in wanted],
        },
    )  # fmt: skip
    return await done.fetchall()


async def entries(connection: Connection, case: UUID) -> Rows:
    """What of a case was entered into or told to other systems, in the order it happened, with the receipts."""
    done = await connection.execute(
        "select d.*, coalesce((select jsonb_agg(jsonb_build_object('kind', r.kind, 'text', r.text, 'at', r.at)"
        " order by r.at) from record_receipt r where r.delivery_id = d.id), '[]') as receipts"
        " from record_delivery d where d.case_id = %s order by d.event_id, d.target",
        (case,),
    )
    return await done.fetchall()


async def spared(connection: Connection, since: datetime, area: str) -> Rows:
    """By target: how many entries, and fields of them, arrived at other systems since then without being typed."""
    done = await connection.execute(
        "select d.platform, d.target, count(*)::int as entries, coalesce(sum((select count(*) from"
        " jsonb_object_keys(d.payload)) - 1), 0)::int as fields from record_delivery d"
        " join case_file c on c.id = d.case_id where d.feed = 'cases' and d.created_at >= %s"
        " and d.state not in ('waiting', 'failed') and starts_with(c.area_code, %s) group by 1, 2 order by 1, 2",
        (since, area),
    )
    return await done.fetchall()


async def due(connection: Connection, platform: str, now: datetime, limit: int) -> list[Delivery]:
    """What is to be told now: of each case in order, so nothing before what happened earlier was taken."""
    done = await connection.execute(
        "select d.id, d.target, d.payload, d.attempts, coalesce((select e.number from record_delivery e"
        " where e.case_id = d.case_id and e.target = d.target and e.event_id < d.event_id and e.number <> ''"
        " order by e.event_id limit 1), '') as theirs from record_delivery d where d.platform = %(platform)s"
        " and d.next_at <= %(now)s and d.state = 'waiting' and not exists (select 1 from record_delivery e"
        " where e.case_id = d.case_id and e.target = d.target and e.event_id < d.event_id and e.state = 'waiting')"
        " order by d.event_id limit %(limit)s",
        {"platform": platform, "now": now, "limit": limit},
    )
    return [
        Delivery(row["id"], row["target"], row["payload"], row["attempts"], row["theirs"])
        for row in await done.fetchall()
    ]


async def delivery(connection: Connection, delivery_id: UUID, *, lock: bool = False) -> dict[str, Any]:
    """One delivery (raises NotFound)."""
    wanted = "select * from record_delivery where id = %s"
    row = await (
        await connection.execute(wanted + (" for update" if lock else ""), (delivery_id,))
    ).fetchone()
    if row is None:
        raise NotFound("there is no such delivery")
    return row


async def deliveries(connection: Connection, platform: str, limit: int = FEW) -> Rows:
    """The newest deliveries with their case's number and their receipts."""
    done = await connection.execute(
        "select d.*, c.number as case_number, c.type as case_type,"
        " coalesce((select jsonb_agg(jsonb_build_object('kind', r.kind, 'text', r.text, 'at', r.at) order by r.at)"
        " from record_receipt r where r.delivery_id = d.id), '[]') as receipts"
        " from record_delivery d join case_file c on c.id = d.case_id"
        " where d.platform = %s order by d.created_at desc, d.event_id desc limit %s",
        (platform, limit),
    )
    return await done.fetchall()
