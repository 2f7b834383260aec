"""Is doubtful proof written on the case, and does only a new look or somebody's reason take it off?"""

import io
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from mudan.core.cases import actions, queries
from mudan.core.cases.model.chart import Deed, Hand, Situation, after, decide
from mudan.core.cases.model.examples import HOTLINE
from mudan.core.cases.model.pictures import NewPicture, Picture
from mudan.core.cases.model.proof import (
    DEEDS,
    Flag,
    Place,
    Work,
    doubts,
    first_seen,
    new_look,
    roles_of,
    same_time_of_day,
    work_of,
)
from mudan.core.cases.model.types import Proof
from mudan.core.cases.model.words import Case, CaseEvent
from mudan.core.cases.queries import Wanted
from mudan.core.people.model import Actor
from mudan.primitives.errors import Conflict, Invalid, NotAllowed
from mudan.primitives.pictures import drawing, is_plain
from mudan.primitives.text import Text
from mudan.storage.pool import Connection, set_scope
from tests.core.cases.desk import DESK, LEADER, OTHER_DESK, WALKER, WATER_DESK, at_work, reported, step
from tests.core.cases.photos import photo, stored_again
from tests.core.county import PLACE, later
from tests.database import START

pytestmark = pytest.mark.anyio
HERE, DAY = Place(*PLACE), 86_400
NORTH_200_M = (PLACE[0], PLACE[1] + 0.0018)
BEGAN = Work(START)
CHECKER = UUID(int=9)


def taken(
    role: str = "after",
    at: float = 60,
    place: tuple[float, float] | None = PLACE,
    data: bytes | None = None,
    **more: object,
) -> Picture:
    """A picture as the case has it, taken and received `at` seconds after the start."""
    drawn = drawing(photo(7) if data is None else data)
    lon, lat = place or (None, None)
    made = Picture(
        uuid4(), role, later(at), "given", later(at), lon, lat, None if place is None else "given", "甲", None,
        drawn.hash, drawn.likeness, 320, 240,
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type] # by name


def kinds(*pictures: Picture, work: Work = BEGAN, place: Place = HERE, event: str = "answer") -> list[str]:
    """What speaks against the proof of a step."""
    return [doubt.kind for doubt in doubts(HOTLINE, event, pictures, work, place)]


def test_a_new_picture_from_the_place_after_the_work_began_is_proof() -> None:
    assert kinds(taken()) == []
    assert kinds(taken("check"), event="pass") == []
    assert kinds(event="check") == []


@pytest.mark.parametrize(
    ("pictures", "found"),
    [
        ([], ["missing"]),
        ([taken("report")], ["missing"]),
        ([taken(place=None)], ["unplaced"]),
        ([taken(place=NORTH_200_M)], ["far"]),
        ([taken(at=-600)], ["early"]),
        ([taken("report", -900, data=photo(3)), taken(data=photo(3))], ["again"]),
        ([taken("report", -900, data=photo(3)), taken(data=stored_again(photo(3)))], ["again"]),
        ([taken("report", -900, data=photo(3)), taken(data=photo(4))], []),
        ([taken(at=-600, place=NORTH_200_M)], ["far", "early"]),
        ([taken(at=-60)], []),
    ],
)
def test_what_speaks_against_a_proof_is_said(pictures: list[Picture], found: list[str]) -> None:
    assert kinds(*pictures) == found


def test_a_case_without_a_place_asks_for_no_place() -> None:
    assert kinds(taken(place=None), taken(place=NORTH_200_M, data=photo(5)), place=Place(None, None)) == []


def test_what_was_shown_for_work_that_failed_does_not_count_again() -> None:
    first, again = taken(at=60), taken(at=900)
    work = Work(later(600), later(120))
    assert kinds(first, work=work) == ["missing"]
    assert kinds(first, again, work=work) == ["again"]
    assert kinds(first, taken(at=900, data=photo(8)), work=work) == []


def test_the_same_picture_twice_is_one() -> None:
    two = replace(HOTLINE, proofs=(Proof("after", Text("处置后", "after"), "answer", least=2),))
    both = (taken(), taken(at=90))
    assert [doubt.kind for doubt in doubts(two, "answer", both, BEGAN, HERE)] == ["missing"]


def test_a_checker_who_shows_the_handlers_picture_is_found() -> None:
    assert kinds(taken("after", 60), taken("check", 900), work=Work(later(600)), event="pass") == ["again"]


