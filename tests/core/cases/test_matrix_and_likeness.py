"""Is the nearest rule followed with its reason, and is the same matter known again by class, place and time?"""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudan.core.cases.model.likeness import SUGGESTED, Report, repeated, twins
from mudan.core.cases.model.matrix import MatrixRule, Record, advised, matrix_faults
from tests.database import START, TOWN

DAY = date(2026, 11, 23)
SINCE = date(2026, 1, 1)


def rule(name: str, class_code: str, area: str, department: str, **more: Any) -> MatrixRule:
    return MatrixRule(name, class_code, area, department, **({"since": SINCE} | more))


RULES = [
    rule("r1", "", "", "city"),
    rule("r2", "02", "", "housing"),
    rule("r3", "0201", "", "water"),
    rule("r4", "02", TOWN, "town", note="示例"),
    rule("r5", "0201", TOWN, "pipes", until=date(2026, 6, 30)),
]


def test_the_nearest_rule_decides_and_says_why() -> None:
    found = advised(RULES, "0201", TOWN, DAY)
    assert found is not None
    assert (found.rule.id, [one.id for one in found.others]) == ("r3", ["r4", "r2", "r1"])
    assert "r3" in found.reason.zh
    assert "0201" in found.reason.en
    in_spring = advised(RULES, "0201", TOWN, date(2026, 3, 1))
    assert in_spring is not None
    assert in_spring.rule.department == "pipes"
    elsewhere = advised(RULES, "99", "371702102", DAY)
    assert elsewhere is not None
    assert elsewhere.rule.id == "r1"
    assert advised(RULES[1:], "99", TOWN, DAY) is None
    assert advised(RULES, "99", TOWN, date(2025, 1, 1)) is None


codes, areas = st.sampled_from(["", "01", "02", "0201"]), st.sampled_from(["", "371702", TOWN])
days = st.integers(0, 400).map(lambda n: SINCE + timedelta(days=n))


@given(st.lists(st.tuples(codes, areas, days, st.none() | days), max_size=12), days)
def test_no_rule_that_holds_is_nearer_than_the_one_advised(given_rules: list[Any], day: date) -> None:
    rules = [
        MatrixRule(f"r{n}", code, area, f"d{n}", since, until)
        for n, (code, area, since, until) in enumerate(given_rules)
    ]
    found = advised(rules, "0201", TOWN, day)
    holding = [one for one in rules if one.holds("0201", TOWN, day)]
    assert (found is None) == (not holding)
    if found is not None:
        assert found.rule in holding
        assert all(found.rule.nearness() >= one.nearness() for one in holding)


@pytest.mark.parametrize(
    ("wrong", "row"),
    [
        ([rule("", "01", "", "a")], 1),
        ([rule("a", "01", "", "a"), rule("a", "02", "", "a")], 2),
        ([rule("a", "01", "", "a", until=date(2025, 1, 1))], 1),
        ([rule("a", "01", "", "")], 1),
        ([rule("a", "01", "", "x"), rule("b", "01", "", "y")], 2),
    ],
)
def test_a_matrix_that_contradicts_itself_is_named_row_by_row(wrong: list[MatrixRule], row: int) -> None:
    assert [number for number, _ in matrix_faults(wrong)] == [row]


def test_rules_that_follow_each_other_do_not_contradict() -> None:
    one = rule("a", "01", "", "x", until=date(2026, 6, 30))
    assert list(matrix_faults([one, rule("b", "01", "", "y", since=date(2026, 7, 1)), *RULES])) == []


def test_returns_teach_which_rule_is_doubtful() -> None:
    assert Record("r", 0, 0).share == 0
    assert Record("r", 10, 2).is_doubtful
    assert not Record("r", 4, 4).is_doubtful
    assert not Record("r", 100, 3).is_doubtful


LON, LAT = 115.48, 35.24
M = 1 / 111_320  # degrees of latitude in a metre, near enough


def report(
    number: int, class_code: str = "0201", north_m: float = 0, hours: float = 0, **more: Any
) -> Report:
    given_: dict[str, Any] = {
        "lon": LON,
        "lat": LAT + north_m * M,
        "at": START + timedelta(hours=hours),
        **more,
    }
    return Report(UUID(int=number), f"RX{number}", class_code, **given_)


def test_the_same_class_at_the_same_place_is_suggested_with_its_reasons_and_closed_ones_too() -> None:
    known = [
        report(1, north_m=10), report(2, north_m=49, hours=-30), report(3, north_m=60), report(4, "0101"),
        report(5, "0202", 5), report(6, north_m=5, hours=-24 * 8), report(7, ended=True), report(8, lon=None),
    ]  # fmt: skip
    found = twins(report(100), known)
    assert [twin.report.number for twin in found] == ["RX7", "RX1", "RX5", "RX2"]
    assert "该案已结，可能复发" in [reason.zh for reason in found[0].reasons]
    assert found[1].distance_m == pytest.approx(10, abs=0.5)
    assert [reason.en for reason in found[1].reasons][:2] == ["the same class", "10 m apart"]
    assert [twin.report.number for twin in twins(report(100), known, near_m=8)] == ["RX7", "RX5"]
    assert twins(report(100, lon=None), known) == []


@given(st.floats(0, 400), st.floats(0, 400), st.floats(0, 300), st.sampled_from(["0201", "0202", "0101"]))
def test_what_is_nearer_never_scores_less(
    one_m: float, other_m: float, hours: float, class_code: str
) -> None:
    near, far = sorted((one_m, other_m))
    scores = [
        max((twin.score for twin in twins(report(100), [report(1, class_code, away, hours)])), default=0.0)
        for away in (near, far)
    ]
    assert scores[0] >= scores[1]
    for score in scores:
        assert score == 0 or SUGGESTED <= score <= 1


def test_a_place_that_is_reported_again_and_again_comes_up_by_itself() -> None:
    reports = [report(n, north_m=n * 5, hours=n) for n in range(4)] + [
        report(10, "0101"),
        report(11, north_m=900),
    ]
    [group] = repeated(reports)
    assert [one.number for one in group] == ["RX0", "RX1", "RX2", "RX3"]
    assert repeated(reports, again=5) == []
