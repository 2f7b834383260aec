"""Are cases of different classes that may have one cause found, with what speaks for it, and never those told apart?"""

from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mudan.core.cases import actions, queries
from mudan.core.cases.actions import Telling
from mudan.core.cases.model import known
from mudan.core.cases.model.causes import Cause, Seen, Sign, cause_faults, clusters
from mudan.core.cases.model.common_causes import CAUSES
from mudan.core.cases.model.known import cause_named, known_causes, learn
from mudan.primitives.errors import Conflict, Invalid
from mudan.primitives.geo import Point, distance_m
from mudan.primitives.text import Text
from mudan.run.discover import _between, declared, platforms, validate
from mudan.storage.pool import Connection
from tests.core.cases.desk import DESK, reported, step
from tests.core.county import PLACE, later
from tests.database import START

BURST = Cause(
    "burst", Text("爆管", "burst"), (Sign("a", "01"), Sign("a", "02"), Sign("b", "01", itself=True)), 300.0, 12.0
)  # fmt: skip


def seen(
    n: int = 0, kind: str = "a", code: str = "01", east: float = 0, hours: float = 0, **more: object
) -> Seen:
    """A case `east` degrees beside the usual place, hours after the start."""
    given: dict[str, object] = {
        "id": UUID(int=n + 1), "number": f"N{n:03}", "type": kind, "class_code": code, "lon": PLACE[0] + east,
        "lat": PLACE[1], "at": START + timedelta(hours=hours), **more,
    }  # fmt: skip
    return Seen(**given)  # type: ignore[arg-type] # a test's shorthand


@st.composite
def counties(draw: st.DrawFn) -> list[Seen]:
    """Up to 25 cases around one place within two days."""
    return [
        seen(
            n, draw(st.sampled_from(["a", "b", "c"])), draw(st.sampled_from(["01", "02", "03"])),
            draw(st.integers(0, 12)) / 1000, draw(st.integers(0, 48)) / 2,
            reporters=frozenset(draw(st.sets(st.sampled_from("xyz"), max_size=2))),
        )
        for n in range(draw(st.integers(0, 25)))
    ]  # fmt: skip


@given(
    county=counties(),
    seed=st.integers(0, 99),
    told=st.sets(st.tuples(st.integers(1, 25), st.integers(1, 25))),
)
@settings(max_examples=200)
def test_what_is_suggested_lies_within_reach_time_and_table_and_was_not_told_apart(
    county: list[Seen], seed: int, told: set[tuple[int, int]]
) -> None:
    apart = {"burst": {frozenset((UUID(int=a), UUID(int=b))) for a, b in told if a != b}}
    found = clusters(county, [BURST], apart)
    mixed = Random(seed).sample(county, len(county))
    assert clusters(mixed, [BURST], apart) == found
    names = [one.id for cluster in found for one in cluster.members]
    assert len(names) == len(set(names))
    for cluster in found:
        first = cluster.members[0]
        assert len(cluster.members) >= BURST.least
        assert cluster.lead in {one.id for one in cluster.members}
        assert 0 <= cluster.score <= 1
        for one in cluster.members:
            assert (one.type, one.class_code) in {(sign.type, sign.code) for sign in BURST.signs}
            assert distance_m(Point(first.lon, first.lat), Point(one.lon, one.lat)) <= BURST.radius_m
            assert timedelta(0) <= one.at - first.at <= timedelta(hours=BURST.hours)
        kinds = {(one.type, one.class_code) for one in cluster.members}
        tellers = {teller for one in cluster.members for teller in one.reporters}
        assert len(kinds) > 1 or len(tellers) > 1
        two = {frozenset((one.id, other.id)) for one, other in combinations(cluster.members, 2)}
        assert not two & apart["burst"]


def test_the_case_that_names_the_cause_leads_and_the_reasons_are_said() -> None:
    county = [
        seen(0, reporters=frozenset("x"), department="roads"), seen(1, code="02", hours=2, reporters=frozenset("y")),
        seen(2, "b", hours=3, east=0.001, department="water"), seen(3, "c", hours=1), seen(4, hours=20),
    ]  # fmt: skip
    [cluster] = clusters(county, [BURST])
    assert [one.number for one in cluster.members] == ["N000", "N001", "N002"]
    assert cluster.lead == UUID(int=3)
    words = "；".join(reason.zh for reason in cluster.reasons)
    for part in ("3 件", "3 小时", "3 个类别", "2 名反映人", "2 个部门", "N002 直接反映"):
        assert part in words


def test_one_class_told_by_one_person_is_no_cluster_and_told_by_two_it_is() -> None:
    one = [seen(n, hours=n, reporters=frozenset("x")) for n in range(3)]
    assert clusters(one, [BURST]) == []
    assert len(clusters([*one, seen(5, hours=4, reporters=frozenset("y"))], [BURST])) == 1


