"""Does a case come to the other side once, whichever answer is lost, and is every answer of theirs understood?"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from mudan.connect.platform import Batch
from mudan.core.cases.model.georeport import Request
from mudan.core.entities.model import Device
from mudan.core.referrals.model import Referral, Report, description_of, mark_of, may_become
from mudan.platforms.citizen.cases import CASES, classes_of, feed_with, recipient_of
from mudan.platforms.citizen.connector.desk import Desk
from mudan.platforms.citizen.connector.pulling import Puller
from mudan.platforms.citizen.connector.referring import MOST_ASKED, Referrer
from mudan.platforms.citizen.connector.settings import Settings
from mudan.platforms.citizen.model import SOURCE
from mudan.platforms.citizen.tests.lossy_city import LossyCity, refusal
from mudan.platforms.citizen.tests.other_city import BEGAN
from mudan.platforms.citizen.tests.test_client import WIRING
from mudan.primitives.clock import Clock, ManualClock
from mudan.primitives.errors import Invalid

FORMATS = ("json", "xml")


class Centre:
    """What the referrer sees of the centre: it keeps referrals as the core does, and what each step wrote."""

    def __init__(self) -> None:
        self.clock: Clock = ManualClock(BEGAN + timedelta(hours=1))
        self.secret, self.keep_good = b"s", True
        self.referrals: dict[UUID, Referral] = {}
        self.states: list[str] = []
        self.reasons: list[str] = []
        self.seen: dict[UUID, Any] = {}
        self.committed: list[Batch] = []
        self.dies_after: str | None = None

    def device(self, _device: str) -> Device | None:
        return None

    def quantity(self, name: str) -> int:
        return len(name)

    def add(self, **more: Any) -> Referral:
        """A case in line."""
        name = uuid4()
        mark = mark_of("RX20261123-0001", b"key", name)
        report = Report("pothole", description_of("井盖", "破了", "", mark), "人民路", 115.48, 35.24)
        one = Referral(name, uuid4(), "waiting", mark, report, 0, None, "", "")
        self.referrals[name] = replace(one, **more)
        return self.referrals[name]

    async def commit(self, batch: Batch) -> None:
        self.committed.append(batch)
        for out in batch.referrals:
            one = self.referrals[out.referral]
            assert may_become(one.state, out.state), (one.state, out.state)
            goes = out.state == "sending"
            self.referrals[one.id] = replace(
                one, state=out.state, number=out.number or one.number, token=out.token or one.token,
                attempts=one.attempts + goes, attempted_at=self.clock.now() if goes else one.attempted_at,
            )  # fmt: skip
            self.states.append(out.state)
            self.reasons.append(out.reason)
            self.seen[one.id] = out.seen
            if out.state == self.dies_after:
                raise asyncio.CancelledError

    async def to_refer(self, most: int) -> list[Referral]:
        return [one for one in self.referrals.values() if one.state not in ("refused", "withdrawn")][:most]

    async def ours(self, found: Sequence[tuple[str, str]]) -> set[str]:
        marks = {one.mark for one in self.referrals.values()}
        return {number for number, mark in found if mark in marks}


def run(
    story: Callable[[Centre, LossyCity, Referrer], Coroutine[Any, Any, None]], city: LossyCity, form: str
) -> None:
    """Tell a story with a centre and a city."""
    with city.open():
        centre = Centre()
        given = {
            "url": city.url,
            "area": "371702",
            "key": "k",
            "format": form,
            "jurisdiction": "city.example",
        }
        asyncio.run(story(centre, city, Referrer(centre, Settings.of(given))))


@pytest.mark.parametrize("form", FORMATS)
def test_a_case_becomes_a_request_of_theirs_with_key_service_place_and_mark(form: str) -> None:
    async def story(centre: Centre, city: LossyCity, referrer: Referrer) -> None:
        one = centre.add()
        await referrer.look()
        assert centre.states == ["sending", "accepted"]
        assert centre.referrals[one.id].number == "N1"
        (told,) = city.posted
        assert (told["api_key"], told["service_code"], told["jurisdiction_id"]) == (
            "k",
            "pothole",
            "city.example",
        )
        assert (told["lat"], told["long"], told["address_string"]) == ("35.24", "115.48", "人民路")
        assert one.mark in told["description"]

    run(story, LossyCity(), form)


@pytest.mark.parametrize("form", FORMATS)
def test_a_lost_answer_is_searched_for_and_nothing_is_sent_twice(form: str) -> None:
    async def story(centre: Centre, city: LossyCity, referrer: Referrer) -> None:
        city.loses = 1
        one = centre.add()
        for _ in range(3):
            await referrer.look()
        assert len(city.posted) == 1
        assert centre.states[:3] == ["sending", "unsure", "accepted"]
        assert centre.referrals[one.id].number == "N1"

    run(story, LossyCity(), form)


def test_a_centre_that_dies_while_it_sends_finds_its_request_afterwards() -> None:
    async def story(centre: Centre, city: LossyCity, referrer: Referrer) -> None:
        one = centre.add()
        city.loses = 1
        centre.dies_after = "unsure"
        with pytest.raises(asyncio.CancelledError):
            await referrer.look()
        centre.dies_after = None
        centre.referrals[one.id] = replace(centre.referrals[one.id], state="sending")  # as it was durable
        await referrer.look()
        assert (len(city.posted), centre.referrals[one.id].number) == (1, "N1")

    run(story, LossyCity(), "json")


def test_what_is_surely_not_there_is_sent_again_a_few_times_and_then_left_to_a_human() -> None:
    async def story(centre: Centre, city: LossyCity, referrer: Referrer) -> None:
        city.loses, city.lists = 9, False
        one = centre.add()
        for _ in range(8):
            await referrer.look()
        assert (len(city.posted), centre.referrals[one.id].state) == (3, "held")
        city.lists = True
        await referrer.look()
        assert centre.referrals[one.id].state == "accepted"

    run(story, LossyCity(), "json")


def test_a_service_that_lists_later_never_gets_a_report_again_by_itself() -> None:
    async def story(centre: Centre, city: LossyCity, referrer: Referrer) -> None:
        city.loses, city.lists = 1, False
        one = centre.add()
        for _ in range(4):
            await referrer.look()
        assert (len(city.posted), centre.referrals[one.id].state) == (1, "held")

    run(story, LossyCity("batch"), "json")


@pytest.mark.parametrize("form", FORMATS)
def test_a_token_is_asked_after_until_it_is_a_number(form: str) -> None:
    async def story(centre: Centre, city: LossyCity, referrer: Referrer) -> None:
        city.numbers = False
        one = centre.add()
        await referrer.look()
        await referrer.look()
        assert (centre.referrals[one.id].state, centre.referrals[one.id].token) == ("sent", "T1")
        city.numbers = True
        await referrer.look()
        assert (centre.referrals[one.id].state, centre.referrals[one.id].number) == ("accepted", "N1")
        assert len(city.posted) == 1

    run(story, LossyCity("batch"), form)


def test_a_service_that_answers_nothing_is_found_by_the_mark() -> None:
    async def story(centre: Centre, city: LossyCity, referrer: Referrer) -> None:
        one = centre.add()
        await referrer.look()
        assert centre.referrals[one.id].state == "sent"
        await referrer.look()
        assert centre.referrals[one.id].number == "N1"
        assert len(city.posted) == 1

    run(story, LossyCity("blackbox"), "json")


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    ("status", "state"), [(400, "refused"), (403, "refused"), (302, "refused"), (429, "waiting"), (503, "waiting"),
                          (500, "unsure"), (408, "unsure"), (200, "refused")],
)  # fmt: skip
def test_a_refusal_is_kept_in_their_words(form: str, status: int, state: str) -> None:
    async def story(centre: Centre, city: LossyCity, referrer: Referrer) -> None:
        city.refuses = (status, refusal("403", "who are you", form))
        centre.add()
        await referrer.look()
        assert centre.states == ["sending", state]
        assert "who are you" in centre.reasons[-1]
        assert city.posted == []

    run(story, LossyCity(), form)


def test_an_answer_that_cannot_be_read_is_a_lost_one() -> None:
    async def story(centre: Centre, city: LossyCity, referrer: Referrer) -> None:
        city.refuses = (200, b"<html>ok</html>")
        centre.add()
        await referrer.look()
        assert centre.states == ["sending", "unsure"]

    run(story, LossyCity(), "json")


def test_a_service_that_they_do_not_offer_is_refused_before_anything_goes_out() -> None:
    async def story(centre: Centre, city: LossyCity, referrer: Referrer) -> None:
        one = centre.add()
        centre.referrals[one.id] = replace(one, report=replace(one.report, service_code="zoo"))
        await referrer.look()
        assert (centre.states, city.posted) == (["refused"], [])
        assert "zoo" in centre.reasons[0]

    run(story, LossyCity(), "json")


def test_a_side_that_is_away_loses_nothing_and_gets_nothing_twice() -> None:
    async def story() -> None:
        centre = Centre()
        centre.add()
        away = Settings.of({"url": "http://127.0.0.1:1/v2", "area": "371702"})
        await Referrer(centre, away).look()
        assert centre.states == ["waiting"]

    asyncio.run(story())


def test_many_are_asked_after_by_one_question_and_their_state_and_words_come_back() -> None:
    async def story(centre: Centre, city: LossyCity, referrer: Referrer) -> None:
        many = [centre.add(state="accepted", number=f"N{number}") for number in range(12)]
        city.requests = [
            Request("N0", "closed", status_notes="已修好", agency_responsible="市政", updated_at=BEGAN),
            Request("N1", "open", status_notes="已派单"),
        ]
        await referrer.look()
        assert len(city.asked) == 1 < MOST_ASKED
        assert centre.referrals[many[0].id].state == "closed"
        assert (centre.seen[many[0].id].notes, centre.seen[many[0].id].agency) == ("已修好", "市政")
        assert centre.seen[many[1].id].notes == "已派单"
        assert (centre.referrals[many[2].id].state, centre.reasons[2]) == (
            "accepted",
            "it is not in their list",
        )

    run(story, LossyCity(), "json")


def test_what_we_sent_there_does_not_come_back_as_a_new_case() -> None:
    async def story(centre: Centre, city: LossyCity, referrer: Referrer) -> None:
        centre.add()
        await referrer.look()
        city.requests.append(
            Request("N2", "open", "pothole", "坑洞", description="别人的", requested_at=BEGAN)
        )
        settings = Settings.of({"url": city.url, "area": "371702"})
        desk = Desk(centre, feed_with(classes_of("")), SOURCE, "371702", WIRING)
        await Puller(centre, settings, desk).look()
        assert [one.source_id for batch in centre.committed for one in batch.records] == ["N2"]

    run(story, LossyCity(), "json")


def test_the_table_of_services_is_read_from_the_settings_and_a_wrong_one_is_named() -> None:
    told = {"url": "http://x/v2", "services": "0201=pothole, hotline.03 = park", "title": "邻市|Next city"}
    to = recipient_of(told)
    assert to is not None
    assert to.services == {"0201": "pothole", "hotline.03": "park"}
    assert to.title.en == "Next city"
    assert to.own_types == frozenset(one.name for one in CASES)
    assert recipient_of({"url": "http://x/v2"}) is None
    assert recipient_of({"services": "0201=x"}) is None
    for wrong in ("0201", "=x", "井盖=x", "0201="):
        with pytest.raises(Invalid) as caught:
            recipient_of({"url": "http://x/v2", "services": wrong})
        assert caught.value.field == "services"
