"""Is whatever screens listen for really told, and can whatever is told be listened for?"""

import re
from pathlib import Path

from mudan.api.live.clients import hears
from mudan.core.people.model import Role
from tests.core.county import actor

ROOT = Path(__file__).parents[2]
_TOUCHES = re.compile(r"touch(?:ed)?\(\s*(?:\"([a-z_]+)\"|([A-Z]+))")
_NAMED = re.compile(r"^NOUN\b.*= \"([a-z_]+)\"", re.MULTILINE)
_LISTENS = re.compile(r"nouns: \[([^\]]*)\]")


def _told() -> set[str]:
    told = set()
    for file in (ROOT / "mudan").rglob("*.py"):
        for name, constant in _TOUCHES.findall(text := file.read_text(encoding="utf-8")):
            told |= {name} if name else set(_NAMED.findall(text)) if constant == "NOUN" else set()
    return told


def _listened_for() -> set[str]:
    pages = [file for kind in ("*.ts", "*.vue") for file in (ROOT / "web" / "src").rglob(kind)]
    lists = [found for file in pages for found in _LISTENS.findall(file.read_text(encoding="utf-8"))]
    return {name for found in lists for name in re.findall(r"'([a-z_]+)'", found)}


def test_every_noun_that_is_told_is_heard_by_the_leader() -> None:
    leader = actor(Role.LEADER)
    assert {noun for noun in _told() if not hears(leader, noun)} == set()


def test_no_screen_listens_for_what_is_never_told() -> None:
    assert _listened_for() - _told() == set()
    assert len(_listened_for()) > 5
