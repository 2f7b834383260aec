"""What are the house's own rules, and what does keeping or breaking each look like?"""

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from typing import Final, NamedTuple

LONGEST_FUNCTION: Final = 60
LONGEST_MODULE: Final = 400
BANNED: Final = frozenset(("utils", "helpers", "common", "manager", "service", "handler", "base"))
CLOCKS: Final = ("mudan/primitives/clock.py", "mudan/primitives/ids.py")
SQL: Final = re.compile(r"\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|COPY|WITH)\s")
SQL_HOMES: Final = re.compile(r"mudan/(storage/|core/\w+/(store|queries)(\.py|/))")
NOW: Final = frozenset(
    ("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns")
)
OPT_OUT: Final = re.compile(r"#\s*(noqa|type:\s*ignore|pragma:)")
REASONED: Final = re.compile(
    r"#\s*(noqa:\s*\w+(,\s*\w+)*|type:\s*ignore\[[\w, -]+\]|pragma:\s*no \w+)[\s#-]+\w.*\w{2}"
)
LEFTOVER: Final = re.compile(r"#.*\b(TODO|FIXME|XXX|HACK)\b")
SKIPS: Final = frozenset(("pytest.mark.skip", "pytest.mark.skipif", "pytest.mark.xfail", "pytest.skip"))
MACHINE: Final = re.compile(r"(?<![\w.*}$-])(/(home|Users|work|root)/\w+|[A-Z]:\\\\?Users\\)")
REGISTRY: Final = re.compile(r"--(extra-)?index-url|--find-links|\"resolved\":\s*\"https?:|@ https?:")
LOCK_FILES: Final = ("requirements.txt", "requirements-dev.txt", "package-lock.json")

Finding = tuple[int, str]


@dataclass(frozen=True)
class Source:
    """One file: its path from the root, its text, and which folders of the tree are packages."""

    path: str
    text: str
    packages: frozenset[str] = field(default_factory=frozenset)

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree of a Python file."""
        return ast.parse(self.text, self.path)

    @cached_property
    def comments(self) -> list[Finding]:
        """The comments of a Python file with their lines."""
        tokens = tokenize.generate_tokens(io.StringIO(self.text).readline)
        return [(token.start[0], token.string) for token in tokens if token.type == tokenize.COMMENT]


class Problem(NamedTuple):
    """One broken rule."""

    path: str
    line: int
    rule: str
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.what}"


@dataclass(frozen=True, slots=True)
class HouseRule:
    """A rule, the files it is for, and examples: (path, text) that keeps it and that breaks it."""

    name: str
    applies: Callable[[str], bool]
    check: Callable[[Source], Iterator[Finding]]
    good: tuple[str, str]
    bad: tuple[str, str]


def python(path: str) -> bool:
    """Whether it is one of the project's own Python files."""
    return path.endswith(".py") and path.startswith(("mudan/", "tests/", "tools/"))


def shipped(path: str) -> bool:
    """Whether it is Python that runs in production."""
    return python(path) and path.startswith("mudan/") and not tested(path)


def tested(path: str) -> bool:
    """Whether it is a test."""
    return path.startswith("tests/") or "/tests/" in path


def question(source: Source) -> Iterator[Finding]:
    """A module opens with the question it answers; an empty one that only marks a test folder need not."""
    if not source.text.strip() and tested(source.path):
        return
    opening = (ast.get_docstring(source.tree) or "").split("\n\n")[0]
    if not opening:
        yield 1, "no docstring"
    elif "?" not in opening and "？" not in opening:
        yield 1, "the docstring does not open with the question that the file answers"


def telling_name(source: Source) -> Iterator[Finding]:
    """A module is named for what it is about."""
    for part in PurePosixPath(source.path).with_suffix("").parts:
        if part in BANNED:
            yield 1, f"'{part}' says nothing about what is inside"


def in_a_package(source: Source) -> Iterator[Finding]:
    """Import contracts see packages only."""
    folder = str(PurePosixPath(source.path).parent)
    if folder not in source.packages:
        yield 1, f"{folder} has no __init__.py, so the import contracts do not see it"


def sql_at_home(source: Source) -> Iterator[Finding]:
    """SQL lives in store, queries and storage."""
    if SQL_HOMES.match(source.path):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.match(node.value):
            yield node.lineno, "SQL belongs in store.py, queries.py or storage/"


def one_clock(source: Source) -> Iterator[Finding]:
    """Time comes from primitives.clock, so that tests and replays own it."""
    if source.path in CLOCKS:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and _dotted(node.func) in NOW:
            yield node.lineno, f"{_dotted(node.func)}() reads the machine's clock; take a Clock"


