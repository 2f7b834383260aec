"""Does each channel take a message once, whatever dies, and never what it must not?"""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from mudan.core.warnings import queries
from mudan.core.warnings.actions import Publisher
from mudan.core.warnings.model.cap import Status
from mudan.core.warnings.model.delivery import LEASE, Channel, Outgoing
from mudan.core.warnings.model.record import WarningMessage
from mudan.primitives.changes import Changes
from mudan.primitives.clock import ManualClock
from mudan.primitives.errors import Invalid
from mudan.run.publish import Files, Outbox, Refused, Webhooks, check_webhook, publishing
from mudan.run.settings import Settings, settings_from
from mudan.storage.embedded import Dsns
from mudan.storage.pool import Database
from tests.core.warnings.words import ISSUER, Office
from tests.database import START

pytestmark = pytest.mark.anyio
SECRET = b"s" * 32
OUTGOING = Outgoing(
    uuid4(), uuid4(), Channel.TEXT, "", 1, 0, "Actual", "37170200000000_20261123090000_1", b"<alert/>", "快走",
    {"level": 2, "expires": "2026-11-23T07:00:00+00:00", "geocodes": [], "polygons": [], "circles": []},
)  # fmt: skip


@dataclass
class Receiver:
    """A receiver that answers as told and keeps what it was sent."""

    address: str
    status: int = 200
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver("")

    class Ear(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.got.append((dict(self.headers), body))
            self.send_response(made.status)
            self.send_header("Location", f"{made.address}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = HTTPServer(("127.0.0.1", 0), Ear)
    made.address = f"http://127.0.0.1:{server.server_port}/cap"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_file_is_written_once_even_when_the_gateway_has_taken_it(tmp_path: Path) -> None:
    files = Files(tmp_path)
    files.take(OUTGOING, START)
    [written] = (tmp_path / "text").glob("*.json")
    letter = json.loads(written.read_text())
    assert (letter["words"], letter["exercise"], letter["parts"]) == ("快走", False, 1)
    written.replace(tmp_path / "text" / "done" / written.name)
    assert files.take(OUTGOING, START)["how"] == "file"
    assert list((tmp_path / "text").glob("*.json")) == []


def test_what_is_not_real_says_so_in_its_words(tmp_path: Path) -> None:
    Files(tmp_path).take(OUTGOING._replace(channel=Channel.SANDBOX, status="Test"), START)
    [written] = (tmp_path / "sandbox").glob("*.json")
    assert json.loads(written.read_text())["words"].startswith("【演练】")


def test_a_post_is_signed_and_named(receiver: Receiver) -> None:
    sent = OUTGOING._replace(channel=Channel.WEBHOOK, target=receiver.address)
    assert Webhooks((receiver.address,), SECRET).take(sent, START) == {"how": "http", "status": 200}
    [(headers, body)] = receiver.got
    at, said = (part.partition("=")[2] for part in headers["Mudan-Signature"].split(","))
    assert hmac.compare_digest(said, hmac.new(SECRET, f"{at}.".encode() + body, hashlib.sha256).hexdigest())
    assert (headers["Mudan-Delivery"], body) == (str(OUTGOING.id), b"<alert/>")


@pytest.mark.parametrize("status", [301, 302, 307, 404, 500])
def test_a_refusal_is_no_receipt_and_no_redirect_is_followed(receiver: Receiver, status: int) -> None:
    receiver.status = status
    with pytest.raises(Refused):
        Webhooks((receiver.address,), SECRET).take(OUTGOING._replace(target=receiver.address), START)
    assert len(receiver.got) == 1


def test_nothing_is_posted_to_an_address_that_nobody_allowed(receiver: Receiver) -> None:
    with pytest.raises(Refused):
        Webhooks(("https://other.example/cap",), SECRET).take(
            OUTGOING._replace(target=receiver.address), START
        )
    assert receiver.got == []


@pytest.mark.parametrize(
    "address",
    [
        "http://radio.example/x",
        "https://u:p@radio.example/",
        "ftp://a/",
        "https://",
        "file:///etc/passwd",
        "https://a/#b",
    ],
)
def test_an_address_must_be_https_or_this_machine(address: str) -> None:
    with pytest.raises(Invalid):
        check_webhook(address)


def _settings(folder: Path, **more: str) -> Settings:
    return settings_from({"MUDAN_DATA": str(folder), **more})


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first = publishing(_settings(tmp_path), ManualClock(START))
    second = publishing(_settings(tmp_path), ManualClock(START))
    assert first.certificate == second.certificate
    assert (tmp_path / "secrets" / "warnings.key").stat().st_mode & 0o077 == 0
    assert first.publisher is None
    with pytest.raises(Invalid):
        publishing(
            _settings(tmp_path, MUDAN_WARNING_SENDER="12", MUDAN_WARNING_ISSUER="局"), ManualClock(START)
        )
    with pytest.raises(Invalid):
        publishing(_settings(tmp_path, MUDAN_WARNING_SENDER="1" * 14), ManualClock(START))
    demo = publishing(_settings(tmp_path, MUDAN_DEMO="1"), ManualClock(START)).issuer
    assert demo is not None
    assert demo.example


@pytest.fixture
async def database(fresh_database: Dsns, anyio_backend: Any) -> Any:
    opened = Database(fresh_database.centre, size=4)
    await opened.open()
    yield opened
    await opened.close()


async def _send(database: Database, publisher: Publisher, status: Status = Status.ACTUAL) -> WarningMessage:
    async with database.work() as connection:
        office = Office(connection)
        return await office.sent(
            await office.drafted(status=status, words={"note": "n"}), publisher=publisher
        )


async def _states(database: Database, warning: WarningMessage) -> dict[Channel, str]:
    async with database.work() as connection:
        return {one.channel: one.state for one in await queries.deliveries(connection, warning.id)}


async def test_a_worker_killed_after_its_file_delivers_it_once(
    database: Database, tmp_path: Path, receiver: Receiver
) -> None:
    publisher = Publisher(ISSUER, lambda document: document, (receiver.address,))
    clock, files = ManualClock(START), Files(tmp_path)
    told: list[Changes] = []
    ways: Any = {
        Channel.TEXT: files,
        Channel.BROADCAST: files,
        Channel.WEBHOOK: Webhooks((receiver.address,), SECRET),
    }
    warning = await _send(database, publisher)

    class Dying(Outbox):
        async def _carry(self, outgoing: Outgoing) -> None:
            if outgoing.channel is not Channel.WEBHOOK:
                files.take(outgoing, clock.now())  # and then the process is gone

    await Dying(database, clock, ways, told.append).step()
    assert set((await _states(database, warning)).values()) == {"delivered", "claimed"}
    clock.advance(LEASE.total_seconds() + 1)
    outbox = Outbox(database, clock, ways, told.append)
    for _ in range(3):
        await outbox.step()
    assert set((await _states(database, warning)).values()) == {"delivered"}
    assert len(receiver.got) == 1
    assert [len(list((tmp_path / name).glob("*.json"))) for name in ("text", "broadcast")] == [1, 1]
    assert {one.id for changes in told for one in changes.others} == {str(warning.id)}


async def test_one_deaf_receiver_stops_nobody_else(
    database: Database, tmp_path: Path, receiver: Receiver
) -> None:
    receiver.status = 503
    publisher = Publisher(ISSUER, lambda document: document, (receiver.address,))
    clock, files = ManualClock(START), Files(tmp_path)
    ways: Any = {
        Channel.TEXT: files,
        Channel.BROADCAST: files,
        Channel.WEBHOOK: Webhooks((receiver.address,), SECRET),
    }
    warning = await _send(database, publisher)
    outbox = Outbox(database, clock, ways, lambda _: None)
    await outbox.step()
    states = await _states(database, warning)
    assert (states[Channel.TEXT], states[Channel.WEBHOOK]) == ("delivered", "pending")
    receiver.status = 200
    clock.advance(timedelta(minutes=1).total_seconds())
    await outbox.step()
    assert (await _states(database, warning))[Channel.WEBHOOK] == "delivered"


def _folders(path: Path) -> list[str]:
    return [folder.name for folder in path.iterdir()]


async def test_an_exercise_leaves_by_no_way_but_the_sandbox(
    database: Database, tmp_path: Path, receiver: Receiver
) -> None:
    publisher = replace(Publisher(ISSUER, lambda document: document), webhooks=(receiver.address,))
    files = Files(tmp_path)
    ways: Any = dict.fromkeys(Channel, files) | {Channel.WEBHOOK: Webhooks((receiver.address,), SECRET)}
    await _send(database, publisher, Status.EXERCISE)
    await Outbox(database, ManualClock(START), ways, lambda _: None).step()
    assert _folders(tmp_path) == ["sandbox"]
    assert receiver.got == []
