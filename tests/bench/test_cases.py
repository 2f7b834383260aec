"""Does `mudan bench cases` run from end to end, find what it has seeded, and say when something takes too long?"""

import json
from datetime import UTC, datetime

import numpy as np
import pytest

from mudan.run.bench import caseload, cases, main

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)


def test_a_small_run_finds_what_it_has_seeded(capsys: pytest.CaptureFixture[str]) -> None:
    main(["cases", "--json", "--cases", "300", "--rounds", "2"])
    found = json.loads(capsys.readouterr().out)
    assert found["rows"]["case_file"] == 600
    assert found["rows"]["case_tally"] > found["rows"]["case_clock"] > 600
    asked = {one["name"]: one for one in found["questions"]}
    assert asked["inbox, first page"]["found"] == 300
    assert asked["inbox, all states"]["found"] == 600
    assert asked["map, whole county"]["found"] == 300
    assert asked["figures, month by area"]["found"] > 1
    assert all(0 < one["ms"]["p50"] <= one["ms"]["p95"] <= one["ms"]["max"] for one in asked.values())
    assert "300 open cases and as many ended ones" in cases.told(found)


def test_a_question_over_the_target_fails_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = {"name": "map", "ms": {"p50": 1.0, "p95": cases.TARGET_MS + 1, "max": 500.0}, "ratio": 1.0, "found": 1,
            "stolen_pct": 0.0, "cpu_ms_mean": 1.0}  # fmt: skip
    told = {"machine": {"cpu": "x", "cores": 2}, "plain_scan_ms": {"p50": 1, "p95": 1}, "rows": {}, "load_average": 0,
            "open_cases": 1, "seeded_s": 0, "rounds": 1, "target_ms": cases.TARGET_MS, "questions": [slow]}  # fmt: skip
    monkeypatch.setattr(cases, "measured", lambda *_: told)
    assert main(["cases"]) == 1
    assert "over the target" in cases.told(told)


def test_half_of_the_seed_is_open_and_every_case_has_its_history() -> None:
    random = np.random.default_rng(1)
    for number in range(40):
        made = list(caseload._case(number, random, NOW))
        (row,) = [row for table, row in made if table == "case_file"]
        is_open = row[22] is None
        assert is_open == (number % 2 == 0)
        events = [row for table, row in made if table == "case_event"]
        assert all(isinstance(one[2], datetime) and one[2] <= NOW for one in events)
        assert len(events) == 9 or is_open
