"""What is kept of a picture that somebody sends? Only what can be seen: it is drawn anew, without metadata."""

import io
import struct
import zlib
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from mudan.primitives.errors import Invalid

MAX_PIXELS: Final = 24_000_000
MAX_SIDE: Final = 1600

# What Pillow's decoders raise on files that are broken on purpose or by the way.
_UNREADABLE = (
    UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning, OSError, ValueError,
    SyntaxError, TypeError, KeyError, IndexError, OverflowError, struct.error, zlib.error,
)  # fmt: skip


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