def test_what_is_linked_already_is_suggested_again_only_with_somebody_new() -> None:
    lead = seen(0)
    linked = [seen(n, code="02", hours=n, lead=lead.id, cause="burst") for n in (1, 2)]
    assert clusters([lead, *linked], [BURST]) == []
    [again] = clusters([lead, *linked, seen(3, "b", hours=4)], [BURST])
    assert again.lead == lead.id
    assert (
        clusters([lead, *(seen(n, lead=lead.id, cause="other") for n in (1, 2)), seen(3, "b")], [BURST]) == []
    )


def test_five_thousand_cases_of_one_place_are_no_trouble() -> None:
    county = [seen(n, code=("01", "02")[n % 2], hours=n / 1000) for n in range(5000)]
    found = clusters(county, [BURST])
    assert (len(found), max(len(one.members) for one in found)) == (50, 30)


def test_the_table_of_causes_names_classes_that_there_are() -> None:
    types = {one.name: one for platform in platforms() for one in platform.cases}
    known = {name: frozenset(each.code for each in one.classes) for name, one in types.items()}
    assert cause_faults(CAUSES, known) == ()
    named = {sign.type for cause in CAUSES for sign in cause.signs}
    assert named - {"hotline"} <= set(known)
    wrong = Cause("x", Text("错", "x"), (Sign("a", "9"),), 0, 1)
    assert len(cause_faults([wrong, wrong], {"a": {"1"}})) == 7


def test_a_platform_brings_causes_of_its_own_and_faults_of_them_are_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(known, "_CAUSES", dict(known._CAUSES))  # other tests keep theirs
    tower = Cause(
        "tower",
        Text("基站断电", "tower without power"),
        (Sign("hotline", "0202"), Sign("hotline", "99")),
        500,
        6,
    )
    wrong = Cause("sewer", Text("错", "x"), (Sign("hotline", "0202"), Sign("hotline", "7")), 1, 1)
    assert _between([replace(declared("citizen"), causes=(tower,))]) == []
    problems = " ".join(_between([replace(declared("citizen"), causes=(tower, wrong))]))
    assert "'sewer' is declared twice" in problems
    assert "unknown class hotline 7" in problems
    untyped: Any = ("x",)
    assert "causes must be a tuple of Cause" in " ".join(
        validate(replace(declared("citizen"), causes=untyped))
    )
    before = known_causes()
    learn((), (tower,))
    assert cause_named("tower") is tower
    assert known_causes() == (*before, tower)


@pytest.mark.anyio
async def test_cases_are_linked_stay_their_own_and_are_freed_again(work: Connection) -> None:
    site = cause_named("building_site")
    lead, *others = [
        await reported(work, at=n, class_code=code) for n, code in enumerate(("03", "0102", "03"))
    ]
    rows = await queries.seen(work, 0, CAUSES, START - timedelta(days=1))
    assert {row.id for row in rows} >= {lead.id}
    names = [one.id for one in others]
    for _ in range(2):
        made = await actions.tie(work, site, lead.id, [lead.id, *names], DESK, later(60))
    assert (made.id, made.state, made.version) == (lead.id, "reported", 3)
    assert set(await queries.followers(work, lead.id)) == set(names)
    assert [line.kind for line in await queries.history(work, others[0].id)] == ["report", "tied"]
    with pytest.raises(Conflict, match="linked"):
        await actions.tie(work, site, others[0].id, [others[1].id], DESK, later(70))
    third = await reported(work, at=80)
    with pytest.raises(Conflict, match="leads other cases"):
        await actions.tie(work, site, third.id, [lead.id], DESK, later(90))
    with pytest.raises(Invalid):
        await actions.tie(work, site, third.id, [third.id], DESK, later(90))
    for _ in range(2):
        await actions.untie(work, others[0].id, DESK, later(100))
    assert await queries.followers(work, lead.id) == [others[1].id]
    merged = await reported(work, at=110)
    await step(work, merged, "accept", at=120)
    await step(work, merged, "merge", at=130, main=third.id)
    with pytest.raises(Conflict, match="joined another"):
        await actions.tie(work, site, lead.id, [merged.id], DESK, later(140))


@pytest.mark.anyio
async def test_what_was_told_apart_is_not_suggested_until_it_is_taken_back(work: Connection) -> None:
    cases = [await reported(work, at=n, class_code=code) for n, code in enumerate(("03", "0102", "0102"))]

    async def suggested() -> list[str]:
        rows = await queries.seen(work, 0, CAUSES, START - timedelta(days=1))
        told = queries.pairs(await queries.aparts(work, 0, START))
        return [one.cause.name for one in clusters(rows, CAUSES, told)]

    assert await suggested() == ["building_site"]
    told = Telling(uuid4(), "building_site", tuple(one.id for one in cases), "两处工地")
    for _ in range(2):
        await actions.tell_apart(work, told, cause_named("building_site"), DESK, later(60))
    assert await suggested() == []
    assert [line.kind for line in await queries.history(work, cases[0].id)] == ["report", "apart"]
    await actions.withdraw_apart(work, told.id, DESK, later(70))
    assert await suggested() == ["building_site"]
    with pytest.raises(Invalid):
        await actions.tell_apart(
            work, Telling(uuid4(), "x", (cases[0].id,), ""), cause_named("sewer"), DESK, later(80)
        )
