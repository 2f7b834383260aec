"""How does somebody without an account report, join, follow, rate, reopen, add to and take back? By their slip."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from mudan.core.cases import queries, store
from mudan.core.cases.actions.mailing import ask_to_confirm
from mudan.core.cases.actions.moving import Step, move_as
from mudan.core.cases.actions.reporting import add_reporter, report_as
from mudan.core.cases.actions.writing import DESK, call, record
from mudan.core.cases.model.chart import Author
from mudan.core.cases.model.known import type_named
from mudan.core.cases.model.slip import LONGEST_WORDS, Slip, code_of, contact_of, derived, hash_of
from mudan.core.cases.model.told import REPORTER, told
from mudan.core.cases.model.words import Case, NewCase, Reporter
from mudan.primitives.errors import Conflict, Invalid, NotFound
from mudan.primitives.text import Text
from mudan.storage.pool import Connection, centre_within

CITIZEN: Final = Author("反映人（网上）")
MOST_ADDED: Final = 20  # 示例: lines that one reporter may add to a case
_SAYS: Final = {"solved": Text("已解决", "solved"), "unsolved": Text("没有解决", "not solved")}


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody sends. `id` is their own name for it, told to nobody. `contact`: where to tell, if they agree."""

    id: UUID
    type: str
    class_code: str
    area_code: str
    text: str = ""
    title: str = ""
    address: str = ""
    lon: float | None = None
    lat: float | None = None
    name: str = ""
    phone: str = ""
    contact: str = ""
    consents: bool = False
    language: str = "zh"


class Given(NamedTuple):
    """What a reporter gets: the case, and the code that is shown once; `new`: the entry was not known before."""

    case: Case
    code: str
    new: bool


async def take_in(connection: Connection, entry: Entry, now: datetime) -> Given:
    """Open a case for what somebody reports; the same entry again gives the same. Raises Invalid, Conflict."""
    contact = _contact(entry)
    case_type = type_named(entry.type)
    class_ = case_type.class_of(entry.class_code)
    if class_ is None:
        raise Invalid("there is no such class", field="class_code")
    title = (entry.title.strip() or f"{class_.title.zh} {entry.address.strip()}".strip())[:200]
    reporter = _reporter(entry, contact, now)
    new = NewCase(
        id=derived("case", entry.id), type=entry.type, class_code=entry.class_code, source="public", title=title,
        area_code=entry.area_code, text=entry.text, address=entry.address, lon=entry.lon, lat=entry.lat,
        reporter=reporter,
    )  # fmt: skip
    case = await report_as(connection, CITIZEN, now, new)
    if (case.class_code, case.text, case.address) != (
        entry.class_code,
        entry.text.strip(),
        entry.address.strip(),
    ):
        raise Conflict("another report has this id")
    return await _given(connection, entry, case, contact, now, joined=False)


async def join(connection: Connection, case_id: UUID, entry: Entry, now: datetime) -> Given:
    """Somebody tells of a case that is known: they get their own code. Raises Invalid, NotFound, Conflict."""
    contact = _contact(entry)
    async with centre_within(connection):
        known = await queries.slip_of(connection, derived("slip", entry.id))
        if known is not None and known.case_id != case_id:
            raise Conflict("another report has this id")
        case = await add_reporter(connection, case_id, _reporter(entry, contact, now), CITIZEN, now)
        return await _given(connection, entry, case, contact, now, joined=True)


def _contact(entry: Entry) -> tuple[str, str]:
    if not entry.consents:
        return "", ""
    channel, contact = contact_of(entry.contact or entry.phone)
    if not channel:
        raise Invalid("say where to tell you", field="contact")
    return channel, contact


def _reporter(entry: Entry, contact: tuple[str, str], now: datetime) -> Reporter:
    return Reporter(
        derived("reporter", entry.id), now, "web", entry.name, entry.phone, entry.text, wants_word=bool(contact[0])
    )  # fmt: skip