def test_work_begins_when_the_case_came_where_it_stands() -> None:
    def line(at: float, kind: str, origin: str, to: str) -> CaseEvent:
        return CaseEvent(1, later(at), kind, origin, to, "甲", Text("", ""), {})

    lines = [line(1, "sign", "assigned", "handling"), line(2, "join", "handling", "handling"),
             line(3, "answer", "handling", "answered"), line(4, "fail", "checking", "handling")]  # fmt: skip
    assert work_of(lines, "handling", "answer", START) == Work(later(4), later(3))
    assert work_of([], "reported", "accept", START) == Work(START)


def test_which_pictures_count_follows_the_proof() -> None:
    title = Text("", "")
    assert roles_of(Proof("after", title, "answer")) == {"after"}
    assert roles_of(Proof("done", title, "answer", roles=("near", "far"))) == {"near", "far"}
    assert roles_of(Proof("anything", title, "answer")) == DEEDS


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2026-11-23T01:00:00+00:00", "2026-12-24T01:59:00+00:00", True),
        ("2026-11-23T01:00:00+00:00", "2026-11-24T02:01:00+00:00", False),
        ("2026-11-23T15:50:00+00:00", "2026-11-25T16:10:00+00:00", True),
    ],
    ids=["an hour", "more than an hour", "over midnight in the county"],
)
def test_the_same_time_of_day_is_the_countys(one: str, other: str, same: bool) -> None:
    assert same_time_of_day(datetime.fromisoformat(one), datetime.fromisoformat(other), 60) is same


FLAG = Flag(1, later(100), "answer", "after", "missing", Text("", ""), None, None, None, None, "")
GOOD = taken("check", DAY + 600, given_by_id=CHECKER)


@pytest.mark.parametrize(
    ("picture", "counts"),
    [
        (GOOD, True), (replace(GOOD, role="verify"), True), (replace(GOOD, role="after"), False),
        (replace(GOOD, given_by_id=None), False), (replace(GOOD, given_by_id=UUID(int=1)), False),
        (replace(GOOD, taken_at=later(90)), False), (replace(GOOD, taken_at=later(DAY + 7200)), False),
        (replace(GOOD, lat=NORTH_200_M[1]), False), (replace(GOOD, lon=None, lat=None), False),
    ],
    ids=["a check", "a verification", "a handler's role", "nobody's", "a handler's", "before the doubt", "another time",
         "elsewhere", "nowhere"],
)  # fmt: skip
def test_a_new_look_is_a_check_at_the_place_at_that_time_of_day_by_another(
    picture: Picture, counts: bool
) -> None:
    now = Situation("checking", "public", handlers=frozenset({UUID(int=1)}), flags=1)
    found = new_look(HOTLINE, now, [picture], [FLAG], START, HERE)
    assert (found is not None) is counts
    old = taken("after", 60, data=photo(7))
    assert new_look(HOTLINE, now, [old, picture], [FLAG], START, HERE) is None


def test_the_matter_was_seen_when_the_first_picture_was_taken() -> None:
    assert first_seen([taken(), taken("before", -7200), taken("report", -3600)], START) == later(-7200)
    assert first_seen([taken()], START) == START


def test_the_chart_closes_no_case_in_doubt_without_a_reason() -> None:
    now, hand = Situation("checking", "collector", flags=2), Hand(CHECKER, "duty_officer")
    with pytest.raises(Invalid, match="doubt"):
        decide(HOTLINE, now, Deed("pass"), hand)
    for deed in (Deed("pass", "看过"), Deed("pass", looked=True), Deed("pass", "看过", doubts=1)):
        way = decide(HOTLINE, now, deed, hand)
        assert after(HOTLINE, now, way, deed, hand).flags == deed.doubts
    failed = Deed("fail", "松动")
    assert after(HOTLINE, now, decide(HOTLINE, now, failed, hand), failed, hand).flags == 0


async def shown(work: Connection, case: Case, role: str, who: Actor, at: float, seed: int = 1) -> Case:
    """Somebody gives a picture taken there and then."""
    new = NewPicture(uuid4(), role, photo(seed), later(at), *PLACE)
    hand = actions.hand_of(who)
    return await actions.add_picture(work, case.id, new, actions.author_of(who), later(at), hand=hand)


