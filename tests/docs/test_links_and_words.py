"""Do the documents name only what is there? Links, files, make targets, commands and settings."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from mudan.run.cli import COMMANDS
from mudan.run.discover import names
from mudan.run.settings import MEANINGS
from tools import settings_page

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("mudan/platforms/*/README.md")]
)
_LINK: Final = re.compile(r"\]\(([^)\s#]+)(?:#[^)]*)?\)")
_FILE: Final = re.compile(r"`((?:mudan|docs|deploy|tests|tools|web)/[\w./-]+)`")
_TARGET: Final = re.compile(r"(?:`|^\s*|=\d+ )make ((?:[a-z-]+ ?)+)", re.MULTILINE)
_VARIABLE: Final = re.compile(r"\bMUDAN_[A-Z0-9_]*[A-Z0-9]\b")
_CODE: Final = ("mudan", "tools", "tests", "deploy", ".ci")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_and_path_leads_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = [link for link in _LINK.findall(text) if "://" not in link]
    missing = [link for link in links if not (page.parent / link).exists()]
    missing += [
        file
        for file in _FILE.findall(text)
        if not (ROOT / file).exists() and not (page.parent / file).exists()
    ]
    assert not missing, f"{page.name} names what is not there: {missing}"


def test_every_make_target_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {
        (page.name, word)
        for page in PAGES
        for words in _TARGET.findall(page.read_text(encoding="utf-8"))
        for word in words.split()
    }
    assert named
    assert not {(page, word) for page, word in named if word not in targets}


def test_every_command_named_exists() -> None:
    named = {
        (page.name, word)
        for page in PAGES
        for word in re.findall(r"(?:`|bin/)mudan ([a-z]+)", page.read_text(encoding="utf-8"))
    }
    assert named
    assert not {(page, word) for page, word in named if word not in COMMANDS}


def _in_code() -> Iterator[tuple[str, str]]:
    files = [
        ROOT / "Makefile",
        *(file for folder in _CODE for file in (ROOT / folder).rglob("*") if file.is_file()),
    ]
    for file in files:
        if (
            file.suffix in (".py", ".sh", ".example", ".service", ".sql", "")
            and file.parent != ROOT / "tests" / "docs"
        ):
            for variable in _VARIABLE.findall(file.read_text(encoding="utf-8", errors="ignore")):
                yield variable, str(file.relative_to(ROOT))


def _documented() -> set[str]:
    return set(_VARIABLE.findall(settings_page.page()))


def test_every_variable_in_the_code_is_documented() -> None:
    own = tuple(f"MUDAN_{name.upper()}" for name in names())
    known = _documented()
    unknown = {
        (variable, file) for variable, file in _in_code() if variable not in known and variable not in own
    }
    assert not unknown, f"not in docs/settings.md: {sorted(unknown)}"


def test_every_variable_documented_is_read_by_the_code() -> None:
    read = "\n".join(
        file.read_text(encoding="utf-8")
        for folder in ("mudan", "tests", "tools")
        for file in (ROOT / folder).rglob("*")
        if file.suffix in (".py", ".sh") and file.name != "settings_page.py"
    )
    assert not [
        name for name in (*MEANINGS, *settings_page.TESTS) if name.count("{") == 0 and name not in read
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_variable_named_in_a_page_exists(page: Path) -> None:
    own = tuple(f"MUDAN_{name.upper()}" for name in names())
    named = set(_VARIABLE.findall(page.read_text(encoding="utf-8")))
    assert not named - _documented() - set(own)
