"""How do sent warnings leave the centre? A worker claims what is due and carries it by its channel, once.

text, broadcast   a file for a gateway in `<data>/outbox/warnings/<channel>/<delivery>.json`; the gateway moves what it
                  has sent into `done/`, so that a file is never written twice even when the centre dies in between
webhook           a signed POST to an address that the administrator has named; nothing else, and never elsewhere
sandbox           a file in `sandbox/`, marked; nobody outside reads it
feed, page        need nothing: they read what is committed
"""

import asyncio
import http.client
import json
import logging
import os
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import urlsplit
from uuid import UUID

from mudan.api.warnings.publishing import Publishing
from mudan.core.warnings import actions
from mudan.core.warnings.actions import Publisher
from mudan.core.warnings.model.cap import Status
from mudan.core.warnings.model.content import message_parts
from mudan.core.warnings.model.delivery import Channel, Outgoing
from mudan.core.warnings.model.gateway import signature
from mudan.core.warnings.model.message import Issuer
from mudan.core.warnings.model.sealing import Keys, made_keys, sealed_document
from mudan.core.warnings.model.states import sandboxed
from mudan.primitives.changes import Changes
from mudan.primitives.clock import Clock
from mudan.primitives.errors import Invalid, Unavailable
from mudan.primitives.ids import new_id
from mudan.primitives.text import Text
from mudan.run.receipts import ReceiptFiles
from mudan.run.settings import Settings
from mudan.storage.pool import Database

log = logging.getLogger(__name__)

WAIT_S: Final = 10.0
MOST_ANSWER: Final = 4096
LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
EXAMPLE: Final = Issuer(
    "50023100000000", Text("示例·县应急指挥中心", "Example County Operations Centre"), example=True
)


Changed = Callable[[Changes], None]


class Refused(Exception):
    """A channel that did not take a message; it is tried again."""


class Way(Protocol):
    """A way out. Taking the same delivery twice must do no harm."""

    def take(self, outgoing: Outgoing, now: datetime) -> Mapping[str, Any]:
        """Take it and return the receipt; raises Refused or OSError when it cannot. Runs in a thread."""
        ...


class Files:
    """One file for each delivery, named by its id."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, outgoing: Outgoing, now: datetime) -> Mapping[str, Any]:
        folder = self._folder / outgoing.channel
        (folder / "done").mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{outgoing.id}.json"
        receipt = {"how": "file", "file": f"{outgoing.channel}/{name}"}
        if (folder / name).exists() or (folder / "done" / name).exists():
            return receipt
        draft = folder / f".{name}"
        with draft.open("w", encoding="utf-8") as file:
            json.dump(_letter(outgoing, now), file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(folder / name)
        return receipt


def _letter(outgoing: Outgoing, now: datetime) -> dict[str, Any]:
    """What a gateway needs: the words, where, how grave, and the whole CAP document."""
    words, inner = outgoing.words, outgoing.content
    mark = "【演练】" if sandboxed(Status(outgoing.status), outgoing.space) else ""
    return {
        "delivery": str(outgoing.id), "identifier": outgoing.identifier, "status": outgoing.status,
        "exercise": bool(mark), "written_at": now.isoformat(), "words": mark + words,
        "parts": message_parts(mark + words), "level": inner["level"], "expires": inner["expires"],
        "geocodes": inner["geocodes"], "polygons_lon_lat": inner["polygons"], "circles": inner["circles"],
        "cap": outgoing.document.decode(),
    }  # fmt: skip


class Webhooks:
    """A signed POST of the CAP document; follows no redirect."""

    def __init__(self, addresses: tuple[str, ...], secret: bytes) -> None:
        self._addresses, self._secret = addresses, secret

    def take(self, outgoing: Outgoing, now: datetime) -> Mapping[str, Any]:
        if outgoing.target not in self._addresses:
            raise Refused("the address is no longer allowed")
        url = urlsplit(outgoing.target)
        made = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
        connection = made(url.hostname or "", url.port, timeout=WAIT_S)
        try:
            path = (url.path or "/") + (f"?{url.query}" if url.query else "")
            connection.request("POST", path, outgoing.document, self._headers(outgoing, now))
            answer = connection.getresponse()
            answer.read(MOST_ANSWER)
        except http.client.HTTPException as error:
            raise Refused(type(error).__name__) from error
        finally:
            connection.close()
        if not 200 <= answer.status < 300:
            raise Refused(f"HTTP {answer.status}")
        return {"how": "http", "status": answer.status}

    def _headers(self, outgoing: Outgoing, now: datetime) -> dict[str, str]:
        at = str(int(now.timestamp()))
        return {
            "Content-Type": "application/cap+xml", "Mudan-Delivery": str(outgoing.id),
            "Mudan-Signature": signature(self._secret, at, outgoing.document), "User-Agent": "Mudan",
        }  # fmt: skip


class Outbox:
    """The worker. Each centre has one; several may run beside each other."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        ways: Mapping[Channel, Way],
        changed: Callable[[Changes], None],
        receipts: ReceiptFiles | None = None,
    ) -> None:
        self._db, self._clock, self._ways, self._changed = db, clock, ways, changed
        self._receipts = receipts
        self._worker: UUID = new_id()

    async def step(self) -> None:
        """Carry what is due, and take back what gateways report."""
        async with self._db.work() as connection:
            due = await actions.claim(connection, self._worker, self._clock.now())
        await asyncio.gather(*(self._carry(one) for one in due))
        changes = Changes() if self._receipts is None else await self._receipts.step()
        for one in due:
            changes.touch("warnings", one.space, one.warning)
        if changes:
            self._changed(changes)

    async def _carry(self, outgoing: Outgoing) -> None:
        receipt: Mapping[str, Any] | None = None
        reason = "no such channel"
        way = self._ways.get(outgoing.channel)
        if way is not None:
            try:
                receipt = await asyncio.to_thread(way.take, outgoing, self._clock.now())
            except (Refused, OSError) as error:
                reason = str(error) or type(error).__name__
                log.warning("a warning was not taken by %s: %s", outgoing.channel, reason)
        try:
            async with self._db.work() as connection:
                now = self._clock.now()
                if receipt is not None:
                    await actions.delivered(connection, self._worker, outgoing, dict(receipt), now)
                else:
                    await actions.not_delivered(connection, self._worker, outgoing, reason, now)
        except Unavailable:
            log.warning(
                "the database is away; the delivery %s is taken up when its lease is over", outgoing.id
            )


