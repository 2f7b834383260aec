"""What would the county's stations send? The make-believe county as SL 651 stations on the real wire."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from itertools import pairwise
from typing import Final, Protocol

from mudan.platforms.water.codec import message_of, packed, unpacked
from mudan.platforms.water.codec.build import head, numbers, rain_5min, station_guide, time_guide
from mudan.platforms.water.model import words
from mudan.platforms.water.model.words import Frame, digits_of
from mudan.primitives.errors import DecodeError
from mudan.simulation.county import County, Fault, Station

CENTER: Final = 1
PASSWORD: Final = "1234"  # noqa: S105 - of make-believe stations
HEARTBEAT_S: Final = 40.0  # the interval the standard recommends
REPORT_S: Final = 60.0
REPORTS_AN_HOUR: Final = 60
ANSWER_S: Final = 10.0
TRIES: Final = 3  # first and two repeats
BACK_OFF_S: Final = 30.0
VERSION: Final = b"MUDAN-SIM-1"
_CLASSES: Final = {"river": 0x48, "reservoir": 0x4B, "rain": 0x50}
_LIMITS: Final = ("warning_level_m", "guarantee_level_m", "flood_limit_level_m")


class Wire(Protocol):
    """A way to the centre and back, whole frames at a time."""

    def send(self, frame: bytes) -> None:
        """Write one frame."""
        ...

    async def receive(self) -> bytes:
        """The next frame of the centre. Raises OSError or EOFError when the link is gone."""
        ...


Opened = Callable[[], contextlib.AbstractAsyncContextManager[Wire]]


class SimulatedStation:
    """One station: what it measures, how it reports, how it answers."""

    def __init__(self, county: County, station: Station) -> None:
        self._county = county
        self._station = station
        self._serial = 0
        self._stuck: bytes | None = None
        self._reports = 0
        self._confirmed = asyncio.Event()

    @property
    def silent(self) -> bool:
        """Whether a fault keeps it from sending."""
        return self._county.fault(self._station.device) is Fault.SILENT

    def heartbeat(self) -> bytes:
        """Function 2F: it is there."""
        return self._frame(words.HEARTBEAT, head(self._serial, self._time()))

    def report(self) -> bytes:
        """A timed report (32), or an added one (33) when a limit is reached."""
        self._county.advance()
        func = words.ADDED if self._over_limit() else words.TIMED
        return self._measured(func)

    def hour_report(self) -> bytes | None:
        """The hour report (34), after as many reports as an hour of the county holds."""
        self._reports += 1
        if self._reports % REPORTS_AN_HOUR:
            return None
        device = self._station.device
        sums = [self._county.rain_mm(device, 300.0 * n) for n in range(12, -1, -1)]
        rains: list[float | None] = [max(0.0, a - b) for a, b in pairwise(sums)]
        first = self._time(back=timedelta(minutes=55))[:10]
        body = time_guide(first) + rain_5min(rains) + time_guide(self._time()[:10]) + self._values()
        return self._numbered(words.HOURLY, self._guide() + body)

    def answer(self, raw: bytes) -> bytes | None:
        """What the station says to a frame of the centre: nothing to a confirmation."""
        try:
            asked = message_of(unpacked(raw)).frame
        except DecodeError:
            return None
        if asked.up or asked.station != self._station.device:
            return None
        if asked.end in words.CONFIRMATIONS:
            self._confirmed.set()
            return None
        if asked.func == words.QUERY_NOW:
            self._county.advance()
            return self._measured(words.QUERY_NOW)
        rest = {
            words.VERSION: bytes([len(VERSION)]) + VERSION,
            words.STATE: b"\x45\x20\x00\x00\x00\x80",  # the door is closed, all else normal
            words.SET_CLOCK: b"",
            words.READ_CLOCK: b"",
            words.EVENTS: bytes(64),
        }.get(asked.func)
        if rest is None:
            return None
        return self._numbered(asked.func, station_guide(self._station.device) + rest)

    async def confirmed(self, wire: Wire, frame: bytes) -> bool:
        """Send a report until it is confirmed, three times at most."""
        self._confirmed.clear()
        for _ in range(TRIES):
            wire.send(frame)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._confirmed.wait(), ANSWER_S)
                return True
        return False

    def _over_limit(self) -> bool:
        device, limits = self._station.device, self._station.properties
        rain_limit = limits.get("rain_limit_mm_h")
        if rain_limit is not None and self._county.rain_mm(device, 3_600.0) >= rain_limit:
            return True
        if self._station.kind == "rain":
            return False
        stage = self._county.stage_m(device)
        return any(stage >= limits[name] for name in _LIMITS if limits.get(name) is not None)

    def _measured(self, func: int) -> bytes:
        if self._county.fault(self._station.device) is not Fault.STUCK:
            self._stuck = None
        elif self._stuck is None:
            self._stuck = self._values()
        values = self._stuck or self._values()
        return self._numbered(func, self._guide() + time_guide(self._time()[:10]) + values)

    def _values(self) -> bytes:
        county, device = self._county, self._station.device
        values: dict[str, float | None] = {
            "22": county.rain_mm(device, 300.0),
            "1A": county.rain_mm(device, 3_600.0),
            "26": county.rain_total_mm(device) % 100_000.0,
        }
        if self._station.kind != "rain":
            values["39"] = county.stage_m(device)
        if self._station.kind == "river":
            values["27"] = county.flow_m3s(device)
        values["38"] = county.battery_v(device)
        return numbers(values)

    def _guide(self) -> bytes:
        return station_guide(self._station.device, _CLASSES.get(self._station.kind, 0x48))

    def _numbered(self, func: int, rest: bytes) -> bytes:
        self._serial = self._serial % 65_535 + 1
        return self._frame(func, head(self._serial, self._time()) + rest)

    def _frame(self, func: int, body: bytes) -> bytes:
        return packed(
            Frame(
                up=True,
                center=CENTER,
                station=self._station.device,
                password=PASSWORD,
                func=func,
                end=words.ETX,
                body=body,
            )
        )

    def _time(self, back: timedelta = timedelta()) -> str:
        wrong = self._county.fault(self._station.device) is Fault.BAD_CLOCK
        return digits_of(self._county.now() - back + timedelta(days=1 if wrong else 0))


class Simulator:
    """All stations of a county at work; every other one reports over UDP."""

    def __init__(self, county: County, host: str, port: int) -> None:
        self._county = county
        self._host = host
        self._port = port

    async def run(self) -> None:
        """Report until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for number, station in enumerate(self._county.stations):
                opened = self._datagrams if number % 2 else self._stream
                tasks.create_task(self._station(station, opened, number))

    async def _station(self, station: Station, opened: Opened, number: int) -> None:
        simulated = SimulatedStation(self._county, station)
        await asyncio.sleep(self._county.seconds(REPORT_S) * (number % 20) / 20)  # not all at once
        wait_s = 1.0
        while True:
            try:
                async with opened() as wire, asyncio.TaskGroup() as tasks:
                    wait_s = 1.0
                    tasks.create_task(_listen(simulated, wire))
                    tasks.create_task(self._report(simulated, wire))
            except* (OSError, EOFError):
                pass
            await asyncio.sleep(wait_s)
            wait_s = min(2 * wait_s, BACK_OFF_S)

    async def _report(self, simulated: SimulatedStation, wire: Wire) -> None:
        while True:
            if simulated.silent:
                await asyncio.sleep(self._county.seconds(REPORT_S))
                continue
            await simulated.confirmed(wire, simulated.report())
            hour = simulated.hour_report()
            if hour is not None:
                await simulated.confirmed(wire, hour)
            await asyncio.sleep(self._county.seconds(HEARTBEAT_S))
            if not simulated.silent:
                wire.send(simulated.heartbeat())
            await asyncio.sleep(self._county.seconds(REPORT_S - HEARTBEAT_S))

    @contextlib.asynccontextmanager
    async def _stream(self) -> AsyncIterator[Wire]:
        reader, writer = await asyncio.open_connection(self._host, self._port)
        try:
            yield _Stream(reader, writer)
        finally:
            writer.close()

    @contextlib.asynccontextmanager
    async def _datagrams(self) -> AsyncIterator[Wire]:
        loop = asyncio.get_running_loop()
        transport, wire = await loop.create_datagram_endpoint(
            _Datagrams, remote_addr=(self._host, self._port)
        )
        wire.transport = transport
        try:
            yield wire
        finally:
            transport.close()


