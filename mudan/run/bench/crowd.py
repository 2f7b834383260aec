"""What do a thousand screens hear, and how late? Web sockets by epoll in one process, frames only counted.

Each screen asks for the same observations over a session of its own kind; some never read, as a browser on a
dead link does not. Written by hand because a client library's own cost would be measured with it.
"""

import base64
import os
import select
import socket
import struct
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any, Final

import msgspec
import numpy as np

from mudan.run.bench.rig import SignedIn

OPENING: Final = 50
READ: Final = 1 << 18
HANG_UP_S: Final = 1.0
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10  # RFC 6455 §5.2
SLOW_BUFFER: Final = 4096  # a screen that does not read has a small window too


@dataclass(slots=True, eq=False)
class Screen:
    """One web socket: what waits of its stream and when its frames came."""

    socket: socket.socket
    slow: bool
    open: bool = False
    closed: bool = False
    held: bytearray = field(default_factory=bytearray)
    heard_s: list[float] = field(default_factory=list)
    lost: int = 0


def crowd(
    pipe: Connection, port: int, session: SignedIn, count: int, slow: int, wish: dict[str, Any]
) -> None:
    """A process of screens. Words: connect, forget, seen."""
    screens = Screens(port, session, wish)
    while True:
        screens.poll(0.02)
        if not pipe.poll():
            continue
        word, given = pipe.recv()
        if word == "connect":
            pipe.send(screens.connect(count, slow, **given))
        elif word == "forget":
            screens.forget()
            pipe.send(None)
        elif word == "seen":
            pipe.send(screens.seen(**given))


class Screens:
    """Many screens on one epoll."""

    def __init__(self, port: int, session: SignedIn, wish: dict[str, Any]) -> None:
        self._port, self._session, self._wish = port, session, wish
        self._epoll = select.epoll()
        self._by_fd: dict[int, Screen] = {}
        self.all: list[Screen] = []

    def connect(self, count: int, slow: int, timeout_s: float) -> int:
        """Open screens; the first `slow` of them never read once they are open. How many came up."""
        deadline = time.monotonic() + timeout_s
        for at in range(0, count, OPENING):
            for number in range(at, min(count, at + OPENING)):
                self._open(slow=number < slow)
            while any(not one.open for one in self.all) and time.monotonic() < deadline:
                self.poll(0.05)
        return sum(one.open for one in self.all)

    def _open(self, *, slow: bool) -> None:
        made = socket.socket()
        if slow:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SLOW_BUFFER)
        made.connect(("127.0.0.1", self._port))
        made.setblocking(False)  # noqa: FBT003 - the standard library's own signature
        key = base64.b64encode(os.urandom(16)).decode()
        made.send(
            f"GET /live HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nCookie: {self._session.cookie}\r\n"
            f"Origin: http://127.0.0.1:{self._port}\r\n\r\n".encode()
        )
        screen = Screen(made, slow)
        self.all.append(screen)
        self._by_fd[made.fileno()] = screen
        self._epoll.register(made, select.EPOLLIN | select.EPOLLRDHUP)

    def poll(self, timeout_s: float) -> None:
        """Read what came."""
        for fd, _ in self._epoll.poll(timeout_s):
            screen = self._by_fd.get(fd)
            if screen is not None:
                self._read(screen)

    def _read(self, screen: Screen) -> None:
        try:
            data = screen.socket.recv(READ)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._end(screen)
            return
        screen.held += data
        if not screen.open and not self._opened(screen):
            return
        now_s = time.monotonic()
        while (frame := next_frame(screen.held)) is not None:
            kind, body = frame
            if kind == CLOSE:
                self._end(screen)
                return
            if kind == PING:
                screen.socket.send(_masked(body, PONG))
                continue
            if b'"items"' in body[:80]:
                screen.heard_s.append(now_s)
            screen.lost += b'"lost"' in body[:80]

    def _opened(self, screen: Screen) -> bool:
        head, mark, rest = bytes(screen.held).partition(b"\r\n\r\n")
        if not mark:
            return False
        if b" 101 " not in head[:20]:
            self._end(screen)
            return False
        screen.held = bytearray(rest)
        screen.open = True
        screen.socket.send(_masked(msgspec.json.encode({"do": "subscribe", "id": "s", **self._wish})))
        if screen.slow:
            self._epoll.modify(screen.socket, 0)  # hears of the end only
        return True

    def _end(self, screen: Screen) -> None:
        screen.closed = True
        self._by_fd.pop(screen.socket.fileno(), None)
        screen.socket.close()

    def forget(self) -> None:
        """Begin to count anew."""
        for one in self.all:
            one.heard_s, one.lost = [], 0

    def seen(self, seconds: float) -> dict[str, Any]:
        """Frames a second and the gaps between frames, over all screens that read; what became of the others."""
        reading = [one for one in self.all if not one.slow]
        heard = np.array([len(one.heard_s) for one in reading])
        gaps_ms = np.concatenate(
            [np.diff(one.heard_s) * 1000 for one in reading if len(one.heard_s) > 1] or [np.zeros(1)]
        )
        slow = [one for one in self.all if one.slow]
        return {
            "screens": len(reading),
            "open": sum(one.open and not one.closed for one in reading),
            "frames_per_s_each": {
                name: round(float(np.quantile(heard, q)) / seconds, 2) for name, q in _SHARES
            },
            "gap_ms": {name: round(float(np.quantile(gaps_ms, q)), 1) for name, q in _QUANTILES},
            "lost": sum(one.lost for one in reading),
            "slow": len(slow),
            "slow_evicted": sum(_hung_up(one) for one in slow),
        }


_SHARES: Final = (("least", 0.0), ("median", 0.5), ("most", 1.0))
_QUANTILES: Final = (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("max", 1.0))


def _hung_up(screen: Screen) -> bool:
    """Whether the centre has ended a screen that did not read: what waits is read, then comes the end."""
    if screen.closed:
        return True
    screen.socket.settimeout(HANG_UP_S)
    deadline = time.monotonic() + HANG_UP_S
    try:
        while time.monotonic() < deadline:
            if not screen.socket.recv(READ):
                return True
    except TimeoutError:
        return False
    except OSError:
        return True
    return False


def next_frame(held: bytearray) -> tuple[int, bytes] | None:
    """The next whole frame of a server (never masked), taken from what is held: opcode and body."""
    if len(held) < 2:
        return None
    length, at = held[1] & 0x7F, 2
    if length == 126:
        if len(held) < 4:
            return None
        length, at = struct.unpack_from(">H", held, 2)[0], 4
    elif length == 127:
        if len(held) < 10:
            return None
        length, at = struct.unpack_from(">Q", held, 2)[0], 10
    if len(held) < at + length:
        return None
    kind, body = held[0] & 0x0F, bytes(held[at : at + length])
    del held[: at + length]
    return kind, body


def _masked(body: bytes, kind: int = TEXT) -> bytes:
    """One frame of a client, masked with zeros (RFC 6455 §5.3 asks for a mask, not for its value)."""
    if len(body) < 126:
        return struct.pack(">BBI", 0x80 | kind, 0x80 | len(body), 0) + body
    return struct.pack(">BBHI", 0x80 | kind, 0x80 | 126, len(body), 0) + body
