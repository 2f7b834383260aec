"""What may somebody without an account do with cases? The same for the pages and for programs; real cases only."""

import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from starlette.requests import HTTPConnection

from mudan.api.centre import Centre, centre_of
from mudan.api.deps import deps_of
from mudan.api.public.bounds import bounds_of, give_back, take
from mudan.core.cases import actions, queries
from mudan.core.cases.actions import Entry, Filled, Given
from mudan.core.cases.model.known import type_named
from mudan.core.cases.model.likeness import NEAR_M, Report, twins
from mudan.core.cases.model.mail import standing
from mudan.core.cases.model.slip import DRAFT_KEPT, Draft, Slip, derived
from mudan.core.cases.model.told import Told, plain, told
from mudan.core.cases.model.types import CaseClass, CaseType
from mudan.core.cases.model.words import Case
from mudan.core.entities import queries as entities
from mudan.core.people.actions import audit
from mudan.core.stage import queries as stages
from mudan.primitives.changes import Changes
from mudan.primitives.errors import Invalid, NotFound
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

TYPE: Final = "hotline"  # 示例: what the public reports goes the hotline's way
ALIKE_WITHIN: Final = timedelta(days=30)
LONGEST_TEXT: Final = 4000
_NOBODY: Final = UUID(int=0)


@dataclass(slots=True)
class Open:
    """A unit of work for somebody without an account: the centre's own, for nothing of theirs is walled off by area.

    `sends_mail`: the centre knows the address that links lead to; without it no mail leaves.
    """

    connection: Connection
    now: datetime
    centre: Centre
    changes: Changes
    sends_mail: bool


@dataclass(frozen=True, slots=True)
class Alike:
    """A known case that may be the same, without anything that says whose it is."""

    number: str
    class_title: Text
    stage: Text
    distance_m: int
    days: int
    ended: bool


@dataclass(frozen=True, slots=True)
class Followed:
    """A case as its reporter sees it, with what they agreed to: `channel` text, mail or empty; how `mail` stands."""

    number: str
    told: Told
    joined: bool
    channel: str
    mail: str
    answers: tuple[tuple[str, Text], ...]
    as_of: datetime


@contextlib.asynccontextmanager
async def open_work(connection: HTTPConnection) -> AsyncIterator[Open]:
    """One transaction; the screens of the centre hear of its changes after the commit."""
    deps, centre = deps_of(connection), centre_of(connection)
    async with deps.db.work() as held:
        unit = Open(held, deps.clock.now(), centre, Changes(), bool(deps.settings.origins))
        yield unit
    if unit.changes:
        centre.changed(unit.changes, set())


def reportable() -> tuple[CaseType, tuple[CaseClass, ...]]:
    """The type that the public reports, and its classes that have none below them."""
    case_type = type_named(TYPE)
    codes = [one.code for one in case_type.classes]
    leaves = [one for one in case_type.classes if not any(len(c) > 2 and c[:2] == one.code for c in codes)]
    return case_type, tuple(leaves)


def town_of(centre: Centre, area_code: str) -> Text:
    """The name of the town, never of anything smaller."""
    return centre.area_name(area_code[: queries.TOWN_DIGITS])


def towns_of(centre: Centre) -> list[tuple[str, Text]]:
    """The towns of the county by code."""
    return [(code, name) for code, (name, level) in sorted(centre.areas.items()) if level == "town"]


async def area_of(unit: Open, entry: Entry) -> str:
    """In which area it lies: as chosen, by the place, by a name in the address, else somewhere in the county."""
    if entry.area_code and entry.area_code in unit.centre.areas:
        return entry.area_code
    if entry.lon is not None and entry.lat is not None:
        near = await entities.area_near(unit.connection, entry.lon, entry.lat)
        if near:
            return near
    if len(entry.address.strip()) > 1:
        named = await entities.areas_named(unit.connection, entry.address, limit=1)
        if named:
            return named[0].area_code
    return await stages.county(unit.connection)


def check(entry: Entry, *, pictured: bool) -> None:
    """Refuse what cannot be worked on; raises Invalid with the field."""
    _, leaves = reportable()
    if entry.class_code not in {one.code for one in leaves}:
        raise Invalid("choose what it is about", field="class_code")
    if not pictured and len(entry.text.strip()) < 2:
        raise Invalid("say what is wrong, or send a picture", field="text")
    for field, most in (
        ("text", LONGEST_TEXT),
        ("address", 300),
        ("title", 200),
        ("name", 60),
        ("phone", 20),
    ):
        if len(getattr(entry, field)) > most:
            raise Invalid(f"at most {most} characters", field=field)
    if (entry.lon is None or entry.lat is None) and len(entry.address.strip()) < 2:
        raise Invalid("say where it is", field="address")


