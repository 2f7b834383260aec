"""What silences an alarm, is the cause always in sight, and does what was silent come back?"""

from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudan.core.alarms import actions, queries
from mudan.core.alarms.actions import handle
from mudan.core.alarms.model import Action, Facts, Inhibition, Match, Suppression, inhibits
from mudan.core.people.model import Role
from mudan.primitives.errors import Conflict, Invalid, NotAllowed, NotFound
from mudan.primitives.text import Text
from mudan.storage.pool import Connection, set_scope
from tests.core.county import actor, add_entity, cross, later, raise_alarm
from tests.core.rules.bench import rule
from tests.database import OTHER_TOWN, TOWN

pytestmark = pytest.mark.anyio
CUT = rule(name="power.feeder_outage", level=2)
SILENT = rule(name="water.station_silent", level=4)
LIFE = rule(name="water.silent_siren_offline", level=4, life_safety=True)
_WORD = Text("词", "word")


async def _on_feeder(work: Connection, local: str, feeder: str = "F1", **more: Any) -> Any:
    return await add_entity(work, local, properties={"feeder": feeder}, **more)


async def _suppression(work: Connection, alarm: UUID) -> Suppression:
    return (await queries.one(work, alarm)).suppression


async def test_a_cause_silences_what_it_explains_and_stays_in_sight(work: Connection) -> None:
    substation, camera = await _on_feeder(work, "P1"), await _on_feeder(work, "C1")
    cause = await raise_alarm(work, substation, rule=CUT)
    silent = await raise_alarm(work, camera, rule=SILENT, at=5)
    elsewhere = await raise_alarm(work, await _on_feeder(work, "C2", "F2"), rule=SILENT, at=6)
    assert await _suppression(work, silent) is Suppression.BY_DESIGN
    assert await _suppression(work, cause) is Suppression.NONE
    assert await _suppression(work, elsewhere) is Suppression.NONE
    shown = await queries.one(work, silent)
    assert (shown.suppressed_by, bool(shown.suppressed_reason)) == (cause, True)
    counts = await queries.counts(work)
    assert (counts["standing"], counts["suppressed"]) == (2, 1)
    assert [one.id for one in (await queries.page(work, queries.Wanted("suppressed")))[0]] == [silent]


async def test_a_cause_that_is_noticed_later_silences_what_came_before(work: Connection) -> None:
    fresh = await raise_alarm(work, await _on_feeder(work, "C1"), rule=SILENT, at=400)
    old = await raise_alarm(work, await _on_feeder(work, "C2"), rule=SILENT, at=10)
    taken = await raise_alarm(work, await _on_feeder(work, "C3"), rule=SILENT, at=401)
    await handle(work, Action.ACKNOWLEDGE, [taken], actor(), later(402))
    await raise_alarm(work, await _on_feeder(work, "P1"), rule=CUT, at=420)
    assert await _suppression(work, fresh) is Suppression.BY_DESIGN
    assert {await _suppression(work, one) for one in (old, taken)} == {Suppression.NONE}


async def test_when_the_cause_is_gone_what_still_stands_calls(work: Connection) -> None:
    substation, camera, other = [await _on_feeder(work, name) for name in ("P1", "C1", "C2")]
    await raise_alarm(work, substation, rule=CUT)
    stands = await raise_alarm(work, camera, rule=SILENT, at=5)
    ended = await raise_alarm(work, other, rule=SILENT, at=6)
    await cross(work, other, active=False, at=7, rule=SILENT)
    assert (await queries.one(work, ended)).acknowledged
    await cross(work, substation, active=False, at=60, rule=CUT)
    shown = await queries.one(work, stands)
    assert (shown.suppression, shown.acknowledged, shown.annunciated_at) == (
        Suppression.NONE,
        False,
        later(60),
    )
    last = (await queries.events(work, stands))[-1]
    assert (last["kind"], last["detail"]["annunciated"]) == ("uninhibited", True)


