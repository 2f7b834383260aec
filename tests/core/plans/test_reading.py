"""Is a plan's file read within bounds, and is every fault said with its line?"""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudan.core.plans.model.reading import LONGEST, plan_of, read_plan
from mudan.core.plans.model.schema import schema
from mudan.core.rules.model import Level
from mudan.primitives.errors import Invalid
from tests.core.plans.bench import SMALL, small


def line_of(text: str, words: str) -> int:
    """The line on which these words stand."""
    return next(n for n, line in enumerate(text.split("\n"), start=1) if words in line)


def test_a_good_plan_is_read_whole() -> None:
    plan = plan_of(SMALL)
    assert [level.level for level in plan.levels] == [Level.IV, Level.I]
    assert plan.level("IV").tasks[0].deadline.total_seconds() == 1800
    assert plan.level("IV").tasks[0].every is not None
    assert plan.conditions["high"].says.zh == "超过限值"


@pytest.mark.parametrize(
    ("old", "new", "path", "words"),
    [
        ("    level: I\n", "    level: V\n", "levels[1].level", "level: V"),
        ("deadline: 30min", "deadline: soon", "levels[0].tasks[0].deadline", "deadline: soon"),
        ('    op: ">="', '    op: "=>"', "conditions.high.op", "=>"),
        ("hysteresis: 0.2", "hysteresis: -1", "conditions.high.hysteresis", "hysteresis: -1"),
        ("scope: county", "scope: town", "scope", "scope: town"),
        ("{not: high}", "{nott: high}", "deescalate.when", "deescalate"),
        ("limit: {property: warning_level_m}", "limit: {property: a, pls: 1}", "conditions.high.limit.pls", "pls"),
        ("    when: high\n", "    when: high\n    start: auto\n    colour: red\n", "levels[0].colour", "colour: red"),
    ],
)  # fmt: skip
def test_a_fault_is_said_with_its_path_and_line(old: str, new: str, path: str, words: str) -> None:
    text = small((old, new))
    read = read_plan(text)
    assert read.plan is None
    assert (path, line_of(text, words)) in [(one.path, one.mark.line) for one in read.faults]
    assert all(one.text.zh and one.text.en for one in read.faults)


def test_only_level_four_may_start_by_itself() -> None:
    assert read_plan(small(("    when: high\n", "    when: high\n    start: auto\n"))).plan is not None
    read = read_plan(small(("    title: {zh: 一级", "    start: auto\n    title: {zh: 一级")))
    assert read.plan is None
    assert "only level IV" in read.faults[0].text.en


@pytest.mark.parametrize(
    "text",
    [
        "a: &x 1\nb: *x",
        "a: !!python/object:os.system {}",
        "a: 1\na: 2",
        "[" * 60 + "]" * 60,
        "- x\n" * 30_000,
        "",
        "a: [1",
        "? {a: 1}\n: 2",
        "x" * (LONGEST + 1),
        "a: \x00",
    ],
)
def test_what_could_harm_is_refused_and_nothing_is_raised(text: str) -> None:
    read = read_plan(text)
    assert read.plan is None
    assert len(read.faults) == 1
    with pytest.raises(Invalid):
        plan_of(text)


@given(st.text(max_size=400))
def test_no_text_makes_reading_raise(text: str) -> None:
    assert read_plan(text).plan is None


@given(st.integers(0, len(SMALL) - 1), st.integers(1, 40))
def test_a_plan_with_a_hole_is_read_or_said_to_be_wrong(start: int, length: int) -> None:
    read = read_plan(SMALL[:start] + SMALL[start + length :])
    assert (read.plan is None) == bool(read.faults)
    lines = SMALL.count("\n") + 2
    assert all(1 <= one.mark.line <= lines for one in read.faults)


def test_words_such_as_on_and_dates_stay_words() -> None:
    plan = plan_of(
        small(("edition: test 1", "edition: on"), ("valid_from: 2026-01-01", "valid_from: '2026-01-02'"))
    )
    assert plan.edition == "on"
    assert plan.valid_from.day == 2


def test_the_published_schema_is_that_of_the_types() -> None:
    kept = Path(__file__).parents[3] / "docs/plan.schema.json"
    assert json.loads(kept.read_text(encoding="utf-8")) == schema(), "run: make generate"
