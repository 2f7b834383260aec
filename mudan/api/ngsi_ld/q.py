"""Does an entity meet a query? The `q` language of ETSI GS CIM 009 §4.9, without patterns.

query = all {"|" all}    all = term {";" term}    term = "(" query ")" | "!" path | path [op values]
path  = name {"." name} ["[" member "]"]           op = == != > >= < <=
values = value {"," value} | value ".." value      value = number | "text" | true | false | time | word
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from mudan.api.ngsi_ld.errors import refused

_LONGEST: Final = 2000
_DEEPEST: Final = 16
_TOKEN: Final = re.compile(
    r'\s*(?:(?P<text>"(?:[^"\\]|\\.)*")|(?P<op>==|!=|>=|<=|!~=|~=|>|<)|(?P<range>\.\.)'
    r"|(?P<sign>[;|()!,\[\]])|(?P<word>(?:(?!\.\.)[^\s;|()!,\[\]=<>~\"])+))"
)

_NAME: Final = re.compile(r"[^\W\d_]\w*|[A-Za-z][\w+.-]*:.+")  # a term or an IRI

Scalar = float | str | bool | datetime
Resolver = Callable[[str, tuple[str, ...], str], Any]


@dataclass(frozen=True, slots=True)
class Path:
    """An attribute, members below it after dots, and one in brackets."""

    name: str
    below: tuple[str, ...] = ()
    member: str = ""


@dataclass(frozen=True, slots=True)
class Test:
    """A path against values; `op` "exists" and "missing" have none, a range has `low` and `high`."""

    path: Path
    op: str
    values: tuple[Scalar, ...] = ()
    is_range: bool = False

    def holds(self, resolve: Resolver) -> bool:
        """Whether it holds. What is missing or of another kind never meets a comparison."""
        value = resolve(self.path.name, self.path.below, self.path.member)
        if self.op in ("exists", "missing"):
            return (value is not None) == (self.op == "exists")
        found = value if isinstance(value, list) else [value]
        return any(self._one(item) for item in found if item is not None)

    def _one(self, value: Any) -> bool:
        pairs = [pair for wanted in self.values if (pair := _alike(value, wanted)) is not None]
        if len(pairs) != len(self.values):
            return False
        if self.is_range:
            within = bool(pairs[0][0] >= pairs[0][1] and pairs[1][0] <= pairs[1][1])
            return within == (self.op == "==")
        if self.op == "!=":
            return all(a != b for a, b in pairs)
        return any(_COMPARE[self.op](a, b) for a, b in pairs)


@dataclass(frozen=True, slots=True)
class Every:
    """All parts hold."""

    of: tuple["Query", ...]

    def holds(self, resolve: Resolver) -> bool:
        """Whether all do."""
        return all(part.holds(resolve) for part in self.of)


@dataclass(frozen=True, slots=True)
class Some:
    """At least one part holds."""

    of: tuple["Query", ...]

    def holds(self, resolve: Resolver) -> bool:
        """Whether one does."""
        return any(part.holds(resolve) for part in self.of)


Query = Test | Every | Some

_COMPARE: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "==": lambda a, b: bool(a == b),
    ">": lambda a, b: bool(a > b),
    ">=": lambda a, b: bool(a >= b),
    "<": lambda a, b: bool(a < b),
    "<=": lambda a, b: bool(a <= b),
}


def parsed(text: str) -> Query:
    """The query in a text; raises BadRequestData where it breaks the grammar."""
    if len(text) > _LONGEST:
        raise refused("BadRequestData", f"q has more than {_LONGEST} characters")
    parser = _Parser(_tokens(text))
    query = parser.some(0)
    if parser.kind():
        raise parser.fault()
    return query


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0

    def kind(self) -> str:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else ""

    def peek(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""

    def take(self) -> str:
        self._at += 1
        return self._tokens[self._at - 1][1]

    def fault(self) -> Exception:
        return refused("BadRequestData", f"q cannot be read at part {self._at + 1}")

    def is_sign(self, sign: str) -> bool:
        return self.kind() == "sign" and self.peek() == sign

    def some(self, depth: int) -> Query:
        parts = [self.every(depth)]
        while self.is_sign("|"):
            self.take()
            parts.append(self.every(depth))
        return parts[0] if len(parts) == 1 else Some(tuple(parts))

    def every(self, depth: int) -> Query:
        parts = [self.term(depth)]
        while self.is_sign(";"):
            self.take()
            parts.append(self.term(depth))
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    def term(self, depth: int) -> Query:
        if self.is_sign("("):
            if depth >= _DEEPEST:
                raise refused("BadRequestData", "q is nested too deeply")
            self.take()
            inner = self.some(depth + 1)
            self.expect(")")
            return inner
        if self.is_sign("!"):
            self.take()
            return Test(self.path(), "missing")
        path = self.path()
        if self.kind() != "op":
            return Test(path, "exists")
        op = self.take()
        if op in ("~=", "!~="):
            raise refused("OperationNotSupported", "patterns in q are not offered")
        return self.test(path, op)

    def test(self, path: Path, op: str) -> Test:
        values = [self.value()]
        if self.kind() == "range":
            self.take()
            values.append(self.value())
            if op not in ("==", "!="):
                raise refused("BadRequestData", "a range goes with == and != only")
            return Test(path, op, tuple(values), is_range=True)
        while self.is_sign(","):
            self.take()
            values.append(self.value())
        if len(values) > 1 and op not in ("==", "!="):
            raise refused("BadRequestData", "a list goes with == and != only")
        return Test(path, op, tuple(values))

    def path(self) -> Path:
        if self.kind() != "word":
            raise self.fault()
        word = self.take()
        # an IRI keeps its dots: only a plain name has members below it
        name, *below = [word] if ":" in word else word.split(".")
        member = ""
        if self.is_sign("["):
            self.take()
            if self.kind() != "word":
                raise self.fault()
            member = self.take()
            self.expect("]")
        if not all(_NAME.fullmatch(part) for part in (name, *below)):
            raise self.fault()
        return Path(name, tuple(below), member)

    def value(self) -> Scalar:
        kind = self.kind()
        if kind == "text":
            text = self.take()[1:-1]
            return re.sub(r"\\(.)", r"\1", text)
        if kind != "word":
            raise self.fault()
        return _scalar(self.take())

    def expect(self, sign: str) -> None:
        if not self.is_sign(sign):
            raise self.fault()
        self.take()


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while at < len(text.rstrip()):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise refused("BadRequestData", f"q cannot be read at character {at + 1}")
        found.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return found


def _scalar(word: str) -> Scalar:
    if word in ("true", "false"):
        return word == "true"
    if re.fullmatch(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", word):
        return float(word)
    return _moment(word) or word


def _moment(word: str) -> datetime | None:
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([.,]\d{1,6})?Z", word):
        return None
    try:
        return datetime.fromisoformat(word.replace(",", ".").replace("Z", "+00:00"))
    except ValueError:
        raise refused("BadRequestData", "q holds a time that does not exist") from None


def _alike(value: Any, wanted: Scalar) -> tuple[Any, Any] | None:
    """Both sides when they are of one kind, so that they can be compared."""
    if isinstance(wanted, datetime):
        moment = value if isinstance(value, datetime) else _moment(value) if isinstance(value, str) else None
        return None if moment is None else (moment, wanted)
    if isinstance(value, bool) or isinstance(wanted, bool):
        return (value, wanted) if isinstance(value, bool) and isinstance(wanted, bool) else None
    if isinstance(value, int | float) and isinstance(wanted, float):
        return (float(value), wanted)
    return (value, wanted) if isinstance(value, str) and isinstance(wanted, str) else None
