"""How do metrics, figures with the cases behind them, corrections and evaluations look on the wire?"""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from mudan.api.wire import Body, Instant
from mudan.core.cases.model.metrics.counts import COUNTS
from mudan.core.cases.model.metrics.registry import formula
from mudan.core.cases.model.types import Metric
from mudan.core.cases.queries import Behind, Correction
from mudan.primitives.text import Text

WindowKind = Literal["month", "month_from", "day_from", "week", "range"]
Grouping = Literal["area", "department", "class", "type", "post", "collectors"]
Reason = Annotated[str, Field(min_length=1, max_length=500)]


class MetricOut(BaseModel):
    """A metric with what it means. `up`: whether more is better; none: neither."""

    name: str
    title: Text
    formula: Text
    numerator: Text
    denominator: Text
    unit: Literal["%", "h", "n"]
    version: int
    source: str
    groups: list[Grouping]
    up: bool | None


class CaseWindowOut(BaseModel):
    """A window. `known_until`: up to when cases are judged; `over`: it does not change any more."""

    kind: WindowKind
    since: Instant
    until: Instant
    known_until: Instant
    over: bool


class MetricCountsOut(BaseModel):
    """The two counts of a metric, and its value."""

    numerator: float | None
    denominator: float
    value: float | None


class CaseFigureOut(MetricCountsOut):
    """A metric of a group, and what is left of it when the excluded cases do not count."""

    metric: str
    corrected: MetricCountsOut | None = None


class ScorePartOut(BaseModel):
    """A part of the composite with its points; `weight`: the most it can give (nothing: it only takes)."""

    metric: str
    title: Text
    weight: float
    inverted: bool
    value: float | None
    points: float | None


class ScoreOut(BaseModel):
    """The composite: `points` of `of` from the raw figures, what corrections and manual points make of it."""

    title: Text
    source: str
    version: int
    points: float | None
    of: float
    corrected: float | None
    manual: float
    total: float | None
    parts: list[ScorePartOut]


class CaseFigureGroupOut(BaseModel):
    """The figures of one group; `people` only where a group is people, and never fewer than three."""

    key: str
    title: Text
    figures: list[CaseFigureOut]
    score: ScoreOut | None = None
    online: ScoreOut | None = None
    people: int | None = None


class CaseCorrectionOut(BaseModel):
    """A correction: what was taken out or given, by whom, why, and whether it still holds."""

    id: UUID
    kind: Literal["exclude", "points"]
    metric: str
    case_id: UUID | None
    case_number: str | None
    grouping: str | None
    key: str | None
    since: Instant | None
    until: Instant | None
    points: float | None
    reason: str
    made_at: Instant
    made_by: str
    withdrawn_at: Instant | None
    withdrawn_by: str | None
    withdrawn_reason: str | None


class CaseCorrectionsOut(BaseModel):
    """Corrections, the newest first."""

    items: list[CaseCorrectionOut]


class CaseFiguresOut(BaseModel):
    """The figures of every group in a window. `withheld`: groups of so few people that they are not shown."""

    window: CaseWindowOut
    group: Grouping
    version: int
    metrics: list[MetricOut]
    whole: CaseFigureGroupOut | None
    groups: list[CaseFigureGroupOut]
    withheld: int
    least_people: int
    example: bool
    points: list[CaseCorrectionOut]
    as_of: Instant


class BehindOut(BaseModel):
    """A case behind a figure; without number and title when it lies with others now. No case: a cell of the grid."""

    case_id: UUID | None
    number: str | None
    title: str | None
    state: str | None
    type: str
    class_code: str
    area_code: str
    department: str | None
    at: Instant
    due_at: Instant | None
    done_at: Instant | None
    counted: bool = Field(description="the numerator counts it")
    weight: int | None
    hours: float | None
    excluded: str | None


class BehindsOut(BaseModel):
    """The cases of a figure's denominator."""

    metric: MetricOut
    window: CaseWindowOut
    items: list[BehindOut]
    total: int
    as_of: Instant


class ExclusionIn(Body):
    """A case that is not to count, for one metric or (empty) for none."""

    id: UUID
    case_id: UUID
    metric: Annotated[str, Field(max_length=64)] = ""
    reason: Reason


class WindowIn(Body):
    """A window and by which group it is looked at."""

    window: WindowKind = "month"
    day: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    last: str | None = Field(default=None, pattern=r"^\d{4}-\d{2}-\d{2}$")
    from_day: int = Field(default=19, ge=1, le=28)
    from_hour: int = Field(default=12, ge=0, le=23)
    group: Grouping = "area"
    type: str | None = Field(default=None, max_length=64)


class PointsIn(WindowIn):
    """Points that a group gets or loses in a window."""

    id: UUID
    key: Annotated[str, Field(min_length=1, max_length=64)]
    points: Annotated[float, Field(ge=-10, le=10)]
    composite: Literal["", "online"] = ""
    reason: Reason


class WithdrawalIn(Body):
    """Why a correction holds no more."""

    reason: Reason


class EvaluationIn(WindowIn):
    """An evaluation to be kept as it is now."""

    id: UUID
    note: Annotated[str, Field(max_length=500)] = ""


class EvaluationOut(BaseModel):
    """An evaluation that was kept."""

    id: UUID
    asked: dict[str, str | int | None]
    version: int
    note: str
    made_at: Instant
    made_by: str


class EvaluationsOut(BaseModel):
    """Evaluations, the newest first."""

    items: list[EvaluationOut]


class DifferenceOut(BaseModel):
    """A figure that is not reckoned now as it was then."""

    key: str
    metric: str
    then: MetricCountsOut | None
    now: MetricCountsOut | None


class EvaluationDetailOut(EvaluationOut):
    """An evaluation with its figures as kept, and whether reckoning them again gives the same."""

    window: CaseWindowOut
    metrics: list[MetricOut]
    titles: dict[str, Text]
    known_until: str
    figures: dict[str, dict[str, MetricCountsOut]]
    same: bool
    differences: list[DifferenceOut]


class GoneOnOut(BaseModel):
    """A case that has gone on since an evaluation was kept, with its last step."""

    case_id: UUID
    number: str
    title: str
    at: Instant
    text: Text


class EvaluationTodayOut(BaseModel):
    """What a kept evaluation's window comes to now, and why: cases that went on, corrections made since.

    `then` in `changes` is what was kept, `now` what is known today.
    """

    id: UUID
    window: CaseWindowOut
    changes: list[DifferenceOut]
    same: int = Field(description="how many figures are still the same")
    gone_on: list[GoneOnOut]
    gone_on_total: int
    corrections: list[CaseCorrectionOut]
    as_of: Instant


def metric_out(one: Metric) -> MetricOut:
    """A metric with its words."""
    return MetricOut.model_validate(
        {"name": one.name, "title": one.title, "formula": formula(one), "numerator": COUNTS[one.numerator].question,
         "denominator": COUNTS[one.denominator].question, "unit": one.unit, "version": one.version,
         "source": one.source, "groups": list(one.groups), "up": one.up}
    )  # fmt: skip


def correction_out(one: Correction) -> CaseCorrectionOut:
    """A correction."""
    return CaseCorrectionOut.model_validate(one, from_attributes=True)


def behind_out(one: Behind) -> BehindOut:
    """A case behind a figure."""
    return BehindOut.model_validate(one, from_attributes=True)
