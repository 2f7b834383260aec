"""What can be set, and what does it mean? Writes docs/settings.md from the settings' own declarations."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from mudan.run.discover import platforms
from mudan.run.settings import MEANINGS

PAGE: Final = Path(__file__).parents[1] / "docs" / "settings.md"
TESTS: Final[dict[str, str]] = {
    "MUDAN_CAPTURES": "folder of captured frames that the capture tests read (default ../shared/frames)",
    "MUDAN_CHROMIUM": "the browser that the browser tests drive",
    "MUDAN_ORDERS": "orders and deeds that the state machine over cases tries, such as `40x50` (6x40)",
    "MUDAN_SEEK": "set, the property tests look for new examples instead of trying the same ones",
    "MUDAN_TEST_DATABASE_ADMIN": "superuser's address of a PostgreSQL ≥ 15 for tests (default: the embedded one)",
}


def main() -> int:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    return 0


def page() -> str:
    """The page as Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Settings 设置"
    yield ""
    yield "Computed by `make generate` from the code. Everything is set by environment variables; there is no"
    yield "settings file. PostgreSQL must be 15 or later: `mudan migrate` refuses an older one."
    yield from _table("The centre 中心", MEANINGS)
    for platform in platforms():
        named = {
            f"MUDAN_{platform.name.upper()}_{name.upper()}": f"{meaning.zh} · {meaning.en}"
            for name, meaning in platform.settings.items()
        }
        yield from _table(f"{platform.title.en} {platform.title.zh}", named)
    yield from _table("Tests only 仅测试", TESTS)


def _table(title: str, meanings: dict[str, str]) -> Iterator[str]:
    yield from ("", f"## {title}", "", "| variable | meaning |", "|---|---|")
    for name, meaning in meanings.items():
        yield f"| `{name}` | {meaning.replace('|', chr(92) + '|')} |"


if __name__ == "__main__":
    sys.exit(main())
