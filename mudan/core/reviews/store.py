"""How are versions of reviews and judgements written?"""

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from mudan.storage.pool import Connection


async def lock(connection: Connection, subject: UUID) -> None:
    """Let nobody else add to the reviews of a subject until the transaction ends."""
    await connection.execute("select pg_advisory_xact_lock(hashtext('mudan.review:' || %s))", (str(subject),))


async def insert(connection: Connection, row: dict[str, Any]) -> None:
    """Keep a new version."""
    await connection.execute(
        "insert into review_version (id, kind, subject, number, made_at, made_by, made_by_id, note, sign_role, paper,"
        " record, hash) values (%(id)s, %(kind)s, %(subject)s, %(number)s, %(at)s, %(by)s, %(by_id)s, %(note)s,"
        " %(sign_role)s, %(paper)s, %(record)s, %(hash)s)",
        row | {"paper": Jsonb(row["paper"]), "record": Jsonb(row["record"])},
    )


async def sign(connection: Connection, version: UUID, by: str, by_id: UUID, note: str, at: datetime) -> None:
    """Write who signed a version."""
    await connection.execute(
        "update review_version set signed_at = %s, signed_by = %s, signed_by_id = %s, sign_note = %s where id = %s",
        (at, by, by_id, note, version),
    )


async def judge(connection: Connection, row: dict[str, Any]) -> None:
    """Keep what a person judged of an objective."""
    await connection.execute(
        "insert into review_judgement (id, drill_id, objective, verdict, note, at, by, by_id) values (%(id)s,"
        " %(drill)s, %(objective)s, %(verdict)s, %(note)s, %(at)s, %(by)s, %(by_id)s)",
        row,
    )
