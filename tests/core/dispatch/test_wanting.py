"""Do the levels of a plan add up, and does nobody who is sent count twice?"""

from collections.abc import Sequence
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from mudan.core.dispatch.model.wanting import counted_for, outstanding
from tests.core.county import later

PARTS = st.lists(
    st.tuples(st.integers(1, 9), st.one_of(st.none(), st.integers(0, 99).map(later))), min_size=1, max_size=5
)


def test_one_unit_does_not_meet_the_need_of_two_levels() -> None:
    parts = [(2, later(60)), (1, later(30))]
    assert outstanding(parts, 0) == (3, 3, later(30))
    assert outstanding(parts, 1) == (3, 2, later(60))
    assert outstanding(parts, 3) == (3, 0, None)
    assert outstanding([(1, None), (1, later(5))], 1) == (2, 1, None)


@given(parts=PARTS, sent=st.integers(0, 60))
def test_what_is_missing_is_what_is_asked_for_less_who_is_sent(
    parts: list[tuple[int, None]], sent: int
) -> None:
    found = outstanding(parts, sent)
    assert (found.asked, found.missing) == (
        sum(many for many, _ in parts), max(0, sum(many for many, _ in parts) - sent),
    )  # fmt: skip
    assert found.missing or found.due_at is None


def test_who_can_do_two_things_counts_for_the_one_that_is_short() -> None:
    asked = {"medical": 1, "rescue": 1}
    assert counted_for([("medical", "rescue"), ("medical",)], asked) == ["rescue", "medical"]
    assert counted_for([("medical", "rescue")], asked) == ["medical"]
    assert counted_for([("medical",), ("medical",), ("crane",)], asked) == ["medical", "medical", None]


_NAMES = ("a", "b", "c", "d")


@given(
    st.lists(st.sets(st.sampled_from(_NAMES)), max_size=6),
    st.dictionaries(st.sampled_from(_NAMES), st.integers(0, 3)),
)
def test_nobody_counts_twice_and_no_other_way_would_fulfil_more(
    able: list[set[str]], asked: dict[str, int]
) -> None:
    counts = counted_for(able, asked)
    for can, what in zip(able, counts, strict=True):
        assert (what is None) == (not can & asked.keys())
        assert what is None or what in can

    def fulfilled(which: Sequence[str | None]) -> int:
        return sum(min(many, sum(one == name for one in which)) for name, many in asked.items())

    ways = product(*([*(can & asked.keys()), None] for can in able))
    assert fulfilled(counts) == max(map(fulfilled, ways))
