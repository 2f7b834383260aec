"""How does another system's report become a case, once, however often it is sent?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from mudan.core.cases import queries, store
from mudan.core.cases.actions.reporting import report_as
from mudan.core.cases.model.chart import Author
from mudan.core.cases.model.words import Case, NewCase
from mudan.storage.pool import Connection, centre_within

AGAIN_WITHIN: Final = timedelta(
    minutes=10
)  # 示例: so long the same words of the same sender are the same report


@dataclass(frozen=True, slots=True)
class Posting:
    """What came with a report: by which key, the hash of what was said by whom, and what a case has no place for."""

    key: UUID
    print: bytes
    media_url: str = ""
    address_id: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """The case that a report became, the token that stands for it, and whether it had been sent before."""

    case: Case
    token: UUID
    again: bool


async def post(connection: Connection, author: Author, now: datetime, new: NewCase, posting: Posting) -> Kept:
    """Keep a report of another system; the same within minutes gives the first case. Raises Invalid, Conflict."""
    async with centre_within(connection):
        await store.alone(connection, f"posted.{posting.print.hex()}")
        known = await queries.posted_since(connection, posting.print, now - AGAIN_WITHIN)
        if known is not None:
            return Kept(await queries.one(connection, known.case_id), known.token, again=True)
        case, token = await report_as(connection, author, now, new), uuid4()
        row = {
            "case_id": case.id, "space": case.space, "key_id": posting.key, "token": token, "print": posting.print,
            "media_url": posting.media_url, "address_id": posting.address_id, "at": now,
        }  # fmt: skip
        await store.insert_posted(connection, row)
        return Kept(case, token, again=False)