async def test_an_answer_without_a_picture_is_taken_and_flagged_shown_and_counted(work: Connection) -> None:
    case = await at_work(work)
    answered = await step(work, case, "answer", WATER_DESK, 1500)
    assert (answered.state, answered.situation.flags) == ("answered", 1)
    [flag] = await queries.flags(work, case.id)
    assert (flag.kind, flag.event, flag.at, flag.settled_at) == ("missing", "answer", later(1500), None)
    assert (await queries.history(work, case.id))[-1].detail["flags"] == ["missing"]
    items, total = await queries.page(work, DESK, Wanted(state="flagged"), later(1600))
    assert (total, items[0].id) == (1, case.id)
    await step(work, case, "check", at=1800)
    with pytest.raises(Invalid, match="doubt"):
        await step(work, case, "pass", OTHER_DESK, 2000)
    closed = await step(work, case, "pass", OTHER_DESK, 2000, reason="现场查看合格")
    first, second = await queries.flags(work, case.id)
    assert (first.settled_how, first.settled_by, first.reason) == ("reason", OTHER_DESK.name, "现场查看合格")
    assert (second.event, second.settled_at, closed.situation.flags) == ("pass", None, 1)


async def test_good_pictures_leave_nothing_in_doubt(work: Connection) -> None:
    case = await at_work(work)
    await shown(work, case, "after", WATER_DESK, 1400, 1)
    await step(work, case, "answer", WATER_DESK, 1500)
    await step(work, case, "check", at=1800)
    await shown(work, case, "check", OTHER_DESK, 1900, 2)
    closed = await step(work, case, "pass", OTHER_DESK, 2000)
    assert (closed.state, closed.situation.flags, await queries.flags(work, case.id)) == ("evaluating", 0, [])


async def test_a_check_at_the_same_time_of_day_settles_what_is_in_doubt(work: Connection) -> None:
    case = await at_work(work)
    await step(work, case, "answer", WATER_DESK, 1500)
    await step(work, case, "check", at=1800)
    await shown(work, case, "check", OTHER_DESK, DAY + 600)
    closed = await step(work, case, "pass", OTHER_DESK, DAY + 900)
    [flag] = await queries.flags(work, case.id)
    assert (closed.state, closed.situation.flags, flag.settled_how) == ("evaluating", 0, "recheck")


async def test_doubts_end_beside_the_steps_by_a_look_or_a_named_reason_and_once(work: Connection) -> None:
    case = await at_work(work)
    await step(work, case, "answer", WATER_DESK, 1500)

    async def settled(who: Actor, reason: str = "", once: UUID | None = None, at: float = 1600) -> Case:
        known = await queries.one(work, case.id)
        return await actions.settle_flags(
            work,
            case.id,
            known.version,
            once or uuid4(),
            reason,
            actions.author_of(who),
            actions.hand_of(who),
            later(at),
        )

    with pytest.raises(NotAllowed, match="handled"):
        await settled(WATER_DESK, "好了")
    with pytest.raises(NotAllowed, match="picture"):
        await settled(WALKER, "好了")
    with pytest.raises(Invalid, match="doubt"):
        await settled(LEADER)
    once = uuid4()
    assert (await settled(LEADER, "视频核实", once)).situation.flags == 0
    assert (await settled(LEADER, "视频核实", once)).situation.flags == 0
    with pytest.raises(Conflict, match="nothing in doubt"):
        await settled(LEADER, "再来")
    kinds_told = [event.kind for event in await queries.history(work, case.id)]
    assert kinds_told.count("settle_flags") == 1
    await step(work, case, "check", at=1800)
    await step(work, case, "pass", OTHER_DESK, 2000)
    await shown(work, case, "check", OTHER_DESK, DAY + 600)
    assert (await settled(OTHER_DESK, at=DAY + 900)).situation.flags == 0
    assert [flag.settled_how for flag in await queries.flags(work, case.id)] == ["reason", "recheck"]


async def test_work_that_failed_or_is_reopened_begins_without_doubts(work: Connection) -> None:
    case = await at_work(work)
    await step(work, case, "answer", WATER_DESK, 1500)
    await step(work, case, "check", at=1800)
    failed = await step(work, case, "fail", OTHER_DESK, 2000, reason="没修好")
    assert failed.situation.flags == 0
    [flag] = await queries.flags(work, case.id)
    assert (flag.settled_how, flag.reason) == ("reason", "没修好")
    assert (await step(work, case, "answer", WATER_DESK, 2100)).situation.flags == 1
    await step(work, case, "force_close", LEADER, 2200, reason="拆迁")
    again = await step(work, case, "reopen", OTHER_DESK, 2300, reason="又坏了")
    assert again.situation.flags == 0


