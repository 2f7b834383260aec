"""What is a case as it stands, who reported it, what has happened to it, and what may be reported?"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from mudan.core.cases.model.chart import SOURCES, Situation
from mudan.core.cases.model.types import CaseType, Field
from mudan.primitives.errors import Invalid
from mudan.primitives.text import Text

CHANNELS: Final = ("phone", "web", "app", "visit", "letter", "other")
LONGEST_ANSWER: Final = 2000


@dataclass(frozen=True, slots=True)
class Reporter:
    """Somebody who told of it, and how; `wants_word`: would like to hear what becomes of it."""

    id: UUID
    at: datetime
    channel: str
    name: str = ""
    phone: str = ""
    text: str = ""
    wants_word: bool = False
    recorded_by: str = ""


@dataclass(frozen=True, slots=True)
class NewCase:
    """What is reported. `id` is the reporter's own name for it: the same is kept once. Raises Invalid.

    `since`: when it was reported where it comes from, from which its clocks run (None: now). `until`: the deadline
    that was set there for the whole of it.
    """

    id: UUID
    type: str
    class_code: str
    source: str
    title: str
    area_code: str
    text: str = ""
    form: Mapping[str, Any] = field(default_factory=dict)
    address: str = ""
    lon: float | None = None
    lat: float | None = None
    alarm: UUID | None = None
    reporter: Reporter | None = None
    since: datetime | None = None
    until: datetime | None = None

    def __post_init__(self) -> None:
        if not self.title.strip() or len(self.title) > 200:
            raise Invalid("a case has a title of up to 200 characters", field="title")
        if self.source not in SOURCES:
            raise Invalid("there is no such source", field="source")
        if (self.lon is None) != (self.lat is None):
            raise Invalid(
                "a place needs both longitude and latitude", field="lon" if self.lon is None else "lat"
            )
        if (self.source == "alarm") != (self.alarm is not None):
            raise Invalid("a case from an alarm names the alarm, and no other does", field="alarm")
        if self.reporter is not None and self.reporter.channel not in CHANNELS:
            raise Invalid("there is no such channel", field="channel")
        if self.since is not None and self.until is not None and self.until <= self.since:
            raise Invalid("its deadline lies before it was reported", field="until")


@dataclass(frozen=True, slots=True)
class Case:
    """A case as it stands. `lamp` and `next_due_at` are those of its most pressing clock."""

    id: UUID
    space: int
    area_code: str
    number: str
    type: str
    type_version: int
    class_code: str
    title: str
    text: str
    form: Mapping[str, Any]
    address: str
    lon: float | None
    lat: float | None
    alarm_id: UUID | None
    situation: Situation
    main_number: str | None
    owner_name: Text | None
    rule: str | None
    lamp: str
    next_due_at: datetime | None
    created_at: datetime
    created_by: str
    closed_at: datetime | None
    ended_at: datetime | None
    version: int
    incident_id: UUID | None = None

    @property
    def state(self) -> str:
        """The stage it is in."""
        return self.situation.state


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One line of a case's history."""

    id: int
    at: datetime
    kind: str
    from_state: str
    to_state: str
    actor: str
    text: Text
    detail: Mapping[str, Any]


_LISTS: Final = ("partners", "handlers", "past_owners")


def columns(now: Situation) -> dict[str, Any]:
    """A situation as the columns of a case; the owner stands in `department`."""
    given = asdict(now)
    given |= {name: sorted(given[name]) for name in _LISTS} | {"levels": list(now.levels)}
    given["asked"] = {kind: None if by is None else str(by) for kind, by in now.asked.items()}
    return given | {"department": given.pop("owner"), "main_id": given.pop("main")}


def situation_of(row: Mapping[str, Any]) -> Situation:
    """The situation that `columns` wrote."""
    names = set(Situation.__dataclass_fields__) - {"owner", "main", "asked", "levels", *_LISTS}
    given: dict[str, Any] = {name: row[name] for name in names} | {
        name: frozenset(row[name]) for name in _LISTS
    }
    asked = {kind: None if by is None else UUID(by) for kind, by in row["asked"].items()}
    return Situation(
        owner=row["department"], main=row["main_id"], levels=tuple(row["levels"]), asked=asked, **given
    )


def checked_form(case_type: CaseType, form: Mapping[str, Any]) -> dict[str, Any]:
    """The form's answers as the type asks for them. Raises Invalid naming the field."""
    known = {one.name: one for one in case_type.fields}
    for name in form:
        if name not in known:
            raise Invalid("the form has no such field", field=f"form.{name}")
    found = {name: form[name] for name in known if form.get(name) not in (None, "")}
    for name, one in known.items():
        if name in found:
            found[name] = _answered(one, found[name])
        elif one.required:
            raise Invalid("this is needed", field=f"form.{name}")
    return found


def _answered(one: Field, given: Any) -> Any:
    where = f"form.{one.name}"
    if one.kind == "number":
        if isinstance(given, bool) or not isinstance(given, int | float):
            raise Invalid("this is a number", field=where)
        return given
    if not isinstance(given, str) or len(given) > LONGEST_ANSWER:
        raise Invalid("this is words, and not too many", field=where)
    if one.kind == "choice" and given not in {code for code, _ in one.choices}:
        raise Invalid("this is one of the choices", field=where)
    if one.kind == "date":
        try:
            date.fromisoformat(given)
        except ValueError:
            raise Invalid("this is a day, YYYY-MM-DD", field=where) from None
    if one.kind == "phone" and not _is_phone(given):
        raise Invalid("this is a telephone number", field=where)
    return given.strip()


def _is_phone(given: str) -> bool:
    digits = given.replace("-", "").replace(" ", "").removeprefix("+")
    return digits.isascii() and digits.isdigit() and 3 <= len(digits) <= 15
