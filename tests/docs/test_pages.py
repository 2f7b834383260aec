"""Do the generated pages, the tables and the language twins say what the code says?"""

import re
from pathlib import Path
from typing import Final

import pytest

from mudan import __version__
from mudan.api.security import PUBLIC
from mudan.core.people.model.roles import ROLE_PERMISSIONS
from tools import settings_page

ROOT: Final = Path(__file__).parents[2]
READERS: Final = ("Operators", "Integrators", "Administrators", "Developers")
TWINS: Final = (("README.md", "README.zh-CN.md"), ("docs/operator-guide.md", "docs/operator-guide.zh-CN.md"))


def _read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _headings(text: str) -> list[str]:
    prose = re.sub(r"^ *```.*?^ *```", "", text, flags=re.MULTILINE | re.DOTALL)
    return [line.split(" ", 1)[0] for line in prose.splitlines() if re.match(r"#+ ", line)]


def test_the_page_of_settings_is_fresh() -> None:
    assert settings_page.PAGE.read_text(encoding="utf-8") == settings_page.page(), "run `make generate`"


@pytest.mark.parametrize(("english", "chinese"), TWINS)
def test_language_twins_have_the_same_headings_and_commands(english: str, chinese: str) -> None:
    one, other = _read(english), _read(chinese)
    assert _headings(one) == _headings(other)
    block = re.compile(r"```sh\n(.*?)```", re.DOTALL)
    assert block.findall(one) == block.findall(other)
    assert len(re.findall(r"^\d\.", one, re.MULTILINE)) == len(re.findall(r"^\d\.", other, re.MULTILINE))


def test_the_table_of_roles_is_the_one_in_the_code() -> None:
    rows = dict(re.findall(r"^\| `([a-z_]+)` \| (`[a-z].*) \|$", _read("docs/security.md"), re.MULTILINE))
    told = {role: frozenset(re.findall(r"`([a-z.]+)`", held)) for role, held in rows.items()}
    assert told == {role.value: held for role, held in ROLE_PERMISSIONS.items()}


def test_every_public_route_is_told_with_its_reason() -> None:
    told = dict(
        re.findall(r"^\| `((?:GET|POST) [^`]+)` \| (.*) \|$", _read("docs/security.md"), re.MULTILINE)
    )
    assert told == PUBLIC


def test_the_changelog_tells_every_reader_of_this_version() -> None:
    chapter = _read("CHANGELOG.md").split(f"## {__version__}", 1)
    assert len(chapter) == 2, f"CHANGELOG.md has no chapter {__version__}"
    own = chapter[1].split("\n## ", 1)[0]
    heads = re.findall(r"^### (\w+)", own, re.MULTILINE)
    assert heads == list(READERS)


def test_pictures_are_small() -> None:
    pictures = list((ROOT / "docs" / "images").iterdir())
    assert pictures
    assert not [picture.name for picture in pictures if picture.stat().st_size > 400_000]
