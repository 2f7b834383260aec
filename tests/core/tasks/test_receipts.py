"""Is it known what became of an order on its way to the vehicle, and what the vehicle's position suggests?"""

from datetime import datetime
from uuid import UUID

import pytest

from mudan.core.commands import actions as commands
from mudan.core.commands import queries as command_queries
from mudan.core.commands.model import CommandState, Receipt
from mudan.core.incidents import queries as incidents
from mudan.core.tasks import actions, queries
from mudan.core.tasks.model import Task
from mudan.primitives.clock import to_us
from mudan.primitives.text import Text
from mudan.storage.pool import Connection
from tests.core.county import PLACE, actor, add_entity, add_unit, later, open_incident
from tests.core.tasks.test_moves import _report
from tests.database import START

pytestmark = pytest.mark.anyio


async def _sent(work: Connection, order: str = "赶赴现场") -> Task:
    vehicle = await add_entity(work, "V1", type="Vehicle", platform="transport", device="013800000001")
    incident, unit = await open_incident(work), await add_unit(work, vehicle=vehicle.key)
    return await actions.assign(work, incident.id, unit.id, order, actor(), START)


async def _receive(work: Connection, task: Task, state: CommandState, at: datetime) -> list[UUID]:
    assert task.command_id is not None
    moved = await commands.receive(work, [Receipt(task.command_id, state, to_us(at), "忙", {"n": at.second})])
    for one in await queries.of_commands(work, moved):
        await actions.note_receipt(work, one, at)
    return moved


async def test_the_order_goes_to_the_terminal_with_its_place(work: Connection) -> None:
    task = await _sent(work)
    [command] = await command_queries.waiting(work)
    number = (await incidents.one(work, task.incident_id)).number
    assert command.payload == {"text": f"【{number}】赶赴现场 @{PLACE[0]:.5f},{PLACE[1]:.5f}", "urgent": True}
    assert (command.kind, command.state, task.command_state) == ("text", "queued", "queued")


async def test_a_place_in_the_order_is_left_as_it_is(work: Connection) -> None:
    await _sent(work, "到 @115.1,35.1 集合")
    [command] = await command_queries.waiting(work)
    assert command.payload["text"].endswith("到 @115.1,35.1 集合")


async def test_a_unit_without_a_vehicle_gets_no_command(work: Connection) -> None:
    incident, unit = await open_incident(work), await add_unit(work)
    task = await actions.assign(work, incident.id, unit.id, "赶赴现场", actor(), START)
    assert (task.command_id, task.command_state) == (None, None)
    assert await command_queries.waiting(work) == []


async def test_receipts_are_written_into_the_timeline(work: Connection) -> None:
    task = await _sent(work)
    await _receive(work, task, CommandState.SENT, later(1))
    await _receive(work, task, CommandState.DELIVERED, later(2))
    shown = await queries.one(work, task.id)
    assert (shown.command_state, shown.sent_at, shown.delivered_at) == ("delivered", later(1), later(2))
    lines = [e for e in await incidents.timeline(work, task.incident_id) if e.kind == "receipt"]
    assert [(e.text_zh, e.source) for e in lines] == [
        ("救援R-1 派单指令已发出", "device"),
        ("救援R-1 终端已收到派单", "device"),
    ]


async def test_a_refusal_and_an_unreachable_terminal_are_told(work: Connection) -> None:
    task = await _sent(work)
    await _receive(work, task, CommandState.FAILED, later(1))
    shown = await queries.one(work, task.id)
    assert (shown.command_state, shown.command_reason) == ("failed", "忙")
    assert (await incidents.timeline(work, task.incident_id))[-1].text_en.endswith(
        "did not confirm the order"
    )


async def test_a_receipt_after_the_end_changes_nothing(work: Connection) -> None:
    task = await _sent(work)
    await _receive(work, task, CommandState.DELIVERED, later(1))
    for state in CommandState:
        assert await _receive(work, task, state, later(2)) == []
    assert (await queries.one(work, task.id)).delivered_at == later(1)


async def test_a_position_suggests_and_any_move_answers(work: Connection) -> None:
    task = await _sent(work)
    await _report(work, task.id, "accept")
    words = Text("车辆已开动", "vehicle is moving")
    proposed = await actions.propose(work, task.id, "depart", words, later(20), later(21))
    assert proposed.proposal == {
        "event": "depart", "at": later(20).isoformat(), "reason": {"zh": words.zh, "en": words.en},
    }  # fmt: skip
    assert (await incidents.timeline(work, task.incident_id))[-1].kind == "proposal"
    assert (await _report(work, task.id, "depart", at=30)).proposal is None


@pytest.mark.parametrize(
    ("path", "event"), [((), "arrive"), (("accept", "depart"), "depart"), (("accept", "arrive"), "arrive")]
)
async def test_a_suggestion_that_comes_too_late_is_dropped(
    work: Connection, path: tuple[str, ...], event: str
) -> None:
    task = await _sent(work)
    for step in path:
        task = await _report(work, task.id, step)
    lines = len(await incidents.timeline(work, task.incident_id))
    shown = await actions.propose(work, task.id, event, Text("甲", "a"), later(20), later(21))
    assert (shown.proposal, shown.version) == (None, task.version)
    assert len(await incidents.timeline(work, task.incident_id)) == lines
