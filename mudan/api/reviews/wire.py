"""How do reviews, their versions and what is agreed in them look on the wire?"""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from mudan.api.directives.wire import DirectiveTargetIn
from mudan.api.wire import Body, Instant
from mudan.core.reviews.model import Kind, State, Verdict, Version
from mudan.core.reviews.queries import Listed
from mudan.primitives.text import Text

Signer = Literal["leader", "duty_officer"]


class ReviewListedOut(BaseModel):
    """One thing that can be reviewed, and how far its review is."""

    kind: Kind
    id: UUID
    number: str
    title: Text
    level: Literal[1, 2, 3, 4] | None
    began_at: Instant
    ended_at: Instant | None
    state: State
    versions: int
    made_at: Instant | None
    sign_role: str | None
    signed_by: str | None
    signed_at: Instant | None


class ReviewListOut(BaseModel):
    """Reviews, newest first; `total` counts those that are not given too."""

    items: list[ReviewListedOut]
    total: int
    as_of: Instant


class ReviewVersionOut(BaseModel):
    """A review as it was kept; `hash` is SHA-256 over paper and record."""

    number: int
    made_at: Instant
    made_by: str
    made_by_id: UUID
    note: str
    sign_role: str
    hash: str
    signed_at: Instant | None
    signed_by: str
    sign_note: str


class ObjectiveOut(BaseModel):
    """One objective of an exercise, and what a person judged last."""

    number: int
    text: Text
    verdict: Verdict | None
    note: str
    by: str
    at: Instant | None


class ReviewOut(BaseModel):
    """A review without its paper."""

    kind: Kind
    id: UUID
    space: int
    number: str
    title: Text
    began_at: Instant
    ended_at: Instant | None
    state: State
    versions: list[ReviewVersionOut]
    objectives: list[ObjectiveOut]
    as_of: Instant


class ReviewChangeOut(BaseModel):
    """One line that only one of two versions has."""

    section: Text
    kind: Literal["added", "removed"]
    cells: list[Text]


class ReviewChangesOut(BaseModel):
    """What differs between a version and a later one, or now (`new` null)."""

    old: int
    new: int | None
    changes: list[ReviewChangeOut]


class ReviewVersionIn(Body):
    """Keep the report as it is now. `seen`: the last version that was looked at, 0 for none."""

    seen: int = Field(ge=0)
    note: str = Field(default="", max_length=500)
    sign_role: Signer = "leader"


class ReviewSignIn(Body):
    """Sign the version that was read."""

    note: str = Field(default="", max_length=500)


class ReviewActionIn(Body):
    """What was agreed: who is to put it right until when. The same `client_id` issues it once."""

    client_id: UUID
    title: str = Field(min_length=1, max_length=200)
    target: DirectiveTargetIn
    due_at: AwareDatetime


class ReviewJudgementIn(Body):
    """How far an exercise reached one of its objectives."""

    objective: int = Field(ge=1, le=20)
    verdict: Verdict
    note: str = Field(default="", max_length=500)


def listed_out(one: Listed) -> ReviewListedOut:
    """A line of the list."""
    return ReviewListedOut.model_validate(one, from_attributes=True)


def version_out(one: Version) -> ReviewVersionOut:
    """A version without what it holds."""
    return ReviewVersionOut.model_validate(one, from_attributes=True)
