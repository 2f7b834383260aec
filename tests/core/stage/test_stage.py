"""Is the county's stage only ever set by a person, told with its exact time, and advised by what is open?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudan.core.people.model import Role
from mudan.core.stage import actions, queries
from mudan.core.stage.model import Setting, StageKind, advised
from mudan.primitives.errors import Conflict, Invalid, NotAllowed
from mudan.primitives.text import Text
from mudan.storage.pool import Connection, set_scope
from tests.core.county import actor, later, open_incident
from tests.database import COUNTY, TOWN

pytestmark = pytest.mark.anyio
WHO = actor(Role.LEADER)
WORD = Text("词", "word")
KINDS = [
    StageKind(1, WORD, WORD, (), example=True),
    StageKind(2, WORD, WORD, ((3, 1), (4, 3)), example=True),
    StageKind(3, WORD, WORD, ((2, 1),), example=True),
    StageKind(4, WORD, WORD, ((1, 1), (2, 3)), example=True),
    StageKind(5, WORD, WORD, ((1, 3),), example=True),
]


async def _set(work: Connection, number: int, seen: int = 0, at: float = 0) -> Setting:
    return await actions.set_stage(
        work, WHO, later(at), number=number, why="水位上涨", public_why="请远离河道", seen=seen
    )


async def test_incidents_advise_a_stage_and_never_set_it(work: Connection) -> None:
    kinds = await queries.kinds(work)
    assert [kind.number for kind in kinds] == [1, 2, 3, 4, 5]
    assert advised(kinds, await queries.grounds(work, 0, COUNTY)).number == 1
    await open_incident(work, level=2)
    await open_incident(work, level=1)
    advice = advised(kinds, await queries.grounds(work, 0, COUNTY))
    assert advice.number == 4
    assert advice.reasons[0].zh == "Ⅰ级及以上 1 起（达到 1 起）"
    assert await queries.current(work) is None


async def test_a_stage_holds_from_its_exact_time_and_the_history_stays(work: Connection) -> None:
    first = await _set(work, 3)
    second = await _set(work, 2, first.seq, 3600)
    assert (second.since, second.set_by, second.why) == (later(3600), WHO.name, "水位上涨")
    assert [one.number for one in await queries.settings(work, 0)] == [2, 3]
    assert await queries.current(work) == second


async def test_two_who_set_at_once_do_not_overwrite_each_other(work: Connection) -> None:
    await _set(work, 3)
    with pytest.raises(Conflict):
        await _set(work, 4)
    with pytest.raises(Conflict):
        await _set(work, 3, (await _newest(work)).seq)


async def _newest(work: Connection) -> Setting:
    found = await queries.current(work)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("number", "why", "public_why", "at"),
    [(6, "x", "y", 0), (2, " ", "y", 0), (2, "x", " ", 0), (2, "x", "y", 60), (2, "x", "y", -90_000)],
)
async def test_a_stage_without_words_or_out_of_time_is_refused(
    work: Connection, number: int, why: str, public_why: str, at: float
) -> None:
    with pytest.raises(Invalid):
        await actions.set_stage(
            work, WHO, later(0), number=number, why=why, public_why=public_why, seen=0, since=later(at)
        )


async def test_a_town_reads_the_stage_and_does_not_set_it(work: Connection) -> None:
    await _set(work, 3)
    town = actor(Role.DUTY_OFFICER, TOWN)
    await set_scope(work, town.scope.settings())
    newest = await _newest(work)
    with pytest.raises(NotAllowed):
        await actions.set_stage(
            work, town, later(9), number=1, why="x", public_why="y", seen=newest.seq, since=later(9)
        )


async def test_an_exercise_has_a_stage_of_its_own(work: Connection) -> None:
    await work.execute("insert into space (id, name) values (7, '演练')")
    await work.execute("insert into stage (space, area_code, number, since, set_at, set_by, why, public_why, advised)"
                       " values (7, %s, 5, now(), now(), 'x', 'x', 'x', 5)", (COUNTY,))  # fmt: skip
    assert await queries.current(work, 0) is None
    await set_scope(work, WHO.scope.settings())
    assert await queries.current(work, 7) is None, "reality does not even see it"


async def test_the_county_sets_its_own_words(work: Connection) -> None:
    await actions.put_kind(work, WHO, 2, Text("留意", "Heed"), Text("请留意", "Take heed"), [(4, 1)])
    [kind] = [one for one in await queries.kinds(work) if one.number == 2]
    assert (kind.name.zh, kind.advise, kind.example) == ("留意", ((4, 1),), False)
    for number, advise in ((9, [(4, 1)]), (2, [(0, 1)]), (2, [(1, 0)])):
        with pytest.raises(Invalid):
            await actions.put_kind(work, WHO, number, WORD, WORD, advise)


@given(st.dictionaries(st.integers(1, 4), st.integers(0, 5)), st.integers(1, 4))
def test_one_more_or_graver_ground_never_lowers_the_advice(levels: dict[int, int], level: int) -> None:
    before = advised(KINDS, levels).number
    assert advised(KINDS, levels | {level: levels.get(level, 0) + 1}).number >= before
    if level > 1 and levels.get(level, 0) > 0:
        graver = levels | {level: levels[level] - 1, level - 1: levels.get(level - 1, 0) + 1}
        assert advised(KINDS, graver).number >= before
