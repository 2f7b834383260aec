"""How do mails to reporters leave the centre? A worker claims what is due and gives each to one gateway, once.

files   `<data>/outbox/mail/<mail>.eml`, unless a mail server is named, and always in a demo; who carries them moves
        what went into `done/`, so that none is written twice even when the centre dies in between
SMTP    over TLS from the first byte (port 465) or by STARTTLS (others), certificate checked; never without TLS
"""

import asyncio
import contextlib
import logging
import os
import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import parseaddr
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import urlsplit
from uuid import UUID

from mudan.core.cases import actions
from mudan.core.cases.model.mail import Mail, Sender, composed
from mudan.primitives.clock import Clock
from mudan.primitives.errors import Invalid, Unavailable
from mudan.primitives.ids import new_id
from mudan.run.settings import Settings
from mudan.storage.pool import Database

log = logging.getLogger(__name__)

WAIT_S: Final = 20.0  # for each answer of the server
AT_ONCE: Final = 4
IMPLICIT_TLS: Final = 465


class Refused(Exception):
    """A gateway that did not take a mail. `final`: it never will."""

    def __init__(self, said: str, *, final: bool = False) -> None:
        super().__init__(said)
        self.final = final


class Gateway(Protocol):
    """A way out for a mail."""

    def take(self, mail: UUID, message: EmailMessage) -> str:
        """Take it and return what is answered; raises Refused, OSError. Runs in a thread."""
        ...


class MailFiles:
    """One file for each mail, named by its id."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, mail: UUID, message: EmailMessage) -> str:
        """Write it, unless it lies there or has been carried away."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self._folder / "done").mkdir(mode=0o700, exist_ok=True)
        name = f"{mail}.eml"
        if not ((self._folder / name).exists() or (self._folder / "done" / name).exists()):
            draft = self._folder / f".{name}"
            with draft.open("wb") as file:
                file.write(message.as_bytes(policy=WIRE))
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self._folder / name)
        return f"file {name}"


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server and who we are to it. `tls`: how its certificate is checked."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    sender: str
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)
    wait_s: float = WAIT_S


class Smtp:
    """A mail server that takes mails over TLS."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def take(self, mail: UUID, message: EmailMessage) -> str:  # noqa: ARG002 - the message carries its id
        """Give it to the server. Once it has taken it, nothing that goes wrong afterwards counts."""
        to = message["To"].addresses[0].addr_spec
        with _in_words(), contextlib.closing(self._opened()) as smtp:
            smtp.sendmail(self._server.sender, [to], message.as_bytes(policy=WIRE))
            with contextlib.suppress(smtplib.SMTPException, OSError):
                smtp.quit()
        return f"taken by {self._server.host}"

    def _opened(self) -> smtplib.SMTP:
        one, name = self._server, self._server.sender.rpartition("@")[2]
        if one.port == IMPLICIT_TLS:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                one.host, one.port, local_hostname=name, timeout=one.wait_s, context=one.tls
            )
        else:
            smtp = smtplib.SMTP(one.host, one.port, local_hostname=name, timeout=one.wait_s)
        try:
            if one.port != IMPLICIT_TLS:
                smtp.starttls(context=one.tls)
            if one.user:
                smtp.login(one.user, one.password)
        except BaseException:
            smtp.close()
            raise
        return smtp


@contextlib.contextmanager
def _in_words() -> Iterator[None]:
    """What the server or the line did, as Refused. Only a lasting no to this mail itself is final."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        raise Refused(_words(code, words), final=500 <= code < 600) from error
    except smtplib.SMTPAuthenticationError as error:
        raise Refused(f"{error.smtp_code} sign-in refused") from error
    except smtplib.SMTPDataError as error:
        raise Refused(
            _words(error.smtp_code, error.smtp_error), final=500 <= error.smtp_code < 600
        ) from error
    except smtplib.SMTPResponseException as error:
        raise Refused(_words(error.smtp_code, error.smtp_error)) from error
    except (smtplib.SMTPException, OSError) as error:
        raise Refused(f"{type(error).__name__}: {error}") from error


def _words(code: int, words: bytes | str) -> str:
    return f"{code} {words.decode('utf-8', 'replace') if isinstance(words, bytes) else words}"


class Mailer:
    """The worker. Several may run beside each other. `sender` None: no address for links is known, nothing leaves."""

    def __init__(self, db: Database, clock: Clock, gateway: Gateway, sender: Sender | None) -> None:
        self._db, self._clock, self._gateway, self._sender = db, clock, gateway, sender
        self._worker: UUID = new_id()
        self._room = asyncio.Semaphore(AT_ONCE)

    async def step(self) -> None:
        """Carry what is due."""
        if self._sender is None:
            return
        async with self._db.work() as connection:
            due = await actions.claim_mails(connection, self._worker, self._clock.now())
            key = await actions.mail_key(connection) if due else b""
        await asyncio.gather(*(self._carry(one, self._sender, key) for one in due))

    async def _carry(self, mail: Mail, sender: Sender, key: bytes) -> None:
        answer, refused = "", None
        try:
            message = composed(mail, sender, key)
            async with self._room:
                answer = await asyncio.to_thread(self._gateway.take, mail.id, message)
        except Refused as error:
            refused = error
        except OSError as error:
            refused = Refused(type(error).__name__)
        except (ValueError, HeaderParseError):
            refused = Refused("this cannot be written into a mail", final=True)
        try:
            async with self._db.work() as connection:
                now = self._clock.now()
                if refused is None:
                    await actions.mail_left(connection, self._worker, mail, answer, now)
                else:
                    log.warning("the mail %s was not taken; see case_mail", mail.id)
                    said = str(refused)
                    await actions.mail_stayed(connection, self._worker, mail, said, now, final=refused.final)
        except Unavailable:
            log.warning("the database is away; the mail %s is taken up when its lease is over", mail.id)


def mailer(db: Database, clock: Clock, settings: Settings) -> Mailer:
    """The worker over the gateway that is set. Raises Invalid."""
    server = mail_server(settings)
    folder = settings.data / "outbox" / "mail"
    gateway: Gateway = MailFiles(folder) if server is None else Smtp(server)
    return Mailer(db, clock, gateway, mail_sender(settings))


def mail_server(settings: Settings) -> Server | None:
    """The server that is named, None for files: in a demo always. Raises Invalid."""
    if not settings.smtp_host or settings.demo:
        return None
    if not settings.smtp_from:
        raise Invalid("name who sends mails: name <address>", field="MUDAN_SMTP_FROM")
    if not 0 < settings.smtp_port < 65_536:
        raise Invalid("this is no port", field="MUDAN_SMTP_PORT")
    _, address = _from(settings.smtp_from)
    return Server(settings.smtp_host, settings.smtp_port, settings.smtp_user, settings.smtp_password, address)


def mail_sender(settings: Settings) -> Sender | None:
    """Who mails come from; None when the address that links lead to is not set. Raises Invalid."""
    if not settings.origins:
        return None
    origin = settings.origins[0].rstrip("/")
    name, address = _from(settings.smtp_from or f"Mudan <mudan@{urlsplit(origin).hostname or 'localhost'}>")
    return Sender(name, address, origin)


def _from(words: str) -> tuple[str, str]:
    name, address = parseaddr(words)
    try:
        checked = Address(name, addr_spec=address)
    except (ValueError, IndexError, HeaderParseError):
        checked = Address()
    if not checked.domain or not checked.username or not words.isprintable() or not address.isascii():
        raise Invalid(f"{words[:80]!r} is no sender: name <address>", field="MUDAN_SMTP_FROM")
    return name, address
