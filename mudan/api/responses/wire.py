"""How does a response look on the wire?"""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from mudan.api.wire import Body, Instant
from mudan.primitives.text import Text


class ResponseLevelOut(BaseModel):
    """A level of the plan: whether it holds, who decides, whether the asker may."""

    key: str
    statutory: int
    title: Text
    approver: Text
    end_by: Text
    commander: Text
    holds: bool | None
    since: str | None
    conditions: list[str]
    may: bool
    may_end: bool


class ResponseConditionOut(BaseModel):
    """A condition as it stands, with the values that it was judged by."""

    name: str
    says: Text
    holds: bool | None
    since: str | None
    due_at: str | None
    stale: bool
    example: bool
    evidence: list[dict[str, Any]]


class ResponseOut(BaseModel):
    """A response as lists show it. `proposed` waits for a decision: a level's key, or @end."""

    id: UUID
    slug: str
    title: Text
    example: bool
    area_code: str
    area_name: Text
    incident_id: UUID | None
    incident_number: str | None
    state: str
    level: str | None
    level_title: Text | None
    statutory: int | None
    proposed: str | None
    proposed_title: Text | None
    proposed_statutory: int | None
    proposed_at: Instant | None
    proposed_by: str
    decide_by: Instant | None
    overdue: bool
    opened_at: Instant
    started_at: Instant | None
    level_since: Instant | None
    ended_at: Instant | None
    next_due_at: Instant | None
    open_items: int
    version: int


class ResponseIssueOut(BaseModel):
    """One thing that a level asks for. `progress` is the state where it lives; `done_at` when it was done there."""

    id: UUID
    level: str
    kind: str
    item: str
    title: Text
    who: Text
    state: str
    noun: str
    ref: str
    due_at: Instant | None
    issued_at: Instant
    note: str
    progress: str | None
    received_at: Instant | None
    done_at: Instant | None
    late: bool
    detail: dict[str, Any]


class ResponseLineOut(BaseModel):
    """One line of the history."""

    at: Instant
    kind: str
    actor: str
    to_level: str | None
    reason: str
    text: Text


class ResponseDetailOut(ResponseOut):
    """A response whole: levels and conditions as they stand now, what was issued, the history."""

    plan_hash: str
    plan_number: int
    raise_only: bool
    levels: list[ResponseLevelOut]
    conditions: list[ResponseConditionOut]
    asked_at: Instant | None
    issues: list[ResponseIssueOut]
    lines: list[ResponseLineOut]


class ResponseListOut(BaseModel):
    """Responses, the gravest that go on first."""

    items: list[ResponseOut]
    as_of: Instant


class PreviewItemOut(BaseModel):
    """One thing that would be issued."""

    kind: str
    title: Text
    who: Text
    within_s: float | None


class StandingConditionOut(BaseModel):
    """A level that would be left behind though its condition holds, since when, and by which conditions."""

    level: str
    title: Text
    since: str | None
    conditions: list[Text]


class WindOut(BaseModel):
    """Where the wind comes from (degrees clockwise from north), how fast, and who says so."""

    from_deg: float
    speed_ms: float
    source: Text
    at: Instant
    by_hand: bool


class GroundOut(BaseModel):
    """A stretch or area that a road rule speaks of, with the roads that lie in it; `closes`: now."""

    says: Text
    closes: bool
    depth_m: float | None
    names: list[Text]
    length_m: float
    geometry: dict[str, Any]


class ClosureAheadOut(BaseModel):
    """A road rule and what it would close now; without `grounds` a person must see to it on the map."""

    id: str
    rule: str
    says: Text
    example: bool
    wind: WindOut | None
    grounds: list[GroundOut]


class ResponsePreviewOut(BaseModel):
    """Exactly what going to a level (or @end) would issue, before it is decided; `standing` speaks against it."""

    level: str
    title: Text
    items: list[PreviewItemOut]
    standing: list[StandingConditionOut]
    closures: list[ClosureAheadOut]


class WindIn(Body):
    """A wind as somebody at the desk states it; it counts before that of any station."""

    from_deg: float = Field(ge=0, le=360)
    speed_ms: float = Field(ge=0, le=75)


class ResponseDecideIn(Body):
    """The version that was looked at, and why. `despite`: though conditions of the levels left behind hold."""

    version: int
    despite: bool = False
    reason: str = Field(default="", max_length=500)
    wind: WindIn | None = None


class ResponseStartIn(Body):
    """Which level of which plan to start by hand, why, and for which incident."""

    slug: str = Field(min_length=1, max_length=60)
    level: str = Field(min_length=1, max_length=48)
    reason: str = Field(min_length=1, max_length=500)
    incident_id: UUID | None = None
    wind: WindIn | None = None


class ResponseLevelIn(Body):
    """The level to go to; `despite` as in a decision."""

    level: str = Field(min_length=1, max_length=48)
    version: int
    despite: bool = False
    reason: str = Field(min_length=1, max_length=500)
    wind: WindIn | None = None


class ResponseWaiveIn(Body):
    """Why something is left out."""

    reason: str = Field(min_length=1, max_length=500)
