"""What do the terminals of the make-believe county's vehicles send, and how do they obey?"""

import asyncio
import contextlib
import random
import re
from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from mudan.platforms.transport.codec import compose
from mudan.platforms.transport.codec.frame import Speech, Whole, encode, unescaped, whole
from mudan.platforms.transport.codec.message import parsed
from mudan.platforms.transport.codec.parameters import encode_parameters
from mudan.platforms.transport.codec.position import encode_position
from mudan.platforms.transport.codec.reader import moment_bcd
from mudan.platforms.transport.codec.stream import Cutter
from mudan.platforms.transport.model import ACC_ON, FIXED, Answer, Item, Position
from mudan.primitives.errors import DecodeError
from mudan.primitives.geo import Point
from mudan.simulation.county import County, Fault, Motion, Vehicle

__all__ = ["Fault", "Fleet", "Motion", "Point", "Terminal", "Vehicle", "simulator"]  # words of a county, too

PLACE: Final = re.compile(r"@(-?\d{1,3}\.?\d{0,7}),(-?\d{1,2}\.?\d{0,7})")
MOVING_COUNTY_S: Final = 5.0
IDLE_COUNTY_S: Final = 30.0
FASTEST_S: Final = 1.0
HEARTBEAT_S: Final = 30.0
ANSWER_S: Final = 10.0
MOST_REPEATS: Final = 3
MOST_UNANSWERED: Final = 64
FIRST_BACKOFF_S: Final = 1.0
LONGEST_BACKOFF_S: Final = 60.0
BDS: Final = 1 << 19
FULL_TANK_L: Final = 60.0


@dataclass(slots=True)
class Unanswered:
    """A message that waits for the centre's answer."""

    frames: list[bytes]
    due_s: float
    wait_s: float
    repeats: int = 0


