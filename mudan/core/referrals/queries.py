"""Where was a case sent on to, what is to be done about it now, and which of their requests are ours?"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from mudan.core.referrals.model import Referral, Report
from mudan.primitives.errors import NotFound
from mudan.storage.pool import Connection

Rows = list[dict[str, Any]]
MOST_OF_CASE = 20
_DUE: LiteralString = (
    "select id, case_id, state, mark, service_code, description, address, lon, lat, media_url, attempts, attempted_at,"
    " token, number from case_referral where platform = %s and next_at <= %s order by next_at, id limit %s"
)


async def of_case(connection: Connection, case: UUID) -> Rows:
    """Where a case was sent on to, the newest first."""
    done = await connection.execute(
        "select id, platform, service_code, description, state, attempts, number, reason, asked_at, asked_by, sent_at,"
        " accepted_at, closed_at, seen_at, notes, agency, updated_at, expected_at from case_referral"
        " where case_id = %s order by asked_at desc, id limit %s",
        (case, MOST_OF_CASE),
    )
    return await done.fetchall()


async def one(connection: Connection, referral: UUID, *, lock: bool = False) -> dict[str, Any]:
    """A referral (raises NotFound)."""
    wanted: LiteralString = "select * from case_referral where id = %s"
    row = await (await connection.execute(wanted + (" for update" if lock else ""), (referral,))).fetchone()
    if row is None:
        raise NotFound("there is no such referral")
    return row


async def find(connection: Connection, referral: UUID) -> dict[str, Any] | None:
    """A referral, if it is known."""
    return await (
        await connection.execute("select * from case_referral where id = %s", (referral,))
    ).fetchone()


async def due(connection: Connection, platform: str, now: datetime, most: int) -> list[Referral]:
    """What is to be sent, searched for or looked at now."""
    rows = await (await connection.execute(_DUE, (platform, now, most))).fetchall()
    return [
        Referral(
            row["id"], row["case_id"], row["state"], row["mark"],
            Report(row["service_code"], row["description"], row["address"], row["lon"], row["lat"], row["media_url"]),
            row["attempts"], row["attempted_at"], row["token"], row["number"],
        )
        for row in rows
    ]  # fmt: skip


async def ours(connection: Connection, platform: str, found: Sequence[tuple[str, str]]) -> set[str]:
    """Of (number, mark) in their list the numbers that are cases of ours: by number, or by a mark not yet numbered."""
    if not found:
        return set()
    done = await connection.execute(
        "select f.number from unnest(%(numbers)s::text[], %(marks)s::text[]) as f (number, mark)"
        " where exists (select 1 from case_referral r where r.platform = %(platform)s and r.number = f.number)"
        " or f.mark <> '' and exists (select 1 from case_referral r where r.platform = %(platform)s"
        " and r.mark = f.mark and r.number in ('', f.number))",
        {"platform": platform, "numbers": [one for one, _ in found], "marks": [mark for _, mark in found]},
    )
    return {row["number"] for row in await done.fetchall()}


async def key(connection: Connection) -> bytes:
    """The key that marks are made with. Read as the centre."""
    row = await (await connection.execute("select key from case_referral_key")).fetchone()
    assert row is not None  # the migration made it
    made: bytes = row["key"]
    return made


async def public_picture(connection: Connection, case: UUID) -> str:
    """The address of a picture that came with a public report, which everybody may see; empty without one."""
    row = await (
        await connection.execute("select media_url from case_posted where case_id = %s", (case,))
    ).fetchone()
    return "" if row is None else str(row["media_url"])
