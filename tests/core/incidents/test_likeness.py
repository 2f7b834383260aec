"""Is a second call about the same matter recognised, with its reasons, and another matter left alone?"""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudan.core.incidents import actions, queries
from mudan.core.incidents.model import KINDS, Account, account_of, alike
from mudan.core.incidents.model.likeness import FAMILIES, NEAR_M, SUGGESTED, overlap
from mudan.storage.pool import Connection
from tests.core.county import PLACE, actor, later, open_incident
from tests.database import START

pytestmark = pytest.mark.anyio
DAY = timedelta(days=1)


def _call(
    kind: str = "fire", lon: float | None = PLACE[0], lat: float | None = PLACE[1], words: str = "冒烟"
) -> Account:
    return Account(kind, later(600), lon, lat, words)


async def test_the_fortieth_call_finds_the_one_incident(work: Connection) -> None:
    fire = await open_incident(work, kind="fire", title="桥头仓库火灾")
    [like] = alike(_call(lon=PLACE[0] + 0.001), await queries.comparable(work, START, DAY))
    assert like.incident.id == fire.id
    assert like.score > 0.8
    assert like.distance_m == pytest.approx(91, abs=5)
    assert like.reasons[0].zh == "同为火灾"


@pytest.mark.parametrize(
    "call", [_call(lon=PLACE[0] + 0.1), _call("crowd"), Account("fire", later(9 * 3600), *PLACE, "")]
)
async def test_far_away_of_another_kind_or_long_after_is_another_matter(
    work: Connection, call: Account
) -> None:
    await open_incident(work, kind="elder_help" if call.kind == "crowd" else "fire", title="桥头仓库火灾")
    found = alike(call, await queries.comparable(work, START, DAY))
    assert [like for like in found if like.score > 0.8] == []
    assert call.kind == "crowd" or found == []


async def test_without_coordinates_the_words_of_the_place_tell(work: Connection) -> None:
    await open_incident(work, kind="fire", title="桥头仓库火灾", lon=None, lat=None, address="桥头镇仓库")
    found = await queries.comparable(work, START, DAY)
    assert alike(_call(lon=None, lat=None, words="桥头镇 仓库 火灾"), found)
    assert not alike(_call(lon=None, lat=None, words="县医院"), found)


async def test_recently_closed_ones_are_offered_and_merged_or_void_ones_not(work: Connection) -> None:
    who = actor()
    closed, void, one, two = [await open_incident(work, kind="fire", title=f"火灾{n}") for n in range(4)]
    await actions.close(work, closed.id, "resolved", "灭", closed.version, who, later(1))
    await actions.void(work, void.id, "误", void.version, who, later(1))
    await actions.merge(work, one.id, two.id, one.version, "同", who, later(1))
    found = alike(_call(), await queries.comparable(work, START, DAY))
    assert {like.incident.id for like in found} == {closed.id, two.id}


async def test_what_was_told_apart_is_not_suggested_again(work: Connection) -> None:
    one, other = await open_incident(work), await open_incident(work)
    assert alike(account_of(one), await queries.comparable(work, START, DAY, besides=one.id))
    await actions.tell_apart(work, other.id, one.id, actor(), later(1))
    for which in (one, other):
        assert alike(account_of(which), await queries.comparable(work, START, DAY, besides=which.id)) == []


def test_every_kind_has_a_distance() -> None:
    assert set(NEAR_M) == set(KINDS)
    assert all(family <= set(KINDS) for family in FAMILIES)
    assert 0 < SUGGESTED < 1


@given(st.text(max_size=30), st.text(max_size=30))
def test_words_are_as_alike_one_way_as_the_other(one: str, other: str) -> None:
    assert overlap(one, other) == overlap(other, one)
    assert 0 <= overlap(one, other) <= 1
