"""Does a message leave by each channel once, whatever dies, fails or comes late?"""

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudan.core.warnings import actions, queries
from mudan.core.warnings.model.cap import MsgType, Status
from mudan.core.warnings.model.delivery import (
    LEASE,
    LONGEST_WAIT,
    MOST_WEBHOOKS,
    TRIES,
    Channel,
    next_try,
    targets,
)
from mudan.core.warnings.model.record import Delivery, WarningMessage
from mudan.primitives.errors import Conflict
from mudan.storage.pool import Connection
from tests.core.county import later
from tests.core.warnings.words import Office
from tests.database import START

pytestmark = pytest.mark.anyio
WORKER, OTHER = uuid4(), uuid4()


@pytest.fixture
def office(work: Connection) -> Office:
    return Office(work)


async def _by_channel(office: Office, warning: WarningMessage) -> dict[Channel, Delivery]:
    return {one.channel: one for one in await queries.deliveries(office.connection, warning.id)}


@given(
    st.sampled_from([Status.ACTUAL, Status.EXERCISE, Status.TEST]),
    st.integers(0, 3),
    st.lists(st.text(max_size=5), max_size=60),
)
def test_the_queue_of_one_message_is_bounded_and_names_nobody_twice(
    status: Status, space: int, webhooks: list[str]
) -> None:
    found = targets(status, space, webhooks)
    assert len(found) == len(set(found)) <= 4 + MOST_WEBHOOKS
    real = status is Status.ACTUAL and space == 0
    assert (Channel.SANDBOX in {one.channel for one in found}) is not real
    assert real or len(found) == 1


def test_tries_grow_apart_and_end() -> None:
    waits = [(next_try(attempts, START) or START) - START for attempts in range(1, TRIES)]
    assert waits == sorted(waits)
    assert max(waits) <= LONGEST_WAIT
    assert next_try(TRIES, START) is None


async def test_two_workers_never_hold_the_same_delivery(office: Office) -> None:
    await office.sent(await office.drafted())
    mine = await actions.claim(office.connection, WORKER, later(1))
    assert {one.channel for one in mine} == {Channel.TEXT, Channel.BROADCAST, Channel.WEBHOOK}
    assert await actions.claim(office.connection, OTHER, later(2)) == []


async def test_what_a_dead_worker_held_is_taken_over_and_its_late_word_counts_for_nothing(
    office: Office,
) -> None:
    sent = await office.sent(await office.drafted())
    mine = await actions.claim(office.connection, WORKER, later(1))
    after = later(1) + LEASE
    taken = await actions.claim(office.connection, OTHER, after)
    assert {one.id for one in taken} == {one.id for one in mine}
    assert not await actions.delivered(office.connection, WORKER, mine[0], {"how": "late"}, after)
    assert await actions.delivered(office.connection, OTHER, taken[0], {"how": "file"}, after)
    assert not await actions.delivered(office.connection, OTHER, taken[0], {"how": "twice"}, after)
    found = (await _by_channel(office, sent))[taken[0].channel]
    assert (found.state, found.receipt, found.attempts) == ("delivered", {"how": "file"}, 2)


async def test_a_failing_channel_is_tried_again_and_then_given_up(office: Office) -> None:
    sent = await office.sent(await office.drafted(words={"expires": START + timedelta(hours=20)}))
    now = later(1)
    for attempt in range(1, TRIES + 1):
        claimed = await actions.claim(office.connection, WORKER, now)
        hook = next(one for one in claimed if one.channel is Channel.WEBHOOK)
        assert hook.attempts == attempt
        for one in claimed:
            done = one.channel is not Channel.WEBHOOK
            if done:
                await actions.delivered(office.connection, WORKER, one, {}, now)
        assert await actions.not_delivered(office.connection, WORKER, hook, "503", now)
        now += LONGEST_WAIT
    found = (await _by_channel(office, sent))[Channel.WEBHOOK]
    assert (found.state, found.reason) == ("failed", "503")
    assert await actions.claim(office.connection, WORKER, now + timedelta(days=1)) == []


async def test_an_old_message_never_leaves_after_the_one_that_replaced_it(office: Office) -> None:
    first = await office.sent(await office.drafted())
    claimed = await actions.claim(office.connection, WORKER, later(1))
    update = await actions.follow(office.connection, office.author, first.id, MsgType.UPDATE, "续", later(2))
    second = await office.sent(update, at=3)
    for one in claimed:
        await actions.not_delivered(office.connection, WORKER, one, "no network", later(4))
    again = await actions.claim(office.connection, WORKER, later(60))
    assert {one.warning for one in again} == {second.id}
    states = {
        one.state
        for channel, one in (await _by_channel(office, first)).items()
        if channel not in (Channel.FEED, Channel.PAGE)
    }
    assert states == {"dropped"}


async def test_a_gateways_word_is_added_to_the_receipt(office: Office) -> None:
    sent = await office.sent(await office.drafted())
    text = (await _by_channel(office, sent))[Channel.TEXT]
    with pytest.raises(Conflict):
        await actions.note_receipt(office.connection, office.author, text.id, "已发", 12_000, later(5))
    for one in await actions.claim(office.connection, WORKER, later(6)):
        await actions.delivered(office.connection, WORKER, one, {"how": "file"}, later(6))
    await actions.note_receipt(office.connection, office.author, text.id, "已发", 12_000, later(9))
    receipt = (await _by_channel(office, sent))[Channel.TEXT].receipt
    assert (receipt["how"], receipt["reached"], receipt["noted_by"]) == ("file", 12_000, office.author.name)