def outbox(db: Database, clock: Clock, settings: Settings, changed: Changed) -> Outbox:
    """The worker over the ways that this centre has."""
    folder = settings.data / "outbox" / "warnings"
    files = Files(folder)
    hooks = Webhooks(settings.webhooks, _secret(settings, "webhook"))
    ways: dict[Channel, Way] = {
        Channel.TEXT: files, Channel.BROADCAST: files, Channel.SANDBOX: files, Channel.WEBHOOK: hooks,
    }  # fmt: skip
    return Outbox(db, clock, ways, changed, ReceiptFiles(folder, db, clock))


def publishing(settings: Settings, clock: Clock) -> Publishing:
    """Who sends and with which seal; the key is made at the first start. In a demo, an example sends."""
    for one in settings.webhooks:
        check_webhook(one)
    keys, gateway = _keys(settings, clock), _secret(settings, "gateway")
    issuer = EXAMPLE if settings.demo and not settings.warning_sender else _issuer(settings)
    if issuer is None:
        return Publishing(None, keys.certificate, gateway)
    publisher = Publisher(issuer, lambda document: sealed_document(document, keys), settings.webhooks)
    return Publishing(publisher, keys.certificate, gateway)


def check_webhook(address: str) -> None:
    """Raises Invalid unless the address is https, or http on this machine, without a password in it."""
    url = urlsplit(address)
    good = url.scheme == "https" or (url.scheme == "http" and url.hostname in LOOPBACK)
    if not (good and url.hostname) or url.username or url.password or url.fragment:
        raise Invalid(f"{address[:80]!r} is no address for warnings: https is needed", field="MUDAN_WEBHOOKS")


def _issuer(settings: Settings) -> Issuer | None:
    if not settings.warning_sender:
        return None
    zh, _, en = settings.warning_issuer.partition("|")
    if not zh.strip():
        raise Invalid("name who sends warnings: 中文|English", field="MUDAN_WARNING_ISSUER")
    return Issuer(
        settings.warning_sender, Text(zh.strip(), en.strip() or zh.strip()), settings.warning_contact
    )


def _keys(settings: Settings, clock: Clock) -> Keys:
    folder = settings.data / "secrets"
    private, certificate = folder / "warnings.key", folder / "warnings.pem"
    if not certificate.exists():
        made = made_keys("Mudan public warnings", clock.now())
        _kept(private, made.private)
        _kept(certificate, made.certificate)
    return Keys(private.read_text(), certificate.read_text())


def _secret(settings: Settings, name: str) -> bytes:
    file = settings.data / "secrets" / name
    if not file.exists():
        _kept(file, secrets.token_hex(32))
    return bytes.fromhex(file.read_text())


def _kept(file: Path, text: str) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_text(text)
