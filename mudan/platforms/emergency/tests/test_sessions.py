"""Is each packet confirmed as the standard has it, stored once, and never before it is durable?"""

import asyncio
from datetime import timedelta

import pytest

from mudan.connect.lane import Lane
from mudan.core.commands.model import Command as Order
from mudan.core.commands.model import CommandState
from mudan.core.frames.model import Verdict
from mudan.platforms.emergency.model import words
from mudan.platforms.emergency.model.words import Command
from mudan.platforms.emergency.tests.centre import START, Centre, answers, component, values
from mudan.primitives.clock import to_us
from mudan.primitives.ids import new_id

PART, LOOSE = 7, 8  # one component is registered, the other is not


def order(kind: str, **payload: object) -> Order:
    """A command to the device."""
    return Order(new_id(), "emergency", 1, kind, dict(payload), START + timedelta(hours=1))


def test_a_packet_is_confirmed_with_its_serial_and_swapped_addresses() -> None:
    centre = Centre()
    digest = centre.hear(centre.session(), centre.sent(component(PART, 3), serial=9))
    (answer,) = answers(digest)
    assert (answer.command, answer.serial, answer.source, answer.target) == (Command.CONFIRM, 9, 1, 42)
    assert answer.body == b""
    assert values(digest)[2, "fire_alarm"] == 1
    assert {change.online for change in digest.batch.links} == {True}


def test_a_repeat_is_confirmed_again_and_not_stored_twice() -> None:
    centre = Centre()
    session, packet = centre.session(), centre.sent(component(PART, 3))
    centre.hear(session, packet)
    again = centre.hear(session, packet, packet)
    assert [answer.command for answer in answers(again)] == [Command.CONFIRM, Command.CONFIRM]
    assert not again.batch.frames
    assert not values(again)
    other = centre.hear(session, centre.sent(component(PART, 1)))
    assert values(other)[2, "fire_alarm"] == 0


def test_what_was_not_recorded_is_no_repeat_when_it_comes_again() -> None:
    async def story() -> None:
        centre = Centre()
        lane = centre.connector._lane  # the test looks into the machine on purpose
        session, packet = centre.session(), centre.sent(component(PART, 3))
        centre.failing = True
        await carried(lane, centre, session, packet)
        assert centre.written == []
        centre.failing = False
        await carried(lane, centre, session, packet)
        assert len(centre.written) == 1
        assert sum(len(batch.columns) for batch in centre.committed) > 0

    async def carried(lane: Lane, centre: Centre, session: object, packet: bytes) -> None:
        lane.put(session, [packet], to_us(centre.clock.now()))  # type: ignore[arg-type]  # a session of this test
        running = asyncio.create_task(lane.run())
        await asyncio.sleep(0.3)
        running.cancel()

    asyncio.run(story())


def test_what_is_broken_but_says_who_sent_it_is_denied() -> None:
    centre = Centre()
    good = centre.sent(component(PART, 3), serial=4)
    spoilt = good[:-3] + bytes([good[-3] ^ 0xFF]) + good[-2:]
    digest = centre.hear(centre.session(), spoilt)
    (answer,) = answers(digest)
    assert (answer.command, answer.serial, answer.target) == (Command.DENY, 4, 42)
    assert [frame.verdict for frame in digest.batch.frames] == [Verdict.BAD]
    unknown = centre.hear(centre.session(), _with_command(centre.sent("150101"), 9))
    assert [answer.command for answer in answers(unknown)] == [Command.DENY]


def _with_command(packet: bytes, command: int) -> bytes:
    total = (packet[-3] - packet[26] + command) & 0xFF
    return packet[:26] + bytes([command]) + packet[27:-3] + bytes([total]) + packet[-2:]


def test_a_whole_packet_whose_data_do_not_fit_is_confirmed_and_kept_as_bad() -> None:
    centre = Centre()
    digest = centre.hear(centre.session(), centre.sent("0201010128"))
    assert [answer.command for answer in answers(digest)] == [Command.CONFIRM]
    (frame,) = digest.batch.frames
    assert (frame.verdict, frame.reason[:14]) == (Verdict.BAD, "invalid_length")


def test_a_stranger_is_kept_and_not_answered() -> None:
    centre = Centre()
    packet = bytearray(centre.sent(component(PART, 3)))
    packet[12] = 99
    packet[-3] = (packet[-3] + 99 - 42) & 0xFF
    digest = centre.hear(centre.session(), bytes(packet))
    assert not digest.replies
    assert [frame.verdict for frame in digest.batch.frames] == [Verdict.UNKNOWN_DEVICE]


@pytest.mark.parametrize("body", ["3c01010241", "8701", "8801ff", "960101020304", "be020102"])
def test_makers_own_types_are_confirmed_and_kept_raw(body: str) -> None:
    centre = Centre()
    digest = centre.hear(centre.session(), centre.sent(body))
    assert [answer.command for answer in answers(digest)] == [Command.CONFIRM]
    assert [frame.verdict for frame in digest.batch.frames] == [Verdict.GOOD]


