"""What do cameras, and those who mean harm, send as a picture?"""

import io
import random
import zipfile
from datetime import datetime

from PIL import Image, ImageDraw

from tests.core.tasks.test_photos import bomb, picture

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


def photo(
    seed: int = 1, *, at: datetime | None = None, place: tuple[float, float] | None = None, **more: int
) -> bytes:
    """A JPEG of something that no other seed shows, with the camera's time and place where they are given."""
    dice = random.Random(seed)  # a drawing, not a secret
    image = Image.new("RGB", (320, 240), "grey")
    draw = ImageDraw.Draw(image)
    for _ in range(40):
        x, y = dice.randrange(300), dice.randrange(220)
        colour = (dice.randrange(256), dice.randrange(256), dice.randrange(256))
        draw.rectangle((x, y, x + dice.randrange(20, 120), y + dice.randrange(20, 90)), fill=colour)
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    if at is not None:
        details = exif.get_ifd(0x8769)
        details[0x9003] = f"{at:%Y:%m:%d %H:%M:%S}"
        if at.tzinfo is not None:
            details[0x9011] = f"{at:%z}"[:3] + ":" + f"{at:%z}"[3:]
    if place is not None:
        gps = exif.get_ifd(0x8825)
        gps.update({1: "N", 2: _parts(place[1]), 3: "E", 4: _parts(place[0])})
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, **{"quality": 90, **more})
    return out.getvalue()


def _parts(degrees: float) -> tuple[float, float, float]:
    minutes = (degrees - int(degrees)) * 60
    return float(int(degrees)), float(int(minutes)), round((minutes - int(minutes)) * 60, 3)


def stored_again(jpeg: bytes) -> bytes:
    """The same picture, smaller and stored anew: another hash."""
    with Image.open(io.BytesIO(jpeg)) as image:
        smaller = image.resize((image.width * 3 // 4, image.height * 3 // 4))
    out = io.BytesIO()
    smaller.save(out, "JPEG", quality=55)
    return out.getvalue()


def with_archive(jpeg: bytes) -> bytes:
    """A picture that is an archive as well."""
    out = io.BytesIO(jpeg)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("run.exe", b"MZ")
    return out.getvalue()


BAD = {
    "nothing": b"", "words": b"not a picture", "svg with a script": SVG, "gif": picture("GIF"),
    "half a jpeg": photo()[:600], "zip bomb": bomb(60_000, 60_000), "an archive too": with_archive(photo()),
    "a page too": photo() + b"<script>alert(1)</script>", "a gif that says php": b"GIF89a<?php system($_GET[0]);",
    "50 MB": photo() + bytes(50 << 20),
}  # fmt: skip
