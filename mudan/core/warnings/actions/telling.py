"""How do the people inside the area hear of a warning, and when does that end?

Crews of units inside and people of the towns inside get a notice in the app, each with a receipt of their own.
Messages of the sandbox tell nobody in reality; in an exercise they tell who takes part. Those without an account are
called along the county's call tree, when somebody asks for it.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from mudan.core.calls import actions as calls
from mudan.core.calls.model import Run, Start
from mudan.core.notices import actions as notices
from mudan.core.notices.model import NewNotice, Step
from mudan.core.people.model import Actor
from mudan.core.warnings import queries
from mudan.core.warnings.model.cap import MsgType, Status
from mudan.core.warnings.model.content import text_message
from mudan.core.warnings.model.record import WarningMessage
from mudan.core.warnings.model.states import in_force
from mudan.primitives.errors import Conflict
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

NOUN: Final = "warnings"
ANSWER_WITHIN_S: Final = 600.0
LONGEST_S: Final = 86_400.0


async def tell_inside(connection: Connection, warning: WarningMessage, now: datetime, by: str) -> int:
    """Tell everybody with an account who is inside; returns how many."""
    if warning.space == 0 and warning.status is not Status.ACTUAL:
        return 0
    content = warning.content
    inside = await queries.coverage(connection, content)
    people = await queries.people_inside(connection, inside)
    mark = "【演练】" if warning.space else ""
    title = Text(mark + content.headline.zh, content.headline.en or content.headline.zh)
    body = Text(content.instruction.zh, content.instruction.en or content.instruction.zh)
    for person, _name in people:
        new = NewNotice(
            noun=NOUN, subject=str(warning.id), space=warning.space, area_code=warning.area_code,
            department=warning.department, title=title, body=body, steps=(Step(f"person:{person}"),),
            level=None if warning.msg_type is MsgType.CANCEL else content.level, within_s=ANSWER_WITHIN_S,
            lapse_s=min(LONGEST_S, max(1.0, (content.expires - now).total_seconds())), mark=f"warning:{warning.chain}",
        )  # fmt: skip
        await notices.post(connection, new, now, by=by)
    return len(people)


async def call_around(connection: Connection, actor: Actor, warning_id: UUID, now: datetime) -> Run:
    """Call down the tree of the warned area; once for a message, a second time gives the first chain."""
    warning = await queries.one(connection, warning_id)
    if not may_call_around(warning):
        raise Conflict("only what is in force calls people, and in reality only what is real")
    content = warning.content
    area = content.geocodes[0] if len(content.geocodes) == 1 else warning.area_code
    new = Start(
        title=content.headline.zh, words=text_message(content), area_code=area, level=content.level,
        incident=warning.incident_id, origin=call_origin(warning.id),
    )  # fmt: skip
    return await calls.start(connection, actor, now, new)


def may_call_around(warning: WarningMessage) -> bool:
    """Whether people may be called about it now: nobody is, in reality, for a test or an exercise."""
    real = warning.space != 0 or warning.status is Status.ACTUAL
    return real and in_force(warning.state, warning.msg_type)


def call_origin(warning: UUID) -> str:
    """By which name the chain of a message is found."""
    return f"warning:{warning}"


async def stop_telling(connection: Connection, warning: UUID, now: datetime, by: str, reason: str) -> None:
    """Nobody is called any more about a message that holds no more."""
    await notices.settle(connection, NOUN, str(warning), now, by=by, reason=reason)