def reasoned_opt_outs(source: Source) -> Iterator[Finding]:
    """A silencer says why, on its line."""
    for line, comment in source.comments:
        if OPT_OUT.search(comment) and not REASONED.search(comment):
            yield line, "an opt-out names its code and its reason: # noqa: S603 - starts our own program"


def no_leftovers(source: Source) -> Iterator[Finding]:
    """What is not done is an issue, not a comment; a test that does not run is not a test."""
    for line, comment in source.comments:
        if LEFTOVER.search(comment):
            yield line, "unfinished work belongs in an issue"
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and _dotted(node) in SKIPS:
            yield node.lineno, "a test runs or is removed; it is never skipped"


def short(source: Source) -> Iterator[Finding]:
    """A function fits on a screen, a module in a head."""
    lines = source.text.count("\n")
    if lines > LONGEST_MODULE and not tested(source.path):
        yield 1, f"{lines} lines; split the module at {LONGEST_MODULE} into a package of its name"
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                yield node.lineno, f"{node.name} is {length} lines long; at most {LONGEST_FUNCTION}"


def no_machine_paths(source: Source) -> Iterator[Finding]:
    """Nothing depends on where somebody's checkout lies."""
    for number, line in enumerate(source.text.splitlines(), 1):
        if match := MACHINE.search(line):
            yield number, f"a path of one machine: {match[0]}"


def routes_flat(source: Source) -> Iterator[Finding]:
    """Routes stand in one list; a router within a router is walked through at every request (decision 0009)."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr == "include_router":
            yield node.lineno, "join routers with mudan.api.joining, which keeps their routes in one list"


def no_registry(source: Source) -> Iterator[Finding]:
    """Lock files name versions and hashes; where to fetch from is the installer's business."""
    for number, line in enumerate(source.text.splitlines(), 1):
        if REGISTRY.search(line):
            yield number, "a lock file names no registry"


def _dotted(node: ast.expr) -> str:
    """`a.b.c` of such an expression, without what `a` itself hangs on; empty for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        parts.append(node.id)
    found = ".".join(reversed(parts))
    return found.removeprefix("datetime.") if found.startswith("datetime.date") else found


HEAD: Final = '"""Why?"""\n'
RULES: Final = (
    HouseRule("question", python, question, ("mudan/a.py", HEAD), ("mudan/a.py", '"""Things."""\n')),
    HouseRule("telling-name", python, telling_name, ("mudan/rain.py", HEAD), ("mudan/utils.py", HEAD)),
    HouseRule("package", python, in_a_package, ("mudan/a.py", HEAD), ("mudan/lost/a.py", HEAD)),
    HouseRule(
        "sql-at-home",
        shipped,
        sql_at_home,
        ("mudan/core/tasks/store.py", HEAD + 'A = "SELECT 1"\n'),
        ("mudan/core/tasks/actions.py", HEAD + 'A = "SELECT 1"\n'),
    ),
    HouseRule(
        "one-clock",
        shipped,
        one_clock,
        ("mudan/primitives/clock.py", HEAD + "A = datetime.now(UTC)\n"),
        ("mudan/core/path.py", HEAD + "A = datetime.now(UTC)\n"),
    ),
    HouseRule(
        "reasoned-opt-outs",
        python,
        reasoned_opt_outs,
        ("mudan/a.py", HEAD + "import a  # noq" + "a: F401 - read by its importers\n"),
        ("mudan/a.py", HEAD + "import a  # noq" + "a: F401\n"),
    ),
    HouseRule(
        "no-leftovers",
        python,
        no_leftovers,
        ("tests/test_a.py", HEAD + "# only the first\n"),
        ("tests/test_a.py", HEAD + "@pytest.mark.skip\ndef test_a(): ...\n"),
    ),
    HouseRule(
        "routes-flat",
        shipped,
        routes_flat,
        ("mudan/api/a.py", HEAD + "router = joined(a.router)\n"),
        ("mudan/api/a.py", HEAD + "router.include_router(a.router)\n"),
    ),
    HouseRule(
        "short",
        python,
        short,
        ("mudan/a.py", HEAD + "def a():\n" + "    b()\n" * 59),
        ("mudan/a.py", HEAD + "def a():\n" + "    b()\n" * 60),
    ),
    HouseRule(
        "no-machine-paths",
        lambda _path: True,
        no_machine_paths,
        ("deploy/a.sh", "cd /srv/mudan\n"),
        ("deploy/a.sh", "cd /ho" + "me/peony/mudan\n"),
    ),
    HouseRule(
        "no-registry",
        lambda path: path.endswith(LOCK_FILES),
        no_registry,
        ("requirements.txt", "a==1 --hash=sha256:0\n"),
        ("requirements.txt", "--index" + "-url https://mirror.example/simple\n"),
    ),
)
