"""What does a reporter hold of a case? A slip: its number and a code that nobody guesses and that is kept as a hash.

entry (the reporter's own name for what they send, told to nobody)
  ├─ HMAC with the centre's key ─▶ code, shown once; the same entry sent twice gets the same code again
  └─ SHA-256 ─▶ ids of case, reporter and slip: who reads those cannot go back to the entry or the code
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from mudan.primitives.errors import Invalid

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that is read as something else
LENGTH: Final = 12  # 31 to the 12th: 59 bits
REOPENED_WITHIN: Final = timedelta(days=30)  # 示例: afterwards it is a new report
MOST_REOPENED: Final = 3  # 示例: from then on the desk decides
LONGEST_WORDS: Final = 1000
DRAFT_KEPT: Final = timedelta(hours=2)
MOST_DRAFTS: Final = 300
_MAIL: Final = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,4}")


@dataclass(frozen=True, slots=True)
class Slip:
    """A reporter's hold on a case. `channel` (text, mail) and `contact` are empty without consent."""

    id: UUID
    case_id: UUID
    reporter_id: UUID
    joined: bool
    language: str
    created_at: datetime
    channel: str
    contact: str
    consented_at: datetime | None
    withdrawn_at: datetime | None
    mail_confirmed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A picture that came before its report, drawn anew; place and time are the camera's word and only suggested."""

    id: UUID
    jpeg: bytes
    taken_at: datetime | None
    lon: float | None
    lat: float | None


def code_of(key: bytes, entry: UUID) -> str:
    """The code of an entry, in groups of four."""
    left = int.from_bytes(hmac.new(key, b"code" + entry.bytes, hashlib.sha256).digest(), "big")
    found = []
    for _ in range(LENGTH):
        left, at = divmod(left, len(ALPHABET))
        found.append(ALPHABET[at])
    return "-".join("".join(found[at : at + 4]) for at in range(0, LENGTH, 4))


def hash_of(code: str) -> bytes:
    """What is kept of a code as somebody typed it: small letters, spaces and hyphens make no difference."""
    plain = "".join(one for one in code[:64].upper() if one.isalnum())
    return hashlib.sha256(plain.encode()).digest()


def derived(what: str, entry: UUID) -> UUID:
    """The id of the case, reporter or slip that an entry makes."""
    return UUID(bytes=hashlib.sha256(what.encode() + entry.bytes).digest()[:16], version=5)


def contact_of(given: str) -> tuple[str, str]:
    """(channel, contact) of what somebody wrote: a telephone number or an e-mail address. Raises Invalid."""
    words = given.strip()
    if not words:
        return "", ""
    if "@" in words:
        if not _MAIL.fullmatch(words):
            raise Invalid("this is no e-mail address", field="contact")
        return "mail", words
    digits = re.sub(r"[ \-()]", "", words).removeprefix("+86")
    if not (digits.isascii() and digits.isdigit() and 7 <= len(digits) <= 12):
        raise Invalid("this is a telephone number or an e-mail address", field="contact")
    return "text", digits
