"""For which other systems was a case entered once, what was sent there, and what did they answer?"""

from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel

from mudan.api.cases.board import Reader
from mudan.api.cases.wire import works_on
from mudan.api.centre import Work, target_titles, work
from mudan.api.wire import Instant
from mudan.core.cases import queries
from mudan.core.cases.model.known import event_title
from mudan.core.cases.model.words import Case
from mudan.core.people.model import Actor
from mudan.core.records import queries as records
from mudan.primitives.text import Text
from mudan.storage.pool import centre_within

router = APIRouter()
State = Literal["none", "waiting", "sent", "accepted", "handled", "answered", "failed"]


class CaseReceiptOut(BaseModel):
    """What the other system said: 签收, 处置, 反馈, or why not."""

    kind: Literal["accepted", "handled", "answered", "failed"]
    text: str
    at: Instant


class CaseSendOut(BaseModel):
    """One step that was told there. `fields`: as they were sent, without values for those who do not work on it."""

    id: UUID
    event_title: Text
    state: State
    attempts: int
    reason: str
    next_at: Instant | None
    created_at: Instant
    sent_at: Instant | None
    fields: dict[str, Any]
    receipts: list[CaseReceiptOut]


class CaseEntryOut(BaseModel):
    """One other system: how it stands there (`none`: nothing was sent yet), under which number of theirs."""

    platform: str
    target: str
    title: Text
    state: State
    number: str
    sends: list[CaseSendOut]


class CaseEntriesOut(BaseModel):
    """Every system that needs the case, or was told of it."""

    items: list[CaseEntryOut]
    as_of: Instant


@router.get("/api/cases/{case_id}/entries")
async def entries(actor: Reader, request: Request, case_id: UUID) -> CaseEntriesOut:
    """For which other systems the case was entered, what was sent, and their answers; of reality alone."""
    async with work(actor, request) as unit:
        one = await queries.one(unit.connection, case_id)
        async with centre_within(unit.connection):
            rows = await records.entries(unit.connection, case_id)
            own = {row["platform"] for row in await records.of_case(unit.connection, case_id)}
    by_target: dict[tuple[str, str], list[dict[str, Any]]] = {}
    if one.space == 0:
        by_target = {each: [] for each in _needing(unit, one, own)}
    for row in rows:
        by_target.setdefault((row["platform"], row["target"]), []).append(row)
    titles = target_titles(unit.centre)
    items = [
        _entry(each, titles.get(each, Text(each[1], each[1])), sends, one, actor)
        for each, sends in by_target.items()
    ]
    return CaseEntriesOut(items=items, as_of=unit.now)


def _needing(unit: Work, one: Case, own: set[str]) -> list[tuple[str, str]]:
    return [
        (card.name, target.name)
        for card in unit.centre.platforms.values()
        for target in card.targets
        if card.name not in own and target.is_needed(one.type, one.class_code)
    ]


def _entry(
    target: tuple[str, str], title: Text, sends: list[dict[str, Any]], one: Case, actor: Actor
) -> CaseEntryOut:
    open_ones = [row for row in sends if row["state"] in ("waiting", "failed")]
    state: State = "none" if not sends else (open_ones or sends)[-1]["state"]
    return CaseEntryOut(
        platform=target[0], target=target[1], title=title, state=state,
        number=next((row["number"] for row in sends if row["number"]), ""),
        sends=[_send(row, one.type, values=works_on(actor)) for row in sends],
    )  # fmt: skip


def _send(row: dict[str, Any], type_name: str, *, values: bool) -> CaseSendOut:
    told = {name: value if values else None for name, value in sorted(row["payload"].items()) if name != "id"}
    return CaseSendOut.model_validate(
        row | {"event_title": event_title(type_name, row["kind"]), "fields": told}
    )
