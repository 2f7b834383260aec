"""Does the connector keep the rules of M1 to M4: who is answered, with what, and what is kept?"""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from mudan.core.commands.model import Command, CommandState
from mudan.core.frames.model import Verdict
from mudan.platforms.water.codec import message_of, packed, unpacked
from mudan.platforms.water.codec.build import head, numbers, station_guide, time_guide
from mudan.platforms.water.model import words
from mudan.platforms.water.model.words import Frame, Message
from mudan.platforms.water.tests.intake import NAMES, OTHER, STATION, Centre

TIME = "250719090000"


def frame(func: int, rest: bytes, station: str = STATION, serial: int = 7, **other: Any) -> bytes:
    """An uplink with serial and time."""
    values: dict[str, Any] = {"end": words.ETX, "password": "1234"} | other
    return packed(
        Frame(up=True, center=1, station=station, func=func, body=head(serial, TIME) + rest, **values)
    )


def report(station: str = STATION, **other: Any) -> bytes:
    """A timed report of one level."""
    rest = station_guide(station, 0x48) + time_guide(TIME[:10]) + numbers({"39": 41.2})
    return frame(words.TIMED, rest, station, **other)


def packet(number: int, total: int, body: bytes, *, last: bool = False) -> bytes:
    """A packet of a picture."""
    end = words.ETX if last or number == total else words.ETB
    return packed(
        Frame(
            up=True,
            center=1,
            station=STATION,
            password="1234",  # noqa: S106 - made up
            func=words.PICTURE,
            end=end,
            body=body,
            total=total,
            number=number,
        )
    )


def replies(digest: Any) -> list[Message]:
    """What the centre answers."""
    return [message_of(unpacked(data)) for _, data in digest.replies]


def test_a_report_is_kept_and_confirmed() -> None:
    centre = Centre()
    digest = centre.hear(centre.session(), report())
    (answer,) = replies(digest)
    assert (answer.frame.up, answer.frame.end, answer.serial) == (False, words.ESC, 7)
    assert list(digest.batch.columns.value) == [41.2]
    assert list(digest.batch.columns.quantity) == [NAMES.index("water_level")]
    assert [kept.verdict for kept in digest.batch.frames] == [Verdict.GOOD]
    assert [(link.entity, link.online) for link in digest.batch.links] == [(1, True)]


@pytest.mark.parametrize(
    ("peer", "given", "own", "end"),
    [
        ("10.0.0.1:4000/udp", {}, {}, words.EOT),
        ("10.0.0.1:4000", {"ack": "eot"}, {}, words.EOT),
        ("10.0.0.1:4000", {"ack": "eot"}, {"ack": "esc"}, words.ESC),
    ],
)
def test_how_to_confirm_can_be_set(peer: str, given: dict[str, str], own: dict[str, str], end: int) -> None:
    centre = Centre(settings=own, given=given)
    (answer,) = replies(centre.hear(centre.session(peer), report()))
    assert answer.frame.end == end


def test_a_repeat_is_confirmed_again() -> None:
    centre = Centre()
    session = centre.session()
    assert len(replies(centre.hear(session, report(), report()))) == 2


def test_a_report_with_more_to_follow_is_acknowledged() -> None:
    centre = Centre()
    (answer,) = replies(centre.hear(centre.session(), report(end=words.ETB)))
    assert answer.frame.end == words.ACK


@pytest.mark.parametrize(("settings", "count"), [({}, 0), ({"heartbeat_ack": True}, 1)])
def test_a_heartbeat_is_answered_only_where_it_is_set(settings: dict[str, Any], count: int) -> None:
    centre = Centre(settings=settings)
    assert len(replies(centre.hear(centre.session(), frame(words.HEARTBEAT, b"")))) == count


@pytest.mark.parametrize(
    ("raw", "verdict"),
    [
        (report("0099999999"), Verdict.UNKNOWN_DEVICE),
        (report(password="9999"), Verdict.REFUSED),  # noqa: S106 - made up
        (report()[:-1] + b"\x00", Verdict.BAD),
        (frame(words.TIMED, station_guide(STATION, 0x48) + b"\x39\x23\x00"), Verdict.BAD),
    ],
)
def test_strangers_wrong_passwords_and_bad_frames_are_kept_and_not_answered(
    raw: bytes, verdict: Verdict
) -> None:
    centre = Centre(settings={"password": "1234"})
    session = centre.session()
    digest = centre.hear(session, raw)
    assert digest.replies == []
    assert [kept.verdict for kept in digest.batch.frames] == [verdict]
    assert len(digest.batch.columns) == 0


