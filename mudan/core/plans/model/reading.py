"""What does a plan's file say, and where exactly is it wrong? YAML with bounds, no tags, no aliases.

text ─bounds─▶ events ─compose─▶ nodes ─▶ plain values + a mark for every path ─types─▶ Plan | faults
"""

import hashlib
import re
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from mudan.core.plans.model.types import Plan
from mudan.primitives.errors import Invalid
from mudan.primitives.text import Text

LONGEST: Final = 256 << 10  # characters of one plan's file
DEEPEST: Final = 24
MOST_NODES: Final = 20_000
MOST_FAULTS: Final = 100

_INT: Final = re.compile(r"[-+]?(0|[1-9][0-9]{0,14})")
_FLOAT: Final = re.compile(r"[-+]?(0|[1-9][0-9]{0,14})\.[0-9]{1,12}")
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same marks, ten times faster
Path = tuple[str | int, ...]
T = TypeVar("T", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the file: line and column from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong where; `path` as in levels[0].tasks[2].deadline."""

    path: str
    mark: Mark
    text: Text


@dataclass(frozen=True, slots=True)
class Read:
    """A file that was read: the plan, or what is wrong. `marks` say where each path begins."""

    plan: Plan | None
    faults: tuple[Fault, ...]
    marks: dict[Path, Mark] = field(default_factory=dict)

    def mark(self, path: Path) -> Mark:
        """Where a path begins, or the nearest thing around it that is there."""
        for end in range(len(path), -1, -1):
            if path[:end] in self.marks:
                return self.marks[path[:end]]
        return Mark(1, 1)


class _Refused(Exception):
    def __init__(self, mark: Any, text: Text) -> None:
        super().__init__(text.en)
        self.mark = Mark(mark.line + 1, mark.column + 1) if mark is not None else Mark(1, 1)
        self.text = text


def shown(path: Path) -> str:
    """A path as people read it."""
    out = ""
    for step in path:
        out += f"[{step}]" if isinstance(step, int) else f".{step}" if out else str(step)
    return out


def read_plan(text: str) -> Read:
    """The plan in a text, or every fault with its line. Never raises for what the text holds."""
    return Read(*read_as(text, Plan))


def read_as(text: str, kind: type[T]) -> tuple[T | None, tuple[Fault, ...], dict[Path, Mark]]:
    """A file of any typed kind: what it says, or every fault with its line; and where each path begins."""
    marks: dict[Path, Mark] = {}
    try:
        value = _value(_composed(text), (), marks)
    except _Refused as refused:
        return None, (Fault("", refused.mark, refused.text),), marks
    try:
        return kind.model_validate(value), (), marks
    except ValidationError as error:
        found = Read(None, (), marks)
        faults = [
            _fault(found, one)
            for one in error.errors(include_url=False)[:MOST_FAULTS]
            if not _echo(found, one)
        ]
        return None, tuple(sorted(faults, key=lambda one: (one.mark.line, one.mark.column))), marks


def plan_of(text: str) -> Plan:
    """The plan in a text that is known to be good. Raises Invalid with the first fault."""
    read = read_plan(text)
    if read.plan is None:
        first = read.faults[0]
        raise Invalid(f"line {first.mark.line}: {first.path}: {first.text.en}", field="text")
    return read.plan


def hash_of(text: str) -> str:
    """What a version is known by: SHA-256 of its file, hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def _composed(text: str) -> yaml.Node:
    if len(text) > LONGEST:
        raise _Refused(None, Text(f"文件超过 {LONGEST} 字符", f"the file has more than {LONGEST} characters"))
    try:
        _bounded(text)
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        raise _Refused(
            error.problem_mark,
            Text(f"YAML 语法错误：{error.problem}", f"this is not YAML: {error.problem}"),
        ) from error
    except yaml.YAMLError as error:
        raise _Refused(None, Text("文件含有不允许的字符", f"this is not YAML: {error}")) from error
    if node is None:
        raise _Refused(None, Text("文件是空的", "the file is empty"))
    return node


def _bounded(text: str) -> None:
    """Refuse what could make reading dear before anything is built."""
    depth = nodes = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _Refused(event.start_mark, Text("不支持锚点和别名", "anchors and aliases are not read"))
        if getattr(event, "tag", None) is not None:
            raise _Refused(event.start_mark, Text("不支持标签", "tags are not read"))
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        nodes += isinstance(event, yaml.NodeEvent)
        if depth > DEEPEST or nodes > MOST_NODES:
            raise _Refused(event.start_mark, Text("嵌套过深或内容过多", "nested too deep, or too much in it"))


def _value(node: yaml.Node, path: Path, marks: dict[Path, Mark]) -> Any:
    marks.setdefault(path, Mark(node.start_mark.line + 1, node.start_mark.column + 1))
    if isinstance(node, yaml.SequenceNode):
        return [_value(part, (*path, n), marks) for n, part in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        made: dict[str, Any] = {}
        for key_node, part in node.value:
            key = key_node.value
            if not isinstance(key_node, yaml.ScalarNode):
                raise _Refused(key_node.start_mark, Text("键必须是文字", "a key must be plain text"))
            if key in made:
                raise _Refused(key_node.start_mark, Text(f"“{key}”重复", f"'{key}' is there twice"))
            marks[*path, key] = Mark(key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            made[key] = _value(part, (*path, key), marks)
        return made
    return _scalar(node)


def _scalar(node: yaml.Node) -> Any:
    """Only true, false, numbers and text: no dates, no `on`, no octal."""
    text: str = node.value
    if not isinstance(node, yaml.ScalarNode) or node.style:
        return text
    if text in ("true", "false"):
        return text == "true"
    if _INT.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def _fault(read: Read, error: Any) -> Fault:
    path = _known(tuple(error["loc"]))
    return Fault(shown(path), read.mark(path), _words(error))


def _echo(read: Read, error: Any) -> bool:
    """Whether a list only seems too short because a part of it is wrong, which is told by itself."""
    return error["type"] == "too_short" and (*_known(tuple(error["loc"])), 0) in read.marks


def _known(location: Path) -> Path:
    """The path in the file: the names of tried alternatives (`<all>`) are left out."""
    return tuple(step for step in location if not (isinstance(step, str) and step.startswith("<")))


_SAID: Final = {
    "missing": Text("缺少此项", "this is missing"),
    "extra_forbidden": Text("没有这样的项", "there is no such key"),
    "logic": Text(
        "逻辑只能是条件名，或 all、any、k_of_n、not",
        "logic is the name of a condition, or all, any, k_of_n, not",
    ),
    "string_type": Text("应为文字", "must be text"),
    "float_type": Text("应为数字", "must be a number"),
    "int_type": Text("应为整数", "must be a whole number"),
    "bool_type": Text("应为 true 或 false", "must be true or false"),
    "tuple_type": Text("应为列表（以 - 开头）", "must be a list"),
    "dict_type": Text("应为“键: 值”", "must be keys with values"),
    "model_type": Text("应为“键: 值”", "must be keys with values"),
}


def _words(error: Any) -> Text:
    said = _SAID.get(error["type"])
    if said is not None:
        return said
    message = str(error["msg"]).removeprefix("Value error, ")
    expected = error.get("ctx", {}).get("expected")
    if expected is not None:
        return Text(f"应为 {expected}", f"must be {expected}")
    return Text(f"不符合要求：{message}", message)
