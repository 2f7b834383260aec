"""How does a county that begins with an example learn of its cases? By the very steps that people take."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from mudan.core.cases import queries
from mudan.core.cases.actions.moving import Step, move_as
from mudan.core.cases.actions.reporting import report_as
from mudan.core.cases.actions.writing import NOUN
from mudan.core.cases.model.chart import Author, Hand
from mudan.core.cases.model.words import Case, NewCase, Reporter
from mudan.core.notices import actions as notices
from mudan.storage.pool import Connection

_DESK: Final = (Hand(None, "dispatcher"), Author("示例·受理员"))
_OWNERS: Final = frozenset({"sign", "return", "answer"})
_WHY: Final = "示例"


async def load_example(connection: Connection, stories: Sequence[Mapping[str, Any]], now: datetime) -> int:
    """Let each story (see the seed) happen up to now; how many are new. What is there already stays as it is."""
    count = 0
    for story in stories:
        if await queries.find(connection, UUID(story["id"])) is None:
            await _happened(connection, story, now)
            count += 1
    return count


async def _happened(connection: Connection, story: Mapping[str, Any], now: datetime) -> None:
    at = now - timedelta(days=story["days_ago"])
    case = await report_as(connection, _DESK[1], at, _new(story, at))
    for number, (event, hours) in enumerate(story["steps"]):
        at += timedelta(hours=hours)
        if at > now:
            break
        case = await _taken(connection, case, story, number, event, at)
    # nobody is to be called for what happened before the centre began
    await notices.settle(connection, NOUN, str(case.id), now, by=_DESK[1].name, reason=_WHY)


def _new(story: Mapping[str, Any], at: datetime) -> NewCase:
    case = UUID(story["id"])
    return NewCase(
        id=case, type=story["type"], class_code=story["class_code"], source="public", title=story["title"],
        area_code=story["area_code"], text=story["text"], address=story["address"], lon=story["lon"], lat=story["lat"],
        reporter=Reporter(uuid5(case, "reporter"), at, story["channel"], "示例群众", recorded_by=_DESK[1].name),
    )  # fmt: skip


async def _taken(
    connection: Connection, case: Case, story: Mapping[str, Any], number: int, event: str, at: datetime
) -> Case:
    owner = story["owner"]
    hand, author = _DESK
    if event in _OWNERS:
        hand, author = Hand(None, "department_liaison", frozenset({owner})), Author(f"示例·{owner}")
    step = Step(
        event, case.version, uuid5(case.id, f"{number}/{event}"), reason=_WHY, note=_WHY,
        owner=owner if event == "dispatch" else None, answer=story["answer"] if event == "call_back" else None,
    )  # fmt: skip
    return await move_as(connection, case.id, step, hand, author, at)