def test_makers_own_commands_are_confirmed() -> None:
    centre = Centre()
    digest = centre.hear(centre.session(), _with_command(centre.sent(""), 200))
    assert [answer.command for answer in answers(digest)] == [Command.CONFIRM]


def test_components_without_entity_are_summed_up_on_the_device() -> None:
    centre = Centre()
    session = centre.session()
    assert values(centre.hear(session, centre.sent(component(LOOSE, 3))))[1, "fire_alarm"] == 1
    assert values(centre.hear(session, centre.sent(component(LOOSE + 1, 3))))[1, "fire_alarm"] == 2
    assert (1, "fire_alarm") not in values(centre.hear(session, centre.sent(component(PART, 3))))
    assert values(centre.hear(session, centre.sent(component(LOOSE, 1))))[1, "fire_alarm"] == 1


def test_a_reset_takes_back_what_stands_below_it() -> None:
    centre = Centre()
    session = centre.session()
    centre.hear(session, centre.sent(component(PART, 3)), centre.sent(component(LOOSE, 5)))
    reset = values(centre.hear(session, centre.sent("01010101" + "0120")))
    assert reset[2, "fire_alarm"] == 0
    assert reset[1, "device_fault"] == 0


def test_a_state_that_has_ended_is_told_as_ended() -> None:
    centre = Centre()
    session = centre.session()
    assert values(centre.hear(session, centre.sent(component(PART, 0x101))))[2, "power_fault"] == 1
    assert values(centre.hear(session, centre.sent(component(PART, 1))))[2, "power_fault"] == 0


def test_the_test_bit_is_believed_only_where_it_is_said_so() -> None:
    doubting = Centre()
    assert values(doubting.hear(doubting.session(), doubting.sent(component(PART, 2))))[2, "fire_alarm"] == 1
    trusting = Centre(settings={"trust_test_bit": True})
    digest = trusting.hear(trusting.session(), trusting.sent(component(PART, 2)))
    assert (2, "fire_alarm") not in values(digest)
    assert values(digest, tested=True)[2, "fire_alarm"] == 1


def test_an_alarm_is_not_lost_to_a_clock_that_is_wrong() -> None:
    centre = Centre()
    for wrong in (timedelta(hours=1), timedelta(days=-400)):
        digest = centre.hear(centre.session(), centre.sent("150102", at=START + wrong))
        assert set(digest.batch.columns.observed_us.tolist()) == {to_us(centre.clock.now())}
    believed = centre.hear(centre.session(), centre.sent("150102", at=START - timedelta(minutes=3)))
    assert to_us(START - timedelta(minutes=3)) in believed.batch.columns.observed_us.tolist()


def test_ninety_seconds_of_silence_are_off_line() -> None:
    centre = Centre()
    session = centre.session()
    centre.hear(session, centre.sent("150101"))
    centre.manual.advance(89)
    assert not centre.connector.digest([]).batch.links
    centre.manual.advance(2)
    (change,) = centre.connector.digest([]).batch.links
    assert (change.entity, change.online) == (1, False)
    assert [one.online for one in centre.hear(session, centre.sent("150101")).batch.links] == [True]


def test_a_component_is_on_line_as_long_as_its_device_is() -> None:
    centre = Centre()
    session = centre.session()
    first = centre.hear(session, centre.sent(component(PART, 1))).batch.links
    assert [(one.entity, one.online) for one in first] == [(1, True), (2, True)]
    centre.manual.advance(91)
    assert [(one.entity, one.online) for one in centre.connector.digest([]).batch.links] == [
        (1, False),
        (2, False),
    ]
    again = centre.hear(session, centre.sent("150101")).batch.links
    assert [(one.entity, one.online) for one in again] == [(1, True), (2, True)]


def test_a_closed_connection_is_off_line_at_once_and_numbers_start_anew() -> None:
    centre = Centre(given={"sync": "1"})
    session = centre.session()
    first = answers(centre.hear(session, centre.sent("150101")))
    centre.connector.closed(session)
    assert [one.online for one in centre.connector.digest([]).batch.links] == [False]
    second = answers(centre.hear(centre.session(), centre.sent("150101")))
    assert [packet.serial for packet in first[1:] + second[1:]] == [0, 0]


