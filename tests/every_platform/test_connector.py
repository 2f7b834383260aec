"""Does a connector outlive bad peers, and does it acknowledge only what is durable?"""

import asyncio
import contextlib
import random
import socket
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass

from mudan.connect.platform import Connector
from mudan.run.discover import declared
from tests.every_platform.intake import FakeIntake
from tools.golden import Case, cases

HOST = "127.0.0.1"
START_S = 5.0
QUIET_S = 0.15  # long against the lane's interval of 0.01 s
MOST_FRAMES = 3


@dataclass(slots=True)
class Site:
    """One connector that serves, and what it committed."""

    intake: FakeIntake
    connector: Connector
    port: int
    serving: "asyncio.Task[None]"


def free_port() -> int:
    """A TCP port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


async def connected(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to the connector, as soon as it listens."""
    async with asyncio.timeout(START_S):
        while True:
            try:
                return await asyncio.open_connection(HOST, port)
            except ConnectionRefusedError:
                await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def served(name: str) -> AsyncIterator[Site]:
    """The platform's connector on a free port; it must still serve when the block ends."""
    platform = declared(name)
    intake = FakeIntake(platform)
    port = free_port()
    connector = platform.connector(intake, {"host": HOST, "port": str(port)})
    serving = asyncio.create_task(connector.serve())
    try:
        yield Site(intake, connector, port, serving)
    finally:
        serving.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await serving


async def send(port: int, data: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect and write; the connection stays open."""
    reader, writer = await connected(port)
    writer.write(data)
    await writer.drain()
    return reader, writer


async def still_serves(site: Site, frames: list[Case]) -> None:
    """A new peer with good frames is understood, and the connector never ended."""
    before = site.intake.kept
    _, writer = await send(site.port, b"".join(case.wire for case in frames))
    await site.intake.until(lambda: site.intake.kept > before)
    writer.close()
    assert not site.serving.done(), "the connector ended"


def reset(writer: asyncio.StreamWriter) -> None:
    """Close so that the other side sees a reset (SO_LINGER 0)."""
    peer = writer.get_extra_info("socket")
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.close()


def test_a_connector_outlives_peers_that_leave_at_once(listening: str) -> None:
    async def story() -> None:
        async with served(listening) as site:
            for leave in (reset, asyncio.StreamWriter.close):
                _, writer = await connected(site.port)
                leave(writer)
            await still_serves(site, good(listening))

    asyncio.run(story())


def test_a_connector_outlives_peers_that_leave_in_the_middle_of_a_frame(listening: str) -> None:
    async def story() -> None:
        async with served(listening) as site:
            for case in good(listening):
                for leave in (reset, asyncio.StreamWriter.close):
                    _, writer = await send(site.port, case.wire[: len(case.wire) // 2])
                    leave(writer)
            await still_serves(site, good(listening))

    asyncio.run(story())


def test_a_frame_that_drips_in_byte_by_byte_is_understood(listening: str) -> None:
    async def story() -> None:
        async with served(listening) as site:
            case = min(good(listening), key=lambda case: len(case.wire))
            _, writer = await connected(site.port)
            for byte in case.wire:
                writer.write(bytes((byte,)))
                await asyncio.sleep(0.001)
            await site.intake.until(lambda: site.intake.kept > 0)
            writer.close()
            await still_serves(site, good(listening))

    asyncio.run(story())


def test_a_connector_outlives_garbage(listening: str) -> None:
    noise = random.Random(listening)

    async def story() -> None:
        async with served(listening) as site:
            for length in (1, 64, 4096, 65536):
                with contextlib.suppress(ConnectionError):  # it may cut such a peer off
                    _, writer = await send(site.port, noise.randbytes(length))
                    writer.close()
            for case in good(listening):
                spoilt = bytearray(case.wire)
                spoilt[len(spoilt) // 2] ^= 0x15
                _, writer = await send(site.port, bytes(spoilt))
                writer.close()
            await still_serves(site, good(listening))
            assert int(site.connector.health()["bytes_in"]) > 0

    asyncio.run(story())


def test_nothing_is_acknowledged_before_its_commit(listening: str) -> None:
    async def story() -> None:
        for case in good(listening):
            async with served(listening) as site:
                site.intake.gate.clear()
                reader, writer = await send(site.port, case.wire)
                await site.intake.until(lambda: site.intake.asked > 0)
                assert await heard(reader) == b"", f"{case} was acknowledged before its commit"
                site.intake.gate.set()
                await site.intake.until(lambda: site.intake.kept > 0)
                writer.close()

    asyncio.run(story())


def test_what_could_not_be_committed_is_never_acknowledged(listening: str) -> None:
    async def story() -> None:
        async with served(listening) as site:
            site.intake.failing = True
            reader, writer = await send(site.port, good(listening)[0].wire)
            assert await heard(reader) == b""
            assert site.intake.asked
            writer.close()

    asyncio.run(story())


async def heard(reader: asyncio.StreamReader) -> bytes:
    """What the connector says within QUIET_S."""
    with contextlib.suppress(TimeoutError, ConnectionError):
        async with asyncio.timeout(QUIET_S):
            return await reader.read(4096)
    return b""


def good(name: str) -> list[Case]:
    """Some golden frames that decode and hold observations."""
    found = [case for case in cases(name) if case.decodes and case.readings]
    assert found, f"mudan/platforms/{name}/frames holds no frame with observations"
    return found[:MOST_FRAMES]
