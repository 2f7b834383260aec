"""What is a picture of a case: which role it plays, when and where it was taken, and who may give it?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from mudan.core.cases.model.chart import Author, Hand, Situation, has_handled
from mudan.primitives.errors import Conflict, Invalid, NotAllowed
from mudan.primitives.geo import Point, distance_m
from mudan.primitives.text import Text

ROLES: Final = ("report", "before", "near", "far", "reference", "after", "verify", "check")
ROLE_WORDS: Final = {
    "report": Text("上报照片", "as reported"), "before": Text("处置前", "before"), "near": Text("近景", "near"),
    "far": Text("远景", "from afar"), "reference": Text("参照物", "with a landmark"),
    "after": Text("处置后", "after"), "verify": Text("核实照片", "of the verification"),
    "check": Text("核查照片", "of the check"),
}  # fmt: skip
UNTOUCHED: Final = frozenset({"report", "before"})  # how it looked before anybody did anything
SEEN_BY_OTHERS: Final = frozenset({"verify", "check"})  # never given by who has handled the case
MOST: Final = 60  # pictures a case (示例)


@dataclass(frozen=True, slots=True)
class NewPicture:
    """A picture to be kept. `id` makes a repeat harmless; what is not said of time and place the camera says.

    Raises Invalid.
    """

    id: UUID
    role: str
    data: bytes
    taken_at: datetime | None = None
    lon: float | None = None
    lat: float | None = None

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            raise Invalid("there is no such role of a picture", field="role")
        if (self.lon is None) != (self.lat is None):
            raise Invalid(
                "a place needs both longitude and latitude", field="lon" if self.lon is None else "lat"
            )


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is kept. `timed_by` and `placed_by` say from where time and place are known."""

    id: UUID
    role: str
    taken_at: datetime
    timed_by: str
    received_at: datetime
    lon: float | None
    lat: float | None
    placed_by: str | None
    given_by: str
    given_by_id: UUID | None
    hash: bytes
    likeness: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A picture of another case that shows the same as one of this case; `bits` of 128 differ."""

    case_id: UUID
    number: str
    picture_id: UUID
    role: str
    taken_at: datetime
    bits: int


def check_giver(now: Situation, role: str, author: Author, hand: Hand | None) -> None:
    """Whether they may give a picture of that role. Raises NotAllowed, Conflict."""
    if now.main is not None:
        raise Conflict("the case has joined another one; the picture belongs there")
    if role not in SEEN_BY_OTHERS:
        return
    if author.person is None:
        raise NotAllowed("somebody who was sent takes this picture")
    if author.person in now.handlers or (hand is not None and has_handled(now, hand)):
        raise NotAllowed("who has handled it does not check it")


def away_m(one: Picture, lon: float | None, lat: float | None) -> float | None:
    """How far from a place it was taken, metres; None where one of the two places is unknown."""
    if one.lon is None or one.lat is None or lon is None or lat is None:
        return None
    return round(distance_m(Point(one.lon, one.lat), Point(lon, lat)), 1)