def test_the_clock_is_set_when_a_device_connects_and_when_it_has_gone_wrong() -> None:
    centre = Centre(given={"sync": "1"})
    session = centre.session()
    digest = centre.hear(session, centre.sent("150101", at=START + timedelta(seconds=100)))
    confirmation, clock = answers(digest)
    assert (confirmation.command, clock.command) == (Command.CONFIRM, Command.CONTROL)
    assert clock.application is not None
    assert clock.application.type == words.SET_CLOCK
    moment = clock.application.items[0].time
    assert moment is not None
    assert moment.at == START
    assert values(digest)[1, "clock_offset"] == 100
    assert len(answers(centre.hear(session, centre.sent("150101", at=START + timedelta(seconds=100))))) == 1
    centre.manual.advance(3_700)
    assert len(answers(centre.hear(session, centre.sent("150101")))) == 1
    wrong = centre.sent("150101", at=centre.clock.now() + timedelta(seconds=40))
    assert len(answers(centre.hear(session, wrong))) == 2


def test_a_downlink_that_comes_up_is_denied() -> None:
    centre = Centre()
    digest = centre.hear(centre.session(), centre.sent("5a011e0008170b1a", command=Command.CONTROL))
    assert [answer.command for answer in answers(digest)] == [Command.DENY]
    assert [frame.verdict for frame in digest.batch.frames] == [Verdict.REFUSED]


def test_a_post_check_is_delivered_when_the_button_is_pressed() -> None:
    async def story() -> None:
        centre = Centre()
        session = centre.session()
        centre.hear(session, centre.sent("150101"))
        assert await centre.connector.send(order("post_check", minutes=10))
        (asked,) = answers(centre.connector.digest([]))
        assert (asked.command, asked.body) == (Command.CONTROL, bytes.fromhex("5b010a"))
        assert not centre.hear(
            session, centre.sent("", command=Command.CONFIRM, serial=asked.serial)
        ).batch.receipts
        digest = centre.hear(session, centre.sent("18012003"))
        (receipt,) = digest.batch.receipts
        assert (receipt.state, receipt.detail) == (CommandState.DELIVERED, {"answered": True, "operator": 3})
        assert values(digest)[1, "post_check_missed"] == 0

    asyncio.run(story())


def test_a_post_check_that_nobody_answers_fails_and_becomes_an_observation() -> None:
    async def story() -> None:
        centre = Centre(given={"sync": "0", "offline_after_s": "900"})
        session = centre.session()
        centre.hear(session, centre.sent("150101"))
        await centre.connector.send(order("post_check", minutes=5))
        (asked,) = answers(centre.connector.digest([]))
        centre.hear(session, centre.sent("", command=Command.CONFIRM, serial=asked.serial))
        centre.manual.advance(299)
        assert not centre.connector.digest([]).batch.receipts
        centre.manual.advance(2)
        digest = centre.connector.digest([])
        assert [receipt.state for receipt in digest.batch.receipts] == [CommandState.FAILED]
        assert values(digest) == {(1, "post_check_missed"): 1.0}

    asyncio.run(story())


def test_a_query_is_sent_three_times_and_then_given_up() -> None:
    async def story() -> None:
        centre = Centre()
        session = centre.session()
        centre.hear(session, centre.sent("150101"))
        await centre.connector.send(order("read_device_state"))
        sent = []
        for _ in range(4):
            digest = centre.connector.digest([])
            sent += answers(digest)
            centre.manual.advance(10)
        assert [packet.serial for packet in sent] == [0, 0, 0]
        assert [receipt.state for receipt in digest.batch.receipts] == [CommandState.FAILED]

    asyncio.run(story())


def test_an_answer_proves_a_query_and_is_read() -> None:
    async def story() -> None:
        centre = Centre()
        session = centre.session()
        centre.hear(session, centre.sent("150101"))
        await centre.connector.send(order("read_component_state", system=1, number=1, component=PART))
        (asked,) = answers(centre.connector.digest([]))
        assert asked.body == bytes.fromhex("3e01010107000000")
        answer = centre.sent(component(PART, 3), command=Command.ANSWER, serial=asked.serial)
        digest = centre.hear(session, answer)
        assert not digest.replies
        (receipt,) = digest.batch.receipts
        assert receipt.state is CommandState.DELIVERED
        assert receipt.detail["objects"][0]["states"] == ["normal", "fire"]
        assert values(digest)[2, "fire_alarm"] == 1

    asyncio.run(story())


def test_a_denied_command_fails_and_the_next_one_goes_out() -> None:
    async def story() -> None:
        centre = Centre()
        session = centre.session()
        centre.hear(session, centre.sent("150101"))
        await centre.connector.send(order("set_clock"))
        await centre.connector.send(order("read_device_time"))
        (first,) = answers(centre.connector.digest([]))
        digest = centre.hear(session, centre.sent("", command=Command.DENY, serial=first.serial))
        assert [receipt.state for receipt in digest.batch.receipts] == [CommandState.FAILED]
        assert [packet.body[0] for packet in answers(digest)] == [words.READ_DEVICE_TIME]

    asyncio.run(story())


def test_a_command_waits_for_a_device_that_is_off_line() -> None:
    centre = Centre()
    assert asyncio.run(centre.connector.send(order("set_clock"))) is False
