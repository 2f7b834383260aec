"""How do devices reach a platform? TCP and UDP listeners with every bound set."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import cast

from mudan.connect.lane import Lane
from mudan.connect.session import Framer, Junk, Session
from mudan.primitives.clock import Clock, to_us

CUT_AT_ONCE = 16 << 10  # bytes cut into frames before the bounds are looked at again


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one listener bears."""

    connections: int = 10_000
    connections_per_address: int = 10_000
    idle_s: float = 600.0  # silent for so long: closed
    frame_s: float = 60.0  # an unfinished frame older than this: closed (slow drip)
    bad_frames: int = 200  # so many bad pieces on one connection: closed
    bad_bytes: int = 64 << 10  # so many bytes outside any frame on one connection: closed
    udp_peers: int = 10_000


class Listener:
    """One platform's open ports. Feeds the lane; tells the platform of opened and closed sessions."""

    def __init__(
        self,
        lane: Lane,
        clock: Clock,
        framer: Callable[[], Framer],
        *,
        bounds: Bounds | None = None,
        on_close: Callable[[Session], None] = lambda _session: None,
    ) -> None:
        self.lane = lane
        self.clock = clock
        self.bounds = bounds or Bounds()
        self._framer = framer
        self._on_close = on_close
        self._addresses: Counter[str] = Counter()
        self._udp: dict[tuple[str, int], Session] = {}
        self.counters: dict[str, int] = dict.fromkeys(
            ("opened", "refused", "closed_idle", "closed_slow", "closed_bad", "datagrams_refused"), 0
        )

    @contextlib.asynccontextmanager
    async def listening(self, host: str, tcp_port: int, udp_port: int | None = None) -> AsyncIterator[int]:
        """Listen while the block runs; yields the TCP port in use (ask for port 0 to be given one)."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _Wire(self), host, tcp_port, backlog=1024)
        port: int = server.sockets[0].getsockname()[1]
        datagrams = None
        if udp_port is not None:
            datagrams, _ = await loop.create_datagram_endpoint(
                lambda: _Datagrams(self), local_addr=(host, udp_port or port)
            )
        reaper = asyncio.create_task(self._reap())
        try:
            yield port
        finally:
            reaper.cancel()
            server.close()
            if datagrams is not None:
                datagrams.close()
            for session in list(self.lane.sessions):
                session.close()

    def open(self, transport: asyncio.Transport) -> Session | None:
        """Admit a TCP peer, or None when a bound is reached."""
        name = transport.get_extra_info("peername") or ("?", 0)
        bounds = self.bounds
        full = len(self.lane.sessions) >= bounds.connections
        if full or self._addresses[name[0]] >= bounds.connections_per_address:
            self.counters["refused"] += 1
            return None
        session = Session(
            f"{name[0]}:{name[1]}", self._framer(), self.clock.monotonic_s(), transport=transport
        )
        self._addresses[name[0]] += 1
        self.counters["opened"] += 1
        self.lane.sessions.add(session)
        if self.lane.full:
            session.pause()
        return session

    def lost(self, session: Session) -> None:
        """A TCP peer has gone; what it left unfinished is kept as junk."""
        session.closed = True
        if session in self.lane.sessions:
            self.lane.sessions.discard(session)
            address = session.peer.rsplit(":", 1)[0]
            self._addresses[address] -= 1
            if not self._addresses[address]:
                del self._addresses[address]
        rest = session.framer.finish()
        if rest:
            self.lane.put(session, rest, to_us(self.clock.now()))
        self._on_close(session)
        self.lane.poke()

    def take(self, session: Session, data: bytes) -> None:
        """Cut new bytes into frames and hand them to the lane."""
        for at in range(0, len(data), CUT_AT_ONCE):
            if not session.closed:
                self._cut(session, data[at : at + CUT_AT_ONCE])

    def _cut(self, session: Session, data: bytes) -> None:
        now_s = self.clock.monotonic_s()
        session.last_s = now_s
        if not session.framer.pending():
            session.last_frame_s = now_s
        self.lane.counters["bytes_in"] += len(data)
        pieces = session.framer.feed(data)
        if not pieces:
            return
        session.last_frame_s = now_s
        self.lane.put(session, pieces, to_us(self.clock.now()))
        bad = [len(piece) for piece in pieces if type(piece) is Junk]
        if bad:
            session.bad += len(bad)
            session.bad_bytes += sum(bad)
            if session.bad > self.bounds.bad_frames or session.bad_bytes > self.bounds.bad_bytes:
                self.counters["closed_bad"] += 1
                session.close()

    def take_datagram(
        self, transport: asyncio.DatagramTransport, address: tuple[str, int], data: bytes
    ) -> None:
        """One datagram: whole frames, from a peer that may be new."""
        if self.lane.full:
            self.counters["datagrams_refused"] += 1
            return
        session = self._udp.get(address)
        if session is None:
            if len(self._udp) >= self.bounds.udp_peers:
                self._udp.pop(next(iter(self._udp)))
            session = Session(
                f"{address[0]}:{address[1]}/udp",
                self._framer(),
                self.clock.monotonic_s(),
                write=lambda answer: transport.sendto(answer, address),
            )
            self._udp[address] = session
        self.take(session, data)
        rest = session.framer.finish()
        if rest:
            self.lane.put(session, rest, to_us(self.clock.now()))

    async def _reap(self) -> None:
        while True:
            await asyncio.sleep(1.0)
            now_s = self.clock.monotonic_s()
            for session in list(self.lane.sessions):
                if now_s - session.last_s > self.bounds.idle_s:
                    self.counters["closed_idle"] += 1
                    session.close()
                elif session.framer.pending() and now_s - session.last_frame_s > self.bounds.frame_s:
                    self.counters["closed_slow"] += 1
                    session.close()


class _Wire(asyncio.Protocol):
    """One TCP connection of a listener."""

    __slots__ = ("_listener", "_session")

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._session: Session | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport = cast("asyncio.Transport", transport)
        self._session = self._listener.open(transport)
        if self._session is None:
            transport.abort()

    def data_received(self, data: bytes) -> None:
        if self._session is not None and not self._session.closed:
            self._listener.take(self._session, data)

    def connection_lost(self, _error: Exception | None) -> None:
        if self._session is not None:
            self._listener.lost(self._session)


class _Datagrams(asyncio.DatagramProtocol):
    """The UDP port of a listener."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        if self._transport is not None:
            self._listener.take_datagram(self._transport, address, data)
