"""Is a picture of a case kept once, by its hash, with the agreed place and time and nothing else?"""

import io
from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

import pytest
from PIL import Image

from mudan.core.cases import actions, queries
from mudan.core.cases.model import pictures as model
from mudan.core.cases.model.chart import Author
from mudan.core.cases.model.pictures import NewPicture, Picture, away_m
from mudan.core.cases.model.words import Case
from mudan.core.people.model import Role
from mudan.primitives.clock import CST
from mudan.primitives.errors import Conflict, Invalid, NotAllowed, NotFound
from mudan.primitives.pictures import drawing, nearly_same, original_taking
from mudan.storage.pool import Connection, set_scope
from tests.core.cases.desk import DESK, FIRE_DESK, OTHER_DESK, WATER_DESK, at_work, reported, step
from tests.core.cases.photos import BAD, photo, stored_again
from tests.core.county import PLACE, actor_of, add_person, later
from tests.database import OTHER_TOWN, START

pytestmark = pytest.mark.anyio
CITIZEN = Author("市民")


async def shown(work: Connection, case: Case, at: float = 60, **more: object) -> list[Picture]:
    """The case's pictures after one more by the desk."""
    given = {"id": uuid4(), "role": "report", "data": photo(), **more}
    await actions.add_picture(work, case.id, NewPicture(**given), actions.author_of(DESK), later(at))  # type: ignore[arg-type] # by name
    return await queries.pictures(work, case.id)


async def test_a_picture_is_kept_by_the_hash_of_what_was_drawn_and_once(work: Connection) -> None:
    case, other = await reported(work), await reported(work)
    [one] = await shown(work, case)
    jpeg = await queries.jpeg(work, case.id, one.id)
    assert sha256(jpeg).digest() == one.hash
    assert b"SecretCamera" not in jpeg
    with Image.open(io.BytesIO(jpeg)) as image:
        assert (image.format, image.size, dict(image.getexif())) == ("JPEG", (one.width, one.height), {})
    await shown(work, other)
    kept = await (await work.execute("select count(*)::int as n from case_jpeg")).fetchone()
    assert kept == {"n": 1}
    with pytest.raises(NotFound, match="picture"):
        await queries.jpeg(work, other.id, one.id)
    assert await queries.first_pictures(work, [case.id, uuid4()]) == {case.id: one.id}


async def test_the_same_id_again_changes_nothing_and_belongs_to_one_case(work: Connection) -> None:
    case, other = await reported(work), await reported(work)
    name = uuid4()
    await shown(work, case, id=name)
    assert len(await shown(work, case, id=name, data=photo(2))) == 1
    with pytest.raises(Conflict, match="another case"):
        await shown(work, other, id=name)
    kinds = [event.kind for event in await queries.history(work, case.id)]
    assert kinds == ["report", "picture"]


async def test_a_picture_does_not_make_what_others_looked_at_old(work: Connection) -> None:
    case = await reported(work)
    await shown(work, case)
    assert (await queries.one(work, case.id)).version == case.version


async def test_time_and_place_are_the_given_ones_else_the_cameras_and_never_of_the_future(
    work: Connection,
) -> None:
    case = await reported(work)
    taken = START - timedelta(hours=2)
    camera = photo(3, at=taken.astimezone(CST).replace(tzinfo=None), place=PLACE)
    [one] = await shown(work, case, data=camera)
    assert (one.taken_at, one.timed_by, one.placed_by) == (taken.replace(microsecond=0), "camera", "camera")
    assert (away_m(one, *PLACE) or 0) < 1
    given = await shown(work, case, 61, data=camera, taken_at=later(1e6), lon=115.0, lat=35.0)
    assert (given[1].taken_at, given[1].timed_by, given[1].lon, given[1].placed_by) == (
        later(61),
        "given",
        115.0,
        "given",
    )
    bare = await shown(work, case, 62)
    assert (bare[2].taken_at, bare[2].timed_by, bare[2].lon, away_m(bare[2], *PLACE)) == (
        later(62),
        "receipt",
        None,
        None,
    )


async def test_a_handler_gives_no_picture_of_a_check_and_nobody_unknown_either(work: Connection) -> None:
    case = await at_work(work)

    async def given(role: str, who: object, hand: object = None) -> None:
        author = CITIZEN if who is None else actions.author_of(who)  # type: ignore[arg-type] # an actor
        new = NewPicture(uuid4(), role, photo(), START)
        await actions.add_picture(work, case.id, new, author, later(9), hand=hand)  # type: ignore[arg-type] # a hand

    await given("after", WATER_DESK)
    await given("report", None)
    await given("check", OTHER_DESK, actions.hand_of(OTHER_DESK))
    colleague = actions.hand_of(WATER_DESK)
    for role, who, hand in (
        ("check", WATER_DESK, None),
        ("verify", None, None),
        ("check", FIRE_DESK, colleague),
    ):
        with pytest.raises(NotAllowed):
            await given(role, who, hand)
    assert len(await queries.pictures(work, case.id)) == 3


async def test_who_does_not_see_the_case_neither_gives_nor_sees_a_picture(work: Connection) -> None:
    stranger = actor_of(await add_person(work, "walker", Role.FIELD_WORKER, OTHER_TOWN))
    case = await at_work(work)
    [one] = await shown(work, case)
    await set_scope(work, stranger.scope.settings())
    assert await queries.pictures(work, case.id) == []
    kept = await (await work.execute("select count(*)::int as n from case_jpeg")).fetchone()
    assert kept == {"n": 0}
    with pytest.raises(NotFound):
        await queries.jpeg(work, case.id, one.id)
    with pytest.raises(NotFound):
        await shown(work, case)


async def test_a_case_has_so_many_pictures_and_a_joined_one_takes_none(
    work: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mudan.core.cases.actions.showing.MOST", 2)
    case, main = await reported(work), await reported(work)
    for _ in range(2):
        await shown(work, case)
    with pytest.raises(Conflict, match="at most"):
        await shown(work, case)
    await step(work, case, "merge", main=main.id)
    with pytest.raises(Conflict, match="joined"):
        await shown(work, case)


@pytest.mark.parametrize("data", BAD.values(), ids=BAD.keys())
@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's remarks on what it skips
def test_what_is_no_picture_or_more_than_one_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid) as caught:
        drawing(data)
    assert caught.value.field == "file"


def test_roles_and_half_places_are_refused() -> None:
    for wrong in ({"role": "selfie"}, {"lon": 115.0}, {"lat": 35.0}):
        with pytest.raises(Invalid):
            NewPicture(**{"id": uuid4(), "role": "report", "data": b"", **wrong})  # type: ignore[arg-type] # by name
    assert set(model.ROLE_WORDS) == set(model.ROLES)


def test_a_picture_stored_again_is_nearly_the_same_and_another_is_not() -> None:
    first = drawing(photo(1))
    again = drawing(stored_again(photo(1)))
    assert first.hash != again.hash
    assert nearly_same(first.likeness, again.likeness)
    others = [drawing(photo(seed)).likeness for seed in range(2, 30)]
    assert not any(nearly_same(first.likeness, one) for one in others)


def test_nonsense_of_a_camera_is_no_place_and_no_time() -> None:
    image, exif = Image.new("RGB", (8, 8)), Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "0000:00:00 00:00:00"
    exif.get_ifd(0x8825).update({1: "N", 2: (95.0, 0.0, 0.0), 3: "E", 4: (115.0, 0.0, 0.0)})
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    taking = original_taking(out.getvalue())
    assert (taking.at, taking.lon, taking.lat) == (None, None, None)
    assert original_taking(b"nothing").at is None
