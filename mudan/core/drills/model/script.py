"""What does a drill's script hold? Typed data: when which thing happens, never code.

Script ── injects: after (T+) · kind ─┬─ observation  a device of the exercise reports, at once or rising over a span
                                      ├─ call         somebody calls: the words for the call form
                                      ├─ message      a word to a role in the exercise
                                      ├─ closure      a road is closed
                                      ├─ unit         a unit goes out of service or comes back
                                      └─ note         a word to the control room only
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Any, Final, Literal

from pydantic import Discriminator, Field, Tag, TypeAdapter

from mudan.core.plans.model.reading import Fault, read_as
from mudan.core.plans.model.words import Line, Part, Span, Words

MOST_INJECTS: Final = 500
STEPS: Final = 12  # values that a rise is made of


class _Inject(Part):
    after: Span
    title: Words


class ObservationIn(_Inject):
    """A device of the exercise reports; `over` lets the value come from `start` in even steps."""

    kind: Literal["observation"]
    entity: Line
    quantity: Line
    value: float = Field(allow_inf_nan=False)
    start: float | None = Field(default=None, allow_inf_nan=False)
    over: Span = timedelta(0)


class CallIn(_Inject):
    """Somebody calls the centre."""

    kind: Literal["call"]
    reporter: Line
    phone: str = Field(default="", max_length=40)
    what: Line
    place: Line
    lon: float | None = Field(default=None, ge=-180, le=180)
    lat: float | None = Field(default=None, ge=-90, le=90)
    harm: str = Field(default="", max_length=500)
    on_scene: str = Field(default="", max_length=500)
    help_asked: str = Field(default="", max_length=500)


class MessageIn(_Inject):
    """A word to everybody of a role in the exercise."""

    kind: Literal["message"]
    role: Line
    text: Words


class ClosureIn(_Inject):
    """A road is closed around a point, or along a line of points (lon, lat)."""

    kind: Literal["closure"]
    points: tuple[tuple[float, float], ...] = Field(min_length=1, max_length=200)
    reason: Line
    depth_m: float | None = Field(default=None, gt=0, le=20)
    lasts: Span | None = None


class UnitIn(_Inject):
    """A unit goes out of service, or comes back on duty."""

    kind: Literal["unit"]
    unit: Line
    administrative: Literal["on_duty", "out_of_service"]
    reason: str = Field(default="", max_length=200)


class NoteIn(_Inject):
    """A word to the control room."""

    kind: Literal["note"]
    text: Words


def _tag(value: Any) -> str:
    """Which kind of inject a value is, as a place that is left out when a fault is told."""
    kind = value.get("kind") if isinstance(value, dict) else getattr(value, "kind", None)
    return f"<{kind}>"


InjectIn = Annotated[
    Annotated[ObservationIn, Tag("<observation>")]
    | Annotated[CallIn, Tag("<call>")]
    | Annotated[MessageIn, Tag("<message>")]
    | Annotated[ClosureIn, Tag("<closure>")]
    | Annotated[UnitIn, Tag("<unit>")]
    | Annotated[NoteIn, Tag("<note>")],
    Discriminator(_tag),
]
_ONE: Final[TypeAdapter[InjectIn]] = TypeAdapter(InjectIn)


class Script(Part):
    """A whole exercise as it is written down. `simulated`: units obey by themselves unless people play them."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]{1,40}$")
    title: Words
    purpose: Words
    scale: float = Field(default=1, ge=1, le=60)
    simulated: bool = True
    objectives: tuple[Words, ...] = Field(default=(), max_length=20)
    injects: tuple[InjectIn, ...] = Field(min_length=1, max_length=MOST_INJECTS)


def read_script(text: str) -> tuple[Script | None, tuple[Fault, ...]]:
    """The script in a YAML or JSON text, or every fault with its line. Never raises for what it holds."""
    script, faults, _ = read_as(text, Script)
    return script, faults


def inject_of(value: Any) -> InjectIn:
    """One inject from its stored or sent form. Raises pydantic's ValidationError."""
    return _ONE.validate_python(value)


def said_of(one: InjectIn) -> str:
    """What an inject does, in one line of its own words."""
    match one:
        case ObservationIn():
            rise = f"{one.start:g} → {one.value:g}" if one.start is not None else f"{one.value:g}"
            return f"{one.entity.rsplit(':', 1)[-1]} {one.quantity} {rise}"
        case CallIn():
            return f"{one.place} {one.what}"
        case MessageIn() | NoteIn():
            return one.text.zh
        case ClosureIn():
            return one.reason
        case UnitIn():
            return f"{one.unit} {one.administrative} {one.reason}".rstrip()


def planned(injects: tuple[InjectIn, ...]) -> list[tuple[float, InjectIn]]:
    """The injects by drill second, a rise as its single values."""
    each = [one for inject in injects for one in _unrolled(inject)]
    return sorted(each, key=lambda one: one[0])


def _unrolled(inject: InjectIn) -> Iterator[tuple[float, InjectIn]]:
    at_s = inject.after.total_seconds()
    if not isinstance(inject, ObservationIn) or not inject.over or inject.start is None:
        yield at_s, inject
        return
    span_s = inject.over.total_seconds()
    for step in range(STEPS + 1):
        share = step / STEPS
        value = inject.start + (inject.value - inject.start) * share
        yield (
            at_s + span_s * share,
            inject.model_copy(update={"value": round(value, 4), "over": timedelta(0), "start": None}),
        )
