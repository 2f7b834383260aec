"""Do the pictures prove what a step says, what speaks against them, and what takes the doubt away?

A doubt never stops a step: it is written on the case as a flag, for a check at the same time of day (同时段核查).

    missing   fewer pictures than the type demands      early   taken before this work began
    unplaced  nobody knows where it was taken           again   a picture that the case has already
    far       taken too far from the case's place  elsewhere  a picture that another case has
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from mudan.core.cases.model.chart import DESK, UNPROVED, Hand, Situation, has_handled
from mudan.core.cases.model.pictures import (
    ROLE_WORDS,
    ROLES,
    SEEN_BY_OTHERS,
    UNTOUCHED,
    Elsewhere,
    Picture,
    away_m,
)
from mudan.core.cases.model.types import CaseType, Proof
from mudan.core.cases.model.words import CaseEvent
from mudan.primitives.clock import CST
from mudan.primitives.errors import Conflict, Invalid, NotAllowed
from mudan.primitives.pictures import nearly_same
from mudan.primitives.text import Text

KINDS: Final = ("missing", "unplaced", "far", "early", "again", "elsewhere")
DEEDS: Final = frozenset(ROLES) - UNTOUCHED - {"reference"}  # what shows what somebody did
SLACK: Final = timedelta(minutes=2)  # between a telephone's clock and ours (示例)
_DAY_MIN: Final = 1440


@dataclass(frozen=True, slots=True)
class Place:
    """Where the case is, if anybody said it; WGS-84 degrees."""

    lon: float | None
    lat: float | None


@dataclass(frozen=True, slots=True)
class Work:
    """The work that a step ends: since when the case stands where it stands, and when the step was taken before."""

    began_at: datetime
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing that speaks against a proof, in words; `picture`: of which, `other`: the same in another case."""

    kind: str
    proof: str
    text: Text
    picture: UUID | None = None
    other: Elsewhere | None = None


@dataclass(frozen=True, slots=True)
class Flag:
    """A doubt that was written on a case by a step, and how it was settled: by a new look, or by a reason."""

    id: int
    at: datetime
    event: str
    proof: str
    kind: str
    text: Text
    picture_id: UUID | None
    settled_at: datetime | None
    settled_by: str | None
    settled_how: str | None
    reason: str
    other_case: UUID | None = None
    other_number: str | None = None


def work_of(history: Iterable[CaseEvent], state: str, event: str, created_at: datetime) -> Work:
    """Since when a case stands in that stage, and when that step was taken the last time."""
    began_at, last_at = created_at, None
    for line in history:
        if line.to_state == state and line.from_state != state:
            began_at = line.at
        if line.kind == event:
            last_at = line.at
    return Work(began_at, last_at)


def roles_of(proof: Proof) -> frozenset[str]:
    """Which pictures count for a proof: those it names, those of its own name, or whatever shows what was done."""
    return frozenset(proof.roles or (proof.name,)) & frozenset(ROLES) or DEEDS


def doubts(
    case_type: CaseType, event: str, pictures: Sequence[Picture], work: Work, place: Place
) -> tuple[Doubt, ...]:
    """What speaks against the proofs that the type demands for a step."""
    found: list[Doubt] = []
    for proof in case_type.proofs:
        if proof.transition == event:
            new = given_for(proof, pictures, work)
            known = [one for one in pictures if one not in new]
            found += _missing(proof, new)
            for one in new:
                found += _against(proof, one, known, work.began_at, place)
    return tuple(found)


def given_for(proof: Proof, pictures: Iterable[Picture], work: Work) -> list[Picture]:
    """The pictures that were given for a proof since its step was taken the last time."""
    roles = roles_of(proof)
    return [
        one
        for one in pictures
        if one.role in roles and (work.last_at is None or one.received_at > work.last_at)
    ]


def seen_elsewhere(proof: Proof, one: Picture, other: Elsewhere) -> Doubt:
    """What speaks against a picture that another case has: its number, as what it was given there, and when."""
    role, at = ROLE_WORDS[other.role], f"{other.taken_at.astimezone(CST):%m-%d %H:%M}"
    which = role.zh if role.zh.endswith("照片") else f"{role.zh}照片"
    zh = f"与案件 {other.number} 的{which}{'相同' if other.bits == 0 else '几乎相同'}（拍摄于 {at}）"
    en = f"{'the same as' if other.bits == 0 else 'nearly the same as'} one of {other.number} ({role.en}, {at})"
    said = Text(f"{proof.title.zh}：{zh}", f"{proof.title.en}: {en}")
    return Doubt("elsewhere", proof.name, said, one.id, other)


