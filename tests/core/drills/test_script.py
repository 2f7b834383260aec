"""Is a script read as it is written, and is every shipped one fit for use?"""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudan.core.drills.model import CHART, ObservationIn, inject_of, moved, planned, read_script
from mudan.core.drills.model.crews import along, next_report
from mudan.core.drills.model.life import Drill, drill_s
from mudan.playbooks import drills
from mudan.primitives.errors import Conflict
from mudan.primitives.geo import Point, distance_m
from mudan.primitives.ids import new_id
from mudan.primitives.text import Text
from tests.database import START


@pytest.mark.parametrize("name", sorted(drills.texts()))
def test_every_shipped_script_is_read_without_a_fault(name: str) -> None:
    script, faults = read_script(drills.texts()[name])
    assert faults == ()
    assert script is not None
    assert script.id == name
    assert len({one.kind for one in script.injects}) >= 2


def test_a_fault_is_told_with_its_line() -> None:
    text = drills.texts()["elder-sos"].replace("kind: call", "kind: shell", 1)
    script, faults = read_script(text)
    assert script is None
    assert faults[0].mark.line >= text[: text.index("injects:")].count("\n") + 2
    assert faults[0].path.startswith("injects[0]")


def test_a_rise_becomes_even_steps() -> None:
    rise = inject_of(
        {"kind": "observation", "after": "1min", "title": {"zh": "涨", "en": "rise"}, "entity": "urn:ngsi-ld:X:1",
         "quantity": "water_level", "start": 10, "value": 22, "over": "12min"}
    )  # fmt: skip
    steps = planned((rise,))
    values = [one.value for _, one in steps if isinstance(one, ObservationIn)]
    assert values == [float(10 + n) for n in range(13)]
    assert [at for at, _ in steps] == [60.0 * (n + 1) for n in range(13)]


def _drill(
    state: str, *, scale: float = 10, elapsed_s: float = 0, resumed_at: datetime | None = None
) -> Drill:
    return Drill(
        id=new_id(), space=1, title=Text("演", "d"), template="", area_code="", department=None, state=state,
        scale=scale, simulated=True, script_hash="", created_by="", created_at=START, started_at=None, ended_at=None,
        resumed_at=resumed_at, elapsed_s=elapsed_s, version=1, injects=0, injects_done=0,
    )  # fmt: skip


def test_the_clock_runs_at_its_scale_and_stands_when_paused() -> None:
    later = START + timedelta(seconds=30)
    assert drill_s(_drill("running", resumed_at=START, elapsed_s=5), later) == 305
    assert drill_s(_drill("paused", elapsed_s=5), later) == 5
    assert drill_s(_drill("running", resumed_at=later), START) == 0  # a clock set back does not run backwards


@given(st.lists(st.sampled_from(["start", "pause", "resume", "end"]), max_size=12))
def test_no_path_leads_out_of_the_end(events: list[str]) -> None:
    state = "ready"
    for event in events:
        before = state
        try:
            state = moved(state, event)
        except Conflict:
            assert (state, event) not in CHART
        assert before != "ended" or state == "ended"


@given(st.floats(0, 5_000))
def test_whoever_goes_along_a_way_is_on_it(metres: float) -> None:
    way = [Point(107.3, 30.3), Point(107.31, 30.3), Point(107.31, 30.31)]
    whole = sum(distance_m(a, b) for a, b in pairwise(way))
    here, left = along(way, metres)
    assert left == pytest.approx(max(0.0, whole - metres), abs=1.0)
    assert 107.3 <= here.lon <= 107.31
    assert 30.3 <= here.lat <= 30.31


def test_a_crew_arrives_only_where_the_scene_is() -> None:
    assert next_report("en_route", 10_000, 500) is None
    assert next_report("en_route", 0, 10) == "arrive"
    assert next_report("offered", 5, None) is None
    assert next_report("offered", 25, None) == "accept"
    assert next_report("completed", 1e9, 0) is None
