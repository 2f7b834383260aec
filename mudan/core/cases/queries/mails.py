"""Which mails to reporters are on their way, and how did the question to confirm end?"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from mudan.core.cases.model.mail import Mail
from mudan.primitives.text import Text
from mudan.storage.pool import Connection


async def mails(connection: Connection, ids: Sequence[UUID]) -> list[Mail]:
    """Some mails with the address and language of their slips, the oldest first."""
    rows = await (
        await connection.execute(
            "select m.id, m.slip_id, m.kind, m.stage, m.made_at, m.attempts, c.number, s.contact, s.language"
            " from case_mail m join case_slip s on s.id = m.slip_id join case_file c on c.id = s.case_id"
            " where m.id = any(%s) and s.channel = 'mail' order by m.made_at, m.id",
            (list(ids),),
        )
    ).fetchall()
    return [Mail(**row | {"stage": Text(**row["stage"])}) for row in rows]


async def asked(connection: Connection, slip: UUID) -> str | None:
    """The state of the question to confirm that a slip's holder was sent; None when there was none."""
    row = await (
        await connection.execute(
            "select state from case_mail where slip_id = %s and kind = 'confirm' order by made_at desc limit 1",
            (slip,),
        )
    ).fetchone()
    return None if row is None else row["state"]


async def asked_since(connection: Connection, asked_hash: bytes, since: datetime) -> int:
    """How many questions have been made for an address since then, whoever wrote it down and took it back."""
    row = await (
        await connection.execute(
            "select count(*)::int as n from case_mail where asked_hash = %s and made_at > %s",
            (asked_hash, since),
        )
    ).fetchone()
    return row["n"] if row else 0