async def test_with_two_causes_the_second_goes_on_silencing(work: Connection) -> None:
    first, second, camera = [await _on_feeder(work, name) for name in ("P1", "P2", "C1")]
    await raise_alarm(work, first, rule=CUT)
    other = await raise_alarm(work, second, rule=CUT, at=1)
    silent = await raise_alarm(work, camera, rule=SILENT, at=5)
    await cross(work, first, active=False, at=60, rule=CUT)
    assert (await queries.one(work, silent)).suppressed_by == other
    await cross(work, second, active=False, at=61, rule=CUT)
    assert await _suppression(work, silent) is Suppression.NONE


async def test_life_and_what_is_graver_are_never_silenced(work: Connection) -> None:
    await raise_alarm(work, await _on_feeder(work, "P1"), rule=CUT)
    siren = await raise_alarm(work, await _on_feeder(work, "C1"), rule=LIFE, at=5)
    grave = await raise_alarm(work, await _on_feeder(work, "C2"), rule=rule(name="x.silent", level=1), at=5)
    assert {await _suppression(work, one) for one in (siren, grave)} == {Suppression.NONE}


async def test_what_is_silent_by_design_cannot_be_shelved(work: Connection) -> None:
    await raise_alarm(work, await _on_feeder(work, "P1"), rule=CUT)
    silent = await raise_alarm(work, await _on_feeder(work, "C1"), rule=SILENT, at=5)
    handled = await handle(work, Action.SHELVE, [silent], actor(), later(6), minutes=5, reason="检修")
    assert [one for one, _ in handled.refused] == [silent]


async def test_inhibitions_are_data_with_a_version(work: Connection) -> None:
    made = Inhibition("own", _WORD, Match(rules=("a.*",)), Match(rules=("b.*",)), ("area",))
    await actions.set_inhibition(work, made, later(0), by="值班长", enabled=True, version=0)
    with pytest.raises(Conflict):
        await actions.set_inhibition(work, made, later(0), by="值班长", enabled=True, version=7)
    await actions.set_inhibition(work, made, later(0), by="值班长", enabled=False, version=1)
    assert "own" not in {one.name for one in await queries.inhibitions(work)}
    assert {row["name"]: row["version"] for row in await queries.kept_inhibitions(work)}["own"] == 2
    for wrong in (
        Inhibition("w", _WORD, Match(), Match(rules=("b",)), ("area",)),
        Inhibition("w", _WORD, Match(rules=("a",)), Match(), ("area",)),
        Inhibition("w", _WORD, Match(rules=("a",)), Match(rules=("b",)), ()),
    ):
        with pytest.raises(Invalid):
            await actions.set_inhibition(work, wrong, later(0), by="值班长", enabled=True, version=0)


_NAMES = st.sampled_from(["a.silent", "a.gateway_silent", "b.outage", "b.high"])
_FACTS = st.builds(
    Facts, id=st.builds(uuid4), rule=_NAMES, platform=st.just("a"), entity=st.integers(1, 2),
    entity_type=st.just("T"), family=st.just("other"), level=st.integers(1, 4), area_code=st.just("3"),
    life_safety=st.booleans(), properties=st.dictionaries(st.just("feeder"), st.sampled_from(["F1", "F2"]), max_size=1),
)  # fmt: skip
_MATCHES = st.builds(
    Match, rules=st.lists(st.sampled_from(["*silent", "*gateway*", "*outage", "*"]), max_size=2).map(tuple),
    levels=st.lists(st.integers(1, 4), max_size=2).map(tuple),
)  # fmt: skip


@given(
    source=_MATCHES,
    target=_MATCHES,
    one=_FACTS,
    other=_FACTS,
    equal=st.sampled_from([("entity",), ("feeder",)]),
)
def test_two_alarms_never_silence_each_other_and_life_is_never_silent(
    source: Match, target: Match, one: Facts, other: Facts, equal: tuple[str, ...]
) -> None:
    rule_ = Inhibition("x", _WORD, source, target, equal)
    assert not (inhibits(rule_, one, other) and inhibits(rule_, other, one))
    assert not inhibits(rule_, one, one)
    if inhibits(rule_, one, other):
        assert not other.life_safety
        assert one.label(equal[0]) == other.label(equal[0]) is not None
        assert one.level <= other.level or one.entity == other.entity


