"""Does each gateway take a mail once, only over TLS that is checked, whatever the server does?"""

import asyncio
import contextlib
import ipaddress
import logging
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from mudan.core.cases import actions
from mudan.core.cases.model.mail import LEASE, PAUSES, composed
from mudan.primitives.clock import ManualClock
from mudan.primitives.errors import Invalid, MudanError
from mudan.run.doctor import _mail
from mudan.run.mailing import Gateway, Mailer, MailFiles, Refused, Server, Smtp, mail_sender, mail_server
from mudan.run.settings import Settings, settings_from
from mudan.storage.embedded import Dsns
from mudan.storage.pool import Database
from tests.core.cases.test_mail import FROM, KEY, TO, mail
from tests.core.cases.test_slips import entry
from tests.database import START

pytestmark = pytest.mark.anyio
PASSWORD = "geheim-0815"
MESSAGE = composed(mail(), FROM, KEY)


@dataclass
class Post:
    """A mail server that answers as told, by command, and keeps what it took. `slow`: never answers that command."""

    folder: Path
    port: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    slow: str = ""
    drops: str = ""
    starttls: bool = True
    heard: list[str] = field(default_factory=list)
    mails: list[bytes] = field(default_factory=list)

    def tls(self) -> ssl.SSLContext:
        """How the server shows itself."""
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(self.folder / "c.pem", self.folder / "k.pem")
        return made

    def gateway(self, **more: Any) -> Smtp:
        """A gateway that trusts this server's certificate."""
        trust = ssl.create_default_context(cafile=str(self.folder / "c.pem"))
        given = {"tls": trust, "wait_s": 0.5, "host": "127.0.0.1", **more}
        return Smtp(Server(port=self.port, user="u", password=PASSWORD, sender=FROM.address, **given))

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One conversation."""
        try:
            await self._talk(reader, writer)
        finally:
            writer.transport.abort()
            await asyncio.sleep(0)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, ssl.SSLError, asyncio.IncompleteReadError):
            writer.write(b"220 post\r\n")
            secure = False
            while line := (await reader.readline()).decode().strip():
                word = line.split(" ")[0].upper()
                self.heard.append(word + line[len(word) :])
                if word == self.slow:
                    await asyncio.sleep(30)
                if word == self.drops:
                    break
                writer.write((self.answers.get(word) or self._said(word, secure=secure)).encode() + b"\r\n")
                if word == "STARTTLS":
                    await writer.start_tls(self.tls())
                    secure = True
                if word == "DATA" and "DATA" not in self.answers:
                    self.mails.append(await reader.readuntil(b"\r\n.\r\n"))
                    if self.drops == "TAKEN":
                        break
                    writer.write((self.answers.get("TAKEN") or "250 kept").encode() + b"\r\n")
                await writer.drain()

    def _said(self, word: str, *, secure: bool) -> str:
        if word == "EHLO":
            offers = "250 AUTH PLAIN" if secure else "250 STARTTLS" if self.starttls else "250 HELP"
            return f"250-post\r\n{offers}"
        return {"STARTTLS": "220 go", "AUTH": "235 ok", "DATA": "354 go", "QUIT": "221 bye"}.get(
            word, "250 ok"
        )


def _certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "post")])
    at = START.replace(year=2020)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(at).not_valid_after(at + timedelta(days=365 * 60))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "c.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "k.pem").write_bytes(pem)


@pytest.fixture
async def post(tmp_path: Path, anyio_backend: Any) -> AsyncIterator[Post]:
    _certificate(tmp_path)
    made, tasks = Post(tmp_path), set()

    def opened(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.ensure_future(made.talk(reader, writer)))

    server = await asyncio.start_server(opened, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def given(gateway: Smtp) -> str:
    """What the gateway answers for the mail."""
    return await asyncio.to_thread(gateway.take, UUID(int=7), MESSAGE)


async def test_a_mail_goes_out_over_tls_and_the_account_only_inside_it(post: Post) -> None:
    assert await given(post.gateway()) == "taken by 127.0.0.1"
    assert len(post.mails) == 1
    assert f"Message-ID: <{UUID(int=7)}@county.example>".encode() in post.mails[0]
    words = [line.split(" ")[0] for line in post.heard]
    assert words.index("STARTTLS") < words.index("AUTH") < words.index("RCPT")
    assert [line for line in post.heard if line.startswith("RCPT")] == [f"RCPT TO:<{TO}>"]


async def test_without_tls_or_with_a_strange_certificate_nothing_is_said(post: Post) -> None:
    with pytest.raises(Refused, match="certificate") as refused:
        await given(post.gateway(tls=ssl.create_default_context()))
    assert not refused.value.final
    post.starttls = False
    with pytest.raises(Refused):
        await given(post.gateway())
    assert [line for line in post.heard if line.split(" ")[0] in ("AUTH", "MAIL")] == []
    assert post.mails == []


@pytest.mark.parametrize(
    ("answers", "said", "final"),
    [
        ({"RCPT": f"550 5.1.1 <{TO}> unknown"}, "550 5.1.1", True),
        ({"RCPT": "451 greylisted"}, "451 greylisted", False),
        ({"TAKEN": "554 spam"}, "554 spam", True),
        ({"DATA": "452 full"}, "452 full", False),
        ({"MAIL": "553 not yours"}, "553 not yours", False),
        ({"AUTH": "535 wrong"}, "535 sign-in refused", False),
    ],
)
async def test_what_the_server_refuses_is_told_in_its_words(
    post: Post, answers: dict[str, str], said: str, final: bool
) -> None:
    post.answers = answers
    with pytest.raises(Refused, match=said) as refused:
        await given(post.gateway())
    assert refused.value.final is final
    assert PASSWORD not in str(refused.value)


@pytest.mark.parametrize("more", [{"slow": "EHLO"}, {"slow": "RCPT"}, {"drops": "MAIL"}, {"drops": "TAKEN"}])
async def test_a_slow_server_and_a_lost_line_are_no_receipt(post: Post, more: dict[str, str]) -> None:
    for name, value in more.items():
        setattr(post, name, value)
    with pytest.raises(Refused) as refused:
        await given(post.gateway())
    assert not refused.value.final


@pytest.mark.parametrize("more", [{"drops": "QUIT"}, {"slow": "QUIT"}, {"answers": {"QUIT": "500 what"}}])
async def test_what_was_taken_stays_taken_whatever_the_farewell(post: Post, more: dict[str, Any]) -> None:
    for name, value in more.items():
        setattr(post, name, value)
    assert await given(post.gateway())
    assert len(post.mails) == 1


def test_a_file_is_written_once_even_when_it_was_carried_away(tmp_path: Path) -> None:
    tmp_path /= "mail"
    files = MailFiles(tmp_path)
    for _ in range(2):
        assert files.take(UUID(int=7), MESSAGE) == f"file {UUID(int=7)}.eml"
    assert tmp_path.stat().st_mode & 0o077 == 0
    [file] = tmp_path.glob("*.eml")
    file.rename(tmp_path / "done" / file.name)
    files.take(UUID(int=7), MESSAGE)
    assert list(tmp_path.glob("*.eml")) == []


@pytest.fixture
async def database(fresh_database: Dsns, anyio_backend: Any) -> AsyncIterator[Database]:
    opened = Database(fresh_database.centre, size=4)
    await opened.open()
    async with opened.work() as connection:
        await actions.take_in(connection, entry(contact=TO, consents=True), START)
    yield opened
    await opened.close()


async def states(database: Database) -> list[tuple[str, str, int]]:
    """(state, answer, attempts) of each mail."""
    async with database.work() as connection:
        rows = await (await connection.execute("select state, answer, attempts from case_mail")).fetchall()
    return [(row["state"], row["answer"], row["attempts"]) for row in rows]


async def test_a_mail_that_was_refused_for_now_leaves_later_and_once(
    database: Database, post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    clock = ManualClock(START)
    worker = Mailer(database, clock, post.gateway(), FROM)
    post.answers = {"RCPT": f"451 <{TO}> later"}
    await worker.step()
    assert await states(database) == [("waiting", "451 <<…>> later", 1)]
    post.answers = {}
    await worker.step()
    assert post.mails == []
    clock.advance(PAUSES[0].total_seconds() + 1)
    for _ in range(2):
        await worker.step()
    assert await states(database) == [("sent", "taken by 127.0.0.1", 2)]
    assert len(post.mails) == 1
    told = caplog.text
    assert TO not in told
    assert PASSWORD not in told


async def test_a_worker_that_dies_after_its_file_writes_it_once(database: Database, tmp_path: Path) -> None:
    clock, files = ManualClock(START), MailFiles(tmp_path)

    class Dies:
        def take(self, mail: UUID, message: Any) -> str:
            files.take(mail, message)
            raise asyncio.CancelledError

    with contextlib.suppress(asyncio.CancelledError):
        await Mailer(database, clock, Dies(), FROM).step()
    assert [state for state, _, _ in await states(database)] == ["waiting"]
    worker = Mailer(database, clock, files, FROM)
    await worker.step()
    assert [state for state, _, _ in await states(database)] == ["waiting"]
    clock.advance(LEASE.total_seconds() + 1)
    await worker.step()
    assert [state for state, _, _ in await states(database)] == ["sent"]
    assert _written(tmp_path) == 1


def _written(folder: Path) -> int:
    return len(list(folder.glob("*.eml")))


async def test_without_an_address_for_its_links_nothing_leaves_and_nothing_is_lost(
    database: Database, tmp_path: Path
) -> None:
    gateway: Gateway = MailFiles(tmp_path / "out")
    await Mailer(database, ManualClock(START), gateway, None).step()
    assert await states(database) == [("waiting", "", 0)]
    assert not (tmp_path / "out").exists()


def _settings(**more: str) -> Settings:
    return settings_from(more)


def test_the_settings_are_checked_kept_secret_and_a_demo_has_no_server() -> None:
    host = {"MUDAN_SMTP_HOST": "post.example", "MUDAN_SMTP_PASSWORD": PASSWORD}
    whole = host | {
        "MUDAN_SMTP_FROM": "示例县 <a@county.example>",
        "MUDAN_ORIGINS": "https://county.example/",
    }
    server, sender = mail_server(_settings(**whole)), mail_sender(_settings(**whole))
    assert server is not None
    assert (server.port, server.sender, server.tls.verify_mode) == (
        587,
        "a@county.example",
        ssl.CERT_REQUIRED,
    )
    assert sender == ("示例县", "a@county.example", "https://county.example")
    assert PASSWORD not in repr(_settings(**whole)) + repr(server)
    assert mail_server(_settings(**whole, MUDAN_DEMO="1")) is None
    assert mail_server(_settings()) is None
    assert mail_sender(_settings()) is None
    for wrong in ("", "nobody", "a@b@c", "x <a@b.c>\r\nBcc: d@e.f", "<>"):
        with pytest.raises(Invalid):
            mail_server(_settings(**whole | {"MUDAN_SMTP_FROM": wrong}))
    with pytest.raises(MudanError, match="MUDAN_ORIGINS"):
        _mail(_settings(**whole | {"MUDAN_ORIGINS": ""}))
    assert "MUDAN_ORIGINS" in _mail(_settings())
    assert _mail(_settings(**whole)) == "to post.example:587"