async def _given(
    connection: Connection, entry: Entry, case: Case, contact: tuple[str, str], now: datetime, *, joined: bool
) -> Given:
    async with centre_within(connection):
        code = code_of(await queries.slip_key(connection), entry.id)
        new = await store.insert_slip(
            connection,
            {
                "id": derived("slip", entry.id), "case_id": case.id, "reporter_id": derived("reporter", entry.id),
                "code_hash": hash_of(code), "joined": joined, "language": entry.language, "created_at": now,
                "channel": contact[0], "contact": contact[1], "consented_at": now if contact[0] else None,
            },
        )  # fmt: skip
        slip = await queries.slip_of(connection, derived("slip", entry.id))
        if new and slip is not None and slip.channel == "mail":
            await ask_to_confirm(connection, slip, case.space, now)
    return Given(case, code, new)


async def opened(connection: Connection, number: str, code: str) -> tuple[Slip, Case]:
    """The case that a slip opens; that into which it was merged. Raises NotFound, whichever of the two is wrong."""
    async with centre_within(connection):
        slip = await queries.slip(connection, number, code)
        if slip is None:
            raise NotFound("there is no such number with this code")
        case = await queries.one(connection, slip.case_id, lock=True)
        if case.situation.main is not None:
            case = await queries.one(connection, case.situation.main, lock=True)
        return slip, case


async def say(connection: Connection, case: Case, words: str, client_id: UUID, now: datetime) -> Case:
    """Add a reporter's words to the history; the desk hears of it while the case is open. Raises Invalid, Conflict."""
    words = words.strip()
    if not words or len(words) > LONGEST_WORDS:
        raise Invalid(f"write up to {LONGEST_WORDS} characters", field="words")
    return await _noted(
        connection, case, "words", Text(f"反映人补充：{words}", f"added: {words}"), client_id, now
    )


async def rate(
    connection: Connection, case: Case, answer: str, client_id: UUID, now: datetime, *, solved: bool
) -> Case:
    """A reporter says how it is and whether it is put right. Raises Conflict, Invalid."""
    note = _SAYS["solved" if solved else "unsolved"].zh
    step = Step("rate", case.version, client_id, answer=answer, note=note)
    return await _taken(connection, case, step, now)


async def reopen(connection: Connection, case: Case, reason: str, client_id: UUID, now: datetime) -> Case:
    """A reporter says that it is not put right: back to work, or looked at again. Raises Conflict, Invalid."""
    if len(reason) > LONGEST_WORDS:
        raise Invalid(f"write up to {LONGEST_WORDS} characters", field="words")
    if not reason.strip():
        raise Invalid("say what is not put right", field="words")
    if await queries.event_known(connection, client_id) == case.id:
        return case
    ways = told(case, type_named(case.type), (), (), Text("", ""), (), now).can
    event = next((one for one in ("reopen", "review") if one in ways), None)
    if event is None:
        raise Conflict("this case cannot be reopened by its reporter any more")
    return await _taken(connection, case, Step(event, case.version, client_id, reason=reason.strip()), now)


async def _taken(connection: Connection, case: Case, step: Step, now: datetime) -> Case:
    if await queries.event_known(connection, step.client_id) == case.id:
        return case
    return await move_as(connection, case.id, step, REPORTER, CITIZEN, now)


async def end_messages(
    connection: Connection, slip: Slip, case: Case, client_id: UUID, now: datetime
) -> Case:
    """A reporter does not want to be told any more: where to is forgotten. Twice counts once."""
    async with centre_within(connection):
        if not await store.withdraw_slip(connection, slip.id, now):
            return case
    said = Text("反映人撤回通知同意", "the reporter wants no more messages")
    return await _noted(connection, case, "withdrawn", said, client_id, now, quietly=True)


async def _noted(
    connection: Connection,
    case: Case,
    kind: str,
    said: Text,
    client_id: UUID,
    now: datetime,
    *,
    quietly: bool = False,
) -> Case:
    if await queries.event_known(connection, client_id) is not None:
        return case
    async with centre_within(connection):
        added = [one for one in await queries.history(connection, case.id) if one.kind == kind]
        if not quietly and len(added) >= MOST_ADDED:
            raise Conflict("so much has been added already; ring us")
        await record(connection, case, kind, said, now, actor=CITIZEN.name, client_id=client_id)
        await store.update(connection, case.id, {})
        if not quietly:
            await call(connection, case, said, (DESK,), now)
        return await queries.one(connection, case.id)
