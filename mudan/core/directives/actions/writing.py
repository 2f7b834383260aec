"""How does what happens to a directive get into its history, the incident's timeline and people's hands?"""

from datetime import datetime
from typing import Any
from uuid import UUID

from mudan.core.directives import store
from mudan.core.directives.model import EVENT_WORDS, Directive, Due, next_at
from mudan.core.incidents import actions as incidents
from mudan.core.notices import actions as notices
from mudan.core.notices.model import NewNotice, Step
from mudan.primitives.ids import new_id
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

NOUN = "directives"
APP = ("app",)


async def record(
    connection: Connection,
    directive: Directive,
    kind: str,
    now: datetime,
    *,
    actor: str,
    to_state: str = "",
    text: str = "",
    at: datetime | None = None,
    actor_id: UUID | None = None,
    client_id: UUID | None = None,
    detail: dict[str, Any] | None = None,
) -> bool:
    """A line of the directive's history, and of its incident's timeline. False for a known client id."""
    words = EVENT_WORDS[kind]
    said = Text(f"{words.zh}{'：' + text if text else ''}", f"{words.en}{': ' + text if text else ''}")
    fresh = await store.append(
        connection,
        {
            "directive_id": directive.id, "client_id": client_id or new_id(), "at": at or now, "recorded_at": now,
            "kind": kind, "from_state": directive.state, "to_state": to_state or directive.state, "actor": actor,
            "actor_id": actor_id, "text_zh": said.zh, "text_en": said.en, "detail": detail or {},
        },
    )  # fmt: skip
    if fresh and directive.incident_id is not None:
        await incidents.log(
            connection, directive.incident_id, "directive",
            Text(f"{said.zh}【{directive.title}】", f"{said.en} [{directive.title}]"),
            source="system" if actor == "system" else "operator", actor=actor, now=now, at=at,
            detail={"directive": str(directive.id), "state": to_state or directive.state, "event": kind},
        )  # fmt: skip
    return fresh


async def put(connection: Connection, directive: Directive, scale: float, **changes: Any) -> None:
    """Write columns of a directive, and when its ladder goes on by them."""
    due = Due(
        changes.get("state", directive.state), directive.level,
        changes.get("receive_by", directive.receive_by), changes.get("due_at", directive.due_at),
        changes.get("ladder", directive.ladder),
    )  # fmt: skip
    await store.update(connection, directive.id, {**changes, "next_at": next_at(due, scale)})


def doers(directive: Directive) -> tuple[Step, ...]:
    """Whom to call so that the doer hears of it."""
    if directive.to_person is not None:
        return (Step(f"person:{directive.to_person}", channels=APP),)
    if directive.to_role is not None:
        return (Step(f"role:{directive.to_role}", channels=APP, otherwise="role:duty_officer"),)
    return (Step("role:department_liaison", channels=APP, otherwise="role:duty_officer"),)


async def tell(
    connection: Connection,
    directive: Directive,
    kind: str,
    steps: tuple[Step, ...],
    now: datetime,
    *,
    late: bool = False,
) -> None:
    """Post a notice about a directive; it ends when the directive is received or submitted."""
    words = EVENT_WORDS[kind]
    tail = Text("（迟发）", " (late)") if late else Text("", "")
    await notices.post(
        connection,
        NewNotice(
            noun=NOUN, subject=str(directive.id), space=directive.space, area_code=directive.area_code,
            department=directive.to_department, level=directive.level, steps=steps,
            title=Text(f"{words.zh}：{directive.title}{tail.zh}", f"{words.en}: {directive.title}{tail.en}"),
            body=Text(directive.text or directive.title, directive.text or directive.title), mark=directive.number,
        ),
        now,
    )  # fmt: skip


async def hush(connection: Connection, directive: Directive, now: datetime, by: str, reason: str) -> None:
    """End what still calls about a directive."""
    await notices.settle(connection, NOUN, str(directive.id), now, by=by, reason=reason)
