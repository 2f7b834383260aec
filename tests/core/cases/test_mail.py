"""Does a reporter get mail only after confirming it, nothing that its writer typed, and no event twice?"""

from datetime import timedelta
from email import message_from_bytes
from email.policy import SMTP
from typing import Any
from uuid import UUID, uuid4

import pytest

from mudan.core.cases import actions, queries
from mudan.core.cases.actions import Entry, Given
from mudan.core.cases.model.mail import (
    CONFIRM_WITHIN,
    KEPT,
    LEASE,
    PAUSES,
    Link,
    Mail,
    Sender,
    composed,
    link_of,
    masked,
    next_try,
    read_link,
    said,
    standing,
)
from mudan.core.cases.model.slip import derived
from mudan.primitives.errors import Conflict, NotFound
from mudan.primitives.text import Text
from mudan.storage.pool import Connection
from tests.core.cases.desk import step
from tests.core.cases.test_slips import entry
from tests.core.county import later
from tests.database import START

pytestmark = pytest.mark.anyio
KEY = b"k" * 32
FROM = Sender("示例县", "mudan@county.example", "https://county.example")
TO = "li.si@example.org"


def mail(**more: Any) -> Mail:
    """A mail about a stage."""
    given: dict[str, Any] = {
        "id": UUID(int=7), "slip_id": UUID(int=8), "kind": "stage", "stage": Text("已受理", "accepted"),
        "made_at": START, "attempts": 1, "number": "RX20261123-0001", "contact": TO, "language": "zh", **more,
    }  # fmt: skip
    return Mail(**given)


def test_a_link_is_made_for_one_purpose_and_one_slip_and_not_by_guessing() -> None:
    slip = uuid4()
    confirm, end = link_of(KEY, "confirm", slip), link_of(KEY, "end", slip)
    assert (read_link(KEY, confirm), read_link(KEY, end)) == (Link("confirm", slip), Link("end", slip))
    bent = confirm[:-2] + ("A" if confirm[-2] != "A" else "B") + confirm[-1]
    for wrong in (
        "",
        "x" * 43,
        bent,
        confirm + "A",
        confirm[:-1],
        link_of(b"o" * 32, "end", slip),
        "井" * 43,
    ):
        assert read_link(KEY, wrong) is None


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", ["confirm", "stage"])
def test_each_mail_has_its_id_and_a_link_that_ends_it(kind: Any, language: str) -> None:
    made = composed(mail(kind=kind, language=language), FROM, KEY)
    read = message_from_bytes(made.as_bytes(policy=SMTP), policy=SMTP)
    end = f"https://county.example/public/mail/{link_of(KEY, 'end', UUID(int=8))}"
    assert read["Message-ID"] == f"<{UUID(int=7)}@county.example>"
    assert read["List-Unsubscribe"].replace("\r\n", "").replace(" ", "") == f"<{end}>"
    assert [one.addr_spec for one in read["To"].addresses] == [TO]
    words = read.get_content()
    assert end in words
    assert (f"/public/mail/{link_of(KEY, 'confirm', UUID(int=8))}" in words) == (kind == "confirm")
    assert ("RX20261123-0001" in read["Subject"], "110" in words) == (True, True)
    assert TO not in words
    assert (masked(TO) in words) == (kind == "confirm")