def test_packets_come_together_in_any_order_and_are_confirmed_once() -> None:
    centre = Centre()
    session = centre.session()
    first = head(9, TIME) + station_guide(STATION, 0x48) + time_guide(TIME[:10]) + b"\xf3\xf3\xff\xd8"
    assert replies(centre.hear(session, packet(1, 3, first), packet(1, 3, first))) == []
    (missed,) = replies(centre.hear(session, packet(3, 3, b"\xff\xd9")))
    assert (missed.frame.end, missed.frame.number, missed.frame.total) == (words.NAK, 2, 3)
    assert missed.serial == 9
    (answer,) = replies(centre.hear(session, packet(2, 3, b"\x7e\x7e", last=True)))
    assert (answer.frame.end, answer.frame.number, answer.serial) == (words.ESC, 3, 9)
    assert centre.connector.health()["messages_unfinished"] == 0


def test_packets_that_count_from_nought_come_together() -> None:
    centre = Centre()
    session = centre.session()
    first = head(9, TIME) + b"\xf2\xf2He"
    raw = [packet(0, 2, first), packet(1, 2, b"llo", last=True)]
    assert [answer.serial for answer in replies(centre.hear(session, *raw))] == [9]


def test_packets_never_completed_are_forgotten() -> None:
    centre = Centre()
    centre.hear(centre.session(), packet(1, 3, head(9, TIME)))
    centre.manual.advance(301)
    centre.connector.digest([])
    assert centre.connector.health()["messages_unfinished"] == 0


def test_one_connection_carries_many_stations() -> None:
    centre = Centre()
    session = centre.session()
    links = centre.hear(session, report(), report(OTHER)).batch.links
    assert [link.entity for link in links] == [1, 2]
    session.close()
    centre.connector.closed(session)
    gone = centre.connector.digest([]).batch.links
    assert sorted((link.entity, link.online) for link in gone) == [(1, False), (2, False)]


def test_a_station_that_came_back_on_another_connection_stays_on_line() -> None:
    centre = Centre()
    old, new = centre.session(), centre.session("10.0.0.1:4001")
    centre.hear(old, report())
    centre.hear(new, report())
    old.close()
    centre.connector.closed(old)
    assert centre.connector.digest([]).batch.links == []


def test_a_silent_station_goes_off_line() -> None:
    centre = Centre()
    centre.hear(centre.session(), report())
    centre.manual.advance(4_201)
    assert [link.online for link in centre.connector.digest([]).batch.links] == [False]


def command(centre: Centre, kind: str, **payload: Any) -> Command:
    """A command to the first station."""
    return Command(uuid4(), "water", 1, kind, payload, centre.clock.now() + timedelta(hours=1))


def test_a_command_waits_for_its_station() -> None:
    centre = Centre()
    assert not asyncio.run(centre.connector.send(command(centre, "query_now")))


def test_a_command_is_proved_by_the_answer() -> None:
    centre = Centre()
    session = centre.session()
    centre.hear(session, report())
    sent = command(centre, "set_clock")
    assert asyncio.run(centre.connector.send(sent))
    (asked,) = replies(centre.connector.digest([]))
    assert (asked.frame.func, asked.frame.end, asked.serial) == (words.SET_CLOCK, words.ENQ, 0)
    assert asked.time == TIME[:10] + "30"
    digest = centre.hear(session, frame(words.SET_CLOCK, station_guide(STATION)))
    (receipt,) = digest.batch.receipts
    assert (receipt.command, receipt.state) == (sent.id, CommandState.DELIVERED)
    assert "password" not in receipt.detail
    assert [answer.frame.end for answer in replies(digest)] == [words.EOT]


def test_a_command_without_answer_is_sent_three_times_and_fails() -> None:
    centre = Centre()
    centre.hear(centre.session(), report())
    asyncio.run(centre.connector.send(command(centre, "read_version")))
    tries = 0
    receipts: list[CommandState] = []
    for _ in range(5):
        digest = centre.connector.digest([])
        tries += len(digest.replies)
        centre.manual.advance(30)
        receipts += [receipt.state for receipt in digest.batch.receipts]
    receipts += [receipt.state for receipt in centre.connector.digest([]).batch.receipts]
    assert (tries, receipts) == (3, [CommandState.FAILED])


def test_a_command_that_makes_no_sense_fails_with_its_reason() -> None:
    centre = Centre()
    centre.hear(centre.session(), report())
    asyncio.run(centre.connector.send(command(centre, "query_period", start="tomorrow")))
    (receipt,) = centre.connector.digest([]).batch.receipts
    assert (receipt.state, receipt.reason) == (CommandState.FAILED, "start is no ISO 8601 time")
