"""What would the county's fire alarm devices and its weather service send? The make-believe county on the wire."""

import asyncio
import contextlib
from datetime import datetime, timedelta
from typing import Final

from mudan.platforms.emergency.codec import packed, packed_items, packet_of
from mudan.platforms.emergency.codec.application import text_bytes
from mudan.platforms.emergency.codec.issuing import feed_of
from mudan.platforms.emergency.codec.times import moment_of, six_bytes
from mudan.platforms.emergency.model import words
from mudan.platforms.emergency.model.messages import Packet
from mudan.platforms.emergency.model.words import Command
from mudan.primitives.errors import DecodeError
from mudan.simulation.buildings import GAS, PIPE, TANK, Building, Part
from mudan.simulation.county import County, Fault

CENTRE: Final = 1
BEAT_S: Final = 30.0  # real seconds: the centre's clock for silence is a real one
LOOK_S: Final = 2.0  # county seconds between two looks at the detectors
ANALOGUE_S: Final = 60.0
ANSWER_S: Final = 10.0
TRIES: Final = 3
BACK_OFF_S: Final = 30.0
PRESSED_S: Final = 8.0  # how long the person at the post takes to the button
FEED_AFTER: Final = 1  # the feed's port is the centre's port and so much


class SimulatedDevice:
    """One transmission device: what stands on its components, what it reports, how it answers."""

    def __init__(self, county: County, building: Building) -> None:
        self._county = county
        self.building = building
        self._serial = -1
        self._states: dict[Part, int] = {}

    @property
    def silent(self) -> bool:
        """Whether a fault keeps it from sending."""
        return self._county.fault(str(self.building.address)) is Fault.SILENT

    def beat(self) -> bytes:
        """Type 21: it is there and well."""
        return self._sent(packed_items(words.DEVICE_STATE, [b"\x01" + self._now()]))

    def changes(self) -> bytes | None:
        """Type 2 for the components whose state has changed; None when none has."""
        objects = []
        for part in self.building.parts:
            state = self._state(part)
            if self._states.get(part, words.NORMAL) != state:
                objects.append(self._component(part, state))
            self._states[part] = state
        return self._sent(packed_items(words.COMPONENT_STATE, objects)) if objects else None

    def analogues(self) -> bytes | None:
        """Type 3: level, pressure, gas."""
        objects = [found for part in self.building.parts if (found := self._analogue(part)) is not None]
        return self._sent(packed_items(words.ANALOGUE, objects)) if objects else None

    def pressed(self) -> bytes:
        """Type 24, bit 5: the person at the post answers."""
        return self._sent(packed_items(words.DEVICE_OPERATION, [b"\x20\x01" + self._now()]))

    def answer(self, packet: Packet) -> bytes | None:
        """What it says to a packet of the centre: confirmation, or the data asked for."""
        if packet.command == Command.CONTROL:
            return self._back(packet, Command.CONFIRM, b"")
        if packet.command != Command.REQUEST or packet.application is None:
            return None
        asked = packet.application.type
        body = {
            words.READ_DEVICE_STATE: packed_items(words.DEVICE_STATE, [b"\x01" + self._now()]),
            words.READ_DEVICE_TIME: packed_items(words.DEVICE_TIME, [self._now()]),
            words.READ_DEVICE_VERSION: packed_items(words.DEVICE_VERSION, [b"\x01\x02"]),
            words.READ_SYSTEM_STATE: packed_items(words.SYSTEM_STATE, [b"\x01\x01\x01\x00" + self._now()]),
            words.READ_COMPONENT_STATE: self._asked_component(packet),
        }.get(asked)
        return self._back(packet, Command.ANSWER, body) if body else self._back(packet, Command.DENY, b"")

    def _asked_component(self, packet: Packet) -> bytes | None:
        items = packet.application.items if packet.application else ()
        wanted = {(item.system_type, item.component_addr) for item in items}
        parts = [part for part in self.building.parts if (part.system, part.address) in wanted]
        objects = [self._component(part, self._state(part)) for part in parts]
        return packed_items(words.COMPONENT_STATE, objects) if objects else None

    def _state(self, part: Part) -> int:
        if self._county.alight(self.building, part):
            return words.NORMAL | words.FIRE
        if part.kind == GAS and self._county.gas_lel(self.building, part) >= 25.0:
            return words.NORMAL | words.SUPERVISED
        return words.NORMAL

    def _component(self, part: Part, state: int) -> bytes:
        return self._named(part) + state.to_bytes(2, "little") + text_bytes(part.place.zh) + self._now()

    def _analogue(self, part: Part) -> bytes | None:
        kind, value = {
            TANK: (2, 345),
            PIPE: (5, round(10 * self._county.pressure_kpa(self.building, part))),
            GAS: (6, round(10 * self._county.gas_lel(self.building, part))),
        }.get(part.kind, (0, 0))
        if not kind:
            return None
        return self._named(part) + bytes((kind,)) + value.to_bytes(2, "little", signed=True) + self._now()

    def _named(self, part: Part) -> bytes:
        return bytes((part.system, 1, part.kind)) + part.address.to_bytes(4, "little")

    def _now(self) -> bytes:
        return six_bytes(self._county.now())

    def _sent(self, body: bytes) -> bytes:
        self._serial = (self._serial + 1) & 0xFFFF
        return self._packet(self._serial, Command.SEND, body)

    def _back(self, packet: Packet, command: Command, body: bytes | None) -> bytes:
        return self._packet(packet.serial, command, body or b"")

    def _packet(self, serial: int, command: Command, body: bytes) -> bytes:
        now = self._now()
        return packed(Packet(serial, 1, 1, moment_of(now), self.building.address, CENTRE, command, body))

    def opened(self) -> None:
        """A new connection: numbers start anew, and everything is told again."""
        self._serial = -1
        self._states.clear()


