"""Does `make new-platform` write a platform that passes the inspector as it is?"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.new_platform import main

ROOT = Path(__file__).parents[2]
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.sql", "*.hex", "node_modules")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the kit and the core without any platform."""
    for folder in ("mudan", "tests/every_platform", "tools"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=LEFT_OUT)
    for platform in (tmp_path / "mudan" / "platforms").iterdir():
        if platform.is_dir():
            shutil.rmtree(platform)
    (tmp_path / "docs").mkdir()
    for file in ("pyproject.toml", "tests/__init__.py"):
        shutil.copyfile(ROOT / file, tmp_path / file)
    return tmp_path


def run(checkout: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run a module in the copy; mudan is imported from there."""
    return subprocess.run([sys.executable, "-m", *words], cwd=checkout, capture_output=True, text=True)


@pytest.mark.parametrize("kind", [[], ["--records"]])
def test_a_new_platform_passes_the_inspector_as_it_is(checkout: Path, kind: list[str]) -> None:
    assert main(["street_noise", str(checkout), *kind]) == 0
    generated = run(checkout, "tools.platforms_page")
    assert generated.returncode == 0, generated.stderr
    inspected = run(checkout, "pytest", "tests/every_platform", "-p", "no:cacheprovider")
    assert inspected.returncode == 0, inspected.stdout
    # A platform that keeps records listens nowhere: what is asked of those that do is asked of none here.
    assert ("skipped" in inspected.stdout) == bool(kind)


@pytest.mark.parametrize("kind", [[], ["--records"]])
def test_a_new_platform_is_clean_code(checkout: Path, kind: list[str]) -> None:
    main(["street_noise", str(checkout), *kind])
    folder = "mudan/platforms/street_noise"
    for words in (("ruff", "check", folder), ("mypy", folder)):
        checked = run(checkout, *words)
        assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("name", ["Noise", "9noise", "street-noise", "class", "n", "../noise", ""])
def test_a_name_that_is_no_name_is_refused(
    checkout: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert main([name, str(checkout)]) == 2
    assert "cannot be a platform's name" in capsys.readouterr().err


def test_a_name_that_exists_is_refused(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["noise", str(checkout)])
    assert main(["noise", str(checkout)]) == 2
    assert "there is already a platform 'noise'" in capsys.readouterr().err


SABOTAGES = [
    ("connector.py", "digest.replies.append((item.session, ", "(item.session.write)((", "acknowledged"),
    ("codec.py", "if len(fields) != len(FIELDS):", "if False:", "spoilt_frame"),
    ("rules.py", "fires=False", "fires=True", "stays_silent"),
    ("README.md", "## Quirks", "## Oddities", "heading"),
    ("page/messages.json", '"empty": "No data yet"', '"void": "No data yet"', "chinese_and_english"),
    ("frames/reading.json", "62.4", "62.5", "golden_frame_says"),
]


@pytest.mark.parametrize(("file", "old", "new", "promise"), SABOTAGES, ids=lambda value: str(value)[:20])
def test_the_inspector_sees_a_broken_promise(
    checkout: Path, file: str, old: str, new: str, promise: str
) -> None:
    main(["noise", str(checkout)])
    spoilt = checkout / "mudan" / "platforms" / "noise" / file
    text = spoilt.read_text()
    assert old in text
    spoilt.write_text(text.replace(old, new))
    inspected = run(checkout, "pytest", "tests/every_platform", "-p", "no:cacheprovider", "-k", promise)
    assert inspected.returncode == 1, inspected.stdout
