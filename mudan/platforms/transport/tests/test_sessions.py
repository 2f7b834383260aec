"""Who may speak, what is answered, and what is kept?"""

import pytest

from mudan.core.frames.model import Verdict
from mudan.core.observations.model import Quality
from mudan.platforms.transport.codec import compose
from mudan.platforms.transport.codec.frame import Speech, encode
from mudan.platforms.transport.connector.link import code_of
from mudan.platforms.transport.tests.wire import NEW, NOW_US, OLD, PHONE, Bench, heard, position, replies

STRANGER = Speech(bytes.fromhex("013900000000"), None)
REGISTRATION = compose.registration(2013, "MDSIM", "MD-1", "0000001", 2, "渝A12345")


@pytest.mark.parametrize("speech", [OLD, NEW])
def test_a_terminal_registers_authenticates_and_reports(speech: Speech) -> None:
    bench = Bench()
    session = bench.session()
    new = speech.version is not None
    body = compose.registration(2019 if new else 2013, "MDSIM", "MD-1", "0000001", 2, "渝A12345")
    (registered,) = replies(bench.digest(session, *encode(0x0100, body, speech, 7)))
    assert (registered["result"], registered["answered_serial"]) == (0, 7)
    assert (registered["phone"], registered["versioned"]) == (speech.phone.hex(), new)
    login = bench.digest(
        session, *encode(0x0102, compose.authentication(registered["code"], new=new), speech, 8)
    )
    assert [reply["result"] for reply in replies(login)] == [0]
    assert [(change.entity, change.online) for change in login.batch.links] == [(1, True)]
    report = bench.digest(session, *encode(0x0200, position(), speech, 9))
    assert [reply["result"] for reply in replies(report)] == [0]
    assert set(report.batch.columns.observed_us.tolist()) == {NOW_US}
    assert not report.batch.frames


def test_registering_again_gives_the_same_code_also_after_a_restart() -> None:
    codes = set()
    for _ in range(2):
        bench = Bench()
        for _ in range(2):
            (answer,) = replies(bench.digest(bench.session(), *encode(0x0100, REGISTRATION, OLD, 1)))
            codes.add(answer["code"])
    (code,) = codes
    assert code.isascii()
    assert len(code) <= 16


def test_a_stranger_is_told_so_and_kept() -> None:
    bench = Bench()
    digest = bench.digest(bench.session(), *encode(0x0100, REGISTRATION, STRANGER, 1))
    assert [reply["result"] for reply in replies(digest)] == [4]
    digest = bench.digest(bench.session(), *encode(0x0200, position(), STRANGER, 2))
    assert [reply["result"] for reply in replies(digest)] == [1]
    assert [frame.verdict for frame in digest.batch.frames] == [Verdict.UNKNOWN_DEVICE]
    assert not len(digest.batch.columns)


def test_nothing_is_taken_before_authentication() -> None:
    bench = Bench()
    digest = bench.digest(bench.session(), *encode(0x0200, position(), OLD, 2))
    assert [reply["result"] for reply in replies(digest)] == [1]
    assert [frame.verdict for frame in digest.batch.frames] == [Verdict.REFUSED]
    assert not len(digest.batch.columns)


def test_registered_terminals_may_be_taken_without_authentication() -> None:
    bench = Bench(accept_unauthenticated="on")
    digest = bench.digest(bench.session(), *encode(0x0200, position(), OLD, 2))
    assert [reply["result"] for reply in replies(digest)] == [0]
    assert len(digest.batch.columns)
    assert [change.online for change in digest.batch.links] == [True]


def test_a_wrong_code_is_refused_also_when_it_is_not_ascii() -> None:
    bench = Bench()
    for code in (b"WRONG", "错".encode("gbk")):
        digest = bench.digest(bench.session(), *encode(0x0102, code, OLD, 2))
        assert [reply["result"] for reply in replies(digest)] == [1]
        assert [frame.verdict for frame in digest.batch.frames] == [Verdict.REFUSED]


def test_another_phone_on_an_authenticated_connection_is_a_stranger_to_it() -> None:
    bench = Bench(PHONE, "013900000000")
    session = bench.session()
    bench.login(session)
    digest = bench.digest(session, *encode(0x0200, position(), STRANGER, 2))
    assert [frame.verdict for frame in digest.batch.frames] == [Verdict.REFUSED]


