"""Do the levels of a plan add up, and does nobody who is sent count twice?"""

from hypothesis import given
from hypothesis import strategies as st

from mudan.core.dispatch.model.wanting import outstanding
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
