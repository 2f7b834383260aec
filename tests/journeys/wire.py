"""How do a station and a terminal speak? Frames built by hand from the standards, not by our own codecs."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from mudan.primitives.clock import CST


def crc16(data: bytes) -> int:
    """CRC-16/MODBUS, as SL 651-2014 has it over everything before it."""
    register = 0xFFFF
    for byte in data:
        register ^= byte
        for _ in range(8):
            register = register >> 1 ^ 0xA001 if register & 1 else register >> 1
    return register


def bcd(digits: str) -> bytes:
    """Decimal digits, two a byte."""
    return bytes.fromhex(digits)


def station_frame(station: str, serial: int, at: datetime, level_m: float) -> bytes:
    """SL 651-2014 timed report (32) of a river gauge with one water level (39 23, N(7,3)) and its voltage."""
    local = at.astimezone(CST)
    observed = b"\xf0\xf0" + bcd(f"{local:%y%m%d%H%M}")
    level = b"\x39\x23" + bcd(f"{round(level_m * 1000):08d}")
    voltage = b"\x38\x12" + bcd("1250")
    head = struct.pack(">H", serial) + bcd(f"{local:%y%m%d%H%M%S}")
    body = head + b"\xf1\xf1" + bcd(station) + b"\x48" + observed + level + voltage
    frame = (
        b"\x7e\x7e\x01"
        + bcd(station)
        + b"\x12\x34\x32"
        + struct.pack(">H", len(body))
        + b"\x02"
        + body
        + b"\x03"
    )
    return frame + struct.pack(">H", crc16(frame))


def terminal_frame(phone: str, message: int, serial: int, body: bytes = b"") -> bytes:
    """A JT/T 808-2013 frame: header, body, XOR, escapes, flags."""
    whole = struct.pack(">HH", message, len(body)) + bcd(phone) + struct.pack(">H", serial) + body
    check = 0
    for byte in whole:
        check ^= byte
    whole += bytes([check])
    return b"\x7e" + whole.replace(b"\x7d", b"\x7d\x01").replace(b"\x7e", b"\x7d\x02") + b"\x7e"


def position(at: datetime, lon: float, lat: float, *, alarm: int = 0, speed_kmh: float = 0.0) -> bytes:
    """The body of a location report 0200: alarm, state (fixed), place, height, speed, course, time."""
    local = at.astimezone(CST)
    place = struct.pack(">IIII", alarm, 0b10, round(lat * 1e6), round(lon * 1e6))
    return place + struct.pack(">HHH", 400, round(speed_kmh * 10), 90) + bcd(f"{local:%y%m%d%H%M%S}")


def fire_packet(device: int, serial: int, at: datetime, body: bytes, command: int = 2) -> bytes:
    """A packet of GB/T 26875.3: head, application data, sum of all after the two start bytes."""
    local = at.astimezone(CST)
    time = bytes((local.second, local.minute, local.hour, local.day, local.month, local.year - 2000))
    inner = struct.pack("<HBB", serial, 1, 1) + time + device.to_bytes(6, "little") + bytes(6)
    inner += struct.pack("<HB", len(body), command) + body
    return b"@@" + inner + bytes([sum(inner) % 256]) + b"##"


class Wire:
    """One device's TCP connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def send(self, data: bytes) -> None:
        """Write bytes as they are."""
        self._writer.write(data)
        await self._writer.drain()

    async def answer(self, timeout_s: float = 10.0) -> bytes:
        """The next JT/T 808 frame from the centre, unescaped, without flags and check."""
        async with asyncio.timeout(timeout_s):
            await self._reader.readuntil(b"\x7e")
            inner = (await self._reader.readuntil(b"\x7e"))[:-1]
        return inner.replace(b"\x7d\x02", b"\x7e").replace(b"\x7d\x01", b"\x7d")[:-1]

    async def some(self, timeout_s: float = 10.0) -> bytes:
        """Whatever comes next."""
        async with asyncio.timeout(timeout_s):
            return await self._reader.read(4096)

    async def nothing(self, for_s: float) -> bool:
        """Whether the centre stays silent."""
        try:
            return not await self.some(for_s)
        except TimeoutError:
            return True


@asynccontextmanager
async def wire(port: int) -> AsyncIterator[Wire]:
    """A connection to a listener on this machine."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Wire(reader, writer)
    finally:
        writer.close()
        await writer.wait_closed()


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def minutes_ago(now: datetime, minutes: int) -> datetime:
    """A whole minute before now."""
    return now.replace(second=0, microsecond=0) - timedelta(minutes=minutes)
