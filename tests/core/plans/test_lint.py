"""Does lint find what cannot work, and does each shipped plan hold what its examples say?"""

from dataclasses import replace
from datetime import date

import pytest

from mudan.core.plans.model.coverage import played
from mudan.core.plans.model.finding import Facts, Fleet, Holder
from mudan.core.plans.model.lint import Severity, lint, lint_text
from mudan.core.plans.model.reading import plan_of
from mudan.playbooks import texts
from mudan.primitives.clock import SystemClock
from mudan.primitives.geo import Point
from mudan.run.plans import facts
from tests.core.plans.bench import FACTS, TODAY, small, small_plan

WHOLE = Facts(
    today=TODAY,
    quantities={"level": "m"},
    entity_types={"HydrometricStation": {"warning_level_m"}},
    urns={},
    rules={"water.high"},
    departments={"water"},
    holders=[Holder("leader", None), Holder("duty_officer", None)],
    positions={"duty_chief"},
    fleet=[Fleet("flood_rescue", ("swift_water",), Point(115.48, 35.24))],
    incident_kinds={"flood"},
    travel_s=lambda *_: 600.0,
)


def codes(facts: Facts, *changes: tuple[str, str]) -> list[str]:
    """What lint finds in the small plan with these changes, by code."""
    return [one.code for one in lint(small_plan(*changes), facts)]


def test_a_sound_plan_has_no_findings() -> None:
    assert codes(WHOLE) == []
    assert codes(FACTS) == []


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("unknown_condition", "    when: high\n", "    when: hihg\n"),
        ("unreachable", "    when: high\n", "    when: {k_of_n: {k: 3, of: [high, breach]}}\n"),
        ("unreachable", "{all: [breach, {not: {not: breach}}]}", "{all: [breach, {not: breach}]}"),
        ("always", "    when: high\n", "    when: {any: [high, {not: high}]}\n"),
        ("unused", "  breach: {says", "  idle: {says: {zh: 闲, en: Idle}, manual: true}\n  breach: {says"),
        ("unknown_quantity", "reading: level", "reading: levle"),
        ("unknown_type", "of: {type: HydrometricStation}", "of: {type: Nothing}"),
        ("unknown_property", "of: {type: HydrometricStation}", "of: {type: HydrometricStation, where: {kind: river}}"),
        ("unmarked", "limit: {property: warning_level_m}", "limit: 10"),
        ("unmarked", "limit: {property: warning_level_m}", "limit: {property: warning_level_m, plus: 1}"),
        ("unmarked", "phone_within: 30min, example: true", "phone_within: 30min"),
        ("unknown_department", "department: water", "department: navy"),
        ("role_without_person", "{role: leader}", "{role: administrator}"),
        ("unknown_role", "commander: duty", "commander: nobody"),
        ("no_fleet", "capability: swift_water", "capability: airship"),
        ("short_fleet", "        count: 1\n", "        count: 9\n"),
        ("deadline_before_arrival", "by: 60min", "by: 5min"),
        ("unknown_dependency", "after: [watch]", "after: [nothing]"),
        ("unknown_dependency", "after: [watch]", "after: [leave]"),
        ("cycle", "every: 2h}", "every: 2h, after: [tell]}"),
        ("repeated", "{id: leave", "{id: watch"),
        ("unknown_tree", "fallback: chain", "fallback: other"),
        ("no_fallback", "        fallback: chain\n", ""),
        ("raise_only", "example: true\nissued", "example: true\nraise_only: true\nissued"),
        ("review_due", "review_by: 2027-01-01", "review_by: 2026-02-01"),
        ("dates", "review_by: 2027-01-01", "review_by: 2025-02-01"),
        ("unknown_kind", "incident_kinds: [flood]", "incident_kinds: [comet]"),
        ("example", "    expect: [IV]", "    expect: []"),
        ("uncovered", "states: [breach]}]\n    expect: [I]", "states: []}]"),
    ],
)  # fmt: skip
def test_lint_finds(code: str, old: str, new: str) -> None:
    assert code in codes(WHOLE, (old, new))


def test_levels_are_written_mildest_first() -> None:
    graver = ("    level: IV\n    title", "    level: I\n    title")
    milder = ("    level: I\n    title: {zh: 一级", "    level: IV\n    title: {zh: 一级")
    assert "order" in codes(WHOLE, graver, milder)


def test_conditions_that_refer_to_each_other_are_found() -> None:
    group = "  a: {says: {zh: 甲, en: A}, when: b}\n  b: {says: {zh: 乙, en: B}, when: a}\n  breach: {says"
    assert (
        codes(WHOLE, ("  breach: {says", group), ("    when: high\n", "    when: {any: [high, a]}\n")).count(
            "cycle"
        )
        == 2
    )


def test_two_limits_on_one_station_that_leave_nothing_between_are_unreachable() -> None:
    two = (
        "  low: {says: {zh: 低, en: Low}, reading: level, of: {urn: 'urn:a'}, op: '<', limit: 5, example: true}\n"
        "  top: {says: {zh: 高, en: Top}, reading: level, of: {urn: 'urn:a'}, op: '>', limit: 5, example: true}\n"
        "  breach: {says"
    )
    found = codes(
        WHOLE, ("  breach: {says", two), ("    when: high\n", "    when: {any: [high, {all: [low, top]}]}\n")
    )
    assert "unreachable" not in found  # the other way round stays open
    found = codes(
        WHOLE, ("  breach: {says", two), ("    when: high\n", "    when: {all: [high, low, top]}\n")
    )
    assert "unreachable" in found


def test_what_a_platform_to_come_will_bring_is_a_note() -> None:
    expects = ("roles:\n", "expects: {quantities: [stage]}\nroles:\n")
    plan = small_plan(expects, ("reading: level", "reading: stage"))
    (one,) = [one for one in lint(plan, WHOLE) if one.code == "unknown_quantity"]
    assert one.severity is Severity.NOTE


def test_findings_carry_their_line() -> None:
    text = small(("commander: duty", "commander: nobody"))
    _, findings = lint_text(text, WHOLE)
    (one,) = [one for one in findings if one.code == "unknown_role"]
    assert text.split("\n")[one.mark.line - 1].strip() == "commander: nobody"


@pytest.mark.parametrize("slug", sorted(texts()))
def test_a_shipped_plan_has_no_errors_its_figures_a_source_or_a_mark_and_its_examples_try_everything(
    slug: str,
) -> None:
    plan = plan_of(texts()[slug])
    assert plan.plan == slug
    assert plan.example
    known = replace(facts(SystemClock()), today=date(2026, 6, 1))
    assert [one for one in lint(plan, known) if one.severity is not Severity.NOTE] == []


@pytest.mark.parametrize("slug", sorted(texts()))
def test_every_level_of_a_shipped_plan_is_advised_by_some_example_and_every_response_can_end(
    slug: str,
) -> None:
    plan = plan_of(texts()[slug])
    said = [one for example in plan.examples for one in played(plan, example)]
    assert {one.advised for one in said} == {None} | {level.key for level in plan.levels}
    assert any(one.end.holds for one in said)


def test_nine_plans_are_shipped() -> None:
    assert sorted(texts()) == [
        "building-fire", "earthquake", "elder-sos", "festival-crowd", "flood-reservoir", "fog-pileup-hazmat",
        "forest-fire", "gas-leak", "urban-waterlogging",
    ]  # fmt: skip
