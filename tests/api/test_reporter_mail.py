"""Does who left an e-mail address confirm it, end it and read on the pages how that stands?"""

import re
from dataclasses import replace
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path

import pytest

from mudan.core.cases.model.mail import Sender
from mudan.core.people.model import Role
from mudan.run.mailing import Mailer, MailFiles
from tests.api.running import Running, running
from tests.api.test_cases import step
from tests.api.test_portal import case_of, post, read, reported
from tests.core.county import add_entity
from tests.database import ORIGIN, Client

pytestmark = pytest.mark.anyio
TO = "li.si@example.org"


@pytest.fixture
async def parts(app_client: Client) -> Running:
    made = await running(app_client)
    async with made.db.work() as connection:
        await add_entity(connection)
    app_client.http.headers["origin"] = ORIGIN
    return made


async def written(parts: Running, folder: Path) -> list[str]:
    """The words of all mails that have left so far, the oldest first."""
    await Mailer(parts.db, parts.clock, MailFiles(folder), Sender("县", "a@county.example", ORIGIN)).step()
    return _read(folder)


def _read(folder: Path) -> list[str]:
    mails = [message_from_bytes(one.read_bytes(), policy=SMTP) for one in folder.glob("*.eml")]
    return [one.get_content() for one in sorted(mails, key=lambda one: one["Date"].datetime)]


def links(words: str) -> list[str]:
    """The paths of the links of a mail to its own pages."""
    return [one.removeprefix(ORIGIN) for one in re.findall(r"https?://\S+/public/mail/\S+", words)]


async def shown(parts: Running, number: str, code: str) -> str:
    """What the follow page says of the notices."""
    page = read(await post(parts, f"/public/cases/{number}", {"code": code}))
    found = re.search(r'<section id="notices">(.*?)</section>', page)
    return re.sub(r"<[^>]+>", "", found.group(1)) if found else ""


async def test_the_address_is_confirmed_by_its_receiver_told_and_forgotten(
    parts: Running, tmp_path: Path
) -> None:
    number, code = await reported(parts, consents="1", contact=TO)
    assert "已请您确认邮箱" in await shown(parts, number, code)
    [question] = await written(parts, tmp_path)
    assert "井盖" not in question
    confirm, end = links(question)
    client = parts.client.http
    for _ in range(2):
        page = read(await client.get(confirm))
        assert "l***@example.org" in page
        assert TO not in page
        assert "确认</button>" in page
    assert "已请您确认邮箱" in await shown(parts, number, code)
    for _ in range(2):
        assert "邮箱已确认" in read(await client.post(confirm))
    assert "邮箱已确认" in await shown(parts, number, code)
    parts.clock.advance(60)
    one = await case_of(parts, number)
    await step(parts, one, "accept", Role.DISPATCHER)
    told = await written(parts, tmp_path)
    assert len(told) == 2
    assert number in told[1]
    assert links(told[1]) == [end]
    assert "删除联系方式</button>" in read(await client.get(end))
    assert "邮箱已确认" in await shown(parts, number, code)
    for _ in range(2):
        assert "通知已取消" in read(await client.post(end))
    assert "通知已取消" in await shown(parts, number, code)
    assert "通知已取消" in read(await client.post(confirm))
    answer = await parts.client.post(f"/api/public/cases/{number}", {"code": code})
    assert (answer.json()["notices"], answer.json()["mail"]) == ("", "ended")
    assert len(await written(parts, tmp_path)) == 2
    await parts.enter(Role.AUDITOR)
    deeds = [item["action"] for item in (await parts.client.get("/api/audit")).json()["items"]]
    assert (deeds.count("case.mail_confirmed"), deeds.count("case.withdraw")) == (1, 1)


async def test_made_up_links_are_bounded_and_late_ones_say_so(parts: Running, tmp_path: Path) -> None:
    number, code = await reported(parts, consents="1", contact=TO)
    [question] = await written(parts, tmp_path)
    client = parts.client.http
    parts.clock.advance(15 * 86_400)
    answer = await client.post(links(question)[0])
    assert (answer.status_code, "过期" in read(answer)) == (409, True)
    assert "已请您确认邮箱" in await shown(parts, number, code)
    answers = [await client.get(f"/public/mail/{'x' * 43}?lang=en") for _ in range(12)]
    assert {one.status_code for one in answers} == {404, 429}
    assert [one.status_code for one in answers[:5]] == [404] * 5
    for one in answers:
        read(one)
    assert (await client.get(f"/public/mail/{'<' * 20}")).status_code in (404, 429)
    without = await client.post(links(question)[1], headers={"origin": "http://evil.test"})
    assert without.status_code == 403


async def test_a_centre_without_an_address_for_links_says_that_it_sends_no_mail(parts: Running) -> None:
    assert "打开确认邮件确认" in read(await parts.client.http.get("/public/report"))
    parts.client.deps.settings = replace(parts.client.deps.settings, origins=())
    assert "不发邮件" in read(await parts.client.http.get("/public/report"))
    number, code = await reported(parts, consents="1", contact=TO)
    assert "不发邮件" in await shown(parts, number, code)
