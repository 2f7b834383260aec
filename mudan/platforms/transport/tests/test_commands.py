"""Do commands reach terminals, again when need be, and what proves it?"""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from mudan.core.commands.model import Command, CommandState, Receipt
from mudan.platforms.transport.codec import compose
from mudan.platforms.transport.codec.frame import encode
from mudan.platforms.transport.commands import BUILDERS, KINDS, build
from mudan.platforms.transport.tests.wire import NEW, OLD, Bench, heard, position, replies
from mudan.primitives.errors import Invalid
from mudan.primitives.ids import new_id


def command(bench: Bench, kind: str, **payload: Any) -> Command:
    """A command to the first terminal."""
    return Command(new_id(), "transport", 1, kind, payload, bench.centre.clock.now() + timedelta(hours=1))


def receipts(bench: Bench) -> list[Receipt]:
    """The receipts that wait for a commit."""
    found: list[Receipt] = bench.terminals.reception.digest([]).batch.receipts
    return found


def send(bench: Bench, what: Command) -> bool:
    """Send it outside of any loop of ours."""
    return asyncio.run(bench.terminals.send(what))


@pytest.mark.parametrize("speech", [OLD, NEW])
def test_a_text_is_delivered_when_the_terminal_says_so(speech: Any) -> None:
    bench = Bench()
    session = bench.session()
    bench.login(session, speech)
    assert send(bench, command(bench, "text", text="前往水库", urgent=True))
    assert [each.state for each in receipts(bench)] == [CommandState.SENT]
    (text,) = heard(bench.written)
    assert (text["text"], text["urgent"]) == ("前往水库", True)
    digest = bench.digest(session, *encode(0x0001, compose.answer(text["serial"], 0x8300, 0), speech, 5))
    assert [each.state for each in digest.batch.receipts] == [CommandState.DELIVERED]
    assert not digest.replies


def test_a_refusal_is_a_failure_with_its_reason() -> None:
    bench = Bench()
    session = bench.session()
    bench.login(session)
    send(bench, command(bench, "doors", lock=True))
    (doors,) = heard(bench.written)
    digest = bench.digest(session, *encode(0x0001, compose.answer(doors["serial"], 0x8500, 3), OLD, 5))
    assert [(each.state, each.reason) for each in digest.batch.receipts[1:]] == [
        (CommandState.FAILED, "not supported")
    ]


def test_a_command_waits_while_the_terminal_is_away() -> None:
    bench = Bench()
    assert not send(bench, command(bench, "locate"))


def test_a_command_is_repeated_ever_more_slowly_and_then_fails() -> None:
    bench = Bench()
    bench.login(bench.session())
    send(bench, command(bench, "locate"))
    repeated_at = []
    for second in range(1, 130):
        bench.centre.time.advance(1)
        before = len(bench.written)
        bench.terminals.downlinks.repeat_due()
        repeated_at += [second] * (len(bench.written) - before)
    assert repeated_at == [10, 20, 40]  # JT/T 808-2013 §7.2: waits of 10, 10·1, 10·1·2, then 10·1·2·3
    assert len(set(bench.written)) == 1
    states = [each.state for each in receipts(bench)]
    assert states == [CommandState.SENT, CommandState.FAILED]


def test_the_same_command_is_not_written_twice() -> None:
    bench = Bench()
    bench.login(bench.session())
    what = command(bench, "locate")
    assert send(bench, what)
    assert send(bench, what)
    assert len(bench.written) == 1


def test_a_position_on_request_is_recorded_and_proves_the_command() -> None:
    bench = Bench()
    session = bench.session()
    bench.login(session)
    send(bench, command(bench, "locate"))
    (asked,) = heard(bench.written)
    body = asked["serial"].to_bytes(2, "big") + position()
    digest = bench.digest(session, *encode(0x0201, body, OLD, 5))
    assert [each.state for each in digest.batch.receipts] == [CommandState.SENT, CommandState.DELIVERED]
    assert digest.batch.receipts[1].detail["latitude"] == 30.3
    assert len(digest.batch.columns)


def test_a_long_text_goes_in_packets_and_missing_ones_again() -> None:
    bench = Bench()
    session = bench.session()
    bench.login(session)
    send(bench, command(bench, "text", text="水" * 512))
    first, second = heard(bench.written)
    assert (first["packages"], second["serial"]) == (2, first["serial"] + 1)
    bench.written.clear()
    bench.digest(session, *encode(0x0005, compose.resend(first["serial"], [2], new=False), OLD, 5))
    assert [each["package_no"] for each in heard(bench.written)] == [2]
    digest = bench.digest(session, *encode(0x0001, compose.answer(second["serial"], 0x8300, 0), OLD, 6))
    assert digest.batch.receipts[-1].state is CommandState.DELIVERED


def test_a_command_that_cannot_be_written_fails_at_once() -> None:
    bench = Bench()
    bench.login(bench.session())
    assert send(bench, command(bench, "text", text="水" * 600))
    assert send(bench, command(bench, "nothing"))
    assert [each.state for each in receipts(bench)] == [CommandState.FAILED] * 2
    assert not bench.written


def test_every_declared_command_has_a_builder_and_the_reverse() -> None:
    assert {kind.name for kind in KINDS} == set(BUILDERS)


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("track", {"interval_s": 70_000}),
        ("track", {"interval_s": "5"}),
        ("control", {"command": 9}),
        ("call_back", {"number": ""}),
        ("set_parameters", {}),
        ("query_parameters", {"parameters": ["nothing"]}),
        ("text", {}),
    ],
)
def test_what_cannot_be_written_names_its_field(kind: str, payload: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as caught:
        build(kind, payload, False)  # noqa: FBT003 - the edition
    assert caught.value.field


def test_answers_to_unknown_serials_are_harmless() -> None:
    bench = Bench()
    session = bench.session()
    bench.login(session)
    digest = bench.digest(session, *encode(0x0001, compose.answer(77, 0x8300, 0), OLD, 5))
    assert not digest.batch.receipts
    assert not replies(digest)
