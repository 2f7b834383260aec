"""Does a second demo leave the first one alone?"""

from pathlib import Path

import pytest

from mudan.run import demo


@pytest.mark.parametrize("words", [[], ["--reset"]])
def test_a_second_demo_in_the_same_folder_is_refused_and_touches_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    monkeypatch.setenv("MUDAN_DATA", str(tmp_path))
    (tmp_path / "kept").touch()
    with demo._alone(tmp_path):
        assert demo.main(words) == 1
    assert "already runs" in capsys.readouterr().err
    assert {path.name for path in tmp_path.iterdir()} == {"kept", demo.LOCK}
