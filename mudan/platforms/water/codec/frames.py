"""How is one frame checked and taken apart, and how is it put together? Both encodings."""

from typing import Final

from mudan.platforms.water.codec.crc import crc16
from mudan.platforms.water.model.words import END_NAMES, MOST_BODY, STANDARD, STX, SYN, Frame
from mudan.primitives.errors import DecodeError, Invalid

STRUCTURE: Final = f"{STANDARD} frame structure"
CHECK: Final = f"{STANDARD} check code"
HEX_START: Final = b"\x7e\x7e"
ASCII_START: Final = b"\x01"
HEX_HEAD: Final = 14  # start 2, addresses 6, password 2, function 1, length 2, start of text 1
HEX_TAIL: Final = 3  # end 1, CRC 2
ASCII_HEAD: Final = 24  # start 1, addresses 12, password 4, function 2, length 4, start of text 1
ASCII_TAIL: Final = 5  # end 1, CRC 4
LONGEST: Final = ASCII_HEAD + MOST_BODY + ASCII_TAIL
UPPER_HEX: Final = frozenset(b"0123456789ABCDEF")


def bad(reason: str, offset: int, clause: str = STRUCTURE) -> DecodeError:
    """The error of a frame that breaks its standard."""
    return DecodeError(reason, offset=offset, clause=clause)


def unpacked(raw: bytes) -> Frame:
    """One whole frame, checked: start, length, start and end of text, CRC. Raises DecodeError."""
    if raw[:2] == HEX_START:
        frame = _from_hex(raw)
    elif raw[:1] == ASCII_START:
        frame = _from_ascii(raw)
    else:
        raise bad("no frame start (7E7E or 01)", 0)
    if frame.total is not None and (frame.number or 0) > frame.total:
        raise bad(f"packet {frame.number} of {frame.total}", 14)
    return frame


def _from_hex(raw: bytes) -> Frame:
    if len(raw) < HEX_HEAD + HEX_TAIL:
        raise bad(f"truncated: {len(raw)} bytes", len(raw))
    length = (raw[11] & 0x0F) << 8 | raw[12]
    _check_size(raw, HEX_HEAD + length + HEX_TAIL)
    sent = raw[-2] << 8 | raw[-1]
    _check_crc(crc16(raw[:-2]), sent, len(raw) - 2)
    up = _direction(raw[11] >> 4, 11)
    _check_marks(raw[13], raw[-3], length, 13, len(raw) - 3)
    total = number = None
    body = raw[14:-3]
    if raw[13] == SYN:
        if length < 3:
            raise bad("a packet too short for its total and number", 14)
        total, number = raw[14] << 4 | raw[15] >> 4, (raw[15] & 0x0F) << 8 | raw[16]
        body = raw[17:-3]
    center, station = (raw[2], raw[3:8]) if up else (raw[7], raw[2:7])
    return Frame(
        up=up,
        center=center,
        station=station.hex().upper(),
        password=raw[8:10].hex(),
        func=raw[10],
        end=raw[-3],
        body=body,
        total=total,
        number=number,
        crc=sent,
    )


def _from_ascii(raw: bytes) -> Frame:
    if len(raw) < ASCII_HEAD + ASCII_TAIL:
        raise bad(f"truncated: {len(raw)} bytes", len(raw))
    head = _hex_text(raw[1:23], 1)
    length = int(head[19:22], 16)
    _check_size(raw, ASCII_HEAD + length + ASCII_TAIL)
    sent = int(_hex_text(raw[-4:], len(raw) - 4), 16)
    _check_crc(crc16(raw[:-4]), sent, len(raw) - 4)
    up = _direction(int(head[18], 16), 19)
    _check_marks(raw[23], raw[-5], length, 23, len(raw) - 5)
    total = number = None
    body = raw[24:-5]
    if raw[23] == SYN:
        if length < 6:
            raise bad("a packet too short for its total and number", 24)
        text = _hex_text(raw[24:30], 24)
        total, number = int(text[:3], 16), int(text[3:], 16)
        body = raw[30:-5]
    center, station = (head[:2], head[2:12]) if up else (head[10:12], head[:10])
    return Frame(
        up=up,
        center=int(center, 16),
        station=station,
        password=head[12:16].lower(),
        func=int(head[16:18], 16),
        end=raw[-5],
        body=body,
        total=total,
        number=number,
        ascii=True,
        crc=sent,
    )


def _check_size(raw: bytes, expected: int) -> None:
    if len(raw) < expected:
        raise bad(f"truncated: {len(raw)} of {expected} bytes", len(raw))
    if len(raw) > expected:
        raise bad(f"{len(raw) - expected} bytes after the end", expected)


def _check_crc(counted: int, sent: int, offset: int) -> None:
    if counted != sent:
        raise bad(f"CRC mismatch: frame says {sent:04X}, bytes give {counted:04X}", offset, CHECK)


def _direction(nibble: int, offset: int) -> bool:
    if nibble not in {0, 8}:
        raise bad(f"direction {nibble:X} is neither 0 (up) nor 8 (down)", offset)
    return nibble == 0


def _check_marks(start: int, end: int, length: int, start_at: int, end_at: int) -> None:
    if start not in {STX, SYN}:
        raise bad(f"start of text {start:02X} is neither 02 nor 16", start_at)
    if end not in END_NAMES:
        raise bad(f"{end:02X} is no end character", end_at)
    if not length:
        raise bad("a frame without body", start_at - 1)


def _hex_text(raw: bytes, offset: int) -> str:
    for at, byte in enumerate(raw):
        if byte not in UPPER_HEX:
            raise bad(f"{byte:02X} is no upper-case hex digit", offset + at)
    return raw.decode("ascii")


def packed(frame: Frame) -> bytes:
    """The bytes of a frame in its encoding. Raises Invalid for a body over 4095 bytes."""
    if not 0 < frame.length <= MOST_BODY:
        raise Invalid(f"a body of {frame.length} bytes does not fit a frame", field="body")
    return _to_ascii(frame) if frame.ascii else _to_hex(frame)


def _to_hex(frame: Frame) -> bytes:
    center, station = bytes([frame.center]), bytes.fromhex(frame.station)
    raw = bytearray(HEX_START)
    raw += center + station if frame.up else station + center
    raw += bytes.fromhex(frame.password)
    raw.append(frame.func)
    raw += ((0 if frame.up else 0x8000) | frame.length).to_bytes(2, "big")
    raw.append(frame.start)
    if frame.total is not None:
        raw += (frame.total << 12 | (frame.number or 0)).to_bytes(3, "big")
    raw += frame.body
    raw.append(frame.end)
    return bytes(raw + crc16(raw).to_bytes(2, "big"))


def _to_ascii(frame: Frame) -> bytes:
    center = f"{frame.center:02X}"
    address = center + frame.station if frame.up else frame.station + center
    length = (0 if frame.up else 0x8000) | frame.length
    raw = bytearray(ASCII_START)
    raw += f"{address}{frame.password.upper()}{frame.func:02X}{length:04X}".encode("ascii")
    raw.append(frame.start)
    if frame.total is not None:
        raw += f"{frame.total:03X}{frame.number or 0:03X}".encode("ascii")
    raw += frame.body
    raw.append(frame.end)
    return bytes(raw + f"{crc16(raw):04X}".encode("ascii"))