async def test_an_operator_shelves_for_an_hour_and_the_shift_lead_for_twelve(work: Connection) -> None:
    alarm = await raise_alarm(work)
    operator = actor(Role.DISPATCHER)
    for minutes, fine in ((61, False), (60, True)):
        handled = await handle(
            work, Action.SHELVE, [alarm], operator, later(1), minutes=minutes, reason="检修"
        )
        assert bool(handled.done) is fine
    await handle(work, Action.UNSHELVE, [alarm], operator, later(2))
    assert (await handle(work, Action.SHELVE, [alarm], actor(), later(3), minutes=720, reason="检修")).done


async def _asked(work: Connection, alarm: UUID, who: Any, hours: float = 2) -> Any:
    return await actions.ask_outage(
        work, alarm, who, later(1), reason="换探头", work_order="W-7", hours=hours
    )


async def test_out_of_service_is_asked_by_one_and_approved_by_another(work: Connection) -> None:
    alarm, fitter = await raise_alarm(work), actor()
    outage = await _asked(work, alarm, fitter)
    assert await _suppression(work, alarm) is Suppression.NONE
    with pytest.raises(NotAllowed):
        await actions.decide_outage(work, outage.id, fitter, later(2), approve=True, note="", version=1)
    with pytest.raises(Conflict):
        await _asked(work, alarm, fitter)
    approved, silenced = await actions.decide_outage(
        work, outage.id, actor(), later(2), approve=True, note="", version=1
    )
    assert (approved.state, silenced) == ("approved", alarm)
    assert await _suppression(work, alarm) is Suppression.OUT_OF_SERVICE


async def test_while_out_of_service_new_alarms_of_it_are_silent_and_come_back_with_the_test(
    work: Connection,
) -> None:
    station = await add_entity(work)
    alarm = await raise_alarm(work, station)
    outage = await _asked(work, alarm, actor())
    await actions.decide_outage(work, outage.id, actor(), later(2), approve=True, note="", version=1)
    await handle(work, Action.ACKNOWLEDGE, [alarm], actor(), later(3))
    await cross(work, station, active=False, at=5)
    again = await raise_alarm(work, station, at=9)
    assert await _suppression(work, again) is Suppression.OUT_OF_SERVICE
    with pytest.raises(Invalid):
        await actions.return_outage(work, outage.id, actor(), later(20), test_result=" ", version=2)
    back, called = await actions.return_outage(
        work, outage.id, actor(), later(20), test_result="正常", version=2
    )
    assert (back.state, again in called) == ("returned", True)
    assert await _suppression(work, again) is Suppression.NONE
    assert await _suppression(work, await raise_alarm(work, at=30)) is Suppression.NONE


async def test_an_outage_ends_with_its_time(work: Connection) -> None:
    alarm = await raise_alarm(work)
    outage = await _asked(work, alarm, actor(), hours=1)
    await actions.decide_outage(work, outage.id, actor(), later(2), approve=True, note="", version=1)
    await actions.tick(work, later(3_600))
    assert await _suppression(work, alarm) is Suppression.OUT_OF_SERVICE
    await actions.tick(work, later(3_602))
    assert await _suppression(work, alarm) is Suppression.NONE
    assert (await queries.outages(work, ended=True))[0].state == "returned"


async def test_a_refused_outage_says_why_and_silences_nothing(work: Connection) -> None:
    alarm = await raise_alarm(work)
    outage = await _asked(work, alarm, actor())
    with pytest.raises(Invalid):
        await actions.decide_outage(work, outage.id, actor(), later(2), approve=False, note="", version=1)
    await actions.decide_outage(work, outage.id, actor(), later(2), approve=False, note="汛期不停", version=1)
    assert await _suppression(work, alarm) is Suppression.NONE
    assert await queries.outages(work) == []
    assert (await _asked(work, alarm, actor())).state == "asked"


async def test_outages_of_elsewhere_are_not_there(work: Connection) -> None:
    alarm = await raise_alarm(work, await add_entity(work, "far", area_code=OTHER_TOWN))
    outage = await _asked(work, alarm, actor())
    await set_scope(work, actor(area=TOWN).scope.settings())
    with pytest.raises(NotFound):
        await queries.outage(work, outage.id)
