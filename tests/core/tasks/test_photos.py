"""Is a photo from the field kept as a picture and nothing else, and can no file do harm?"""

import io
import struct
import zlib
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mudan.core.incidents import queries as incidents
from mudan.core.tasks import actions, queries
from mudan.core.tasks.model import Task
from mudan.core.units import queries as units
from mudan.primitives.errors import Conflict, Invalid, NotAllowed, NotFound
from mudan.primitives.pictures import MAX_PIXELS, MAX_SIDE, redrawn
from mudan.storage.pool import Connection, set_scope
from tests.core.county import actor, add_crew, add_unit, later, open_incident
from tests.database import COUNTY, START

pytestmark = pytest.mark.anyio
WHO = actor()


def picture(
    form: str = "JPEG", size: tuple[int, int] = (40, 20), *, rotated: bool = False, **more: object
) -> bytes:
    """A picture with a red left half, and in JPEG a position and a camera in its metadata."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[1] = "N"
    if rotated:
        exif[0x0112] = 6  # the phone was held upright
    out = io.BytesIO()
    image.save(out, form, exif=exif, **more)
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be huge."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    data = zlib.compress(bytes(1_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


async def _task(work: Connection) -> Task:
    incident, unit = await open_incident(work), await add_unit(work)
    return await actions.assign(work, incident.id, unit.id, "赶赴现场", WHO, START)


async def _add(work: Connection, task: Task, photo: UUID, data: bytes | None = None) -> Task:
    return await actions.add_photo(
        work, task.id, photo, data or picture(), later(5), None, None, WHO, later(6)
    )


def test_the_metadata_are_gone() -> None:
    jpeg, width, height = redrawn(picture())
    assert b"SecretCamera" not in jpeg
    with Image.open(io.BytesIO(jpeg)) as image:
        assert dict(image.getexif()) == {}
        assert (image.format, image.size) == ("JPEG", (width, height))


def test_a_picture_stands_upright_as_the_phone_was_held() -> None:
    jpeg, width, height = redrawn(picture(rotated=True))
    assert (width, height) == (20, 40)
    with Image.open(io.BytesIO(jpeg)) as image:
        red, _, blue = image.getpixel((10, 4))  # type: ignore[misc]  # an RGB picture has three bands
    assert red > blue


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_large_picture_is_made_smaller(form: str) -> None:
    _, width, height = redrawn(picture(form, (2400, 1200)))
    assert (width, height) == (MAX_SIDE, MAX_SIDE // 2)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        picture()[:200],
        picture("PNG")[:-30],
        picture("GIF"),
        picture("TIFF"),
        bomb(5_000, MAX_PIXELS // 5_000 + 1),
        bomb(60_000, 60_000),
    ],
    ids=["nothing", "text", "svg", "half a jpeg", "half a png", "gif", "tiff", "too large", "bomb"],
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid):
        redrawn(data)


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's remarks on what it skips
@settings(max_examples=60, deadline=None)
@given(
    form=st.sampled_from(["JPEG", "PNG", "WEBP"]),
    changes=st.lists(
        st.tuples(st.integers(0, 2_000), st.binary(min_size=1, max_size=4)), min_size=1, max_size=6
    ),
)
def test_a_broken_file_is_redrawn_or_refused_and_nothing_else(
    form: str, changes: list[tuple[int, bytes]]
) -> None:
    data = bytearray(picture(form))
    for place, piece in changes:
        at = place % len(data)
        data[at : at + len(piece)] = piece
    try:
        jpeg, _, _ = redrawn(bytes(data))
    except Invalid:
        return
    assert jpeg.startswith(b"\xff\xd8")


async def test_a_photo_is_kept_with_its_task_and_told_in_the_timeline(work: Connection) -> None:
    task, photo = await _task(work), uuid4()
    shown = await _add(work, task, photo)
    assert [one["id"] for one in shown.photos] == [str(photo)]
    assert (await queries.photo(work, photo)).startswith(b"\xff\xd8")
    line = (await incidents.timeline(work, task.incident_id))[-1]
    assert (line.kind, line.at, line.detail["photo"]) == ("photo", later(5), str(photo))


async def test_a_photo_sent_twice_is_kept_once(work: Connection) -> None:
    task, photo = await _task(work), uuid4()
    first = await _add(work, task, photo)
    lines = len(await incidents.timeline(work, task.incident_id))
    assert (await _add(work, task, photo)).photos == first.photos
    assert len(await incidents.timeline(work, task.incident_id)) == lines


async def test_a_photo_of_another_task_is_refused(work: Connection) -> None:
    task, photo = await _task(work), uuid4()
    await _add(work, task, photo)
    other = await actions.assign(work, task.incident_id, (await add_unit(work, "R-2")).id, "增援", WHO, START)
    with pytest.raises(Conflict):
        await _add(work, other, photo)


async def test_only_the_crew_and_dispatchers_add_photos_and_strangers_see_none(work: Connection) -> None:
    task, photo = await _task(work), uuid4()
    await _add(work, task, photo)
    crew = await add_crew(work, await units.one(work, task.unit_id))
    stranger = await add_crew(work, await add_unit(work, "R-2"), "stranger", COUNTY)
    assert await queries.photo(work, photo, person=crew.person)
    with pytest.raises(NotFound):
        await queries.photo(work, photo, person=stranger.person)
    with pytest.raises(NotFound):
        await queries.photo(work, uuid4())
    await set_scope(work, stranger.scope.settings())
    with pytest.raises(NotAllowed):
        await actions.add_photo(work, task.id, uuid4(), picture(), later(1), None, None, stranger, later(1))
