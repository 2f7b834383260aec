"""How does what happens to a case get into its row, its clocks, its history and people's hands?"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from mudan.core.cases import queries, store
from mudan.core.cases.actions.tallying import tally
from mudan.core.cases.actions.telling import tell_reporters
from mudan.core.cases.model.chart import Deed, Hand, after
from mudan.core.cases.model.running import Running, moved
from mudan.core.cases.model.types import CaseType, Transition
from mudan.core.cases.model.words import Case, columns
from mudan.core.cases.queries.rows import row_of
from mudan.core.notices import actions as notices
from mudan.core.notices.model import NewNotice, Step
from mudan.core.people import queries as people
from mudan.primitives.ids import new_id
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

NOUN: Final = "cases"
APP: Final = ("app",)
SYSTEM: Final = Hand(None, "system")
DESK: Final = Step("position:duty_officer", channels=APP, otherwise="role:duty_officer")
OWNER: Final = Step("role:department_liaison", channels=APP, otherwise="role:duty_officer")
_LEVEL: Final = {"green": 4, "amber": 4, "red": 3, "overdue": 2}
_FOR_OWNER: Final = (
    "dispatch",
    "redirect",
    "join",
    "fail",
    "supervise",
    "refuse_extension",
    "refuse_account",
)
_FOR_DESK: Final = (
    "return",
    "answer",
    "ask_extension",
    "ask_account",
    "reopen",
    "reply",
    "appeal",
    "disprove",
    "confirm",
    "done_elsewhere",
    "back_elsewhere",
    "declined_elsewhere",
)


async def record(
    connection: Connection,
    case: Case,
    kind: str,
    text: Text,
    now: datetime,
    *,
    actor: str,
    actor_id: UUID | None = None,
    to_state: str = "",
    client_id: UUID | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """A line of the case's history."""
    await store.append(
        connection,
        {
            "case_id": case.id, "client_id": client_id or new_id(), "at": now, "kind": kind,
            "from_state": case.state, "to_state": to_state or case.state, "actor": actor, "actor_id": actor_id,
            "text_zh": text.zh, "text_en": text.en, "detail": detail or {},
        },
    )  # fmt: skip


async def take(
    connection: Connection,
    case: Case,
    case_type: CaseType,
    way: Transition,
    deed: Deed,
    hand: Hand,
    now: datetime,
    *,
    actor: str,
    client_id: UUID | None = None,
    detail: Mapping[str, Any] | None = None,
    rule: str | None = None,
) -> Case:
    """Take a way that has been decided: the row, the clocks, the history, the notices. As the centre."""
    new = after(case_type, case.situation, way, deed, hand)
    written = columns(new) | _ends(case, case_type, way, new.state, now)
    written["rule"] = rule if "owns" in way.effects else (None if new.owner is None else case.rule)
    await store.update(connection, case.id, written)
    await put_clocks(
        connection, case.id, case.space, await _moved(connection, case, case_type, way, new.state, now)
    )
    said = (deed.reason or deed.note).strip()
    text = Text(
        f"{way.title.zh}{'：' + said if said else ''}", f"{way.title.en}{': ' + said if said else ''}"
    )
    await record(
        connection, case, way.name, text, now, actor=actor, actor_id=hand.person, to_state=new.state,
        client_id=client_id, detail=detail,
    )  # fmt: skip
    await tally(connection, case.id, now)
    after_it = await queries.one(connection, case.id)
    await _tell(connection, after_it, way, text, now, actor)
    await tell_reporters(connection, after_it, way, now)
    return after_it


def _ends(case: Case, case_type: CaseType, way: Transition, state: str, now: datetime) -> dict[str, Any]:
    closed_at = now if "closes" in way.effects else None if "reopens" in way.effects else case.closed_at
    return {
        "closed_at": closed_at,
        "ended_at": (case.ended_at or now) if case_type.stage(state).ended else None,
    }


async def _moved(
    connection: Connection, case: Case, case_type: CaseType, way: Transition, state: str, now: datetime
) -> tuple[Running, ...]:
    if state == case.state:
        return ()
    return moved(
        case_type, case.class_code, await queries.clocks(connection, case.id), state, now,
        await queries.calendar(connection, case.space), anew="disowns" in way.effects,
        scale=await people.space_scale(connection, case.space),
    )  # fmt: skip


async def put_clocks(connection: Connection, case: UUID, space: int, runs: Iterable[Running]) -> None:
    """Write runs of a case's clocks, and which of all presses most."""
    for run in runs:
        await store.put_clock(connection, {"case_id": case, "space": space, **row_of(run)})
    await store.press(connection, case)


def recoloured(run: Running, now: datetime) -> Running:
    """A run that was counted anew, as if its colours up to now had been told."""
    return replace(run, shown=run.colour(now))


async def _tell(
    connection: Connection, case: Case, way: Transition, text: Text, now: datetime, actor: str
) -> None:
    if way.to:
        await notices.settle(connection, NOUN, str(case.id), now, by=actor, reason=way.name)
    if "sends" in way.effects and case.situation.sent_to is not None:
        await call(connection, case, text, (Step(f"person:{case.situation.sent_to}", channels=APP),), now)
    elif way.name in _FOR_OWNER and case.situation.owner is not None:
        await call(connection, case, text, (OWNER,), now)
    elif way.name in _FOR_DESK:
        await call(connection, case, text, (DESK,), now)


async def call(
    connection: Connection, case: Case, text: Text, steps: tuple[Step, ...], now: datetime
) -> None:
    """Post a notice about a case; it ends when the case moves on."""
    await notices.post(
        connection,
        NewNotice(
            noun=NOUN, subject=str(case.id), space=case.space, area_code=case.area_code,
            department=case.situation.owner, level=_LEVEL[case.lamp], steps=steps,
            title=Text(f"{text.zh}【{case.title}】", f"{text.en} [{case.title}]"),
            body=Text(case.text or case.title, case.text or case.title), mark=case.number,
        ),
        now,
    )  # fmt: skip