class Simulator:
    """All devices of a county at work, and the weather service's feed beside them."""

    def __init__(self, county: County, host: str, port: int) -> None:
        self._county = county
        self._host = host
        self._port = port
        self._sent: dict[int, datetime] = {}
        self._over: dict[int, datetime] = {}

    async def run(self) -> None:
        """Report until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._feed())
            for building in self._county.buildings:
                tasks.create_task(self._device(SimulatedDevice(self._county, building)))

    async def _device(self, device: SimulatedDevice) -> None:
        wait_s = 1.0
        while True:
            try:
                reader, writer = await asyncio.open_connection(self._host, self._port)
                wait_s = 1.0
                device.opened()
                with contextlib.closing(writer):
                    await _Talk(self._county, device, reader, writer).go_on()
            except* (OSError, EOFError, DecodeError):
                pass
            await asyncio.sleep(wait_s)
            wait_s = min(2 * wait_s, BACK_OFF_S)

    async def _feed(self) -> None:
        """An Atom feed of the warnings in force, with an ETag, on the port after the centre's own."""
        with contextlib.suppress(OSError):  # somebody else has the port: the devices play on without it
            server = await asyncio.start_server(self._serve, "127.0.0.1", self._port + FEED_AFTER)
            async with server:
                await server.serve_forever()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.closing(writer), contextlib.suppress(OSError, TimeoutError, ValueError, EOFError):
            async with asyncio.timeout(10.0):
                asked = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            body, tag = self._published()
            if f"if-none-match: {tag}".lower() in asked.lower():
                head, body = "HTTP/1.1 304 Not Modified", b""
            else:
                head = "HTTP/1.1 200 OK"
            lines = (
                head,
                f"ETag: {tag}",
                "Content-Type: application/atom+xml",
                f"Content-Length: {len(body)}",
            )
            writer.write("\r\n".join((*lines, "Connection: close", "", "")).encode() + body)
            await writer.drain()

    def _published(self) -> tuple[bytes, str]:
        """The feed and its ETag. A warning keeps the time it went out at, whatever nature's pace is later."""
        issues, now, at_s = (
            self._county.issued(),
            self._county.now().replace(microsecond=0),
            self._county.elapsed(),
        )
        for issue in issues:
            self._sent.setdefault(
                issue.number, now - timedelta(seconds=self._county.seconds(at_s - issue.begun_s))
            )
        for issue in issues:
            later = any(other.first == issue.first and other.number > issue.number for other in issues)
            if issue.ended_s <= at_s and not later:
                self._over.setdefault(issue.first, now)
        return feed_of(issues, self._sent, self._over, now), f'"{len(issues)}-{len(self._over)}"'


class _Talk:
    """One connection of one device."""

    def __init__(
        self,
        county: County,
        device: SimulatedDevice,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._county = county
        self._device = device
        self._reader = reader
        self._writer = writer
        self._confirmed = asyncio.Event()

    async def go_on(self) -> None:
        """Report and answer until the link breaks. Raises an exception group of what broke it."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen(tasks))
            tasks.create_task(self._report())

    async def _report(self) -> None:
        beat_s = analogue_s = -1e9
        loop = asyncio.get_running_loop()
        while True:
            if not self._device.silent:
                changed = self._device.changes()
                if changed is not None:
                    await self._confirmed_by_centre(changed)
                if loop.time() - analogue_s >= max(2.0, self._county.seconds(ANALOGUE_S)):
                    analogue_s = loop.time()
                    analogues = self._device.analogues()
                    if analogues is not None:
                        await self._confirmed_by_centre(analogues)
                if loop.time() - beat_s >= BEAT_S:
                    beat_s = loop.time()
                    await self._confirmed_by_centre(self._device.beat())
            await asyncio.sleep(max(0.5, self._county.seconds(LOOK_S)))

    async def _confirmed_by_centre(self, packet: bytes) -> None:
        """Send until it is confirmed, three times at most."""
        self._confirmed.clear()
        for _ in range(TRIES):
            if self._writer.is_closing():
                raise ConnectionResetError("the centre has closed the connection")
            self._writer.write(packet)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._confirmed.wait(), ANSWER_S)
                return

    async def _listen(self, tasks: asyncio.TaskGroup) -> None:
        while True:
            top = await self._reader.readexactly(27)
            length = int.from_bytes(top[24:26], "little")
            packet = packet_of(top + await self._reader.readexactly(length + 3))
            if packet.command in {Command.CONFIRM, Command.DENY}:
                self._confirmed.set()
                continue
            answer = self._device.answer(packet)
            if answer is not None and not self._device.silent:
                self._writer.write(answer)
            if packet.application is not None and packet.application.type == words.POST_CHECK:
                tasks.create_task(self._press())

    async def _press(self) -> None:
        await asyncio.sleep(PRESSED_S)
        if self._device.building.watched and not self._device.silent:
            await self._confirmed_by_centre(self._device.pressed())


def simulator(county: County, host: str, port: int) -> Simulator:
    """The simulator of this platform, to be run."""
    return Simulator(county, host, port)
