"""Is logic over what is known and unknown right, and may levels move as the plan says?"""

from datetime import timedelta
from itertools import product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mudan.core.plans.model.advice import additions, advice, move_refusal, starts_itself
from mudan.core.plans.model.conditions import Group
from mudan.core.plans.model.diff import diff
from mudan.core.plans.model.judge import Memory, Outcome, kept, truth
from mudan.core.plans.model.reading import plan_of
from mudan.core.plans.model.wire import memories_json, memories_of
from mudan.core.plans.model.world import MatterFacts, Seen, Subject, World
from mudan.core.rules.model import Level
from mudan.playbooks import texts
from mudan.primitives.text import Text
from tests.core.plans.bench import SMALL, small_plan
from tests.database import START

WORD = Text("甲", "a")
NAMES = ("a", "b", "c")


def _parts(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(inner, min_size=1, max_size=3)


def _logic() -> st.SearchStrategy[Any]:
    leaf = st.sampled_from(NAMES)
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            _parts(inner).map(lambda p: {"all": p}),
            _parts(inner).map(lambda p: {"any": p}),
            _parts(inner).map(lambda p: {"k_of_n": {"k": 1 + len(p) // 2, "of": p}}),
            inner.map(lambda p: {"not": p}),
        ),
        max_leaves=8,
    )


def _read(logic: Any) -> Any:
    return Group.model_validate({"says": {"zh": "甲", "en": "a"}, "when": logic}).when


def _outcomes(values: dict[str, bool | None]) -> dict[str, Outcome]:
    return {name: Outcome(name, WORD, value) for name, value in values.items()}


@given(_logic(), st.tuples(*[st.sampled_from([True, False, None])] * 3))
def test_what_logic_knows_is_true_whatever_the_unknown_turns_out_to_be(
    logic: Any, values: tuple[bool | None, ...]
) -> None:
    read, given_values = _read(logic), dict(zip(NAMES, values, strict=True))
    known = truth(read, _outcomes(given_values))
    unknown = [name for name in NAMES if given_values[name] is None]
    for filled in product((True, False), repeat=len(unknown)):
        certain = truth(read, _outcomes(given_values | dict(zip(unknown, filled, strict=True))))
        assert certain is not None
        assert known is None or known == certain


@given(
    st.lists(st.tuples(st.integers(1, 600), st.sampled_from([True, False, None])), max_size=40),
    st.integers(0, 1200),
)
def test_what_holds_was_true_for_its_hold_and_never_false_since(
    steps: list[tuple[int, bool | None]], hold_s: int
) -> None:
    memory, now, hold = Memory(), START, timedelta(seconds=hold_s)
    run_start = None
    for wait, raw in steps:
        now += timedelta(seconds=wait)
        memory, holds, due = kept(raw, hold, memory, now, sticks=True)
        if raw is False:
            run_start = None
            assert holds is False
        elif raw is True:
            run_start = run_start if run_start is not None and memory.since == run_start else memory.since
            assert memory.since is not None
            assert holds == (now - memory.since >= hold) or memory.held
            assert (due is None) == bool(holds)
        if holds:
            assert memory.since is not None
            assert now - memory.since >= hold


@given(
    st.dictionaries(
        st.sampled_from(NAMES),
        st.builds(Memory, st.just(START), st.booleans(), st.frozensets(st.integers(1, 9))),
    )
)
def test_memories_survive_being_kept(memories: dict[str, Memory]) -> None:
    assert memories_of(memories_json(memories)) == memories


def test_a_graver_level_issues_only_what_it_adds() -> None:
    plan = small_plan()
    assert [task.id for task in additions(plan, None, "IV").tasks] == ["watch", "tell"]
    assert [task.id for task in additions(plan, "IV", "I").tasks] == ["leave"]
    assert [task.id for task in additions(plan, None, "I").tasks] == ["watch", "tell", "leave"]
    assert additions(plan, "I", "IV").tasks == ()


def test_a_fire_is_raised_and_never_lowered() -> None:
    fire = plan_of(texts()["building-fire"])
    assert move_refusal(fire, "fire_1", "fire_3") is None
    assert move_refusal(fire, "fire_3", "fire_1") is not None
    assert move_refusal(fire, None, "fire_5") is None
    assert move_refusal(fire, "fire_1", "fire_9") is not None
    flood = plan_of(texts()["flood-reservoir"])
    assert move_refusal(flood, "II", "IV") is None
    assert move_refusal(flood, "II", "II") is not None


def test_only_level_four_starts_itself_and_only_where_the_plan_says_so() -> None:
    alone = {
        (slug, level.key)
        for slug, text in texts().items()
        for level in plan_of(text).levels
        if starts_itself(level)
    }
    assert alone == {("urban-waterlogging", "IV"), ("building-fire", "fire_1"), ("elder-sos", "IV")}


def test_a_minute_with_nobody_on_the_way_is_shorter_where_time_runs_faster() -> None:
    elder = plan_of(texts()["elder-sos"])
    call = MatterFacts("m", "elder_help", Level.IV, "accepted", START - timedelta(seconds=7), "37")
    assert advice(elder, World(START, incident=call), {}).advised is None
    assert advice(elder, World(START, incident=call, scale=10.0), {}).advised == "IV"


def test_few_of_many_silent_stations_do_not_make_everything_unknown() -> None:
    plan = small_plan()
    things = [
        Subject(n, f"u{n}", "HydrometricStation", WORD, "37", {"warning_level_m": 10.0}) for n in (1, 2, 3)
    ]
    world = World(START, things, {(1, "level"): Seen(8.0, START)})
    (high,) = [one for one in advice(plan, world, {}).conditions if one.name == "high"]
    assert (high.holds, high.silent, high.looked_at) == (False, 2, 3)
    (dark,) = [one for one in advice(plan, World(START, things), {}).conditions if one.name == "high"]
    assert dark.holds is None


def test_differences_are_said_in_words_with_the_grave_ones_marked() -> None:
    before = small_plan()
    after = small_plan(
        ("hold: 10min", "hold: 20min"), ("en: Patrol", "en: Walk"), ("approver: duty", "approver: chief")
    )
    found = {change.path: change for change in diff(before, after)}
    assert set(found) == {"conditions.high.hold", "levels.IV.tasks.watch.text", "levels.IV.approver"}
    assert found["conditions.high.hold"].text.zh == "条件 › high › 持续时间：由 10min 改为 20min"
    assert found["levels.IV.approver"].grave
    assert not found["levels.IV.tasks.watch.text"].grave


def test_a_plan_does_not_differ_from_itself() -> None:
    for text in texts().values():
        assert diff(plan_of(text), plan_of(text)) == []


def test_added_and_removed_parts_are_said() -> None:
    before = small_plan()
    tell = next(line for line in SMALL.split("\n") if "{id: tell" in line)
    after = small_plan((f"{tell}\n", ""), ("after: [tell]", "after: [watch]"))
    assert ("removed", "levels.IV.tasks.tell") in [
        (change.sort, change.path) for change in diff(before, after)
    ]
    assert ("added", "levels.IV.tasks.tell") in [(change.sort, change.path) for change in diff(after, before)]
