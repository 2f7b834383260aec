"""Does a warning live as the chart says, in a real database, whoever tries otherwise?"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from psycopg import sql

from mudan.core.incidents import queries as incidents
from mudan.core.people.model import Actor, Role
from mudan.core.warnings import actions, queries
from mudan.core.warnings.actions import NewWarning
from mudan.core.warnings.model.cap import MsgType, Status
from mudan.core.warnings.model.cap_read import read
from mudan.core.warnings.model.delivery import Channel
from mudan.core.warnings.model.record import WarningMessage
from mudan.core.warnings.model.states import State
from mudan.primitives.errors import Conflict, Invalid, MudanError, NotAllowed, NotFound
from mudan.storage.pool import Connection, set_scope
from tests.core.county import actor, later, open_incident
from tests.core.warnings.words import PUBLISHER, Office, content
from tests.database import OTHER_TOWN, START, TOWN

pytestmark = pytest.mark.anyio
SET = sql.SQL("update warning set {} where id = %s")


@pytest.fixture
def office(work: Connection) -> Office:
    return Office(work)


def in_space(who: Actor, space: int) -> Actor:
    """The same person in an exercise."""
    return replace(who, scope=replace(who.scope, space=space))


async def _exercise(connection: Connection) -> int:
    await connection.execute("insert into space (id, name) values (7, '演练七')")
    return 7


async def test_from_the_draft_to_the_public(office: Office) -> None:
    draft = await office.drafted(words={"level": 2})
    assert (draft.state, draft.msg_type, draft.status) == (State.DRAFT, MsgType.ALERT, Status.ACTUAL)
    sent = await office.sent(draft)
    assert (sent.state, sent.sent_by, sent.identifier) == (
        State.SENT, office.author.name, "37170200000000_20261123090000_1",
    )  # fmt: skip
    document = await queries.document(office.connection, sent.id)
    assert document is not None
    assert read(document).identifier == sent.identifier
    kinds = [event.kind for event in await queries.events(office.connection, sent.id)]
    assert kinds == ["drafted", "check", "approve", "send"]
    states = {one.channel: one.state for one in await queries.deliveries(office.connection, sent.id)}
    assert states == {
        Channel.FEED: "delivered", Channel.PAGE: "delivered", Channel.TEXT: "pending",
        Channel.BROADCAST: "pending", Channel.WEBHOOK: "pending",
    }  # fmt: skip


async def test_nobody_checks_or_approves_their_own_words(office: Office) -> None:
    officer = office.second
    draft = await office.drafted(officer)
    with pytest.raises(NotAllowed):
        await actions.check(office.connection, officer, draft.id, draft.version, START)
    checked = await actions.check(office.connection, office.author, draft.id, draft.version, START)
    with pytest.raises(NotAllowed):
        await actions.approve(office.connection, officer, checked.id, checked.version, START)


@pytest.mark.parametrize("level", [1, 2])
async def test_the_two_gravest_levels_wait_for_a_leader(office: Office, level: int) -> None:
    checked = await office.checked(await office.drafted(words={"level": level}))
    with pytest.raises(NotAllowed):
        await actions.approve(office.connection, actor(Role.DUTY_OFFICER), checked.id, checked.version, START)
    approved = await actions.approve(office.connection, office.leader, checked.id, checked.version, START)
    assert approved.state is State.APPROVED


async def test_what_is_returned_is_checked_by_nobody(office: Office) -> None:
    approved = await office.approved(await office.drafted())
    with pytest.raises(Invalid):
        await actions.give_back(office.connection, office.second, approved.id, approved.version, " ", START)
    back = await actions.give_back(
        office.connection, office.second, approved.id, approved.version, "改", START
    )
    assert (back.state, back.checked_at, back.approved_at, back.approver_name) == (
        State.DRAFT,
        None,
        None,
        "",
    )
    words = content(level=1)
    edited = await actions.edit(office.connection, office.author, back.id, words, back.version, START)
    assert edited.content.level == 1
    with pytest.raises(Conflict):
        await actions.send(office.connection, office.author, edited.id, edited.version, PUBLISHER, START)


async def test_an_old_version_changes_nothing(office: Office) -> None:
    draft = await office.drafted()
    await actions.edit(office.connection, office.author, draft.id, content(level=4), draft.version, START)
    with pytest.raises(Conflict):
        await actions.check(office.connection, office.second, draft.id, draft.version, START)


async def test_words_are_not_changed_once_they_were_checked(office: Office) -> None:
    checked = await office.checked(await office.drafted())
    with pytest.raises(Conflict):
        await actions.edit(office.connection, office.author, checked.id, content(), checked.version, START)


async def test_an_update_and_a_cancellation_end_what_they_follow(office: Office) -> None:
    first = await office.sent(await office.drafted())
    update = await actions.follow(
        office.connection, office.author, first.id, MsgType.UPDATE, "雨势加大", later(60)
    )
    with pytest.raises(Conflict):
        await actions.follow(office.connection, office.author, first.id, MsgType.CANCEL, "停", later(60))
    second = await office.sent(update, at=120)
    assert (await queries.one(office.connection, first.id)).state is State.UPDATED
    cancel = await actions.follow(
        office.connection, office.author, second.id, MsgType.CANCEL, "雨停", later(180)
    )
    third = await office.sent(cancel, at=240)
    assert [one.state for one in await queries.chain(office.connection, first.chain)] == [
        State.UPDATED, State.CANCELLED, State.SENT,
    ]  # fmt: skip
    document = await queries.document(office.connection, third.id)
    assert document is not None
    assert [one.identifier for one in read(document).references] == [first.identifier, second.identifier]
    with pytest.raises(Conflict):
        await actions.follow(office.connection, office.author, third.id, MsgType.UPDATE, "又", later(300))
    reasons = {
        one.reason for one in await queries.deliveries(office.connection, first.id) if one.state == "dropped"
    }
    assert reasons == {"superseded"}


async def test_what_has_ended_meanwhile_is_not_followed(office: Office) -> None:
    first = await office.sent(await office.drafted())
    update = await office.approved(
        await actions.follow(office.connection, office.author, first.id, MsgType.UPDATE, "续", START)
    )
    over = first.expires_at + timedelta(seconds=1)
    await actions.tick(office.connection, over)
    with pytest.raises(MudanError):
        await actions.send(office.connection, office.author, update.id, update.version, PUBLISHER, over)
    words = content(expires=over + timedelta(hours=1), note="续")
    back = await actions.give_back(office.connection, office.second, update.id, update.version, "过期", over)
    longer = await actions.edit(office.connection, office.author, back.id, words, back.version, over)
    with pytest.raises(Conflict):
        await actions.check(office.connection, office.second, longer.id, longer.version, over)


async def test_it_expires_once_and_on_time(office: Office) -> None:
    sent = await office.sent(await office.drafted())
    assert not await actions.tick(office.connection, sent.expires_at - timedelta(seconds=1))
    changes = await actions.tick(office.connection, sent.expires_at + timedelta(days=2))
    assert {one.id for one in changes.others} == {str(sent.id)}
    ended = await queries.one(office.connection, sent.id)
    assert (ended.state, ended.ended_at) == (State.EXPIRED, sent.expires_at)
    assert not await actions.tick(office.connection, sent.expires_at + timedelta(days=3))


async def test_messages_of_one_second_have_names_of_their_own(office: Office) -> None:
    names = [(await office.sent(await office.drafted())).identifier for _ in range(3)]
    assert [str(name)[-2:] for name in names] == ["_1", "_2", "_3"]


@pytest.mark.parametrize("status", [Status.EXERCISE, Status.TEST])
async def test_an_exercise_or_test_goes_into_the_sandbox_only(office: Office, status: Status) -> None:
    sent = await office.sent(await office.drafted(status=status, words={"note": "月度"}))
    found = await queries.deliveries(office.connection, sent.id)
    assert [one.channel for one in found] == [Channel.SANDBOX]
    assert await queries.published(office.connection, START - timedelta(days=9)) == []
    for channel in ("feed", "page", "text", "broadcast", "webhook"):
        with pytest.raises(psycopg.errors.RaiseException):
            async with office.connection.transaction():
                await office.connection.execute(
                    "update warning_delivery set channel = %s where warning_id = %s", (channel, sent.id)
                )


async def test_in_an_exercise_everything_is_an_exercise(office: Office) -> None:
    space = await _exercise(office.connection)
    author, leader = in_space(office.author, space), in_space(office.leader, space)
    words = content(level=1, note="演练")
    draft = await actions.draft(office.connection, author, NewWarning(words, Status.ACTUAL), START)
    assert (draft.space, draft.status) == (space, Status.EXERCISE)
    checked = await actions.check(office.connection, leader, draft.id, draft.version, START)
    approved = await actions.approve(office.connection, leader, checked.id, checked.version, START)
    sent = await actions.send(office.connection, leader, approved.id, approved.version, PUBLISHER, START)
    assert [one.channel for one in await queries.deliveries(office.connection, sent.id)] == [Channel.SANDBOX]
    assert await queries.published(office.connection, START - timedelta(days=9)) == []
    with pytest.raises(psycopg.errors.CheckViolation):
        async with office.connection.transaction():
            await office.connection.execute(
                'insert into warning select (jsonb_populate_record(w, \'{"status": "Actual"}\')).* from warning w'
            )


async def test_the_database_keeps_what_was_sent(office: Office) -> None:
    sent = await office.sent(await office.drafted())
    for change in (
        "content = content || '{\"note\": \"x\"}'", "document = 'x'", "identifier = 'x'", "state = 'draft'",
        "status = 'Test'", "expires_at = now()", "approver = gen_random_uuid()", "state = 'withdrawn'",
    ):  # fmt: skip
        with pytest.raises(psycopg.errors.RaiseException):
            async with office.connection.transaction():
                await office.connection.execute(SET.format(sql.SQL(change)), (sent.id,))


async def test_the_database_wants_two_people(office: Office) -> None:
    draft = await office.drafted()
    for change in (
        "state = 'checked', checker = author, checked_at = now()", "state = 'checked'", "approver = author",
        "state = 'approved', checker = gen_random_uuid(), checked_at = now()",
    ):  # fmt: skip
        with pytest.raises(psycopg.errors.CheckViolation):
            async with office.connection.transaction():
                await office.connection.execute(SET.format(sql.SQL(change)), (draft.id,))


async def test_a_town_sees_and_warns_its_own_ground_only(office: Office) -> None:
    draft = await office.drafted(area_code=OTHER_TOWN)
    town = actor(Role.DUTY_OFFICER, TOWN)
    await set_scope(office.connection, town.scope.settings())
    with pytest.raises(NotFound):
        await queries.one(office.connection, draft.id)
    assert await queries.page(office.connection) == []
    with pytest.raises(NotAllowed):
        await actions.draft(office.connection, town, NewWarning(content(), area_code=OTHER_TOWN), START)


async def test_the_same_origin_gives_the_same_draft(office: Office) -> None:
    first = await office.drafted(origin="response:1/warning:a")
    assert (await office.drafted(origin="response:1/warning:a")).id == first.id
    assert (await office.drafted(origin="response:1/warning:b")).id != first.id


async def test_the_incident_hears_of_what_was_sent(office: Office) -> None:
    incident = await open_incident(office.connection)
    sent = await office.sent(await office.drafted(incident=incident.id))
    last = (await incidents.timeline(office.connection, incident.id))[-1]
    assert (last.kind, last.detail["identifier"]) == ("warning", sent.identifier)
    assert [one.id for one in await queries.of_incident(office.connection, incident.id, open_only=True)] == [
        sent.id
    ]
    rows = await (await office.connection.execute("select * from matter_warning")).fetchall()
    assert [(row["incident_id"], row["mandatory"]) for row in rows] == [(incident.id, True)]


async def test_the_public_sees_real_messages_and_no_people(office: Office) -> None:
    sent = await office.sent(await office.drafted(words={"text_message": "内部短信"}))
    await office.drafted()
    await set_scope(office.connection, {"area": "-", "departments": "-", "space": "-", "person": ""})
    [found] = await queries.published(office.connection, START - timedelta(days=1))
    assert (found.identifier, found.content.text_message) == (sent.identifier, "")
    assert found.content.headline == sent.content.headline
    assert await queries.published_document(office.connection, str(sent.identifier))
    with pytest.raises(NotFound):
        await queries.published_document(office.connection, "37170200000000_20261123090000_2")
    assert (await (await office.connection.execute("select * from warning")).fetchall()) == []
    row: dict[str, Any] = (
        await (await office.connection.execute("select * from public_warning")).fetchone() or {}
    )
    assert not {"author", "author_name", "checker_name", "approver_name", "sent_by", "incident_id"} & set(row)


async def _refused(office: Office, warning: WarningMessage, who: Actor) -> bool:
    try:
        await actions.withdraw(office.connection, who, warning.id, warning.version, "不需要", START)
    except MudanError:
        return True
    return False


async def test_only_what_was_not_sent_is_withdrawn(office: Office) -> None:
    draft = await office.drafted()
    assert await _refused(office, draft, actor(Role.AUDITOR))
    assert not await _refused(office, draft, office.author)
    sent = await office.sent(await office.drafted())
    assert await _refused(office, sent, office.author)
