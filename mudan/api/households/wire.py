"""How does a household look on the wire? In lists without name and number; opened, with both, for a time."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from mudan.api.wire import Body, Instant
from mudan.core.households.model.opening import PURPOSES, NewOpening, Opening
from mudan.core.households.model.words import CARE, KINDS, Household
from mudan.primitives.text import Text

PurposeName = Literal["visit", "care_plan", "repair", "dispute", "emergency"]


class CareOut(BaseModel):
    """A kind of care."""

    code: str
    title: Text


class HouseholdOut(BaseModel):
    """A household as lists show it: `shown_as` is the householder's name without all but its first character."""

    id: UUID
    address_code: str
    address: str
    area_code: str
    area_name: Text
    kind: str
    kind_title: Text
    lon: float | None
    lat: float | None
    shown_as: str
    people: int
    care: list[CareOut]
    source: str
    example: bool
    keep_until: date
    erased: bool
    updated_at: Instant


class HouseholdsOut(BaseModel):
    """Households within scope, and the kinds of care one may ask for."""

    items: list[HouseholdOut]
    total: int
    care: list[CareOut]
    as_of: Instant


class ResidentOut(BaseModel):
    """Somebody who lives there, whole."""

    name: str
    phone: str
    relation: str
    born: int | None
    care: list[CareOut]
    note: str


class OpeningOut(BaseModel):
    """Who opened which household, for what, until when; and what the auditor said to it."""

    id: UUID
    household_id: UUID
    area_code: str
    address: str
    person: str
    role: str
    purpose: str
    purpose_title: Text
    subject_noun: str
    subject_id: UUID | None
    subject_number: str
    reason: str
    break_glass: bool
    at: Instant
    ends_at: Instant
    verdict: Literal["fit", "explain", "unfit"] | None
    verdict_note: str
    reviewed_by: str | None
    reviewed_at: Instant | None
    fields: list[str]
    explanation: str
    explained_at: Instant | None


class OpenedOut(BaseModel):
    """A household that was opened. Whoever shows it forgets it when `ends_at` has come."""

    opening: OpeningOut
    residents: list[ResidentOut]
    as_of: Instant


class OpeningIn(Body):
    """What a household is opened for; without `subject_id`: broken glass, in an emergency, with a reason."""

    id: UUID
    purpose: PurposeName
    subject_id: UUID | None = None
    reason: str = Field(default="", max_length=500)

    def new(self, household: UUID) -> NewOpening:
        """The same in the core's words (raises Invalid)."""
        return NewOpening(self.id, household, self.purpose, self.subject_id, self.reason)


def care_out(kinds: tuple[str, ...]) -> list[CareOut]:
    """Kinds of care with their words."""
    return [CareOut(code=kind, title=CARE[kind]) for kind in kinds if kind in CARE]


def household_out(one: Household, area_name: Text) -> HouseholdOut:
    """A household as it goes over the wire."""
    given: dict[str, Any] = {
        name: getattr(one, name) for name in HouseholdOut.model_fields if hasattr(one, name)
    }
    given |= {
        "area_name": area_name, "kind_title": KINDS[one.kind], "care": care_out(one.care),
        "erased": one.erased_at is not None,
    }  # fmt: skip
    return HouseholdOut.model_validate(given)


def opening_out(one: Opening) -> OpeningOut:
    """An opening as it goes over the wire."""
    given: dict[str, Any] = {
        name: getattr(one, name) for name in OpeningOut.model_fields if hasattr(one, name)
    }
    given |= {"household_id": one.household, "purpose_title": PURPOSES[one.purpose].title}
    return OpeningOut.model_validate(given)
