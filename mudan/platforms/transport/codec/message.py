"""What does one whole message say, by name?"""

from typing import Any, Final

from mudan.platforms.transport.codec.areas import AREA_MESSAGES
from mudan.platforms.transport.codec.centre import CENTRE
from mudan.platforms.transport.codec.frame import MAX_BODY, Whole, inner_of, unescaped, whole
from mudan.platforms.transport.codec.media import MEDIA
from mudan.platforms.transport.codec.reader import Reader
from mudan.platforms.transport.codec.terminal import TERMINAL, Parse
from mudan.platforms.transport.codec.video import VIDEO
from mudan.platforms.transport.model import MESSAGE_NAMES
from mudan.primitives.errors import DecodeError

BODIES: Final[dict[int, Parse]] = {**TERMINAL, **CENTRE, **AREA_MESSAGES, **MEDIA, **VIDEO}

# Messages that makers lay out as they like: the bytes and what is wrong with them are of more use than nothing.
MAKERS_VARY: Final = frozenset({0x0100, 0x0104, 0x0107, 0x0702, 0x1210, 0x8103, 0x8108})


def decode_frame(frame: bytes) -> Whole:
    """Prove one frame whole, with or without its flags.

    A capture taken behind the unescaping step is accepted too when it is whole as it stands. Raises
    DecodeError for escapes, length or check.
    """
    inner = inner_of(frame)
    try:
        return whole(unescaped(inner))
    except DecodeError:
        if b"\x7d" not in inner and b"\x7e" not in inner:
            raise
        try:
            return whole(inner)
        except DecodeError:
            pass  # the first reason is the one that counts
        raise


def fields_of(found: Whole) -> dict[str, Any]:
    """Header and body of a whole frame, by name. Raises DecodeError for a body that breaks its table."""
    return header_fields(found) | body_fields(found)


def header_fields(found: Whole) -> dict[str, Any]:
    """The header by name."""
    header = found.header
    fields: dict[str, Any] = {
        "msg_id": f"{header.msg_id:04X}",
        "name": MESSAGE_NAMES.get(header.msg_id, "unknown"),
        "phone": header.phone.hex(),
        "serial": header.serial,
        "version": "2019" if header.versioned else "2013",
        "versioned": header.versioned,
        "body_length": header.attributes & MAX_BODY,
        "encrypt": header.encryption,
        "subpackage": header.split,
        "checksum": f"{found.check:02X}",
    }
    if header.protocol_version is not None:
        fields["protocol_version"] = header.protocol_version
    if header.split:
        fields |= {"packages": header.packages, "package_no": header.package_no}
    return fields


def body_fields(found: Whole) -> dict[str, Any]:
    """The body by name. One packet of several, an encrypted body and an unknown message stay bytes."""
    header = found.header
    parse = BODIES.get(header.msg_id)
    if header.split or header.encryption or parse is None:
        return {"hex": found.body.hex()}
    try:
        return parsed(header.msg_id, found.body, new=header.versioned, base=found.body_at)
    except DecodeError as error:
        if header.msg_id not in MAKERS_VARY:
            raise
        return {"hex": found.body.hex(), "fault": error.reason}


def parsed(msg_id: int, body: bytes, *, new: bool, base: int = 0) -> dict[str, Any]:
    """A complete body by name; bytes after its last field are kept as `rest`."""
    reader = Reader(body, base=base, clause=f"JT/T 808-2013 §8 ({msg_id:04X})")
    fields = BODIES[msg_id](reader, new)
    if reader.left:
        fields["rest"] = reader.rest().hex()
    return fields
