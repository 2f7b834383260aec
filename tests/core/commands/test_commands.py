"""Does a command go its way once, survive a restart and end in its time?"""

from datetime import timedelta
from uuid import UUID

import pytest

from mudan.core.commands import actions, queries
from mudan.core.commands.model import Command, CommandState, Receipt
from mudan.primitives.clock import to_us
from mudan.storage.pool import Connection, set_scope
from tests.core.county import actor, add_entity, later
from tests.database import OTHER_TOWN, START

pytestmark = pytest.mark.anyio


async def _order(work: Connection, **more: timedelta) -> Command:
    station = await add_entity(work, device="0001")
    return await actions.order(work, station, "clock_set", {"at": "now"}, actor="甲", now=START, **more)


async def _receive(
    work: Connection, command: Command, state: CommandState, at: float, **detail: str
) -> list[UUID]:
    return await actions.receive(work, [Receipt(command.id, state, to_us(later(at)), "", dict(detail))])


async def test_it_waits_until_it_has_ended(work: Connection) -> None:
    command = await _order(work)
    assert await queries.waiting(work) == [command]
    await _receive(work, command, CommandState.SENT, 1)
    [waiting] = await queries.waiting(work)
    assert (waiting.state, waiting.attempts) == (CommandState.SENT, 1)
    await _receive(work, command, CommandState.DELIVERED, 2)
    assert await queries.waiting(work) == []


async def test_sending_again_counts_and_keeps_the_first_time(work: Connection) -> None:
    command = await _order(work)
    await _receive(work, command, CommandState.SENT, 1, first="a")
    await _receive(work, command, CommandState.SENT, 9, second="b")
    row = await queries.one(work, command.id)
    assert row is not None
    assert (row["attempts"], row["sent_at"], row["detail"]) == (2, later(1), {"first": "a", "second": "b"})


@pytest.mark.parametrize("last", [CommandState.DELIVERED, CommandState.FAILED, CommandState.EXPIRED])
async def test_what_has_ended_stays_ended_whatever_comes(work: Connection, last: CommandState) -> None:
    command = await _order(work)
    assert await _receive(work, command, last, 1) == [command.id]
    for state in CommandState:
        assert await _receive(work, command, state, 2) == []
    row = await queries.one(work, command.id)
    assert row is not None
    assert row["state"] == last


async def test_it_expires_in_its_time(work: Connection) -> None:
    command = await _order(work, life=timedelta(seconds=60))
    assert await actions.expire(work, later(59)) == []
    assert await actions.expire(work, later(60)) == [command.id]
    assert await actions.expire(work, later(61)) == []


async def test_it_is_seen_by_those_who_see_its_device(work: Connection) -> None:
    command = await _order(work)
    [row] = await queries.of_entity(work, "water", command.entity)
    assert (row["kind"], row["created_by"], row["state"]) == ("clock_set", "甲", "queued")
    await set_scope(work, actor(area=OTHER_TOWN).scope.settings())
    assert await queries.of_entity(work, "water", command.entity) == []