def test_a_new_connection_ends_the_old_one_and_stays_online() -> None:
    bench = Bench()
    old, new = bench.session("a:1"), bench.session("b:2")
    bench.login(old)
    digest = bench.login(new)
    assert digest.closing == [old]
    assert not digest.batch.links
    bench.terminals._closed(old)
    assert not bench.digest(new, *encode(0x0002, b"", OLD, 2)).batch.links
    bench.terminals._closed(new)
    assert [change.online for change in bench.terminals.reception.digest([]).batch.links] == [False]


def test_logging_out_ends_the_link_and_is_answered() -> None:
    bench = Bench()
    session = bench.session()
    bench.login(session)
    digest = bench.digest(session, *encode(0x0003, b"", OLD, 2))
    assert [reply["result"] for reply in replies(digest)] == [0]
    assert [change.online for change in digest.batch.links] == [False]


def test_the_unknown_is_answered_as_unsupported_and_the_malformed_as_wrong() -> None:
    bench = Bench()
    session = bench.session()
    bench.login(session)
    assert [each["result"] for each in replies(bench.digest(session, *encode(0x1300, b"12", OLD, 2)))] == [3]
    digest = bench.digest(session, *encode(0x0200, b"short", OLD, 3))
    assert [each["result"] for each in replies(digest)] == [2]
    assert [frame.verdict for frame in digest.batch.frames] == [Verdict.BAD]


def test_a_picture_in_packets_is_counted_and_acknowledged_once_whole() -> None:
    bench = Bench()
    session = bench.session()
    bench.login(session)
    head = bytes.fromhex("0000000500000001") + position()[:28]
    frames = encode(0x0801, head + bytes(2500), OLD, 10)
    digest = bench.digest(session, frames[0], frames[2], *encode(0x0200, position(), OLD, 99))
    assert {reply["name"] for reply in replies(digest)} == {"platform general answer"}
    bench.centre.time.advance(6)
    bench.terminals.tend()
    (asked,) = heard(bench.written)
    assert (asked["first_serial"], asked["packages_missing"]) == (10, [2])
    (last,) = replies(bench.digest(session, frames[1]))
    assert (last["msg_id"], last["media_id"], last["packages_missing"]) == ("8800", 5, [])
    assert bench.terminals.health()["media_bytes"] == len(head) + 2500


def test_a_clock_that_is_not_on_beijing_time_is_set_right() -> None:
    bench = Bench()
    device = bench.centre.devices[PHONE]
    device.settings["utc_offset_h"] = 0
    session = bench.session()
    bench.login(session)
    for count in (1, 9):
        frames = [encode(0x0200, position(time_bcd="261123003015"), OLD, n)[0] for n in range(count)]
        assert set(bench.digest(session, *frames).batch.columns.observed_us.tolist()) == {NOW_US}


def test_an_impossible_time_is_replaced_by_the_receipt() -> None:
    bench = Bench()
    session = bench.session()
    bench.login(session)
    columns = bench.digest(session, *encode(0x0200, position(time_bcd="000000000000"), OLD, 1)).batch.columns
    assert set(columns.observed_us.tolist()) == {NOW_US}
    assert set(columns.quality.tolist()) == {Quality.DOUBTFUL}


def test_a_peer_that_sends_nothing_but_bad_frames_is_closed() -> None:
    bench = Bench()
    session = bench.session()
    digests = [bench.digest(session, b"\x7e0123456789abcdef\x7e") for _ in range(201)]
    assert not digests[199].closing
    assert digests[200].closing == [session]


def test_codes_differ_between_centres() -> None:
    assert code_of(b"one", PHONE) != code_of(b"other", PHONE)


def test_good_frames_are_kept_as_they_came_when_they_are_wanted() -> None:
    bench = Bench()
    bench.centre.keep_good = True
    session = bench.session()
    bench.login(session)
    good = encode(0x0200, position(), OLD, 2)
    broken = good[0][:-2] + bytes([good[0][-2] ^ 0xFF]) + good[0][-1:]
    frames = bench.digest(session, *good, broken).batch.frames
    assert [(frame.verdict, frame.raw) for frame in frames] == [
        (Verdict.BAD, broken),
        (Verdict.GOOD, good[0]),
    ]
    assert frames[1].entity == 1
