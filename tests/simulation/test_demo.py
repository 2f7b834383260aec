"""Does a second demo leave the first one alone?"""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mudan.run import cli, demo


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


def test_a_tied_command_ends_with_whoever_started_it() -> None:
    words = [
        sys.executable,
        "-c",
        "import sys, time; from mudan.run import cli; cli.main(); time.sleep(60)",
        cli.TIED,
    ]
    with subprocess.Popen([*words, "--version"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdin is not None
        child.stdout.readline()
        assert child.poll() is None
        child.stdin.close()
        assert child.wait(10) == -signal.SIGTERM