async def alike(unit: Open, class_code: str, lon: float | None, lat: float | None) -> list[Alike]:
    """What has been reported of that class near by, open or recently closed; the likeliest first."""
    if lon is None or lat is None:
        return []
    case_type, _ = reportable()
    class_ = case_type.class_of(class_code)
    near_m = class_.near_m if class_ is not None and class_.near_m is not None else NEAR_M
    new = Report(_NOBODY, "", class_code, lon, lat, unit.now)
    since = unit.now - ALIKE_WITHIN
    known = await queries.near(unit.connection, 0, case_type.name, lon, lat, near_m, since)
    same = [one for one in known if one.class_code == class_code]
    found = twins(new, same, near_m=near_m, window=ALIKE_WITHIN)
    states = await queries.states(unit.connection, [one.report.id for one in found])
    return [
        Alike(
            one.report.number, class_.title if class_ else Text(class_code, class_code),
            plain(case_type, states[one.report.id][0]), round(one.distance_m / 10) * 10, int(one.hours // 24),
            one.report.ended,
        )
        for one in found
    ]  # fmt: skip


async def draft_of(request: HTTPConnection, data: bytes) -> Draft:
    """Keep a picture that waits for its report. Raises Invalid, TooMany."""
    take(request, "pictures")
    async with bounds_of(deps_of(request)).looking:
        draft = await actions.looked_at(data)
    async with open_work(request) as unit:
        await actions.keep_draft(unit.connection, draft, unit.now)
    return draft


async def waiting(unit: Open, draft_id: UUID | None) -> Draft | None:
    """The picture of that id, if it still waits."""
    if draft_id is None:
        return None
    return await queries.draft(unit.connection, draft_id, unit.now - DRAFT_KEPT)


async def send(unit: Open, entry: Entry, join: str, filled: Filled | None, draft: Draft | None) -> Given:
    """Keep what is reported, or add its sender to the case that they say it is. Raises Invalid, Conflict, NotFound."""
    check(entry, pictured=draft is not None)
    entry = replace(entry, area_code=await area_of(unit, entry))
    if join:
        near = {one.number for one in await alike(unit, entry.class_code, entry.lon, entry.lat)}
        ids = await queries.named(unit.connection, [join]) if join in near else {}
        if join not in ids:
            raise Invalid("there is no such case near by", field="join")
        made = await actions.join(unit.connection, ids[join], entry, unit.now)
    else:
        made = await actions.take_in(unit.connection, entry, unit.now)
    if filled is not None and made.new:
        await actions.weigh(unit.connection, 0, "", replace(filled, avoided=bool(join)), unit.now)
    if draft is not None:
        placed = (entry.lon, entry.lat) == (draft.lon, draft.lat)
        picture = derived("picture", entry.id)
        await actions.show(unit.connection, made.case, draft, picture, unit.now, placed=placed)
    await told_to_centre(unit, made.case, "joined" if join else "reported")
    return made


async def told_to_centre(unit: Open, case: Case, deed: str) -> None:
    """Write the deed into the trail and tell the screens."""
    await audit(unit.connection, None, f"case.{deed}", case.number, {"by": "public"})
    unit.changes.touch("cases", case.space, case.id)


@contextlib.asynccontextmanager
async def held(request: HTTPConnection, number: str, code: str) -> AsyncIterator[tuple[Open, Slip, Case]]:
    """The case of a number and a code. Raises NotFound whichever is wrong, TooMany after too many guesses."""
    take(request, "guesses")
    async with open_work(request) as unit:
        slip, case = await actions.opened(unit.connection, number.strip().upper()[:40], code)
        give_back(request, "guesses")
        yield unit, slip, case


async def show(unit: Open, case: Case, draft: Draft, once: UUID) -> None:
    """A reporter adds a picture to their case. Raises Conflict."""
    case = await actions.show(unit.connection, case, draft, once, unit.now, placed=True)
    await told_to_centre(unit, case, "picture")


async def act(unit: Open, slip: Slip, case: Case, what: str, given: Mapping[str, Any], once: UUID) -> None:
    """Do what a reporter asks: words, rate, reopen, withdraw. Raises Invalid, Conflict."""
    connection, words = unit.connection, str(given.get("words", ""))
    if what == "words":
        case = await actions.say(connection, case, words, once, unit.now)
    elif what == "rate":
        case = await actions.rate(
            connection, case, str(given.get("answer", "")), once, unit.now, solved=bool(given.get("solved"))
        )
    elif what == "reopen":
        case = await actions.reopen(connection, case, words, once, unit.now)
    elif what == "withdraw":
        case = await actions.end_messages(connection, slip, case, once, unit.now)
    else:
        raise NotFound("there is nothing like this to do")
    await told_to_centre(unit, case, what)


async def followed(unit: Open, slip: Slip) -> Followed:
    """How the case of a slip stands, as its reporter sees it; of one that was merged, the main one."""
    own = await queries.one(unit.connection, slip.case_id)
    case = own if own.situation.main is None else await queries.one(unit.connection, own.situation.main)
    case_type = type_named(case.type)
    history = await queries.history(unit.connection, case.id)
    reporters = await queries.reporters(unit.connection, case.id)
    private = [words for one in reporters for words in (one.name, one.phone)]
    now_slip = await queries.slip_of(unit.connection, slip.id)
    shown = told(
        case, case_type, await queries.clocks(unit.connection, case.id), history,
        town_of(unit.centre, case.area_code), private, unit.now,
    )  # fmt: skip
    answers = tuple((one.code, one.title) for one in case_type.answers)
    mail = standing(now_slip or slip, await queries.asked(unit.connection, slip.id), sends=unit.sends_mail)
    channel = now_slip.channel if now_slip else ""
    return Followed(own.number, shown, slip.joined, channel, mail, answers, unit.now)