async def test_a_step_given_twice_is_flagged_once(work: Connection) -> None:
    case = await at_work(work)
    once = actions.Step("answer", case.version, uuid4())
    for _ in range(2):
        await actions.move(work, case.id, once, WATER_DESK, later(1500))
    assert len(await queries.flags(work, case.id)) == 1


async def answered(work: Connection, data: bytes, at: float = 2000) -> Case:
    """A case that the water bureau reports back with that picture, two kilometres from the others."""
    case = await at_work(work)
    new = NewPicture(uuid4(), "after", data, later(at), *PLACE)
    await actions.add_picture(work, case.id, new, actions.author_of(WATER_DESK), later(at))
    return await step(work, case, "answer", WATER_DESK, at + 60)


@pytest.mark.parametrize("again", [photo(11), stored_again(photo(11))])
async def test_a_picture_of_another_case_is_in_doubt_also_stored_again(
    work: Connection, again: bytes
) -> None:
    first = await answered(work, photo(11))
    other = await answered(work, photo(12))
    assert (first.situation.flags, other.situation.flags) == (0, 0)
    second = await answered(work, again, 3000)
    [flag] = await queries.flags(work, second.id)
    assert (flag.kind, flag.other_case, flag.other_number) == ("elsewhere", first.id, first.number)
    assert first.number in flag.text.zh
    assert [event.detail.get("flags") for event in await queries.history(work, second.id)][-1] == [
        "elsewhere"
    ]


async def test_who_does_not_see_the_other_case_is_told_its_number_in_words_without_a_way_there(
    work: Connection,
) -> None:
    first = await answered(work, photo(11))
    await step(work, first, "check", at=2100)
    second = await answered(work, photo(11), 3000)
    await work.execute("update case_file set department = null, area_code = '99' where id = %s", (first.id,))
    await set_scope(work, WATER_DESK.scope.settings())
    [flag] = await queries.flags(work, second.id)
    assert (flag.other_case, flag.other_number, first.number in flag.text.en) == (None, None, True)


async def test_a_merged_case_is_no_other_case_and_a_plain_picture_is_compared_whole(work: Connection) -> None:
    twin = await reported(work, source="collector")
    shown = NewPicture(uuid4(), "report", photo(11), START, *PLACE)
    await actions.add_picture(work, twin.id, shown, actions.author_of(DESK), START)
    main = await at_work(work)
    await step(work, twin, "accept", at=1300)
    await step(work, twin, "merge", at=1400, main=main.id)
    after = NewPicture(uuid4(), "after", photo(11), later(1500), *PLACE)
    await actions.add_picture(work, main.id, after, actions.author_of(WATER_DESK), later(1500))
    assert (await step(work, main, "answer", WATER_DESK, 1600)).situation.flags == 0
    night, fog = plain("black"), plain("grey")
    assert is_plain(drawing(night).likeness)
    assert drawing(night).likeness == drawing(fog).likeness
    await answered(work, night)
    assert (await answered(work, fog)).situation.flags == 0
    assert [flag.kind for flag in await queries.flags(work, (await answered(work, night)).id)] == [
        "elsewhere"
    ]


def plain(colour: str) -> bytes:
    """A picture on which nothing is to be seen."""
    out = io.BytesIO()
    Image.new("RGB", (320, 240), colour).save(out, "JPEG")
    return out.getvalue()


@given(likeness=st.binary(min_size=16, max_size=16), flips=st.sets(st.integers(0, 127), max_size=8))
def test_of_nine_parts_one_is_the_same_when_no_more_than_eight_bits_differ(
    likeness: bytes, flips: set[int]
) -> None:
    other = int.from_bytes(likeness, "big")
    for bit in flips:
        other ^= 1 << bit
    assert parts(likeness) & parts(other.to_bytes(16, "big"))


def parts(likeness: bytes) -> set[tuple[int, str]]:
    """As the database cuts it: eight parts of fourteen bits and one of sixteen."""
    bits = f"{int.from_bytes(likeness, 'big'):0128b}"
    return {(n, bits[n * 14 : n * 14 + (16 if n == 8 else 14)]) for n in range(9)}


async def test_the_database_cuts_a_likeness_so_too(work: Connection) -> None:
    likeness = drawing(photo(3)).likeness
    row = await (await work.execute("select mudan_likeness_parts(%s) as parts", (likeness,))).fetchone()
    assert row is not None
    assert row["parts"] == [n * 65536 + int(cut.ljust(16, "0"), 2) for n, cut in sorted(parts(likeness))]