@pytest.mark.parametrize(
    "more",
    [
        {"contact": "a@example.org\r\nBcc: b@example.org"},
        {"contact": "a@example.org, b@example.org"},
        {"contact": "a..b@example.org"},
        {"stage": Text("已受理\r\nBcc: b@example.org", "x")},
        {"number": "RX\nBcc: b@example.org"},
    ],
)
def test_nothing_becomes_a_header_that_is_none(more: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        composed(mail(**more), FROM, KEY)


def test_pauses_grow_and_end_and_what_a_server_said_is_one_line_without_the_address() -> None:
    times = [next_try(tries, START) for tries in range(1, len(PAUSES) + 2)]
    waits = [one - START for one in times if one is not None]
    assert waits == sorted(set(waits))
    assert times[-1] is None
    assert said(f"550 <{TO.upper()}>:\r\n no such {TO}", TO) == "550 <<…>>: no such <…>"
    assert len(said("x" * 5000, TO)) == 300


async def taken(work: Connection, **more: Any) -> tuple[Given, Entry]:
    """A report whose sender wants mail."""
    sent = entry(contact=TO, consents=True, **more)
    return await actions.take_in(work, sent, START), sent


async def due(work: Connection, at: float, worker: UUID | None = None) -> list[Mail]:
    """What leaves at that second."""
    found = await actions.claim_mails(work, worker or uuid4(), later(at))
    return [one for one in found if one.contact == TO]


async def left(work: Connection, at: float) -> list[tuple[str, str]]:
    """(kind, stage) of what leaves at that second and is taken."""
    worker = uuid4()
    found = await due(work, at, worker)
    for one in found:
        assert await actions.mail_left(work, worker, one, "ok", later(at))
    return [(one.kind, one.stage.zh) for one in found]


async def follow(work: Connection, given: Given, purpose: Any, sent: Entry, at: float) -> None:
    """Somebody opens a link of a mail and presses the button."""
    words = link_of(await actions.mail_key(work), purpose, derived("slip", sent.id))
    link, slip, case = await actions.linked(work, words)
    assert (link.purpose, case.id) == (purpose, given.case.id)
    if purpose == "confirm":
        await actions.confirm_mail(work, slip, later(at))
    else:
        await actions.end_messages(work, slip, case, uuid4(), later(at))


async def test_only_the_question_goes_out_until_it_is_confirmed_and_nothing_after_the_end(
    work: Connection,
) -> None:
    made, sent = await taken(work)
    await actions.take_in(work, sent, START)
    assert await left(work, 1) == [("confirm", "")]
    await step(work, made.case, "accept", at=60)
    assert await left(work, 61) == []
    for at in (70, 71):
        await follow(work, made, "confirm", sent, at)
    await step(work, made.case, "verify", at=80)
    [(kind, stage)] = await left(work, 81)
    assert (kind, bool(stage)) == ("stage", True)
    assert await left(work, 100_000) == []
    await step(work, made.case, "confirm", at=90)
    await follow(work, made, "end", sent, 91)
    assert await left(work, 100_000) == []
    slip = await queries.slip_of(work, derived("slip", sent.id))
    assert slip is not None
    assert (slip.contact, standing(slip, "sent", sends=True)) == ("", "ended")
    rows = await (await work.execute("select * from case_mail where slip_id = %s", (slip.id,))).fetchall()
    assert sorted(row["state"] for row in rows) == ["cancelled", "sent", "sent"]
    assert TO not in str(rows)
    await follow(work, made, "confirm", sent, 92)
    await step(work, made.case, "open", at=95)
    assert await left(work, 100_000) == []


async def test_a_question_that_was_never_answered_lapses_and_a_made_up_link_opens_nothing(
    work: Connection,
) -> None:
    made, sent = await taken(work)
    with pytest.raises(Conflict):
        await follow(work, made, "confirm", sent, CONFIRM_WITHIN.total_seconds() + 1)
    with pytest.raises(NotFound):
        await actions.linked(work, link_of(KEY, "confirm", derived("slip", sent.id)))


async def test_one_address_is_asked_three_times_a_day_even_when_each_is_taken_back(work: Connection) -> None:
    for at in range(5):
        made, sent = await taken(work)
        if at % 2:
            await follow(work, made, "end", sent, at)
    rows = await (await work.execute("select asked_hash from case_mail")).fetchall()
    assert len(rows) == 3
    slip = await queries.slip_of(work, derived("slip", sent.id))
    assert slip is not None
    asked = await queries.asked(work, slip.id)
    assert (asked, standing(slip, asked, sends=True)) == (None, "failed")
    await due(work, timedelta(days=1).total_seconds() + 60)
    rows = await (await work.execute("select 1 from case_mail where asked_hash is not null")).fetchall()
    assert rows == []


async def test_a_mail_is_tried_again_given_up_and_taken_over_from_a_dead_worker(work: Connection) -> None:
    await taken(work)
    first, second = uuid4(), uuid4()
    [one] = await due(work, 1, first)
    assert await due(work, 2, second) == []
    after = LEASE.total_seconds() + 5
    [again] = await due(work, after, second)
    assert (again.id, again.attempts) == (one.id, 2)
    assert not await actions.mail_left(work, first, one, "late", later(after))
    await actions.mail_stayed(work, second, again, f"451 {TO} later", later(after), final=False)
    assert await due(work, after + 1) == []
    [third] = await due(work, after + PAUSES[1].total_seconds() + 1, first)
    await actions.mail_stayed(work, first, third, "550 no", later(after + 400), final=True)
    assert await due(work, KEPT.total_seconds() - 60) == []
    row = await (await work.execute("select state, answer from case_mail")).fetchone()
    assert row == {"state": "failed", "answer": "550 no"}


async def test_what_waited_for_days_does_not_leave_any_more(work: Connection) -> None:
    await taken(work)
    assert await due(work, KEPT.total_seconds() + 60) == []
    row = await (await work.execute("select state, answer from case_mail")).fetchone()
    assert row == {"state": "failed", "answer": "too old; "}


async def test_a_drill_sends_no_mail(work: Connection) -> None:
    made, sent = await taken(work)
    assert len(await left(work, 1)) == 1
    await follow(work, made, "confirm", sent, 2)
    await work.execute("insert into space (id, name) values (77, 'drill')")
    await work.execute("update case_file set space = 77 where id = %s", (made.case.id,))
    await step(work, made.case, "accept", at=60)
    rows = await (await work.execute("select state from case_mail where kind = 'stage'")).fetchall()
    assert [row["state"] for row in rows] == ["exercise"]
    assert await due(work, 61) == []
