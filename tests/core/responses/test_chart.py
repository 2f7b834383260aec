"""Can a response only go where its chart leads, and is it decided only by whom the plan names?"""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudan.core.people.model import Role
from mudan.core.plans.model.reading import plan_of
from mudan.core.plans.model.types import FilledBy, Plan
from mudan.core.responses.model import END, Response, check_decision, may_decide, moved, proposal
from mudan.core.responses.model.chart import CHART
from mudan.playbooks import texts
from mudan.primitives.errors import Conflict, NotAllowed
from mudan.primitives.ids import new_id
from mudan.primitives.text import Text
from tests.database import COUNTY, START

FLOOD = plan_of(texts()["flood-reservoir"])
FIRE = plan_of(texts()["building-fire"])
ENDED = {"ended", "rejected", "withdrawn"}


def response(level: str | None, state: str = "active", held: timedelta = timedelta(days=9)) -> Response:
    """A response of the flood plan at a level that it has held for so long."""
    return Response(
        id=new_id(), space=0, area_code=COUNTY, department=None, plan_id=new_id(), version_id=new_id(), plan_hash="",
        slug="", title=Text("", ""), example=True, incident_id=None, incident_number=None, state=state, level=level,
        statutory=4, proposed=None, proposed_at=None, proposed_by="", decide_by=None, reminded_at=None, inputs={},
        quiet_until=None, opened_at=START, started_at=START, level_since=START - held, ended_at=None, version=1,
    )  # fmt: skip


@given(st.lists(st.sampled_from(sorted({event for _, event in CHART})), max_size=20))
def test_no_path_leads_from_an_end_or_past_a_decision(events: list[str]) -> None:
    state, approved = "advised", False
    for event in events:
        before = state
        try:
            state = moved(state, event)
        except Conflict:
            assert (before, event) not in CHART
            continue
        assert before not in ENDED
        approved = approved or event == "approve"
        assert state not in ("active", "deactivating", "ended") or approved


def test_who_decides_is_the_plans_word_or_a_leader() -> None:
    wanted = FilledBy(role="duty_officer")
    assert may_decide(Role.DUTY_OFFICER, None, wanted)
    assert may_decide(Role.LEADER, None, wanted)
    assert not may_decide(Role.DISPATCHER, None, wanted)
    assert not may_decide(None, None, wanted)
    bound = FilledBy(role="department_liaison", department="water")
    assert not may_decide(Role.DEPARTMENT_LIAISON, frozenset({"fire"}), bound)
    assert may_decide(Role.DEPARTMENT_LIAISON, frozenset({"water"}), bound)


def test_the_grave_levels_are_not_for_the_duty_desk() -> None:
    grave = [level for level in FLOOD.levels if level.level < 3]
    assert grave
    for level in grave:
        with pytest.raises(NotAllowed):
            check_decision(FLOOD, level.key, Role.DISPATCHER, None)
        check_decision(FLOOD, level.key, Role.LEADER, None)


def _advice(plan: Plan, advised: str | None, **more: Any) -> dict[str, Any]:
    assert advised is None or advised in {level.key for level in plan.levels}
    return {"advised": advised, "lower": None, "end": {"holds": False}, **more}


def test_a_graver_level_is_proposed_and_a_milder_one_only_by_its_own_conditions() -> None:
    mild, graver = FLOOD.levels[0].key, FLOOD.levels[1].key
    assert proposal(FLOOD, None, _advice(FLOOD, None), START) is None
    first = proposal(FLOOD, None, _advice(FLOOD, mild), START)
    assert first is not None
    assert first.what == mild
    up = proposal(FLOOD, response(mild), _advice(FLOOD, graver), START)
    assert up is not None
    assert up.what == graver
    assert proposal(FLOOD, response(graver), _advice(FLOOD, mild), START) is None
    down = proposal(FLOOD, response(graver), _advice(FLOOD, mild, lower={"holds": True}), START)
    assert down is not None
    assert down.what == mild


def test_a_level_is_held_for_its_least_time_and_a_fire_level_is_never_lowered() -> None:
    held = next((level for level in FLOOD.levels if level.min_hold), None)
    assert held is not None
    ending = {"end": {"holds": True}}
    fresh = response(held.key, held=held.min_hold / 2)
    assert proposal(FLOOD, fresh, _advice(FLOOD, None, **ending), START) is None
    over = proposal(FLOOD, response(held.key), _advice(FLOOD, None, **ending), START)
    assert over is not None
    assert over.what == END
    assert FIRE.raise_only
    grave = FIRE.levels[-1].key
    assert proposal(FIRE, response(grave), _advice(FIRE, None, lower={"holds": True}), START) is None
