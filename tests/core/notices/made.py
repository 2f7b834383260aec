"""Which notice do the tests post, and how is what came of it said in short?"""

from typing import Any
from uuid import UUID

from mudan.core.notices import queries
from mudan.core.notices.model import NewNotice, Notice, Step
from mudan.primitives.text import Text
from mudan.storage.pool import Connection
from tests.database import START, TOWN

CHAIN = (Step("role:dispatcher"), Step("role:duty_officer", 60), Step("role:leader", 120))


def new(**more: Any) -> NewNotice:
    """A notice of the town about `s1`; `more` are fields by name."""
    given: dict[str, Any] = {
        "noun": "tests", "subject": "s1", "space": 0, "area_code": TOWN, "department": None,
        "title": Text("告警", "alarm"), "body": Text("正文", "body"), "steps": CHAIN, **more,
    }  # fmt: skip
    return NewNotice(**given)


async def one(connection: Connection, notice: UUID) -> Notice:
    """The notice as it is now."""
    return await queries.one(connection, notice)


async def called(connection: Connection, notice: UUID) -> list[tuple[int, str, int, bool]]:
    """(firing, target, seconds from the start, late) of every call."""
    return [
        (call.firing, call.target, int((call.fired_at - START).total_seconds()), call.late)
        for call in (await one(connection, notice)).deliveries
    ]


async def exercise(connection: Connection) -> int:
    """The data space of a drill."""
    await connection.execute("insert into space (id, name) values (7, '演练') on conflict do nothing")
    return 7
