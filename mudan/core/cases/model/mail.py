"""What does a reporter get by e-mail, by which links do they confirm and end it, and when is it tried again?

asked ──the receiver confirms──▶ a mail for each stage ──the receiver ends it──▶ nothing more, the address forgotten
waiting ─┬─▶ sent                         each mail carries its id, made from its event, as Message-ID
         ├─▶ waiting, after a longer pause
         └─▶ failed: the server refuses for good, or the tries are used up
"""

import base64
import binascii
import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Final, Literal, NamedTuple
from uuid import UUID

from mudan.core.cases.model.slip import Slip
from mudan.primitives.text import Text

Kind = Literal["confirm", "stage"]
Purpose = Literal["confirm", "end"]
PAUSES: Final = tuple(timedelta(minutes=each) for each in (1, 5, 30, 120, 480, 1440))  # 示例
KEPT: Final = timedelta(days=3)  # 示例: what could not leave by then is no news any more
CONFIRM_WITHIN: Final = timedelta(days=14)  # 示例
MOST_ASKED: Final = 3  # 示例: questions to one address in a day, whoever wrote it into the form
ASKED_WITHIN: Final = timedelta(days=1)
LEASE: Final = timedelta(minutes=15)
LONGEST_ANSWER: Final = 300
_MAC_BYTES: Final = 16
_PURPOSES: Final[tuple[Purpose, ...]] = ("confirm", "end")


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail on its way out: about which case, to whom, what to say."""

    id: UUID
    slip_id: UUID
    kind: Kind
    stage: Text
    made_at: datetime
    attempts: int
    number: str
    contact: str
    language: str


class Link(NamedTuple):
    """What a link of a mail is for, and of whose slip."""

    purpose: Purpose
    slip: UUID


class Sender(NamedTuple):
    """Who a mail comes from, and where its links lead."""

    name: str
    address: str
    origin: str


def link_of(key: bytes, purpose: Purpose, slip: UUID) -> str:
    """The last part of a link's address; nobody makes it without the key."""
    return base64.urlsafe_b64encode(slip.bytes + _mac(key, purpose, slip)).rstrip(b"=").decode()


def _mac(key: bytes, purpose: Purpose, slip: UUID) -> bytes:
    return hmac.digest(key, f"mail {purpose} ".encode() + slip.bytes, "sha256")[:_MAC_BYTES]


def asked_hash(key: bytes, contact: str) -> bytes:
    """By which an address is known again for a day without being kept."""
    return hmac.digest(key, b"asked " + contact.lower().encode(), "sha256")


def read_link(key: bytes, words: str) -> Link | None:
    """What a link is for; None when it is none of ours."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{43}", words):
        return None
    try:
        held = base64.urlsafe_b64decode(words + "=")
    except binascii.Error:
        return None
    slip, mac = UUID(bytes=held[:16]), held[16:]
    found = [one for one in _PURPOSES if hmac.compare_digest(mac, _mac(key, one, slip))]
    return Link(found[0], slip) if found else None


def masked(contact: str) -> str:
    """An address as its owner knows it again and nobody else reads it."""
    name, _, domain = contact.rpartition("@")
    return f"{name[:1]}***@{domain}"


def next_try(attempts: int, now: datetime) -> datetime | None:
    """When a mail is tried again after so many tries; None: no more."""
    return now + PAUSES[attempts - 1] if attempts <= len(PAUSES) else None


def said(words: str, contact: str) -> str:
    """What a server said, in one line of bounded length and without the address."""
    plain = re.sub(re.escape(contact), "<…>", words, flags=re.IGNORECASE) if contact else words
    line = "".join(one if one.isprintable() else " " for one in plain)
    return " ".join(line.split())[:LONGEST_ANSWER]


def standing(slip: Slip, asked: str | None, *, sends: bool) -> str:
    """How it is with a reporter's mail: ended, off, confirmed, asked, failed or nothing. `asked`: the question."""
    if slip.withdrawn_at is not None:
        return "ended"
    if slip.channel != "mail":
        return ""
    if not sends:
        return "off"
    if slip.mail_confirmed_at is not None:
        return "confirmed"
    return "asked" if asked in ("waiting", "sent") else "failed"


def composed(mail: Mail, sender: Sender, key: bytes) -> EmailMessage:
    """The mail in the reader's language. Raises ValueError for what does not belong into a header."""
    end = f"{sender.origin}/public/mail/{link_of(key, 'end', mail.slip_id)}"
    confirm = f"{sender.origin}/public/mail/{link_of(key, 'confirm', mail.slip_id)}"
    tail = "" if mail.language == "zh" else "?lang=en"
    title, body = _words(
        mail, f"{sender.origin}/public/cases/{mail.number}{tail}", confirm + tail, end + tail
    )
    made = EmailMessage(policy=SMTP)
    made["Subject"] = title.zh if mail.language == "zh" else title.en
    made["From"] = Address(sender.name, addr_spec=sender.address)
    made["To"] = Address(addr_spec=mail.contact)
    made["Date"] = mail.made_at
    made["Message-ID"] = f"<{mail.id}@{sender.address.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    made["List-Unsubscribe"] = f"<{end}>"
    made.set_content(body.zh if mail.language == "zh" else body.en, cte="base64")
    return made


def _words(mail: Mail, follow: str, confirm: str, end: str) -> tuple[Text, Text]:
    number, to = mail.number, masked(mail.contact)
    ending = Text(
        f"不再接收、删除此邮箱：{end}\n本邮件自动发出，请勿回复；急事请拨打 110、119 或 120。\n",
        f"End these mails and forget this address: {end}\n"
        "Sent automatically, please do not reply. Life in danger? Ring 110, 119 or 120.\n",
    )
    if mail.kind == "confirm":
        return Text(
            f"请确认：{number} 的进展发到本邮箱", f"Please confirm: news of {number} to this address"
        ), Text(
            f"有人在反映 {number} 时留下了 {to}，希望收到进展。\n\n是您，请打开并按“确认”：{confirm}\n"
            f"不是您，不必理会：不确认就不会再发进展。\n\n{ending.zh}",
            f"Somebody who reported {number} gave {to} to be told how it goes.\n\n"
            f"If it was you, open this and press “Confirm”: {confirm}\n"
            f"If not, do nothing: without it no news is sent.\n\n{ending.en}",
        )
    zh, en = mail.stage.zh, mail.stage.en or mail.stage.zh
    return Text(f"您反映的 {number}：{zh}", f"Your report {number}: {en}"), Text(
        f"您反映的 {number} 有新进展：{zh}。\n\n凭编号和查询码查看、评价：{follow}\n\n{ending.zh}",
        f"Your report {number}: {en}.\n\nNumber and code show it and rate it: {follow}\n\n{ending.en}",
    )
