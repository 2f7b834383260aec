"""How does a case come to be, once, and how does somebody else's word of the same reach it?"""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from mudan.core.alarms import queries as alarms
from mudan.core.cases import queries, store
from mudan.core.cases.actions.locating import located
from mudan.core.cases.actions.tallying import tally
from mudan.core.cases.actions.writing import DESK, call, put_clocks, record
from mudan.core.cases.model.chart import Author, Situation
from mudan.core.cases.model.known import REPORTED, type_named
from mudan.core.cases.model.running import Running, bound, moved
from mudan.core.cases.model.types import CaseType
from mudan.core.cases.model.words import Case, NewCase, Reporter, checked_form, columns
from mudan.core.people import queries as people
from mudan.core.people.model import Actor
from mudan.primitives.clock import CST
from mudan.primitives.errors import Conflict, Invalid, NotAllowed, NotFound
from mudan.primitives.text import Text
from mudan.storage.pool import Connection, centre_within

# Whose word it is, where it is not the desk that takes it down.
_SOURCES: Final = {"field_worker": "collector", "department_liaison": "department"}


async def report(connection: Connection, actor: Actor, now: datetime, new: NewCase) -> Case:
    """Keep what was reported; the same id again gives the first one back. Raises Invalid, NotFound, Conflict."""
    if not new.area_code.startswith(actor.scope.area):
        raise NotFound("there is no such area")
    case_type = _typed(new)
    role = actor.scope.role.value if actor.scope.role else ""
    if _SOURCES.get(role, new.source) != new.source:
        raise NotAllowed("your role reports from another source")
    if new.alarm is not None:
        await alarms.one(connection, new.alarm)
    author = author_of(actor)
    async with centre_within(connection):
        known = await queries.find(connection, new.id)
    if known is not None:
        return await report_as(connection, author, now, replace(new, area_code=known.area_code))
    new, said = await located(connection, actor, case_type, new)
    case = await report_as(connection, author, now, new)
    if said is not None:
        async with centre_within(connection):
            await record(connection, case, "locate", said, now, actor="system")
    return case


def author_of(actor: Actor) -> Author:
    """Somebody signed in, as the history names them."""
    return Author(actor.name, actor.person, actor.scope.space)


async def report_as(connection: Connection, author: Author, now: datetime, new: NewCase) -> Case:
    """Keep what somebody without a desk reported: a citizen, another system. Raises Invalid, NotFound, Conflict."""
    case_type = _typed(new)
    form = checked_form(case_type, new.form)
    async with centre_within(connection):
        known = await queries.find(connection, new.id)
        if known is not None:
            return _same(known, new, author)
        row = await _row(connection, case_type, new, author, now) | {"form": form}
        if not await store.insert(connection, row):
            raise Conflict("this case was reported at the same moment")
        case = await queries.one(connection, new.id)
        if new.reporter is not None:
            await _keep_reporter(connection, new.id, new.reporter, author)
        await put_clocks(connection, new.id, case.space, await _begun(connection, case_type, case, new, now))
        said = REPORTED if new.since is None else _said_since(new.since)
        await record(connection, case, "report", said, now, actor=author.name, actor_id=author.person)
        await tally(connection, case.id, now)
        await call(connection, case, REPORTED, (DESK,), now)
        return await queries.one(connection, new.id)


async def _begun(
    connection: Connection, case_type: CaseType, case: Case, new: NewCase, now: datetime
) -> tuple[Running, ...]:
    """The clocks that begin with it: now, or when it was reported elsewhere."""
    calendar = await queries.calendar(connection, case.space)
    runs = moved(
        case_type, new.class_code, (), case_type.first, min(new.since or now, now), calendar,
        scale=await people.space_scale(connection, case.space),
    )  # fmt: skip
    return runs if new.until is None else bound(case_type, runs, new.until, calendar)


def _said_since(since: datetime) -> Text:
    at = f"{since.astimezone(CST):%Y-%m-%d %H:%M}"
    return Text(f"登记案件，对方于 {at} 上报", f"case reported, there at {at}")


def _typed(new: NewCase) -> CaseType:
    case_type = type_named(new.type)
    if case_type.class_of(new.class_code) is None:
        raise Invalid("there is no such class", field="class_code")
    return case_type


async def _row(
    connection: Connection, case_type: CaseType, new: NewCase, author: Author, now: datetime
) -> dict[str, Any]:
    space, day = author.space, now.astimezone(CST).date()
    number = await store.next_number(connection, space, case_type.prefix, day)
    return columns(Situation(case_type.first, new.source)) | {
        "id": new.id, "space": space, "area_code": new.area_code, "type": case_type.name,
        "number": f"{case_type.prefix}{day:%Y%m%d}-{number:04d}", "type_version": case_type.version,
        "class_code": new.class_code, "title": new.title.strip(), "text": new.text.strip(),
        "address": new.address.strip(), "lon": new.lon, "lat": new.lat, "alarm_id": new.alarm, "created_at": now,
        "created_by": author.name, "created_by_id": author.person,
    }  # fmt: skip


def _same(known: Case, new: NewCase, author: Author) -> Case:
    first = (known.space, known.type, known.title, known.area_code)
    if first != (author.space, new.type, new.title.strip(), new.area_code):
        raise Conflict("another case has this id")
    return known


async def add_reporter(
    connection: Connection, case_id: UUID, reporter: Reporter, author: Author, now: datetime
) -> Case:
    """Somebody else told of the same; the same id again changes nothing."""
    case = await queries.one(connection, case_id, lock=True)
    async with centre_within(connection):
        if await _keep_reporter(connection, case_id, reporter, author):
            await store.update(connection, case_id, {})
            said = Text("又有人反映", "reported by somebody else too")
            await record(connection, case, "reporter", said, now, actor=author.name, actor_id=author.person)
        return await queries.one(connection, case_id)


async def _keep_reporter(connection: Connection, case: UUID, reporter: Reporter, author: Author) -> bool:
    return await store.insert_reporter(
        connection,
        {
            "id": reporter.id, "case_id": case, "at": reporter.at, "channel": reporter.channel,
            "name": reporter.name.strip(), "phone": reporter.phone.strip(), "text": reporter.text.strip(),
            "wants_word": reporter.wants_word, "recorded_by": author.name,
        },
    )  # fmt: skip
