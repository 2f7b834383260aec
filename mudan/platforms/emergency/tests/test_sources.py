"""Do feeds, the folder and pushes bring each warning once, and nothing that is not durable?"""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from mudan.core.warnings.model.feeds import ATOM
from mudan.platforms.emergency.connector import EmergencyConnector
from mudan.platforms.emergency.connector.fetch import MOST_BYTES
from mudan.platforms.emergency.connector.sources import Feed, Post
from mudan.platforms.emergency.tests.centre import WIRING, Centre, until
from mudan.platforms.emergency.tests.warnings import alert, cap
from mudan.primitives.clock import SystemClock
from mudan.primitives.errors import Unavailable

DOCUMENT = cap(alert("a"))


class Web:
    """A small web server: path → (status, headers, body); what was asked is kept."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[str] = []
        self.port = 0

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator["Web"]:
        server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        async with server:
            yield self

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        path = head.split(" ")[1]
        self.asked.append(head)
        status, headers, body = self.pages.get(path, (404, {}, b""))
        if headers.get("ETag") and f"If-None-Match: {headers['ETag']}" in head:
            status, body = 304, b""
        lines = [f"HTTP/1.1 {status} x", f"Content-Length: {len(body)}", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        with contextlib.suppress(ConnectionError):
            writer.write("\r\n".join((*lines, "", "")).encode() + body)
            await writer.drain()
        writer.close()


@contextlib.asynccontextmanager
async def running(**given: str) -> AsyncIterator[tuple[Centre, EmergencyConnector]]:
    """A connector that serves, with the real clock, before an intake in memory."""
    centre = Centre()
    centre.clock = SystemClock()
    connector = EmergencyConnector(centre, {"port": "0", **given}, WIRING)
    serving = asyncio.create_task(connector.serve())
    await until(lambda: connector.port != 0)
    try:
        yield centre, connector
    finally:
        serving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await serving


def names(centre: Centre) -> list[str]:
    """The identifiers of the documents recorded."""
    return [frame.device for batch in centre.committed for frame in batch.frames]


def atom(*entries: str) -> bytes:
    """A feed of entries."""
    return f'<feed xmlns="{ATOM}">{"".join(entries)}</feed>'.encode()


def linked(address: str, updated: str = "1") -> str:
    """An entry that links to a CAP document."""
    link = f'<link type="application/cap+xml" href="{address}"/>'
    return f"<entry><id>e</id><title>t</title><updated>{updated}</updated>{link}</entry>"


def test_a_feed_is_delivered_once_and_asked_with_its_etag() -> None:
    async def story() -> None:
        web = Web()
        web.pages["/feed"] = (200, {"ETag": '"1"'}, DOCUMENT)
        async with web.open(), running() as (centre, connector):
            feed = _feed(connector, web.address("/feed"))
            for _ in range(3):
                await feed.look()
            assert names(centre) == ["a"]
            assert "If-None-Match" not in web.asked[0]
            assert 'If-None-Match: "1"' in web.asked[1]

    asyncio.run(story())


def _feed(connector: EmergencyConnector, address: str) -> Feed:
    return Feed(address, 600.0, Post(connector._lane, SystemClock()))


def test_links_of_the_same_host_are_followed_once_and_others_never() -> None:
    async def story() -> None:
        web, elsewhere = Web(), Web()
        async with web.open(), elsewhere.open(), running() as (centre, connector):
            web.pages["/cap"] = elsewhere.pages["/cap"] = (200, {}, DOCUMENT)
            web.pages["/feed"] = (
                200,
                {},
                atom(linked(web.address("/cap")), linked(elsewhere.address("/cap"), "2")),
            )
            feed = _feed(connector, web.address("/feed"))
            await feed.look()
            await feed.look()
            assert names(centre).count("a") == 1
            assert elsewhere.asked == []

    asyncio.run(story())


def test_redirects_to_other_hosts_are_refused() -> None:
    async def story() -> None:
        web, elsewhere = Web(), Web()
        async with web.open(), elsewhere.open(), running() as (centre, connector):
            web.pages["/away"] = (302, {"Location": elsewhere.address("/cap")}, b"")
            web.pages["/round"] = (302, {"Location": "/round"}, b"")
            web.pages["/moved"] = (301, {"Location": "/cap"}, b"")
            web.pages["/cap"] = (200, {}, DOCUMENT)
            for path in ("/away", "/round"):
                with pytest.raises(Unavailable, match="redirected"):
                    await _feed(connector, web.address(path)).look()
            await _feed(connector, web.address("/moved")).look()
            assert names(centre) == ["a"]
            assert elsewhere.asked == []

    asyncio.run(story())


def test_too_much_and_what_is_not_there_are_said() -> None:
    async def story() -> None:
        web = Web()
        async with web.open(), running() as (_, connector):
            web.pages["/large"] = (200, {}, b"x" * (MOST_BYTES + 1))
            with pytest.raises(Unavailable, match="more than"):
                await _feed(connector, web.address("/large")).look()
            with pytest.raises(Unavailable, match="404"):
                await _feed(connector, web.address("/missing")).look()

    asyncio.run(story())


def test_dropped_files_move_once_they_are_recorded_and_are_known_after_a_restart(tmp_path: Path) -> None:
    def drop(name: str, data: bytes) -> None:
        (tmp_path / name).write_bytes(data)
        os.utime(tmp_path / name, (1.7e9, 1.7e9))

    async def story() -> None:
        async with running(folder=str(tmp_path)) as (centre, connector):
            drop("good.xml", DOCUMENT)
            drop("bad.xml", b"<html/>")
            assert connector.folder is not None
            await until(lambda: not any((tmp_path / name).exists() for name in ("good.xml", "bad.xml")))
            assert "a" in names(centre)
        assert (tmp_path / "taken" / "good.xml").exists()
        assert (tmp_path / "refused" / "bad.xml").exists()
        os.utime(tmp_path / "taken" / "good.xml")
        async with running(folder=str(tmp_path)) as (_, connector):
            assert len(connector._news.ledger) == 1

    asyncio.run(story())


async def _post(port: int, body: bytes, token: str = "", method: str = "POST") -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"{method} / HTTP/1.1\r\nAuthorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body)
    answer = await reader.read()
    writer.close()
    return answer


def test_a_pushed_warning_is_answered_when_it_is_durable(tmp_path: Path) -> None:
    async def story() -> None:
        given = {"push_port": "0", "push_token": "sesame", "folder": str(tmp_path)}
        async with running(**given) as (centre, connector):
            await until(lambda: connector.push_port != 0)
            assert b" 401 " in await _post(connector.push_port, DOCUMENT, "guess")
            assert b" 405 " in await _post(connector.push_port, DOCUMENT, "sesame", "GET")
            assert b" 422 " in await _post(connector.push_port, b"<html/>", "sesame")
            taken = await _post(connector.push_port, DOCUMENT, "sesame")
            assert b" 200 " in taken
            assert b"<status>0</status>" in taken
            assert "a" in names(centre)
            assert len(list((tmp_path / "taken").iterdir())) == 1

    asyncio.run(story())
