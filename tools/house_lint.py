"""Which house rules can no ready-made linter see? Each rule here carries a good and a bad example."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tools.house_rules import RULES, Problem, Source

ROOT: Final = Path(__file__).parents[1]
READ: Final = frozenset(
    (".py", ".toml", ".txt", ".md", ".ts", ".vue", ".json", ".yml", ".yaml", ".sql", ".sh", ".css", "")
)


def main(argv: list[str]) -> int:
    """Print every broken rule as path:line. 0 when none is."""
    root = Path(argv[0]) if argv else ROOT
    problems = list(found(root))
    for problem in problems:
        print(problem)
    if problems:
        print(f"{len(problems)} house rules broken", file=sys.stderr)
    return 1 if problems else 0


def found(root: Path) -> Iterator[Problem]:
    """Every broken rule of a checkout."""
    paths = sorted(tracked(root))
    folders = frozenset(str(Path(path).parent) for path in paths if path.endswith("/__init__.py"))
    for path in paths:
        file = root / path
        if file.suffix not in READ or not file.is_file():
            continue
        yield from broken(Source(path, file.read_text(encoding="utf-8", errors="replace"), folders))


def broken(source: Source) -> Iterator[Problem]:
    """The rules that one file breaks."""
    for rule in RULES:
        if rule.applies(source.path):
            for line, what in rule.check(source):
                yield Problem(source.path, line, rule.name, what)


def tracked(root: Path) -> list[str]:
    """The files that are in git or about to be."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    )
    return [path for path in listing.stdout.split("\0") if path]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
