"""Does `mudan bench imports` run from end to end, keep every row, and say when a file takes too long?"""

import json

import pytest

from mudan.connect.tables import rows
from mudan.primitives.clock import SystemClock
from mudan.run.bench import imports, main


def test_a_small_run_keeps_every_row(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["imports", "--json", "--rows", "2500"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["kept"] for one in found["files"]] == [2500, 2500, 2500]
    assert all(one["seen"] >= 2 and one["ratio"] > 0 for one in found["files"])
    assert "files of 2500 rows" in imports.told(found)


def test_the_two_files_say_the_same() -> None:
    table = imports._matters(20, SystemClock().now())
    separated, workbook = (
        [row.values for row in rows(made(table))] for made in (imports.separated, imports.workbook)
    )
    assert separated == workbook
    assert len(workbook) == 20


@pytest.mark.parametrize(("seconds", "kept", "ends"), [(59.0, 10, 0), (61.0, 10, 1), (59.0, 9, 1)])
def test_a_slow_file_or_a_lost_row_fails_the_run(
    monkeypatch: pytest.MonkeyPatch, seconds: float, kept: int, ends: int
) -> None:
    one = {"name": "x", "seconds": seconds, "rows_per_s": 1, "ratio": 1.0, "plain_copy_s": 1.0, "seen": 2,
           "kept": kept, "centre_peak_mb": 1, "stolen_pct": 0.0}  # fmt: skip
    told = {
        "machine": {"cpu": "x", "cores": 2},
        "load_average": 0,
        "rows": 10,
        "target_s": imports.TARGET_S,
        "files": [one],
    }
    monkeypatch.setattr(imports, "measured", lambda *_: told)
    assert main(["imports"]) == ends