def _missing(proof: Proof, new: Sequence[Picture]) -> list[Doubt]:
    there = len({one.hash for one in new})
    if there >= proof.least:
        return []
    said = Text(
        f"{proof.title.zh}应有 {proof.least} 张，只有 {there} 张",
        f"{proof.title.en}: {proof.least} needed, {there} there",
    )
    return [Doubt("missing", proof.name, said)]


def _against(
    proof: Proof, one: Picture, known: Sequence[Picture], began_at: datetime, place: Place
) -> list[Doubt]:
    found = []

    def doubt(kind: str, zh: str, en: str) -> None:
        title = proof.title
        found.append(Doubt(kind, proof.name, Text(f"{title.zh}：{zh}", f"{title.en}: {en}"), one.id))

    away = away_m(one, place.lon, place.lat)
    if proof.near_m is not None and place.lon is not None:
        if away is None:
            doubt("unplaced", "没有拍摄地点", "nobody knows where it was taken")
        elif away > proof.near_m:
            near = f"{proof.near_m:g}"
            doubt(
                "far",
                f"距案发地 {away:.0f} 米，超过 {near} 米",
                f"{away:.0f} m from the place, more than {near} m",
            )
    if one.taken_at < began_at - SLACK:
        at, began = (f"{moment.astimezone(CST):%m-%d %H:%M}" for moment in (one.taken_at, began_at))
        doubt(
            "early",
            f"拍摄于 {at}，早于本环节开始（{began}）",
            f"taken at {at}, before this stage began ({began})",
        )
    if any(each.hash == one.hash or nearly_same(each.likeness, one.likeness) for each in known):
        doubt(
            "again",
            "与本案已有照片相同或几乎相同",
            "the same as, or nearly, a picture that the case has already",
        )
    return found


def first_seen(pictures: Iterable[Picture], created_at: datetime) -> datetime:
    """When the matter was seen first: a check at the same time of day goes by it."""
    return min((one.taken_at for one in pictures if one.role in UNTOUCHED), default=created_at)


def same_time_of_day(one: datetime, other: datetime, within_min: int) -> bool:
    """Whether two moments are, on whatever days, at about the same time of the county's day."""
    minutes = [moment.astimezone(CST).hour * 60 + moment.astimezone(CST).minute for moment in (one, other)]
    apart = abs(minutes[0] - minutes[1])
    return min(apart, _DAY_MIN - apart) <= within_min


def new_look(
    case_type: CaseType,
    now: Situation,
    pictures: Sequence[Picture],
    open_flags: Sequence[Flag],
    seen_at: datetime,
    place: Place,
) -> Picture | None:
    """The picture of a check at the same time of day that takes the doubts away, if somebody has given one.

    It was taken after the last doubt, at the place, by a known person who has not handled the case, and is no
    picture that was there before.
    """
    if not open_flags:
        return None
    last = max(flag.at for flag in open_flags)
    demanded = next((proof.near_m for proof in case_type.proofs if "check" in roles_of(proof)), None)
    for one in pictures:
        away = away_m(one, place.lon, place.lat)
        lies_there = demanded is None or place.lon is None or (away is not None and away <= demanded)
        before = [each for each in pictures if each.received_at < one.received_at]
        if (
            one.role in SEEN_BY_OTHERS and one.given_by_id is not None and one.given_by_id not in now.handlers
            and one.taken_at > last and lies_there and same_time_of_day(one.taken_at, seen_at, case_type.recheck_min)
            and not any(nearly_same(each.likeness, one.likeness) for each in before)
        ):  # fmt: skip
            return one
    return None


def check_settling(now: Situation, hand: Hand, reason: str, *, looked: bool) -> None:
    """Whether they may take the doubts off a case beside its steps. Raises Conflict, NotAllowed, Invalid."""
    if not now.flags:
        raise Conflict("there is nothing in doubt about this case")
    if has_handled(now, hand):
        raise NotAllowed("who has handled it does not check it")
    if looked:
        return
    if hand.role not in DESK | {"leader"}:
        raise NotAllowed("the doubt ends with a picture of a check at the same time of day")
    if not reason.strip():
        raise Invalid(UNPROVED, field="reason")
