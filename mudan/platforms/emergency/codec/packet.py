"""Where does a packet begin and end, who sent it, and is it whole?

    0   2  40 40 "@@"            12  6  source address
    2   2  serial                18  6  target address
    4   2  main, user version    24  2  length of application data, at most 1024
    6   6  second minute hour    26  1  command
           day month year-2000   27  n  application data
                                27+n  1  sum of bytes 2 to 26+n, modulo 256
                                28+n  2  23 23 "##"

All numbers low byte first (GB/T 26875.3-2011, 6 and 7).
"""

from datetime import datetime
from typing import Final

from mudan.platforms.emergency.codec.application import application_of
from mudan.platforms.emergency.codec.times import moment_of, six_bytes
from mudan.platforms.emergency.model.messages import Application, Packet
from mudan.platforms.emergency.model.words import COMMAND_NAMES, FIRST_CUSTOM
from mudan.primitives.errors import DecodeError

START: Final = b"@@"
END: Final = b"##"
HEAD: Final = 27
TAIL: Final = 3
SHORTEST: Final = HEAD + TAIL
LONGEST_BODY: Final = 1024
FRAME: Final = "GB/T 26875.3 6.2"
CHECK: Final = "GB/T 26875.3 6.2 check"


def checksum(data: bytes) -> int:
    """The arithmetic sum of bytes, modulo 256."""
    return sum(data) & 0xFF


def size_at(data: bytes | bytearray, at: int) -> int:
    """The length that a packet beginning here has by its own word; 0 while too little is there to tell."""
    if len(data) - at < SHORTEST - TAIL:
        return 0
    return SHORTEST + int.from_bytes(data[at + 24 : at + 26], "little")


def packet_of(frame: bytes) -> Packet:
    """One whole packet. Raises DecodeError; the reason begins with a code like `bad_checksum`."""
    whole(frame)
    body = frame[HEAD:-TAIL]
    command, time = frame[26], moment_of(frame[6:12])
    return Packet(
        serial=int.from_bytes(frame[2:4], "little"),
        main_version=frame[4],
        user_version=frame[5],
        time=time,
        source=int.from_bytes(frame[12:18], "little"),
        target=int.from_bytes(frame[18:24], "little"),
        command=command,
        body=body,
        application=_application(body, time.at) if body else None,
        checksum=frame[-TAIL],
    )


def _application(body: bytes, sent: datetime | None) -> Application:
    """What a whole packet carries. Data that do not fit their type are kept raw: the packet itself is in order,
    and a device whose packets are denied for it would send them for ever."""
    try:
        return application_of(body, sent)
    except DecodeError as error:
        return Application(body[0], body[1] if len(body) > 1 else 0, raw=body[2:], fault=error.reason)


def whole(frame: bytes) -> None:
    """Hold a frame against the structure. Raises DecodeError."""
    if not frame.startswith(START):
        raise DecodeError("bad_start: does not begin with 40 40", offset=0, clause=FRAME)
    if len(frame) < SHORTEST:
        raise DecodeError(
            f"need_more: {len(frame)} bytes, at least {SHORTEST}", offset=len(frame), clause=FRAME
        )
    length = int.from_bytes(frame[24:26], "little")
    if length > LONGEST_BODY:
        raise DecodeError(f"length_over_1024: {length}", offset=24, clause=FRAME)
    size = SHORTEST + length
    if len(frame) < size:
        raise DecodeError(f"need_more: {len(frame)} of {size} bytes", offset=len(frame), clause=FRAME)
    if len(frame) > size:
        raise DecodeError(f"trailing: {len(frame) - size} bytes after the end", offset=size, clause=FRAME)
    if frame[-2:] != END:
        raise DecodeError("bad_end: does not end with 23 23", offset=size - 2, clause=FRAME)
    counted = checksum(frame[2:-TAIL])
    if counted != frame[-TAIL]:
        raise DecodeError(
            f"bad_checksum: bytes give {counted}, sent {frame[-TAIL]}", offset=size - TAIL, clause=CHECK
        )
    if frame[26] not in COMMAND_NAMES and frame[26] < FIRST_CUSTOM:
        raise DecodeError(f"unknown_command: {frame[26]}", offset=26, clause="GB/T 26875.3 7.1")


def packets_of(data: bytes) -> list[Packet]:
    """Packets one after another, with nothing between them. Raises DecodeError."""
    found, at = list[Packet](), 0
    while at < len(data) or not found:
        size = size_at(data, at) or len(data)
        if size > SHORTEST + LONGEST_BODY:
            size = len(data) - at
        try:
            found.append(packet_of(data[at : at + size]))
        except DecodeError as error:
            raise DecodeError(error.reason, offset=at + error.offset, clause=error.clause) from None
        at += size
    return found


def packed(packet: Packet, at: datetime | None = None) -> bytes:
    """The bytes of a packet: its own time tag as it came, or that of `at`."""
    inner = (
        packet.serial.to_bytes(2, "little")
        + bytes((packet.main_version, packet.user_version))
        + (packet.time.raw if at is None else six_bytes(at))
        + packet.source.to_bytes(6, "little")
        + packet.target.to_bytes(6, "little")
        + len(packet.body).to_bytes(2, "little")
        + bytes((packet.command,))
        + packet.body
    )
    return START + inner + bytes((checksum(inner),)) + END