async def _listen(simulated: SimulatedStation, wire: Wire) -> None:
    while True:
        answer = simulated.answer(await wire.receive())
        if answer is not None and not simulated.silent:
            wire.send(answer)


class _Stream:
    """A TCP connection; the centre's frames are cut by their length."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    def send(self, frame: bytes) -> None:
        if self._writer.is_closing():
            raise ConnectionResetError("the centre has closed the connection")
        self._writer.write(frame)

    async def receive(self) -> bytes:
        top = await self._reader.readexactly(14)
        length = (top[11] & 0x0F) << 8 | top[12]
        return top + await self._reader.readexactly(length + 3)


class _Datagrams(asyncio.DatagramProtocol):
    """A UDP socket; frames that nobody takes are dropped beyond a bound."""

    def __init__(self) -> None:
        self._frames: asyncio.Queue[bytes] = asyncio.Queue(64)
        self.transport: asyncio.DatagramTransport | None = None

    def datagram_received(self, data: bytes, _address: tuple[str, int]) -> None:
        with contextlib.suppress(asyncio.QueueFull):
            self._frames.put_nowait(data)

    def send(self, frame: bytes) -> None:
        if self.transport is not None:
            self.transport.sendto(frame)

    async def receive(self) -> bytes:
        return await self._frames.get()


def simulator(county: County, host: str, port: int) -> Simulator:
    """The simulator of this platform, to be run."""
    return Simulator(county, host, port)
