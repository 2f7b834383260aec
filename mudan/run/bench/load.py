"""How do thousands of terminals speak at once from one process? Plain sockets under epoll.

    down ──connect──▶ CONNECTING ──0100──▶ REGISTERING ──8100──▶ AUTHENTICATING ──8001──▶ UP ──lost──▶ down

What a terminal sent and nobody acknowledged before its connection was lost is sent again on the next one.
"""

import errno
import select
import socket
import time
from array import array
from collections.abc import Callable, Iterable
from typing import Final

import numpy as np

from mudan.primitives.clock import US_PER_S, SystemClock, to_us
from mudan.run.bench import fleet
from mudan.run.bench.terminal import AUTHENTICATING, CONNECTING, DOWN, REGISTERING, UP, Terminal

RETRY_S: Final = 0.2
TICK_S: Final = 0.004
READ: Final = 65_536
OPENING: Final = 200  # connections in the making at one time
LEDGER_FIELDS: Final = ("vehicle", "moment", "count", "sent_ns", "acked_ns")


class Load:
    """The terminals of one process. `ledger` grows by `LEDGER_FIELDS` for every acknowledged frame."""

    def __init__(
        self, address: tuple[str, int], vehicles: Iterable[int], moment: int, *, confirms: bool = True
    ) -> None:
        self._confirms = confirms
        self._address = address
        self._epoll = select.epoll()
        self._by_fd: dict[int, Terminal] = {}
        self.terminals = [Terminal(vehicle, moment) for vehicle in vehicles]
        self._down = set(self.terminals)
        self._phones = {
            one.vehicle: row
            for one, row in zip(
                self.terminals, fleet.phones(np.array([t.vehicle for t in self.terminals])), strict=True
            )
        }
        self.up = self.refused = self.sent = self.commands = 0
        self.ledger = array("q")
        self._opening = 0
        self._on_room: Callable[[Terminal], None] | None = None

    def connect(self, timeout_s: float) -> bool:
        """Connect and authenticate all; whether all came up in time."""
        deadline = time.monotonic() + timeout_s
        while self.up < len(self.terminals) and time.monotonic() < deadline:
            self.poll(0.05)
        return self.up == len(self.terminals)

    def paced(self, start_s: float, seconds: float, every_s: float) -> float:
        """Each terminal sends one position every so many seconds, evenly dealt; returns its own 99 % lateness.

        `start_s` is of the monotonic clock; moments are those of the wall clock when a frame is due.
        """
        wall_s = to_us(SystemClock().now()) / US_PER_S - time.monotonic()
        count = len(self.terminals)
        step_s = every_s / count
        total = int(seconds / step_s)
        done = 0
        late = array("d")
        while done < total:
            now_s = time.monotonic()
            due = min(total, int((now_s - start_s) / step_s))
            if due > done:
                late.append(now_s - start_s - done * step_s)
                batch = []
                for number in range(done, due):
                    terminal = self.terminals[number % count]
                    moment = max(int(wall_s + start_s + number * step_s), terminal.moment + 1)
                    terminal.moment = moment
                    batch.append((terminal, moment, 1))
                self._send(batch)
                done = due
            self.poll(max(0.0, min(TICK_S, start_s + (done + 1) * step_s - time.monotonic())))
        return float(np.quantile(np.asarray(late), 0.99)) if len(late) else 0.0

    def windowed(self, seconds: float, window: int, batch: int) -> None:
        """As fast as acknowledged: at most `window` frames of `batch` positions under way on each connection."""
        ready: set[Terminal] = {one for one in self.terminals if one.state == UP}
        self._on_room = ready.add
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            frames = []
            for terminal in ready:
                for _ in range(window - len(terminal.waiting)):
                    frames.append((terminal, terminal.moment + 1, batch))
                    terminal.moment += batch
            ready.clear()
            self._send(frames)
            self.poll(0.02)
        self._on_room = None

    def settle(self, timeout_s: float) -> int:
        """Wait until everything sent is acknowledged; returns how many frames are not."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline and any(one.waiting for one in self.terminals):
            self.poll(0.02)
        return sum(len(one.waiting) for one in self.terminals)

    def poll(self, timeout_s: float) -> None:
        """Open what is down, read what came, write what waits."""
        if self._down:
            self._open_some()
        for fd, events in self._epoll.poll(timeout_s):
            terminal = self._by_fd.get(fd)
            if terminal is None or terminal.socket is None:
                continue
            if events & select.EPOLLOUT and not self._writable(terminal):
                continue
            if events & (select.EPOLLIN | select.EPOLLHUP | select.EPOLLERR):
                self._readable(terminal)

    def close(self) -> None:
        """End all connections."""
        for terminal in self.terminals:
            if terminal.socket is not None:
                terminal.socket.close()
        self._epoll.close()

    def _open_some(self) -> None:
        now_s = time.monotonic()
        for terminal in list(self._down):
            if self._opening >= OPENING:
                return
            if terminal.retry_s > now_s:
                continue
            self._down.discard(terminal)
            made = socket.socket()
            made.setblocking(False)  # noqa: FBT003 - the standard library's own signature
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            terminal.socket, terminal.held, terminal.out = made, b"", b""
            terminal.state = CONNECTING
            self._opening += 1
            if made.connect_ex(self._address) not in (0, errno.EINPROGRESS):
                self._lost(terminal)
                continue
            self._by_fd[made.fileno()] = terminal
            self._epoll.register(made.fileno(), select.EPOLLIN | select.EPOLLOUT)

    def _lost(self, terminal: Terminal) -> None:
        if terminal.state == UP:
            self.up -= 1
        else:
            self._opening -= 1
        if terminal.socket is not None:
            self._by_fd.pop(terminal.socket.fileno(), None)
            terminal.socket.close()
        terminal.socket, terminal.state = None, DOWN
        terminal.retry_s = time.monotonic() + RETRY_S
        self._down.add(terminal)

    def _writable(self, terminal: Terminal) -> bool:
        assert terminal.socket is not None
        if terminal.state == CONNECTING:
            if terminal.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                self._lost(terminal)
                return False
            self._epoll.modify(terminal.socket.fileno(), select.EPOLLIN)
            terminal.state = AUTHENTICATING if terminal.code else REGISTERING
            code = terminal.code
            hello = fleet.authenticate(terminal.vehicle, code) if code else fleet.register(terminal.vehicle)
            self._write(terminal, hello)
            return terminal.socket is not None
        data, terminal.out = terminal.out, b""
        self._epoll.modify(terminal.socket.fileno(), select.EPOLLIN)
        self._write(terminal, data)
        return terminal.socket is not None

    def _write(self, terminal: Terminal, data: bytes) -> None:
        if terminal.socket is None:
            return
        if terminal.out:
            terminal.out += data
            return
        try:
            done = terminal.socket.send(data)
        except BlockingIOError:
            done = 0
        except OSError:
            self._lost(terminal)
            return
        if done < len(data):
            terminal.out = data[done:]
            self._epoll.modify(terminal.socket.fileno(), select.EPOLLIN | select.EPOLLOUT)

    def _readable(self, terminal: Terminal) -> None:
        assert terminal.socket is not None
        try:
            data = terminal.socket.recv(READ)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._lost(terminal)
            return
        *pieces, terminal.held = (terminal.held + data).split(b"~")
        now_ns = time.monotonic_ns()
        for piece in pieces:
            if piece:
                self._heard(terminal, piece, now_ns)
        if self._on_room is not None and terminal.state == UP:
            self._on_room(terminal)

    def _heard(self, terminal: Terminal, piece: bytes, now_ns: int) -> None:
        if b"}" in piece:
            piece = piece.replace(b"}\x02", b"~").replace(b"}\x01", b"}")
        msg_id = piece[0] << 8 | piece[1]
        if msg_id == 0x8001:
            answered = piece[14] << 8 | piece[15]
            if answered == 0x0102:
                self._authenticated(terminal, accepted=piece[16] == 0)
                return
            entry = terminal.waiting.pop(piece[12] << 8 | piece[13], None)
            if entry is None:
                return
            if piece[16]:
                self.refused += 1
                return
            self.ledger.extend((terminal.vehicle, *entry, now_ns))
        elif msg_id == 0x8100 and piece[14] == 0:
            terminal.code = piece[15:-1].decode("ascii")
            terminal.state = AUTHENTICATING
            self._write(terminal, fleet.authenticate(terminal.vehicle, terminal.code))
        elif msg_id == 0x8300:
            self.commands += 1
            if self._confirms:
                self._write(terminal, fleet.confirm(terminal.vehicle, piece[10] << 8 | piece[11], msg_id))

    def _authenticated(self, terminal: Terminal, *, accepted: bool) -> None:
        if not accepted:
            terminal.code = ""
            self._lost(terminal)
            return
        terminal.state = UP
        self.up += 1
        self._opening -= 1
        again = list(terminal.waiting.values())
        terminal.waiting.clear()
        self._send([(terminal, moment, count) for moment, count, _ in again])

    def _send(self, wanted: list[tuple[Terminal, int, int]]) -> None:
        """Send frames; those of a terminal that is not up wait for its next connection."""
        if not wanted:
            return
        now_ns = time.monotonic_ns()
        serials = np.empty(len(wanted), np.int64)
        for row, (terminal, moment, count) in enumerate(wanted):
            serials[row] = terminal.serial
            terminal.waiting[terminal.serial] = (moment, count, now_ns)
            terminal.serial = terminal.serial % 0xFFFF + 1
        self.sent += len(wanted)
        vehicles = np.array([terminal.vehicle for terminal, _, _ in wanted])
        moments = np.array([moment for _, moment, _ in wanted])
        phones = np.stack([self._phones[vehicle] for vehicle in vehicles.tolist()])
        size = wanted[0][2]
        if any(count != size for _, _, count in wanted):
            frames = [
                self._one(
                    phones[n : n + 1], vehicles[n : n + 1], serials[n : n + 1], moments[n : n + 1], count
                )
                for n, (_, _, count) in enumerate(wanted)
            ]
        elif size == 1:
            frames = fleet.position_frames(phones, vehicles, serials, moments)
        else:
            frames = fleet.batch_frames(phones, vehicles, serials, moments, size)
        joined: dict[Terminal, list[bytes]] = {}
        for (terminal, _, _), frame in zip(wanted, frames, strict=True):
            if terminal.state == UP:
                joined.setdefault(terminal, []).append(frame)
        for terminal, parts in joined.items():
            self._write(terminal, b"".join(parts))

    @staticmethod
    def _one(
        phone: fleet.Bytes, vehicle: fleet.Ints, serial: fleet.Ints, moment: fleet.Ints, count: int
    ) -> bytes:
        if count == 1:
            return fleet.position_frames(phone, vehicle, serial, moment)[0]
        return fleet.batch_frames(phone, vehicle, serial, moment, count)[0]
