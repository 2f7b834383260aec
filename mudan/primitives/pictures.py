"""What is kept of a picture that somebody sends? Only what can be seen: it is drawn anew, without metadata.

redrawn(data) ─▶ JPEG, width, height      original_taking(data) ─▶ when and where, as the camera wrote it
likeness(jpeg) ─▶ 128 bits that stay nearly the same when a picture is shrunk or stored again
"""

import hashlib
import io
import math
import struct
import zipfile
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from typing import Any, Final

from PIL import Image, ImageOps, UnidentifiedImageError

from mudan.primitives.clock import CST
from mudan.primitives.errors import Invalid

MAX_PIXELS: Final = 24_000_000
MAX_SIDE: Final = 1600
MAX_BYTES: Final = 15 * 1024 * 1024
NEARLY: Final = 8  # so many of the 128 bits differ at most when two pictures show the same (示例)
FEATURES: Final = (
    12  # fewer bits that are set, or not set: too plain to be told from another by its likeness (示例)
)
_SIDE: Final = 8  # of the grid whose brighter and darker neighbours are compared
_EXIF_IFD, _GPS_IFD = 0x8769, 0x8825
_TAKEN, _OFFSET = 0x9003, 0x9011
# What makes a file something else as well, for whoever looks at it otherwise.
_OTHERWISE: Final = (b"<script", b"<html", b"<svg", b"<?php", b"%pdf-")

# What Pillow's decoders raise on files that are broken on purpose or by the way.
_UNREADABLE = (
    UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning, OSError, ValueError,
    SyntaxError, TypeError, KeyError, IndexError, OverflowError, struct.error, zlib.error,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Taking:
    """When and where a picture was taken, as far as the camera wrote it down; WGS-84 degrees."""

    at: datetime | None = None
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is kept of a picture: the JPEG, the SHA-256 of it, its size in pixels and its likeness."""

    jpeg: bytes
    hash: bytes
    width: int
    height: int
    likeness: bytes


def drawing(data: bytes) -> Drawing:
    """The picture drawn anew; what is also something else than a picture is refused (raises Invalid)."""
    if len(data) > MAX_BYTES:
        raise Invalid(f"a picture has at most {MAX_BYTES // 1024 // 1024} MB", field="file")
    lowered = data.lower()
    if any(mark in lowered for mark in _OTHERWISE) or _is_archive(data):
        raise Invalid("the file is not only a picture", field="file")
    jpeg, width, height = redrawn(data)
    return Drawing(jpeg, hashlib.sha256(jpeg).digest(), width, height, likeness(jpeg))


def _is_archive(data: bytes) -> bool:
    return zipfile.is_zipfile(io.BytesIO(data))


def likeness(jpeg: bytes) -> bytes:
    """128 bits: which of an 8 by 8 grid's cells are brighter than the one to the right, and the one below."""
    with Image.open(io.BytesIO(jpeg)) as image:
        grey = image.convert("L").resize((_SIDE + 1, _SIDE + 1), Image.Resampling.BOX)
    cells = grey.tobytes()

    def cell(row: int, column: int) -> int:
        return cells[row * (_SIDE + 1) + column]

    places = [(row, column) for row in range(_SIDE) for column in range(_SIDE)]
    bits = [cell(row, column) > cell(row, column + 1) for row, column in places]
    bits += [cell(row, column) > cell(row + 1, column) for row, column in places]
    return int("".join("1" if bit else "0" for bit in bits), 2).to_bytes(16, "big")


def nearly_same(one: bytes, other: bytes) -> bool:
    """Whether two likenesses are of the same picture, stored again or made smaller."""
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).bit_count() <= NEARLY


def is_plain(likeness: bytes) -> bool:
    """Whether so little is to be seen that another picture, of night or of fog, would look the same."""
    set_bits = int.from_bytes(likeness, "big").bit_count()
    return min(set_bits, 8 * len(likeness) - set_bits) < FEATURES


def original_taking(data: bytes) -> Taking:
    """What the camera wrote of time and place; nothing where it wrote nothing or nonsense."""
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as image:
            exif = image.getexif()
            details, gps = exif.get_ifd(_EXIF_IFD), exif.get_ifd(_GPS_IFD)
    except _UNREADABLE:
        return Taking()
    lat = _degrees(gps.get(2), gps.get(1), "S", 90)
    lon = _degrees(gps.get(4), gps.get(3), "W", 180)
    placed = lat is not None and lon is not None and (lat, lon) != (0, 0)
    at = _moment(details.get(_TAKEN), details.get(_OFFSET))
    return Taking(at, lon if placed else None, lat if placed else None)


def _degrees(given: Any, side: Any, negative: str, most: int) -> float | None:
    try:
        whole, minutes, seconds = (float(Fraction(part)) for part in given)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    degrees = whole + minutes / 60 + seconds / 3600
    if not math.isfinite(degrees) or not 0 <= degrees <= most:
        return None
    return -degrees if str(side).strip().upper().startswith(negative) else degrees


def _moment(given: Any, offset: Any) -> datetime | None:
    try:
        local = datetime.strptime(str(given), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 # the zone is put on below
    except ValueError:
        return None
    return local.replace(tzinfo=_zone(str(offset)))


def _zone(said: str) -> timezone:
    try:
        hours, minutes = int(said[1:3]), int(said[4:6])
        away = timedelta(hours=hours, minutes=minutes)
        return timezone(-away if said[0] == "-" else away)
    except (ValueError, IndexError):
        return CST


def redrawn(data: bytes) -> tuple[bytes, int, int]:
    """A JPEG of at most 1600 pixels a side without metadata, and its size (raises Invalid)."""
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as image:
            if image.width * image.height > MAX_PIXELS:
                raise Invalid("the picture is too large", field="file")
            image.thumbnail((MAX_SIDE, MAX_SIDE))
            plain = ImageOps.exif_transpose(image).convert("RGB")  # upright, as the phone was held
    except _UNREADABLE as error:
        raise Invalid("not a picture that can be read", field="file") from error
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=82)
    return out.getvalue(), plain.width, plain.height
