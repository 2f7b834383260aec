"""What stands in one town's duty room, for the matrix: a roster, a hand-over, a call, a directive with proof?"""

from datetime import timedelta
from typing import Protocol
from uuid import UUID, uuid4, uuid5

from mudan.core.calls import actions as calls
from mudan.core.calls import queries as call_queries
from mudan.core.calls.actions import Answer, NewNode
from mudan.core.calls.model import Start
from mudan.core.directives import actions as directives
from mudan.core.directives.actions import NewEvidence, Step
from mudan.core.directives.model import Deadline, Order, Target
from mudan.core.duty import actions as duty
from mudan.core.duty import queries as duty_queries
from mudan.core.duty.actions import NewContact, NewShift
from mudan.core.duty.model import Matter
from mudan.core.people.model import Actor
from mudan.primitives.text import Text
from mudan.storage.pool import Connection
from tests.core.tasks.test_photos import picture
from tests.database import START

SPAN = {"since": "2026-11-22T00:00:00Z", "until": "2026-11-29T00:00:00Z"}
DAY = timedelta(days=1)


class Room(Protocol):
    """Where the ids are put."""

    area: str
    contact_id: str
    shift_id: str
    swap_id: str
    handover_id: str
    item_id: str
    node_id: str
    chain_id: str
    step_id: str
    directive_id: str
    evidence_id: str


def once(room: Room) -> str:
    """A client's id that is the same for every request about one town."""
    return str(uuid5(UUID(int=0), room.area))


async def furnish(connection: Connection, room: Room, who: Actor, crew: Actor, mark: str) -> None:
    """Put everything there; each thing is in a state in which no request of the matrix changes it."""
    contact = await duty.add_contact(connection, who, NewContact(mark, room.area, phone="000"))
    other = await duty.add_contact(connection, who, NewContact(f"{mark} 2", room.area, phone="001"))
    new = NewShift("duty_officer", contact.id, START, START + DAY, room.area, mark)
    shift = await duty.add_shift(connection, who, new, START)
    swap = await duty.ask_swap(connection, shift.id, other.id, None, mark, who, START)
    handover = await duty.draft(connection, who, START, [Matter("alarms", "a", Text(mark, mark))])
    [item] = await duty_queries.items(connection, handover.id)
    await duty.write_note(connection, who, START, client_id=uuid4(), text=mark, at=START)
    node = await calls.add_node(connection, who, NewNode(mark, "village", room.area, contacts=(contact.id,)))
    run = await calls.start(connection, who, START, Start(mark, mark, room.area))
    [step] = await call_queries.steps(connection, run.id)
    await calls.answer(connection, run.id, step.id, Answer(mark, "voice", uuid4()), who, START)
    room.contact_id, room.shift_id, room.swap_id = str(contact.id), str(shift.id), str(swap.id)
    room.handover_id, room.item_id = str(handover.id), str(item.id)
    room.node_id, room.chain_id, room.step_id = str(node.id), str(run.id), str(step.id)
    await _directive(connection, room, who, crew, mark)


async def _directive(connection: Connection, room: Room, who: Actor, crew: Actor, mark: str) -> None:
    target = Target(person=crew.person)
    order = Order(mark, mark, "hand", target, Deadline("none"), room.area)
    made = await directives.issue(connection, who, START, order)
    made = await directives.move(connection, made.id, Step("receive", made.version, uuid4()), crew, START)
    proof = NewEvidence(uuid4(), "photo", START, text=mark, picture=picture())
    made = await directives.add_evidence(connection, made.id, proof, crew, START)
    await directives.move(connection, made.id, Step("submit", made.version, uuid4()), crew, START)
    room.directive_id, room.evidence_id = str(made.id), str(proof.id)