class Terminal:
    """The terminal of one vehicle: one connection, kept up for ever."""

    def __init__(self, county: County, vehicle: Vehicle, host: str, port: int) -> None:
        self._county = county
        self._vehicle = vehicle
        self._address = host, port
        new = vehicle.edition >= 2019
        phone = bytes.fromhex(vehicle.phone.zfill(20 if new else 12))
        self._speech = Speech(phone, 1 if new else None)
        self._new = new
        self._serial = 0
        self._interval_county_s: float | None = None
        self._stuck: Motion | None = None
        self._unanswered: OrderedDict[int, Unanswered] = OrderedDict()
        self._writer: asyncio.StreamWriter | None = None
        self.code = ""
        self.authenticated = False

    async def run(self) -> None:
        """Connect, speak until the connection ends, wait, and again."""
        backoff_s = FIRST_BACKOFF_S
        await asyncio.sleep(random.random())  # a county's terminals do not start in one instant
        while True:
            try:
                await self._connection()
                backoff_s = FIRST_BACKOFF_S
            except (OSError, DecodeError):
                backoff_s = min(LONGEST_BACKOFF_S, backoff_s * 2)
            await asyncio.sleep(backoff_s * (0.5 + random.random() / 2))

    async def _connection(self) -> None:
        reader, writer = await asyncio.open_connection(*self._address)
        self._writer = writer
        self.authenticated = False
        self._unanswered.clear()
        speaking = asyncio.create_task(self._speak())
        try:
            if self.code:
                self._authenticate()
            else:
                self._register()
            cutter = Cutter()
            while data := await reader.read(4096):
                for piece in cutter.feed(data):
                    self._hear(whole(unescaped(piece)))
        finally:
            speaking.cancel()
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _speak(self) -> None:
        loop = asyncio.get_running_loop()
        heartbeat_s = report_s = 0.0
        while True:
            await asyncio.sleep(0.25)
            now_s = loop.time()
            if self._county.fault(self._vehicle.phone) is Fault.SILENT:
                continue
            self._repeat(now_s)
            if not self.authenticated:
                continue
            if now_s >= report_s:
                report_s = now_s + self._report()
                heartbeat_s = now_s + HEARTBEAT_S
            elif now_s >= heartbeat_s:
                self._send(0x0002, b"")
                heartbeat_s = now_s + HEARTBEAT_S

    def _report(self) -> float:
        """Send a position; returns the real seconds until the next."""
        self._county.advance()
        motion = self._motion()
        self._send(0x0200, self._position(motion))
        moving = motion.speed_kmh > 0.5
        county_s = self._interval_county_s or (MOVING_COUNTY_S if moving else IDLE_COUNTY_S)
        return max(FASTEST_S, self._county.seconds(county_s))

    def _motion(self) -> Motion:
        motion = self._county.motion(self._vehicle.phone)
        if self._county.fault(self._vehicle.phone) is not Fault.STUCK:
            self._stuck = None
            return motion
        self._stuck = self._stuck or motion
        return self._stuck

    def _position(self, motion: Motion) -> bytes:
        now = self._county.now()
        if self._county.fault(self._vehicle.phone) is Fault.BAD_CLOCK:
            now += timedelta(days=1)
        fuel_l = FULL_TANK_L - motion.odometer_km * 0.1 % (FULL_TANK_L - 5)
        items = (
            Item(0x01, round(motion.odometer_km * 10).to_bytes(4, "big"), {}),
            Item(0x02, round(fuel_l * 10).to_bytes(2, "big"), {}),
            Item(0x30, bytes((random.randint(18, 31),)), {}),
            Item(0x31, bytes((random.randint(8, 14),)), {}),
        )
        return encode_position(
            Position(
                alarm=0,
                status=FIXED | BDS | (ACC_ON if motion.speed_kmh > 0.5 else 0),
                latitude=motion.point.lat,
                longitude=motion.point.lon,
                altitude_m=400,
                speed_kmh=motion.speed_kmh,
                direction_deg=round(motion.heading_deg) % 360,
                time_bcd=moment_bcd(now).hex(),
                local_us=None,
                items=items,
            )
        )

    def _register(self) -> None:
        number = self._vehicle.phone[-7:]
        edition = 2019 if self._new else 2013
        body = compose.registration(edition, "MDSIM", "MD-1", number, 2, self._vehicle.plate)
        self._send(0x0100, body)

    def _authenticate(self) -> None:
        imei = self._vehicle.phone.zfill(15)
        self._send(0x0102, compose.authentication(self.code, new=self._new, imei=imei, software="1.0"))

    def _hear(self, found: Whole) -> None:
        if self._county.fault(self._vehicle.phone) is Fault.SILENT:
            return
        msg_id = found.header.msg_id
        if found.header.split:
            self._answer(found, Answer.OK)
            return
        try:
            fields = parsed(msg_id, found.body, new=found.header.versioned)
        except KeyError:
            self._answer(found, Answer.UNSUPPORTED)
            return
        if msg_id == 0x8100:
            self._registered(fields["answered_serial"], fields["result"], fields.get("code", ""))
        elif msg_id == 0x8001:
            self._answered(fields["answered_serial"], fields["answered_id"], fields["result"])
        elif msg_id == 0x8300:
            self._answer(found, Answer.OK)
            self._obey(fields["text"])
        elif msg_id == 0x8201:
            self._county.advance()
            self._send(0x0201, found.header.serial.to_bytes(2, "big") + self._position(self._motion()))
        elif msg_id in (0x8104, 0x8106):
            self._send(0x0104, compose.parameter_answer(found.header.serial, self._parameters()))
        elif msg_id == 0x8202:
            self._interval_county_s = float(fields["interval_s"]) or None
            self._answer(found, Answer.OK)
        else:
            known = msg_id in (0x8103, 0x8203, 0x8204, 0x8105)
            self._answer(found, Answer.OK if known else Answer.UNSUPPORTED)

    def _parameters(self) -> bytes:
        return encode_parameters({"heartbeat_s": int(HEARTBEAT_S), "interval_s": int(MOVING_COUNTY_S)})

    def _registered(self, serial: int, result: int, code: str) -> None:
        self._unanswered.pop(serial, None)
        if result == 0:
            self.code = code
            self._authenticate()

    def _answered(self, serial: int, msg_id: str, result: int) -> None:
        self._unanswered.pop(serial, None)
        if msg_id != "0102":
            return
        self.authenticated = result == 0
        if result:  # the code is no longer good: register anew on the next connection
            self.code = ""
            if self._writer is not None:
                self._writer.close()

    def _obey(self, words: str) -> None:
        """Drive to a place that a text names as `@lon,lat`."""
        found = PLACE.search(words)
        if found is not None:
            self._county.drive_to(self._vehicle.phone, Point(float(found[1]), float(found[2])))

    def _answer(self, found: Whole, result: int) -> None:
        self._write(
            encode(0x0001, compose.answer(found.header.serial, found.header.msg_id, result), *self._next())
        )

    def _send(self, msg_id: int, body: bytes) -> None:
        """Send what the centre must answer; it is repeated until it does."""
        speech, serial = self._next()
        frames = encode(msg_id, body, speech, serial)
        due_s = asyncio.get_running_loop().time() + ANSWER_S
        self._unanswered[serial] = Unanswered(frames, due_s, ANSWER_S)
        if len(self._unanswered) > MOST_UNANSWERED:
            self._unanswered.popitem(last=False)
        self._write(frames)

    def _repeat(self, now_s: float) -> None:
        for serial, waiting in list(self._unanswered.items()):
            if waiting.due_s > now_s:
                continue
            if waiting.repeats >= MOST_REPEATS:
                del self._unanswered[serial]
                continue
            waiting.wait_s *= waiting.repeats + 1
            waiting.repeats += 1
            waiting.due_s = now_s + waiting.wait_s
            self._write(waiting.frames)

    def _next(self) -> tuple[Speech, int]:
        serial = self._serial
        self._serial = serial + 1 & 0xFFFF
        return self._speech, serial

    def _write(self, frames: list[bytes]) -> None:
        if self._writer is not None and not self._writer.is_closing():
            self._writer.write(b"".join(frames))


class Fleet:
    """The terminals of all vehicles of a county."""

    def __init__(self, county: County, host: str, port: int) -> None:
        self.terminals = [Terminal(county, vehicle, host, port) for vehicle in county.vehicles]

    async def run(self) -> None:
        """Run all terminals until cancelled."""
        async with asyncio.TaskGroup() as group:
            for terminal in self.terminals:
                group.create_task(terminal.run())


def simulator(county: County, host: str, port: int) -> Fleet:
    """The simulated terminals of a county, speaking to that address."""
    return Fleet(county, host, port)
