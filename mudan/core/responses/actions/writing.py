"""What do all moves of a response share? The line in its history, in the incident's timeline, and its notices."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from mudan.core.incidents import actions as incidents
from mudan.core.notices import actions as notices
from mudan.core.notices.model import NewNotice, Step
from mudan.core.people.model import Actor, Scope
from mudan.core.plans import queries as plans
from mudan.core.plans.model.types import Doer, LevelPlan, Plan
from mudan.core.responses import store
from mudan.core.responses.model import END, Response
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

ENGINE: Final = "预案引擎"
DRAFTS: Final = frozenset({"warnings.write"})  # people check, approve and send what it drafts
NOBODY: Final = UUID(int=0)
NUMERALS: Final = "ⅠⅡⅢⅣ"


def engine_actor(space: int) -> Actor:
    """The engine, where a doer is asked for: it may draft warnings, nothing more, in one data space."""
    return Actor(NOBODY, "engine", ENGINE, b"", DRAFTS, Scope(None, None, "", None, space))


async def plan_of(connection: Connection, response: Response) -> Plan:
    """The plan as it was when the response began, whatever was approved since."""
    for version in await plans.versions(connection, response.plan_id):
        if version.id == response.version_id:
            return plans.parsed(version.text)
    raise LookupError("the version of a response is kept")  # a foreign key holds it


def level_words(plan: Plan, key: str | None) -> Text:
    """A level as people name it."""
    if key is None:
        return Text("未启动", "not started")
    if key == END:
        return Text("终止响应", "end of the response")
    level = plan.level(key)
    return Text(
        f"{level.title.zh}（{NUMERALS[level.level - 1]}级）", f"{level.title.en} ({level.level.name})"
    )


async def record(
    connection: Connection,
    response: Response,
    kind: str,
    text: Text,
    now: datetime,
    *,
    actor: str,
    person: UUID | None = None,
    to_level: str | None = None,
    reason: str = "",
    inputs: dict[str, Any] | None = None,
) -> None:
    """Write a move into the response's history and, where there is one, into the incident's timeline."""
    await store.append(
        connection,
        {
            "response_id": response.id, "at": now, "kind": kind, "actor": actor, "person_id": person,
            "from_level": response.level, "to_level": to_level, "reason": reason, "text_zh": text.zh,
            "text_en": text.en, "inputs": inputs or {},
        },
    )  # fmt: skip
    if response.incident_id is not None:
        source = "system" if actor == ENGINE else "operator"
        await incidents.log(
            connection, response.incident_id, "response", text, source=source, actor=actor, now=now,
            detail={"response": str(response.id), "to": to_level, "reason": reason},
        )  # fmt: skip


def reached(plan: Plan, doer: Doer) -> str:
    """Whom a notice goes to: a duty position when the plan names one, else the role of the doer."""
    if doer.department or doer.towns or doer.role is None:
        return "role:department_liaison" if doer.department else "role:duty_officer"
    filled = plan.roles[doer.role].filled_by
    return f"position:{filled.position}" if filled.position else f"role:{filled.role}"


def fallback_of(plan: Plan, doer: Doer) -> str:
    """Whom it goes to when the position is held by nobody."""
    if doer.role is None:
        return ""
    return f"role:{plan.roles[doer.role].filled_by.role}"


def steps_to(plan: Plan, doer: Doer, channels: tuple[str, ...] = ("app",), after_s: float = 0.0) -> Step:
    """One call to a doer."""
    named = tuple("text" if channel == "sms" else channel for channel in channels)
    return Step(reached(plan, doer), after_s, named, fallback_of(plan, doer))


async def ask_for_decision(
    connection: Connection,
    response: Response,
    plan: Plan,
    level: LevelPlan,
    title: Text,
    now: datetime,
    *,
    late: bool,
) -> None:
    """Tell the approver that something waits for a decision; when it is late, leaders too."""
    approver = steps_to(plan, Doer(role=level.approver), ("app", "text"))
    leader = Step("role:leader", level.decide_within.total_seconds(), ("app", "voice"))
    body = Text(
        f"{response.title.zh}：建议{title.zh}，请研判决定。",
        f"{response.title.en}: {title.en} is advised; please decide.",
    )
    head = Text("预案响应待决定", "A response waits for a decision")
    if late:
        head = Text("预案响应逾时未决定", "A response has waited too long for a decision")
    await notices.post(
        connection,
        NewNotice(
            noun="responses", subject=str(response.id), space=response.space, area_code=response.area_code,
            department=response.department, title=head, body=body, steps=(approver, leader), level=int(level.level),
            within_s=level.decide_within.total_seconds(),
        ),
        now,
        by="responses",
    )  # fmt: skip


async def decided(connection: Connection, response: Response, actor: str, now: datetime) -> None:
    """Nothing calls anybody any more about a decision that was taken."""
    await notices.settle(
        connection, "responses", str(response.id), now, by=actor, reason="decided", state="acknowledged"
    )
