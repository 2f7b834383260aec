"""What stands around one town's incident, for the matrix: a post, a hand-over, a call, reports, a second incident?"""

from typing import Protocol
from uuid import UUID, uuid4

from mudan.core.incidents import actions as incidents
from mudan.core.incidents import queries as incident_queries
from mudan.core.people.model import Actor
from mudan.core.posts import actions as posts
from mudan.core.posts.model import Holder
from mudan.core.reports import actions as reports
from mudan.core.reports.model import CallForm
from mudan.storage.pool import Connection
from tests.core.county import open_incident
from tests.database import START


class Room(Protocol):
    """Where the ids are put."""

    second_id: str
    relation_id: str
    passing_id: str
    post_id: str
    group_id: str
    seat_id: str
    transfer_id: str
    taken_id: str
    report_id: str
    sending_id: str
    child_id: str


async def furnish(connection: Connection, room: Room, incident: UUID, who: Actor, mark: str) -> None:
    """Put everything there; each thing is in a state in which no request of the matrix changes it."""
    second = await open_incident(connection, who, title=f"{mark} 2")
    await incidents.relate(connection, incident, second.id, "related", mark, who, START)
    [bond] = await incident_queries.relations(connection, incident)
    seen = await incident_queries.one(connection, incident)
    passing = await incidents.escalate(
        connection, incident, seen.version, "city", mark, mark, who, START, with_command=False
    )
    await incidents.answer(connection, passing.id, "receive", mark, "", who, START)
    await incidents.give_back(connection, passing.id, mark, mark, who, START)
    post = await posts.open_post(
        connection,
        incident,
        who,
        START,
        name=mark,
        place=mark,
        contact="",
        commander=Holder(mark),
        groups=["rescue"],
    )
    await posts.close_group(connection, post.groups[0].id, who, START)
    await posts.open_group(connection, post.id, "rescue", who, START)
    post = await posts.offer_command(connection, post.id, Holder(f"{mark} 2"), mark, who, START)
    call = await reports.take_call(
        connection, uuid4(), CallForm("flood", address=mark, reporter=mark), who, START, join=incident
    )
    told = await reports.tell(connection, incident, "first", mark, mark, mark, who, START)
    draft = await reports.draft(connection, incident, "first", who, START)
    room.second_id, room.relation_id, room.passing_id = str(second.id), str(bond.id), str(passing.id)
    room.post_id, room.group_id, room.seat_id = str(post.id), str(post.groups[0].id), str(post.seats[0].id)
    room.transfer_id, room.taken_id = str(post.transfers[0].id), str(call.id)
    room.report_id, room.sending_id = str(draft.id), str(told.deliveries[0].id)
    [alarm] = await incident_queries.alarms_of(connection, incident)
    await connection.execute(
        "insert into incident_child (id, space, area_code, incident_id, alarm_id, score, reasons, state, quiet,"
        " offered_at) select %(id)s, i.space, i.area_code, i.id, %(alarm)s, 0.9, '[]', 'undone', false, %(at)s"
        " from incident i where i.id = %(incident)s",
        {"id": (child := uuid4()), "alarm": alarm, "incident": incident, "at": START},
    )
    room.child_id = str(child)
