"""Does the after-action report count times and deadlines as they were?"""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudan.core.reviews.model import deviation, minutes, percentile
from tests.database import START

LATER = START + timedelta(minutes=30)


@given(st.lists(st.floats(0, 1e6), min_size=1), st.sampled_from((0.5, 0.9)))
def test_a_percentile_is_one_of_the_values_and_covers_its_share(values: list[float], share: float) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(one <= found for one in values) >= share * len(values)


def test_no_values_have_no_percentile() -> None:
    assert percentile([], 0.5) is None
    assert minutes(None).zh == "—"
    assert minutes(-65).zh == "-1:05"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"submitted_at": START}, "按时"),
        ({"submitted_at": LATER}, "迟"),
        ({}, "超期未完成"),
        ({"due_at": LATER + timedelta(hours=1)}, "未到期"),
        ({"due_at": None}, "未完成"),
        ({"state": "waived"}, "免除"),
    ],
)
def test_a_directive_is_held_to_its_deadline(more: dict[str, Any], said: str) -> None:
    row = {"state": "issued", "due_at": START + timedelta(minutes=5), "submitted_at": None, "ended_at": None}
    assert deviation({**row, **more}, LATER).zh == said
