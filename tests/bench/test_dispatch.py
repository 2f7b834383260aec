"""Does `mudan bench dispatch` run from end to end, hold the engines together, and say what it measured?"""

import json

import numpy as np
import pytest

from mudan.core.roads.model.profiles import CAR
from mudan.core.roads.model.snapping import main_part
from mudan.run.bench import dispatch, lanes, main


def test_a_short_run_holds_both_engines_to_the_same_answers(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dispatch", "--json", "--side", "60", "--cases", "30", "--rounds", "3"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["network"]["engine"] == "cch"
    assert found["oracle"] == {
        "cases": 30,
        "answers": 600,
        "unreachable": found["oracle"]["unreachable"],
        "different": 0,
    }
    assert found["oracle"]["unreachable"] > 50
    assert found["units_to_one"]["different"] == 0
    assert 0 < found["units_to_one"]["engine_ms"]["p50"] <= found["units_to_one"]["engine_ms"]["p99"]
    assert found["closures"]["apply_ms"]["p50"] > 0
    assert "30 cases against scipy: 600 answers" in dispatch.table(found)
    api = found["api_ms"]
    assert (api["units"], api["by_road"]) == (1000, True)
    assert 0 < api["all_moved"]["ms"]["p50"] <= api["all_moved"]["ms"]["p99"]
    assert "1000 units through the HTTP API" in dispatch.table(found)


def test_a_difference_between_the_engines_fails_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "_ways_differ", lambda *_: 1)
    assert main(["dispatch", "--json", "--side", "40", "--cases", "3", "--engine-only"]) == 1


def test_the_region_is_joined_and_the_same_each_time() -> None:
    graph = lanes.region(80)
    assert graph.hash == lanes.region(80).hash
    joined = main_part(graph, CAR.access)
    assert joined is not None
    assert joined.mean() > 0.97
    assert np.all(graph.length_m >= 30)
