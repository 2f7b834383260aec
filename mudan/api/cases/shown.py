"""What was shown of a case, what of it is in doubt, and how does that look on the wire?"""

from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from mudan.api.centre import Work
from mudan.api.wire import Body, Instant
from mudan.core.cases import queries
from mudan.core.cases.model.known import event_title, type_named
from mudan.core.cases.model.pictures import Picture, away_m
from mudan.core.cases.model.proof import Flag, Place, first_seen, new_look
from mudan.core.cases.model.types import CaseType
from mudan.core.cases.model.words import Case
from mudan.primitives.text import Text

Role = Literal["report", "before", "near", "far", "reference", "after", "verify", "check"]


class CasePictureOut(BaseModel):
    """A picture: what of the case it shows, when and where it was taken (`*_by`: who says so), how far from there."""

    id: UUID
    role: Role
    taken_at: Instant
    timed_by: Literal["given", "camera", "receipt"]
    received_at: Instant
    lon: float | None
    lat: float | None
    placed_by: Literal["given", "camera"] | None
    distance_m: float | None
    given_by: str
    width: int
    height: int
    url: str


class CaseFlagOut(BaseModel):
    """What speaks against the proof of a step, and by whom and how that was settled.

    `other_case`, `other_number`: the case that has the same picture, for those who see it.
    """

    id: int
    at: Instant
    event: str
    event_title: Text
    proof: str
    kind: Literal["missing", "unplaced", "far", "early", "again", "elsewhere"]
    text: Text
    picture_id: UUID | None
    other_case: UUID | None = None
    other_number: str | None = None
    settled_at: Instant | None
    settled_by: str | None
    settled_how: Literal["recheck", "reason"] | None
    reason: str


class CaseRecheckOut(BaseModel):
    """When doubts end by a look: at the time of day of `seen_at`, give or take `within_min`; `done`: it was taken."""

    seen_at: Instant
    within_min: int
    done: bool


class CaseFlagsIn(Body):
    """Taking the doubts off; `reason` where no picture of a check at the same time of day does it."""

    version: int
    client_id: UUID
    reason: str = Field(default="", max_length=1000)


def picture_url(case: UUID, picture: UUID) -> str:
    """Where a picture is read."""
    return f"/api/cases/{case}/pictures/{picture}"


def picture_out(one: Picture, case: Case) -> CasePictureOut:
    """A picture as it goes over the wire, without the picture itself."""
    return CasePictureOut.model_validate(
        {name: getattr(one, name) for name in CasePictureOut.model_fields if hasattr(one, name)}
        | {"url": picture_url(case.id, one.id), "distance_m": away_m(one, case.lon, case.lat)}
    )


def flag_out(one: Flag, case_type: CaseType) -> CaseFlagOut:
    """What is or was in doubt, as it goes over the wire."""
    given = {name: getattr(one, name) for name in CaseFlagOut.model_fields if hasattr(one, name)}
    return CaseFlagOut.model_validate(given | {"event_title": event_title(case_type.name, one.event)})


async def shown(unit: Work, one: Case) -> dict[str, Any]:
    """Pictures, doubts, and when a new look ends them: part of a case as it goes over the wire."""
    pictures = await queries.pictures(unit.connection, one.id)
    flags = await queries.flags(unit.connection, one.id)
    case_type, still_open = type_named(one.type), [flag for flag in flags if flag.settled_at is None]
    return {
        "pictures": [picture_out(each, one) for each in pictures],
        "doubts": [flag_out(flag, case_type) for flag in flags],
        "recheck": _recheck(one, pictures, still_open) if still_open else None,
    }


def _recheck(one: Case, pictures: list[Picture], still_open: list[Flag]) -> CaseRecheckOut:
    case_type, seen_at = type_named(one.type), first_seen(pictures, one.created_at)
    look = new_look(case_type, one.situation, pictures, still_open, seen_at, Place(one.lon, one.lat))
    return CaseRecheckOut(seen_at=seen_at, within_min=case_type.recheck_min, done=look is not None)
