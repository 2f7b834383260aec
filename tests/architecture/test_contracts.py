"""Do the import contracts hold, and does each catch a deliberate violation?"""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tools.new_platform import written

ROOT = Path(__file__).parents[2]
CONTRACTS = [
    contract["name"]
    for contract in tomllib.loads((ROOT / "importlinter.toml").read_text())["tool"]["importlinter"][
        "contracts"
    ]
]
# contract number → (file, line added to it)
VIOLATIONS = [
    (1, "mudan/storage/probe.py", "import mudan.core.tasks.model"),
    (1, "mudan/unplanned/__init__.py", ""),
    (2, "mudan/platforms/peony_a/codec.py", "import mudan.platforms.peony_b.model"),
    (2, "mudan/platforms/peony_a/tests/test_probe.py", "import mudan.platforms.peony_b.model"),
    (3, "mudan/platforms/peony_a/codec.py", "import mudan.platforms.peony_a.rules"),
    (3, "mudan/platforms/peony_a/connector.py", "import mudan.platforms.peony_a.observations"),
    (3, "mudan/platforms/peony_a/unplanned.py", ""),
    (4, "mudan/core/people/model.py", "import mudan.core.tasks.model"),
    (4, "mudan/core/unplanned/__init__.py", ""),
    (5, "mudan/core/tasks/store.py", "import mudan.core.tasks.actions"),
    (5, "mudan/core/tasks/unplanned.py", ""),
    (6, "mudan/platforms/peony_a/rules.py", "import mudan.core.tasks.queries"),
    (6, "mudan/platforms/peony_a/connector.py", "import mudan.storage.pool"),
    (7, "mudan/api/probe.py", "import mudan.platforms.peony_a.model"),
    (7, "tests/journeys/test_probe.py", "import mudan.platforms.peony_a.model"),
    (8, "mudan/platforms/peony_a/connector.py", "import mudan.simulation.county"),
    (8, "mudan/run/probe.py", "import mudan.simulation.county"),
    (9, "mudan/platforms/peony_a/codec.py", "import socket"),
    (9, "mudan/platforms/peony_a/model.py", "import mudan.connect.lane"),
    (9, "mudan/core/tasks/model.py", "import psycopg"),
    (10, "mudan/connect/session.py", "import mudan.connect.lane"),
    (11, "mudan/core/path.py", "import mudan.core.tasks.store"),
    (11, "mudan/core/tasks/actions.py", "import mudan.core.people.store"),
    (11, "mudan/api/probe.py", "import mudan.core.tasks.store"),
    (12, "mudan/primitives/text.py", "import tests"),
]


def lint(root: Path) -> str:
    """What import-linter says of a checkout; the last line counts what is kept and broken."""
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--config",
            "importlinter.toml",
        ],
        cwd=root,
        capture_output=True,
        text=True,
    )
    return done.stdout + done.stderr


def copied(target: Path) -> Path:
    """The Python files of the checkout with two more platforms, to be spoilt."""
    for folder in ("mudan", "tests", "tools"):
        for source in (ROOT / folder).rglob("*.py"):
            copy = target / source.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copy)
    shutil.copyfile(ROOT / "importlinter.toml", target / "importlinter.toml")
    for name in ("peony_a", "peony_b"):
        written(name, target / "mudan" / "platforms" / name)
    return target


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One copy of the checkout; each violation is taken back."""
    return copied(tmp_path_factory.mktemp("house"))


def test_every_contract_holds() -> None:
    said = lint(ROOT)
    assert f"{len(CONTRACTS)} kept, 0 broken" in said, said


def test_two_more_platforms_break_no_contract(house: Path) -> None:
    said = lint(house)
    assert f"{len(CONTRACTS)} kept, 0 broken" in said, said


def test_every_contract_has_a_violation_to_catch() -> None:
    assert {CONTRACTS[number - 1] for number, _, _ in VIOLATIONS} == set(CONTRACTS)


@pytest.mark.parametrize(("number", "path", "line"), VIOLATIONS, ids=str)
def test_a_violation_is_caught(house: Path, number: int, path: str, line: str) -> None:
    file = house / path
    before = file.read_text() if file.exists() else None
    added = spoil(house, file, line)
    try:
        said = lint(house)
    finally:
        for made in added:
            made.unlink()
        if before is not None:
            file.write_text(before)
    assert f"{CONTRACTS[number - 1]} BROKEN" in said, said


def spoil(house: Path, file: Path, line: str) -> list[Path]:
    """Add the line to the file; returns the files that were not there before."""
    added = []
    file.parent.mkdir(parents=True, exist_ok=True)
    for folder in [file.parent, *file.parents]:
        opening = folder / "__init__.py"
        if folder == house:
            break
        if not opening.exists():
            opening.touch()
            added.append(opening)
    if not file.exists():
        added.append(file)
    with file.open("a") as out:
        out.write(f"\n{line}\n")
    return list(dict.fromkeys(added))
