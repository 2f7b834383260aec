"""How is a record of another system declared: its fields, what they are called there, and when it becomes a case?

All of it data, none of it code. A feed is one kind of record (service items, matters, reviews …):

    FEED = Feed("reviews", title, key=("review_no",), fields=(
        FieldMap("review_no", title, ("evalNo", "评价编号"), required=True),
        FieldMap("grade", title, ("satisfaction",), kind="code", codes={"5": "very_good", …}), …),
        opens=(Opens(when=(When("grade", "is", ("bad",)),), type="bad_review", class_code="0101", title="…{item}"),))
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass, field
from typing import Final

from mudan.core.records.model.words import Course
from mudan.primitives.text import Text

KINDS: Final = ("text", "code", "number", "whole", "date", "datetime", "flag", "phone", "pictures")
OPS: Final = ("is", "filled", "empty", "after")
PLACE: Final = re.compile(r"\{([a-z_][a-z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class FieldMap:
    """One field: `target` is our name, `names` are what the source may call it (a dot goes into an object).

    `codes`: the source's code → ours. `formats`: of times that are not written in a usual way (strptime).
    `scale`: what a number of the source's unit is multiplied by to be in `unit`. `personal`: shown to few.
    `default`: our word where the source says nothing. `pattern`: how a text is written; a number is none then,
    because it may have lost its zeros.
    """

    target: str
    title: Text
    names: tuple[str, ...]
    kind: str = "text"
    required: bool = False
    personal: bool = False
    codes: Mapping[str, str] = field(default_factory=dict)
    formats: tuple[str, ...] = ()
    unit: str = ""
    scale: float = 1.0
    low: float | None = None
    high: float | None = None
    longest: int = 500
    default: str = ""
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class When:
    """A question to one field: `is` one of `values`, `filled`, `empty`, or later than the time field `values[0]`."""

    field: str
    op: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseFields:
    """What each case has of its own instead of what its `Opens` says for all: our fields, empty where there is none.

    `since`: when it was reported at the source, from which its clocks run; `until`: the deadline set there.
    """

    class_code: str = ""
    source: str = ""
    address: str = ""
    lon: str = ""
    lat: str = ""
    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Opens:
    """When all of `when` hold the record becomes a case, at once or once the time in `due` has passed.

    `title` and `text` hold `{target}` places. `form`: field of the case's form → our field. `own`: what is told by
    fields of the record; where it names the class, `class_code` is empty.
    """

    when: tuple[When, ...]
    type: str
    class_code: str
    title: str
    text: str = ""
    form: Mapping[str, str] = field(default_factory=dict)
    source: str = "department"
    due: str = ""
    own: CaseFields = CaseFields()


@dataclass(frozen=True, slots=True)
class Moves:
    """When all of `when` hold the case that the record opened takes a step, by the centre (role `system`).

    `once`: our field that tells one such step from the next (none: each version of the record is one).
    """

    when: tuple[When, ...]
    event: str
    reason: str = ""
    answer: str | None = None
    once: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """One kind of record. `key`: our fields that name it together. `at`: the time it was last changed at the source.

    `subject`: our fields that name what its case is about, where several records speak of one (none: `key`).
    `area`: our field with the area's code; where it is empty the platform's own area counts.
    `department`: our field that names whose it is, as our departments are named; those bound to it see the record.
    `cursor`: the column a pull goes by (only ever growing), as the source names it.
    `course`: our fields that tell what is overdue, due soon, done and done late, where a record has a limit.
    """

    name: str
    title: Text
    key: tuple[str, ...]
    fields: tuple[FieldMap, ...]
    at: str = ""
    area: str = ""
    department: str = ""
    cursor: str = ""
    subject: tuple[str, ...] = ()
    opens: tuple[Opens, ...] = ()
    moves: tuple[Moves, ...] = ()
    course: Course | None = None


def feed_faults(feed: Feed, types: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """What is wrong with a declaration, in plain words; `types`: the known case types with their class codes."""
    known = {one.target: one for one in feed.fields}
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", feed.name):
        yield "its name is not lower-case letters, digits and underscores"
    if len(known) != len(feed.fields):
        yield "two fields have one target"
    if not feed.key:
        yield "no field names a record"
    wanted = {*feed.key, *feed.subject, feed.at, feed.area, feed.department} - {""}
    if feed.course:
        wanted |= {feed.course.due, feed.course.done}
        kinds = {known[name].kind for name in (feed.course.due, feed.course.done) if name in known}
        if kinds - {"datetime"}:
            yield "its course is told by fields that are no times"
    for one in feed.fields:
        yield from _field_faults(one)
    asked = [when for one in feed.opens for when in one.when] + [w for one in feed.moves for w in one.when]
    for when in asked:
        wanted |= {when.field} | ({when.values[0]} if when.op == "after" and when.values else set())
        if when.op not in OPS:
            yield f"'{when.op}' is no question to a field"
    for opens in feed.opens:
        wanted |= {*opens.form.values(), opens.due, *astuple(opens.own)} - {""}
        wanted |= {*PLACE.findall(opens.title), *PLACE.findall(opens.text)}
        if opens.type not in types:
            yield f"there is no case type '{opens.type}'"
        elif opens.own.class_code and not opens.class_code:
            pass
        elif opens.class_code not in types[opens.type]:
            yield f"the case type '{opens.type}' has no class {opens.class_code}"
    wanted |= {one.once for one in feed.moves} - {""}
    for name in sorted(wanted - set(known)):
        yield f"there is no field '{name}'"


def _field_faults(one: FieldMap) -> Iterator[str]:
    if one.kind not in KINDS:
        yield f"field '{one.target}' is of the unknown kind '{one.kind}'"
    if not one.names:
        yield f"field '{one.target}' is called nothing at the source"
    if one.kind == "code" and not one.codes:
        yield f"field '{one.target}' has no table of codes"
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,59}", one.target):
        yield f"field '{one.target}' is not lower-case letters, digits and underscores"
